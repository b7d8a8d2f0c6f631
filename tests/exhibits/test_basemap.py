from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from clustergeo.errors import InputError, MissingFileError
from clustergeo.exhibits.basemap import clip_basemap, load_basemap

LEFT = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
RIGHT = [[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]


ROADS = gpd.GeoDataFrame(
    {"highway": ["motorway", "motorway", "primary"]},
    geometry=shapely.from_wkt(
        ["LINESTRING (0 0, 1 0.5)", "LINESTRING (1 0.5, 2 1)", "LINESTRING (0 0, 1 1)"]
    ),
    crs="EPSG:4326",
)


def _collection(*features: tuple[str, list[object], dict[str, str] | None]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": {"type": kind, "coordinates": coordinates},
                }
                for kind, coordinates, properties in features
            ],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    halves = _collection(("Polygon", list(LEFT), {}), ("Polygon", list(RIGHT), None))
    (tmp_path / "sido.geojson").write_text(halves, encoding="utf-8")
    (tmp_path / "sigungu.geojson").write_text(halves, encoding="utf-8")
    (tmp_path / "rail_lines.geojson").write_text(
        _collection(
            ("LineString", [[0, 0.12345], [2, 0.5]], {"class": "high_speed"}),
            ("LineString", [[0, 0], [1, 1]], {"class": "metro"}),
        ),
        encoding="utf-8",
    )
    return tmp_path


def files(folder: Path) -> dict[str, Path]:
    names = {"outlines": "sido", "borders": "sigungu", "rail": "rail_lines"}
    return {key: folder / f"{name}.geojson" for key, name in names.items()}


def test_each_layer_is_one_dissolved_geometry_in_drawing_order(folder: Path) -> None:
    basemap = load_basemap(**files(folder), roads=ROADS)
    assert basemap["layer"].tolist() == ["land", "boundary", "province", "motorway", "high_speed"]
    shapes = dict(zip(basemap["layer"], basemap.geometry, strict=True))
    assert shapes["land"].area == 2
    # The border between the halves is drawn once: 6 around and 1 between.
    assert shapes["boundary"].length == 7
    assert shapes["motorway"].geom_type == "LineString"
    assert shapely.get_coordinates(shapes["high_speed"])[0].tolist() == [0.0, 0.123]


def test_without_roads_there_are_no_roads(folder: Path) -> None:
    assert "motorway" not in load_basemap(**files(folder))["layer"].tolist()


def test_clipping_keeps_what_is_inside_and_drops_empty_layers(folder: Path) -> None:
    basemap = load_basemap(**files(folder), roads=ROADS)
    inside = clip_basemap(basemap, (0.2, 0.6, 0.4, 0.8))
    assert inside["layer"].tolist() == ["land"]
    assert inside.geometry.iloc[0].area == pytest.approx(0.04)


@pytest.mark.parametrize("text", ["{}", "[1, 2]", '{"features": [{"geometry": 5}]}', "{broken"])
def test_what_is_no_geojson_is_refused(folder: Path, text: str) -> None:
    (folder / "sido.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"sido\.geojson: not a GeoJSON feature collection"):
        load_basemap(**files(folder))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "sido.geojson").unlink()
    with pytest.raises(MissingFileError, match=r"sido\.geojson"):
        load_basemap(**files(folder))

"""Laws of the readers: formats agree, order is kept, a damaged file is never another table."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import ClustergeoError
from clustergeo.places import load_places

LAW = settings(derandomize=True, deadline=None, max_examples=20)

IDS = st.text(
    alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8
).filter(lambda text: not text.startswith("\ufeff"))
ROWS = st.lists(
    st.tuples(IDS, st.floats(-179, 179), st.floats(-89, 89)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


def frame(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """Return the rows as a table with lon and lat."""
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


def csv_file(folder: Path, rows: list[tuple[str, float, float]]) -> Path:
    """Write the rows as CSV."""
    frame(rows).to_csv(folder / "a.csv", index=False)
    return folder / "a.csv"


def geojson_file(folder: Path, rows: list[tuple[str, float, float]]) -> Path:
    """Write the rows as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": place_id},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for place_id, lon, lat in rows
    ]
    content = {"type": "FeatureCollection", "features": features}
    (folder / "a.geojson").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder / "a.geojson"


def geopackage_file(folder: Path, rows: list[tuple[str, float, float]]) -> Path:
    """Write the rows as a GeoPackage."""
    cells = frame(rows)
    points = gpd.points_from_xy(cells["lon"], cells["lat"])
    gpd.GeoDataFrame(cells[["id"]], geometry=points, crs=4326).to_file(folder / "a.gpkg")
    return folder / "a.gpkg"


def found(places: gpd.GeoDataFrame) -> list[tuple[str, float, float]]:
    """Return ids and coordinates of a table of places."""
    return list(zip(places["place_id"], places.geometry.x, places.geometry.y, strict=True))


@given(ROWS)
@LAW
def test_formats_agree_and_keep_ids_points_and_order(
    rows: list[tuple[str, float, float]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        for write in (csv_file, geojson_file, geopackage_file):
            assert found(load_places(write(Path(name), rows))) == rows
            (Path(name) / "a.gpkg").unlink(missing_ok=True)


@given(ROWS, st.data())
@LAW
def test_a_geojson_file_cut_anywhere_is_refused(
    rows: list[tuple[str, float, float]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = geojson_file(Path(name), rows)
        content = file.read_bytes()
        file.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        try:
            load_places(file)
        except ClustergeoError:
            return
    raise AssertionError


@given(ROWS, st.binary(min_size=1, max_size=4), st.data())
@LAW
def test_bytes_put_into_a_csv_never_end_in_another_kind_of_error(
    rows: list[tuple[str, float, float]], noise: bytes, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = csv_file(Path(name), rows)
        content = file.read_bytes()
        at = data.draw(st.integers(0, len(content)))
        file.write_bytes(content[:at] + noise + content[at:])
        try:
            places = load_places(file)
        except ClustergeoError:
            return
    assert len(places) <= len(rows) + noise.count(b"\n") + noise.count(b"\r")


@given(st.binary(max_size=300), st.sampled_from([".csv", ".geojson", ".gpkg", ".shp", ".zip"]))
@LAW
def test_any_bytes_under_any_extension_are_refused_in_our_words(
    content: bytes, suffix: str
) -> None:
    starts = {".gpkg": b"SQLite format 3\x00", ".shp": b"\x00\x00\x27\x0a", ".zip": b"PK\x03\x04"}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / f"a{suffix}"
        file.write_bytes(starts.get(suffix, b"") + content)
        try:
            load_places(file)
        except ClustergeoError:
            return
    raise AssertionError

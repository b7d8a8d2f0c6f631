"""The faults A1 to A25 of places and areas by id: message, exit code, the old output kept."""

from __future__ import annotations

import http.server
import json
import logging
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from roads import parts_of
from robustness.trials import well_formed
from shapely.geometry import LineString, Point, Polygon, box

from clustergeo import _room
from clustergeo.cli import main
from clustergeo.errors import InputError, MeasureError
from clustergeo.indices import cumulative, people_near
from clustergeo.networks.road import RoadNetwork
from clustergeo.places import load_clusters, load_places
from clustergeo.places.areas import load_areas

SQUARE = box(127.0, 36.0, 127.1, 36.1)
ROWS = "id,lon,lat\na,127.1,36.1\nb,127.2,36.2\n"


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what refuses a file as places or areas and gives the lines it says."""

    def lines(path: Path | str, *words: str, areas: bool = False) -> list[str]:
        out = tmp_path / ("old" if areas else "old.csv")
        (out / "nodes.csv" if areas else out).parent.mkdir(exist_ok=True)
        kept = out / "nodes.csv" if areas else out
        kept.write_text("old", encoding="utf-8")
        command = ["network", "build", "--within"] if areas else ["places"]
        with pytest.raises(SystemExit) as stopped:
            main([*command, str(path), *words, "--out", str(out)])
        assert stopped.value.code == 3
        assert kept.read_text(encoding="utf-8") == "old"
        assert not [
            left for left in kept.parent.iterdir() if left.name.startswith(f".{kept.name}")
        ]
        printed, said = capsys.readouterr()
        told = [line for line in said.splitlines() if line.startswith("clustergeo: error: ")]
        assert printed == ""
        assert well_formed(told)
        plain = [line.removeprefix("clustergeo: error: ") for line in told]
        assert all(line.startswith(str(path)) for line in plain)
        return [line.replace(str(path), Path(path).name) for line in plain]

    return lines


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def geojson(folder: Path, *geometries: Any, **members: Any) -> Path:
    features = [
        {"type": "Feature", "properties": {"id": f"r{n}"}, "geometry": geometry}
        for n, geometry in enumerate(
            g if g is None or isinstance(g, dict) else g.__geo_interface__ for g in geometries
        )
    ]
    root = {"type": "FeatureCollection", "features": features} | members
    return written(folder, "areas.geojson", json.dumps(root))


def accepted(path: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["check", str(path), *words])
    assert stopped.value.code == 0
    return capsys.readouterr().out


def test_a01_a_missing_file_a_folder_and_a_locked_file_are_named(
    tmp_path: Path, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "regions.csv", ROWS)
    gone = tmp_path / "region.csv"
    assert refused(gone) == [f"region.csv: no such file ({gone.name}) - did you mean regions.csv?"]
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert refused(folder) == ["folder.csv: is a folder, not a file - name a file in it"]

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert refused(tmp_path / "regions.csv") == [
        "regions.csv: cannot be read (Permission denied) - check its name and permissions"
    ]


@pytest.mark.parametrize("areas", [False, True])
@pytest.mark.parametrize("name", ["empty.geojson", "empty.gpkg"])
def test_a02_an_empty_file_is_said_to_be_empty(
    tmp_path: Path, refused: Any, name: str, *, areas: bool
) -> None:
    assert refused(written(tmp_path, name, ""), areas=areas) == [
        f"{name}: is empty (0 bytes) - export or download it again"
    ]


@pytest.mark.parametrize("areas", [False, True])
def test_a03_a_web_page_saved_as_data_is_said_to_be_one(
    tmp_path: Path, refused: Any, *, areas: bool
) -> None:
    page = written(tmp_path, "page.geojson", "\n<!DOCTYPE html><html>Please log in</html>")
    assert refused(page, areas=areas) == [
        "page.geojson: is an HTML page, not data - download it again"
    ]


@pytest.mark.parametrize("areas", [False, True])
def test_a04_a_cut_geojson_names_the_byte_and_the_whole_features_before(
    tmp_path: Path, refused: Any, *, areas: bool
) -> None:
    whole = geojson(tmp_path, *[SQUARE if areas else Point(127, 36)] * 3).read_bytes()
    third = whole.rindex(b'{"type": "Feature"') + 30
    cut = written(tmp_path, "cut.geojson", whole[:third])
    (line,) = refused(cut, areas=areas)
    assert re.fullmatch(
        r"cut\.geojson: broken JSON at byte [\d,]+: .* \(2 complete features before\) - "
        "download or export it again",
        line,
    )
    assert third - 40 <= int(re.findall(r"byte ([\d,]+)", line)[0].replace(",", "")) <= third


@pytest.mark.parametrize("areas", [False, True])
def test_a05_a_damaged_geopackage_is_refused(tmp_path: Path, refused: Any, *, areas: bool) -> None:
    path = tmp_path / "whole.gpkg"
    shapes = [SQUARE if areas else Point(127, 36)] * 400
    table = {"id": [f"{n}" * 9 for n in range(400)]}
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").to_file(path)
    whole = path.read_bytes()
    last = (len(whole) // 4096 - 2) * 4096
    zeroed = whole[:last] + bytes(4096) + whole[last + 4096 :]
    for content in (whole[: len(whole) // 2], whole[:100], zeroed):
        (line,) = refused(written(tmp_path, "bad.gpkg", content), areas=areas)
        assert re.fullmatch(
            r"bad\.gpkg: SQLite file damaged.*\(.+\) - restore or export it again", line
        )


class _Listener(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815 - the name that the library looks up


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    _Listener.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Listener) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/towns.geojson", _Listener.asked
        listening.shutdown()


@pytest.mark.parametrize("areas", [False, True])
def test_a06_disguises_and_addresses_open_no_other_file_and_ask_no_server(
    tmp_path: Path, refused: Any, server: tuple[str, list[str]], *, areas: bool
) -> None:
    address, asked = server
    for source in (f"/vsicurl/{address}", str(geojson(tmp_path, SQUARE))):
        layer = f'<OGRVRTLayer name="x"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
        vrt = written(tmp_path, "vrt.geojson", f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
        (line,) = refused(vrt, areas=areas)
        assert line.startswith("vrt.geojson: is XML, not GeoJSON - ")
    for name in (address, f"/vsicurl/{address}", "/vsizip/towns.zip/towns.geojson"):
        with pytest.raises(InputError, match=r"is not a local file - download it"):
            load_areas(name) if areas else load_places(name)
        with pytest.raises(InputError, match=r"is not a local file - download it"):
            load_areas(Path(name)) if areas else load_places(Path(name))
    assert asked == []


@pytest.mark.parametrize("areas", [False, True])
def test_a07_metres_without_a_coordinate_system_are_no_degrees(
    tmp_path: Path, refused: Any, *, areas: bool
) -> None:
    shape = box(586_000, 325_000, 587_000, 326_000) if areas else Point(586_000, 325_000)
    (line,) = refused(geojson(tmp_path, shape), areas=areas)
    assert re.fullmatch(
        r"areas\.geojson:1: coordinates 58[67]000,32[56]000 are not degrees - "
        r"pass its CRS, such as crs='EPSG:5179' \(--crs\)",
        line,
    )


@pytest.mark.parametrize(("code", "name"), [(3844, "Stereo70"), (3857, "Pseudo-Mercator")])
def test_a08_a_legacy_crs_member_is_honoured_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int, name: str
) -> None:
    places = gpd.GeoSeries([box(26.0, 44.0, 26.1, 44.1)], crs="EPSG:4326")
    member = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    path = geojson(tmp_path, places.to_crs(code).iloc[0], crs=member)
    found = load_areas(path)
    assert found.total_bounds == pytest.approx([26.0, 44.0, 26.1, 44.1], abs=1e-3)
    assert "legacy crs member honoured" in caplog.text
    assert name in caplog.text


def test_a09_swapped_coordinates_are_refused_or_told(
    tmp_path: Path, refused: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    out_of_range = written(tmp_path, "out.csv", "id,lon,lat\na,36.1,127.1\nb,36.2,127.2\n")
    assert refused(out_of_range) == [
        f"out.csv:{row}, lat: latitude out of range ({lat}) - looks swapped: swap lon and lat"
        for row, lat in ((2, 127.1), (3, 127.2))
    ]
    # Within range nothing is wrong before a network says where it should be.
    nodes = {n: (26 + n / 100, 44.0) for n in range(3)}
    network = tmp_path / "roads"
    RoadNetwork.from_parts(parts_of(nodes, [(0, 1, {}), (1, 2, {})])).save(network)
    legal = written(tmp_path, "legal.csv", "id,lon,lat\na,44,26.001\nb,44,26.019\n")
    out = tmp_path / "times.csv"
    words = ["times", "--mode", "car", "--from", str(legal), "--to", str(legal)]
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--network", str(network), "--out", str(out)])
    assert stopped.value.code == 0
    said = capsys.readouterr().err
    assert "a, b: outside the area of the road network" in said
    assert "; looks swapped: swap lon and lat" in said


def test_a10_rows_that_lie_nowhere_are_all_listed(tmp_path: Path, refused: Any) -> None:
    """No ``--lenient`` here, on purpose: sums and ranks would be of other places than asked."""
    rows = "a,127,91\nb,181,36\nc,nan,36\nd,127,inf\ne,,36\nf,127,36\n"
    assert refused(written(tmp_path, "p.csv", f"id,lon,lat\n{rows}")) == [
        "p.csv:2, lat: latitude out of range (91) - correct the latitude",
        "p.csv:3, lon: longitude out of range (181) - correct the longitude",
        "p.csv:4, lon: not a finite number (nan) - write decimal degrees such as 36.35",
        "p.csv:5, lat: not a finite number (inf) - write decimal degrees such as 36.35",
        "p.csv:6, lon: is blank - fill in the coordinate",
    ]


def test_a11_null_and_empty_geometries_are_listed(tmp_path: Path, refused: Any) -> None:
    empty = {"type": "MultiPolygon", "coordinates": []}
    path = geojson(tmp_path, SQUARE, None, empty)
    fix = "give the row a Polygon or MultiPolygon, or remove it"
    assert refused(path, areas=True) == [
        f"areas.geojson:2, geometry: null geometry - {fix}",
        f"areas.geojson:3, geometry: empty geometry (MultiPolygon) - {fix}",
    ]
    points = geojson(tmp_path, Point(127, 36), None, {"type": "Point", "coordinates": []})
    assert refused(points) == [
        "areas.geojson:2, geometry: null geometry - give the row a point or remove it",
        "areas.geojson:3, geometry: empty geometry (Point) - give the row a point or remove it",
    ]


def test_a12_an_outline_that_crosses_itself_is_repaired_only_where_its_area_stays(
    tmp_path: Path, refused: Any, caplog: pytest.LogCaptureFixture
) -> None:
    # A spike out and back again has no area: dropping it changes nothing.
    spike = Polygon(
        [(127, 36), (127.1, 36), (127.1, 36.1), (127.1, 36.2), (127.1, 36.1), (127, 36.1)]
    )
    found = load_areas(geojson(tmp_path, spike))
    assert found.is_valid.all()
    assert found.geometry.iloc[0].equals(SQUARE)
    assert re.search(
        r"areas\.geojson:1, geometry: outline is not valid \(ring self-intersection\): "
        r"(\d+\.\d\d) km2, repaired \1 km2",
        caplog.text,
    )
    bowtie = Polygon([(127, 36), (127.1, 36.1), (127.1, 36), (127, 36.1)])
    (line,) = refused(geojson(tmp_path, SQUARE, bowtie), areas=True)
    assert re.fullmatch(
        r"areas\.geojson:2, geometry: outline is not valid \(self-intersection\): "
        r"0\.00 km2, repaired \d+\.\d\d km2 - draw it again",
        line,
    )


def test_a13_geometries_of_another_kind_are_refused(tmp_path: Path, refused: Any) -> None:
    mixed = geojson(tmp_path, SQUARE, Point(127, 36), LineString([(127, 36), (127.1, 36)]))
    assert [line.split(" - ")[0] for line in refused(mixed, areas=True)] == [
        "areas.geojson:2, geometry: is a Point, not an area",
        "areas.geojson:3, geometry: is a LineString, not an area",
    ]
    assert [line.split(" - ")[0] for line in refused(mixed)] == [
        "areas.geojson:1, geometry: is a Polygon, not a point",
        "areas.geojson:3, geometry: is a LineString, not a point",
    ]


def test_a14_duplicate_and_missing_ids_name_their_rows(tmp_path: Path, refused: Any) -> None:
    path = written(tmp_path, "p.csv", "id,lon,lat\na,127,36\n,127,36\nb,127,36\na,127,36\n")
    assert refused(path) == [
        "p.csv:3, place_id: is blank - fill in the value",
        "p.csv:5, place_id: duplicate of row 2 (a) - give each row its own",
    ]


def test_a15_ids_stay_text_to_the_last_digit(tmp_path: Path) -> None:
    ids = ["007", "1e3", "NA", "9007199254740993123", "1.0", "TRUE"]
    rows = "".join(f"{one},127.{n},36\n" for n, one in enumerate(ids))
    path = written(tmp_path, "p.csv", f"id,lon,lat\n{rows}")
    for out in ("a.csv", "b.geojson", "c.gpkg"):
        with pytest.raises(SystemExit) as stopped:
            main(["places", str(path), "--out", str(tmp_path / out)])
        assert stopped.value.code == 0
        path = tmp_path / out
        assert load_places(path)["place_id"].tolist() == ids


def test_a16_other_separators_and_decimal_commas_are_never_one_column(
    tmp_path: Path, refused: Any
) -> None:
    excel = written(tmp_path, "p.csv", "id;lon;lat\na;127,1;36,1\n")
    assert refused(excel) == [
        (
            "p.csv:1: columns are not separated by commas (id;lon;lat) - "
            "save it as comma-separated CSV"
        )
    ]
    comma = written(tmp_path, "p.csv", 'id,lon,lat\na,"127,1",36.1\n')
    assert refused(comma) == ["p.csv:2, lon: decimal comma (127,1) - write a decimal point"]
    grouped = written(tmp_path, "p.csv", "id,lon,lat,employees\na,127,36,1.000\n")
    with pytest.raises(InputError) as caught:
        load_clusters(grouped)
    assert str(caught.value) == (
        f"{grouped}:2, employees: not clear whether the point groups thousands (1.000) - "
        "write digits alone"
    )


def test_a17_marked_encodings_are_read_and_others_refused_by_byte(
    tmp_path: Path, refused: Any, caplog: pytest.LogCaptureFixture
) -> None:
    text = "id,name_ko,lon,lat\na,대덕,127,36\n"
    for encoding in ("utf-8-sig", "utf-16", "cp949"):
        places = load_places(written(tmp_path, "p.csv", text.encode(encoding)))
        assert places["name_ko"].tolist() == ["대덕"]
    # CP949 alone is a guess, and said to be one.
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == [
        f"{tmp_path / 'p.csv'}: not UTF-8, read as CP949; else pass its encoding"
    ]
    polish = written(tmp_path, "p.csv", "id,name,lon,lat\na,Łódź,19,51\n".encode("cp1250"))
    assert refused(polish) == [
        "p.csv: not utf-8-sig or cp949 text (byte 18) - save it as UTF-8 or pass its encoding"
    ]
    assert load_places(polish, encoding="cp1250")["name_en"].tolist() == ["Łódź"]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("a,127,36\nb,127\n", "p.csv:3: 2 cells where the header has 3 - write every cell, "),
        ("a,127,36\nb,127,36,9\n", "p.csv:3: 4 cells where the header has 3 - quote cells "),
        ('a,127,36\n"b,127,36\n', "p.csv:3: broken row (unexpected end of data) - close every"),
        ("a,127,36\nb\x00,127,36\n", "p.csv:3: holds NUL characters - export it again as UTF-8"),
    ],
)
def test_a18_broken_rows_are_named_by_line(
    tmp_path: Path, refused: Any, rows: str, line: str
) -> None:
    (told,) = refused(written(tmp_path, "p.csv", f"id,lon,lat\n{rows}"))
    assert told.startswith(line)


def test_a19_columns_found_and_wanted_are_listed(tmp_path: Path, refused: Any) -> None:
    assert refused(written(tmp_path, "p.csv", "A,44,26\nB,45,26\n")) == [
        "p.csv:1: no coordinate columns (found: A, 44, 26) - name them lon and lat, or x and y"
    ]
    assert refused(written(tmp_path, "p.csv", "town,lon,lat\nA,127,36\n")) == [
        (
            "p.csv, place_id: column missing (found: town) - add the column; a places table needs "
            "place_id"
        )
    ]


def test_a20_weights_that_are_none_are_refused_by_row_field_and_value(tmp_path: Path) -> None:
    rows = "id,lon,lat,employees,area_km2\na,127,36,-5,1\nb,127,36,many,1\nc,127,36,,n/a\n"
    path = written(tmp_path, "p.csv", rows)
    with pytest.raises(InputError) as caught:
        load_clusters(path)
    assert str(caught.value).replace(str(path), "p.csv").splitlines() == [
        "p.csv:2, employees: below 0 (-5) - correct the value",
        "p.csv:3, employees: not a number (many) - write a plain number such as 12.5",
        "p.csv:4, area_km2: not a number (n/a) - write a plain number such as 12.5",
    ]
    # A weight that is missing is refused where something is weighted by it.
    away = pd.DataFrame([[0.0, 30.0]], index=["a"], columns=["a", "b"])
    with pytest.raises(MeasureError, match="b"):
        cumulative(away, pd.Series({"a": 1.0, "b": float("nan")}), limit_min=60)


def test_a21_areas_that_overlap_are_told_with_their_pairs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    far, beside = box(128, 36, 128.1, 36.1), box(127.1, 36, 127.2, 36.1)
    load_areas(geojson(tmp_path, SQUARE, far, beside))
    assert caplog.text == ""  # a shared border is none
    load_areas(geojson(tmp_path, SQUARE, far, box(127.05, 36, 127.15, 36.1)))
    shared = gpd.GeoSeries([box(127.05, 36, 127.1, 36.1)], crs="EPSG:4326").to_crs("EPSG:6933")
    km2 = shared.area.iloc[0] / 1e6
    assert (
        "1 pair of areas overlap, counted twice where they are added up: 1 and 3 " in caplog.text
    )
    assert f"({km2:.2f} km2)" in caplog.text


def test_a22_the_antimeridian_is_not_crossed_and_nobody_belongs_to_two_places(
    tmp_path: Path, refused: Any
) -> None:
    fiji = Polygon([(179, -17), (-179, -17), (-179, -16), (179, -16)])
    assert refused(geojson(tmp_path, fiji), areas=True) == [
        (
            "areas.geojson:1, geometry: spans more than 180 degrees of longitude - "
            "cut it at the antimeridian into two polygons (RFC 7946, 3.1.9)"
        )
    ]
    # Cells, not areas, hold people: one that is equally near to two places counts for the first.
    two = gpd.GeoDataFrame(
        {"place_id": ["a", "b"]}, geometry=gpd.points_from_xy([0, 2000], [0, 0]), crs="EPSG:5179"
    )
    cell = gpd.GeoDataFrame(
        {"population": [70]}, geometry=gpd.points_from_xy([1000], [0]), crs="EPSG:5179"
    )
    assert people_near(two, cell).figures.to_dict() == {"a": 70.0, "b": 0.0}


def test_a23_a_layer_of_several_has_to_be_named(
    tmp_path: Path, refused: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "three.gpkg"
    for n, layer in enumerate("abc"):
        table = gpd.GeoDataFrame({"id": [layer]}, geometry=[Point(127 + n, 36)], crs="EPSG:4326")
        table.to_file(path, layer=layer)
    assert refused(path) == [
        "three.gpkg: 3 layers: a, b, c - name one of them: layer=, or `clustergeo places --layer`"
    ]
    out = tmp_path / "b.csv"
    with pytest.raises(SystemExit) as stopped:
        main(["places", str(path), "--layer", "b", "--out", str(out)])
    assert stopped.value.code == 0
    assert load_places(out)["place_id"].tolist() == ["b"]
    capsys.readouterr()


def test_a24_none_is_refused_one_works_and_very_many_are_estimated_first(
    tmp_path: Path,
    refused: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refused(geojson(tmp_path)) == [
        "areas.geojson: holds no places (0 rows) - check the export"
    ]
    assert refused(geojson(tmp_path), areas=True) == [
        "areas.geojson: holds no areas (0 rows) - check the export"
    ]
    assert "ok, places, 1 points" in accepted(geojson(tmp_path, Point(127, 36)), capsys=capsys)
    # What grows is the pairs: they are counted before anything is computed.
    monkeypatch.setattr(_room, "free_memory_bytes", lambda: 3_000)
    out = written(tmp_path, "out.csv", "old")
    file = str(written(tmp_path, "p.csv", ROWS))
    with pytest.raises(SystemExit) as stopped:
        main(["times", "--mode", "car", "--from", file, "--to", file, "--out", str(out)])
    assert stopped.value.code == 3
    assert re.search(r"4 described trips: needs 0\.0 GB of memory .* - name a folder instead: ",
                     capsys.readouterr().err)  # fmt: skip
    assert out.read_text() == "old"


def test_a25_keys_that_do_not_meet_are_refused_and_never_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = pd.DataFrame([[0.0, 30.0]], index=["007"], columns=["007", "010"])
    with pytest.raises(MeasureError) as caught:
        cumulative(away, pd.Series({7: 1.0, 10: 2.0}), limit_min=60)
    assert "007" in str(caught.value)
    times = "from_id,to_id,mode,minutes,status\n7,10,car,30,ok\n"
    columns = "p10_min,p90_min,best_min,worst_min,access_min,wait_min,ride_min,transfer_min"
    header = f"{times.splitlines()[0]},{columns},egress_min,distance_m,legs,evidence"
    path = written(tmp_path, "t.csv", f"{header}\n7,10,car,30,ok{',' * 12}derived\n")
    out = written(tmp_path, "out.csv", "old")
    with pytest.raises(SystemExit) as stopped:
        main(["isolation", "--times", str(path), "--mode", "car", "--out", str(out)])
    assert stopped.value.code == 3
    assert capsys.readouterr().err == (
        f"clustergeo: error: {path}: 0 of 11 places of the study are in it (it has 7, 10, "
        "not daedeok, osong) - write the ids of the study, as text\n"
    )
    some = f"{header}\ndaedeok,osong,car,30,ok{',' * 12}derived\n"
    with pytest.raises(SystemExit) as stopped:
        main(["isolation", "--times", str(written(tmp_path, "t.csv", some)), "--out", str(out)])
    assert stopped.value.code == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("t.csv: no time by car (daedeok to ochang) - add the row")
    assert lines[-1].endswith("more faults of this file not shown")
    assert out.read_text() == "old"


def test_a_geopackage_that_is_none_is_said_to_be_none(tmp_path: Path, refused: Any) -> None:
    path = tmp_path / "plain.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE towns (id TEXT)")
    (line,) = refused(path)
    assert line.startswith("plain.gpkg: SQLite file damaged or no GeoPackage (no such table")

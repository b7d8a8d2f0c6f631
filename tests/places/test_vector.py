"""Places in GeoPackages and shapefiles, whole, damaged and in Korean encodings."""

from __future__ import annotations

import logging
import shutil
import socket
import sqlite3
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString, MultiPoint, Point

from clustergeo._shapefiles import field_names
from clustergeo.errors import InputError
from clustergeo.places import load_places

POINTS = [Point(127.43, 36.33), Point(127.33, 36.62)]
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def table(crs: int | None = 4326, geometry: list[object] | None = None) -> gpd.GeoDataFrame:
    """Return two places, Korean names included."""
    cells = {"id": ["007", "1e3"], "이름": ["대전역", "오송역"], "n": [1, 2]}
    frame = gpd.GeoDataFrame(cells, geometry=geometry or POINTS, crs=4326)
    return frame if crs in (None, 4326) else frame.to_crs(crs)


def refusal(file: Path, **options: str) -> list[str]:
    """Return the lines of the refusal of a file, its folder taken off."""
    with pytest.raises(InputError) as caught:
        load_places(file, **options)
    return str(caught.value).replace(str(file), file.name).splitlines()


def check(places: gpd.GeoDataFrame) -> None:
    """Assert that the two places came through."""
    assert places["place_id"].tolist() == ["007", "1e3"]
    assert places["name_ko"].tolist() == ["대전역", "오송역"]
    for found, point in zip(places.geometry, POINTS, strict=True):
        assert found.distance(point) < 1e-7


@pytest.fixture
def geopackage(tmp_path: Path) -> Path:
    file = tmp_path / "a.gpkg"
    table().to_file(file, layer="places")
    return file


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    file = tmp_path / "a.shp"
    table(5186).to_file(file, encoding="cp949")
    return file


@pytest.mark.parametrize("crs", [4326, 5174, 5179])
def test_a_geopackage_is_read_in_any_system_it_states(tmp_path: Path, crs: int) -> None:
    table(crs).to_file(tmp_path / "a.gpkg")
    check(load_places(tmp_path / "a.gpkg"))


def test_reading_leaves_a_geopackage_byte_for_byte(geopackage: Path) -> None:
    before = geopackage.read_bytes()
    load_places(geopackage)
    assert geopackage.read_bytes() == before
    assert list(geopackage.parent.iterdir()) == [geopackage]


def test_a_geopackage_with_changes_pending_is_refused(geopackage: Path) -> None:
    journal = geopackage.with_name("a.gpkg-wal")
    journal.write_bytes(b"")
    check(load_places(geopackage))
    journal.write_bytes(b"x")
    assert refusal(geopackage) == [
        "a.gpkg: has changes still pending (a.gpkg-wal) - close it in the other program"
    ]


def test_a_geopackage_left_in_write_ahead_mode_is_read(geopackage: Path) -> None:
    with sqlite3.connect(geopackage) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    check(load_places(geopackage))


def test_the_name_of_a_file_means_nothing_to_gdal(geopackage: Path) -> None:
    odd = geopackage.with_name("역 a!b?c#d.zip.gpkg")
    check(load_places(geopackage.rename(odd)))


def test_several_layers_are_listed_and_one_is_asked_for(geopackage: Path) -> None:
    table().head(1).to_file(geopackage, layer="other")
    fix = "name one of them: layer=, or `clustergeo places --layer`"
    assert refusal(geopackage) == [f"a.gpkg: 2 layers: other, places - {fix}"]
    assert len(load_places(geopackage, layer="other")) == 1
    assert refusal(geopackage, layer="x") == ["a.gpkg: no layer 'x' - use one of other, places"]


def test_a_geopackage_without_layers_of_features_is_refused(geopackage: Path) -> None:
    with sqlite3.connect(geopackage) as database:
        database.execute("UPDATE gpkg_contents SET data_type = 'attributes'")
    database.close()
    assert refusal(geopackage) == ["a.gpkg: has no layer of features - export it again"]


def test_a_layer_without_rows_is_refused(tmp_path: Path) -> None:
    table().head(0).to_file(tmp_path / "a.gpkg")
    assert refusal(tmp_path / "a.gpkg") == ["a.gpkg: holds no places (0 rows) - check the export"]


def test_a_plain_database_is_no_geopackage(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("CREATE TABLE t (a)")
    database.close()
    (line,) = refusal(tmp_path / "a.gpkg")
    assert line.startswith("a.gpkg: SQLite file damaged or no GeoPackage (no such table: gpkg_con")


def test_a_geopackage_cut_anywhere_is_refused(geopackage: Path) -> None:
    content = geopackage.read_bytes()
    for size in range(1, len(content), 4_099):
        geopackage.write_bytes(content[:size])
        assert len(refusal(geopackage)) == 1


def test_a_zeroed_page_is_found(geopackage: Path) -> None:
    content = bytearray(geopackage.read_bytes())
    content[4096:8192] = bytes(4096)
    geopackage.write_bytes(bytes(content))
    assert "damaged" in refusal(geopackage)[0]


def test_text_that_is_not_utf8_in_a_geopackage_is_refused(geopackage: Path) -> None:
    content = geopackage.read_bytes()
    geopackage.write_bytes(content.replace("대전역".encode(), b"\xff\xfe\xfd" * 3))
    assert refusal(geopackage) == [
        "a.gpkg: layer places holds text that is not UTF-8 - export it again"
    ]


def test_what_gdal_cannot_read_is_refused_in_one_line(
    geopackage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        message = "driver said\n  no"
        raise pyogrio.errors.DataSourceError(message)

    monkeypatch.setattr(pyogrio, "read_dataframe", broken)
    assert refusal(geopackage) == [
        "a.gpkg: GDAL cannot read it (driver said no) - export it again"
    ]


def test_a_layer_without_a_column_of_geometry_is_refused(
    geopackage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(*_args: object, **_options: object) -> pd.DataFrame:
        return pd.DataFrame({"id": ["a"]})

    monkeypatch.setattr(pyogrio, "read_dataframe", plain)
    assert refusal(geopackage) == ["a.gpkg: has no geometry - export it with its points"]


def test_what_gdal_warns_of_is_logged_and_never_raised(
    geopackage: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def uneasy(*_args: object, **_options: object) -> gpd.GeoDataFrame:
        warnings.warn("odd header", RuntimeWarning, stacklevel=1)
        return table()

    monkeypatch.setattr(pyogrio, "read_dataframe", uneasy)
    with caplog.at_level(logging.WARNING, logger="clustergeo"):
        check(load_places(geopackage))
    assert caplog.messages == [f"{geopackage}: odd header"]


def test_null_and_empty_geometry_and_other_shapes_are_all_named(tmp_path: Path) -> None:
    many = MultiPoint([(1, 2), (3, 4)])
    shapes = [None, Point(), LineString([(0, 0), (1, 1)]), MultiPoint([(1, 2)]), many]
    ids = {"id": list("abcde")}
    gpd.GeoDataFrame(ids, geometry=shapes, crs=4326).to_file(tmp_path / "a.gpkg")
    advice = "give the row a point or remove it"
    choose = "give one point: which one stands for an area is yours to decide"
    assert refusal(tmp_path / "a.gpkg") == [
        f"a.gpkg:1, geometry: null geometry - {advice}",
        f"a.gpkg:2, geometry: empty geometry (Point) - {advice}",
        f"a.gpkg:3, geometry: is a LineString, not a point - {choose}",
        f"a.gpkg:5, geometry: is a MultiPoint, not a point - {choose}",
    ]


def test_whole_numbers_make_ids_and_fractions_do_not(tmp_path: Path) -> None:
    for ids in ([7, 2**62], [7.0, 8.0]):
        frame = gpd.GeoDataFrame({"id": ids}, geometry=POINTS, crs=4326)
        frame.to_file(tmp_path / "a.gpkg")
        places = load_places(tmp_path / "a.gpkg")
        assert places["place_id"].tolist() == [str(int(value)) for value in ids]
    gpd.GeoDataFrame({"id": [7.5, float("nan")]}, geometry=POINTS, crs=4326).to_file(
        tmp_path / "b.gpkg"
    )
    assert refusal(tmp_path / "b.gpkg") == [
        "b.gpkg:1, place_id: not text or a whole number (7.5) - write ids as text",
        "b.gpkg:2, place_id: is blank - fill in the value",
    ]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_geopackage_without_a_system_is_in_degrees_or_refused(tmp_path: Path) -> None:
    unknown = gpd.GeoDataFrame({"id": ["a"]}, geometry=[POINTS[0]])
    unknown.to_file(tmp_path / "a.gpkg")
    assert load_places(tmp_path / "a.gpkg").geometry.x.tolist() == [127.43]
    unknown.geometry = [Point(586000, 325000)]
    unknown.to_file(tmp_path / "b.gpkg")
    assert "coordinates 586000,325000 are not degrees" in refusal(tmp_path / "b.gpkg")[0]
    unknown.geometry = [Point(1_000_000, 2_000_000)]
    unknown.to_file(tmp_path / "c.gpkg")
    assert load_places(tmp_path / "c.gpkg", crs=5179).geometry.x.round(6).tolist() == [127.5]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
@pytest.mark.parametrize("page", ["keep", "drop", "949", "nonsense"])
def test_a_shapefile_is_read_with_or_without_its_code_page(
    tmp_path: Path, encoding: str, page: str
) -> None:
    file = tmp_path / "a.shp"
    table(5186).to_file(file, encoding=encoding)
    if page == "drop" or (page == "949" and encoding == "utf-8"):
        file.with_suffix(".cpg").unlink()
    elif page != "keep":
        file.with_suffix(".cpg").write_text(page)
    check(load_places(file))


def test_the_parts_of_a_shapefile_are_found_whatever_their_case(shapefile: Path) -> None:
    for suffix in PARTS[1:]:
        part = shapefile.with_suffix(suffix)
        part.rename(part.with_suffix(suffix.upper()))
    check(load_places(shapefile))


def test_an_old_datum_in_the_prj_is_shifted(tmp_path: Path) -> None:
    table(5174).to_file(tmp_path / "a.shp", encoding="cp949")
    check(load_places(tmp_path / "a.shp"))


def test_a_shapefile_in_another_encoding_says_which_were_tried(shapefile: Path) -> None:
    dbf = shapefile.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("대전역".encode("cp949"), b"\xff" * 6))
    assert refusal(shapefile) == [
        "a.shp: attributes are not cp949 or utf-8 text - export it as UTF-8 or pass its encoding"
    ]
    assert refusal(shapefile, encoding="utf-8")[0].startswith("a.shp: attributes are not utf-8 t")


def test_a_disguised_virtual_file_makes_no_request_and_opens_no_other_file(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 - its own signature
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.csv"
        layer = f"<OGRVRTLayer name='a'><SrcDataSource>/vsicurl/{address}</SrcDataSource>"
        content = f"<OGRVRTDataSource>{layer}</OGRVRTLayer></OGRVRTDataSource>"
        for suffix in (".csv", ".geojson", ".gpkg", ".shp", ".zip"):
            file = tmp_path / f"a{suffix}"
            file.write_text(content)
            assert "is XML, not" in refusal(file)[0]
        with pytest.raises(InputError, match="is not a local file"):
            load_places(address)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_is_named(shapefile: Path, suffix: str) -> None:
    shapefile.with_suffix(suffix).unlink()
    assert refusal(shapefile) == [
        f"a.shp: has no {suffix} beside it - keep .shp, .shx, .dbf and .prj together"
    ]


def test_a_part_that_cannot_be_read_is_named(shapefile: Path) -> None:
    part = shapefile.with_suffix(".dbf")
    part.unlink()
    part.mkdir()
    with pytest.raises(InputError, match=r"a\.dbf: cannot be read \(Is a directory\)"):
        load_places(shapefile)


def test_metres_without_a_prj_are_refused_and_read_with_a_crs(shapefile: Path) -> None:
    shapefile.with_suffix(".prj").unlink()
    assert "are not degrees - pass its CRS" in refusal(shapefile)[0]
    check(load_places(shapefile, crs=5186))


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_part_cut_anywhere_is_refused(shapefile: Path, suffix: str) -> None:
    part = shapefile.with_suffix(suffix)
    content = part.read_bytes()
    for size in range(1, len(content) - 1, 17):
        part.write_bytes(content[:size])
        assert refusal(shapefile)[0].startswith("a.shp: ")


def test_a_dbf_of_another_export_is_refused(shapefile: Path, tmp_path: Path) -> None:
    table().head(1).to_file(tmp_path / "b.shp", encoding="cp949")
    shutil.copy(tmp_path / "b.dbf", shapefile.with_suffix(".dbf"))
    assert refusal(shapefile) == [
        "a.shp: 2 shapes in .shp, but 1 rows in .dbf - keep the parts of one export together"
    ]


def test_two_columns_of_one_name_are_refused(shapefile: Path) -> None:
    dbf = shapefile.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[96:107] = content[32:43]  # the third field takes the name of the first
    dbf.write_bytes(bytes(content))
    assert refusal(shapefile) == ["a.shp: duplicate column (id) - keep one of them"]


def test_the_columns_of_a_dbf_end_at_their_terminator() -> None:
    header = bytes(8) + (32 + 32 + 1 + 263).to_bytes(2, "little") + bytes(22)
    field = b"ID" + bytes(30)
    assert field_names(header + field + b"\r" + bytes(263)) == ["id"]


def zipped(shapefile: Path, names: dict[str, str], more: dict[str, bytes] | None = None) -> Path:
    """Zip parts of a shapefile under given names."""
    file = shapefile.with_suffix(".zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, name in names.items():
            archive.write(shapefile.with_suffix(suffix), name)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return file


def test_a_zipped_shapefile_is_read_from_any_folder_in_it(shapefile: Path) -> None:
    names = {suffix: f"역/A{suffix.upper()}" for suffix in PARTS}
    check(load_places(zipped(shapefile, names, {"readme.txt": b"x", "__MACOSX/b.shp": b"x"})))


def test_a_zip_member_that_points_outside_is_only_read_in_memory(shapefile: Path) -> None:
    file = zipped(shapefile, {suffix: f"../../evil{suffix}" for suffix in PARTS})
    check(load_places(file))
    assert not list(shapefile.parent.parent.glob("evil*"))


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ({}, "a.zip: holds 0 shapefiles (none) - zip one shapefile alone"),
        (
            {".shp": "a.shp", ".dbf": "b.dbf"},
            "a.zip: holds 2 shapefiles (a, b) - zip one shapefile alone",
        ),
        ({".dbf": "a.dbf"}, "a.zip: holds no whole shapefile - zip one shapefile alone"),
        ({".shp": "a.shp"}, "a.zip: has no .shx beside it - keep .shp, .shx, .dbf and .prj"),
    ],
)
def test_a_zip_without_one_whole_shapefile_is_refused(
    shapefile: Path, names: dict[str, str], text: str
) -> None:
    assert refusal(zipped(shapefile, names, {"x.txt": b"x"}))[0].startswith(text)


def test_a_member_that_is_no_shapefile_is_refused(shapefile: Path) -> None:
    names = {suffix: f"a{suffix}" for suffix in (".shx", ".dbf")}
    assert refusal(zipped(shapefile, names, {"a.shp": b"<OGRVRTDataSource/>"})) == [
        "a.zip: its .shp is no part of a shapefile - export it again"
    ]


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(
    shapefile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustergeo.places._readers.ZIP_LIMIT_BYTES", 100)
    (line,) = refusal(zipped(shapefile, {suffix: f"a{suffix}" for suffix in PARTS}))
    assert line.startswith("a.zip: unpacks to ")
    assert line.endswith(" bytes - stay below 100 bytes")


def test_a_damaged_zip_is_refused(shapefile: Path) -> None:
    file = zipped(shapefile, {suffix: f"a{suffix}" for suffix in PARTS})
    content = file.read_bytes()
    for size in range(1, len(content), 53):
        file.write_bytes(content[:size])
        assert refusal(file)[0].startswith("a.zip: ")
    flipped = bytearray(content)
    flipped[60] ^= 0xFF
    file.write_bytes(bytes(flipped))
    assert refusal(file)[0].startswith("a.zip: damaged or encrypted zip (")

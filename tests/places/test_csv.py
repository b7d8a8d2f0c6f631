"""Places of the user's own in CSV, and the options common to all formats."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from clustergeo.errors import InputError, SchemaError, UsageError
from clustergeo.places import (
    load_anchors,
    load_clusters,
    load_municipalities,
    load_pilot_projects,
    load_places,
    load_population,
    load_population_grid,
    load_sites,
)
from clustergeo.schemas.places import PLACES


def written(folder: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def refusal(file: Path, crs: str | int | None = None) -> list[str]:
    """Return the lines of the refusal of a file, its folder taken off."""
    with pytest.raises(InputError) as caught:
        load_places(file, crs=crs)
    return str(caught.value).replace(str(file), file.name).splitlines()


def test_an_id_and_a_point_are_enough(tmp_path: Path) -> None:
    places = load_places(written(tmp_path, "id,lon,lat\nlab,127.35,36.37\n"))
    assert list(places.columns) == [*PLACES.names, "geometry"]
    row = places.iloc[0]
    assert row[list(PLACES.names)].drop("accuracy_m").tolist() == [
        "lab",
        "",
        "",
        "place",
        "",
        "estimated",
        "a.csv",
    ]
    assert np.isnan(row["accuracy_m"])
    assert (row.geometry.x, row.geometry.y) == (127.35, 36.37)
    assert places.crs == "EPSG:4326"


def test_what_the_file_says_about_its_points_is_kept(tmp_path: Path) -> None:
    text = (
        "place_id,name_en,name_ko,kind,cluster_id,accuracy_m,evidence,source,lon,lat,extra\n"
        "lab,Lab,연구소,site,c1,25,published,survey,1,2,x\n"
        "hut,Hut,,place,,,estimated,,1,2,y\n"
    )
    places = load_places(written(tmp_path, text))
    assert places.iloc[0][list(PLACES.names)].tolist() == [
        "lab",
        "Lab",
        "연구소",
        "site",
        "c1",
        25.0,
        "published",
        "survey",
    ]
    assert places["source"].tolist() == ["survey", "a.csv"]
    assert "extra" not in places.columns


@pytest.mark.parametrize(
    "header",
    [
        "id,name,lon,lat",
        "ID,Name,Longitude,Latitude",
        "place_id,name_en,lng,lat",
        "관리번호,영문명,경도,위도",
        "아이디,name,x,y",
        "식별자,name,좌표정보(x),좌표정보(y)",
    ],
)
def test_headers_go_by_their_usual_names(tmp_path: Path, header: str) -> None:
    places = load_places(written(tmp_path, f"{header}\n7,Lab,127.35,36.37\n"))
    assert places[["place_id", "name_en"]].to_numpy().tolist() == [["7", "Lab"]]
    assert places.geometry.x.tolist() == [127.35]


@pytest.mark.parametrize("header", ["이름", "명칭", "시설명", "name_ko", "NAME_KO"])
def test_korean_names_go_by_their_usual_headers(tmp_path: Path, header: str) -> None:
    text = f"id,{header},lon,lat\n1,대전역,127,36\n"
    for encoding in ("utf-8", "utf-8-sig", "cp949", "utf-16"):
        places = load_places(written(tmp_path, text, encoding=encoding))
        assert places["name_ko"].tolist() == ["대전역"]


def test_the_contracts_own_header_goes_before_an_alias(tmp_path: Path) -> None:
    places = load_places(written(tmp_path, "id,place_id,lon,lat\n1,one,127,36\n"))
    assert places["place_id"].tolist() == ["one"]


def test_ids_are_kept_as_text_exactly(tmp_path: Path) -> None:
    ids = ["007", "1e3", "NA", "12345678901234567890", "null", "1-2"]
    text = "id,lon,lat\n" + "".join(f"{name},127,36\n" for name in ids)
    assert load_places(written(tmp_path, text))["place_id"].tolist() == ids


def test_every_bad_row_is_listed_with_row_field_value_and_remedy(tmp_path: Path) -> None:
    text = (
        "id,lon,lat,accuracy_m\n"
        "a,36.37,127.35,50\n"  # swapped
        "b,,36,50\n"
        'c,"127,35",36,50\n'
        "d,inf,nan,50\n"
        "e,127°21',36,50\n"
        "f,127,36,-5\n"
        "f,127,36,50\n"
        ",127,36,50\n"
        "g,226,36,50\n"
        "h,127,99,50\n"
    )
    number = "not a finite number"
    assert refusal(written(tmp_path, text)) == [
        "a.csv:2, lat: latitude out of range (127.35) - looks swapped: swap lon and lat",
        "a.csv:3, lon: is blank - fill in the coordinate",
        "a.csv:4, lon: decimal comma (127,35) - write a decimal point",
        f"a.csv:5, lon: {number} (inf) - write decimal degrees such as 36.35",
        f"a.csv:5, lat: {number} (nan) - write decimal degrees such as 36.35",
        f"a.csv:6, lon: {number} (127°21') - write decimal degrees such as 36.35",
        "a.csv:7, accuracy_m: below 0 (-5) - correct the value",
        "a.csv:8, place_id: duplicate of row 7 (f) - give each row its own",
        "a.csv:9, place_id: is blank - fill in the value",
        "a.csv:10, lon: longitude out of range (226) - correct the longitude",
        "a.csv:11, lat: latitude out of range (99) - correct the latitude",
    ]


def test_a_missing_id_column_lists_what_was_found(tmp_path: Path) -> None:
    (line,) = refusal(written(tmp_path, "label,lon,lat\na,127,36\n"))
    assert line == (
        "a.csv, place_id: column missing (found: label)"
        " - add the column; a places table needs place_id"
    )


def test_missing_coordinate_columns_list_what_was_found(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "id,lon,name\na,127,x\n")) == [
        "a.csv:1: no coordinate columns (found: id, lon, name) - name them lon and lat, or x and y"
    ]


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "id,lon,lat\n")) == [
        "a.csv: holds no places (0 rows) - check the export"
    ]


def test_an_unknown_kind_of_file_is_refused_with_the_kinds_known(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a"):
        (line,) = refusal(written(tmp_path, "x", name))
        assert line.startswith(f"{name}: unknown kind of file (")
        assert line.endswith("use one of .csv, .geojson, .gpkg, .json, .shp, .zip")


@pytest.mark.parametrize(
    "source",
    ["https://example.org/a.csv", "/vsicurl/https://example.org/a.csv", "/VSIZIP/a.zip/a.shp"],
)
def test_addresses_and_virtual_files_are_refused_before_anything_is_opened(source: str) -> None:
    with pytest.raises(InputError) as caught:
        load_places(source)
    assert str(caught.value) == (f"{source}: is not a local file - download it and name the copy")


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", b"SQLite format 3\x00....", "is GeoPackage, not CSV"),
        ("a.csv", b"PK\x03\x04....", "is a zip, not CSV"),
        ("a.csv", b'{"type": "FeatureCollection"}', "is GeoJSON, not CSV"),
        ("a.csv", b"<OGRVRTDataSource>", "is XML, not CSV"),
        ("a.csv", b"id\x00,lon", "holds NUL characters"),
        ("a.geojson", b"\xef\xbb\xbf <OGRVRTDataSource>", "is XML, not GeoJSON"),
        ("a.geojson", "<OGRVRTDataSource>".encode("utf-16"), "is XML, not GeoJSON"),
        ("a.geojson", b"id,lon,lat\n1,2,3\n", "is plain text, not GeoJSON"),
        ("a.json", b"\x89PNG\r\n\x00\x00", "is binary data, not GeoJSON"),
        ("a.gpkg", b"<OGRVRTDataSource>", "is XML, not GeoPackage"),
        ("a.shp", b"<OGRVRTDataSource>", "is XML, not a shapefile"),
        ("a.zip", b"id,lon,lat\n", "is plain text, not a zip"),
    ],
)
def test_content_must_be_what_the_extension_says(
    tmp_path: Path, name: str, content: bytes, text: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    (line,) = refusal(file)
    assert line.removeprefix(name).removeprefix(":1").startswith(f": {text}")


def test_options_that_a_format_would_ignore_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "id,lon,lat\n1,127,36\n")
    with pytest.raises(UsageError, match=r"a\.csv has no layers - leave layer= \(x\) out"):
        load_places(file, layer="x")
    with pytest.raises(UsageError, match="is a GeoPackage, always UTF-8 - leave encoding="):
        load_places(tmp_path / "a.gpkg", encoding="cp949")


def test_a_given_encoding_is_used(tmp_path: Path) -> None:
    file = written(tmp_path, "id,name,lon,lat\n1,Čáslav,15,50\n", encoding="cp1250")
    assert load_places(file, encoding="cp1250")["name_en"].tolist() == ["Čáslav"]


def test_loading_says_how_many_places_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = written(tmp_path, "id,lon,lat\n1,127,36\n")
    with caplog.at_level(logging.INFO, logger="clustergeo"):
        load_places(file)
    assert caplog.messages == [f"{file}: 1 places"]


def test_the_loaders_of_the_project_read_a_users_own_file(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "id,lon,lat,employees,category,municipality_id,project_id\na,127,36,5,capital,m,1\n",
    )
    clusters, sites = load_clusters(file), load_sites(file)
    assert (clusters["employees"].tolist(), clusters["cluster_id"].tolist()) == ([5], ["a"])
    assert (sites["kind"].tolist(), sites["cluster_id"].tolist()) == (["site"], [""])
    assert load_anchors(file)["kind"].tolist() == ["capital"]
    halls = load_municipalities(file)
    assert (halls["kind"].tolist(), halls["cluster_id"].tolist()) == (["municipality"], [""])


@pytest.mark.parametrize("weight", ["-3", "many", "1.5"])
def test_a_bad_weight_is_refused(tmp_path: Path, weight: str) -> None:
    file = written(tmp_path, f"id,lon,lat,employees\na,127,36,{weight}\n")
    with pytest.raises(InputError, match=rf":2, employees: .*\({weight}\)"):
        load_clusters(file)


def test_the_tables_without_points_read_a_users_own_file(tmp_path: Path) -> None:
    people = written(tmp_path, "code,name_ko,name_en,population,population_edge\n01,가,A,5,1\n")
    assert load_population(people)["population_total"].tolist() == [6]
    cells = written(tmp_path, "x,y,population\n1000000,2000000,5\n", "grid.csv")
    grid = load_population_grid(cells)
    assert grid.geometry.x.round(6).tolist() == [127.5]
    assert grid.geometry.y.round(6).tolist() == [38.0]
    with pytest.raises(SchemaError, match="sector: column missing"):
        load_pilot_projects(people)
    with pytest.raises(InputError, match="is not a local file"):
        load_population("https://example.org/people.csv")


def test_a_negative_population_is_refused(tmp_path: Path) -> None:
    cells = written(tmp_path, "x,y,population\n1,2,-5\n1,2,5\n")
    with pytest.raises(SchemaError) as caught:
        load_population_grid(cells)
    assert [str(fault).split("csv")[-1] for fault in caught.value.faults] == [
        ":2, population: below 0 (-5) - correct the value",
        ":3, x, y: duplicate of row 2 (1, 2) - give each row its own",
    ]

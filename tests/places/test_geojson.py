"""Places in GeoJSON: RFC 7946 to the letter, and the habits of exporters."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from clustergeo.errors import InputError
from clustergeo.places import load_places


def feature(place_id: object = "a", geometry: object = None, **members: Any) -> dict[str, Any]:
    """Return a feature with a point, unless told otherwise."""
    point = {"type": "Point", "coordinates": [127.35, 36.37]}
    made = {
        "type": "Feature",
        "properties": {"id": place_id},
        "geometry": point if geometry is None else geometry,
    }
    return made | members


def collection(*features: object, **members: Any) -> dict[str, Any]:
    """Return a feature collection."""
    return {"type": "FeatureCollection", "features": list(features), **members}


def written(folder: Path, content: object, encoding: str = "utf-8") -> Path:
    """Write a value, or text as it is, as a GeoJSON file."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    file = folder / "a.geojson"
    file.write_bytes(text.encode(encoding))
    return file


def refusal(folder: Path, content: object) -> list[str]:
    """Return the lines of the refusal, the folder taken off."""
    file = written(folder, content)
    with pytest.raises(InputError) as caught:
        load_places(file)
    return str(caught.value).replace(str(file), file.name).splitlines()


def at(folder: Path, coordinates: object, kind: str = "Point") -> list[str]:
    """Return the refusal of one feature with this geometry."""
    return refusal(
        folder, collection(feature(geometry={"type": kind, "coordinates": coordinates}))
    )


def test_points_are_read_with_their_properties(tmp_path: Path) -> None:
    first = feature("007")
    first["properties"] |= {"name": "Lab", "이름": "연구소", "more": {"a": [1]}}
    places = load_places(written(tmp_path, collection(first, feature("1e3"))))
    assert places[["place_id", "name_en", "name_ko"]].to_numpy().tolist() == [
        ["007", "Lab", "연구소"],
        ["1e3", "", ""],
    ]
    assert places.geometry.x.tolist() == [127.35, 127.35]
    assert places["source"].tolist() == ["a.geojson"] * 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_other_encodings_than_the_standards_are_found(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, collection(feature("대전역")), encoding)
    assert load_places(file)["place_id"].tolist() == ["대전역"]


def test_a_single_feature_is_a_table_of_one(tmp_path: Path) -> None:
    assert load_places(written(tmp_path, feature()))["place_id"].tolist() == ["a"]


def test_a_height_is_left_out_and_a_multipoint_of_one_is_a_point(tmp_path: Path) -> None:
    high = feature("a", {"type": "Point", "coordinates": [127, 36, 80.5]})
    only = feature("b", {"type": "MultiPoint", "coordinates": [[127, 36]]})
    places = load_places(written(tmp_path, collection(high, only)))
    assert [point.has_z for point in places.geometry] == [False, False]
    assert places.geometry.y.tolist() == [36, 36]


def test_the_features_own_id_stands_in_for_a_missing_property(tmp_path: Path) -> None:
    bare = feature(id=12345678901234567890)
    bare["properties"] = None
    named = feature("own", id="other")
    places = load_places(written(tmp_path, collection(bare, named)))
    assert places["place_id"].tolist() == ["12345678901234567890", "own"]


@pytest.mark.parametrize("value", [7, 7.0, "7"])
def test_whole_numbers_make_ids(tmp_path: Path, value: object) -> None:
    assert load_places(written(tmp_path, collection(feature(value))))["place_id"].tolist() == ["7"]


@pytest.mark.parametrize(("value", "shown"), [(7.5, "7.5"), (True, "True"), (1e300, "1e+300")])
def test_other_numbers_make_no_ids(tmp_path: Path, value: object, shown: str) -> None:
    assert refusal(tmp_path, collection(feature(value))) == [
        f"a.geojson:1, place_id: not text or a whole number ({shown}) - write ids as text"
    ]


@pytest.mark.parametrize("value", ["", None, float("nan")])
def test_an_id_missing_on_one_feature_is_refused_with_its_row(
    tmp_path: Path, value: object
) -> None:
    assert refusal(tmp_path, collection(feature("a"), feature(value))) == [
        "a.geojson:2, place_id: is blank - fill in the value"
    ]


def test_a_file_cut_short_names_the_byte_and_the_whole_features(tmp_path: Path) -> None:
    text = json.dumps(collection(feature("가"), feature("나"), feature("다")), ensure_ascii=False)
    cut = text[: text.index("다")]
    (line,) = refusal(tmp_path, cut)
    start = len(text[: text.index('"다')].encode())
    assert line == (
        f"a.geojson: broken JSON at byte {start:,}: Unterminated string starting at"
        " (2 complete features before) - download or export it again"
    )


def test_a_file_cut_before_its_features_has_none_complete(tmp_path: Path) -> None:
    assert "(0 complete features before)" in refusal(tmp_path, '{"type": "FeatureColl')[0]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"a": 1, "a": 2}', "a.geojson: broken JSON (duplicate member 'a') - export it again"),
        (
            '{"type": "Feature", "id": "x\\ud800"}',
            "a.geojson: broken JSON (half a character 'x\\ud800') - export it again as RFC 7946",
        ),
        ('{"a": ' + "[" * 100_000, "a.geojson: is nested too deeply to be a table of places - "),
        ('{"a": ' + "9" * 5_000 + "}", "a.geojson: broken JSON (Exceeds the limit"),
        ({"type": "Topology"}, 'a.geojson, type: is no feature collection (type "Topology") - '),
        ({}, "a.geojson, type: is no feature collection (type null) - export it again as"),
        (
            {"type": "FeatureCollection", "features": {}},
            "a.geojson, features: has no list of features - export it again as RFC 7946 GeoJSON",
        ),
        (
            collection(feature(), coordinates=[]),
            "a.geojson, coordinates: a FeatureCollection must not have this member - remove it",
        ),
        (collection(), "a.geojson: holds no places (0 rows) - check the export"),
        (
            collection(feature(), crs={"type": "link", "properties": {"href": "x"}}),
            'a.geojson, crs: cannot be understood ({"type": "link", "properties": {"href": "x"}})',
        ),
        (
            collection(feature(), crs="EPSG:5179"),
            'a.geojson, crs: cannot be understood ("EPSG:5179") - remove it and pass the CRS',
        ),
        (
            collection(feature(), crs={"properties": {"name": "EPSG:0"}}),
            "a.geojson: states an unknown coordinate system (EPSG:0) - pass its CRS, such as",
        ),
    ],
)
def test_what_is_no_geojson_is_refused_whole(tmp_path: Path, content: object, text: str) -> None:
    (line,) = refusal(tmp_path, content)
    assert line.startswith(text)


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("x", "a.geojson:2: feature is a JSON str, not an object"),
        (None, "a.geojson:2: feature is a JSON NoneType, not an object"),
        (feature(type="feature"), 'a.geojson:2, type: is no feature ("feature") - give it the'),
        (feature(features=[]), "a.geojson:2, features: a Feature must not have this member"),
        (feature(properties=[1]), "a.geojson:2, properties: is a JSON list, not an object"),
        (feature(id={}), "a.geojson:2, id: is neither text nor number ({}) - give the feature a"),
        (feature(geometry=[1]), "a.geojson:2, geometry: is a JSON list, not an object"),
        (feature() | {"geometry": None}, "a.geojson:2, geometry: null geometry - give the row a"),
        (feature(geometry={"type": "Dot"}), 'a.geojson:2, geometry: unknown geometry ("Dot")'),
        (
            feature(geometry={"type": "Point", "coordinates": [1, 2], "features": []}),
            "a.geojson:2, features: a Point must not have this member - remove it",
        ),
    ],
)
def test_a_broken_feature_is_refused_with_its_number(
    tmp_path: Path, broken: object, text: str
) -> None:
    lines = refusal(tmp_path, collection(feature("a"), broken))
    assert any(line.startswith(text) for line in lines)
    assert all(line.startswith("a.geojson:2") for line in lines)


@pytest.mark.parametrize("kind", ["Polygon", "LineString", "MultiPolygon", "GeometryCollection"])
def test_other_geometries_than_points_are_refused_with_advice(tmp_path: Path, kind: str) -> None:
    (line,) = at(tmp_path, [], kind)
    assert line == (
        f"a.geojson:1, geometry: is a {kind}, not a point"
        " - give one point: which one stands for an area is yours to decide"
    )


def test_a_multipoint_of_several_is_not_a_point(tmp_path: Path) -> None:
    assert "is a MultiPoint, not a point" in at(tmp_path, [[1, 2], [3, 4]], "MultiPoint")[0]


@pytest.mark.parametrize(
    ("coordinates", "text"),
    [
        ([], "geometry: empty geometry (Point) - give the row a point or remove it"),
        (None, "coordinates: is not a position of 2 or 3 numbers (null) - write [longitude,"),
        ([127], "coordinates: is not a position of 2 or 3 numbers ([127])"),
        ([1, 2, 3, 4], "coordinates: is not a position of 2 or 3 numbers ([1, 2, 3, 4])"),
        (["127", 36], 'coordinates: is not made of finite numbers (["127", 36])'),
        ([True, 36], "coordinates: is not made of finite numbers ([true, 36])"),
        ([float("nan"), 36], "coordinates: is not made of finite numbers ([NaN, 36])"),
        ([float("inf"), 36], "coordinates: is not made of finite numbers ([Infinity, 36])"),
        ([10**400, 36], "coordinates: is not made of finite numbers (["),
    ],
)
def test_a_position_is_two_or_three_finite_numbers(
    tmp_path: Path, coordinates: object, text: str
) -> None:
    (line,) = at(tmp_path, coordinates)
    assert line.startswith(f"a.geojson:1, {text}")


def test_swapped_coordinates_are_called_so(tmp_path: Path) -> None:
    assert at(tmp_path, [36.37, 127.35]) == [
        "a.geojson:1, geometry: latitude out of range (127.35) - looks swapped: swap lon and lat"
    ]


def test_metres_without_a_system_are_refused(tmp_path: Path) -> None:
    (line,) = at(tmp_path, [586000, 325000])
    assert line == (
        "a.geojson:1: coordinates 586000,325000 are not degrees"
        " - pass its CRS, such as crs='EPSG:5179' (--crs)"
    )


def test_a_legacy_crs_member_is_honoured_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metres = feature(geometry={"type": "Point", "coordinates": [1_000_000, 2_000_000]})
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}
    with caplog.at_level(logging.WARNING, logger="clustergeo"):
        places = load_places(written(tmp_path, collection(metres, crs=member)))
    assert places.geometry.x.round(6).tolist() == [127.5]
    assert places.geometry.y.round(6).tolist() == [38.0]
    assert "legacy crs member honoured" in caplog.text


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_a_legacy_crs_member_that_changes_nothing_is_not_worth_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    content = collection(feature(), crs={"type": "name", "properties": {"name": name}})
    assert load_places(written(tmp_path, content)).geometry.x.tolist() == [127.35]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_null_crs_member_means_degrees(tmp_path: Path) -> None:
    places = load_places(written(tmp_path, collection(feature(), crs=None)))
    assert places.geometry.y.tolist() == [36.37]

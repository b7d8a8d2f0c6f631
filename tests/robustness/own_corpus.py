"""Bad files of every kind, made here, so that the project needs no corpus of others.

Each is a whole file with one thing wrong; a few are whole, so that refusing all would be noticed.
"""

from __future__ import annotations

import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
from robustness.trials import Trial
from shapely.geometry import Point, box
from toy_lint import CLEAN
from toy_nodelink import cross, saved

__all__ = ["SEED", "Bad", "own_corpus"]

SEED: Final = 8
HTML: Final = "<!doctype html><title>Sign in</title>"

_CSV: Final = "id,name,lon,lat\na,Lab,127.1,36.1\nb,Fab,127.2,36.2\n"
_WAY: Final = (
    '<node id="1" lat="36" lon="127"/><node id="2" lat="36" lon="127.01"/>'
    '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>'
)
_OSM: Final = f'<?xml version="1.0"?><osm version="0.6">{_WAY}</osm>'
_SCENARIO: Final = (
    '[scenario]\nscenario_id = "often"\ntitle_en = "More often"\ntitle_ko = "더 자주"\n\n'
    '[[edit]]\nkind = "headway"\nroute = "B1"\nevery_min = 10\nassumption = true\nnote = "ours"\n'
)
_CLAIM: Final = (
    '[[claim]]\nclaim_id = "far"\nquotation = "It is far."\nwho = "us"\nwhen = 2026\n'
    'source = "invented"\nreading_en = "More than an hour."\nreading_ko = "한 시간 넘게."\n'
    'reading_evidence = "estimated"\nmodes = ["car"]\n\n[[claim.comparison]]\n'
    'origins = ["@clusters"]\nleft = { to = ["@capital"], take = "min" }\noperator = ">"\n'
    "right = { minutes = 60 }\n"
)


@dataclass(frozen=True, slots=True)
class Bad:
    """One file: what it is handed to, and words of the refusal; none where it is whole."""

    trial: Trial
    words: str


def own_corpus(folder: Path, seed: int = SEED) -> list[Bad]:
    """Write the corpus into a folder and return it; equal seeds, equal files."""
    makers = (_csv, _geojson, _areas, _geopackages, _feeds, _maps, _graphml, _nodelinks, _tomls)
    found = []
    for maker in makers:
        place = folder / maker.__name__.strip("_")
        place.mkdir(parents=True)
        for number, (command, name, content, words) in enumerate(
            maker(place, random.Random(seed))  # noqa: S311 - no secret
        ):
            path = place / f"{number:02d}" / name
            if content is not None:
                path.parent.mkdir()
                path.write_bytes(content.encode() if isinstance(content, str) else content)
            else:
                path = place / name
            found.append(Bad(Trial(command, path, path.relative_to(folder).as_posix()), words))
    return found


Made = tuple[str, str, str | bytes | None, str]


def _csv(_: Path, rng: random.Random) -> Iterator[Made]:
    cut = _CSV[: _CSV.index("b,") + rng.randint(1, 8)]
    for content, words in (
        (_CSV, ""),
        (_CSV.encode("utf-16"), ""),
        ("", "is empty"),
        (" \n\n", "is empty"),
        (HTML, "HTML page"),
        (_CSV.splitlines()[0] + "\n", "0 rows"),
        (_CSV.split("\n", 1)[1], "no coordinate columns"),
        (_CSV.replace(",", ";"), "not separated by commas"),
        (_CSV.replace(",", "\t"), "not separated by commas"),
        (_CSV.replace("127.1", '"127,1"'), "decimal comma"),
        (_CSV.replace("127.1", "127°06'E"), "not a finite number"),
        (_CSV.replace("127.1", "nan"), "not a finite number"),
        (_CSV.replace("127.1", "1e999"), "not a finite number"),
        (_CSV.replace("36.1", ""), "is blank"),
        (_CSV.replace("36.1", "96.1"), "out of range"),
        (_CSV.replace("127.1,36.1", "36.1,127.1"), "looks swapped"),
        (_CSV.replace("127.1,36.1", "990000,1818000"), "are not degrees"),
        (_CSV.replace("b,Fab", "a,Fab"), "duplicate of row 2"),
        (_CSV.replace("b,Fab", ",Fab"), "is blank"),
        (_CSV.replace("name", "id"), "duplicate column"),
        (_CSV.replace("Fab,", "Fab,,"), "5 cells where the header has 4"),
        (_CSV.replace("Fab", '"Fab'), "broken row"),
        (_CSV.replace("Fab", "F\0b"), "NUL"),
        (_CSV.replace("b,Fab", "\nb,Fab"), "blank row"),
        (_CSV.replace("Lab", "Łódź").encode("cp1250"), "not utf-8-sig or cp949"),
        (cut, "cells where the header has 4"),
        ("PK\x03\x04" + _CSV, "is a zip, not CSV"),
    ):
        yield "check", "towns.csv", content, words


def _collection(*geometries: Any, **members: Any) -> str:
    features = [
        {"type": "Feature", "properties": {"id": f"f{n}"}, "geometry": each}
        for n, each in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | members)


_POINT: Final = {"type": "Point", "coordinates": [127.1, 36.1]}


def _geojson(_: Path, rng: random.Random) -> Iterator[Made]:
    whole = _collection(_POINT, _POINT)
    last = whole.rindex('{"type": "Feature"')
    for content, words in (
        (whole, ""),
        (HTML, "HTML page"),
        (whole[: last + rng.randint(5, 60)], "1 complete features before"),
        (whole.replace('"id": "f1"', '"id": "f0"'), "duplicate of row 1"),
        (whole.replace('{"id": "f1"}', "null"), "is blank"),
        (whole.replace('{"id": "f1"}', "[]"), "not an object"),
        (whole.replace('"Feature"', '"Featre"'), "is no feature"),
        (whole.replace("127.1", "NaN"), "not made of finite numbers"),
        (whole.replace("127.1", "1e999"), "not made of finite numbers"),
        (whole.replace("127.1", '"127.1"'), "not made of finite numbers"),
        (whole.replace("[127.1, 36.1]", "[127.1]"), "is not a position"),
        (whole.replace("[127.1, 36.1]", "[]"), "empty geometry"),
        (whole.replace("127.1, 36.1", "990000, 1818000"), "are not degrees"),
        (whole.replace('"id": "f1"', '"id": "f1", "id": "f2"'), "duplicate member"),
        (_collection(_POINT, None), "null geometry"),
        (
            _collection(_POINT, {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
            "not a point",
        ),
        (_collection(_POINT, {"type": "Pint", "coordinates": [1, 2]}), "unknown geometry"),
        (_collection(), "0 rows"),
        (_collection(_POINT, crs={"properties": {"name": "EPSG:0"}}), "unknown coordinate system"),
        (_collection(_POINT, crs="metres"), "cannot be understood"),
        ("[" * 100_000, "is plain text"),
        ('{"type":' * 50_000, "nested too deeply"),
        ('{"type": "Topology"}', "no feature collection"),
        ("<OGRVRTDataSource/>", "is XML"),
    ):
        yield "check", "towns.geojson", content, words


def _areas(place: Path, _: random.Random) -> Iterator[Made]:
    square = box(127, 36, 127.1, 36.1).__geo_interface__

    def ring(*corners: tuple[float, float]) -> dict[str, Any]:
        return {"type": "Polygon", "coordinates": [list(corners)]}

    bowtie = ring((127, 36), (127.1, 36.1), (127.1, 36), (127, 36.1), (127, 36))
    wide = ring((179, 0), (-179, 0), (-179, 1), (179, 0))
    for content, words in (
        (_collection(square), ""),
        (_collection(square, None), "null geometry"),
        (_collection(square, _POINT), "not an area"),
        (_collection(bowtie), "outline is not valid"),
        (_collection(wide), "more than 180 degrees"),
        (_collection(ring((127, 36), (127.1, 36), (127.1, 36.1))), "not closed"),
        (
            _collection({"type": "Polygon", "coordinates": [[127, 36], [128, 37]]}),
            "not a position",
        ),
        (_collection({"type": "Polygon", "coordinates": []}), "empty geometry"),
        (_collection({"type": "MultiPolygon", "coordinates": 7}), "is a JSON int"),
        (_collection({"type": "Polygon", "coordinates": [[]]}), "not closed"),
        (_collection("square"), "is a str, not an area"),
        (_collection(ring((5e5, 4e5), (6e5, 4e5), (6e5, 5e5), (5e5, 4e5))), "are not degrees"),
        (_collection(ring((127, 95), (128, 95), (128, 96), (127, 95))), "latitude out of range"),
        (_collection(), "0 rows"),
        ("<OGRVRTDataSource/>", "is XML"),
        (HTML, "HTML page"),
    ):
        yield "within", "town.geojson", content, words
    yield "within", "town.csv", _CSV, "which holds no areas"
    gap: list[Any] = [box(127, 36, 127.1, 36.1), None]
    gpd.GeoSeries(gap, crs="EPSG:4326").to_file(place / "gap.gpkg")
    yield "within", "gap.gpkg", None, "null geometry"


def _geopackages(place: Path, rng: random.Random) -> Iterator[Made]:
    whole = place / "whole.gpkg"
    table = {"id": [f"{n:03d}" * 5 for n in range(300)]}
    gpd.GeoDataFrame(table, geometry=[Point(127, 36)] * 300, crs="EPSG:4326").to_file(whole)
    yield "check", "whole.gpkg", None, ""
    content = whole.read_bytes()
    page = 4096 * rng.randrange(len(content) // 8192, len(content) // 4096 - 1)
    for bad, words in (
        (b"", "is empty"),
        (b"SQLite format 3\0" + bytes(84), "SQLite file damaged"),
        (content[: len(content) // 2], "SQLite file damaged"),
        (content[:page] + bytes(4096) + content[page + 4096 :], "SQLite file damaged"),
        (b"towns", "is plain text"),
    ):
        yield "check", "towns.gpkg", bad, words
    with sqlite3.connect(place / "bare.gpkg") as database:
        database.execute("CREATE TABLE towns (id)")
    yield "check", "bare.gpkg", None, "no GeoPackage"
    for layer in ("one", "two"):
        gpd.GeoSeries([Point(127, 36)], crs="EPSG:4326").to_file(place / "two.gpkg", layer=layer)
    yield "check", "two.gpkg", None, "2 layers: one, two"
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(127, 36)], crs="EPSG:4326").to_file(
        place / "part.shp"
    )
    (place / "part.dbf").unlink()
    yield "check", "part.shp", None, ".dbf"


def _zip(files: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _feeds(_: Path, rng: random.Random) -> Iterator[Made]:
    clean: dict[str, str | bytes] = dict(CLEAN)
    whole = _zip(clean)
    yield "feed build", "feed.zip", whole, ""
    yield "feed build", "feed.zip", whole[: len(whole) * rng.randint(3, 7) // 10], "zip"
    yield "feed build", "feed.zip", HTML, "HTML page"
    yield "feed build", "feed.zip", _zip({"../stops.txt": "x", **clean}), ".."
    for name in ("agency", "stops", "routes", "trips", "stop_times", "calendar"):
        gone = {key: text for key, text in clean.items() if key != f"{name}.txt"}
        yield "feed build", "feed.zip", _zip(gone), name
        yield "feed build", "feed.zip", _zip(clean | {f"{name}.txt": ""}), name
    for name, old, new, words in (
        ("stops", "36.000", "96.000", "stop_lat"),
        ("stops", "36.000", "36,0", "stops.txt"),
        ("stops", "q,큰샘", "r,큰샘", "duplicate of row"),
        ("stops", "36.000,127.020", "0,0", "stop"),
        ("stop_times", "07:14:00", "07:61:00", "arrival_time"),
        ("stop_times", "07:14:00", "7pm", "arrival_time"),
        ("stop_times", "07:14:00", "-01:00:00", "arrival_time"),
        ("stop_times", "07:14:00,07:15:00", "07:14:00,07:01:00", "leaves before it arrives"),
        ("stop_times", "q,2", "nowhere,2", "nowhere"),
        ("stop_times", "q,2", "q,1", "duplicate of row"),
        ("trips", "one,WD", "nine,WD", "nine"),
        ("trips", "one,WD", "one,XX", "XX"),
        ("trips", "two,WD,t3", 'two,"WD,t3', "trips.txt"),
        ("calendar", "20261101,20261130\nWE", "20261131,20261130\nWE", "start_date"),
        ("calendar", "20261101,20261130\nWE", "20261130,20261101\nWE", "ends before it starts"),
        ("frequencies", "600,0", "0,0", "headway_secs"),
        ("frequencies", "600,0", "-600,0", "headway_secs"),
        ("frequencies", "07:00:00,09:00:00", "08:59:00,07:00:00", "end_time"),
        ("transfers", "p,q", "p,nowhere", "nowhere"),
    ):
        text = CLEAN[f"{name}.txt"]
        assert old in text, (name, old)
        spoilt = clean | {f"{name}.txt": text.replace(old, new, 1)}
        yield "feed build", "feed.zip", _zip(spoilt), words


def _maps(_: Path, rng: random.Random) -> Iterator[Made]:
    for content, words in (
        (_OSM, ""),
        ("", "is empty"),
        (HTML, "HTML page"),
        (_OSM[: rng.randint(60, len(_OSM) - 10)], "XML"),
        (_OSM.replace('lon="127"', 'lon="east"'), "coordinate"),
        (_OSM.replace('lon="127"', 'lon="1270"'), "map.osm"),
        (_OSM.replace('<nd ref="2"/>', '<nd ref="3"/>'), "missing"),
        (_OSM.replace('k="highway"', 'k="building"'), "no road"),
        (_OSM.replace(_WAY, ""), "no ways"),
        (_OSM.replace("osm ", "gpx ").replace("/osm", "/gpx"), "map.osm"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + _OSM.split("?>")[1], "entit"),
        (_OSM.replace(_WAY, _WAY + '<node id="1" lat="37" lon="127"/>'), "two places"),
    ):
        yield "network build", "map.osm", content, words
    yield "network build", "map.osm.pbf", bytes(rng.randrange(256) for _ in range(900)), "map.osm"
    yield "network build", "map.osm.pbf", "", "is empty"
    yield "network build", "map.osm.pbf", HTML, "HTML page"


def _graphml(_: Path, rng: random.Random) -> Iterator[Made]:
    keys = "".join(
        f'<key id="{name}" for="{of}" attr.name="{name}" attr.type="string"/>'
        for name, of in (("x", "node"), ("y", "node"), ("length", "edge"), ("highway", "edge"))
    )
    nodes = "".join(
        f'<node id="{n}"><data key="x">127.0{n}</data><data key="y">36</data></node>'
        for n in (1, 2)
    )
    edge = (
        '<edge source="1" target="2" id="0"><data key="length">900</data>'
        '<data key="highway">primary</data></edge>'
    )
    crs = '<key id="crs" for="graph" attr.name="crs" attr.type="string"/>'
    head = '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    graph = f'<graph edgedefault="directed"><data key="crs">epsg:4326</data>{nodes}{edge}</graph>'
    whole = f"{head}{crs}{keys}{graph}</graphml>"
    bomb = '<!DOCTYPE g [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;">]>'
    for content, words in (
        (whole[: rng.randint(200, len(whole) - 30)], "town.graphml"),
        (whole.replace('<data key="length">900</data>', ""), "length"),
        (whole.replace(">900<", ">-900<"), "length"),
        (whole.replace(">900<", ">nan<"), "length"),
        (whole.replace(">127.01<", ">east<"), "town.graphml"),
        (whole.replace("?>", f"?>{bomb}", 1), "town.graphml"),
        (whole.replace(edge, ""), "town.graphml"),
        (HTML, "HTML page"),
    ):
        yield "network build", "town.graphml", content, words


def _nodelinks(place: Path, _: random.Random) -> Iterator[Made]:
    def spoilt(name: str, column: str, value: str) -> None:
        nodes, links = cross()
        for table in (nodes, links):
            if column in table.columns:
                table.loc[1, column] = value
        saved(place / name, nodes, links)

    saved(place / "whole", *cross())
    yield "network build", "whole", None, ""
    for suffix in (".dbf", ".shx", ".shp", ".prj"):
        saved(place / f"no{suffix[1:]}", *cross())
        (place / f"no{suffix[1:]}" / f"MOCT_LINK{suffix}").unlink()
        yield "network build", f"no{suffix[1:]}", None, "MOCT_LINK"
    for suffix in (".dbf", ".shp"):
        cut = saved(place / f"cut{suffix[1:]}", *cross()) / f"MOCT_LINK{suffix}"
        cut.write_bytes(cut.read_bytes()[:-60])
        yield "network build", f"cut{suffix[1:]}", None, suffix
    for name, column, value in (
        ("twice", "LINK_ID", str(cross()[1]["LINK_ID"][0])),
        ("text", "LINK_ID", "three"),
        ("ghost", "F_NODE", "1"),
    ):
        spoilt(name, column, value)
        yield "network build", name, None, "MOCT_LINK"


def _tomls(_: Path, rng: random.Random) -> Iterator[Made]:
    for old, new, words in (
        ("[scenario]", "[scenario", "TOML"),
        ("[scenario]", "[study]", "scenario"),
        ('kind = "headway"', 'kind = "headways"', "headways"),
        ('kind = "headway"\n', "", "kind"),
        ("every_min = 10", "every_min = -10", "every_min"),
        ("every_min = 10", 'every_min = "often"', "every_min"),
        ("every_min = 10", "every_min = nan", "every_min"),
        ("every_min = 10", "evry_min = 10", "evry_min"),
        ('scenario_id = "often"', 'scenario_id = "../often"', "scenario_id"),
    ):
        yield "scenario check", "often.toml", _SCENARIO.replace(old, new), words
    yield "scenario check", "often.toml", "", "is empty"
    yield "scenario check", "often.toml", HTML, "HTML page"
    yield (
        "scenario check",
        "often.toml",
        _SCENARIO.encode("utf-16")[: rng.randint(40, 60)],
        "often",
    )
    yield "check", "claims.toml", _CLAIM, ""
    for old, new, words in (
        ("[[claim]]", "[[claim]", "TOML"),
        ("[[claim]]", "[[claims]]", "unknown key (claims)"),
        ('operator = ">"', 'operator = "=>"', "operator"),
        ("minutes = 60", "minutes = -60", "minutes"),
        ("minutes = 60", "minutes = inf", "minutes"),
        ("minutes = 60", 'minutes = 60, index = "closeness"', "right"),
        ('modes = ["car"]', 'modes = ["tram"]', "modes"),
        ('reading_evidence = "estimated"', 'reading_evidence = "sure"', "reading_evidence"),
        ('claim_id = "far"\n', "", "claim_id"),
        ('source = "invented"\n', 'source = "invented"\ncolour = "red"\n', "colour"),
    ):
        yield "check", "claims.toml", _CLAIM.replace(old, new, 1), words
    yield "check", "claims.toml", _CLAIM + _CLAIM, "far"
    for text, words in (("[study]\n", "study.toml"), ("[study]\nstudy_id = 7\n", "study_id")):
        yield "check", "study.toml", text, words

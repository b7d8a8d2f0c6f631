"""The commands that build, show and merge road networks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from roads import parts_of
from shapely import Point, box

from clustergeo.cli import main
from clustergeo.networks import _overpass
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.times.roads import saved as _saved

PLACES = {30: (127.0, 36.0), 10: (127.01, 36.0), 20: (127.02, 36.0), 40: (127.03, 36.0)}


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return int(stopped.value.code or 0)


@pytest.fixture
def west(tmp_path: Path) -> Path:
    pieces: list[Any] = [(30, 10, {"name": "West"}), (20, 40, {})]
    return RoadNetwork.from_parts(parts_of(PLACES, pieces, source="west")).save(tmp_path / "west")


@pytest.fixture
def east(tmp_path: Path) -> Path:
    pieces: list[Any] = [(10, 20, {"forward_kph": 60.0, "highway": "trunk", "osmid": 7})]
    return RoadNetwork.from_parts(parts_of(PLACES, pieces, source="east")).save(tmp_path / "east")


def test_several_sources_become_one_network(
    west: Path, east: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("network", "build", west, east, "--out", tmp_path / "both") == 0
    out, err = capsys.readouterr()
    assert out == (
        f"{tmp_path}/both: RoadNetwork(4 nodes, 6 edges, 3 km; speeds assumed on 67 % of the "
        "length)\n"
    )
    assert "note: merged: 4 nodes in common" in err
    assert load_road_network(tmp_path / "both").route(30, 40) == (30, 10, 20, 40)
    assert run("network", "merge", east, west, "--out", tmp_path / "other") == 0
    assert run("check", tmp_path / "other") == 0


def test_the_largest_component_is_kept_on_request(
    west: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("network", "build", west, "--out", tmp_path / "x", "--largest-component") == 0
    assert "2 nodes and 2 edges in 1 other components left out" in capsys.readouterr().err
    assert load_road_network(tmp_path / "x").nodes == (30, 10)


def test_info_tells_what_there_is(east: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("network", "info", east, "--verify") == 0
    assert capsys.readouterr().out.splitlines() == [
        "source: east",
        "date: 2026-11-01",
        "nodes: 4",
        "edges: 2 (one direction each)",
        "length: 1.0 km (two-way roads once)",
        "turn bans: 0",
        "strongly connected components: 3, the largest holds 50.0 % of nodes",
        "weakly connected components: 3, the largest holds 50.0 % of nodes",
        "speeds assumed: 0.0 % of the length",
        "bbox: 127.00000 36.00000 127.03000 36.00000",
        "trunk: 1.0 km, 60 km/h, speeds assumed on 0.0 %",
        "checksums: all arrays are as they were written",
    ]


def test_info_tells_of_the_shipped_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("network", "info") == 0
    assert "nodes: 4,438" in capsys.readouterr().out
    assert run("network", "info", "--verify") == 2


def test_a_damaged_network_is_refused_with_a_remedy(
    east: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = east.glob("*/lon.npy")
    file.write_bytes(file.read_bytes()[:-1])
    assert run("network", "info", east) == 3
    assert "lon.npy: is damaged - build it again" in capsys.readouterr().err


def test_times_run_on_a_saved_network(east: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "place_id,name_ko,name_en,lon,lat\na,가,A,127.01,36\nb,나,B,127.02,36\n"
    )
    words = ["--from", tmp_path / "p.csv", "--to", tmp_path / "p.csv", "--out", tmp_path / "t.csv"]
    assert run("times", "--mode", "car", *words, "--network", east) == 0
    assert "a,b,car,6.00" in (tmp_path / "t.csv").read_text()


def test_a_hierarchy_is_saved_on_request_and_of_large_networks(
    west: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build: list[Any] = ["network", "build", west, "--out", tmp_path / "x"]
    assert run(*build) == 0
    assert not list(tmp_path.glob("x/*/hierarchy"))
    assert run(*build, "--hierarchy") == 0
    assert capsys.readouterr().out.endswith("x: with a hierarchy for many places\n")
    assert list(tmp_path.glob("x/*/hierarchy/topology.json"))
    assert run("network", "info", tmp_path / "x", "--verify") == 0
    assert "hierarchy: 2 arcs\nchecksums: all arrays" in capsys.readouterr().out
    (slot,) = tmp_path.glob("x/*/hierarchy/slot.npy")
    slot.write_bytes(slot.read_bytes()[:-1] + b"\x07")
    assert run("network", "info", tmp_path / "x") == 0
    assert run("network", "info", tmp_path / "x", "--verify") == 3
    assert "slot.npy: is not what was written" in capsys.readouterr().err
    slot.write_bytes(b"")
    assert run("network", "info", tmp_path / "x") == 3
    assert "slot.npy: is damaged - delete the folder" in capsys.readouterr().err
    assert run(*build, "--hierarchy") == 0  # building again mends it
    assert run("network", "info", tmp_path / "x", "--verify") == 0
    assert run(*build, "--no-hierarchy") == 0
    assert not list(tmp_path.glob("x/*/hierarchy"))
    monkeypatch.setattr(_saved, "LARGE", 4)
    assert run(*build) == 0
    assert list(tmp_path.glob("x/*/hierarchy"))


def test_without_metis_a_large_network_is_saved_all_the_same(
    west: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "pymetis", None)
    monkeypatch.setattr(_saved, "LARGE", 4)
    assert run("network", "build", west, "--out", tmp_path / "x") == 0
    assert 'note: the hierarchy needs METIS - pip install "clustergeo[large]"' in (
        capsys.readouterr().err
    )
    assert load_road_network(tmp_path / "x").tail.size == 4
    assert run("network", "build", west, "--out", tmp_path / "y", "--hierarchy") == 2


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "no source"),
        (["--bbox", "1,2,3"], 2, "--bbox: not four numbers (1,2,3)"),
        (["--within", "none.geojson"], 3, "no such file"),
        (["net"], 2, "--out: is also an input"),
    ],
)
def test_slips_of_the_command_line_are_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("network", "build", *words, "--out", "net") == code
    assert message in capsys.readouterr().err


def test_areas_are_downloaded_and_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def fake(area: Any) -> Any:
        asked.append(area)
        return parts_of(PLACES, [(30, 10, {})])

    monkeypatch.setattr(_overpass, "read_overpass", fake)
    square = box(127, 36, 127.1, 36.1)
    file = tmp_path / "area.geojson"
    gpd.GeoSeries([square], crs="EPSG:4326").to_file(file)
    words = ["--place", "세종", "--bbox", "127,36,127.1,36.1", "--within", file]
    assert run("network", "build", *words, "--out", tmp_path / "net") == 0
    assert asked[:2] == ["세종", (127.0, 36.0, 127.1, 36.1)]
    assert asked[2].equals(square)
    assert load_road_network(tmp_path / "net").tail.size == 2


def test_what_holds_no_areas_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points, broken = tmp_path / "points.geojson", tmp_path / "broken.geojson"
    gpd.GeoSeries([Point(127, 36)], crs="EPSG:4326").to_file(points)
    broken.write_text("not json")
    assert run("network", "build", "--within", points, "--out", tmp_path / "net") == 3
    assert "points.geojson:1, geometry: is a Point, not an area" in capsys.readouterr().err
    assert run("network", "build", "--within", broken, "--out", tmp_path / "net") == 3
    assert "broken.geojson: is plain text, not GeoJSON" in capsys.readouterr().err


def test_congestion_is_asked_for_by_its_state(east: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "place_id,name_ko,name_en,lon,lat\na,가,A,127.01,36\nb,나,B,127.02,36\n"
    )
    words = ["--from", tmp_path / "p.csv", "--to", tmp_path / "p.csv", "--network", east]
    out = tmp_path / "t.csv"
    state = ["--state", "weekday_am"]
    assert run("times", "--mode", "car", *words, *state, "--out", out) == 0
    assert "a,b,car,6.17" in out.read_text()
    (tmp_path / "jam.csv").write_text(
        "state,highway,area,factor,source,evidence\njam,any,any,2,x,estimated\n"
    )
    mine = ["--state", "jam", "--congestion", tmp_path / "jam.csv"]
    assert run("times", "--mode", "car", *words, *mine, "--out", out) == 0
    assert "a,b,car,7.00" in out.read_text()
    for wrong in (["--state", "rush"], mine[2:], ["--congestion", tmp_path / "no.csv", *state]):
        assert run("times", "--mode", "car", *words, *wrong, "--out", out) in {2, 3}
    for option in (state, mine[2:], ["--delays"], ["--delays-file", tmp_path / "jam.csv"]):
        assert run("times", "--mode", "transit", *words[:4], *option, "--out", out) == 2


def test_delays_are_asked_for_by_a_flag_or_a_table(east: Path, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "place_id,name_ko,name_en,lon,lat\na,가,A,127.01,36\nb,나,B,127.02,36\n"
    )
    words = ["--from", tmp_path / "p.csv", "--to", tmp_path / "p.csv", "--network", east]
    out = tmp_path / "t.csv"
    assert run("times", "--mode", "car", *words, "--delays", "--out", out) == 0
    slow = float(out.read_text().splitlines()[2].split(",")[3])
    assert slow > 6
    (tmp_path / "d.csv").write_text(
        "event,highway,area,seconds,signals_per_km,source,evidence\n"
        "signal,any,any,30,,x,estimated\nsignal_density,any,any,,2,x,estimated\n"
    )
    table = ["--delays-file", tmp_path / "d.csv"]
    assert run("times", "--mode", "car", *words, *table, "--out", out) == 0
    assert "a,b,car,7.00" in out.read_text()


def test_check_knows_osm_and_node_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.osm").write_text("<html></html>")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "moct_link.shp").write_bytes(b"x")
    assert run("check", tmp_path / "a.osm", tmp_path / "links") == 3
    err = capsys.readouterr().err
    assert "unknown kind" not in err
    assert "neither a road network" not in err

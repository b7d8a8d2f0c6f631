"""Our times beside those of other engines: networkx itself, and stand-ins of the others."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from times.test_turns import banning, network_of, timing
from toy_feed import DATE, HOUR, Trip, World, places

from clustergeo import _room
from clustergeo.errors import InputError, MissingExtraError, UsageError
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.schemas import check_table
from clustergeo.schemas.crosscheck import CROSSCHECK
from clustergeo.times import _peers
from clustergeo.times._peers import R5, Valhalla, networkx_ms
from clustergeo.times.by_transit import Departures, TransitRules
from clustergeo.times.crosscheck import (
    crosscheck_car,
    crosscheck_road_engine,
    crosscheck_transit,
    sampled_nodes,
)

# A street of three nodes, a faster parallel of it, and a node that cannot be left.
STREET = network_of(
    4, [(0, 1, 60_000, False), (0, 1, 30_000, True), (1, 2, 90_000, False), (2, 3, 1_000, True)]
)
SEVEN = dt.datetime.combine(DATE, dt.time(7))
WINDOW = Departures(DATE, dt.time(7), dt.time(7, 10), step_min=5)


@dataclass
class StandIn:
    """An engine that says what it is told to."""

    found: NDArray[np.float64]
    name: str = "stand-in 1.0"

    def minutes(self, origins: Any, destinations: Any) -> NDArray[np.float64]:
        assert origins.crs == destinations.crs == "EPSG:4326"
        return self.found


def test_nodes_are_those_that_can_be_left_and_the_same_for_a_seed() -> None:
    assert sampled_nodes(STREET, 99)["place_id"].tolist() == ["0", "1", "2"]
    assert sampled_nodes(STREET, 2).equals(sampled_nodes(STREET, 2))
    with pytest.raises(UsageError, match="two nodes"):
        sampled_nodes(STREET, 1)


def test_the_road_engine_and_networkx_agree_on_a_street() -> None:
    found = crosscheck_road_engine(STREET)
    assert found.engine.startswith("networkx 3")
    check_table(found.table, CROSSCHECK, file="found")
    assert found.table["minutes"].tolist() == [0.5, 2.0, 1.0, 1.5, 2.5, 1.5]
    assert found.exact
    assert (found.both, found.ours_alone, found.theirs_alone, found.worst_s) == (6, 0, 0, 0.0)
    assert found.near_share == 1


def test_they_agree_on_turns_that_are_banned_or_slow() -> None:
    edge = {(int(u), int(v)): i for i, (u, v, _) in enumerate(STREET.edges)}
    straight, back = (edge[0, 1], edge[1, 2]), (edge[2, 1], edge[1, 0])
    once = timing(STREET, {straight: 5_000, back: BANNED_MS})
    twice = replace(
        STREET,
        turn_from=np.array(straight[:1] * 2, np.int32),
        turn_to=np.array(straight[1:] * 2, np.int32),
        turn_ms=np.array([7, 9_000], np.int32),
    )
    for network in (banning(STREET, [straight]), once, twice):
        found = crosscheck_road_engine(network)
        assert found.exact, found.table
        assert not found.table["minutes"].equals(crosscheck_road_engine(STREET).table["minutes"])


def test_what_networkx_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_room, "free_memory_bytes", lambda: 5_000)
    with pytest.raises(InputError, match=r"networkx: a graph of 6 arcs: needs .* smaller area"):
        networkx_ms(STREET, np.array([0, 1]))


def test_minutes_by_car_are_those_of_the_drive_alone() -> None:
    spots = sampled_nodes(STREET, 3)
    theirs = np.array([[0, 1.5, np.nan], [1, 0, 1], [np.nan, 9, 0]])
    found = crosscheck_car(STREET, spots, spots, StandIn(theirs))
    check_table(found.table, CROSSCHECK, file="found")
    assert found.engine == "stand-in 1.0"
    assert found.table["from_id"].tolist() == ["0", "0", "1", "1", "2", "2"]
    assert found.table["minutes"].tolist() == [0.5, 2.0, 1.0, 1.5, 2.5, 1.5]
    np.testing.assert_array_equal(found.table["difference_s"], [-60, np.nan, 0, 30, np.nan, -450])
    assert (found.both, found.ours_alone, found.theirs_alone) == (4, 2, 0)
    assert found.bias_min == pytest.approx(-2)
    assert found.mae_min == pytest.approx(2.25)
    assert found.worst_s == 450
    assert found.near_share == 0.75
    assert not found.exact


def test_no_pair_is_no_difference() -> None:
    spots = sampled_nodes(STREET, 3).iloc[:0]
    found = crosscheck_car(STREET, spots, spots, StandIn(np.empty((0, 0))))
    assert (found.both, found.worst_s) == (0, 0.0)
    assert np.isnan([found.bias_min, found.mae_min, found.near_share]).all()


def test_minutes_by_transit_are_the_medians() -> None:
    calls = [(0, 7 * HOUR + 600, 7 * HOUR + 600, True, True)]
    calls += [(1, 7 * HOUR + 1_200, 7 * HOUR + 1_200, True, True)]
    world = World([(36.0, 127.0), (36.2, 127.0)], [Trip(calls)])
    ends = places(a=(36.0, 127.0), b=(36.2, 127.0))
    theirs = StandIn(np.array([[0, 15.0], [30.0, 0]]))
    rules = TransitRules(access="walk", limit_min=600)
    found = crosscheck_transit(world.timetable(), ends, ends, WINDOW, theirs, rules)
    assert found.table["minutes"].tolist()[0] == 15.0  # the lower of 15 and 20
    assert found.table["difference_s"].tolist()[0] == 0
    assert (found.both, found.theirs_alone) == (1, 1)


def test_an_engine_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("valhalla", "r5py"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match="pip install pyvalhalla"):
        Valhalla(Path("x.osm.pbf"))
    argv = list(sys.argv)
    with pytest.raises(MissingExtraError, match="pip install r5py"):
        R5(Path("x.osm.pbf"), [], SEVEN, dt.timedelta(hours=1))
    assert sys.argv == argv


def test_valhalla_is_asked_an_origin_at_a_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[list[str]] = []
    asked: list[dict[str, Any]] = []

    class Actor:
        def __init__(self, config: dict[str, Any]) -> None:
            assert config["service_limits"]["auto"]["max_matrix_location_pairs"] == 2

        def matrix(self, question: dict[str, Any]) -> dict[str, Any]:
            asked.append(question)
            return {"sources_to_targets": [[{"time": 90}, {"time": None}]]}

    def config(tile_extract: str, tile_dir: str) -> dict[str, Any]:
        assert tile_extract == ""
        return {"service_limits": {"auto": {}}, "dir": tile_dir}

    def run(call: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        calls.append(call)
        return subprocess.CompletedProcess(call, len(calls) - 1, "", "first\nno roads\n")

    monkeypatch.setitem(sys.modules, "valhalla", SimpleNamespace(Actor=Actor, get_config=config))
    monkeypatch.setattr(_peers, "version", lambda _: "9.9")
    monkeypatch.setattr(subprocess, "run", run)
    ends = places(a=(36.0, 127.0), b=(36.2, 127.1))
    engine = Valhalla(tmp_path / "x.osm.pbf")
    assert engine.name == "Valhalla 9.9"
    found = engine.minutes(ends, ends)
    np.testing.assert_array_equal(found, [[1.5, np.nan]] * 2)
    assert asked[1]["sources"] == [{"lon": 127.1, "lat": 36.2}]
    assert calls[0][-1] == str(tmp_path / "x.osm.pbf")
    with pytest.raises(InputError, match=r"makes no tiles of it \(no roads\)"):
        engine.minutes(ends, ends)


@pytest.mark.parametrize("feeds", [[], [Path("feed.zip")]])
def test_r5_is_asked_by_mode_and_its_pairs_are_put_in_order(
    monkeypatch: pytest.MonkeyPatch, feeds: list[Path]
) -> None:
    told: dict[str, Any] = {}

    def matrix(network: Any, **more: Any) -> pd.DataFrame:
        told.update(more, network=network)
        rows = [("b", "a", 7), ("a", "a", 0), ("b", "b", 0)]
        return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time"])

    stand_in = SimpleNamespace(
        TransportMode=SimpleNamespace(CAR="car", TRANSIT="transit", WALK="walk"),
        TransportNetwork=lambda osm, feeds: (osm, feeds),
        TravelTimeMatrix=matrix,
    )
    monkeypatch.setitem(sys.modules, "r5py", stand_in)
    monkeypatch.setattr(_peers, "version", lambda _: "1.1")
    ends: gpd.GeoDataFrame = places(a=(36.0, 127.0), b=(36.2, 127.1))
    engine = R5(Path("x.osm.pbf"), feeds, SEVEN, dt.timedelta(hours=1))
    found = engine.minutes(ends, ends)
    np.testing.assert_array_equal(found, [[0, np.nan], [7, 0]])
    assert told["transport_modes"] == (["transit", "walk"] if feeds else ["car"])
    assert told["network"] == ("x.osm.pbf", [str(feed) for feed in feeds])
    assert told["origins"]["id"].tolist() == ["a", "b"]
    assert told["departure"] == SEVEN

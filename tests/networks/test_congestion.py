"""Congestion states: factors by class and area, from a table anyone can replace."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from roads import parts_of

from clustergeo.errors import RoadError, UsageError
from clustergeo.networks.congestion import (
    congested,
    congested_network,
    contains_signals,
    load_congestion,
)
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.networks.states import urban_edges

PLACES = {1: (127.0, 36.0), 2: (127.01, 36.0), 3: (127.02, 36.0)}
HEADER = "state,highway,area,factor,source,evidence\n"


def roads() -> RoadNetwork:
    pieces: list[Any] = [
        (1, 2, {"highway": "motorway", "forward_kph": 100.0, "backward": False}),
        (2, 3, {"highway": "primary", "forward_kph": 50.0, "backward": False}),
    ]
    return RoadNetwork.from_parts(parts_of(PLACES, pieces))


def table(tmp_path: Path, rows: str) -> Any:
    (tmp_path / "states.csv").write_text(HEADER + rows)
    return load_congestion(tmp_path / "states.csv")


def test_the_shipped_states_multiply_by_class() -> None:
    assert roads().time_ms.tolist() == [36_000, 72_000]
    assert congested(roads(), "free_flow").tolist() == [36_000, 72_000]
    assert congested(roads(), "weekday_am").tolist() == [42_480, 84_240]
    assert congested(roads(), "holiday").tolist() == [82_440, 84_240]
    in_town = np.array([True, True])
    assert congested(roads(), "weekday_am", urban=in_town).tolist() == [42_480, 167_040]
    assert congested(roads(), "weekday_pm", urban=in_town).tolist() == [42_480, 185_760]
    # Speeds that were observed in town contain the waiting at signals; the rest does not.
    assert contains_signals(roads(), "weekday_am", urban=in_town).tolist() == [False, True]
    assert not contains_signals(roads(), "weekday_am").any()
    assert not contains_signals(roads(), "free_flow", urban=in_town).any()


def test_shipped_factors_follow_from_their_notes() -> None:
    shipped = load_congestion().set_index(["state", "highway", "area"])["factor"]
    assert shipped["weekday_am", "motorway", "any"] == pytest.approx(90 / 76.4, abs=0.005)
    weekend_min = [97, 120, 120, 120, 124, 130, 150, 180, 200]
    holiday_min = [120, 130, 150, 170, 170, 180, 190, 220, 250, 300]
    for state, minutes in (("weekend", weekend_min), ("holiday", holiday_min)):
        factor = float(np.median(minutes)) / 76.4
        assert shipped[state, "motorway", "any"] == pytest.approx(factor, abs=0.005)
    for state, part in (("weekday_am", 28.6), ("weekday_pm", 25.7), ("weekend", 27.3)):
        factor = 57.5 / (23.7 * part / 27.3)
        assert shipped[state, "primary", "urban"] == pytest.approx(factor, abs=0.006)
    assert shipped["weekday_pm", "any", "any"] == pytest.approx(35 / 30, abs=0.005)


def test_what_the_factors_divide_by_is_what_the_network_gives() -> None:
    network = load_road_network()
    place = {node: row for row, node in enumerate(network.nodes)}
    ends = place[986], place[2497]  # toll gates of Seoul and of Daejeon
    route = network.route(*(network.nodes[row] for row in ends))
    first = {pair[:2]: row for row, pair in reversed(list(enumerate(network.edges)))}
    ms = sum(network.time_ms[first[pair]] for pair in pairwise(route))
    assert ms / 60_000 == pytest.approx(76.4, abs=0.1)
    assert network.lat[list(ends)].tolist() == pytest.approx([37.365, 36.363], abs=0.001)
    lon, lat = network.lon[network.head], network.lat[network.head]
    town = urban_edges(network) & (lon > 127.28) & (lon < 127.5) & (lat > 36.2) & (lat < 36.45)
    kinds = np.array(network.classes)[network.highway]
    town &= np.isin(kinds, ["trunk", "primary", "secondary"])
    kph = 3_600 * network.length_m[town].sum() / network.time_ms[town].sum()
    assert kph == pytest.approx(57.5, abs=0.1)


def test_the_class_counts_before_the_area_and_both_before_any(tmp_path: Path) -> None:
    states = table(
        tmp_path,
        "jam,motorway,any,2,x,estimated\njam,any,urban,3,x,estimated\n"
        "jam,primary,rural,4,x,estimated\n",
    )
    rural = congested(roads(), "jam", states)
    assert rural.tolist() == [72_000, 288_000]
    urban = congested(roads(), "jam", states, urban=np.array([True, True]))
    assert urban.tolist() == [72_000, 216_000]
    assert urban.dtype == np.int32


def test_edges_without_a_row_and_tables_without_free_flow_keep_their_times(
    tmp_path: Path,
) -> None:
    states = table(tmp_path, "jam,motorway,any,2,x,estimated\n")
    assert congested(roads(), "jam", states).tolist() == [72_000, 72_000]
    assert congested(roads(), "free_flow", states).tolist() == [36_000, 72_000]


def test_a_network_in_a_state_says_so_and_leaves_the_free_one_alone() -> None:
    network = roads()
    jammed = congested_network(network, "weekday_am")
    assert jammed.notes[-1] == (
        "times are of the congestion state weekday_am, whose factors are estimated"
    )
    assert network.time_ms.tolist() == [36_000, 72_000]
    assert jammed.graph.edges[1, 2, 0]["travel_time"] == 42.48
    assert congested_network(network, "free_flow") is network
    with pytest.raises(ValueError, match="read-only"):
        jammed.time_ms[0] = 1


def test_unknown_states_and_broken_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such congestion state \(rush\) - use one of free"):
        congested(roads(), "rush")
    with pytest.raises(RoadError, match=r"factor: below 0\.1"):
        table(tmp_path, "jam,any,any,0,x,estimated\n")
    with pytest.raises(RoadError, match="area: not allowed"):
        table(tmp_path, "jam,any,moon,1,x,estimated\n")
    with pytest.raises(RoadError, match="has no rows"):
        table(tmp_path, "")

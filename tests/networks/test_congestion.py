"""Congestion states: factors by class and area, from a table anyone can replace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from roads import parts_of

from clustergeo.errors import RoadError, UsageError
from clustergeo.networks.congestion import congested, congested_network, load_congestion
from clustergeo.networks.road import RoadNetwork

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
    assert congested(roads(), "weekday_am").tolist() == [42_840, 110_160]
    assert congested(roads(), "holiday").tolist() == [51_120, 84_240]


def test_shipped_factors_follow_from_their_notes() -> None:
    shipped = load_congestion().set_index(["state", "highway", "area"])["factor"]
    assert shipped["weekday_am", "motorway", "any"] == pytest.approx(108 / 91, abs=0.005)
    assert shipped["holiday", "motorway", "any"] == pytest.approx(129 / 91, abs=0.005)
    mean = (35 / 30 * 60 / 30) ** 0.5
    assert shipped["weekday_pm", "any", "any"] == pytest.approx(mean, abs=0.005)


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
    assert jammed.notes[-1].startswith("times are of the congestion state weekday_am")
    assert network.time_ms.tolist() == [36_000, 72_000]
    assert jammed.graph.edges[1, 2, 0]["travel_time"] == 42.84
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

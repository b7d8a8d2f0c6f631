"""Signals of small crossings: which node each belongs to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from toy_osm import Town, grid, road

from clustergeo.networks._osm import read_osm
from clustergeo.networks._osm_signals import signalled

SIGNAL = {"highway": "traffic_signals"}
METRE = 1 / 111_195  # degrees of latitude


def crossing(*marked: int, north_m: float = 20.0) -> Town:
    """Four roads meet at node 5; node 20 lies ``north_m`` before it on the one from node 2."""
    nodes = {**grid(), 20: (36.001 - north_m * METRE, 127.001)}
    ways = {1: road(2, 20, 5), 2: road(4, 5), 3: road(5, 6), 4: road(5, 8)}
    return Town(nodes, dict.fromkeys(marked, SIGNAL), ways)


def lit(folder: Path, town: Town) -> tuple[list[int], tuple[str, ...]]:
    parts = read_osm(town.write_xml(folder / "town.osm"))
    parts.check()
    return parts.node_id[parts.signal].tolist(), parts.notes


def test_a_town_without_signals_does_not_say_that_it_has_none(tmp_path: Path) -> None:
    assert read_osm(crossing().write_xml(tmp_path / "town.osm")).signal.size == 0


def test_a_signal_counts_at_its_node_or_at_the_junction_it_is_before(tmp_path: Path) -> None:
    assert lit(tmp_path, crossing(5)) == ([5], ())
    assert lit(tmp_path, crossing(2)) == ([2], ())
    assert lit(tmp_path, crossing(20)) == ([5], ())
    assert lit(tmp_path, crossing(20, 5)) == ([5], ())
    assert lit(tmp_path, crossing(20, north_m=29.9)) == ([5], ())


def test_a_signal_away_from_junctions_is_counted_in_a_note(tmp_path: Path) -> None:
    found, notes = lit(tmp_path, crossing(20, north_m=31.0))
    assert found == []
    assert notes == (
        "traffic signals more than 30 m from a junction of these roads, not counted: 1",
    )


def test_the_end_of_a_road_is_no_junction_for_a_signal_near_it(tmp_path: Path) -> None:
    assert lit(tmp_path, crossing(20, north_m=95.0))[0] == []


def test_signals_of_crossings_for_pedestrians_and_of_no_road_do_not_count(tmp_path: Path) -> None:
    town = crossing(9)
    town.node_tags[5] = {"highway": "crossing", "crossing": "traffic_signals"}
    assert lit(tmp_path, town) == ([], ())


def test_of_two_sides_of_a_barrier_the_near_one_keeps_the_signal(tmp_path: Path) -> None:
    town = crossing(5)
    town.node_tags[5] = {"barrier": "bollard", **SIGNAL}
    parts = read_osm(town.write_xml(tmp_path / "town.osm"))
    assert parts.node_id[parts.signal].tolist() == [5]
    assert parts.node_id.min() < 0


@pytest.mark.parametrize(
    ("before", "behind", "node"), [(5.0, 10.0, 0), (10.0, 5.0, 1), (5.0, 5.0, 0)]
)
def test_the_nearer_of_two_junctions_takes_a_signal(
    before: float, behind: float, node: int
) -> None:
    ends = np.array([[0, 0, 0, 1, 1], [1, 2, 3, 4, 5]], np.int32)
    found, apart = signalled(
        np.zeros(6, bool), ends, np.array([0]), np.array([before]), np.array([behind])
    )
    assert (np.flatnonzero(found).tolist(), apart) == ([node], 0)

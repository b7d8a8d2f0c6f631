"""Lines near points out of a grid, against a look at all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from benchmarks.national import road_network
from numpy.typing import NDArray

from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks._line_grid import boxes_of, grid_of, kept_grid, lines_near, touching
from clustergeo.networks.edits import edit_from
from clustergeo.networks.edits.roads import apply
from clustergeo.networks.states import road_state
from clustergeo.times.roads import nearby as _nearby
from clustergeo.times.roads.nearby import near_edges

REACH = np.array([0.02, 0.01])


@pytest.fixture(scope="module")
def country() -> RoadNetwork:
    return road_network(60)


def by_all(
    network: RoadNetwork, points: list[list[float]], reach: NDArray[np.float64]
) -> list[int]:
    boxes = boxes_of(network)
    inside = [touching(boxes, (x, y), reach) for x, y in points]
    return np.flatnonzero(np.any(inside, axis=0)).tolist()


def points_of(network: RoadNetwork) -> list[list[float]]:
    """Return points inside, at the corners of, beside and far from a network."""
    lon, lat = network.line_lon, network.line_lat
    at = np.random.default_rng(3).uniform(0, 1, (40, 2))
    span = np.array([np.ptp(lon), np.ptp(lat)])
    inside = np.array([lon.min(), lat.min()]) + at * span
    corners = [[lon.min(), lat.min()], [lon.max(), lat.max()], [lon.max() + 0.01, lat.min()]]
    return [*inside.tolist(), *corners, [0.0, 0.0], [170.0, -40.0]]


@pytest.mark.parametrize("reach", [REACH, REACH / 50, REACH * 100])
def test_lines_near_are_those_of_all_boxes(
    country: RoadNetwork, reach: NDArray[np.float64]
) -> None:
    for network in (country, load_road_network()):
        for point in points_of(network):
            found = lines_near(network, np.array([point]), reach)
            assert found.tolist() == by_all(network, [point], reach)
        points = points_of(network)[:5]
        found = lines_near(network, np.array(points), reach)
        assert found.tolist() == by_all(network, points, reach)


def test_a_new_road_is_put_into_the_grid_there_is(country: RoadNetwork) -> None:
    lon, lat = country.lon, country.lat
    line = [[float(lon.min()), float(lat.min())], [float(lon.max()), float(lat.max())]]
    keys = {"highway": "trunk", "speed_kph": 90.0, "line": line}
    grid = grid_of(country)
    changed = apply([edit_from({"kind": "new_road", **keys})], country)
    kept = kept_grid(changed)
    assert kept is not None
    assert kept.order is grid.order  # nothing is sorted again
    for point in points_of(country):
        found = lines_near(changed, np.array([point]), REACH)
        assert found.tolist() == by_all(changed, [point], REACH)


def test_a_grid_is_asked_whose_it_is(country: RoadNetwork) -> None:
    grid = grid_of(country)
    assert grid_of(country) is grid
    moved = replace(country, line_lon=country.line_lon + 1.0)
    assert kept_grid(moved) is None
    point = np.array([[float(moved.lon[0]) + 1.0, float(moved.lat[0])]])
    assert lines_near(moved, point, REACH).size


def test_few_points_and_many_come_near_the_same_edges(
    country: RoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = np.flatnonzero(country.once)
    points = shapely.points(np.array(points_of(country)[:40]))
    monkeypatch.setattr(_nearby, "_FEW", 0)
    few = list(near_edges(country, edges, points, 300.0))
    monkeypatch.setattr(_nearby, "_FEW_POINTS", 0)
    many = list(near_edges(country, edges, points, 300.0))
    assert [reach for _, reach in few] == [reach for _, reach in many]
    # Many are looked up by the cell, and so find a little more; nothing near is left out by few.
    for (one, _), (two, _) in zip(few, many, strict=True):
        assert set(one.tolist()) <= set(two.tolist())


def test_the_last_state_of_a_network_is_kept_and_asked_whose_it_is() -> None:
    roads = load_road_network()
    slow = road_state(roads, "weekday_am", delays=True)
    assert road_state(roads, "weekday_am", delays=True) is slow
    twice = replace(roads, time_ms=roads.time_ms * 2)
    assert (road_state(twice, "weekday_am", delays=True).time_ms > slow.time_ms).any()
    assert road_state(roads, "holiday") is not slow

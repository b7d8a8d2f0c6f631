"""Sets of links under a budget: by hand, against every subset in plain Python, and as laws."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import UsageError
from clustergeo.indices.portfolio import (
    LinkSet,
    RideChoices,
    RoadLinks,
    best_portfolio,
    greedy_portfolio,
    saving_bound,
    shortened,
)


def way(start: int, end: int, minutes: float) -> tuple[tuple[int, ...], Any]:
    return (start, end), np.array([[0.0, minutes], [minutes, 0.0]])


def roads(minutes: Any, *ways: Any) -> RoadLinks:
    """Return roads of which the drive from the first node to the last and back counts."""
    pairs = np.array([0, len(minutes) - 1]), np.array([len(minutes) - 1, 0])
    return RoadLinks(np.asarray(minutes, float), ways, pairs, np.full(2, 0.5))


def chain() -> RoadLinks:
    """Return a - b - c, 30 min each, 40 past b: two roads that need each other."""
    minutes = [[0, 30, 40], [30, 0, 30], [40, 30, 0]]
    return roads(minutes, way(0, 1, 15), way(1, 2, 15))


def test_two_roads_that_save_together_what_neither_does_alone() -> None:
    links = chain()
    alone = [links.saved(links.joined(links.start(), link)) for link in (0, 1)]
    assert alone == [0.0, 0.0]
    best = best_portfolio(links, [10, 10], 20)
    assert (best.chosen, best.total, best.cost) == ((0, 1), 10.0, 20.0)
    # Greedy sees nothing to begin with. No share of the best is guaranteed, and the bound says so.
    assert greedy_portfolio(links, [10, 10], 20).chosen == ()
    assert saving_bound(links, [10, 10], 20) == 10.0


def test_the_budget_holds_and_dear_links_are_left_out() -> None:
    rides = RideChoices(
        np.array([60.0, 60.0]), np.array([[40.0, 60], [60, 30.0], [10, 10]]), np.full(2, 0.5)
    )
    greedy = greedy_portfolio(rides, [5, 10, 99], 15)
    assert set(greedy.chosen) == {0, 1}
    assert greedy.total == 25.0
    assert greedy.cost == 15.0
    assert greedy_portfolio(rides, [5, 10, 99], 4).chosen == ()
    assert saving_bound(rides, [5, 10, 99], 4) == 0.0
    assert best_portfolio(rides, [5, 10, 99], 200).chosen == (2,)


def test_wrong_costs_and_too_many_links_are_refused() -> None:
    with pytest.raises(UsageError, match=r"budget: not a number of 0 or more \(-1\)"):
        greedy_portfolio(chain(), [1, 1], -1)
    with pytest.raises(UsageError, match="costs: not a number"):
        saving_bound(chain(), [1, np.nan], 1)
    many = RideChoices(np.zeros(1), np.zeros((16, 1)), np.ones(1))
    with pytest.raises(UsageError, match="too many to try every set"):
        best_portfolio(many, [1.0] * 16, 1)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[RoadLinks, list[float], float]:
    nodes = draw(st.integers(3, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    raw = rng.integers(5, 60, (nodes, nodes)).astype(float)
    graph = nx.from_numpy_array(raw, create_using=nx.DiGraph)
    minutes = np.array(nx.floyd_warshall_numpy(graph))
    np.fill_diagonal(minutes, 0.0)
    ways = []
    for _ in range(draw(st.integers(1, 6))):
        start, end = rng.choice(nodes, 2, replace=False).tolist()
        ways.append(way(start, end, float(rng.integers(1, 30))))
    count = int(rng.integers(1, nodes * (nodes - 1)))
    off = np.argwhere(~np.eye(nodes, dtype=bool))
    rows = off[rng.choice(len(off), count, replace=False)]
    links = RoadLinks(minutes, ways, (rows[:, 0], rows[:, 1]), np.full(count, 1 / count))
    costs = rng.integers(1, 20, len(ways)).astype(float).tolist()
    return links, costs, float(rng.integers(0, 60))


def oracle(links: RoadLinks, chosen: tuple[int, ...]) -> float:
    """Return what roads save, all ways searched anew by another library."""
    graph: Any = nx.DiGraph()
    size = range(len(links.minutes))
    edges = [(i, j, links.minutes[i, j]) for i in size for j in size if i != j]
    for link in chosen:
        (start, end), ride = links.ways[link]
        edges += [(start, end, ride[0, 1]), (end, start, ride[1, 0])]
    for start, end, minutes in edges:
        known = graph.get_edge_data(start, end, {"weight": np.inf})["weight"]
        graph.add_edge(start, end, weight=min(known, minutes))
    found = dict(nx.all_pairs_dijkstra_path_length(graph))
    pairs = list(zip(*(side.tolist() for side in links.pairs), strict=True))
    after = np.array([found[i][j] for i, j in pairs])
    return float(links.weights @ (links.minutes[links.pairs] - after))


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_best_is_the_best_of_all_sets_and_the_bound_holds(
    world: tuple[RoadLinks, list[float], float],
) -> None:
    links, costs, budget = world
    sets = [
        chosen
        for size in range(len(costs) + 1)
        for chosen in combinations(range(len(costs)), size)
        if sum(costs[link] for link in chosen) <= budget
    ]
    optimum = max(oracle(links, chosen) for chosen in sets)
    check(links, costs, budget, optimum)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_bound_holds_for_rides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, clients = int(rng.integers(1, 7)), int(rng.integers(1, 9))
    minutes = rng.integers(30, 90, clients).astype(float)
    via = np.where(
        rng.random((count, clients)) < 0.3, np.inf, rng.integers(5, 90, (count, clients))
    )
    links = RideChoices(minutes, via, rng.random(clients))
    costs = rng.integers(0, 20, count).astype(float).tolist()
    budget = float(rng.integers(0, 60))
    optimum = 0.0
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            if sum(costs[link] for link in chosen) <= budget:
                least = np.minimum(minutes, via[list(chosen)].min(axis=0))
                optimum = max(optimum, float(links.weights @ (minutes - least)))
    check(links, costs, budget, optimum)


def check(links: LinkSet, costs: list[float], budget: float, optimum: float) -> None:
    best, greedy = (find(links, costs, budget) for find in (best_portfolio, greedy_portfolio))
    assert best.total == pytest.approx(optimum, abs=1e-6)
    assert greedy.total <= optimum + 1e-6
    assert saving_bound(links, costs, budget) >= optimum - 1e-6
    for found in (best, greedy):
        assert found.cost <= budget + 1e-6
        assert list(found.saved) == sorted(found.saved)


def test_a_road_with_interchanges_is_entered_and_left_at_any() -> None:
    far = np.full((4, 4), 50.0)
    np.fill_diagonal(far, 0.0)
    ride = np.abs(np.subtract.outer([0.0, 10, 30], [0.0, 10, 30]))
    found = shortened(far, ((0, 1, 2), ride))
    assert found[0].tolist() == [0, 10, 30, 50]
    assert found[2].tolist() == [30, 20, 0, 50]

"""The engine beside networkx on the same osmnx graph, the same matrix and in the same run.

Not collected by default; run ``pytest tests/benchmarks/test_road_matrix.py`` with
``--benchmark-enable``.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.times.roads.dijkstra import search

pytestmark = pytest.mark.benchmark(group="16 x 16 road matrix")

SIZE = 16


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return load_road_network()


@pytest.fixture(scope="module")
def ends() -> NDArray[np.int32]:
    """Return nodes of the mainland, so that every pair has a route."""
    return np.random.default_rng(3).choice(4_400, SIZE, replace=False).astype(np.int32)


def by_engine(network: RoadNetwork, ends: NDArray[np.int32]) -> NDArray[np.int64]:
    rows = []
    for end in ends:
        seeds, spent = np.array([end], np.int32), np.zeros(1, np.int64)
        ms, _ = search(network.first, network.head, network.time_ms, seeds, spent, ends)
        rows.append(ms[ends])
    return np.array(rows)


def by_networkx(network: RoadNetwork, ends: NDArray[np.int32]) -> NDArray[np.int64]:
    rows = []
    for end in ends:
        seconds = nx.single_source_dijkstra_path_length(
            network.graph, network.nodes[end], weight="travel_time"
        )
        rows.append([round(seconds[network.nodes[other]] * 1000) for other in ends])
    return np.array(rows)


def by_osmnx(network: RoadNetwork, ends: NDArray[np.int32]) -> NDArray[np.int64]:
    nodes = [network.nodes[end] for end in ends]
    pairs = [(u, v) for u in nodes for v in nodes]
    routes = ox.routing.shortest_path(
        network.graph, *zip(*pairs, strict=True), weight="travel_time"
    )
    seconds = [nx.path_weight(network.graph, route or [], "travel_time") for route in routes]
    return np.array([round(s * 1000) for s in seconds]).reshape(ends.size, ends.size)


def test_engine(
    benchmark: BenchmarkFixture, network: RoadNetwork, ends: NDArray[np.int32]
) -> None:
    by_engine(network, ends)  # compiled before the clock starts
    matrix = benchmark(by_engine, network, ends)
    assert (matrix == by_networkx(network, ends)).all()


def test_networkx(
    benchmark: BenchmarkFixture, network: RoadNetwork, ends: NDArray[np.int32]
) -> None:
    matrix = benchmark(by_networkx, network, ends)
    assert (matrix == by_engine(network, ends)).all()


def test_osmnx(benchmark: BenchmarkFixture, network: RoadNetwork, ends: NDArray[np.int32]) -> None:
    matrix = benchmark(by_osmnx, network, ends)
    assert (matrix == by_engine(network, ends)).all()

"""The compiled engine against oracles that share no line with it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from engines import drives_from
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.dijkstra import UNREACHED, search, trace
from clustergeo.times.roads.snaps import Snaps

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

Link = tuple[int, int, int, bool]
Spot = tuple[int, float]

HARD = settings(derandomize=True, deadline=None, max_examples=50)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Link]]:
    """Draw a multigraph: parallel links, loops, links of no time, one-ways and islands."""
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    ms = st.sampled_from([0, 1, 2, 3, 7, 1_000, 12_345, 2_000_000])
    links = draw(st.lists(st.tuples(node, node, ms, st.booleans()), min_size=1, max_size=20))
    return count, links


def network_of(count: int, links: list[Link]) -> RoadNetwork:
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="EPSG:4326")
    for node in range(count):
        graph.add_node(node, x=127.0 + node / 100, y=36.0 + node**2 / 1000)
    for osmid, (u, v, ms, oneway) in enumerate(links):
        tags = {"osmid": osmid, "highway": "primary", "oneway": oneway}
        tags |= {"length": ms / 50, "travel_time": ms / 1000, "speed_kph": 180.0}
        graph.add_edge(u, v, **tags, reversed=False)
        if not oneway:
            graph.add_edge(v, u, **tags, reversed=True)
    return RoadNetwork.from_osmnx(graph)


def from_node(network: RoadNetwork, node: int, targets: NDArray[np.int32]) -> Any:
    start, spent = np.array([node], np.int32), np.zeros(1, np.int64)
    return search(network.first, network.head, network.time_ms, start, spent, targets)


def everywhere(network: RoadNetwork) -> NDArray[np.int32]:
    return np.arange(len(network.nodes), dtype=np.int32)


def bellman_ford(count: int, links: list[Link], source: int) -> list[int]:
    ms = [UNREACHED] * count
    ms[source] = 0
    for _ in range(count):
        for u, v, cost, oneway in links:
            ms[v] = min(ms[v], ms[u] + cost)
            if not oneway:
                ms[u] = min(ms[u], ms[v] + cost)
    return [min(value, UNREACHED) for value in ms]


@HARD
@given(graphs())
def test_the_engine_equals_bellman_ford_on_any_multigraph(drawn: tuple[int, list[Link]]) -> None:
    network = network_of(*drawn)
    for source in range(drawn[0]):
        ms, _ = from_node(network, source, everywhere(network))
        assert ms.tolist() == bellman_ford(*drawn, source)


@HARD
@given(graphs(), st.data())
def test_the_engine_equals_osmnx_on_any_multigraph(
    drawn: tuple[int, list[Link]], data: st.DataObject
) -> None:
    network = network_of(*drawn)
    node = st.integers(0, drawn[0] - 1)
    source, target = data.draw(node), data.draw(node)
    ms, _ = from_node(network, source, np.array([target], np.int32))
    route = network.route(source, target)
    if not route:
        assert ms[target] == UNREACHED
    else:
        seconds = nx.path_weight(network.graph, list(route), "travel_time")
        assert ms[target] == round(seconds * 1000)


@HARD
@given(graphs())
def test_the_traced_route_is_connected_and_takes_the_time_found(
    drawn: tuple[int, list[Link]],
) -> None:
    network = network_of(*drawn)
    ms, via = from_node(network, 0, everywhere(network))
    for target in np.flatnonzero(ms < UNREACHED).tolist():
        edges, seed = trace(via, network.tail, target)
        assert seed == 0
        stops = [0, *network.head[edges].tolist()]
        assert stops[:-1] == network.tail[edges].tolist()
        assert stops[-1] == target
        assert network.time_ms[edges].sum() == ms[target]


@HARD
@given(graphs(), st.data())
def test_stopping_at_the_targets_changes_none_of_their_times(
    drawn: tuple[int, list[Link]], data: st.DataObject
) -> None:
    network = network_of(*drawn)
    chosen = np.array(data.draw(st.lists(st.integers(0, drawn[0] - 1))), np.int32)
    full, _ = from_node(network, 0, everywhere(network))
    part, _ = from_node(network, 0, chosen)
    assert (part[chosen] == full[chosen]).all()


def test_of_two_seeds_the_better_one_serves_each_node() -> None:
    network = network_of(3, [(0, 1, 1_000, False), (1, 2, 1_000, False)])
    seeds, spent = np.array([0, 2], np.int32), np.array([500, 0], np.int64)
    ms, via = search(
        network.first, network.head, network.time_ms, seeds, spent, everywhere(network)
    )
    assert ms.tolist() == [500, 1_000, 0]
    assert trace(via, network.tail, 1)[1] == 2


def test_a_seed_may_itself_be_reached_faster_from_the_other() -> None:
    network = network_of(2, [(0, 1, 10, False)])
    seeds, spent = np.array([0, 1, 0], np.int32), np.array([5, 99, 0], np.int64)
    ms, via = search(
        network.first, network.head, network.time_ms, seeds, spent, everywhere(network)
    )
    assert ms.tolist() == [0, 10]
    assert trace(via, network.tail, 1)[1] == 0


def drive_oracle(network: RoadNetwork, spots: list[Spot]) -> nx.MultiDiGraph[Any]:
    """Return the graph with each spot as a node that cuts its edge, weights in float ms."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    for edge in range(len(network.edges)):
        graph.add_edge(network.tail[edge], network.head[edge], ms=float(network.time_ms[edge]))
    for edge in {edge for edge, _ in spots}:
        cuts = sorted((f, f"spot {i}") for i, (e, f) in enumerate(spots) if e == edge)
        chain = [(0.0, network.tail[edge]), *cuts, (1.0, network.head[edge])]
        for (f, u), (g, v) in pairwise(chain):
            graph.add_edge(u, v, ms=(g - f) * network.time_ms[edge])
            if network.twin[edge] >= 0:
                graph.add_edge(v, u, ms=(g - f) * network.time_ms[network.twin[edge]])
            elif f == g:
                graph.add_edge(v, u, ms=0.0)
    return graph


@HARD
@given(graphs(), st.data())
def test_drives_between_points_of_edges_equal_those_of_a_graph_cut_there(
    drawn: tuple[int, list[Link]], data: st.DataObject
) -> None:
    network = network_of(*drawn)
    once = [e for e, twin in enumerate(network.twin.tolist()) if twin < 0 or e < twin]
    fraction = st.integers(0, 64).map(lambda part: part / 64)
    spot = st.tuples(st.sampled_from(once), fraction)
    spots = data.draw(st.lists(spot, min_size=2, max_size=4))
    snaps = Snaps(
        np.array([e for e, _ in spots], np.int32),
        np.array([f for _, f in spots]),
        np.zeros(len(spots)),
    )
    graph = drive_oracle(network, spots)
    for i in range(len(spots)):
        drives = drives_from(network, snaps, i, snaps)
        reached = nx.single_source_dijkstra_path_length(graph, f"spot {i}", weight="ms")
        for j, ms in enumerate(drives.ms.tolist()):
            if (expected := reached.get(f"spot {j}")) is None:
                assert ms == UNREACHED
                continue
            # Each of the two partial edges is rounded to a millisecond.
            assert ms == pytest.approx(expected, abs=1.01)
            drive = drives.drive(j)
            assert (network.time_ms[drive.edge] * drive.share).sum() == pytest.approx(ms, abs=1.01)
            assert network.head[drive.edge][:-1].tolist() == network.tail[drive.edge][1:].tolist()


@HARD
@given(graphs(), st.integers(0, 8), st.integers(0, 8), st.integers(0, 5_000))
def test_adding_a_link_never_lengthens_a_time(
    drawn: tuple[int, list[Link]], u: int, v: int, ms: int
) -> None:
    count, links = drawn
    more = network_of(count, [*links, (u % count, v % count, ms, True)])
    network = network_of(count, links)
    before, _ = from_node(network, 0, everywhere(network))
    after, _ = from_node(more, 0, everywhere(more))
    assert (after <= before).all()


@HARD
@given(graphs(), st.integers(2, 9))
def test_times_scale_with_the_times_of_the_links(
    drawn: tuple[int, list[Link]], factor: int
) -> None:
    count, links = drawn
    network = network_of(count, links)
    slower = network_of(count, [(u, v, ms * factor, oneway) for u, v, ms, oneway in links])
    before, _ = from_node(network, 0, everywhere(network))
    after, _ = from_node(slower, 0, everywhere(slower))
    found = before < UNREACHED
    assert (after[found] == factor * before[found]).all()
    assert (after[~found] == UNREACHED).all()


@HARD
@given(graphs(), st.randoms(use_true_random=False))
def test_relabelling_nodes_and_shuffling_links_permutes_the_times(
    drawn: tuple[int, list[Link]], random: Any
) -> None:
    count, links = drawn
    order = list(range(count))
    random.shuffle(order)
    shuffled = [(order[u], order[v], ms, oneway) for u, v, ms, oneway in links]
    random.shuffle(shuffled)
    network, other = network_of(count, links), network_of(count, shuffled)
    before, _ = from_node(network, 0, everywhere(network))
    after, _ = from_node(other, order[0], everywhere(other))
    assert after[order].tolist() == before.tolist()


@HARD
@given(graphs(), st.data())
def test_splitting_a_link_changes_no_time(
    drawn: tuple[int, list[Link]], data: st.DataObject
) -> None:
    count, links = drawn
    at = data.draw(st.integers(0, len(links) - 1))
    u, v, ms, oneway = links[at]
    first = data.draw(st.integers(0, ms))
    halves = [(u, count, first, oneway), (count, v, ms - first, oneway)]
    split = network_of(count + 1, [*links[:at], *links[at + 1 :], *halves])
    network = network_of(count, links)
    before, _ = from_node(network, 0, everywhere(network))
    after, _ = from_node(split, 0, everywhere(split))
    assert after[:count].tolist() == before.tolist()

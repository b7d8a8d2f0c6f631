"""Random road networks and timetables by the thousand, against searches that share nothing.

A hundred of each by default; ``CLUSTERGEO_GRAPHS=1000`` tries as many as it says and prints the
line that the README shows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import networkx as nx
import numpy as np
import pytest
from engines import both_engines
from numpy.typing import NDArray
from robustness.worlds_at_large import Roads, Towns, roads_at_large, towns_at_large
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from times.test_turns import Plain as OverEdges
from timetable_oracles import Plain
from toy_feed import NEVER, reach
from toy_worlds import WINDOW

from clustergeo.times.by_transit import TransitRules
from clustergeo.times.hierarchy import Ends
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.transit.search import sampled
from clustergeo.times.transit.setup import prepare

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

COUNT: Final = int(os.environ.get("CLUSTERGEO_GRAPHS", "100"))
BATCH: Final = 25
SEED: Final = 8
LIMIT_S: Final = 2_000 * 60


def batches() -> Iterator[tuple[np.random.Generator, int]]:
    """Yield the dice of each batch and how many worlds it has."""
    for first in range(0, COUNT, BATCH):
        yield np.random.default_rng([SEED, first]), min(BATCH, COUNT - first)


def told(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Print the line of a long run."""
    if "CLUSTERGEO_GRAPHS" in os.environ:
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201 - the line of the README


def by_scipy(roads: Roads) -> NDArray[np.int64]:
    """Return milliseconds between all nodes; of parallel links only the fastest is handed over."""
    best: dict[tuple[int, int], int] = {}
    for u, v, ms, oneway in roads.links:
        for pair in ((u, v),) if oneway else ((u, v), (v, u)):
            best[pair] = min(ms, best.get(pair, UNREACHED))
    # scipy takes a stored zero for a link, but sums what is stored twice.
    ends = np.array(list(best), np.int64).reshape(-1, 2)
    weights = np.array(list(best.values()), float)
    nodes = roads.island.size
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ptr = np.searchsorted(ends[order, 0], np.arange(nodes + 1))
    star = csr_array((weights[order], ends[order, 1], ptr), shape=(nodes, nodes))
    found = dijkstra(star)
    return np.where(np.isinf(found), UNREACHED, found).astype(np.int64)


def by_networkx(graph: nx.MultiDiGraph[Any], weight: str) -> NDArray[np.int64]:
    """Return milliseconds between all nodes of a graph."""
    nodes = sorted(graph)
    found = np.full((len(nodes), len(nodes)), UNREACHED, np.int64)
    row = {node: number for number, node in enumerate(nodes)}
    for source, reached in nx.all_pairs_dijkstra_path_length(graph, weight=weight):
        for target, spent in reached.items():
            found[row[source], row[target]] = round(spent * 1000)
    return found


def as_drawn(roads: Roads) -> nx.MultiDiGraph[Any]:
    """Return the links as drawn, never seen by the package."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    graph.add_nodes_from(range(roads.island.size))
    for u, v, ms, oneway in roads.links:
        graph.add_edge(u, v, s=ms / 1000)
        if not oneway:
            graph.add_edge(v, u, s=ms / 1000)
    return graph


def difference(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    assert one.shape == other.shape
    return int(np.abs(one - other).max(initial=0))


def test_graphs_at_large_equal_scipy_networkx_and_osmnx(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worst, pairs = 0, 0
    for random, count in batches():
        roads = roads_at_large(random, count)
        everywhere = Ends.at(np.arange(roads.island.size, dtype=np.int32))
        expected = by_scipy(roads)
        assert (expected[roads.island[:, None] != roads.island[None]] == UNREACHED).all()
        oracles = [by_networkx(as_drawn(roads), "s")]
        oracles += [by_networkx(roads.network.to_osmnx(), "travel_time")]
        assert max(difference(oracle, expected) for oracle in oracles) == 0
        for engine in both_engines(roads.network):
            found = engine.matrix(everywhere, everywhere)
            worst = max(worst, difference(found, expected))
        pairs += expected.size
    both_engines.cache_clear()
    told(capsys, f"graphs {COUNT:,}, pairs of nodes {pairs:,}, max difference {worst} ms")
    assert worst == 0


def test_graphs_at_large_with_bans_and_delays_equal_a_plain_search_over_edges(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worst, pairs = 0, 0
    for random, count in batches():
        roads = roads_at_large(random, count)
        for network in (roads.network, roads.turning):
            plain = [OverEdges(network, spot) for spot in roads.spots]
            expected = np.array([[search.to(spot) for spot in roads.spots] for search in plain])
            for engine in both_engines(network):
                drives = drives_between(network, engine, roads.snaps, roads.snaps)
                found = np.stack([drive.ms for drive in drives])
                worst = max(worst, difference(found, expected))
            pairs += expected.size
    both_engines.cache_clear()
    told(
        capsys,
        f"graphs {2 * COUNT:,}, half of them with turns, pairs of places {pairs:,}, "
        f"max difference {worst} ms",
    )
    assert worst == 0


def expected_s(towns: Towns, rules: tuple[int, int], samples: int) -> NDArray[np.int64]:
    """Return the seconds of all pairs by a Dijkstra search over events, town by town."""
    leaves = WINDOW.seconds.tolist()
    change_s, draws = rules
    found = np.full((len(towns.doors), len(towns.doors), samples), NEVER, np.int64)
    ends = [reach(towns.world, door) for door in towns.doors]
    for draw in range(samples // len(leaves)):
        plain = Plain(towns.world, change_s=change_s, draw=(draw, draws))
        for origin, access in enumerate(ends):
            for k, leave in enumerate(leaves):
                arrived = plain.expanded(access, leave)
                for to, egress in enumerate(ends):
                    by = min((arrived.get(s, NEVER) + t for s, t in egress.items()), default=NEVER)
                    found[origin, to, draw * len(leaves) + k] = by - leave if by < NEVER else NEVER
    return found


def test_timetables_at_large_equal_a_time_expanded_search(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worst, samples, rides = 0, 0, 0
    for number, (random, count) in enumerate(batches()):
        towns = towns_at_large(random, count)
        change_min, draws = [(0.0, 1), (2.0, 1), (0.0, 2)][number % 3]
        rules = TransitRules(
            access="walk",
            min_change_min=change_min,
            headway_draws=draws,
            limit_min=LIMIT_S / 60,
        )
        search = prepare(towns.world.timetable(), towns.places, towns.places, WINDOW, rules)
        found = sampled(search, WINDOW.seconds, None).seconds.astype(np.int64)
        expected = expected_s(towns, (int(change_min * 60), draws), found.shape[2])
        expected = np.minimum(expected, search.walk_s[:, :, None])
        town = np.array(towns.town)
        apart = town[:, None] != town[None]
        assert (expected[apart] >= NEVER).all()
        # Beyond the horizon nothing is looked for.
        found, expected = (np.where(s < LIMIT_S, s, NEVER) for s in (found, expected))
        worst = max(worst, difference(found, expected))
        samples += found.size
        rides += int((expected[~apart] < NEVER).sum())
    told(
        capsys,
        f"timetables {COUNT:,}, samples {samples:,} ({rides:,} with a trip), "
        f"max difference {worst} s",
    )
    assert worst == 0
    assert rides > COUNT

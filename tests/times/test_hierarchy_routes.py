"""Paths and nearest facilities of the hierarchy against times from an independent oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from times.test_hierarchy import (
    HARD,
    Edge,
    everywhere,
    floyd_warshall,
    metric_of,
    roads,
    square,
    star_of,
)

from clustergeo.errors import UsageError
from clustergeo.times.hierarchy import NEVER, Ends, build, customise, nearest, path

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

WAYS = st.tuples(st.integers(0, 23), st.sampled_from([0, 5, 900, NEVER, 2**60]))


def ends_of(ways: list[list[tuple[int, int]]], count: int) -> Ends:
    array = np.array(ways, np.int64)
    return Ends((array[..., 0] % count).astype(np.int32), array[..., 1])


@HARD
@given(
    roads(),
    st.lists(WAYS, min_size=1, max_size=2),
    st.lists(WAYS, min_size=1, max_size=2),
    st.booleans(),
)
def test_a_path_is_driven_edge_by_edge_in_the_least_time(
    drawn: tuple[int, list[Edge]],
    start: list[tuple[int, int]],
    end: list[tuple[int, int]],
    perfect: bool,  # noqa: FBT001 - drawn
) -> None:
    count, edges = drawn
    metric, between = metric_of(count, edges, perfect=perfect), floyd_warshall(count, edges)
    origin, target = ends_of([start], count), ends_of([end], count)
    found = path(metric, origin, target)
    best = min(
        int(a) + int(between[u, v]) + int(b)
        for u, a in zip(origin.node[0], origin.ms[0], strict=True)
        for v, b in zip(target.node[0], target.ms[0], strict=True)
    )
    assert found.ms == min(best, NEVER)
    if found.ms == NEVER:
        assert (found.start, found.end, found.edges.size) == (-1, -1, 0)
        return
    first, head, ms = star_of(count, edges)
    tail = np.repeat(np.arange(count), np.diff(first))
    nodes = [origin.node[0, found.start], *head[found.edges]]
    assert nodes[:-1] == tail[found.edges].tolist()
    assert nodes[-1] == target.node[0, found.end]
    spent = origin.ms[0, found.start] + target.ms[0, found.end]
    assert spent + ms[found.edges].sum() == found.ms


@HARD
@given(
    roads(),
    st.lists(st.lists(WAYS, min_size=2, max_size=2), max_size=6),
    st.lists(st.lists(WAYS, min_size=2, max_size=2), min_size=1, max_size=6),
)
def test_the_nearest_facility_is_the_first_of_the_least_times(
    drawn: tuple[int, list[Edge]],
    facilities: list[list[tuple[int, int]]],
    origins: list[list[tuple[int, int]]],
) -> None:
    count, edges = drawn
    metric, between = metric_of(count, edges), floyd_warshall(count, edges)
    start = ends_of(origins, count)
    end = ends_of(facilities, count) if facilities else Ends.at(np.empty(0, np.int32))
    which, ms = nearest(metric, start, end)
    for i in range(len(origins)):
        times = [
            min(
                int(start.ms[i, a])
                + int(between[start.node[i, a], end.node[j, b]])
                + int(end.ms[j, b])
                for a in range(2)
                for b in range(2)
            )
            for j in range(len(facilities))
        ]
        least = min([*times, NEVER])
        assert ms[i] == least
        assert which[i] == (times.index(least) if least < NEVER else -1)


def test_a_long_path_agrees_with_the_matrix() -> None:
    random = np.random.default_rng(5)
    edges = list(
        zip(*random.integers(0, 400, (2, 1_200)), random.integers(0, 99, 1_200), strict=True)
    )
    metric = metric_of(400, edges)
    times = square(metric)
    for u, v in random.integers(0, 400, (40, 2)):
        found = path(metric, Ends.at(np.array([u])), Ends.at(np.array([v])))
        assert found.ms == times[u, v]
        if found.ms < NEVER:
            assert metric.time_ms[found.edges].sum() == found.ms


def test_a_grid_of_dense_cliques_is_customised_by_vectors_and_by_threads_alike() -> None:
    random = np.random.default_rng(11)
    grid = np.arange(40 * 40).reshape(40, 40)
    tail = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    head = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    ends = np.concatenate([tail, head]), np.concatenate([head, tail])
    edges = list(zip(*ends, random.integers(1, 999, 2 * tail.size), strict=True))
    first, head32, ms = star_of(1_600, edges)
    topology = build(first, head32)
    one, many = (customise(topology, ms, threads=threads) for threads in (1, 3))
    assert np.diff(topology.up_first).max() > 20
    for name in ("up_ms", "down_ms"):
        assert getattr(one, name).tobytes() == getattr(many, name).tobytes()
    for k in range(3):
        assert one.up[k].tobytes() == many.up[k].tobytes()
        assert one.down[k].tobytes() == many.down[k].tobytes()
    graph = csr_array((ms.astype(float), head32, first), (1_600, 1_600))
    assert (square(one) == dijkstra(graph)).all()


def test_more_than_one_origin_has_no_single_path() -> None:
    metric = metric_of(3, [(0, 1, 4)])
    with pytest.raises(UsageError, match="one each"):
        path(metric, everywhere(3), everywhere(3))

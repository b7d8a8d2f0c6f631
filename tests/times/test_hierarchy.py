"""The hierarchy against oracles that share no line with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustergeo.errors import MissingExtraError, UsageError
from clustergeo.times.hierarchy import (
    NEVER,
    Ends,
    build,
    customise,
    matrix,
    one_to_all,
)
from clustergeo.times.hierarchy.metric import Metric

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

Edge = tuple[int, int, int]
Star = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]

HARD = settings(derandomize=True, deadline=None, max_examples=50)


@st.composite
def roads(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """Draw directed edges: parallel ones, loops, edges of no time, islands."""
    count = draw(st.integers(1, 24))
    node = st.integers(0, count - 1)
    ms = st.sampled_from([0, 1, 2, 3, 7, 1_000, 12_345, 2_000_000])
    return count, draw(st.lists(st.tuples(node, node, ms), max_size=70))


def star_of(count: int, edges: Iterable[Edge]) -> Star:
    ordered = np.array(sorted(edges), np.int64).reshape(-1, 3)
    first = np.concatenate([[0], np.cumsum(np.bincount(ordered[:, 0], minlength=count))])
    return first, ordered[:, 1].astype(np.int32), ordered[:, 2].astype(np.int32)


def metric_of(count: int, edges: Iterable[Edge], *, perfect: bool = True) -> Metric:
    first, head, ms = star_of(count, edges)
    return customise(build(first, head), ms, perfect=perfect)


def everywhere(count: int) -> Ends:
    return Ends.at(np.arange(count))


def square(metric: Metric, *, threads: int = 2) -> NDArray[np.int32]:
    ends = everywhere(metric.topology.rank.size)
    return matrix(metric, ends, ends, threads=threads)


def floyd_warshall(count: int, edges: list[Edge]) -> NDArray[np.int64]:
    ms = np.full((count, count), NEVER, np.int64)
    for u, v, cost in edges:
        ms[u, v] = min(ms[u, v], cost)
    np.fill_diagonal(ms, 0)
    for over in range(count):
        ms = np.minimum(ms, ms[:, over, None] + ms[None, over])
    return np.minimum(ms, NEVER)


@HARD
@given(roads(), st.booleans())
def test_matrix_and_stream_equal_floyd_and_warshall(
    drawn: tuple[int, list[Edge]],
    perfect: bool,  # noqa: FBT001 - drawn
) -> None:
    expected = floyd_warshall(*drawn)
    metric = metric_of(*drawn, perfect=perfect)
    assert (square(metric) == expected).all()
    seen = np.zeros(drawn[0], bool)
    for rows, times in one_to_all(metric, everywhere(drawn[0])):
        assert (times == expected[rows]).all()
        seen[rows] = True
    assert seen.all()


@HARD
@given(roads(), st.data())
def test_ends_on_edges_take_the_best_of_their_ways(
    drawn: tuple[int, list[Edge]], data: st.DataObject
) -> None:
    count, edges = drawn
    metric, between = metric_of(count, edges), floyd_warshall(count, edges)
    way = st.tuples(st.integers(0, count - 1), st.sampled_from([0, 5, 900, NEVER, 2**60]))
    many = st.lists(st.lists(way, min_size=2, max_size=2), min_size=1, max_size=5)
    starts, ends = (np.array(data.draw(many), np.int64) for _ in range(2))
    times = matrix(metric, *(Ends(e[..., 0].astype(np.int32), e[..., 1]) for e in (starts, ends)))
    for i, start in enumerate(starts.tolist()):
        for j, end in enumerate(ends.tolist()):
            best = min(a + between[u, v] + b for u, a in start for v, b in end)
            assert times[i, j] == min(best, NEVER)


@HARD
@given(roads(), st.integers(2, 9))
def test_new_times_need_no_new_contraction(drawn: tuple[int, list[Edge]], factor: int) -> None:
    count, edges = drawn
    metric = metric_of(count, edges)
    slower = customise(metric.topology, metric.time_ms * factor)
    assert (
        square(slower) == floyd_warshall(count, [(u, v, c * factor) for u, v, c in edges])
    ).all()


@HARD
@given(roads())
def test_times_obey_the_triangle_inequality_and_turn_with_the_roads(
    drawn: tuple[int, list[Edge]],
) -> None:
    count, edges = drawn
    times = square(metric_of(count, edges)).astype(np.int64)
    for over in range(count):
        assert (times <= times[:, over, None] + times[None, over]).all()
    assert (square(metric_of(count, [(v, u, c) for u, v, c in edges])) == times.T).all()


@HARD
@given(roads(), st.randoms(use_true_random=False))
def test_relabelling_permutes_and_an_added_link_never_lengthens(
    drawn: tuple[int, list[Edge]], random: Any
) -> None:
    count, edges = drawn
    order = list(range(count))
    random.shuffle(order)
    times = square(metric_of(count, edges))
    moved = square(metric_of(count, [(order[u], order[v], c) for u, v, c in edges]))
    assert (moved[np.ix_(order, order)] == times).all()
    assert (square(metric_of(count, [*edges, (order[0], order[-1], 3)])) <= times).all()


@HARD
@given(roads(), st.data())
def test_splitting_an_edge_changes_no_time(
    drawn: tuple[int, list[Edge]], data: st.DataObject
) -> None:
    count, edges = drawn
    if not edges:
        return
    u, v, cost = edges[0]
    part = data.draw(st.integers(0, cost))
    split = [(u, count, part), (count, v, cost - part), *edges[1:]]
    times = square(metric_of(count + 1, split))[:count, :count]
    assert (times == square(metric_of(count, edges))).all()


def test_threads_do_not_change_a_byte() -> None:
    random = np.random.default_rng(5)
    edges = list(zip(*random.integers(0, 300, (2, 900)), random.integers(0, 99, 900), strict=True))
    metric = metric_of(300, edges)
    assert square(metric, threads=1).tobytes() == square(metric, threads=3).tobytes()
    streams = [one_to_all(metric, everywhere(300), threads=threads) for threads in (1, 3)]
    for (rows, times), (others, again) in zip(*streams, strict=True):
        assert rows == others
        assert times.tobytes() == again.tobytes()


def test_a_network_without_nodes_has_an_empty_matrix() -> None:
    metric = customise(build(np.zeros(1), np.empty(0)), np.empty(0, np.int32))
    assert square(metric).shape == (0, 0)
    assert list(one_to_all(metric, everywhere(0))) == []


def test_inputs_are_left_alone() -> None:
    first, head, ms = star_of(3, [(0, 1, 4), (1, 2, 5)])
    assert "2 arcs" in repr(customise(build(first, head), ms).topology)
    assert first.flags.writeable
    assert head.flags.writeable
    assert ms.flags.writeable


@pytest.mark.parametrize(
    ("first", "head", "message"),
    [
        ([0, 2, 1], [0], "forward star"),
        ([1, 1], [], "forward star"),
        ([0, 3], [0], "forward star"),
        ([], [], "forward star"),
        ([0, 1], [1], "not there"),
        ([0, 1], [-1], "not there"),
    ],
)
def test_what_is_no_forward_star_is_refused(
    first: list[int], head: list[int], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        build(np.array(first), np.array(head))


@pytest.mark.parametrize("times", [[1], [1, -1], [1, NEVER + 1], [1.5, 2.0]])
def test_times_that_cannot_be_are_refused(times: list[float]) -> None:
    topology = build(*star_of(3, [(0, 1, 4), (1, 2, 5)])[:2])
    with pytest.raises(UsageError, match="time_ms"):
        customise(topology, np.array(times))


@pytest.mark.parametrize("ends", [Ends.at(np.array([3])), Ends(np.array([[0]]), np.array([[-1]]))])
def test_ends_that_are_not_in_the_network_are_refused(ends: Ends) -> None:
    metric = metric_of(3, [(0, 1, 4)])
    with pytest.raises(UsageError, match="origins"):
        matrix(metric, ends, everywhere(3))


def test_without_metis_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymetis", None)
    with pytest.raises(MissingExtraError, match=r'pip install "clustergeo\[large\]"'):
        build(np.array([0, 1, 2], np.int64), np.array([1, 0], np.int32))

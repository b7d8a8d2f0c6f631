"""The fastest routes, traced back from the times alone: the same ones whatever found the times.

Where several routes are equally fast, the first arc that fits is taken; so a route follows from
the times, and the engines cannot differ in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.times.hierarchy import NEVER, Ends
from clustergeo.times.hierarchy.routes import Path
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["Reverse", "Routes", "entering", "reverse_of", "routes_over", "trace_back"]

Reverse = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
Whole = int | np.signedinteger[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """The fastest routes from one origin to all targets, one behind the other.

    Parameters
    ----------
    ms
        Whole milliseconds, the ways at both ends included; ``UNREACHED`` where there is no way.
    arcs, first
        Arcs in order of travel: those to target j are ``arcs[first[j]:first[j + 1]]``.
    start, end
        Which way of the origin and of the target is taken; -1 where there is none.
    """

    ms: NDArray[np.int64]
    arcs: NDArray[np.int32]
    first: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def path(self, target: int) -> Path:
        """Return the route to one target."""
        arcs = self.arcs[self.first[target] : self.first[target + 1]]
        return Path(int(self.ms[target]), arcs, int(self.start[target]), int(self.end[target]))


def reverse_of(graph: TurnGraph) -> Reverse:
    """Return the arcs of a graph by the state they enter: first, arc, tail, milliseconds."""
    first, arc = entering(graph.head, graph.first.size - 1)
    tail, ms = graph.tail[arc], graph.time_ms[arc]
    return fixed(first), fixed(arc), fixed(tail), fixed(ms)


def routes_over(
    rows: Iterable[tuple[slice, NDArray[np.int32]]],
    reverse: Reverse,
    origins: Ends,
    targets: Ends,
) -> Iterator[Routes]:
    """Yield the routes from each origin in turn.

    Parameters
    ----------
    rows
        Milliseconds from the origins to the states, some origins a time, ``NEVER`` where there
        is no way; right for every state that is no farther than the last target.
    reverse
        The arcs of the graph by the state they enter.
    origins, targets
        Where the routes start and end.
    """
    node, spent = origins.node.astype(np.int32), np.minimum(origins.ms, NEVER).astype(np.int32)
    every = np.arange(targets.node.shape[0])
    for some, batch in rows:
        for row, labels in enumerate(batch, start=some.start):
            # Without targets there are no ways to choose from.
            around = labels[targets.node] + targets.ms
            end = around.argmin(axis=1) if every.size else every
            ms = around[every, end]
            found = ms < NEVER
            goal = np.where(found, targets.node[every, end], -1).astype(np.int32)
            arcs, first, start = trace_back(reverse, labels, node[row], spent[row], goal)
            ms, end = np.where(found, ms, UNREACHED), np.where(found, end, -1)
            yield Routes(ms, arcs, first, start, end)


@njit(cache=True, nogil=True)
def entering(head: NDArray[np.int32], states: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the arcs that enter each state, in their order."""
    first = np.zeros(states + 1, np.int64)
    for v in head:
        first[v + 1] += 1
    for v in range(states):
        first[v + 1] += first[v]
    at = first[:-1].copy()
    arcs = np.empty(head.size, np.int32)
    for a in range(head.size):
        arcs[at[head[a]]] = a
        at[head[a]] += 1
    return first, arcs


@njit(cache=True, nogil=True)
def _seed_at(state: Whole, seeds: NDArray[np.int32], spent: NDArray[np.int32], ms: Whole) -> int:
    """Return which seed explains the time of a state, -1 if none does."""
    for i in range(seeds.size):
        if seeds[i] == state and spent[i] == ms:
            return i
    return -1


@njit(cache=True, nogil=True)
def _before(reverse: Reverse, labels: NDArray[np.int32], state: Whole) -> Whole:
    """Return where, among the entering arcs, the first stands that takes time and fits; or -1."""
    first, _, tail, ms = reverse
    for k in range(first[state], first[state + 1]):
        if ms[k] > 0 and labels[tail[k]] + ms[k] == labels[state]:
            return k
    return -1


@njit(cache=True, nogil=True)
def _across(
    reverse: Reverse,
    labels: NDArray[np.int32],
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    state: Whole,
    seen: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the fewest arcs of no time that lead into a state from one that is explained.

    As places among the entering arcs, the last first. Arcs of no time may lead in circles.
    """
    first, _, tail, ms = reverse
    queue = [np.int64(state)]
    by = [np.int64(-1)]
    parent = [np.int64(-1)]
    mark = seen[0] + 1
    seen[0] = mark
    seen[state + 1] = mark
    at: Whole = 0
    while True:
        here = queue[at]
        explained = _seed_at(here, ends[0], ends[1], labels[here]) >= 0
        if at > 0 and (explained or _before(reverse, labels, here) >= 0):
            break
        for k in range(first[here], first[here + 1]):
            if ms[k] == 0 and labels[tail[k]] == labels[here] and seen[tail[k] + 1] != mark:
                seen[tail[k] + 1] = mark
                queue.append(np.int64(tail[k]))
                by.append(np.int64(k))
                parent.append(np.int64(at))
        at += 1
    count = 0
    step: Whole = at
    while step > 0:
        count += 1
        step = parent[step]
    arcs = np.empty(count, np.int64)
    while at > 0:
        count -= 1
        arcs[count] = by[at]
        at = parent[at]
    return arcs


@njit(cache=True, nogil=True)
def _roomy(arcs: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """Return the arcs with room for so many at least."""
    if size <= arcs.size:
        return arcs
    grown = np.empty(2 * size, np.int32)
    grown[: arcs.size] = arcs
    return grown


@njit(cache=True, nogil=True)
def trace_back(
    reverse: Reverse,
    labels: NDArray[np.int32],
    seeds: NDArray[np.int32],
    spent: NDArray[np.int32],
    goals: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs to each goal in order of travel, where each begin, and the seeds they leave.

    Parameters
    ----------
    reverse
        The arcs of the graph by the state they enter.
    labels
        Milliseconds from the origin to each state.
    seeds, spent
        States where the origin meets the graph and the milliseconds to there.
    goals
        States to be traced back, all of them reached; -1 is left out.
    """
    _, arc, tail, _ = reverse
    arcs = np.empty(max(64, 32 * goals.size), np.int32)
    first = np.zeros(goals.size + 1, np.int64)
    start = np.full(goals.size, -1, np.int64)
    seen = np.zeros(0, np.int64)
    size = 0
    for j in range(goals.size):
        x = np.int64(goals[j])
        while x >= 0:
            start[j] = _seed_at(x, seeds, spent, labels[x])
            if start[j] >= 0:
                break
            k = _before(reverse, labels, x)
            if k >= 0:
                arcs = _roomy(arcs, size + 1)
                arcs[size] = arc[k]
                size += 1
                x = np.int64(tail[k])
                continue
            if seen.size == 0:
                seen = np.zeros(labels.size + 1, np.int64)
            steps = _across(reverse, labels, (seeds, spent), x, seen)
            arcs = _roomy(arcs, size + steps.size)
            for k in steps:
                arcs[size] = arc[k]
                size += 1
                x = np.int64(tail[k])
        first[j + 1] = size
        arcs[first[j] : size] = arcs[first[j] : size][::-1].copy()
    return arcs[:size].copy(), first, start

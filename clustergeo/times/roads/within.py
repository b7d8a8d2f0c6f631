"""Bounded search, compiled: what is reached within a limit, at the cost of what is reached."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clustergeo.times.roads.dijkstra import UNREACHED, _push, _sink

__all__ = ["Desk", "Star", "desk", "within"]

Star = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]

Desk = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]
"""Milliseconds, places in the heap, heap and settled states: what a search writes on."""


def desk(states: int) -> Desk:
    """Return a clean desk for searches over a number of states, one search at a time."""
    return (
        np.full(states, UNREACHED, np.int64),
        np.full(states, -1, np.int64),
        np.empty(states, np.int64),
        np.empty(states, np.int32),
    )


@njit(cache=True, nogil=True)
def within(
    star: Star,
    seeds: NDArray[np.int32],
    spent: NDArray[np.int64],
    limit: int,
    desk: Desk,
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the states that are reached within a limit, and when, in the order of time.

    Dijkstra's algorithm (1959); it never looks beyond the limit, and leaves the desk clean.

    Parameters
    ----------
    star
        First, head and whole milliseconds >= 0: the arcs of state v are ``first[v]:first[v + 1]``.
    seeds, spent
        States to start from and the milliseconds spent before; those beyond the limit are closed.
    limit
        Milliseconds up to which a state counts, itself included.
    desk
        As :func:`desk` returns it, for as many states.

    Returns
    -------
    states, ms : tuple of numpy.ndarray
        Shape (reached,) both.
    """
    first, head, time_ms = star
    ms, place, heap, done = desk
    count, size = 0, 0
    for i in range(seeds.size):
        if spent[i] <= limit and spent[i] < ms[seeds[i]]:
            ms[seeds[i]] = spent[i]
            size = _push(heap, place, ms, size, seeds[i])
    while size > 0:
        state = heap[0]
        size -= 1
        if size > 0:
            heap[0] = heap[size]
            _sink(heap, place, ms, size)
        done[count] = state
        count += 1
        for arc in range(first[state], first[state + 1]):
            reached, through = head[arc], ms[state] + time_ms[arc]
            if through <= limit and through < ms[reached]:
                ms[reached] = through
                size = _push(heap, place, ms, size, reached)
    states = done[:count].copy()
    times = ms[states]
    for state in states:
        ms[state] = UNREACHED
        place[state] = -1
    return states, times

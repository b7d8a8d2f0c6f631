"""One way through a hierarchy back to the edges of the network, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clustergeo.times.hierarchy._customise import NEVER

__all__ = ["descend", "meet", "unpack"]


@njit(cache=True, nogil=True)
def meet(there: NDArray[np.int32], back: NDArray[np.int32]) -> int:
    """Return the rank where a search up from the origin and one from the target meet; or -1."""
    best, least = -1, NEVER
    for x in range(there.size):
        if there[x] < NEVER and back[x] < NEVER and there[x] + back[x] < least:
            best, least = x, there[x] + back[x]
    return best


@njit(cache=True, nogil=True)
def descend(
    low: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    ms: NDArray[np.int32],
    labels: NDArray[np.int32],
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]],
    top: int,
) -> tuple[NDArray[np.int64], int]:
    """Return the steps (from, to, arc) that led up to a rank, the last first, and their seed.

    Each step goes to a lower rank, so that arcs of no time cannot lead in circles.
    """
    low_first, low_arc, low_tail = low
    node, spent = seeds
    trail = [(np.int64(0), np.int64(0), np.int64(0)) for _ in range(0)]
    x = np.int64(top)
    while True:
        for i in range(node.size):
            if node[i] == x and spent[i] == labels[x]:
                steps = np.empty((len(trail), 3), np.int64)
                for k in range(len(trail)):
                    steps[k, 0], steps[k, 1], steps[k, 2] = trail[k]
                return steps, i
        for i in range(low_first[x], low_first[x + 1]):
            y, arc = low_tail[i], low_arc[i]
            if labels[y] < NEVER and labels[y] + ms[arc] == labels[x]:
                trail.append((np.int64(y), np.int64(x), np.int64(arc)))
                x = np.int64(y)
                break


@njit(cache=True, nogil=True)
def _edge(
    roads: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    tail: int,
    head: int,
    ms: int,
) -> int:
    """Return the edge that takes just that long, -1 if none does."""
    first, heads, time_ms = roads
    for e in range(first[tail], first[tail + 1]):
        if heads[e] == head and time_ms[e] == ms:
            return int(e)
    return -1


@njit(cache=True, nogil=True)
def _over(
    low: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    ms: tuple[NDArray[np.int32], NDArray[np.int32]],
    ends: tuple[int, int],
    total: int,
) -> tuple[np.int64, np.int64, np.int64]:
    """Return the rank below two that the way between them leads over, and the arcs to both."""
    low_first, low_arc, low_tail = low
    up, down = ms
    i, j = low_first[ends[0]], low_first[ends[1]]
    while low_tail[i] != low_tail[j] or down[low_arc[i]] + up[low_arc[j]] != total:
        if low_tail[i] <= low_tail[j]:
            i += 1
        else:
            j += 1
    return np.int64(low_tail[i]), np.int64(low_arc[i]), np.int64(low_arc[j])


@njit(cache=True, nogil=True)
def unpack(
    roads: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    node: NDArray[np.int32],
    low: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    ms: tuple[NDArray[np.int32], NDArray[np.int32]],
    steps: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Return the edges of a way given as steps (from, to, arc)."""
    up, down = ms
    edges = [np.int32(0) for _ in range(0)]
    for k in range(len(steps)):
        stack = [(steps[k, 0], steps[k, 1], steps[k, 2])]
        while len(stack) > 0:
            start, end, arc = stack.pop()
            total = up[arc] if start < end else down[arc]
            edge = _edge(roads, node[start], node[end], total)
            if edge >= 0:
                edges.append(np.int32(edge))
            else:
                over, to, on = _over(low, ms, (start, end), total)
                stack.append((over, end, on))
                stack.append((start, over, to))
    found = np.empty(len(edges), np.int32)
    for k in range(len(edges)):
        found[k] = edges[k]
    return found

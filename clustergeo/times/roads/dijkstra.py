"""Shortest paths over arrays, compiled: the engine under every car time.

Times are whole milliseconds, so that sums are exact and equal those of osmnx whatever their order.
The engine sees arrays alone; a larger network can put a hierarchy in its place.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["UNREACHED", "search", "trace"]

UNREACHED: Final = 2**60
"""Milliseconds of what no road reaches; the sum of three still fits 64 bits."""

_ARITY = 4  # four children share a cache line: fewer misses than in a binary heap


@njit(cache=True, nogil=True)
def _rise(heap, place, ms, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Move a node up until its parent is no later."""
    node = heap[at]
    while at > 0:
        parent = (at - 1) // _ARITY
        if ms[heap[parent]] <= ms[node]:
            break
        heap[at] = heap[parent]
        place[heap[at]] = at
        at = parent
    heap[at] = node
    place[node] = at


@njit(cache=True, nogil=True)
def _sink(heap, place, ms, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Move the first node down until no child is earlier."""
    node, at = heap[0], 0
    while True:
        child = at * _ARITY + 1
        if child >= size:
            break
        for other in range(child + 1, min(child + _ARITY, size)):
            if ms[heap[other]] < ms[heap[child]]:
                child = other
        if ms[heap[child]] >= ms[node]:
            break
        heap[at] = heap[child]
        place[heap[at]] = at
        at = child
    heap[at] = node
    place[node] = at


@njit(cache=True, nogil=True)
def _push(heap, place, ms, size, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Put a node into the heap, or move it up where its time has fallen; return the size."""
    if place[node] < 0:
        place[node] = size
        heap[size] = node
        size += 1
    _rise(heap, place, ms, place[node])
    return size


@njit(cache=True, nogil=True)
def search(
    first: NDArray[np.int64],
    head: NDArray[np.int32],
    time_ms: NDArray[np.integer[Any]],
    seeds: NDArray[np.int32],
    seed_ms: NDArray[np.int64],
    targets: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the shortest times from the seeds and the edge by which each node is reached.

    Dijkstra's algorithm (1959) with an indexed 4-ary heap; it stops when all targets are settled,
    and all that is no farther than the last of them.

    Parameters
    ----------
    first, head, time_ms
        Forward star: the edges of node v are ``first[v]:first[v + 1]``; whole milliseconds >= 0.
    seeds, seed_ms
        Nodes to start from and the milliseconds spent before; ``UNREACHED`` disables a seed.
    targets
        Nodes whose times are wanted; repeats are allowed.

    Returns
    -------
    ms, via : tuple of numpy.ndarray
        Milliseconds (``UNREACHED`` if there is no way) and edge, -1 at a seed; shape (nodes,)
        both. Final for the targets and for whatever is no farther than the last of them.
    """
    count = first.size - 1
    ms = np.full(count, UNREACHED, np.int64)
    via = np.full(count, -1, np.int32)
    place = np.full(count, -1, np.int64)
    heap = np.empty(count, np.int64)
    wanted = np.zeros(count, np.bool_)
    open_targets, size, last = 0, 0, -1
    for target in targets:
        if not wanted[target]:
            wanted[target] = True
            open_targets += 1
    for i in range(seeds.size):
        if seed_ms[i] < ms[seeds[i]]:
            ms[seeds[i]] = seed_ms[i]
            size = _push(heap, place, ms, size, seeds[i])
    while size > 0 and (open_targets > 0 or ms[heap[0]] <= last):
        node = heap[0]
        size -= 1
        if size > 0:
            heap[0] = heap[size]
            _sink(heap, place, ms, size)
        if wanted[node]:
            open_targets -= 1
            last = ms[node]
        for edge in range(first[node], first[node + 1]):
            reached, through = head[edge], ms[node] + time_ms[edge]
            if through < ms[reached]:
                ms[reached] = through
                via[reached] = edge
                size = _push(heap, place, ms, size, reached)
    return ms, via


@njit(cache=True, nogil=True)
def trace(
    via: NDArray[np.int32], tail: NDArray[np.int32], node: int
) -> tuple[NDArray[np.int32], int]:
    """Return the edges by which a node is reached, in order of travel, and the seed they leave.

    Parameters
    ----------
    via
        Second return of :func:`search`.
    tail
        Node each edge leaves.
    node
        Node that was reached.

    Returns
    -------
    edges, seed : tuple of numpy.ndarray and int
        Empty where the node is a seed itself.
    """
    count, at = 0, node
    while via[at] >= 0:
        count += 1
        at = tail[via[at]]
    edges = np.empty(count, np.int32)
    seed, at = at, node
    while via[at] >= 0:
        count -= 1
        edges[count] = via[at]
        at = tail[via[at]]
    return edges, seed

"""Searches on a hierarchy, compiled: up the elimination tree, then down for many at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clustergeo.times.hierarchy._customise import NEVER
from clustergeo.times.hierarchy._lanes import WIDTH, lower

__all__ = ["climb", "collect", "flood", "restrict", "settle", "spread", "sweep"]

_NODES: Final = 256  # that are copied out together: their labels stay in the nearest cache


@njit(cache=True, nogil=True)
def restrict(
    parent: NDArray[np.int32],
    star: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    targets: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return the part of a star that lies above the targets, and where each rank went (or -1)."""
    up_first, up_head, up_ms = star
    where = np.full(parent.size, -1, np.int32)
    for target in targets:
        x = target
        while x >= 0 and where[x] < 0:
            where[x] = 0
            x = parent[x]
    count, size = 0, 0
    for x in range(parent.size):
        if where[x] >= 0:
            where[x] = count
            count += 1
            size += up_first[x + 1] - up_first[x]
    first = np.zeros(count + 1, np.int64)
    head = np.empty(size, np.int32)
    ms = np.empty(size, np.int32)
    size = 0
    for x in range(parent.size):
        if where[x] >= 0:
            for a in range(up_first[x], up_first[x + 1]):
                head[size] = where[up_head[a]]
                ms[size] = up_ms[a]
                size += 1
            first[where[x] + 1] = size
    return where, first, head, ms


@njit(cache=True, nogil=True)
def _seed(
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]], ms: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Label the seeds; return a cursor for each, -1 where its way is closed."""
    node, spent = seeds
    cursor = np.full(node.size, -1, np.int32)
    for i in range(node.size):
        if spent[i] < NEVER:
            cursor[i] = node[i]
            ms[node[i]] = min(ms[node[i]], spent[i])
    return cursor


@njit(cache=True, nogil=True)
def climb(
    parent: NDArray[np.int32],
    star: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    seeds: tuple[NDArray[np.int32], NDArray[np.int32]],
    ms: NDArray[np.int32],
    trail: NDArray[np.int32],
) -> int:
    """Walk from the seeds to the roots, lowest rank first; return how many ranks the trail has.

    ``ms`` holds ``NEVER`` before and is left with the labels of the trail.
    """
    first, head, arc_ms = star
    cursor = _seed(seeds, ms)
    count = 0
    while True:
        x = np.int32(parent.size)
        for c in cursor:
            if 0 <= c < x:
                x = c
        if x == parent.size:
            return count
        for i in range(cursor.size):
            if cursor[i] == x:
                cursor[i] = parent[x]
        trail[count] = x
        count += 1
        for a in range(first[x], first[x + 1]):
            ms[head[a]] = min(ms[head[a]], np.int32(ms[x] + arc_ms[a]))


@njit(cache=True, nogil=True)
def spread(
    where: NDArray[np.int32],
    trail: NDArray[np.int32],
    ms: NDArray[np.int32],
    lane: int,
    labels: NDArray[np.int32],
) -> None:
    """Put the labels of a trail into one lane of the sweep, and clear them for the next climb."""
    for x in trail:
        if where[x] >= 0:
            labels[where[x], lane] = ms[x]
        ms[x] = NEVER


@njit(cache=True, nogil=True)
def sweep(
    first: NDArray[np.int64],
    head: NDArray[np.int32],
    ms: NDArray[np.int32],
    labels: NDArray[np.int32],
) -> None:
    """Settle every node from those above it, top down, all lanes at once."""
    flat = labels.reshape(-1)
    for x in range(first.size - 2, -1, -1):
        for a in range(first[x], first[x + 1]):
            lower(flat, x * WIDTH, flat, np.int64(head[a]) * WIDTH, ms[a])


@njit(cache=True, nogil=True)
def collect(
    labels: NDArray[np.int32],
    node: NDArray[np.int32],
    ms: NDArray[np.int32],
    times: NDArray[np.int32],
) -> None:
    """Write the times at the targets, each the best of its ways in; shape (lanes, targets)."""
    for j in range(node.shape[0]):
        for k in range(times.shape[0]):
            best = np.int32(NEVER)
            for way in range(node.shape[1]):
                if ms[j, way] < NEVER:
                    best = min(best, np.int32(labels[node[j, way], k] + ms[j, way]))
            times[k, j] = best


@njit(cache=True, nogil=True)
def settle(labels: NDArray[np.int32], rank: NDArray[np.int32], times: NDArray[np.int32]) -> None:
    """Write the times at all nodes in the order of the network, shape (lanes, nodes)."""
    for start in range(0, rank.size, _NODES):
        for k in range(times.shape[0]):
            for x in range(start, min(start + _NODES, rank.size)):
                times[k, x] = labels[np.uint32(rank[x]), k]


@njit(cache=True, nogil=True)
def flood(
    down: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    up: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    keys: NDArray[np.int64],
) -> None:
    """Lower the key of each rank to the least that any rank offers, less the way there.

    A key is a time shifted by 32 bits, plus who offers it: the least key is the nearest offer
    and, of those equally near, the first.
    """
    first, head, ms = down
    for x in range(keys.size):
        for a in range(first[x], first[x + 1]):
            keys[head[a]] = min(keys[head[a]], keys[x] + (np.int64(ms[a]) << 32))
    first, head, ms = up
    for x in range(keys.size - 1, -1, -1):
        for a in range(first[x], first[x + 1]):
            keys[x] = min(keys[x], keys[head[a]] + (np.int64(ms[a]) << 32))

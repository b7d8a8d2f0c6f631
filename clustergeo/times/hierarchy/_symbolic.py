"""The shape of a hierarchy, compiled: which arcs a contraction in rank order leaves behind.

Nothing here looks at a travel time, so that what comes out serves every metric. Nodes are ranks.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["eliminate", "group", "lower_arcs", "slots"]


@njit(cache=True, nogil=True)
def group(
    key: NDArray[np.int32], value: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the values by key, as ``values[first[k]:first[k + 1]]``, in their order."""
    first = np.zeros(count + 1, np.int64)
    for k in key:
        first[k + 1] += 1
    for k in range(count):
        first[k + 1] += first[k]
    at = first[:-1].copy()
    values = np.empty(key.size, np.int32)
    for i in range(key.size):
        values[at[key[i]]] = value[i]
        at[key[i]] += 1
    return first, values


@njit(cache=True, nogil=True)
def eliminate(
    first: NDArray[np.int64], head: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Contract the nodes in rank order; return the upward arcs and the elimination tree.

    The upper neighbours of a node are its own and those of its children in the tree; the lowest
    of them is its parent (-1 at a root). Heads of one node are sorted.

    Parameters
    ----------
    first, head
        The upper neighbours of each node in the road network.
    """
    count = first.size - 1
    up_first = np.zeros(count + 1, np.int64)
    heads = np.empty(4 * head.size + 16, np.int32)
    parent = np.full(count, -1, np.int32)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)
    size = 0
    for x in range(count):
        room = first[x + 1] - first[x]
        c = child[x]
        while c >= 0:
            room += up_first[c + 1] - up_first[c]
            c = sibling[c]
        if size + room > heads.size:
            grown = np.empty(2 * heads.size + room, np.int32)
            grown[:size] = heads[:size]
            heads = grown
        start = size
        seen[x] = x
        for a in range(first[x], first[x + 1]):
            if seen[head[a]] != x:
                seen[head[a]] = x
                heads[size] = head[a]
                size += 1
        c = child[x]
        while c >= 0:
            for a in range(up_first[c], up_first[c + 1]):
                if seen[heads[a]] != x:
                    seen[heads[a]] = x
                    heads[size] = heads[a]
                    size += 1
            c = sibling[c]
        up_first[x + 1] = size
        if size > start:
            heads[start:size].sort()
            parent[x] = heads[start]
            sibling[x] = child[parent[x]]
            child[parent[x]] = x
    return up_first, heads[:size].copy(), parent


@njit(cache=True, nogil=True)
def lower_arcs(
    up_first: NDArray[np.int64], up_head: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return for each node the arcs that enter it from below and their tails, tails ascending."""
    count = up_first.size - 1
    first = np.zeros(count + 1, np.int64)
    for x in up_head:
        first[x + 1] += 1
    for x in range(count):
        first[x + 1] += first[x]
    at = first[:-1].copy()
    arc = np.empty(up_head.size, np.int32)
    tail = np.empty(up_head.size, np.int32)
    for x in range(count):
        for a in range(up_first[x], up_first[x + 1]):
            arc[at[up_head[a]]] = a
            tail[at[up_head[a]]] = x
            at[up_head[a]] += 1
    return first, arc, tail


@njit(cache=True, nogil=True)
def slots(
    up_first: NDArray[np.int64],
    up_head: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return for each edge twice its arc, plus one if it runs down; -1 for a loop."""
    slot = np.full(tail.size, -1, np.int32)
    for e in range(tail.size):
        if tail[e] != head[e]:
            low, high = min(tail[e], head[e]), max(tail[e], head[e])
            start, end = up_first[low], up_first[low + 1]
            arc = start + np.searchsorted(up_head[start:end], high)
            slot[e] = 2 * arc + (tail[e] > head[e])
    return slot

"""Travel times put on a hierarchy, compiled: lower triangles, then upper ones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clustergeo.times.hierarchy._lanes import WIDTH, least_sum, lower

__all__ = ["NEVER", "keep", "lay", "relax_lower", "relax_upper", "share"]

NEVER: Final = 2**30 - 1
"""Milliseconds of what no road reaches (twelve days); the sum of two still fits 32 bits."""


@njit(cache=True, nogil=True)
def lay(
    slot: NDArray[np.int32], time_ms: NDArray[np.int32], arcs: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the fastest edge on each arc, upward and downward; ``NEVER`` where there is none."""
    up = np.full(arcs, NEVER, np.int32)
    down = np.full(arcs, NEVER, np.int32)
    for e in range(slot.size):
        if slot[e] >= 0:
            side = down if slot[e] & 1 else up
            side[slot[e] >> 1] = min(side[slot[e] >> 1], time_ms[e])
    return up, down


@njit(cache=True, nogil=True)
def share(parent: NDArray[np.int32], pieces: int) -> tuple[NDArray[np.int32], int]:
    """Cut the elimination tree; return the piece of each rank and how many there are.

    A piece is a subtree of at most a ``pieces``-th of all ranks, which no other piece looks into.
    What lies above all pieces is the last piece.
    """
    size = np.ones(parent.size, np.int64)
    for x in range(parent.size):
        if parent[x] >= 0:
            size[parent[x]] += size[x]
    most = parent.size // pieces + 1
    piece = np.full(parent.size, -1, np.int32)
    count = 0
    for x in range(parent.size - 1, -1, -1):
        if size[x] <= most:
            if parent[x] >= 0 and piece[parent[x]] >= 0:
                piece[x] = piece[parent[x]]
            else:
                piece[x] = count
                count += 1
    for x in range(parent.size):
        if piece[x] < 0:
            piece[x] = count
    return piece, count + 1


@njit(cache=True, nogil=True)
def relax_lower(
    shape: tuple[NDArray[np.int64], NDArray[np.int32]],
    low: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    ms: tuple[NDArray[np.int32], NDArray[np.int32]],
    ranks: NDArray[np.int32],
    over: tuple[NDArray[np.int32], int, int],
) -> None:
    """Lower each arc x-z to the way x-y-z over any lower neighbour y of both, bottom up.

    For x of the given ranks, ascending, and y whose piece is one of a range.
    """
    (up_first, up_head), (low_first, low_arc, low_tail), (up, down) = shape, low, ms
    piece, start, stop = over
    at = np.empty(up_first.size - 1, np.int32)
    for x in ranks:
        for a in range(up_first[x], up_first[x + 1]):
            at[np.uint32(up_head[a])] = a
        for i in range(low_first[x], low_first[x + 1]):
            y = np.uint32(low_tail[i])
            if start <= piece[y] < stop:
                a, b, end = low_arc[i], low_arc[i] + 1, up_first[y + 1]
                to_y, from_y = down[a], up[a]
                while b < end:
                    c, last = np.int64(at[np.uint32(up_head[b])]), b + WIDTH - 1
                    # Heads are sorted: if the last of sixteen fits, those between do.
                    if last < end and at[np.uint32(up_head[last])] == c + WIDTH - 1:
                        lower(up, c, up, b, to_y)
                        lower(down, c, down, b, from_y)
                    else:
                        for d in range(b, min(last + 1, end)):
                            e = np.uint32(at[np.uint32(up_head[d])])
                            up[e] = min(up[e], np.int32(to_y + up[d]))
                            down[e] = min(down[e], np.int32(from_y + down[d]))
                    b = last + 1


@njit(cache=True, nogil=True)
def relax_upper(
    shape: tuple[NDArray[np.int64], NDArray[np.int32]],
    ms: tuple[NDArray[np.int32], NDArray[np.int32]],
    ranks: NDArray[np.int32],
) -> None:
    """Lower each arc to the distance of its ends, over upper neighbours, top down.

    For the arcs up from the given ranks, which ascend.
    """
    (up_first, up_head), (up, down) = shape, ms
    for i in range(ranks.size - 1, -1, -1):
        end = up_first[ranks[i] + 1]
        for a in range(up_first[ranks[i]], end):
            b, c = up_first[up_head[a]], a + 1
            to_y, from_y = up[a], down[a]
            while c < end:
                # What is above x is a clique: the arc from y to z is there.
                while up_head[b] != up_head[c]:
                    b += 1
                last = c + WIDTH - 1
                # Both lists are sorted, and y's holds all of x's that follow y.
                if last < end and up_head[b + WIDTH - 1] == up_head[last]:
                    to_y = min(to_y, least_sum(up, c, down, b))
                    from_y = min(from_y, least_sum(up, b, down, c))
                    lower(up, c, up, b, to_y)
                    lower(down, c, down, b, from_y)
                    c += WIDTH
                else:
                    to_y = min(to_y, np.int32(up[c] + down[b]))
                    from_y = min(from_y, np.int32(up[b] + down[c]))
                    up[c] = min(up[c], np.int32(to_y + up[b]))
                    down[c] = min(down[c], np.int32(down[b] + from_y))
                    c += 1
            up[a], down[a] = to_y, from_y


@njit(cache=True, nogil=True)
def keep(
    up_first: NDArray[np.int64],
    up_head: NDArray[np.int32],
    ms: NDArray[np.int32],
    least: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return the arcs that are as fast as their ends are apart: no other lies on a fastest way."""
    first = np.zeros_like(up_first)
    size = 0
    for a in range(ms.size):
        size += ms[a] == least[a] and ms[a] < NEVER
    heads = np.empty(size, np.int32)
    times = np.empty(size, np.int32)
    size = 0
    for x in range(up_first.size - 1):
        for a in range(up_first[x], up_first[x + 1]):
            if ms[a] == least[a] and ms[a] < NEVER:
                heads[size] = up_head[a]
                times[size] = ms[a]
                size += 1
        first[x + 1] = size
    return first, heads, times

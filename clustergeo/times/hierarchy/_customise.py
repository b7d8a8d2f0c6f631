"""Travel times put on a hierarchy, compiled: lower triangles, then upper ones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["NEVER", "keep", "lay", "relax_lower", "relax_upper"]

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
def relax_lower(
    up_first: NDArray[np.int64],
    up_head: NDArray[np.int32],
    low: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]],
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    """Lower each arc x-z to the way x-y-z over any lower neighbour y of both, bottom up."""
    low_first, low_arc, low_tail = low
    count = up_first.size - 1
    at = np.empty(count, np.int64)
    for x in range(count):
        for a in range(up_first[x], up_first[x + 1]):
            at[up_head[a]] = a
        for i in range(low_first[x], low_first[x + 1]):
            a = low_arc[i]
            to_y, from_y = down[a], up[a]
            for b in range(a + 1, up_first[low_tail[i] + 1]):
                c = at[up_head[b]]
                there, back = np.int32(to_y + up[b]), np.int32(down[b] + from_y)
                # A store only where it falls: most triangles change nothing.
                if there < up[c]:  # noqa: PLR1730
                    up[c] = there
                if back < down[c]:  # noqa: PLR1730
                    down[c] = back


@njit(cache=True, nogil=True)
def relax_upper(
    up_first: NDArray[np.int64],
    up_head: NDArray[np.int32],
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    """Lower each arc to the distance of its ends, over upper neighbours, top down."""
    for x in range(up_first.size - 2, -1, -1):
        end = up_first[x + 1]
        for a in range(up_first[x], end):
            b = up_first[up_head[a]]
            for c in range(a + 1, end):
                # What is above x is a clique: the arc from y to z is there.
                while up_head[b] != up_head[c]:
                    b += 1
                up[a] = min(up[a], np.int32(up[c] + down[b]))
                up[c] = min(up[c], np.int32(up[a] + up[b]))
                down[a] = min(down[a], np.int32(up[b] + down[c]))
                down[c] = min(down[c], np.int32(down[b] + down[a]))


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

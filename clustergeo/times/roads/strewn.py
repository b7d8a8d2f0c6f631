"""Points strewn along roads, each with when it is reached, and no more of them than a grid shows.

Compiled: a drive of an hour in a nation reaches a million of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Points", "points_along"]

_SAME: Final = 16  # of a cell: points as near as this part of it are one
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads keys evenly
_HALF: Final = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points along roads, and when they are reached.

    Parameters
    ----------
    x, y
        Metres.
    ms
        Milliseconds at which each is reached, shape (points,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ms: NDArray[np.float64]

    def thinned(self, cell_m: float) -> Points:
        """Return the earliest of the points that are as good as one on a grid of such cells."""
        kept = _earliest(self.x, self.y, self.ms, cell_m / _SAME)
        return Points(self.x[kept], self.y[kept], self.ms[kept])


def points_along(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    piece: NDArray[np.int64],
    span: NDArray[np.float64],
    ms: NDArray[np.float64],
    step_m: float,
) -> Points:
    """Return points along pieces of lines, no further apart than a step, both ends included.

    Parameters
    ----------
    x, y
        Vertices of the lines of all pieces, one line after the other, metres.
    piece
        Which piece each vertex is of, shape of ``x``.
    span
        Shares of its line at which each piece begins and ends, shape (pieces, 2).
    ms
        Milliseconds at the two ends of each piece, shape (pieces, 2); linear between.
    step_m
        Metres.

    Examples
    --------
    >>> found = points_along(np.array([0.0, 400.0]), np.zeros(2), np.zeros(2, int),
    ...                      np.array([[0.5, 1.0]]), np.array([[0.0, 60.0]]), 100.0)
    >>> found.x.tolist(), found.ms.tolist()
    ([200.0, 300.0, 400.0], [0.0, 30.0, 60.0])
    """
    first = np.searchsorted(piece, np.arange(len(span) + 1))
    along = _lengths(x, y, first)
    length_m = along[first[1:] - 1]
    steps = np.maximum(np.ceil(length_m * (span[:, 1] - span[:, 0]) / step_m), 1).astype(np.int64)
    found = Points(*(np.empty(int(steps.sum() + steps.size)) for _ in range(3)))
    _strew(x, y, along, first, span, ms, steps, found.x, found.y, found.ms)
    return found


@njit(cache=True, nogil=True)
def _lengths(x, y, first):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the metres from the start of its line to each vertex."""
    along = np.zeros(x.size)
    for piece in range(first.size - 1):
        for i in range(first[piece] + 1, first[piece + 1]):
            along[i] = along[i - 1] + np.hypot(x[i] - x[i - 1], y[i] - y[i - 1])
    return along


@njit(cache=True, nogil=True)
def _strew(x, y, along, first, span, ms, steps, to_x, to_y, to_ms):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917
    """Write the points of all pieces."""
    at = 0
    for piece in range(steps.size):
        i, last = first[piece], first[piece + 1] - 1
        begin, end = span[piece]
        for step in range(steps[piece] + 1):
            share = step / steps[piece]
            metres = along[last] * (begin + share * (end - begin))
            while i < last - 1 and along[i + 1] < metres:
                i += 1
            gap = along[i + 1] - along[i] if i < last else 0.0
            part = min((metres - along[i]) / gap, 1.0) if gap > 0 else 0.0
            to = min(i + 1, last)
            to_x[at] = x[i] + part * (x[to] - x[i])
            to_y[at] = y[i] + part * (y[to] - y[i])
            to_ms[at] = ms[piece, 0] + share * (ms[piece, 1] - ms[piece, 0])
            at += 1


@njit(cache=True, nogil=True)
def _earliest(x, y, ms, same_m):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the rows of the earliest points of all spots, in the order of the spots' first."""
    size = 16
    while size < 2 * x.size:
        size *= 2
    table = np.full(size, -1, np.int32)  # an open hash table of places in what is kept
    spots = np.empty(x.size, np.int64)
    kept = np.empty(x.size, np.int64)
    count = 0
    for i in range(x.size):
        spot = (np.int64(np.floor(x[i] / same_m)) << 32) + np.int64(np.floor(y[i] / same_m))
        slot = np.int64((np.uint64(spot) * _MIX) >> _HALF) & (size - 1)
        while table[slot] >= 0 and spots[table[slot]] != spot:
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot] = count
            spots[count] = spot
            kept[count] = i
            count += 1
        elif ms[i] < ms[kept[table[slot]]]:
            kept[table[slot]] = i
    return kept[:count]

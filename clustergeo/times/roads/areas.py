"""Areas around points with a radius each: the union of their circles, drawn over a grid.

Over the corners of a grid stands the distance to the nearest circle, less than zero inside one.
The outline runs where this distance, linear between corners, is zero. Larger circles give no
greater distance anywhere, so that their area holds that of smaller ones: nested by construction,
to the rounding of coordinates. Against exact circles the outline is off by a part of a cell; what
is narrower than a cell may be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import contourpy
import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

__all__ = ["Points", "area_of", "points_along"]

_RIM: Final = 2.0  # cells beyond a circle in which the distance to it is known
_NOTHING: Final = 1e-4  # cells; a corner on the very outline would tear it there
_SAME: Final = 16  # of a cell: points as near as this part of it are one
_NOWHERE: Final = -(2**62)
_GAP_M: Final = 1_000.0


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
        same_m = cell_m / _SAME
        column, row = (np.floor(axis / same_m).astype(np.int64) for axis in (self.x, self.y))
        spot = (column << 32) + row
        order = np.argsort(spot, kind="stable")
        starts = np.flatnonzero(np.diff(spot[order], prepend=_NOWHERE))
        ms = self.ms[order]
        earliest = np.minimum.reduceat(ms, starts) if starts.size else ms
        group = np.repeat(np.arange(starts.size), np.diff(starts, append=ms.size))
        early = np.flatnonzero(ms == earliest[group])
        kept = order[early[np.diff(group[early], prepend=-1) > 0]]
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
    if not x.size:
        return Points(np.empty(0), np.empty(0), np.empty(0))
    # One long line of all lines, with a gap between them, can be interpolated at once.
    along = np.hypot(np.diff(x, prepend=x[:1]), np.diff(y, prepend=y[:1]))
    starts = np.flatnonzero(np.diff(piece, prepend=-1))
    along[starts] = _GAP_M
    along = along.cumsum()
    begin = along[starts]
    length_m = along[np.append(starts[1:], along.size) - 1] - begin
    steps = np.maximum(np.ceil(length_m * (span[:, 1] - span[:, 0]) / step_m), 1).astype(np.int64)
    row = np.repeat(np.arange(steps.size), steps + 1)
    ends = np.cumsum(steps + 1)
    share = (np.arange(row.size) - (ends - steps - 1)[row]) / steps[row]
    at = begin[row] + length_m[row] * (span[row, 0] + share * (span[row, 1] - span[row, 0]))
    return Points(
        x=np.interp(at, along, x),
        y=np.interp(at, along, y),
        ms=ms[row, 0] + share * (ms[row, 1] - ms[row, 0]),
    )


def area_of(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    radius_m: NDArray[np.float64],
    *,
    cell_m: float,
    least_hole_m2: float,
) -> shapely.MultiPolygon:
    """Return the union of circles as far as a grid shows it, empty without any.

    Parameters
    ----------
    x, y, radius_m
        Circles, metres.
    cell_m
        Width of the cells of the grid; its lines are multiples of it, wherever the circles lie.
    least_hole_m2
        Holes smaller than this are filled.
    """
    if not x.size:
        return shapely.MultiPolygon()
    margin = float(radius_m.max()) / cell_m + _RIM + 1
    corner = [np.floor(axis.min() / cell_m - margin) for axis in (x, y)]
    columns, rows = (
        int(np.ceil(axis.max() / cell_m + margin) - low) + 1
        for axis, low in zip((x, y), corner, strict=True)
    )
    beyond = np.full((rows, columns), _RIM, np.float32)
    _stamp(beyond, x / cell_m - corner[0], y / cell_m - corner[1], radius_m / cell_m)
    beyond[np.abs(beyond) < _NOTHING] = -_NOTHING
    lines = contourpy.contour_generator(
        (corner[0] + np.arange(columns)) * cell_m,
        (corner[1] + np.arange(rows)) * cell_m,
        beyond,
        name="serial",
        fill_type=contourpy.FillType.OuterOffset,
    )
    points, offsets, *_ = lines.filled(-np.inf, 0.0)
    parts = [
        _polygon(np.asarray(vertices), np.asarray(rings), least_hole_m2)
        for vertices, rings in zip(points, offsets, strict=True)
    ]
    # A part may lie in a hole that was filled.
    united = shapely.union_all(parts)
    return shapely.MultiPolygon(shapely.get_parts(united).tolist())


def _polygon(
    vertices: NDArray[np.float64], offsets: NDArray[np.unsignedinteger[Any]], least_hole_m2: float
) -> shapely.Polygon:
    """Return a polygon of rings, the outer one first, with its large holes."""
    rings = [vertices[begin:end] for begin, end in pairwise(offsets)]
    holes = [ring for ring in rings[1:] if shapely.Polygon(ring).area >= least_hole_m2]
    return shapely.Polygon(rings[0], holes)


@njit(cache=True, nogil=True)
def _stamp(beyond, x, y, radius):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Lower the distances over the grid to those from each circle; all in cells."""
    for i in range(x.size):
        reach, within = radius[i] + _RIM, np.float32(radius[i])
        for row in range(int(np.ceil(y[i] - reach)), int(np.floor(y[i] + reach)) + 1):
            up = row - y[i]
            half = np.sqrt(max(reach**2 - up**2, 0.0))
            start = int(np.ceil(x[i] - half))
            line = beyond[row, start : int(np.floor(x[i] + half)) + 1]
            # In this form, narrow types and no branch, the processor takes eight corners at once.
            square, offset = np.float32(up**2), np.float32(start - x[i])
            for k in range(np.int32(line.size)):
                across = np.float32(np.int32(k)) + offset
                gap = np.sqrt(square + across * across) - within
                line[k] = gap if gap < line[k] else line[k]  # noqa: FURB136 - min branches

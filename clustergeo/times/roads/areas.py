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

__all__ = ["RIM", "Grid", "area_of", "stamp"]

RIM: Final = 2.0
"""Cells beyond a circle in which the distance to it is known. The outline is drawn from corners
that are no further from it than the diagonal of a cell."""

_NOTHING: Final = 1e-4  # cells; a corner on the very outline would tear it there
_DEEP: Final = -1.5  # cells: corners deeper inside lie on no cell that the outline crosses
_BLOCK: Final = 8  # cells; blocks of so many are looked at together
_APART: Final = 0.4  # of the largest radius, between the circles that are stamped first


@dataclass(frozen=True, slots=True)
class Grid:
    """Corners of square cells; its lines are multiples of their width, wherever it lies.

    Parameters
    ----------
    left, bottom
        Cells from the origin of the metric system.
    rows, columns
        Number of corners.
    cell_m
        Metres.
    """

    left: float
    bottom: float
    rows: int
    columns: int
    cell_m: float

    @classmethod
    def around(
        cls, x: NDArray[np.float64], y: NDArray[np.float64], radius_m: float, cell_m: float
    ) -> Grid:
        """Return a grid that holds circles of a radius around points, and their rims."""
        margin = radius_m / cell_m + RIM + 1
        left, bottom = (float(np.floor(axis.min() / cell_m - margin)) for axis in (x, y))
        columns, rows = (
            int(np.ceil(axis.max() / cell_m + margin) - low) + 1
            for axis, low in ((x, left), (y, bottom))
        )
        return cls(left, bottom, rows, columns, cell_m)

    def cells(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return points in cells from the first corner."""
        return x / self.cell_m - self.left, y / self.cell_m - self.bottom

    def beyond(self) -> NDArray[np.float32]:
        """Return the distances as they are without any circle."""
        return np.full((self.rows, self.columns), RIM, np.float32)

    def outline(self, beyond: NDArray[np.float32], least_hole_m2: float) -> list[shapely.Polygon]:
        """Return what lies inside, as polygons; holes smaller than this are filled."""
        beyond[np.abs(beyond) < _NOTHING] = -_NOTHING
        lines = contourpy.contour_generator(
            (self.left + np.arange(self.columns)) * self.cell_m,
            (self.bottom + np.arange(self.rows)) * self.cell_m,
            beyond,
            name="serial",
            fill_type=contourpy.FillType.OuterOffset,
        )
        points, offsets, *_ = lines.filled(-np.inf, 0.0)
        return [
            _polygon(np.asarray(vertices), np.asarray(rings), least_hole_m2)
            for vertices, rings in zip(points, offsets, strict=True)
        ]


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
        Width of the cells of the grid.
    least_hole_m2
        Holes smaller than this are filled.
    """
    if not x.size:
        return shapely.MultiPolygon()
    widest_m = float(radius_m.max())
    grid = Grid.around(x, y, widest_m, cell_m)
    beyond = grid.beyond()
    _stamp_all(beyond, *grid.cells(x, y), radius_m / cell_m, max(_APART * widest_m / cell_m, 1.0))
    # A part may lie in a hole that was filled.
    united = shapely.union_all(grid.outline(beyond, least_hole_m2))
    return shapely.MultiPolygon(shapely.get_parts(united).tolist())


def _polygon(
    vertices: NDArray[np.float64], offsets: NDArray[np.unsignedinteger[Any]], least_hole_m2: float
) -> shapely.Polygon:
    """Return a polygon of rings, the outer one first, with its large holes."""
    rings = [vertices[begin:end] for begin, end in pairwise(offsets)]
    holes = [ring for ring in rings[1:] if shapely.Polygon(ring).area >= least_hole_m2]
    return shapely.Polygon(rings[0], holes)


@njit(cache=True, nogil=True)
def stamp(
    beyond: NDArray[np.float32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    radius: NDArray[np.float64],
) -> None:
    """Lower the distances over the grid to those from each circle; all in cells."""
    for i in range(x.size):
        _stamp_one(beyond, x[i], y[i], radius[i])


@njit(cache=True, nogil=True)
def _stamp_one(beyond, x, y, radius):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    reach, within = radius + RIM, np.float32(radius)
    for row in range(int(np.ceil(y - reach)), int(np.floor(y + reach)) + 1):
        up = row - y
        half = np.sqrt(max(reach**2 - up**2, 0.0))
        start = int(np.ceil(x - half))
        line = beyond[row, start : int(np.floor(x + half)) + 1]
        # In this form, narrow types and no branch, the processor takes eight corners at once.
        square, offset = np.float32(up**2), np.float32(start - x)
        for k in range(np.int32(line.size)):
            across = np.float32(np.int32(k)) + offset
            gap = np.sqrt(square + across * across) - within
            line[k] = gap if gap < line[k] else line[k]  # noqa: FURB136 - min branches


@njit(cache=True, nogil=True)
def _stamp_all(beyond, x, y, radius, apart):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Lower the distances to those from all circles, wherever the outline may run.

    A few large circles come first. Others are left out where all they touch lies deep inside
    these: it would lie still deeper, and no outline would move.
    """
    rows, columns = beyond.shape
    across = int(columns / apart) + 1
    first = np.full((int(rows / apart) + 1) * across, -1, np.int64)
    for i in range(x.size):
        spot = int(y[i] / apart) * across + int(x[i] / apart)
        if first[spot] < 0 or radius[i] > radius[first[spot]]:
            first[spot] = i
    for largest in first:
        if largest >= 0:
            _stamp_one(beyond, x[largest], y[largest], radius[largest])
    shallow = _shallow(beyond)
    for i in range(x.size):
        reach = radius[i] + RIM
        left, right = int((x[i] - reach) / _BLOCK), int((x[i] + reach) / _BLOCK)
        bottom, top = int((y[i] - reach) / _BLOCK), int((y[i] + reach) / _BLOCK)
        if shallow[bottom : top + 1, left : right + 1].any():
            _stamp_one(beyond, x[i], y[i], radius[i])


@njit(cache=True, nogil=True)
def _shallow(beyond):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return which blocks of corners hold any that is not deep inside."""
    rows, columns = beyond.shape
    found = np.zeros(((rows - 1) // _BLOCK + 1, (columns - 1) // _BLOCK + 1), np.bool_)
    for row in range(rows):
        for column in range(columns):
            if beyond[row, column] > _DEEP:
                found[row // _BLOCK, column // _BLOCK] = True
    return found

"""Lines in a grid of squares: those near a few points are found without a look at all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.networks._lines import slices

if TYPE_CHECKING:
    from clustergeo.networks._network import RoadNetwork

__all__ = [
    "LineGrid",
    "boxes_of",
    "grid_of",
    "kept_grid",
    "lines_near",
    "touching",
    "with_lines",
]

_SIDE: Final = 256  # squares a side: their numbers then fit 16 bits, which are sorted fastest
_SAG: Final = 0.05  # a straight line on the map bends in degrees by less than this of its extent

Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LineGrid:
    """Which lines begin in each square, by the corner of their boxes.

    Parameters
    ----------
    corner, step
        West and south of the grid, and width and height of a square, degrees.
    first, order
        The lines of square i are ``order[first[i]:first[i + 1]]``; none is larger than a square.
    beyond, boxes
        All other lines, and their west, south, east and north; shape (4, lines).
    """

    corner: Degrees
    step: Degrees
    first: NDArray[np.int64]
    order: NDArray[np.int32]
    beyond: NDArray[np.int64]
    boxes: Degrees


def boxes_of(network: RoadNetwork, lines: NDArray[np.integer[Any]] | None = None) -> Degrees:
    """Return west, south, east and north of lines (of all if None), degrees, shape (4, lines)."""
    lon, lat, starts = network.line_lon, network.line_lat, network.line_first[:-1]
    if lines is not None:
        if not lines.size:
            return np.empty((4, 0))
        index, step = slices(network.line_first, lines)
        at = network.line_first[lines][index] + step
        lon, lat, starts = lon[at], lat[at], np.flatnonzero(step == 0)
    return np.stack(
        [
            reduce.reduceat(vertices, starts)
            for reduce in (np.minimum, np.maximum)
            for vertices in (lon, lat)
        ]
    )


def touching(boxes: Degrees, point: tuple[float, float], reach: Degrees) -> NDArray[np.bool_]:
    """Return whether a point lies in each box, widened by a reach east and north, degrees."""
    west, south, east, north = boxes
    sag = _SAG * np.maximum(east - west, north - south)
    (lon, lat), (wide, tall) = point, reach.tolist()
    inside = (west - wide - sag <= lon) & (lon <= east + wide + sag)
    inside &= (south - tall - sag <= lat) & (lat <= north + tall + sag)
    return np.asarray(inside)


def grid_of(network: RoadNetwork) -> LineGrid:
    """Return the grid of a network, made once."""
    grid = kept_grid(network)
    if grid is None:
        grid = _grid(boxes_of(network))
        network._made["grid"] = network.line_lon, grid  # noqa: SLF001 - what it remembers
    return grid


def kept_grid(network: RoadNetwork) -> LineGrid | None:
    """Return the grid of a network if it was made before.

    A copy of the network with other lines may share what is kept: it is asked whose it is.
    """
    of, grid = network._made.get("grid", (None, None))  # noqa: SLF001 - what it remembers
    kept: LineGrid | None = grid if of is network.line_lon else None
    return kept


def lines_near(network: RoadNetwork, points: Degrees, reach: Degrees) -> NDArray[np.int64]:
    """Return the lines whose boxes lie within a reach of any point, ascending.

    Parameters
    ----------
    network
        The road network.
    points
        Degrees, shape (points, 2).
    reach
        How far east and west, and how far north and south; degrees.
    """
    grid = grid_of(network)
    found = np.zeros(network.line_first.size - 1, bool)
    for point in points.tolist():
        some = _begun(grid, np.array(point), reach)
        found[some[touching(boxes_of(network, some), point, reach)]] = True
        found[grid.beyond[touching(grid.boxes, point, reach)]] = True
    return np.flatnonzero(found)


def with_lines(grid: LineGrid, rows: NDArray[np.int64], boxes: Degrees) -> LineGrid:
    """Return a grid with a few more lines."""
    beyond = np.concatenate([grid.beyond, rows])
    return replace(
        grid, beyond=fixed(beyond), boxes=fixed(np.concatenate([grid.boxes, boxes], axis=1))
    )


def _begun(grid: LineGrid, point: Degrees, reach: Degrees) -> NDArray[np.int32]:
    """Return the lines that begin in a square from which one may come within a reach."""
    widened = reach + 2.0 * _SAG * grid.step.max()
    low, high = (
        np.clip(np.floor((at - grid.corner) / grid.step), -1, _SIDE).astype(int)
        for at in (point - widened - grid.step, point + widened)
    )
    (x0, y0), (x1, y1) = np.maximum(low, 0), np.minimum(high, _SIDE - 1)
    if y1 < y0:
        return grid.order[:0]
    parts = [
        grid.order[grid.first[x * _SIDE + y0] : grid.first[x * _SIDE + y1 + 1]]
        for x in range(x0, x1 + 1)
    ]
    return np.concatenate([grid.order[:0], *parts])


def _grid(boxes: Degrees) -> LineGrid:
    low, high = boxes[:2], boxes[2:]
    corner = low.min(axis=1, initial=np.inf)
    corner = np.where(np.isfinite(corner), corner, 0.0)
    step = np.maximum((high.max(axis=1, initial=-np.inf) - corner) / (_SIDE - 1), 1e-6)
    small = (high[0] - low[0] <= step[0]) & (high[1] - low[1] <= step[1])
    lines = np.flatnonzero(small).astype(np.int32)
    square = np.zeros(lines.size, np.uint16)
    for axis, factor in ((0, _SIDE), (1, 1)):
        along = (low[axis][lines] - corner[axis]) / step[axis]
        square += np.clip(along, 0, _SIDE - 1).astype(np.uint16) * np.uint16(factor)
    first = np.concatenate([[0], np.cumsum(np.bincount(square, minlength=_SIDE**2))])
    beyond = np.flatnonzero(~small)
    return LineGrid(
        corner=fixed(corner),
        step=fixed(step),
        first=fixed(first.astype(np.int64)),
        order=fixed(lines[np.argsort(square, kind="stable")]),
        beyond=fixed(beyond),
        boxes=fixed(boxes[:, beyond]),
    )

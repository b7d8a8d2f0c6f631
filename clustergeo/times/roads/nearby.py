"""Which edges may be the nearest ones: so that of a nation's roads only a few become lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.networks._line_grid import boxes_of, lines_near
from clustergeo.networks.road import RoadNetwork

__all__ = ["near_edges"]

_METRES_PER_DEGREE: Final = 110_000.0  # of latitude at least, everywhere
_WIDENING: Final = 4.0
_FEW: Final = 20_000  # edges that are looked at sooner than sorted out
_FEW_POINTS: Final = 64  # that are looked up one by one sooner than all edges
_FARTHEST_M: Final = 500_000.0
_CELLS: Final = 1_024
_SLACK: Final = 1.1
_SAG: Final = 0.05  # a straight line on the map bends in degrees by less than this of its extent


def near_edges(
    network: RoadNetwork,
    edges: NDArray[np.int64],
    points: NDArray[np.object_],
    reach_m: float,
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Yield ever more of some edges: all within a reach of any point, then a wider one, then all.

    Parameters
    ----------
    network
        The road network.
    edges
        Edges to choose from, in order.
    points
        Points in degrees.
    reach_m
        First reach, metres.

    Yields
    ------
    edges, reach_m : tuple of numpy.ndarray and float
        In their order, with whatever else is not far; the last reach is infinite.
    """
    if edges.size > _FEW and points.size:
        lonlat = shapely.get_coordinates(points)
        few, line = len(lonlat) <= _FEW_POINTS, network.line[edges]
        boxes = np.empty((4, 0)) if few else boxes_of(network)[:, line]
        reach_m = max(reach_m, 1.0)
        while reach_m < _FARTHEST_M:
            if few:
                near = np.zeros(network.line_first.size - 1, bool)
                near[lines_near(network, lonlat, np.array(_reach(lonlat[:, 1], reach_m)))] = True
                yield edges[near[line]], reach_m
            else:
                yield edges[_touched(boxes, lonlat[:, 0], lonlat[:, 1], reach_m)], reach_m
            reach_m *= _WIDENING
    yield edges, np.inf


def _reach(lat: NDArray[np.float64], reach_m: float) -> tuple[float, float]:
    """Return how far a reach is east and north at most, degrees."""
    tall = reach_m * _SLACK / _METRES_PER_DEGREE
    return tall / max(float(np.cos(np.radians(min(np.abs(lat).max() + tall, 89.0)))), 1e-3), tall


def _touched(
    boxes: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    reach_m: float,
) -> NDArray[np.bool_]:
    """Return whether a point lies within the reach of each box, or in a cell that does.

    The points are counted in a grid, summed from its corner; the count in any rectangle of cells
    then follows from its four corners.
    """
    west, south, east, north = boxes
    wide, tall = _reach(lat, reach_m)
    sag = _SAG * np.maximum(east - west, north - south)
    sums, corner, cell = _grid(lon, lat, wide, tall)
    columns, rows = sums.shape[0] - 1, sums.shape[1] - 1
    x0 = _cells(west - wide - sag, corner[0], cell[0], columns)
    x1 = _cells(east + wide + sag, corner[0], cell[0], columns)
    y0 = _cells(south - tall - sag, corner[1], cell[1], rows)
    y1 = _cells(north + tall + sag, corner[1], cell[1], rows)
    inside = sums[x1 + 1, y1 + 1] - sums[x0, y1 + 1] - sums[x1 + 1, y0] + sums[x0, y0]
    touched: NDArray[np.bool_] = inside > 0
    return touched


def _grid(
    lon: NDArray[np.float64], lat: NDArray[np.float64], wide: float, tall: float
) -> tuple[NDArray[np.int64], tuple[float, float], tuple[float, float]]:
    """Return sums of points from the corner of a grid, its corner and the size of its cells."""
    corner = (float(lon.min()) - wide, float(lat.min()) - tall)
    extent = (float(lon.max()) + wide - corner[0], float(lat.max()) + tall - corner[1])
    cell = (max(wide, extent[0] / _CELLS), max(tall, extent[1] / _CELLS))
    # An empty rim on all sides takes the boxes that end beyond the points.
    shape = tuple(int(size / step) + 3 for size, step in zip(extent, cell, strict=True))
    counts = np.zeros(shape, np.int64)
    at = (
        _cells(lon, corner[0], cell[0], shape[0]),
        _cells(lat, corner[1], cell[1], shape[1]),
    )
    np.add.at(counts, at, 1)
    sums = np.zeros((shape[0] + 1, shape[1] + 1), np.int64)
    sums[1:, 1:] = counts.cumsum(axis=0).cumsum(axis=1)
    return sums, corner, cell


def _cells(
    degrees: NDArray[np.float64], corner: float, cell: float, count: int
) -> NDArray[np.int64]:
    at: NDArray[np.int64] = np.floor((degrees - corner) / cell).astype(np.int64) + 1
    return np.clip(at, 0, count - 1)

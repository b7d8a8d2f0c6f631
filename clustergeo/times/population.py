"""How many people live inside isochrones."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from clustergeo.errors import UsageError
from clustergeo.times._points import check_points
from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["cell_width_m", "population_within"]

_FEW: Final = 8  # cells


def population_within(
    isochrones: gpd.GeoDataFrame, grid: gpd.GeoDataFrame, *, cell_m: float | None = None
) -> pd.DataFrame:
    """Return how many people live inside each isochrone.

    Without ``cell_m`` a cell of the grid counts whole if its centre lies inside or on the outline:
    right on average, as long as the areas are large beside the cells. Those of public transport
    are not: walks around stops are hardly larger than a cell of 2 km. With ``cell_m`` each cell
    counts by the share of its square that lies inside, as if its people lived evenly over it.

    Parameters
    ----------
    isochrones
        As :func:`car_isochrones` and :func:`transit_isochrones` return them, or both one after
        the other.
    grid
        Centres of cells and their ``population``, as ``places.load_population_grid`` returns it.
    cell_m
        Width of the cells, metres: squares along the axes of EPSG:5179. See :func:`cell_width_m`.

    Returns
    -------
    people : pandas.DataFrame
        ``place_id``, ``mode`` if the isochrones have it, ``minutes``, ``population`` (NaN where
        there is no isochrone) and ``status``.

    Raises
    ------
    UsageError
        If the grid has no population, no points or no coordinate system, or the width is not
        above zero.

    Examples
    --------
    >>> square = gpd.GeoDataFrame({"place_id": ["x"], "minutes": [30.0], "status": ["ok"]},
    ...                           geometry=[shapely.box(127, 36, 128, 37)], crs="EPSG:4326")
    >>> cells = gpd.GeoDataFrame({"population": [70, 5]}, crs="EPSG:4326",
    ...                          geometry=gpd.points_from_xy([127.5, 128.5], [36.5, 36.5]))
    >>> population_within(square, cells)["population"].tolist()
    [70.0]
    """
    if "population" not in grid.columns:
        message = "grid: no column population - pass a table as load_population_grid returns it"
        raise UsageError(message)
    check_points(grid.assign(place_id=np.arange(len(grid))), "grid")
    people = grid["population"].to_numpy(float)
    if cell_m is None:
        areas = isochrones.geometry.to_numpy()
        area, cell = _centres_inside(areas, grid.geometry.to_crs(isochrones.crs or WGS84))
        share = np.ones(area.size)
    else:
        if not 0 < cell_m < np.inf:
            message = f"cell_m: not a width above 0 ({cell_m:g}) - pass metres"
            raise UsageError(message)
        areas = isochrones.geometry.to_crs(METRIC_CRS).to_numpy()
        area, cell, share = _shares_inside(areas, grid.geometry.to_crs(METRIC_CRS), cell_m)
    counted = np.bincount(area, people[cell] * share, len(areas))
    names = [name for name in ("place_id", "mode", "minutes") if name in isochrones]
    table = pd.DataFrame(isochrones[names]).reset_index(drop=True)
    table["population"] = np.where(isochrones["status"] == "ok", counted, np.nan)
    return table.assign(status=isochrones["status"].to_numpy(object))


def cell_width_m(grid: pd.DataFrame) -> float:
    """Return the width of the cells of a grid: the least step between neighbouring centres.

    Parameters
    ----------
    grid
        ``x`` and ``y`` of the centres, metres.

    Raises
    ------
    UsageError
        If fewer than two columns or rows of cells are there to tell it.

    Examples
    --------
    >>> cell_width_m(pd.DataFrame({"x": [500, 1500, 1500], "y": [500, 500, 2500]}))
    1000.0
    """
    steps = np.concatenate([np.diff(np.unique(grid[axis])) for axis in ("x", "y")])
    if not steps.size:
        message = "grid: one cell does not tell how wide it is - pass cell_m"
        raise UsageError(message)
    return float(steps.min())


def _centres_inside(
    areas: NDArray[np.object_], centres: gpd.GeoSeries
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of an area and a cell whose centre it covers."""
    area, cell = shapely.STRtree(centres.to_numpy()).query(areas, predicate="covers")
    return area, cell


def _shares_inside(
    areas: NDArray[np.object_], centres: gpd.GeoSeries, cell_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return all pairs of an area and a cell that it touches, and the share of the cell inside."""
    x, y = shapely.get_coordinates(centres.to_numpy()).T
    half = cell_m / 2
    cells = shapely.box(x - half, y - half, x + half, y + half)
    tree = shapely.STRtree(cells)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    for row, area in enumerate(areas):
        cell = np.sort(tree.query(area, predicate="intersects"))
        shapely.prepare(area)
        cut = ~shapely.covers(area, cells[cell])
        share = np.ones(cell.size)
        share[cut] = _cut_m2(area, cells[cell[cut]]) / cell_m**2
        found.append((np.full(cell.size, row), cell, share))
    nothing = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return tuple(np.concatenate(part) for part in zip(nothing, *found, strict=True))  # type: ignore[return-value]


def _cut_m2(area: BaseGeometry, cells: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the square metres of each cell that lie in an area.

    The area is halved with the cells until they are few: its long outline is not walked for each.
    """
    if cells.size <= _FEW:
        return np.asarray(shapely.area(shapely.intersection(cells, area)))
    west, south, east, north = shapely.total_bounds(cells)
    corner = shapely.bounds(cells)[:, 0 if east - west > north - south else 1]
    order = np.argsort(corner, kind="stable")
    inside = np.empty(cells.size)
    for half in np.array_split(order, 2):
        part = shapely.intersection(area, shapely.box(*shapely.total_bounds(cells[half])))
        inside[half] = _cut_m2(part, cells[half])
    return inside

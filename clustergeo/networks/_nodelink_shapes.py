"""Places of the nodes and lines of the links of a node-link set, in degrees."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo._crs import inside_area, to_degrees
from clustergeo.errors import Fault, RoadError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._nodelink_tables import Table

__all__ = ["Lines", "gap_m", "joined_to_nodes", "lines_of", "points_of"]

Floats = NDArray[np.float64]

_LONGITUDE_LIMIT, _LATITUDE_LIMIT = 180.0, 90.0
_LEAST_VERTICES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines as flat arrays: those of link i are ``first[i]:first[i + 1]``.

    Parameters
    ----------
    first
        Shape (links + 1,).
    lon, lat
        Degrees, all vertices of all lines.
    length_m
        Length of each line, metres, shape (links,).
    """

    first: NDArray[np.int64]
    lon: Floats
    lat: Floats
    length_m: Floats

    def taken(self, keep: NDArray[np.bool_]) -> Lines:
        """Return the lines of some links only."""
        sizes = np.diff(self.first)
        vertex = np.repeat(keep, sizes)
        first = np.concatenate([[0], np.cumsum(sizes[keep])])
        return Lines(first, self.lon[vertex], self.lat[vertex], self.length_m[keep])


def points_of(table: Table, asked: CRS | None) -> tuple[Floats, Floats]:
    """Return longitude and latitude of the nodes.

    Raises
    ------
    RoadError
        If a node has no point, or the coordinate system is unknown or cannot be right.
    """
    empty = np.bincount(table.vertex_row, minlength=table.rows) == 0
    if empty.any():
        what = f"node without a point ({np.count_nonzero(empty):,} in all)"
        row = int(empty.argmax()) + 1
        raise RoadError(Fault(table.file, what, "export it again", row=row))
    return _degrees(table, table.xy[:, 0], table.xy[:, 1], asked)


def lines_of(table: Table, asked: CRS | None) -> Lines:
    """Return the lines of the links; one without a shape has no vertices yet.

    The parts of a line in several are strung together in their order; a vertex that repeats the
    one before it is left out, for a piece of no length has no direction.

    Raises
    ------
    RoadError
        If the coordinate system is unknown or cannot be right.
    """
    xy, line = table.xy, table.vertex_row
    repeats = np.zeros(line.size, dtype=bool)
    repeats[1:] = (line[1:] == line[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    lasting = np.bincount(line[~repeats], minlength=table.rows) >= _LEAST_VERTICES
    stays = ~repeats | ~lasting[line]
    xy, line = xy[stays], line[stays]
    first = np.concatenate([[0], np.cumsum(np.bincount(line, minlength=table.rows))])
    lon, lat = _degrees(table, xy[:, 0], xy[:, 1], asked)
    crs = _crs(table, asked)
    if crs.is_geographic:
        steps = crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    else:
        metre: float = crs.axis_info[0].unit_conversion_factor
        steps = np.hypot(*np.diff(xy, axis=0).T) * metre
    within = line[1:] == line[:-1]
    length_m: Floats = np.bincount(line[1:][within], steps[within], table.rows).astype(np.float64)
    return Lines(first.astype(np.int64), lon, lat, length_m)


def _crs(table: Table, asked: CRS | None) -> CRS:
    crs = asked or table.crs
    if crs is None:
        what = "states no coordinate system (no .prj, or an empty one)"
        raise RoadError(Fault(table.file, what, "pass its CRS, such as crs='EPSG:5186'"))
    return crs


def _degrees(table: Table, x: Floats, y: Floats, asked: CRS | None) -> tuple[Floats, Floats]:
    crs = _crs(table, asked)
    if not crs.is_geographic and x.size:
        small = (np.abs(x) <= _LONGITUDE_LIMIT) & (np.abs(y) <= _LATITUDE_LIMIT)
        if small.all():
            what = f"coordinates {x[0]:g},{y[0]:g} are degrees, not {crs.name}"
            raise RoadError(Fault(table.file, what, "pass crs='EPSG:4326'"))
    transformer = to_degrees(crs, table.file)
    lon, lat = transformer.transform(x, y)
    good = inside_area(lon, lat, crs) & (np.abs(lat) <= _LATITUDE_LIMIT)
    if not good.all():
        i = int((~good).argmax())
        what = (
            f"point outside the area of {crs.name} ({x[i]:g}, {y[i]:g}; "
            f"{np.count_nonzero(~good):,} of {good.size:,})"
        )
        swapped = inside_area(*transformer.transform(y, x), crs).all()
        fix = "looks swapped: export x before y" if swapped else "pass the CRS of the file"
        raise RoadError(Fault(table.file, what, fix))
    return lon, lat


def joined_to_nodes(
    lines: Lines, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[Lines, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the lines from their start to their end node, and which were drawn or turned here.

    Parameters
    ----------
    lines
        Lines of the links.
    lon, lat
        Degrees of the start (row 0) and the end node (row 1) of each link, shape (2, links).

    Returns
    -------
    lines
        With a straight line where there was none.
    drawn, turned
        Links that had no shape, and links that were drawn from end to start; shape (links,).
    """
    sizes = np.diff(lines.first)
    drawn = sizes < _LEAST_VERTICES
    whole = np.where(drawn, _LEAST_VERTICES, sizes)
    first = np.concatenate([[0], np.cumsum(whole)]).astype(np.int64)
    new_lon, new_lat = np.empty(first[-1]), np.empty(first[-1])
    for there, here, ends in ((new_lon, lines.lon, lon), (new_lat, lines.lat, lat)):
        there[np.repeat(~drawn, whole)] = here[np.repeat(~drawn, sizes)]
        there[first[:-1][drawn]], there[first[1:][drawn] - 1] = ends[0, drawn], ends[1, drawn]
    straight = crow_fly_m(lat[0], lon[0], lat[1], lon[1])
    length_m = np.where(drawn, straight, lines.length_m)
    joined = Lines(first, new_lon, new_lat, length_m)
    turned = gap_m(joined, lon[::-1], lat[::-1]) < gap_m(joined, lon, lat)
    # The mirror image of a position within its own line, for turned lines only.
    here = np.arange(first[-1])
    mirrored = np.repeat(first[:-1] + first[1:] - 1, whole) - here
    order = np.where(np.repeat(turned, whole), mirrored, here)
    return replace(joined, lon=new_lon[order], lat=new_lat[order]), drawn, turned


def gap_m(lines: Lines, lon: Floats, lat: Floats) -> Floats:
    """Return how far lines end from their nodes, metres: the larger of both ends."""
    start, end = lines.first[:-1], lines.first[1:] - 1
    gaps = [
        crow_fly_m(lines.lat[vertex], lines.lon[vertex], lat[row], lon[row])
        for row, vertex in enumerate((start, end))
    ]
    return np.maximum(*gaps)

"""Where a new road meets the roads there are: the nearest point of the nearest fitting one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field

from clustergeo.errors import Fault
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._line_grid import boxes_of, lines_near, touching
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.edits._named_roads import Point
from clustergeo.networks.edits._patch import metric
from clustergeo.networks.edits.edit import STRICT, Edit, nearest

__all__ = ["Join", "Meeting", "length_m_of", "meetings"]

_AT_NODE_M: Final = 20.0  # nearer to the end of a road, the crossing there is meant
_CARRIAGEWAY_M: Final = 100.0
_METRES_PER_DEGREE: Final = 111_000.0
_SLACK: Final = 2.0

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Where a new road meets an existing one.

    Parameters
    ----------
    at
        A point on the new road or near it.
    name
        Name of the interchange or junction; needed where either road is a motorway.
    ref
        Number of the road it meets; the nearest one that is no motorway if blank.
    cap_m
        How far off that road may be, metres.
    ramp_m
        Length of the ramp between them at least; by default 800 m at motorways, as the strategic
        network has it, else none.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    at: Point
    name: str = ""
    ref: str = ""
    cap_m: Annotated[float, Field(gt=0)] = 1_000.0
    ramp_m: Annotated[float, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One point of an existing road that a new one is joined to.

    Parameters
    ----------
    join, number
        The join it answers, and its number.
    along_m
        Metres along the new line, as drawn, at which it leaves it.
    edge, share, lonlat
        The edge met, the share of it before the point, and the point in degrees.
    node
        Row of the node there, -1 where the edge is to be cut.
    away_m
        Metres between the new line and the point.
    """

    join: Join
    number: int
    along_m: float
    edge: int
    share: float
    lonlat: tuple[float, float]
    node: int
    away_m: float


def length_m_of(lonlat: Points) -> float:
    """Return the metres of a line in degrees, on the globe.

    Examples
    --------
    >>> round(length_m_of(np.array([[127.0, 36.0], [127.0, 36.1]])))
    11120
    """
    lon, lat = lonlat.T
    return float(crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum())


def meetings(
    edit: Edit,
    network: RoadNetwork,
    line: Points,
    joins: list[tuple[Join, tuple[float, float]]],
    *,
    ends: bool,
) -> list[Meeting | Fault]:
    """Return what each join meets, or why it meets nothing."""
    drawn = shapely.LineString(metric(network, line))
    near = _near(network, joins)
    found: list[Meeting | Fault] = []
    for number, (join, point) in enumerate(joins):
        key: tuple[str | int, ...] = ("line",) if ends else ("joins", number)
        found += _meet(edit, network, drawn, near, (key, number, join, point))
    return found


def _meet(
    edit: Edit,
    network: RoadNetwork,
    drawn: shapely.LineString,
    near: NDArray[np.int64],
    joined: tuple[tuple[str | int, ...], int, Join, tuple[float, float]],
) -> list[Meeting | Fault]:
    key, number, join, lonlat = joined
    point = shapely.Point(metric(network, np.array([lonlat]))[0])
    off_m = drawn.distance(point)
    if off_m > join.cap_m:
        what = f"lies {off_m:,.0f} m off the new road (at most {join.cap_m:g})"
        return [edit.fault(key, what, "move it onto the line, or raise cap_m")]
    edges = near[_fits(network, near, join)]
    boxes = boxes_of(network, network.line[edges])
    edges = edges[touching(boxes, lonlat, _reach(lonlat, join.cap_m))]
    if not edges.size and not _fits(network, np.flatnonzero(network.once), join).any():
        fix = nearest(join.ref, network.refs) or "use the ref of a road of the network"
        return [edit.fault((*key, "ref"), f"no such road ({join.ref})", fix)]
    if isinstance(join.at, int):
        row = int(np.flatnonzero(network.node_id == join.at)[0])
        edges = edges[(network.tail[edges] == row) | (network.head[edges] == row)]
    lines = network.lines_of(edges)
    away = shapely.distance(lines, point) if edges.size else np.empty(0)
    if not edges.size or away.min() > join.cap_m:
        road = f"road {join.ref}" if join.ref else "road (motorways: name their ref)"
        what = f"joins nothing: no {road} within {join.cap_m:g} m of {lonlat[0]:g}, {lonlat[1]:g}"
        return [edit.fault(key, what, "move it to a road, or raise cap_m")]
    best = int(np.argmin(away))
    chosen = [best, *_other_carriageway(network, edges, lines, away, best)]
    along_m = float(drawn.project(point))
    off = drawn.interpolate(along_m)
    met: list[Meeting | Fault] = []
    for i in chosen:
        edge, share, node = _at(network, int(edges[i]), lines[i], point)
        met.append(
            Meeting(
                join=join,
                number=number,
                along_m=along_m,
                edge=edge,
                share=share,
                lonlat=_lonlat(network, edge, share),
                node=node,
                away_m=float(off.distance(lines[i].interpolate(share, normalized=True))),
            )
        )
    return met


def _near(
    network: RoadNetwork, joins: list[tuple[Join, tuple[float, float]]]
) -> NDArray[np.int64]:
    """Return the edges near any join, one for each road."""
    if not joins:
        return np.empty(0, np.int64)
    points = np.array([point for _, point in joins])
    reach = np.max([_reach(point, join.cap_m) for join, point in joins], axis=0)
    near = np.zeros(network.line_first.size - 1, bool)
    near[lines_near(network, points, reach)] = True
    edges = np.flatnonzero(near[network.line])
    twin = network.twin[edges]
    return edges[(twin < 0) | (edges <= twin)]


def _fits(network: RoadNetwork, edges: NDArray[np.int64], join: Join) -> NDArray[np.bool_]:
    """Return which edges a join may meet."""
    if isinstance(join.at, int) and not join.ref:
        return np.ones(edges.size, bool)
    if join.ref:
        code = network.refs.index(join.ref) if join.ref in network.refs else -1
        return np.asarray(network.ref[edges] == code)
    open_ = np.array([not name.startswith("motorway") for name in network.classes], bool)
    return np.asarray(open_[network.highway[edges]])


def _reach(lonlat: tuple[float, float], cap_m: float) -> Points:
    """Return how far a cap is east and north at most, degrees."""
    tall = cap_m * _SLACK / _METRES_PER_DEGREE
    return np.array([tall / max(float(np.cos(np.radians(lonlat[1]))), 1e-3), tall])


def _other_carriageway(
    network: RoadNetwork,
    edges: NDArray[np.int64],
    lines: NDArray[np.object_],
    away: Points,
    best: int,
) -> list[int]:
    """Return the nearest edge that leads back beside a one-way one, of the same road."""
    edge = edges[best]
    if network.twin[edge] >= 0:
        return []
    same = (network.ref[edges] == network.ref[edge]) & (network.name[edges] == network.name[edge])
    same &= (network.twin[edges] < 0) & (away <= away[best] + _CARRIAGEWAY_M)
    back = [i for i in np.flatnonzero(same).tolist() if _against(lines[best], lines[i])]
    return [min(back, key=lambda i: (away[i], i))] if back else []


def _against(one: shapely.LineString, two: shapely.LineString) -> bool:
    ways = []
    for line in (one, two):
        vertices = shapely.get_coordinates(line)
        ways.append(vertices[-1] - vertices[0])
    return bool(np.dot(*ways) < 0)


def _at(
    network: RoadNetwork, edge: int, line: shapely.LineString, point: shapely.Point
) -> tuple[int, float, int]:
    """Return the nearest point of an edge: the edge, the share of it before, the node there."""
    along_m, length_m = float(line.project(point)), float(line.length)
    if along_m < min(_AT_NODE_M, length_m / 2):
        return edge, 0.0, int(network.tail[edge])
    if length_m - along_m < _AT_NODE_M:
        return edge, 1.0, int(network.head[edge])
    return edge, along_m / length_m, -1


def _lonlat(network: RoadNetwork, edge: int, share: float) -> tuple[float, float]:
    """Return the degrees of the point at a share of an edge."""
    row = int(network.line[edge])
    at = slice(int(network.line_first[row]), int(network.line_first[row + 1]))
    line = np.stack([network.line_lon[at], network.line_lat[at]], axis=1)
    line = line[::-1] if network.backward[edge] else line
    steps = np.hypot(*np.diff(metric(network, line), axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    i = int(
        np.clip(np.searchsorted(along, share * along[-1], side="right") - 1, 0, len(steps) - 1)
    )
    part = (share * along[-1] - along[i]) / max(float(steps[i]), 1e-9)
    lon, lat = line[i] + part * (line[i + 1] - line[i])
    return float(lon), float(lat)

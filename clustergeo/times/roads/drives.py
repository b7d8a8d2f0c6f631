"""The drive between two snapped places: engine in the middle, part of an edge at either end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.ends import Doors, destination_doors, origin_doors
from clustergeo.times.roads.engine import Engine
from clustergeo.times.roads.routes import Routes
from clustergeo.times.roads.snaps import Snaps

__all__ = ["DirectWays", "Drive", "Drives", "direct_ways", "drives_between"]

_SLIVER: Final = 1e-9  # of an edge: a tenth of a millimetre on the longest there are


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """The edges of one drive, or of several, in order of travel.

    Parameters
    ----------
    edge
        Positions of the edges, shape (edges,); empty where the places share a point.
    start, end
        Shares of each edge at which the drive enters and leaves it.
    """

    edge: NDArray[np.int32]
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of each edge that is driven."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """All drives from one snapped place to many; made by :func:`drives_between`.

    Parameters
    ----------
    ms
        Milliseconds on the network, ``UNREACHED`` where there is no way; shape (targets,).
    pieces, first
        The drives one behind the other: that to target j is rows ``first[j]:first[j + 1]``.
    """

    ms: NDArray[np.int64]
    pieces: Drive
    first: NDArray[np.int64]

    def drive(self, target: int) -> Drive:
        """Return the drive to one target, without edges where there is no way."""
        rows = slice(self.first[target], self.first[target + 1])
        pieces = self.pieces
        return Drive(pieces.edge[rows], pieces.start[rows], pieces.end[rows])


@dataclass(frozen=True, slots=True, eq=False)
class DirectWays:
    """Ways along the edge that an origin and a target share, where that is open.

    Parameters
    ----------
    first
        The ways from origin i are rows ``first[i]:first[i + 1]``.
    target, ms
        Position of the target and milliseconds to it.
    ways
        Edge driven and the shares of it at which the ways start and end.
    """

    first: NDArray[np.int64]
    target: NDArray[np.int64]
    ms: NDArray[np.int64]
    ways: Drive


def direct_ways(network: RoadNetwork, origins: Snaps, targets: Snaps) -> DirectWays:
    """Return the ways between all pairs of places that share an edge: no engine finds them."""
    order = np.argsort(targets.edge, kind="stable")
    low, high = (
        np.searchsorted(targets.edge[order], origins.edge, side) for side in ("left", "right")
    )
    count = np.where(origins.edge >= 0, high - low, 0)
    origin = np.repeat(np.arange(count.size), count)
    step = np.arange(origin.size) - np.repeat(np.cumsum(count) - count, count)
    target = order[low[origin] + step]
    edge, start, end = origins.edge[origin], origins.fraction[origin], targets.fraction[target]
    back = end < start
    edge = np.where(back, network.twin[edge], edge)
    start, end = np.where(back, 1.0 - start, start), np.where(back, 1.0 - end, end)
    ahead = np.abs(targets.fraction[target] - origins.fraction[origin])
    ms = np.rint(ahead * network.time_ms[edge]).astype(np.int64)
    is_open = edge >= 0
    first = np.searchsorted(origin[is_open], np.arange(count.size + 1))
    ways = Drive(edge[is_open], start[is_open], end[is_open])
    return DirectWays(first, target[is_open], ms[is_open], ways)


def drives_between(
    network: RoadNetwork, engine: Engine, origins: Snaps, targets: Snaps
) -> Iterator[Drives]:
    """Yield the drives from each origin in turn to all targets; none makes a banned turn.

    Parameters
    ----------
    network
        The road network.
    engine
        What finds drives on it.
    origins, targets
        Snapped places.
    """
    starts = origin_doors(network, engine.graph, origins)
    ends = destination_doors(network, engine.graph, targets)
    direct = direct_ways(network, origins, targets)
    for row, routes in enumerate(engine.routes(starts.ends, ends.ends)):
        ways = slice(direct.first[row], direct.first[row + 1])
        # Of a way along the edge and one around, equally fast, the one along it is taken.
        faster = np.flatnonzero(direct.ms[ways] <= routes.ms[direct.target[ways]])
        faster += direct.first[row]
        yield _joined(engine, (starts, row), ends, routes, (direct, faster))


def _joined(
    engine: Engine,
    origin: tuple[Doors, int],
    ends: Doors,
    routes: Routes,
    direct: tuple[DirectWays, NDArray[np.int64]],
) -> Drives:
    """Return the drives from one origin: way out, route, way in; or the direct way alone."""
    (starts, row), (along, faster) = origin, direct
    every, count = np.arange(routes.ms.size), np.diff(routes.first)
    begin = routes.first[:-1] + 2 * every
    last = begin + count + 1
    size = routes.arcs.size + 2 * every.size
    edge, start, end = np.zeros(size, np.int32), np.zeros(size), np.ones(size)
    edge[np.arange(routes.arcs.size) + 2 * np.repeat(every, count) + 1] = engine.graph.edges_of(
        routes.arcs
    )
    # Where there is no way, the last ones stand in and are not driven.
    out, into = starts.way[row, routes.start], ends.way[every, routes.end]
    edge[begin], start[begin] = starts.joints.edge[row, out], 1.0 - starts.joints.share[row, out]
    edge[last], end[last] = ends.joints.edge[every, into], ends.joints.share[every, into]
    routed, ms = routes.start >= 0, routes.ms.copy()
    target, way = along.target[faster], along.ways
    routed[target], ms[target] = False, along.ms[faster]
    driven = np.repeat(routed, count + 2)
    at = begin[target]
    edge[at], start[at], end[at] = way.edge[faster], way.start[faster], way.end[faster]
    driven[at] = True
    # What is left of an edge after rounding is no part of a drive.
    driven &= end - start > _SLIVER
    first = np.concatenate([[0], np.cumsum(driven)])[np.append(begin, size)]
    return Drives(ms, Drive(edge[driven], start[driven], end[driven]), first)

"""Which of many facilities is reached first: one search from all of them, against the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.dijkstra import UNREACHED, search, trace
from clustergeo.times.roads.drives import direct_ways
from clustergeo.times.roads.ends import Doors, destination_doors, origin_doors
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.routes import reverse_of
from clustergeo.times.roads.snaps import Snaps
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["FirstReached", "first_reached"]

_BITS: Final = 24  # of a key are the row of the facility; the milliseconds before them rank first
_ROW: Final = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True, eq=False)
class FirstReached:
    """The facility that each origin reaches first, shape (origins,) each.

    Parameters
    ----------
    facility
        Its row, -1 where none is reached.
    ms
        Milliseconds of the drive, the street behind it not included.
    assumed
        Whether a speed on the way is assumed.
    """

    facility: NDArray[np.int64]
    ms: NDArray[np.int64]
    assumed: NDArray[np.bool_]


def first_reached(
    network: RoadNetwork, origins: Snaps, facilities: Snaps, egress_ms: NDArray[np.int64]
) -> FirstReached:
    """Return which facility is reached first, the first of those equally near.

    Parameters
    ----------
    network
        The road network.
    origins, facilities
        Snapped places.
    egress_ms
        Milliseconds between the road and each facility.
    """
    graph = engine_for(network, 1).graph
    starts = origin_doors(network, graph, origins)
    ends = destination_doors(network, graph, facilities)
    flood = _flood(graph, starts, ends, egress_ms)
    closed = starts.ends.ms >= UNREACHED
    around = flood.keys[starts.ends.node] + (np.where(closed, 0, starts.ends.ms) << _BITS)
    around[closed] = UNREACHED
    way = around.argmin(axis=1)
    best = around[np.arange(way.size), way]
    weak_edge = network.speed_evidence == ASSUMED
    straight, weak = _straight(network, origins, facilities, egress_ms)
    least = np.minimum(best, straight)
    found = least < UNREACHED
    facility = np.where(found, least & _ROW, -1)
    # Of a way along the edge and one around, equally fast, the one along it is taken.
    for row in np.flatnonzero(found & (straight > best)).tolist():
        edges = flood.edges_from(starts, row, int(way[row]), int(facility[row]))
        weak[row] = weak_edge[edges].any()
    ms = np.where(found, (least >> _BITS) - egress_ms[facility], 0)
    return FirstReached(facility, ms, weak)


@dataclass(frozen=True, slots=True, eq=False)
class _Flood:
    """Keys of the states, and how the search came to each: by which arc, leaving which state."""

    graph: TurnGraph
    arc: NDArray[np.int32]
    left: NDArray[np.int32]
    ends: Doors
    offers: NDArray[np.int64]
    keys: NDArray[np.int64]
    via: NDArray[np.int32]

    def edges_from(self, starts: Doors, row: int, door: int, facility: int) -> NDArray[np.int32]:
        """Return the edges from an origin to its facility."""
        steps, last = trace(self.via, self.left, int(starts.ends.node[row, door]))
        here = self.ends.ends.node[facility] == last
        into = int(np.where(here, self.offers[facility], UNREACHED).argmin())
        driven = self.graph.edges_of(self.arc[steps])
        return np.concatenate([_edge(starts, row, door), driven, _edge(self.ends, facility, into)])


def _flood(graph: TurnGraph, starts: Doors, ends: Doors, egress_ms: NDArray[np.int64]) -> _Flood:
    """Search from all facilities until every origin is reached."""
    first, arc, tail, ms = reverse_of(graph)
    closed = ends.ends.ms >= UNREACHED
    offers = (np.where(closed, 0, ends.ends.ms) + egress_ms[:, None]) << _BITS
    offers += np.arange(egress_ms.size)[:, None]
    offers[closed] = UNREACHED
    keys, via = search(
        first,
        tail,
        fixed(ms.astype(np.int64) << _BITS),
        ends.ends.node.ravel().astype(np.int32),
        offers.ravel(),
        np.unique(starts.ends.node[starts.ends.ms < UNREACHED]).astype(np.int32),
    )
    return _Flood(graph, arc, graph.head[arc], ends, offers, keys, via)


def _straight(
    network: RoadNetwork, origins: Snaps, facilities: Snaps, egress_ms: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the least key along the edge that origin and facility share, and if it is assumed."""
    along = direct_ways(network, origins, facilities)
    keys = ((along.ms + egress_ms[along.target]) << _BITS) + along.target
    origin = np.repeat(np.arange(origins.edge.size), np.diff(along.first))
    least = np.full(origins.edge.size, UNREACHED)
    np.minimum.at(least, origin, keys)
    weak = np.zeros(origins.edge.size, bool)
    is_weak = network.speed_evidence[along.ways.edge] == ASSUMED
    weak[origin[(keys == least[origin]) & is_weak & (along.ways.share > 0)]] = True
    return least, weak


def _edge(doors: Doors, place: int, door: int) -> NDArray[np.int32]:
    """Return the edge that is driven in part between a place and its door, if one is."""
    joints, way = doors.joints, doors.way[place, door]
    return joints.edge[place, [way]][joints.share[place, [way]] > 0]

"""Where a place meets the road network: the nearest point of an edge, never the nearest node."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.nearby import near_edges
from clustergeo.units import WGS84

__all__ = ["Joints", "Snaps", "arriving", "leaving", "snap"]

_AT_NODE_M: Final = 1.0
"""A place this near to the end of an edge stands on the crossing and may use all its roads."""


@dataclass(frozen=True, slots=True, eq=False)
class Snaps:
    """Places on the network, one entry per place.

    Parameters
    ----------
    edge
        Position of the edge, -1 where the place is off the network; shape (places,).
    fraction
        Share of the edge before the place, 0 to 1.
    snap_m
        Straight metres to the nearest edge, also where that is beyond the cap; infinite where
        the place has no distance to it.
    """

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    snap_m: NDArray[np.float64]


def snap(
    network: RoadNetwork, places: gpd.GeoDataFrame, *, closed: Collection[str], cap_m: float
) -> Snaps:
    """Return the nearest point of an open edge for each place.

    Of a two-way road one direction stands for both. Among edges equally near the first in the
    network is taken.

    Parameters
    ----------
    network
        The road network.
    places
        Points in any coordinate system.
    closed
        Classes of road that cannot be entered between their ends.
    cap_m
        Straight metres beyond which a place is off the network.
    """
    points = places.geometry.to_crs(network.metric_crs).to_numpy()
    edge = np.full(points.size, -1, np.int32)
    fraction = np.zeros(points.size)
    snap_m = np.full(points.size, np.inf)
    # A point outside the metric system has infinite coordinates and no nearest edge.
    waiting = np.flatnonzero(np.isfinite(shapely.get_coordinates(points)).all(axis=1))
    candidates = _enterable(network, closed)
    degrees = places.geometry.to_crs(WGS84).to_numpy()
    for edges, reach_m in near_edges(network, candidates, degrees[waiting], cap_m):
        if not edges.size:
            continue
        lines = network.lines_of(edges)
        nearest, metres = _nearest(lines, points[waiting])
        # Beyond the reach a line that was left out might be nearer.
        settled = metres <= reach_m
        at, line = waiting[settled], nearest[settled]
        snap_m[at] = metres[settled]
        near = snap_m[at] <= cap_m
        at, line = at[near], line[near]
        edge[at] = edges[line]
        fraction[at] = _fractions(lines[line], points[at])
        waiting = waiting[~settled]
        if not waiting.size:
            break
    return Snaps(edge, fraction, snap_m)


def _enterable(network: RoadNetwork, closed: Collection[str]) -> NDArray[np.int64]:
    """Return the edges a place may be snapped to, one for each road."""
    entered = np.array([highway not in closed for highway in network.classes], bool)
    return np.flatnonzero(entered[network.highway] & network.once)


def _nearest(
    lines: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the first of the nearest lines of each point, and the metres to it."""
    pairs, metres = shapely.STRtree(lines).query_nearest(points, return_distance=True)
    order = np.lexsort((pairs[1], pairs[0]))
    _, first = np.unique(pairs[0][order], return_index=True)
    return pairs[1][order][first], metres[order][first]


def _fractions(lines: NDArray[np.object_], points: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the share of each line before the point nearest to a place."""
    length_m = shapely.length(lines)
    along_m = shapely.line_locate_point(lines, points)
    at_end = along_m > length_m - _AT_NODE_M
    at_start = along_m < _AT_NODE_M
    inside = ~at_start & ~at_end
    fraction = np.where(at_end, 1.0, 0.0)
    fraction[at_start] = 0.0
    fraction[inside] = along_m[inside] / length_m[inside]
    return fraction


@dataclass(frozen=True, slots=True, eq=False)
class Joints:
    """The two ways between a snapped place and the nodes of its edge, shape (places, 2) each.

    Parameters
    ----------
    node
        Position of the node.
    ms
        Milliseconds along the edge; ``UNREACHED`` where that way is closed.
    edge
        Edge driven in part.
    share
        Share of that edge that is driven.
    """

    node: NDArray[np.int32]
    ms: NDArray[np.int64]
    edge: NDArray[np.int32]
    share: NDArray[np.float64]


def leaving(network: RoadNetwork, snaps: Snaps) -> Joints:
    """Return the ways from each place to the nodes: on along its edge, or back by its twin."""
    return _joints(network, snaps, network.head, network.tail, 1.0 - snaps.fraction)


def arriving(network: RoadNetwork, snaps: Snaps) -> Joints:
    """Return the ways from the nodes to each place: along its edge, or by its twin."""
    return _joints(network, snaps, network.tail, network.head, snaps.fraction)


def _joints(
    network: RoadNetwork,
    snaps: Snaps,
    near: NDArray[np.int32],
    far: NDArray[np.int32],
    share: NDArray[np.float64],
) -> Joints:
    """Return the ways by the edge (share of it driven) and by its twin (the rest driven)."""
    edge, on = snaps.edge, snaps.edge >= 0
    back = network.twin[edge]
    two_way = back >= 0
    rest = 1.0 - share
    ms = np.empty((edge.size, 2), np.int64)
    ms[:, 0] = np.rint(share * network.time_ms[edge])
    ms[:, 1] = np.rint(rest * network.time_ms[back])
    # At the very end of a one-way edge the place stands on the node and may use its other edges.
    ms[~two_way & (rest > 0), 1] = UNREACHED
    ms[~two_way & (rest == 0), 1] = 0
    ms[~on] = UNREACHED
    return Joints(
        node=np.stack([near[edge], far[edge]], axis=1),
        ms=ms,
        edge=np.stack([edge, np.where(two_way, back, edge)], axis=1),
        share=np.stack([share, np.where(two_way, rest, 0.0)], axis=1),
    )

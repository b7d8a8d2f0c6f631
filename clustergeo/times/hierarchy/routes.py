"""The fastest path between two ends, and the nearest of many facilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.times.hierarchy._customise import NEVER
from clustergeo.times.hierarchy._sweep import climb, flood
from clustergeo.times.hierarchy._unpack import descend, meet, unpack
from clustergeo.times.hierarchy.metric import Metric, Star
from clustergeo.times.hierarchy.search import Ends, ranked
from clustergeo.times.hierarchy.topology import frozen

__all__ = ["Path", "nearest", "path"]

_Seeds = tuple[NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A fastest path.

    Parameters
    ----------
    ms
        Whole milliseconds, those at both ends included; ``NEVER`` if there is no path.
    edges
        Edges of the network in the order they are driven, int32.
    start, end
        Which way of the origin and of the target it takes; -1 if there is no path.
    """

    ms: int
    edges: NDArray[np.int32]
    start: int
    end: int


def path(metric: Metric, origin: Ends, target: Ends) -> Path:
    """Return a fastest path from one origin to one target, as edges of the network.

    Of paths equally fast it is always the same one.

    Parameters
    ----------
    metric
        The hierarchy.
    origin, target
        One end each, of any number of ways.

    Returns
    -------
    path : Path

    Raises
    ------
    UsageError
        If there is not one origin and one target, or one is not in the network.
    """
    start, end = ranked(metric, origin, "origin"), ranked(metric, target, "target")
    if start[0].shape[0] != 1 or end[0].shape[0] != 1:
        message = f"path: {start[0].shape[0]} origins, {end[0].shape[0]} targets - pass one each"
        raise UsageError(message)
    seeds, goals = (start[0][0], start[1][0]), (end[0][0], end[1][0])
    topology = metric.topology
    there, back = _climbed(metric, metric.up_ms, seeds), _climbed(metric, metric.down_ms, goals)
    top = meet(there, back)
    if top < 0:
        return Path(NEVER, np.empty(0, np.int32), -1, -1)
    low = topology.low_first, topology.low_arc, topology.low_tail
    before, seed = descend(low, metric.up_ms, there, seeds, top)
    after, goal = descend(low, metric.down_ms, back, goals, top)
    # What led up from the target is driven the other way round.
    steps = np.concatenate([before[::-1], after[:, [1, 0, 2]]])
    roads = topology.first, topology.head, metric.time_ms
    edges = unpack(roads, topology.node, low, (metric.up_ms, metric.down_ms), steps)
    return Path(int(there[top]) + int(back[top]), edges, int(seed), int(goal))


def _climbed(metric: Metric, arc_ms: NDArray[np.int32], seeds: _Seeds) -> NDArray[np.int32]:
    topology = metric.topology
    star: Star = topology.up_first, topology.up_head, arc_ms
    labels = np.full(topology.parent.size, NEVER, np.int32)
    climb(topology.parent, star, seeds, labels, np.empty_like(labels))
    return labels


def nearest(
    metric: Metric, origins: Ends, facilities: Ends
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for each origin which facility is the fastest to reach, and how long that takes.

    One sweep from all facilities at once answers for every origin.

    Parameters
    ----------
    metric
        The hierarchy.
    origins, facilities
        Where trips start, and where they may end.

    Returns
    -------
    facility, ms : tuple of numpy.ndarray
        Row of the facility, the first of those equally near, -1 where none is reached; whole
        milliseconds, ``NEVER`` there. Both int32, shape (origins,).

    Raises
    ------
    UsageError
        If an end is not in the network.
    """
    start, end = ranked(metric, origins, "origins"), ranked(metric, facilities, "facilities")
    keys = np.full(metric.topology.parent.size, NEVER << 32, np.int64)
    offers = (end[1].astype(np.int64) << 32) + np.arange(end[0].shape[0])[:, None]
    np.minimum.at(keys, end[0], offers)
    flood(metric.down, metric.up, keys)
    least = (keys[start[0]] + (start[1].astype(np.int64) << 32)).min(axis=1)
    ms = np.minimum(least >> 32, NEVER)
    reached = ms < NEVER
    return frozen(np.where(reached, least & 0xFFFFFFFF, -1), np.int32), frozen(ms, np.int32)

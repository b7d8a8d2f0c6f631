"""Turns by the lines of the roads: which go left, right or back, and what they cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._lines import slices
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks._osm_rules import ROAD_CLASSES

__all__ = ["LEFT", "RIGHT", "STRAIGHT", "STRAIGHT_DEG", "U_TURN", "Turns", "crossed", "turns"]

STRAIGHT_DEG: Final = 45.0
"""A drive that bends less than this goes straight on."""

STRAIGHT, RIGHT, LEFT, U_TURN = range(4)

_JUNCTION: Final = 3  # roads that meet


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Every way from an edge into a following one that is no straight drive.

    Parameters
    ----------
    start, end
        The two edges; int32, shape (turns,).
    kind
        ``RIGHT``, ``LEFT`` or ``U_TURN``; int8, shape (turns,).
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    kind: NDArray[np.int8]


def roads_at(network: RoadNetwork) -> NDArray[np.int64]:
    """Return how many ends of roads meet at each node; a two-way road counts once."""
    once = network.once
    ends = np.concatenate([network.tail[once], network.head[once]])
    return np.bincount(ends, minlength=network.lon.size)


def turns(network: RoadNetwork) -> Turns:
    """Return the turns of a network.

    Back along the same road is a U-turn, wherever. To the left and to the right there are turns
    only where three roads meet: elsewhere the road itself bends.
    """
    edge, step = slices(network.first, network.head)
    after = network.first[network.head[edge]] + step
    arriving, setting_off = _bearings_deg(network)
    bend = (setting_off[after] - arriving[edge] + 180.0) % 360.0 - 180.0
    meet = roads_at(network)[network.head[edge]] >= _JUNCTION
    kind = np.zeros(edge.size, np.int8)
    kind[meet & (bend > STRAIGHT_DEG)] = RIGHT
    kind[meet & (bend < -STRAIGHT_DEG)] = LEFT
    kind[after == network.twin[edge]] = U_TURN
    real = kind != STRAIGHT
    return Turns(edge[real].astype(np.int32), after[real].astype(np.int32), kind[real])


def _bearings_deg(network: RoadNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bearings of the last and of the first stretch of each edge, clockwise."""
    first, last = network.line_first[network.line], network.line_first[network.line + 1] - 1
    back = network.backward
    start, end = np.where(back, last, first), np.where(back, first, last)
    inward = np.where(back, -1, 1)
    return _bearing_deg(network, end - inward, end), _bearing_deg(network, start, start + inward)


def _bearing_deg(
    network: RoadNetwork, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    north = network.line_lat[end] - network.line_lat[start]
    east = network.line_lon[end] - network.line_lon[start]
    east = east * np.cos(np.radians(network.line_lat[start]))
    # Two vertices in one place have no bearing; NaN is then neither left nor right.
    bearing = np.degrees(np.arctan2(east, north))
    return np.where((north == 0) & (east == 0), np.nan, bearing)


def crossed(network: RoadNetwork) -> NDArray[np.int16]:
    """Return the class of road that each edge meets at its head, as a code; -1 at no junction.

    Of the other roads there, one of the own class is taken for the continuation; the most
    important of the rest is the one that is crossed. Classes rank as in OpenStreetMap.
    """
    meet = roads_at(network) >= _JUNCTION
    place = np.cumsum(meet) - 1
    ranked = sorted(range(len(network.classes)), key=lambda code: _rank(network.classes[code]))
    rank_of = np.argsort(ranked)
    rank = rank_of[network.highway]
    once = network.once
    ends = np.concatenate([network.tail[once], network.head[once]])
    ranks = np.tile(rank[once], 2)
    kinds = len(network.classes)
    here = meet[ends]
    there = np.bincount(
        place[ends[here]] * kinds + ranks[here], minlength=int(meet.sum()) * kinds
    ).reshape(-1, kinds)
    found = np.full(network.head.size, -1, np.int16)
    edge = np.flatnonzero(meet[network.head])
    row, own = place[network.head[edge]], rank[edge]
    for code in reversed(range(kinds)):
        count = there[row, code]
        # The road itself, and its continuation if there is one.
        count = np.where(own == code, np.maximum(count - 2, 0), count)
        found[edge[count > 0]] = ranked[code]
    return found


def _rank(highway: str) -> tuple[int, str]:
    known = highway in ROAD_CLASSES
    return (ROAD_CLASSES.index(highway) if known else len(ROAD_CLASSES), highway)

"""Where drives start and end, in the form that every engine takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.hierarchy import Ends
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.snaps import Joints, Snaps, arriving, leaving
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["Doors", "destination_doors", "origin_doors"]


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Snapped places as ends of drives: states of a turn graph, and the ways between the two.

    Parameters
    ----------
    ends
        States and the milliseconds between them and the place; a closed way has ``UNREACHED``.
    joints
        The two ways between each place and the nodes of its edge.
    way
        Which of the two each state is used by, shape of ``ends.node``.
    """

    ends: Ends
    joints: Joints
    way: NDArray[np.int64]


def origin_doors(network: RoadNetwork, graph: TurnGraph, origins: Snaps) -> Doors:
    """Return the doors through which drives set off, two for each place."""
    joints = leaving(network, origins)
    way = np.broadcast_to(np.arange(2), joints.node.shape)
    return Doors(Ends(graph.begun(joints), joints.ms), joints, way)


def destination_doors(network: RoadNetwork, graph: TurnGraph, targets: Snaps) -> Doors:
    """Return the doors through which drives arrive: where turns are banned, more than two."""
    joints = arriving(network, targets)
    gates = graph.gates(joints)
    place, way = np.divmod(gates.way, 2)
    order = np.lexsort((gates.state, way, place))
    place, way, state, turn_ms = place[order], way[order], gates.state[order], gates.ms[order]
    count = np.bincount(place, minlength=targets.edge.size)
    column = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
    # Places with fewer doors than others have closed ones, to keep the table square.
    shape = (count.size, int(count.max(initial=0)))
    node, ms, ways = np.zeros(shape, np.int32), np.full(shape, UNREACHED), np.zeros(shape, int)
    node[place, column] = state
    ms[place, column] = joints.ms[place, way] + turn_ms
    ways[place, column] = way
    return Doors(Ends(node, ms), joints, ways)

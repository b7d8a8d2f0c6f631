"""The drive between two snapped places: engine in the middle, part of an edge at either end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times._dijkstra import UNREACHED, search, trace
from clustergeo.times._snaps import Joints, Snaps, arriving, leaving
from clustergeo.times._turns import TurnGraph, turn_graph

__all__ = ["Drive", "Drives", "drives_from"]

_SLIVER: Final = 1e-9  # of an edge: a tenth of a millimetre on the longest there are


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """The edges of one drive in order of travel.

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
    """All drives from one snapped place to many; made by :func:`drives_from`.

    Parameters
    ----------
    network, graph
        The road network, and the graph of its turns that was searched.
    ms
        Milliseconds on the network, ``UNREACHED`` where there is no way; shape (targets,).
    direct
        Whether the drive stays on the edge that both places share; shape (targets,).
    origin, targets
        The snapped places; the first holds one.
    first
        Ways from the origin to states of the graph, shape (1, 2).
    last
        Way from a state to each target that is the faster one, shape (targets, 1).
    via
        Arc by which each state of the graph is reached, -1 at the first ones.
    """

    network: RoadNetwork
    graph: TurnGraph
    ms: NDArray[np.int64]
    direct: NDArray[np.bool_]
    origin: Snaps
    targets: Snaps
    first: Joints
    last: Joints
    via: NDArray[np.int32]

    def drive(self, target: int) -> Drive:
        """Return the drive to one target that is reached."""
        if self.direct[target]:
            return self._along(target)
        arcs, seed = trace(self.via, self.graph.tail, self.last.node[target, 0])
        first = self.first
        way = int(np.where(first.node[0] == seed, first.ms[0], 2 * UNREACHED).argmin())
        driven = self.graph.edges_of(arcs)
        edge = np.concatenate([first.edge[:, way], driven, self.last.edge[target]])
        start, end = np.zeros(edge.size), np.ones(edge.size)
        start[0] = 1.0 - first.share[0, way]
        end[-1] = self.last.share[target, 0]
        return _without_slivers(edge, start, end)

    def _along(self, target: int) -> Drive:
        edge = self.origin.edge
        start, end = self.origin.fraction, self.targets.fraction[target : target + 1]
        if end[0] < start[0]:
            edge, start, end = self.network.twin[edge], 1.0 - start, 1.0 - end
        return _without_slivers(edge, start, end)


def drives_from(
    network: RoadNetwork,
    origins: Snaps,
    origin: int,
    targets: Snaps,
    graph: TurnGraph | None = None,
) -> Drives:
    """Find the drives from one of the origins to all targets; none makes a banned turn.

    Parameters
    ----------
    network
        The road network.
    origins, origin
        Snapped places and which of them to start from.
    targets
        Snapped destinations.
    graph
        The graph of the turns of this network, for callers that ask more than once.
    """
    graph = turn_graph(network) if graph is None else graph
    here = slice(origin, origin + 1)
    start = Snaps(origins.edge[here], origins.fraction[here], origins.snap_m[here])
    first, last = leaving(network, start), arriving(network, targets)
    first, gates = replace(first, node=graph.begun(first)), graph.gates(last)
    reached, via = search(
        graph.first,
        graph.head,
        graph.time_ms,
        first.node[0],
        first.ms[0],
        np.unique(gates.state[last.ms.ravel()[gates.way] < UNREACHED]),
    )
    last = replace(last, node=gates.best(reached, last.ms.size).reshape(last.ms.shape))
    around = reached[last.node] + last.ms
    faster = (np.arange(around.shape[0]), around.argmin(axis=1))
    direct_ms = _direct_ms(network, start, targets)
    return Drives(
        network=network,
        graph=graph,
        ms=np.minimum(np.minimum(around[faster], direct_ms), UNREACHED),
        direct=direct_ms <= around[faster],
        origin=start,
        targets=targets,
        first=first,
        last=Joints(
            node=last.node[faster][:, None],
            ms=last.ms[faster][:, None],
            edge=last.edge[faster][:, None],
            share=last.share[faster][:, None],
        ),
        via=via,
    )


def _direct_ms(network: RoadNetwork, origin: Snaps, targets: Snaps) -> NDArray[np.int64]:
    """Return the milliseconds along the edge that origin and target share, if they do."""
    edge = origin.edge[0]
    shared = (targets.edge == edge) & (edge >= 0)
    ahead = targets.fraction - origin.fraction[0]
    ms = np.full(targets.edge.size, UNREACHED, np.int64)
    onward = shared & (ahead >= 0)
    ms[onward] = np.rint(ahead[onward] * network.time_ms[edge])
    if (back := network.twin[edge]) >= 0:
        backward = shared & (ahead < 0)
        ms[backward] = np.rint(-ahead[backward] * network.time_ms[back])
    return ms


def _without_slivers(
    edge: NDArray[np.int32], start: NDArray[np.float64], end: NDArray[np.float64]
) -> Drive:
    """Return a drive without the edges of which but a rounding of nothing is driven."""
    driven = end - start > _SLIVER
    return Drive(edge[driven], start[driven], end[driven])

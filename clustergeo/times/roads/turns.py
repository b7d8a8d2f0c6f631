"""Turns, exactly: a node is split where it matters by which road it was reached.

An edge after which a turn is banned or takes time ends in a copy of its node that lacks the banned
exits and whose other exits take as much longer (Kirby and Potts 1969, Transportation Research 3);
all other edges share the node as it is. The graph grows with such turns alone, and a network
without them is its own graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import BANNED_MS, fixed
from clustergeo.networks._lines import slices
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.snaps import Joints

__all__ = ["Gates", "TurnGraph", "turn_graph"]


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """States from which ways to places may be taken: one for each way at least, often one only.

    Parameters
    ----------
    way
        Row of the way among all ways, the joints raveled; first each of them once, in order.
    state
        State of the turn graph, shape of ``way``.
    ms
        Milliseconds of the turn from the state into the way, shape of ``way``.
    """

    way: NDArray[np.int64]
    state: NDArray[np.int32]
    ms: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TurnGraph:
    """A road network as an engine may take it: every path over it obeys the turns.

    Its states are the nodes of the network, row for row, then the copies; its arcs are the edges
    of the network, row for row, then the exits of the copies. :func:`turn_graph` makes it.

    Parameters
    ----------
    first, head, tail, time_ms
        Forward star of the states, in the form that the network has for its nodes.
    after
        State in which each edge of the network ends, shape (edges,).
    copied
        Edge that ends in each copy, shape (copies,).
    copy_first
        The copies of node v are ``copy_first[v]:copy_first[v + 1]``, shape (nodes + 1,).
    extra
        Edge that each arc of a copy runs along.
    turns
        Turns that are banned or take time, sorted: row of the first edge x number of edges + row
        of the second.
    turn_ms
        Milliseconds of these turns, ``BANNED_MS`` where banned.
    """

    first: NDArray[np.int64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    time_ms: NDArray[np.int32]
    after: NDArray[np.int32]
    copied: NDArray[np.int32]
    copy_first: NDArray[np.int64]
    extra: NDArray[np.int32]
    turns: NDArray[np.int64]
    turn_ms: NDArray[np.int32]

    def edges_of(self, arcs: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the edges of the network that arcs run along."""
        edges, beyond = arcs.copy(), arcs >= self.after.size
        edges[beyond] = self.extra[arcs[beyond] - self.after.size]
        return edges

    def turning_ms(self, edges: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the milliseconds of the turn into each edge of a drive, 0 into the first."""
        ms = np.zeros(edges.size, np.int64)
        if self.turns.size and edges.size:
            ms[1:] = _ms_of(self.turns, self.turn_ms, edges[:-1], edges[1:], self.after.size)
        return ms

    def begun(self, joints: Joints) -> NDArray[np.int32]:
        """Return the states in which the ways from places end, shape (places, 2).

        A place that stands on a node has driven no edge, and all roads of the node are its own.
        """
        return np.where(joints.share > 0, self.after[joints.edge], joints.node)

    def gates(self, joints: Joints) -> Gates:
        """Return the states from which the ways to places may be taken.

        A place on an edge is reached from every state that the edge leaves, one that stands on a
        node from every state of the node.
        """
        node, edge = joints.node.ravel(), joints.edge.ravel()
        nodes, every = self.copy_first.size - 1, np.arange(node.size)
        if not self.copied.size:
            return Gates(every, node, np.zeros(every.size, np.int64))
        way, step = slices(self.copy_first, node)
        copy = self.copy_first[node[way]] + step
        stands = joints.share.ravel()[way] == 0
        ms = _ms_of(self.turns, self.turn_ms, self.copied[copy], edge[way], self.after.size)
        ms = np.where(stands, 0, ms)
        free = ms < BANNED_MS
        states = (nodes + copy[free]).astype(np.int32)
        return Gates(
            way=np.concatenate([every, way[free]]),
            state=np.concatenate([node, states]),
            ms=np.concatenate([np.zeros(every.size, np.int64), ms[free]]),
        )


def turn_graph(network: RoadNetwork) -> TurnGraph:
    """Return the graph whose paths are the drives of a network that obey its turns.

    A turn between edges that do not meet is none.

    Parameters
    ----------
    network
        The road network; without turns its own arrays are the graph.
    """
    nodes, edges = network.first.size - 1, network.head.size
    turns, turn_ms = _sorted_turns(network)
    copied = np.unique(network.turn_from).astype(np.int32)
    copied = copied[np.argsort(network.head[copied], kind="stable")]
    at = network.head[copied]
    star = {name: getattr(network, name) for name in ("first", "head", "tail", "time_ms")}
    after, extra = network.head, np.empty(0, np.int32)
    copy_first = np.zeros(nodes + 1, np.int64)
    if copied.size:
        after = network.head.copy()
        after[copied] = np.arange(nodes, nodes + copied.size)
        copy, step = slices(network.first, at)
        exits = network.first[at[copy]] + step
        added_ms = _ms_of(turns, turn_ms, copied[copy], exits, edges)
        kept = added_ms < BANNED_MS
        copy, extra = copy[kept], exits[kept].astype(np.int32)
        exit_ms = (network.time_ms[extra] + added_ms[kept]).astype(np.int32)
        copy_first = np.searchsorted(at, np.arange(nodes + 1))
        ends = edges + np.cumsum(np.bincount(copy, minlength=copied.size))
        star = {
            "first": np.concatenate([network.first, ends]),
            "head": np.concatenate([after, after[extra]]),
            "tail": np.concatenate([network.tail, (nodes + copy).astype(np.int32)]),
            "time_ms": np.concatenate([network.time_ms, exit_ms]),
        }
    # Read-only as those of a network, so that the engine is compiled for one kind alone.
    return TurnGraph(
        **{name: fixed(array) for name, array in star.items()},
        after=fixed(after),
        copied=fixed(copied),
        copy_first=fixed(copy_first),
        extra=fixed(extra),
        turns=fixed(turns),
        turn_ms=fixed(turn_ms),
    )


def _sorted_turns(network: RoadNetwork) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the turns as numbers and their milliseconds, each once: the dearest counts."""
    turns = network.turn_from.astype(np.int64) * network.head.size + network.turn_to
    if not network.turn_ms.size:
        turns = np.unique(turns)
        return turns, np.full(turns.size, BANNED_MS, np.int32)
    order = np.lexsort((network.turn_ms, turns))
    turns, ms = turns[order], network.turn_ms[order]
    last = np.concatenate([np.diff(turns) != 0, [True]])
    return turns[last], ms[last]


def _ms_of(
    turns: NDArray[np.int64],
    turn_ms: NDArray[np.int32],
    edge: NDArray[np.int32],
    following: NDArray[np.int32] | NDArray[np.int64],
    edges: int,
) -> NDArray[np.int64]:
    """Return the milliseconds of the turn from an edge into the following one, 0 if not listed."""
    turn = edge.astype(np.int64) * edges + following
    place = np.minimum(np.searchsorted(turns, turn), turns.size - 1)
    return np.where(turns[place] == turn, turn_ms[place].astype(np.int64), 0)

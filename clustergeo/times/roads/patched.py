"""Drives on a network with a few new roads, by the hierarchy it had before: nothing is contracted.

A drive that uses a new road is one over old roads to where that begins, new roads and ways between
them, and one over old roads again (an overlay as by Holzer, Schulz and Wagner 2008, here over the
states that the new arcs touch). So all times follow from those over old roads to and from these
few states, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.times.hierarchy import NEVER, Ends, matrix, one_to_all
from clustergeo.times.hierarchy.metric import Metric
from clustergeo.times.hierarchy.routes import Path
from clustergeo.times.roads.difference import Difference
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.routes import Reverse, Routes, reverse_of, routes_over
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["Patched", "patched"]

Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Patched:
    """A hierarchy of the roads before, and the roads that are new; made by :func:`patched`.

    Parameters
    ----------
    graph
        The turn graph with the new roads, whose states and arcs are those of all ends and paths.
    metric
        The hierarchy of the graph before, with the times its arcs have now.
    difference
        What the one has that the other has not.
    apart_ms
        Milliseconds between all spots of the difference, shape (spots, spots).
    threads
        Threads that search at once.
    """

    graph: TurnGraph
    metric: Metric
    difference: Difference
    apart_ms: Times
    threads: int
    _made: list[Reverse] = field(default_factory=list, repr=False)

    def matrix(self, origins: Ends, targets: Ends) -> Times:
        """Return the milliseconds of all pairs."""
        starts, spots_ms = self._started(origins)
        ends = self._old(targets)
        times = matrix(self.metric, starts, ends, threads=self.threads).astype(np.int64)
        place, way = np.nonzero(self._is_new(targets))
        at = np.searchsorted(self.difference.spots, targets.node[place, way])
        around = spots_ms[:, at] + np.minimum(targets.ms[place, way], NEVER)
        for j, ms in zip(place.tolist(), around.T, strict=True):
            np.minimum(times[:, j], ms, out=times[:, j])
        times[times >= NEVER] = UNREACHED
        return times

    def rows(
        self, origins: Ends, targets: Ends | None = None
    ) -> Iterator[tuple[slice, NDArray[np.int32]]]:
        """Yield the milliseconds to all states, sixteen origins at a time."""
        del targets  # what is near and what is far is swept alike
        starts, spots_ms = self._started(origins)
        new_state, spots = self.difference.new_state, self.difference.spots
        states, nodes = self.graph.first.size - 1, self.graph.copy_first.size - 1
        old_nodes = nodes - int((self.difference.old_state[:nodes] < 0).sum())
        copies = np.arange(old_nodes, new_state.size)
        shared = not copies.size  # the old states then come first among the new ones
        copies = copies[new_state[copies] >= 0]
        spare = states - old_nodes if shared else 0
        for some, old in one_to_all(self.metric, starts, threads=self.threads, spare=spare):
            times = old if shared else np.empty((old.shape[0], states), np.int32)
            if not shared:
                times[:, :old_nodes] = old[:, :old_nodes]
                times[:, new_state[copies]] = old[:, copies]
            times[:, spots] = spots_ms[some]
            yield some, times

    def routes(self, origins: Ends, targets: Ends) -> Iterator[Routes]:
        """Yield the routes from each origin in turn, sixteen from one sweep."""
        if not self._made:
            self._made.append(reverse_of(self.graph))
        return routes_over(self.rows(origins, targets), self._made[0], origins, targets)

    def paths(self, origin: Ends, targets: Ends) -> Iterator[Path]:
        """Yield the path to each target, all from one sweep."""
        for routes in self.routes(origin, targets):
            yield from map(routes.path, range(routes.ms.size))

    def _is_new(self, ends: Ends) -> NDArray[np.bool_]:
        return np.asarray((self.difference.old_state[ends.node] < 0) & (ends.ms < NEVER))

    def _old(self, ends: Ends) -> Ends:
        """Return the ends on the old graph; ways to states it has not are closed."""
        node = self.difference.old_state[ends.node]
        return Ends(np.maximum(node, 0), np.where(node >= 0, ends.ms, UNREACHED))

    def _started(self, origins: Ends) -> tuple[Ends, Times]:
        """Return the origins on the old graph, set off at the spots, too, and when they are there.

        Only where a new road brings an origin to a spot sooner does it set off there again.
        """
        spots = self.difference.spots
        at = self.difference.old_state[spots]
        was = np.flatnonzero(at >= 0)
        old = self._old(origins)
        direct = np.full((origins.node.shape[0], spots.size), NEVER, np.int64)
        direct[:, was] = matrix(self.metric, old, Ends.at(at[was]), threads=self.threads)
        place, way = np.nonzero(self._is_new(origins))
        here = np.searchsorted(spots, origins.node[place, way])
        np.minimum.at(direct, (place, here), origins.ms[place, way])
        spots_ms = np.full_like(direct, NEVER)
        for k in range(spots.size):
            np.minimum(spots_ms, direct[:, k, None] + self.apart_ms[k], out=spots_ms)
        sooner = spots_ms[:, was] < direct[:, was]
        again = np.where(sooner, spots_ms[:, was], UNREACHED)
        some = sooner.any(axis=0)
        node = np.broadcast_to(at[was][some], (again.shape[0], int(some.sum())))
        starts = Ends(np.hstack([old.node, node]), np.hstack([old.ms, again[:, some]]))
        return starts, spots_ms


def patched(graph: TurnGraph, metric: Metric, difference: Difference, threads: int) -> Patched:
    """Return an engine for a graph out of the hierarchy of the one before.

    Parameters
    ----------
    graph
        The turn graph with the new roads.
    metric
        The hierarchy of the graph before, with the times its arcs have now.
    difference
        What the one has that the other has not.
    threads
        Threads that search at once.
    """
    count = difference.spots.size
    at = difference.old_state[difference.spots]
    was = np.flatnonzero(at >= 0)
    apart_ms = np.full((count, count), NEVER, np.int64)
    ends = Ends.at(at[was])
    apart_ms[np.ix_(was, was)] = matrix(metric, ends, ends, threads=threads)
    np.fill_diagonal(apart_ms, 0)
    np.minimum.at(apart_ms, (difference.tail, difference.head), difference.ms)
    for k in range(count):  # Floyd (1962), Warshall (1962)
        np.minimum(apart_ms, apart_ms[:, k, None] + apart_ms[k], out=apart_ms)
    return Patched(graph, metric, difference, fixed(apart_ms), threads)

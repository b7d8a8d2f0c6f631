"""What finds the fastest drives: one search an origin, or a hierarchy; the same answers from all.

Times are equal to the millisecond and routes arc by arc, so that the choice is one of speed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.hierarchy import NEVER, Ends, matrix, one_to_all
from clustergeo.times.hierarchy.metric import Metric
from clustergeo.times.hierarchy.routes import Path
from clustergeo.times.roads.contracted import (
    THREADS,
    metric_of,
    patched_of,
    patched_s,
    prepared_s,
    turns_of,
)
from clustergeo.times.roads.dijkstra import UNREACHED, search
from clustergeo.times.roads.routes import Reverse, Routes, reverse_of, routes_over
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["Engine", "Hierarchy", "Searches", "engine_for"]

_SEARCH_S: Final = 200e-9  # a state that one search settles: 130 to 220 ns at 300 thousand states
_SWEEP_S: Final = 5e-9  # a state and origin in a sweep: 2.7 to 10 ns there
_LOAD_S: Final = 0.4  # to load the kernels of the hierarchy and METIS: never for a small gain
_BUSY: Final = 50_000  # states from which a search takes long enough to be worth a thread

Rows = Iterator[tuple[slice, NDArray[np.int32]]]
Done = TypeVar("Done")


class Engine(Protocol):
    """Finds drives over the states and arcs of a turn graph."""

    @property
    def graph(self) -> TurnGraph:
        """The graph whose arcs a path names."""

    def matrix(self, origins: Ends, targets: Ends) -> NDArray[np.int64]:
        """Return milliseconds, ``UNREACHED`` where there is no way; shape (origins, targets)."""

    def rows(self, origins: Ends, targets: Ends | None = None) -> Rows:
        """Yield milliseconds to all states (``NEVER`` where there is no way), some origins a time.

        Never holds more than a few batches in memory. With targets, states beyond the farthest
        of them may hold anything that is no less than the truth.
        """

    def routes(self, origins: Ends, targets: Ends) -> Iterator[Routes]:
        """Yield the routes from each origin in turn to all targets, as arcs of the graph."""

    def paths(self, origin: Ends, targets: Ends) -> Iterator[Path]:
        """Yield the path from one origin to each target, as arcs of the graph."""


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """One search by Dijkstra's algorithm for each origin: nothing to prepare."""

    graph: TurnGraph
    threads: int = THREADS
    _made: list[Reverse] = field(default_factory=list, repr=False)

    def matrix(self, origins: Ends, targets: Ends) -> NDArray[np.int64]:
        """Return the milliseconds of all pairs."""
        times = np.full((origins.node.shape[0], targets.node.shape[0]), UNREACHED, np.int64)
        for rows, ms in self.rows(origins, targets):
            around = (ms[0, targets.node] + targets.ms).min(axis=1, initial=UNREACHED)
            times[rows, around < NEVER] = around[around < NEVER]
        return times

    def rows(self, origins: Ends, targets: Ends | None = None) -> Rows:
        """Yield the milliseconds to all states, one origin a time."""
        graph = self.graph
        states = graph.first.size - 1
        wanted = np.arange(states) if targets is None else targets.node[targets.ms < NEVER]
        wanted = np.unique(wanted).astype(np.int32)
        node, ms = origins.node.astype(np.int32), origins.ms.astype(np.int64)

        def row(origin: int) -> tuple[slice, NDArray[np.int32]]:
            star = graph.first, graph.head, graph.time_ms
            found, _ = search(*star, node[origin], ms[origin], wanted)
            return slice(origin, origin + 1), np.minimum(found, NEVER).astype(np.int32)[None]

        return _ahead(row, node.shape[0], self.threads if states >= _BUSY else 1)

    def routes(self, origins: Ends, targets: Ends) -> Iterator[Routes]:
        """Yield the routes from each origin in turn, each from one search."""
        return _routes(self, self._made, origins, targets)

    def paths(self, origin: Ends, targets: Ends) -> Iterator[Path]:
        """Yield the path to each target, all from one search."""
        return _paths(self, origin, targets)


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """A contraction hierarchy: dear to prepare, then faster by orders of magnitude."""

    graph: TurnGraph
    metric: Metric
    threads: int = THREADS
    _made: list[Reverse] = field(default_factory=list, repr=False)

    def matrix(self, origins: Ends, targets: Ends) -> NDArray[np.int64]:
        """Return the milliseconds of all pairs."""
        times = matrix(self.metric, origins, targets, threads=self.threads).astype(np.int64)
        times[times >= NEVER] = UNREACHED
        return times

    def rows(self, origins: Ends, targets: Ends | None = None) -> Rows:
        """Yield the milliseconds to all states, sixteen origins a time."""
        del targets  # what is near and what is far is swept alike
        return one_to_all(self.metric, origins, threads=self.threads)

    def routes(self, origins: Ends, targets: Ends) -> Iterator[Routes]:
        """Yield the routes from each origin in turn, sixteen from one sweep."""
        return _routes(self, self._made, origins, targets)

    def paths(self, origin: Ends, targets: Ends) -> Iterator[Path]:
        """Yield the path to each target, all from one sweep."""
        return _paths(self, origin, targets)


def engine_for(network: RoadNetwork, origins: int) -> Engine:
    """Return the engine that is through first, for a number of origins.

    What it has to make is kept with the network: a second call finds it there.
    """
    graph = turns_of(network)
    states = graph.first.size - 1
    threads = THREADS if states >= _BUSY else 1
    gained_s = origins * states * (_SEARCH_S / threads - _SWEEP_S)
    # Nothing is read from a disk, nor METIS looked for, unless that could bring a gain.
    if gained_s < _LOAD_S:
        return Searches(graph)
    own_s = prepared_s(network, graph, origins)
    # A few new roads need no hierarchy of their own, if there is one of the roads before.
    if patched_s(network, origins) < min(own_s, gained_s):
        engine = patched_of(network, graph, origins)
        if engine is not None:
            return engine
    if gained_s < own_s:
        return Searches(graph)
    return Hierarchy(graph, metric_of(network, graph, origins))


def _routes(engine: Engine, made: list[Reverse], origins: Ends, targets: Ends) -> Iterator[Routes]:
    if not made:
        made.append(reverse_of(engine.graph))
    return routes_over(engine.rows(origins, targets), made[0], origins, targets)


def _paths(engine: Engine, origin: Ends, targets: Ends) -> Iterator[Path]:
    for routes in engine.routes(origin, targets):
        yield from map(routes.path, range(routes.ms.size))


def _ahead(work: Callable[[int], Done], count: int, threads: int) -> Iterator[Done]:
    """Yield the results of numbered work in order, a few of them ahead of the reader."""
    if threads == 1:
        yield from map(work, range(count))
        return
    numbers = iter(range(count))
    with ThreadPoolExecutor(threads) as pool:
        # As many results wait as threads run: a slow reader never makes memory grow.
        waiting: list[Future[Done]] = [pool.submit(work, i) for i in islice(numbers, threads + 1)]
        while waiting:
            done = waiting.pop(0).result()
            waiting.extend(pool.submit(work, i) for i in islice(numbers, 1))
            yield done

"""Times between many origins and many targets, or all nodes, on a hierarchy."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.times.hierarchy._customise import NEVER
from clustergeo.times.hierarchy._lanes import WIDTH
from clustergeo.times.hierarchy._sweep import climb, collect, restrict, settle, spread, sweep
from clustergeo.times.hierarchy.metric import Metric, Star, frozen_star
from clustergeo.times.hierarchy.topology import frozen

__all__ = ["Ends", "matrix", "one_to_all", "ranked"]

_CACHE_LINE: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Where trips start or end: each at one node or several, with the time spent to there.

    Parameters
    ----------
    node
        Nodes of the network, int32, shape (ends, ways).
    ms
        Whole milliseconds between the end and that node, shape (ends, ways); a way of
        ``NEVER`` or more is closed.
    """

    node: NDArray[np.int32]
    ms: NDArray[np.int64]

    @classmethod
    def at(cls, nodes: NDArray[np.int32]) -> Ends:
        """Return ends that are nodes."""
        node = np.asarray(nodes, np.int32)[:, None]
        return cls(node, np.zeros(node.shape, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """What one thread needs for a batch of origins."""

    labels: NDArray[np.int32]
    ms: NDArray[np.int32]
    trail: NDArray[np.int32]

    @classmethod
    def of(cls, count: int, rows: int) -> _Desk:
        # A row of labels must not straddle two cache lines: that would double the traffic.
        room = np.empty(rows * WIDTH + _CACHE_LINE // 4, np.int32)
        skip = -room.ctypes.data % _CACHE_LINE // 4
        labels = room[skip : skip + rows * WIDTH].reshape(rows, WIDTH)
        return cls(labels, np.full(count, NEVER, np.int32), np.empty(count, np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Sweeps from batches of origins over all of a hierarchy or a part of it."""

    metric: Metric
    origins: tuple[NDArray[np.int32], NDArray[np.int32]]
    where: NDArray[np.int32]
    part: Star

    def run(self, start: int, desk: _Desk) -> int:
        """Settle the labels of a batch; return how many origins it has."""
        node, ms = self.origins
        lanes: int = min(WIDTH, node.shape[0] - start)
        desk.labels[:] = NEVER
        for lane in range(lanes):
            seeds = node[start + lane], ms[start + lane]
            parent, up = self.metric.topology.parent, self.metric.up
            size = climb(parent, up, seeds, desk.ms, desk.trail)
            spread(self.where, desk.trail[:size], desk.ms, lane, desk.labels)
        sweep(*self.part, desk.labels)
        return lanes

    def desk(self) -> _Desk:
        return _Desk.of(self.metric.topology.parent.size, self.part[0].size - 1)


def ranked(metric: Metric, ends: Ends, name: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the ranks of the ends and the milliseconds to them, 32 bits both."""
    node, ms = np.atleast_2d(ends.node), np.atleast_2d(ends.ms)
    inside = (node >= 0) & (node < metric.topology.rank.size)
    if node.shape != ms.shape or not inside.all() or (ms < 0).any():
        message = f"{name}: nodes that are not there or times below zero - check the ends"
        raise UsageError(message)
    return metric.topology.rank[node], np.minimum(ms, NEVER).astype(np.int32)


def matrix(metric: Metric, origins: Ends, targets: Ends, *, threads: int = 2) -> NDArray[np.int32]:
    """Return the fastest times between all origins and all targets.

    Sixteen origins climb and are then swept down together, over nothing but what lies above the
    targets (Delling, Goldberg and Werneck 2011).

    Parameters
    ----------
    metric
        The hierarchy.
    origins, targets
        Where trips start and end.
    threads
        How many batches run at once; the result does not depend on it.

    Returns
    -------
    times : numpy.ndarray
        Whole milliseconds, ``NEVER`` where there is no way; int32, shape (origins, targets).

    Raises
    ------
    UsageError
        If an end is not in the network.
    """
    start, end = ranked(metric, origins, "origins"), ranked(metric, targets, "targets")
    times = np.full((start[0].shape[0], end[0].shape[0]), NEVER, np.int32)
    where, *part = restrict(metric.topology.parent, metric.down, end[0][end[1] < NEVER])
    search = _Search(metric, start, frozen(where, np.int32), frozen_star(*part))
    # A closed way may lead to a node that was left out; its row is never read.
    rows = where[end[0]]
    desks: SimpleQueue[_Desk] = SimpleQueue()
    for _ in range(threads):
        desks.put(search.desk())

    def fill(at: int) -> None:
        desk = desks.get()
        lanes = search.run(at, desk)
        collect(desk.labels, rows, end[1], times[at : at + lanes])
        desks.put(desk)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(0, times.shape[0], WIDTH)))
    np.minimum(times, NEVER, out=times)
    return times


def one_to_all(
    metric: Metric, origins: Ends, *, threads: int = 2, spare: int = 0
) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Yield the times from the origins to all nodes, sixteen origins at a time.

    Parameters
    ----------
    metric
        The hierarchy.
    origins
        Where trips start.
    threads
        How many batches run ahead; what is yielded does not depend on it.
    spare
        Columns more than there are nodes, for the caller to write to.

    Yields
    ------
    rows, times : tuple of slice and numpy.ndarray
        Which origins, and whole milliseconds to each node of the network in its own order,
        ``NEVER`` where there is no way; int32, shape (up to 16, nodes + spare).

    Raises
    ------
    UsageError
        If an end is not in the network.
    """
    start = ranked(metric, origins, "origins")
    count = metric.topology.rank.size
    search = _Search(metric, start, frozen(np.arange(count), np.int32), metric.down)
    desks: SimpleQueue[_Desk] = SimpleQueue()
    for _ in range(threads):
        desks.put(search.desk())

    def batch(at: int) -> tuple[slice, NDArray[np.int32]]:
        desk = desks.get()
        lanes = search.run(at, desk)
        times = np.empty((lanes, count + spare), np.int32)
        settle(desk.labels, metric.topology.rank, times)
        desks.put(desk)
        return slice(at, at + lanes), times

    starts = iter(range(0, start[0].shape[0], WIDTH))
    with ThreadPoolExecutor(threads) as pool:
        # As many batches wait as threads run: a slow reader never makes memory grow.
        ahead: list[Future[tuple[slice, NDArray[np.int32]]]]
        ahead = [pool.submit(batch, at) for at in islice(starts, threads + 1)]
        while ahead:
            done = ahead.pop(0).result()
            ahead.extend(pool.submit(batch, at) for at in islice(starts, 1))
            yield done

"""A hierarchy with travel times on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.times.hierarchy._customise import (
    NEVER,
    keep,
    lay,
    relax_lower,
    relax_upper,
    share,
)
from clustergeo.times.hierarchy._symbolic import group
from clustergeo.times.hierarchy.topology import Topology, frozen

__all__ = ["Metric", "Star", "customise", "frozen_star"]

Star = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]

_Shape = tuple[NDArray[np.int64], NDArray[np.int32]]
_Both = tuple[NDArray[np.int32], NDArray[np.int32]]

_CACHE_LINE: Final = 64
_PIECES: Final = 4  # of the elimination tree, at least; more would leave more to its top


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Metric:
    """Travel times on a topology; make it with :func:`customise`.

    Parameters
    ----------
    topology
        The contracted network.
    time_ms
        Milliseconds of each edge of the network.
    up_ms, down_ms
        Milliseconds of each arc, upward and downward.
    up, down
        Arcs that searches look at, by lower end: first, head, milliseconds.
    """

    topology: Topology
    time_ms: NDArray[np.int32]
    up_ms: NDArray[np.int32]
    down_ms: NDArray[np.int32]
    up: Star
    down: Star


def customise(
    topology: Topology, time_ms: NDArray[Any], *, perfect: bool = True, threads: int = 2
) -> Metric:
    """Put travel times on a topology; nothing is contracted again.

    Parameters
    ----------
    topology
        The contracted network.
    time_ms
        Whole milliseconds of each edge, 0 to ``NEVER``; ``NEVER`` closes an edge.
    perfect
        Whether to drop the arcs that no fastest way needs: twice the work here, half of it in
        each search. Worth it from a hundred origins on.
    threads
        How many parts of the network run at once; the result does not depend on it.

    Returns
    -------
    metric : Metric

    Raises
    ------
    UsageError
        If there is not one time for each edge, or one is out of range.
    """
    times = np.asarray(time_ms)
    if times.shape != topology.head.shape or times.dtype.kind not in "iu":
        message = f"time_ms: {times.dtype} {times.shape} - pass {topology.head.shape} integers"
        raise UsageError(message)
    if times.size and not (times.min() >= 0 and times.max() <= NEVER):
        message = f"time_ms: {times.min()} to {times.max()} - pass 0 to {NEVER} milliseconds"
        raise UsageError(message)
    times = frozen(times, np.int32)
    shape = topology.up_first, topology.up_head
    up, down = lay(topology.slot, times, topology.up_head.size)
    trees = _Trees.of(topology)
    trees.relax_lower(shape, (up, down), threads)
    stars: tuple[Star, Star] = ((*shape, frozen(up, np.int32)), (*shape, frozen(down, np.int32)))
    if perfect:
        least = up.copy(), down.copy()
        trees.relax_upper(shape, least, threads)
        stars = (
            frozen_star(*keep(*shape, up, least[0])),
            frozen_star(*keep(*shape, down, least[1])),
        )
    return Metric(topology, times, frozen(up, np.int32), frozen(down, np.int32), *stars)


@dataclass(frozen=True, slots=True, eq=False)
class _Trees:
    """The elimination tree cut into subtrees that are customised independently, and the top."""

    low: Star
    piece: NDArray[np.int32]
    ranks: list[NDArray[np.int32]]

    @classmethod
    def of(cls, topology: Topology) -> _Trees:
        piece, count = share(topology.parent, _PIECES)
        ranks = np.arange(piece.size, dtype=np.int32)
        first, ranks = group(piece, ranks, count)
        low = topology.low_first, topology.low_arc, topology.low_tail
        return cls(low, piece, np.split(ranks, first[1:-1]))

    def relax_lower(self, shape: _Shape, ms: _Both, threads: int) -> None:
        top, last = self.ranks[-1], len(self.ranks) - 1

        def below(ranks: NDArray[np.int32]) -> None:
            relax_lower(shape, self.low, ms, ranks, (self.piece, 0, last))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(below, self.ranks[:-1]))
            # Ranks of the top write to arcs of their own and read what is now final.
            list(pool.map(below, np.array_split(top, _PIECES)))
        relax_lower(shape, self.low, ms, top, (self.piece, last, last + 1))

    def relax_upper(self, shape: _Shape, ms: _Both, threads: int) -> None:
        relax_upper(shape, ms, self.ranks[-1])
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(partial(relax_upper, shape, ms), self.ranks[:-1]))


def frozen_star(first: Any, head: Any, ms: Any) -> Star:  # noqa: ANN401 - arrays
    """Return a forward star as arrays that cannot be written to."""
    return frozen(first, np.int64), frozen(head, np.int32), frozen(ms, np.int32)

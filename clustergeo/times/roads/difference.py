"""What edits changed of a turn graph: arcs that came, went or take other times, and little else.

States of the old graph stay states of the new one: nodes keep their rows, and the copy of an edge
is the copy of what is now its last piece.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.networks._stem import Stem
from clustergeo.times.hierarchy import NEVER
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["MOST_SPOTS", "Difference", "difference_of"]

MOST_SPOTS: Final = 512
"""States that new arcs touch, at most: the times between all of them are kept."""

_FEW_SPOTS: Final = 256  # up to which new arcs are sooner done than other times on old ones

Arcs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A turn graph as an old one with some arcs more and other times.

    Parameters
    ----------
    new_state
        State of the new graph that each state of the old one is, -1 where it is none any more.
    old_state
        The other way round.
    time_ms
        Milliseconds of the arcs of the old graph, ``NEVER`` where one is gone for good.
    same
        Whether these are the times the old graph had.
    spots
        States of the new graph that new arcs touch, and all that the old graph has not; sorted.
    tail, head, ms
        The new arcs, as rows of the spots, and their milliseconds.
    """

    new_state: NDArray[np.int32]
    old_state: NDArray[np.int32]
    time_ms: NDArray[np.int32]
    same: bool
    spots: NDArray[np.int32]
    tail: Arcs
    head: Arcs
    ms: Arcs


def difference_of(old: TurnGraph, new: TurnGraph, stem: Stem) -> Difference | None:
    """Return what edits changed of a turn graph, None where that is too much to be patched.

    Every path of the new graph is one over old arcs, at the times they are given here, and new
    ones, and the other way round: the fastest times are the same.

    Parameters
    ----------
    old, new
        The turn graphs of the network before and after.
    stem
        What became of its edges.
    """
    new_state = _new_states(old, new, stem)
    there = _arcs_there(old, new, stem, new_state)
    kept = np.flatnonzero(there >= 0)
    added = np.ones(new.head.size, bool)
    added[there[kept]] = False
    old_state = np.full(new.first.size - 1, -1, np.int32)
    stays = np.flatnonzero(new_state >= 0)
    old_state[new_state[stays]] = stays
    came = _Arcs.of(new, np.flatnonzero(added), np.flatnonzero(old_state < 0))
    if came.spots.size > MOST_SPOTS:
        return None
    was_ms = np.minimum(old.time_ms, NEVER)
    now_ms = was_ms.copy()
    now_ms[kept] = np.minimum(new.time_ms[there[kept]], NEVER)
    # An arc that a way over new ones makes up for may stay: nothing is put on the hierarchy again.
    lost = np.flatnonzero(there < 0)
    now_ms[lost[~_made_up(old, lost, new_state, came)]] = NEVER
    faster = np.flatnonzero(now_ms < was_ms)
    if faster.size and faster.size <= _FEW_SPOTS and not (now_ms > was_ms).any():
        # A few faster roads are new ones beside the old.
        added[there[faster]] = True
        more = _Arcs.of(new, np.flatnonzero(added), np.flatnonzero(old_state < 0))
        if more.spots.size <= _FEW_SPOTS:
            came, now_ms = more, was_ms
    return Difference(
        new_state=fixed(new_state),
        old_state=fixed(old_state),
        time_ms=fixed(now_ms),
        same=now_ms is was_ms or not (now_ms != was_ms).any(),
        spots=fixed(came.spots),
        tail=fixed(came.tail),
        head=fixed(came.head),
        ms=fixed(came.ms),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """A few arcs, over the states that they touch."""

    spots: NDArray[np.int32]
    tail: Arcs
    head: Arcs
    ms: Arcs

    @classmethod
    def of(cls, graph: TurnGraph, arcs: Arcs, more: Arcs) -> _Arcs:
        """Return some arcs of a graph; some states more count among the spots."""
        tail, head = graph.tail[arcs], graph.head[arcs]
        spots = np.unique(np.concatenate([tail, head, more])).astype(np.int32)
        ms = np.minimum(graph.time_ms[arcs], NEVER).astype(np.int64)
        return cls(spots, np.searchsorted(spots, tail), np.searchsorted(spots, head), ms)

    def star(self) -> dict[int, list[tuple[int, int]]]:
        """Return the arcs by the spot they leave."""
        star: dict[int, list[tuple[int, int]]] = {}
        ends = zip(self.tail.tolist(), self.head.tolist(), self.ms.tolist(), strict=True)
        for tail, head, ms in ends:
            star.setdefault(tail, []).append((head, ms))
        return star


def _new_states(old: TurnGraph, new: TurnGraph, stem: Stem) -> NDArray[np.int32]:
    """Return the state of the new graph that each of the old one is, -1 where it is none."""
    nodes, new_nodes = old.copy_first.size - 1, new.copy_first.size - 1
    last = stem.leave[old.copied]
    after = np.append(new.after, -1)[last]  # -1 points to the last
    copies = np.where(after >= new_nodes, after, -1)
    return np.concatenate([np.arange(nodes), copies]).astype(np.int32)


def _arcs_there(old: TurnGraph, new: TurnGraph, stem: Stem, new_state: NDArray[np.int32]) -> Arcs:
    """Return the arc of the new graph that each of the old one is, -1 where it is none."""
    edges, new_edges = old.after.size, new.after.size
    there = np.where(stem.whole, stem.enter[:-1], -1)
    if old.extra.size:
        copy = new_state[old.tail[edges:]].astype(np.int64)
        along = there[old.extra]
        sought = np.where((copy >= 0) & (along >= 0), copy * new_edges + along, -1)
        exits = new.tail[new_edges:].astype(np.int64) * new_edges + new.extra
        row = np.minimum(np.searchsorted(exits, sought), max(exits.size - 1, 0))
        found = exits[row] == sought if exits.size else np.zeros(sought.size, bool)
        there = np.concatenate([there, np.where(found, new_edges + row, -1)])
    if old.copied.size or new.copied.size:
        # A road whose turns changed may end in another state than before.
        kept = np.flatnonzero(there >= 0)
        moved = new_state[old.head[kept]] != new.head[there[kept]]
        there[kept[moved]] = -1
    return there


def _made_up(
    old: TurnGraph, lost: Arcs, new_state: NDArray[np.int32], came: _Arcs
) -> NDArray[np.bool_]:
    """Return which lost arcs are no faster than a way over new arcs alone."""
    made = np.zeros(lost.size, bool)
    if not came.spots.size:
        return made
    spots, star = came.spots, came.star()
    ends = new_state[old.tail[lost]], new_state[old.head[lost]]
    at = [np.minimum(np.searchsorted(spots, states), spots.size - 1) for states in ends]
    near = (spots[at[0]] == ends[0]) & (spots[at[1]] == ends[1])
    for i in np.flatnonzero(near).tolist():
        limit = int(min(old.time_ms[lost[i]], NEVER))
        made[i] = _within(star, int(at[0][i]), int(at[1][i]), limit)
    return made


def _within(star: dict[int, list[tuple[int, int]]], start: int, goal: int, limit: int) -> bool:
    """Return whether a goal is reached within a limit."""
    heap, seen = [(0, start)], dict[int, int]()
    while heap:
        ms, at = heapq.heappop(heap)
        if at == goal:
            return True
        if seen.setdefault(at, ms) < ms:
            continue
        for other, took in star.get(at, ()):
            if ms + took <= limit and other not in seen:
                heapq.heappush(heap, (ms + took, other))
    return False

"""What sets of hypothetical links save together: drives that may chain them, rides that take one.

Both count clients, pairs of places or departures of pairs, each with a weight, and answer the
same three questions, so that one search for the best set serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["LinkSet", "RideChoices", "RoadLinks", "shortened"]

Minutes = NDArray[np.float64]
Way = tuple[tuple[int, ...], Minutes]
"""Nodes that a link joins, and its minutes from each to each."""


class LinkSet(Protocol):
    """Links that can be added one by one; a state is what some of them make of the minutes."""

    @property
    def weights(self) -> Minutes:
        """Weight of each client."""

    def start(self) -> Minutes:
        """Return the state without links."""

    def joined(self, state: Minutes, link: int) -> Minutes:
        """Return a state with one link more."""

    def saved(self, state: Minutes) -> float:
        """Return the weighted minutes that a state saves."""

    def best_case(self) -> Minutes:
        """Return what a link can save each client at most, whatever the others do."""


def shortened(minutes: Minutes, way: Way) -> Minutes:
    """Return shortest minutes between all nodes with one link more; exact where they are shortest.

    Parameters
    ----------
    minutes
        Shortest minutes from each node to each, infinite where there is no way.
    way
        Nodes of the link, and its minutes from each to each.

    Examples
    --------
    >>> far = np.array([[0.0, 9.0], [9.0, 0.0]])
    >>> shortened(far, ((0, 1), np.array([[0.0, 4.0], [5.0, 0.0]]))).tolist()
    [[0.0, 4.0], [5.0, 0.0]]
    """
    nodes, ride = way
    found = minutes
    # Edge by edge: no shortest way takes one edge twice, so that each is exact.
    for i, start in enumerate(nodes):
        for j, end in enumerate(nodes):
            if i != j:
                found = np.minimum(found, (found[:, start] + ride[i, j])[:, None] + found[end])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class RoadLinks:
    """Hypothetical roads: a drive may take several of them, one after the other.

    Parameters
    ----------
    minutes
        Shortest minutes from each node to each without them.
    ways
        Each road.
    pairs
        Rows and columns of the pairs that count.
    weights
        Weight of each pair.
    """

    minutes: Minutes
    ways: Sequence[Way]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
    weights: Minutes

    def start(self) -> Minutes:
        """Return the minutes without roads."""
        return self.minutes

    def joined(self, state: Minutes, link: int) -> Minutes:
        """Return the minutes with one road more."""
        return shortened(state, self.ways[link])

    def saved(self, state: Minutes) -> float:
        """Return the weighted minutes that all pairs save."""
        return float(self.weights @ (self.minutes[self.pairs] - state[self.pairs]))

    def best_case(self) -> Minutes:
        """Return what each road can save each pair at most.

        A way by a road is never shorter than that road with all others leading to it and on, and
        never saves more than all of it against no road at all.
        """
        least = self.minutes
        for way in self.ways:
            least = shortened(least, way)
        rows, columns = self.pairs
        found = np.zeros((len(self.ways), len(rows)))
        for link, (nodes, ride) in enumerate(self.ways):
            at = list(nodes)
            via = (least[rows][:, at, None] + ride + least[at][:, columns].T[:, None]).min((1, 2))
            found[link] = np.maximum(self.minutes[self.pairs] - via, 0.0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class RideChoices:
    """Hypothetical services: at each departure one takes the best, and never two in one trip.

    Parameters
    ----------
    minutes
        Minutes of each client without them.
    via
        Minutes of each client by each service, infinite where it is of no use; shape (services,
        clients).
    weights
        Weight of each client.
    """

    minutes: Minutes
    via: Minutes
    weights: Minutes

    def start(self) -> Minutes:
        """Return the minutes without services."""
        return self.minutes

    def joined(self, state: Minutes, link: int) -> Minutes:
        """Return the minutes with one service more."""
        found: Minutes = np.minimum(state, self.via[link])
        return found

    def saved(self, state: Minutes) -> float:
        """Return the weighted minutes that all clients save."""
        return float(self.weights @ (self.minutes - state))

    def best_case(self) -> Minutes:
        """Return what each service saves each client by itself: no other one adds to that."""
        found: Minutes = np.maximum(self.minutes - self.via, 0.0)
        return found

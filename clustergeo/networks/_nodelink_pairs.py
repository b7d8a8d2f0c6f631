"""Find the two links that are the two directions of one road."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["opposite_links"]

MOST_APART: Final = 0.01
"""Share by which the lengths of two directions may differ: each is drawn on its own side."""

Rows = NDArray[np.int64]


def opposite_links(
    start: Rows, end: Rows, road: tuple[Rows, ...], length_m: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return for each link the one that leads back over the same road, -1 where there is none.

    Two links are a pair if each starts where the other ends, their names and numbers agree, and
    their lengths differ by ``MOST_APART`` at most. Where several run between the same nodes, the
    shortest of one direction goes with the shortest of the other, and so on. Two directions that
    are further apart, or meet other nodes, stay single: there a median parts them.

    Parameters
    ----------
    start, end
        Nodes, shape (links,).
    road
        Codes of what names the road; all must agree.
    length_m
        Metres.

    Examples
    --------
    >>> start, end, name = np.array([0, 1, 1]), np.array([1, 0, 2]), np.array([5, 5, 5])
    >>> opposite_links(start, end, (name,), np.array([100.0, 100.5, 80.0]))
    array([ 1,  0, -1], dtype=int32)
    """
    low, high, back = np.minimum(start, end), np.maximum(start, end), start > end
    row = np.arange(start.size)
    order = np.lexsort((row, length_m, back, *road, high, low))
    # Sorted, the links of a pair of nodes and a road lie together, those that lead back behind.
    keys = np.stack([column[order] for column in (low, high, *road)])
    new = np.ones(order.size, bool)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    group = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    forth = np.bincount(group, weights=~back[order], minlength=first.size).astype(np.int64)
    size = np.diff(np.append(first, order.size))
    rank = np.arange(order.size) - first[group]
    # A road from a node to itself has no other direction that could be told from it.
    paired = ~back[order] & (rank + forth[group] < size[group]) & (low != high)[order]
    one = order[paired]
    other = order[np.flatnonzero(paired) + forth[group[paired]]]
    alike = np.abs(length_m[one] - length_m[other]) <= MOST_APART * np.minimum(
        length_m[one], length_m[other]
    )
    opposite = np.full(start.size, -1, np.int32)
    opposite[one[alike]], opposite[other[alike]] = other[alike], one[alike]
    return opposite

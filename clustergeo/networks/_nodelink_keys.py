"""Joins by id on flat arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["first_repeat", "rows_of"]

Ids = NDArray[np.int64]


def rows_of(wanted: Ids, ids: Ids) -> Ids:
    """Return the row of each wanted id among unique ids, -1 where it is not there.

    Examples
    --------
    >>> rows_of(np.array([7, 8, 9]), np.array([9, 7]))
    array([ 1, -1,  0])
    """
    if not ids.size:
        return np.full(wanted.shape, -1, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    place = np.minimum(np.searchsorted(ids, wanted, sorter=order), ids.size - 1)
    rows = order[place]
    return np.where(ids[rows] == wanted, rows, -1)


def first_repeat(ids: Ids) -> tuple[int, int] | None:
    """Return the row of the first id that stands above it already, and how many such rows.

    Examples
    --------
    >>> first_repeat(np.array([5, 6, 5, 5]))
    (2, 2)
    """
    order = np.argsort(ids, kind="stable")
    again = np.sort(order[1:][ids[order[1:]] == ids[order[:-1]]])
    return (int(again[0]), again.size) if again.size else None

"""The vertices of edges, gathered from the lines that both directions of a road share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["slices", "vertex_rows"]


def slices(
    first: NDArray[np.int64], rows: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which row each entry is of, and its step within, for rows of different lengths.

    Examples
    --------
    >>> index, step = slices(np.array([0, 2, 5]), np.array([1, 0]))
    >>> index.tolist(), step.tolist()
    ([0, 0, 0, 1, 1], [0, 1, 2, 0, 1])
    """
    count = first[rows + 1] - first[rows]
    index = np.repeat(np.arange(rows.size), count)
    return index, np.arange(index.size) - np.repeat(np.cumsum(count) - count, count)


def vertex_rows(
    line_first: NDArray[np.int64], line: NDArray[np.int32], backward: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices of edges in the direction of travel, and which edge each is of.

    Parameters
    ----------
    line_first
        Vertices of line i are ``line_first[i]:line_first[i + 1]``.
    line, backward
        Line of each edge, and whether it runs against its drawing.

    Examples
    --------
    >>> at, index = vertex_rows(np.array([0, 2, 5]), np.array([1, 0], np.int32),
    ...                         np.array([True, False]))
    >>> at.tolist(), index.tolist()
    ([4, 3, 2, 0, 1], [0, 0, 0, 1, 1])
    """
    index, step = slices(line_first, line)
    last = line_first[line + 1] - 1
    return np.where(backward[index], last[index] - step, line_first[line][index] + step), index

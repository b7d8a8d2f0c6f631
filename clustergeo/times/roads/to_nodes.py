"""Milliseconds to all nodes of the network, from those to all states of its turn graph."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clustergeo.times.hierarchy import Ends
from clustergeo.times.roads.engine import Engine

__all__ = ["node_rows"]


def node_rows(engine: Engine, origins: Ends) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Yield milliseconds to all nodes, some origins a time; no more than that is in memory.

    A node is reached when its state or one of its copies is: the least of them counts.

    Parameters
    ----------
    engine
        What finds the drives.
    origins
        Where they start, in states of the engine's turn graph.

    Yields
    ------
    rows, ms : tuple of slice and numpy.ndarray
        Which origins, and whole milliseconds (``NEVER`` where there is no way); int32, shape
        (rows, nodes).
    """
    copy_first = engine.graph.copy_first
    nodes = copy_first.size - 1
    copied = np.flatnonzero(np.diff(copy_first))
    for rows, states in engine.rows(origins):
        ms = states[:, :nodes]
        if copied.size:
            least = np.minimum.reduceat(states[:, nodes:], copy_first[copied], axis=1)
            ms = ms.copy()
            ms[:, copied] = np.minimum(ms[:, copied], least)
        yield rows, ms

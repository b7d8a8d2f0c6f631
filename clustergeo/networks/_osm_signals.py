"""Put the traffic signals of OpenStreetMap on the nodes where drivers wait for them.

Mappers set a signal either on the junction or on each approach, where the line to stop at is. An
approach pays once, at its junction, whichever way it was mapped.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIGNAL_REACH_M", "signalled"]

SIGNAL_REACH_M: Final = 30.0
"""A signal this near to a junction, along the road, is one of its approaches."""

_ROADS_OF_A_JUNCTION: Final = 3

Rows = NDArray[np.int64]


def signalled(
    at_node: NDArray[np.bool_],
    ends: NDArray[np.int32],
    piece: Rows,
    before_m: NDArray[np.float64],
    behind_m: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], int]:
    """Return whether traffic is signalled at each node, and how many signals stand elsewhere.

    A signal on a node counts there. One between nodes counts at the nearer end of its piece where
    three roads or more meet, up to ``SIGNAL_REACH_M`` away; further out it stands at a crossing
    for pedestrians, or at a junction with roads that are not in the network.

    Parameters
    ----------
    at_node
        Whether a node itself is a signal, shape (nodes,).
    ends
        Nodes that the pieces join, shape (2, pieces).
    piece, before_m, behind_m
        Of each signal between nodes: its piece, and metres from the start and to the end of it.

    Examples
    --------
    >>> ends = np.array([[0, 1, 1], [1, 2, 3]])
    >>> signalled(np.zeros(4, bool), ends, np.array([0]), np.array([80.0]), np.array([20.0]))
    (array([False,  True, False, False]), 0)
    """
    signal = at_node.copy()
    busy = np.bincount(ends.ravel(), minlength=signal.size) >= _ROADS_OF_A_JUNCTION
    both = ends[:, piece]
    away_m = np.where(busy[both], np.stack([before_m, behind_m]), np.inf)
    nearer = away_m.argmin(axis=0)
    near = away_m.min(axis=0) <= SIGNAL_REACH_M
    signal[both[nearer, np.arange(piece.size)][near]] = True
    return signal, int(np.count_nonzero(~near))

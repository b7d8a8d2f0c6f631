"""All drives between two sets of snapped places, as matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork
from clustergeo.times._dijkstra import UNREACHED
from clustergeo.times._drives import drives_from
from clustergeo.times._snaps import Snaps
from clustergeo.times._turns import turn_graph
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_MINUTE

__all__ = ["Trips", "all_trips"]

_LEGS_SHOWN: Final = 4
_WHOLE_KM_FROM: Final = 9.95  # from ten kilometres on, tenths say nothing


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Drives between all pairs, shape (origins, destinations) each.

    Parameters
    ----------
    ms
        Milliseconds on the network; ``UNREACHED`` where there is no way.
    found
        Whether the drive is there and short enough.
    driven_m
        Metres on the network, NaN where not found.
    assumed
        Whether a speed on the way is assumed.
    legs
        The longest stretches in order of travel, ``""`` where not found.
    """

    ms: NDArray[np.int64]
    found: NDArray[np.bool_]
    driven_m: NDArray[np.float64]
    assumed: NDArray[np.bool_]
    legs: NDArray[np.object_]


def all_trips(
    network: RoadNetwork, origins: Snaps, targets: Snaps, *, longest_min: NDArray[np.float64]
) -> Trips:
    """Return the drives of all pairs.

    Parameters
    ----------
    network
        The road network.
    origins, targets
        Snapped places.
    longest_min
        Minutes up to which a drive counts, below zero for never; shape (origins, targets).
    """
    shape = longest_min.shape
    ms = np.full(shape, UNREACHED, np.int64)
    found = np.zeros(shape, bool)
    driven_m = np.full(shape, np.nan)
    assumed = np.zeros(shape, bool)
    legs = np.full(shape, "", dtype=object)
    graph = turn_graph(network)
    # One search takes about a millisecond: threads would cost more than they bring.
    for i in range(shape[0]):
        drives = drives_from(network, origins, i, targets, graph)
        ms[i] = drives.ms
        found[i] = (ms[i] < UNREACHED) & (ms[i] / MILLISECONDS_PER_MINUTE <= longest_min[i])
        for j in np.flatnonzero(found[i]).tolist():
            drive = drives.drive(j)
            metres = network.length_m[drive.edge] * drive.share
            driven_m[i, j] = metres.sum()
            assumed[i, j] = (network.speed_evidence[drive.edge] == ASSUMED).any()
            legs[i, j] = _legs(network.labels(drive.edge), metres)
    return Trips(ms, found, driven_m, assumed, legs)


def _legs(labels: NDArray[np.object_], metres: NDArray[np.float64]) -> str:
    """Return the longest stretches of one road in order of travel, such as ``A1 12 km > B3 4 km``.

    Ramps and roads without a name do not end a stretch.
    """
    stretches: list[tuple[str, float]] = []
    for label, metre in zip(labels.tolist(), metres.tolist(), strict=True):
        if stretches and stretches[-1][0] == label:
            stretches[-1] = (label, stretches[-1][1] + metre)
        elif label:
            stretches.append((label, metre))
    longest = sorted(range(len(stretches)), key=lambda i: (-stretches[i][1], i))[:_LEGS_SHOWN]
    return " > ".join(f"{stretches[i][0]} {_kilometres(stretches[i][1])}" for i in sorted(longest))


def _kilometres(metres: float) -> str:
    km = metres / METRES_PER_KILOMETRE
    return f"{km:.0f} km" if km >= _WHOLE_KM_FROM else f"{km:.1f} km"

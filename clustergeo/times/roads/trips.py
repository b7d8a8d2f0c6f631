"""All drives between two sets of snapped places, as matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.snaps import Snaps
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
    engine, names = engine_for(network, shape[0]), _Names.of(network)
    for i, drives in enumerate(drives_between(network, engine, origins, targets)):
        ms[i] = drives.ms
        found[i] = (ms[i] < UNREACHED) & (ms[i] / MILLISECONDS_PER_MINUTE <= longest_min[i])
        edge = drives.pieces.edge
        target = np.repeat(np.arange(shape[1]), np.diff(drives.first))
        metres = network.length_m[edge] * drives.pieces.share
        total_m = np.bincount(target, weights=metres, minlength=shape[1])
        driven_m[i, found[i]] = total_m[found[i]]
        weak = target[network.speed_evidence[edge] == ASSUMED]
        assumed[i] = found[i] & (np.bincount(weak, minlength=shape[1]) > 0)
        told = found[i][target]
        for j, text in _legs(names, edge[told], target[told], metres[told]):
            legs[i, j] = text
    return Trips(ms, found, driven_m, assumed, legs)


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    """What a traveller calls roads, as numbers that are equal where the texts are; -1 for none."""

    network: RoadNetwork
    texts: NDArray[np.object_]
    of_name: NDArray[np.int64]
    of_ref: NDArray[np.int64]
    ramp: NDArray[np.bool_]

    @classmethod
    def of(cls, network: RoadNetwork) -> _Names:
        texts = np.array([*network.names, *network.refs], object)
        number, known = pd.factorize(texts)
        number[texts == ""] = -1
        of_name, of_ref = np.split(number, [len(network.names)])
        ramp = np.array([name.endswith("_link") for name in network.classes], bool)
        return cls(network, known, of_name, of_ref, ramp)

    def numbers(self, edge: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the number of the name of each edge; see ``RoadNetwork.labels``."""
        network = self.network
        name, ref = self.of_name[network.name[edge]], self.of_ref[network.ref[edge]]
        return np.where(self.ramp[network.highway[edge]], -1, np.where(name >= 0, name, ref))


def _legs(
    names: _Names,
    edge: NDArray[np.int32],
    target: NDArray[np.int64],
    metres: NDArray[np.float64],
) -> Iterator[tuple[int, str]]:
    """Yield each target and the longest stretches of one road to it, in order of travel.

    Such as ``A1 12 km > B3 4.0 km``. Ramps and roads without a name do not end a stretch.
    """
    road = names.numbers(edge)
    named = road >= 0
    road, target, metres = road[named], target[named], metres[named]
    new = np.ones(road.size, bool)
    new[1:] = (np.diff(road) != 0) | (np.diff(target) != 0)
    # Sums in order of travel, the same for the same drive whatever stands beside it.
    length_m = np.bincount(np.cumsum(new) - 1, weights=metres)
    road, target = road[new], target[new]
    order = np.lexsort((-length_m, target))  # stable: of stretches equally long the first counts
    rank = np.arange(order.size) - np.searchsorted(target, target[order])
    shown = np.sort(order[rank < _LEGS_SHOWN])
    texts = names.texts[road[shown]].tolist()
    told = [
        f"{text} {_kilometres(m)}" for text, m in zip(texts, length_m[shown].tolist(), strict=True)
    ]
    ends, firsts = np.unique(target[shown], return_index=True)
    parts = pairwise([*firsts.tolist(), len(told)])
    for end, (first, last) in zip(ends.tolist(), parts, strict=True):
        yield end, " > ".join(told[first:last])


def _kilometres(metres: float) -> str:
    km = metres / METRES_PER_KILOMETRE
    return f"{km:.0f} km" if km >= _WHOLE_KM_FROM else f"{km:.1f} km"

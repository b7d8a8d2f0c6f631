"""What a road network holds, for people who have to decide whether to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._components import strong_components, weak_components
from clustergeo.networks._network import RoadNetwork
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["NetworkSummary", "summarise_network"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkSummary:
    """Counts and shares of one road network; two-way roads count once in lengths.

    Parameters
    ----------
    nodes, edges, turn_bans
        Counts; edges have one direction.
    length_km
        Length of the roads.
    strong_components, weak_components
        Counts of parts in which every node reaches every other, by the rules and against them.
    largest_strong, largest_weak
        Share of the nodes that the largest of them holds, 0 to 1.
    assumed_share
        Share of the length whose speed is assumed, 0 to 1.
    classes
        Table of ``highway``, ``km``, ``assumed_share`` and ``mean_kph`` (weighted by length), the
        longest class first.
    bbox
        West, south, east and north, degrees.
    source, date, notes
        As the network has them.
    """

    nodes: int
    edges: int
    turn_bans: int
    length_km: float
    strong_components: int
    weak_components: int
    largest_strong: float
    largest_weak: float
    assumed_share: float
    classes: pd.DataFrame
    bbox: tuple[float, float, float, float]
    source: str
    date: str
    notes: tuple[str, ...]


def summarise_network(network: RoadNetwork) -> NetworkSummary:
    """Return the counts and shares of a network.

    Parameters
    ----------
    network
        Any road network.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> summary = summarise_network(load_road_network())
    >>> summary.nodes, summary.strong_components, round(summary.assumed_share, 2)
    (4438, 2, 0.9)
    """
    strong = np.bincount(strong_components(network.first, network.head))
    weak = np.bincount(weak_components(network.tail, network.head, network.lon.size))
    classes = _classes(network)
    length_km = float(classes["km"].sum())
    assumed_km = float((classes["km"] * classes["assumed_share"]).sum())
    return NetworkSummary(
        nodes=network.lon.size,
        edges=network.tail.size,
        turn_bans=int(np.count_nonzero(network.banned)),
        length_km=length_km,
        strong_components=strong.size,
        weak_components=int(np.count_nonzero(weak)),
        largest_strong=float(strong.max() / network.lon.size),
        largest_weak=float(weak.max() / network.lon.size),
        assumed_share=assumed_km / length_km if length_km else 0.0,
        classes=classes,
        bbox=(
            float(network.lon.min()),
            float(network.lat.min()),
            float(network.lon.max()),
            float(network.lat.max()),
        ),
        source=network.source,
        date=network.date,
        notes=network.notes,
    )


def _classes(network: RoadNetwork) -> pd.DataFrame:
    once, size = network.once, len(network.classes)
    highway, metres = network.highway[once], network.length_m[once]

    def total(weights: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(highway, weights=weights, minlength=size)

    length = total(metres)
    nonzero = np.where(length > 0, length, 1.0)
    table = pd.DataFrame(
        {
            "highway": list(network.classes),
            "km": length / METRES_PER_KILOMETRE,
            "assumed_share": total(metres * network.assumed[once]) / nonzero,
            "mean_kph": total(metres * network.speed_kph[once]) / nonzero,
        }
    )
    used = table[np.bincount(highway, minlength=size) > 0]
    return used.sort_values(["km", "highway"], ascending=[False, True], ignore_index=True)

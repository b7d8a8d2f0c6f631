"""The hierarchy of a road network: made once, kept with it and on disk, and used for every state.

It is of the turn graph, whose states it contracts. A network in another congestion state has other
times on the same graph, so that it takes over the topology; the metric it makes itself.
"""

from __future__ import annotations

import importlib.util
import os
from typing import Any, Final

import numpy as np

from clustergeo.networks._network import SHAPE
from clustergeo.networks._stem import stem_of
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.hierarchy import NEVER, build, customise
from clustergeo.times.hierarchy.metric import Metric
from clustergeo.times.hierarchy.topology import Topology
from clustergeo.times.roads.difference import difference_of
from clustergeo.times.roads.patched import Patched, patched
from clustergeo.times.roads.saved import load_hierarchy, saved_hierarchy
from clustergeo.times.roads.turns import TurnGraph, turn_graph

__all__ = [
    "THREADS",
    "metric_of",
    "patched_of",
    "patched_s",
    "prepared_s",
    "topology_of",
    "turns_of",
]

THREADS: Final = min(os.cpu_count() or 1, 4)
"""Threads that search at once; each holds arrays of the size of the network."""

_BUILD_S: Final = 6e-6  # a state: 5.2 to 6.6 microseconds, the order by METIS and all
_CUSTOMISE_S: Final = 0.3e-6  # a state: 0.24 to 0.36
_PERFECT_S: Final = 1.1e-6  # a state: 1.07 to 1.3
_DIFFERENCE_S: Final = 0.1e-6  # a state: to tell what edits changed
_PERFECT_FROM: Final = 100  # origins from which the dearer metric is the faster one in all


def turns_of(network: RoadNetwork) -> TurnGraph:
    """Return the turn graph of a network, made once.

    A copy of the network with other arrays may share what is kept: it is asked whose it is.
    """
    arrays = tuple(getattr(network, name) for name in (*SHAPE, "tail", "time_ms"))
    of, graph = _made(network).get("turns", ((), None))
    if graph is None or any(a is not b for a, b in zip(arrays, of, strict=True)):
        graph = turn_graph(network)
        _made(network)["turns"] = arrays, graph
    found: TurnGraph = graph
    return found


def prepared_s(network: RoadNetwork, graph: TurnGraph, origins: int) -> float:
    """Return the seconds until a hierarchy stands, infinite where none can."""
    if _kept_metric(network, graph, origins):
        return 0.0
    states = graph.first.size - 1
    customise_s = states * (_PERFECT_S if origins >= _PERFECT_FROM else _CUSTOMISE_S)
    if _kept_topology(network, graph) or saved_hierarchy(network):
        return customise_s
    # The order of contraction is the work of METIS, which not everyone has.
    can = importlib.util.find_spec("pymetis") is not None
    return states * _BUILD_S + customise_s if can else float("inf")


def metric_of(network: RoadNetwork, graph: TurnGraph, origins: int) -> Metric:
    """Return the hierarchy of a network with its times, for a number of origins.

    Raises
    ------
    MissingExtraError
        If it is not there yet and METIS is not installed.
    RoadError
        If one is saved with the network and is damaged or of another network.
    """
    metric = _kept_metric(network, graph, origins)
    if metric is None:
        topology = topology_of(network, graph)
        # No engine takes an edge that lasts as long as none would.
        time_ms, perfect = np.minimum(graph.time_ms, NEVER), origins >= _PERFECT_FROM
        metric = customise(topology, time_ms, perfect=perfect, threads=THREADS)
        _made(network)["metric"] = graph, perfect, metric
    return metric


def patched_s(network: RoadNetwork, origins: int) -> float:
    """Return the seconds until the hierarchy of the network before its edits serves this one.

    Infinite where there is none; without those for other times on old roads, which only the
    difference tells.
    """
    stem = stem_of(network)
    if stem is None:
        return float("inf")
    graph = turns_of(stem.base)
    return graph.first.size * _DIFFERENCE_S + prepared_s(stem.base, graph, origins)


def patched_of(network: RoadNetwork, graph: TurnGraph, origins: int) -> Patched | None:
    """Return an engine out of the hierarchy of the network before its edits, made once.

    None where they changed too much. Several networks made of one share its hierarchy, as it is
    where an edit adds and cuts roads alone, with times of their own else.
    """
    perfect = origins >= _PERFECT_FROM
    of, good, kept = _made(network).get("patched", (None, False, None))
    if of is graph and good >= perfect:
        engine: Patched | None = kept
        return engine
    stem = stem_of(network)
    if stem is None:
        return None
    base = turns_of(stem.base)
    difference, engine = difference_of(base, graph, stem), None
    if difference is not None and difference.same:
        metric = metric_of(stem.base, base, origins)
        engine = patched(graph, metric, difference, THREADS)
    elif difference is not None:
        topology = topology_of(stem.base, base)
        metric = customise(topology, difference.time_ms, perfect=perfect, threads=THREADS)
        engine = patched(graph, metric, difference, THREADS)
    _made(network)["patched"] = graph, perfect, engine
    return engine


def topology_of(network: RoadNetwork, graph: TurnGraph) -> Topology:
    """Return the contracted turn graph of a network: kept, loaded or made, in this order.

    Raises
    ------
    MissingExtraError
        If it is not there yet and METIS is not installed.
    RoadError
        If one is saved with the network and is damaged or of another network.
    """
    topology = _kept_topology(network, graph)
    if topology is None:
        folder = saved_hierarchy(network)
        topology = load_hierarchy(folder, graph) if folder else build(graph.first, graph.head)
        _made(network)["topology"] = topology
    return topology


def _made(network: RoadNetwork) -> dict[str, Any]:
    return network._made  # noqa: SLF001


def _kept_metric(network: RoadNetwork, graph: TurnGraph, origins: int) -> Metric | None:
    """Return the metric made before, if it is of these times and good for so many origins."""
    of, perfect, metric = _made(network).get("metric", (None, False, None))
    kept: Metric | None = metric if of is graph and perfect >= (origins >= _PERFECT_FROM) else None
    return kept


def _kept_topology(network: RoadNetwork, graph: TurnGraph) -> Topology | None:
    """Return the topology made or loaded before, if it is of this graph."""
    kept: Topology | None = _made(network).get("topology")
    same = kept and all(
        np.array_equal(getattr(kept, name), getattr(graph, name)) for name in ("first", "head")
    )
    return kept if same else None

"""Give every edge of an osmnx graph a speed, its evidence and a travel time, all by osmnx."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import osmnx as ox

from clustergeo.errors import Fault, RoadError
from clustergeo.schemas.roads import FASTEST_KPH, SPEED_EVIDENCE
from clustergeo.units import MILLISECONDS_PER_SECOND

__all__ = ["check_graph", "set_travel_times"]

Edge = tuple[Any, Any, int]


def check_graph(graph: nx.MultiDiGraph[Any], *, file: str) -> None:
    """Raise RoadError unless every node has a place and every edge a class and a length."""
    fix = "build the graph with osmnx"
    if not graph.is_multigraph() or not graph.is_directed():
        raise RoadError(Fault(file, f"is a {type(graph).__name__}, not a MultiDiGraph", fix))
    if "crs" not in graph.graph:
        raise RoadError(Fault(file, "states no coordinate system", 'set graph.graph["crs"]'))
    if not graph.number_of_edges():
        raise RoadError(Fault(file, "has no edges", fix))
    faults = [
        Fault(file, f"node {node} has no coordinates ({data.get('x')}, {data.get('y')})", fix)
        for node, data in graph.nodes(data=True)
        if not (_finite(data.get("x")) and _finite(data.get("y")))
    ]
    for u, v, key, data in graph.edges(keys=True, data=True):
        faults += [
            Fault(file, f"edge {(u, v, key)}: {what} ({data.get(field)})", fix, field=field)
            for field, what, good in (
                ("osmid", "has no id", data.get("osmid") is not None),
                ("highway", "has no class", bool(data.get("highway"))),
                ("length", "is no length", _at_least_zero(data.get("length"))),
            )
            if not good
        ]
    if faults:
        raise RoadError(*faults)


def set_travel_times(
    graph: nx.MultiDiGraph[Any], *, fallback_kph: float, file: str
) -> nx.MultiDiGraph[Any]:
    """Return the graph with ``speed_kph``, ``speed_evidence`` and ``travel_time`` on every edge.

    What an edge already has is kept; osmnx fills in the rest. Limits that no road can have (zero,
    negative, above 200 km/h) count as missing instead of giving endless or timeless edges.

    Parameters
    ----------
    graph
        A graph that passes :func:`check_graph`; it is changed in place.
    fallback_kph
        Speed of road classes without any limit in the graph, kilometres per hour.
    file
        Name of the graph for messages.

    Raises
    ------
    RoadError
        If a speed is not positive or a travel time is negative or no number.
    """
    given_kph = _given(graph, "speed_kph")
    given_s = _given(graph, "travel_time")
    for _, _, data in graph.edges(data=True):
        if "maxspeed" in data and not _is_limit(data["maxspeed"]):
            del data["maxspeed"]
        # A speed without a limit beside it was imputed by whoever made the graph.
        evidence = data.setdefault(
            "speed_evidence", "published" if "maxspeed" in data else "assumed"
        )
        if evidence not in SPEED_EVIDENCE:
            data["speed_evidence"] = "assumed"
    if len(given_kph) < graph.number_of_edges():
        _fill_speeds(graph, fallback_kph)
        nx.set_edge_attributes(graph, given_kph, "speed_kph")
    _check_speeds(graph, file)
    ox.add_edge_travel_times(graph)
    nx.set_edge_attributes(graph, given_s, "travel_time")
    _round_times(graph, file)
    return graph


def _fill_speeds(graph: nx.MultiDiGraph[Any], fallback_kph: float) -> None:
    if any("maxspeed" in data for _, _, data in graph.edges(data=True)):
        ox.add_edge_speeds(graph, fallback=fallback_kph)
        return
    # osmnx averages the limits of a class; with none in the graph there is nothing to average.
    for _, _, data in graph.edges(data=True):
        data["speed_kph"] = fallback_kph


def _check_speeds(graph: nx.MultiDiGraph[Any], file: str) -> None:
    faults = []
    for u, v, key, data in graph.edges(keys=True, data=True):
        kph = data["speed_kph"]
        if not (_at_least_zero(kph) and kph > 0):
            what = f"edge {(u, v, key)}: is no speed ({kph})"
            faults.append(Fault(file, what, "give km/h above 0", field="speed_kph"))
    if faults:
        raise RoadError(*faults)


def _round_times(graph: nx.MultiDiGraph[Any], file: str) -> None:
    faults = []
    for u, v, key, data in graph.edges(keys=True, data=True):
        time_s = data["travel_time"]
        if not _at_least_zero(time_s):
            what = f"edge {(u, v, key)}: is no travel time ({time_s})"
            faults.append(Fault(file, what, "give seconds, 0 or more", field="travel_time"))
            continue
        # Whole milliseconds: osmnx adds floats and the engine adds integers; so rounded, both
        # sums are the same number of milliseconds and both find the same shortest time.
        data["travel_time"] = round(time_s * MILLISECONDS_PER_SECOND) / MILLISECONDS_PER_SECOND
    if faults:
        raise RoadError(*faults)


def _given(graph: nx.MultiDiGraph[Any], name: str) -> dict[Edge, float]:
    return {
        (u, v, key): data[name]
        for u, v, key, data in graph.edges(keys=True, data=True)
        if data.get(name) is not None
    }


def _is_limit(limit: Any) -> bool:  # noqa: ANN401 - OpenStreetMap holds anything
    """Return whether osmnx can read a possible limit from a tag; lists are left to osmnx."""
    if isinstance(limit, list):
        return True
    try:
        return 0 < float(limit) <= FASTEST_KPH
    except (TypeError, ValueError):
        # Units ("30 mph"), lanes ("80|100") and countries ("RO:urban"), but not "none" or "walk".
        return isinstance(limit, str) and (":" in limit or limit[:1].isdigit())


def _finite(value: Any) -> bool:  # noqa: ANN401 - attributes of a graph hold anything
    # numpy's numbers are no int, but they all convert.
    return hasattr(value, "__float__") and math.isfinite(float(value))


def _at_least_zero(value: Any) -> bool:  # noqa: ANN401
    return _finite(value) and float(value) >= 0

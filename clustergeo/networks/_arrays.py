"""Turn an osmnx graph into flat arrays, once; engines see nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from clustergeo.units import METRIC_CRS, MILLISECONDS_PER_SECOND, WGS84

__all__ = ["arrays_of"]

Key = tuple[Hashable, Hashable, int]


def arrays_of(graph: nx.MultiDiGraph[Any]) -> dict[str, Any]:
    """Return the fields of a RoadNetwork that follow from its graph.

    Edges are ordered by the node they leave, so that they are a forward star as they stand.

    Parameters
    ----------
    graph
        Graph in WGS84 with ``travel_time`` and ``speed_evidence`` on every edge.
    """
    nodes = tuple(graph.nodes)
    at = {node: i for i, node in enumerate(nodes)}
    # networkx lists edges by the node they leave, nodes in the order of the graph.
    rows = list(graph.edges(keys=True, data=True))
    tail = np.array([at[u] for u, _, _, _ in rows], np.int32)
    seconds = np.array([data["travel_time"] for *_, data in rows], np.float64)
    return {
        "nodes": nodes,
        "edges": tuple((u, v, key) for u, v, key, _ in rows),
        "lon": _column(graph, "x"),
        "lat": _column(graph, "y"),
        "tail": _fixed(tail),
        "head": _fixed(np.array([at[v] for _, v, _, _ in rows], np.int32)),
        "first": _fixed(np.searchsorted(tail, np.arange(len(nodes) + 1)).astype(np.int64)),
        "time_ms": _fixed(np.rint(seconds * MILLISECONDS_PER_SECOND).astype(np.int64)),
        "length_m": _fixed(np.array([data["length"] for *_, data in rows], np.float64)),
        "twin": _fixed(_twins([(u, v, data) for u, v, _, data in rows])),
        "assumed": _fixed(np.array([d["speed_evidence"] == "assumed" for *_, d in rows])),
        "highway": _texts([_first(data["highway"]) for *_, data in rows]),
        "label": _texts([_label(data) for *_, data in rows]),
        "lines": _fixed(_lines(graph, rows)),
    }


def _column(graph: nx.MultiDiGraph[Any], name: str) -> NDArray[np.float64]:
    return _fixed(np.array([value for _, value in graph.nodes(data=name)], np.float64))


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _texts(texts: list[str]) -> NDArray[np.object_]:
    return _fixed(np.array(texts, dtype=object))


def _first(value: object) -> str:
    """Return a tag as text; simplification by osmnx merges tags of several ways into a list."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def _label(data: dict[str, Any]) -> str:
    """Return what a traveller calls a road: its name, else its number; ramps have none."""
    if _first(data["highway"]).endswith("_link"):
        return ""
    return _first(data.get("name")) or _first(data.get("ref"))


def _twins(rows: list[tuple[Hashable, Hashable, dict[str, Any]]]) -> NDArray[np.int32]:
    """Return for each edge the one that runs the other way over the same road, else -1."""
    twin = np.full(len(rows), -1, np.int32)
    lone: defaultdict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for i, (u, v, data) in enumerate(rows):
        osmid = data["osmid"]
        ids = tuple(sorted(osmid)) if isinstance(osmid, list) else osmid
        road = (ids, round(float(data["length"]), 3))
        # A two-way loop from a node to itself is one pair; a one-way loop stays alone.
        if data.get("oneway") is not True and (others := lone[v, u, *road]):
            other = others.pop()
            twin[i], twin[other] = other, i
        else:
            lone[u, v, *road].append(i)
    return twin


def _lines(
    graph: nx.MultiDiGraph[Any], rows: list[tuple[Hashable, Hashable, int, dict[str, Any]]]
) -> NDArray[np.object_]:
    """Return the edges as lines in METRIC_CRS; an edge without geometry is straight."""
    xy = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    lines = np.array(
        [data.get("geometry") or shapely.LineString([xy[u], xy[v]]) for u, v, _, data in rows],
        dtype=object,
    )
    points, line = shapely.get_coordinates(lines, return_index=True)
    x, y = Transformer.from_crs(WGS84, METRIC_CRS, always_xy=True).transform(*points.T)
    projected: NDArray[np.object_] = shapely.linestrings(x, y, indices=line)
    return projected

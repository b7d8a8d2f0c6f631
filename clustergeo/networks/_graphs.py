"""From an osmnx graph to the fields of a network, and back."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import osmnx as ox
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo.errors import Fault, RoadError, UsageError
from clustergeo.networks._arrays import LONGEST_MS, arranged, fixed
from clustergeo.networks._codes import coded
from clustergeo.networks._speeds import check_graph, set_travel_times
from clustergeo.schemas.roads import SPEED_EVIDENCE
from clustergeo.units import MILLISECONDS_PER_SECOND, WGS84

if TYPE_CHECKING:
    from clustergeo.networks._network import RoadNetwork

__all__ = ["fields_of_graph", "frozen_graph", "graph_of", "route_of"]

_log = logging.getLogger(__name__)

Row = tuple[Hashable, Hashable, int, dict[str, Any]]

_FILE = "road graph"
_MOST_LANES = 255
_SIGNALS = "traffic_signals"  # of OpenStreetMap, as osmnx keeps it on nodes


def fields_of_graph(graph: nx.MultiDiGraph[Any], *, fallback_kph: float) -> dict[str, Any]:
    """Return the fields of a network that follow from a graph, which is left alone.

    Parameters
    ----------
    graph
        Any osmnx graph.
    fallback_kph
        Speed of road classes without any limit in the graph, kilometres per hour.

    Raises
    ------
    RoadError
        If the graph lacks what is needed; the message names the nodes or edges.
    """
    check_graph(graph, file=_FILE)
    working = graph.copy()
    try:
        geographic = CRS.from_user_input(graph.graph["crs"]).is_geographic
    except Exception as error:
        what = f"unknown coordinate system ({graph.graph['crs']})"
        raise RoadError(Fault(_FILE, what, "name an EPSG code")) from error
    if not geographic:
        working = ox.project_graph(working, to_latlong=True)
    set_travel_times(working, fallback_kph=fallback_kph, file=_FILE)
    return _fields(working)


def _fields(graph: nx.MultiDiGraph[Any]) -> dict[str, Any]:
    nodes = tuple(graph.nodes)
    at = {node: i for i, node in enumerate(nodes)}
    rows: list[Row] = list(graph.edges(keys=True, data=True))
    data = [tags for *_, tags in rows]
    highway, classes = coded([_first(tags["highway"]) for tags in data], np.uint8, file=_FILE)
    name, names = coded([_first(tags.get("name")) for tags in data], np.int32, file=_FILE)
    ref, refs = coded([_first(tags.get("ref")) for tags in data], np.int32, file=_FILE)
    edges: dict[str, NDArray[Any]] = {
        "tail": np.array([at[u] for u, *_ in rows], np.int32),
        "head": np.array([at[v] for _, v, *_ in rows], np.int32),
        "time_ms": _milliseconds(rows),
        "length_m": np.array([tags["length"] for tags in data], np.float64),
        "speed_kph": np.array([tags["speed_kph"] for tags in data], np.float32),
        "speed_evidence": np.array(
            [SPEED_EVIDENCE.index(tags["speed_evidence"]) for tags in data], np.uint8
        ),
        "highway": highway,
        "name": name,
        "ref": ref,
        "osmid": np.array([_number(tags["osmid"], i) for i, tags in enumerate(data)], np.int64),
        "lanes": np.array([_lanes(tags.get("lanes")) for tags in data], np.uint8),
        "toll": np.array([_first(tags.get("toll")) == "yes" for tags in data], bool),
        "twin": _twins(rows),
        # Each edge has a line of its own: the two directions of a road may be drawn apart.
        "line": np.arange(len(rows), dtype=np.int32),
        "backward": np.zeros(len(rows), bool),
        "keys": np.array([key for _, _, key, _ in rows], np.int64),
    }
    none = np.empty(0, np.int32)
    arrays = arranged(len(nodes), edges, none, none)
    keys = arrays.pop("keys")
    whole = all(isinstance(node, int) and not isinstance(node, bool) for node in nodes)
    node_id = np.array(nodes if whole else range(1, len(nodes) + 1), np.int64)
    renamed = () if whole else ("text ids of nodes are numbers from 1 on once it is saved",)
    places = {
        "node_id": node_id,
        "lon": np.array([x for _, x in graph.nodes(data="x")], np.float64),
        "lat": np.array([y for _, y in graph.nodes(data="y")], np.float64),
        "signal": _signals(graph),
    } | _lines(graph, rows)
    return {
        **arrays,
        **{field: fixed(array) for field, array in places.items()},
        "classes": classes,
        "names": names,
        "refs": refs,
        "source": _FILE,
        "date": "",
        "notes": renamed,
        "_made": {"graph": nx.freeze(graph), "nodes": nodes, "keys": keys},
    }


def _milliseconds(rows: Iterable[Row]) -> NDArray[np.int32]:
    seconds = np.array([tags["travel_time"] for *_, tags in rows], np.float64)
    ms = np.rint(seconds * MILLISECONDS_PER_SECOND)
    if (slow := ms >= LONGEST_MS).any():
        u, v, key, _ = list(rows)[int(slow.argmax())]
        what = f"edge {(u, v, key)}: takes {seconds[slow.argmax()]:,.0f} seconds"
        raise RoadError(Fault(_FILE, what, "correct its length or speed", field="travel_time"))
    return ms.astype(np.int32)


def _first(value: object) -> str:
    """Return a tag as text; simplification by osmnx merges tags of several ways into a list."""
    if isinstance(value, list):
        value = value[0] if value else ""
    # A blank cell of a table that became a graph is NaN, which differs from itself.
    return "" if value is None or value != value else str(value)  # noqa: PLR0124


def _number(osmid: object, row: int) -> int:
    """Return an id as a whole number; what is none (a text) is told by its row, from 1 on."""
    try:
        return int(_first(osmid))
    except ValueError:
        return row + 1


def _lanes(value: object) -> int:
    try:
        return min(max(int(float(_first(value))), 0), _MOST_LANES)
    except (ValueError, OverflowError):
        return 0


def _twins(rows: list[Row]) -> NDArray[np.int32]:
    """Return for each edge the one that runs the other way over the same road, else -1."""
    twin = np.full(len(rows), -1, np.int32)
    lone: defaultdict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for i, (u, v, _, data) in enumerate(rows):
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


def _lines(graph: nx.MultiDiGraph[Any], rows: list[Row]) -> dict[str, NDArray[Any]]:
    """Return the vertices of the edges; an edge without geometry is straight."""
    xy = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    lines = np.array(
        [data.get("geometry") or shapely.LineString([xy[u], xy[v]]) for u, v, _, data in rows],
        dtype=object,
    )
    first = np.concatenate([[0], np.cumsum(shapely.get_num_points(lines))])
    lon, lat = shapely.get_coordinates(lines).T.copy()
    return {"line_first": first.astype(np.int64), "line_lon": lon, "line_lat": lat}


def _signals(graph: nx.MultiDiGraph[Any]) -> NDArray[np.bool_]:
    """Return whether nodes are tagged as signals, nothing where no node has such a tag at all."""
    kinds: list[Any] = [kind for _, kind in graph.nodes(data="highway")]
    known = len(kinds) if any(kind is not None for kind in kinds) else 0
    return np.array([kind == _SIGNALS for kind in kinds[:known]], np.bool_)


def route_of(network: RoadNetwork, from_node: Hashable, to_node: Hashable) -> tuple[Hashable, ...]:
    """Return the nodes of the fastest route by osmnx, none if there is no way."""
    for node in (from_node, to_node):
        if node not in network.graph:
            message = f"no such node ({node}) - use one of RoadNetwork.nodes"
            raise UsageError(message)
    if bans := int(np.count_nonzero(network.banned)):
        _log.warning("the route ignores %d turn bans of the network", bans)
    # A list of one: osmnx would take a text id for a list of nodes.
    ends: list[list[Any]] = [[from_node], [to_node]]
    found = ox.routing.shortest_path(network.graph, *ends, weight="travel_time")
    return tuple(found[0] or ())


def frozen_graph(
    network: RoadNetwork, make: Callable[[], nx.MultiDiGraph[Any]] | None
) -> nx.MultiDiGraph[Any]:
    """Return the graph of a network, frozen; that which is made for it, if anything makes one."""
    graph: nx.MultiDiGraph[Any] = nx.freeze(make() if make else graph_of(network))
    return graph


def graph_of(network: RoadNetwork) -> nx.MultiDiGraph[Any]:
    """Return a network as a graph that passes the strict validation of osmnx.

    Tags that are unknown (no name, number or lanes) are absent, as osmnx has it.
    """
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs=WGS84)
    once = network.once
    ends = np.concatenate([network.tail[once], network.head[once]])
    streets = np.bincount(ends, minlength=network.lon.size).tolist()
    places = zip(network.nodes, network.lon.tolist(), network.lat.tolist(), streets, strict=True)
    graph.add_nodes_from(
        (node, {"x": x, "y": y, "street_count": count}) for node, x, y, count in places
    )
    signalised = np.flatnonzero(network.signal).tolist()
    graph.add_nodes_from((network.nodes[row], {"highway": _SIGNALS}) for row in signalised)
    for (u, v, key), tags in zip(network.edges, _tags(network), strict=True):
        graph.add_edge(u, v, key, **tags)
    return graph


def _tags(network: RoadNetwork) -> Iterable[dict[str, Any]]:
    lines = network.lines_of(np.arange(network.tail.size), WGS84)
    columns: dict[str, Iterable[Any]] = {
        "osmid": network.osmid.tolist(),
        "highway": (network.classes[code] for code in network.highway.tolist()),
        "name": (network.names[code] for code in network.name.tolist()),
        "ref": (network.refs[code] for code in network.ref.tolist()),
        "lanes": (str(lanes or "") for lanes in network.lanes.tolist()),
        "toll": ("yes" if toll else "no" for toll in network.toll.tolist()),
        "oneway": (network.twin < 0).tolist(),
        "reversed": network.backward.tolist(),
        "length": network.length_m.tolist(),
        "geometry": lines.tolist(),
        "speed_kph": network.speed_kph.tolist(),
        "speed_evidence": (SPEED_EVIDENCE[code] for code in network.speed_evidence.tolist()),
        "travel_time": (network.time_ms / MILLISECONDS_PER_SECOND).tolist(),
    }
    for cells in zip(*columns.values(), strict=True):
        yield {tag: cell for tag, cell in zip(columns, cells, strict=True) if cell != ""}

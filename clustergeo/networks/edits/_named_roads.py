"""How an edit names points and existing roads, and which edges it means by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainValidator

from clustergeo.errors import Fault
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks.edits.edit import Edit, nearest

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Located", "NamedRoad", "Point", "located"]

Located = Mapping[str, tuple[float, float]]
"""Longitude and latitude of places by their id."""

_PAIR = 2
_ALL = "*"


def _point(value: object) -> object:
    """Refuse what is no point; the message follows the value in the fault."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, list | tuple) and len(value) == _PAIR:
        degrees = [float(part) for part in value if isinstance(part, int | float)]
        if len(degrees) == _PAIR and abs(degrees[0]) <= 180 and abs(degrees[1]) <= 90:  # noqa: PLR2004
            return degrees[0], degrees[1]
    message = "not a point: give [lon, lat], a place_id or the number of a node"
    raise ValueError(message)


Point: TypeAlias = Annotated[tuple[float, float] | str | int, PlainValidator(_point)]
"""Degrees, a place_id, or the number of a node of the network."""


def located(
    edit: Edit, key: tuple[str | int, ...], point: object, network: RoadNetwork, places: Located
) -> tuple[float, float] | Fault:
    """Return the degrees of a point, or the fault that there is no such place or node."""
    if isinstance(point, str):
        if point in places:
            return places[point]
        fix = nearest(point, places) or "use a place_id of the study, or [lon, lat]"
        return edit.fault(key, f"no such place ({point})", fix)
    if isinstance(point, int):
        row = np.flatnonzero(network.node_id == point)
        if row.size:
            return float(network.lon[row[0]]), float(network.lat[row[0]])
        return edit.fault(
            key, f"no such node ({point})", "use a node of the network, or [lon, lat]"
        )
    lon, lat = np.asarray(point, np.float64).tolist()
    return lon, lat


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRoad(Edit):
    """An edit of existing roads: all that fit every key that is given.

    Parameters
    ----------
    ref
        Road number; ``"*"`` for all roads, with or without one.
    name
        Name of the road.
    osmid
        Ids of the ways or links in the source.
    highway
        Class of road.
    bbox
        West, south, east and north, degrees; roads with both ends inside.
    between
        Two points: the shortest way between them over roads that fit the other keys, in both
        directions.
    """

    ref: str = ""
    name: str = ""
    osmid: tuple[int, ...] = ()
    highway: str = ""
    bbox: tuple[float, float, float, float] | None = None
    between: tuple[Point, Point] | None = None

    def edges(self, network: RoadNetwork, places: Located) -> NDArray[np.int64] | list[Fault]:
        """Return the edges meant, or why there are none."""
        if not (self.ref or self.name or self.osmid or self.highway):
            fix = 'give ref, name, osmid or highway; ref = "*" for all roads'
            return [self.fault("", "names no road", fix)]
        if faults := list(self._unknown(network)):
            return faults
        fits = np.ones(network.tail.size, bool)
        for key, codes, texts in _told(network):
            text = getattr(self, key)
            if text and text != _ALL:
                fits &= codes == texts.index(text)
        if self.osmid:
            fits &= np.isin(network.osmid, self.osmid)
        if self.bbox:
            fits &= _inside(network, self.bbox)
        found = np.flatnonzero(fits)
        if not found.size:
            return [self.fault(self._last, "no road fits all keys", "loosen one of them")]
        return self._between(network, found, places) if self.between else found

    @property
    def _last(self) -> str:
        given = [key for key in ("ref", "name", "osmid", "highway", "bbox") if getattr(self, key)]
        return given[-1]

    def _unknown(self, network: RoadNetwork) -> Iterator[Fault]:
        for key, _, texts in _told(network):
            text = getattr(self, key)
            if text and text != _ALL and text not in texts:
                fix = nearest(text, texts) or f"use a {key} of the network"
                yield self.fault(key, f"no such road ({text})", fix)
        for i, osmid in enumerate(self.osmid):
            if not (network.osmid == osmid).any():
                fix = "use ids of ways or links of the network"
                yield self.fault(("osmid", i), f"no such road ({osmid})", fix)

    def _between(
        self, network: RoadNetwork, found: NDArray[np.int64], places: Located
    ) -> NDArray[np.int64] | list[Fault]:
        assert self.between  # noqa: S101 - asked before
        points = [
            located(self, ("between", i), point, network, places)
            for i, point in enumerate(self.between)
        ]
        if faults := [point for point in points if isinstance(point, Fault)]:
            return faults
        ends = np.unique([network.tail[found], network.head[found]])
        start, end = (
            _nearest(network, ends, point) for point in points if not isinstance(point, Fault)
        )
        import networkx as nx  # noqa: PLC0415 - slow

        graph: nx.DiGraph[int] = nx.DiGraph()
        for edge in found.tolist():
            tail, head = int(network.tail[edge]), int(network.head[edge])
            length_m = float(network.length_m[edge])
            if length_m < graph.get_edge_data(tail, head, {"length_m": np.inf})["length_m"]:
                graph.add_edge(tail, head, length_m=length_m, edge=edge)
        ways = list(_ways(graph, start, end))
        edges = np.unique(np.concatenate([np.empty(0, np.int64), *ways]).astype(np.int64))
        if not edges.size:
            what = f"the road does not lead from one to the other ({self.between[0]} to "
            what += f"{self.between[1]})"
            return [self.fault("between", what, "move them onto one stretch of it")]
        twins = network.twin[edges]
        return np.intersect1d(found, np.concatenate([edges, twins[twins >= 0]]))


def _ways(graph: nx.DiGraph[int], start: int, end: int) -> Iterator[NDArray[np.int64]]:
    from networkx import dijkstra_path, has_path  # noqa: PLC0415 - slow

    for one, other in ((start, end), (end, start)):
        if has_path(graph, one, other):
            nodes = dijkstra_path(graph, one, other, weight="length_m")
            yield np.array([graph.edges[pair]["edge"] for pair in pairwise(nodes)], np.int64)


def _told(network: RoadNetwork) -> tuple[tuple[str, NDArray[Any], tuple[str, ...]], ...]:
    return (
        ("ref", network.ref, network.refs),
        ("name", network.name, network.names),
        ("highway", network.highway, network.classes),
    )


def _inside(network: RoadNetwork, bbox: tuple[float, ...]) -> NDArray[np.bool_]:
    west, south, east, north = bbox
    inside = (network.lon >= west) & (network.lon <= east)
    inside &= (network.lat >= south) & (network.lat <= north)
    return np.asarray(inside[network.tail] & inside[network.head])


def _nearest(
    network: RoadNetwork, nodes: NDArray[np.integer[Any]], point: tuple[float, float]
) -> int:
    away_m = crow_fly_m(network.lat[nodes], network.lon[nodes], point[1], point[0])
    return int(nodes[np.argmin(away_m)])

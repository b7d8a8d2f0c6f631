"""The road network: flat arrays for engines, an osmnx graph for people, made when asked for."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from clustergeo.networks._arrays import BANNED_MS, arrays_of_parts, fixed, parallel_numbers
from clustergeo.networks._geodesy import metric_crs_of
from clustergeo.networks._lines import vertex_rows
from clustergeo.networks.parts import ASSUMED, RoadParts
from clustergeo.units import METRES_PER_KILOMETRE, WGS84

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FALLBACK_KPH", "HANDED_ON", "SHAPE", "RoadNetwork"]

FALLBACK_KPH: Final = 50.0
"""Speed of a road class of which the network knows no limit: the usual limit in towns."""

SHAPE: Final = ("first", "head", "turn_from", "turn_to", "turn_ms")
"""Arrays that say which drives there are, however long they take."""

HANDED_ON: Final = ("nodes", "keys", "crs", "grid", "folder", "shape", "topology", "stem")
"""What is made of a network, or known of it, that holds for any times on the same roads."""


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class RoadNetwork:
    """A road network that does not change: arrays, possibly memory-mapped, all read-only.

    Build it with :func:`load_road_network`, :meth:`from_parts` or :meth:`from_osmnx`. Edges have
    one direction; they are sorted by tail, then head, then as the source has them.

    Parameters
    ----------
    node_id, lon, lat
        Ids (int64) and places (degrees in WGS84) of the nodes, shape (nodes,).
    tail, head
        Rows of the nodes an edge leaves and enters; int32, shape (edges,).
    first
        Forward star: the edges that leave node v are ``first[v]:first[v + 1]``; int64.
    time_ms
        Free-flow time, whole milliseconds >= 0; int32, shape (edges,).
    length_m
        Driven metres; float64, shape (edges,).
    speed_kph, speed_evidence
        Speed (float32) and where it is from: an index into ``SPEED_EVIDENCE``; shape (edges,).
    highway, classes
        Class of road: uint8 codes into ``classes``; shape (edges,).
    name, names, ref, refs
        Name and road number: int32 codes into ``names`` and ``refs``; shape (edges,).
    osmid
        Id of the way or link in the source; int64, shape (edges,).
    lanes, toll
        Lanes (0 where unknown) and whether it is tolled; shape (edges,).
    twin
        Edge that runs the other way over the same road, -1 on a one-way road; shape (edges,).
    line, backward
        Line an edge runs along, and whether against its drawing; shape (edges,).
    line_first, line_lon, line_lat
        Vertices of the lines: those of line i are ``line_first[i]:line_first[i + 1]``.
    turn_from, turn_to, turn_ms
        Edges between which the turn is banned or takes time, sorted, and its milliseconds:
        ``BANNED_MS`` where banned, no entries where all are; int32, shape (turns,).
    source, date
        What was read, and its date as the source states it (``""`` where it does not).
    notes
        One sentence for each thing read differently, dropped or not modelled.
    signal
        Whether traffic is signalled at each node; bool, shape (nodes,), or empty where unknown.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> load_road_network()
    RoadNetwork(4,438 nodes, 13,006 edges, 22,696 km; speeds assumed on 90 % of the length)
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first: NDArray[np.int64]
    time_ms: NDArray[np.int32]
    length_m: NDArray[np.float64]
    speed_kph: NDArray[np.float32]
    speed_evidence: NDArray[np.uint8]
    highway: NDArray[np.uint8]
    classes: tuple[str, ...]
    name: NDArray[np.int32]
    names: tuple[str, ...]
    ref: NDArray[np.int32]
    refs: tuple[str, ...]
    osmid: NDArray[np.int64]
    lanes: NDArray[np.uint8]
    toll: NDArray[np.bool_]
    twin: NDArray[np.int32]
    line: NDArray[np.int32]
    backward: NDArray[np.bool_]
    line_first: NDArray[np.int64]
    line_lon: NDArray[np.float64]
    line_lat: NDArray[np.float64]
    turn_from: NDArray[np.int32]
    turn_to: NDArray[np.int32]
    source: str
    date: str
    notes: tuple[str, ...]
    turn_ms: NDArray[np.int32] = field(default_factory=lambda: fixed(np.empty(0, np.int32)))
    signal: NDArray[np.bool_] = field(default_factory=lambda: fixed(np.empty(0, bool)))
    # What is dear and follows from the arrays, made when asked for; two threads may make it twice.
    _made: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_parts(cls, parts: RoadParts, *, fallback_kph: float = FALLBACK_KPH) -> RoadNetwork:
        """Build a network from what a reader hands over.

        Missing speeds are imputed as osmnx does, by the mean of those given in the class, and by
        ``fallback_kph`` in classes without; time = length / speed or fixed, whole milliseconds.

        Raises
        ------
        RoadError
            If the parts contradict themselves or none may be driven.
        """
        arrays, notes = arrays_of_parts(parts, fallback_kph=fallback_kph)
        texts = ("classes", "names", "refs", "source", "date")
        told: dict[str, Any] = {name: getattr(parts, name) for name in texts}
        return cls(**told, **arrays, notes=notes)  # type: ignore[arg-type]

    @classmethod
    def from_osmnx(
        cls, graph: nx.MultiDiGraph[Any], *, fallback_kph: float = FALLBACK_KPH
    ) -> RoadNetwork:
        """Build a network from any osmnx graph; the graph itself is left alone.

        Missing speeds are imputed by osmnx, by the mean of the class of road; missing travel
        times follow from length and speed. Speeds and times that are there are kept.

        Parameters
        ----------
        graph
            With ``x`` and ``y`` on nodes, ``osmid``, ``highway`` and ``length`` on edges; any CRS.
        fallback_kph
            Speed of road classes without any limit in the graph, kilometres per hour.

        Raises
        ------
        RoadError
            If the graph lacks what is needed; the message names the nodes or edges.

        Examples
        --------
        >>> import networkx as nx
        >>> toy = nx.MultiDiGraph(crs="EPSG:4326")
        >>> toy.add_node(1, x=127.0, y=36.0)
        >>> toy.add_node(2, x=127.01, y=36.0)
        >>> key = toy.add_edge(1, 2, osmid=7, highway="primary", length=900.0, maxspeed="60")
        >>> RoadNetwork.from_osmnx(toy).time_ms
        array([54000], dtype=int32)
        """
        from clustergeo.networks._graphs import fields_of_graph  # noqa: PLC0415 - osmnx is slow

        return cls(**fields_of_graph(graph, fallback_kph=fallback_kph))

    def to_osmnx(self) -> nx.MultiDiGraph[Any]:
        """Return a new osmnx graph with ``speed_kph`` and ``travel_time``; it has no turn bans."""
        return self.graph.copy()

    def save(self, folder: Path | str) -> Path:
        """Save the network in a folder, from which ``load_road_network`` loads it at once.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds anything but a saved network.
        """
        from clustergeo.networks._store import save_network  # noqa: PLC0415 - it builds networks

        return save_network(self, Path(folder))

    @property
    def graph(self) -> nx.MultiDiGraph[Any]:
        """The osmnx graph, frozen; :meth:`to_osmnx` gives a copy to work on."""
        if "graph" not in self._made:
            from clustergeo.networks._graphs import frozen_graph  # noqa: PLC0415 - osmnx is slow

            self._made["graph"] = frozen_graph(self, self._made.get("make_graph"))
        return self._made["graph"]  # type: ignore[no-any-return]

    @property
    def nodes(self) -> tuple[Hashable, ...]:
        """Node ids of the graph, in the order of the arrays."""
        if "nodes" not in self._made:
            self._made["nodes"] = tuple(self.node_id.tolist())
        return tuple(self._made["nodes"])

    @property
    def edges(self) -> tuple[tuple[Hashable, Hashable, int], ...]:
        """Edge keys ``(u, v, key)`` of the graph, in the order of the arrays."""
        if "edges" not in self._made:
            at = self.nodes
            ends = zip(self.tail.tolist(), self.head.tolist(), self.keys.tolist(), strict=True)
            self._made["edges"] = tuple((at[u], at[v], key) for u, v, key in ends)
        edges: tuple[tuple[Hashable, Hashable, int], ...] = self._made["edges"]
        return edges

    @property
    def keys(self) -> NDArray[np.int64]:
        """Number of each edge among those between the same nodes, shape (edges,)."""
        if "keys" not in self._made:
            self._made["keys"] = parallel_numbers(self.tail, self.head)
        return np.asarray(self._made["keys"])

    @property
    def assumed(self) -> NDArray[np.bool_]:
        """Whether the speed is assumed, neither published nor measured; shape (edges,)."""
        return np.asarray(self.speed_evidence == ASSUMED)

    @property
    def banned(self) -> NDArray[np.bool_]:
        """Whether each turn is banned; the others take time. Shape (turns,)."""
        size, ms = self.turn_from.size, self.turn_ms
        return np.asarray(ms >= BANNED_MS) if ms.size else np.ones(size, bool)

    @property
    def once(self) -> NDArray[np.bool_]:
        """Whether an edge stands for its road: of a two-way road, one of the two does."""
        return (self.twin < 0) | (np.arange(self.twin.size) <= self.twin)

    @property
    def label(self) -> NDArray[np.object_]:
        """What a traveller calls each road; see :meth:`labels`."""
        return self.labels(np.arange(self.tail.size))

    @property
    def metric_crs(self) -> str:
        """The system of metres for the area of the network: METRIC_CRS in Korea, else UTM."""
        of, crs = self._made.get("crs", (None, ""))
        if of is not self.line_lon:
            crs = metric_crs_of(self.line_lon, self.line_lat)
            self._made["crs"] = self.line_lon, crs
        return str(crs)

    def labels(self, edges: NDArray[np.integer[Any]]) -> NDArray[np.object_]:
        """Return what a traveller calls roads: name, else number; ramps and others ``""``."""
        if "texts" not in self._made:
            self._made["texts"] = [np.array(texts, object) for texts in (self.names, self.refs)]
        names, refs = self._made["texts"]
        ramp = np.array([text.endswith("_link") for text in self.classes], bool)
        ramp = ramp[self.highway[edges]]
        name, ref = names[self.name[edges]], refs[self.ref[edges]]
        return np.where(ramp, np.array("", object), np.where(name != "", name, ref))

    def lines_of(self, edges: NDArray[Any], crs: str | None = None) -> NDArray[np.object_]:
        """Return edges as lines in the direction of travel, in ``metric_crs`` if not told."""
        at, index = vertex_rows(self.line_first, self.line[edges], self.backward[edges])
        x, y = self.line_lon[at], self.line_lat[at]
        if crs != WGS84:
            system = Transformer.from_crs(WGS84, crs or self.metric_crs, always_xy=True)
            x, y = system.transform(x, y)
        return np.asarray(shapely.linestrings(x, y, indices=index), object)

    def route(self, from_node: Hashable, to_node: Hashable) -> tuple[Hashable, ...]:
        """Return the nodes of the fastest route by ``osmnx.routing``, none if there is no way.

        osmnx knows no turn bans; where the network has some, the log says that they are ignored.

        Raises
        ------
        UsageError
            If a node is not in the network.

        Examples
        --------
        >>> from clustergeo.networks.road import load_road_network
        >>> load_road_network().route(1, 3)
        (1, 2, 3)
        """
        from clustergeo.networks._graphs import route_of  # noqa: PLC0415 - osmnx is slow

        return route_of(self, from_node, to_node)

    def __repr__(self) -> str:
        metres = self.length_m[self.once].sum()
        share = self.length_m[self.once & self.assumed].sum() / metres if metres else 0.0
        return (
            f"RoadNetwork({self.node_id.size:,} nodes, {self.tail.size:,} edges, "
            f"{metres / METRES_PER_KILOMETRE:,.0f} km; "
            f"speeds assumed on {share:.0%} of the length)"
        ).replace("%", " %")

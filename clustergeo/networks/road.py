"""The road network: an osmnx graph for people, flat arrays for engines, built once together."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
import osmnx as ox
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo.errors import Fault, RoadError, UsageError
from clustergeo.networks._arrays import arrays_of
from clustergeo.networks._links import graph_from_links, read_links
from clustergeo.networks._speeds import check_graph, set_travel_times
from clustergeo.settings import data_path
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["FALLBACK_KPH", "RoadNetwork", "load_road_network"]

FALLBACK_KPH: Final = 50.0
"""Speed of a road class of which the network knows no limit: the usual limit in towns."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoadNetwork:
    """A road network that does not change, as a graph and as arrays in the same order.

    Build it with :func:`load_road_network` or :meth:`from_osmnx`. All arrays are read-only.

    Parameters
    ----------
    graph
        The osmnx graph, frozen; :meth:`to_osmnx` gives a copy to work on.
    nodes, edges
        Node ids and edge keys ``(u, v, key)`` of the graph, in the order of the arrays.
    lon, lat
        Places of the nodes, degrees, shape (nodes,).
    tail, head
        Positions of the nodes an edge leaves and enters, shape (edges,).
    first
        Forward star: the edges that leave node v are ``first[v]:first[v + 1]``.
    time_ms
        Free-flow time, whole milliseconds, shape (edges,).
    length_m
        Driven metres, shape (edges,).
    twin
        Edge that runs the other way over the same road, -1 on a one-way road; shape (edges,).
    assumed
        Whether the speed is assumed, neither published nor measured; shape (edges,).
    highway, label
        Class of the road, and its name or number (``""`` where it has none or is a ramp).
    lines
        Lines in METRIC_CRS, in the direction of travel, shape (edges,).

    Examples
    --------
    >>> roads = load_road_network()
    >>> roads
    RoadNetwork(4,438 nodes, 13,006 edges, 22,696 km; speeds assumed on 90 % of the length)
    """

    graph: nx.MultiDiGraph[Any]
    nodes: tuple[Hashable, ...]
    edges: tuple[tuple[Hashable, Hashable, int], ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    length_m: NDArray[np.float64]
    twin: NDArray[np.int32]
    assumed: NDArray[np.bool_]
    highway: NDArray[np.object_]
    label: NDArray[np.object_]
    lines: NDArray[np.object_]

    @classmethod
    def from_osmnx(
        cls, graph: nx.MultiDiGraph[Any], *, fallback_kph: float = FALLBACK_KPH
    ) -> RoadNetwork:
        """Build a network from any osmnx graph; the graph itself is left alone.

        Missing speeds are imputed as osmnx does, by the mean of the class of road; missing travel
        times follow from length and speed. Speeds and times that are there are kept.

        Parameters
        ----------
        graph
            Graph with ``x`` and ``y`` on nodes, ``osmid``, ``highway`` and ``length`` on edges; in
            any coordinate system.
        fallback_kph
            Speed of road classes without any limit in the graph, kilometres per hour.

        Returns
        -------
        network : RoadNetwork

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
        >>> road = {"osmid": 7, "highway": "primary", "length": 900.0, "maxspeed": "60"}
        >>> key = toy.add_edge(1, 2, **road)
        >>> RoadNetwork.from_osmnx(toy).time_ms
        array([54000])
        """
        file = "road graph"
        check_graph(graph, file=file)
        working = graph.copy()
        try:
            geographic = CRS.from_user_input(graph.graph["crs"]).is_geographic
        except Exception as error:
            what = f"unknown coordinate system ({graph.graph['crs']})"
            raise RoadError(Fault(file, what, "name an EPSG code")) from error
        if not geographic:
            working = ox.project_graph(working, to_latlong=True)
        return cls._of(set_travel_times(working, fallback_kph=fallback_kph, file=file))

    @classmethod
    def _of(cls, graph: nx.MultiDiGraph[Any]) -> RoadNetwork:
        return cls(graph=nx.freeze(graph), **arrays_of(graph))

    def to_osmnx(self) -> nx.MultiDiGraph[Any]:
        """Return a copy of the osmnx graph, with ``speed_kph`` and ``travel_time`` on edges.

        Examples
        --------
        >>> import osmnx as ox
        >>> ox.convert.validate_graph(load_road_network().to_osmnx())
        """
        return self.graph.copy()

    def route(self, from_node: Hashable, to_node: Hashable) -> tuple[Hashable, ...]:
        """Return the nodes of the fastest route between two nodes, by ``osmnx.routing``.

        Parameters
        ----------
        from_node, to_node
            Node ids of the graph.

        Returns
        -------
        nodes : tuple
            In order of travel; empty if there is no way.

        Raises
        ------
        UsageError
            If a node is not in the network.

        Examples
        --------
        >>> roads = load_road_network()
        >>> roads.route(1, 3)
        (1, 2, 3)
        """
        for node in (from_node, to_node):
            if node not in self.graph:
                message = f"no such node ({node}) - use one of RoadNetwork.nodes"
                raise UsageError(message)
        # A list of one: osmnx would take a text id for a list of nodes.
        ends: list[list[Any]] = [[from_node], [to_node]]
        found = ox.routing.shortest_path(self.graph, *ends, weight="travel_time")
        return tuple(found[0] or ())

    def __repr__(self) -> str:
        # A two-way road counts once.
        once = (self.twin < 0) | (np.arange(self.twin.size) < self.twin)
        metres = self.length_m[once].sum()
        share = self.length_m[once & self.assumed].sum() / metres if metres else 0.0
        return (
            f"RoadNetwork({len(self.nodes):,} nodes, {len(self.edges):,} edges, "
            f"{metres / METRES_PER_KILOMETRE:,.0f} km; "
            f"speeds assumed on {share:.0%} of the length)"
        ).replace("%", " %")


def load_road_network(folder: Path | str | None = None) -> RoadNetwork:
    """Load a road network from ``nodes.csv`` and ``links.csv``.

    Links are two-way unless ``oneway`` is 1. Speeds and travel times are set by osmnx:
    travel time = length / speed limit, so that times are those of an empty road.

    Parameters
    ----------
    folder
        Folder that holds both files; the strategic network that comes with the package if None.

    Returns
    -------
    network : RoadNetwork

    Raises
    ------
    MissingFileError
        If one of the files is missing.
    RoadError
        If a file breaks its contract; with every fault of the file.

    Examples
    --------
    >>> roads = load_road_network()
    >>> len(roads.nodes), len(roads.edges)
    (4438, 13006)
    """
    place = data_path("roads") if folder is None else Path(folder)
    graph = graph_from_links(*read_links(place))
    file = str(place / "links.csv")
    network = RoadNetwork._of(  # noqa: SLF001
        set_travel_times(graph, fallback_kph=FALLBACK_KPH, file=file)
    )
    _log.info("loaded %r", network)
    return network

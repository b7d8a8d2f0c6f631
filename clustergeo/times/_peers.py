"""Other engines, asked for minutes; each is imported when it is asked, and none is required."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import geopandas as gpd
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from clustergeo._room import check_memory
from clustergeo.errors import Fault, InputError, MissingExtraError
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["R5", "Minutes", "Valhalla", "networkx_ms"]

_ARC_BYTES: Final = 1_000  # of an edge, or of a turn, of a networkx graph
_FARTHEST_M: Final = 2_000_000  # between two places of one request
_TILES: Final = "valhalla_build_tiles"


class Minutes(Protocol):
    """Tells how long trips take."""

    @property
    def name(self) -> str:
        """What it is called, with its version."""

    def minutes(
        self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
    ) -> NDArray[np.float64]:
        """Return minutes between places in WGS84, NaN where there is no trip."""


def networkx_ms(
    network: RoadNetwork, nodes: NDArray[np.integer[Any]]
) -> tuple[str, NDArray[np.int64]]:
    """Return the version of networkx and its milliseconds between nodes, ``UNREACHED`` without.

    Where turns are banned or take time the graph is one of edges, its arcs the turns.
    """
    tail, head, ms = (getattr(network, name).tolist() for name in ("tail", "head", "time_ms"))
    turning = network.turn_from.size > 0
    arcs = int(np.diff(network.first)[network.head].sum()) if turning else len(head)
    advice = "take a network of a smaller area"
    check_memory(arcs * _ARC_BYTES, f"networkx: a graph of {arcs:,} arcs", advice)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    found = np.full((nodes.size, nodes.size), UNREACHED, np.int64)
    if not turning:
        graph.add_nodes_from(nodes.tolist())
        graph.add_weighted_edges_from(zip(tail, head, ms, strict=True), weight="ms")
        for row, source in enumerate(nodes.tolist()):
            spent = nx.single_source_dijkstra_path_length(graph, source, weight="ms")
            found[row] = [spent.get(target, UNREACHED) for target in nodes.tolist()]
        return version("networkx"), found
    added = network.turn_ms.tolist() or [BANNED_MS] * network.turn_from.size
    pairs = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
    turn: dict[tuple[int, int], int] = {}
    for pair, more in zip(pairs, added, strict=True):
        turn[pair] = max(more, turn.get(pair, 0))
    leaving, entering = _by_end(tail), _by_end(head)
    for edge, node in enumerate(head):
        for after in leaving.get(node, ()):
            if (more := turn.get((edge, after), 0)) < BANNED_MS:
                graph.add_edge(edge, after, ms=more + ms[after])
    for row, source in enumerate(nodes.tolist()):
        door = -1
        graph.add_node(door)
        graph.add_weighted_edges_from(((door, e, ms[e]) for e in leaving[source]), weight="ms")
        spent = nx.single_source_dijkstra_path_length(graph, door, weight="ms")
        graph.remove_node(door)
        for column, target in enumerate(nodes.tolist()):
            ways = (spent[edge] for edge in entering.get(target, ()) if edge in spent)
            found[row, column] = 0 if target == source else min(ways, default=UNREACHED)
    return version("networkx"), found


def _by_end(nodes: list[int]) -> dict[int, list[int]]:
    """Return the edges at each node."""
    edges: dict[int, list[int]] = {}
    for edge, node in enumerate(nodes):
        edges.setdefault(node, []).append(edge)
    return edges


class Valhalla:
    """Drives by Valhalla over tiles that it makes of an OpenStreetMap file.

    Parameters
    ----------
    osm
        The ``.osm.pbf`` file.
    """

    def __init__(self, osm: Path) -> None:
        try:
            self._valhalla: Any = import_module("valhalla")
        except ImportError as error:
            message = (
                "valhalla: not installed - pip install pyvalhalla (Python 3.12 or newer), or "
                "check with networkx"
            )
            raise MissingExtraError(message) from error
        self._osm = osm
        self.name = f"Valhalla {version('pyvalhalla')}"

    def minutes(
        self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
    ) -> NDArray[np.float64]:
        """Return the minutes of all drives, one request an origin; tiles are made and removed."""
        targets = _spots(destinations)
        with tempfile.TemporaryDirectory(prefix="clustergeo-tiles-") as folder:
            config: dict[str, Any] = self._valhalla.get_config(tile_extract="", tile_dir=folder)
            limits = config["service_limits"]
            limits["auto"] |= {
                "max_matrix_distance": _FARTHEST_M,
                "max_matrix_location_pairs": max(len(targets), 1),
            }
            self._make_tiles(config, Path(folder))
            actor = self._valhalla.Actor(config)
            rows = []
            for spot in _spots(origins):
                asked = {"sources": [spot], "targets": targets, "costing": "auto"}
                (answers,) = actor.matrix(asked)["sources_to_targets"]
                rows.append([answer["time"] for answer in answers])
        seconds = np.array(rows, np.float64).reshape(len(origins), len(destinations))
        return seconds / SECONDS_PER_MINUTE

    def _make_tiles(self, config: dict[str, Any], folder: Path) -> None:
        file = folder / "valhalla.json"
        file.write_text(json.dumps(config), encoding="utf-8")
        call = [sys.executable, "-m", "valhalla", _TILES, "-c", str(file), str(self._osm)]
        # It looks for its programs on the path, where those of an environment need not be.
        here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(  # noqa: S603 - our own interpreter
            call, capture_output=True, check=False, text=True, env=os.environ | {"PATH": here}
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            what = f"Valhalla makes no tiles of it ({said[-1] if said else done.returncode})"
            raise InputError(Fault(str(self._osm), what, "give an .osm.pbf with roads"))


def _spots(places: gpd.GeoDataFrame) -> list[dict[str, float]]:
    points = places.geometry
    return [{"lon": x, "lat": y} for x, y in zip(points.x, points.y, strict=True)]


class R5:
    """Trips by R5, by car or public transport, over an OpenStreetMap file and feeds.

    Parameters
    ----------
    osm
        The ``.osm.pbf`` file.
    feeds
        GTFS archives; trips are by car if there is none.
    leave
        First departure.
    window
        Length of the window; the minutes are the median over it.
    """

    def __init__(
        self, osm: Path, feeds: Sequence[Path], leave: dt.datetime, window: dt.timedelta
    ) -> None:
        # r5py reads the command line of whoever imports it.
        argv, sys.argv = sys.argv, sys.argv[:1]
        try:
            self._r5py: Any = import_module("r5py")
        except ImportError as error:
            message = (
                "r5: not installed - pip install r5py (it needs Java 21 or newer), or check "
                "with networkx"
            )
            raise MissingExtraError(message) from error
        finally:
            sys.argv = argv
        self._inputs = osm, [os.fspath(feed) for feed in feeds]
        self._when = leave, window
        self.name = f"R5 by r5py {version('r5py')}"

    def minutes(
        self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
    ) -> NDArray[np.float64]:
        """Return the minutes of all trips, in whole minutes as R5 has them."""
        r5py, (osm, feeds), (leave, window) = self._r5py, self._inputs, self._when
        modes = r5py.TransportMode
        ends = [
            gpd.GeoDataFrame({"id": table["place_id"]}, geometry=table.geometry)
            for table in (origins, destinations)
        ]
        found = r5py.TravelTimeMatrix(
            r5py.TransportNetwork(os.fspath(osm), feeds),
            origins=ends[0],
            destinations=ends[1],
            departure=leave,
            departure_time_window=window,
            transport_modes=[modes.TRANSIT, modes.WALK] if feeds else [modes.CAR],
            snap_to_network=True,
        )
        by_pair = found.pivot_table(index="from_id", columns="to_id", values="travel_time")
        wide = by_pair.reindex(index=ends[0]["id"], columns=ends[1]["id"])
        minutes: NDArray[np.float64] = wide.to_numpy(np.float64)
        return minutes

"""Load a road network from whatever holds one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustergeo.errors import Fault, MissingFileError, RoadError, UsageError
from clustergeo.networks._compiled import compiled
from clustergeo.networks._links import (
    RoadTables,
    graph_from_links,
    parts_from_links,
    read_links,
)
from clustergeo.networks._network import FALLBACK_KPH, RoadNetwork
from clustergeo.networks._store import MANIFEST, read_network
from clustergeo.networks.parts import RoadParts
from clustergeo.settings import data_path

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FALLBACK_KPH", "RoadNetwork", "load_road_network"]

_log = logging.getLogger(__name__)

_OSM = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_SHIPPED = "strategic network of clustergeo"


def load_road_network(
    source: Path | str | Sequence[Path | str] | None = None,
    *,
    speeds: Path | None = None,
    crs: str | int | None = None,
    cache: bool = True,
) -> RoadNetwork:
    """Load a road network.

    Travel time = length / speed limit, so that times are those of an empty road.

    Parameters
    ----------
    source
        One of: a folder with ``nodes.csv`` and ``links.csv`` (links are two-way unless ``oneway``
        is 1); a folder that :meth:`RoadNetwork.save` wrote; OpenStreetMap as .osm.pbf, .osm,
        .osm.gz or .osm.bz2; a .graphml file of osmnx; a folder or .zip of the Korean standard
        node-link. Several of them make one network, as :func:`merge_networks` joins them. The
        strategic network that comes with the package if None.
    speeds
        Observed speeds by link, for the standard node-link only: a CSV file.
    crs
        Coordinate system of a standard node-link whose ``.prj`` is missing or wrong, such as
        ``"EPSG:5186"``; all other sources state theirs.
    cache
        Whether a large file (OpenStreetMap, GraphML, node-link) is kept as read, so that the next
        load maps it at once. The network is the same either way. The environment variable
        ``CLUSTERGEO_CACHE`` names another folder than the user's, or is ``off``.

    Returns
    -------
    network : RoadNetwork

    Raises
    ------
    MissingFileError
        If the source or one of its files is missing.
    RoadError
        If a file breaks its contract, with every fault of the file; or a saved network is of
        another version, incomplete or damaged.
    UsageError
        If there is no such coordinate system, or the source is no node-link.

    Examples
    --------
    >>> roads = load_road_network()
    >>> len(roads.nodes), len(roads.edges)
    (4438, 13006)
    """
    if source is None:
        network = _from_csv(data_path("roads"), _SHIPPED)
    elif not isinstance(source, (str, Path)):
        from clustergeo.networks.shaping import merge_networks  # noqa: PLC0415 - brings numba

        each = [load_road_network(one, speeds=speeds, crs=crs, cache=cache) for one in source]
        network = merge_networks(each)
    else:
        path = Path(source)
        options = {"speeds": speeds, "crs": None if crs is None else str(crs)}
        read = partial(_loaded, path, speeds, crs)
        network = compiled(path, options, read) if cache and _is_parsed(path) else read()
    _log.info("loaded %r", network)
    return network


def _loaded(path: Path, speeds: Path | None, crs: str | int | None) -> RoadNetwork:
    if _is_nodelink(path):
        from clustergeo.networks._nodelink import read_nodelink  # noqa: PLC0415

        return _network(read_nodelink(path, speeds=speeds, crs=crs))
    if speeds is not None:
        fix = "give them with a folder or zip of the standard node-link"
        raise RoadError(Fault(str(speeds), "observed speeds need the ids of links", fix))
    if crs is not None:
        message = f"crs: {path} states its own ({crs}) - leave it out, or name a node-link set"
        raise UsageError(message)
    if path.is_dir() or not path.suffix:
        return read_network(path) if (path / MANIFEST).exists() else _from_csv(path, str(path))
    name = path.name.lower()
    if name.endswith(_OSM):
        from clustergeo.networks._osm import read_osm  # noqa: PLC0415 - brings osmium

        return _network(read_osm(path))
    if name.endswith(".graphml"):
        from clustergeo.networks._graphml import read_graphml  # noqa: PLC0415 - brings osmnx

        return _network(read_graphml(path))
    if not path.exists():
        what = f"no such file ({path.resolve()})"
        raise MissingFileError(Fault(str(path), what, "check the path"))
    fix = f"give a folder of road tables, a saved network, or {', '.join(_OSM)} or .graphml"
    raise RoadError(Fault(str(path), f"unknown kind of road network ({path.suffix})", fix))


def _is_parsed(path: Path) -> bool:
    return path.name.lower().endswith((*_OSM, ".graphml")) or _is_nodelink(path)


def _is_nodelink(path: Path) -> bool:
    if path.is_dir():
        names = [member.name.lower() for member in path.iterdir()]
        return any(name.endswith((".shp", ".dbf", ".zip")) for name in names)
    return path.suffix.lower() == ".zip"


def _network(read: RoadParts | RoadNetwork) -> RoadNetwork:
    return RoadNetwork.from_parts(read) if isinstance(read, RoadParts) else read


def _from_csv(folder: Path, source: str) -> RoadNetwork:
    tables = read_links(folder)
    network = RoadNetwork.from_parts(parts_from_links(tables, source))
    # The graph has more than the arrays (ids and years of the tables), with speeds by osmnx.
    network._made["make_graph"] = partial(_graph, tables, source)  # noqa: SLF001
    return network


def _graph(tables: RoadTables, source: str) -> nx.MultiDiGraph[Any]:
    from clustergeo.networks._speeds import set_travel_times  # noqa: PLC0415 - brings osmnx

    graph = graph_from_links(tables)
    return set_travel_times(graph, fallback_kph=FALLBACK_KPH, file=source)

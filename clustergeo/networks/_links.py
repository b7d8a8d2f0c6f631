"""Read the two files of a road network, refuse what is broken, hand over parts and graph."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import LineString

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError
from clustergeo.networks._codes import coded
from clustergeo.networks.parts import RoadParts
from clustergeo.schemas import check_table
from clustergeo.schemas.roads import ROAD_LINKS, ROAD_NODES, SPEED_EVIDENCE
from clustergeo.units import WGS84

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["RoadTables", "graph_from_links", "parts_from_links", "read_links"]

Point = tuple[float, float]

_MOST_LANES = 255
_SHAPE_SLACK_DEG = 0.001  # about 100 m; further apart, a shape and its node are two places


@dataclass(frozen=True, slots=True, eq=False)
class RoadTables:
    """The two files of a road network, checked.

    Parameters
    ----------
    nodes, links
        Tables after ``ROAD_NODES`` and ``ROAD_LINKS``.
    start, end
        Rows of the nodes that a link joins.
    first, lon, lat
        Vertices of link i are ``first[i]:first[i + 1]``, degrees.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def read_links(folder: Path) -> RoadTables:
    """Return the checked nodes and links of a folder.

    Parameters
    ----------
    folder
        Folder that holds ``nodes.csv`` and ``links.csv``.

    Raises
    ------
    MissingFileError
        If one of the files is missing.
    RoadError
        If a file breaks its contract, a link names an unknown node, or a shape is broken.
    """
    nodes_file, links_file = folder / "nodes.csv", folder / "links.csv"
    nodes = check_table(read_csv(nodes_file), ROAD_NODES, file=str(nodes_file), error=RoadError)
    links = check_table(read_csv(links_file), ROAD_LINKS, file=str(links_file), error=RoadError)
    for table, file in ((nodes, nodes_file), (links, links_file)):
        if table.empty:
            raise RoadError(Fault(str(file), "has no rows", "add at least one row"))
    at = pd.Series(np.arange(len(nodes)), index=nodes["node_id"])
    start, end = (
        at.reindex(links[name]).fillna(-1).to_numpy(np.int32) for name in ("from_node", "to_node")
    )
    drawn = _drawn(nodes, links, start, end)
    if drawn is None:
        raise RoadError(*_faults(nodes, links, str(links_file)))
    return RoadTables(nodes, links, start, end, *drawn)


def _drawn(
    nodes: pd.DataFrame, links: pd.DataFrame, start: NDArray[np.int32], end: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the vertices of all links at once, or None if anything is wrong with any."""
    if (start < 0).any() or (end < 0).any():
        return None
    node_lon, node_lat = nodes["lon"].to_numpy(np.float64), nodes["lat"].to_numpy(np.float64)
    shapes = links["shape"].tolist()
    for row in np.flatnonzero(links["shape"].to_numpy() == "").tolist():
        ends = (start[row], end[row])
        shapes[row] = ";".join(f"{float(node_lon[i])} {float(node_lat[i])}" for i in ends)
    count = np.array([shape.count(";") + 1 for shape in shapes], np.int64)
    pairs = [pair.split() for pair in ";".join(shapes).split(";")]
    if any(len(pair) != 2 for pair in pairs) or (count < 2).any():  # noqa: PLR2004
        return None
    try:
        lon, lat = np.array([[float(text) for text in pair] for pair in pairs]).T.copy()
    except ValueError:
        return None
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    inside = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    astray = [
        # A hair more than is refused by name, so that whatever is astray here is named there.
        np.hypot(lon[at] - node_lon[node], lat[at] - node_lat[node]) > _SHAPE_SLACK_DEG + 1e-12
        for at, node in ((first[:-1], start), (first[1:] - 1, end))
    ]
    return None if not inside.all() or np.any(astray) else (first, lon, lat)


def _faults(nodes: pd.DataFrame, links: pd.DataFrame, file: str) -> list[Fault]:
    """Return what is wrong with the links, row by row; only for a file that is refused."""
    at = {
        node_id: (float(lon), float(lat))
        for node_id, lon, lat in zip(nodes["node_id"], nodes["lon"], nodes["lat"], strict=True)
    }
    rows = zip(links["from_node"], links["to_node"], links["shape"], strict=True)
    return [
        Fault(file, what, fix, row=row, field=field)
        for row, (start, end, shape) in enumerate(rows, start=2)
        for field, what, fix in _wrong(start, end, shape, at)
    ]


def _wrong(start: str, end: str, shape: str, at: dict[str, Point]) -> list[tuple[str, str, str]]:
    """Return the faults of one link as (field, what, fix)."""
    wrong = [
        (field, f"no such node ({node_id})", "use a node_id of nodes.csv")
        for field, node_id in (("from_node", start), ("to_node", end))
        if node_id not in at
    ]
    if wrong or not shape:
        return wrong
    try:
        line = _vertices(shape)
    except ValueError as error:
        return [("shape", str(error), "write it as lon lat;lon lat;...")]
    for vertex, node_id, which in ((line[0], start, "start"), (line[-1], end, "end")):
        if math.dist(vertex, at[node_id]) > _SHAPE_SLACK_DEG:
            what = f"does not {which} at node {node_id} ({vertex[0]:g} {vertex[1]:g})"
            wrong.append(("shape", what, "draw it from from_node to to_node"))
    return wrong


def _vertices(shape: str) -> list[Point]:
    """Parse ``lon lat;lon lat;...``; a ValueError says what is wrong with it."""
    line = []
    for pair in shape.split(";"):
        try:
            lon, lat = map(float, pair.split())
        except ValueError:
            message = f"broken vertex ({pair.strip()[:40] or 'blank'})"
            raise ValueError(message) from None
        # The comparison is false for NaN, too.
        if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004
            message = f"vertex out of range ({pair.strip()[:40]})"
            raise ValueError(message)
        line.append((lon, lat))
    if len(line) < 2:  # noqa: PLR2004
        message = f"has one vertex only ({shape})"
        raise ValueError(message)
    return line


def parts_from_links(tables: RoadTables, source: str) -> RoadParts:
    """Return the two files as parts; nodes and links are numbered from 1 on, as in the graph.

    Parameters
    ----------
    tables
        As returned by :func:`read_links`.
    source
        Name of the network for people.

    Raises
    ------
    RoadError
        If there are more classes of road than a network can tell apart.
    """
    nodes, links = tables.nodes, tables.links
    classes = coded(links["highway"].tolist(), np.uint8, file=source)
    names = coded(links["name_ko"].fillna("").tolist(), np.int32, file=source)
    refs = coded(links["ref"].fillna("").tolist(), np.int32, file=source)
    kph = links["maxspeed_kph"].to_numpy(np.float64, na_value=np.nan)
    lanes = links["lanes"].to_numpy(np.float64, na_value=0.0)
    none, never = np.empty(0, np.int32), np.empty(0, bool)
    return RoadParts(
        node_id=np.arange(1, len(nodes) + 1, dtype=np.int64),
        lon=nodes["lon"].to_numpy(np.float64),
        lat=nodes["lat"].to_numpy(np.float64),
        start=tables.start,
        end=tables.end,
        forward=np.ones(len(links), bool),
        backward=links["oneway"].to_numpy(np.int64) == 0,
        length_m=links["length_m"].to_numpy(np.float64),
        forward_kph=kph,
        backward_kph=kph,
        speed_evidence=links["source_kind"].map(SPEED_EVIDENCE.index).to_numpy(np.uint8),
        seconds=np.full(len(links), np.nan),
        highway=classes[0],
        classes=classes[1],
        name=names[0],
        names=names[1],
        ref=refs[0],
        refs=refs[1],
        osmid=np.arange(1, len(links) + 1, dtype=np.int64),
        lanes=np.minimum(lanes, _MOST_LANES).astype(np.uint8),
        toll=links["toll"].to_numpy(np.int64) == 1,
        line_first=tables.first,
        line_lon=tables.lon,
        line_lat=tables.lat,
        ban_from=none,
        ban_to=none,
        ban_from_forward=never,
        ban_to_forward=never,
        source=source,
        date="",
        notes=(),
    )


def graph_from_links(tables: RoadTables) -> nx.MultiDiGraph[int]:
    """Return the network as a graph that passes the strict validation of osmnx.

    Node ids and osmids are the positions in the files from 1 on, because osmnx takes a text id
    for a list of nodes; the ids of the files are the attributes ``node_id`` and ``link_id``.
    Speeds and travel times are not set yet.

    Parameters
    ----------
    tables
        As returned by :func:`read_links`.

    Returns
    -------
    graph : networkx.MultiDiGraph
        One edge per link and direction of travel.
    """
    nodes, links = tables.nodes, tables.links
    number = {node_id: i for i, node_id in enumerate(nodes["node_id"], start=1)}
    import networkx as nx  # noqa: PLC0415 - slow

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=WGS84)
    for node in nodes.to_dict("records"):
        attributes = {str(k): v for k, v in node.items() if k not in ("lon", "lat") and v != ""}
        place = {"x": node["lon"], "y": node["lat"], "street_count": 0}
        graph.add_node(number[node["node_id"]], **place, **attributes)
    points = np.split(np.stack([tables.lon, tables.lat], axis=1), tables.first[1:-1])
    for osmid, link in enumerate(links.to_dict("records"), start=1):
        start, end = number[link["from_node"]], number[link["to_node"]]
        attributes = _attributes(link, osmid)
        line = LineString(points[osmid - 1])
        graph.add_edge(start, end, **attributes, reversed=False, geometry=line)
        if not attributes["oneway"]:
            graph.add_edge(end, start, **attributes, reversed=True, geometry=line.reverse())
        for node_number in (start, end):
            graph.nodes[node_number]["street_count"] += 1
    return graph


def _attributes(link: dict[Hashable, Any], osmid: int) -> dict[str, Any]:
    """Return what both directions of a link share, absent where the cell is blank."""
    attributes = {
        "osmid": osmid,
        "link_id": link["link_id"],
        "highway": link["highway"],
        "name": link["name_ko"],
        "ref": link["ref"],
        "lanes": link["lanes"],
        "opened": link["opened"],
        "source": link["source"],
        "maxspeed": link["maxspeed_kph"],
    }
    kept = {k: v for k, v in attributes.items() if v != "" and not pd.isna(v)}
    if "maxspeed" in kept:
        # osmnx reads limits as OpenStreetMap writes them: as text, kilometres per hour.
        kept["maxspeed"] = f"{kept['maxspeed']:.15g}"
    if "lanes" in kept:
        kept["lanes"] = str(kept["lanes"])
    return {
        **kept,
        "length": link["length_m"],
        "oneway": bool(link["oneway"]),
        "toll": "yes" if link["toll"] else "no",
        "speed_evidence": link["source_kind"] if "maxspeed" in kept else "assumed",
    }

"""Read the two files of a road network, refuse what is broken, build the osmnx graph."""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
from shapely import LineString

from clustergeo._files import read_csv
from clustergeo.errors import Fault, RoadError
from clustergeo.schemas import check_table
from clustergeo.schemas.roads import ROAD_LINKS, ROAD_NODES
from clustergeo.units import WGS84

__all__ = ["graph_from_links", "read_links"]

Point = tuple[float, float]

_SHAPE_SLACK_DEG = 0.001  # about 100 m; further apart, a shape and its node are two places


def read_links(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the checked nodes and links of a folder.

    Parameters
    ----------
    folder
        Folder that holds ``nodes.csv`` and ``links.csv``.

    Returns
    -------
    nodes, links : tuple of pandas.DataFrame
        After ``ROAD_NODES`` and ``ROAD_LINKS``; ``links`` has one more column, ``points``, with
        the vertices of each link from its start to its end.

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
    at = {
        node_id: (float(lon), float(lat))
        for node_id, lon, lat in zip(nodes["node_id"], nodes["lon"], nodes["lat"], strict=True)
    }
    faults: list[Fault] = []
    points: list[list[Point]] = []
    rows = zip(links["from_node"], links["to_node"], links["shape"], strict=True)
    for row, (start, end, shape) in enumerate(rows, start=2):
        line, wrong = _line(start, end, shape, at)
        points.append(line)
        faults += [
            Fault(str(links_file), what, fix, row=row, field=field) for field, what, fix in wrong
        ]
    if faults:
        raise RoadError(*faults)
    return nodes, links.assign(points=pd.Series(points, dtype=object))


def _line(
    start: str, end: str, shape: str, at: dict[str, Point]
) -> tuple[list[Point], list[tuple[str, str, str]]]:
    """Return the vertices of one link and its faults as (field, what, fix)."""
    wrong = [
        (field, f"no such node ({node_id})", "use a node_id of nodes.csv")
        for field, node_id in (("from_node", start), ("to_node", end))
        if node_id not in at
    ]
    if wrong or not shape:
        return ([] if wrong else [at[start], at[end]]), wrong
    try:
        line = _vertices(shape)
    except ValueError as error:
        return [], [("shape", str(error), "write it as lon lat;lon lat;...")]
    for vertex, node_id, which in ((line[0], start, "start"), (line[-1], end, "end")):
        if math.dist(vertex, at[node_id]) > _SHAPE_SLACK_DEG:
            what = f"does not {which} at node {node_id} ({vertex[0]:g} {vertex[1]:g})"
            wrong.append(("shape", what, "draw it from from_node to to_node"))
    return line, wrong


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


def graph_from_links(nodes: pd.DataFrame, links: pd.DataFrame) -> nx.MultiDiGraph[int]:
    """Return the network as a graph that passes the strict validation of osmnx.

    Node ids and osmids are the positions in the files from 1 on, because osmnx takes a text id
    for a list of nodes; the ids of the files are the attributes ``node_id`` and ``link_id``.
    Speeds and travel times are not set yet.

    Parameters
    ----------
    nodes, links
        As returned by :func:`read_links`.

    Returns
    -------
    graph : networkx.MultiDiGraph
        One edge per link and direction of travel.
    """
    number = {node_id: i for i, node_id in enumerate(nodes["node_id"], start=1)}
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=WGS84)
    for node in nodes.to_dict("records"):
        attributes = {str(k): v for k, v in node.items() if k not in ("lon", "lat") and v != ""}
        place = {"x": node["lon"], "y": node["lat"], "street_count": 0}
        graph.add_node(number[node["node_id"]], **place, **attributes)
    for osmid, link in enumerate(links.to_dict("records"), start=1):
        start, end = number[link["from_node"]], number[link["to_node"]]
        attributes = _attributes(link, osmid)
        line = LineString(link["points"])
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
        kept["maxspeed"] = f"{kept['maxspeed']:g}"
    if "lanes" in kept:
        kept["lanes"] = str(kept["lanes"])
    return {
        **kept,
        "length": link["length_m"],
        "oneway": bool(link["oneway"]),
        "toll": "yes" if link["toll"] else "no",
        "speed_evidence": link["source_kind"] if "maxspeed" in kept else "assumed",
    }

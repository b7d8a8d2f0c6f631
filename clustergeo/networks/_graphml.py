"""Read a road network that osmnx saved as GraphML."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import osmnx as ox

from clustergeo._files import read_bytes
from clustergeo.errors import Fault, InputError, MissingFileError, RoadError
from clustergeo.networks._network import RoadNetwork
from clustergeo.units import WGS84

__all__ = ["read_graphml"]

_FIX = "save the graph again with osmnx.save_graphml"
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_graphml(path: Path | str) -> RoadNetwork:
    """Read a graph by osmnx, after refusing what its parser must not see.

    Parameters
    ----------
    path
        A file as ``osmnx.save_graphml`` writes it, in any coordinate system.

    Returns
    -------
    network : RoadNetwork
        Speeds, times and tags are those of the graph; see :meth:`RoadNetwork.from_osmnx`. Rules of
        the road are whatever its maker applied.

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If it declares entities, breaks off, is no graph of osmnx or lacks an attribute.

    Examples
    --------
    >>> read_graphml("nowhere.graphml")
    Traceback (most recent call last):
    clustergeo.errors.MissingFileError: nowhere.graphml: no such file - check the path
    """
    path = Path(path)
    try:
        content = read_bytes(path)
    except MissingFileError:
        raise
    except InputError as error:
        raise RoadError(*error.faults) from error
    text = _safe_text(path, content)
    try:
        graph = ox.load_graphml(graphml_str=text)
    except (ParseError, nx.NetworkXError, KeyError, ValueError, TypeError, SyntaxError) as error:
        what = f"is no GraphML of osmnx ({type(error).__name__}: {error})"
        raise RoadError(Fault(str(path), what, _FIX)) from error
    if "crs" not in graph.graph and all(_in_degrees(data) for _, data in graph.nodes(data=True)):
        graph.graph["crs"] = WGS84  # early versions of osmnx did not write it
    try:
        return RoadNetwork.from_osmnx(graph)
    except RoadError as error:
        raise RoadError(*(replace(fault, file=str(path)) for fault in error.faults)) from error


def _in_degrees(data: dict[str, Any]) -> bool:
    x, y = float(data.get("x", math.inf)), float(data.get("y", math.inf))
    return abs(x) <= 180 and abs(y) <= 90  # noqa: PLR2004


def _safe_text(path: Path, content: bytes) -> str:
    # Entities expand to gigabytes or pull in other files; osmnx writes none.
    if b"\x00" not in content and (found := _DECLARATION.search(content)):
        what = f"declares a document type or entities (byte {found.start():,})"
        raise RoadError(Fault(str(path), what, _FIX))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 text (byte {error.start:,})"
        raise RoadError(Fault(str(path), what, _FIX)) from error
    if "\x00" in text:
        raise RoadError(Fault(str(path), "is not UTF-8 text (NUL characters)", _FIX))
    return text

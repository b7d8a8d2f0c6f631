"""Read the roads of an OpenStreetMap file into flat arrays, at the speed of libosmium.

Asking pyosmium for every node of every way costs more than all of the rest. So the nodes are read
first, by libosmium alone, into a location index that lies in a file; mapped as an array it is the
table of all nodes. Then a second index is written that holds the *row* of each node in place of
its coordinates, and the ways are read with that: a single call a way, for its line string in
well-known binary, hands over the rows of all its nodes at once.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import KeyFilter, TagFilter
from osmium.osm import NODE, RELATION, WAY

from clustergeo.networks._osm_rules import (
    BARRIER_KEY,
    COMMON_KEYS,
    RARE_KEYS,
    Drive,
    blocks,
    drive,
)
from clustergeo.networks._osm_speeds import load_zones
from clustergeo.networks._osm_turns import Restrictions

Filter = KeyFilter | TagFilter

__all__ = ["MISSING", "Scan", "scan"]

MISSING: Final = -1
"""Row of a node that the file does not hold."""

_RECORD: Final = np.dtype([("id", "<u8"), ("x", "<i4"), ("y", "<i4")])
_UNSET: Final = 2**31 - 1  # libosmium's coordinate of no place
_WKB_HEADER: Final = 18  # hex digits before the first point: byte order, kind, number of points
_WKB_POINT: Final = 32  # hex digits of a point
_ROWS_A_COLUMN: Final = 10**8  # a row is written as two coordinates that libosmium takes for valid
_UNITS_A_DEGREE: Final = 10**7
_WAYS_A_BATCH: Final = 20_000
_RARE: Final = frozenset(RARE_KEYS)
_HOPELESS: Final = frozenset({"no road", "service road"})


@dataclass(slots=True)
class Scan:
    """What a file holds of roads: flat arrays, ways in the order of the file.

    Parameters
    ----------
    node_id, x, y
        All nodes of the file by id, coordinates in units of 1e-7 degrees.
    twice
        Ids that the file gives to nodes at different places.
    barrier
        Ids of nodes that no car passes.
    osmid, kind, name, ref
        Of each way: its id, and positions in ``drives``, ``names`` and ``refs``.
    row_first, row
        Rows of the nodes of way i are ``row[row_first[i]:row_first[i + 1]]``; MISSING where the
        file lacks the node.
    drives
        How ways with the same tags are driven; a text is why they are not.
    left_out
        Ways that are not even listed because their class is no road, by the reason.
    restrictions
        The turn restrictions.
    date
        Date of the data as the file states it.
    """

    node_id: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    x: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    y: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    twice: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    barrier: array[int] = field(default_factory=lambda: array("q"))
    osmid: array[int] = field(default_factory=lambda: array("q"))
    kind: array[int] = field(default_factory=lambda: array("i"))
    name: array[int] = field(default_factory=lambda: array("i"))
    ref: array[int] = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    refs: dict[str, int] = field(default_factory=lambda: {"": 0})
    length: array[int] = field(default_factory=lambda: array("q"))
    row: array[int] = field(default_factory=lambda: array("q"))
    drives: list[Drive | str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    restrictions: Restrictions = field(default_factory=Restrictions)
    date: str = ""


def scan(file: osmium.io.File, *, service: bool) -> Scan:
    """Read a file that libosmium accepts.

    Parameters
    ----------
    file
        The file, with its format.
    service
        Whether service roads count.

    Returns
    -------
    scan : Scan

    Raises
    ------
    RuntimeError, ValueError, osmium.InvalidLocationError
        Where libosmium or the encoding of a tag fails.
    """
    found = Scan()
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as folder:
        _read_nodes(file, Path(folder) / "places", found)
        rows = Path(folder) / "rows"
        _write_rows(found.node_id, rows)
        ways = _Ways(found, service=service)
        with osmium.io.Reader(file, WAY | RELATION) as reader:
            osmium.apply(
                reader,
                _locations(rows),
                _only(KeyFilter("highway", "route"), WAY),
                _only(TagFilter(("type", "restriction")), RELATION),
                ways,
                _only(KeyFilter(*RARE_KEYS), WAY),
                _RareTags(ways),
            )
        ways.flush()
    return found


def _only(kept: Filter, entity: osmium.osm.osm_entity_bits) -> Filter:
    kept.enable_for(entity)
    return kept


def _locations(path: Path) -> osmium.NodeLocationsForWays:
    index = osmium.index.create_map(f"sparse_file_array,{path}")
    handler = osmium.NodeLocationsForWays(index)
    handler.ignore_errors()
    return handler


def _read_nodes(file: osmium.io.File, path: Path, found: Scan) -> None:
    index = _locations(path)
    with osmium.io.Reader(file, NODE) as reader:
        header = reader.header()
        found.date = header.get("osmosis_replication_timestamp") or header.get("timestamp")
        # KeyFilter stops every other node before Python sees it.
        osmium.apply(reader, index, _only(KeyFilter(BARRIER_KEY), NODE), _Barriers(found))
    table = np.fromfile(path, _RECORD)
    del index
    table = table[(table["x"] != _UNSET) | (table["y"] != _UNSET)]
    # Extracts are sorted by id already; the sort is stable, so the first of two stays first.
    if table.size and (np.diff(table["id"].view(np.int64)) <= 0).any():
        table = table[np.argsort(table["id"], kind="stable")]
        again = np.concatenate([[False], table["id"][1:] == table["id"][:-1]])
        here, there = table[1:], table[:-1]
        moved = again[1:] & ((here["x"] != there["x"]) | (here["y"] != there["y"]))
        found.twice = np.unique(here["id"][moved]).astype(np.int64)
        table = table[~again]
    found.node_id = table["id"].astype(np.int64)
    found.x, found.y = table["x"].copy(), table["y"].copy()


def _write_rows(node_id: NDArray[np.int64], path: Path) -> None:
    """Write an index that holds the row of each node in place of its coordinates."""
    table = np.empty(node_id.size, _RECORD)
    rows = np.arange(node_id.size)
    table["id"] = node_id
    table["x"], table["y"] = rows % _ROWS_A_COLUMN, rows // _ROWS_A_COLUMN
    table.tofile(path)


class _Barriers(osmium.SimpleHandler):
    """Collects the nodes that no car passes."""

    def __init__(self, found: Scan) -> None:
        super().__init__()
        self._found = found

    def node(self, node: osmium.osm.Node) -> None:
        if blocks({tag.k: tag.v for tag in node.tags}):
            self._found.barrier.append(node.id)


class _Ways(osmium.SimpleHandler):
    """Collects ways, and how each is driven; tags are judged once for each set of values."""

    def __init__(self, found: Scan, *, service: bool) -> None:
        super().__init__()
        self._found = found
        self._service = service
        self._zones = load_zones()
        self._kinds: dict[tuple[str | None, ...], int] = {}
        self._hopeless: dict[int, str] = {}
        self._lines: list[str] = []
        self._line_string = osmium.geom.WKBFactory().create_linestring
        self.common: tuple[str | None, ...] = ()

    def way(self, way: osmium.osm.Way) -> None:
        get = way.tags.get
        found = self._found
        self.common = (get("highway"), get("oneway"), get("maxspeed"), get("lanes"))
        kind = self._kinds.get(self.common)
        if kind is None:
            kind = self._judge(self.common, dict(zip(COMMON_KEYS, self.common, strict=True)))
        if kind in self._hopeless:
            found.left_out[self._hopeless[kind]] += 1
            return
        found.kind.append(kind)
        found.osmid.append(way.id)
        found.name.append(found.names.setdefault(get("name") or "", len(found.names)))
        found.ref.append(found.refs.setdefault(get("ref") or "", len(found.refs)))
        try:
            self._lines.append(self._line_string(way)[_WKB_HEADER:])
        except (osmium.InvalidLocationError, RuntimeError):
            self._lines.append(_spelt_out(way))
        if len(self._lines) >= _WAYS_A_BATCH:
            self.flush()

    def rare(self, tags: dict[str, str]) -> None:
        """Judge the last way again, by its rare tags too."""
        if self._kinds[self.common] in self._hopeless:
            return
        key = (*self.common, *(part for tag in sorted(tags.items()) for part in tag))
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._judge(key, {**dict(zip(COMMON_KEYS, self.common, strict=True)), **tags})
        self._found.kind[-1] = kind

    def relation(self, relation: osmium.osm.Relation) -> None:
        members = [(member.type, member.ref, member.role) for member in relation.members]
        self._found.restrictions.add({tag.k: tag.v for tag in relation.tags}, members)

    def flush(self) -> None:
        """Turn the lines collected so far into rows of nodes."""
        self._found.length.extend([len(line) // _WKB_POINT for line in self._lines])
        points = np.frombuffer(bytes.fromhex("".join(self._lines)), "<f8")
        units = np.rint(points * _UNITS_A_DEGREE).astype(np.int64).reshape(-1, 2)
        rows = units[:, 0] + units[:, 1] * _ROWS_A_COLUMN
        self._found.row.frombytes(rows.tobytes())
        self._lines.clear()

    def _judge(self, key: tuple[str | None, ...], tags: dict[str, str | None]) -> int:
        given = {name: value for name, value in tags.items() if value is not None}
        kind = self._kinds[key] = len(self._found.drives)
        verdict = drive(given, self._zones, service=self._service)
        self._found.drives.append(verdict)
        # No rare tag makes a road of a footway or a river; its line need not be read.
        if "highway" in given and isinstance(verdict, str) and verdict in _HOPELESS:
            self._hopeless[kind] = verdict
        return kind


class _RareTags(osmium.SimpleHandler):
    """Follows a way that has rare tags; libosmium passes over all others."""

    def __init__(self, ways: _Ways) -> None:
        super().__init__()
        self._ways = ways

    def way(self, way: osmium.osm.Way) -> None:
        self._ways.rare({tag.k: tag.v for tag in way.tags if tag.k in _RARE})


def _spelt_out(way: osmium.osm.Way) -> str:
    """Return the points of a way that has gaps or one place only, as the rest is written."""
    points = []
    for node in way.nodes:
        valid = node.location.valid()
        points.append((node.x, node.y) if valid else (MISSING, 0))
    return (np.array(points, "<f8").reshape(-1, 2) / _UNITS_A_DEGREE).tobytes().hex()

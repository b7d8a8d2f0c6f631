"""Read the roads of an OpenStreetMap file into flat arrays, at the speed of libosmium.

Asking pyosmium in Python for the tags and nodes of every way costs more than all of the rest. So
libosmium does it in one pass and in its own threads: places of nodes go into an index that lies in
a file, which read as an array is the table of all nodes; ways that may be roads go, as lines of
OPL, into a second file. Those lines are then split whole batches at a time, tags are judged once
for each set of them, and ids of nodes become rows of the table by binary search.
"""

from __future__ import annotations

import ctypes
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import EntityFilter, KeyFilter, TagFilter
from osmium.osm import NODE, RELATION, WAY

from clustergeo.networks._osm_rules import (
    BARRIER_KEY,
    KEYS,
    SIGNAL,
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
_BATCH: Final = 2**21  # characters of ways that are held as Python objects at a time
_SETS_KEPT: Final = 100_000
_READ: Final = frozenset({*KEYS, "name", "ref"})
_ESCAPED: Final = re.compile("%([0-9a-f]+)%")


@dataclass(slots=True)
class Scan:
    """What a file holds of roads: flat arrays, ways in the order of the file.

    Parameters
    ----------
    node_id, x, y
        All nodes of the file by id, coordinates in units of 1e-7 degrees.
    twice
        Ids that the file gives to nodes at different places.
    barrier, signal
        Ids of nodes that no car passes, and of traffic signals.
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
    signal: array[int] = field(default_factory=lambda: array("q"))
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
    with tempfile.TemporaryDirectory(prefix="clustergeo-", ignore_cleanup_errors=True) as folder:
        places, lines = Path(folder) / "places", Path(folder) / "ways.opl"
        _split(file, places, lines, found)
        ways = _Ways(found, service=service)
        for batch in _batches(lines):
            ways.add(batch)
    return found


def _split(file: osmium.io.File, places: Path, lines: Path, found: Scan) -> None:
    """Write the places of all nodes and the ways that may be roads into two files."""
    index = osmium.index.create_map(f"sparse_file_array,{places}")
    locations = osmium.NodeLocationsForWays(index)
    locations.apply_nodes_to_ways = False
    with osmium.io.Reader(file, NODE | WAY | RELATION) as reader, _opl(lines) as writer:
        header = reader.header()
        found.date = header.get("osmosis_replication_timestamp") or header.get("timestamp")
        # A filter stops every other object before Python sees it.
        osmium.apply(
            reader,
            locations,
            _only(KeyFilter(BARRIER_KEY, SIGNAL[0]), NODE),
            _only(KeyFilter("highway", "route"), WAY),
            _only(TagFilter(("type", "restriction")), RELATION),
            _Others(found),
            EntityFilter(WAY),
            writer,
        )
    _take_nodes(np.fromfile(places, _RECORD), found)


@contextmanager
def _opl(path: Path) -> Iterator[osmium.WriteHandler]:
    """Yield a writer of lines of OPL, closed at the end."""
    lines = osmium.io.File(str(path), "opl,add_metadata=none")
    writer = osmium.WriteHandler(lines)  # type: ignore[arg-type]  # its stub knows names only
    try:
        yield writer
        writer.close()
    except BaseException:
        try:
            writer.close()
        except RuntimeError:
            # Its destructor would write again, fail again and end the process: it must never run.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
        raise


def _only(kept: Filter, entity: osmium.osm.osm_entity_bits) -> Filter:
    kept.enable_for(entity)
    return kept


def _take_nodes(table: NDArray[np.void], found: Scan) -> None:
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


def _batches(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        while batch := file.read(_BATCH):
            yield batch + file.readline()


class _Others(osmium.SimpleHandler):
    """Collects the nodes that no car passes or that have signals, and turn restrictions."""

    def __init__(self, found: Scan) -> None:
        super().__init__()
        self._found = found

    def node(self, node: osmium.osm.Node) -> None:
        tags = {tag.k: tag.v for tag in node.tags}
        if blocks(tags):
            self._found.barrier.append(node.id)
        if tags.get(SIGNAL[0]) == SIGNAL[1]:
            self._found.signal.append(node.id)

    def relation(self, relation: osmium.osm.Relation) -> None:
        members = [(member.type, member.ref, member.role) for member in relation.members]
        self._found.restrictions.add({tag.k: tag.v for tag in relation.tags}, members)


class _Ways:
    """Collects ways, and how each is driven; tags are judged once for each set of values."""

    def __init__(self, found: Scan, *, service: bool) -> None:
        self._found = found
        self._service = service
        self._zones = load_zones()
        self._kinds: dict[tuple[tuple[str, str], ...], int] = {}
        # Number of each set of tags, as it is written; three entries each of what it means.
        self._sets: dict[str, int] = {}
        self._judged = array("i")

    def add(self, batch: str) -> None:
        """Take in lines of OPL: ``w7 Thighway=primary,name=x Nn1,n2`` each."""
        fields = batch.split()
        tags = fields[1::3]
        if len(self._sets) > _SETS_KEPT:
            self._sets.clear()
            self._judged = array("i")
        for text in dict.fromkeys(tags):
            if text not in self._sets:
                self._sets[text] = len(self._sets)
                self._judged.extend(self._judge(text))
        rows = np.array([self._sets[text] for text in tags])
        judged = np.array(self._judged, np.int32).reshape(-1, 3)[rows]
        is_road = [isinstance(drive, Drive) for drive in self._found.drives]
        used = np.array(is_road, bool)[judged[:, 0]]
        for kind, count in Counter(judged[~used, 0].tolist()).items():
            self._found.left_out[str(self._found.drives[kind])] += count
        roads = used.tolist()
        kept = list(compress(fields[2::3], roads))
        ids = ",".join([refs[1:] for refs in kept if len(refs) > 1]).replace("n", "")
        osmid = ",".join(compress(fields[0::3], roads)).replace("w", "")
        found = self._found
        for column, values in (
            (found.kind, judged[used, 0]),
            (found.name, judged[used, 1]),
            (found.ref, judged[used, 2]),
            (found.osmid, np.fromstring(osmid, np.int64, sep=",")),
            (found.length, np.array([refs.count("n") for refs in kept], np.int64)),
            (found.row, _rows(found.node_id, np.fromstring(ids, np.int64, sep=","))),
        ):
            column.frombytes(values.tobytes())

    def _judge(self, text: str) -> tuple[int, int, int]:
        """Return the positions of how a way with these tags is driven, its name and number."""
        tags: dict[str, str] = {}
        for tag in text[1:].split(","):
            key, _, value = tag.partition("=")
            if key in _READ and key not in tags:
                tags[key] = _ESCAPED.sub(_character, value) if "%" in value else value
        name, ref = tags.pop("name", ""), tags.pop("ref", "")
        ruled = tuple(sorted(tags.items()))
        found = self._found
        kind = self._kinds.get(ruled)
        if kind is None:
            kind = self._kinds[ruled] = len(found.drives)
            found.drives.append(drive(tags, self._zones, service=self._service))
        if isinstance(found.drives[kind], str):
            return kind, 0, 0
        names, refs = found.names, found.refs
        return kind, names.setdefault(name, len(names)), refs.setdefault(ref, len(refs))


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _rows(node_id: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of each node, MISSING where there is none."""
    if not node_id.size:
        return np.full(wanted.size, MISSING)
    rows = np.minimum(np.searchsorted(node_id, wanted), node_id.size - 1)
    return np.where(node_id[rows] == wanted, rows, MISSING)

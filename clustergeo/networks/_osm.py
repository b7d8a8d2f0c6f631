"""Read roads from a file of OpenStreetMap."""

from __future__ import annotations

import logging
import math
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from clustergeo.errors import Fault, OutputError, RoadError, UsageError
from clustergeo.networks._osm_cut import Pieces, Traces, cut, degrees, traces_of
from clustergeo.networks._osm_files import damaged_block, format_of
from clustergeo.networks._osm_notes import notes_of, reasons_of
from clustergeo.networks._osm_rules import ROAD_CLASSES, Drive
from clustergeo.networks._osm_scan import Scan, scan
from clustergeo.networks._osm_turns import bans_of
from clustergeo.networks.parts import RoadParts

__all__ = ["read_osm"]

MOST_MISSING: Final = 0.01
"""Above this share of missing nodes a file is not an extract with ragged edges but a torso."""

_AGAIN: Final = "download it again and compare its .md5"
_FAULTS_NAMED: Final = 20
_FULL: Final = "No space left"

_log = logging.getLogger(__name__)


def read_osm(path: Path | str, *, mode: str = "car", service: bool = False) -> RoadParts:
    """Read the roads of an OpenStreetMap file: ``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``.

    The format is recognised by the content. The same data gives the same parts from every format
    and in any order; pieces lie by the id of their way. The rules are those of
    :mod:`clustergeo.networks._osm_rules`. Lengths are great circles on the sphere with
    ``EARTH_RADIUS_M``.

    Parameters
    ----------
    path
        The file.
    mode
        ``"car"``, the only one so far.
    service
        Whether service roads count (never driveways and aisles of car parks). Ferries are often
        reached by them.

    Returns
    -------
    parts : RoadParts
        ``notes`` counts what was left out, removed or is not modelled.

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If it is none of these formats, is damaged or breaks off, lacks more than 1 % of the nodes
        of its roads, or holds no road.
    OutputError
        If the folder for temporary files, which takes as much as the file at times, is full.
    UsageError
        If the mode is unknown.

    Examples
    --------
    >>> import tempfile
    >>> text = '''<osm version="0.6"><node id="1" lat="36.0" lon="127.0"/>
    ... <node id="2" lat="36.01" lon="127.0"/><way id="7"><nd ref="1"/><nd ref="2"/>
    ... <tag k="highway" v="primary"/><tag k="maxspeed" v="60"/></way></osm>'''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "town.osm"
    ...     _ = path.write_text(text)
    ...     parts = read_osm(path)
    >>> parts.length_m.round(), parts.forward_kph
    (array([1112.]), array([60.]))
    """
    if mode != "car":
        message = f'unknown mode ({mode}) - use "car"'
        raise UsageError(message)
    path = Path(path)
    found = _scan(path, service=service)
    _refuse_no_ways(path, found)
    traces = traces_of(found)
    _refuse_missing(path, found, traces)
    if not traces.row.size:
        raise RoadError(Fault(str(path), _no_roads(found, traces), "give an extract with roads"))
    _refuse_places(path, found, traces)
    parts = _parts(path, found, traces, cut(found, traces))
    _log.info("read %r", parts)
    return parts


def _scan(path: Path, *, service: bool) -> Scan:
    kind = format_of(path)
    file = osmium.io.File(str(path), kind)
    try:
        with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
            history = reader.header().has_multiple_object_versions
        found = Scan() if history else scan(file, service=service)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if _FULL in str(error):
            fault = Fault(tempfile.gettempdir(), "is full", "make room, or set TMPDIR elsewhere")
            raise OutputError(str(fault)) from error
        raise RoadError(Fault(str(path), _why(path, kind, error), _AGAIN)) from error
    if history:
        # It holds objects several times, some of them deleted.
        what = "is a history or change file, not a state of the map"
        raise RoadError(Fault(str(path), what, "give a plain extract"))
    return found


def _why(path: Path, kind: str, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError) or "invalid Unicode" in str(error):
        return "holds a tag that is not UTF-8"
    where = damaged_block(path) if kind == "pbf" else ""
    # libosmium ends some of its messages with the name of the file.
    reason = re.sub(r"\s+", " ", str(error)).removesuffix(f": {path}")
    return f"is damaged ({', '.join(filter(None, (where, reason)))})"


def _refuse_no_ways(path: Path, found: Scan) -> None:
    """Raise if the file ends before its ways: libosmium takes such a file for a whole one."""
    if found.osmid or found.left_out:
        return
    counts: Counter[str] = Counter()

    class Count(osmium.SimpleHandler):
        def way(self, _: Any) -> None:  # noqa: ANN401
            counts["ways"] += 1

    Count().apply_file(osmium.io.File(str(path), format_of(path)))
    if not counts["ways"]:
        what = f"no ways ({found.node_id.size:,} nodes): the download is incomplete, or no extract"
        raise RoadError(Fault(str(path), what, _AGAIN))


def _refuse_missing(path: Path, found: Scan, traces: Traces) -> None:
    if traces.missing > MOST_MISSING * traces.steps:
        share = f"{traces.missing / traces.steps:.1%}".replace("%", " %")
        what = f"{traces.missing:,} of {traces.steps:,} way nodes missing ({share})"
        fix = "download incomplete: compare .md5, or cut the extract with complete ways"
        raise RoadError(Fault(str(path), what, fix))
    if found.twice.size:
        raise RoadError(
            *(
                Fault(str(path), f"node {node} lies at two places", "keep one of them")
                for node in found.twice[:_FAULTS_NAMED].tolist()
            )
        )


def _refuse_places(path: Path, found: Scan, traces: Traces) -> None:
    lon, lat = degrees(found.x), degrees(found.y)
    wrong = (np.abs(lon) > 180) | (np.abs(lat) > 90)  # noqa: PLR2004
    if not wrong.any():
        return
    used = np.zeros(wrong.size, bool)
    used[traces.row] = True
    if (off := np.flatnonzero(wrong & used)[:_FAULTS_NAMED]).size:
        raise RoadError(
            *(
                Fault(
                    str(path),
                    f"node {found.node_id[i]} is no place on earth ({lat[i]:g}, {lon[i]:g})",
                    "give degrees",
                )
                for i in off
            )
        )


def _no_roads(found: Scan, traces: Traces) -> str:
    reasons = "; ".join(reasons_of(found, traces))
    return f"no roads for cars ({reasons or 'no highways of their classes'})"


def _parts(path: Path, found: Scan, traces: Traces, pieces: Pieces) -> RoadParts:
    kind = np.asarray(found.kind, np.int64)[traces.way][pieces.way]
    drives = [drive if isinstance(drive, Drive) else _NOTHING for drive in found.drives]
    osmid = np.asarray(found.osmid, np.int64)[traces.way][pieces.way]
    forward = np.array([drive.forward for drive in drives], bool)[kind]
    backward = np.array([drive.backward for drive in drives], bool)[kind]
    ends = (pieces.node_id[pieces.start], pieces.node_id[pieces.end])
    bans = bans_of(found.restrictions, ends, osmid, (forward, backward))
    codes = {
        "name": _recoded(found.names, np.asarray(found.name, np.int64)[traces.way][pieces.way]),
        "ref": _recoded(found.refs, np.asarray(found.ref, np.int64)[traces.way][pieces.way]),
    }
    return RoadParts(
        node_id=pieces.node_id,
        lon=pieces.lon,
        lat=pieces.lat,
        start=pieces.start,
        end=pieces.end,
        forward=forward,
        backward=backward,
        length_m=pieces.length_m,
        forward_kph=np.array([drive.forward_kph for drive in drives])[kind],
        backward_kph=np.array([drive.backward_kph for drive in drives])[kind],
        speed_evidence=np.array([drive.evidence for drive in drives], np.uint8)[kind],
        seconds=_seconds(np.array([drive.seconds for drive in drives])[kind], pieces),
        highway=np.array([ROAD_CLASSES.index(d.highway) for d in drives], np.uint8)[kind],
        classes=ROAD_CLASSES,
        name=codes["name"][0],
        names=codes["name"][1],
        ref=codes["ref"][0],
        refs=codes["ref"][1],
        osmid=osmid,
        lanes=np.array([drive.lanes for drive in drives], np.uint8)[kind],
        toll=np.array([drive.toll for drive in drives], bool)[kind],
        line_first=pieces.line_first,
        line_lon=pieces.line_lon,
        line_lat=pieces.line_lat,
        ban_from=bans.from_piece,
        ban_to=bans.to_piece,
        ban_from_forward=bans.from_forward,
        ban_to_forward=bans.to_forward,
        source=path.name,
        date=found.date,
        signal=pieces.signal,
        notes=tuple(notes_of(found, traces, pieces, bans)),
    )


_NOTHING: Final = Drive(
    highway="road",
    forward=False,
    backward=False,
    forward_kph=math.nan,
    backward_kph=math.nan,
    evidence=0,
    seconds=math.nan,
    lanes=0,
    toll=False,
)
"""Stands in the table for tags that are no road; no piece refers to it."""


def _seconds(whole: NDArray[np.float64], pieces: Pieces) -> NDArray[np.float64]:
    """Return the share that each piece has, by length, in the fixed time of its way."""
    metres = np.bincount(pieces.way, weights=pieces.length_m)[pieces.way]
    share = np.divide(pieces.length_m, metres, out=np.zeros(metres.size), where=metres > 0)
    seconds: NDArray[np.float64] = whole * share
    return seconds


def _recoded(
    codes: dict[str, int], code: NDArray[np.int64]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return codes into the texts in use, sorted: the order of the file does not show."""
    texts = list(codes)
    used = sorted({texts[i] for i in np.flatnonzero(np.bincount(code)).tolist()} - {""})
    new = {text: i for i, text in enumerate(["", *used])}
    table = np.array([new.get(text, 0) for text in texts], np.int32)
    return table[code], ("", *used)

"""What every reader of roads hands over: arrays of pieces, before speeds are set."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault, RoadError
from clustergeo.schemas.roads import FASTEST_KPH, SPEED_EVIDENCE

__all__ = ["ASSUMED", "MEASURED", "PUBLISHED", "RoadParts"]

PUBLISHED: Final = SPEED_EVIDENCE.index("published")
"""Code of a speed that a sign or a list states."""

MEASURED: Final = SPEED_EVIDENCE.index("measured")
"""Code of a speed that somebody observed."""

ASSUMED: Final = SPEED_EVIDENCE.index("assumed")
"""Code of a speed that follows from a rule of thumb."""

_NODES: Final = ("lon", "lat", "node_id")
_PIECES: Final = (
    "start",
    "end",
    "forward",
    "backward",
    "length_m",
    "forward_kph",
    "backward_kph",
    "speed_evidence",
    "seconds",
    "highway",
    "name",
    "ref",
    "osmid",
    "lanes",
    "toll",
)
_BANS: Final = ("ban_from", "ban_to", "ban_from_forward", "ban_to_forward")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class RoadParts:
    """Roads as a source has them: pieces between junctions, before speeds are set.

    Readers make it, :meth:`RoadNetwork.from_parts` turns it into a network. There are n nodes,
    p pieces and b turn bans; a piece may be driven one way, both ways or (closed) not at all.

    Parameters
    ----------
    node_id
        Id in the source, unique; int64, shape (n,).
    lon, lat
        Degrees in WGS84, float64, shape (n,).
    start, end
        Rows of the nodes that a piece joins, in the direction it is drawn; int32, shape (p,).
    forward, backward
        Whether it may be driven that way; bool, shape (p,).
    length_m
        Driven metres, float64, shape (p,).
    forward_kph, backward_kph
        Posted or measured limit, kilometres per hour, NaN where there is none; float64, shape
        (p,). A reader removes limits of zero and absurd ones, and counts them in ``notes``.
    speed_evidence
        Of the speeds (or seconds) that are given: ``PUBLISHED``, ``MEASURED`` or ``ASSUMED``;
        uint8, shape (p,).
    seconds
        Fixed travel time (of a ferry, observed), NaN where it follows from the speed; float64,
        shape (p,).
    highway, classes
        Class of road: uint8 codes into ``classes``, shape (p,).
    name, names
        Name: int32 codes into ``names``, shape (p,); ``names[0]`` is ``""``.
    ref, refs
        Road number: int32 codes into ``refs``, shape (p,); ``refs[0]`` is ``""``.
    osmid
        Id of the way or link in the source, int64, shape (p,).
    lanes
        Lanes of both directions, 0 where unknown; uint8, shape (p,).
    toll
        Whether it is tolled, bool, shape (p,).
    line_first, line_lon, line_lat
        Vertices, both ends included: those of piece i are ``line_first[i]:line_first[i + 1]``;
        int64, shape (p + 1,), and float64 degrees.
    ban_from, ban_to
        Pieces between which a turn is banned, at the node where the first one ends as driven;
        int32, shape (b,).
    ban_from_forward, ban_to_forward
        Whether the ban is of the piece driven as drawn; bool, shape (b,).
    source, date
        What was read, and its date as the source states it (``""`` where it does not).
    notes
        One sentence for each thing read differently, dropped (with its count) or not modelled.
    signal
        Whether traffic is signalled at each node, bool, shape (n,); empty where the source does
        not say.
    opposite
        Piece that runs the other way over the same road where each direction is a piece of its
        own, -1 where there is none; int32, shape (p,), or empty.

    Examples
    --------
    >>> import numpy as np
    >>> RoadParts(
    ...     node_id=np.array([1, 2]), lon=np.array([127.0, 127.01]), lat=np.array([36.0, 36.0]),
    ...     start=np.array([0], np.int32), end=np.array([1], np.int32),
    ...     forward=np.array([True]), backward=np.array([True]), length_m=np.array([900.0]),
    ...     forward_kph=np.array([60.0]), backward_kph=np.array([60.0]),
    ...     speed_evidence=np.array([PUBLISHED], np.uint8), seconds=np.array([np.nan]),
    ...     highway=np.array([0], np.uint8), classes=("primary",),
    ...     name=np.array([0], np.int32), names=("",), ref=np.array([0], np.int32), refs=("",),
    ...     osmid=np.array([7]), lanes=np.array([2], np.uint8), toll=np.array([False]),
    ...     line_first=np.array([0, 2]), line_lon=np.array([127.0, 127.01]),
    ...     line_lat=np.array([36.0, 36.0]), ban_from=np.empty(0, np.int32),
    ...     ban_to=np.empty(0, np.int32), ban_from_forward=np.empty(0, bool),
    ...     ban_to_forward=np.empty(0, bool), source="by hand", date="", notes=(),
    ... )
    RoadParts(2 nodes, 1 pieces, 0 turn bans; by hand)
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    length_m: NDArray[np.float64]
    forward_kph: NDArray[np.float64]
    backward_kph: NDArray[np.float64]
    speed_evidence: NDArray[np.uint8]
    seconds: NDArray[np.float64]
    highway: NDArray[np.uint8]
    classes: tuple[str, ...]
    name: NDArray[np.int32]
    names: tuple[str, ...]
    ref: NDArray[np.int32]
    refs: tuple[str, ...]
    osmid: NDArray[np.int64]
    lanes: NDArray[np.uint8]
    toll: NDArray[np.bool_]
    line_first: NDArray[np.int64]
    line_lon: NDArray[np.float64]
    line_lat: NDArray[np.float64]
    ban_from: NDArray[np.int32]
    ban_to: NDArray[np.int32]
    ban_from_forward: NDArray[np.bool_]
    ban_to_forward: NDArray[np.bool_]
    source: str
    date: str
    notes: tuple[str, ...]
    signal: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    opposite: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

    def __repr__(self) -> str:
        return (
            f"RoadParts({self.node_id.size:,} nodes, {self.start.size:,} pieces, "
            f"{self.ban_from.size:,} turn bans; {self.source})"
        )

    def check(self) -> None:
        """Refuse parts that contradict themselves, so that no engine sees them.

        Raises
        ------
        RoadError
            With every kind of fault found and the first piece (or node) that has it; ids are
            those of the source.
        """
        if faults := [*_shape_faults(self)] or [*_node_faults(self), *_piece_faults(self)]:
            raise RoadError(*faults)


def _shape_faults(parts: RoadParts) -> list[Fault]:
    """Return the arrays that have the wrong size; nothing else can be checked before."""
    n, p, b = parts.node_id.size, parts.start.size, parts.ban_from.size
    wanted = dict.fromkeys(_NODES, n) | dict.fromkeys(_PIECES, p) | dict.fromkeys(_BANS, b)
    vertices = int(parts.line_first[-1]) if parts.line_first.size else 0
    wanted |= {"line_first": p + 1, "line_lon": vertices, "line_lat": vertices}
    wanted |= {"signal": n if parts.signal.size else 0}
    wanted |= {"opposite": p if parts.opposite.size else 0}
    arrays = [item.name for item in fields(parts) if item.name in wanted]
    return [
        Fault(
            parts.source,
            f"has {getattr(parts, name).size:,} entries instead of {wanted[name]:,}",
            "give one entry each",
            field=name,
        )
        for name in arrays
        if getattr(parts, name).shape != (wanted[name],)
    ]


def _node_faults(parts: RoadParts) -> list[Fault]:
    _, index, count = np.unique(parts.node_id, return_index=True, return_counts=True)
    twice = np.zeros(parts.node_id.size, bool)
    twice[index[count > 1]] = True
    # The comparisons are false for NaN, too.
    outside = ~((np.abs(parts.lon) <= 180) & (np.abs(parts.lat) <= 90))  # noqa: PLR2004
    found = (
        ("node_id", "two nodes have one id", "give each its own id", twice),
        ("lon", "is no place on earth", "give degrees, longitude and latitude", outside),
    )
    return [
        _fault(parts, f"node {parts.node_id[bad.argmax()]}: {what}", fix, column, bad)
        for column, what, fix, bad in found
        if bad.any()
    ]


def _piece_faults(parts: RoadParts) -> list[Fault]:
    ends = np.stack([parts.start, parts.end])
    given = np.stack([parts.forward_kph, parts.backward_kph])
    odd = ~np.isnan(given) & ~((given > 0) & (given <= FASTEST_KPH))
    absurd = np.asarray(odd.any(axis=0), bool)
    short = ~(np.isfinite(parts.length_m) & (parts.length_m >= 0))
    negative = ~np.isnan(parts.seconds) & ~((parts.seconds >= 0) & np.isfinite(parts.seconds))
    found = (
        ("start", "joins no such node", "name a row of the nodes", _off(ends, parts.lon.size)),
        ("length_m", "is no length", "give metres, 0 or more", short),
        ("forward_kph", "is no speed limit", "give km/h above 0", absurd),
        ("seconds", "is no travel time", "give seconds, 0 or more", negative),
        (
            "highway",
            "has no such class",
            "name one of classes",
            _not_in(parts.highway, parts.classes),
        ),
        ("name", "has no such name", "name one of names", _not_in(parts.name, parts.names)),
        ("ref", "has no such number", "name one of refs", _not_in(parts.ref, parts.refs)),
        ("line_first", "has one vertex only", "draw it from start to end", _stubs(parts)),
        ("opposite", "is not led back by it", "name its other direction", _no_way_back(parts)),
    )
    faults = [
        _fault(parts, f"way {parts.osmid[bad.argmax()]}: {what}", fix, column, bad)
        for column, what, fix, bad in found
        if bad.any()
    ]
    return faults or _ban_faults(parts)


def _ban_faults(parts: RoadParts) -> list[Fault]:
    unknown = _off(np.stack([parts.ban_from, parts.ban_to]), parts.start.size)
    if unknown.any():
        return [_fault(parts, "bans no such turn", "name two pieces", "ban_from", unknown)]
    into = np.where(parts.ban_from_forward, parts.end[parts.ban_from], parts.start[parts.ban_from])
    out_of = np.where(parts.ban_to_forward, parts.start[parts.ban_to], parts.end[parts.ban_to])
    apart = np.asarray(into != out_of)
    if not apart.any():
        return []
    way = parts.osmid[parts.ban_from[apart.argmax()]]
    what = f"way {way}: a turn is banned between ways that do not meet"
    return [_fault(parts, what, "name two pieces that share a node", "ban_to", apart)]


def _off(rows: NDArray[np.int32], size: int) -> NDArray[np.bool_]:
    return np.asarray(((rows < 0) | (rows >= size)).any(axis=0), bool)


def _not_in(codes: NDArray[Any], texts: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.asarray((codes < 0) | (codes >= len(texts)), bool)


def _stubs(parts: RoadParts) -> NDArray[np.bool_]:
    stubs: NDArray[np.bool_] = np.diff(parts.line_first) < 2  # noqa: PLR2004
    return stubs


def _no_way_back(parts: RoadParts) -> NDArray[np.bool_]:
    wrong = np.zeros(parts.start.size, bool)
    piece = np.flatnonzero(parts.opposite != -1)
    other = parts.opposite[piece]
    wrong[piece] = out = _off(other[None], parts.start.size)
    piece, other = piece[~out], other[~out]
    wrong[piece] = (parts.opposite[other] != piece) | (parts.start[other] != parts.end[piece])
    return wrong


def _fault(parts: RoadParts, what: str, fix: str, column: str, bad: NDArray[np.bool_]) -> Fault:
    return Fault(parts.source, f"{what} ({np.count_nonzero(bad):,} in all)", fix, field=column)

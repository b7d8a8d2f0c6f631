"""Turn restrictions of OpenStreetMap: which relations are meant for cars, and what they ban."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bans", "Restrictions", "bans_of"]

_KEYS: Final = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
"""Most specific first."""

_NO: Final = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
_ONLY: Final = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
_FOR_CARS: Final = frozenset({"motorcar", "motor_vehicle", "vehicle"})
_TIMED: Final = ("day_on", "hour_on")

Leg = tuple[int, bool]
"""A piece, and whether it is driven as drawn."""


@dataclass(slots=True)
class Restrictions:
    """Restrictions with a node as via, one row for each pair of ways; and what was passed over.

    Parameters
    ----------
    only, from_way, via, to_way
        Whether it is an ``only_*``, and the ids of its members.
    skipped
        Restrictions that are not modelled, by the reason.
    """

    only: array[int] = field(default_factory=lambda: array("b"))
    from_way: array[int] = field(default_factory=lambda: array("q"))
    via: array[int] = field(default_factory=lambda: array("q"))
    to_way: array[int] = field(default_factory=lambda: array("q"))
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, tags: Mapping[str, str], members: Iterable[tuple[str, int, str]]) -> None:
        """Take in a relation; members are (type, id, role)."""
        kind = next((tags[key].strip().casefold() for key in _KEYS if key in tags), "")
        exempt = {word.strip() for word in tags.get("except", "").casefold().split(";")}
        if exempt & _FOR_CARS or not (kind or _conditional(tags)):
            return  # not for cars: for lorries, buses or bicycles, or cars are excepted
        roles: dict[tuple[str, str], list[int]] = defaultdict(list)
        for member, ref, role in members:
            roles[role, member].append(ref)
        via, sources, targets = roles["via", "n"], roles["from", "w"], roles["to", "w"]
        if _conditional(tags) or any(key in tags for key in _TIMED):
            self.skipped["hold at certain times only"] += 1
        elif kind not in _NO | _ONLY:
            self.skipped["are of an unknown kind"] += 1
        elif roles["via", "w"]:
            self.skipped["go via a way"] += 1
        elif len(via) != 1 or not sources or not targets:
            self.skipped["lack a member"] += 1
        else:
            for source in sources:
                for target in targets:
                    self.only.append(kind in _ONLY)
                    self.from_way.append(source)
                    self.via.append(via[0])
                    self.to_way.append(target)


def _conditional(tags: Mapping[str, str]) -> bool:
    return any(f"{key}:conditional" in tags for key in _KEYS)


@dataclass(frozen=True, slots=True, eq=False)
class Bans:
    """Banned successions of pieces, sorted, each once.

    Parameters
    ----------
    from_piece, to_piece
        Pieces, int32.
    from_forward, to_forward
        Whether they are driven as drawn.
    not_applied
        Restrictions that do not fit the roads, by the reason.
    """

    from_piece: NDArray[np.int32]
    to_piece: NDArray[np.int32]
    from_forward: NDArray[np.bool_]
    to_forward: NDArray[np.bool_]
    not_applied: Counter[str]


@dataclass(frozen=True, slots=True)
class _Junction:
    """The pieces that meet at a node, by way: how each may be driven into it and out of it."""

    into: dict[int, list[Leg]]
    out_of: dict[int, list[Leg]]


def bans_of(
    restrictions: Restrictions,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    osmid: NDArray[np.int64],
    open_ways: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Bans:
    """Return the bans that restrictions put on pieces.

    A way that passes through the via node has two pieces there, and a restriction that does not
    say which one it means is not applied; a ban of U-turns means both. Where several ``only_*``
    start from one piece, any of their exits may be taken.

    Parameters
    ----------
    restrictions
        Restrictions with ids of ways and nodes.
    ends
        Ids of the nodes where each piece starts and ends.
    osmid
        Id of the way of each piece.
    open_ways
        Whether each piece may be driven as drawn, and against it.

    Returns
    -------
    bans : Bans
    """
    junctions = _junctions(set(restrictions.via), ends, osmid, open_ways)
    banned: set[tuple[Leg, Leg]] = set()
    only: dict[tuple[int, Leg], set[Leg]] = defaultdict(set)
    missed: Counter[str] = Counter()
    rows = zip(
        restrictions.only,
        restrictions.from_way,
        restrictions.via,
        restrictions.to_way,
        strict=True,
    )
    for is_only, from_way, via, to_way in rows:
        junction = junctions.get(via)
        into = junction.into.get(from_way, []) if junction else []
        out_of = junction.out_of.get(to_way, []) if junction else []
        if not into or not out_of:
            missed["have members that are no roads of this network"] += 1
        elif from_way == to_way and not is_only:
            back = ((piece, not forward) for piece, forward in into)
            banned.update(
                (leg, turn) for leg, turn in zip(into, back, strict=True) if turn in out_of
            )
        elif len(into) > 1 or len(out_of) > 1:
            missed["have a member that passes through the via node"] += 1
        elif is_only:
            only[via, into[0]].add(out_of[0])
        else:
            banned.add((into[0], out_of[0]))
    for (via, leg), allowed in only.items():
        exits = [turn for legs in junctions[via].out_of.values() for turn in legs]
        banned.update((leg, turn) for turn in exits if turn not in allowed)
    return _as_arrays(banned, missed)


def _junctions(
    wanted: set[int],
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    osmid: NDArray[np.int64],
    open_ways: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> dict[int, _Junction]:
    """Return the wanted nodes with what meets there."""
    junctions: dict[int, _Junction] = {}
    vias = np.fromiter(wanted, np.int64, len(wanted))
    forward, backward = open_ways
    # Driven as drawn, a piece leaves its start and enters its end.
    for nodes, leaves, enters, drawn in (
        (ends[0], forward, backward, True),
        (ends[1], backward, forward, False),
    ):
        for piece in np.flatnonzero(np.isin(nodes, vias)).tolist():
            at = junctions.setdefault(int(nodes[piece]), _Junction({}, {}))
            way = int(osmid[piece])
            if leaves[piece]:
                at.out_of.setdefault(way, []).append((piece, drawn))
            if enters[piece]:
                at.into.setdefault(way, []).append((piece, not drawn))
    return junctions


def _as_arrays(banned: set[tuple[Leg, Leg]], missed: Counter[str]) -> Bans:
    rows = [(leg[0], turn[0], leg[1], turn[1]) for leg, turn in sorted(banned)]
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Bans(
        from_piece=table[:, 0].astype(np.int32),
        to_piece=table[:, 1].astype(np.int32),
        from_forward=table[:, 2].astype(bool),
        to_forward=table[:, 3].astype(bool),
        not_applied=missed,
    )

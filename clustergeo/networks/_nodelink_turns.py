"""Turns that may not be made: the bans of TURNINFO, and the turning back that they imply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._nodelink_keys import rows_of
from clustergeo.networks._nodelink_tables import Table
from clustergeo.schemas.nodelink import BANNED_TURNS, PERMITTED_TURNS, U_TURN

__all__ = ["Bans", "bans_of"]

Rows = NDArray[np.int64]

U_TURN_REACH = 2
"""How many links from a banned turn turning back is banned, too.

The set lists the U-turns that are permitted (type 011), so that others are not. A fastest route
turns back only to get round a banned turn, so bans elsewhere would slow the search for nothing;
getting round one by turning back further away stays possible.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Bans:
    """Pairs of links that may not follow each other.

    Parameters
    ----------
    arriving, leaving
        Rows of the links, sorted, without repeats; shape (bans,).
    notes
        What was counted on the way.
    """

    arriving: Rows
    leaving: Rows
    notes: tuple[str, ...]


def bans_of(table: Table, link_id: Rows, start: Rows, end: Rows) -> Bans:
    """Return the turns that a car may not make.

    Parameters
    ----------
    table
        TURNINFO.
    link_id, start, end
        Ids and rows of the end nodes of the links, shape (links,).

    Raises
    ------
    RoadError
        If an id is no id.
    """
    arriving, leaving = (rows_of(table.ids(name), link_id) for name in ("ST_LINK", "ED_LINK"))
    turn_type = table.codes("TURN_TYPE")
    # Rows of no link are -1 and would pick the last one; the first test keeps them out.
    meet = (arriving >= 0) & (leaving >= 0) & (end[arriving] == start[leaving])
    banned = np.isin(turn_type, list(BANNED_TURNS))
    listed = arriving[meet & banned], leaving[meet & banned]
    permitted = meet & (turn_type == U_TURN)
    back = _back_turns(start, end, listed[0], (arriving[permitted], leaving[permitted]))
    pairs = np.unique(
        np.stack([np.concatenate(both) for both in zip(listed, back, strict=True)]), axis=1
    )
    notes = _notes(table, turn_type, banned, meet)
    if back[0].size:
        notes.append(
            f"Turning back is banned at {back[0].size:,} places within {U_TURN_REACH} links of a "
            "banned turn, where TURNINFO does not permit it; elsewhere it is not modelled."
        )
    return Bans(pairs[0], pairs[1], tuple(notes))


def _back_turns(
    start: Rows, end: Rows, banned: Rows, permitted: tuple[Rows, Rows]
) -> tuple[Rows, Rows]:
    """Return the turns from a link into its opposite that are implied to be banned."""
    count = int(max(start.max(), end.max())) + 1
    near = np.zeros(count, dtype=bool)
    near[end[banned]] = True
    for _ in range(U_TURN_REACH):
        reached = near.copy()
        reached[end[near[start]]] = True
        reached[start[near[end]]] = True
        near = reached
    # All pairs of links that run a -> b and b -> a, several of each where roads run in parallel.
    forth, back = _opposites(start * count + end, end * count + start)
    # At a dead end there is nothing else to do.
    dead_end = np.bincount(start, minlength=count) == 1
    turns_at = end[forth]
    free = ~near[turns_at] | dead_end[turns_at] | (start[forth] == turns_at)
    size = start.size
    stated = np.isin(forth * size + back, permitted[0] * size + permitted[1])
    return forth[~free & ~stated], back[~free & ~stated]


def _opposites(way: Rows, opposite: Rows) -> tuple[Rows, Rows]:
    order = np.argsort(way, kind="stable")
    low = np.searchsorted(way, opposite, side="left", sorter=order)
    high = np.searchsorted(way, opposite, side="right", sorter=order)
    forth = np.repeat(np.arange(way.size), high - low)
    within = np.arange(forth.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    return forth, order[low[forth] + within]


def _notes(
    table: Table, turn_type: Rows, banned: NDArray[np.bool_], meet: NDArray[np.bool_]
) -> list[str]:
    known = banned | np.isin(turn_type, list(PERMITTED_TURNS))
    timed = banned & meet & (table.codes("TURN_OPER") == 1)
    counted = (
        (banned & meet, "banned turns of TURNINFO are obeyed."),
        (timed, "banned turns hold at stated hours only; they are banned at all hours."),
        (banned & ~meet, "banned turns are left out: their links do not meet in this network."),
        (~known, "turns of TURNINFO are of an unknown type; they are not banned."),
    )
    return [f"{np.count_nonzero(rows):,} {what}" for rows, what in counted if rows.any()]

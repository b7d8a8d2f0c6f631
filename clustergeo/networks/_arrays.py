"""Edges out of pieces: directions, speeds, times and turns, all by whole arrays."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault, RoadError
from clustergeo.networks.parts import ASSUMED, RoadParts
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_SECOND, SECONDS_PER_HOUR

__all__ = ["BANNED_MS", "LONGEST_MS", "arranged", "arrays_of_parts", "fixed", "parallel_numbers"]

LONGEST_MS: Final = 2**30
"""Milliseconds (twelve days) that no edge may take, so that two still fit 32 bits."""

BANNED_MS: Final = LONGEST_MS
"""Milliseconds that stand for a turn that may not be made at all."""

Arrays = dict[str, NDArray[Any]]


def fixed(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view, so that what others hold stays theirs."""
    view = array.view()
    view.flags.writeable = False
    return view


def arranged(
    nodes: int,
    edges: Arrays,
    turn_from: NDArray[Any],
    turn_to: NDArray[Any],
    turn_ms: NDArray[np.int32] | None = None,
) -> Arrays:
    """Return edges as a forward star, with whatever names an edge renumbered.

    Edges are sorted by tail, then head; those between the same nodes keep their order.

    Parameters
    ----------
    nodes
        Number of nodes.
    edges
        One array a field, shape (edges,) each, among them ``tail``, ``head`` and ``twin``.
    turn_from, turn_to
        Edges between which a turn is banned or takes time, as numbered before.
    turn_ms
        Milliseconds of each turn; all are banned if None or empty.

    Returns
    -------
    arrays : dict
        The fields sorted, and ``first``, ``turn_from``, ``turn_to`` and ``turn_ms``; each turn
        once, sorted, the dearest where it is given twice.
    """
    tail, head = edges["tail"], edges["head"]
    order = np.argsort(tail.astype(np.int64) * nodes + head, kind="stable")
    at = np.empty(order.size + 1, np.int32)
    at[order] = np.arange(order.size, dtype=np.int32)
    at[-1] = -1  # what points nowhere (-1) goes on pointing nowhere
    arrays = {name: array[order] for name, array in edges.items()}
    arrays["twin"] = at[arrays["twin"]]
    counts = np.bincount(tail, minlength=nodes)
    arrays["first"] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    arrays |= _turns(at[turn_from], at[turn_to], turn_ms)
    return {name: fixed(array) for name, array in arrays.items()}


def _turns(
    turn_from: NDArray[np.int32], turn_to: NDArray[np.int32], turn_ms: NDArray[np.int32] | None
) -> Arrays:
    """Return the turns sorted, each once."""
    if turn_ms is None or not turn_ms.size:
        turns = np.unique(np.stack([turn_from, turn_to], axis=1), axis=0)
        ends = {"turn_from": turns[:, 0].copy(), "turn_to": turns[:, 1].copy()}
        return ends | {"turn_ms": np.empty(0, np.int32)}
    order = np.lexsort((turn_ms, turn_to, turn_from))
    start, end, ms = turn_from[order], turn_to[order], turn_ms[order]
    last = np.ones(order.size, bool)
    last[:-1] = (np.diff(start) != 0) | (np.diff(end) != 0)
    return {"turn_from": start[last], "turn_to": end[last], "turn_ms": ms[last]}


def parallel_numbers(tail: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the number of each edge among those between the same nodes, from 0 on.

    Examples
    --------
    >>> parallel_numbers(np.array([0, 0, 0, 1]), np.array([1, 1, 2, 2])).tolist()
    [0, 1, 0, 0]
    """
    new = np.ones(tail.size, bool)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    row = np.arange(tail.size)
    numbers: NDArray[np.int64] = row - row[new][np.cumsum(new) - 1]
    return numbers


def arrays_of_parts(parts: RoadParts, *, fallback_kph: float) -> tuple[Arrays, tuple[str, ...]]:
    """Return the fields of a network that are arrays, and what had to be said on the way.

    Parameters
    ----------
    parts
        Pieces as a reader hands them over.
    fallback_kph
        Speed of road classes without any limit, kilometres per hour.

    Raises
    ------
    RoadError
        If the parts contradict themselves, none may be driven, or an edge takes days.
    """
    parts.check()
    # Two slots a piece, as drawn and against it: in the order of the pieces, and twins are
    # neighbours.
    open_slots = np.stack([parts.forward, parts.backward], axis=1).ravel()
    slot = np.flatnonzero(open_slots)
    if not slot.size:
        raise RoadError(Fault(parts.source, "has no road that may be driven", "add one"))
    edge_at = np.full(open_slots.size, -1, np.int32)
    edge_at[slot] = np.arange(slot.size, dtype=np.int32)
    twin = edge_at[slot ^ 1]
    if parts.opposite.size:
        # Of two pieces that are the directions of one road, each is driven as drawn.
        other = parts.opposite[slot // 2]
        apart = (twin < 0) & (slot % 2 == 0) & (other >= 0)
        twin[apart] = edge_at[2 * other[apart].astype(np.int64)]
    piece, against = (slot // 2).astype(np.int32), slot % 2 == 1
    edges: Arrays = {
        "tail": np.where(against, parts.end[piece], parts.start[piece]).astype(np.int32),
        "head": np.where(against, parts.start[piece], parts.end[piece]).astype(np.int32),
        "twin": twin,
        "line": piece,
        "backward": against,
    }
    edges |= {
        name: getattr(parts, name)[piece]
        for name in ("length_m", "highway", "name", "ref", "osmid", "lanes", "toll")
    }
    edges |= _timed(parts, piece, against, fallback_kph)
    turn_from = edge_at[2 * parts.ban_from.astype(np.int64) + ~parts.ban_from_forward]
    turn_to = edge_at[2 * parts.ban_to.astype(np.int64) + ~parts.ban_to_forward]
    real = (turn_from >= 0) & (turn_to >= 0)
    notes = parts.notes
    if void := int(np.count_nonzero(~real)):
        notes += (f"{void:,} turn bans dropped: the road may not be driven that way at all",)
    arrays = arranged(parts.node_id.size, edges, turn_from[real], turn_to[real])
    kept = ("node_id", "lon", "lat", "line_first", "line_lon", "line_lat", "signal")
    return arrays | {name: fixed(getattr(parts, name)) for name in kept}, notes


def _timed(
    parts: RoadParts, piece: NDArray[np.int32], against: NDArray[np.bool_], fallback_kph: float
) -> Arrays:
    """Return speed, its evidence and the time of each edge."""
    kph = np.where(against, parts.backward_kph[piece], parts.forward_kph[piece])
    given_s, length_m = parts.seconds[piece], parts.length_m[piece]
    timed, limited = ~np.isnan(given_s), ~np.isnan(kph)
    highway = parts.highway[piece]
    filled = np.where(
        limited, kph, _class_kph(kph, highway, len(parts.classes), fallback_kph)[highway]
    )
    # In the order of operations of osmnx, so that both round to the same millisecond.
    seconds = (length_m / METRES_PER_KILOMETRE) / (filled / SECONDS_PER_HOUR)
    seconds = np.where(timed, given_s, seconds)
    ms = np.rint(seconds * MILLISECONDS_PER_SECOND)
    if (slow := ms >= LONGEST_MS).any():
        i = slow.argmax()
        what = f"way {parts.osmid[piece[i]]}: takes {seconds[i] / SECONDS_PER_HOUR:,.0f} hours"
        raise RoadError(Fault(parts.source, what, "correct its length or speed"))
    with np.errstate(divide="ignore", invalid="ignore"):
        driven = length_m / METRES_PER_KILOMETRE / given_s * SECONDS_PER_HOUR
    shown = np.where(timed & ~limited & np.isfinite(driven) & (driven > 0), driven, filled)
    evidence = np.where(limited | timed, parts.speed_evidence[piece], ASSUMED)
    return {
        "time_ms": ms.astype(np.int32),
        "speed_kph": shown.astype(np.float32),
        "speed_evidence": evidence.astype(np.uint8),
    }


def _class_kph(
    kph: NDArray[np.float64], highway: NDArray[np.uint8], classes: int, fallback_kph: float
) -> NDArray[np.float64]:
    """Return the mean of the speeds given in each class, over directed edges as osmnx has it."""
    known = ~np.isnan(kph)
    count = np.bincount(highway[known], minlength=classes)
    total = np.bincount(highway[known], weights=kph[known], minlength=classes)
    return np.where(count > 0, total / np.maximum(count, 1), fallback_kph)

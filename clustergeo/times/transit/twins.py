"""Stops split by the transfer rules of the vehicles that call there.

A rule for single routes or trips makes the time of a change depend on the vehicles. A stop at
which there are such rules is split into *twins*, one for all vehicles of which the rules say the
same. A change from one vehicle to another is then a change at a twin, or a walk from twin to twin
that takes as long as the rule says and is missing where it forbids. The search knows nothing of
it; whoever comes from a door reaches all twins of a stop, and what is shown names the stop.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.timetable import Timetable
from clustergeo.times.transit.lanes import stretches
from clustergeo.times.transit.rules import TransitRules
from clustergeo.times.transit.trip_rules import SIDES, Calls, Kinds, calls_of, kinds_of, stop_rules
from clustergeo.times.transit.walks import NO_CHANGE, Footpaths, Reach, footpaths

__all__ = ["Twins", "split"]


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """The twins of all stops; the first of each has the row of its stop.

    Parameters
    ----------
    stop
        Row of the stop of each twin in ``Timetable.stops``.
    ptr, row
        Twins of each stop in compressed rows, ascending.
    walks
        Walks between the stops and changes as they are for all that no rule names.
    """

    stop: NDArray[np.int32]
    ptr: NDArray[np.int32]
    row: NDArray[np.int32]
    walks: Footpaths

    def of(self, stops: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return all twins of some stops, and from which of the stops each comes."""
        first = self.ptr[stops].astype(np.int64)
        count = np.diff(self.ptr)[stops].astype(np.int64)
        return np.repeat(np.arange(len(stops)), count), self.row[stretches(first, count)]

    def joined(self, served: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which stops have a twin of which something is true."""
        stops = np.zeros(len(self.ptr) - 1, dtype=bool)
        stops[self.stop[served]] = True
        return stops

    def reached(self, reach: Reach, served: NDArray[np.bool_]) -> Reach:
        """Return a reach of stops as one of their twins that are served."""
        place = np.repeat(np.arange(len(reach.ptr) - 1), np.diff(reach.ptr))
        row, twin = self.of(reach.stop)
        row, twin = row[served[twin]], twin[served[twin]]
        order = np.lexsort((twin, place[row]))
        row, twin = row[order], twin[order]
        return reach._replace(
            ptr=np.searchsorted(place[row], np.arange(len(reach.ptr))).astype(np.int32),
            stop=twin,
            seconds=reach.seconds[row],
            means=reach.means[row],
            length_m=reach.length_m[row],
        )


class _Classes(NamedTuple):
    """What is known of each twin: its stop, a key of its vehicles, and whether it is used."""

    stop: NDArray[np.int64]
    keys: NDArray[np.int64]
    alight: NDArray[np.bool_]
    board: NDArray[np.bool_]


def split(
    timetable: Timetable, date: dt.date, rules: TransitRules
) -> tuple[Timetable, Footpaths, Twins | None]:
    """Return the timetable with its stops split where rules for routes or trips ask for it.

    Parameters
    ----------
    timetable
        The timetable.
    date
        Day of service; what runs on the day before or after counts as well.
    rules
        Walks and changes that no rule states.

    Returns
    -------
    timetable, walks, twins
        The timetable whose stops are twins, the walks between them, and the twins. Without rules
        for routes or trips the timetable itself and None.
    """
    walks = footpaths(timetable, rules)
    table = stop_rules(timetable, rules)
    if table.empty:
        return timetable, walks, None
    calls = calls_of(timetable, date, table)
    classes, twin = _classes(calls, kinds_of(table), len(timetable.stops))
    order = np.argsort(classes.stop, kind="stable")
    twins = Twins(
        stop=classes.stop.astype(np.int32),
        ptr=np.searchsorted(classes.stop[order], np.arange(len(timetable.stops) + 1)).astype(
            np.int32
        ),
        row=order.astype(np.int32),
        walks=walks,
    )
    stop = timetable.stop_times["stop"].to_numpy(dtype=np.int64, copy=True)
    stop[calls.row] = twin
    divided = replace(
        timetable,
        stops=timetable.stops.iloc[classes.stop].reset_index(drop=True),
        stop_times=timetable.stop_times.assign(stop=stop),
    )
    return divided, _walks(classes, twins, table), twins


def _classes(calls: Calls, kinds: Kinds, stops: int) -> tuple[_Classes, NDArray[np.int64]]:
    """Return the twins, and the twin of each call; what no call needs keeps its row."""
    keys, of = np.unique(calls.keys, axis=0, return_inverse=True)
    of = of.ravel()
    known: dict[tuple[object, ...], int] = {}
    first: dict[int, int] = {}
    number = np.empty(len(keys), dtype=np.int64)
    added: list[int] = []
    for row, (stop, *own) in enumerate(keys.tolist()):
        says = [
            kinds.get((side, stop, *pair), ())
            for (side, _), (trip, route) in zip(SIDES, (own[:2], own[2:]), strict=True)
            for pair in ((trip, -1), (-1, route))
        ]
        twin = known.setdefault((stop, *says), stop if stop not in first else stops + len(added))
        if twin >= stops + len(added):
            added.append(row)
        elif stop not in first:
            first[stop] = row
        number[row] = twin
    heads = np.array([*first.values(), *added], dtype=np.int64)
    count = stops + len(added)
    whose = np.full((count, 4), -1, dtype=np.int64)
    whose[number[heads]] = keys[heads, 1:]
    own_stop = np.concatenate([np.arange(stops), keys[added, 0] if added else []])
    alight, board = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    twin_of = number[of] if len(of) else np.empty(0, dtype=np.int64)
    alight[twin_of[calls.alight]] = True
    board[twin_of[calls.board]] = True
    return _Classes(own_stop.astype(np.int64), whose, alight, board), twin_of


def _walks(classes: _Classes, twins: Twins, table: pd.DataFrame) -> Footpaths:
    """Return the walks from twin to twin and the change at each, by the strongest rule of each."""
    plain, count = twins.walks, len(twins.stop)
    stops = np.arange(len(plain.change_s), dtype=np.int32)
    # A stop counts as walked to from itself: its twins change as it does.
    split_ = stops[np.diff(twins.ptr) > 1]
    at = np.concatenate([np.repeat(stops, np.diff(plain.ptr)), split_])
    to = np.concatenate([plain.stop, split_])
    took = np.concatenate([plain.seconds, plain.change_s[split_]]).astype(np.int64)
    row, here = twins.of(at)
    pair, there = twins.of(to[row])
    parts = [(here[pair].astype(np.int64), there.astype(np.int64), took[row[pair]])]
    parts += _stated(classes, twins, table)
    a, b, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    # Of several times for a pair the last holds.
    key = (a * count + b)[::-1]
    kept, last = np.unique(key, return_index=True)
    seconds = seconds[::-1][last]
    a, b = np.divmod(kept, count)
    change_s = plain.change_s[twins.stop].astype(np.int32)
    change_s[a[a == b]] = seconds[a == b]
    many = np.diff(twins.ptr)[twins.stop] > 1
    used = (classes.alight | ~many)[a] & (classes.board | ~many)[b]
    walked = (a != b) & (seconds < NO_CHANGE) & used
    return Footpaths(
        ptr=np.searchsorted(a[walked], np.arange(count + 1)).astype(np.int32),
        stop=b[walked].astype(np.int32),
        seconds=seconds[walked].astype(np.int32),
        change_s=change_s,
    )


def _stated(
    classes: _Classes, twins: Twins, table: pd.DataFrame
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Return for every pair of stops with rules the pairs of twins they name, and the seconds."""
    columns = ["from_stop", "to_stop", "from_trip", "from_route", "to_trip", "to_route", "seconds"]
    rows = table[columns].to_numpy(dtype=np.int64)
    found = []
    firsts = np.flatnonzero(np.r_[True, (rows[1:, :2] != rows[:-1, :2]).any(axis=1)])
    for rules in np.split(rows, firsts[1:]):
        at, to = (twins.row[twins.ptr[s] : twins.ptr[s + 1]] for s in rules[0, :2].tolist())
        seconds = np.full((len(at), len(to)), -1, dtype=np.int64)
        for _, _, from_trip, from_route, to_trip, to_route, took in rules.tolist():
            leaving = _named(classes.keys[at, :2], from_trip, from_route)
            coming = _named(classes.keys[to, 2:], to_trip, to_route)
            seconds[np.ix_(leaving, coming)] = took
        a, b = np.nonzero(seconds >= 0)
        found.append((at[a].astype(np.int64), to[b].astype(np.int64), seconds[a, b]))
    return found


def _named(keys: NDArray[np.int64], trip: int, route: int) -> NDArray[np.bool_]:
    """Return of which twins the vehicles are named by one side of a rule."""
    named = np.ones(len(keys), dtype=bool)
    if trip >= 0:
        named &= keys[:, 0] == trip
    elif route >= 0:
        named &= keys[:, 1] == route
    return named

"""Riders who stay seated while the vehicle goes on as another trip.

A *through-run* joins the trips i..j of one vehicle: it is boarded in its first trip and left in
its last, so that it serves exactly those who stay seated from one to the other, while the trips
themselves go on to serve everybody else. The router then needs no word of blocks: one ride is one
run. Where a later trip of the vehicle calls again at a stop, boarding there later arrives just as
early, and alighting there earlier is no worse; such calls need no run, which keeps the runs of a
vehicle that goes to and fro all day few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._through_tables import Run, joined_tables
from clustergeo.networks.timetable import Timetable

__all__ = ["LONGEST_STAY_S", "Links", "linked_runs", "with_through_runs"]

LONGEST_STAY_S: Final = 1_800
"""Seconds a block may stand at the end of a trip with its riders in their seats (estimated)."""

_STAY: Final = 4
_LEAVE: Final = 5

Links = dict[int, list[tuple[int, int]]]
"""By row of a trip: the trips that may follow, and the days as bits."""


@dataclass(frozen=True, slots=True, eq=False)
class _Trips:
    """What the search for runs needs of the trips."""

    first: NDArray[np.int64]
    """First call of each trip; one more at the end."""
    stop: NDArray[np.int64]
    station: NDArray[np.int64]
    """Stop of each call, and its station, which is the stop itself where it has none."""
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]
    leaves: NDArray[np.int64]
    arrives: NDArray[np.int64]
    """Departure and arrival of each trip."""
    days: list[int]
    """Days each trip runs, as bits; none for a trip that cannot be joined."""

    def calls(self, trip: int) -> slice:
        """Return the calls of a trip."""
        return slice(int(self.first[trip]), int(self.first[trip + 1]))

    def meet(self, trip: int, later: int) -> bool:
        """Return whether a trip begins at the station where another ends."""
        return bool(self.station[self.first[trip + 1] - 1] == self.station[self.first[later]])


def with_through_runs(timetable: Timetable, blocks: pd.Series[str]) -> Timetable:
    """Return the timetable with the through-runs of its vehicles added.

    Parameters
    ----------
    timetable
        One feed.
    blocks
        ``block_id`` of each of its trips, blank for none.
    """
    rules = timetable.trip_transfers
    if not (blocks != "").any() and not (rules["kind"] == _STAY).any():
        return timetable
    trips = _trips(timetable)
    links, refused = _stated_links(rules, trips)
    _block_links(links, blocks, trips, _pairs(rules, _LEAVE))
    runs = [run for trip in sorted(links) for run in _runs(trip, links, trips)]
    notes = list(timetable.notes)
    if refused:
        notes.append(
            f"{refused:,} in-seat rules join trips of which the second does not run later that day"
        )
    if not runs:
        return replace(timetable, notes=tuple(notes))
    notes.append(f"{len(runs):,} through-runs added for riders who stay seated from trip to trip")
    return replace(joined_tables(timetable, runs), notes=tuple(notes))


def linked_runs(timetable: Timetable, links: Links) -> list[Run]:
    """Return the through-runs of a timetable without any, from the links between its trips."""
    trips = _trips(timetable)
    return [run for trip in sorted(links) for run in _runs(trip, links, trips)]


def _trips(timetable: Timetable) -> _Trips:
    calls = timetable.stop_times
    count = len(timetable.trips)
    first = np.searchsorted(calls["trip"].to_numpy(), np.arange(count + 1)).astype(np.int64)
    day_bits = {
        date: 1 << bit for bit, date in enumerate(sorted(timetable.services["date"].unique()))
    }
    days: dict[str, int] = {}
    for service, date in timetable.services.itertuples(index=False):
        days[service] = days.get(service, 0) | day_bits[date]
    headway = set(timetable.frequencies["trip"].tolist())
    sizes = np.diff(first)
    joinable = [
        0 if trip in headway or sizes[trip] == 0 else days.get(service, 0)
        for trip, service in enumerate(timetable.trips["service_id"])
    ]
    leaves, arrives = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    some = sizes > 0
    leaves[some] = calls["departure_s"].to_numpy()[first[:-1][some]]
    arrives[some] = calls["arrival_s"].to_numpy()[first[1:][some] - 1]
    return _Trips(
        first=first,
        stop=calls["stop"].to_numpy(dtype=np.int64),
        station=_stations(timetable.stops)[calls["stop"].to_numpy()],
        board=calls["board"].to_numpy(dtype=bool),
        alight=calls["alight"].to_numpy(dtype=bool),
        leaves=leaves,
        arrives=arrives,
        days=joinable,
    )


def _stations(stops: pd.DataFrame) -> NDArray[np.int64]:
    """Return the row of the station of each stop, or of the stop itself."""
    ids = pd.Index(stops["stop_id"])
    parents = ids.get_indexer(stops["parent_station"])
    return np.where(parents >= 0, parents, np.arange(len(ids))).astype(np.int64)


def _pairs(rules: pd.DataFrame, kind: int) -> set[tuple[int, int]]:
    rows = rules[rules["kind"] == kind]
    return set(zip(rows["from_trip"].tolist(), rows["to_trip"].tolist(), strict=True))


def _stated_links(rules: pd.DataFrame, trips: _Trips) -> tuple[Links, int]:
    """Return the links that transfers.txt states, and how many of them can never be used."""
    links: Links = {}
    refused = 0
    for one, other in sorted(_pairs(rules, _STAY)):
        days = trips.days[one] & trips.days[other]
        if days and trips.leaves[other] >= trips.arrives[one]:
            links.setdefault(one, []).append((other, days))
        else:
            refused += 1
    return links, refused


def _block_links(
    links: Links, blocks: pd.Series[str], trips: _Trips, banned: set[tuple[int, int]]
) -> None:
    """Add the links of vehicles: the next trip of the block on each day, if it starts there."""
    names = blocks.to_numpy()
    order = np.lexsort((trips.arrives, trips.leaves, names))
    order = order[(names[order] != "") & (np.array(trips.days, dtype=object)[order] != 0)]
    ends = np.flatnonzero(np.r_[names[order][1:] != names[order][:-1], True]) + 1
    start = 0
    for end in ends.tolist():
        block = order[start:end].tolist()
        start = end
        for at, trip in enumerate(block):
            left = trips.days[trip]
            for _, days in links.get(trip, ()):
                left &= ~days
            for later in block[at + 1 :]:
                days = left & trips.days[later]
                if not days or trips.leaves[later] < trips.arrives[trip]:
                    continue
                left &= ~days
                stays = trips.leaves[later] - trips.arrives[trip] <= LONGEST_STAY_S
                if stays and trips.meet(trip, later) and (trip, later) not in banned:
                    links.setdefault(trip, []).append((later, days))
                if not left:
                    break


def _runs(trip: int, links: Links, trips: _Trips) -> Iterator[Run]:
    """Yield the runs that begin with a trip, shorter ones first."""
    calls = trips.calls(trip)
    board = trips.board[calls].copy()
    # At its end one boards the trip that follows.
    board[-1] = False
    stops = trips.stop[calls]
    open_: list[tuple[tuple[int, ...], int, NDArray[np.bool_], frozenset[int]]] = [
        ((trip,), trips.days[trip], board, frozenset())
    ]
    while open_:
        parts, days, board, left_at = open_.pop(0)
        for after, allowed in links.get(parts[-1], ()):
            common = days & allowed
            if not common or after in parts:
                continue
            inside = trips.calls(after)
            there = trips.stop[inside]
            alight = trips.alight[inside] & ~np.isin(there, list(left_at))
            if there[0] == trips.stop[trips.first[parts[-1] + 1] - 1]:
                alight[0] = False
            run = (*parts, after)
            if alight.any():
                yield Run(run, common, board, alight)
            again = there[:-1][trips.board[inside][:-1]]
            rest = board & ~np.isin(stops, again)
            if rest.any():
                reached = left_at | frozenset(there[trips.alight[inside]].tolist())
                open_.append((run, common, rest, reached))

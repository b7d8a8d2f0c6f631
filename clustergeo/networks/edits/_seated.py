"""Riders who stay seated from trip to trip, while the trips themselves are edited.

Through-runs repeat the calls of the trips they are made of. They are taken out before the first
edit, as links between trips, and made again after the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._feed_tables import no_runs
from clustergeo.networks._gtfs_through import Links, linked_runs
from clustergeo.networks._through_tables import Run, joined_tables
from clustergeo.networks.edits._draft import Windows, noted, pointers, with_rows, without_trips
from clustergeo.networks.timetable import Timetable

__all__ = ["Seat", "Seats", "joined", "parted", "service_dates", "windows_of"]

_ALWAYS: Final = None


@dataclass(frozen=True, slots=True)
class Seat:
    """How one trip goes on as another.

    Parameters
    ----------
    dates
        On which days; None for all that both run.
    stay_s
        Seconds that a headway trip stands in between; None for trips with clock times.
    """

    dates: frozenset[pd.Timestamp] | None = _ALWAYS
    stay_s: int | None = None


Seats = Mapping[tuple[str, str], Seat]
"""By the ids of two trips, of which the second is the first going on."""


def service_dates(timetable: Timetable) -> dict[str, frozenset[pd.Timestamp]]:
    """Return the days of each service."""
    days = timetable.services.groupby("service_id", sort=True)["date"]
    return {str(service): frozenset(dates) for service, dates in days}


def parted(timetable: Timetable) -> tuple[Timetable, Seats]:
    """Return a timetable without its through-runs, and what they say of its trips."""
    through = timetable.through
    if through.empty:
        return timetable, {}
    dates = service_dates(timetable)
    ids = timetable.trips["trip_id"].to_numpy()
    services = timetable.trips["service_id"].to_numpy()
    headway = set(timetable.frequencies["trip"])
    first = pointers(timetable)
    arrive = timetable.stop_times["arrival_s"].to_numpy()
    depart = timetable.stop_times["departure_s"].to_numpy()
    seats: dict[tuple[str, str], Seat] = {}
    for row in through["trip"].unique().tolist():
        parts = through[through["trip"] == row]
        ridden, begins = parts["ridden"].tolist(), parts["first_call"].tolist()
        own = dates.get(services[row], frozenset())
        for one, other, begin in zip(ridden[:-1], ridden[1:], begins[1:], strict=True):
            call = int(first[row]) + int(begin)
            stay = int(depart[call] - arrive[call - 1]) if row in headway else None
            before = seats.get((ids[one], ids[other]), Seat(frozenset())).dates or frozenset()
            seats[ids[one], ids[other]] = Seat(before | own, stay)
    runs = np.zeros(len(timetable.trips), dtype=bool)
    runs[through["trip"].to_numpy()] = True
    plain = without_trips(replace(timetable, through=no_runs()), runs)
    return _without_joint(plain, timetable.trips[runs]), seats


def _without_joint(timetable: Timetable, runs: pd.DataFrame) -> Timetable:
    """Return a timetable without the routes and services that only its through-runs had."""
    joint = sorted(set(runs["route"]) - set(timetable.trips["route"]))
    gone = np.zeros(len(timetable.routes), dtype=bool)
    gone[joint] = True
    new = np.where(gone, -1, np.cumsum(~gone) - 1).astype(np.int64)
    rules = timetable.trip_transfers
    ends = {end: rules[end].to_numpy(dtype=np.int64) for end in ("from_route", "to_route")}
    idle = set(runs["service_id"]) - set(timetable.trips["service_id"])
    days = timetable.services[~timetable.services["service_id"].isin(idle)]
    return replace(
        timetable,
        routes=timetable.routes[~gone].reset_index(drop=True),
        trips=timetable.trips.assign(route=new[timetable.trips["route"].to_numpy()]),
        trip_transfers=rules.assign(
            **{end: np.where(rows < 0, -1, new[rows]) for end, rows in ends.items()}
        ),
        services=days.reset_index(drop=True),
    )


def joined(timetable: Timetable, seats: Seats) -> Timetable:
    """Return a timetable with the through-runs of its trips; links that broke are noted."""
    if not seats:
        return timetable
    rows = {trip: row for row, trip in enumerate(timetable.trips["trip_id"])}
    links: Links = {}
    pairs: list[tuple[Run, int, Windows]] = []
    lost = 0
    bits = {d: 1 << n for n, d in enumerate(sorted(timetable.services["date"].unique()))}
    dates = service_dates(timetable)
    services = timetable.trips["service_id"].to_numpy()
    first, calls = pointers(timetable), timetable.stop_times
    arrive, depart = calls["arrival_s"].to_numpy(), calls["departure_s"].to_numpy()
    headway = set(timetable.frequencies["trip"])
    for (one, other), seat in seats.items():
        a, b = rows.get(one, -1), rows.get(other, -1)
        if min(a, b) < 0 or (a in headway) != (b in headway):
            lost += 1
            continue
        both = dates.get(services[a], frozenset()) & dates.get(services[b], frozenset())
        both = both if seat.dates is None else both & seat.dates
        days = sum(bits[date] for date in both)
        windows = _common(timetable, (a, b), seat.stay_s or 0, first) if a in headway else []
        if days and windows:
            run = _headway_run(timetable, (a, b), days, first)
            pairs.append((run, seat.stay_s or 0, windows))
        elif days and a not in headway and depart[first[b]] >= arrive[first[a + 1] - 1]:
            links.setdefault(a, []).append((b, days))
        else:
            lost += 1
    runs = linked_runs(timetable, links) if links else []
    if lost:
        what = "trips no longer go on as others: their times, days or headways do not meet"
        timetable = noted(timetable, f"{lost:,} {what}")
    if not runs and not pairs:
        return timetable
    made = joined_tables(timetable, [*runs, *(run for run, *_ in pairs)])
    return _with_headways(made, pairs, len(timetable.trips) + len(runs))


def _headway_run(
    timetable: Timetable, trips: tuple[int, int], days: int, first: NDArray[np.int64]
) -> Run:
    """Return the run of two headway trips: boarded in the first, left in the second."""
    a, b = (slice(int(first[trip]), int(first[trip + 1])) for trip in trips)
    board = timetable.stop_times["board"].to_numpy(dtype=bool)[a].copy()
    board[-1] = False
    alight = timetable.stop_times["alight"].to_numpy(dtype=bool)[b].copy()
    stop = timetable.stop_times["stop"].to_numpy()
    alight[0] &= stop[a][-1] != stop[b][0]
    return Run(trips, days, board, alight)


def _with_headways(
    timetable: Timetable, pairs: list[tuple[Run, int, Windows]], begin: int
) -> Timetable:
    """Give the runs of headway trips, from row ``begin`` on, their times and windows."""
    first = pointers(timetable)
    table = timetable.stop_times
    arrive, depart = (table[name].to_numpy().copy() for name in ("arrival_s", "departure_s"))
    rows = []
    for row, (run, stay, windows) in enumerate(pairs, begin):
        a = run.trips[0]
        split = int(first[row] + first[a + 1] - first[a])
        rest = slice(split, int(first[row + 1]))
        shift = arrive[split - 1] + stay - depart[split]
        arrive[rest] += shift
        depart[rest] += shift
        # The second trip may stand at its first stop before it leaves: no longer than that.
        arrive[split] = max(arrive[split], arrive[split - 1])
        columns = ("start_s", "end_s", "headway_s", "exact")
        rows += [{"trip": row, **dict(zip(columns, window, strict=True))} for window in windows]
    return replace(
        timetable,
        stop_times=table.assign(arrival_s=arrive, departure_s=depart),
        frequencies=with_rows(timetable.frequencies, rows),
    )


def _common(
    timetable: Timetable, trips: tuple[int, int], stay_s: int, first: NDArray[np.int64]
) -> Windows:
    """Return when the first of two headway trips leaves that goes on as the second.

    Of two headways the longer holds: no more of the vehicles of the one go on than the other has.
    """
    a, b = trips
    calls = timetable.stop_times
    last = int(calls["arrival_s"].iloc[first[a + 1] - 1])
    offset = last + stay_s - int(calls["departure_s"].iloc[first[a]])
    return [
        (max(s, t - offset), min(e, u - offset), max(h, g), exact and sharp)
        for s, e, h, exact in windows_of(timetable, a)
        for t, u, g, sharp in windows_of(timetable, b)
        if max(s, t - offset) < min(e, u - offset)
    ]


def windows_of(timetable: Timetable, trip: int) -> Windows:
    """Return the windows of a headway trip."""
    rows = timetable.frequencies[timetable.frequencies["trip"] == trip]
    columns = [rows[name].tolist() for name in ("start_s", "end_s", "headway_s", "exact")]
    return list(zip(*columns, strict=True))

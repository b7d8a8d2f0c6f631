"""The lines of a route: its trips by way, stops and days, and how often they leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.edits._draft import NewTrip, Windows, pointers
from clustergeo.networks.edits._seated import windows_of
from clustergeo.networks.edits._timetable_edit import trip_stops
from clustergeo.networks.timetable import Timetable

__all__ = ["Line", "kinds_of_days", "median_trip", "on_some_days", "sharing", "ways"]

Pattern = tuple[int, ...]
Days = frozenset[pd.Timestamp]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A headway trip, or the trips with clock times that share stops and days."""

    service: str
    trips: list[int]
    leaves: list[int] = field(default_factory=list)
    """First departures of the trips with clock times, ascending as the trips."""
    windows: Windows = field(default_factory=list)
    stops: Pattern = ()
    part: bool = False
    """Whether these are but some days of its trips."""

    def departures(self, start: int, end: int) -> float:
        """Return how many vehicles leave within hours."""
        if self.leaves:
            return float(sum(start <= leave < end for leave in self.leaves))
        return sum(max(min(e, end) - max(s, start), 0) / h for s, e, h, _ in self.windows)

    def hours(self, every_s: int) -> tuple[int, int]:
        """Return from when and before when vehicles leave; the last clock time is one of many."""
        if self.leaves:
            return self.leaves[0], self.leaves[-1] + every_s
        return self.windows[0][0], self.windows[-1][1]

    def changes(self) -> list[int]:
        """Return when its headway changes."""
        return [at for s, e, *_ in self.windows for at in (s, e)]


def ways(timetable: Timetable, route: int) -> list[list[Line]]:
    """Return the lines of a route by way: their stops come in one order, where they share some."""
    patterns = trip_stops(timetable, [route])
    way = _grouped(list(patterns))
    first = pointers(timetable)
    depart = timetable.stop_times["departure_s"].to_numpy()
    services = timetable.trips["service_id"].to_numpy()
    headway = set(timetable.frequencies["trip"])
    found: dict[int, list[Line]] = {}
    for group, (pattern, trips) in zip(way, patterns.items(), strict=True):
        lines = found.setdefault(group, [])
        timed: dict[str, list[tuple[int, int]]] = {}
        for trip in trips:
            if trip in headway:
                windows = windows_of(timetable, trip)
                lines.append(Line(str(services[trip]), [trip], [], windows, pattern))
            else:
                leave = int(depart[first[trip]])
                timed.setdefault(str(services[trip]), []).append((leave, trip))
        for service, starts in timed.items():
            starts.sort()
            leaves = [leave for leave, _ in starts]
            lines.append(Line(service, [trip for _, trip in starts], leaves, [], pattern))
    return list(found.values())


def sharing(lines: Sequence[Line], days: Mapping[str, Days]) -> list[list[Line]]:
    """Return lines by whether their services share days, directly or by way of others."""
    groups: list[tuple[Days, list[Line]]] = []
    for line in lines:
        own = days[line.service]
        near = [group for group in groups if group[0] & own]
        groups = [group for group in groups if not group[0] & own]
        merged = [other for _, members in near for other in members]
        groups.append((own.union(*(dates for dates, _ in near)), [*merged, line]))
    return [members for _, members in groups]


def kinds_of_days(services: Iterable[str], days: Mapping[str, Days]) -> dict[Days, list[str]]:
    """Return the dates on which just the same services run, each with these services."""
    kinds: dict[tuple[str, ...], list[pd.Timestamp]] = {}
    names = sorted(set(services))
    for date in sorted(frozenset[pd.Timestamp]().union(*(days[name] for name in names))):
        running = tuple(name for name in names if date in days[name])
        kinds.setdefault(running, []).append(date)
    return {frozenset(dates): list(running) for running, dates in kinds.items()}


def on_some_days(lines: Sequence[Line], running: Collection[str], service: str) -> list[Line]:
    """Return what runs of lines on days of some of their services, as lines of a new one."""
    found: list[Line] = []
    timed: dict[Pattern, list[tuple[int, int]]] = {}
    for line in lines:
        if line.service not in running:
            continue
        if line.windows:
            found.append(Line(service, line.trips, [], line.windows, line.stops, part=True))
        else:
            starts = zip(line.leaves, line.trips, strict=True)
            timed.setdefault(line.stops, []).extend(starts)
    for stops, starts_ in timed.items():
        starts_.sort()
        leaves, trips = [leave for leave, _ in starts_], [trip for _, trip in starts_]
        found.append(Line(service, trips, leaves, [], stops, part=True))
    return found


def _grouped(patterns: Sequence[Pattern]) -> list[int]:
    """Return a number for each stop sequence, the same for those that go one way."""
    ranks = [{stop: rank for rank, stop in reversed(list(enumerate(p)))} for p in patterns]
    group = list(range(len(patterns)))
    for i, one in enumerate(ranks):
        for j in range(i):
            if group[i] == group[j]:
                continue
            common = [(one[stop], ranks[j][stop]) for stop in one if stop in ranks[j]]
            if len(common) < 2:  # noqa: PLR2004 - an order takes two
                continue
            a, b = np.array(common).T
            agree = np.sign(a[:, None] - a) * np.sign(b[:, None] - b)
            if agree.sum() > 0:
                old, new = group[i], group[j]
                group = [new if number == old else number for number in group]
    return group


def median_trip(
    timetable: Timetable, trips: list[int], named: tuple[str, str], windows: Windows
) -> NewTrip:
    """Return a headway trip with the median times of trips that share their stops."""
    first = pointers(timetable)
    calls = timetable.stop_times
    count = int(first[trips[0] + 1] - first[trips[0]])
    rows = first[trips][:, None] + np.arange(count)
    leave = calls["departure_s"].to_numpy()[rows[:, 0]][:, None]
    # The lower median: in whole seconds, and as little backwards as each of the trips.
    middle = (len(trips) - 1) // 2
    times: list[NDArray[np.int64]] = [
        np.sort(calls[name].to_numpy()[rows] - leave, axis=0)[middle] + windows[0][0]
        for name in ("arrival_s", "departure_s")
    ]
    # A stop counts as open where it is for any of them.
    board, alight = (calls[name].to_numpy()[rows].any(axis=0) for name in ("board", "alight"))
    name, service = named
    route = int(timetable.trips["route"].iloc[trips[0]])
    arrive = np.maximum(times[0], windows[0][0])
    stop = calls["stop"].to_numpy()[rows[0]]
    return NewTrip(name, route, service, stop, arrive, times[1], board, alight, windows)

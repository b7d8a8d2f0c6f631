"""The edit of how often a line runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import numpy as np

from clustergeo.errors import Fault
from clustergeo.networks.edits._draft import (
    NewTrip,
    Windows,
    fresh_id,
    graded,
    noted,
    with_days,
    with_trips,
    without_trips,
)
from clustergeo.networks.edits._seated import service_dates
from clustergeo.networks.edits._timetable_edit import TimetableEdit, with_windows
from clustergeo.networks.edits._values import period_s, seconds
from clustergeo.networks.edits._ways import (
    Line,
    kinds_of_days,
    median_trip,
    on_some_days,
    sharing,
    ways,
)
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["Headway"]


@dataclass(slots=True)
class _Changes:
    """What is to be done to the trips of a timetable."""

    timetable: Timetable
    """Grows by the services that are needed."""
    gone: set[int] = field(default_factory=set)
    added: list[NewTrip] = field(default_factory=list)
    windows: dict[int, Windows] = field(default_factory=dict)
    routes: set[int] = field(default_factory=set)
    reached: bool = False
    """Whether anything runs within the hours, or is to run."""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Headway(TimetableEdit):
    """A line runs every so many minutes, each way.

    Headways that are stated change. Trips with clock times within the hours become a headway of
    the median run time of their stops, as nobody knows when the new ones would leave. Trips of a
    line that call at different stops share its departures as before.

    Parameters
    ----------
    route
        Route ids, or short names that one route has.
    every_min
        Minutes between departures.
    start, end
        Hours in which vehicles leave their first stop, whether or not it ran then; blank for all
        hours that it runs.
    keep_denser
        Whether hours in which it runs more often already stay as they are.
    """

    kind: ClassVar[str] = "headway"

    route: str | tuple[str, ...]
    every_min: float
    start: str = ""
    end: str = ""
    keep_denser: bool = False

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable in which the routes run so often; itself if they do already."""
        faults: list[Fault] = []
        routes = self.route_rows(timetable, self.route, faults, "route")
        if seconds(self.every_min) <= 0:
            what = f"no headway ({self.every_min:g} min)"
            faults.append(self.fault("every_min", what, "give minutes above 0"))
        span = period_s(self, self.start, self.end, faults)
        for route in routes:
            if not (timetable.trips["route"] == route).any():
                name = timetable.routes["route_id"].iloc[route]
                faults.append(self.fault("route", f"has no trips ({name})", "state a new line"))
        self.refuse(faults)
        todo = _Changes(timetable)
        for route in routes:
            for lines in self._together(route, todo):
                self._respace(route, lines, span, todo)
        if not todo.reached:
            what = f"the line does not run then ({self.start or '0:00'}-{self.end or 'end'})"
            fix = "state both start and end, to let it run then"
            self.refuse([self.fault("start" if self.start else "end", what, fix)])
        if not todo.routes:
            return timetable
        made = with_trips(with_windows(todo.timetable, todo.windows), todo.added)
        lost = np.zeros(len(made.trips), dtype=bool)
        lost[list(todo.gone)] = True
        made = graded(without_trips(made, lost), todo.routes)
        names = ", ".join(timetable.routes["route_id"].iloc[sorted(todo.routes)])
        least = "at least " if self.keep_denser else ""
        note = f"{names} {least}every {self.every_min:g} min"
        if todo.gone:
            note += (
                f": {len(todo.gone):,} trips became {len(todo.added):,} headway "
                "trips of the median run time"
            )
        return noted(made, note)

    def _together(self, route: int, todo: _Changes) -> Iterator[list[Line]]:
        """Yield the lines of a route that share its departures: one way, the same days.

        Services that share some days but not all are taken apart into days on which just the same
        of them run.
        """
        days = service_dates(todo.timetable)
        for way in ways(todo.timetable, route):
            for line in way:
                days.setdefault(line.service, frozenset())
            for lines in sharing(way, days):
                services = sorted({line.service for line in lines})
                if len({days[service] for service in services}) == 1:
                    yield lines
                    continue
                if self.keep_denser:
                    what = f"services of one way share some days, not all ({', '.join(services)})"
                    fix = "take it out; it needs days on which all of them run"
                    self.refuse([self.fault("keep_denser", what, fix)])
                for dates, running in kinds_of_days(services, days).items():
                    wish = "+".join(running)
                    todo.timetable, service = with_days(todo.timetable, dates, wish)
                    yield on_some_days(lines, running, service)

    def _respace(
        self, route: int, lines: list[Line], span: tuple[int, int], todo: _Changes
    ) -> None:
        """Note what must change for lines to run so often together."""
        every = seconds(self.every_min)
        hours = [line.hours(every) for line in lines]
        start = span[0] if self.start else min(first for first, _ in hours)
        end = span[1] if self.end else max(last for _, last in hours)
        if start >= end:
            return
        todo.reached = True
        if any(line.leaves for line in lines) and self._denser(lines, start, end):
            return
        shared = self._shared(lines, (start, end))
        for line, inside in zip(lines, shared, strict=True):
            exact = bool(line.windows) and line.windows[0][3]
            kept = [
                part
                for s, e, h, x in line.windows
                for part in ((s, min(e, start), h, x), (max(s, end), e, h, x))
                if part[0] < part[1]
            ]
            windows = _merged([*kept, *((*window, exact) for window in inside)])
            if line.windows and not line.part:
                if windows != _merged(line.windows):
                    todo.windows[line.trips[0]] = windows
                    todo.routes.add(route)
                continue
            there = line.trips
            if line.leaves:
                pairs = zip(line.trips, line.leaves, strict=True)
                there = [trip for trip, leave in pairs if start <= leave < end]
            if there or windows:
                todo.gone.update(there)
                todo.routes.add(route)
            if windows:
                self._add(route, line, there or line.trips, windows, todo)

    def _add(
        self, route: int, line: Line, trips: list[int], windows: Windows, todo: _Changes
    ) -> None:
        """Note a new headway trip of the median run time of some trips."""
        ids = [*todo.timetable.trips["trip_id"], *(trip.trip_id for trip in todo.added)]
        name = fresh_id(f"{todo.timetable.routes['route_id'].iloc[route]}_headway", ids)
        todo.added.append(median_trip(todo.timetable, trips, (name, line.service), windows))

    def _denser(self, lines: Sequence[Line], start: int, end: int) -> bool:
        """Return whether lines are to stay as they are, as they run often enough."""
        count = sum(line.departures(start, end) for line in lines)
        return self.keep_denser and round(count * seconds(self.every_min)) >= end - start

    def _shared(
        self, lines: Sequence[Line], span: tuple[int, int]
    ) -> list[list[tuple[int, int, int]]]:
        """Return the windows of each line within hours, so that all together run so often."""
        start, end = span
        every = seconds(self.every_min)
        stated = bool(self.start or self.end)
        bounds = sorted({start, end, *(t for line in lines for t in line.changes())})
        bounds = [t for t in bounds if start <= t <= end]
        if any(line.leaves for line in lines):
            bounds = [start, end]
        windows: list[list[tuple[int, int, int]]] = [[] for _ in lines]
        for begin, stop in pairwise(bounds):
            if self._denser(lines, begin, stop):
                for own, line in zip(windows, lines, strict=True):
                    own += [
                        (max(s, begin), min(e, stop), h)
                        for s, e, h, _ in line.windows
                        if s < stop and begin < e
                    ]
                continue
            counts = [line.departures(begin, stop) for line in lines]
            if not sum(counts) and stated:
                counts = [line.departures(start, end) for line in lines]
            if not sum(counts) and stated:
                counts = [line.departures(*line.hours(every)) for line in lines]
            for own, count in zip(windows, counts, strict=True):
                if count:
                    own.append((begin, stop, round(every * sum(counts) / count)))
        return windows


def _merged(windows: Windows) -> Windows:
    """Return windows in order, those of one headway that meet as one."""
    merged: Windows = []
    for window in sorted(windows):
        last = merged[-1] if merged else None
        if last and last[1] == window[0] and last[2:] == window[2:]:
            merged[-1] = (last[0], window[1], *window[2:])
        else:
            merged.append(window)
    return merged

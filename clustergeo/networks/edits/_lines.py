"""The edit that adds a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks.edits._draft import (
    NewTrip,
    Windows,
    fresh_id,
    noted,
    with_route,
    with_service,
    with_trips,
)
from clustergeo.networks.edits._sections import Sections
from clustergeo.networks.edits._timetable_edit import (
    Stop,
)
from clustergeo.networks.edits._values import NewStop, Period, period_s, seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["NewLine", "standing_times"]

Ints = NDArray[np.int64]

_HIGHEST_TYPE = 1_799


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine(Sections):
    """A line that does not run yet, by headway.

    Its minutes are those of :class:`Sections`: of each section, from end to end, or from a speed.

    Parameters
    ----------
    route_id
        What later edits call it.
    route_type
        Kind of vehicle: 0 tram, 1 metro, 2 train, 3 bus, 200 coach.
    stops
        Ids of stops of the timetable, or new stops, in the order of the ride.
    stops_back
        The same for the way back, where it serves other stops; else the stops in reverse.
    section_back_min
        Minutes of the sections of the way back; else those of the way there in reverse.
    both_ways
        Whether it runs back too.
    every_min, start, end
        Headway, first departure, and the hour before which the last one leaves.
    periods
        Headways by period instead; periods may not overlap.
    exact
        Whether departures are exactly so far apart, the first at ``start``.
    days
        On which days it runs.
    short_name, name_en, name_ko
        Names.
    """

    kind: ClassVar[str] = "new_line"

    route_id: str
    route_type: int
    stops: tuple[Stop, ...]
    stops_back: tuple[Stop, ...] = ()
    section_back_min: tuple[float, ...] = ()
    both_ways: bool = True
    every_min: float | None = None
    start: str = ""
    end: str = ""
    periods: tuple[Period, ...] = ()
    exact: bool = False
    days: Literal["daily", "weekdays", "saturdays", "sundays", "weekends"] = "daily"
    short_name: str = ""
    name_en: str = ""
    name_ko: str = ""

    def brings(self) -> set[str]:
        """Return the ids of the line and of its new stops."""
        stops = (*self.stops, *self.stops_back)
        return {self.route_id, *(stop.stop_id for stop in stops if isinstance(stop, NewStop))}

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable with the line, a trip each way and its headways."""
        faults = self._own_faults(timetable)
        windows = self._windows(faults)
        made, there = self.placed_stops(timetable, self.stops, faults, "stops")
        made, back = self.placed_stops(made, self.stops_back, faults, "stops_back")
        ways = [there]
        if self.both_ways:
            ways.append(back or there[::-1])
        runs = [self._run(made, rows, i, faults) for i, rows in enumerate(ways)]
        made, service = with_service(made, self.days)
        if not service:
            what = f"no such days in the calendar of the timetable ({self.days})"
            faults.append(self.fault("days", what, "choose days that it has"))
        self.refuse(faults)
        route = len(made.routes)
        names = {
            "route_id": self.route_id,
            "short_name": self.short_name,
            "name_en": self.name_en,
            "name_ko": self.name_ko,
        }
        made = with_route(made, names, self.route_type)
        trips = []
        for i, (rows, run) in enumerate(zip(ways, runs, strict=True)):
            arrive, depart = standing_times(run, seconds(self.dwell_min), windows[0][0])
            trip = fresh_id(f"{self.route_id}_{i}", made.trips["trip_id"])
            stop = np.array(rows, dtype=np.int64)
            trips.append(NewTrip(trip, route, service, stop, arrive, depart, windows=windows))
        made = with_trips(made, trips)
        ride = ", ".join(f"{(trip.arrive[-1] - trip.depart[0]) / 60:.0f} min" for trip in trips)
        return noted(made, f"new line {self.route_id}: {len(self.stops):,} stops, {ride}, assumed")

    def _own_faults(self, timetable: Timetable) -> list[Fault]:
        faults = []
        if not self.route_id:
            faults.append(self.fault("route_id", "is blank", "give the line an id"))
        if (timetable.routes["route_id"] == self.route_id).any():
            what = f"there is such a route already ({self.route_id})"
            faults.append(self.fault("route_id", what, "choose another id"))
        if not 0 <= self.route_type <= _HIGHEST_TYPE:
            what = f"is no kind of vehicle ({self.route_type})"
            faults.append(self.fault("route_type", what, "0 tram, 1 metro, 2 train, 3 bus"))
        for key, stops in (("stops", self.stops), ("stops_back", self.stops_back)):
            if len(stops) < 2 and (stops or key == "stops"):  # noqa: PLR2004 - from one to another
                faults.append(self.fault(key, f"joins nothing ({len(stops)} stops)", "name two"))
        if not self.both_ways and (self.stops_back or self.section_back_min):
            what = "a way back is stated for a line of one way"
            faults.append(self.fault("both_ways", what, "set both_ways = true, or take it out"))
        return [*faults, *self.times_faults(len(self.stops) - 1), *self._back_faults()]

    def _back_faults(self) -> list[Fault]:
        """Return what is wrong with the minutes of the way back."""
        faults = []
        uneven = self.stops_back and len(self.stops_back) != len(self.stops)
        if self.section_min and uneven and not self.section_back_min:
            what = f"{len(self.stops_back)} stops back, {len(self.stops)} there"
            faults.append(self.fault("stops_back", what, "state section_back_min too"))
        sections = len(self.stops_back or self.stops) - 1
        if self.section_back_min and len(self.section_back_min) != sections:
            what = f"{len(self.section_back_min)} sections are given for {sections}"
            faults.append(self.fault("section_back_min", what, "give one for each"))
        for i, minutes in enumerate(self.section_back_min):
            if seconds(minutes) <= 0:
                what = f"times run backwards or stand still ({minutes:g} min)"
                faults.append(self.fault(("section_back_min", i), what, "give minutes above 0"))
        return faults

    def _run(self, timetable: Timetable, rows: list[int], way: int, faults: list[Fault]) -> Ints:
        """Return the seconds of the sections of one way, once nothing is wrong with them."""
        if faults:
            return np.zeros(0, dtype=np.int64)
        places = timetable.stops.iloc[rows]
        lon, lat = places["stop_lon"].tolist(), places["stop_lat"].tolist()
        if way and self.section_back_min:
            run = np.array([seconds(minutes) for minutes in self.section_back_min])
        elif way and self.section_min:
            run = self.run_s(lon, lat)[::-1]
        else:
            run = self.run_s(lon, lat)
        faults += self.speed_faults(run, lon, lat, self.route_type)
        return run

    def _windows(self, faults: list[Fault]) -> Windows:
        """Return the windows of the line, and add what is wrong with them to the faults."""
        if (self.every_min is None) == (not self.periods):
            both = "both ways" if self.periods else "not at all"
            fix = "state every_min, start and end, or periods"
            key = "periods" if self.periods else ""
            faults.append(self.fault(key, f"states its headway {both}", fix))
            return [(0, 1, 1, False)]
        stated: list[tuple[tuple[str | int, ...], Period]] = [
            (("periods", i), period) for i, period in enumerate(self.periods)
        ]
        if self.every_min is not None:
            stated = [((), Period(every_min=self.every_min, start=self.start, end=self.end))]
        windows: Windows = []
        for at, period in stated:
            for key in ("start", "end"):
                if not getattr(period, key):
                    fix = 'state the first departure and the end, such as "23:00"'
                    faults.append(self.fault((*at, key), "no operating hours", fix))
            if seconds(period.every_min) <= 0:
                what = f"no headway ({period.every_min:g} min)"
                faults.append(self.fault((*at, "every_min"), what, "give minutes above 0"))
            start, end = period_s(self, period.start, period.end, faults, at)
            windows.append((start, end, seconds(period.every_min), self.exact))
        for (_, end, *_), (start, *_), (at, _) in zip(
            windows[:-1], windows[1:], stated[1:], strict=True
        ):
            if start < end:
                what = "a period starts before the one above it ends"
                fix = "order the periods; let each start where the last ends"
                faults.append(self.fault((*at, "start"), what, fix))
        return windows


def standing_times(run: Ints, dwell: int, start: int) -> tuple[Ints, Ints]:
    """Return arrivals and departures of a trip that stands at every stop between its ends."""
    stand = np.full(len(run) + 1, dwell, dtype=np.int64)
    stand[[0, -1]] = 0
    arrive = start + np.r_[0, np.cumsum(run + stand[:-1])]
    return arrive, arrive + stand

"""Edits that let trips call where they pass: at a stop, or at a station not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.edits._calling import Calling
from clustergeo.networks.edits._draft import (
    graded,
    noted,
    pointers,
    with_calls,
    with_stops,
)
from clustergeo.networks.edits._faster import section_calls
from clustergeo.networks.edits._timetable_edit import (
    call_columns,
    split_trips,
    trip_stops,
)
from clustergeo.networks.edits._values import NewStop, seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["AddStop", "NewStation"]

PASSING_DETOUR: Final = 1.1
"""Up to which ratio of the straight way by a stop and past it a train counts as passing it
(estimated): the lines between two calls are straighter than that."""

Calls = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _MoreCalls(Calling):
    """Trips call at a stop that they pass.

    Parameters
    ----------
    dwell_min
        Minutes that they stand there.
    loss_min
        Minutes lost by slowing down and speeding up, half before and half after.
    between
        Stops between which the vehicle passes it, whichever the way. If blank, trips pass it for
        which it lies about on the straight way from one call to the next.
    passing_detour
        What "about" means: up to which ratio of the way by the stop and past it.
    """

    dwell_min: float
    loss_min: float
    between: tuple[str, ...] = ()
    passing_detour: float = PASSING_DETOUR

    def _with_calls_at(self, timetable: Timetable, stop: str) -> Timetable:
        """Return a timetable whose trips call there too."""
        faults: list[Fault] = []
        at = self.stop_row(timetable, stop, faults, ("stop",))
        routes, span, exempt = self.chosen(timetable, faults)
        faults += self.minute_faults("dwell_min", "loss_min")
        between = [
            self.stop_row(timetable, name, faults, ("between", i))
            for i, name in enumerate(self.between)
        ]
        if self.passing_detour < 1:
            what = f"no way is shorter than the straight line ({self.passing_detour:g})"
            faults.append(self.fault("passing_detour", what, "give 1 or more"))
        if len(between) not in (0, 2):
            faults.append(self.fault("between", f"{len(between)} stops", "name two"))
        self.refuse(faults)
        position: dict[tuple[int, ...], int] = {}
        passing: list[int] = []
        for pattern, trips in trip_stops(timetable, routes).items():
            if at in pattern or exempt & set(pattern):
                continue
            after = _passes(timetable, pattern, at, between, self.passing_detour)
            if after >= 0:
                position[pattern] = after
                passing += trips
        made, chosen = split_trips(timetable, sorted(passing), span, self.share)
        if not chosen:
            what = f"no trip passes it without a stop ({stop})"
            fix = "name another route, other hours, or the stops it lies between"
            self.refuse([self.fault("between" if between else "route", what, fix)])
        first = pointers(made)
        rows = made.stop_times["stop"].to_numpy()
        lat, lon = made.stops["stop_lat"].to_numpy(), made.stops["stop_lon"].to_numpy()
        changed = {}
        for trip in chosen:
            k = position[tuple(rows[first[trip] : first[trip + 1]].tolist())]
            calls = call_columns(made, trip, first)
            near = calls["stop"][[k, k + 1]]
            to, on = crow_fly_m(lat[near], lon[near], lat[at], lon[at])
            changed[trip] = self._inserted(calls, k, at, to / (to + on) if to + on else 0.5)
        made = graded(with_calls(made, changed), made.trips["route"].iloc[chosen])
        return noted(made, f"{len(chosen):,} trips call at {stop} too")

    def _inserted(self, calls: Calls, k: int, stop: int, part: float) -> Calls:
        """Return calls with one more behind call ``k``, after a part of the way."""
        lost, dwell = seconds(self.loss_min), seconds(self.dwell_min)
        run = int(calls["arrival_s"][k + 1] - calls["departure_s"][k])
        reach = int(calls["departure_s"][k]) + round(run * part + lost / 2)
        late = lost + dwell
        for name in ("arrival_s", "departure_s"):
            calls[name][k + 1 :] += late
        new = {"stop": stop, "arrival_s": reach, "departure_s": reach + dwell}
        return {
            name: np.insert(values, k + 1, new.get(name, True)) for name, values in calls.items()
        }


def _passes(
    timetable: Timetable,
    pattern: tuple[int, ...],
    at: int,
    between: list[int],
    detour_limit: float,
) -> int:
    """Return the call after which a vehicle passes a stop; -1 if it does not."""
    calls = np.array(pattern)
    skipped = 0
    if between:
        ends = section_calls(pattern, between[0], between[1], both_ways=True)
        if ends is None:
            return -1
        skipped = ends[0]
        calls = calls[skipped : ends[1] + 1]
    lat, lon = timetable.stops["stop_lat"].to_numpy(), timetable.stops["stop_lon"].to_numpy()
    away = crow_fly_m(lat[calls], lon[calls], lat[at], lon[at])
    step = crow_fly_m(lat[calls[:-1]], lon[calls[:-1]], lat[calls[1:]], lon[calls[1:]])
    detour = away[:-1] + away[1:] - step
    if not len(detour) or np.isnan(detour).all():
        return -1
    best = int(np.nanargmin(detour))
    if between:
        return best + skipped
    return best if away[best] + away[best + 1] <= detour_limit * step[best] else -1


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class AddStop(_MoreCalls):
    """Trips call at a stop of the timetable that they pass.

    Parameters
    ----------
    stop
        Its id.
    """

    kind: ClassVar[str] = "add_stop"

    stop: str

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable whose trips call there too."""
        return self._with_calls_at(timetable, self.stop)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class NewStation(_MoreCalls):
    """A station that does not exist yet, on a line; trips that pass it call there.

    It stands for all its platforms; whoever changes there needs the change time of the study.

    Parameters
    ----------
    stop_id, lon, lat, name_en, name_ko
        As of a new stop.
    """

    kind: ClassVar[str] = "new_station"

    stop_id: str
    lon: float
    lat: float
    name_en: str = ""
    name_ko: str = ""

    def brings(self) -> set[str]:
        """Return the id of the station."""
        return {self.stop_id}

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable with the station, and trips that call there."""
        stop = NewStop(
            stop_id=self.stop_id,
            lon=self.lon,
            lat=self.lat,
            name_en=self.name_en,
            name_ko=self.name_ko,
        )
        faults: list[Fault] = []
        self.new_stop_faults(timetable, stop, faults, ())
        if stop.stop_id in set(timetable.stops["stop_id"]):
            what = f"there is such a stop already ({stop.stop_id})"
            faults.append(self.fault("stop_id", what, "use add_stop, or choose another id"))
        self.refuse(faults)
        return self._with_calls_at(with_stops(timetable, [stop]), self.stop_id)

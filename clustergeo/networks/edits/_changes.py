"""Edits of how one changes: a better transfer, and vehicles that go on as another line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks.edits._draft import noted, pointers, with_rows
from clustergeo.networks.edits._seated import Seat, Seats, service_dates
from clustergeo.networks.edits._timetable_edit import TimetableEdit
from clustergeo.networks.edits._values import seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["ThroughService", "Transfer"]

_TIMED: Final = 1
_MINIMUM: Final = 2


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(TimetableEdit):
    """Another change time between two stops, or at one. One of the last two is stated.

    A station stands for all its stops.

    Parameters
    ----------
    from_stop, to_stop
        Ids of stops or stations; the same for a change at one stop.
    both_ways
        Whether it holds the other way too.
    min_change_min
        Minutes that the change takes.
    guaranteed
        The vehicle waits: at one stop a change takes no time, between two the walk only.
    """

    kind: ClassVar[str] = "transfer"

    from_stop: str
    to_stop: str
    both_ways: bool = True
    min_change_min: float | None = None
    guaranteed: bool = False

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable with the rule; itself if it is one of its own."""
        faults: list[Fault] = []
        for key in ("from_stop", "to_stop"):
            self.stop_row(timetable, getattr(self, key), faults, (key,))
        if (self.min_change_min is None) == (not self.guaranteed):
            said = "twice" if self.guaranteed else "not at all"
            key = "guaranteed" if self.guaranteed else ""
            fix = "state min_change_min, or guaranteed = true"
            faults.append(self.fault(key, f"states the change {said}", fix))
        if self.min_change_min is not None and self.min_change_min < 0:
            what = f"is below 0 ({self.min_change_min:g})"
            faults.append(self.fault("min_change_min", what, "give 0 or more"))
        self.refuse(faults)
        kind = _TIMED if self.guaranteed else _MINIMUM
        wait = np.nan if self.min_change_min is None else float(seconds(self.min_change_min))
        pairs = self.pairs(timetable)
        table = timetable.transfers
        told = pd.MultiIndex.from_frame(table[["from_stop", "to_stop"]])
        same = told.isin(pairs)
        before = table[same]
        waits = before["min_s"].to_numpy()
        alike = (before["kind"] == kind) & (np.isnan(waits) if self.guaranteed else waits == wait)
        if len(before) == len(pairs) and alike.all():
            return timetable
        rows = [
            {"from_stop": one, "to_stop": other, "kind": kind, "min_s": wait}
            for one, other in pairs
        ]
        rules = with_rows(table[~same], rows)
        rules = rules.sort_values(["from_stop", "to_stop"], kind="stable", ignore_index=True)
        how = "is guaranteed" if self.guaranteed else f"takes {self.min_change_min:g} min"
        note = f"the change from {self.from_stop} to {self.to_stop} {how}"
        return noted(replace(timetable, transfers=rules), note)

    def pairs(self, timetable: Timetable) -> list[tuple[int, int]]:
        """Return the rows of the stops between which it holds."""
        here, there = (_members(timetable, stop) for stop in (self.from_stop, self.to_stop))
        pairs = [(one, other) for one in here for other in there]
        if self.from_stop == self.to_stop:
            return pairs
        pairs = [(one, other) for one, other in pairs if one != other]
        back = [(other, one) for one, other in pairs] if self.both_ways else []
        return sorted({*pairs, *back})


def _members(timetable: Timetable, name: str) -> list[int]:
    """Return the rows of a stop, and of the stops of a station."""
    stops = timetable.stops
    own = (stops["stop_id"] == name) | (stops["parent_station"] == name)
    return [int(row) for row in np.flatnonzero(own)]


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughService(TimetableEdit):
    """Vehicles of two lines that meet at a stop go on as the other line; riders stay seated.

    Each trip that ends there goes on as the first that begins there on the same days and is not
    taken yet. Of two headways the rarer says how many go on.

    Parameters
    ----------
    routes
        Two routes, by id or by a short name that one route has; one twice for a loop, on which
        vehicles go round again.
    at
        Stops where the one ends and the other begins: one, or the poles of a station.
    stay_min
        Minutes that vehicles stand there; of trips with clock times, how long at most.
    both_ways
        Whether vehicles of the second line go on as the first too.
    """

    kind: ClassVar[str] = "through_service"

    routes: tuple[str, ...]
    at: str | tuple[str, ...]
    stay_min: float
    both_ways: bool = True

    def changed(self, timetable: Timetable) -> Timetable:
        """Return the timetable with a note; the trips are joined after the last edit."""
        count = len(self.seats(timetable))
        names = " and ".join(dict.fromkeys(self.routes))
        how = "as the other line" if len(set(self.routes)) > 1 else "round again"
        return noted(timetable, f"{count:,} trips of {names} go on {how}")

    def seats(self, timetable: Timetable) -> Seats:
        """Return which trips go on as which.

        Raises
        ------
        ScenarioError
            If there is nothing to join.
        """
        faults: list[Fault] = []
        rows = [self.route_rows(timetable, [name], [], "routes") or [-1] for name in self.routes]
        self.route_rows(timetable, self.routes, faults, "routes")
        ends = (self.at,) if isinstance(self.at, str) else self.at
        for stop in ends:
            self.stop_row(timetable, stop, faults, ("at",))
        if len(self.routes) != 2:  # noqa: PLR2004 - two lines
            faults.append(self.fault("routes", f"{len(self.routes)} routes", "name two"))
        if self.stay_min < 0:
            what = f"times run backwards ({self.stay_min:g} min)"
            faults.append(self.fault("stay_min", what, "give 0 or more"))
        self.refuse(faults)
        at = {row for stop in ends for row in _members(timetable, stop)}
        (one,), (other,) = rows
        seats = self._seats(timetable, one, other, at)
        if self.both_ways and one != other:
            seats |= self._seats(timetable, other, one, at)
        if not seats:
            what = f"no trip of one line ends where the other begins ({', '.join(ends)})"
            fix = "name the stop where the two lines end, and how long vehicles may stand there"
            self.refuse([self.fault("at", what, fix)])
        return seats

    def _seats(
        self, timetable: Timetable, before: int, after: int, at: set[int]
    ) -> dict[tuple[str, str], Seat]:
        first = pointers(timetable)
        stop = timetable.stop_times["stop"].to_numpy()
        arrive = timetable.stop_times["arrival_s"].to_numpy()[first[1:] - 1]
        leave = timetable.stop_times["departure_s"].to_numpy()[first[:-1]]
        ends, begins = stop[first[1:] - 1], stop[first[:-1]]
        route = timetable.trips["route"].to_numpy()
        headway = np.zeros(len(route), dtype=bool)
        headway[timetable.frequencies["trip"].to_numpy(dtype=np.int64)] = True
        dates = service_dates(timetable)
        services = timetable.trips["service_id"].to_numpy()
        ids = timetable.trips["trip_id"].to_numpy()
        stay = seconds(self.stay_min)
        incoming = [t for t in _by(arrive, route == before) if int(ends[t]) in at]
        outgoing = [t for t in _by(leave, route == after) if int(begins[t]) in at]
        free = {trip: dates.get(services[trip], frozenset()) for trip in outgoing}
        seats: dict[tuple[str, str], Seat] = {}
        for trip in incoming:
            left = dates.get(services[trip], frozenset())
            for later in outgoing:
                days = left & free[later]
                if not days or headway[trip] != headway[later]:
                    continue
                if before == after and not self._same_way(stop, first, (trip, later)):
                    continue
                wait = int(leave[later] - arrive[trip])
                if not headway[trip] and (later == trip or not 0 <= wait <= stay):
                    continue
                seats[ids[trip], ids[later]] = Seat(days, stay if headway[trip] else None)
                left, free[later] = left - days, free[later] - days
        return seats

    @staticmethod
    def _same_way(
        stop: NDArray[np.int64], first: NDArray[np.int64], trips: tuple[int, int]
    ) -> bool:
        """Return whether two trips of a loop go round it the same way: they call alike."""
        one, other = (stop[first[trip] : first[trip + 1]] for trip in trips)
        return np.array_equal(one, other)


def _by(times: NDArray[np.int64], chosen: NDArray[np.bool_]) -> list[int]:
    """Return the trips chosen, in the order of their times."""
    rows = np.flatnonzero(chosen)
    return [int(row) for row in rows[np.argsort(times[rows], kind="stable")]]

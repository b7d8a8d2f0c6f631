"""The edit of a line that goes on beyond its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks.edits._draft import Windows, graded, noted, pointers, with_calls
from clustergeo.networks.edits._lines import standing_times
from clustergeo.networks.edits._seated import windows_of
from clustergeo.networks.edits._sections import Sections
from clustergeo.networks.edits._timetable_edit import (
    Stop,
    call_columns,
    trip_stops,
    with_windows,
)
from clustergeo.networks.edits._values import NewStop, seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["ExtendLine"]

Ints = NDArray[np.int64]


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendLine(Sections):
    """All trips of a line that end at a stop, or begin there, go on to further stops.

    Minutes are those of :class:`Sections`, of the further sections. Trips keep their times on the
    old line: those that begin farther out leave earlier.

    Parameters
    ----------
    route
        Route id, or short name that one route has.
    at
        Stops where the line ends so far; its trips in the two directions may use different poles.
    stops
        Further stops outward from there, by id or new.
    """

    kind: ClassVar[str] = "extend_line"

    route: str
    at: str | tuple[str, ...]
    stops: tuple[Stop, ...]

    def brings(self) -> set[str]:
        """Return the ids of its new stops."""
        return {stop.stop_id for stop in self.stops if isinstance(stop, NewStop)}

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable whose trips go on."""
        faults: list[Fault] = []
        routes = self.route_rows(timetable, self.route, faults, "route")
        ends = (self.at,) if isinstance(self.at, str) else self.at
        at = {self.stop_row(timetable, stop, faults, ("at",)) for stop in ends}
        made, rows = self.placed_stops(timetable, self.stops, faults, "stops")
        if not rows:
            faults.append(self.fault("stops", "joins nothing (0 stops)", "name a further stop"))
        faults += self.times_faults(len(rows))
        patterns = trip_stops(made, routes)
        after = [t for p, trips in patterns.items() if p[-1] in at for t in trips]
        before = [t for p, trips in patterns.items() if p[0] in at for t in trips]
        if not faults and not after and not before:
            what = f"no trip of {self.route} ends or begins there ({', '.join(ends)})"
            faults.append(self.fault("at", what, "name a stop where the line ends"))
        self.refuse(faults)
        places = made.stops.iloc[[min(at), *rows]]
        lon, lat = places["stop_lon"].tolist(), places["stop_lat"].tolist()
        run = self.run_s(lon, lat)
        kind = int(made.routes["route_type"].iloc[routes[0]])
        self.refuse(self.speed_faults(run, lon, lat, kind))
        made = self._longer(made, (before, after), rows, run)
        note = (
            f"line {self.route} goes on from {', '.join(ends)}: {len(after) + len(before):,} trips"
        )
        return noted(graded(made, routes), note)

    def _longer(
        self, timetable: Timetable, trips: tuple[list[int], list[int]], rows: list[int], run: Ints
    ) -> Timetable:
        before, after = trips
        dwell = seconds(self.dwell_min)
        arrive, depart = standing_times(run, dwell, 0)
        total = int(arrive[-1])
        first = pointers(timetable)
        open_ = np.ones(len(rows), dtype=bool)
        changed = {}
        windows: dict[int, Windows] = {}
        for trip in sorted({*before, *after}):
            calls = call_columns(timetable, trip, first)
            if trip in before:
                own = windows_of(timetable, trip)
                lead = int(calls["departure_s"][0]) - dwell - total
                early = [(s - total - dwell, e - total - dwell, h, x) for s, e, h, x in own]
                if own and lead < 0:
                    # Only differences count where the windows say when it leaves.
                    for name in ("arrival_s", "departure_s"):
                        calls[name] -= lead
                    lead = 0
                if lead < 0 or (early and early[0][0] < 0):
                    what = f"trips would start before midnight ({total / 60:g} min earlier)"
                    self.refuse([self.fault("stops", what, "let the line start later")])
                if early:
                    windows[trip] = early
                calls["alight"][0] = True
                calls["arrival_s"][0] = lead + total
                calls = {
                    "stop": np.r_[rows[::-1], calls["stop"]],
                    "arrival_s": np.r_[lead + total - depart[:0:-1], calls["arrival_s"]],
                    "departure_s": np.r_[lead + total - arrive[:0:-1], calls["departure_s"]],
                    "board": np.r_[open_, calls["board"]],
                    "alight": np.r_[open_, calls["alight"]],
                }
            if trip in after:
                leave = int(calls["arrival_s"][-1]) + dwell
                calls["board"][-1] = True
                calls["departure_s"][-1] = leave
                calls = {
                    "stop": np.r_[calls["stop"], rows],
                    "arrival_s": np.r_[calls["arrival_s"], leave + arrive[1:]],
                    "departure_s": np.r_[calls["departure_s"], leave + depart[1:]],
                    "board": np.r_[calls["board"], open_],
                    "alight": np.r_[calls["alight"], open_],
                }
            changed[trip] = calls
        return with_windows(with_calls(timetable, changed), windows)

"""The edit of a section on which vehicles become faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks.edits._draft import graded, noted, pointers, with_calls
from clustergeo.networks.edits._timetable_edit import TimetableEdit, call_columns, trip_stops
from clustergeo.networks.edits._values import seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["FasterSection", "section_calls"]

Calls = dict[str, NDArray[Any]]


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class FasterSection(TimetableEdit):
    """Vehicles of a line take less time between two of their stops, and are earlier from there on.

    One of the last three is stated. The time saved comes off the minutes in motion, evenly; stops
    on the way keep theirs. Waits for connections are not kept: whoever changes may find the next
    vehicle gone a little earlier.

    Parameters
    ----------
    route
        Route ids, or short names that one route has.
    from_stop, to_stop
        Ids of the stops at the ends of the section.
    both_ways
        Whether the way back is faster too.
    minutes
        New minutes from leaving the one to reaching the other.
    saves_min
        Minutes saved.
    share
        Part of the minutes saved: 0.2 for a fifth.
    """

    kind: ClassVar[str] = "faster_section"

    route: str | tuple[str, ...]
    from_stop: str
    to_stop: str
    both_ways: bool = True
    minutes: float | None = None
    saves_min: float | None = None
    share: float | None = None

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable with the faster section; itself if nothing is saved."""
        faults: list[Fault] = []
        routes = self.route_rows(timetable, self.route, faults, "route")
        one = self.stop_row(timetable, self.from_stop, faults, ("from_stop",))
        other = self.stop_row(timetable, self.to_stop, faults, ("to_stop",))
        stated = [k for k in ("minutes", "saves_min", "share") if getattr(self, k) is not None]
        if len(stated) != 1:
            what = f"needs one statement of its times ({', '.join(stated) or 'none'})"
            key = stated[-1] if stated else ""
            faults.append(self.fault(key, what, "state minutes, saves_min or share"))
        for key in stated:
            if getattr(self, key) < 0 or (key == "share" and getattr(self, key) >= 1):
                what = f"times run backwards ({getattr(self, key):g})"
                faults.append(self.fault(key, what, "give 0 or more; of share less than 1"))
        self.refuse(faults)
        first = pointers(timetable)
        changed: dict[int, Calls] = {}
        count = 0
        for pattern, trips in trip_stops(timetable, routes).items():
            ends = section_calls(pattern, one, other, both_ways=self.both_ways)
            if ends is None:
                continue
            for trip in trips:
                calls = call_columns(timetable, trip, first)
                count += 1
                if self._hurry(calls, ends, timetable.trips["trip_id"].iloc[trip]):
                    changed[trip] = calls
        if not count:
            what = f"no trip of the line goes from {self.from_stop} to {self.to_stop}"
            fix = "name two stops at which the same trips call"
            self.refuse([self.fault("from_stop", what, fix)])
        if not changed:
            return timetable
        touched = timetable.trips["route"].iloc[list(changed)]
        made = graded(with_calls(timetable, changed), touched)
        note = f"{len(changed):,} trips are faster between {self.from_stop} and {self.to_stop}"
        return noted(made, note)

    def _hurry(self, calls: Calls, ends: tuple[int, int], trip_id: str) -> bool:
        """Change the times of a trip; return whether they changed."""
        i, j = ends
        arrive, depart = calls["arrival_s"], calls["departure_s"]
        run = int(arrive[j] - depart[i])
        saved = seconds(self.saves_min or 0.0)
        if self.share is not None:
            saved = round(run * self.share)
        if self.minutes is not None:
            saved = run - seconds(self.minutes)
        moves = arrive[i + 1 : j + 1] - depart[i:j]
        moving = int(moves.sum())
        key = next(k for k in ("minutes", "saves_min", "share") if getattr(self, k) is not None)
        if saved < 0:
            what = f"would be slower: it takes {run / 60:g} min now (trip {trip_id})"
            self.refuse([self.fault(key, what, "give less than that")])
        if saved >= moving > 0 or saved > moving:
            what = f"times run backwards: {moving / 60:g} min in motion (trip {trip_id})"
            self.refuse([self.fault(key, what, "save less")])
        if not saved:
            return False
        dwells = depart[i + 1 : j] - arrive[i + 1 : j]
        gone = np.rint(np.cumsum(moves) * (moving - saved) / moving).astype(np.int64)
        stood = np.r_[0, np.cumsum(dwells)]
        arrive[i + 1 : j + 1] = depart[i] + gone + stood
        depart[i + 1 : j] = arrive[i + 1 : j] + dwells
        depart[j:] -= saved
        arrive[j + 1 :] -= saved
        return True


def section_calls(
    pattern: tuple[int, ...], one: int, other: int, *, both_ways: bool
) -> tuple[int, int] | None:
    """Return the calls at the ends of a section, the nearest to each other."""
    ways = [(one, other), (other, one)] if both_ways else [(one, other)]
    for start, end in ways:
        if start in pattern and end in pattern:
            last = len(pattern) - 1 - pattern[::-1].index(end)
            before = [i for i in range(last) if pattern[i] == start]
            if before:
                i = before[-1]
                return i, i + 1 + pattern[i + 1 :].index(end)
    return None

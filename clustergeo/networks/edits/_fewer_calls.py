"""The edit of a stop at which trips no longer call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks.edits._calling import Calling
from clustergeo.networks.edits._draft import Windows, graded, noted, pointers, with_calls
from clustergeo.networks.edits._seated import windows_of
from clustergeo.networks.edits._timetable_edit import (
    call_columns,
    split_trips,
    trip_stops,
    with_windows,
)
from clustergeo.networks.edits._values import seconds
from clustergeo.networks.edits.edit import registered
from clustergeo.networks.timetable import Timetable

__all__ = ["RemoveStop"]

Calls = dict[str, NDArray[Any]]


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveStop(Calling):
    """Trips no longer call at a stop, and are earlier from there on.

    A trip that ended or began there ends or begins one stop nearer.

    Parameters
    ----------
    stop
        Its id.
    gain_min
        Minutes gained by not slowing down and speeding up; the time it stood is gained too.
    """

    kind: ClassVar[str] = "remove_stop"

    stop: str
    gain_min: float

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable whose trips run through."""
        faults: list[Fault] = []
        at = self.stop_row(timetable, self.stop, faults, ("stop",))
        routes, span, exempt = self.chosen(timetable, faults)
        faults += self.minute_faults("gain_min")
        self.refuse(faults)
        calling = [
            trip
            for pattern, trips in trip_stops(timetable, routes).items()
            if at in pattern and not exempt & set(pattern)
            for trip in trips
        ]
        made, chosen = split_trips(timetable, sorted(calling), span, self.share)
        if not chosen:
            what = f"no trip of the line calls there ({self.stop})"
            self.refuse([self.fault("stop", what, "name a stop at which it calls")])
        first = pointers(made)
        changed: dict[int, Calls] = {}
        windows: dict[int, Windows] = {}
        for trip in chosen:
            calls = call_columns(made, trip, first)
            leave = int(calls["departure_s"][0])
            changed[trip] = self._left_out(calls, at, made.trips["trip_id"].iloc[trip])
            if late := int(changed[trip]["departure_s"][0]) - leave:
                own = windows_of(made, trip)
                windows |= (
                    {trip: [(s + late, e + late, h, x) for s, e, h, x in own]} if own else {}
                )
        made = with_windows(with_calls(made, changed), windows)
        made = graded(made, made.trips["route"].iloc[chosen])
        return noted(made, f"{len(chosen):,} trips no longer call at {self.stop}")

    def _left_out(self, calls: Calls, at: int, trip_id: str) -> Calls:
        """Return calls without those at a stop."""
        while (here := np.flatnonzero(calls["stop"] == at)).size:
            k, last = int(here[0]), len(calls["stop"]) - 1
            if last < 2:  # noqa: PLR2004 - a ride takes two calls
                what = f"nothing would be left of trip {trip_id}"
                self.refuse([self.fault("stop", what, "leave two stops")])
            if 0 < k < last:
                gain = int(calls["departure_s"][k] - calls["arrival_s"][k])
                gain += seconds(self.gain_min)
                if calls["arrival_s"][k + 1] - gain <= calls["departure_s"][k - 1]:
                    what = f"times run backwards on trip {trip_id} ({self.gain_min:g} min)"
                    self.refuse([self.fault("gain_min", what, "gain less")])
                for name in ("arrival_s", "departure_s"):
                    calls[name][k + 1 :] -= gain
            calls = {name: np.delete(values, k) for name, values in calls.items()}
        return calls

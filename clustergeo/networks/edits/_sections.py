"""How long vehicles take from stop to stop, as a planner states it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.edits._timetable_edit import TimetableEdit
from clustergeo.networks.edits._values import seconds
from clustergeo.networks.route_types import mode_of
from clustergeo.units import (
    METRES_PER_KILOMETRE,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
)

__all__ = ["Sections"]

_ROUNDING_S: Final = 60
"""Times are often rounded to the minute; this much is added before a speed is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections(TimetableEdit):
    """How long vehicles take from stop to stop. One of the first three is stated.

    Parameters
    ----------
    section_min
        Minutes from leaving a stop to reaching the next, one for each section.
    end_to_end_min
        Minutes from the first stop to the last, stops included; shared out by straight distance.
    vehicle_kph
        Speed between stops; the way is the straight line times ``detour``.
    detour
        Length of the way by straight metres.
    dwell_min
        Minutes that a vehicle stands at each stop on the way.
    """

    section_min: tuple[float, ...] = ()
    end_to_end_min: float | None = None
    vehicle_kph: float | None = None
    detour: float = 1.3
    dwell_min: float = 0.5

    def times_faults(self, sections: int) -> list[Fault]:
        """Return what is wrong with the minutes of a line of so many sections."""
        stated = [
            key
            for key in ("section_min", "end_to_end_min", "vehicle_kph")
            if getattr(self, key) not in (None, ())
        ]
        if len(stated) != 1:
            what = f"needs one statement of its times ({', '.join(stated) or 'none'})"
            fix = "state section_min, end_to_end_min or vehicle_kph"
            return [self.fault(stated[-1] if stated else "", what, fix)]
        faults = []
        if self.section_min and len(self.section_min) != sections:
            what = f"{len(self.section_min)} sections are given for {sections}"
            fix = "give the minutes from each stop to the next"
            faults.append(self.fault("section_min", what, fix))
        for i, minutes in enumerate(self.section_min):
            if seconds(minutes) <= 0:
                what = f"times run backwards or stand still ({minutes:g} min)"
                fix = "give minutes above 0"
                faults.append(self.fault(("section_min", i), what, fix))
        for key in ("end_to_end_min", "vehicle_kph"):
            value = getattr(self, key)
            if value is not None and value <= 0:
                faults.append(self.fault(key, f"is not above 0 ({value:g})", "correct it"))
        if self.detour < 1:
            what = f"no way is shorter than the straight line ({self.detour:g})"
            faults.append(self.fault("detour", what, "give 1 or more"))
        if self.dwell_min < 0:
            faults.append(
                self.fault("dwell_min", f"is below 0 ({self.dwell_min:g})", "correct it")
            )
        return faults

    def run_s(self, lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.int64]:
        """Return the seconds between stops at these places, those it stands left out."""
        if self.section_min:
            return np.array([seconds(minutes) for minutes in self.section_min], dtype=np.int64)
        x, y = np.asarray(lon), np.asarray(lat)
        metres = crow_fly_m(y[:-1], x[:-1], y[1:], x[1:])
        if self.vehicle_kph is not None:
            km = metres * self.detour / METRES_PER_KILOMETRE
            run = km / self.vehicle_kph * SECONDS_PER_HOUR
        else:
            whole = (self.end_to_end_min or 0.0) - self.dwell_min * (len(x) - 2)
            # Where all stops lie at one point the time is shared out evenly.
            part = metres / metres.sum() if metres.any() else np.full(len(metres), 1 / len(metres))
            run = whole * SECONDS_PER_MINUTE * part
        # Whole seconds that add up to the whole.
        ends = np.rint(np.cumsum(run)).astype(np.int64)
        steps: NDArray[np.int64] = np.diff(np.r_[0, ends])
        return steps

    def speed_faults(
        self, run: NDArray[np.int64], lon: Sequence[float], lat: Sequence[float], route_type: int
    ) -> list[Fault]:
        """Return a fault where sections take no time, or less than such vehicles can."""
        key = "section_min" if self.section_min else ""
        key = key or ("vehicle_kph" if self.vehicle_kph is not None else "end_to_end_min")
        if (run <= 0).any():
            what = "times run backwards or stand still between two stops"
            return [self.fault(key, what, "give more time, or leave one of the stops out")]
        x, y = np.asarray(lon), np.asarray(lat)
        metres = crow_fly_m(y[:-1], x[:-1], y[1:], x[1:])
        kph = metres / METRES_PER_KILOMETRE / (run + _ROUNDING_S) * SECONDS_PER_HOUR
        mode = mode_of(route_type)
        if (kph <= mode.fastest_kph).all():
            return []
        worst = int(np.argmax(kph))
        what = (
            f"section {worst + 1} ({metres[worst] / METRES_PER_KILOMETRE:.1f} km straight in "
            f"{run[worst] / SECONDS_PER_HOUR * MINUTES_PER_HOUR:.1f} min) is faster than a "
            f"{mode.en} goes ({mode.fastest_kph:g} km/h)"
        )
        return [self.fault(key, what, "correct the minutes, the stops or route_type")]

"""Which trips of a line an edit of their calls is about."""

from __future__ import annotations

from dataclasses import dataclass

from clustergeo.errors import Fault
from clustergeo.networks.edits._timetable_edit import TimetableEdit
from clustergeo.networks.edits._values import period_s
from clustergeo.networks.timetable import Timetable

__all__ = ["Calling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling(TimetableEdit):
    """Which trips of a line are changed.

    Parameters
    ----------
    route
        Route ids, or short names that one route has.
    start, end
        Trips that leave their first stop within these hours; blank for all.
    share
        Part of them, evenly chosen: 1 for all, 0.5 for every second.
    unless_calling
        Trips that call at one of these stops are left as they are: they go another way.
    """

    route: str | tuple[str, ...]
    start: str = ""
    end: str = ""
    share: float = 1.0
    unless_calling: tuple[str, ...] = ()

    def chosen(
        self, timetable: Timetable, faults: list[Fault]
    ) -> tuple[list[int], tuple[int, int], set[int]]:
        """Return the routes, the hours and the stops that exempt a trip."""
        routes = self.route_rows(timetable, self.route, faults, "route")
        span = period_s(self, self.start, self.end, faults)
        if not 0 < self.share <= 1:
            what = f"is no share ({self.share:g})"
            faults.append(self.fault("share", what, "give more than 0, up to 1"))
        exempt = {
            self.stop_row(timetable, stop, faults, ("unless_calling", i))
            for i, stop in enumerate(self.unless_calling)
        }
        return routes, span, exempt

    def minute_faults(self, *keys: str) -> list[Fault]:
        """Return which of the minutes under some keys are below nothing."""
        return [
            self.fault(key, f"is below 0 ({getattr(self, key):g})", "give 0 or more")
            for key in keys
            if getattr(self, key) < 0
        ]

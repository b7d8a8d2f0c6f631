"""The fine parts of a journey: rides by kind of vehicle, transfers on foot and waiting."""

from __future__ import annotations

from typing import Final

from clustergeo.networks.route_types import mode_of
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.profiles import RIDE_MODES
from clustergeo.times.anatomy import DOOR, Journey, journey_parts, shared_cents

__all__ = ["FINE_PARTS", "fine_minutes", "fine_seconds", "transfers"]

_RIDES: Final = tuple(f"ride_{mode}_min" for mode in RIDE_MODES)
_TRANSFERS: Final = ("transfer_walk_min", "transfer_wait_min")

FINE_PARTS: Final = ("access_min", "wait_min", *_RIDES, *_TRANSFERS, "egress_min")
"""Parts that add up to a door-to-door time, none within another."""

_GROUPS: Final = {
    "high_speed_rail": "rail",
    "monorail": "metro",
    "cable_tram": "tram",
    "trolleybus": "bus",
}
_CENTS: Final = 100


def transfers(journey: Journey) -> int:
    """Return the number of changes of vehicle."""
    return max(sum(leg.kind == "ride" for leg in journey.legs) - 1, 0)


def fine_seconds(journey: Journey, timetable: Timetable) -> dict[str, int]:
    """Return the seconds of each of ``FINE_PARTS``."""
    seconds = dict.fromkeys(FINE_PARTS, 0)
    rides = [i for i, leg in enumerate(journey.legs) if leg.kind == "ride"]
    for i, leg in enumerate(journey.legs):
        if leg.kind == "ride":
            part = _ride_part(timetable, leg.trip)
        elif leg.kind == "wait":
            first = leg.from_stop == DOOR or i < rides[0]
            part = "wait_min" if first else "transfer_wait_min"
        elif not rides or i < rides[0]:
            part = "access_min"
        else:
            part = "egress_min" if i > rides[-1] else "transfer_walk_min"
        seconds[part] += leg.seconds
    return seconds


def fine_minutes(journey: Journey, timetable: Timetable) -> dict[str, float]:
    """Return all parts in minutes with two decimals, the coarse ones too.

    The coarse ones are those of :func:`clustergeo.times.anatomy.journey_parts`; the fine ones add
    up to them.
    """
    minutes = journey_parts(journey)
    seconds = fine_seconds(journey, timetable)
    for whole, names in (("ride_min", _RIDES), ("transfer_min", _TRANSFERS)):
        total = round(minutes[whole] * _CENTS)
        cents = shared_cents({name: seconds[name] for name in names}, total)
        minutes |= {name: value / _CENTS for name, value in cents.items()}
    return minutes


def _ride_part(timetable: Timetable, trip: int) -> str:
    route = int(timetable.trips["route"].iloc[trip])
    key = mode_of(int(timetable.routes["route_type"].iloc[route])).key
    group = _GROUPS.get(key, key)
    return f"ride_{group if group in RIDE_MODES else 'other'}_min"

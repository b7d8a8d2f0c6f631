"""The two ends of a day away: the first arrival, and the last departure that still gets home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.search import sampled
from clustergeo.times.transit.setup import prepare
from clustergeo.times.transit.trip_choices import last_ways
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["DayEnds", "day_ends"]


@dataclass(frozen=True, slots=True, eq=False)
class DayEnds:
    """Seconds past midnight, shape (origins, destinations); -1 where there is none."""

    first_arrival_s: NDArray[np.int64]
    last_home_s: NDArray[np.int64]


def day_ends(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    date: dt.date,
    rules: TransitRules,
    *,
    road: RoadNetwork | None,
    first_leave: dt.time,
    home_by_h: float,
) -> DayEnds:
    """Return the first arrivals at the destinations and the last departures from there.

    Both are medians over the draws: half the draws are there by then, or let one leave then. A
    trip longer than the limit counts for neither. On the way home access and egress change places.

    Parameters
    ----------
    timetable, origins, destinations, rules, road
        As for :func:`clustergeo.times.transit_times`.
    date
        Day of service.
    first_leave
        Nobody leaves home before.
    home_by_h
        End of the day, hours past midnight: nobody arrives after.
    """
    minute = (dt.datetime.combine(date, first_leave) + dt.timedelta(minutes=1)).time()
    day = Departures(date, first_leave, minute)
    end = int(home_by_h * SECONDS_PER_HOUR)
    outward = prepare(
        timetable, origins, destinations, day, rules, headway_wait=rules.headway_rule, road=road
    )
    start = int(day.seconds[0])
    found = sampled(
        outward,
        day.seconds,
        None,
        most_rides=rules.most_rides,
        look_ahead_s=max(end - start, 0),
    )
    arrive = start + found.seconds.astype(np.int64)
    there = (arrive <= end) & (arrive - found.leave_s <= rules.limit_s)
    home = rules.homeward
    back = prepare(
        timetable, destinations, origins, day, home, headway_wait=home.headway_rule, road=road
    )
    deadlines = np.arange(start, end + 1, SECONDS_PER_MINUTE, dtype=np.int32)
    last = []
    for vehicles in back.day.draws:  # one at a time: a whole day of deadlines is large
        one = replace(back, day=replace(back.day, draws=(vehicles,)))
        _, leave, arrival = last_ways(one, deadlines, home)
        usable = (leave < NEVER) & (arrival - leave <= rules.limit_s) & (leave >= start)
        last.append(np.where(usable, leave, -1).max(axis=-1))
    return DayEnds(
        first_arrival_s=_median(np.where(there, arrive, NEVER)),
        last_home_s=-_median(-np.stack(last, axis=-1).astype(np.int64).swapaxes(0, 1)),
    )


def _median(draws: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return medians by nearest rank over the last axis, -1 for NEVER."""
    middle = np.sort(draws, axis=-1)[..., (draws.shape[-1] - 1) // 2]
    median: NDArray[np.int64] = np.where(middle >= NEVER, -1, middle)
    return median

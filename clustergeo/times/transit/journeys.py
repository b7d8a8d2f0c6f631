"""Turn what the kernel finds into journeys with legs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import ClustergeoError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.times.anatomy import DOOR, Journey, Leg
from clustergeo.times.transit.kept_days import kept
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.recover import Rides, recover
from clustergeo.times.transit.rules import TransitRules
from clustergeo.times.transit.setup import Search
from clustergeo.times.transit.walks import MEANS

__all__ = ["journey_of_sample"]

Degrees = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Latitudes and longitudes of the stops."""


def journey_of_sample(  # noqa: PLR0913 - one keyword a setting
    search: Search,
    timetable: Timetable,
    rules: TransitRules,
    *,
    ids: tuple[str, str],
    pair: tuple[int, int],
    sample: tuple[int, int, int],
    until_s: int | None = None,
) -> Journey:
    """Return the journey of one sample; a walk where walking is as fast.

    Parameters
    ----------
    search, timetable, rules
        The run.
    ids
        Place ids of the pair.
    pair
        Rows of origin and destination.
    sample
        Draw, departure (seconds past midnight) and duration found (seconds).
    until_s
        Moment to wait for at the door, where the trip was sought by a deadline.

    Raises
    ------
    ClustergeoError
        If the legs do not add up to the duration, which would be our bug.
    """
    draw, leave, took = sample
    if search.walk_s[pair] == took < NEVER:
        length = float(search.walk_m[pair]) * rules.walk_detour
        return Journey(*ids, (Leg("walk", leave, leave + took, DOOR, DOOR, length),))
    rides = recover(search, pair, draw, (leave, leave + took))
    legs = _legs(search, timetable, rules, rides, leave)
    if until_s is not None and legs[-1].arrive_s < until_s:
        legs.append(Leg("wait", legs[-1].arrive_s, until_s, DOOR, DOOR))
    if legs[-1].arrive_s != (leave + took if until_s is None else until_s):
        message = f"the legs from {ids[0]} to {ids[1]} miss the arrival found; please report it"
        raise ClustergeoError(message)
    return Journey(*ids, tuple(legs))


def _legs(
    search: Search, timetable: Timetable, rules: TransitRules, rides: Rides, leave: int
) -> list[Leg]:
    lines, vehicles = search.day.lines, search.day.draws[rides.draw]
    degrees = kept(
        timetable,
        "degrees",
        lambda: (timetable.stops["stop_lat"].to_numpy(), timetable.stops["stop_lon"].to_numpy()),
    )
    legs = [_to_door(search, rides.access, leave, out=True)]
    starts = rides.start_s.tolist()
    before = -1
    for (vehicle, on, off), start in zip(rides.legs.tolist(), starts, strict=True):
        first = int(lines.ptr[lines.pattern[on]])
        begin = int(vehicles.profile[vehicle]) - first
        depart = start + int(lines.depart[begin + on])
        arrive = start + int(lines.arrive[begin + off])
        passed = search.stops_of(lines.stop[on : off + 1])
        stop, to = int(passed[0]), int(passed[-1])
        if legs[-1].to_stop != stop:
            walk = int(lines.stop[before]), int(lines.stop[on])
            legs.append(_between(search, degrees, rules, legs[-1].arrive_s, walk))
        legs.append(Leg("wait", legs[-1].arrive_s, depart, stop, stop))
        length = _along(degrees, passed)
        legs.append(Leg("ride", depart, arrive, stop, to, length, int(vehicles.trip[vehicle])))
        before = off
    legs.append(_to_door(search, rides.egress, legs[-1].arrive_s, out=False))
    return legs


def _to_door(search: Search, row: int, start: int, *, out: bool) -> Leg:
    reach = search.access if out else search.egress
    stop = int(search.stops_of(reach.stop[row : row + 1])[0])
    return Leg(
        MEANS[reach.means[row]],
        start,
        start + int(reach.seconds[row]),
        DOOR if out else stop,
        stop if out else DOOR,
        float(reach.length_m[row]),
    )


def _between(
    search: Search, degrees: Degrees, rules: TransitRules, leave: int, walk: tuple[int, int]
) -> Leg:
    lines = search.day.lines
    at, stop = walk
    row = slice(lines.foot_ptr[at], lines.foot_ptr[at + 1])
    hit = int(np.searchsorted(lines.foot_stop[row], stop))
    seconds = int(lines.foot_s[row][hit])
    ends = search.stops_of(np.array(walk, dtype=np.int32))
    length = _along(degrees, ends) * rules.walk_detour
    return Leg("walk", leave, leave + seconds, int(ends[0]), int(ends[1]), length)


def _along(degrees: Degrees, stops: NDArray[np.int32]) -> float:
    """Return straight metres from stop to stop; a stop without a position adds nothing."""
    lat, lon = degrees[0][stops], degrees[1][stops]
    return float(np.nansum(crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:])))

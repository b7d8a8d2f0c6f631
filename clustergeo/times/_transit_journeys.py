"""Turn what the kernel finds into journeys with legs."""

from __future__ import annotations

import numpy as np

from clustergeo.errors import ClustergeoError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.times._raptor import NEVER
from clustergeo.times._transit_rules import TransitRules
from clustergeo.times._transit_search import Rides, Search, recover
from clustergeo.times.anatomy import DOOR, Journey, Leg

__all__ = ["journey_of_sample"]


def journey_of_sample(
    search: Search,
    timetable: Timetable,
    rules: TransitRules,
    *,
    ids: tuple[str, str],
    pair: tuple[int, int],
    sample: tuple[int, int, int],
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
    if legs[-1].arrive_s != leave + took:
        message = f"the legs from {ids[0]} to {ids[1]} miss the arrival found; please report it"
        raise ClustergeoError(message)
    return Journey(*ids, tuple(legs))


def _legs(
    search: Search, timetable: Timetable, rules: TransitRules, rides: Rides, leave: int
) -> list[Leg]:
    lines, vehicles = search.day.lines, search.day.draws[rides.draw]
    legs = [_to_door(search, rules, rides.access, leave, out=True)]
    for vehicle, on, off in rides.legs.tolist():
        first = int(lines.ptr[lines.pattern[on]])
        begin = int(vehicles.profile[vehicle]) - first
        start = int(vehicles.start[vehicle])
        depart = start + int(lines.depart[begin + on])
        arrive = start + int(lines.arrive[begin + off])
        stop, to = int(lines.stop[on]), int(lines.stop[off])
        if legs[-1].to_stop != stop:
            legs.append(_between(search, timetable, rules, legs[-1], stop))
        legs.append(Leg("wait", legs[-1].arrive_s, depart, stop, stop))
        length = _along(timetable, lines.stop[on : off + 1])
        legs.append(Leg("ride", depart, arrive, stop, to, length, int(vehicles.trip[vehicle])))
    legs.append(_to_door(search, rules, rides.egress, legs[-1].arrive_s, out=False))
    return legs


def _to_door(search: Search, rules: TransitRules, row: int, start: int, *, out: bool) -> Leg:
    reach = search.access if out else search.egress
    stop = int(reach.stop[row])
    taxi = bool(reach.taxi[row])
    return Leg(
        "taxi" if taxi else "walk",
        start,
        start + int(reach.seconds[row]),
        DOOR if out else stop,
        stop if out else DOOR,
        float(reach.straight_m[row]) * (rules.taxi_detour if taxi else rules.walk_detour),
    )


def _between(
    search: Search, timetable: Timetable, rules: TransitRules, before: Leg, stop: int
) -> Leg:
    lines = search.day.lines
    at = before.to_stop
    row = slice(lines.foot_ptr[at], lines.foot_ptr[at + 1])
    hit = int(np.searchsorted(lines.foot_stop[row], stop))
    seconds = int(lines.foot_s[row][hit])
    length = _along(timetable, np.array([at, stop])) * rules.walk_detour
    return Leg("walk", before.arrive_s, before.arrive_s + seconds, at, stop, length)


def _along(timetable: Timetable, stops: np.ndarray[tuple[int], np.dtype[np.int32]]) -> float:
    """Return straight metres from stop to stop; a stop without a position adds nothing."""
    lat = timetable.stops["stop_lat"].to_numpy()[stops]
    lon = timetable.stops["stop_lon"].to_numpy()[stops]
    return float(np.nansum(crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:])))

"""What a missed connection costs: the next way on from where the vehicle was to be boarded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clustergeo.times.anatomy import Journey, Leg
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.run import Pair, Run
from clustergeo.times.transit.search import sampled
from clustergeo.times.transit.setup import Search
from clustergeo.times.transit.walks import Footpaths, Reach

__all__ = ["missed_delays"]


def missed_delays(run: Run, pair: Pair, sample: int, journey: Journey) -> list[int | None]:
    """Return seconds of delay at the destination for each connection of a journey if missed.

    Whoever misses it stands at the stop a second after the vehicle has left it, and goes on as
    soon as can be: by another vehicle from there or from a stop within a walk, or by the egress.
    It is not held against them how they came: rules for single routes or trips do not hold here.

    Parameters
    ----------
    run, pair, sample
        Whose journey it is.
    journey
        The journey.

    Returns
    -------
    delays : list of int or None
        One a connection; None where nothing leads on that day.
    """
    draw = sample // len(run.choices.asked_s)
    rides = [leg for leg in journey.legs if leg.kind == "ride"]
    arrival = next(leg.arrive_s for leg in reversed(journey.legs) if leg.kind != "wait")
    delays: list[int | None] = []
    for done, ride in enumerate(rides[1:], start=1):
        late = _next_arrival(run, pair[1], draw, (ride, done))
        delays.append(None if late >= NEVER else late - arrival)
    return delays


def _next_arrival(run: Run, to: int, draw: int, missed: tuple[Leg, int]) -> int:
    """Return the earliest arrival after missing a ride, some done; NEVER or later if none."""
    ride, done = missed
    leave, most = ride.depart_s + 1, run.rules.most_rides
    search = _left_behind(run.search, to, draw, ride.from_stop)
    left = None if most is None else most - done
    found = sampled(search, np.array([leave], dtype=np.int32), None, most_rides=left)
    return leave + int(found.seconds[0, 0, 0])


def _left_behind(search: Search, to: int, draw: int, stop: int) -> Search:
    """Return the search from one stop to one destination in one draw."""
    lines, egress = search.day.lines, search.egress
    walks = Footpaths(lines.foot_ptr, lines.foot_stop, lines.foot_s, lines.change_s)
    if search.twins is not None:
        walks = search.twins.walks
    foot = slice(walks.ptr[stop], walks.ptr[stop + 1])
    stops = np.r_[np.int32(stop), walks.stop[foot]].astype(np.int32)
    seconds = np.r_[np.int32(0), walks.seconds[foot]].astype(np.int32)
    if search.twins is not None:
        row, stops = search.twins.of(stops)
        seconds = seconds[row]
    rows = slice(egress.ptr[to], egress.ptr[to + 1])
    out = Reach(
        ptr=np.array([0, rows.stop - rows.start], dtype=np.int32),
        stop=egress.stop[rows],
        seconds=egress.seconds[rows],
        means=egress.means[rows],
        length_m=egress.length_m[rows],
    )
    straight_on = out.seconds[search.stops_of(out.stop) == stop]
    walk_s = int(straight_on[0]) if len(straight_on) else NEVER
    return replace(
        search,
        day=replace(search.day, draws=(search.day.draws[draw],)),
        access=Reach(
            ptr=np.array([0, len(stops)], dtype=np.int32),
            stop=stops,
            seconds=seconds,
            means=np.zeros(len(stops), dtype=np.int8),
            length_m=np.zeros(len(stops)),
        ),
        egress=out,
        walk_s=np.array([[walk_s]], dtype=np.int32),
        walk_m=np.zeros((1, 1)),
        same=np.zeros((1, 1), dtype=bool),
        weak=np.zeros((1, 1), dtype=bool),
    )

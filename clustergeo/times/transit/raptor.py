"""Range-RAPTOR, compiled: earliest arrivals over a window of departures, rides limited or not.

After Delling, Pajor & Werneck (2015, doi 10.1287/trsc.2014.0534). Departures are processed from
the last to the first and labels are kept: who leaves later can be overtaken but not be worse off
for leaving earlier, so each departure only adds what it improves. Each pattern position remembers
the first vehicle ridden through it; a vehicle is followed only until a position that it, or an
earlier one of its pattern, has passed. Every stretch of every vehicle is therefore scanned at most
once in a window.

Where rides are limited there is a layer of labels for every number of rides, and a layer never is
worse than those of fewer rides; where they are not, one layer feeds itself. Improved stops wait in
a ring: with layers these are the rounds of RAPTOR, one after the other.

A vehicle can be boarded where one walked or rode to by itself, or after one walk from where one
alighted: walks are not chained, and no trip consists of an access and an egress walk alone.
What comes out is a log of improvements, not a matrix: few arrivals differ from minute to minute.
Times are integer seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from clustergeo.times.transit.day import Lines, Vehicles

__all__ = ["NEVER", "Ends", "Log", "scan_window"]

NEVER = 2**30
"""No arrival. Far above any time of day, far below overflow."""


class Ends(NamedTuple):
    """The two ends of trips: stops near one origin, destinations near each stop."""

    access_stop: NDArray[np.int32]
    access_s: NDArray[np.int32]
    egress_ptr: NDArray[np.int32]
    """Egresses of each stop, shape (stops + 1,)."""
    egress_to: NDArray[np.int32]
    egress_s: NDArray[np.int32]


class Log(NamedTuple):
    """Improvements in the order in which they were found: departures descending."""

    to: NDArray[np.int32]
    """Destination."""
    departure: NDArray[np.int32]
    """Row of the departure from which on the arrival can be made; it holds for all before."""
    arrival: NDArray[np.int32]


@numba.njit(cache=True, nogil=True)
def scan_window(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    lines: Lines,
    vehicles: Vehicles,
    ends: Ends,
    destinations: int,
    departures: NDArray[np.int32],
    bounds: tuple[int, int],
    rides: int,
) -> Log:
    """Return the earliest arrivals at all destinations for every departure of a window.

    One long function: a call in its inner loops would count references to every array, which
    takes as long as the search.

    Parameters
    ----------
    lines, vehicles
        One draw of a day of service.
    ends
        Access of the origin and egress to all destinations.
    destinations
        Their number.
    departures
        Seconds past midnight, ascending.
    bounds
        Second after which arrivals by vehicle are ignored, and seconds after the departure.
    rides
        The most rides of a trip; any number if 0.
    """
    layers, stops, positions = max(rides, 1), len(lines.change_s), len(lines.stop)
    ptr, stop_of, alight, pattern_of = lines.ptr, lines.stop, lines.alight, lines.pattern
    at_ptr, at, arrive, depart = lines.at_ptr, lines.at, lines.arrive, lines.depart
    foot_ptr, foot_stop, foot_s = lines.foot_ptr, lines.foot_stop, lines.foot_s
    change_s, flow = lines.change_s, lines.flow
    vehicle_ptr, vehicle_start, profile = vehicles.ptr, vehicles.start, vehicles.profile
    ready = np.full(layers * stops, NEVER, np.int32)
    arrived = np.full(layers * stops, NEVER, np.int32)
    ridden = _nothing_ridden(lines, vehicles, layers)
    # A ring of labels whose ready time has improved; each is in it at most once.
    ring = np.empty(layers * stops + 1, np.int32)
    waiting = np.zeros(layers * stops, np.bool_)
    head, tail = 0, 0
    # Stops whose arrival has improved since the last departure.
    news = np.empty(stops, np.int32)
    new = np.zeros(stops, np.bool_)
    best = np.full(destinations, NEVER, np.int32)
    log = _empty_log(1_024)
    size = 0
    for k in range(len(departures) - 1, -1, -1):
        horizon = min(bounds[0], departures[k] + bounds[1])
        for a in range(len(ends.access_stop)):
            time = departures[k] + ends.access_s[a]
            stop = ends.access_stop[a]
            if time < ready[stop]:
                ready[stop] = time
                if not waiting[stop]:
                    waiting[stop] = True
                    ring[tail] = stop
                    tail = tail + 1 if tail + 1 < len(ring) else 0
        told = 0
        while head != tail:
            label = ring[head]
            head = head + 1 if head + 1 < len(ring) else 0
            waiting[label] = False
            layer = label // stops
            stop = label - layer * stops
            time = ready[label]
            onward = label - stop if rides == 0 else label - stop + stops
            for i in range(at_ptr[stop], at_ptr[stop + 1]):
                position = at[i]
                row = layer * positions + position
                if time > ridden[row, 1]:
                    continue  # too late for any vehicle before the first one ridden
                pattern = pattern_of[position]
                first = ptr[pattern]
                offset = position - first
                if flow[pattern]:
                    vehicle = _first_of_flow(lines, vehicles, pattern, offset, time)
                    if vehicle >= ridden[row, 0]:
                        continue
                else:
                    low, vehicle = vehicle_ptr[pattern], ridden[row, 0] - 1
                    while low < vehicle:
                        middle = (low + vehicle) // 2
                        if vehicle_start[middle] + depart[profile[middle] + offset] < time:
                            low = middle + 1
                        else:
                            vehicle = middle
                if flow[pattern]:
                    start, begin = vehicle, profile[vehicle_ptr[pattern]] - first
                    ahead, before, alone = NEVER, 0, True
                else:
                    start, begin = vehicle_start[vehicle], profile[vehicle] - first
                    ahead, before, alone = -NEVER, 0, True
                    if vehicle > vehicle_ptr[pattern]:
                        # Profiles are shared, so that this may lie before the pattern: below 0.
                        ahead, before = vehicle_start[vehicle - 1], profile[vehicle - 1] - first
                        alone = False
                ridden[row, 0] = vehicle
                ridden[row, 1] = ahead if alone else ahead + depart[before + position]
                for here in range(position + 1, ptr[pattern + 1]):
                    when = start + arrive[begin + here]
                    if when > horizon:
                        break
                    to = stop_of[here]
                    if alight[here] and when < arrived[label - stop + to]:
                        for above in range(label - stop + to, len(arrived), stops):
                            arrived[above] = min(arrived[above], when)
                        if not new[to]:
                            new[to] = True
                            news[told] = to
                            told += 1
                        if onward < len(ready):
                            next_label = onward + to
                            if when + change_s[to] < ready[next_label]:
                                ready[next_label] = when + change_s[to]
                                if not waiting[next_label]:
                                    waiting[next_label] = True
                                    ring[tail] = next_label
                                    tail = tail + 1 if tail + 1 < len(ring) else 0
                            for f in range(foot_ptr[to], foot_ptr[to + 1]):
                                next_label = onward + foot_stop[f]
                                if when + foot_s[f] < ready[next_label]:
                                    ready[next_label] = when + foot_s[f]
                                    if not waiting[next_label]:
                                        waiting[next_label] = True
                                        ring[tail] = next_label
                                        tail = tail + 1 if tail + 1 < len(ring) else 0
                    row = layer * positions + here
                    if ridden[row, 0] <= vehicle:
                        break
                    gone = ahead if alone else ahead + depart[before + here]
                    for above in range(row, len(ridden), positions):
                        if vehicle < ridden[above, 0]:
                            ridden[above, 0], ridden[above, 1] = vehicle, gone
        for i in range(told):
            stop = news[i]
            new[stop] = False
            time = arrived[(layers - 1) * stops + stop]
            for e in range(ends.egress_ptr[stop], ends.egress_ptr[stop + 1]):
                to = ends.egress_to[e]
                if time + ends.egress_s[e] < best[to]:
                    best[to] = time + ends.egress_s[e]
                    if size == len(log.to):
                        log = _longer(log)
                    log.to[size], log.departure[size], log.arrival[size] = to, k, best[to]
                    size += 1
    return Log(log.to[:size], log.departure[:size], log.arrival[:size])


@numba.njit(cache=True, nogil=True)
def _empty_log(size):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    return Log(np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32))


@numba.njit(cache=True, nogil=True)
def _longer(log):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return a log with room for as much again."""
    size = len(log.to)
    longer = _empty_log(2 * size)
    longer.to[:size] = log.to
    longer.departure[:size] = log.departure
    longer.arrival[:size] = log.arrival
    return longer


@numba.njit(cache=True, nogil=True)
def _nothing_ridden(lines, vehicles, layers):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return for each position the first vehicle ridden and when the one before it leaves."""
    positions = len(lines.stop)
    ridden = np.empty((layers * positions, 2), np.int32)
    for pattern in range(len(lines.ptr) - 1):
        first, end = vehicles.ptr[pattern], vehicles.ptr[pattern + 1]
        for position in range(lines.ptr[pattern], lines.ptr[pattern + 1]):
            for layer in range(layers):
                row = layer * positions + position
                if lines.flow[pattern]:
                    ridden[row, 0], ridden[row, 1] = NEVER, NEVER
                elif first == end:
                    ridden[row, 0], ridden[row, 1] = end, -NEVER
                else:
                    offset = position - lines.ptr[pattern]
                    ridden[row, 0] = end
                    ridden[row, 1] = _leaves(lines, vehicles, end - 1, offset)
    return ridden


@numba.njit(cache=True, nogil=True)
def _first_of_flow(lines, vehicles, pattern, offset, time):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return the start of the first vehicle one gets of a flow; it stands for the vehicle."""
    first = NEVER
    for window in range(vehicles.ptr[pattern], vehicles.ptr[pattern + 1]):
        there = time - lines.depart[vehicles.profile[window] + offset]
        start = max(there, vehicles.start[window]) + vehicles.wait[window]
        if start < vehicles.end[window]:
            first = min(first, start)
    return first


@numba.njit(cache=True, nogil=True)
def _leaves(lines: Lines, vehicles: Vehicles, vehicle: int, offset: int) -> int:
    time: int = vehicles.start[vehicle] + lines.depart[vehicles.profile[vehicle] + offset]
    return time

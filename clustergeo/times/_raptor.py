"""Compiled search: earliest arrivals over a window of departures, and the trips that make them.

Range-RAPTOR (Delling, Pajor & Werneck 2015, doi 10.1287/trsc.2014.0534) without rounds. Departures
are processed from the last to the first and labels are kept: who leaves later can be overtaken but
not be worse off for leaving earlier, so each departure only adds what it improves. Each pattern
position remembers the first vehicle ridden through it; a vehicle is followed only until a position
that it, or an earlier one of its pattern, has passed. Every stretch of every vehicle is therefore
scanned at most once in a window.

A vehicle can be boarded where one walked or rode to by itself, or after one walk from where one
alighted: walks are not chained, and no trip consists of an access and an egress walk alone.
Times are integer seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from clustergeo.times._patterns import Lines, Vehicles

__all__ = ["NEVER", "Ends", "latest_journey", "scan_window"]

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


@numba.njit(cache=True, nogil=True)
def scan_window(
    lines: Lines,
    vehicles: Vehicles,
    ends: Ends,
    departures: NDArray[np.int32],
    horizon: int,
    arrivals: NDArray[np.int32],
) -> None:
    """Write the earliest arrival at every destination for every departure of a window.

    Parameters
    ----------
    lines, vehicles
        One draw of a day of service.
    ends
        Access of the origin and egress to all destinations.
    departures
        Seconds past midnight, ascending.
    horizon
        Arrivals by vehicle after this second are ignored.
    arrivals
        Output, shape (departures, destinations); NEVER where there is none.
    """
    stops = len(lines.change_s)
    ready = np.full(stops, NEVER, np.int32)
    arrived = np.full(stops, NEVER, np.int32)
    best = np.full(arrivals.shape[1], NEVER, np.int32)
    ridden = np.empty(len(lines.stop), np.int32)
    for position in range(len(ridden)):
        ridden[position] = vehicles.ptr[lines.pattern[position] + 1]
    # A ring of stops whose ready time has improved; each is in it at most once.
    ring = np.empty(stops + 1, np.int32)
    waiting = np.zeros(stops, np.bool_)
    head = 0
    tail = 0
    for k in range(len(departures) - 1, -1, -1):
        for a in range(len(ends.access_stop)):
            time = departures[k] + ends.access_s[a]
            tail = _get_ready(ends.access_stop[a], time, ready, ring, waiting, tail)
        while head != tail:
            stop = ring[head]
            head = (head + 1) % len(ring)
            waiting[stop] = False
            for i in range(lines.at_ptr[stop], lines.at_ptr[stop + 1]):
                position = lines.at[i]
                vehicle = _first_vehicle(lines, vehicles, position, ready[stop], ridden[position])
                if vehicle < ridden[position]:
                    ridden[position] = vehicle
                    tail = _ride(
                        lines,
                        vehicles,
                        ends,
                        (position, vehicle, horizon, tail),
                        (ready, arrived, best, ridden),
                        (ring, waiting),
                    )
        arrivals[k, :] = best


@numba.njit(cache=True, nogil=True)
def _first_vehicle(lines: Lines, vehicles: Vehicles, position: int, time: int, known: int) -> int:
    """Return the first vehicle that leaves a position at or after a time, at most the known."""
    pattern = lines.pattern[position]
    low = vehicles.ptr[pattern]
    offset = position - lines.ptr[pattern]
    if known == low or _leaves(lines, vehicles, known - 1, offset) < time:
        return known
    high = known - 1
    while low < high:
        middle = (low + high) // 2
        if _leaves(lines, vehicles, middle, offset) < time:
            low = middle + 1
        else:
            high = middle
    return high


@numba.njit(cache=True, nogil=True)
def _leaves(lines: Lines, vehicles: Vehicles, vehicle: int, offset: int) -> int:
    time: int = vehicles.start[vehicle] + lines.depart[vehicles.profile[vehicle] + offset]
    return time


@numba.njit(cache=True, nogil=True)
def _arrives(lines: Lines, vehicles: Vehicles, vehicle: int, offset: int) -> int:
    time: int = vehicles.start[vehicle] + lines.arrive[vehicles.profile[vehicle] + offset]
    return time


@numba.njit(cache=True, nogil=True)
def _ride(lines, vehicles, ends, at, labels, queue):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Follow a vehicle from a position; return the new tail of the ring of improved stops."""
    position, vehicle, horizon, tail = at
    ready, arrived, best, ridden = labels
    ring, waiting = queue
    pattern = lines.pattern[position]
    first = lines.ptr[pattern]
    for here in range(position + 1, lines.ptr[pattern + 1]):
        time = _arrives(lines, vehicles, vehicle, here - first)
        if time > horizon:
            break
        stop = lines.stop[here]
        if lines.alight[here] and time < arrived[stop]:
            arrived[stop] = time
            for e in range(ends.egress_ptr[stop], ends.egress_ptr[stop + 1]):
                best[ends.egress_to[e]] = min(best[ends.egress_to[e]], time + ends.egress_s[e])
            tail = _get_ready(stop, time + lines.change_s[stop], ready, ring, waiting, tail)
            for f in range(lines.foot_ptr[stop], lines.foot_ptr[stop + 1]):
                tail = _get_ready(
                    lines.foot_stop[f], time + lines.foot_s[f], ready, ring, waiting, tail
                )
        if ridden[here] <= vehicle:
            break
        ridden[here] = vehicle
    return tail


@numba.njit(cache=True, nogil=True)
def _get_ready(stop, time, ready, ring, waiting, tail):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Lower the time from which a stop can be boarded and put it into the ring."""
    if time < ready[stop]:
        ready[stop] = time
        if not waiting[stop]:
            waiting[stop] = True
            ring[tail] = stop
            tail = (tail + 1) % len(ring)
    return tail


@numba.njit(cache=True, nogil=True)
def latest_journey(
    lines: Lines,
    vehicles: Vehicles,
    access: tuple[NDArray[np.int32], NDArray[np.int32]],
    egress: tuple[NDArray[np.int32], NDArray[np.int32]],
    window: tuple[int, int],
    legs: NDArray[np.int32],
) -> tuple[int, int]:
    """Write the rides of the journey that arrives in time, with fewest rides, leaving latest.

    The search runs backward from the deadline in rounds, one ride each. The first round that
    leaves home no earlier than allowed has the fewest rides; within it the journey that leaves
    home last is taken, then the one with the least time between vehicles and doors.

    Parameters
    ----------
    lines, vehicles
        One draw of a day of service.
    access, egress
        Stops and seconds at either end.
    window
        Earliest departure from home and latest arrival at the destination, seconds.
    legs
        Output, shape (most rides, 3): vehicle, boarding position, alighting position.

    Returns
    -------
    rides, access
        Number of rides and index of the access used; 0 rides if none was found.
    """
    stops = len(lines.change_s)
    rounds = len(legs)
    # Latest time to be at a stop by vehicle (alight) or ready for one (board), walks still to
    # come, and what comes next: a boarding stop, or vehicle and two positions.
    alight = np.full((rounds + 1, stops), -NEVER, np.int32)
    alight_walk = np.zeros((rounds + 1, stops), np.int32)
    onward = np.full((rounds + 1, stops), -1, np.int32)
    board = np.full((rounds + 1, stops), -NEVER, np.int32)
    board_walk = np.zeros((rounds + 1, stops), np.int32)
    ride = np.full((rounds + 1, stops, 3), -1, np.int32)
    for e in range(len(egress[0])):
        alight[0, egress[0][e]] = window[1] - egress[1][e]
        alight_walk[0, egress[0][e]] = egress[1][e]
    for k in range(1, rounds + 1):
        for pattern in range(len(lines.ptr) - 1):
            _board_before(
                lines,
                vehicles,
                pattern,
                (alight[k - 1], alight_walk[k - 1]),
                (board[k], board_walk[k]),
                ride[k],
            )
        chosen = -1
        latest = -NEVER
        least = NEVER
        for a in range(len(access[0])):
            stop = access[0][a]
            leave = board[k, stop] - access[1][a]
            walk = board_walk[k, stop] + access[1][a]
            if leave >= window[0] and (leave > latest or (leave == latest and walk < least)):
                chosen, latest, least = a, leave, walk
        if chosen >= 0:
            stop = access[0][chosen]
            for leg in range(k):
                legs[leg] = ride[k - leg, stop]
                stop = onward[k - leg - 1, lines.stop[legs[leg, 2]]]
            return k, chosen
        _alight_before(lines, (board[k], board_walk[k]), (alight[k], alight_walk[k]), onward[k])
    return 0, -1


@numba.njit(cache=True, nogil=True)
def _board_before(lines, vehicles, pattern, alight, board, ride):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Carry the deadlines of alighting back along a pattern to the stops where one boards."""
    first, end = lines.ptr[pattern], lines.ptr[pattern + 1]
    begin, none = vehicles.ptr[pattern], vehicles.ptr[pattern] - 1
    vehicle, off, walk = none, -1, 0
    for here in range(end - 1, first - 1, -1):
        stop = lines.stop[here]
        if vehicle > none and lines.board[here]:
            time = _leaves(lines, vehicles, vehicle, here - first)
            if time > board[0][stop] or (time == board[0][stop] and walk < board[1][stop]):
                board[0][stop] = time
                board[1][stop] = walk
                ride[stop, 0], ride[stop, 1], ride[stop, 2] = vehicle, here, off
        deadline = alight[0][stop]
        if lines.alight[here] and deadline > -NEVER:
            low, high = max(begin, vehicle), vehicles.ptr[pattern + 1]
            # The last vehicle that arrives by the deadline is just below the first that does not.
            while low < high:
                middle = (low + high) // 2
                if _arrives(lines, vehicles, middle, here - first) <= deadline:
                    low = middle + 1
                else:
                    high = middle
            if low - 1 > vehicle or (
                low - 1 == vehicle and vehicle > none and alight[1][stop] < walk
            ):
                vehicle, off, walk = low - 1, here, alight[1][stop]


@numba.njit(cache=True, nogil=True)
def _alight_before(lines, board, alight, onward):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Carry the deadlines of boarding back over changes and walks to where one alights."""
    for stop in range(len(lines.change_s)):
        time = board[0][stop] - lines.change_s[stop]
        if board[0][stop] > -NEVER and lines.change_s[stop] < NEVER:
            alight[0][stop] = time
            alight[1][stop] = board[1][stop]
            onward[stop] = stop
        for f in range(lines.foot_ptr[stop], lines.foot_ptr[stop + 1]):
            after = lines.foot_stop[f]
            if board[0][after] == -NEVER:
                continue
            time = board[0][after] - lines.foot_s[f]
            walk = board[1][after] + lines.foot_s[f]
            if time > alight[0][stop] or (time == alight[0][stop] and walk < alight[1][stop]):
                alight[0][stop] = time
                alight[1][stop] = walk
                onward[stop] = after

"""Find the journey behind an arrival, compiled: fewest rides, then the latest departure."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from clustergeo.times.transit.day import Lines, Vehicles
from clustergeo.times.transit.raptor import NEVER

__all__ = ["latest_journey"]


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
        Output, shape (most rides, 4): vehicle (of a flow its window), boarding position,
        alighting position and start of the vehicle.

    Returns
    -------
    rides, access
        Number of rides and index of the access used; 0 rides if none was found.
    """
    stops = len(lines.change_s)
    rounds = len(legs)
    # Latest time to be at a stop by vehicle (alight) or ready for one (board), walks still to
    # come, and what comes next: a boarding stop, or vehicle, two positions and start.
    alight = np.full((rounds + 1, stops), -NEVER, np.int32)
    alight_walk = np.zeros((rounds + 1, stops), np.int32)
    onward = np.full((rounds + 1, stops), -1, np.int32)
    board = np.full((rounds + 1, stops), -NEVER, np.int32)
    board_walk = np.zeros((rounds + 1, stops), np.int32)
    ride = np.full((rounds + 1, stops, 4), -1, np.int32)
    for e in range(len(egress[0])):
        alight[0, egress[0][e]] = window[1] - egress[1][e]
        alight_walk[0, egress[0][e]] = egress[1][e]
    for k in range(1, rounds + 1):
        by, off = (alight[k - 1], alight_walk[k - 1]), (board[k], board_walk[k])
        for pattern in range(len(lines.ptr) - 1):
            if lines.flow[pattern]:
                _board_flow_before(lines, vehicles, pattern, by, off, ride[k])
            else:
                _board_before(lines, vehicles, pattern, by, off, ride[k])
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
            time = _at(lines.depart, vehicles, vehicle, here - first)
            if time > board[0][stop] or (time == board[0][stop] and walk < board[1][stop]):
                board[0][stop] = time
                board[1][stop] = walk
                ride[stop, 0], ride[stop, 1], ride[stop, 2] = vehicle, here, off
                ride[stop, 3] = vehicles.start[vehicle]
        deadline = alight[0][stop]
        if lines.alight[here] and deadline > -NEVER:
            low, high = max(begin, vehicle), vehicles.ptr[pattern + 1]
            # The last vehicle that arrives by the deadline is just below the first that does not.
            while low < high:
                middle = (low + high) // 2
                if _at(lines.arrive, vehicles, middle, here - first) <= deadline:
                    low = middle + 1
                else:
                    high = middle
            if low - 1 > vehicle or (
                low - 1 == vehicle and vehicle > none and alight[1][stop] < walk
            ):
                vehicle, off, walk = low - 1, here, alight[1][stop]


@numba.njit(cache=True, nogil=True)
def _at(profiles, vehicles, vehicle, offset):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    return vehicles.start[vehicle] + profiles[vehicles.profile[vehicle] + offset]


@numba.njit(cache=True, nogil=True)
def _board_flow_before(lines, vehicles, pattern, alight, board, ride):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Do the same for a flow: the deadline of boarding comes a wait before the vehicle."""
    first, end = lines.ptr[pattern], lines.ptr[pattern + 1]
    begin = vehicles.ptr[pattern]
    if begin == vehicles.ptr[pattern + 1]:
        return
    profile = vehicles.profile[begin] - first
    latest, off, walk = -NEVER, -1, 0  # start of the last vehicle that is in time
    for here in range(end - 1, first - 1, -1):
        stop = lines.stop[here]
        if latest > -NEVER and lines.board[here]:
            for window in range(begin, vehicles.ptr[pattern + 1]):
                start = min(latest, vehicles.end[window] - 1)
                there = start - vehicles.wait[window]
                time = there + lines.depart[profile + here]
                if there >= vehicles.start[window] and (
                    time > board[0][stop] or (time == board[0][stop] and walk < board[1][stop])
                ):
                    board[0][stop] = time
                    board[1][stop] = walk
                    ride[stop, 0], ride[stop, 1], ride[stop, 2] = window, here, off
                    ride[stop, 3] = start
        deadline = alight[0][stop]
        if lines.alight[here] and deadline > -NEVER:
            start = deadline - lines.arrive[profile + here]
            if start > latest or (start == latest and alight[1][stop] < walk):
                latest, off, walk = start, here, alight[1][stop]


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

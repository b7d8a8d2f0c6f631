"""Find equal stretches of long arrays, and runs that do not overtake each other, compiled."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["equal_stretches", "first_fit", "stretches"]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def stretches(begin: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of stretches of an array, one after the other.

    Examples
    --------
    >>> stretches(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    ends = np.cumsum(length)
    total = int(ends[-1]) if len(ends) else 0
    positions: NDArray[np.int64] = np.arange(total) + np.repeat(begin - ends + length, length)
    return positions


@numba.njit(cache=True, nogil=True)
def equal_stretches(
    begin: NDArray[np.int64], length: NDArray[np.int64], values: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a number for each stretch of an array, the same for equal ones, counted as they come.

    A hash table whose hits are compared value by value: exact whatever the hashes are.

    Parameters
    ----------
    begin, length
        The stretches.
    values
        The array.
    """
    count = len(begin)
    slots = 16
    while slots < 2 * count:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    number = np.empty(count, np.int64)
    distinct = 0
    for i in range(count):
        code = np.uint64(length[i])
        for position in range(begin[i], begin[i] + length[i]):
            code = (code ^ np.uint64(values[position])) * _PRIME
            code ^= code >> _SHIFT
        slot = np.int64(code & np.uint64(slots - 1))
        while True:
            known = table[slot]
            if known < 0:
                table[slot] = i
                number[i] = distinct
                distinct += 1
                break
            if length[known] == length[i] and _equal(values, begin[known], begin[i], length[i]):
                number[i] = number[known]
                break
            slot = (slot + 1) % slots
    return number


@numba.njit(cache=True, nogil=True)
def _equal(values, one, other, length):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return whether two stretches hold the same values."""
    for i in range(length):  # noqa: SIM110 - compiled
        if values[one + i] != values[other + i]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def first_fit(
    group: NDArray[np.int64],
    begin: NDArray[np.int64],
    length: NDArray[np.int64],
    shift: NDArray[np.int64],
    arrive: NDArray[np.int32],
    depart: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return the lane of each run within its group, such that nobody is overtaken in a lane.

    A run goes into the first lane whose last run is nowhere later.

    Parameters
    ----------
    group
        Group of each run, ascending; runs of a group by start.
    begin, length
        Calls of each run.
    shift
        Seconds to be added to its times.
    arrive, depart
        Times of the calls.
    """
    lane = np.empty(len(group), np.int64)
    last = np.empty(len(group), np.int64)  # of each lane of the group at hand
    lanes = 0
    for run in range(len(group)):
        if run == 0 or group[run] != group[run - 1]:
            lanes = 0
        chosen = lanes
        for k in range(lanes):
            before = last[k]
            ahead = shift[run] - shift[before]
            fits = True
            for i in range(length[run]):
                here, there = begin[run] + i, begin[before] + i
                if arrive[here] + ahead < arrive[there] or depart[here] + ahead < depart[there]:
                    fits = False
                    break
            if fits:
                chosen = k
                break
        if chosen == lanes:
            lanes += 1
        last[chosen] = run
        lane[run] = chosen
    return lane

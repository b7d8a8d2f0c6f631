"""From logs of improvements to samples and percentiles, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from clustergeo.times.transit.raptor import NEVER, Log

__all__ = ["Runs", "ranked", "runs_of", "spread"]


class Runs(NamedTuple):
    """Runs of departures from which one arrives at one time, by destination; latest run first."""

    ptr: NDArray[np.int64]
    """First run of each destination, shape (destinations + 1,)."""
    arrival: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    """First and last departure of each run; a run that starts beyond the window is cut."""
    leave: NDArray[np.int32]
    """Last departure that still makes the arrival, within the window or beyond."""


@numba.njit(cache=True, nogil=True)
def runs_of(log: Log, destinations: int, count: int) -> Runs:
    """Return the runs of a log.

    Parameters
    ----------
    log
        What a scan has found.
    destinations
        Number of destinations.
    count
        Number of departures that count; those scanned beyond them only tell how late one can go.
    """
    ptr = np.zeros(destinations + 1, np.int64)
    for i in range(len(log.to)):
        ptr[log.to[i] + 1] += 1
    for to in range(destinations):
        ptr[to + 1] += ptr[to]
    size = len(log.to)
    runs = Runs(
        ptr,
        np.empty(size, np.int32),
        np.zeros(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
    )
    filled = ptr[:-1].copy()
    for i in range(size):
        to = log.to[i]
        at = filled[to]
        filled[to] += 1
        runs.arrival[at] = log.arrival[i]
        runs.leave[at] = log.departure[i]
        runs.last[at] = min(log.departure[i], count - 1)
        if at > ptr[to]:
            # The earlier departures are better off with this one. Nothing is left of a run that
            # ends before it has begun, of which there are several to a departure.
            runs.first[at - 1] = log.departure[i] + 1
    return runs


@numba.njit(cache=True, nogil=True)
def spread(
    runs: Runs,
    departures: NDArray[np.int32],
    walk_s: NDArray[np.int32],
    seconds: NDArray[np.int32],
    leave: NDArray[np.int32],
) -> None:
    """Write duration and last departure of every sample.

    Parameters
    ----------
    runs
        Runs by destination.
    departures
        Seconds past midnight, ascending, those beyond the window too.
    walk_s
        Direct walk to each destination; NEVER where there is none. Where it is as fast it counts.
    seconds, leave
        Output, shape (destinations, departures of the window): seconds, and the moment of the last
        departure that makes the same arrival (NEVER where there is no trip).
    """
    for to in range(len(walk_s)):
        for k in range(seconds.shape[1]):
            seconds[to, k] = walk_s[to]
            leave[to, k] = departures[k] if walk_s[to] < NEVER else NEVER
        for run in range(runs.ptr[to], runs.ptr[to + 1]):
            for k in range(runs.first[run], runs.last[run] + 1):
                took = runs.arrival[run] - departures[k]
                if took < walk_s[to]:
                    seconds[to, k] = took
                    leave[to, k] = departures[runs.leave[run]]


@numba.njit(cache=True, nogil=True)
def ranked(  # noqa: PLR0913, PLR0917 - arrays and numbers, as a kernel takes them
    ptr: NDArray[np.int64],
    runs: Runs,
    departures: NDArray[np.int32],
    walk_s: NDArray[np.int32],
    limit_s: int,
    ranks: NDArray[np.int64],
    out: NDArray[np.int32],
) -> None:
    """Write the samples of given ranks for every destination, without writing any sample.

    A run is sorted by itself, from its last departure to its first; runs are merged.

    Parameters
    ----------
    ptr, runs
        First run of each destination in every draw, shape (draws, destinations + 1), and the runs.
    departures
        Seconds past midnight, ascending.
    walk_s
        Direct walk to each destination; NEVER where there is none.
    limit_s
        Samples above it are none.
    ranks
        Ranks from 0, ascending.
    out
        Output, shape (destinations, ranks); NEVER where there are fewer samples.
    """
    room = len(ptr) * len(departures)
    values, spare = np.empty(room, np.int32), np.empty(room, np.int32)
    begins = np.empty(room + 1, np.int64)
    begins[0] = 0
    for to in range(len(walk_s)):
        size, parts = 0, 0
        for draw in range(len(ptr)):
            for run in range(ptr[draw, to], ptr[draw, to + 1]):
                if runs.first[run] <= runs.last[run]:
                    begins[parts] = size
                    parts += 1
                for k in range(runs.last[run], runs.first[run] - 1, -1):
                    values[size] = runs.arrival[run] - departures[k]
                    size += 1
        begins[parts] = size
        _merge(values, spare, begins, parts)
        for r in range(len(ranks)):
            value = values[ranks[r]] if ranks[r] < size else NEVER
            value = min(value, walk_s[to])
            out[to, r] = value if value <= limit_s else NEVER


@numba.njit(cache=True, nogil=True)
def _merge(values, spare, begins, parts):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Sort what consists of sorted parts by merging them in pairs."""
    while parts > 1:
        merged = 0
        for part in range(0, parts, 2):
            low, end = begins[part], begins[min(part + 2, parts)]
            middle = begins[min(part + 1, parts)]
            a, b = low, middle
            for i in range(low, end):
                if b == end or (a < middle and values[a] <= values[b]):
                    spare[i] = values[a]
                    a += 1
                else:
                    spare[i] = values[b]
                    b += 1
            begins[merged] = low
            merged += 1
        size = begins[parts]
        begins[merged] = size
        values[:size] = spare[:size]
        parts = merged

"""Run the compiled search over origins and draws: samples, percentiles, deadlines, rides."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustergeo.times.transit.mirror import mirrored
from clustergeo.times.transit.raptor import NEVER, Ends, scan_window
from clustergeo.times.transit.samples import Runs, ranked, runs_of, spread
from clustergeo.times.transit.setup import Search
from clustergeo.times.transit.walks import Reach
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = [
    "Progress",
    "Samples",
    "pareto",
    "percentiles",
    "rank_of",
    "sampled",
    "sampled_backward",
    "sampled_seconds",
]

Progress = Callable[[int, int], None]
"""Called with the number of scans done and their total: one for each origin and draw."""

ByStop = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]

_MOST_THREADS = 8


class Samples(NamedTuple):
    """One value a sample, shape (origins, destinations, samples); by draw, then departure."""

    seconds: NDArray[np.int32]
    """Door-to-door duration; NEVER where nothing arrives before the horizon."""
    leave_s: NDArray[np.int32]
    """Moment of the last departure that still makes that arrival; NEVER where there is none."""


def sampled(
    search: Search,
    leaves: NDArray[np.int32],
    progress: Progress | None,
    *,
    most_rides: int | None = None,
    look_ahead_s: int = 0,
) -> Samples:
    """Return duration and last departure of every sample.

    Parameters
    ----------
    search
        The run.
    leaves
        Departures, seconds past midnight, ascending.
    progress
        Called with the scans done and their number: one for each origin and draw.
    most_rides
        Most rides of a trip; any number when None.
    look_ahead_s
        How long after the last departure later ones are tried, minute by minute, to learn how late
        one can leave. It changes no duration.
    """
    count, draws = len(leaves), len(search.day.draws)
    shape = (*search.same.shape, draws * count)
    found = Samples(np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32))
    scanned = _with_later(leaves, look_ahead_s)
    by_stop = _by_stop(search.egress, len(search.day.lines.change_s))

    def run(task: tuple[int, int]) -> None:
        draw, origin = task
        samples = slice(draw * count, (draw + 1) * count)
        spread(
            _runs(search, by_stop, task, (scanned, count, NEVER), most_rides),
            scanned,
            search.walk_s[origin],
            found.seconds[origin, :, samples],
            found.leave_s[origin, :, samples],
        )

    _in_threads(run, [(d, o) for d in range(draws) for o in range(shape[0])], progress)
    return found


def percentiles(
    search: Search,
    leaves: NDArray[np.int32],
    shares: Sequence[float],
    progress: Progress | None = None,
    *,
    limit_s: int = NEVER - 1,
    most_rides: int | None = None,
) -> NDArray[np.int32]:
    """Return percentiles of the durations by nearest rank, seconds; no sample is kept.

    Parameters
    ----------
    search, leaves, progress, most_rides
        As for :func:`sampled`.
    shares
        Shares of the samples, ascending, above 0 and at most 1: the smallest sample that at least
        this share does not exceed.
    limit_s
        Trips that take longer count as none, and are not searched for.

    Returns
    -------
    seconds : numpy.ndarray of int32, shape (origins, destinations, shares)
        NEVER where too few samples have a trip.
    """
    draws = len(search.day.draws)
    origins, destinations = search.same.shape
    out = np.empty((origins, destinations, len(shares)), dtype=np.int32)
    ranks = np.array([rank_of(share, draws * len(leaves)) for share in shares], dtype=np.int64)
    by_stop = _by_stop(search.egress, len(search.day.lines.change_s))
    logs: dict[tuple[int, int], Runs] = {}

    def run(task: tuple[int, int]) -> None:
        logs[task] = _runs(search, by_stop, task, (leaves, len(leaves), limit_s), most_rides)
        # Whoever finishes an origin ranks it; two may at once, and then write the same.
        origin = task[1]
        own = [logs.get((draw, origin)) for draw in range(draws)]
        parts = [part for part in own if part is not None]
        if len(parts) == draws:
            ranked(*_joined(parts), leaves, search.walk_s[origin], limit_s, ranks, out[origin])
            for draw in range(draws):
                logs.pop((draw, origin), None)

    _in_threads(run, [(d, o) for o in range(origins) for d in range(draws)], progress)
    return out


def rank_of(share: float, count: int) -> int:
    """Return the rank, from 0, of the smallest sample that a share of them does not exceed."""
    return max(1, int(np.ceil(round(share * count, 9)))) - 1


def sampled_backward(
    search: Search,
    deadlines: NDArray[np.int32],
    progress: Progress | None,
    *,
    most_rides: int | None = None,
) -> Samples:
    """Return the last departure from the door that arrives by each deadline.

    The day is searched in a mirror: see :func:`clustergeo.times.transit.mirror.mirrored`. Vehicles
    are boarded no earlier than the day of the search goes back (``prepare(..., look_back_s=)``).

    Parameters
    ----------
    search
        The run.
    deadlines
        Arrivals at the latest, seconds past midnight, ascending.
    progress, most_rides
        As for :func:`sampled`.

    Returns
    -------
    samples : Samples
        Ordered by draw, then deadline: ``leave_s`` is the departure (NEVER where there is none),
        ``seconds`` the time from it to the deadline.
    """
    count, draws = len(deadlines), len(search.day.draws)
    shape = (*search.same.shape, draws * count)
    found = Samples(np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32))
    by_stop = _by_stop(search.access, len(search.day.lines.change_s))
    turned = tuple(mirrored(search.day.lines, vehicles) for vehicles in search.day.draws)
    bounds = (-search.day.floor_s, NEVER)
    scanned = -deadlines[::-1]

    def run(task: tuple[int, int]) -> None:
        draw, to = task
        rows = slice(search.egress.ptr[to], search.egress.ptr[to + 1])
        ends = Ends(search.egress.stop[rows], search.egress.seconds[rows], *by_stop)
        log = scan_window(*turned[draw], ends, shape[0], scanned, bounds, most_rides or 0)
        samples = slice(draw * count, (draw + 1) * count)
        seconds = np.empty((shape[0], count), dtype=np.int32)
        walk_s = np.ascontiguousarray(search.walk_s[:, to])
        spread(runs_of(log, shape[0], count), scanned, walk_s, seconds, np.empty_like(seconds))
        found.seconds[:, to, samples] = seconds[:, ::-1]

    _in_threads(run, [(d, to) for d in range(draws) for to in range(shape[1])], progress)
    took = found.seconds.reshape(*shape[:2], draws, count)
    left = np.where(took < NEVER, deadlines - took, NEVER)
    return Samples(found.seconds, left.reshape(shape).astype(np.int32))


def pareto(
    search: Search, origin: int, destination: int, draw: int, leave: int
) -> list[tuple[int, int]]:
    """Return number of rides and arrival of every trip that no other beats in both.

    Parameters
    ----------
    search
        The run.
    origin, destination
        Rows of the places.
    draw, leave
        Draw of the phases, and departure in seconds past midnight.

    Returns
    -------
    trips : list of (int, int)
        Rides ascending, arrivals (seconds past midnight) descending. A direct walk has no ride.
    """
    by_stop = _by_stop(search.egress, len(search.day.lines.change_s))
    leaves = np.array([leave], dtype=np.int32)

    def arrival(rides: int) -> int:
        runs = _runs(search, by_stop, (draw, origin), (leaves, 1, NEVER), rides)
        own = runs.arrival[runs.ptr[destination] : runs.ptr[destination + 1]]
        return int(own[-1]) if len(own) else NEVER

    walk = int(search.walk_s[origin, destination])
    front = [(0, leave + walk)] if walk < NEVER else []
    earliest, rides = arrival(0), 0
    best = front[0][1] if front else NEVER
    while earliest < best:
        rides += 1
        if (found := arrival(rides)) < best:
            best = found
            front.append((rides, found))
    return front


def sampled_seconds(
    search: Search, departures: NDArray[np.int32], progress: Progress | None
) -> NDArray[np.int32]:
    """Return the durations of :func:`sampled` alone."""
    return sampled(search, departures, progress).seconds


def _with_later(leaves: NDArray[np.int32], look_ahead_s: int) -> NDArray[np.int32]:
    last = int(leaves[-1]) if len(leaves) else 0
    step = SECONDS_PER_MINUTE
    later = np.arange(last + step, last + look_ahead_s + 1, step, dtype=np.int32)
    return np.concatenate([leaves, later])


def _runs(
    search: Search,
    by_stop: ByStop,
    task: tuple[int, int],
    scan: tuple[NDArray[np.int32], int, int],
    most_rides: int | None,
) -> Runs:
    """Scan the departures of one origin in one draw; count of those that count, and limit."""
    draw, origin = task
    departures, count, limit_s = scan
    day = search.day
    rows = slice(search.access.ptr[origin], search.access.ptr[origin + 1])
    ends = Ends(search.access.stop[rows], search.access.seconds[rows], *by_stop)
    to = search.same.shape[1]
    bounds = (day.horizon_s, limit_s)
    log = scan_window(day.lines, day.draws[draw], ends, to, departures, bounds, most_rides or 0)
    return runs_of(log, to, count)


def _joined(draws: Sequence[Runs]) -> tuple[NDArray[np.int64], Runs]:
    """Return the runs of all draws one after the other, and where those of each begin."""
    before = np.cumsum([0, *(len(runs.arrival) for runs in draws)])
    ptr = np.stack([runs.ptr + first for runs, first in zip(draws, before, strict=False)])
    if len(draws) == 1:
        return ptr, draws[0]
    return ptr, Runs(*(np.concatenate(part) for part in zip(*draws, strict=True)))


def _in_threads(
    run: Callable[[tuple[int, int]], None],
    tasks: Sequence[tuple[int, int]],
    progress: Progress | None,
) -> None:
    """Do tasks in as many threads as help; the kernels leave the interpreter alone."""
    workers = max(1, min(_MOST_THREADS, os.cpu_count() or 1, len(tasks)))
    with ThreadPoolExecutor(workers) as pool:
        try:
            for done, _ in enumerate(pool.map(run, tasks), start=1):
                if progress is not None:
                    progress(done, len(tasks))
        finally:  # after Ctrl-C what has not begun is not waited for
            pool.shutdown(cancel_futures=True)


def _by_stop(reach: Reach, stops: int) -> ByStop:
    """Turn the rows by place into rows by stop."""
    to = np.repeat(np.arange(len(reach.ptr) - 1), np.diff(reach.ptr)).astype(np.int32)
    order = np.argsort(reach.stop, kind="stable")
    ptr = np.searchsorted(reach.stop[order], np.arange(stops + 1)).astype(np.int32)
    return ptr, to[order], reach.seconds[order]

"""Run the compiled search over origins and draws, and recover single journeys."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.errors import ClustergeoError
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.times._patterns import Day, day_of_service
from clustergeo.times._points import check_points, estimated, same_points
from clustergeo.times._raptor import NEVER, Ends, latest_journey, scan_window
from clustergeo.times._transit_rules import Departures, TransitRules
from clustergeo.times._walks import Reach, footpaths, reach
from clustergeo.units import SECONDS_PER_MINUTE, WGS84

__all__ = ["Progress", "Rides", "Search", "prepare", "recover", "sampled_seconds"]

Progress = Callable[[int, int], None]
"""Called with the number of draws done and their total."""

Points = tuple[NDArray[np.float64], NDArray[np.float64]]

_MOST_THREADS = 8
_FIRST_ROUNDS = 8
_MOST_ROUNDS = 1_024


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Everything one run needs, arranged."""

    day: Day
    access: Reach
    egress: Reach
    walk_s: NDArray[np.int32]
    """Direct walks, shape (origins, destinations); NEVER beyond the walking limit."""
    walk_m: NDArray[np.float64]
    """Straight metres, shape (origins, destinations)."""
    same: NDArray[np.bool_]
    """Whether a pair is one place, shape (origins, destinations)."""
    weak: NDArray[np.bool_]
    """Whether a place of a pair is itself estimated, shape (origins, destinations)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rides:
    """One journey by vehicle as the kernel finds it.

    ``legs`` has one row a ride: vehicle, boarding position, alighting position; ``access`` and
    ``egress`` are rows of the reach tables.
    """

    draw: int
    legs: NDArray[np.int32]
    access: int
    egress: int


def prepare(
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules,
) -> Search:
    """Arrange the day of service and the reach of all places.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.
    """
    check_points(origins, "origins")
    check_points(destinations, "destinations")
    here, there = _degrees(origins), _degrees(destinations)
    day = day_of_service(
        timetable,
        departures,
        footpaths(timetable, rules),
        draws=rules.headway_draws,
        limit_s=int(np.ceil(rules.limit_min * SECONDS_PER_MINUTE)),
    )
    boarding, alighting = _served(day, len(timetable.stops))
    straight = crow_fly_m(here[0][:, None], here[1][:, None], there[0][None], there[1][None])
    near = straight <= rules.walk_limit_m
    return Search(
        day=day,
        access=reach(here, timetable, boarding, rules),
        egress=reach(there, timetable, alighting, rules),
        walk_s=np.where(near, rules.walk_s(straight), np.int32(NEVER)),
        walk_m=straight,
        same=same_points(origins, destinations),
        weak=estimated(origins)[:, None] | estimated(destinations)[None],
    )


def _degrees(places: gpd.GeoDataFrame) -> Points:
    lonlat = shapely.get_coordinates(places.geometry.to_crs(WGS84).to_numpy())
    return lonlat[:, 1], lonlat[:, 0]


def _served(day: Day, stops: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return at which stops a vehicle that matters can be boarded and left."""
    lines = day.lines
    running = np.zeros(len(lines.ptr) - 1, dtype=bool)
    for vehicles in day.draws:
        running |= np.diff(vehicles.ptr) > 0
    used = running[lines.pattern]
    boarding, alighting = np.zeros(stops, dtype=bool), np.zeros(stops, dtype=bool)
    boarding[lines.stop[used & lines.board]] = True
    # Nobody alights where the vehicle starts.
    first = np.zeros(len(lines.stop), dtype=bool)
    first[lines.ptr[:-1]] = True
    alighting[lines.stop[used & lines.alight & ~first]] = True
    return boarding, alighting


def sampled_seconds(
    search: Search, departures: NDArray[np.int32], progress: Progress | None
) -> NDArray[np.int32]:
    """Return door-to-door seconds of every sample, shape (origins, destinations, samples).

    Samples are ordered by draw, then departure. NEVER where nothing arrives before the horizon.
    """
    count = len(departures)
    draws = len(search.day.draws)
    seconds = np.empty((*search.same.shape, draws * count), dtype=np.int32)
    by_stop = _by_stop(search.egress, len(search.day.lines.change_s))

    def run(draw: int) -> None:
        for origin in range(len(seconds)):
            rows = slice(search.access.ptr[origin], search.access.ptr[origin + 1])
            ends = Ends(search.access.stop[rows], search.access.seconds[rows], *by_stop)
            arrivals = np.empty((count, seconds.shape[1]), dtype=np.int32)
            day = search.day
            scan_window(day.lines, day.draws[draw], ends, departures, day.horizon_s, arrivals)
            took = np.where(arrivals < NEVER, arrivals - departures[:, None], NEVER)
            samples = slice(draw * count, (draw + 1) * count)
            seconds[origin, :, samples] = np.minimum(took, search.walk_s[origin]).T

    workers = min(_MOST_THREADS, os.cpu_count() or 1, draws)
    with ThreadPoolExecutor(workers) as pool:
        for done, _ in enumerate(pool.map(run, range(draws)), start=1):
            if progress is not None:
                progress(done, draws)
    return seconds


def _by_stop(
    egress: Reach, stops: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Turn the rows by destination into rows by stop."""
    to = np.repeat(np.arange(len(egress.ptr) - 1), np.diff(egress.ptr)).astype(np.int32)
    order = np.argsort(egress.stop, kind="stable")
    ptr = np.searchsorted(egress.stop[order], np.arange(stops + 1)).astype(np.int32)
    return ptr, to[order], egress.seconds[order]


def recover(search: Search, pair: tuple[int, int], draw: int, window: tuple[int, int]) -> Rides:
    """Return the journey by vehicle that makes an arrival the search has found.

    Parameters
    ----------
    search
        The run.
    pair
        Origin and destination.
    draw
        Draw of the sample.
    window
        Departure from the door and arrival at it, seconds past midnight.

    Raises
    ------
    ClustergeoError
        If the two searches disagree, which would be our bug.
    """
    out, back = search.access, search.egress
    leaving = slice(out.ptr[pair[0]], out.ptr[pair[0] + 1])
    coming = slice(back.ptr[pair[1]], back.ptr[pair[1] + 1])
    lines, vehicles = search.day.lines, search.day.draws[draw]
    rounds = _FIRST_ROUNDS
    while rounds <= _MOST_ROUNDS:
        legs = np.empty((rounds, 3), dtype=np.int32)
        rides, access = latest_journey(
            lines,
            vehicles,
            (out.stop[leaving], out.seconds[leaving]),
            (back.stop[coming], back.seconds[coming]),
            window,
            legs,
        )
        if rides:
            last = int(lines.stop[legs[rides - 1, 2]])
            egress = int(back.ptr[pair[1]] + np.searchsorted(back.stop[coming], last))
            return Rides(draw, legs[:rides], int(out.ptr[pair[0]] + access), egress)
        rounds *= 8
    message = f"no journey makes the arrival found for pair {pair} in {window}; please report it"
    raise ClustergeoError(message)

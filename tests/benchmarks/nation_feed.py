"""A synthetic national timetable, the same from the same seed: no real place is in it.

Stops cluster in towns of very different sizes. Local lines cross their town, regional lines join
neighbouring towns, express lines run between the centres of the large ones, so that an origin
really reaches far. Trips and patterns follow the number of stops.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

__all__ = ["DATE", "STOPS", "nation", "write_nation"]

DATE: Final = dt.date(2026, 11, 24)
STOPS: Final = 200_000
"""Stops of the full size; it has 287,000 trips on 20,000 patterns with about 6.2 million calls."""

_TRIPS: Final = 287_000
_PATTERNS: Final = 20_000
_KM_A_DEGREE: Final = (111.2, 89.0)
_SHARES: Final = (0.72, 0.24, 0.04)  # local, regional and express lines
_KPH: Final = (22.0, 38.0, 120.0)
_DWELL_S: Final = (15, 15, 90)
_FIRST_S, _LAST_S = 5 * 3_600, 23 * 3_600


class Nation(NamedTuple):
    """Stops in kilometres, the stops of each pattern, and when its trips leave."""

    place: NDArray[np.float64]
    town: NDArray[np.int64]
    paths: list[NDArray[np.int64]]
    kind: list[int]
    """0 local, 1 regional, 2 express, per pattern."""
    trips: NDArray[np.int64]
    """Trips of each pattern."""


def nation(stops: int = STOPS, seed: int = 7) -> Nation:
    """Return the towns and lines of a nation with a number of stops."""
    random = np.random.default_rng(seed)
    towns = max(8, stops // 110)
    weight = 1.0 / np.arange(1, towns + 1) ** 0.7
    size = np.maximum(6, (weight / weight.sum() * stops).astype(np.int64))
    size[0] += stops - size.sum()
    side = np.sqrt(towns) * 9.0
    centre = random.uniform(0.0, side, (towns, 2)) * np.array([1.2, 0.85])
    town = np.repeat(np.arange(towns), size)
    # About five other stops within 300 m.
    spread = np.sqrt(size)[town, None] * 0.065
    place = centre[town] + random.normal(size=(stops, 2)) * spread
    first = np.concatenate([[0], np.cumsum(size)])
    count = max(24, _PATTERNS * stops // STOPS)
    pairs = [int(count * share / 2) for share in _SHARES]
    paths: list[NDArray[np.int64]] = []
    kind: list[int] = []

    def add(path: NDArray[np.int64], what: int) -> None:
        paths.extend((path, path[::-1].copy()))
        kind.extend((what, what))

    for home in random.choice(towns, pairs[0], p=size / size.sum()):
        add(_crossing(random, place, np.arange(first[home], first[home + 1])), 0)
    for home in random.choice(towns, pairs[1], p=np.sqrt(size) / np.sqrt(size).sum()):
        near = np.argsort(((centre - centre[home]) ** 2).sum(axis=1))[1:5]
        add(_joining(random, place, first, (int(home), int(random.choice(near)))), 1)
    large = np.argsort(-size)[: max(6, towns // 12)]
    for _ in range(pairs[2]):
        add(_express(random, centre, first, large), 2)
    share = np.array([1.0, 0.8, 1.6])[np.array(kind)] * random.lognormal(0.0, 0.6, len(paths))
    total = _TRIPS * stops // STOPS
    trips = 1 + random.multinomial(total - len(paths), share / share.sum())
    return Nation(place, town, paths, kind, trips)


def _crossing(
    random: np.random.Generator, place: NDArray[np.float64], stops: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return stops of a town that lie near a line through it, in order along the line."""
    angle = random.uniform(0, 2 * np.pi)
    along = place[stops] @ np.array([np.cos(angle), np.sin(angle)])
    across = place[stops] @ np.array([-np.sin(angle), np.cos(angle)])
    length = int(random.integers(14, 34))
    band = min(len(stops), max(length, int(np.sqrt(len(stops)) * 1.6)))
    begin = int(random.integers(0, len(stops) - band + 1))
    chosen = np.argsort(across)[begin : begin + band]
    chosen = random.choice(chosen, min(length, band), replace=False)
    return stops[chosen[np.argsort(along[chosen])]]


def _joining(
    random: np.random.Generator,
    place: NDArray[np.float64],
    first: NDArray[np.int64],
    ends: tuple[int, int],
) -> NDArray[np.int64]:
    """Return stops of two towns in order along the line between them."""
    halves = []
    for town in ends:
        stops = np.arange(first[town], first[town + 1])
        halves.append(random.choice(stops, min(len(stops), 11), replace=False))
    stops = np.concatenate(halves)
    way = place[halves[1]].mean(axis=0) - place[halves[0]].mean(axis=0)
    return stops[np.argsort(place[stops] @ way, kind="stable")]


def _express(
    random: np.random.Generator,
    centre: NDArray[np.float64],
    first: NDArray[np.int64],
    large: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return one central stop of each large town near the line between two of them."""
    a, b = random.choice(large[: max(4, len(large) // 2)], 2, replace=False)
    way = centre[b] - centre[a]
    length = float(np.hypot(*way)) or 1.0
    along = (centre[large] - centre[a]) @ way / length
    across = np.abs((centre[large] - centre[a]) @ np.array([-way[1], way[0]]) / length)
    near = large[(across < 12.0) & (along >= 0) & (along <= length)]
    on = random.choice(near, min(len(near), 14), replace=False)
    towns = np.unique(np.concatenate([[a, b], on]))
    towns = towns[np.argsort((centre[towns] - centre[a]) @ way, kind="stable")]
    # Few platforms a town, so that expresses meet.
    stops: NDArray[np.int64] = first[towns] + random.integers(0, 2, len(towns))
    return stops


def write_nation(folder: Path, stops: int = STOPS, seed: int = 7) -> Path:
    """Write the nation as GTFS; return the folder."""
    made = nation(stops, seed)
    folder.mkdir(parents=True, exist_ok=True)
    lat = 34.5 + made.place[:, 1] / _KM_A_DEGREE[0]
    lon = 126.5 + made.place[:, 0] / _KM_A_DEGREE[1]
    ids = pa.array([f"S{i:06d}" for i in range(stops)])
    _write(folder / "stops.txt", stop_id=ids, stop_name=ids, stop_lat=lat, stop_lon=lon)
    lines = pa.array([f"L{i:05d}" for i in range(len(made.paths))])
    types = np.array([3, 3, 2])[np.array(made.kind)]
    _write(folder / "routes.txt", route_id=lines, route_short_name=lines, route_type=types)
    pattern, leave = _departures(made, np.random.default_rng(seed + 1))
    trips = pa.array([f"T{i:06d}" for i in range(len(pattern))])
    service = pa.array(["DAILY"] * len(pattern))
    _write(folder / "trips.txt", route_id=lines.take(pattern), service_id=service, trip_id=trips)
    _write_calls(folder, made, (pattern, leave), (ids, trips))
    (folder / "agency.txt").write_text(
        "agency_id,agency_name,agency_url,agency_timezone\nN,Nation,http://nation.test,Asia/Seoul\n"
    )
    days = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    (folder / "calendar.txt").write_text(
        f"service_id,{days},start_date,end_date\nDAILY,1,1,1,1,1,1,1,20261101,20261231\n"
    )
    return folder


def _departures(
    made: Nation, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pattern and first departure of every trip: even over the day, with a shift each."""
    pattern = np.repeat(np.arange(len(made.paths)), made.trips)
    rank = np.arange(len(pattern)) - np.repeat(np.cumsum(made.trips) - made.trips, made.trips)
    shift = random.uniform(0, 1, len(made.paths))[pattern]
    leave = _FIRST_S + (rank + shift) / made.trips[pattern] * (_LAST_S - _FIRST_S)
    return pattern, (leave // 60 * 60).astype(np.int64)


def _write_calls(
    folder: Path,
    made: Nation,
    runs: tuple[NDArray[np.int64], NDArray[np.int64]],
    ids: tuple[pa.Array, pa.Array],
) -> None:
    """Write stop_times.txt; vehicles are a quarter slower in the peaks."""
    pattern, leave = runs
    size = np.array([len(path) for path in made.paths])
    begin = np.concatenate([[0], np.cumsum(size)])
    stop = np.concatenate(made.paths)
    kind = np.repeat(np.array(made.kind), size)
    step = np.zeros(len(stop))
    step[1:] = np.hypot(*(made.place[stop[1:]] - made.place[stop[:-1]]).T)
    step[begin[:-1]] = 0.0
    ride = np.maximum(20.0, step / np.array(_KPH)[kind] * 3_600)
    ride[begin[:-1]] = 0.0
    dwell = np.array(_DWELL_S)[kind].astype(np.float64)
    run_s = np.cumsum(ride + dwell)
    at = run_s - (run_s - dwell)[begin[:-1]][np.repeat(np.arange(len(size)), size)] - dwell
    length = size[pattern]
    ends = np.cumsum(length)
    offset = np.arange(ends[-1]) - np.repeat(ends - length, length)
    position = np.repeat(begin[pattern], length) + offset
    peak = np.where(np.abs(leave % 43_200 - 7.5 * 3_600) < 5_400, 1.25, 1.0)
    slow = np.repeat(peak, length)
    start = np.repeat(leave, length)
    arrive = (start + at[position] * slow).astype(np.int64)
    depart = arrive + dwell[position].astype(np.int64)
    clock = pa.array([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(140_000)])
    trip = np.repeat(np.arange(len(pattern)), length)
    _write(
        folder / "stop_times.txt",
        trip_id=ids[1].take(trip),
        arrival_time=clock.take(arrive),
        departure_time=clock.take(depart),
        stop_id=ids[0].take(stop[position]),
        stop_sequence=offset + 1,
    )


def _write(path: Path, **columns: pa.Array | NDArray[np.float64] | NDArray[np.int64]) -> None:
    options = pyarrow.csv.WriteOptions(quoting_style="none")
    pyarrow.csv.write_csv(pa.table(columns), path, options)

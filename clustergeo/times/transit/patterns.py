"""Arrange one day's vehicles so that a kernel can scan them.

A *pattern* is a stop sequence whose vehicles do not overtake each other: one that leaves later is
nowhere earlier. A *profile* is the run of one timetabled trip relative to its first departure. A
vehicle is a start and a profile, so that trips of equal run times share one, and every draw of the
phase of a headway service costs only starts. Where a rule gives the wait for a headway service, it
is a *flow*: it has no vehicles but windows, within which it can be boarded at any second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.timetable import Timetable, active_services, services_on
from clustergeo.times.headways import headway_phases, headway_starts
from clustergeo.times.transit.day import Day, Lines, Vehicles
from clustergeo.times.transit.lanes import equal_stretches, first_fit, stretches
from clustergeo.times.transit.rules import Departures
from clustergeo.times.transit.walks import Footpaths

__all__ = ["HeadwayWait", "day_of_service"]

DAY_S = 86_400
LATEST_S = 30 * 3_600
"""Vehicles are followed at least until six in the morning of the next day."""

HeadwayWait = Callable[[int], int]
"""Seconds one waits for a service of a headway in seconds."""


class _Calls(NamedTuple):
    """Calls of all trips that join at least two stops, by trip."""

    trip: NDArray[np.int64]
    begin: NDArray[np.int64]
    length: NDArray[np.int64]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    place: NDArray[np.int64]
    """Stop and permissions of every call in one number."""

    def start(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first departures of trips."""
        return self.depart[self.begin[rows]].astype(np.int64)

    def last(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the last calls of trips."""
        return self.begin[rows] + self.length[rows] - 1


class _Timed(NamedTuple):
    """Vehicles with their own times, by pattern; ``leader`` is a trip of each pattern."""

    leader: NDArray[np.int64]
    vehicles: NDArray[np.int64]
    start: NDArray[np.int64]
    row: NDArray[np.int64]


class _Headway(NamedTuple):
    """A headway service: windows as (start, end, headway, phase of each draw)."""

    row: int
    flow: bool
    windows: list[tuple[int, int, int, NDArray[np.int32]]]


def day_of_service(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    departures: Departures,
    walks: Footpaths,
    *,
    draws: int,
    limit_s: int,
    look_back_s: int = 0,
    look_ahead_s: int = 0,
    headway_wait: HeadwayWait | None = None,
) -> Day:
    """Return the vehicles that matter for a window of departures.

    Vehicles of the day before that still run after midnight and those of the day after are there
    too. Those that end before the window or start after the horizon are left out: nobody can use
    them. Without headway services all draws would be equal, so there is one.

    Parameters
    ----------
    timetable, departures, walks
        What runs, the day and window, and the walks between stops.
    draws
        Draws of the phases of headway services.
    limit_s
        Longest trip.
    look_back_s, look_ahead_s
        Seconds before and after the window from which people may also leave.
    headway_wait
        Wait for a headway service that is not exact, seconds for a headway in seconds. It can then
        be boarded at any second of its windows after that wait; there is one draw. Nothing is
        rounded to a grid. If None the phases are drawn.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    """
    active_services(timetable, departures.date)
    window = departures.seconds
    horizon = max(LATEST_S, int(window[-1]) + look_ahead_s + limit_s)
    span = (int(window[0]) - look_back_s, horizon)
    calls = _calls(timetable)
    runs = _runs(timetable, departures, calls)
    timed = _timed(timetable, calls, runs, span)
    headways = _headways(timetable, calls, runs, draws, flow=headway_wait is not None)
    phased = any(len(set(phases.tolist())) > 1 for h in headways for *_, phases in h.windows)
    leaders = np.concatenate([timed.leader, np.array([h.row for h in headways], dtype=np.int64)])
    flow = np.array([*[False] * len(timed.leader), *(h.flow for h in headways)], dtype=bool)
    lines, begins = _lines(calls, (leaders, flow), timed.row, len(timetable.stops), walks)
    count = draws if phased and headway_wait is None else 1
    vehicles = tuple(
        _vehicles(calls, timed, headways, begins, (draw, span, headway_wait))
        for draw in range(count)
    )
    return Day(lines, vehicles, horizon, span[0])


def _calls(timetable: Timetable) -> _Calls:
    calls = timetable.stop_times
    trip = calls["trip"].to_numpy()
    firsts = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]]) if len(trip) else np.arange(0)
    length = np.diff(np.r_[firsts, len(trip)])
    joins = length > 1  # a ride joins two stops
    place = calls["stop"].to_numpy(dtype=np.int64) * 4
    place += calls["board"].to_numpy() * 2 + calls["alight"].to_numpy()
    return _Calls(
        trip=trip[firsts][joins].astype(np.int64),
        begin=firsts[joins],
        length=length[joins],
        arrive=calls["arrival_s"].to_numpy(dtype=np.int32),
        depart=calls["departure_s"].to_numpy(dtype=np.int32),
        place=place,
    )


def _runs(timetable: Timetable, departures: Departures, calls: _Calls) -> NDArray[np.bool_]:
    """Return whether each trip runs on the day before, the day itself and the day after."""
    service = timetable.trips["service_id"]
    today = departures.date.toordinal()
    dates = [departures.date.fromordinal(today + days) for days in (-1, 0, 1)]
    running = [service.isin(services_on(timetable, date)).to_numpy(dtype=bool) for date in dates]
    return np.stack(running, axis=1)[calls.trip]


def _timed(
    timetable: Timetable, calls: _Calls, runs: NDArray[np.bool_], span: tuple[int, int]
) -> _Timed:
    """Return the trips with their own times by pattern, split where vehicles overtake."""
    own = ~np.isin(calls.trip, timetable.frequencies["trip"].to_numpy(dtype=np.int64))
    row, day = np.nonzero(runs & own[:, None])
    shift = (day - 1) * DAY_S
    start = calls.start(row) + shift
    kept = (start <= span[1]) & (calls.depart[calls.last(row)] + shift >= span[0])
    row, shift, start = row[kept], shift[kept], start[kept]
    used, number = np.unique(row, return_inverse=True)
    group = equal_stretches(calls.begin[used], calls.length[used], calls.place)[number]
    order = np.lexsort((row, calls.arrive[calls.last(row)] + shift, start, group))
    row, shift, start, group = row[order], shift[order], start[order], group[order]
    begin, length = calls.begin[row], calls.length[row]
    lane = first_fit(group, begin, length, shift, calls.arrive, calls.depart)
    order = np.lexsort((lane, group))
    row, start, group, lane = row[order], start[order], group[order], lane[order]
    change = (group[1:] != group[:-1]) | (lane[1:] != lane[:-1])
    firsts = np.flatnonzero(np.r_[True, change]) if len(row) else np.arange(0)
    return _Timed(row[firsts], np.diff(np.r_[firsts, len(row)]), start, row)


def _headways(
    timetable: Timetable, calls: _Calls, runs: NDArray[np.bool_], draws: int, *, flow: bool
) -> list[_Headway]:
    """Return one pattern a headway trip (vehicles of one profile never overtake); two if mixed."""
    trip_ids = timetable.trips["trip_id"].to_numpy()
    rows = dict(zip(calls.trip.tolist(), range(len(calls.trip)), strict=True))
    patterns: dict[tuple[int, bool], _Headway] = {}
    table = timetable.frequencies[["trip", "start_s", "end_s", "headway_s", "exact"]]
    for trip, start, end, headway, exact in table.itertuples(index=False):
        row = rows.get(int(trip), -1)
        if row < 0 or not runs[row].any():
            continue
        phases = np.zeros(draws, dtype=np.int32)
        if not exact:
            phases = headway_phases(f"{trip_ids[trip]}\0{start}", int(headway), draws)
        flows = flow and not exact
        pattern = patterns.setdefault((row, flows), _Headway(row, flows, []))
        pattern.windows.extend(
            (int(start) + shift, int(end) + shift, int(headway), phases)
            for shift in ((np.flatnonzero(runs[row]) - 1) * DAY_S).tolist()
        )
    return list(patterns.values())


def _lines(
    calls: _Calls,
    patterns: tuple[NDArray[np.int64], NDArray[np.bool_]],
    timed: NDArray[np.int64],
    stops: int,
    walks: Footpaths,
) -> tuple[Lines, NDArray[np.int64]]:
    """Return the shared arrays, and where the profile of each trip begins in them."""
    leaders, flow = patterns
    length = calls.length[leaders]
    ptr = np.concatenate([[0], np.cumsum(length)])
    place = calls.place[stretches(calls.begin[leaders], length)]
    stop = place // 4
    # Nobody boards at the last stop.
    usable = (place & 2) > 0
    usable[ptr[1:] - 1] = False
    positions = np.flatnonzero(usable)
    at = positions[np.argsort(stop[positions], kind="stable")]
    arrive, depart, begins = _profiles(calls, np.concatenate([timed, leaders]))
    lines = Lines(
        ptr=ptr.astype(np.int32),
        stop=stop.astype(np.int32),
        board=usable,
        alight=(place & 1) > 0,
        pattern=np.repeat(np.arange(len(length)), length).astype(np.int32),
        at_ptr=np.searchsorted(stop[at], np.arange(stops + 1)).astype(np.int32),
        at=at.astype(np.int32),
        arrive=arrive,
        depart=depart,
        foot_ptr=walks.ptr,
        foot_stop=walks.stop,
        foot_s=walks.seconds,
        change_s=walks.change_s,
        flow=flow,
    )
    return lines, begins


def _profiles(
    calls: _Calls, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return distinct profiles, in the order of the trips, and where that of each begins."""
    used, first = np.unique(rows, return_index=True)
    used = used[np.argsort(first)]
    length = calls.length[used]
    at = stretches(calls.begin[used], length)
    start = np.repeat(calls.start(used).astype(np.int32), length)
    arrive, depart = calls.arrive[at] - start, calls.depart[at] - start
    begin = np.cumsum(length) - length
    both = arrive.astype(np.int64) << 32 | depart.astype(np.int64)
    number = equal_stretches(begin, length, both)
    _, firsts = np.unique(number, return_index=True)
    kept = stretches(begin[firsts], length[firsts])
    begins = np.full(len(calls.trip), -1, dtype=np.int64)
    begins[used] = (np.cumsum(length[firsts]) - length[firsts])[number]
    return arrive[kept], depart[kept], begins


def _vehicles(
    calls: _Calls,
    timed: _Timed,
    headways: list[_Headway],
    begins: NDArray[np.int64],
    of: tuple[int, tuple[int, int], HeadwayWait | None],
) -> Vehicles:
    """Return the vehicles of one draw within a span."""
    draw, span, rule = of
    rows, counts = [timed.row], [*timed.vehicles.tolist()]
    columns: list[list[NDArray[Any]]] = [[timed.start], [timed.row * 0], [timed.row * 0]]
    for pattern in headways:
        begin, last = calls.begin[pattern.row], calls.last(np.array([pattern.row]))[0]
        run_s = int(calls.depart[last]) - int(calls.depart[begin])
        windows = [w for w in pattern.windows if w[0] <= span[1] and w[1] + run_s >= span[0]]
        if pattern.flow and rule is not None:
            ordered = sorted(windows, key=lambda window: window[0])
            made = [(start, end, rule(headway)) for start, end, headway, _ in ordered]
            part = np.array(made, dtype=np.int64).reshape(-1, 3)
        else:
            runs = [headway_starts(s, e, h, int(phases[draw])) for s, e, h, phases in windows]
            start = np.sort(np.concatenate([np.empty(0, dtype=np.int32), *runs]))
            start = start[(start <= span[1]) & (start + run_s >= span[0])]
            part = np.zeros((len(start), 3), dtype=np.int64)
            part[:, 0] = start
        rows.append(np.full(len(part), pattern.row, dtype=np.int64))
        counts.append(len(part))
        for column, values in zip(columns, part.T, strict=True):
            column.append(values)
    row = np.concatenate(rows)
    start, end, wait = (np.concatenate(column).astype(np.int32) for column in columns)
    return Vehicles(
        ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        start=start,
        profile=begins[row].astype(np.int32),
        trip=calls.trip[row].astype(np.int32),
        end=end,
        wait=wait,
    )

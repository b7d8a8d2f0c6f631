"""Arrange one day's vehicles so that a kernel can scan them.

A *pattern* is a stop sequence whose vehicles do not overtake each other: one that leaves later is
nowhere earlier. A *profile* is the run of one timetabled trip relative to its first departure. A
vehicle is a start and a profile, so a headway service stores its profile once and every draw of
its phase costs only starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.timetable import Timetable, active_services, services_on
from clustergeo.times._transit_rules import Departures
from clustergeo.times._walks import Footpaths
from clustergeo.times.headways import headway_phases, headway_starts

__all__ = ["Day", "Lines", "Vehicles", "day_of_service"]

DAY_S = 86_400
LATEST_S = 30 * 3_600
"""Vehicles are followed at least until six in the morning of the next day."""


class Lines(NamedTuple):
    """What all draws share. A position is a stop within a pattern, numbered through."""

    ptr: NDArray[np.int32]
    """First position of each pattern, shape (patterns + 1,)."""
    stop: NDArray[np.int32]
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]
    pattern: NDArray[np.int32]
    """Stop, permissions and pattern of each position."""
    at_ptr: NDArray[np.int32]
    at: NDArray[np.int32]
    """Positions at which each stop can be boarded, in compressed rows by stop."""
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    """Seconds of all profiles, one after the other, relative to the start of the vehicle."""
    foot_ptr: NDArray[np.int32]
    foot_stop: NDArray[np.int32]
    foot_s: NDArray[np.int32]
    change_s: NDArray[np.int32]


class Vehicles(NamedTuple):
    """The vehicles of one draw by pattern, in order."""

    ptr: NDArray[np.int32]
    """First vehicle of each pattern, shape (patterns + 1,)."""
    start: NDArray[np.int32]
    profile: NDArray[np.int32]
    """Where the profile of each vehicle begins in ``Lines.arrive``."""
    trip: NDArray[np.int32]
    """Row of each vehicle in ``Timetable.trips``."""


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """One day of service, arranged: what is shared and the vehicles of every draw."""

    lines: Lines
    draws: tuple[Vehicles, ...]
    horizon_s: int


class _Profile(NamedTuple):
    trip: int
    key: tuple[bytes, bytes, bytes]
    first_s: int
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]


class _Pattern(NamedTuple):
    """Vehicles as (start, trip) of one stop sequence; ``windows`` for a headway service."""

    leader: _Profile
    vehicles: list[tuple[int, _Profile]]
    windows: list[tuple[int, int, int, NDArray[np.int32]]]


def day_of_service(
    timetable: Timetable,
    departures: Departures,
    walks: Footpaths,
    *,
    draws: int,
    limit_s: int,
) -> Day:
    """Return the vehicles that matter for a window of departures.

    Vehicles of the day before that still run after midnight and those of the day after are there
    too. Those that end before the window or start after the horizon are left out: nobody can use
    them. Without headway services all draws would be equal, so there is one.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    """
    active_services(timetable, departures.date)
    window = departures.seconds
    horizon = max(LATEST_S, int(window[-1]) + limit_s)
    profiles = _profiles(timetable)
    shifts = _shifts(timetable, departures)
    span = (int(window[0]), horizon)
    timed = _timed_patterns(timetable, profiles, shifts, span)
    templates = _headway_patterns(timetable, profiles, shifts, draws=draws)
    phased = any(len(set(phases.tolist())) > 1 for p in templates for *_, phases in p.windows)
    count = draws if phased else 1
    patterns = [*timed, *templates]
    lines, begins = _lines(patterns, len(timetable.stops), walks)
    vehicles = tuple(_vehicles(patterns, begins, draw, span) for draw in range(count))
    return Day(lines, vehicles, horizon)


def _profiles(timetable: Timetable) -> dict[int, _Profile]:
    """Return the profile of every trip that joins at least two stops."""
    calls = timetable.stop_times
    trip = calls["trip"].to_numpy()
    stop = calls["stop"].to_numpy(dtype=np.int32)
    board, alight = calls["board"].to_numpy(), calls["alight"].to_numpy()
    arrive = calls["arrival_s"].to_numpy(dtype=np.int32)
    depart = calls["departure_s"].to_numpy(dtype=np.int32)
    firsts = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]])
    profiles = {}
    for first, last in zip(firsts, np.r_[firsts[1:], len(trip)], strict=True):
        if last - first < 2:  # noqa: PLR2004 - a ride joins two stops
            continue
        run = slice(first, last)
        key = (stop[run].tobytes(), board[run].tobytes(), alight[run].tobytes())
        start = int(depart[first])
        profiles[int(trip[first])] = _Profile(
            int(trip[first]), key, start, arrive[run] - start, depart[run] - start
        )
    return profiles


def _shifts(timetable: Timetable, departures: Departures) -> dict[int, list[int]]:
    """Return for each trip the seconds by which its runs of three service days are moved."""
    service = timetable.trips["service_id"]
    shifts: dict[int, list[int]] = {}
    for days in (-1, 0, 1):
        date = departures.date.fromordinal(departures.date.toordinal() + days)
        for row in np.flatnonzero(service.isin(services_on(timetable, date))):
            shifts.setdefault(int(row), []).append(days * DAY_S)
    return shifts


def _timed_patterns(
    timetable: Timetable,
    profiles: dict[int, _Profile],
    shifts: dict[int, list[int]],
    span: tuple[int, int],
) -> list[_Pattern]:
    """Return patterns of the trips with their own times, split where vehicles overtake."""
    headway = set(timetable.frequencies["trip"].tolist())
    groups: dict[tuple[bytes, bytes, bytes], list[tuple[int, _Profile]]] = {}
    for row, profile in profiles.items():
        for shift in shifts.get(row, ()) if row not in headway else ():
            start = profile.first_s + shift
            if start <= span[1] and start + profile.depart[-1] >= span[0]:
                groups.setdefault(profile.key, []).append((start, profile))
    patterns = []
    for vehicles in groups.values():
        vehicles.sort(key=lambda v: (v[0], v[0] + int(v[1].arrive[-1]), v[1].trip))
        patterns += [_Pattern(lane[0][1], lane, []) for lane in _lanes(vehicles)]
    return patterns


def _lanes(vehicles: list[tuple[int, _Profile]]) -> list[list[tuple[int, _Profile]]]:
    """Split vehicles in order of their start into lanes without overtaking, first fit."""
    lanes: list[list[tuple[int, _Profile]]] = []
    for start, profile in vehicles:
        for lane in lanes:
            last, before = lane[-1]
            ahead = start - last
            if (profile.arrive + ahead >= before.arrive).all() and (
                profile.depart + ahead >= before.depart
            ).all():
                lane.append((start, profile))
                break
        else:
            lanes.append([(start, profile)])
    return lanes


def _headway_patterns(
    timetable: Timetable,
    profiles: dict[int, _Profile],
    shifts: dict[int, list[int]],
    *,
    draws: int,
) -> list[_Pattern]:
    """Return one pattern for each headway trip: vehicles of one profile never overtake."""
    trip_ids = timetable.trips["trip_id"].to_numpy()
    patterns: dict[int, _Pattern] = {}
    table = timetable.frequencies[["trip", "start_s", "end_s", "headway_s", "exact"]]
    for trip, start, end, headway, exact in table.itertuples(index=False):
        if trip not in profiles or trip not in shifts:
            continue
        phases = np.zeros(draws, dtype=np.int32)
        if not exact:
            phases = headway_phases(f"{trip_ids[trip]}\0{start}", int(headway), draws)
        pattern = patterns.setdefault(int(trip), _Pattern(profiles[trip], [], []))
        pattern.windows.extend(
            (int(start) + shift, int(end) + shift, int(headway), phases) for shift in shifts[trip]
        )
    return list(patterns.values())


def _lines(
    patterns: Sequence[_Pattern], stops: int, walks: Footpaths
) -> tuple[Lines, dict[int, int]]:
    """Return the shared arrays, and where the profile of each trip begins in them."""
    used: dict[int, _Profile] = {}
    for pattern in patterns:
        for profile in (pattern.leader, *(profile for _, profile in pattern.vehicles)):
            used.setdefault(profile.trip, profile)
    sizes = [len(profile.arrive) for profile in used.values()]
    begins = dict(zip(used, np.cumsum([0, *sizes])[:-1].tolist(), strict=True))
    lengths = np.array([len(pattern.leader.arrive) for pattern in patterns], dtype=np.int64)
    ptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    keys = [pattern.leader.key for pattern in patterns]
    stop = np.frombuffer(b"".join(key[0] for key in keys), dtype=np.int32)
    board = np.frombuffer(b"".join(key[1] for key in keys), dtype=np.bool_)
    # Nobody boards at the last stop.
    usable = board.copy()
    usable[ptr[1:] - 1] = False
    positions = np.flatnonzero(usable)
    at = positions[np.argsort(stop[positions], kind="stable")]
    lines = Lines(
        ptr=ptr,
        stop=stop,
        board=usable,
        alight=np.frombuffer(b"".join(key[2] for key in keys), dtype=np.bool_),
        pattern=np.repeat(np.arange(len(lengths)), lengths).astype(np.int32),
        at_ptr=np.searchsorted(stop[at], np.arange(stops + 1)).astype(np.int32),
        at=at.astype(np.int32),
        arrive=_joined([profile.arrive for profile in used.values()]),
        depart=_joined([profile.depart for profile in used.values()]),
        foot_ptr=walks.ptr,
        foot_stop=walks.stop,
        foot_s=walks.seconds,
        change_s=walks.change_s,
    )
    return lines, begins


def _joined(parts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([np.empty(0, dtype=np.int32), *parts]).astype(np.int32)


def _vehicles(
    patterns: Sequence[_Pattern], begins: dict[int, int], draw: int, span: tuple[int, int]
) -> Vehicles:
    """Return the vehicles of one draw."""
    starts, profiles, trips, counts = [], [], [], []
    for pattern in patterns:
        if pattern.windows:
            runs = [
                headway_starts(start, end, headway, int(phases[draw]))
                for start, end, headway, phases in pattern.windows
                if start <= span[1] and end + pattern.leader.depart[-1] >= span[0]
            ]
            start = np.sort(_joined(runs))
            ends = start + pattern.leader.depart[-1]
            start = start[(start <= span[1]) & (ends >= span[0])]
            trip = np.full(len(start), pattern.leader.trip, dtype=np.int32)
            profile = np.full(len(start), begins[pattern.leader.trip], dtype=np.int32)
        else:
            start = np.array([start for start, _ in pattern.vehicles], dtype=np.int32)
            trip = np.array([profile.trip for _, profile in pattern.vehicles], dtype=np.int32)
            profile = np.array(
                [begins[profile.trip] for _, profile in pattern.vehicles], dtype=np.int32
            )
        starts.append(start)
        profiles.append(profile)
        trips.append(trip)
        counts.append(len(start))
    return Vehicles(
        ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        start=_joined(starts),
        profile=_joined(profiles),
        trip=_joined(trips),
    )

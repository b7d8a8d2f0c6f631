"""What must hold of transit times whatever the timetable, and of the day the kernel scans."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from toy_feed import HOUR, Trip, World, places, straight_m
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.times.by_transit import Departures, TransitRules
from clustergeo.times.transit import search as engine
from clustergeo.times.transit.lanes import equal_stretches, first_fit, stretches
from clustergeo.times.transit.mirror import mirrored
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.recover import recover
from clustergeo.times.transit.search import (
    Samples,
    percentiles,
    rank_of,
    sampled,
    sampled_backward,
)
from clustergeo.times.transit.setup import Search, prepare
from clustergeo.times.transit.walks import near_pairs

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

RULES = TransitRules(access="walk", headway_draws=1, limit_min=2_000)


def search_of(world: World, rules: TransitRules = RULES, window: Departures = WINDOW) -> Search:
    table, _ = two_ends(world)
    return prepare(world.timetable(), table, table, window, rules)


def times_of(world: World, rules: TransitRules = RULES, window: Departures = WINDOW) -> Samples:
    return sampled(search_of(world, rules, window), window.seconds, None)


@SETTINGS
@given(world=worlds())
def test_leaving_later_never_arrives_earlier(world: World) -> None:
    seconds = times_of(world).seconds
    arrivals = np.where(seconds < NEVER, seconds + WINDOW.seconds, NEVER)
    assert (arrivals[..., 1:] >= arrivals[..., :-1]).all()


@SETTINGS
@given(world=worlds())
def test_another_trip_never_lengthens(world: World) -> None:
    assume(len(world.trips) > 1)
    more = times_of(world).seconds
    world.trips.pop()
    assert (more <= times_of(world).seconds).all()


@SETTINGS
@given(world=worlds(), limit=st.sampled_from([0.0, 5.0, 11.0]))
def test_less_walking_never_shortens(world: World, limit: float) -> None:
    less = dataclasses.replace(RULES, walk_limit_min=limit)
    assert (times_of(world).seconds <= times_of(world, less).seconds).all()


@SETTINGS
@given(world=worlds(), extra=st.sampled_from([1.0, 4.0]))
def test_longer_changes_never_shorten(world: World, extra: float) -> None:
    slow = dataclasses.replace(RULES, min_change_min=extra)
    assert (times_of(world).seconds <= times_of(world, slow).seconds).all()


@SETTINGS
@given(world=worlds())
def test_an_hour_later_everything_is_an_hour_later(world: World) -> None:
    later = World(world.stops, [moved(trip, HOUR) for trip in world.trips], world.transfers)
    window = Departures(WINDOW.date, dt.time(8), dt.time(8, 20), step_min=4)
    now, then = times_of(world), times_of(later, window=window)
    np.testing.assert_array_equal(now.seconds, then.seconds)
    shift = np.where(now.leave_s < NEVER, HOUR, 0)
    np.testing.assert_array_equal(now.leave_s + shift, then.leave_s)


def moved(trip: Trip, by: int) -> Trip:
    return Trip(
        [(stop, a + by, d + by, on, off) for stop, a, d, on, off in trip.calls],
        [(start + by, end + by, headway, exact) for start, end, headway, exact in trip.windows],
        trip.day,
    )


@SETTINGS
@given(world=worlds())
def test_more_rides_never_lengthen_and_enough_are_as_good_as_any(world: World) -> None:
    search = search_of(world)
    limited = [
        sampled(search, WINDOW.seconds, None, most_rides=rides).seconds for rides in (1, 2, 3, 14)
    ]
    for fewer, more in pairwise(limited):
        assert (more <= fewer).all()
    np.testing.assert_array_equal(limited[-1], sampled(search, WINDOW.seconds, None).seconds)


@SETTINGS
@given(
    world=worlds(),
    draws=st.sampled_from([1, 4]),
    limit_min=st.sampled_from([15, 40, 2_000]),
    rides=st.sampled_from([None, 1]),
)
def test_percentiles_are_those_of_the_samples(
    world: World, draws: int, limit_min: int, rides: int | None
) -> None:
    search = search_of(world, dataclasses.replace(RULES, headway_draws=draws))
    shares = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
    found = percentiles(search, WINDOW.seconds, shares, limit_s=limit_min * 60, most_rides=rides)
    samples = sampled(search, WINDOW.seconds, None, most_rides=rides).seconds
    samples = np.sort(np.where(samples <= limit_min * 60, samples, NEVER), axis=2)
    ranks = [rank_of(share, samples.shape[2]) for share in shares]
    np.testing.assert_array_equal(found, samples[..., ranks])


@SETTINGS
@given(world=worlds())
def test_there_and_back_in_the_mirror(world: World) -> None:
    search = search_of(world)
    there = sampled(search, WINDOW.seconds, None)
    took = there.seconds[0, 1]
    for k in np.flatnonzero(took < NEVER):
        leave = int(WINDOW.seconds[k])
        deadline = np.array([leave + took[k]], dtype=np.int32)
        last = int(sampled_backward(search, deadline, None).leave_s[0, 1, 0])
        assert leave <= last < NEVER
        again = sampled(search, np.array([last], dtype=np.int32), None).seconds[0, 1, 0]
        assert last + again <= deadline[0]


@SETTINGS
@given(world=worlds())
def test_the_mirror_of_a_mirror_is_the_day_itself(world: World) -> None:
    day = search_of(world).day
    lines, vehicles = mirrored(*mirrored(day.lines, day.draws[0]))
    kept = day.lines.alight.copy()
    kept[day.lines.ptr[:-1]] = False  # nobody alights where the vehicle starts
    for name in ("ptr", "stop", "board", "pattern", "arrive", "depart", "flow"):
        np.testing.assert_array_equal(getattr(lines, name), getattr(day.lines, name))
    np.testing.assert_array_equal(lines.alight, kept)
    for one, two in zip(vehicles, day.draws[0], strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(lines.foot_ptr, day.lines.foot_ptr)
    np.testing.assert_array_equal(lines.foot_stop, day.lines.foot_stop)
    np.testing.assert_array_equal(lines.foot_s, day.lines.foot_s)


@SETTINGS
@given(world=worlds())
def test_vehicles_keep_their_times_and_do_not_overtake(world: World) -> None:
    day = search_of(world).day
    lines, vehicles = day.lines, day.draws[0]
    for pattern in range(len(lines.ptr) - 1):
        stops = lines.stop[lines.ptr[pattern] : lines.ptr[pattern + 1]]
        before = None
        for v in range(vehicles.ptr[pattern], vehicles.ptr[pattern + 1]):
            span = slice(vehicles.profile[v], vehicles.profile[v] + len(stops))
            times = vehicles.start[v] + np.stack([lines.arrive[span], lines.depart[span]])
            calls = world.trips[vehicles.trip[v]].calls
            assert [call[0] for call in calls] == stops.tolist()
            own = np.array([[call[1] for call in calls], [call[2] for call in calls]])
            assert len(np.unique(times - own)) == 1
            assert before is None or (times >= before).all()
            before = times


@pytest.mark.parametrize(
    ("leave", "took_min"),
    [
        ("06:30", 30 + 5 + 20),  # before the first window one waits for it, then half a headway
        ("07:00", 5 + 20),
        ("07:10", 5 + 20),
        ("07:51", 5 + 20),
        (
            "07:54",
            6 + 15 + 20,
        ),  # 07:59 is the last vehicle of the window: the next one's half hour
        ("07:56", 4 + 15 + 20),
        ("08:40", 15 + 20),
        ("08:45", None),
    ],
)
def test_half_a_headway_by_hand(leave: str, took_min: float | None) -> None:
    windows = [(7 * HOUR, 8 * HOUR - 60, 600, False), (8 * HOUR, 9 * HOUR, 1_800, False)]
    trip = Trip([(0, 0, 0, True, True), (1, 1_200, 1_200, True, True)], windows)
    world = World([(36.001, 126.999), (36.3, 127.0)], [trip])
    hour, minute = map(int, leave.split(":"))
    moment = np.array([hour * HOUR + minute * 60], dtype=np.int32)
    home = places(home=world.stops[0], work=world.stops[1])
    search = prepare(
        world.timetable(),
        home,
        home,
        WINDOW,
        RULES,
        look_back_s=HOUR,
        headway_wait=lambda h: h // 2,
    )
    seconds = int(sampled(search, moment, None).seconds[0, 1, 0])
    assert seconds == (NEVER if took_min is None else took_min * 60)


@pytest.mark.parametrize(
    ("leave", "took_min"), [("07:01", 9 + 20), ("07:55", 5 + 15 + 20), ("08:01", 15 + 20)]
)
def test_exact_windows_stay_exact_beside_a_flow(leave: str, took_min: int) -> None:
    windows = [(7 * HOUR, 8 * HOUR, 600, True), (8 * HOUR, 9 * HOUR, 1_800, False)]
    calls = [(0, 0, 0, True, True), (1, 1_200, 1_200, True, True)]
    idle = Trip(calls, [(7 * HOUR, 9 * HOUR, 60, False)], day=5)
    world = World([(36.0, 127.0), (36.3, 127.0)], [Trip(calls, windows), idle])
    ends = places(home=world.stops[0], work=world.stops[1])
    search = prepare(
        world.timetable(), ends, ends, WINDOW, RULES, headway_wait=lambda headway: headway // 2
    )
    hour, minute = map(int, leave.split(":"))
    moment = np.array([hour * HOUR + minute * 60], dtype=np.int32)
    assert sampled(search, moment, None).seconds[0, 1, 0] == took_min * 60


def test_the_last_departure_for_a_flow_by_hand() -> None:
    trip = Trip(
        [(0, 0, 0, True, True), (1, 1_200, 1_200, True, True)],
        [(7 * HOUR, 8 * HOUR, 600, False)],
    )
    world = World([(36.0, 127.0), (36.3, 127.0)], [trip])
    ends = places(home=world.stops[0], work=world.stops[1])
    window = Departures(WINDOW.date, dt.time(7, 24), dt.time(8, 30))
    search = prepare(
        world.timetable(),
        ends,
        ends,
        window,
        RULES,
        look_back_s=HOUR,
        headway_wait=lambda h: h // 2,
    )
    seven = 7 * HOUR
    # Its vehicles start before eight, five minutes after one gets ready, which is from seven on.
    cases = {24: NEVER, 25: 0, 70: 45 * 60, 79: 54 * 60, 80: 55 * 60 - 1, 90: 55 * 60 - 1}
    deadlines = np.array([seven + 60 * by for by in cases], dtype=np.int32)
    leaves = sampled_backward(search, deadlines, None).leave_s[0, 1]
    expected = [at if at == NEVER else seven + at for at in cases.values()]
    assert leaves.tolist() == expected
    for leave, deadline in zip(leaves.tolist()[1:], deadlines.tolist()[1:], strict=True):
        rides = recover(search, (0, 1), 0, (leave, deadline))
        assert rides.start_s.tolist() == [leave + 300]


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    trips = [
        Trip(
            [(0, 7 * HOUR + m, 7 * HOUR + m, True, True), (1, 8 * HOUR + m, 8 * HOUR, True, True)]
        )
        for m in range(0, 3_000, 300)
    ]
    world = World([(36.0, 127.0), (36.3, 127.0)], trips)
    many = times_of(world)
    monkeypatch.setattr(engine, "_MOST_THREADS", 1)
    for one, two in zip(many, times_of(world), strict=True):
        np.testing.assert_array_equal(one, two)


@settings(derandomize=True, deadline=None)
@given(rows=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=40))
def test_equal_stretches_have_one_number_in_the_order_they_come(rows: list[list[int]]) -> None:
    length = np.array([len(row) for row in rows])
    values = np.concatenate([np.array(row, dtype=np.int64) for row in rows])
    begin = np.cumsum(length) - length
    number: dict[tuple[int, ...], int] = {}
    expected = [number.setdefault(tuple(row), len(number)) for row in rows]
    assert equal_stretches(begin, length, values).tolist() == expected
    assert stretches(begin, length).tolist() == list(range(len(values)))


def test_a_run_goes_into_the_first_lane_that_takes_it() -> None:
    # Four runs of two calls: the second overtakes the first, the third neither, the fourth both.
    arrive = np.array([0, 100, 10, 50, 20, 110, 30, 40], dtype=np.int32)
    begin, length = np.array([0, 2, 4, 6]), np.full(4, 2)
    lanes = first_fit(np.zeros(4, np.int64), begin, length, np.zeros(4, np.int64), arrive, arrive)
    assert lanes.tolist() == [0, 1, 0, 2]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    box=st.sampled_from(
        [(33, 38, 126, 4), (-90, 90, -180, 360), (-18, -17, 179, 2), (88, 90, -180, 360)]
    ),
    shares=arrays(np.float64, (4, 25), elements=st.floats(0, 1, width=32)),
    radius_m=st.sampled_from([0.0, 800.0, 40_000.0, 900_000.0]),
)
def test_near_pairs_are_all_pairs_that_are_near(
    box: tuple[int, int, int, int], shares: np.ndarray[tuple[int, int]], radius_m: float
) -> None:
    low, high, west, width = box
    lat = low + shares[:2] * (high - low)
    lon = (west + shares[2:] * width + 180) % 360 - 180
    found = near_pairs((lat[0], lon[0]), (lat[1], lon[1]), radius_m)
    straight = [
        [straight_m((lat[0, i], lon[0, i]), (lat[1, j], lon[1, j])) for j in range(25)]
        for i in range(25)
    ]
    metres = np.array(straight)
    assume(not (np.abs(metres - radius_m) < 1e-3).any() or radius_m == 0)
    if radius_m == 0:
        assert (found[2] == 0).all()
        return
    i, j = np.nonzero(metres <= radius_m)
    np.testing.assert_array_equal(np.stack(found[:2]), np.stack([i, j]))
    np.testing.assert_allclose(found[2], metres[i, j], atol=1e-3)

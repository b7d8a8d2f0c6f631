"""The router against a plain search on random worlds: equal to the second."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_feed import DATE, HOUR, NEVER, Trip, World, earliest, places, reach, walk_s
from toy_feed import straight_m as metres

from clustergeo.times.by_transit import (
    Departures,
    TransitRules,
    transit_journeys,
    transit_times,
)

WINDOW = Departures(DATE, dt.time(7), dt.time(7, 20), step_min=4)
STEP_DEG = 0.005  # 556 m: neighbours can be walked, others not
SETTINGS = settings(derandomize=True, deadline=None, max_examples=60)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    cells = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=8, unique=True
        )
    )
    stops = [(36.0 + i * STEP_DEG * 1.7, 127.0 + j * STEP_DEG * 1.7) for i, j in cells]
    stop = st.integers(0, len(stops) - 1)
    trips = []
    for _ in range(draw(st.integers(4, 14))):
        path = draw(st.lists(stop, min_size=3, max_size=5))
        day = draw(st.sampled_from([0, 0, 0, -1, 1]))
        time = 7 * HOUR + 60 * draw(st.integers(-10, 60)) - day * 24 * HOUR
        if day == 1:
            time = 60 * draw(st.integers(0, 60))
        calls = []
        for s in path:
            dwell = 60 * draw(st.sampled_from([0, 0, 1, 3]))
            on, off = draw(st.sampled_from([(True, True)] * 8 + [(True, False), (False, True)]))
            calls.append((s, time, time + dwell, on, off))
            time += dwell + 60 * draw(st.integers(1, 9))
        windows = []
        if day == 0 and draw(st.integers(0, 3)) == 0:
            start = 7 * HOUR + 60 * draw(st.integers(-30, 20))
            length, headway = draw(st.integers(1, 60)), draw(st.integers(2, 20))
            windows = [(start, start + 60 * length, 60 * headway, draw(st.booleans()))]
        trips.append(Trip(calls, windows, day))
    rule = st.tuples(
        stop, stop, st.sampled_from([0, 2, 2, 3]), st.sampled_from([None, 0, 90, 600])
    )
    rules = draw(st.lists(rule, max_size=4, unique_by=lambda r: (r[0], r[1])))
    # The kinds without their own time of change are covered by hand-made tests.
    rules = [r if r[0] != r[1] or r[2] != 0 else (r[0], r[1], 2, r[3]) for r in rules]
    return World(stops, trips, rules)


def two_ends(world: World) -> tuple[Any, dict[str, tuple[float, float]]]:
    first, last = world.stops[0], world.stops[-1]
    points = {"home": (first[0] + 0.001, first[1] - 0.001), "work": (last[0], last[1] + 0.002)}
    return places(**points), points


@SETTINGS
@given(world=worlds(), change_min=st.sampled_from([0.0, 0.0, 2.0]), draws=st.sampled_from([1, 3]))
def test_every_sample_is_the_earliest_arrival(world: World, change_min: float, draws: int) -> None:
    table, points = two_ends(world)
    rules = TransitRules(
        access="walk", min_change_min=change_min, headway_draws=draws, limit_min=2_000
    )
    times = transit_times(world.timetable(), table, table, WINDOW, rules)
    samples = times.minutes.shape[2] // len(WINDOW.seconds)
    ends = {name: reach(world, point) for name, point in points.items()}
    for origin, destination in (("home", "work"), ("work", "home")):
        direct = metres(points[origin], points[destination])
        walk = walk_s(direct) if direct * 1.3 / 1.25 <= 900 else NEVER
        expected = []
        for number in range(samples):
            for leave in WINDOW.seconds.tolist():
                arrival = earliest(
                    world,
                    (ends[origin], ends[destination]),
                    leave,
                    change_s=int(change_min * 60),
                    draw=(number, draws),
                )
                took = min(arrival - leave if arrival < NEVER else NEVER, walk)
                # Beyond the horizon nothing is looked for.
                expected.append(np.nan if took > 2_000 * 60 else took / 60)
        found = times.samples(origin, destination)
        np.testing.assert_array_equal(found, expected)


@SETTINGS
@given(world=worlds())
def test_the_journey_shown_has_fewest_rides_and_leaves_last(world: World) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    for journey in transit_journeys(world.timetable(), table, table, window, rules):
        if len(journey.legs) == 1:
            continue
        ends = (reach(world, points[journey.from_id]), reach(world, points[journey.to_id]))
        arrival = journey.legs[-1].arrive_s
        rides = sum(leg.kind == "ride" for leg in journey.legs)
        assert earliest(world, ends, 7 * HOUR) == arrival
        assert earliest(world, ends, 7 * HOUR, rides=rides) == arrival
        assert rides == 1 or earliest(world, ends, 7 * HOUR, rides=rides - 1) > arrival
        slack = next(leg for leg in journey.legs if leg.kind == "wait").seconds
        assert earliest(world, ends, 7 * HOUR + slack, rides=rides) <= arrival
        assert earliest(world, ends, 7 * HOUR + slack + 1, rides=rides) > arrival
        for before, after in zip(journey.legs, journey.legs[1:], strict=False):
            assert before.arrive_s == after.depart_s
            assert before.to_stop == after.from_stop
            assert after.seconds >= 0


@SETTINGS
@given(world=worlds())
def test_leaving_later_never_arrives_earlier(world: World) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    times = transit_times(world.timetable(), table, table, WINDOW, rules)
    arrivals = times.minutes + WINDOW.seconds / 60
    later = np.nan_to_num(arrivals, nan=np.inf)
    assert (later[..., 1:] >= later[..., :-1] - 1e-9).all()


@SETTINGS
@given(world=worlds())
def test_another_trip_never_lengthens_and_no_trip_leaves_walking(world: World) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    more = transit_times(world.timetable(), table, table, WINDOW, rules).minutes
    world.trips.pop()
    if not world.trips:
        return
    fewer = transit_times(world.timetable(), table, table, WINDOW, rules).minutes
    if more.shape == fewer.shape:
        assert (np.nan_to_num(more, nan=np.inf) <= np.nan_to_num(fewer, nan=np.inf)).all()


@pytest.mark.parametrize("headway", [600, 60, 1])
def test_waits_vanish_with_the_headway(headway: int) -> None:
    trip = Trip(
        [(0, 0, 0, True, True), (1, 1200, 1200, True, True)], [(0, 24 * HOUR, headway, False)]
    )
    world = World([(36.0, 127.0), (36.2, 127.0)], [trip])
    table = places(a=(36.0, 127.0), b=(36.2, 127.0))
    times = transit_times(
        world.timetable(), table, table, Departures(DATE, dt.time(7), dt.time(9)), TransitRules()
    )
    # To the second: the phases are whole seconds and the departures whole minutes.
    assert abs(times.samples("a", "b").mean() - (20 + headway / 120)) <= 1 / 60

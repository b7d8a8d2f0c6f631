"""The router against a plain search on random worlds: equal to the second."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from timetable_oracles import Plain, flow_arrivals, world_of
from toy_feed import DATE, HOUR, NEVER, Trip, World, earliest, places, reach, walk_s
from toy_feed import straight_m as metres
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.networks._gtfs import load_timetable
from clustergeo.times.by_transit import (
    Departures,
    TransitRules,
    transit_journeys,
    transit_times,
)
from clustergeo.times.transit import raptor as kernel
from clustergeo.times.transit.recover import recover
from clustergeo.times.transit.search import pareto, sampled, sampled_backward
from clustergeo.times.transit.setup import prepare

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

SHARED = Path(__file__).parents[3] / "shared/data"


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
@given(world=worlds(), change_min=st.sampled_from([0.0, 2.0]), draws=st.sampled_from([1, 2]))
def test_a_connection_scan_and_a_time_expanded_search_agree(
    world: World, change_min: float, draws: int
) -> None:
    table, points = two_ends(world)
    rules = TransitRules(
        access="walk", min_change_min=change_min, headway_draws=draws, limit_min=2_000
    )
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    ends = [reach(world, point) for point in points.values()]
    for draw in range(len(search.day.draws)):
        plain = Plain(world, change_s=int(change_min * 60), draw=(draw, draws))
        samples = sampled(search, WINDOW.seconds, None).seconds
        for k, leave in enumerate(WINDOW.seconds.tolist()):
            scanned = plain.scanned(ends[0], leave)
            assert scanned == plain.expanded(ends[0], leave)
            took = [scanned.get(stop, NEVER) + s - leave for stop, s in ends[1].items()]
            best = min([*took, int(search.walk_s[0, 1])])
            found = int(samples[0, 1, draw * len(WINDOW.seconds) + k])
            assert found == (best if best < 2_000 * 60 else kernel.NEVER)


@SETTINGS
@given(world=worlds(), rides=st.integers(1, 3))
def test_the_limit_of_rides_is_exact_and_the_front_is_what_it_leaves(
    world: World, rides: int
) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    ends = (reach(world, points["home"]), reach(world, points["work"]))
    walk = int(search.walk_s[0, 1])
    limited = sampled(search, WINDOW.seconds, None, most_rides=rides).seconds[0, 1]
    for k, leave in enumerate(WINDOW.seconds.tolist()):
        arrival = earliest(world, ends, leave, rides=rides)
        best = min(arrival - leave, walk)
        assert limited[k] == (best if best < 2_000 * 60 else kernel.NEVER)
    leave = int(WINDOW.seconds[0])
    front, best = [(0, leave + walk)] if walk < kernel.NEVER else [], leave + walk
    for count in range(1, 15):
        if (arrival := earliest(world, ends, leave, rides=count)) < min(best, 2_000 * 60):
            front.append((count, arrival))
            best = arrival
    assert pareto(search, 0, 1, 0, leave) == front


@SETTINGS
@given(world=worlds())
def test_the_last_departure_makes_the_same_arrival_and_the_next_minute_does_not(
    world: World,
) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    search = prepare(world.timetable(), table, table, WINDOW, rules, look_ahead_s=HOUR)
    ends = (reach(world, points["home"]), reach(world, points["work"]))
    window = dataclasses.replace(WINDOW, step_min=1).seconds
    found = sampled(search, window, None, look_ahead_s=HOUR)
    np.testing.assert_array_equal(found.seconds, sampled(search, window, None).seconds)
    for k, leave in enumerate(window.tolist()):
        took, last = int(found.seconds[0, 1, k]), int(found.leave_s[0, 1, k])
        if took == kernel.NEVER:
            assert last == kernel.NEVER
        elif took == search.walk_s[0, 1]:
            assert last == leave
        else:
            assert earliest(world, ends, last) == leave + took
            if last < window[-1] + HOUR:
                assert earliest(world, ends, last + 60) > leave + took


@SETTINGS
@given(world=worlds(), rides=st.sampled_from([None, 1, 2]))
def test_the_last_departure_by_a_deadline_is_exact(world: World, rides: int | None) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    deadlines = Departures(DATE, dt.time(7, 20), dt.time(8), step_min=9)
    back_s = 2 * HOUR
    search = prepare(world.timetable(), table, table, deadlines, rules, look_back_s=back_s)
    ends = (reach(world, points["home"]), reach(world, points["work"]))
    found = sampled_backward(search, deadlines.seconds, None, most_rides=rides)
    floor = int(deadlines.seconds[0]) - back_s
    for k, deadline in enumerate(deadlines.seconds.tolist()):
        leave = int(found.leave_s[0, 1, k])
        if leave == kernel.NEVER:
            assert earliest(world, ends, floor, rides=rides or 99) > deadline
            continue
        assert leave + found.seconds[0, 1, k] == deadline
        if search.walk_s[0, 1] == deadline - leave:
            assert earliest(world, ends, leave + 1, rides=rides or 99) > deadline
        else:
            assert earliest(world, ends, leave, rides=rides or 99) <= deadline
            assert earliest(world, ends, leave + 1, rides=rides or 99) > deadline


@SETTINGS
@given(world=worlds(), share=st.sampled_from([0.5, 0.25]))
def test_a_flow_is_boarded_after_its_wait_at_any_second(world: World, share: float) -> None:
    def wait(headway: int) -> int:
        return int(headway * share)

    table, points = two_ends(world)
    rules = TransitRules(access="walk", limit_min=2_000)
    search = prepare(world.timetable(), table, table, WINDOW, rules, headway_wait=wait)
    assert len(search.day.draws) == 1
    ends = (reach(world, points["home"]), reach(world, points["work"]))
    samples = sampled(search, WINDOW.seconds, None).seconds[0, 1]
    for k, leave in enumerate(WINDOW.seconds.tolist()):
        arrived = flow_arrivals(world, ends[0], leave, wait)
        took = min((arrived.get(s, NEVER) + t for s, t in ends[1].items()), default=NEVER) - leave
        best = min(took, int(search.walk_s[0, 1]))
        assert samples[k] == (best if best < 2_000 * 60 else kernel.NEVER)
        if took < min(search.walk_s[0, 1], 2_000 * 60):
            rides = recover(search, (0, 1), 0, (leave, leave + took))
            assert len(rides.start_s) == len(rides.legs) >= 1
            deadlines = np.array([leave + took], dtype=np.int32)
            last = int(sampled_backward(search, deadlines, None).leave_s[0, 1, 0])
            if last >= leave > search.day.floor_s:
                later = flow_arrivals(world, ends[0], last + 1, wait)
                assert min(later.get(s, NEVER) + t for s, t in ends[1].items()) > leave + took


@pytest.mark.parametrize(
    ("feed", "date"),
    [
        ("cairns_gtfs.zip", dt.date(2014, 3, 11)),
        ("caltrain-2017-07-24", dt.date(2017, 7, 25)),
        ("nyc_subway_gtfs.zip", None),
    ],
)
def test_real_feeds_agree_with_both_plain_searches(feed: str, date: dt.date | None) -> None:
    path = SHARED / "good_feeds" / feed
    if not path.exists():
        pytest.skip("no shared data")
    timetable = load_timetable(path)
    days = timetable.services["date"]
    if date is None or pd.Timestamp(date) not in set(days):
        busy = days.value_counts().sort_index()
        date = busy.index[int(np.argmax(busy.to_numpy()))].date()
    world = world_of(timetable, date)
    used = timetable.stop_times["stop"].unique()
    chosen = np.random.default_rng(5).choice(used, 6, replace=False)
    table = places(**{f"p{stop}": world.stops[stop] for stop in chosen})
    window = Departures(date, dt.time(7, 30), dt.time(8, 30), step_min=25)
    rules = TransitRules(access="walk", walk_limit_min=10, limit_min=2_000, min_change_min=2)
    search = prepare(timetable, table, table, window, rules)
    samples = sampled(search, window.seconds, None).seconds
    plain = Plain(world, change_s=120, limit_s=600)
    ends = [reach(world, world.stops[stop], 600) for stop in chosen]
    found = 0
    for origin, access in enumerate(ends):
        for k, leave in enumerate(window.seconds.tolist()):
            scanned = plain.scanned(access, leave)
            if k == 0:
                assert scanned == plain.expanded(access, leave)
            for to, egress in enumerate(ends):
                arrival = min(scanned.get(stop, NEVER) + s for stop, s in egress.items())
                if arrival > search.day.horizon_s:
                    continue  # beyond it nothing is looked for
                best = min(arrival - leave, int(search.walk_s[origin, to]))
                assert samples[origin, to, k] == best
                found += arrival < NEVER
    assert found > 50


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

"""Transfer rules for single routes and trips: by hand, against plain searches, on a feed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from timetable_oracles import Ruled, world_of
from toy_feed import DATE, HOUR, NEVER, Trip, World, places, reach
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.networks._gtfs import load_timetable
from clustergeo.times.by_transit import Departures, TransitRules, transit_journeys, transit_times
from clustergeo.times.transit import raptor as kernel
from clustergeo.times.transit.search import sampled, sampled_backward
from clustergeo.times.transit.setup import prepare

SHARED = Path(__file__).parents[3] / "shared/data"
Rule = tuple[int, int, int, int, int, int, int, int | None]


@st.composite
def ruled_worlds(draw: st.DrawFn) -> World:
    """Return a random world of few routes with stations and rules of all kinds."""
    world = draw(worlds())
    stop = st.integers(0, len(world.stops) - 1)
    trip = st.one_of(st.just(-1), st.integers(0, len(world.trips) - 1))
    route = st.integers(-1, 2)
    trips = [replace(trip, route=draw(st.integers(0, 2))) for trip in world.trips]
    rule = st.tuples(
        *(stop, stop, trip, trip, route, route),
        st.sampled_from([0, 1, 2, 2, 3, 3]),
        st.sampled_from([None, 0, 90, 600]),
    ).filter(lambda rule: max(rule[2:6]) >= 0)
    busy = [call[0] for trip in trips for call in trip.calls]
    here = st.sampled_from(busy)
    near = st.tuples(here, st.booleans()).flatmap(
        lambda pair: st.tuples(st.just(pair[0]), st.just(pair[0]) if pair[1] else here)
    )
    local = st.tuples(near, rule).map(lambda pair: (*pair[0], *pair[1][2:]))
    rules = draw(st.lists(st.one_of(rule, local), min_size=1, max_size=12))
    parents = draw(st.dictionaries(stop, stop, max_size=3))
    parents = {child: of for child, of in parents.items() if child != of and of not in parents}
    return World(world.stops, trips, world.transfers, rules, parents)


@SETTINGS
@given(
    world=ruled_worlds(), change_min=st.sampled_from([0.0, 2.0]), draws=st.sampled_from([1, 2])
)
def test_every_departure_obeys_the_rules(world: World, change_min: float, draws: int) -> None:
    table, points = two_ends(world)
    rules = TransitRules(
        access="walk", min_change_min=change_min, headway_draws=draws, limit_min=2_000
    )
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    ends = [reach(world, point) for point in points.values()]
    samples = sampled(search, WINDOW.seconds, None).seconds
    for draw in range(len(search.day.draws)):
        oracle = Ruled(world, change_s=int(change_min * 60), draw=(draw, draws))
        for k, leave in enumerate(WINDOW.seconds.tolist()):
            for one, other in ((0, 1), (1, 0)):
                scanned = oracle.scanned(ends[one], leave)
                assert scanned == oracle.expanded(ends[one], leave)
                took = [scanned.get(stop, NEVER) + s - leave for stop, s in ends[other].items()]
                best = min([*took, int(search.walk_s[one, other])])
                found = int(samples[one, other, draw * len(WINDOW.seconds) + k])
                assert found == (best if best < 2_000 * 60 else kernel.NEVER)


@SETTINGS
@given(world=ruled_worlds(), rides=st.sampled_from([None, 1, 2]))
def test_every_deadline_and_limit_of_rides_obeys_the_rules(
    world: World, rides: int | None
) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    deadlines = Departures(DATE, dt.time(7, 20), dt.time(8), step_min=9)
    back_s = 2 * HOUR
    search = prepare(world.timetable(), table, table, deadlines, rules, look_back_s=back_s)
    ends = (reach(world, points["home"]), reach(world, points["work"]))
    found = sampled_backward(search, deadlines.seconds, None, most_rides=rides)
    ahead = sampled(search, deadlines.seconds, None, most_rides=rides)
    floor = int(deadlines.seconds[0]) - back_s
    oracle = Ruled(world)

    def earliest(leave: int) -> int:
        arrived = oracle.scanned(ends[0], leave, rides or 99)
        return min((arrived.get(s, NEVER) + t for s, t in ends[1].items()), default=NEVER)

    walk = int(search.walk_s[0, 1])
    for k, deadline in enumerate(deadlines.seconds.tolist()):
        best = min(earliest(deadline) - deadline, walk)
        assert ahead.seconds[0, 1, k] == (best if best < 2_000 * 60 else kernel.NEVER)
        leave = int(found.leave_s[0, 1, k])
        if leave == kernel.NEVER:
            assert earliest(floor) > deadline
            continue
        assert walk == deadline - leave or earliest(leave) <= deadline
        assert earliest(leave + 1) > deadline


@SETTINGS
@given(world=ruled_worlds(), arrive_by=st.booleans())
def test_the_journeys_shown_obey_the_rules_and_name_stops(world: World, arrive_by: bool) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=900)
    window = Departures(DATE, dt.time(7, 40), dt.time(7, 41))
    timetable = world.timetable()
    oracle = Ruled(world)
    for journey in transit_journeys(timetable, table, table, window, rules, arrive_by=arrive_by):
        ridden = [leg for leg in journey.legs if leg.kind == "ride"]
        for one, other in zip(ridden, ridden[1:], strict=False):
            change = oracle.takes(one.to_stop, other.from_stop, one.trip, other.trip)
            assert one.arrive_s + change <= other.depart_s
        for leg in journey.legs:
            assert max(leg.from_stop, leg.to_stop) < len(world.stops)
            assert leg.kind != "walk" or leg.from_stop != leg.to_stop or leg.from_stop < 0
        for before, after in zip(journey.legs, journey.legs[1:], strict=False):
            assert (before.arrive_s, before.to_stop) == (after.depart_s, after.from_stop)


# Trips 0 and 1 (route 0) come to stop 1 at 7:10 and 7:11, of which trip 1 from stop 3. Trip 2
# (route 2) leaves stop 1 at 7:12, trip 3 (route 2) at 7:20, trip 4 (route 4) at 7:30, all for 2.
STOPS = [(36.0, 127.0), (36.1, 127.0), (36.2, 127.0), (36.0, 127.2), (36.1005, 127.0)]


def call(stop: int, minute: int) -> tuple[int, int, int, bool, bool]:
    return (stop, 7 * HOUR + 60 * minute, 7 * HOUR + 60 * minute, True, True)


TRIPS = [
    Trip([call(0, 0), call(1, 10)], route=0),
    Trip([call(3, 0), call(1, 11)], route=0),
    Trip([call(1, 12), call(2, 40)], route=2),
    Trip([call(1, 20), call(2, 41)], route=2),
    Trip([call(1, 30), call(2, 42)], route=4),
]
ANY = (-1, -1, -1, -1)


def minutes(
    *rules: Rule, plain: tuple[int, int, int, int | None] | None = None, change_min: float = 0.0
) -> tuple[float, float]:
    """Return minutes from stops 0 and 3 to stop 2, leaving at seven."""
    world = World(STOPS, TRIPS, [plain] if plain else [], list(rules))
    table = places(a=STOPS[0], b=STOPS[3], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    limits = TransitRules(access="walk", min_change_min=change_min)
    times = transit_times(world.timetable(), table, table, window, limits)
    return float(times.samples("a", "to")[0]), float(times.samples("b", "to")[0])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], (40, 40)),
        # One side, of a route or a trip, and both sides.
        ([(1, 1, -1, -1, 0, -1, 2, 300)], (41, 41)),
        ([(1, 1, -1, -1, -1, 2, 3, None)], (42, 42)),
        ([(1, 1, 0, -1, -1, -1, 2, 300)], (41, 40)),
        ([(1, 1, -1, 2, -1, -1, 3, None)], (41, 41)),
        ([(1, 1, -1, -1, 0, 2, 2, 720)], (42, 42)),
        ([(1, 1, 1, 2, -1, -1, 3, None)], (40, 41)),
        ([(1, 1, 1, -1, -1, 2, 3, None)], (40, 42)),
        ([(1, 1, -1, 3, 0, -1, 3, None)], (40, 40)),
        # The more specific one holds, wherever it stands in the file.
        ([(1, 1, -1, -1, 0, -1, 3, None), (1, 1, -1, -1, 0, 2, 2, 300)], (41, 41)),
        ([(1, 1, -1, -1, 0, 2, 3, None), (1, 1, 0, -1, -1, -1, 0, None)], (40, 42)),
        ([(1, 1, 0, -1, -1, -1, 3, None), (1, 1, 0, -1, -1, 4, 0, None)], (42, 40)),
        ([(1, 1, 0, 2, -1, -1, 0, None), (1, 1, 0, -1, -1, 2, 3, None)], (40, 40)),
        ([(1, 1, -1, -1, 0, -1, 3, None), (1, 1, 1, 3, -1, -1, 1, None)], (np.nan, 41)),
        # Of equals one that says more of where one alights; then the first in the file.
        ([(1, 1, -1, 2, -1, -1, 3, None), (1, 1, 0, -1, -1, -1, 0, None)], (40, 41)),
        ([(1, 1, 0, 2, -1, -1, 3, None), (1, 1, 0, 2, -1, -1, 0, None)], (41, 40)),
        # A trip says more than the route beside it.
        ([(1, 1, 0, -1, 4, -1, 2, 300)], (41, 40)),
        # Without a stop, or about staying seated: nothing changes.
        ([(-1, 1, 0, -1, -1, -1, 3, None), (1, 1, 0, 2, -1, -1, 5, None)], (40, 40)),
        # A stop where no such trip calls.
        ([(4, 4, 0, -1, -1, -1, 3, None), (4, 1, 0, -1, -1, -1, 2, 5)], (40, 40)),
    ],
)
def test_the_most_specific_rule_holds(rules: list[Rule], expected: tuple[float, float]) -> None:
    np.testing.assert_array_equal(minutes(*rules), expected)


@pytest.mark.parametrize(
    ("kind", "seconds", "expected"),
    [
        (0, None, 41),  # the least change of the rules
        (0, 60, 40),
        (1, None, 40),
        (1, 900, 40),  # the vehicle waits
        (2, None, 41),
        (2, 120, 40),
        (2, 121, 41),
        (3, None, np.nan),
        (3, 0, np.nan),
    ],
)
def test_every_type_within_a_stop(kind: int, seconds: int | None, expected: float) -> None:
    # All others may not change at all.
    found = minutes((1, 1, -1, -1, 0, -1, kind, seconds), plain=(1, 1, 3, None), change_min=3)
    assert np.array_equal(found[0], expected, equal_nan=True)
    only = minutes((1, 1, 1, -1, -1, -1, kind, seconds), plain=(1, 1, 3, None), change_min=3)
    assert np.isnan(only[0])


@pytest.mark.parametrize(
    ("kind", "seconds", "plain", "expected"),
    [
        (0, None, None, 50),  # 56 m: 58 s on foot, so that 7:10 reaches 7:11
        (1, None, None, 50),
        (2, None, None, 50),
        (2, 60, None, 50),
        (2, 61, None, 55),
        (2, 600, None, np.nan),
        (3, None, None, np.nan),
        (2, 30, (1, 2, 3, None), 50),  # a walk that only this trip has
        (0, None, (1, 2, 2, 600), 50),
    ],
)
def test_every_type_between_stops(
    kind: int, seconds: int | None, plain: tuple[int, int, int, int | None] | None, expected: float
) -> None:
    stops = [(36.0, 127.0), (36.1, 127.0), (36.1005, 127.0), (36.3, 127.0), (36.1, 127.3)]
    trips = [
        Trip([call(0, 0), call(1, 10)]),
        Trip([call(2, 11), call(3, 50)]),
        Trip([call(2, 12), call(3, 55)]),
        Trip([call(4, 0), call(1, 10)]),
    ]
    world = World(
        stops, trips, [plain] if plain else [], [(1, 2, 0, -1, -1, -1, kind, seconds)]
    )
    table = places(a=stops[0], b=stops[3], c=stops[4])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    times = transit_times(world.timetable(), table, table, window, TransitRules(access="walk"))
    np.testing.assert_array_equal(times.samples("a", "b"), [expected])
    other = {None: 50, (1, 2, 3, None): np.nan, (1, 2, 2, 600): np.nan}[plain]
    np.testing.assert_array_equal(times.samples("c", "b"), [other])


def test_a_change_at_a_split_stop_is_a_wait_and_the_stop_is_named() -> None:
    world = World(STOPS, TRIPS, [], [(1, 1, 0, 2, -1, -1, 2, 300)])
    table = places(a=STOPS[0], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    journey = next(
        journey
        for journey in transit_journeys(
            world.timetable(), table, table, window, TransitRules(access="walk")
        )
        if journey.from_id == "a"
    )
    rides = [leg for leg in journey.legs if leg.kind == "ride"]
    assert [(leg.from_stop, leg.to_stop, leg.trip) for leg in rides] == [(0, 1, 0), (1, 2, 3)]
    kinds = [leg.kind for leg in journey.legs]
    assert kinds == ["walk", "wait", "ride", "wait", "ride", "walk"]


def test_without_such_rules_nothing_is_split() -> None:
    world = World(STOPS, TRIPS, [(1, 1, 2, 60)])
    table = places(a=STOPS[0], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(8))
    rules = TransitRules(access="walk")
    timetable = world.timetable()
    plain = prepare(timetable, table, table, window, rules)
    assert plain.twins is None
    # Rules that do not concern anybody change no time, and those that are not applied no byte.
    idle = replace(world, trip_transfers=[(-1, 1, 0, -1, -1, -1, 3, None)]).timetable()
    same = prepare(idle, table, table, window, rules)
    for one, other in zip(plain.day.lines, same.day.lines, strict=True):
        assert one.tobytes() == other.tobytes()
        assert one.dtype == other.dtype
    for ours, theirs in zip(plain.access, same.access, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_feed_of_a_trip_planner_agrees_with_both_plain_searches() -> None:
    path = SHARED / "good_feeds" / "otp_simple"
    if not path.exists():
        pytest.skip("no shared data")
    timetable = load_timetable(path)
    assert (timetable.trip_transfers["kind"] <= 3).any()

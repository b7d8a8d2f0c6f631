"""Transfer rules for single routes and trips: by hand, against plain searches, on a feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timetable_oracles import Ruled, world_of
from toy_feed import DATE, FILES, HOUR, NEVER, Trip, World, places, reach, write_feed
from toy_worlds import WINDOW

from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import Timetable
from clustergeo.times.anatomy import Journey
from clustergeo.times.by_transit import Departures, TransitRules, transit_journeys, transit_times
from clustergeo.times.profiles import transit_profile
from clustergeo.times.transit import raptor as kernel
from clustergeo.times.transit.arrivals import Arrivals
from clustergeo.times.transit.search import sampled, sampled_backward
from clustergeo.times.transit.setup import prepare

SHARED = Path(__file__).parents[3] / "shared/data"
SETTINGS = settings(max_examples=12)
Rule = tuple[int, int, int, int, int, int, int, int | None]


# Two hubs a walk apart and their station, and three towns from which nobody walks to a hub.
HUBS, TOWNS = (0, 1, 2), (3, 4, 5)
PLACES = [(36.0, 127.0), (36.001, 127.0), (36.0005, 127.0), (36.3, 127), (36, 127.3), (35.7, 127)]
ROUTES = 3


@st.composite
def ruled_worlds(draw: st.DrawFn) -> World:
    """Return trips that meet at the hubs, and rules of all kinds for the changes there."""
    hub, town = st.sampled_from(HUBS[:2]), st.sampled_from(TOWNS)
    trips = []
    for _ in range(draw(st.integers(6, 12))):
        shape = draw(st.sampled_from(["in", "in", "out", "out", "past"]))
        path = [draw(town), draw(hub), draw(town)]
        path = path[:2] if shape == "in" else path[1:] if shape == "out" else path
        time = 7 * HOUR + 60 * draw(st.integers(0, 25 if shape == "out" else 12))
        calls = []
        for stop in path:
            dwell = 60 * draw(st.sampled_from([0, 0, 2]))
            on, off = draw(st.sampled_from([(True, True)] * 6 + [(True, False), (False, True)]))
            calls.append((stop, time, time + dwell, on, off))
            time += dwell + 60 * draw(st.integers(2, 9))
        windows = []
        if draw(st.integers(0, 7)) == 0:
            start = calls[0][2]
            windows = [(start, start + 1_200, 60 * draw(st.integers(3, 9)), draw(st.booleans()))]
        trips.append(Trip(calls, windows, route=draw(st.integers(0, ROUTES - 1))))
    kind = st.sampled_from([0, 1, 2, 2, 2, 3, 3, 3])
    seconds = st.sampled_from([None, 0, 90, 240, 600])
    hubs = [next(call[0] for call in trip.calls if call[0] in HUBS) for trip in trips]
    rules = []
    for _ in range(draw(st.integers(2, 10))):
        sides = []
        for _ in range(2):
            number = draw(st.integers(0, len(trips) - 1))
            form = draw(st.sampled_from(["any", "route", "trip"]))
            station = draw(st.sampled_from([False, False, True]))
            sides.append(
                (
                    2 if station else hubs[number],
                    number if form == "trip" else -1,
                    -1 if form != "route" else trips[number].route or 0,
                )
            )
        (at, trip, route), (to, other, after) = sides
        if max(trip, route, other, after) >= 0:
            rules.append((at, to, trip, other, route, after, draw(kind), draw(seconds)))
    plain = [
        (*pair, kind, seconds)
        for pair, kind, seconds in draw(
            st.lists(
                st.tuples(st.sampled_from([(0, 0), (1, 1), (0, 1), (1, 0)]), kind, seconds),
                max_size=2,
                unique_by=lambda rule: rule[0],
            )
        )
    ]
    # Kinds of plain rules for a change at a stop have tests of their own.
    plain = [(a, b, 2 if a == b and kind != 3 else kind, s) for a, b, kind, s in plain]
    parents = draw(st.sampled_from([{}, {0: 2, 1: 2}, {0: 2}]))
    return World(PLACES, trips, plain, rules, parents)


def towns() -> tuple[gpd.GeoDataFrame, list[dict[int, int]]]:
    """Return the towns as places, and how they are reached from stops: at once."""
    return places(**{f"p{stop}": PLACES[stop] for stop in TOWNS}), [{s: 0} for s in TOWNS]


PAIRS = [(one, other) for one in range(3) for other in range(3) if one != other]


@SETTINGS
@given(world=ruled_worlds(), change_min=st.sampled_from([0.0, 2.0]), draws=st.sampled_from([1, 2]))
def test_every_departure_obeys_the_rules(world: World, change_min: float, draws: int) -> None:
    table, ends = towns()
    rules = TransitRules(
        access="walk", min_change_min=change_min, headway_draws=draws, limit_min=2_000
    )
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    samples = sampled(search, WINDOW.seconds, None).seconds
    for draw in range(len(search.day.draws)):
        oracle = Ruled(world, change_s=int(change_min * 60), draw=(draw, draws))
        for k, leave in enumerate(WINDOW.seconds.tolist()):
            for one, access in enumerate(ends):
                scanned = oracle.scanned(access, leave)
                assert scanned == oracle.expanded(access, leave)
                for other, stop in enumerate(TOWNS):
                    if one != other:
                        best = scanned.get(stop, NEVER) - leave
                        found = int(samples[one, other, draw * len(WINDOW.seconds) + k])
                        assert found == (best if best < 2_000 * 60 else kernel.NEVER)


@SETTINGS
@given(world=ruled_worlds(), rides=st.sampled_from([None, 1, 2]))
def test_every_deadline_and_limit_of_rides_obeys_the_rules(
    world: World, rides: int | None
) -> None:
    table, ends = towns()
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    deadlines = Departures(DATE, dt.time(7, 10), dt.time(7, 50), step_min=7)
    search = prepare(world.timetable(), table, table, deadlines, rules, look_back_s=HOUR)
    found = sampled_backward(search, deadlines.seconds, None, most_rides=rides)
    ahead = sampled(search, deadlines.seconds, None, most_rides=rides)
    floor = int(deadlines.seconds[0]) - HOUR
    oracle = Ruled(world)
    for one, other in PAIRS:
        for k, deadline in enumerate(deadlines.seconds.tolist()):

            def earliest(leave: int, one: int = one, other: int = other) -> int:
                arrived = oracle.scanned(ends[one], leave, rides or 99)
                return arrived.get(TOWNS[other], NEVER)

            best = earliest(deadline) - deadline
            assert ahead.seconds[one, other, k] == (best if best < NEVER / 2 else kernel.NEVER)
            leave = int(found.leave_s[one, other, k])
            if leave == kernel.NEVER:
                assert earliest(floor) > deadline
                continue
            assert earliest(leave) <= deadline < earliest(leave + 1)


@SETTINGS
@given(world=ruled_worlds(), arrive_by=st.booleans())
def test_the_journeys_shown_obey_the_rules_and_name_stops(
    world: World,
    arrive_by: bool,  # noqa: FBT001 - drawn
) -> None:
    table, _ = towns()
    rules = TransitRules(access="walk", headway_draws=1, limit_min=900)
    early, late = (dt.time(7, 40), dt.time(7, 41)) if arrive_by else (dt.time(7), dt.time(7, 1))
    window = Departures(DATE, early, late)
    timetable = world.timetable()
    oracle = Ruled(world)
    for journey in transit_journeys(timetable, table, table, window, rules, arrive_by=arrive_by):
        ridden = [leg for leg in journey.legs if leg.kind == "ride"]
        for one, other in pairwise(ridden):
            change = oracle.takes(one.to_stop, other.from_stop, one.trip, other.trip)
            assert one.arrive_s + change <= other.depart_s
        for leg in journey.legs:
            assert max(leg.from_stop, leg.to_stop) < len(world.stops)
            assert leg.kind != "walk" or leg.from_stop != leg.to_stop
        for before, after in pairwise(journey.legs):
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
    world = World(stops, trips, [plain] if plain else [], [(1, 2, 0, -1, -1, -1, kind, seconds)])
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


@pytest.mark.parametrize(
    ("kind", "seconds", "expected"),
    [(0, None, 41), (1, None, 40), (2, 300, 41), (3, None, np.nan)],
)
def test_a_rule_within_one_route_asks_for_no_twin(
    kind: int, seconds: int | None, expected: float
) -> None:
    trips = [replace(trip, route=0) for trip in TRIPS[:4]]
    world = World(STOPS, trips, [], [(1, 1, -1, -1, 0, 0, kind, seconds)])
    table = places(a=STOPS[0], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    rules = TransitRules(access="walk", min_change_min=3)
    assert len(prepare(world.timetable(), table, table, window, rules).day.lines.change_s) == 5
    times = transit_times(world.timetable(), table, table, window, rules)
    np.testing.assert_array_equal(times.samples("a", "to"), [expected])


def test_areas_and_missed_connections_see_the_stops_of_the_feed() -> None:
    rule = (1, 1, 0, 2, -1, -1, 3, None)
    timetable = World(STOPS, TRIPS, [], [rule]).timetable()
    table = places(a=STOPS[0], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    rules = TransitRules(access="walk")
    arrivals = Arrivals.of(timetable, table, window, rules)
    assert arrivals.after_s(0).tolist() == [[kernel.NEVER], [600], [2460], *[[kernel.NEVER]] * 2]
    profile = transit_profile(timetable, table, table, window, rules)
    row = profile.set_index(["from_id", "to_id"]).loc[("a", "to")]
    # Taken at 7:20; the next leaves at 7:30 and arrives a minute later.
    assert row["missed_connection_worst_min"] == 1
    assert row["transfer_wait_min"] == 10
    assert row["transfer_walk_min"] == 0


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


def test_a_rule_of_stops_beats_one_of_their_station() -> None:
    stops = [*STOPS, (36.1, 127.0)]
    table = places(a=STOPS[0], to=STOPS[2])
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    station, stop = (5, 1, 0, 2, -1, -1, 0, None), (1, 1, 0, 2, -1, -1, 3, None)
    for own, expected in (([station], 40), ([station, stop], 41), ([stop, station], 41)):
        world = World(stops, TRIPS, [(1, 1, 2, 90)], own, {1: 5})
        times = transit_times(world.timetable(), table, table, window, TransitRules(access="walk"))
        assert times.samples("a", "to")[0] == expected


def test_who_stays_seated_changes_by_the_rules_of_the_last_trip(tmp_path: Path) -> None:
    stops = FILES["stops.txt"] + "s,에스,36.00,127.30\nu,유,36.00,127.40\n"
    trips = "route_id,service_id,trip_id,block_id\n"
    trips += "one,WD,t1,B\none,WD,t2,B\ntwo,WD,t3,\ntwo,WD,t4,C\ntwo,WD,t5,C\n"
    times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(
        f"{trip},07:{minute}:00,07:{minute}:00,{stop},{number}\n"
        for trip, *calls in (
            ("t1", ("p", "00"), ("q", "10")),
            ("t2", ("q", "12"), ("r", "20")),
            ("t3", ("r", "21"), ("u", "41")),
            ("t4", ("r", "25"), ("s", "30")),
            ("t5", ("s", "31"), ("u", "40")),
        )
        for number, (stop, minute) in enumerate(calls, start=1)
    )
    head = "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type,min_transfer_time\n"
    table = places(p=(36.0, 127.0), u=(36.0, 127.4))
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    rules = TransitRules(access="walk")
    for rows, expected in (
        ("", 40),
        ("r,r,t2,t4,3,\n", 41),
        ("r,r,t1,t4,3,\nr,r,t2,t5,3,\n", 40),
        ("r,r,,t4,2,360\nr,r,t2,t3,3,\n", np.nan),
        ("r,r,,t4,2,300\nr,r,t2,t3,3,\n", 40),
    ):
        feed = write_feed(
            tmp_path / str(len(rows)),
            stops_txt=stops,
            trips_txt=trips,
            stop_times_txt=times,
            frequencies_txt="",
            transfers_txt=head + rows,
        )
        found = transit_times(load_timetable(feed), table, table, window, rules)
        np.testing.assert_array_equal(found.samples("p", "u"), [expected])


@pytest.mark.parametrize(
    ("feed", "date", "change_min"),
    [
        ("otp_simple", dt.date(2009, 8, 18), 45),
        ("caltrain-2017-07-24", dt.date(2017, 7, 25), 2),
    ],
)
def test_a_feed_agrees_with_a_plain_search(feed: str, date: dt.date, change_min: int) -> None:
    """The first has rules of its own; those of the others are invented where people change."""
    path = SHARED / "good_feeds" / feed
    if not path.exists():
        pytest.skip("no shared data")
    timetable = load_timetable(path, lenient=True)
    timetable = replace(timetable, frequencies=timetable.frequencies.iloc[:0])
    begin, end = (dt.time(0), dt.time(1)) if feed == "otp_simple" else (dt.time(7, 30), dt.time(9))
    window = Departures(date, begin, end, step_min=40)
    rules = TransitRules(
        access="walk", walk_limit_min=10, limit_min=2_000, min_change_min=change_min
    )
    used = np.unique(timetable.stop_times["stop"])
    random = np.random.default_rng(7)
    chosen = used if len(used) < 30 else random.choice(used, 5, replace=False)
    stops = timetable.stops[["stop_lat", "stop_lon"]].to_numpy()
    table = places(**{f"p{stop}": tuple(stops[stop]) for stop in chosen})
    bare = replace(timetable, trip_transfers=timetable.trip_transfers.iloc[:0])
    if timetable.trip_transfers.empty:
        journeys = transit_journeys(bare, table, table, window, rules)
        timetable = replace(timetable, trip_transfers=_invented(timetable, journeys, random))
    assert (timetable.trip_transfers["kind"] <= 3).any()
    search = prepare(timetable, table, table, window, rules)
    assert search.twins is not None
    samples = sampled(search, window.seconds, None).seconds
    without = sampled(prepare(bare, table, table, window, rules), window.seconds, None).seconds
    assert (samples != without).any()
    world = world_of(timetable, date)
    oracle = Ruled(world, change_s=change_min * 60, limit_s=600)
    ends = [reach(world, world.stops[stop], 600) for stop in chosen]
    for origin, access in enumerate(ends):
        for k, leave in enumerate(window.seconds.tolist()):
            arrived = oracle.expanded(access, leave)
            for to, egress in enumerate(ends):
                arrival = min(arrived.get(stop, NEVER) + s for stop, s in egress.items())
                best = min(arrival - leave, int(search.walk_s[origin, to]))
                if leave + best <= search.day.horizon_s:
                    assert samples[origin, to, k] == best
                elif best >= NEVER / 2:
                    assert samples[origin, to, k] == kernel.NEVER


def _invented(
    timetable: Timetable, journeys: Iterable[Journey], random: np.random.Generator
) -> pd.DataFrame:
    """Return rules of all kinds for changes that are made, by trip, route or stop."""
    route = timetable.trips["route"].to_numpy()
    rows = []
    for journey in journeys:
        rides = [leg for leg in journey.legs if leg.kind == "ride"]
        for one, other in pairwise(rides):
            forms = random.integers(0, 3, 2)  # any, route, trip
            forms[0] = max(forms[0], not forms.any())
            rows.append(
                {
                    "from_stop": one.to_stop,
                    "to_stop": other.from_stop,
                    "from_route": route[one.trip] if forms[0] == 1 else -1,
                    "to_route": route[other.trip] if forms[1] == 1 else -1,
                    "from_trip": one.trip if forms[0] == 2 else -1,
                    "to_trip": other.trip if forms[1] == 2 else -1,
                    "kind": random.choice([0, 1, 2, 3, 3]),
                    "min_s": random.choice([np.nan, 0.0, 60.0, 900.0]),
                }
            )
    return pd.DataFrame(rows)

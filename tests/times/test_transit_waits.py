"""Wait models, deadlines, limits on rides, and the ways to and from stops."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from roads import parts_of
from toy_feed import DATE, HOUR, Trip, World, earliest, places, reach, straight_m, walk_s
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork, load_timetable
from clustergeo.places import load_all_places
from clustergeo.schemas import check_table
from clustergeo.schemas.results import TIMES
from clustergeo.study import load_study
from clustergeo.times import Departures, TransitRules, TravelTimes, transit_journeys, transit_times
from clustergeo.times.anatomy import PARTS, journey_text

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

A, B, C, D = ((36.0 + i / 10, 127.0) for i in range(4))
HOME = (A[0] - 0.05, A[1])  # 5.56 km from the first stop
WALK = TransitRules(access="walk")
PLAN = replace(WALK, wait="plan")
AT_SEVEN = Departures(DATE, dt.time(7), dt.time(7, 1))


def run(*stops: tuple[int, float], **kw: Any) -> Trip:
    """Return a trip that calls at stops at minutes past seven."""
    calls = [(s, round(7 * HOUR + m * 60), round(7 * HOUR + m * 60), True, True) for s, m in stops]
    return Trip(calls, **kw)


def every(minutes: float, *stops: tuple[int, float]) -> Trip:
    """Return a headway service that runs all day."""
    return run(*stops, windows=[(0, 24 * HOUR, round(60 * minutes), False)])


def found(
    world: World, rules: TransitRules, when: Departures = AT_SEVEN, **kw: Any
) -> TravelTimes:
    ends = places(a=kw.pop("home", world.stops[0])), places(z=kw.pop("work", world.stops[-1]))
    times = transit_times(world.timetable(), *ends, when, rules, **kw)
    check_table(times.table, TIMES, file="times")
    return times


def row(
    world: World, rules: TransitRules, when: Departures = AT_SEVEN, **kw: Any
) -> pd.Series[Any]:
    return found(world, rules, when, **kw).table.iloc[0]


def test_a_plan_saves_exactly_the_first_wait() -> None:
    world = World([A, B, C], [run((0, 5), (1, 25)), run((1, 31), (2, 40))])
    turned_up, planned = row(world, WALK), row(world, PLAN)
    assert turned_up[list(PARTS)].tolist() == [0, 5, 29, 6, 0]
    assert planned[list(PARTS)].tolist() == [0, 0, 29, 6, 0]
    assert turned_up["minutes"] - planned["minutes"] == 5


def test_a_plan_leaves_on_the_last_full_minute() -> None:
    near = (A[0] + 0.001, A[1])  # 111.2 m are walked in 116 s: by 7:08 for 7:10
    world = World([near, B], [run((0, 10), (1, 30))])
    planned = row(world, PLAN, home=A)
    assert planned["minutes"] == 22
    assert planned["wait_min"] == pytest.approx(2 - 116 / 60, abs=0.01)


def test_a_plan_looks_beyond_the_window_but_not_beyond_the_limit() -> None:
    world = World([A, B], [run((0, 90), (1, 110))])
    assert row(world, PLAN)["minutes"] == 20
    assert row(world, replace(PLAN, limit_min=109))["status"] == "beyond_limit"
    assert row(world, replace(WALK, limit_min=110))["minutes"] == 110
    steps = Departures(DATE, dt.time(7), dt.time(7, 30), step_min=10)
    times = found(World([A, B], [run((0, 13), (1, 33))]), PLAN, steps)
    assert times.minutes[0, 0].tolist()[:2] == [20, 20]
    assert np.isnan(times.minutes[0, 0, 2])


@SETTINGS
@given(world=worlds())
def test_a_plan_never_takes_longer_and_is_there_as_soon(world: World) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=2, limit_min=60)
    turned_up, planned = (
        transit_times(world.timetable(), table, table, WINDOW, replace(rules, wait=wait))
        for wait in ("turn_up", "plan")
    )
    assert (np.isnan(planned.minutes) == np.isnan(turned_up.minutes)).all()
    assert not (planned.minutes > turned_up.minutes).any()
    assert (planned.table["status"] == turned_up.table["status"]).all()
    for times in (turned_up, planned):
        ok = times.table[times.table["status"] == "ok"]
        assert np.allclose(ok[list(PARTS)].sum(axis=1), ok["minutes"], atol=0.011)


@SETTINGS
@given(world=worlds())
def test_a_plan_is_that_of_a_plain_search_minute_by_minute(world: World) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=60, wait="plan")
    planned = transit_times(world.timetable(), table, table, WINDOW, rules).samples("home", "work")
    ends = reach(world, points["home"]), reach(world, points["work"])
    walk = walk_s(straight_m(*points.values()))
    for asked, minutes in zip(WINDOW.seconds.tolist(), planned, strict=True):
        arrival = earliest(world, ends, asked)
        if walk <= 900 and asked + walk <= arrival:
            assert minutes == pytest.approx(walk / 60)
        elif arrival - asked > 3600:
            assert np.isnan(minutes)
        else:
            same = [m for m in range(asked, arrival, 60) if earliest(world, ends, m) == arrival]
            assert minutes == pytest.approx((arrival - max(same)) / 60)


@SETTINGS
@given(world=worlds())
def test_another_way_to_the_stops_never_makes_a_trip_longer(world: World) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=120)
    on_foot = transit_times(world.timetable(), table, table, WINDOW, rules).minutes
    for means in ("taxi", "bicycle"):
        more = replace(rules, access=means)
        found = transit_times(world.timetable(), table, table, WINDOW, more).minutes
        assert not (np.nan_to_num(found, nan=np.inf) > np.nan_to_num(on_foot, nan=np.inf)).any()


@pytest.mark.parametrize(
    ("rules", "headway", "wait"),
    [
        ({"headway_wait": "half"}, 10, 5),
        ({"headway_wait": "half"}, 60, 30),
        ({"headway_wait": "capped_half"}, 10, 5),
        ({"headway_wait": "capped_half"}, 60, 19),
        ({"headway_wait": "capped_half", "headway_cap_min": 7}, 60, 7),
        ({"headway_wait": "percentile"}, 10, 9),
        ({"headway_wait": "percentile", "headway_share": 1.0}, 10, 10),
        # A plan cannot know the minute of a service that has none.
        ({"headway_wait": "half", "wait": "plan"}, 10, 5),
    ],
)
def test_a_rule_gives_the_wait_for_a_headway_service(
    rules: dict[str, Any], headway: float, wait: float
) -> None:
    hour = Departures(DATE, dt.time(7), dt.time(8))
    times = found(World([A, B], [every(headway, (0, 0), (1, 20))]), replace(WALK, **rules), hour)
    assert times.minutes.shape == (1, 1, 60)
    assert (times.minutes == 20 + wait).all()
    assert times.table["wait_min"].item() == wait


def test_the_rule_holds_at_changes_and_timetables_keep_their_minutes() -> None:
    world = World([A, B, C], [run((0, 5), (1, 25)), every(10, (1, 0), (2, 15))])
    half = row(world, replace(WALK, headway_wait="half"))
    assert half[list(PARTS)].tolist() == [0, 5, 35, 5, 0]
    first = World([A, B, C], [every(10, (0, 0), (1, 20)), run((1, 30), (2, 45))])
    assert row(first, replace(WALK, headway_wait="half"))["minutes"] == 45
    planned = row(first, replace(WALK, headway_wait="half", wait="plan"))
    assert planned[list(PARTS)].tolist() == [0, 5, 35, 0, 0]


def test_rides_can_be_limited() -> None:
    world = World([A, B, C], [run((0, 5), (1, 15)), run((1, 20), (2, 30)), run((0, 5), (2, 60))])
    assert row(world, WALK)["minutes"] == 30
    assert row(world, replace(WALK, most_rides=2))["minutes"] == 30
    assert row(world, replace(WALK, most_rides=1))["legs"] == "t2 s0→s2 55 min"
    only = World([A, B, C], [run((0, 5), (1, 15)), run((1, 20), (2, 30))])
    assert row(only, replace(WALK, most_rides=1))["status"] == "no_service"
    assert row(only, replace(PLAN, most_rides=1))["status"] == "no_service"


def test_a_deadline_is_met_by_the_last_trip_that_does() -> None:
    world = World([A, B], [run((0, 5), (1, 25)), run((0, 35), (1, 55)), run((0, 45), (1, 65))])
    at_eight = Departures(DATE, dt.time(8), dt.time(8, 1))
    early = row(world, WALK, at_eight, arrive_by=True)
    assert early["minutes"] == 25  # leave at 7:35 for eight
    assert early[list(PARTS)].tolist() == [0, 5, 20, 0, 0]
    planned = row(world, PLAN, at_eight, arrive_by=True)
    assert planned["minutes"] == 20
    assert planned[list(PARTS)].tolist() == [0, 0, 20, 0, 0]
    (journey,) = transit_journeys(
        world.timetable(), places(a=A), places(z=B), at_eight, WALK, arrive_by=True
    )
    assert [(leg.kind, leg.depart_s) for leg in journey.legs if leg.seconds] == [
        ("ride", 7 * HOUR + 35 * 60),
        ("wait", 7 * HOUR + 55 * 60),
    ]
    too_soon = Departures(DATE, dt.time(7, 20), dt.time(7, 21))
    assert row(world, WALK, too_soon, arrive_by=True)["status"] == "no_service"
    window = Departures(DATE, dt.time(7, 50), dt.time(8, 10), step_min=5)
    times = found(world, PLAN, window, arrive_by=True)
    assert times.minutes[0, 0].tolist() == [20, 20, 20, 20]
    times = found(world, WALK, window, arrive_by=True)
    assert times.minutes[0, 0].tolist() == [45, 20, 25, 20]


def test_lines_of_equal_run_times_are_told_apart() -> None:
    # Three trips share their run times: who stands at the middle stop still gets the first.
    stops = [(36.0 + i / 10, 127.0) for i in range(6)]
    trips = [run((0, 0), (1, 10), (2, 20)), run((3, 5), (4, 15), (5, 25))]
    world = World(stops, [*trips, run((3, 35), (4, 45), (5, 55))])
    window = Departures(DATE, dt.time(7), dt.time(7, 45))
    minutes = found(world, WALK, window, home=stops[4]).minutes[0, 0]
    assert minutes.tolist() == [25 - t if t <= 15 else 55 - t for t in range(45)]
    by = found(
        world, WALK, Departures(DATE, dt.time(7, 25), dt.time(8)), arrive_by=True, home=stops[4]
    )
    assert by.minutes[0, 0].tolist() == [10 + t % 30 for t in range(35)]


def test_deadlines_are_met_on_the_corridor() -> None:
    study = load_study()
    known = load_all_places().set_index("place_id", drop=False)
    ends = (
        known.loc[["osong", "daedeok_kaist"]].reset_index(drop=True),
        known.loc[["seoul_station", "sejong"]].reset_index(drop=True),
    )
    window = Departures(study.date, dt.time(9), dt.time(9, 30), step_min=5)
    rules = replace(study.transit, headway_draws=3)
    timetable = load_timetable(study.networks.feed)
    by = transit_times(timetable, *ends, window, rules, arrive_by=True)
    planned = transit_times(timetable, *ends, window, replace(rules, wait="plan"), arrive_by=True)
    assert (by.table["status"] == "ok").all()
    assert ((planned.minutes >= 30) & (planned.minutes <= by.minutes)).all()
    assert (by.minutes < 180).all()


def test_no_places_have_no_times_by_any_rule() -> None:
    timetable, nowhere = World([A, B], [run((0, 5), (1, 25))]).timetable(), places(a=A).iloc[:0]
    for rules, deadlines in ((PLAN, False), (WALK, True), (WALK, False)):
        times = transit_times(timetable, nowhere, nowhere, AT_SEVEN, rules, arrive_by=deadlines)
        assert times.minutes.shape == (0, 0, 1)


def test_a_deadline_counts_the_walk_and_the_limit() -> None:
    near = (A[0] + 0.005, A[1])  # 9.65 min on foot
    world = World([A, near], [run((0, 20), (1, 21))])
    at_eight = Departures(DATE, dt.time(8), dt.time(8, 1))
    for rules in (WALK, PLAN):
        assert row(world, rules, at_eight, arrive_by=True)["minutes"] == 9.65
    rail = World([A, B], [run((0, 5), (1, 25))])
    short = replace(WALK, limit_min=54)
    assert row(rail, short, at_eight, arrive_by=True)["status"] == "beyond_limit"
    assert row(rail, replace(WALK, limit_min=55), at_eight, arrive_by=True)["minutes"] == 55


@SETTINGS
@given(world=worlds())
def test_who_leaves_at_the_last_moment_meets_the_deadline(world: World) -> None:
    table, _ = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=120, wait="plan")
    timetable = world.timetable()
    by = transit_times(timetable, table, table, WINDOW, rules, arrive_by=True)
    early = transit_times(
        timetable, table, table, WINDOW, replace(rules, wait="turn_up"), arrive_by=True
    )
    assert (np.isnan(by.minutes) == np.isnan(early.minutes)).all()
    assert not (by.minutes > early.minutes).any()
    for times in (by, early):
        ok = times.table[times.table["status"] == "ok"]
        assert np.allclose(ok[list(PARTS)].sum(axis=1), ok["minutes"], atol=0.011)


@pytest.mark.parametrize(
    ("means", "minutes", "name"),
    [
        ("taxi", 5 + 5.5597 * 1.3 / 30 * 60, "taxi"),
        ("bicycle", 2 + 5.5597 * 1.3 / 15 * 60, "bicycle"),
        ("car", 5 + 5.5597 * 1.3 / 30 * 60, "car"),
    ],
)
def test_each_way_to_a_stop_has_its_speed(means: Any, minutes: float, name: str) -> None:
    rules = TransitRules(access=means, egress="walk", bicycle_limit_km=8)
    times = found(World([A, B], [run((0, 40), (1, 60))]), rules, home=HOME)
    assert times.table["access_min"].item() == pytest.approx(minutes, abs=0.02)
    assert times.table["legs"].item().startswith(f"{name} ")
    assert times.warnings[0].startswith(f"access by {name} is timed on straight lines x 1.3 at ")
    assert len(times.warnings) == 1


def test_a_car_stands_at_one_end() -> None:
    world = World([A, B], [run((0, 40), (1, 60)), run((1, 40), (0, 60))])
    park = TransitRules(access="car")
    assert park.ends == ("car", "walk_else_taxi")
    assert park.homeward.ends == ("walk_else_taxi", "car")
    out = row(world, park, home=HOME)
    assert out["legs"] == "car 19 min > t0 s0→s1 20 min"
    back = row(world, park.homeward, home=B, work=HOME)
    assert back["legs"] == "t1 s1→s0 20 min > car 19 min"
    with pytest.raises(UsageError, match="cannot both be car"):
        TransitRules(access="car", egress="car")
    assert TransitRules(access="taxi").ends == ("taxi", "taxi")
    assert TransitRules(access="taxi").homeward.ends == ("taxi", "taxi")


def test_words_of_all_ways_in_korean() -> None:
    timetable = replace(World([A, B], [run((0, 40), (1, 60))]).timetable(), language="ko")
    rules = TransitRules(access="bicycle", egress="walk", bicycle_limit_km=8)
    (journey,) = transit_journeys(timetable, places(a=HOME), places(z=B), AT_SEVEN, rules)
    assert journey_text(journey, timetable).startswith("자전거 31분 > ")


def roads(**tags: Any) -> RoadNetwork:
    """Return streets at both ends, a motorway of 5 km between them and a street of 7 km."""
    at = {1: HOME[::-1], 2: (127.0, 35.96), 3: (127.0, 35.99), 4: A[::-1]}
    street = {"forward_kph": 30.0, "backward_kph": 30.0, "length_m": 1000.0}
    fast = {"forward_kph": 100.0, "backward_kph": 100.0, "length_m": 5000.0}
    pieces = [
        (1, 2, street),
        (2, 3, fast | {"highway": "motorway"} | tags),
        (2, 3, street | {"length_m": 7000.0}),
        (3, 4, street),
    ]
    return RoadNetwork.from_parts(parts_of(at, pieces))


def test_rides_to_a_stop_are_timed_on_the_roads() -> None:
    world = World([A, B], [run((0, 50), (1, 70)), run((1, 50), (0, 70))])
    road = roads()
    taxi = found(world, TransitRules(), home=HOME, road=road)
    # Two kilometres of street at 30 km/h, five of motorway at 100, five minutes to wait.
    assert taxi.table["access_min"].item() == pytest.approx(5 + 4 + 3, abs=0.01)
    assert taxi.warnings[0] == "access by taxi is timed on the roads of by hand"
    bicycle = TransitRules(access="bicycle", egress="walk", bicycle_limit_km=9)
    by_bicycle = found(world, bicycle, home=HOME, road=road)
    # Nine kilometres of street at 15 km/h, two minutes to lock.
    assert by_bicycle.table["access_min"].item() == pytest.approx(2 + 36, abs=0.01)
    (said,) = by_bicycle.warnings
    assert said == "access by bicycle is timed on the roads of by hand at 15 km/h"
    short = replace(bicycle, bicycle_limit_km=8.9)
    assert row(world, short, home=HOME, road=road)["status"] == "off_network"


def test_rides_from_a_stop_take_the_roads_the_other_way() -> None:
    world = World([A, B], [run((1, 20), (0, 40))])
    one_way = roads(backward=False)
    home = row(world, TransitRules(egress="taxi"), home=B, work=HOME, road=one_way)
    # Out of town the motorway is closed: nine kilometres of street at 30 km/h.
    assert home["egress_min"] == pytest.approx(5 + 18, abs=0.01)
    out = World([A, B], [run((0, 40), (1, 60))])
    assert row(out, TransitRules(), home=HOME, road=one_way)["access_min"] == pytest.approx(12)


def test_a_stop_off_the_roads_is_reached_on_foot_only() -> None:
    world = World([D, C], [run((0, 40), (1, 60))])
    away = (D[0] - 0.05, D[1])
    assert row(world, TransitRules(), home=away)["status"] == "ok"
    off = found(world, TransitRules(), home=away, road=roads())
    assert off.table["status"].item() == "off_network"
    assert off.warnings[1] == (
        "access by taxi: pairs of a place and a stop nearby that are left out, "
        "as an end lies too far from any road: 1"
    )
    assert row(world, TransitRules(), road=roads())["minutes"] == 60


@pytest.mark.parametrize(
    "changes",
    [
        {"wait": "sometimes"},
        {"headway_wait": "double"},
        {"egress": "helicopter"},
        {"headway_share": 1.1},
        {"headway_cap_min": -1},
        {"most_rides": 0},
        {"bicycle_kph": 0},
        {"car_detour": 0.5},
        {"car_limit_km": float("inf")},
    ],
)
def test_rules_out_of_range_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(changes))):
        TransitRules(**changes)


def test_plans_over_drawn_headways_are_told() -> None:
    world = World([A, B], [every(10, (0, 0), (1, 20))])
    assert any("plans know" in note for note in found(world, PLAN).warnings)
    assert found(world, replace(PLAN, headway_wait="half")).warnings == ()

"""Door-to-door times on timetables small enough to work out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError
from toy_feed import DATE, HOUR, Trip, World, places

from clustergeo.errors import ClustergeoError, FeedError, UsageError
from clustergeo.schemas import check_table
from clustergeo.schemas.results import TIMES
from clustergeo.times.anatomy import PARTS, Journey, Leg, journey_legs, journey_parts, journey_text
from clustergeo.times.by_transit import (
    Departures,
    TransitRules,
    transit_journeys,
    transit_times,
)
from clustergeo.times.transit import journeys as _transit_journeys
from clustergeo.times.transit import recover as _transit_recover
from clustergeo.times.transit import setup as _transit_setup

AT_SEVEN = Departures(DATE, dt.time(7), dt.time(7, 1))
WALK = TransitRules(access="walk")

# Four stops 0.1 degrees (11.1 km) apart on a meridian; nothing between them can be walked.
A, B, C, D = ((36.0 + i / 10, 127.0) for i in range(4))


def clock(hours: int, minutes: float) -> int:
    return hours * HOUR + round(minutes * 60)


def run(*stops: tuple[int, float], day: int = 0, evidence: str = "published", **kw: Any) -> Trip:
    """Return a trip that calls at stops at minutes past seven."""
    calls = [(s, clock(7, m), clock(7, m), True, True) for s, m in stops]
    if day:
        calls = [
            (s, a - day * 24 * HOUR, d - day * 24 * HOUR, on, off) for s, a, d, on, off in calls
        ]
    return Trip(calls, kw.get("windows", []), day, evidence)


def row(world: World, rules: TransitRules = WALK, when: Departures = AT_SEVEN) -> pd.Series[Any]:
    """Return the row from the first stop to the last."""
    ends = places(a=world.stops[0]), places(z=world.stops[-1])
    times = transit_times(world.timetable(), *ends, when, rules)
    check_table(times.table, TIMES, file="times")
    return times.table.iloc[0]


def test_a_direct_ride_has_a_wait_and_a_ride() -> None:
    found = row(World([A, B], [run((0, 5), (1, 25))]))
    assert found["status"] == "ok"
    assert found["minutes"] == 25
    assert found[list(PARTS)].tolist() == [0, 5, 20, 0, 0]
    assert found["legs"] == "t0 s0→s1 20 min"
    assert found["distance_m"] == pytest.approx(11_119, abs=1)
    assert found["evidence"] == "derived"


def test_a_trip_with_one_call_carries_nobody() -> None:
    assert row(World([A, B], [run((0, 5)), run((0, 6), (1, 26))]))["minutes"] == 26


def test_a_change_costs_nothing_unless_a_rule_says_so() -> None:
    trips = [run((0, 5), (1, 15)), run((1, 15), (2, 30)), run((1, 20), (2, 35))]
    assert row(World([A, B, C], trips))["minutes"] == 30
    assert row(World([A, B, C], trips), TransitRules(min_change_min=1))["minutes"] == 35
    assert row(World([A, B, C], trips, [(1, 1, 2, 300)]))["minutes"] == 35
    assert row(World([A, B, C], trips, [(1, 1, 2, 301)]))["status"] == "no_service"
    assert row(World([A, B, C], trips, [(1, 1, 3, None)]))["status"] == "no_service"
    timed = World([A, B, C], trips, [(1, 1, 1, None)])
    assert row(timed, TransitRules(min_change_min=9))["minutes"] == 30


def test_the_parts_and_legs_of_a_trip_with_a_walk_between() -> None:
    near = (B[0] + 0.001, B[1])  # 111.2 m, 1.93 min
    world = World(
        [A, B, near, C], [run((0, 5), (1, 15)), run((2, 20), (3, 40), evidence="estimated")]
    )
    found = row(world)
    assert found["minutes"] == 40
    assert found[list(PARTS)].tolist() == [0, 5, 30, 5, 0]
    assert found["legs"] == "t0 s0→s1 10 min > walk 2 min > t1 s2→s3 20 min"
    assert found["evidence"] == "estimated"


def test_transfers_of_the_feed_replace_the_computed_walk() -> None:
    near = (B[0] + 0.001, B[1])
    trips = [run((0, 5), (1, 15)), run((2, 20), (3, 40)), run((2, 50), (3, 70))]
    assert row(World([A, B, near, C], trips, [(1, 2, 2, 600)]))["minutes"] == 70
    assert row(World([A, B, near, C], trips, [(1, 2, 3, None)]))["status"] == "no_service"
    # A stated transfer may be longer than the walking limit.
    far = World([A, B, C, D], [run((0, 5), (1, 15)), run((2, 80), (3, 90))], [(1, 2, 2, 3600)])
    assert row(far)["minutes"] == 90
    # Without a time of its own it is walked: 11.1 km take three hours and more.
    slow = World([A, B, C, D], [run((0, 5), (1, 15)), run((2, 300), (3, 310))], [(1, 2, 0, None)])
    assert row(slow)["minutes"] == 310


def test_walks_are_not_chained() -> None:
    # From s1 to s3 it is two walks of 12 minutes by way of s2: more than the limit.
    step = 0.0062
    stops = [A, B, (B[0] + step, B[1]), (B[0] + 2 * step, B[1]), C]
    world = World(stops, [run((0, 5), (1, 15)), run((3, 80), (4, 90)), run((2, 0), (3, 1))])
    assert row(world)["status"] == "no_service"


def test_an_access_and_an_egress_walk_make_no_trip() -> None:
    # One stop served by something, 11 minutes from either end; the ends 22 minutes apart.
    stop = (36.0, 127.0)
    world = World([stop, A, D], [run((0, 0), (2, 60)), run((2, 0), (0, 60))])
    ends = places(a=(36.0 - 0.0055, 127.0)), places(z=(36.0 + 0.0055, 127.0))
    times = transit_times(world.timetable(), *ends, AT_SEVEN, WALK)
    assert times.table["status"].item() == "no_service"


def test_walking_all_the_way_competes() -> None:
    near = (A[0] + 0.005, A[1])
    world = World([A, near], [run((0, 20), (1, 21))])
    found = row(world)
    assert found["minutes"] == 9.65
    assert found[list(PARTS)].tolist() == [9.65, 0, 0, 0, 0]
    assert found["legs"] == "walk 10 min"
    assert found["distance_m"] == 723


def test_pickup_and_drop_off_are_obeyed() -> None:
    calls = [
        (0, clock(7, 5), clock(7, 5), True, True),
        (1, clock(7, 15), clock(7, 15), True, True),
    ]
    no_pickup = Trip([(0, *calls[0][1:3], False, True), calls[1]])
    no_drop_off = Trip([calls[0], (1, *calls[1][1:3], True, False)])
    assert row(World([A, B], [no_pickup]))["status"] == "off_network"
    assert row(World([A, B], [no_drop_off]))["status"] == "off_network"
    assert row(World([A, B], [Trip(calls)]))["minutes"] == 15


def test_yesterdays_vehicles_run_past_midnight_and_tomorrows_come() -> None:
    late = Departures(DATE, dt.time(0, 10), dt.time(0, 11))
    night = Trip(
        [
            (0, clock(24, 20), clock(24, 20), True, True),
            (1, clock(24, 40), clock(24, 40), True, True),
        ],
        day=-1,
    )
    assert row(World([A, B], [night]), when=late)["minutes"] == 30
    evening = Departures(DATE, dt.time(23, 0), dt.time(23, 1))
    early = Trip(
        [(0, clock(5, 0), clock(5, 0), True, True), (1, clock(5, 30), clock(5, 30), True, True)],
        day=1,
    )
    idle = run((1, 0), (0, 9))
    rules = TransitRules(access="walk", limit_min=420)
    assert row(World([A, B], [early, idle]), rules, evening)["minutes"] == 390
    assert row(World([A, B], [early, idle]), WALK, evening)["status"] == "beyond_limit"


def test_a_headway_service_is_sampled_evenly() -> None:
    trip = run((0, 0), (1, 20), windows=[(0, 24 * HOUR, 600, False)])
    hour = Departures(DATE, dt.time(7), dt.time(8))
    times = transit_times(World([A, B], [trip]).timetable(), places(a=A), places(b=B), hour)
    assert times.minutes.shape == (1, 1, 20 * 60)
    assert times.samples("a", "b").mean() == pytest.approx(25.0, abs=0.01)
    found = times.table.iloc[0]
    assert found["p10_min"] == pytest.approx(21, abs=0.3)
    assert found["p90_min"] == pytest.approx(29, abs=0.3)
    assert 20 <= found["best_min"] < 21
    assert 29 < found["worst_min"] < 30


def test_exact_headways_and_plain_trips_need_one_draw() -> None:
    trip = run((0, 0), (1, 20), windows=[(clock(7, 3), clock(8, 0), 600, True)])
    hour = Departures(DATE, dt.time(7), dt.time(8))
    times = transit_times(World([A, B], [trip]).timetable(), places(a=A), places(b=B), hour)
    assert times.minutes.shape == (1, 1, 60)
    assert times.samples("a", "b")[[0, 3, 4, 53]].tolist() == [23, 20, 29, 20]
    assert np.isnan(times.samples("a", "b")[54:]).all()
    assert np.isnan(times.table["worst_min"].item())
    assert times.table["p90_min"].item() == 29


def test_vehicles_that_overtake_are_both_used() -> None:
    world = World([A, B, C], [run((0, 1), (1, 30), (2, 60)), run((0, 5), (1, 10), (2, 70))])
    assert row(World([A, B], [run((0, 1), (1, 30)), run((0, 5), (1, 10))]))["minutes"] == 10
    assert row(world)["minutes"] == 60


def test_a_vehicle_that_overtakes_only_in_a_long_stop_is_used() -> None:
    def calls(start: float, arrive: float, leave: float, end: float) -> Trip:
        times = [(0, start, start), (1, arrive, leave), (2, end, end)]
        return Trip([(s, clock(7, a), clock(7, d), True, True) for s, a, d in times])

    # The second leaves everywhere later, and yet is at the stop between ten minutes sooner.
    world = World([A, B, C], [calls(5, 20, 20, 60), calls(6, 10, 30, 70)])
    times = transit_times(world.timetable(), places(a=A), places(b=B, c=C), AT_SEVEN, WALK)
    assert times.table["minutes"].tolist() == [10, 60]


def test_of_journeys_that_leave_alike_the_one_with_less_walking_is_shown() -> None:
    # 111.2 m are walked in 116 s; both lines are met by leaving home at 7:05.
    near = (A[0] + 0.001, A[1])
    far_line = Trip([(0, clock(7, 5) + 116, clock(7, 5) + 116, True, True), (2, *_at(30))])
    world = World([near, A, C], [far_line, run((1, 5), (2, 30))])
    times = transit_times(world.timetable(), places(a=A), places(c=C), AT_SEVEN, WALK)
    assert times.table["legs"].item() == "t1 s1→s2 25 min"
    # The ride on to the door takes as long as the walk from the stop before.
    lane = Trip([(0, *_at(5)), (1, *_at(20)), (2, clock(7, 20) + 116, clock(7, 23), True, True)])
    ends = World([A, C, (C[0] + 0.001, C[1])], [lane])
    assert row(ends)["egress_min"] == 0


def _at(minute: float) -> tuple[int, int, bool, bool]:
    return clock(7, minute), clock(7, minute), True, True


def test_the_trip_shown_leaves_home_as_late_as_it_can() -> None:
    # Two vehicles reach the bottleneck in time; the later one spares twenty minutes on the way.
    world = World([A, B, C], [run((0, 5), (1, 15)), run((0, 25), (1, 35)), run((1, 40), (2, 60))])
    found = row(world)
    assert found[["wait_min", "transfer_min"]].tolist() == [25, 5]
    assert found["legs"] == "t1 s0→s1 10 min > t2 s1→s2 20 min"


def test_of_equal_arrivals_the_one_with_fewest_rides_is_shown() -> None:
    world = World([A, B, C], [run((0, 5), (1, 15)), run((1, 20), (2, 60)), run((0, 2), (2, 60))])
    assert row(world)["legs"] == "t2 s0→s2 58 min"


def test_taxis_reach_stops_beyond_walking() -> None:
    home, office = (A[0] - 0.05, A[1]), B  # 5.56 km from the stop, 14.46 min by taxi and 5 to wait
    world = World([A, B], [run((0, 30), (1, 50))])
    ends = places(a=home), places(z=office)
    walk = transit_times(world.timetable(), *ends, AT_SEVEN, WALK).table.iloc[0]
    assert walk["status"] == "off_network"
    taxi = transit_times(world.timetable(), *ends, AT_SEVEN, TransitRules()).table.iloc[0]
    assert taxi["minutes"] == 50
    assert taxi["access_min"] == pytest.approx(5 + 5.5597 * 1.3 / 30 * 60, abs=0.02)
    assert taxi["legs"] == "taxi 19 min > t0 s0→s1 20 min"
    near = TransitRules(taxi_limit_km=7)
    assert (
        transit_times(world.timetable(), *ends, AT_SEVEN, near).table["status"].item()
        == "off_network"
    )


def test_a_taxi_beside_walking_is_taken_only_when_asked_for() -> None:
    home = (A[0] - 0.007, A[1])  # 13.5 min on foot, 7.02 by taxi
    world = World([A, B], [run((0, 8), (1, 20)), run((0, 14), (1, 26))])
    ends = places(a=home), places(z=B)
    minutes = [
        transit_times(world.timetable(), *ends, AT_SEVEN, TransitRules(access=means))
        .table["minutes"]
        .item()
        for means in ("walk", "walk_else_taxi", "taxi")
    ]
    assert minutes == [26, 26, 20]


def test_statuses_say_why_there_is_no_time() -> None:
    world = World([A, B, C, D], [run((0, 5), (1, 400)), run((2, 5), (0, 10))])
    ends = places(a=A, b=B, c=C, d=D)
    table = transit_times(world.timetable(), ends, ends, AT_SEVEN, WALK).table
    status = table.set_index(["from_id", "to_id"])["status"]
    assert status["a", "a"] == "same_place"
    assert status["a", "b"] == "beyond_limit"
    assert status["b", "a"] == "off_network"  # nobody boards where everything ends
    assert status["a", "d"] == "off_network"
    assert status["c", "a"] == "ok"
    both_ways = World([A, B, C], [run((0, 5), (1, 20)), run((2, 5), (0, 10)), run((1, 0), (2, 1))])
    late = Departures(DATE, dt.time(7, 2), dt.time(7, 3))
    stranded = transit_times(
        both_ways.timetable(), places(c=C), places(c2=C, b=B), late, WALK
    ).table
    assert stranded["status"].tolist() == ["same_place", "no_service"]
    back = transit_times(both_ways.timetable(), places(a=A), places(c=A, a=B), late, WALK)
    assert back.table["status"].tolist() == ["same_place", "same_place"]
    assert np.isnan(back.minutes).all()


def test_no_service_is_told_from_a_trip_that_takes_too_long() -> None:
    # The only vehicle on leaves before anyone can be there.
    world = World([A, B, C], [run((0, 30), (1, 40)), run((1, 20), (2, 50))])
    assert row(world)["status"] == "no_service"


def test_the_median_is_a_sample_and_half_must_arrive() -> None:
    world = World([A, B], [run((0, 1), (1, 21))])
    two = Departures(DATE, dt.time(7), dt.time(7, 4), step_min=2)
    assert row(world, when=two)["minutes"] == 21  # one of two: the lower median
    assert np.isnan(row(world, when=two)["p90_min"])
    three = Departures(DATE, dt.time(7), dt.time(7, 6), step_min=2)
    assert row(world, when=three)["status"] == "no_service"  # two of three come too late


def test_draws_only_shuffle_what_is_not_known() -> None:
    trip = run((0, 0), (1, 20), windows=[(0, 24 * HOUR, 600, False)])
    ends = places(a=A), places(b=B)
    hour = Departures(DATE, dt.time(7), dt.time(8))
    first, again = (
        transit_times(World([A, B], [trip]).timetable(), *ends, hour) for _ in range(2)
    )
    np.testing.assert_array_equal(first.minutes, again.minutes)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_progress_counts_draws() -> None:
    trip = run((0, 0), (1, 20), windows=[(0, 24 * HOUR, 600, False)])
    seen: list[tuple[int, int]] = []
    rules = TransitRules(headway_draws=3)
    transit_times(
        World([A, B], [trip]).timetable(),
        places(a=A),
        places(b=B),
        AT_SEVEN,
        rules,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_day_without_service_is_refused() -> None:
    world = World([A, B], [run((0, 5), (1, 20))])
    other = dataclasses.replace(AT_SEVEN, date=dt.date(2027, 1, 1))
    with pytest.raises(FeedError, match="outside the calendar"):
        row(world, when=other)


def test_legs_as_a_table_carry_both_names() -> None:
    near = (B[0] + 0.001, B[1])
    world = World([A, B, near, C], [run((0, 5), (1, 15)), run((2, 20), (3, 40))])
    timetable = world.timetable()
    timetable = dataclasses.replace(
        timetable, stops=timetable.stops.assign(stop_name=["가", "나", "", "라"]), language="ko"
    )
    journeys = transit_journeys(timetable, places(a=A, b=A), places(z=C, a=A), AT_SEVEN, WALK)
    legs = journey_legs(journeys[:1], timetable)
    assert legs["kind"].tolist() == ["wait", "ride", "walk", "wait", "ride"]
    assert legs["from_stop"].tolist() == ["가", "가", "나", "", ""]
    assert legs["to_stop_en"].tolist() == ["s0", "s1", "s2", "s2", "s3"]
    assert legs["evidence"].tolist() == ["", "published", "", "", "published"]
    assert legs["depart_min"].tolist()[0] == 420
    assert legs["minutes"].sum() == pytest.approx(40, abs=0.02)
    assert journey_text(journeys[0], timetable) == "t0 가→나 10분 > 도보 2분 > t1 s2→라 20분"
    assert journey_text(journeys[0], timetable, language="en").startswith("t0 s0→s1 10 min")
    assert len(journeys) == 2
    assert journey_legs([], timetable).empty


def test_parts_add_up_when_all_are_rounded() -> None:
    legs = [Leg("walk", 0, 1, -1, 0), Leg("wait", 1, 2, 0, 0), Leg("ride", 2, 3, 0, 1)]
    legs += [Leg("wait", 3, 4, 1, 1), Leg("ride", 4, 5, 1, 2), Leg("walk", 5, 6, 2, -1)]
    parts = journey_parts(Journey("a", "b", tuple(legs)))
    assert sum(parts.values()) == pytest.approx(0.1)


def test_places_must_be_points_named_once() -> None:
    world = World([A, B], [run((0, 5), (1, 20))]).timetable()
    twice = places(a=A, b=B)
    twice["place_id"] = "a"
    with pytest.raises(UsageError, match=r"origins: place_id twice \(a\)"):
        transit_times(world, twice, places(a=A), AT_SEVEN)
    blank = places(a=A)
    blank.geometry = gpd.GeoSeries([None], crs="EPSG:4326")
    with pytest.raises(UsageError, match="destinations: holds other than points"):
        transit_times(world, places(a=A), blank, AT_SEVEN)


def test_places_in_another_system_are_converted() -> None:
    world = World([A, B], [run((0, 5), (1, 20))]).timetable()
    metric = places(a=A).to_crs("EPSG:5179")
    assert transit_times(world, metric, places(b=B), AT_SEVEN).table["minutes"].item() == 20
    bare = places(a=A).set_crs(None, allow_override=True)
    with pytest.raises(UsageError, match="no coordinate system"):
        transit_times(world, bare, places(b=B), AT_SEVEN)


def test_an_estimated_place_makes_an_estimated_time() -> None:
    world = World([A, B], [run((0, 5), (1, 20))]).timetable()
    weak = places(a=A).assign(evidence="estimated")
    sound = places(b=B).assign(evidence="published")
    assert transit_times(world, weak, sound, AT_SEVEN).table["evidence"].item() == "estimated"
    assert transit_times(world, sound, sound, AT_SEVEN).table["evidence"].item() == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"walk_kph": 0},
        {"walk_detour": 0.9},
        {"walk_limit_min": -1},
        {"headway_draws": 0},
        {"limit_min": float("nan")},
        {"access": "helicopter"},
    ],
)
def test_rules_out_of_range_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(changes))):
        TransitRules(**changes)


def test_a_window_must_have_departures() -> None:
    with pytest.raises(UsageError, match="end must lie after start"):
        Departures(DATE, dt.time(9), dt.time(9))
    with pytest.raises(UsageError, match="step_min"):
        Departures(DATE, dt.time(8), dt.time(9), step_min=0)
    assert Departures(DATE, dt.time(7), dt.time(9)).seconds[[0, -1]].tolist() == [25_200, 32_340]


def test_unknown_settings_are_refused_when_read_from_a_file() -> None:
    rules = TypeAdapter(TransitRules)
    assert rules.validate_python({"walk_kph": 5}).walk_kph == 5
    with pytest.raises(ValidationError):
        rules.validate_python({"walk_speed": 5})


def test_a_disagreement_of_the_two_searches_is_an_error_of_ours() -> None:
    world = World([A, B], [run((0, 5), (1, 25))])
    search = _transit_setup.prepare(world.timetable(), places(a=A), places(z=B), AT_SEVEN, WALK)
    with pytest.raises(ClustergeoError, match="please report"):
        _transit_recover.recover(search, (0, 0), 0, (clock(7, 0), clock(7, 1)))
    with pytest.raises(ClustergeoError, match="miss the arrival"):
        _transit_journeys.journey_of_sample(
            search,
            world.timetable(),
            WALK,
            ids=("a", "z"),
            pair=(0, 0),
            sample=(0, clock(7, 0), 26 * 60),
        )

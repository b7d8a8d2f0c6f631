"""What a day of departures offers, on days small enough to work out by hand."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from toy_feed import (
    DATE,
    HOUR,
    NEVER,
    Trip,
    World,
    earliest,
    places,
    reach,
    straight_m,
    walk_s,
)
from toy_worlds import SETTINGS, two_ends, worlds

from clustergeo.errors import UsageError
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas import check_table
from clustergeo.schemas.profiles import DEPARTURES, PROFILE, RIDE_MODES, profile_schema
from clustergeo.times import (
    Departures,
    TransitRules,
    departure_profile,
    transit_journeys,
    transit_profile,
    transit_times,
)
from clustergeo.times.transit.journey_parts import FINE_PARTS, fine_seconds, transfers

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

A, B, C, D = ((36.0 + i / 10, 127.0) for i in range(4))
WALK = TransitRules(access="walk")
HOURLONG = Departures(DATE, dt.time(7), dt.time(8))
AT_SEVEN = Departures(DATE, dt.time(7), dt.time(7, 1))


def run(*stops: tuple[int, float], **kw: Any) -> Trip:
    """Return a trip that calls at stops at minutes past seven."""
    calls = [(s, round(7 * HOUR + m * 60), round(7 * HOUR + m * 60), True, True) for s, m in stops]
    return Trip(calls, **kw)


def profile(
    world: World | Timetable, rules: TransitRules = WALK, when: Departures = HOURLONG, **kw: Any
) -> pd.Series[Any]:
    """Return the profile from the first stop to the last."""
    timetable = world if isinstance(world, Timetable) else world.timetable()
    lat, lon = timetable.stops["stop_lat"], timetable.stops["stop_lon"]
    ends = places(a=(lat.iloc[0], lon.iloc[0])), places(z=(lat.iloc[-1], lon.iloc[-1]))
    table = transit_profile(timetable, *ends, when, rules, **kw)
    check_table(table, profile_schema(kw.get("shares", (0.05, 0.25, 0.5, 0.75, 0.95))), file="p")
    return table.iloc[0]


THREE = [run((0, 10), (1, 30)), run((0, 40), (1, 60)), run((0, 80), (1, 100))]
BACK = [run((1, 660), (0, 680)), run((1, 900), (0, 920))]
MINUTES = sorted([30 - t for t in range(11)] + [60 - t for t in range(11, 41)])
LATER = [100 - t for t in range(41, 60)]


def test_a_day_with_three_trains() -> None:
    found = profile(World([A, B], [*THREE, *BACK]))
    every = sorted(MINUTES + LATER)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert found[f"p{share * 100:g}_min"] == every[math.ceil(share * 60) - 1]
    assert found["mean_min"] == pytest.approx(sum(every) / 60, abs=0.005)
    assert found["usable_share"] == 1
    assert found["good_options_per_h"] == 2  # that of 8:20 is no option of the hour
    assert found["mean_wait_min"] == pytest.approx(found["mean_min"] - 20, abs=0.011)
    assert found["mean_ride_min"] == found["ride_min"] == found["ride_bus_min"] == 20
    assert found[["transfers", "transfers_least", "transfers_mean"]].tolist() == [0, 0, 0]
    assert found["missed_note"] == "no_transfer"
    assert math.isnan(found["missed_connection_worst_min"])


def test_a_limit_makes_departures_unusable() -> None:
    found = profile(World([A, B], [*THREE, *BACK]), replace(WALK, limit_min=35))
    usable = [m for m in MINUTES + LATER if m <= 35]
    assert found["usable_share"] == pytest.approx(len(usable) / 60, abs=5e-5)
    assert found["p25_min"] == sorted(usable)[14]
    assert math.isnan(found["p95_min"])
    assert found["mean_min"] == pytest.approx(sum(usable) / len(usable), abs=0.005)
    assert found["status"] == "beyond_limit"
    assert math.isnan(found["ride_min"])
    assert found["missed_note"] == "no_trip"
    assert found["mean_ride_min"] == 20


def test_the_day_between_the_first_arrival_and_the_last_way_home() -> None:
    found = profile(World([A, B], [*THREE, *BACK]))
    assert found["first_arrival_min"] == 450
    assert found["last_departure_home_min"] == 22 * 60
    assert found["time_on_site_min"] == 22 * 60 - 450
    assert found["day_note"] == ""
    late = profile(World([A, B], [*THREE, *BACK]), first_leave=dt.time(7, 30))
    assert late["first_arrival_min"] == 480
    home = profile(World([A, B], [*THREE, *BACK]), home_by_h=22)
    assert home["last_departure_home_min"] == 18 * 60
    assert profile(World([A, B], THREE))["day_note"] == "no_trip_home"
    early = [*THREE, run((1, -60), (0, -40))]
    assert profile(World([A, B], early))["day_note"] == "no_time_on_site"
    assert profile(World([A, B], BACK))["day_note"] == "no_trip_out"


def test_the_way_home_may_end_after_midnight_but_not_after_the_day() -> None:
    night = [*THREE, run((1, 17 * 60 - 10), (0, 17 * 60 + 10))]  # 23:50 to 0:10
    assert profile(World([A, B], night))["last_departure_home_min"] == 24 * 60 - 10
    found = profile(World([A, B], night), home_by_h=24)
    assert found["day_note"] == "no_trip_home"


def test_the_way_home_ends_with_the_car_that_stands_at_the_stop() -> None:
    home = (A[0] - 0.05, A[1])  # 19.46 min by car
    timetable = World([A, B], [*THREE, *BACK]).timetable()
    rules = TransitRules(access="car", egress="walk")
    found = transit_profile(timetable, places(a=home), places(z=B), HOURLONG, rules).iloc[0]
    assert found["first_arrival_min"] == 450
    assert found["last_departure_home_min"] == 22 * 60


def test_what_missed_connections_cost() -> None:
    lines = [
        run((0, 5), (1, 15)),
        run((1, 20), (2, 40)),
        run((1, 60), (2, 80)),
        run((2, 45), (3, 55)),
        run((2, 85), (3, 95)),
        run((2, 50), (3, 65)),
    ]
    found = profile(World([A, B, C, D], lines), when=AT_SEVEN)
    assert found["p50_min"] == 55
    # Missed at B: the next is there at 8:20, on at 8:25, at D 8:35. At C: the slow one at 8:05.
    assert found["missed_connection_worst_min"] == 40
    assert found["missed_connection_mean_min"] == (40 + 10) / 2
    assert found[["transfers", "transfer_walk_min", "transfer_wait_min"]].tolist() == [2, 0, 10]
    assert found["transfer_min"] == 10
    stranded = profile(World([A, B, C], lines[:2]), when=AT_SEVEN)
    assert stranded["missed_note"] == "stranded"
    assert math.isnan(stranded["missed_connection_mean_min"])


def test_whoever_misses_a_connection_may_walk_to_another_stop_or_door() -> None:
    near = (B[0] + 0.001, B[1])  # 116 s
    lines = [run((0, 5), (1, 15)), run((1, 20), (3, 40)), run((2, 25), (3, 50))]
    found = profile(World([A, B, near, C], lines), when=AT_SEVEN)
    assert found["missed_connection_worst_min"] == 10
    # The bus to the door takes a minute from 7:20 on; on foot it is 9.65 minutes.
    door = (B[0] + 0.005, B[1])
    short = [run((0, 5), (1, 15)), run((1, 20), (2, 21))]
    found = profile(World([A, B, door], short), when=AT_SEVEN)
    assert found["p50_min"] == 21
    assert found["missed_connection_worst_min"] == pytest.approx(9.65 - 1 + 1 / 60, abs=0.006)


def test_walks_and_waits_between_vehicles_stand_apart() -> None:
    near = (B[0] + 0.001, B[1])  # 116 s
    found = profile(
        World([A, B, near, C], [run((0, 5), (1, 15)), run((2, 20), (3, 40))]), when=AT_SEVEN
    )
    assert found["transfer_min"] == 5
    assert found["transfer_walk_min"] == pytest.approx(116 / 60, abs=0.006)
    assert found["transfer_wait_min"] == pytest.approx(5 - 116 / 60, abs=0.006)
    assert found["transfer_walk_min"] + found["transfer_wait_min"] == pytest.approx(5, abs=1e-9)


def test_ride_minutes_by_kind_of_vehicle() -> None:
    lines = [run((0, 5), (1, 15)), run((1, 20), (2, 50)), run((2, 55), (3, 60))]
    timetable = World([A, B, C, D], lines).timetable()
    kinds = replace(timetable, routes=timetable.routes.assign(route_type=[1, 101, 1300]))
    found = profile(kinds, when=AT_SEVEN)
    rides = {mode: found[f"ride_{mode}_min"] for mode in RIDE_MODES}
    assert {mode: value for mode, value in rides.items() if value} == {
        "metro": 10,
        "rail": 30,
        "other": 5,
    }
    assert sum(rides.values()) == found["ride_min"] == 45
    assert found["mean_ride_rail_min"] == 30


def test_places_that_are_one_and_pairs_without_a_trip() -> None:
    timetable = World([A, B, D], [*THREE]).timetable()
    ends = places(a=A, d=D)
    table = transit_profile(timetable, ends, ends, HOURLONG, WALK).set_index(["from_id", "to_id"])
    assert table.loc[("a", "a"), ["status", "day_note", "missed_note"]].tolist() == [
        "same_place",
        "same_place",
        "no_trip",
    ]
    assert math.isnan(table.loc[("a", "a"), "usable_share"])
    lost = table.loc[("a", "d")]
    assert (lost["status"], lost["usable_share"], lost["day_note"]) == (
        "off_network",
        0,
        "no_trip_out",
    )
    assert lost[["mean_min", "p50_min", "transfers_mean"]].isna().all()
    assert lost["good_options_per_h"] == 0


def test_where_one_walks_every_minute_is_an_option() -> None:
    near = (A[0] + 0.005, A[1])
    found = profile(World([A, near], [run((0, 90), (1, 91))]))
    assert found["good_options_per_h"] == 60
    assert found["mean_access_min"] == 9.65
    assert found["transfers_mean"] == 0


def test_headways_are_options_of_a_mean_draw() -> None:
    trip = run((0, 0), (1, 20), windows=[(0, 24 * HOUR, 600, False)])
    found = profile(World([A, B], [trip]))
    assert found["good_options_per_h"] == pytest.approx(6, abs=0.1)
    assert found["mean_min"] == pytest.approx(25, abs=0.02)
    assert found["mean_wait_min"] == pytest.approx(5, abs=0.02)
    half = profile(World([A, B], [trip]), replace(WALK, headway_wait="half"))
    assert half["good_options_per_h"] == 60
    assert half["mean_wait_min"] == 5
    missed = [trip, run((1, 0), (2, 10), windows=[(0, 24 * HOUR, 600, False)])]
    found = profile(World([A, B, C], missed), replace(WALK, headway_wait="half"))
    # A second too late one waits half a headway once more.
    assert found["missed_connection_worst_min"] == pytest.approx(5 + 1 / 60, abs=0.006)


def test_a_plan_has_no_first_wait_but_the_same_options() -> None:
    world = World([A, B], [*THREE, *BACK])
    found, planned = profile(world), profile(world, replace(WALK, wait="plan"))
    assert planned["mean_min"] == planned["p5_min"] == planned["p95_min"] == 20
    assert planned["mean_wait_min"] == 0
    same = ["usable_share", "good_options_per_h", "first_arrival_min", "time_on_site_min"]
    assert planned[same].tolist() == found[same].tolist()


def test_minutes_by_departure() -> None:
    timetable = World([A, B], [*THREE, *BACK]).timetable()
    ends = places(a=A, z=B)
    table = departure_profile(timetable, ends, ends, HOURLONG, WALK)
    check_table(table, DEPARTURES, file="d")
    assert len(table) == 2 * 60
    out = table[table["from_id"] == "a"]
    assert out["departure_min"].tolist() == list(range(420, 480))
    by_hand = [30 - t for t in range(11)] + [60 - t for t in range(11, 41)]
    assert out["minutes"].tolist() == [*by_hand, *LATER]
    assert (out["least_min"] == out["most_min"]).all()
    assert out["leave_min"].tolist() == [430] * 11 + [460] * 30 + [500] * 19
    home = table[table["from_id"] == "z"]
    assert home["minutes"].isna().all()
    assert (home["usable_share"] == 0).all()
    drawn = World([A, B], [run((0, 0), (1, 20), windows=[(0, 24 * HOUR, 600, False)])]).timetable()
    table = departure_profile(drawn, places(a=A), places(z=B), HOURLONG, WALK)
    assert (table["least_min"] < table["minutes"]).all()
    assert (table["minutes"] < table["most_min"]).all()
    alone = departure_profile(timetable, places(a=A), places(a=A), HOURLONG, WALK)
    assert list(alone.columns) == list(DEPARTURES.names)
    assert alone.empty


@settings(SETTINGS, max_examples=8)
@given(world=worlds())
def test_the_mean_is_that_of_every_departure_by_itself(world: World) -> None:
    table, _ = two_ends(world)
    timetable = world.timetable()
    rules = TransitRules(access="walk", headway_draws=1, limit_min=90)
    window = Departures(DATE, dt.time(7), dt.time(7, 12))
    found = transit_profile(timetable, table, table, window, rules).iloc[1]
    check_table(found.to_frame().T, PROFILE, file="p")
    seconds = dict.fromkeys(FINE_PARTS, 0)
    changes, options = [], set()
    for minute in range(12):
        alone = Departures(DATE, dt.time(7, minute), dt.time(7, minute + 1))
        one = table.iloc[:1], table.iloc[1:]
        for journey in transit_journeys(timetable, *one, alone, rules):
            for part, value in fine_seconds(journey, timetable).items():
                seconds[part] += value
            changes.append(transfers(journey))
            options.add(journey.legs[-1].arrive_s)
    assert found["usable_share"] == pytest.approx(len(changes) / 12, abs=5e-5)
    if not changes:
        return
    for part, value in seconds.items():
        assert found[f"mean_{part}"] == pytest.approx(value / 60 / len(changes), abs=0.006)
    assert found["transfers_least"] == min(changes)
    assert found["transfers_mean"] == pytest.approx(np.mean(changes), abs=0.006)
    # Options that leave after the window are found by departures within it, but do not count.
    assert found["good_options_per_h"] <= round(len(options) * 5, 2)
    whole = transit_times(timetable, table, table, window, rules).table.iloc[1]
    assert (found["status"], found["p50_min"]) == (whole["status"], whole["minutes"]) or (
        whole["status"] != "ok"
    )
    marks = found[["p5_min", "p25_min", "p50_min", "p75_min", "p95_min"]].dropna()
    assert marks.is_monotonic_increasing
    assert 0 <= found["usable_share"] <= 1


@settings(SETTINGS, max_examples=12)
@given(world=worlds())
def test_the_ends_of_the_day_are_those_of_a_plain_search(world: World) -> None:
    table, points = two_ends(world)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    window = Departures(DATE, dt.time(7), dt.time(7, 1))
    found = transit_profile(world.timetable(), table, table, window, rules, home_by_h=9).iloc[1]
    home, work = (reach(world, point) for point in points.values())
    metres = straight_m(*points.values())
    walk = walk_s(metres) if walk_s(metres) <= 900 else NEVER
    first = min(earliest(world, (home, work), 4 * HOUR), 4 * HOUR + walk)
    if first <= 9 * HOUR:
        assert found["first_arrival_min"] == pytest.approx(first / 60, abs=0.006)
    else:
        assert found["day_note"] == "no_trip_out"
    minutes = [
        leave
        for leave in range(4 * HOUR, 9 * HOUR, 60)
        if min(earliest(world, (work, home), leave), leave + walk) <= 9 * HOUR
    ]
    if minutes:
        # The plain search knows the last full minute.
        assert max(minutes) / 60 <= found["last_departure_home_min"] + 0.006
        assert found["last_departure_home_min"] < max(minutes) / 60 + 1
    else:
        assert math.isnan(found["last_departure_home_min"])


def test_settings_out_of_range_are_refused() -> None:
    world = World([A, B], THREE)
    for shares in ((), (0.0, 0.5), (0.5, 1.1), (0.5, 0.5)):
        with pytest.raises(UsageError, match="shares"):
            profile(world, shares=shares)
    for hours in (3, 31):
        with pytest.raises(UsageError, match="home_by_h"):
            profile(world, home_by_h=hours)
    assert profile(world, shares=(1.0,))["p100_min"] == 59

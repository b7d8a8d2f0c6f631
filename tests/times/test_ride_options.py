"""Fewer changes or fewer minutes, on days small enough to work out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from toy_feed import DATE, HOUR, Trip, World, places
from toy_worlds import SETTINGS, two_ends, worlds

from clustergeo.networks import load_timetable
from clustergeo.places import load_all_places
from clustergeo.schemas import check_table
from clustergeo.schemas.profiles import RIDE_OPTIONS
from clustergeo.study import load_study
from clustergeo.times import Departures, TransitRules, ride_options, transit_times

A, B, C = ((36.0 + i / 10, 127.0) for i in range(3))
WALK = TransitRules(access="walk")
AT_SEVEN = Departures(DATE, dt.time(7), dt.time(7, 1))


def run(*stops: tuple[int, float]) -> Trip:
    calls = [(s, round(7 * HOUR + m * 60), round(7 * HOUR + m * 60), True, True) for s, m in stops]
    return Trip(calls)


def options(world: World, rules: TransitRules = WALK, to: int = -1) -> pd.DataFrame:
    stops = world.timetable().stops
    lat, lon = stops["stop_lat"], stops["stop_lon"]
    ends = places(a=(lat.iloc[0], lon.iloc[0])), places(z=(lat.iloc[to], lon.iloc[to]))
    table = ride_options(world.timetable(), *ends, AT_SEVEN, rules)
    return check_table(table, RIDE_OPTIONS, file="options")


def rows(table: pd.DataFrame) -> list[list[Any]]:
    return table[["rides", "minutes"]].to_numpy().tolist()


SLOW_AND_DIRECT = run((0, 5), (2, 60))
CHANGE = [run((0, 5), (1, 20)), run((1, 25), (2, 40))]


def test_a_change_that_saves_time_is_an_option_beside_the_direct_trip() -> None:
    found = options(World([A, B, C], [SLOW_AND_DIRECT, *CHANGE]))
    assert rows(found) == [[1, 60], [2, 40]]
    assert math.isnan(found["saved_min"].iloc[0])
    assert found["saved_min"].iloc[1] == 20


def test_a_change_that_saves_nothing_is_none() -> None:
    late = [run((0, 5), (1, 20)), run((1, 25), (2, 60))]
    assert rows(options(World([A, B, C], [SLOW_AND_DIRECT, *late]))) == [[1, 60]]


def test_a_limit_of_rides_ends_the_front() -> None:
    rules = TransitRules(access="walk", most_rides=1)
    assert rows(options(World([A, B, C], [SLOW_AND_DIRECT, *CHANGE]), rules)) == [[1, 60]]


def test_without_a_trip_the_row_says_why() -> None:
    found = options(World([A, B, C], [run((0, 5), (1, 20))]))
    assert found["status"].tolist() == ["off_network"]
    assert found[["rides", "minutes", "saved_min", "usable_share"]].isna().all(axis=None)


def test_a_walk_needs_no_ride() -> None:
    near = (36.004, 127.0)
    found = options(World([A, near], [run((0, 9), (1, 10))]))
    assert found["rides"].tolist()[0] == 0


@SETTINGS
@given(worlds())
def test_the_last_option_is_the_median_and_each_is_a_gain(world: World) -> None:
    timetable = world.timetable()
    both, _ = two_ends(world)
    ends = both, both
    when = Departures(DATE, dt.time(7), dt.time(7, 20))
    table = ride_options(timetable, *ends, when, WALK)
    whole = transit_times(timetable, *ends, when, WALK).table.set_index(["from_id", "to_id"])
    for pair, group in table.groupby(["from_id", "to_id"]):
        assert group["status"].iloc[0] == whole.loc[pair, "status"]
        if group["status"].iloc[0] == "ok":
            assert group["minutes"].iloc[-1] == pytest.approx(whole.loc[pair, "minutes"])
            assert group["rides"].is_monotonic_increasing
            assert (group["minutes"].diff().dropna() < 0).all()


def test_the_corridor_from_sejong_to_seoul() -> None:
    study, known = load_study(), load_all_places().set_index("place_id", drop=False)
    ends = known.loc[["sejong"]], known.loc[["seoul_station"]]
    found = ride_options(load_timetable(), *ends, study.departures, study.transit)
    # A bus and a train; by Yongsan and the metro, or more changes, a little sooner.
    assert found["rides"].tolist() == [2, 3, 4]
    assert found["saved_min"].iloc[-1] < 5
    assert found["minutes"].iloc[-1] == pytest.approx(
        transit_times(load_timetable(), *ends, study.departures, study.transit)
        .table["minutes"]
        .iloc[0]
    )

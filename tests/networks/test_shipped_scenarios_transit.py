"""The public-transport scenarios that come with the package: sound, marked, and what they say."""

from __future__ import annotations

import datetime as dt
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from clustergeo.networks import Timetable, load_timetable, ride_minutes
from clustergeo.networks.edits.scenario import Scenario, load_scenario
from clustergeo.networks.edits.timetables import apply, resolve
from clustergeo.networks.feed_lint import lint_feed
from clustergeo.settings import data_path
from clustergeo.times.by_transit import Departures, TransitRules, transit_times

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

NAMES = (
    "b1_b3_every_10",
    "brt_osong_ochang_airport",
    "cheonan_airport",
    "chungcheong_rail_1",
    "ctx",
    "daejeon_tram_2",
    "every_ktx_at_osong",
    "sejong_ktx",
)
WINDOW = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(8), step_min=10)
WALK = TransitRules(access="walk", headway_draws=5)


@cache
def embedded() -> Timetable:
    return load_timetable()


@cache
def shipped(name: str) -> Scenario:
    return load_scenario(data_path("scenarios", f"{name}.toml"))


@cache
def made(*names: str) -> Timetable:
    return apply([edit for name in names for edit in shipped(name).edits], embedded())


def calls_at(timetable: Timetable, route_id: str, stop_id: str) -> int:
    """Return how many trips of a route call at a stop."""
    route = timetable.routes["route_id"].tolist().index(route_id)
    stop = timetable.stops["stop_id"].tolist().index(stop_id)
    trips = np.flatnonzero(timetable.trips["route"] == route)
    calls = timetable.stop_times
    return int(calls.loc[calls["trip"].isin(trips) & (calls["stop"] == stop), "trip"].nunique())


def minutes(timetable: Timetable, places: gpd.GeoDataFrame, one: str, other: str) -> float:
    return float(
        np.median(transit_times(timetable, places, places, WINDOW, WALK).samples(one, other))
    )


def points(**at: tuple[float, float]) -> gpd.GeoDataFrame:
    lon, lat = zip(*at.values(), strict=True)
    return gpd.GeoDataFrame(
        {"place_id": list(at)}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_resolves_and_makes_a_sound_timetable(name: str) -> None:
    assert resolve(shipped(name).edits, embedded()) == []
    findings = lint_feed(made(name))
    assert not (findings["severity"] == "error").any()
    before = (lint_feed(embedded())["severity"] == "warning").sum()
    assert (findings["severity"] == "warning").sum() <= before


@pytest.mark.parametrize("name", NAMES)
def test_what_is_assumed_says_why_and_what_is_not_has_a_source(name: str) -> None:
    scenario = shipped(name)
    assert scenario.scenario_id == name
    assert scenario.title_en
    assert scenario.title_ko
    assert scenario.sources
    for edit in scenario.edits:
        assert edit.note if edit.assumption else edit.source, edit.kind


@pytest.mark.parametrize("name", NAMES)
def test_routes_that_change_are_estimated_and_the_others_keep_their_grade(name: str) -> None:
    before = embedded().routes.set_index("route_id")["evidence"]
    after = made(name).routes.set_index("route_id")["evidence"]
    changed = after.index[after != before.reindex(after.index)]
    assert set(after[changed]) <= {"estimated"}
    assert set(after.index) >= set(before.index)
    assert after.drop(index=changed).equals(before.reindex(after.index.drop(changed)))


def test_ctx_has_the_minutes_that_the_ministry_states() -> None:
    timetable = made("ctx")
    legs = {
        ("CTX_DAEJEON", "CTX_SEJONG"): 16.0,
        ("CTX_SEJONG", "KR_CheongjuInternationalAirport"): 36.0,
        ("CTX_SEJONG", "KR_Seoul"): 85.0,
    }
    for (one, other), published in legs.items():
        assert ride_minutes(timetable, [one], [other]).min() == published
        assert ride_minutes(timetable, [other], [one]).min() == published
    route = timetable.routes["route_id"].tolist().index("CTX")
    rows = timetable.frequencies
    rows = rows[timetable.trips["route"].to_numpy()[rows["trip"]] == route]
    each_way = ((rows["end_s"] - rows["start_s"]) / rows["headway_s"]).sum() / 2
    assert each_way == pytest.approx(48, abs=1)  # 96 trains a day


def test_ctx_shortens_the_way_between_its_stations() -> None:
    places = points(daejeon=(127.381, 36.3577), sejong=(127.2615, 36.5035))
    before = minutes(embedded(), places, "daejeon", "sejong")
    after = minutes(made("ctx"), places, "daejeon", "sejong")
    assert 45 < before < 65
    assert 16 < after < 35


def test_every_ktx_that_passes_osong_stops_there() -> None:
    before, after = embedded(), made("every_ktx_at_osong")
    for route, trips in (("KTX_GB", 115), ("KTX_HN", 46)):
        passing = trips - calls_at(before, route, "KR_Suwon") * (route == "KTX_GB")
        assert calls_at(before, route, "KR_Osong") < calls_at(after, route, "KR_Osong") == passing
    assert calls_at(after, "SRT_GB1", "KR_Osong") == 0


def test_b1_and_b3_run_at_least_every_ten_minutes() -> None:
    timetable = made("b1_b3_every_10")
    routes = timetable.routes["route_id"].to_numpy()[timetable.trips["route"]]
    rows = timetable.frequencies
    own = rows[np.isin(routes[rows["trip"]], ["B1", "B3"])]
    assert set(own["headway_s"]) == {420, 600}
    base = embedded().frequencies
    same = np.isin(routes[base["trip"]], ["B1", "B3"])
    pd.testing.assert_series_equal(
        own.groupby("trip")["end_s"].max(), base[same].groupby("trip")["end_s"].max()
    )


def test_the_tram_goes_round_and_round() -> None:
    timetable = made("daejeon_tram_2")
    assert len(timetable.through["trip"].unique()) == 2
    # Doma to Daejeon Station, the short way round past the first stop, without a change.
    rides = ride_minutes(timetable, ["DJ2_238"], ["DJ2_206"], route_names=["2호선"])
    assert rides.min() < 30


def test_phase_one_runs_as_often_as_planned() -> None:
    timetable = made("chungcheong_rail_1")
    assert (
        ride_minutes(
            timetable, ["KR_Gyeryong"], ["KR_Sintanjin"], route_names=["충청권 광역철도"]
        ).min()
        == 35.0
    )
    rows = timetable.frequencies.tail(5)
    assert ((rows["end_s"] - rows["start_s"]) / rows["headway_s"]).sum() == pytest.approx(
        65, abs=3
    )


def test_half_of_the_trains_of_the_honam_line_call_at_sejong() -> None:
    timetable = made("sejong_ktx")
    called = calls_at(timetable, "KTX_HN", "N_SEJONG_KTX")
    passing = {
        trip
        for trip, stops in _stops(embedded(), "KTX_HN").items()
        if {"KR_Osong", "KR_Iksan"} <= stops and "KR_Seodaejeon" not in stops
    }
    assert called == len(passing) // 2


def _stops(timetable: Timetable, route_id: str) -> dict[int, set[str]]:
    route = timetable.routes["route_id"].tolist().index(route_id)
    trips = np.flatnonzero(timetable.trips["route"] == route)
    calls = timetable.stop_times[timetable.stop_times["trip"].isin(trips)]
    names = timetable.stops["stop_id"].to_numpy()
    return {int(trip): set(names[stops]) for trip, stops in calls.groupby("trip")["stop"]}


def test_scenarios_of_other_lines_commute() -> None:
    pair = ("b1_b3_every_10", "ctx")
    places = points(daejeon=(127.381, 36.3577), osong=(127.327, 36.6195), airport=(127.49, 36.722))
    times = [
        transit_times(made(*order), places, places, WINDOW, WALK).minutes
        for order in (pair, pair[::-1])
    ]
    np.testing.assert_array_equal(*times)


def test_all_of_them_make_one_package() -> None:
    edits = [edit for name in NAMES for edit in shipped(name).edits]
    assert resolve(edits, embedded()) == []

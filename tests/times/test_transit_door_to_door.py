"""The router on the embedded feed beside an independent search over it, and beside the press."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest
from toy_feed import places

from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.timetable import Timetable, ride_minutes
from clustergeo.settings import data_path
from clustergeo.times.anatomy import PARTS
from clustergeo.times.by_transit import Departures, TransitRules, transit_times
from clustergeo.times.travel_times import TravelTimes

# Coordinates typed from the reference list of places.
POINTS = {
    "Daedeok KAIST": (36.36828, 127.35698),
    "Daedeok TV": (36.42317, 127.38878),
    "Osong campus": (36.6426, 127.3355),
    "Osong Stn": (36.62048, 127.32708),
    "Ochang": (36.720277, 127.431773),
    "Sejong Gov": (36.501401, 127.264219),
    "Seoul Stn": (37.55474, 126.9707),
    "Gangnam": (37.49739, 127.02788),
}
GREEN_CROSS = (36.72174, 127.44236)
WINDOW = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(9))
RULES = TransitRules(access="walk")


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return load_timetable()


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    found = pd.read_csv(Path(data_path("gtfs", "door_to_door.csv")))
    return found.set_index(["from", "to"])


@pytest.fixture(scope="module")
def times(timetable: Timetable) -> TravelTimes:
    ends = places(**POINTS)
    return transit_times(timetable, ends, ends, WINDOW, RULES)


def test_no_median_differs_by_more_than_five_minutes(
    times: TravelTimes, published: pd.DataFrame
) -> None:
    table = times.table.set_index(["from_id", "to_id"])
    difference = table["minutes"].reindex(published.index) - published["median_min"]
    assert len(difference) == 56
    known: list[tuple[str, str]] = []
    assert difference[difference.abs() > 5].index.tolist() == known
    assert difference.abs().max() < 3
    # Whole minutes there, seconds here; draws of phases there, even strata here.
    assert abs(difference.mean()) < 0.5


def test_spreads_agree_as_well(times: TravelTimes, published: pd.DataFrame) -> None:
    table = times.table.set_index(["from_id", "to_id"]).reindex(published.index)
    for percentile in ("p10_min", "p90_min"):
        difference = (table[percentile] - published[percentile]).abs()
        assert difference.median() < 1.5
        assert difference.max() < 9


def test_the_published_ochang_is_an_address_at_a_stop(
    timetable: Timetable, published: pd.DataFrame
) -> None:
    # The other point of the cluster lies ten minutes on foot from that stop: every pair of it
    # differs by about that, and it is the only place of which pairs do.
    ends = places(**(POINTS | {"Ochang": GREEN_CROSS}))
    moved = transit_times(timetable, ends, ends, WINDOW, RULES).table
    median = moved.set_index(["from_id", "to_id"])["minutes"].reindex(published.index)
    far = (median - published["median_min"]).pipe(lambda d: d[d.abs() > 5])
    assert len(far) == 14
    assert all("Ochang" in pair for pair in far.index)
    assert far.between(5, 12).all()


def test_the_parts_of_every_median_trip_add_up(times: TravelTimes) -> None:
    found = times.table[times.table["status"] == "ok"]
    assert (found[list(PARTS)].sum(axis=1) - found["minutes"]).abs().max() < 1e-9
    assert (found["best_min"] <= found["p10_min"]).all()
    assert (found["p10_min"] <= found["minutes"]).all()
    assert (found["minutes"] <= found["p90_min"]).all()


def test_names_stand_as_signed(times: TravelTimes) -> None:
    legs = times.table.set_index(["from_id", "to_id"])["legs"]["Daedeok KAIST", "Osong campus"]
    assert legs.startswith("KAIST 한국과학기술원(카이스트 본원)→")
    # Two metro stations are about as near, so which one stands in the median trip may change.
    assert re.search(
        r"1호선 \S+→대전역 1\d분 > 도보 6분 > KTX 대전역→오송역 15분 > 도보 4분", legs
    )


def of(timetable: Timetable, *names: str) -> list[str]:
    stops = timetable.stops
    return stops.loc[stops["stop_name"].isin(names), "stop_id"].tolist()


def test_ride_times_are_those_the_press_gives(timetable: Timetable) -> None:
    seoul, daejeon = of(timetable, "서울역"), of(timetable, "대전역")
    osong = of(timetable, "오송역", "오송역2.3.4")
    express = ride_minutes(timetable, seoul, daejeon, route_names=["KTX"])
    assert 50 <= express.median() <= 65
    assert 12 <= ride_minutes(timetable, daejeon, osong, route_names=["KTX"]).median() <= 18
    assert ride_minutes(timetable, daejeon, osong, route_names=["B1"]).between(66, 76).all()
    complex_ = of(timetable, "정부세종청사 남측", "정부세종청사 북측")
    south = of(timetable, "정부세종청사 남측")
    assert ride_minutes(timetable, south, osong, route_names=["B1", "B2"]).between(17, 21).all()
    # Of several stops in reach the shortest ride counts: the north stop is nearer.
    nearest = ride_minutes(timetable, complex_, osong, route_names=["B1", "B2"])
    assert (nearest < ride_minutes(timetable, south, osong, route_names=["B1", "B2"])).all()

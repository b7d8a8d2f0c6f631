from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from clustergeo.errors import UsageError
from clustergeo.exhibits import StudyFacts, StudyTables
from clustergeo.exhibits._readings import Readings, number, whole


@pytest.fixture
def readings(tables: StudyTables, facts: StudyFacts) -> Readings:
    return Readings(tables, facts, "en")


def test_findings_are_counted_from_the_tables(readings: Readings) -> None:
    # aa-cc 130 > 100 and bb-aa 83 > 80; cc-aa has no trip and is in neither count.
    assert readings.pairs_beyond_capital("transit") == (2, 5)
    assert readings.pairs_beyond_capital("car") == (0, 6)
    assert readings.clusters_nearer_capital("transit") == (0, 3)
    assert readings.finding() == (
        "Trips between clusters that take longer than the trip to Capital Station: "
        "Public transport 2 of 5, Car 0 of 6"
    )
    assert "0 of 3" in readings.nearest_finding()


def test_a_cluster_nearer_to_the_capital_than_to_any_other_is_counted(
    tables: StudyTables, facts: StudyFacts
) -> None:
    times = tables.times.copy()
    times.loc[times["to_id"] == "cap", "minutes"] = 10.0
    readings = Readings(replace(tables, times=times), facts, "en")
    assert readings.clusters_nearer_capital("car") == (3, 3)


def test_the_nearest_cluster_skips_those_without_a_trip(readings: Readings) -> None:
    assert readings.nearest("transit", "cc") == "bb"
    assert readings.nearest("transit", "bb") == "cc"


def test_without_any_trip_there_is_no_nearest_and_no_value(
    tables: StudyTables, facts: StudyFacts
) -> None:
    blank = tables.times.assign(minutes=math.nan)
    readings = Readings(replace(tables, times=blank), facts, "en")
    assert readings.nearest("car", "aa") is None
    assert readings.fastest_capital("car", "aa") is None
    assert readings.pairs_beyond_capital("car") == (0, 0)
    assert readings.clusters_nearer_capital("car") == (0, 0)
    assert readings.comparison("car", "aa", "bb") == "no value"
    assert readings.evidence() == "Evidence: -"


def test_the_fastest_capital_point_may_be_another_one(readings: Readings) -> None:
    assert readings.fastest_capital("transit", "aa") == ("cap2", 90.0)
    assert readings.fastest_capital("transit", "bb") == ("cap", 80.0)


@pytest.mark.parametrize(
    ("from_id", "to_id", "words"),
    [
        ("aa", "bb", "Capital Station 40 min longer"),
        ("bb", "aa", "about even (3 min)"),
        ("aa", "cc", "Capital Station 30 min faster"),
    ],
)
def test_a_comparison_says_how_far_apart_two_trips_are(
    readings: Readings, from_id: str, to_id: str, words: str
) -> None:
    assert readings.comparison("transit", from_id, to_id) == words


def test_shares_of_departures_come_from_the_claim_of_the_statement(
    readings: Readings, tables: StudyTables, facts: StudyFacts
) -> None:
    assert readings.share_true("transit", "bb") == 0.55
    assert math.isnan(readings.share_true("car", "cc"))
    untested = Readings(replace(tables, claims=None), facts, "en")
    assert math.isnan(untested.share_true("transit", "bb"))
    silent = Readings(tables, replace(facts, statement=None), "en")
    assert math.isnan(silent.share_true("transit", "bb"))


def test_names_are_short_labels_then_names_then_ids(
    tables: StudyTables, facts: StudyFacts
) -> None:
    readings = Readings(tables, facts, "ko")
    assert readings.name("aa") == "가람"
    assert readings.name("cap") == "수도역"
    assert readings.name("own") == "Own place"
    assert readings.name("nowhere") == "nowhere"


def test_english_never_falls_back_on_korean_letters(
    tables: StudyTables, facts: StudyFacts
) -> None:
    places = tables.places.assign(name_en="")
    readings = Readings(replace(tables, places=places), facts, "en")
    assert readings.name("cap") == "cap"


def test_evidence_is_a_share_of_the_trips_compared(readings: Readings) -> None:
    # By car aa starts 3 of 9 trips.
    assert readings.evidence("car") == "Evidence: published 33 %, derived 67 %"


def test_public_transport_comes_first_and_missing_modes_are_left_out(
    tables: StudyTables, facts: StudyFacts
) -> None:
    assert Readings(tables, facts, "en").modes == ("transit", "car")
    transit = tables.times.loc[tables.times["mode"] == "transit"]
    only = Readings(replace(tables, times=transit), facts, "en")
    assert only.modes == ("transit",)
    assert "congestion" not in only.basis()


def test_a_place_that_is_missing_is_named(tables: StudyTables, facts: StudyFacts) -> None:
    with pytest.raises(UsageError, match="has no moon - add the place or correct the study file"):
        Readings(tables, replace(facts, capital_id="moon"), "ko")


def test_numbers_are_rounded_half_up_and_blanks_are_nan() -> None:
    assert [whole(each) for each in (0.5, 1234.4, math.nan)] == ["1", "1,234", "-"]
    assert all(math.isnan(number(each)) for each in (None, pd.NA, math.nan))
    assert number("3.5") == 3.5

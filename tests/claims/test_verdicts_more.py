"""Sides beyond a trip, what would turn a verdict, and what it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy import toy_times

from clustergeo.claims import Claim, Comparison, Side, judge
from clustergeo.errors import ClaimError
from clustergeo.places import distances_km
from clustergeo.schemas.results import ISOLATION
from clustergeo.times import Departures, TravelTimes

WORDS = {"quotation": "q", "who": "w", "source": "s", "reading_en": "r", "reading_ko": "r"}
WINDOW = Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(7, 5))
A = ("a",)


def claim(comparison: Comparison, **more: Any) -> Claim:
    return Claim(claim_id="c", comparison=(comparison,), **{**WORDS, **more})


def row(
    said: Claim, times: dict[str, TravelTimes], places: gpd.GeoDataFrame, **more: Any
) -> pd.Series:
    table = judge([said], times, places, clusters=["a", "b"], capital=["s", "t"], **more)
    (only,) = table.to_dict("records")
    return pd.Series(only)


def test_both_distributions_stand_beside_each_other(toy_places: gpd.GeoDataFrame) -> None:
    left, right = [float(n) for n in range(10, 110, 10)], [55.0] * 10
    times = toy_times({("a", "s"): left, ("a", "b"): right})
    found = row(
        claim(Comparison(origins=A, left=Side(to=("s",)), right=Side(to=("b",)), sites=False)),
        {"transit": times},
        toy_places,
    )
    assert found[["left_p10_min", "left_min", "left_p90_min"]].tolist() == [10, 50, 90]
    assert found[["right_p10_min", "right_min", "right_p90_min"]].tolist() == [55, 55, 55]


def test_the_flip_point_is_told_as_minutes_speed_and_headway(toy_places: gpd.GeoDataFrame) -> None:
    # 40 to 70 minutes, as one line every 30 minutes: all would keep to 60 with one every 20.
    times = toy_times({("a", "b"): [40.0, 50.0, 60.0, 70.0]})
    within = Comparison(
        origins=A, left=Side(to=("b",)), operator="<=", right=Side(minutes=60), sites=False
    )
    found = row(claim(within), {"transit": times}, toy_places)
    assert found["verdict"] == "mixed"
    assert (found["flip_min"], found["turn_min"]) == (-10, -10)
    assert (found["headway_min"], found["flip_headway_min"]) == (30, 20)
    km = distances_km(toy_places, toy_places).loc["a", "b"]
    assert found["flip_kph"] == pytest.approx(km / (40 / 60))  # the median of 50, less 10
    assert (found["flip_reason"], found["headway_reason"]) == ("", "")


@pytest.mark.parametrize(
    ("left", "mode", "at", "reason"),
    [
        ([70.0, 80.0], "car", "each", "no_transit_trip"),
        ([70.0, 80.0], "transit", "median", "no_transit_trip"),
        ([70.0, float("nan")], "transit", "each", "gaps"),
        ([70.0, 70.0], "transit", "each", "no_wait"),
        ([70.0, 80.0], "transit", "each", "never"),
    ],
)
def test_why_no_headway_turns_a_verdict(
    toy_places: gpd.GeoDataFrame, left: list[float], mode: str, at: str, reason: str
) -> None:
    side = Side(to=("b",), at=at)
    within = Comparison(origins=A, left=side, right=Side(minutes=60), sites=False)
    found = row(claim(within), {mode: toy_times({("a", "b"): left}, mode)}, toy_places)
    assert found["headway_reason"] == reason
    assert pd.isna(found["flip_headway_min"])


def test_no_speed_is_told_for_a_trip_that_would_take_no_time(toy_places: gpd.GeoDataFrame) -> None:
    times = toy_times({("a", "b"): [50.0], ("a", "s"): [10.0]})
    sooner = Comparison(
        origins=A, left=Side(to=("s",)), right=Side(to=("b",)), margin_min=60, sites=False
    )
    found = row(claim(sooner), {"transit": times}, toy_places)
    assert (found["verdict"], found["flip_min"]) == ("fails", -20)
    assert pd.isna(found["flip_kph"])


def test_no_minutes_help_where_departures_lack_the_trip(toy_places: gpd.GeoDataFrame) -> None:
    times = toy_times({("a", "s"): [10.0, float("nan")], ("a", "b"): [50.0, 50.0]})
    nearer = Comparison(origins=A, left=Side(to=("s",)), right=Side(to=("b",)), sites=False)
    found = row(claim(nearer), {"transit": times}, toy_places)
    assert (found["verdict"], found["flip_reason"]) == ("mixed", "never")
    assert found["turn_min"] == 40  # ten minutes and forty more: it fails


@pytest.mark.parametrize(
    ("at", "minutes"),
    [("best", 10), ("p10", 10), ("median", 50), ("p90", 90), ("worst", 100)],
)
def test_one_departure_may_stand_for_all(
    toy_places: gpd.GeoDataFrame, at: str, minutes: float
) -> None:
    times = toy_times({("a", "b"): [float(n) for n in range(100, 0, -10)]})
    side = Side(to=("b",), at=at)
    within = Comparison(origins=A, left=side, right=Side(minutes=55), sites=False)
    found = row(claim(within), {"transit": times}, toy_places)
    assert (found["left_min"], found["share_true"]) == (minutes, float(minutes < 55))


def test_one_mode_is_compared_with_another(toy_places: gpd.GeoDataFrame) -> None:
    times = {
        "car": toy_times({("a", "b"): [30.0]}, "car"),
        "transit": toy_times({("a", "b"): [50.0, 60.0, 70.0, 80.0]}),
    }
    twice = Comparison(
        origins=A,
        left=Side(to=("b",)),
        operator=">=",
        right=Side(to=("b",), mode="car", factor=2),
        sites=False,
    )
    found = row(claim(twice, modes=("transit",)), times, toy_places)
    assert (found["right_min"], found["share_true"]) == (60, 0.75)
    assert "2 times by car to B 60 min" in found["note"]
    assert found["rests_on"] == "transit a>b; car a>b"


def test_a_factor_on_the_left_leaves_speed_and_headway_those_of_the_trip(
    toy_places: gpd.GeoDataFrame,
) -> None:
    times = {"transit": toy_times({("a", "b"): [40.0, 50.0, 60.0, 70.0]})}

    def doubled(factor: float, limit: float) -> pd.Series:
        within = Comparison(
            origins=A,
            left=Side(to=("b",), factor=factor),
            operator="<=",
            right=Side(minutes=limit),
            sites=False,
        )
        return row(claim(within), times, toy_places)

    one, two = doubled(1, 60), doubled(2, 120)
    same = ["flip_kph", "headway_min", "flip_headway_min", "verdict"]
    assert one[same].tolist() == two[same].tolist()
    assert two["flip_min"] == 2 * one["flip_min"]


def test_a_mode_without_times_is_refused(toy_places: gpd.GeoDataFrame) -> None:
    odd = Comparison(
        origins=A, left=Side(to=("b",), mode="car"), right=Side(minutes=1), sites=False
    )
    with pytest.raises(ClaimError, match=r"c: names a mode without times \(car\) - use transit"):
        row(claim(odd), {"transit": toy_times({("a", "b"): [1.0]})}, toy_places)


def test_an_origin_that_is_reached_twice_is_refused(toy_places: gpd.GeoDataFrame) -> None:
    within = Comparison(origins=("a_lab", "a"), left=Side(to=("b",)), right=Side(minutes=60))
    message = r"^c, origins: origin twice in one claim \(a_lab\) - the sites of a cluster"
    with pytest.raises(ClaimError, match=message):
        row(claim(within), {"transit": toy_times({("a", "b"): [1.0]})}, toy_places)


def test_a_claim_is_tested_in_its_own_modes_only(toy_places: gpd.GeoDataFrame) -> None:
    within = Comparison(origins=A, left=Side(to=("b",)), right=Side(minutes=1))
    said = claim(within, modes=("car",))
    times = {"transit": toy_times({("a", "b"): [1.0]})}
    assert judge([said], times, toy_places, clusters=["a"], capital=[]).empty


def test_a_margin_must_be_kept(toy_places: gpd.GeoDataFrame) -> None:
    times = {"transit": toy_times({("a", "s"): [10.0], ("a", "b"): [14.0]})}
    sides = {"left": Side(to=("s",)), "right": Side(to=("b",)), "origins": A, "sites": False}
    by_four = row(claim(Comparison(operator="<=", margin_min=4, **sides)), times, toy_places)
    by_five = row(claim(Comparison(operator="<=", margin_min=5, **sides)), times, toy_places)
    assert (by_four["verdict"], by_five["verdict"]) == ("holds", "fails")
    about = row(claim(Comparison(operator="=", margin_min=5, **sides)), times, toy_places)
    assert about["verdict"] == "holds"
    assert "about to B 14 min (within 5 min)" in about["note"]


def isolation(value: float) -> pd.DataFrame:
    cells = {"mode": "transit", "index": "capital_ratio", "weights": "", "unit": "1"}
    rows = [{"cluster_id": "a", "value": value, "evidence": "derived", "reason": ""} | cells]
    return pd.DataFrame(rows)[list(ISOLATION.names)]


def ratio(**more: Any) -> Claim:
    sides = {"left": Side(index="capital_ratio"), "right": Side(value=1), "operator": ">"}
    return claim(Comparison(origins=A, **sides), **more)


def test_a_measure_is_compared_for_clusters_alone(toy_places: gpd.GeoDataFrame) -> None:
    times = {"transit": toy_times({("a", "b"): [1.0], ("a_lab", "b"): [1.0]})}
    found = row(ratio(), times, toy_places, isolation=isolation(0.4))
    assert (found["origin_id"], found["verdict"], found["unit"]) == ("a", "fails", "1")
    assert found[["left_value", "right_value"]].tolist() == [0.4, 1]
    assert pd.isna(found["left_min"])
    assert found["flip_reason"] == "not_minutes"
    assert found["rests_on"] == "transit a capital_ratio"
    assert found["note"].startswith("capital_ratio 0.4, more than the limit of 1: true for 0%")


@pytest.mark.parametrize("table", [None, isolation(float("nan"))])
def test_without_the_measure_nothing_can_be_told(
    toy_places: gpd.GeoDataFrame, table: pd.DataFrame | None
) -> None:
    times = {"transit": toy_times({("a", "b"): [1.0]})}
    found = row(ratio(), times, toy_places, isolation=table)
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "no_measure")
    assert found["note"] == "no measure: capital_ratio"


def test_what_is_not_built_cannot_be_told_and_stands_beside_today(
    toy_places: gpd.GeoDataFrame,
) -> None:
    times = {"transit": toy_times({("a", "b"): [45.0]})}
    soon = Comparison(origins=A, left=Side(to=("b",)), right=Side(minutes=16), sites=False)
    said = claim(soon, scenario="ctx")
    today = row(said, times, toy_places)
    assert (today["verdict"], today["reason"]) == ("cannot_tell", "needs_scenario")
    assert (today["left_min"], today["right_min"]) == (45, 16)
    assert today["note"] == "to B 45 min today, the limit of 16 min: needs ctx"
    assert pd.isna(today["share_true"])
    assert row(said, times, toy_places, scenario="ctx")["verdict"] == "fails"


def test_the_departures_at_which_it_holds_are_told(toy_places: gpd.GeoDataFrame) -> None:
    # Five departures, two draws: of each both draws must hold.
    left = [10, 10, 99, 10, 10, 10, 99, 99, 10, 10]
    times = {"transit": toy_times({("a", "b"): [float(n) for n in left]})}
    within = Comparison(origins=A, left=Side(to=("b",)), right=Side(minutes=60), sites=False)
    found = row(claim(within), times, toy_places, departures=WINDOW)
    assert found["holds_at"] == "07:00; 07:03-07:04"
    assert not row(claim(within), times, toy_places)["holds_at"]
    six = replace(WINDOW, end=dt.time(7, 6))  # not the window of these samples
    assert not row(claim(within), times, toy_places, departures=six)["holds_at"]


def test_evidence_is_the_weakest_of_both_sides_and_of_the_reading(
    toy_places: gpd.GeoDataFrame,
) -> None:
    times = toy_times({("a", "s"): [10.0], ("a", "b"): [20.0]})
    weak = times.table.assign(
        evidence=np.where(times.table["to_id"] == "b", "estimated", times.table["evidence"])
    )
    nearer = Comparison(origins=A, left=Side(to=("s",)), right=Side(to=("b",)), sites=False)
    within = Comparison(origins=A, left=Side(to=("s",)), right=Side(minutes=60), sites=False)
    grades = [
        row(claim(nearer), {"transit": replace(times, table=weak)}, toy_places)["evidence"],
        row(claim(within), {"transit": replace(times, table=weak)}, toy_places)["evidence"],
        row(claim(within, reading_evidence="estimated"), {"transit": times}, toy_places)[
            "evidence"
        ],
    ]
    assert grades == ["estimated", "derived", "estimated"]


def test_only_times_that_count_at_some_departure_are_rested_on(
    toy_places: gpd.GeoDataFrame,
) -> None:
    times = toy_times({("a", "s"): [10.0, 20.0], ("a", "t"): [30.0, 40.0]})
    side = Side(to=("@capital",))
    within = Comparison(origins=A, left=side, right=Side(minutes=60), sites=False)
    assert row(claim(within), {"transit": times}, toy_places)["rests_on"] == "transit a>s"


def test_where_there_is_no_other_cluster_nothing_can_be_told(toy_places: gpd.GeoDataFrame) -> None:
    side = Side(to=("@other_clusters",))
    alone = Comparison(origins=("@clusters",), left=side, right=Side(minutes=60), sites=False)
    times = {"transit": toy_times({("a", "s"): [10.0]})}
    (found,) = judge([claim(alone)], times, toy_places, clusters=["a"], capital=["s"]).to_dict(
        "records"
    )
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "no_trip")
    assert "of which none is" in found["note"]


def test_the_short_name_of_a_study_is_used(toy_places: gpd.GeoDataFrame) -> None:
    within = Comparison(origins=A, left=Side(to=("b",)), right=Side(minutes=60), sites=False)
    times = {"transit": toy_times({("a", "b"): [10.0]})}
    found = row(claim(within), times, toy_places, labels={"b": ("비", "Bee")})
    assert found["note"].startswith("to Bee 10 min")


@given(
    st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 7200)), min_size=1, max_size=12),
    st.sampled_from(["<", "<=", ">", ">=", "="]),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_trip_changed_by_the_flip_point_turns_the_verdict(
    toy_places: gpd.GeoDataFrame, seconds: list[tuple[int, int]], operator: str
) -> None:
    # Far from zero, so that no trip is changed to take less than no time.
    left, right = ([500 + s / 60 for s in side] for side in zip(*seconds, strict=True))
    margin = 5 if operator == "=" else 0
    said = claim(
        Comparison(
            origins=A,
            left=Side(to=("s",)),
            right=Side(to=("b",)),
            operator=operator,
            margin_min=margin,
            sites=False,
        )
    )

    def judged(change: float) -> pd.Series:
        changed = {("a", "s"): [minutes + change for minutes in left], ("a", "b"): right}
        return row(said, {"transit": toy_times(changed)}, toy_places)

    now = judged(0.0)
    if now["flip_reason"]:
        assert now["flip_reason"] == "never"
        return
    opposite = "fails" if now["verdict"] == "holds" else "holds"
    hair = 1e-6 if now["flip_min"] > 0 else -1e-6
    beyond = {judged(now["flip_min"] + step)["verdict"] for step in (hair, -hair, 0)}
    assert opposite in beyond
    if abs(now["flip_min"]) > abs(hair):
        assert judged(now["flip_min"] - hair)["verdict"] != opposite

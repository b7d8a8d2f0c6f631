"""The verdict over all origins, and the sentences that tell when a claim is true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import toy_times

from clustergeo.claims import Claim, Comparison, Side, judge, judge_claims
from clustergeo.claims.summary import verdict_overall
from clustergeo.schemas import check_table
from clustergeo.schemas.results import CLAIMS, VERDICTS
from clustergeo.times import Departures

WORDS = {"quotation": "q", "who": "w", "source": "s", "reading_en": "r", "reading_ko": "r"}
WINDOW = Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(7, 10))
BLANK = {"left_min": None, "right_min": None}
SIDES = {"left_min": 60.0, "right_min": 60.0}
NAMES = {"a": ("가람", "Alpha"), "b": ("서울", "Beta"), "s": ("서울역", "Seoul Stn")}


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((4, 0, 0, 0), "holds"),
        ((3, 1, 0, 0), "holds_except"),
        ((3, 0, 0, 1), "holds_except"),
        ((2, 1, 1, 0), "mixed"),
        ((1, 0, 3, 0), "mixed"),  # it holds from one
        ((0, 1, 3, 0), "fails"),
        ((0, 0, 4, 0), "fails"),
        ((0, 2, 2, 0), "mixed"),
        ((0, 0, 3, 1), "fails"),
        ((2, 0, 0, 2), "cannot_tell"),
        ((0, 0, 0, 1), "cannot_tell"),
        ((0, 0, 0, 0), "cannot_tell"),
    ],
)
def test_the_rule_over_all_origins(counts: tuple[int, ...], verdict: str) -> None:
    found = [name for name, n in zip(VERDICTS, counts, strict=True) for _ in range(n)]
    assert verdict_overall(found) == verdict


@given(st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=20), st.randoms())
def test_the_order_of_origins_does_not_matter(found: list[str], random: Any) -> None:
    shuffled = random.sample(found, len(found))
    assert verdict_overall(found) == verdict_overall(shuffled)


def claim(*comparisons: Comparison, **more: Any) -> Claim:
    return Claim(claim_id="c", comparison=comparisons, **{**WORDS, **more})


def told(said: Claim, rows: list[dict[str, Any]], places: gpd.GeoDataFrame) -> pd.Series:
    """Return the overall verdict on rows of the claims table written by hand."""
    blank = {"claim_id": "c", "mode": "transit", "note": "n", "evidence": "derived"} | SIDES
    table = pd.DataFrame([blank | row for row in rows]).reindex(columns=list(CLAIMS.names))
    checked = check_table(table, CLAIMS, file="claims")
    (found,) = judge_claims([said], checked, places, labels=NAMES).to_dict("records")
    return pd.Series(found)


TO_SEOUL = claim(Comparison(origins=("a",), left=Side(to=("s",)), right=Side(to=("b",))))


def test_a_claim_that_holds_everywhere_says_where_it_would_fail_first(
    toy_places: gpd.GeoDataFrame,
) -> None:
    rows = [
        {"origin_id": "a", "verdict": "holds", "share_true": 1, "flip_min": 30.4},
        {"origin_id": "b", "verdict": "holds", "share_true": 1, "flip_min": 12.6},
    ]
    found = told(TO_SEOUL, rows, toy_places)
    assert (found["verdict"], found["exceptions"], found["hold"]) == ("holds", "", 2)
    assert found["sentence_en"] == (
        "By public transport the statement holds for all 2 places; it would fail first from "
        "Beta, if the trip to Seoul Stn took 13 minutes more."
    )
    assert found["sentence_ko"] == (
        "대중교통으로 보면 이 진술은 2곳 모두에서 성립하지만, 가장 먼저 뒤집힐 곳은 서울로, "
        "서울역까지 13분 더 걸리면 성립하지 않는다."
    )


def test_exceptions_are_named_and_told_when_they_hold(toy_places: gpd.GeoDataFrame) -> None:
    fails = [{"origin_id": i, "verdict": "fails", "flip_min": -9.0} for i in ("a", "a_lab", "t")]
    mixed = {"origin_id": "b", "verdict": "mixed", "share_true": 0.37, "holds_at": "07:00"}
    found = told(TO_SEOUL, [*fails, mixed], toy_places)
    assert (found["verdict"], found["exceptions"]) == ("fails", "b")
    assert found["sentence_en"] == (
        "By public transport the statement is mixed for 1 of 4 places (Beta) and fails for 3 "
        "(Alpha, A_LAB, T); from Beta it holds for 37% of departures, nearly always when the "
        "trip starts at 07:00; it would hold first from Alpha, if the trip to Seoul Stn took 9 "
        "minutes less."
    )
    assert found["sentence_ko"] == (
        "대중교통으로 보면 이 진술은 4곳 가운데 1곳(서울)에서 엇갈리고, "
        "3곳(가람, 가a_lab, 가t)에서 성립하지 않지만, 서울에서는 출발의 37%에서 "
        "성립하며 07:00에 출발하면 거의 언제나 "
        "성립하고, 가장 먼저 뒤집힐 곳은 가람으로, 서울역까지 9분 덜 걸리면 성립한다."
    )


@pytest.mark.parametrize(
    ("holds_at", "english", "korean"),
    [
        ("", "for 37% of departures.", "출발의 37%에서 성립한다."),
        ("07:00-07:04; 07:08", "starts at 07:00-07:04 or 07:08.", "07:00-07:04, 07:08에 출발하면"),
        ("07:00; 07:02; 07:04", "starts at 07:00, 07:02 or 07:04.", "07:00, 07:02, 07:04에"),
        ("07:00; 07:02; 07:04; 07:06", "in 4 spells, first 07:00.", "07:00 등 4개 시간대에"),
    ],
)
def test_times_of_departure_are_told_as_long_as_they_are_few(
    toy_places: gpd.GeoDataFrame, holds_at: str, english: str, korean: str
) -> None:
    mixed = {"origin_id": "b", "verdict": "mixed", "share_true": 0.37, "holds_at": holds_at}
    found = told(TO_SEOUL, [mixed], toy_places)
    assert found["sentence_en"].startswith("By public transport the statement is mixed for Beta")
    assert found["sentence_en"].endswith(english)
    assert korean.replace("-", "~") in found["sentence_ko"]
    assert found["sentence_ko"].endswith("성립한다.")


@pytest.mark.parametrize(
    ("flip", "english", "korean"),
    [
        (-0.2, "took under a minute less", "1분 미만 덜 걸리면 성립한다"),
        (-1.2, "took 1 minute less", "1분 덜 걸리면 성립한다"),
        (30.0, "took 30 minutes more", "30분 더 걸리면 성립한다"),
    ],
)
def test_minutes_are_rounded(
    toy_places: gpd.GeoDataFrame, flip: float, english: str, korean: str
) -> None:
    found = told(TO_SEOUL, [{"origin_id": "a", "verdict": "fails", "flip_min": flip}], toy_places)
    assert found["sentence_en"].endswith(f"it would hold if the trip to Seoul Stn {english}.")
    assert found["sentence_ko"].endswith(f"성립하지 않지만, 서울역까지 {korean}.")


def test_where_only_the_right_side_is_a_trip_that_one_must_change(
    toy_places: gpd.GeoDataFrame,
) -> None:
    side = Side(to=("@other_clusters",), take="max", from_id="b")
    said = claim(Comparison(origins=("a",), left=Side(minutes=60), right=side))
    found = told(said, [{"origin_id": "a", "verdict": "fails", "flip_min": -7.0}], toy_places)
    assert (
        "the trip from Beta to the farthest other cluster took 7 minutes more"
        in (found["sentence_en"])
    )
    assert "서울에서 가장 먼 다른 클러스터까지 7분 더 걸리면 성립한다" in found["sentence_ko"]


def test_what_would_turn_a_measure_or_a_claim_of_many_trips_is_not_told(
    toy_places: gpd.GeoDataFrame,
) -> None:
    sides = {"operator": ">", "right": Side(value=1)}
    said = claim(Comparison(origins=("a",), left=Side(index="capital_ratio"), **sides))
    rows = [
        {"origin_id": i, "verdict": "fails", "left_value": v, "right_value": 1, "unit": "1"}
        | BLANK
        for i, v in (("a", 0.412), ("b", 0.63))
    ]
    found = told(said, rows, toy_places)
    assert found["sentence_en"] == (
        "By public transport the statement fails for all 2 places; the measure is 0.412 to "
        "0.63, against 1."
    )
    assert found["sentence_ko"] == (
        "대중교통으로 보면 이 진술은 2곳 모두에서 성립하지 않고, "
        "지표 값은 0.412~0.63이고 기준은 1이다."
    )
    many = claim(
        Comparison(origins=("a",), left=Side(to=("s",)), right=Side(to=("b",))),
        Comparison(origins=("b",), left=Side(to=("t",)), right=Side(to=("a",))),
    )
    found = told(many, [{"origin_id": "a", "verdict": "fails", "flip_min": 1.0}], toy_places)
    assert found["sentence_en"].endswith("the statement fails for Alpha.")
    assert found["sentence_ko"].endswith("가람에서 성립하지 않는다.")


def test_many_origins_are_counted_and_not_named(toy_places: gpd.GeoDataFrame) -> None:
    rows = [{"origin_id": f"p{i}", "verdict": ["holds", "fails"][i % 2]} for i in range(20)]
    found = told(TO_SEOUL, rows, toy_places)
    assert found["verdict"] == "mixed"
    assert found["sentence_en"].endswith("holds for 10 of 20 places and fails for 10.")
    assert found["sentence_ko"].endswith(
        "20곳 가운데 10곳에서 성립하고, 10곳에서 성립하지 않는다."
    )


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        ("no_trip", "as there is no trip", "경로가 없어"),
        ("no_measure", "as the measure has no value", "지표 값이 없어"),
    ],
)
def test_what_cannot_be_told_says_why(
    toy_places: gpd.GeoDataFrame, reason: str, english: str, korean: str
) -> None:
    rows = [
        {"origin_id": "a", "verdict": "cannot_tell", "reason": reason},
        {"origin_id": "b", "verdict": "fails"},
    ]
    found = told(TO_SEOUL, rows, toy_places)
    assert (found["verdict"], found["reason"], found["untold"]) == ("cannot_tell", reason, 1)
    assert found["exceptions"] == "b"
    assert found["sentence_en"] == (
        "By public transport the statement fails for 1 of 2 places (Beta) and cannot be told "
        f"for 1 (Alpha), {english}."
    )
    assert found["sentence_ko"] == (
        f"대중교통으로 보면 이 진술은 2곳 가운데 1곳에서 {korean} 판단할 수 없다."
    )


@pytest.mark.parametrize(
    ("names", "english", "korean"),
    [
        ({}, "before ctx is built", "ctx가 있어야"),
        (
            {"scenario_en": "the line", "scenario_ko": "노선"},
            "before the line is",
            "노선이 있어야",
        ),
    ],
)
def test_a_figure_for_a_planned_link_stands_beside_that_of_today(
    toy_places: gpd.GeoDataFrame, names: dict[str, str], english: str, korean: str
) -> None:
    side = {"left": Side(to=("s",)), "right": Side(minutes=16)}
    said = claim(Comparison(origins=("a", "b"), **side), scenario="ctx", **names)
    untold = {"verdict": "cannot_tell", "reason": "needs_scenario", "right_min": 16}
    rows = [
        untold | {"origin_id": "a", "left_min": 45.4},
        untold | {"origin_id": "b", "left_min": 61},
    ]
    found = told(said, rows, toy_places)
    assert english in found["sentence_en"]
    assert found["sentence_en"].endswith(
        "the trip to Seoul Stn takes 45 to 61 minutes today, against 16 said."
    )
    assert korean in found["sentence_ko"]
    assert found["sentence_ko"].endswith(
        "지금은 서울역까지 45~61분이 걸리고 제시된 값은 16분이다."
    )


def test_a_planned_measure_has_no_figure_of_today_in_minutes(
    toy_places: gpd.GeoDataFrame,
) -> None:
    side = {"left": Side(index="capital_ratio"), "right": Side(value=1)}
    said = claim(Comparison(origins=("a",), **side), scenario="ctx")
    untold = {"verdict": "cannot_tell", "reason": "needs_scenario", "left_value": 0.4}
    found = told(said, [untold | {"origin_id": "a", "right_value": 1, "unit": "1"}], toy_places)
    assert found["sentence_en"].endswith("nothing can be told before ctx is built.")
    assert found["sentence_ko"].endswith("ctx가 있어야 판단할 수 있다.")


def test_a_sentence_says_what_the_samples_say(toy_places: gpd.GeoDataFrame) -> None:
    # Seoul is nearer than the other cluster to who leaves in the first four minutes of ten.
    to_seoul = [10.0] * 4 + [99.0] * 6
    pairs = {(start, "s"): to_seoul for start in ("a", "a_lab")}
    pairs |= {(start, "b"): [50.0] * 10 for start in ("a", "a_lab")}
    table = judge(
        [TO_SEOUL],
        {"transit": toy_times(pairs)},
        toy_places,
        clusters=["a", "b"],
        capital=["s"],
        departures=WINDOW,
    )
    assert table["holds_at"].tolist() == ["07:00-07:03"] * 2
    (found,) = judge_claims([TO_SEOUL], table, toy_places).to_dict("records")
    assert found["sentence_en"] == (
        "By public transport the statement is mixed for all 2 places; from A it holds for 40% "
        "of departures, nearly always when the trip starts at 07:00-07:03."
    )
    assert np.isclose(table["flip_min"], -49).all()


def test_a_trip_that_would_have_to_take_no_time_is_not_told(toy_places: gpd.GeoDataFrame) -> None:
    rows = [
        {"origin_id": "a", "verdict": "fails", "left_min": 20.0, "flip_min": -20.0},
        {"origin_id": "b", "verdict": "fails", "left_min": 90.0, "flip_min": -70.0},
    ]
    assert "hold first from Beta" in told(TO_SEOUL, rows, toy_places)["sentence_en"]
    assert "would" not in told(TO_SEOUL, rows[:1], toy_places)["sentence_en"]

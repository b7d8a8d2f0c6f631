"""Measures, verdicts and costs before and after: by hand, and on the shipped study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from toy import toy_times

from clustergeo.claims import Claim, Comparison, Side
from clustergeo.errors import SchemaError
from clustergeo.networks.edits import Base, Scenario, apply, edit_from
from clustergeo.schemas import check_table
from clustergeo.schemas.appraisal import CLAIM_CHANGES, COSTS, MEASURE_CHANGES, NULL_RUN
from clustergeo.settings import data_path
from clustergeo.study import (
    Appraisal,
    ScenarioRun,
    Study,
    appraise,
    before_after,
    judge_study,
    load_study,
    run_scenarios,
    study_base,
)
from clustergeo.study._places import load_study_places
from clustergeo.study.scenarios._claim_changes import Held, hold
from clustergeo.study.scenarios._claim_ends import (
    built,
    changed_places,
    destinations_of,
    narrowed,
)
from clustergeo.study.scenarios._measure_changes import MEASURES, measure_changes
from clustergeo.study.scenarios._minute_costs import (
    cost_of,
    costs,
    load_demand,
    load_value_of_time,
)
from clustergeo.study.scenarios._null_run import null_table

pytestmark = pytest.mark.no_cover

NAN = np.nan


def shipped(name: str) -> Path:
    return data_path("scenarios", f"{name}.toml")


def scenario(*tables: dict[str, Any], **keys: Any) -> Scenario:
    edits = tuple(edit_from(table) for table in tables)
    told = {"scenario_id": "x", "title_en": "X", "title_ko": "엑스", "edits": edits} | keys
    return Scenario(**told)


# A world by hand: clusters a and b, capital s.


def pairs() -> pd.DataFrame:
    """Return a to b 60 to 50 min, b to a 40 as before, a to s 30 to 36, b to s without a trip."""
    before = toy_times({("a", "b"): [60.0], ("b", "a"): [40.0], ("a", "s"): [30.0]})
    after = toy_times({("a", "b"): [50.0], ("b", "a"): [40.0], ("a", "s"): [36.0]})
    table = before_after({"transit": before}, {"transit": after})
    return table[table["from_id"].isin(["a", "b"]) & table["to_id"].isin(["a", "b", "s"])]


def values() -> pd.DataFrame:
    rows = [("transit", "business", 18_000.0), ("transit", "other", 6_000.0)]
    table = pd.DataFrame(rows, columns=["mode", "purpose", "won_per_hour"])
    return table.assign(price_year=2016, evidence="estimated", source="invented")


def costed(cost_krw_bn: float = 100.0, demand: pd.DataFrame | None = None) -> pd.DataFrame:
    table = costs(pairs(), ["a", "b"], cost_krw_bn, values(), demand)
    return table.set_index(["scope", "from_id", "to_id"])


def test_a_minute_costs_what_is_spent_over_the_mean_saved() -> None:
    table = costed()
    region = table.loc[("clusters", "", "")]
    assert (region["pairs"], region["saved_min"], region["krw_bn_per_min"]) == (2, 5.0, 20.0)
    # Five minutes at 6,000 and 18,000 won an hour.
    assert region["other_won_per_trip"] == pytest.approx(500)
    assert region["business_won_per_trip"] == pytest.approx(1_500)
    assert table.loc[("pair", "a", "b"), "krw_bn_per_min"] == 10.0
    assert table.loc[("pair", "b", "a"), "reason"] == "saves_nothing"
    assert table.loc[("pair", "b", "s"), "reason"] == "no_trip"
    capital = table.loc[("capital", "", "")]
    assert (capital["pairs"], capital["saved_min"], capital["reason"]) == (1, -6, "saves_nothing")
    assert set(table["demand_reason"]) == {"no_demand"}
    assert table["krw_bn_per_min"].isna().equals(table["reason"] != "")


def test_without_a_cost_nothing_is_said_per_minute() -> None:
    region = costed(NAN).loc[("clusters", "", "")]
    assert region["reason"] == "no_cost"
    assert np.isnan(region["krw_bn_per_min"])
    assert region["other_won_per_trip"] == pytest.approx(500)
    free = scenario()
    assert np.isnan(cost_of([scenario(cost_krw_bn=3.0), free]))
    assert cost_of([scenario(cost_krw_bn=3.0), scenario(cost_krw_bn=4.0)]) == 7.0


def test_person_minutes_only_of_the_demand_given() -> None:
    trips = pd.DataFrame(
        {"from_id": ["a"], "to_id": ["b"], "mode": ["transit"], "trips_a_day": [200.0]}
    )
    table = costed(demand=trips)
    region = table.loc[("clusters", "", "")]
    assert region["person_min_a_day"] == 2_000
    assert region["krw_bn_per_1000_person_min"] == 50
    assert region["demand_reason"] == ""
    assert table.loc[("pair", "b", "a"), "demand_reason"] == "no_demand"


def test_tables_of_ones_own_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    path.write_text("from_id,to_id,mode,trips_a_day,source\na,b,transit,-5,me\n", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"demand.csv:2, trips_a_day"):
        load_demand(path)
    assert set(load_value_of_time()["evidence"]) == {"estimated"}


def isolation(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["cluster_id", "index", "value"])
    table = table.assign(mode="transit", weights="", unit="min", evidence="derived")
    return table.assign(reason=np.where(table["value"].isna(), "no_trip", ""))


def test_measures_say_what_became_of_isolation() -> None:
    before = isolation(
        ("a", "to_nearest_cluster", 60.0), ("b", "to_nearest_cluster", 40.0),
        ("a", "potential", 5.0), ("b", "potential", 7.0),
        ("a", "capital_ratio", 2.0), ("b", "capital_ratio", NAN), ("a", "composite", 1.0),
    )  # fmt: skip
    after = isolation(
        ("a", "to_nearest_cluster", 30.0), ("b", "to_nearest_cluster", 40.0 + 1e-12),
        ("a", "potential", 4.0), ("b", "potential", 9.0),
        ("a", "capital_ratio", NAN), ("b", "capital_ratio", 1.0), ("a", "composite", 2.0),
    )  # fmt: skip
    table = measure_changes(before, after, pairs(), ["a", "b"])
    found = table.set_index(["measure", "place_id"])
    nearest = found.loc[("to_nearest_cluster", "a")]
    assert (nearest["difference"], nearest["better"], nearest["change"]) == (
        -30.0,
        "lower",
        "better",
    )
    assert (nearest["rank_before"], nearest["rank_after"]) == (1, 2)
    same = found.loc[("to_nearest_cluster", "b")]
    assert (same["difference"], same["change"]) == (0.0, "unchanged")
    assert found.loc[("potential", "a"), "change"] == "worse"
    assert found.loc[("potential", "b"), "change"] == "better"
    # Where one has no value nobody has a rank, and the blank has its reason.
    ratio = found.loc["capital_ratio"]
    assert ratio["change"].to_dict() == {"a": "lost", "b": "new"}
    assert ratio[["rank_before", "rank_after"]].isna().all(axis=None)
    assert set(ratio["reason"]) == {"no_trip"}
    assert "composite" not in found.index
    region = found.loc[("mean_to_clusters", "region")]
    assert (region["before"], region["after"], region["difference"]) == (50.0, 45.0, -5.0)
    assert found.loc[("mean_to_capital", "region"), "change"] == "worse"


def test_two_equal_runs_differ_by_exactly_zero_and_others_do_not() -> None:
    one = held([60.0, NAN], 0.5)
    assert null_table(one, one)[["differing", "largest_difference"]].eq(0).all(axis=None)
    apart = null_table(one, held([60.25, NAN], 0.5)).set_index("what")
    assert apart.loc["times", ["compared", "differing"]].tolist() == [50, 1]
    assert apart.loc["times", "largest_difference"] == 0.25
    for other in ([60.0, 1.0], [60.0]):
        times = null_table(one, held(other, 0.5)).set_index("what").loc["times"]
        assert times["differing"] > 0
        assert np.isnan(times["largest_difference"])
        assert times["reason"] == "one_side_only"


def held(minutes: list[float], share: float) -> Held:
    names = ("share_true", "left_min", "right_min", "left_value", "right_value", "flip_min")
    table = pd.DataFrame([{"mode": "transit"} | dict.fromkeys(names, share)])
    times = {"transit": toy_times({("a", "b"): minutes})}
    places: Any = None
    return Held(times=times, places=places, measures=isolation(("a", "x", 1.0)), table=table)


def test_what_is_built_is_no_condition() -> None:
    said = claim(Side(to=("b",)), scenario="ctx")
    assert built([said], ["ctx"])[0].scenario == ""
    assert built([said], ["other"]) == (said,)


def claim(left: Side, **keys: Any) -> Claim:
    comparison = Comparison(origins=("@clusters",), left=left, right=Side(minutes=1.0))
    told = {
        "claim_id": "c", "quotation": "q", "who": "w", "source": "s", "reading_en": "r",
        "reading_ko": "r", "comparison": (comparison,),
    }  # fmt: skip
    return Claim(**(told | keys))


def test_trips_lead_to_what_claims_name() -> None:
    known = load_study_places(load_study()).compared
    ids = destinations_of([claim(Side(to=("daedeok_kaist",)))], known)
    assert "daedeok_kaist" in ids
    assert {"osong", "seoul_station"} < set(ids)
    assert "cheongju_airport" not in ids
    hubs = destinations_of([claim(Side(index="remoteness"))], known)
    assert {"cheongju_airport", "osong_station"} < set(hubs)
    assert "daedeok_kaist" not in hubs


def test_times_are_narrowed_to_some_places() -> None:
    times = toy_times({("a", "b"): [60.0, 61.0], ("b", "s"): [5.0, 6.0]})
    (few,) = narrowed({"transit": times}, ["b", "a", "z"]).values()
    assert (few.from_ids, few.minutes.shape) == (("b", "a"), (2, 2, 2))
    assert few.samples("a", "b").tolist() == [60.0, 61.0]
    assert few.table[["from_id", "to_id"]].to_numpy().tolist()[1] == ["b", "a"]
    assert narrowed({"transit": times}, times.from_ids)["transit"] is times


# The shipped study.


@pytest.fixture(scope="module")
def base() -> Base:
    return study_base()


@pytest.fixture(scope="module")
def study() -> Study:
    """Return the shipped study with few departures, as its path takes as long for many."""
    return replace(load_study(), window="08:00-08:15")


@pytest.fixture(scope="module")
def nothing(base: Base, study: Study) -> ScenarioRun:
    return run_scenarios(scenario(), study, base=base, claims=True)


@pytest.fixture(scope="module")
def ctx(base: Base, study: Study, nothing: ScenarioRun) -> Appraisal:
    before = nothing.before
    run = run_scenarios(shipped("ctx"), study, base=base, before=before, claims=True)
    return appraise(run, null=True)


def test_claims_need_more_times_and_change_none(nothing: ScenarioRun, base: Base) -> None:
    narrow = run_scenarios(scenario(), nothing.study, base=base)
    pd.testing.assert_frame_equal(narrow.table, nothing.table)
    for mode, times in narrow.before.items():
        wide = narrowed(nothing.before, times.from_ids)[mode]
        assert np.array_equal(wide.minutes, times.minutes, equal_nan=True)
        pd.testing.assert_frame_equal(wide.table, times.table)


def test_nothing_built_leaves_all_unchanged(nothing: ScenarioRun) -> None:
    appraisal = appraise(nothing)
    assert set(appraisal.measures["change"]) == {"unchanged", "no_value"}
    assert (appraisal.measures["difference"].dropna() == 0).all()
    assert (appraisal.measures["reason"] != "").equals(appraisal.measures["after"].isna())
    told = appraisal.claims
    assert (told["before_verdict"] == told["after_verdict"]).all()
    assert set(appraisal.costs["reason"]) == {"saves_nothing"}
    assert "every measure is unchanged" in appraisal.sheet
    assert "no verdict changes" in appraisal.sheet
    assert appraisal.null is None


def test_ministry_figures_stand_beside_ours(ctx: Appraisal) -> None:
    table = ctx.claims.set_index(["claim_id", "mode", "from_id"])
    row = table.loc[("ctx_daejeon_sejong_after", "transit", "m_gov_daejeon")]
    assert (row["said"], row["before_verdict"], row["reason_before"]) == (
        16,
        "cannot_tell",
        "needs_scenario",
    )
    # The train takes the 16 minutes said; door to door is longer.
    assert row["after_verdict"] == "fails"
    assert row["ride_min"] == pytest.approx(16, abs=0.5)
    assert row["after_min"] > row["ride_min"] + 5
    assert row["after_min"] < row["before_min"]
    assert row["flip_min"] < 0
    assert "what it contains is not stated" in row["text_en"]
    assert "16 in vehicles" in row["text_en"]
    assert "차 안 16분" in row["text_ko"]
    waits = table.loc[("cheonan_line_after", "transit", "seoul_station")]
    assert waits["reason_after"] == "needs_scenario"
    assert "claims that need another scenario" in ctx.sheet


def test_verdicts_with_a_scenario_are_those_of_all_claims_held_anew(
    ctx: Appraisal, study: Study
) -> None:
    anew = judge_study(study, notify=str, scenarios=[shipped("ctx")]).by_origin
    keys = ["claim_id", "mode", "origin_id"]
    merged = ctx.claims.merge(anew, left_on=["claim_id", "mode", "from_id"], right_on=keys)
    assert len(merged) == len(anew) == len(ctx.claims)
    assert (merged["after_verdict"] == merged["verdict"]).all()
    assert np.array_equal(merged["after_share"], merged["share_true"], equal_nan=True)


def test_the_tables_keep_their_contracts_and_the_null_run_is_null(ctx: Appraisal) -> None:
    for table, schema in (
        (ctx.measures, MEASURE_CHANGES),
        (ctx.claims, CLAIM_CHANGES),
        (ctx.costs, COSTS),
        (ctx.null, NULL_RUN),
    ):
        check_table(table, schema, file=schema.name, first_row=1)
    assert ctx.null is not None
    assert ctx.null["compared"].min() > 0
    assert ctx.null[["differing", "largest_difference"]].eq(0).all(axis=None)
    assert "the same inputs twice: 0 of" in ctx.sheet.replace("\n", " ")


def test_a_page_and_its_tables_are_written_the_same_twice(ctx: Appraisal, tmp_path: Path) -> None:
    for name in ("one", "other"):
        ctx.write(tmp_path / name)
    names = sorted(
        path.relative_to(tmp_path / "one").as_posix()
        for path in (tmp_path / "one").rglob("*")
        if path.is_file()
    )
    assert {"appraisal.md", "scenario.json"} < set(names)
    assert {f"tables/{name}.csv" for name in ("measure_changes", "claim_changes", "costs")} < set(
        names
    )
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    page = (tmp_path / "one/appraisal.md").read_text(encoding="utf-8")
    assert page.startswith("# 충청권 광역급행철도(CTX) / CTX")
    assert "No benefit-cost ratio is claimed" in page
    assert "비용편익비는 제시하지 않는다" in page


def test_a_run_without_the_claims_times_is_run_again(base: Base, study: Study) -> None:
    narrow = run_scenarios(scenario(), study, base=base)
    assert set(appraise(narrow).run.after["car"].from_ids) > set(narrow.after["car"].from_ids)
    silent = run_scenarios(scenario(), replace(study, claims=None), base=base)
    appraisal = appraise(silent)
    assert appraisal.run is silent
    assert appraisal.claims.empty
    assert "no verdict changes" in appraisal.sheet


def test_grown_weights_and_new_places_are_seen(base: Base, nothing: ScenarioRun) -> None:
    grown = scenario(
        {"kind": "weight", "place_id": "osong", "column": "employees", "factor": 2.0},
        {"kind": "new_site", "place_id": "osong_3", "lon": 127.31, "lat": 36.61,
         "cluster_id": "osong"},
    )  # fmt: skip
    study, changed = nothing.study, apply(grown, base)
    places = load_study_places(study)
    after = changed_places(places, base, changed)
    assert after.compared["place_id"].iloc[-1] == "osong_3"
    clusters = after.clusters.set_index("place_id")
    assert clusters.loc["osong", ["employees", "employees_evidence"]].tolist() == [
        44_000,
        "estimated",
    ]
    assert clusters.loc["daedeok", "employees_evidence"] == "published"
    # More jobs in Osong at the same minutes: Sejong has a greater potential, and is as near.
    small, large = (
        hold((), study, each, nothing.before, MEASURES).measures for each in (places, after)
    )
    told = measure_changes(small, large, nothing.table, after.cluster_ids)
    told = told.set_index(["measure", "weights", "mode", "place_id"])
    assert told.loc[("potential", "workers", "car", "sejong"), "change"] == "better"
    assert told.loc[("to_nearest_cluster", "", "car", "sejong"), "change"] == "unchanged"
    assert changed_places(places, base, base) is places

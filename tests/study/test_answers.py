"""The numbers a reader will check first, read off the finished tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clustergeo.indices import load_indices
from clustergeo.indices.measure import REASONS
from clustergeo.study import load_study

SITES = ("daedeok", "osong", "ochang", "sejong")


@pytest.fixture(scope="module")
def times(study_folder: Path) -> pd.DataFrame:
    table = pd.read_csv(study_folder / "tables" / "times.csv")
    return table.set_index(["mode", "from_id", "to_id"])


@pytest.fixture(scope="module")
def claims(study_folder: Path) -> pd.DataFrame:
    return pd.read_csv(study_folder / "tables" / "claims.csv")


@pytest.mark.parametrize(
    ("start", "end"), [("daedeok", "osong"), ("osong", "ochang"), ("sejong", "daedeok")]
)
def test_neighbouring_clusters_are_well_under_an_hour_by_car(
    times: pd.DataFrame, start: str, end: str
) -> None:
    assert 10 < times.loc[("car", start, end), "minutes"] < 50


def test_seoul_daejeon_by_car_takes_between_90_and_120_minutes(times: pd.DataFrame) -> None:
    assert 90 <= times.loc[("car", "seoul_station", "daejeon_station"), "minutes"] <= 120


def test_the_parts_of_a_trip_add_up_to_its_minutes(times: pd.DataFrame) -> None:
    ok = times.loc[times["status"] == "ok"]
    parts = ok[["access_min", "wait_min", "ride_min", "transfer_min", "egress_min"]].sum(axis=1)
    assert (parts - ok["minutes"]).abs().max() < 0.03  # five parts, each rounded to 0.01


def test_percentiles_are_in_order(times: pd.DataFrame) -> None:
    ok = times.loc[times["status"] == "ok"].dropna()
    ordered = ok[["best_min", "p10_min", "minutes", "p90_min", "worst_min"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_minutes_are_blank_exactly_where_the_status_says_why(times: pd.DataFrame) -> None:
    assert (times["minutes"].isna() == (times["status"] != "ok")).all()
    assert times["status"].notna().all()


def test_the_quoted_statement_comes_out_mixed(claims: pd.DataFrame) -> None:
    said = claims.loc[claims["claim_id"] == "faster_to_capital"].set_index(["mode", "origin_id"])
    # By car no cluster is nearer to Seoul than Daedeok and Osong are to each other.
    assert (said.loc["car", "verdict"] == "fails").all()
    # From Daedeok it is clearly longer to Seoul by public transport ...
    daedeok = said.loc[("transit", "daedeok")]
    assert daedeok["left_min"] > daedeok["right_min"] + 15
    # ... from Osong about as long.
    osong = said.loc[("transit", "osong")]
    assert abs(osong["left_min"] - osong["right_min"]) < 20
    assert osong["verdict"] == "mixed"


def test_what_is_said_of_planned_links_cannot_be_told_and_stands_beside_today(
    claims: pd.DataFrame,
) -> None:
    planned = claims.loc[claims["claim_id"].str.endswith("_after")]
    assert (planned["reason"] == "needs_scenario").all()
    assert planned[["left_min", "right_min"]].notna().all(axis=None)
    assert (claims["reason"].notna() == (claims["verdict"] == "cannot_tell")).all()


def test_every_claim_has_a_verdict_and_a_sentence_a_mode(study_folder: Path) -> None:
    verdicts = pd.read_csv(study_folder / "tables" / "claim_verdicts.csv")
    found = verdicts.set_index(["claim_id", "mode"])["verdict"]
    assert found["within_one_hour"].to_dict() == {"car": "holds", "transit": "fails"}
    assert found["faster_to_capital"].to_dict() == {"car": "fails", "transit": "mixed"}
    assert found["inadequate", "transit"] == "holds_except"
    assert verdicts[["sentence_en", "sentence_ko", "evidence"]].notna().all(axis=None)
    counts = verdicts[["hold", "mix", "fail", "untold"]].sum(axis=1)
    assert (counts == verdicts["origins"]).all()


def test_seogwipo_has_a_reason_by_road_and_wando_is_bridged(study_folder: Path) -> None:
    pilots = pd.read_csv(study_folder / "tables" / "pilot_regions.csv")
    cars = pilots.loc[pilots["mode"] == "car"].set_index(["municipality_id", "target"])
    assert cars.loc[("seogwipo", "capital"), "status"] == "no_path"
    assert cars.loc[("wando", "capital"), "status"] == "ok"
    assert pilots["municipality_id"].nunique() == 13
    assert len(pilots) == 13 * 2 * 2


def test_every_reference_point_and_cluster_has_an_index(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "isolation.csv", keep_default_na=False)
    capital = load_study().places.capital
    for cluster_id in SITES:
        own = table.loc[table["cluster_id"] == cluster_id]
        others = {f"to_{other}" for other in SITES if other != cluster_id}
        expected = others | {f"to_{point}" for point in capital}
        expected |= {"to_nearest_cluster", "to_capital_fastest", "capital_ratio", "capital_margin"}
        expected |= {"people_within_60_min", "transport_performance", "composite", "potential"}
        for mode in ("car", "transit"):
            assert set(own.loc[own["mode"] == mode, "index"]) > expected
    assert set(table.loc[table["value"] == "", "reason"]) <= set(REASONS)
    assert (table.loc[table["value"] != "", "reason"] == "").all()
    assert (table.loc[table["value"] != "", "evidence"] != "").all()


def test_a_measure_free_of_location_stands_beside_potential(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "isolation.csv", keep_default_na=False)
    gap = table.loc[table["index"] == "rank_gap_to_potential"].set_index(["mode", "cluster_id"])
    # Sejong lies in the middle: nothing has more in reach, and no roads are less direct.
    assert float(gap.loc[("car", "sejong"), "value"]) == -3
    neutral = {name for name, index in load_indices().items() if index.location_neutral}
    assert neutral & set(table["index"])


def test_more_people_live_within_ninety_minutes_than_within_sixty(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "isolation.csv")
    people = table.set_index(["index", "mode", "cluster_id"])["value"]
    near, far = people["people_within_60_min"], people["people_within_90_min"]
    assert (far > near).all()
    assert far["car"].min() > far["transit"].max()  # an hour and a half by car is farther
    assert far["car"].between(5e6, 30e6).all()


def test_ranks_are_told_with_what_moves_them(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "stability_summary.csv")
    whole = table.loc[table["dimension"] == "all"].set_index(["mode", "cluster_id"])
    assert set(whole.index) == {(mode, site) for mode in ("car", "transit") for site in SITES}
    assert (whole["best_rank"] <= whole["worst_rank"]).all()
    shares = whole["first_share"].groupby("mode").sum()
    assert (shares >= 1 - 1e-2).all()  # somebody comes first in every ranking
    dimensions = set(table.loc[table["mode"] == "transit", "dimension"])
    assert dimensions == {"study", "capital_point", "site", "departure", "spread", "all"}


def test_clusters_stand_beside_the_thirteen_municipalities(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "peers.csv", keep_default_na=False)
    assert table.loc[table["kind"] == "municipality", "place_id"].nunique() == 13
    assert set(table.loc[table["kind"] == "cluster", "place_id"]) == set(SITES)
    island = table.loc[
        (table["place_id"] == "seogwipo_hall")
        & (table["index"] == "capital_ratio")
        & (table["mode"] == "car")
    ]
    assert island["reason"].tolist() == ["no_trip"]

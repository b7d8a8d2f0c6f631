"""The numbers a reader will check first, read off the finished tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

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


def test_seogwipo_has_a_reason_by_road_and_wando_is_bridged(study_folder: Path) -> None:
    pilots = pd.read_csv(study_folder / "tables" / "pilot_regions.csv")
    cars = pilots.loc[pilots["mode"] == "car"].set_index(["municipality_id", "target"])
    assert cars.loc[("seogwipo", "capital"), "status"] == "no_path"
    assert cars.loc[("wando", "capital"), "status"] == "ok"
    assert pilots["municipality_id"].nunique() == 13
    assert len(pilots) == 13 * 2 * 2


def test_every_reference_point_and_cluster_has_an_index(study_folder: Path) -> None:
    table = pd.read_csv(study_folder / "tables" / "isolation.csv")
    capital = load_study().places.capital
    for cluster_id in SITES:
        own = table.loc[table["cluster_id"] == cluster_id]
        others = {f"to_{other}" for other in SITES if other != cluster_id}
        expected = others | {f"to_{point}" for point in capital}
        expected |= {"to_nearest_cluster", "to_capital_fastest", "capital_ratio", "capital_margin"}
        for mode in ("car", "transit"):
            assert set(own.loc[own["mode"] == mode, "index"]) == expected

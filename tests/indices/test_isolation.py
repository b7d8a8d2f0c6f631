from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustergeo.indices import capital_margin, capital_ratio, fastest, isolation_table, minutes_to


@pytest.fixture
def times() -> pd.DataFrame:
    rows = [
        ("a", "b", 40.0),
        ("a", "s", 80.0),
        ("a", "t", 60.0),
        ("b", "a", 50.0),
        ("b", "s", 25.0),
        ("b", "t", np.nan),
    ]
    table = pd.DataFrame(rows, columns=["from_id", "to_id", "minutes"])
    return table.assign(mode="car")


def test_the_table_holds_each_measure_of_each_cluster_once(times: pd.DataFrame) -> None:
    table = isolation_table(times, ["a", "b"], ["s", "t"])
    values = table.set_index(["cluster_id", "index"])["value"]
    assert values["a"].to_dict() == {
        "to_b": 40.0,
        "to_s": 80.0,
        "to_t": 60.0,
        "to_nearest_cluster": 40.0,
        "to_capital_fastest": 60.0,
        "capital_ratio": pytest.approx(40 / 60),
        "capital_margin": -20.0,
    }
    assert values["b"]["capital_ratio"] == 2.0
    assert values["b"]["capital_margin"] == 25.0
    assert np.isnan(values["b"]["to_t"])


def test_units_stand_beside_every_value(times: pd.DataFrame) -> None:
    table = isolation_table(times, ["a", "b"], ["s"])
    units = table.set_index("index")["unit"].groupby(level=0).unique()
    assert units["capital_ratio"].tolist() == ["1"]
    assert units["to_nearest_cluster"].tolist() == ["min"]


def test_a_cluster_is_never_its_own_nearest() -> None:
    times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["a", "b"], "minutes": [0.0, 9.0]})
    assert fastest(times, ["a"], ["a", "b"], name="n")["a"] == 9.0


def test_an_origin_without_any_trip_has_no_value(times: pd.DataFrame) -> None:
    assert np.isnan(minutes_to(times, ["zzz"], "s")["zzz"])
    assert np.isnan(fastest(times, ["zzz"], ["s"], name="n")["zzz"])


def test_the_ratio_is_blank_inside_the_capital() -> None:
    ratio = capital_ratio(pd.Series([30.0]), pd.Series([0.0]))
    assert np.isnan(ratio[0])


def test_margin_and_ratio_agree_on_which_is_nearer() -> None:
    nearest, capital = pd.Series([10.0, 20.0, 30.0]), pd.Series([20.0, 20.0, 20.0])
    margin, ratio = capital_margin(nearest, capital), capital_ratio(nearest, capital)
    assert (np.sign(margin) == np.sign(ratio - 1)).all()


def test_inputs_are_left_alone(times: pd.DataFrame) -> None:
    before = times.copy()
    isolation_table(times, ["a", "b"], ["s", "t"])
    pd.testing.assert_frame_equal(times, before)

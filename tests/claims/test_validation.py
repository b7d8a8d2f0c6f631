from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustergeo.claims import compare_with_published, summarise_errors


def published(**changes: object) -> pd.DataFrame:
    row = {
        "pair": "a - b",
        "minutes_low": 40.0,
        "minutes_high": 60.0,
        "model_mode": "car",
        "basis": "drive",
        "used_as_input": "no",
        "type": "T",
        "source": "timetable",
        "not_compared": "",
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("low", "high", "middle"), [(40.0, 60.0, 50.0), (40.0, np.nan, 40.0), (np.nan, 60.0, 60.0)]
)
def test_the_middle_of_the_published_range_counts(low: float, high: float, middle: float) -> None:
    table = published(minutes_low=low, minutes_high=high)
    pairs = compare_with_published(table, lambda _: (55.0, "note"))
    assert pairs.loc[0, ["published_min", "error_min"]].tolist() == [middle, 55 - middle]


def test_a_figure_with_a_reason_is_left_out() -> None:
    assert compare_with_published(published(not_compared="scope"), lambda _: (1.0, "")).empty


def test_what_explains_a_miss_is_carried_over() -> None:
    told = compare_with_published(published(explanation="other ends"), lambda _: (90.0, ""))
    untold = compare_with_published(published(), lambda _: (90.0, ""))
    assert told["explanation"].tolist() == ["other ends"]
    assert untold["explanation"].tolist() == [""]


def test_figures_that_went_into_the_model_are_summed_up_apart() -> None:
    pairs = pd.concat(
        [
            compare_with_published(published(used_as_input=used), lambda _: (53.0, ""))
            for used in ("yes", "no")
        ]
    )
    summary = summarise_errors(pairs).set_index("used_as_input")
    assert summary["pairs"].to_dict() == {"no": 1, "yes": 1}
    assert summary.loc["no", ["bias_min", "mae_min", "mape", "within_5_min"]].tolist() == [
        3,
        3,
        6,
        1,
    ]


def test_a_pair_without_model_minutes_is_listed_but_not_summed_up() -> None:
    pairs = compare_with_published(published(), lambda _: (float("nan"), "no direct ride"))
    assert len(pairs) == 1
    assert summarise_errors(pairs).empty

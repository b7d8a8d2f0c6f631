"""One mode against the other, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustergeo.errors import UsageError
from clustergeo.schemas import check_table
from clustergeo.schemas.profiles import COMPARED
from clustergeo.times import TravelTimes, compare_modes


def times(mode: str, *pairs: Any, evidence: str = "derived") -> TravelTimes:
    """Return times of pairs from one place: samples, or a status where there is none."""
    count = max([len(pair) for pair in pairs if not isinstance(pair, str)], default=1)
    minutes = np.full((1, len(pairs), count), np.nan)
    rows = []
    for to, pair in enumerate(pairs):
        if isinstance(pair, str):
            rows.append({"minutes": np.nan, "status": pair, "evidence": ""})
            continue
        minutes[0, to] = pair
        median = sorted(pair)[(count - 1) // 2]
        rows.append({"minutes": float(median), "status": "ok", "evidence": evidence})
    ids = tuple(f"to{i}" for i in range(len(pairs)))
    return TravelTimes(mode, pd.DataFrame(rows), minutes, ("a",), ids)


def test_ratio_margin_and_the_faster_mode() -> None:
    car = times("car", [40], [30], [30], "no_path", [20], "same_place", "no_path")
    transit = times(
        "transit",
        [30, 50, 60],
        [20, 25, 30],
        [30, 30, 30],
        [50, 50, 50],
        "beyond_limit",
        "same_place",
        "no_service",
        evidence="estimated",
    )
    found = compare_modes(car, transit)
    check_table(found, COMPARED, file="compared")
    assert found["ratio"].tolist()[:3] == [1.25, round(25 / 30, 4), 1]
    assert found["margin_min"].tolist()[:3] == [10, -5, 0]
    assert found["fastest"].tolist() == ["car", "transit", "tie", "transit", "car", "", ""]
    assert found["transit_wins_share"].tolist()[:5] == [round(1 / 3, 4), round(2 / 3, 4), 0, 1, 0]
    assert found["transit_wins_share"].isna().tolist()[5:] == [True, True]
    assert found["ratio"].isna().tolist() == [False] * 3 + [True] * 4
    assert found["evidence"].tolist() == [*["estimated"] * 4, "derived", "", ""]
    assert found["transit_status"].tolist()[4] == "beyond_limit"
    assert found["car_status"].tolist()[3] == "no_path"


@given(st.lists(st.floats(1, 500).map(lambda m: round(m, 2)), min_size=1, max_size=9))
def test_a_mode_against_itself(minutes: list[float]) -> None:
    found = compare_modes(times("car", minutes), times("transit", minutes)).iloc[0]
    assert (found["ratio"], found["margin_min"], found["fastest"]) == (1, 0, "tie")
    assert found["transit_wins_share"] == 0


def test_no_drive_has_no_ratio() -> None:
    found = compare_modes(times("car", [0.0]), times("transit", [5.0])).iloc[0]
    assert math.isnan(found["ratio"])
    assert (found["fastest"], found["margin_min"]) == ("car", 5)


def test_other_places_or_samples_are_refused() -> None:
    with pytest.raises(UsageError, match="different places"):
        compare_modes(times("car", [1]), times("transit", [1], [2]))
    with pytest.raises(UsageError, match="2 and 3 samples"):
        compare_modes(times("car", [1, 2]), times("transit", [1, 2, 3]))

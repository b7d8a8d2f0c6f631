"""Two sets of times side by side, by hand: faster, slower, mixed, new, lost or the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from toy import toy_times

from clustergeo.schemas.scenarios import BEFORE_AFTER, CHANGES
from clustergeo.study import before_after
from clustergeo.times import TravelTimes

NAN = np.nan


def row(one: list[float], other: list[float]) -> dict[str, Any]:
    """Return the row of one pair from its samples before and after."""
    before, after = (times({("a", "b"): samples}) for samples in (one, other))
    return pair(before_after({"transit": before}, {"transit": after}), "a", "b")


def times(minutes: dict[tuple[str, str], list[float]]) -> TravelTimes:
    return toy_times(minutes)


def pair(table: pd.DataFrame, from_id: str, to_id: str) -> dict[str, Any]:
    found = table[(table["from_id"] == from_id) & (table["to_id"] == to_id)]
    (only,) = found.to_dict("records")
    return {str(key): value for key, value in only.items()}


def test_a_pair_that_is_faster_at_every_departure() -> None:
    found = row([30.0, 40.0, 50.0], [20.0, 35.0, 48.0])
    assert found["change"] == "faster"
    assert (found["before_min"], found["after_min"], found["difference_min"]) == (40.0, 35.0, -5.0)
    assert found["p50_difference_min"] == -5.0
    assert found["p10_difference_min"] == pytest.approx(-9.0)
    assert found["p90_difference_min"] == pytest.approx(-2.6)
    assert (found["better_share"], found["worse_share"]) == (1.0, 0.0)
    assert found["departures"] == 3


def test_a_pair_may_be_slower_or_both() -> None:
    assert row([30.0, 40.0, 50.0], [30.0, 41.0, 50.0])["change"] == "slower"
    mixed = row([30.0, 40.0, 50.0, 60.0], [31.0, 39.0, 49.0, 60.0])
    assert mixed["change"] == "mixed"
    assert (mixed["better_share"], mixed["worse_share"]) == (0.5, 0.25)


def test_equal_times_differ_by_exactly_zero_and_are_unchanged() -> None:
    found = row([30.0, 40.0, NAN], [30.0, 40.0 + 1e-4, NAN])
    assert found["change"] == "unchanged"
    assert found["difference_min"] == 0.0
    assert found["p10_difference_min"] == found["p90_difference_min"] == 0.0
    assert found["better_share"] == found["worse_share"] == 0.0


def test_a_departure_that_finds_a_trip_at_last_is_better() -> None:
    found = row([30.0, 40.0, NAN], [30.0, 40.0, 50.0])
    assert found["change"] == "faster"
    assert found["better_share"] == pytest.approx(0.3333)
    assert row([30.0, 40.0, 50.0], [30.0, 40.0, NAN])["worse_share"] == pytest.approx(0.3333)


def test_pairs_may_be_new_lost_or_never_there() -> None:
    assert row([NAN] * 3, [30.0] * 3)["change"] == "new"
    assert row([30.0] * 3, [NAN] * 3)["change"] == "lost"
    nothing = row([NAN] * 3, [NAN] * 3)
    assert nothing["change"] == "no_trip"
    assert np.isnan(nothing["difference_min"])
    assert np.isnan(nothing["p50_difference_min"])
    assert set(CHANGES) >= {"new", "lost", "no_trip"}


def test_a_place_of_one_side_only_is_new() -> None:
    after = times({("a", "b"): [30.0], ("a", "t"): [9.0], ("t", "b"): [8.0]})
    old = ("a", "a_lab", "b", "s")
    kept = after.table["from_id"].isin(old) & after.table["to_id"].isin(old)
    before = TravelTimes(
        "transit", after.table[kept].reset_index(drop=True), after.minutes[:4, :4], old, old
    )
    table = before_after({"transit": before}, {"transit": after})
    assert pair(table, "a", "b")["change"] == "unchanged"
    assert pair(table, "t", "b")["change"] == "new"
    lost = before_after({"transit": after}, {"transit": before})
    assert pair(lost, "a", "t")["change"] == "lost"
    new = pair(table, "a", "t")
    assert (new["change"], new["status_before"], new["after_min"]) == ("new", "", 9.0)
    assert new["better_share"] == 1.0
    assert table.columns.tolist() == list(BEFORE_AFTER.names)


def test_draws_of_one_side_only_are_compared_with_the_same_minutes() -> None:
    # One draw of two departures before, two draws after: draw by draw the same departures.
    found = row([30.0, 40.0], [30.0, 40.0, 29.0, 41.0])
    assert found["departures"] == 4
    assert (found["better_share"], found["worse_share"]) == (0.25, 0.25)

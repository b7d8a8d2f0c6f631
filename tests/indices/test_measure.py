"""What all measures share: matrices, masses, reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clustergeo.errors import MeasureError
from clustergeo.indices.measure import (
    aligned,
    masses_of,
    measure,
    minutes_away,
    minutes_matrix,
    reason_of,
)


@pytest.fixture
def times() -> pd.DataFrame:
    rows = [("a", "b", 30.0), ("b", "a", 40.0), ("a", "c", np.nan)]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "minutes"])


@pytest.fixture
def minutes() -> pd.DataFrame:
    return pd.DataFrame([[0.0, 5.0], [7.0, 0.0]], index=["a", "b"], columns=["a", "b"])


def test_a_matrix_keeps_the_order_asked_for_and_blanks_what_is_not_there(
    times: pd.DataFrame,
) -> None:
    found = minutes_matrix(times, ["b", "a", "x"], ["c", "a", "b"])
    expected = [[np.nan, 40.0, np.nan], [np.nan, np.nan, 30.0], [np.nan] * 3]
    np.testing.assert_array_equal(found.to_numpy(), expected)
    assert minutes_matrix(times, [], ["a"]).shape == (0, 1)
    assert minutes_matrix(times.iloc[:0], ["a"], ["b"]).isna().all(axis=None)


def test_ids_and_pairs_stand_once(times: pd.DataFrame) -> None:
    with pytest.raises(MeasureError, match=r"from_ids: an id twice \(a\)"):
        minutes_matrix(times, ["a", "a"], ["b"])
    with pytest.raises(MeasureError, match=r"to_ids: an id twice \(b\)"):
        minutes_matrix(times, ["a"], ["b", "b"])
    both_modes = pd.concat([times, times])
    with pytest.raises(MeasureError, match=r"times: a pair twice \(a to b\) - pass the times of"):
        minutes_matrix(both_modes, ["a"], ["b"])


def test_the_way_to_itself_is_blank_or_what_is_said(minutes: pd.DataFrame) -> None:
    away = minutes_away(minutes)
    np.testing.assert_array_equal(away, [[np.nan, 5.0], [7.0, np.nan]])
    inside = minutes_away(minutes, pd.Series({"b": 2.0, "a": 1.0, "elsewhere": np.nan}))
    assert inside.tolist() == [[1.0, 5.0], [7.0, 2.0]]
    half = minutes_away(minutes.loc[["b"]], pd.Series({"b": 2.0}))
    assert half.tolist() == [[7.0, 2.0]]


def test_masses_stand_once_and_are_numbers() -> None:
    assert masses_of(None, ["a", "b"]).tolist() == [1.0, 1.0]
    with pytest.raises(MeasureError, match=r"workers: a place twice \(a\)"):
        masses_of(pd.Series([1, 2], ["a", "a"], name="workers"), ["a"])
    wrong = pd.Series({"a": np.nan, "b": -1.0, "c": np.inf, "d": 1.0})
    with pytest.raises(MeasureError) as caught:
        masses_of(wrong, ["a", "b", "c", "d", "e"])
    said = [fault.what.removeprefix("no mass of ") for fault in caught.value.faults]
    assert said == ["a (nan)", "b (-1.0)", "c (inf)", "e (nan)"]


def test_a_second_matrix_has_each_place_once(minutes: pd.DataFrame) -> None:
    assert aligned(minutes.iloc[::-1, ::-1], minutes, "km").tolist() == minutes.to_numpy().tolist()
    twice = pd.concat([minutes, minutes.loc[["a"]]])
    with pytest.raises(MeasureError, match=r"km: a row twice \(a\)"):
        aligned(twice, minutes, "km")
    with pytest.raises(MeasureError, match=r"km: no row of a place \(b\)"):
        aligned(minutes.drop(index="b"), minutes, "km")
    with pytest.raises(MeasureError, match=r"km: a value below 0 or infinite \(a to a: -1.0\)"):
        aligned(minutes - 1, minutes, "km")


def test_every_blank_has_a_reason() -> None:
    found = measure(
        pd.Series({"a": np.nan, "b": np.nan, "c": 1}), "x", "1", reasons={"a": "zero_mass"}
    )
    assert [reason_of(found, place) for place in "abc"] == ["zero_mass", "no_trip", ""]

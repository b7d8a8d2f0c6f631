from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matrices import FEW, frame, squares
from numpy.typing import NDArray

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    capital_margin,
    capital_ratio,
    minutes_to,
    share_capital_faster,
    to_nearest,
)
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.measure import reason_of
from clustergeo.times import TravelTimes

nan = math.nan

WORLD = frame({"a": [0, 40, 80, 60], "b": [50, 0, 25, nan], "c": [nan, nan, nan, nan]}, "abst")


def sampled(minutes: NDArray[np.float64], from_ids: str, to_ids: str) -> TravelTimes:
    return TravelTimes("transit", pd.DataFrame(), minutes, tuple(from_ids), tuple(to_ids))


def test_minutes_to_by_hand() -> None:
    found = minutes_to(WORLD, "b")
    assert (found.name, found.attrs["unit"]) == ("to_b", "min")
    assert found["a"] == 40.0
    assert [reason_of(found, place) for place in "abc"] == ["", "not_applicable", "no_trip"]
    assert minutes_to(WORLD.iloc[:0], "s").empty
    with pytest.raises(MeasureError, match=r"minutes: no such destination \(z\)"):
        minutes_to(WORLD, "z")
    with pytest.raises(MeasureError, match="not a travel time"):
        minutes_to(-WORLD, "s")


def test_to_nearest_by_hand() -> None:
    found = to_nearest(WORLD, ["a", "b"])
    assert found.name == "to_nearest_cluster"
    assert found[["a", "b"]].tolist() == [40.0, 50.0]
    assert reason_of(found, "c") == "no_trip"
    seat = to_nearest(WORLD, ["s", "t"], "to_capital_fastest")
    assert seat[["a", "b"]].tolist() == [60.0, 25.0]
    assert to_nearest(WORLD, ["b", "b"])["a"] == 40.0


def test_a_place_is_never_its_own_nearest() -> None:
    found = to_nearest(WORLD, ["b"])
    assert reason_of(found, "b") == "single_place"
    assert to_nearest(WORLD, []).attrs["reasons"] == dict.fromkeys("abc", "single_place")
    assert to_nearest(WORLD.iloc[:0], ["b"]).empty
    with pytest.raises(MeasureError, match=r"no such destination \(y, z\)"):
        to_nearest(WORLD, ["y", "a", "z"])


@FEW
@given(squares(holes=True))
def test_the_nearest_is_the_least_of_all(minutes: pd.DataFrame) -> None:
    ids = list(minutes.columns)
    found = to_nearest(minutes, ids)
    for i in ids:
        times = [float(minutes.loc[i, j]) for j in ids if j != i]
        reached = [t for t in times if not math.isnan(t)]
        assert found[i] == pytest.approx(min(reached) if reached else nan, nan_ok=True)


def test_ratio_and_margin_by_hand() -> None:
    near, seat = to_nearest(WORLD, ["a", "b"]), to_nearest(WORLD, ["s", "t"], "x")
    assert capital_ratio(near, seat)[["a", "b"]].tolist() == pytest.approx([40 / 60, 2.0])
    assert capital_margin(near, seat)[["a", "b"]].tolist() == [-20.0, 25.0]
    assert capital_ratio(near.iloc[:0], seat.iloc[:0]).empty
    assert capital_margin(near.iloc[:0], seat.iloc[:0]).empty


def test_blanks_keep_the_reason_of_the_time_that_is_missing() -> None:
    near, seat = to_nearest(WORLD, ["b"]), to_nearest(WORLD, ["s", "t"], "x")
    for measure in (capital_ratio, capital_margin):
        found = measure(near, seat)
        assert [reason_of(found, place) for place in "abc"] == ["", "single_place", "no_trip"]
    plain = capital_ratio(pd.Series({"a": nan}), pd.Series({"a": 5.0}))
    assert reason_of(plain, "a") == "no_trip"


def test_inside_the_capital_there_is_a_margin_but_no_ratio() -> None:
    near, seat = pd.Series({"s": 30.0}), pd.Series({"s": 0.0})
    assert reason_of(capital_ratio(near, seat), "s") == "not_applicable"
    assert capital_margin(near, seat)["s"] == 30.0


def test_measures_of_other_places_are_refused() -> None:
    for other in (pd.Series({"b": 1.0}), pd.Series({"a": 1.0, "b": 1.0})):
        for measure in (capital_ratio, capital_margin):
            with pytest.raises(MeasureError, match=r"capital: not of the same places.*b"):
                measure(pd.Series({"a": 1.0}), other)
    turned = pd.Series({"b": 1.0, "a": 1.0})
    with pytest.raises(MeasureError, match="another order"):
        capital_ratio(turned, turned[::-1])


@FEW
@given(squares(), st.floats(0.01, 100))
def test_margin_and_ratio_agree_and_the_ratio_knows_no_unit(
    minutes: pd.DataFrame, factor: float
) -> None:
    ids = list(minutes.columns)
    near, seat = to_nearest(minutes, ids), to_nearest(minutes, ids[:2], "x")
    margin, ratio = capital_margin(near, seat), capital_ratio(near, seat)
    known = ratio.notna()
    assert (np.sign(margin[known]) == np.sign(ratio[known] - 1)).all()
    again = to_nearest(minutes * factor, ids), to_nearest(minutes * factor, ids[:2], "x")
    pd.testing.assert_series_equal(capital_ratio(*again), ratio)


def test_the_share_by_hand() -> None:
    minutes = np.array([[[0, 0, 0, 0], [30, 30, nan, nan], [40, 20, 50, nan], [45, 30, nan, nan]]])
    times = sampled(minutes, "a", "abst")
    # Of the three samples that reach anything the capital is nearer in the second and third.
    assert share_capital_faster(times, ["a"], ["a", "b"], ["s", "t"])["a"] == pytest.approx(2 / 3)
    # As near is not nearer.
    assert share_capital_faster(times, ["a"], ["b"], ["t"])["a"] == 0.0
    assert share_capital_faster(times, ["a"], ["t"], ["b"])["a"] == 0.5


def test_the_share_says_why_it_is_blank() -> None:
    times = sampled(np.full((2, 3, 4), nan), "as", "abs")
    found = share_capital_faster(times, ["a", "s"], ["a", "b"], ["s"])
    assert [reason_of(found, place) for place in "as"] == ["no_trip", "single_place"]
    alone = share_capital_faster(times, ["a"], ["a"], ["s"])
    assert reason_of(alone, "a") == "single_place"
    assert share_capital_faster(times, [], ["a"], ["s"]).empty
    with pytest.raises(MeasureError, match=r"samples: no such place \(b\) - compute times from"):
        share_capital_faster(times, ["b"], ["a"], ["s"])
    with pytest.raises(MeasureError, match=r"samples: no such place \(z\) - compute times to"):
        share_capital_faster(times, ["a"], ["a"], ["z"])


@FEW
@given(
    hnp.arrays(
        np.float64, (2, 4, 7), elements=st.one_of(st.integers(0, 9).map(float), st.just(nan))
    )
)
def test_the_share_equals_that_of_ratios_sample_by_sample(minutes: NDArray[np.float64]) -> None:
    times = sampled(minutes, "ab", "abst")
    found = share_capital_faster(times, ["a", "b"], ["a", "b"], ["s", "t"])
    for row, other in ((0, 1), (1, 0)):
        nearer, counted = 0, 0
        for k in range(7):
            near = minutes[row, other, k]
            seat = min((m for m in minutes[row, 2:, k] if not math.isnan(m)), default=nan)
            counted += not (math.isnan(near) and math.isnan(seat))
            nearer += seat < near or (math.isnan(near) and not math.isnan(seat))
        expected = nearer / counted if counted else nan
        assert found["ab"[row]] == pytest.approx(expected, nan_ok=True)


def test_one_sample_agrees_with_the_ratio_of_the_medians() -> None:
    times = sampled(WORLD.to_numpy()[:, :, None], "abc", "abst")
    share = share_capital_faster(times, ["a", "b"], ["a", "b"], ["s", "t"])
    near, seat = to_nearest(WORLD, ["a", "b"]), to_nearest(WORLD, ["s", "t"], "x")
    assert (share == (capital_ratio(near, seat)[["a", "b"]] > 1)).all()


def test_inputs_are_left_alone_and_the_catalogue_knows_each_measure() -> None:
    before = WORLD.copy()
    near = to_nearest(WORLD, ["a", "b"])
    seat = to_nearest(WORLD, ["s", "t"], "to_capital_fastest")
    share = share_capital_faster(sampled(np.ones((1, 2, 1)), "a", "bs"), ["a"], ["b"], ["s"])
    for measure in (near, seat, capital_ratio(near, seat), capital_margin(near, seat), share):
        entry = load_indices()[str(measure.name)]
        assert (entry.unit, entry.isolated) == (measure.attrs["unit"], "high")
    pd.testing.assert_frame_equal(WORLD, before)

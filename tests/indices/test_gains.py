"""Gains by hand, and against plain sums over cells."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import UsageError
from clustergeo.indices.gains import area_gains, cell_gains, to_all, to_first
from clustergeo.schemas import check_table
from clustergeo.schemas.gains import GAINS

NAN = math.nan
BEFORE = pd.DataFrame(
    {"p": [30.0, 40.0, NAN, 20.0, NAN], "q": [60.0, NAN, NAN, 10.0, NAN]}, index=list("abcde")
)
AFTER = pd.DataFrame(
    {"p": [20.0, 44.0, 15.0, NAN, NAN], "q": [60.0, 50.0, NAN, NAN, NAN]}, index=list("abcde")
)
CELLS = pd.DataFrame(
    {"place_id": list("abcde"), "x": range(5), "y": 0.0, "population": [10, 20, 40, 80, 160]}
)
AREAS = pd.DataFrame({"sido": ["1", "1", "1", "2", "2"]}, index=list("abcde"))
NAMES = {"1": ("One", "하나"), "2": ("Two", "둘")}


def gains(before: pd.DataFrame = BEFORE, after: pd.DataFrame = AFTER) -> pd.DataFrame:
    return cell_gains(CELLS, to_all(before, after), target="clusters", mode="car")


def test_means_are_over_the_destinations_timed_before_and_after() -> None:
    found = to_all(BEFORE, AFTER, pd.Series({"p": 3.0, "q": 1.0}))
    np.testing.assert_allclose(found["saved_min"], [7.5, -4.0, NAN, NAN, NAN])
    np.testing.assert_allclose(found["before_min"], [37.5, 40.0, NAN, NAN, NAN])
    assert found["reason"].tolist() == [
        *("", "some_clusters", "no_time_before", "no_time_after", "no_time")
    ]


def test_a_destination_without_weight_is_none() -> None:
    found = to_all(BEFORE, AFTER, pd.Series({"p": 1.0, "q": 0.0}))
    assert found["reason"].tolist()[1] == ""
    assert found["saved_min"].tolist()[0] == 10.0


def test_the_nearest_may_be_another_one_after() -> None:
    found = to_first(BEFORE, AFTER)
    np.testing.assert_allclose(found["saved_min"], [10.0, -4.0, NAN, NAN, NAN])
    assert found["reason"].tolist()[2:] == ["no_time_before", "no_time_after", "no_time"]


def test_what_is_within_rounding_is_the_same() -> None:
    found = to_all(BEFORE, BEFORE + 0.004)
    assert found["saved_min"].dropna().eq(0).all()
    assert to_all(BEFORE, BEFORE + 0.01)["saved_min"].dropna().lt(0).all()


def test_losses_are_shown_and_nobody_is_forgotten() -> None:
    cells = gains()
    assert cells["saved_person_min"].tolist()[:2] == [50.0, -80.0]
    assert cells["lost_person_min"].tolist()[:2] == [0.0, -80.0]
    (one, two) = area_gains(cells, AREAS, "sido", NAMES).to_dict("records")
    assert (one["population"], one["timed_population"], one["new_population"]) == (70, 30, 40)
    assert one["saved_person_min"] == -30.0
    assert (one["gained_person_min"], one["lost_person_min"]) == (50.0, -80.0)
    assert one["saved_min"] == -1.0
    assert (one["reason"], one["share_reason"]) == ("", "no_net_gain")
    assert math.isnan(one["share"])
    assert (two["lost_population"], two["reason"]) == (80, "no_time_after")
    assert math.isnan(two["saved_min"])
    assert (two["share_reason"], two["name_ko"]) == ("no_time", "둘")


def test_rows_keep_their_contract() -> None:
    cells = gains()
    both = pd.concat([cells, area_gains(cells, AREAS, "sido", NAMES)], ignore_index=True)
    assert len(check_table(both, GAINS, file="gains", first_row=1)) == 7


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 900), st.sampled_from([NAN, 5.0, 30.0, 61.0]), st.integers(-20, 40)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_areas_are_the_sum_of_their_cells(rows: list[tuple[int, float, int]]) -> None:
    ids = [f"c{i}" for i in range(len(rows))]
    cells = pd.DataFrame(
        {"place_id": ids, "x": 0.0, "y": 0.0, "population": [people for people, _, _ in rows]}
    )
    before = pd.DataFrame({"p": [before for _, before, _ in rows]}, index=ids)
    after = before.sub([saved for _, _, saved in rows], axis=0)
    own = cell_gains(cells, to_first(before, after), target="capital", mode="transit")
    of = pd.DataFrame({"sido": [str(i % 3) for i in range(len(rows))]}, index=ids)
    names = {str(i): ("", "") for i in range(3)}
    areas = area_gains(own, of, "sido", names).set_index("area_id")
    for area in areas.index:
        timed = [r for i, r in enumerate(rows) if str(i % 3) == area and r[1] == r[1]]
        people = sum(p for p, _, _ in timed)
        assert areas["timed_population"][area] == people
        if not people:
            assert math.isnan(areas["saved_min"][area])
            continue
        total = sum(p * s for p, _, s in timed)
        assert areas["saved_person_min"][area] == pytest.approx(total)
        assert areas["saved_min"][area] == pytest.approx(total / people)
        assert areas["before_min"][area] == pytest.approx(sum(p * b for p, b, _ in timed) / people)
    for table in (own, areas):
        if table["share"].notna().any():
            assert table["share"].sum() == pytest.approx(1.0)
            assert set(table.loc[table["share"].isna(), "share_reason"]) <= {"no_time"}


def test_other_places_after_are_refused() -> None:
    with pytest.raises(UsageError, match="other rows or columns"):
        to_all(BEFORE, AFTER[["p"]])
    with pytest.raises(UsageError, match="other rows or columns"):
        to_first(BEFORE, AFTER.iloc[1:])

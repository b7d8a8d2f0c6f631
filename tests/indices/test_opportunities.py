from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    attainment_share,
    cumulative,
    daily_accessibility,
    dual_access,
    floating_catchment,
    potential,
    transport_performance,
)
from clustergeo.indices.decay import exponential, gaussian, step

IDS = ["a", "b", "c"]
PLACES = ["p0", "p1", "p2", "p3"]


@pytest.fixture
def region() -> pd.DataFrame:
    minutes = [[0.0, 20.0, 60.0], [30.0, 0.0, np.nan], [90.0, 10.0, 0.0]]
    return pd.DataFrame(minutes, index=IDS, columns=IDS)


@pytest.fixture
def people() -> pd.Series:
    return pd.Series({"c": 4.0, "b": 2.0, "a": 1.0}, name="people")


cells = st.one_of(st.sampled_from([10.0, 30.0, 60.0]), st.floats(0.5, 300), st.just(np.nan))
matrices = hnp.arrays(float, (4, 4), elements=cells).map(
    lambda m: pd.DataFrame(m, index=PLACES, columns=PLACES)
)
# Whole thousandths: half of the smallest number there is is no head of population.
mass_lists = st.lists(st.floats(0, 1e4), min_size=4, max_size=4).map(
    lambda m: pd.Series(m, index=PLACES).round(3)
)


def test_cumulative_by_hand(region: pd.DataFrame, people: pd.Series) -> None:
    found = cumulative(region, people, limit_min=60)
    assert found.to_dict() == {"a": 6.0, "b": 1.0, "c": 2.0}
    assert found.attrs["unit"] == "mass"
    assert found.attrs["parameters"] == {"limit_min": 60}
    assert cumulative(region, limit_min=59.99).tolist() == [1.0, 1.0, 1.0]


@given(matrices, mass_lists, st.floats(1, 300), st.permutations(range(4)))
def test_laws_of_cumulative(
    minutes: pd.DataFrame, masses: pd.Series, limit: float, order: list[int]
) -> None:
    found = cumulative(minutes, masses, limit_min=limit)
    pd.testing.assert_series_equal(
        found, potential(minutes, masses, decay=step(limit)), check_names=False
    )
    brute = [
        sum(masses[j] for j in PLACES if i != j and minutes.loc[i, j] <= limit) for i in PLACES
    ]
    assert found.tolist() == pytest.approx(brute)
    shuffled = cumulative(minutes.iloc[order, order], masses, limit_min=limit)
    assert shuffled.to_dict() == pytest.approx(found.to_dict())
    assert (cumulative(minutes * 0.9, masses, limit_min=limit) >= found - 1e-9).all()
    assert (cumulative(minutes.fillna(5.0), masses, limit_min=limit) >= found - 1e-9).all()
    share = attainment_share(minutes, masses, limit_min=limit)
    assert share.dropna().between(0, 1).all()


def test_share_by_hand(region: pd.DataFrame, people: pd.Series) -> None:
    found = attainment_share(region, people, limit_min=30)
    assert found.tolist() == pytest.approx([2 / 6, 1 / 5, 2 / 3])
    assert attainment_share(region, people, limit_min=999)["b"] == pytest.approx(1 / 5)
    assert found.attrs["parameters"] == {"limit_min": 30}


def test_a_day_one_way(region: pd.DataFrame, people: pd.Series) -> None:
    far = region * 4
    assert daily_accessibility(far, people).to_dict() == {"a": 6.0, "b": 1.0, "c": 2.0}
    assert daily_accessibility(far, people, limit_min=100).to_dict() == {
        "a": 2.0,
        "b": 0.0,
        "c": 2.0,
    }
    assert daily_accessibility(far).attrs["parameters"] == {"limit_min": 240}


def test_a_day_there_and_back_takes_the_way_back_of_the_same_pair() -> None:
    there = pd.DataFrame([[10.0, 20.0]], index=["home"], columns=["x", "y"])
    back = pd.DataFrame([[500.0], [30.0], [1.0]], index=["x", "y", "other"], columns=["home"])
    found = daily_accessibility(
        there, pd.Series({"x": 1.0, "y": 2.0}), back=back, stay_min=50, day_min=100
    )
    assert found.to_dict() == {"home": 2.0}
    assert found.attrs["parameters"] == {"stay_min": 50, "day_min": 100}
    just_short = daily_accessibility(there, back=back, stay_min=50.01, day_min=100)
    assert just_short.tolist() == [0.0]


@given(matrices, mass_lists, st.floats(0, 200), st.floats(201, 600))
def test_a_day_there_and_back_as_plain_python_has_it(
    minutes: pd.DataFrame, masses: pd.Series, stay: float, day: float
) -> None:
    found = daily_accessibility(minutes, masses, back=minutes, stay_min=stay, day_min=day)
    brute = [
        sum(
            masses[j]
            for j in PLACES
            if i != j and minutes.loc[i, j] + stay + minutes.loc[j, i] <= day
        )
        for i in PLACES
    ]
    assert found.tolist() == pytest.approx(brute)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"stay_min": 60}, "back: stay_min or day_min without a way back"),
        ({"day_min": 60}, "back: stay_min or day_min without a way back"),
        ({"back": True}, "back: a way back needs a stay and a day"),
        ({"back": True, "stay_min": 60}, "back: a way back needs a stay and a day"),
        ({"back": True, "stay_min": 6, "day_min": 60, "limit_min": 9}, "no limit_min"),
        ({"back": True, "stay_min": 60, "day_min": 60}, r"stay_min: not within the day of 60 min"),
        ({"back": True, "stay_min": -1, "day_min": 60}, r"stay_min: not within the day"),
        ({"limit_min": 0}, r"step, limit_min: not a number above 0"),
    ],
)
def test_the_two_forms_of_a_day_are_not_mixed(
    region: pd.DataFrame, options: dict[str, object], says: str
) -> None:
    if "back" in options:
        options = options | {"back": region}
    with pytest.raises(MeasureError, match=says):
        daily_accessibility(region, **options)


def test_a_place_without_a_way_back_in_the_matrix_is_named(region: pd.DataFrame) -> None:
    with pytest.raises(MeasureError, match=r"back: no row of a place \(c\)"):
        daily_accessibility(region, back=region.drop(index="c"), stay_min=1, day_min=9)


def test_dual_access_by_hand(region: pd.DataFrame, people: pd.Series) -> None:
    assert dual_access(region, people, wanted=2).to_dict() == {
        "a": 20.0,
        "b": pytest.approx(np.nan, nan_ok=True),
        "c": 10.0,
    }
    found = dual_access(region, people, wanted=2.5)
    assert found[["a", "c"]].tolist() == [60.0, 90.0]
    assert found.attrs["unit"] == "min"
    assert found.attrs["parameters"] == {"wanted": 2.5}


def test_why_so_much_is_not_reached(region: pd.DataFrame, people: pd.Series) -> None:
    assert dual_access(region, people, wanted=4).attrs["reasons"] == {
        "b": "no_trip",
        "c": "out_of_reach",
    }
    assert dual_access(region, people * 0, wanted=4).attrs["reasons"] == dict.fromkeys(
        IDS, "out_of_reach"
    )
    alone = dual_access(region.loc[["a"], ["a"]], people, wanted=1)
    assert alone.attrs["reasons"] == {"a": "single_place"}
    nowhere = dual_access(region.loc[["a"], []], people, wanted=1)
    assert nowhere.attrs["reasons"] == {"a": "single_place"}
    assert dual_access(region.loc[[]], people, wanted=1).empty
    for wanted in (0, -1, math.nan, math.inf):
        with pytest.raises(MeasureError, match="wanted: not a mass above 0"):
            dual_access(region, people, wanted=wanted)


def test_rounding_does_not_keep_the_last_place_out() -> None:
    away = pd.DataFrame([[1.0, 2.0, 3.0]], index=["a"], columns=["b", "c", "d"])
    parts = pd.Series({"b": 0.1, "c": 0.7, "d": 0.2})
    assert 0.1 + 0.7 < 0.8
    assert dual_access(away, parts, wanted=0.8)["a"] == 2.0


@given(matrices, mass_lists, st.floats(1, 2e4))
def test_dual_access_is_the_dual_of_cumulative(
    minutes: pd.DataFrame, masses: pd.Series, wanted: float
) -> None:
    found = dual_access(minutes, masses, wanted=wanted)
    for place in PLACES:
        row = minutes.loc[[place]]
        times = sorted(row.drop(columns=place).iloc[0].dropna())
        enough = wanted * (1 - 1e-9)
        reach = [t for t in times if cumulative(row, masses, limit_min=t)[place] >= enough]
        if math.isnan(found[place]):
            least = wanted * (1 + 1e-9)
            assert not any(cumulative(row, masses, limit_min=t)[place] > least for t in times)
        else:
            assert found[place] == reach[0]


def test_two_steps_by_hand() -> None:
    away = pd.DataFrame(
        [[10.0, 50.0], [20.0, 10.0], [99.0, 20.0]], index=["h1", "h2", "h3"], columns=["s1", "s2"]
    )
    beds, heads = pd.Series({"s1": 6.0, "s2": 8.0}), pd.Series({"h1": 1.0, "h2": 2.0, "h3": 6.0})
    found = floating_catchment(away, beds, demand=heads, decay=step(30))
    assert found.tolist() == pytest.approx([6 / 3, 6 / 3 + 8 / 8, 8 / 8])
    assert found.attrs["unused"] == {}
    assert found.attrs["parameters"] == {"decay": "step(limit_min=30)", "self": False}


@given(matrices, mass_lists, mass_lists, st.sampled_from([step(60), exponential(45), gaussian(9)]))
def test_what_is_used_adds_up(
    minutes: pd.DataFrame, supply: pd.Series, demand: pd.Series, f: object
) -> None:
    found = floating_catchment(minutes, supply, demand=demand, decay=f)
    if not demand.any():
        assert set(found.attrs["reasons"].values()) == {"zero_mass"}
        return
    used = supply.sum() - sum(found.attrs["unused"].values())
    assert (found * demand).sum() == pytest.approx(used, rel=1e-9, abs=1e-6)


def test_supply_that_nobody_reaches_is_counted_and_helps_nobody() -> None:
    away = pd.DataFrame([[10.0, 10.0], [np.nan, 10.0]], index=["h1", "h2"], columns=["s1", "s2"])
    beds, heads = pd.Series({"s1": 6.0, "s2": 8.0}), pd.Series({"h1": 0.0, "h2": 4.0})
    found = floating_catchment(away, beds, demand=heads, decay=step(30))
    assert found.tolist() == [2.0, 2.0]
    assert found.attrs["unused"] == {"s1": 6.0}


def test_stated_answers_of_the_two_steps(region: pd.DataFrame, people: pd.Series) -> None:
    def found(minutes: pd.DataFrame, masses: pd.Series, **more: object) -> pd.Series:
        return floating_catchment(
            minutes, masses, **({"demand": people, "decay": step(60)} | more)
        )

    assert found(region.loc[[]], people).empty
    assert found(region.loc[["a"], ["a"]], people).tolist() == [0.0]
    inside = found(region.loc[["a"], ["a"]], people, self_minutes=pd.Series({"a": 5.0}))
    assert inside.tolist() == [1.0]
    assert found(region, people * 0).tolist() == [0.0] * 3
    assert found(region * np.nan, people).tolist() == [0.0] * 3
    assert found(region * np.nan, people).attrs["unused"] == {"a": 1.0, "b": 2.0, "c": 4.0}
    nobody = found(region, people, demand=people * 0)
    assert nobody.attrs["reasons"] == dict.fromkeys(IDS, "zero_mass")
    with pytest.raises(MeasureError, match="demand: no mass of c"):
        found(region, people, demand=people.drop("c"))


def test_a_supply_hardly_reached_does_not_overflow() -> None:
    away = pd.DataFrame([[1600.0]], index=["h"], columns=["s"])
    found = floating_catchment(
        away, pd.Series({"s": 1e300}), demand=pd.Series({"h": 1.0}), decay=exponential(1.5)
    )
    assert found["h"] == pytest.approx(1e300)


def test_performance_by_hand(region: pd.DataFrame, people: pd.Series) -> None:
    apart = pd.DataFrame(
        [[0.0, 50.0, 130.0], [50.0, 0.0, 120.0], [130.0, 120.0, 0.0]], index=IDS, columns=IDS
    )
    found = transport_performance(region, people, distances_km=apart)
    assert found.tolist() == pytest.approx([100 * 6 / 2, 100 * 1 / 5, 100 * 3 / 2])
    assert found.attrs["unit"] == "%"
    assert found.attrs["parameters"] == {"limit_min": 90, "radius_km": 120}
    urban = transport_performance(
        region, people, distances_km=apart / 10, limit_min=30, radius_km=8
    )
    assert urban.tolist() == pytest.approx([100.0, 100.0, math.nan], nan_ok=True)
    assert urban.attrs["reasons"] == {"c": "zero_mass"}


def test_stated_answers_of_performance(region: pd.DataFrame, people: pd.Series) -> None:
    apart = region.fillna(50.0)
    assert transport_performance(region.loc[[]], people, distances_km=apart).empty
    alone = transport_performance(region.loc[["a"], ["a"]], people, distances_km=apart)
    assert alone.attrs["reasons"] == {"a": "single_place"}
    nobody = transport_performance(region, people * 0, distances_km=apart)
    assert nobody.attrs["reasons"] == dict.fromkeys(IDS, "zero_mass")
    unknown = transport_performance(region, people, distances_km=apart * np.nan)
    assert unknown.attrs["reasons"] == dict.fromkeys(IDS, "zero_mass")
    nothing = transport_performance(region * np.nan, people, distances_km=apart)
    assert nothing.tolist() == [0.0] * 3
    with pytest.raises(MeasureError, match=r"distances_km: no column of a place \(b\)"):
        transport_performance(region, people, distances_km=apart.drop(columns="b"))
    with pytest.raises(MeasureError, match="radius_km: not a number above 0"):
        transport_performance(region, people, distances_km=apart, radius_km=0)


def test_stated_answers_of_counts_and_shares(region: pd.DataFrame, people: pd.Series) -> None:
    for count in (cumulative, daily_accessibility):
        assert count(region.loc[[]], people, limit_min=60).empty
        assert count(region.loc[["a"], ["a"]], people, limit_min=60).tolist() == [0.0]
        assert count(region * np.nan, people, limit_min=60).tolist() == [0.0] * 3
        assert count(region, people * 0, limit_min=60).tolist() == [0.0] * 3
        assert count(region.loc[["a"], ["b", "c"]], people, limit_min=60).tolist() == [6.0]
    assert attainment_share(region.loc[[]], people, limit_min=60).empty
    alone = attainment_share(region.loc[["a"], ["a"]], people, limit_min=60)
    assert alone.attrs["reasons"] == {"a": "single_place"}
    nobody = attainment_share(region, people * 0, limit_min=60)
    assert nobody.attrs["reasons"] == dict.fromkeys(IDS, "zero_mass")
    only_me = attainment_share(region, pd.Series({"a": 1.0, "b": 0.0, "c": 0.0}), limit_min=60)
    assert only_me.attrs["reasons"] == {"a": "zero_mass"}
    assert attainment_share(region * np.nan, people, limit_min=60).tolist() == [0.0] * 3


def test_the_inputs_are_left_alone(region: pd.DataFrame, people: pd.Series) -> None:
    before, masses = region.copy(), people.copy()
    daily_accessibility(region, people, back=region, stay_min=5, day_min=99)
    dual_access(region, people, wanted=2)
    floating_catchment(region, people, demand=people, decay=step(9))
    transport_performance(region, people, distances_km=region)
    pd.testing.assert_frame_equal(region, before)
    pd.testing.assert_series_equal(people, masses)

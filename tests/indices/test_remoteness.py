from __future__ import annotations

import math
from functools import partial

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
    economic_potential,
    floating_catchment,
    inside_to_capital,
    inside_to_capital_impedance,
    inside_to_capital_mass,
    inside_to_capital_speed,
    interconnectivity,
    peripherality,
    place_interconnectivity,
    potential,
    remoteness,
    self_minutes,
    transport_performance,
)
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.decay import exponential, gaussian, linear, step
from clustergeo.indices.measure import REASONS, minutes_matrix

CLUSTERS, CAPITAL = ["a", "b", "c"], ["s", "t"]
SIDES = {"clusters": CLUSTERS, "capital": CAPITAL}


@pytest.fixture
def minutes() -> pd.DataFrame:
    rows = [
        [0.0, 30.0, 60.0, 90.0, 60.0],
        [30.0, 0.0, np.nan, 60.0, np.nan],
        [60.0, 45.0, 0.0, np.nan, np.nan],
    ]
    return pd.DataFrame(rows, index=CLUSTERS, columns=[*CLUSTERS, *CAPITAL])


@pytest.fixture
def km(minutes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(20.0, minutes.index, minutes.columns) + minutes.fillna(100.0)


@pytest.fixture
def masses() -> pd.Series:
    return pd.Series({"a": 1.0, "b": 2.0, "c": 4.0, "s": 10.0, "t": 20.0})


# ------------------------------------------------------------------ remoteness


def test_remoteness_by_hand() -> None:
    away = pd.DataFrame(
        [[10.0, 60.0, 300.0], [30.0, 20.0, np.nan], [20.0, 40.0, 100.0]],
        index=["x", "y", "z"],
        columns=["town", "town2", "city"],
    )
    found = remoteness(away, classes={"towns": ["town", "town2"], "cities": ["city"]})
    towns, cities = [10, 20, 20], [300, None, 100]
    mean_town, mean_city = sum(towns) / 3, 400 / 2
    by_hand = [
        2.5 * (min(3, t / mean_town) + (3 if c is None else min(3, c / mean_city)))
        for t, c in zip(towns, cities, strict=True)
    ]
    assert found.tolist() == pytest.approx(by_hand)
    assert found.attrs["parameters"]["mean_min"] == pytest.approx(
        {"towns": mean_town, "cities": mean_city}
    )


def test_five_classes_are_aria_itself() -> None:
    """With five classes the score is the plain sum of the capped ratios."""
    away = pd.DataFrame(
        [[1.0, 2.0, 3.0, 4.0, 5.0], [9.0, 2.0, 1.0, 4.0, 500.0]],
        index=["x", "y"],
        columns=list("abcde"),
    )
    classes = {name: [name] for name in "abcde"}
    means = {"a": 2.0, "b": 2.0, "c": 1.0, "d": 4.0, "e": 100.0}
    found = remoteness(away, classes=classes, means=means)
    assert found.tolist() == pytest.approx([0.5 + 1 + 3 + 1 + 0.05, 3 + 1 + 1 + 1 + 3])


def test_a_centre_is_at_no_minutes_of_its_class() -> None:
    away = pd.DataFrame([[np.nan, 30.0], [30.0, np.nan]], index=["x", "y"], columns=["x", "y"])
    assert remoteness(away, classes={"towns": ["x"]}).tolist() == [0.0, 10.0]
    assert remoteness(away, classes={"towns": ["x", "y"]}).tolist() == [0.0, 0.0]


def test_stated_answers_of_remoteness() -> None:
    away = pd.DataFrame([[30.0, np.nan]], index=["x"], columns=["m", "n"])
    one = {"towns": ["m"]}
    assert remoteness(away.loc[[]], classes=one).empty
    assert remoteness(away, classes=one).attrs["reasons"] == {"x": "single_place"}
    assert remoteness(away, classes=one, means={"towns": 15}).tolist() == [10.0]
    two = pd.concat([away, away.rename(index={"x": "y"})])
    assert remoteness(two, classes=one).tolist() == [5.0, 5.0]
    nowhere = remoteness(two, classes={"towns": ["m"], "cities": ["n"]})
    assert nowhere.attrs["reasons"] == {"x": "no_trip", "y": "no_trip"}
    capped = remoteness(two, classes={"cities": ["n"]}, means={"cities": 10})
    assert capped.tolist() == [15.0, 15.0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"classes": {}}, "classes: no class of centres"),
        ({"classes": {"towns": []}}, "class towns: no place"),
        ({"classes": {"towns": ["m", "m"]}}, r"class towns: an id twice \(m\)"),
        ({"classes": {"towns": ["zzz"]}}, r"class towns: no column of minutes \(zzz\)"),
        ({"classes": {"towns": ["m"]}, "means": {}}, r"means: no mean above 0 \(towns\)"),
        ({"classes": {"towns": ["m"]}, "means": {"towns": 0}}, r"no mean above 0 \(towns\)"),
    ],
)
def test_what_remoteness_refuses(options: dict[str, object], says: str) -> None:
    away = pd.DataFrame([[30.0, 9.0]], index=["x"], columns=["m", "n"])
    with pytest.raises(MeasureError, match=says):
        remoteness(away, **options)


@given(
    hnp.arrays(float, (4, 3), elements=st.one_of(st.floats(1, 500), st.just(np.nan))),
    st.permutations(range(4)),
)
def test_laws_of_remoteness(cells: np.ndarray, order: list[int]) -> None:
    away = pd.DataFrame(cells, index=list("wxyz"), columns=["m", "n", "o"])
    classes = {"towns": ["m", "n"], "cities": ["o"]}
    found = remoteness(away, classes=classes)
    assert found.dropna().between(0, 15 + 1e-9).all()
    hours = remoteness(away / 60, classes=classes)
    assert hours.tolist() == pytest.approx(found.tolist(), nan_ok=True)
    shuffled = remoteness(away.iloc[order], classes=classes)
    assert shuffled.to_dict() == pytest.approx(found.to_dict(), nan_ok=True)


# ----------------------------------------------------------- interconnectivity


@pytest.fixture
def times() -> pd.DataFrame:
    rows = [
        ("a", "a", np.nan, np.nan, np.nan),
        ("a", "b", 60.0, 12.0, 6.0),
        ("a", "c", 40.0, 10.0, 2.0),
        ("b", "a", 20.0, 20.0, 0.0),
        ("b", "c", np.nan, np.nan, np.nan),
    ]
    columns = ["from_id", "to_id", "minutes", "access_min", "egress_min"]
    return pd.DataFrame(rows, columns=columns).assign(mode="transit")


def test_interconnectivity_by_hand(times: pd.DataFrame) -> None:
    found = interconnectivity(times)
    assert found.to_dict() == pytest.approx(
        {
            ("a", "a"): np.nan,
            ("a", "b"): 0.3,
            ("a", "c"): 0.3,
            ("b", "a"): 1.0,
            ("b", "c"): np.nan,
        },
        nan_ok=True,
    )
    assert found.index.names == ["from_id", "to_id"]
    assert found.attrs["reasons"] == {("a", "a"): "not_applicable", ("b", "c"): "no_trip"}


def test_stated_answers_of_interconnectivity(times: pd.DataFrame) -> None:
    assert interconnectivity(times.iloc[:0]).empty
    by_car = interconnectivity(times.assign(mode="car"))
    assert set(by_car.attrs["reasons"].values()) == {"not_applicable"}
    at_once = interconnectivity(times.assign(minutes=0.0, access_min=0.0, egress_min=0.0))
    assert at_once.isna().all()
    with pytest.raises(MeasureError, match=r"times: a pair twice \(a to b\)"):
        interconnectivity(pd.concat([times, times.iloc[[1]]]))


def test_interconnectivity_of_a_place_is_the_ratio_of_sums(times: pd.DataFrame) -> None:
    of = partial(place_interconnectivity, times, to_ids=["a", "b", "c"])
    found = of(from_ids=["a", "b"])
    assert found["a"] == pytest.approx((18 + 12) / 100)
    assert found.attrs["reasons"] == {"b": "no_trip"}
    weighed = of(pd.Series({"a": 1.0, "b": 3.0, "c": 0.0}), from_ids=["a", "b"])
    assert weighed.tolist() == pytest.approx([0.3, 1.0])


def test_stated_answers_of_the_place(times: pd.DataFrame) -> None:
    of = partial(place_interconnectivity, times)
    assert of(from_ids=[], to_ids=["a"]).empty
    assert of(from_ids=["a"], to_ids=["a"]).attrs["reasons"] == {"a": "single_place"}
    nobody = pd.Series({"b": 0.0})
    assert of(nobody, from_ids=["a"], to_ids=["b"]).attrs["reasons"] == {"a": "zero_mass"}
    by_car = place_interconnectivity(times.assign(mode="car"), from_ids=["a"], to_ids=["b"])
    assert by_car.attrs["reasons"] == {"a": "not_applicable"}
    at_once = times.assign(minutes=0.0, access_min=0.0, egress_min=0.0)
    still = place_interconnectivity(at_once, from_ids=["a"], to_ids=["b"])
    assert still.attrs["reasons"] == {"a": "not_applicable"}


# ----------------------------------------------------------- inside to capital


def test_the_three_forms_by_hand(
    minutes: pd.DataFrame, km: pd.DataFrame, masses: pd.Series
) -> None:
    f = exponential(30)
    found = inside_to_capital(minutes, masses, **SIDES, decay=f, distances_km=km)
    impedance, mass, speed = found.values()
    assert list(found) == [one.name for one in found.values()]
    near_a, near_b = (2 * 0.5 + 4 * 0.25), 1 * 0.5
    assert impedance.tolist() == pytest.approx(
        [near_a / 6 / 0.25, near_b / 5 / 0.25, np.nan], nan_ok=True
    )
    assert mass.tolist() == pytest.approx(
        [near_a / (10 / 8 + 20 / 4), near_b / (10 / 4), np.nan], nan_ok=True
    )
    inside = (2 * 50 + 4 * 80) / (2 * 30 + 4 * 60)
    assert speed.tolist() == pytest.approx([inside / (80 / 60), np.nan, np.nan], nan_ok=True)
    assert impedance.attrs["reasons"] == {"c": "no_trip"}
    assert mass.attrs["reasons"] == {"c": "no_trip"}
    assert speed.attrs["reasons"] == {"b": "no_trip", "c": "no_trip"}
    assert impedance.attrs["parameters"] == {"decay": "exponential(half_min=30)"}


def test_without_distances_there_are_two(minutes: pd.DataFrame, masses: pd.Series) -> None:
    found = inside_to_capital(minutes, masses, **SIDES, decay=exponential(30))
    assert list(found) == ["inside_to_capital_impedance", "inside_to_capital_mass"]


def test_the_point_of_the_capital_reached_first_decides_the_speed(
    minutes: pd.DataFrame, km: pd.DataFrame
) -> None:
    near = inside_to_capital_speed(minutes.loc[["a"]], **SIDES, distances_km=km)
    only_t = inside_to_capital_speed(
        minutes.loc[["a"]], clusters=CLUSTERS, capital=["t"], distances_km=km
    )
    assert near.tolist() == only_t.tolist()


def test_masses_of_the_capital_are_asked_for_by_mass_alone(
    minutes: pd.DataFrame, km: pd.DataFrame, masses: pd.Series
) -> None:
    inside = masses[CLUSTERS]
    assert inside_to_capital_impedance(minutes, inside, **SIDES, decay=step(99))["a"] == 1
    assert inside_to_capital_speed(minutes, inside, **SIDES, distances_km=km)["a"] > 0
    with pytest.raises(MeasureError, match="no mass of s"):
        inside_to_capital_mass(minutes, inside, **SIDES, decay=step(99))


def test_why_there_is_no_ratio(minutes: pd.DataFrame, km: pd.DataFrame, masses: pd.Series) -> None:
    f = exponential(30)
    forms = (
        partial(inside_to_capital_impedance, decay=f),
        partial(inside_to_capital_mass, decay=f),
        partial(inside_to_capital_speed, distances_km=km),
    )
    a = minutes.loc[["a"]]
    for form in forms:
        assert form(minutes.loc[[]], masses, **SIDES).empty
        alone = form(a, masses, clusters=["a"], capital=CAPITAL)
        assert alone.attrs["reasons"] == {"a": "single_place"}
        nobody = form(a, masses * 0, **SIDES)
        assert nobody.attrs["reasons"] == {"a": "zero_mass"}
        cut_off = form(a.assign(s=np.nan, t=np.nan), masses, **SIDES)
        assert cut_off.attrs["reasons"] == {"a": "no_trip"}
    in_seoul = pd.concat([minutes, minutes.loc[["a"]].rename(index={"a": "s"})])
    far = pd.concat([km, km.loc[["a"]].rename(index={"a": "s"})])
    for form in (*forms[:2], partial(inside_to_capital_speed, distances_km=far)):
        assert form(in_seoul, masses, **SIDES).attrs["reasons"]["s"] == "not_applicable"


def test_a_capital_beyond_the_decay_is_out_of_reach(
    minutes: pd.DataFrame, masses: pd.Series
) -> None:
    a = minutes.loc[["a"]]
    for form in (inside_to_capital_impedance, inside_to_capital_mass):
        for f in (step(45), linear(50), gaussian(1.57)):
            found = form(a.assign(b=1.0), masses, **SIDES, decay=f)
            assert found.attrs["reasons"] == {"a": "out_of_reach"}


def test_a_capital_without_mass_is_zero_mass(minutes: pd.DataFrame, masses: pd.Series) -> None:
    empty = masses.where(~masses.index.isin(CAPITAL), 0.0)
    found = inside_to_capital_mass(minutes.loc[["a"]], empty, **SIDES, decay=step(99))
    assert found.attrs["reasons"] == {"a": "zero_mass"}
    half = masses.where(masses.index != "t", 0.0)
    unreached = inside_to_capital_mass(
        minutes.assign(s=np.nan).loc[["a"]], half, **SIDES, decay=step(99)
    )
    assert unreached.attrs["reasons"] == {"a": "no_trip"}


def test_why_there_is_no_speed(minutes: pd.DataFrame, km: pd.DataFrame) -> None:
    a = minutes.loc[["a"]]

    def reason(times: pd.DataFrame, lengths: pd.DataFrame) -> str:
        found = inside_to_capital_speed(times, **SIDES, distances_km=lengths)
        return str(found.attrs["reasons"].get("a", found["a"]))

    assert reason(a, km.assign(t=0.0)) == "no_distance"
    assert reason(a, km.assign(t=np.nan)) == "no_distance"
    assert reason(a, km.assign(b=np.nan)) == "no_distance"
    assert reason(a.assign(t=0.0), km) == "not_applicable"
    assert reason(a.assign(b=0.0, c=0.0), km) == "not_applicable"
    assert reason(a, km.assign(b=0.0, c=0.0)) == "0.0"
    assert float(reason(a, km.assign(s=np.nan))) > 0


@pytest.mark.parametrize(
    ("clusters", "capital", "says"),
    [
        ([], ["s"], "clusters: no place"),
        (["a", "b"], [], "capital: no place"),
        (["a", "zzz"], ["s"], r"clusters: no column of minutes \(zzz\)"),
        (["a", "b"], ["zzz"], r"capital: no column of minutes \(zzz\)"),
        (["a", "a"], ["s"], r"clusters: an id twice \(a\)"),
        (["a", "s"], ["s"], r"clusters: a cluster of the capital \(s\)"),
    ],
)
def test_what_both_sides_refuse(
    minutes: pd.DataFrame, clusters: list[str], capital: list[str], says: str
) -> None:
    with pytest.raises(MeasureError, match=says):
        inside_to_capital(minutes, clusters=clusters, capital=capital, decay=step(60))


@given(
    hnp.arrays(float, (3, 5), elements=st.floats(5, 200)),
    hnp.arrays(float, (3, 5), elements=st.floats(1, 200)),
    st.permutations(range(3)),
)
def test_laws_of_the_three_forms(cells: np.ndarray, lengths: np.ndarray, order: list[int]) -> None:
    ids = [*CLUSTERS, *CAPITAL]
    away = pd.DataFrame(cells, index=CLUSTERS, columns=ids)
    km = pd.DataFrame(lengths, index=CLUSTERS, columns=ids)
    masses = pd.Series([1.0, 2.0, 4.0, 10.0, 20.0], ids)
    found = inside_to_capital(away, masses, **SIDES, decay=exponential(45), distances_km=km)
    in_seconds = inside_to_capital(
        away * 60, masses * 3, **SIDES, decay=exponential(45 * 60), distances_km=km * 1000
    )
    mixed = [CLUSTERS[i] for i in order]
    sides = {"clusters": mixed, "capital": CAPITAL[::-1]}
    shuffled = inside_to_capital(
        away.iloc[order], masses, **sides, decay=exponential(45), distances_km=km
    )
    for index_id, values in found.items():
        assert in_seconds[index_id].tolist() == pytest.approx(values.tolist(), rel=1e-9)
        assert shuffled[index_id].to_dict() == pytest.approx(values.to_dict(), rel=1e-9)
    for place in CLUSTERS:
        others = [j for j in CLUSTERS if j != place]
        covered = (masses[others] * km.loc[place, others]).sum()
        spent = (masses[others] * away.loc[place, others]).sum()
        seat_min, seat_km = min((away.loc[place, s], km.loc[place, s]) for s in CAPITAL)
        by_hand = covered / spent / (seat_km / seat_min)
        assert found["inside_to_capital_speed"][place] == pytest.approx(by_hand, rel=1e-9)


def test_each_measure_stands_in_the_catalogue_with_its_unit(
    minutes: pd.DataFrame, km: pd.DataFrame, times: pd.DataFrame
) -> None:
    f, heads = step(60), pd.Series(1.0, CLUSTERS)
    found = [
        potential(minutes, decay=f),
        peripherality(minutes, decay=f),
        economic_potential(km),
        self_minutes(heads, kph=30),
        cumulative(minutes, limit_min=60),
        attainment_share(minutes, limit_min=60),
        daily_accessibility(minutes),
        dual_access(minutes, wanted=1),
        floating_catchment(minutes, demand=heads, decay=f),
        transport_performance(minutes, distances_km=km),
        remoteness(minutes, classes={"capital": CAPITAL}),
        interconnectivity(times),
        *inside_to_capital(minutes, **SIDES, decay=f, distances_km=km).values(),
    ]
    catalogue = load_indices()
    for one in found:
        assert catalogue[str(one.name)].unit == one.attrs["unit"]
        assert set(one.attrs["reasons"].values()) <= set(REASONS)


def test_inputs_are_left_alone(
    minutes: pd.DataFrame, km: pd.DataFrame, masses: pd.Series, times: pd.DataFrame
) -> None:
    before = [table.copy() for table in (minutes, km, times)]
    inside_to_capital(minutes, masses, **SIDES, decay=step(60), distances_km=km)
    interconnectivity(times)
    place_interconnectivity(times, from_ids=["a"], to_ids=["b"])
    remoteness(minutes, classes={"capital": CAPITAL})
    for table, copy in zip((minutes, km, times), before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    assert math.isnan(minutes_matrix(times, ["b"], ["c"]).loc["b", "c"])

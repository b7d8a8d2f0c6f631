from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrices import FEW, frame, masses_like, squares

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    circuity,
    crow_fly_speed,
    pair_circuity,
    relative_detour,
    route_efficiency,
    straightness,
    time_circuity,
)
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.efficiency import IDEAL_KPH
from clustergeo.indices.measure import minutes_matrix, reason_of
from clustergeo.places import distances_km, load_clusters

Row = Callable[..., "pd.Series[float]"]
OF_MINUTES: list[Row] = [route_efficiency, crow_fly_speed, time_circuity]
OF_LENGTHS: list[Row] = [circuity, straightness]
ALL = OF_MINUTES + OF_LENGTHS

KM = frame({"a": [0, 65, 26], "b": [65, 0, 13], "c": [26, 13, 0]}, "abc")
MINUTES = frame({"a": [0, 60, 48], "b": [90, 0, 12], "c": [36, 12, 0]}, "abc")
LENGTHS = frame({"a": [0, 78, 52], "b": [91, 0, 26], "c": [39, 13, 0]}, "abc")
MASSES = pd.Series({"a": 1.0, "b": 3.0, "c": 1.0})


def by_hand(
    measure: Row, first: pd.DataFrame, km: pd.DataFrame, masses: pd.Series[float]
) -> dict[str, float]:
    """Walk over all pairs in plain Python; NaN where the measure has no value."""
    found = {}
    for i in first.index:
        others = [(j, float(masses[j])) for j in first.columns if j != i and masses[j] > 0]
        weight = sum(mass for _, mass in others)
        x = {j: float(first.loc[i, j]) for j, _ in others}
        d = {j: float(km.loc[i, j]) for j, _ in others}
        sums = sum(m * x[j] for j, m in others), sum(m * d[j] for j, m in others)
        if not weight:
            found[i] = math.nan
        elif measure is route_efficiency:
            found[i] = sum(m * x[j] / (d[j] / IDEAL_KPH * 60) for j, m in others) / weight
        elif measure is crow_fly_speed:
            found[i] = 60 * sums[1] / sums[0]
        elif measure is time_circuity:
            found[i] = IDEAL_KPH * sums[0] / (60 * sums[1])
        elif measure is circuity:
            found[i] = sums[0] / sums[1]
        else:
            lines = (0.0 if math.isnan(x[j]) else m * d[j] / x[j] for j, m in others)
            found[i] = sum(lines) / weight
    return found


@pytest.mark.parametrize(
    ("measure", "first", "expected", "weighted"),
    [
        (route_efficiency, MINUTES, [3, 2.5, 2.5], [2.5, 2.5, 2.25]),
        (
            crow_fly_speed,
            MINUTES,
            [60 * 91 / 108, 60 * 78 / 102, 60 * 39 / 48],
            [60 * 221 / 228, 60 * 78 / 102, 60 * 65 / 72],
        ),
        (
            time_circuity,
            MINUTES,
            [108 / 42, 102 / 36, 48 / 18],
            [228 / 102, 102 / 36, 72 / 30],
        ),
        (circuity, LENGTHS, [130 / 91, 1.5, 52 / 39], [286 / 221, 1.5, 78 / 65]),
        (
            straightness,
            LENGTHS,
            [(65 / 78 + 0.5) / 2, (65 / 91 + 0.5) / 2, (26 / 39 + 1) / 2],
            [(3 * 65 / 78 + 0.5) / 4, (65 / 91 + 0.5) / 2, (26 / 39 + 3) / 4],
        ),
    ],
)
def test_values_by_hand(
    measure: Row, first: pd.DataFrame, expected: list[float], weighted: list[float]
) -> None:
    assert measure(first, distances_km=KM).tolist() == pytest.approx(expected, abs=1e-12)
    found = measure(first, MASSES, distances_km=KM)
    assert found.tolist() == pytest.approx(weighted, abs=1e-12)


@FEW
@given(squares(holes=True), squares(), st.integers(0, 99))
def test_every_value_equals_that_of_plain_python(
    first: pd.DataFrame, km: pd.DataFrame, seed: int
) -> None:
    km = km.reindex(index=first.index, columns=first.columns).fillna(5.0)
    masses = masses_like(first, seed, zeros=seed % 2 == 0)
    for measure in ALL:
        found = measure(first, masses, distances_km=km)
        expected = by_hand(measure, first, km, masses)
        assert found.to_dict() == pytest.approx(expected, rel=1e-9, nan_ok=True)
        assert set(found.attrs["reasons"]) == set(found.index[found.isna()])


@FEW
@given(squares(), st.floats(0.01, 100))
def test_ratios_do_not_depend_on_units(minutes: pd.DataFrame, factor: float) -> None:
    km = minutes.T + 1
    slow = partial(route_efficiency, minutes, distances_km=km)
    again = route_efficiency(minutes * factor, distances_km=km, ideal_kph=IDEAL_KPH / factor)
    pd.testing.assert_series_equal(slow(), again)
    far = partial(circuity, minutes, distances_km=km)
    pd.testing.assert_series_equal(far(), circuity(minutes * factor, distances_km=km * factor))


@FEW
@given(squares(), st.floats(10, 300))
def test_time_circuity_times_crow_fly_speed_is_the_reference(
    minutes: pd.DataFrame, kph: float
) -> None:
    km = minutes.T + 1
    speed = crow_fly_speed(minutes, distances_km=km)
    product = time_circuity(minutes, distances_km=km, reference_kph=kph) * speed
    assert product.to_numpy() == pytest.approx(np.full(len(minutes), kph), rel=1e-9)


@FEW
@given(squares(), st.floats(10, 300))
def test_travel_at_the_ideal_has_efficiency_one(km: pd.DataFrame, kph: float) -> None:
    minutes = km / kph * 60
    efficiency = route_efficiency(minutes, distances_km=km, ideal_kph=kph)
    assert efficiency.to_numpy() == pytest.approx(np.ones(len(km)), rel=1e-9)
    speed = crow_fly_speed(minutes, distances_km=km)
    assert speed.to_numpy() == pytest.approx(np.full(len(km), kph), rel=1e-9)


@FEW
@given(squares(), st.integers(0, 99), st.randoms(use_true_random=False), st.floats(0.1, 1.0))
def test_relabelling_permutes_and_shorter_is_never_worse(
    minutes: pd.DataFrame, seed: int, random: Any, share: float
) -> None:
    km, masses, order = minutes.T + 1, masses_like(minutes, seed), list(minutes.index)
    random.shuffle(order)
    shorter = minutes.copy()
    shorter.loc[order[0], order[1]] *= share
    for measure in ALL:
        found = measure(minutes, masses, distances_km=km)
        moved = measure(minutes.loc[order, order], masses, distances_km=km)
        pd.testing.assert_series_equal(found[order], moved)
        better = measure(shorter, masses, distances_km=km)
        sign = 1 if load_indices()[str(found.name)].isolated == "high" else -1
        assert (sign * better <= sign * found + 1e-9 * found.abs()).all()


@pytest.mark.parametrize("measure", ALL)
def test_stated_answers(measure: Row) -> None:
    none = measure(KM.iloc[:0], distances_km=KM)
    assert none.empty
    alone = measure(KM.loc[["a"], ["a"]], distances_km=KM)
    assert reason_of(alone, "a") == "single_place"
    weightless = measure(MINUTES, MASSES * 0, distances_km=KM)
    assert set(weightless.attrs["reasons"].values()) == {"zero_mass"}
    cut = measure(MINUTES.mask(MINUTES == 60), distances_km=KM)
    assert reason_of(cut, "a") == ("" if measure is straightness else "no_trip")
    wide = measure(MINUTES.loc[["a"], ["b", "c"]], distances_km=KM)
    assert wide["a"] == pytest.approx(measure(MINUTES, distances_km=KM)["a"])


def test_straightness_counts_what_is_out_of_reach_as_nothing() -> None:
    cut = LENGTHS.mask(LENGTHS == 78)
    assert straightness(cut, distances_km=KM)["a"] == pytest.approx(0.25)
    assert straightness(cut * np.nan, distances_km=KM).tolist() == [0.0, 0.0, 0.0]


def test_places_at_one_point() -> None:
    nowhere = KM * 0
    ratios: list[Row] = [route_efficiency, time_circuity, circuity]
    for measure in ratios:
        found = measure(MINUTES, distances_km=nowhere)
        assert set(found.attrs["reasons"].values()) == {"no_distance"}
    assert crow_fly_speed(MINUTES, distances_km=nowhere).tolist() == [0.0, 0.0, 0.0]
    assert straightness(LENGTHS, distances_km=nowhere).tolist() == [0.0, 0.0, 0.0]
    inverses: list[Row] = [crow_fly_speed, straightness]
    for measure in inverses:
        found = measure(nowhere, distances_km=KM)
        assert set(found.attrs["reasons"].values()) == {"no_distance"}


@pytest.mark.parametrize("measure", ALL)
def test_what_has_no_meaning_is_refused_by_name(measure: Row) -> None:
    with pytest.raises(MeasureError, match=r"distances_km: no row of a place \(c\)"):
        measure(MINUTES, distances_km=KM.loc[["a", "b"]])
    with pytest.raises(MeasureError, match=r"distances_km: a blank \(a to c\)"):
        measure(MINUTES, distances_km=KM.mask(KM == 26))
    with pytest.raises(MeasureError, match=r"distances_km: .*a to b: -65"):
        measure(MINUTES, distances_km=-KM)
    with pytest.raises(MeasureError, match=r"^(minutes|lengths_km): .*a to b: -60"):
        measure(-MINUTES, distances_km=KM)
    name = "minutes" if measure in OF_MINUTES else "lengths_km"
    with pytest.raises(MeasureError, match=f"^{name}: a row twice"):
        measure(MINUTES.loc[["a", "a"]], distances_km=KM)


@pytest.mark.parametrize("kph", [0.0, -5.0, np.inf, np.nan])
def test_what_is_no_speed_is_refused(kph: float) -> None:
    with pytest.raises(MeasureError, match="ideal_kph: not a speed"):
        route_efficiency(MINUTES, distances_km=KM, ideal_kph=kph)
    with pytest.raises(MeasureError, match="reference_kph: not a speed"):
        time_circuity(MINUTES, distances_km=KM, reference_kph=kph)


def test_the_speed_stands_beside_the_value() -> None:
    found = route_efficiency(MINUTES, distances_km=KM, ideal_kph=100)
    assert found.attrs["parameters"] == {"ideal_kph": 100}
    again = time_circuity(MINUTES, distances_km=KM)
    assert again.attrs["parameters"] == {"reference_kph": IDEAL_KPH}


def test_pairs_by_hand() -> None:
    found = pair_circuity(LENGTHS.mask(LENGTHS == 91), distances_km=KM)
    assert found.drop(("b", "a")).to_dict() == pytest.approx(
        {("a", "b"): 1.2, ("a", "c"): 2, ("b", "c"): 2, ("c", "a"): 1.5, ("c", "b"): 1}
    )
    assert found.attrs["reasons"] == {("b", "a"): "no_trip"}
    assert found.index.names == ["from_id", "to_id"]
    together = pair_circuity(LENGTHS, distances_km=KM * 0)
    assert set(together.attrs["reasons"].values()) == {"no_distance"}
    assert pair_circuity(LENGTHS.iloc[:0], distances_km=KM).empty
    assert pair_circuity(LENGTHS.loc[["a"], ["a"]], distances_km=KM).empty


def test_the_mean_of_pairs_is_not_the_circuity_of_a_place() -> None:
    pairs = pair_circuity(LENGTHS, distances_km=KM)
    assert pairs.loc[[("a", "b"), ("a", "c")]].mean() == pytest.approx(1.6)
    assert circuity(LENGTHS, distances_km=KM)["a"] == pytest.approx(130 / 91)


def test_relative_detour_by_hand() -> None:
    found = relative_detour(LENGTHS, distances_km=KM, capital=["c"])
    # a: to b 78/65, to the capital 52/26; b: 91/65 over 26/13; c: the capital itself.
    assert found[["a", "b"]].tolist() == pytest.approx([0.6, 0.7])
    assert reason_of(found, "c") == "single_place"
    heavy = relative_detour(LENGTHS, pd.Series({"a": 2, "b": 2}), distances_km=KM, capital=["c"])
    pd.testing.assert_series_equal(found, heavy)


def test_relative_detour_is_the_ratio_of_pairs() -> None:
    pairs = pair_circuity(LENGTHS, distances_km=KM)
    found = relative_detour(LENGTHS, distances_km=KM, capital=["b"])
    assert found["a"] == pytest.approx(pairs["a", "c"] / pairs["a", "b"])


def test_relative_detour_says_why_it_is_blank() -> None:
    cut = relative_detour(LENGTHS.mask(LENGTHS == 52), distances_km=KM, capital=["c"])
    assert reason_of(cut, "a") == "no_trip"
    inside = relative_detour(LENGTHS.mask(LENGTHS == 78), distances_km=KM, capital=["c"])
    assert reason_of(inside, "a") == "no_trip"
    weightless = pd.Series({"a": 0.0, "b": 0.0, "c": 9.0})
    found = relative_detour(LENGTHS, weightless, distances_km=KM, capital=["c"])
    assert reason_of(found, "a") == "zero_mass"
    at_once = relative_detour(LENGTHS.mask(LENGTHS == 52, 0), distances_km=KM, capital=["c"])
    assert reason_of(at_once, "a") == "no_distance"
    only = relative_detour(LENGTHS[["c"]], distances_km=KM, capital=["c"])
    assert set(only.attrs["reasons"].values()) == {"single_place"}
    assert relative_detour(LENGTHS.iloc[:0], distances_km=KM, capital=["c"]).empty
    with pytest.raises(MeasureError, match=r"lengths_km: no column of the capital \(seoul\)"):
        relative_detour(LENGTHS, distances_km=KM, capital=["seoul"])


def test_inputs_are_left_alone_and_the_catalogue_knows_each_measure() -> None:
    before = [table.copy() for table in (MINUTES, LENGTHS, KM)]
    found = [measure(MINUTES, MASSES, distances_km=KM) for measure in ALL]
    found.append(pair_circuity(LENGTHS, distances_km=KM))
    found.append(relative_detour(LENGTHS, distances_km=KM, capital=["c"]))
    for table, copy in zip((MINUTES, LENGTHS, KM), before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    for measure in found:
        entry = load_indices()[str(measure.name)]
        assert entry.unit == measure.attrs["unit"]
        assert entry.location_neutral
        assert "distances" in entry.needs


@pytest.mark.parametrize(("mode", "slow", "fast"), [("car", 35, 65), ("transit", 15, 35)])
def test_the_clusters_of_the_study_are_as_one_would_expect(
    mode: str, slow: float, fast: float
) -> None:
    file = Path(__file__).parents[2] / "maps" / "tables" / "times.csv"
    if not file.exists():
        pytest.skip("no maps beside these tests")
    times = pd.read_csv(file)
    times = times.loc[times["mode"] == mode]
    clusters = load_clusters()
    ids = clusters["place_id"].tolist()
    km = distances_km(clusters, clusters)
    minutes = minutes_matrix(times, ids, ids)
    lengths = minutes_matrix(times.assign(minutes=times["distance_m"] / 1000), ids, ids)
    assert crow_fly_speed(minutes, distances_km=km).between(slow, fast).all()
    assert route_efficiency(minutes, distances_km=km).between(2, 10).all()
    assert pair_circuity(lengths, distances_km=km).between(1.0, 1.7).all()
    assert straightness(lengths, distances_km=km).between(0.6, 1.0).all()

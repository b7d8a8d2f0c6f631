from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrices import FEW, frame, masses_like, squares

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    closeness,
    global_efficiency,
    harmonic_closeness,
    location_indicator,
)
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.measure import REASONS, reason_of
from clustergeo.settings import data_path

ROWS = [location_indicator, closeness, harmonic_closeness]
ALL = [*ROWS, global_efficiency]
Row = Callable[..., "pd.Series[float]"]

WORLD = frame({"a": [0, 30, 60], "b": [20, 0, 40], "c": [50, 25, 0]}, "abc")
MASSES = pd.Series({"a": 1.0, "b": 3.0, "c": 1.0})


def by_hand(minutes: pd.DataFrame, masses: pd.Series[float], name: str) -> dict[str, float]:
    """Walk over all pairs in plain Python; NaN where the measure has no value."""
    found = {}
    for i in minutes.index:
        weight = total = inverse = 0.0
        for j in minutes.columns:
            if i == j or masses[j] == 0:
                continue
            t, mass = float(minutes.loc[i, j]), float(masses[j])
            weight += mass
            total += mass * t
            inverse += 0.0 if math.isnan(t) else mass / t
        if not weight:
            found[i] = math.nan
        elif name == "harmonic_closeness":
            found[i] = inverse / weight
        else:
            found[i] = total / weight if name == "location_indicator" else weight / total
    return found


@pytest.mark.parametrize(
    ("measure", "expected", "weighted"),
    [
        (location_indicator, [45, 30, 37.5], [37.5, 30, 31.25]),
        (closeness, [1 / 45, 1 / 30, 1 / 37.5], [1 / 37.5, 1 / 30, 1 / 31.25]),
        (
            harmonic_closeness,
            [(1 / 30 + 1 / 60) / 2, (1 / 20 + 1 / 40) / 2, (1 / 50 + 1 / 25) / 2],
            [(3 / 30 + 1 / 60) / 4, (1 / 20 + 1 / 40) / 2, (1 / 50 + 3 / 25) / 4],
        ),
    ],
)
def test_values_by_hand(measure: Row, expected: list[float], weighted: list[float]) -> None:
    assert measure(WORLD).tolist() == pytest.approx(expected, abs=1e-12)
    assert measure(WORLD, MASSES).tolist() == pytest.approx(weighted, abs=1e-12)


def test_global_efficiency_by_hand() -> None:
    mean = sum(1 / t for t in (30, 60, 20, 40, 50, 25)) / 6
    assert global_efficiency(WORLD).to_dict() == pytest.approx({"region": mean})
    heavy = (3 / 30 + 1 / 60 + 1 / 20 + 1 / 40 + 1 / 50 + 3 / 25) / 10
    assert global_efficiency(WORLD, MASSES)["region"] == pytest.approx(heavy)


def test_normalised_efficiency_is_that_of_the_ideal_share() -> None:
    ideal = WORLD / 4
    found = global_efficiency(WORLD, ideal_minutes=ideal)
    assert found["region"] == pytest.approx(0.25)
    assert (found.name, found.attrs["unit"]) == ("global_efficiency_normalised", "1")
    shuffled = ideal.loc[list("cab"), list("bca")]
    assert global_efficiency(WORLD, ideal_minutes=shuffled)["region"] == pytest.approx(0.25)


@FEW
@given(squares(holes=True), st.integers(0, 99))
def test_every_value_equals_that_of_plain_python(minutes: pd.DataFrame, seed: int) -> None:
    masses = masses_like(minutes, seed, zeros=seed % 2 == 0)
    for measure in ROWS:
        found = measure(minutes, masses)
        expected = by_hand(minutes, masses, str(found.name))
        assert found.to_dict() == pytest.approx(expected, rel=1e-9, nan_ok=True)
        assert set(found.attrs["reasons"]) == set(found.index[found.isna()])


@FEW
@given(squares(least=100.0, most=200.0))
def test_networkx_agrees_on_a_complete_graph(minutes: pd.DataFrame) -> None:
    # From 100 to 200 no way by a third place is shorter. networkx takes the times to a place.
    graph = nx.from_pandas_adjacency(minutes.T, create_using=nx.DiGraph)
    pairs = dict(nx.all_pairs_dijkstra_path_length(graph))
    n = len(minutes)
    near = nx.closeness_centrality(graph, distance="weight")
    harmonic = nx.harmonic_centrality(graph, distance="weight")
    assert closeness(minutes).to_dict() == pytest.approx(near, rel=1e-9)
    scaled = {place: value / (n - 1) for place, value in harmonic.items()}
    assert harmonic_closeness(minutes).to_dict() == pytest.approx(scaled, rel=1e-9)
    total = sum(1 / pairs[i][j] for i in pairs for j in pairs[i] if i != j) / (n * (n - 1))
    assert global_efficiency(minutes)["region"] == pytest.approx(total, rel=1e-9)


def test_networkx_global_efficiency_on_hops() -> None:
    graph = nx.krackhardt_kite_graph()
    hops = pd.DataFrame(dict(nx.all_pairs_shortest_path_length(graph))).astype(float)
    assert global_efficiency(hops)["region"] == pytest.approx(
        nx.global_efficiency(graph), abs=1e-9
    )


@FEW
@given(squares(holes=True), st.integers(0, 99), st.randoms(use_true_random=False))
def test_relabelling_permutes(minutes: pd.DataFrame, seed: int, random: Any) -> None:
    masses = masses_like(minutes, seed)
    order = list(minutes.index)
    random.shuffle(order)
    for measure in ROWS:
        found, moved = measure(minutes, masses), measure(minutes.loc[order, order], masses)
        pd.testing.assert_series_equal(found[order], moved)
    whole = [global_efficiency(m, masses)["region"] for m in (minutes, minutes.loc[order, order])]
    assert whole[0] == pytest.approx(whole[1], rel=1e-12)


@FEW
@given(squares(holes=True), st.integers(0, 99), st.floats(0.01, 100))
def test_the_scale_of_masses_does_not_matter(
    minutes: pd.DataFrame, seed: int, factor: float
) -> None:
    masses = masses_like(minutes, seed)
    for measure in ALL:
        pd.testing.assert_series_equal(measure(minutes, masses), measure(minutes, masses * factor))


@FEW
@given(squares(), st.floats(0.1, 1.0), st.data())
def test_a_shorter_time_never_makes_a_place_more_isolated(
    minutes: pd.DataFrame, share: float, data: st.DataObject
) -> None:
    i, j = (data.draw(st.sampled_from(list(minutes.index))) for _ in range(2))
    shorter = minutes.copy()
    shorter.loc[i, j] *= share
    slack = 1 + 1e-12
    assert (location_indicator(shorter) <= location_indicator(minutes) * slack).all()
    for measure in (closeness, harmonic_closeness, global_efficiency):
        assert (measure(shorter) * slack >= measure(minutes)).all()


@FEW
@given(squares(holes=True))
def test_the_ideal_itself_has_efficiency_one(minutes: pd.DataFrame) -> None:
    filled = minutes.fillna(7.0)
    assert global_efficiency(filled, ideal_minutes=filled)["region"] == pytest.approx(1.0)
    assert global_efficiency(minutes, ideal_minutes=filled)["region"] <= 1 + 1e-12


@pytest.mark.parametrize("measure", ALL)
def test_no_rows_give_an_empty_series(measure: Row) -> None:
    for nothing in (WORLD.iloc[:0], WORLD.iloc[:0, :0]):
        found = measure(nothing)
        assert found.empty
        assert found.attrs["unit"] in {"min", "1/min"}


@pytest.mark.parametrize("measure", ALL)
def test_a_single_place_has_no_value(measure: Row) -> None:
    for alone in (frame({"a": [0.0]}, "a"), pd.DataFrame(index=["a"])):
        found = measure(alone)
        assert found.isna().tolist() == [True]
        assert reason_of(found, str(found.index[0])) == "single_place"


@pytest.mark.parametrize("measure", ALL)
def test_masses_of_nothing_have_no_mean(measure: Row) -> None:
    found = measure(WORLD, MASSES * 0)
    assert set(found.attrs["reasons"].values()) == {"zero_mass"}
    assert found.isna().all()


def test_only_the_masses_of_others_count() -> None:
    found = location_indicator(WORLD, pd.Series({"a": 5.0, "b": 0.0, "c": 0.0}))
    assert reason_of(found, "a") == "zero_mass"
    assert found[["b", "c"]].tolist() == [20.0, 50.0]


def test_out_of_reach_is_blank_in_means_and_nothing_in_sums_of_inverses() -> None:
    cut = WORLD.copy()
    cut.loc["a", "b"] = np.nan
    for measure in (location_indicator, closeness):
        found = measure(cut)
        assert reason_of(found, "a") == "no_trip"
        assert reason_of(found, "b") == ""
    assert harmonic_closeness(cut)["a"] == pytest.approx(1 / 120)
    cut.loc["a"] = np.nan
    assert harmonic_closeness(cut)["a"] == 0.0
    assert global_efficiency(cut * np.nan)["region"] == 0.0


def test_out_of_reach_without_mass_does_not_matter() -> None:
    cut = WORLD.copy()
    cut.loc["a", "b"] = np.nan
    assert location_indicator(cut, pd.Series({"a": 1, "b": 0, "c": 2}))["a"] == 60.0


@pytest.mark.parametrize("measure", [closeness, harmonic_closeness, global_efficiency])
def test_zero_minutes_between_two_places_have_no_inverse(measure: Row) -> None:
    found = measure(frame({"a": [0.0, 0.0], "b": [0.0, 0.0]}, "ab"))
    assert set(found.attrs["reasons"].values()) == {"no_distance"}


def test_an_ideal_of_no_minutes_has_no_inverse() -> None:
    found = global_efficiency(WORLD, ideal_minutes=WORLD * 0)
    assert reason_of(found, "region") == "no_distance"


def test_other_places_may_stand_in_the_columns() -> None:
    wide = frame({"a": [0, 30, 60, 90], "b": [20, 0, 40, 30]}, "abst")
    assert location_indicator(wide).tolist() == [60.0, 30.0]
    pairs = [30, 60, 90, 20, 40, 30]
    assert global_efficiency(wide)["region"] == pytest.approx(sum(1 / t for t in pairs) / 6)


@pytest.mark.parametrize("measure", ALL)
def test_what_has_no_meaning_is_refused_by_name(measure: Row) -> None:
    with pytest.raises(MeasureError, match=r"minutes: not a travel time \(a to b: -30.0\)"):
        measure(-WORLD)
    with pytest.raises(MeasureError, match="twice"):
        measure(WORLD.loc[list("aab")])
    with pytest.raises(MeasureError, match="no mass of c"):
        measure(WORLD, pd.Series({"a": 1, "b": 1}))


def test_an_ideal_lacking_a_place_or_a_pair_is_refused_by_name() -> None:
    with pytest.raises(MeasureError, match=r"ideal_minutes: no column of a place \(c\)"):
        global_efficiency(WORLD, ideal_minutes=WORLD[["a", "b"]])
    holed = WORLD.mask(WORLD == 60)
    with pytest.raises(MeasureError, match=r"ideal_minutes: a blank \(a to c\)"):
        global_efficiency(WORLD, ideal_minutes=holed)


@pytest.mark.parametrize("measure", ALL)
def test_inputs_are_left_alone_and_the_catalogue_knows_the_measure(measure: Row) -> None:
    before, masses = WORLD.copy(), MASSES.copy()
    found = measure(WORLD, MASSES)
    pd.testing.assert_frame_equal(WORLD, before)
    pd.testing.assert_series_equal(MASSES, masses)
    entry = load_indices()[str(found.name)]
    assert (entry.unit, entry.needs) == (found.attrs["unit"], ("masses",))
    assert entry.isolated == ("high" if measure is location_indicator else "low")


def test_the_readme_explains_every_reason_and_names_every_file() -> None:
    text = data_path("indices", "README.md").read_text(encoding="utf-8")
    files = (path.name for path in data_path("indices").glob("*.toml"))
    for name in (*REASONS, *files):
        assert f"| `{name}` |" in text

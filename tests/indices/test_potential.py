from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clustergeo.errors import MeasureError
from clustergeo.indices import economic_potential, logsum, peripherality, potential, self_minutes
from clustergeo.indices.decay import Decay, exponential, fixed_exponential, gaussian, linear, step
from clustergeo.indices.measure import minutes_away

IDS = ["a", "b", "c"]


@pytest.fixture
def region() -> pd.DataFrame:
    minutes = [[0.0, 20.0, 40.0], [30.0, 0.0, np.nan], [40.0, 10.0, 0.0]]
    return pd.DataFrame(minutes, index=IDS, columns=IDS)


@pytest.fixture
def workers() -> pd.Series:
    return pd.Series({"c": 4.0, "b": 2.0, "a": 1.0, "elsewhere": 99.0}, name="workers")


def matrices(side: int = 4) -> st.SearchStrategy[pd.DataFrame]:
    cells = st.one_of(st.floats(0.5, 300), st.just(np.nan))
    names = [f"p{i}" for i in range(side)]
    return hnp.arrays(float, (side, side), elements=cells).map(
        lambda m: pd.DataFrame(m, index=names, columns=names)
    )


def masses_strategy(side: int = 4) -> st.SearchStrategy[pd.Series]:
    return st.lists(st.floats(0, 1e4), min_size=side, max_size=side).map(
        lambda m: pd.Series(m, index=[f"p{i}" for i in range(side)])
    )


def brute(minutes: pd.DataFrame, masses: pd.Series, f: Decay) -> list[float]:
    out = []
    for i in minutes.index:
        total = 0.0
        for j in minutes.columns:
            if i != j and not math.isnan(minutes.loc[i, j]):
                total += masses[j] * float(f(minutes.loc[i, j]))
        out.append(total)
    return out


def test_by_hand(region: pd.DataFrame, workers: pd.Series) -> None:
    found = potential(region, workers, decay=linear(50))
    assert found.tolist() == pytest.approx([2 * 0.6 + 4 * 0.2, 0.4, 0.2 + 2 * 0.8])
    assert found.name == "potential"
    assert found.attrs["unit"] == "mass"
    assert found.attrs["parameters"] == {"decay": "linear(limit_min=50)", "self": False}


def test_the_place_itself_counts_only_when_asked(region: pd.DataFrame, workers: pd.Series) -> None:
    plain = potential(region, workers, decay=linear(50))
    inside = pd.Series({"a": 5.0, "b": 50.0, "c": 0.0})
    found = potential(region, workers, decay=linear(50), self_minutes=inside)
    assert (found - plain).tolist() == pytest.approx([0.9, 0.0, 4.0])
    assert found.attrs["parameters"]["self"] is True


@given(matrices(), masses_strategy(), st.sampled_from([step(60), exponential(45), gaussian(30)]))
def test_as_plain_python_has_it(minutes: pd.DataFrame, masses: pd.Series, f: Decay) -> None:
    found = potential(minutes, masses, decay=f)
    assert found.tolist() == pytest.approx(brute(minutes, masses, f), rel=1e-9, abs=1e-9)


@given(matrices(), masses_strategy(), st.permutations(range(4)), st.floats(0.1, 50))
def test_laws(minutes: pd.DataFrame, masses: pd.Series, order: list[int], scale: float) -> None:
    f = exponential(45)
    found = potential(minutes, masses, decay=f)
    shuffled = minutes.iloc[order, order]
    assert potential(shuffled, masses, decay=f).to_dict() == pytest.approx(found.to_dict())
    scaled = potential(minutes, masses * scale, decay=f)
    assert scaled.tolist() == pytest.approx((found * scale).tolist())
    nearer = potential(minutes * 0.9, masses, decay=f)
    assert (nearer >= found - 1e-9).all()
    linked = potential(minutes.fillna(30.0), masses, decay=f)
    assert (linked >= found - 1e-9).all()
    seconds = potential(minutes * 60, masses, decay=exponential(45 * 60))
    assert seconds.tolist() == pytest.approx(found.tolist())


@given(matrices(), masses_strategy())
def test_peripherality_runs_from_0_to_100_against_the_potential(
    minutes: pd.DataFrame, masses: pd.Series
) -> None:
    f = exponential(45)
    reached = potential(minutes, masses, decay=f)
    found = peripherality(minutes, masses, decay=f)
    if reached.max() - reached.min() <= 1e-12 * reached.max():
        assert found.isna().all()
        return
    assert found[reached.idxmax()] == 0
    assert found[reached.idxmin()] == 100
    scaled = peripherality(minutes, masses * 7, decay=f)
    assert scaled.tolist() == pytest.approx(found.tolist(), abs=1e-6)


def test_stated_answers_of_potential(region: pd.DataFrame, workers: pd.Series) -> None:
    f = exponential(45)
    assert potential(region.loc[[]], workers, decay=f).empty
    assert potential(region.loc[["a"], ["a"]], workers, decay=f).tolist() == [0.0]
    assert potential(region.loc[["a"], []], workers, decay=f).tolist() == [0.0]
    assert potential(region * np.nan, workers, decay=f).tolist() == [0.0] * 3
    assert potential(region, workers * 0, decay=f).tolist() == [0.0] * 3
    wide = region.loc[["b"]]
    assert potential(wide, workers, decay=linear(60)).tolist() == [0.5]


def test_stated_answers_of_peripherality(region: pd.DataFrame, workers: pd.Series) -> None:
    f = exponential(45)
    assert peripherality(region.loc[[]], workers, decay=f).empty
    one = peripherality(region.loc[["a"]], workers, decay=f)
    assert one.attrs["reasons"] == {"a": "single_place"}
    nothing = peripherality(region, workers * 0, decay=f)
    assert set(nothing.attrs["reasons"].values()) == {"zero_mass"}
    ring = pd.DataFrame(np.full((3, 3), 17.3), index=IDS, columns=IDS)
    equal = peripherality(ring, decay=f)
    assert equal.isna().all()
    assert set(equal.attrs["reasons"].values()) == {"not_applicable"}
    nearly = ring.copy()
    nearly.loc["a", "b"] = 17.3 * (1 + 1e-15)
    assert peripherality(nearly, decay=f).isna().all()
    island = region.copy()
    island.loc["b", ["a", "c"]] = np.nan
    assert peripherality(island, workers, decay=f)["b"] == 100


def test_the_inputs_are_left_alone(region: pd.DataFrame, workers: pd.Series) -> None:
    before, masses = region.copy(), workers.copy()
    potential(region, workers, decay=step(30), self_minutes=pd.Series(1.0, IDS))
    economic_potential(region, workers, areas_km2=pd.Series(3.0, IDS))
    logsum({"car": region, "transit": region * 3}, 0.1)
    pd.testing.assert_frame_equal(region, before)
    pd.testing.assert_series_equal(workers, masses)


def test_economic_potential_by_hand() -> None:
    apart = pd.DataFrame([[0.0, 10.0], [20.0, 0.0]], index=["a", "b"], columns=["a", "b"])
    people = pd.Series({"a": 100.0, "b": 30.0})
    assert economic_potential(apart, people).tolist() == [3.0, 5.0]
    areas = pd.Series({"a": math.pi * 9, "b": math.pi * 36})
    found = economic_potential(apart, people, areas_km2=areas)
    assert found.tolist() == pytest.approx([3 + 100 / 1, 5 + 30 / 2])
    half = economic_potential(apart, people, areas_km2=areas, share=0.5)
    assert half.tolist() == pytest.approx([3 + 100 / 1.5, 5 + 30 / 3])
    assert found.attrs["unit"] == "mass/km"


def test_stated_answers_of_economic_potential() -> None:
    apart = pd.DataFrame([[0.0, 0.0, np.nan]], index=["a"], columns=IDS)
    assert economic_potential(apart.loc[[]]).empty
    assert economic_potential(apart[["a"]]).tolist() == [0.0]
    assert economic_potential(apart[["a", "c"]]).tolist() == [0.0]
    on_top = economic_potential(apart)
    assert on_top.attrs["reasons"] == {"a": "no_distance"}
    nobody = pd.Series({"a": 5.0, "b": 0.0, "c": 5.0})
    assert economic_potential(apart, nobody).tolist() == [0.0]
    point = economic_potential(apart[["a"]], nobody, areas_km2=pd.Series({"a": 0.0}))
    assert point.attrs["reasons"] == {"a": "no_distance"}
    with pytest.raises(MeasureError, match=r"distances_km: a value below 0 or infinite \(a to a"):
        economic_potential(apart - 1)
    with pytest.raises(MeasureError, match="areas_km2: no mass of a"):
        economic_potential(apart, areas_km2=pd.Series({"a": -1.0}))


def test_minutes_inside_by_hand() -> None:
    areas = pd.Series({"a": math.pi * 9, "b": 0.0})
    assert self_minutes(areas, kph=30).tolist() == pytest.approx([3.0, 0.0])
    assert self_minutes(areas, kph=30, share=2 / 3).tolist() == pytest.approx([4.0, 0.0])
    assert self_minutes(areas, kph=30).attrs["unit"] == "min"
    for kph, share in ((0, 0.5), (-1, 0.5), (30, 0), (math.nan, 0.5)):
        with pytest.raises(MeasureError, match="not a number above 0"):
            self_minutes(areas, kph=kph, share=share)


def test_logsum_by_hand_and_by_its_limit() -> None:
    car = pd.DataFrame([[5.0, 30.0, 40.0, np.nan]], index=["a"], columns=["a", "b", "c", "d"])
    bus = pd.DataFrame([[np.nan, 50.0, np.nan, 60.0]], index=["a"], columns=["a", "b", "c", "d"])
    found = logsum({"car": car, "transit": bus}, 0.05)
    by_hand = -math.log(math.exp(-1.5) + math.exp(-2.5)) / 0.05
    assert found.loc["a", ["b", "c", "d"]].tolist() == pytest.approx([by_hand, 40, 60])
    assert math.isnan(found.loc["a", "a"])
    sharp = logsum({"car": car, "transit": bus}, 50.0)
    assert sharp.loc["a", ["b", "c", "d"]].tolist() == pytest.approx([30, 40, 60])
    assert math.isnan(logsum({"bus": bus}, 0.05).loc["a", "c"])
    assert logsum({"bus": bus}, 0.05).loc["a", "b"] == 50


def test_the_potential_of_the_logsum_is_the_sum_over_modes() -> None:
    """With e^(-lambda c) as the decay, f of the composite is the sum of f over the modes."""
    car = pd.DataFrame([[30.0, 40.0]], index=["a"], columns=["b", "c"])
    bus = pd.DataFrame([[35.0, np.nan]], index=["a"], columns=["b", "c"])
    f = fixed_exponential(0.1)
    both = potential(logsum({"car": car, "bus": bus}, 0.1), decay=f)
    assert both["a"] == pytest.approx(potential(car, decay=f)["a"] + potential(bus, decay=f)["a"])


@given(matrices(), matrices(), st.floats(0.2, 5))
def test_a_second_mode_never_makes_a_place_farther(
    car: pd.DataFrame, bus: pd.DataFrame, rate: float
) -> None:
    car, bus = car + 10, bus + 10
    found = logsum({"car": car, "bus": bus}, rate).to_numpy()
    fastest = minutes_away(pd.DataFrame(np.fmin(car, bus), car.index, car.columns))
    assert (np.isnan(found) == np.isnan(fastest)).all()
    known = ~np.isnan(found)
    assert (found[known] <= fastest[known] + 1e-9).all()
    assert (found[known] >= fastest[known] - math.log(2) / rate - 1e-9).all()


def test_what_logsum_refuses() -> None:
    car = pd.DataFrame([[3.0]], index=["a"], columns=["b"])
    with pytest.raises(MeasureError, match=r"lambda_per_min: the choice.*\(a to b: -3.93 min\)"):
        logsum({"car": car, "bus": car}, 0.1)
    with pytest.raises(MeasureError, match="no mode"):
        logsum({}, 0.1)
    with pytest.raises(MeasureError, match="not a number above 0"):
        logsum({"car": car}, 0)
    wider = car.assign(c=4.0)
    with pytest.raises(MeasureError, match=r"^car: no column of a place \(c\)"):
        logsum({"car": car, "bus": wider}, 1.0)
    with pytest.raises(MeasureError, match=r"^bus: no column of a place \(c\)"):
        logsum({"car": wider, "bus": car}, 1.0)


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ({"a": 1.0, "b": 1.0}, r"self_minutes: no minutes inside c \(nan\)"),
        ({"a": 1.0, "b": 1.0, "c": -2.0}, r"no minutes inside c \(-2.0\)"),
        ({"a": math.inf, "b": 1.0, "c": 1.0}, r"no minutes inside a \(inf\)"),
    ],
)
def test_minutes_inside_must_be_known(
    region: pd.DataFrame, inside: dict[str, float], says: str
) -> None:
    with pytest.raises(MeasureError, match=says):
        potential(region, decay=step(30), self_minutes=pd.Series(inside))


def test_masses_and_minutes_must_be_sound(region: pd.DataFrame, workers: pd.Series) -> None:
    with pytest.raises(MeasureError, match="workers: no mass of c"):
        potential(region, workers.drop("c"), decay=step(30))
    with pytest.raises(MeasureError, match=r"minutes: not a travel time \(a to a: -1.0\)"):
        potential(region - 1, workers, decay=step(30))

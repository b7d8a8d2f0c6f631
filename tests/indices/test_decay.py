from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustergeo.errors import MeasureError
from clustergeo.indices.decay import (
    Decay,
    decay,
    exponential,
    fixed_exponential,
    gaussian,
    linear,
    logistic,
    power,
    step,
)

above_zero = st.floats(1e-3, 1e3)
decays = st.one_of(
    above_zero.map(step),
    above_zero.map(linear),
    above_zero.map(exponential),
    above_zero.map(fixed_exponential),
    above_zero.map(gaussian),
    st.builds(power, above_zero, above_zero),
    st.builds(logistic, above_zero, above_zero),
)


@given(decays, st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_every_factory_decays_between_any_two_times(f: Decay, minutes: list[float]) -> None:
    weights = f(np.sort(minutes))
    assert ((weights >= 0) & (weights <= 1)).all()
    assert (np.diff(weights) <= 1e-12).all()


@pytest.mark.parametrize(
    ("f", "minutes", "weight"),
    [
        (step(30), 30, 1),
        (step(30), 30.01, 0),
        (linear(40), 10, 0.75),
        (exponential(45), 135, 0.125),
        (exponential(b=0.1), 10, math.exp(-1)),
        (fixed_exponential(0.1), 10, math.exp(-1)),
        (power(1.5), 4, 0.125),
        (power(2, floor_min=10), 20, 0.25),
        (gaussian(20), 40, math.exp(-2)),
        (logistic(30, 10), 45, 1 / (1 + math.exp(15 * math.pi / (10 * math.sqrt(3))))),
    ],
)
def test_weights_by_hand(f: Decay, minutes: float, weight: float) -> None:
    assert f(minutes) == pytest.approx(weight, rel=1e-12)


def test_a_power_has_a_weight_at_no_minutes() -> None:
    assert power(2)([0.0, 0.5, 1.0]).tolist() == [1.0, 1.0, 1.0]


def test_a_logistic_over_its_start_is_that_of_r5() -> None:
    """R5 states it as g(0) / g(t) with g(t) = 1 + e^((t - median) pi / (deviation sqrt 3))."""

    def g(t: float) -> float:
        return 1 + math.exp((t - 40) * math.pi / (15 * math.sqrt(3)))

    ours = logistic(40, 15)
    for t in (0, 10, 40, 90, 200):
        assert ours(t) / ours(0) == pytest.approx(g(0) / g(t), rel=1e-12)


def test_the_half_value_time_and_its_rate_say_the_same() -> None:
    minutes = np.linspace(0, 300, 50)
    by_rate = exponential(b=math.log(2) / 45)(minutes)
    assert exponential(45)(minutes) == pytest.approx(by_rate, rel=1e-12)


def test_no_trip_weighs_nothing_and_the_shape_stays() -> None:
    weights = exponential(45)(np.array([[0.0, np.nan], [45.0, np.inf]]))
    assert weights.tolist() == [[1.0, 0.0], [pytest.approx(0.5), 0.0]]
    assert step(10)(np.nan) == 0
    assert step(10)(np.empty((0, 3))).shape == (0, 3)


def test_far_times_and_steep_functions_do_not_overflow() -> None:
    for f in (logistic(60, 0.001), gaussian(0.001), fixed_exponential(900), power(900, 0.001)):
        assert f(1e300) == 0


def test_a_series_is_left_alone() -> None:
    minutes = pd.Series([10.0, np.nan])
    step(5)(minutes)
    assert minutes.isna().tolist() == [False, True]


def test_by_name_as_by_factory() -> None:
    assert decay("step", limit_min=60) == step(60)
    assert decay("exponential", b=0.02) == exponential(b=0.02)
    assert decay("power", exponent=2) == power(2)
    assert decay("logistic", mean_min=60, spread_min=10) == logistic(60, 10)
    assert exponential(45) != exponential(46)
    assert hash(step(60)) == hash(step(60.0))


def test_a_decay_reads_as_its_call() -> None:
    assert str(logistic(60, 12.5)) == "logistic(mean_min=60, spread_min=12.5)"
    assert str(Decay("mine", lambda t: 0 * t)) == "mine"


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("cubic", {}, r"^decay: no function of this name \(cubic\) - give step, linear"),
        ("step", {"limit": 60}, r"not the parameters of step \(limit\) - give limit_min"),
        ("step", {}, r"not the parameters of step \(none\) - give limit_min"),
        ("step", {"limit_min": 0}, r"^step, limit_min: not a number above 0 \(0\)"),
        ("step", {"limit_min": -5}, "not a number above 0"),
        ("step", {"limit_min": math.nan}, "not a number above 0"),
        ("step", {"limit_min": math.inf}, "not a number above 0"),
        ("step", {"limit_min": True}, "not a number above 0"),
        ("step", {"limit_min": "60"}, "not a number above 0"),
        ("exponential", {}, "needs one of half_min and b"),
        ("exponential", {"half_min": 45, "b": 0.1}, "needs one of half_min and b"),
        ("power", {"exponent": 2, "floor_min": 0}, r"^power, floor_min: not a number above 0"),
        ("power", {"exponent": -2}, r"^power, exponent: not a number above 0"),
    ],
)
def test_what_is_refused_by_name(name: str, parameters: dict[str, float], says: str) -> None:
    with pytest.raises(MeasureError, match=says):
        decay(name, **parameters)


@pytest.mark.parametrize(
    ("weight", "says"),
    [
        (lambda t: 1 + t / 1e9, r"mine: a weight outside 0 to 1 \(1 at 0.25 min\)"),
        (lambda t: 0.5 - t / 1e4, r"a weight outside 0 to 1 \(-"),
        (lambda t: np.full(t.shape, np.nan), r"a weight outside 0 to 1 \(nan at 0 min\)"),
        (
            lambda t: np.where(t < 30, 0.2, np.where(t < 60, 0.4, 0.0)),
            r"a farther place weighs more \(0.2 at 29.75 min, 0.4 at 30 min\) - let",
        ),
        (lambda t: 1.0 if t < 30 else 0.0, "does not weigh an array of minutes"),
        (lambda t: t[:-1] * 0, "does not weigh an array of minutes"),
    ],
)
def test_a_function_that_does_not_decay_is_refused(weight: object, says: str) -> None:
    with pytest.raises(MeasureError, match=says):
        Decay("mine", weight)

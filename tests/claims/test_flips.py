"""Flip points are where a verdict, counted anew, turns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustergeo.claims.flips import Flip, flip_of_headway, flip_of_minutes, truth, verdict_of

HAIR = 1e-6
OPPOSITE = {"holds": "fails", "fails": "holds", "mixed": "holds"}

# Seconds divided by 60, as routers give them; some departures have no trip.
minutes = st.integers(0, 300 * 60).map(lambda s: s / 60)
sample = st.one_of(minutes, minutes, minutes, minutes, minutes, st.just(math.inf))
pairs = st.lists(st.tuples(sample, sample), min_size=1, max_size=40)
finite_pairs = st.lists(st.tuples(minutes, minutes), min_size=2, max_size=40)
operators = st.sampled_from(["<", "<=", ">", ">=", "="])
margins = st.sampled_from([0.0, 5.0])


def plainly(left: float, right: float, operator: str, margin: float) -> bool:
    """Say whether a comparison holds, in plain Python."""
    if math.isinf(left) and math.isinf(right):
        return False
    gap = round(right - left, 9)
    return {
        "<": gap > margin,
        "<=": gap >= margin,
        ">": -gap > margin,
        ">=": -gap >= margin,
        "=": abs(gap) <= margin,
    }[operator]


def judged(
    left: NDArray[np.float64], right: NDArray[np.float64], operator: str, margin: float
) -> str:
    """Judge by counting, in plain Python."""
    true = sum(plainly(a, b, operator, margin) for a, b in zip(left, right, strict=True))
    share = true / len(left)
    return "holds" if share >= 0.9 - 1e-12 else "fails" if share <= 0.1 + 1e-12 else "mixed"


@given(pairs, operators, margins)
def test_truth_is_that_of_plain_python(
    both: list[tuple[float, float]], operator: str, margin: float
) -> None:
    left, right = np.array(both).T
    found = truth(left, right, operator, margin)
    assert found.tolist() == [plainly(a, b, operator, margin) for a, b in both]
    assert verdict_of(int(found.sum()), len(left)) == judged(left, right, operator, margin)


@given(pairs, operators, margins)
def test_the_verdict_turns_at_the_flip_point_and_not_before(
    both: list[tuple[float, float]], operator: str, margin: float
) -> None:
    left, right = np.array(both).T
    now = judged(left, right, operator, margin)
    flip = flip_of_minutes(left, right, operator, margin)
    verdicts = {"holds", "mixed", "fails"}
    for point, others in ((flip.turn, verdicts - {now}), (flip.reverse, {OPPOSITE[now]})):
        if math.isnan(point):
            for far in (-1e6, 1e6, -300.0, 300.0):
                assert judged(left + far, right, operator, margin) not in others
            continue
        # A change that lies on the point turns a weak comparison, or just leaves it.
        away = math.copysign(HAIR, point) if point else HAIR
        beyond = [judged(left + point + step, right, operator, margin) for step in (away, -away)]
        at = judged(left + point, right, operator, margin)
        assert not others.isdisjoint([*beyond, at])
        if abs(point) > HAIR:
            less = judged(left + point - away, right, operator, margin)
            assert less not in others


@given(pairs, st.sampled_from(["<", "<=", ">", ">="]), margins)
def test_the_flip_point_is_a_quantile_of_the_differences(
    both: list[tuple[float, float]], operator: str, margin: float
) -> None:
    left, right = np.array(both).T
    flip = flip_of_minutes(left, right, operator, margin)
    with np.errstate(invalid="ignore"):
        slack = np.round(right - left, 9)
    candidates = slack - margin if operator.startswith("<") else slack + margin
    for point in (flip.reverse, flip.turn):
        assert math.isnan(point) or np.isclose(candidates, point, atol=1e-9).any()


@given(finite_pairs, operators, margins)
def test_a_headway_that_reverses_a_verdict_does(
    both: list[tuple[float, float]], operator: str, margin: float
) -> None:
    left, right = np.array(both).T
    assume(np.ptp(left) > 1)
    now = judged(left, right, operator, margin)
    headway, flip = flip_of_headway(left, right, operator, margin)
    assert headway == pytest.approx(2 * (left.mean() - left.min()))

    def with_headway(minutes: float) -> str:
        fixed = left.min()
        return judged(fixed + (left - fixed) * minutes / headway, right, operator, margin)

    if math.isnan(flip.reverse):
        assert with_headway(1e-7) != OPPOSITE[now] or now == "mixed"
        return
    steps = [with_headway(flip.reverse * (1 + step)) for step in (-1e-7, 0.0, 1e-7)]
    assert OPPOSITE[now] in steps
    towards = flip.reverse + (headway - flip.reverse) * 1e-6
    if abs(headway - flip.reverse) > 1e-3:
        assert with_headway(towards) != OPPOSITE[now]


@pytest.mark.parametrize(
    ("left", "right", "operator", "margin", "flip"),
    [
        # Ten departures; nine must hold, so the ninth best difference decides.
        (range(50, 60), [55] * 10, "<=", 0.0, Flip(-3.0, -3.0)),
        # Holds for all with 5 minutes to spare at the worst; nine of ten with 6.
        (range(45, 55), [59] * 10, "<", 0.0, Flip(13.0, 6.0)),
        # Farther by 10 at least: two of ten are, so eight are missing.
        (range(60, 70), [58] * 10, ">", 10.0, Flip(7.0, 0.0)),
        # About 45, give or take 5: 60 is ten minutes too long.
        ([60.0], [45.0], "=", 5.0, Flip(-10.0, -10.0)),
        ([47.0], [45.0], "=", 5.0, Flip(3.0, 3.0)),
        # Neither side ever has a trip, or one never has: no minutes help.
        ([math.inf], [math.inf], "<=", 0.0, Flip(math.nan, math.nan)),
        ([math.inf], [45.0], "<=", 0.0, Flip(math.nan, math.nan)),
    ],
)
def test_flip_points_by_hand(
    left: list[float], right: list[float], operator: str, margin: float, flip: Flip
) -> None:
    found = flip_of_minutes(np.array(left, float), np.array(right, float), operator, margin)
    assert (found.reverse, found.turn) == pytest.approx((flip.reverse, flip.turn), nan_ok=True)


def test_no_headway_helps_where_the_shortest_trip_is_too_long() -> None:
    left, right = np.array([70.0, 80.0, 90.0]), np.full(3, 60.0)
    headway, flip = flip_of_headway(left, right, "<=", 0.0)
    assert headway == 20.0
    assert math.isnan(flip.reverse)


def test_a_rarer_service_makes_a_limit_fail() -> None:
    # 40, 50 and 60 minutes: with twice the headway 40, 60 and 80, with more none but the first.
    left, right = np.array([40.0, 50.0, 60.0]), np.full(3, 60.0)
    headway, flip = flip_of_headway(left, right, "<=", 0.0)
    assert (headway, flip.turn) == (20.0, 20.0)
    assert math.isnan(flip.reverse)  # the shortest trip stays within the limit

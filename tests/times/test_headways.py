from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import UsageError
from clustergeo.times.headways import headway_phases, headway_starts


@settings(derandomize=True, deadline=None)
@given(st.text(), st.integers(1, 7_200), st.integers(1, 60))
def test_phases_fill_every_stratum_once(key: str, headway: int, draws: int) -> None:
    phases = headway_phases(key, headway, draws)
    middles = [headway * (2 * i + 1) // (2 * draws) for i in range(draws)]
    assert sorted(phases.tolist()) == middles
    assert abs(phases.mean() - headway / 2) <= 1
    assert phases.min() >= 0
    assert phases.max() < headway


def test_phases_are_the_same_on_every_machine() -> None:
    assert headway_phases("B1\x0019800", 600, 5).tolist() == [180, 540, 300, 60, 420]


def test_lines_are_independent_of_each_other() -> None:
    draws = 1_000
    first, second = (headway_phases(key, 1_000_000, draws) for key in ("a", "b"))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


def test_two_independent_lines_wait_a_third_of_a_headway() -> None:
    # The sooner of two uniform waits is a third on average, not the half of a half-headway rule.
    draws = 2_000
    waits = np.minimum(headway_phases("a", 600_000, draws), headway_phases("b", 600_000, draws))
    assert waits.mean() == pytest.approx(200_000, rel=0.03)


def test_nothing_leaves_at_the_end_of_the_window() -> None:
    assert headway_starts(0, 1_200, 600, 0).tolist() == [0, 600]
    assert headway_starts(0, 1_200, 600, 599).tolist() == [599, 1_199]
    assert headway_starts(0, 300, 600, 300).tolist() == []


@pytest.mark.parametrize(("headway", "draws"), [(0, 5), (600, 0)])
def test_nonsense_is_refused(headway: int, draws: int) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        headway_phases("a", headway, draws)

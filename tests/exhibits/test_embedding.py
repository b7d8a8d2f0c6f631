from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from clustergeo.exhibits.figures._embedding import Embedding, embed
from clustergeo.exhibits.figures.labels import _beside, _covered


def _distances(at: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(at[:, None] - at[None], axis=2))


def _misfit(found: Embedding, weights: np.ndarray) -> float:
    return float(np.nansum(np.triu(weights * found.errors**2)))


@settings(derandomize=True, deadline=None, max_examples=10)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=7,
                unique=True))  # fmt: skip
def test_minutes_that_a_map_can_show_are_shown_as_they_are(points: list[tuple[int, int]]) -> None:
    at = np.array(points, float)
    found = embed(3 * _distances(at), at, anchor=0, weight=20)
    assert found.stress < 1e-6
    assert found.at == pytest.approx(3 * (at - at[0]), abs=1e-4)
    assert found.start == pytest.approx(3 * (at - at[0]), abs=1e-9)


def test_a_map_turned_round_is_turned_back() -> None:
    at = np.array([[0.0, 0.0], [0.0, -9.0], [3.0, -8.0], [-2.0, -10.0]])
    noise = np.array([[0, 1, 0, 2], [1, 0, 1, 0], [0, 1, 0, 1], [2, 0, 1, 0]], float)
    found = embed(_distances(at) + noise, at, anchor=0, weight=1)
    assert found.at[0] == pytest.approx((0, 0))
    # South stays south, east stays east.
    assert (found.at[1:, 1] < 0).all()
    assert found.at[2, 0] > found.at[3, 0]


def test_no_other_positions_fit_better_than_those_a_general_search_finds() -> None:
    rng = np.random.default_rng(7)
    at = rng.uniform(0, 100, (5, 2))
    minutes = _distances(at) * rng.uniform(0.6, 1.6, (5, 5))
    minutes = (minutes + minutes.T) / 2
    weights = np.ones((5, 5))
    weights[0] = weights[:, 0] = 4
    found = embed(minutes, at, anchor=0, weight=4)

    def loss(flat: np.ndarray) -> float:
        gaps = _distances(flat.reshape(5, 2)) - minutes
        return float(np.triu(weights * gaps**2, 1).sum())

    best = min(minimize(loss, rng.uniform(0, 100, 10)).fun for _ in range(5))
    assert _misfit(found, weights) <= best * 1.05


def test_pairs_without_minutes_bind_nothing() -> None:
    at = np.array([[0.0, 0.0], [0.0, -9.0], [3.0, -8.0]])
    minutes = _distances(at)
    minutes[1, 2] = minutes[2, 1] = np.nan
    found = embed(minutes, at, anchor=0, weight=1)
    assert np.isnan(found.errors[1, 2])
    assert found.stress < 1e-6


def test_weight_brings_the_trips_to_the_anchor_nearer_to_their_minutes() -> None:
    at = np.array([[0.0, 0.0], [0.0, -9.0], [1.0, -9.0], [2.0, -9.0]])
    minutes = np.array([[0, 90, 90, 120], [90, 0, 60, 90], [90, 60, 0, 80], [120, 90, 80, 0.0]])
    light, heavy = (embed(minutes, at, anchor=0, weight=weight) for weight in (1, 20))
    assert np.abs(heavy.errors[0, 1:]).max() < np.abs(light.errors[0, 1:]).max() + 1e-9
    assert heavy.stress >= light.stress - 1e-9


def test_places_that_are_one_place_are_no_trouble() -> None:
    found = embed(np.zeros((2, 2)), np.zeros((2, 2)), anchor=0, weight=1)
    assert found.stress == 0
    assert np.isfinite(found.at).all()


@pytest.mark.parametrize(
    ("turn", "box"),
    [(0, (11, 9, 15, 11)), (180, (5, 9, 9, 11)), (90, (8, 11, 12, 13)), (270, (8, 7, 12, 9))],
)
def test_a_name_stands_beside_its_mark(turn: float, box: tuple[float, ...]) -> None:
    assert _beside((10, 10), (4, 2), 1, turn) == pytest.approx(box)


def test_boxes_that_touch_cover_nothing() -> None:
    assert _covered((0, 0, 2, 2), (1, 1, 3, 3)) == 1
    assert _covered((0, 0, 2, 2), (2, 0, 3, 3)) == 0

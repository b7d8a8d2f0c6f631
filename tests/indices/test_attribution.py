"""Attribution: by hand, against every order of building, and the laws that define it."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import MeasureError
from clustergeo.indices import attribution, shapley_interactions, shapley_values, subsets

Worth = dict[frozenset[str], float]


def by_orders(worth: Worth, units: list[str]) -> list[float]:
    """Return the mean of what each adds over all orders, plainly."""
    totals = dict.fromkeys(units, 0.0)
    orders = list(permutations(units))
    for order in orders:
        before: frozenset[str] = frozenset()
        for unit in order:
            totals[unit] += worth[before | {unit}] - worth[before]
            before |= {unit}
    return [totals[unit] / len(orders) for unit in units]


def pair_by_orders(worth: Worth, units: list[str], pair: tuple[str, str]) -> float:
    """Return the interaction of a pair: the mean over orders of the rest with the pair as one."""
    one, other = pair
    rest = [unit for unit in units if unit not in pair]
    orders = list(permutations([*rest, "+"]))
    total = 0.0
    for order in orders:
        before = frozenset(order[: order.index("+")])
        total += worth[before | {one, other}] + worth[before]
        total -= worth[before | {one}] + worth[before | {other}]
    return total / len(orders)


@st.composite
def games(draw: st.DrawFn) -> tuple[Worth, list[str]]:
    units = list("abcde"[: draw(st.integers(1, 5))])
    minutes = st.integers(-600, 600).map(lambda tenths: tenths / 10)
    return {subset: draw(minutes) for subset in subsets(units)}, units


def test_three_roads_by_hand() -> None:
    """A bridge b is needed by both roads a and c; a and c bring the same beyond it."""
    worth = dict.fromkeys(subsets("abc"), 0.0)
    for built in ("ab", "bc", "abc"):
        worth[frozenset(built)] = 6.0
    found = attribution(worth, list("abc"))
    assert found["alone"].tolist() == [0, 0, 0]
    assert found["left_out"].tolist() == [0, 6, 0]
    assert found["shapley"].tolist() == pytest.approx([1, 4, 1])
    between = shapley_interactions(worth, list("abc")).set_index(["unit", "other"])["interaction"]
    assert between.to_dict() == pytest.approx({("a", "b"): 3, ("a", "c"): -3, ("b", "c"): 3})


@settings(max_examples=15)
@given(games())
def test_as_over_every_order(game: tuple[Worth, list[str]]) -> None:
    worth, units = game
    found = shapley_values(worth, units)
    assert found.tolist() == pytest.approx(by_orders(worth, units))
    between = shapley_interactions(worth, units)
    expected = [pair_by_orders(worth, units, pair) for pair in combinations(units, 2)]
    assert between["interaction"].tolist() == pytest.approx(expected)


@settings(max_examples=15)
@given(games())
def test_the_parts_add_up_to_the_whole(game: tuple[Worth, list[str]]) -> None:
    worth, units = game
    whole = worth[frozenset(units)] - worth[frozenset()]
    assert attribution(worth, units)["shapley"].sum() == pytest.approx(whole)


@settings(max_examples=15)
@given(games())
def test_who_never_adds_gets_nothing_and_changes_nothing(game: tuple[Worth, list[str]]) -> None:
    worth, units = game
    more = {subset: worth[subset - {"idle"}] for subset in subsets([*units, "idle"])}
    found = shapley_values(more, [*units, "idle"])
    assert found["idle"] == 0
    assert found[units].tolist() == pytest.approx(shapley_values(worth, units).tolist())
    between = shapley_interactions(more, [*units, "idle"])
    assert (between.loc[between["other"] == "idle", "interaction"] == 0).all()


@settings(max_examples=15)
@given(games(), st.randoms(use_true_random=False))
def test_names_and_their_order_mean_nothing(game: tuple[Worth, list[str]], random: object) -> None:
    worth, units = game
    others = list(units)
    random.shuffle(others)  # type: ignore[attr-defined]
    swapped = dict(zip(units, others, strict=True))
    renamed = {frozenset(swapped[u] for u in subset): own for subset, own in worth.items()}
    found, other = shapley_values(worth, units), shapley_values(renamed, others)
    assert [other[swapped[unit]] for unit in units] == pytest.approx(found.tolist())


@settings(max_examples=15)
@given(games(), st.integers(0, 99))
def test_of_a_sum_the_sums(game: tuple[Worth, list[str]], seed: int) -> None:
    worth, units = game
    other = dict(zip(worth, np.random.default_rng(seed).normal(size=len(worth)), strict=True))
    both = {subset: worth[subset] + other[subset] for subset in worth}
    parts = shapley_values(worth, units) + shapley_values(other, units)
    assert shapley_values(both, units).tolist() == pytest.approx(parts.tolist())


def test_without_every_subset_no_shapley_value() -> None:
    units = list("abc")
    worth = {subset: float(len(subset)) for subset in subsets(units)}
    del worth[frozenset("a")]
    with pytest.raises(MeasureError, match=r"no worth of a subset \(a\)"):
        attribution(worth, units)
    four = [*units, "d"]
    some = {s: float(len(s)) for s in subsets(four) if len(s) != 2}
    found = attribution(some, four)
    assert found["alone"].tolist() == found["left_out"].tolist() == [1, 1, 1, 1]
    assert found["shapley"].isna().all()
    with pytest.raises(MeasureError, match="a unit twice"):
        shapley_values(worth, ["b", "b"])


def test_nothing_has_no_parts() -> None:
    assert attribution({frozenset(): 1.0}, []).empty
    assert shapley_interactions({frozenset(): 1.0}, []).empty

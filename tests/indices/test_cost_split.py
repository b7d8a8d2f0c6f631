"""Laws of a split: it adds up, nobody is below the floor, who gains more pays no less."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import UsageError
from clustergeo.indices.cost_split import amounts, floored_shares, split_cost

LAW = settings(max_examples=40, deadline=None, derandomize=True)
NAMES = "abcdefgh"
benefits = st.lists(st.floats(0.001, 1e7), min_size=1, max_size=8).map(
    lambda values: dict(zip(NAMES, values, strict=False))
)
floors = st.sampled_from([0.0, 0.01, 0.05, 0.125])
costs = st.integers(0, 10**6).map(lambda n: n / 100)


def test_by_hand() -> None:
    split = split_cost({"a": 60.0, "b": 39.0, "c": 1.0}, 100.05, national_share=0.4, floor=0.05)
    assert split.national == Decimal("40.02")
    assert split.local == {"a": Decimal("34.56"), "b": Decimal("22.47"), "c": Decimal("3.00")}
    # Without a floor c would have 0.6003: it gets 5 %, and the others share 95 % as 60 to 39.
    assert split.shares["a"] == Fraction(95, 100) * Fraction(60, 99)


def test_a_floor_may_press_another_one_below_it() -> None:
    shares = floored_shares({"a": 85.0, "b": 10.4, "c": 4.6}, 0.1)
    assert shares["b"] == shares["c"] == Fraction(1, 10)
    assert shares["a"] == Fraction(8, 10)


def test_without_a_cost_there_are_shares() -> None:
    split = split_cost({"a": 1.0, "b": 1.0}, None, national_share=0.5)
    assert (split.national, split.local) == (None, None)
    assert split.shares == {"a": Fraction(1, 2), "b": Fraction(1, 2)}


def test_with_nobody_there_is_nothing_to_share() -> None:
    assert split_cost({}, 10.0, national_share=0.5, floor=0.3).local == {}


@LAW
@given(benefits, floors, costs, st.sampled_from([0.0, 0.4335, 0.5, 1 / 3, 1.0]))
def test_parts_add_up_and_nobody_is_below_the_floor(
    gains: dict[str, float], floor: float, cost: float, national: float
) -> None:
    split = split_cost(gains, cost, national_share=national, floor=floor)
    assert split.national is not None
    assert split.local is not None
    assert split.national + sum(split.local.values()) == Decimal(str(cost))
    assert sum(split.shares.values()) == 1
    assert all(share >= Fraction(str(floor)) for share in split.shares.values())
    local = Decimal(str(cost)) - split.national
    digit = max(Decimal("0.01"), Decimal(1).scaleb(Decimal(str(cost)).as_tuple().exponent))
    for name, paid in split.local.items():
        assert abs(Fraction(paid) - split.shares[name] * Fraction(local)) < Fraction("0.1")
        assert paid >= Decimal(str(floor)) * local - max(digit, Decimal("0.1"))


@LAW
@given(benefits, floors, costs)
def test_who_gains_more_pays_no_less(gains: dict[str, float], floor: float, cost: float) -> None:
    paid = split_cost(gains, cost, national_share=0.4, floor=floor).local
    assert paid is not None
    order = sorted(gains, key=lambda name: gains[name])
    for less, more in pairwise(order):
        assert paid[less] <= paid[more] or gains[less] == gains[more]


@LAW
@given(benefits, floors, costs, st.floats(1.0, 50.0))
def test_to_gain_more_never_lowers_what_one_pays(
    gains: dict[str, float], floor: float, cost: float, factor: float
) -> None:
    before = split_cost(gains, cost, national_share=0.4, floor=floor).local
    more = gains | {"a": gains["a"] * factor}
    after = split_cost(more, cost, national_share=0.4, floor=floor).local
    assert before is not None
    assert after is not None
    assert after["a"] >= before["a"]


@LAW
@given(benefits, floors, costs, st.randoms(use_true_random=False))
def test_the_order_of_governments_does_not_matter(
    gains: dict[str, float], floor: float, cost: float, random: Random
) -> None:
    shuffled = list(gains)
    random.shuffle(shuffled)
    again = {name: gains[name] for name in shuffled}
    one = split_cost(gains, cost, national_share=0.4, floor=floor)
    other = split_cost(again, cost, national_share=0.4, floor=floor)
    assert one.local == other.local
    assert one.shares == other.shares


def test_equal_parts_differ_by_a_last_digit_at_most() -> None:
    third = Fraction(1, 3)
    parts = amounts({"c": third, "a": third, "b": third}, Decimal("0.2"), 1)
    assert parts == {"c": Decimal("0.0"), "a": Decimal("0.1"), "b": Decimal("0.1")}
    assert amounts({}, Decimal(1), 1) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"national_share": 1.5}, "national share"),
        ({"national_share": 0.5, "floor": -0.1}, "floor"),
        ({"national_share": 0.5, "floor": 0.6}, r"at most 1 over their number \(2\)"),
        ({"national_share": 0.5, "cost": -1.0}, "cost"),
        ({"national_share": 0.5, "benefits": {"a": 0.0}}, "benefit of a"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object], message: str) -> None:
    told = {"benefits": {"a": 1.0, "b": 2.0}, "cost": 10.0, **options}
    gains, cost = told.pop("benefits"), told.pop("cost")
    with pytest.raises(UsageError, match=message):
        split_cost(gains, cost, **told)

"""Who pays for a link: shares by benefit with a floor, and amounts that add up to the digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from clustergeo.errors import UsageError

__all__ = ["Split", "amounts", "floored_shares", "split_cost"]

_LEAST_DECIMALS: Final = 1  # 0.1 billion won: the pilot projects are stated in 100 million


@dataclass(frozen=True, slots=True)
class Split:
    """What each party pays.

    Parameters
    ----------
    national
        What the state pays, in the unit of the cost; None where there is no cost.
    local
        What each government pays; None without a cost.
    shares
        Share of each government in the local cost.
    """

    national: Decimal | None
    local: Mapping[str, Decimal] | None
    shares: Mapping[str, Fraction]


def split_cost(
    benefits: Mapping[str, float],
    cost: float | None,
    *,
    national_share: float,
    floor: float = 0.0,
) -> Split:
    """Return a cost split between the state and governments in proportion to their benefits.

    Parameters
    ----------
    benefits
        What each government that signs gains, above 0; the unit does not matter.
    cost
        The whole cost; None if it is not known, and only shares are.
    national_share
        Share of the state in it, 0 to 1.
    floor
        Least share of each government in the local cost.

    Returns
    -------
    split : Split
        Amounts are in tenths of the unit, or finer where the cost is stated finer, and add up to
        the cost exactly (by the largest remainder). Who gains more never pays less.

    Raises
    ------
    UsageError
        If a share is out of range, a benefit is not above 0, or the floors are more than all.

    Examples
    --------
    >>> split = split_cost({"a": 96.0, "b": 3.0, "c": 1.0}, 10.0, national_share=0.5, floor=0.1)
    >>> split.national, split.local
    (Decimal('5.0'), {'a': Decimal('4.0'), 'b': Decimal('0.5'), 'c': Decimal('0.5')})
    """
    if not 0 <= national_share <= 1:
        message = f"national share: not from 0 to 1 ({national_share:g}) - correct it"
        raise UsageError(message)
    shares = floored_shares(benefits, floor)
    if cost is None:
        return Split(None, None, shares)
    if not 0 <= cost < np.inf:
        message = f"cost: not a number of at least 0 ({cost:g}) - correct it"
        raise UsageError(message)
    whole = Decimal(str(cost)).normalize()
    decimals = max(_LEAST_DECIMALS, -int(whole.as_tuple().exponent))
    parties = {"national": _exact(national_share), "local": 1 - _exact(national_share)}
    both = amounts(parties, whole, decimals)
    local = amounts(shares, both["local"], decimals, benefits=benefits)
    return Split(both["national"], local, shares)


def floored_shares(benefits: Mapping[str, float], floor: float) -> dict[str, Fraction]:
    """Return shares in proportion to benefits, none below a floor; they sum to 1.

    Who would get less than the floor gets the floor, and the others share the rest in proportion,
    again and again until nobody is below it.

    Parameters
    ----------
    benefits
        Above 0, by id.
    floor
        Least share, 0 to one over their number.

    Raises
    ------
    UsageError
        If a benefit is not above 0, or the floors are more than all.

    Examples
    --------
    >>> floored_shares({"a": 3.0, "b": 1.0}, 0.0)
    {'a': Fraction(3, 4), 'b': Fraction(1, 4)}
    """
    least = _exact(floor) if 0 <= floor <= 1 else Fraction(-1)
    if least < 0 or least * len(benefits) > 1:
        most = f"at most 1 over their number ({len(benefits)})" if least >= 0 else "from 0 to 1"
        message = f"floor: least share of each who signs ({floor:g}) - choose one {most}"
        raise UsageError(message)
    for name, benefit in benefits.items():
        if not 0 < benefit < np.inf:
            message = f"benefit of {name}: not above 0 ({benefit:g}) - leave out who gains nothing"
            raise UsageError(message)
    exact = {name: Fraction(benefit) for name, benefit in benefits.items()}
    at_floor: set[str] = set()
    while True:
        rest = 1 - least * len(at_floor)
        total = sum(benefit for name, benefit in exact.items() if name not in at_floor)
        shares = {
            name: least if name in at_floor else rest * benefit / total
            for name, benefit in exact.items()
        }
        below = {name for name, share in shares.items() if share < least}
        if not below:
            return shares
        at_floor |= below


def amounts(
    shares: Mapping[str, Fraction],
    total: Decimal,
    decimals: int,
    *,
    benefits: Mapping[str, float] | None = None,
) -> dict[str, Decimal]:
    """Return a total split by shares, rounded so that the parts add up to it exactly.

    By the largest remainder: each part is cut, and what is left goes, one last digit each, to
    those that lost most; of equal ones to the larger share, then to the larger benefit, then to
    the first by id. The order of the shares does not matter.

    Parameters
    ----------
    shares
        By id; they sum to 1. Without any there are no parts.
    total
        What is split: of no more decimals than ``decimals``.
    decimals
        Decimals of the parts.
    benefits
        What tells equal shares apart, as those at a floor are.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> amounts({"a": third, "b": third, "c": third}, Decimal(1), 1)
    {'a': Decimal('0.4'), 'b': Decimal('0.3'), 'c': Decimal('0.3')}
    """
    units = Fraction(total) * 10**decimals
    quotas = {name: share * units for name, share in shares.items()}
    whole = {name: int(quota) for name, quota in quotas.items()}
    left = int(units) - sum(whole.values()) if shares else 0
    gains = benefits or {}
    order = sorted(
        shares,
        key=lambda name: (
            whole[name] - quotas[name],
            -shares[name],
            -gains.get(name, 0.0),
            name,
        ),
    )
    for name in order[:left]:
        whole[name] += 1
    return {name: Decimal(count).scaleb(-decimals) for name, count in whole.items()}


def _exact(share: float) -> Fraction:
    """Return a share as it is written, not as floating numbers hold it."""
    return Fraction(str(share))

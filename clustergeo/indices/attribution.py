"""Attribution: what each part of a package adds, from what every subset of it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError

__all__ = ["MOST_UNITS", "attribution", "shapley_interactions", "shapley_values", "subsets"]

MOST_UNITS: Final = 8
"""Units up to which every subset of a package is computed: 256 of them."""

Unit = str
Subset = frozenset[Unit]


def subsets(units: Sequence[Unit]) -> Iterator[Subset]:
    """Yield every subset of units, the empty one first and smaller ones before larger.

    Parameters
    ----------
    units
        Names, each once.

    Examples
    --------
    >>> [sorted(subset) for subset in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    for size in range(len(units) + 1):
        yield from map(frozenset, combinations(units, size))


def attribution(worth: Mapping[Subset, float], units: Sequence[Unit]) -> pd.DataFrame:
    r"""Return what each unit adds alone, what is lost without it, and its Shapley value.

    Parameters
    ----------
    worth
        What each subset of the units is worth, such as minutes saved. The empty one, each unit
        alone, all without it and all together are needed; the Shapley value needs every subset.
    units
        Names of the units, each once.

    Returns
    -------
    attribution : pandas.DataFrame, shape (units, 3)
        By unit, in the unit of the worth: ``alone`` is v({i}) - v({}), ``left_out`` is
        v(N) - v(N \ {i}), ``shapley`` as of :func:`shapley_values`, NaN where a subset is
        missing.

    Raises
    ------
    MeasureError
        If a unit stands twice or a subset that is needed is missing.

    Examples
    --------
    Two roads that bring the same three minutes, of which one is enough:

    >>> worth = {frozenset(): 0.0, frozenset("a"): 3.0, frozenset("b"): 3.0,
    ...          frozenset("ab"): 3.0}
    >>> attribution(worth, ["a", "b"]).loc["a"].tolist()
    [3.0, 0.0, 1.5]
    """
    _check_once(units)
    whole, nothing = frozenset(units), _worth(worth, frozenset())
    alone = [_worth(worth, frozenset({unit})) - nothing for unit in units]
    left_out = [_worth(worth, whole) - _worth(worth, whole - {unit}) for unit in units]
    every = all(subset in worth for subset in subsets(units)) if _few(worth, units) else False
    shapley = shapley_values(worth, units) if every else pd.Series(np.nan, index=list(units))
    index = pd.Index(list(units), name="unit")
    table = {"alone": alone, "left_out": left_out, "shapley": shapley.to_numpy()}
    return pd.DataFrame(table, index=index, dtype=np.float64)


def shapley_values(worth: Mapping[Subset, float], units: Sequence[Unit]) -> pd.Series[float]:
    """Return the mean of what each unit adds, over all orders in which a package can be built.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)), exactly. They add
    up to v(N) - v({}); units that add the same to every subset get the same; one that never adds
    anything gets nothing; of the sum of two worths they are the sums (Shapley 1953, Contributions
    to the Theory of Games II, 307-317).

    Parameters
    ----------
    worth
        What every subset of the units is worth.
    units
        Names of the units, each once.

    Returns
    -------
    shapley : pandas.Series, shape (units,)

    Raises
    ------
    MeasureError
        If a unit stands twice or a subset is missing.

    Examples
    --------
    >>> worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0,
    ...          frozenset("ab"): 5.0}
    >>> shapley_values(worth, ["a", "b"]).tolist()
    [2.0, 3.0]
    """
    _check_once(units)
    count = len(units)
    found = []
    for unit in units:
        others = [other for other in units if other != unit]
        found.append(
            sum(
                (_worth(worth, without | {unit}) - _worth(worth, without))
                / (count * comb(count - 1, len(without)))
                for without in subsets(others)
            )
        )
    return pd.Series(found, index=pd.Index(list(units), name="unit"), dtype=np.float64)


def shapley_interactions(worth: Mapping[Subset, float], units: Sequence[Unit]) -> pd.DataFrame:
    """Return how much more two units bring together than each by itself, over all orders.

    The Shapley interaction index: I_ij = sum over S without i and j of
    |S|! (n - |S| - 2)! / (n - 1)! (v(S + i + j) - v(S + i) - v(S + j) + v(S)) (Grabisch and
    Roubens 1999, International Journal of Game Theory 28, 547-565). Above 0 they help each other,
    below 0 they bring the same. Of two units it is the plain second difference.

    Parameters
    ----------
    worth
        What every subset of the units is worth.
    units
        Names of the units, each once.

    Returns
    -------
    interactions : pandas.DataFrame, shape (pairs, 3)
        ``unit``, ``other`` and ``interaction``, in the unit of the worth.

    Raises
    ------
    MeasureError
        If a unit stands twice or a subset is missing.

    Examples
    --------
    >>> worth = {frozenset(): 0.0, frozenset("a"): 3.0, frozenset("b"): 3.0,
    ...          frozenset("ab"): 3.0}
    >>> shapley_interactions(worth, ["a", "b"]).values.tolist()
    [['a', 'b', -3.0]]
    """
    _check_once(units)
    count = len(units)
    rows = []
    for one, other in combinations(units, 2):
        rest = [unit for unit in units if unit not in {one, other}]
        total = 0.0
        for without in subsets(rest):
            second = _worth(worth, without | {one, other}) + _worth(worth, without)
            second -= _worth(worth, without | {one}) + _worth(worth, without | {other})
            total += second / ((count - 1) * comb(count - 2, len(without)))
        rows.append((one, other, total))
    table = pd.DataFrame(rows, columns=["unit", "other", "interaction"])
    return table.astype({"unit": object, "other": object, "interaction": np.float64})


def _few(worth: Mapping[Subset, float], units: Sequence[Unit]) -> bool:
    """Return whether there can be a worth of every subset."""
    return len(worth) >= 1 << len(units)


def _worth(worth: Mapping[Subset, float], subset: Subset) -> float:
    if subset not in worth:
        what = f"no worth of a subset ({' + '.join(sorted(subset)) or 'nothing'})"
        raise MeasureError(Fault("worth", what, "compute it, or leave units out"))
    return float(worth[subset])


def _check_once(units: Sequence[Unit]) -> None:
    if twice := sorted({unit for unit in units if list(units).count(unit) > 1}):
        what = f"a unit twice ({', '.join(twice)})"
        raise MeasureError(Fault("units", what, "name each once"))

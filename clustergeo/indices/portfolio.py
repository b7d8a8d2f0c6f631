"""Which links to build for a sum of money: a greedy choice, the best one, and how far apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.indices._link_sets import LinkSet, RideChoices, RoadLinks, shortened

__all__ = [
    "MOST_EXHAUSTIVE",
    "LinkSet",
    "Portfolio",
    "RideChoices",
    "RoadLinks",
    "best_portfolio",
    "greedy_portfolio",
    "saving_bound",
    "shortened",
]

MOST_EXHAUSTIVE: Final = 15
"""Links of which every affordable set is tried."""

_LEAST: Final = 1e-9

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Links chosen under a budget.

    Parameters
    ----------
    method
        ``greedy``, or ``exhaustive``: no affordable set saves more.
    chosen
        Positions of the links, in the order they were chosen.
    saved
        Weighted minutes saved after each of them.
    cost
        What all of them cost.
    """

    method: Literal["greedy", "exhaustive"]
    chosen: tuple[int, ...]
    saved: tuple[float, ...]
    cost: float

    @property
    def total(self) -> float:
        """Weighted minutes that all of them save."""
        return self.saved[-1] if self.saved else 0.0


def greedy_portfolio(links: LinkSet, costs: Sequence[float], budget: float) -> Portfolio:
    """Return links chosen one by one: what saves most for its cost, or most; the better of both.

    Two links may save more together than each alone, as a road that leads to another. The savings
    are then not submodular, and no share of the best is guaranteed beforehand: how far the choice
    may be off is told by :func:`saving_bound`.

    Parameters
    ----------
    links
        What they save.
    costs
        Cost of each link.
    budget
        What all of them may cost.

    Raises
    ------
    UsageError
        If a cost or the budget is no number of 0 or more.

    Examples
    --------
    >>> rides = RideChoices(np.array([60.0]), np.array([[40.0], [30.0]]), np.array([1.0]))
    >>> greedy_portfolio(rides, [100.0, 300.0], 300.0).chosen
    (1,)
    """
    price = _checked(costs, budget)
    found = [_greedy(links, price, budget, by_cost=by_cost) for by_cost in (True, False)]
    return max(found, key=lambda one: one.total)


def best_portfolio(links: LinkSet, costs: Sequence[float], budget: float) -> Portfolio:
    """Return the links that save most of all sets the budget allows: each of them is tried.

    Parameters
    ----------
    links, costs, budget
        As for :func:`greedy_portfolio`; at most ``MOST_EXHAUSTIVE`` links.

    Returns
    -------
    portfolio : Portfolio
        Of sets that save as much, the one that costs least. Links in their order.

    Raises
    ------
    UsageError
        If there are more links, or a cost or the budget is no number of 0 or more.

    Examples
    --------
    >>> rides = RideChoices(np.array([60.0]), np.array([[40.0], [30.0]]), np.array([1.0]))
    >>> best_portfolio(rides, [100.0, 300.0], 200.0).chosen
    (0,)
    """
    price = _checked(costs, budget)
    if len(price) > MOST_EXHAUSTIVE:
        many = f"{len(price)}; at most {MOST_EXHAUSTIVE}"
        message = f"links: too many to try every set ({many}) - choose greedily"
        raise UsageError(message)
    best, saved = tuple[int, ...](), 0.0
    for chosen, state in _sets(links, price, budget, (), links.start()):
        here = links.saved(state)
        cheaper = price[list(chosen)].sum() < price[list(best)].sum() - _LEAST
        if here > saved + _LEAST or (here > saved - _LEAST and cheaper):
            best, saved = chosen, here
    return _told("exhaustive", links, price, best)


def saving_bound(links: LinkSet, costs: Sequence[float], budget: float) -> float:
    """Return minutes that no set of links within the budget can exceed.

    No client saves more than the best case of the best link it takes, as every way with new links
    takes one. Summed over clients this is submodular and never below what is saved, whether the
    savings themselves are submodular or not. So for any set A nothing exceeds the sum of A plus
    the best affordable share of what each other link would add to it; the least such figure over
    the steps of a greedy choice is returned, or what all links together save, if that is less.

    Parameters
    ----------
    links, costs, budget
        As for :func:`greedy_portfolio`.

    Raises
    ------
    UsageError
        If a cost or the budget is no number of 0 or more.

    Examples
    --------
    >>> rides = RideChoices(np.array([60.0]), np.array([[40.0], [30.0]]), np.array([1.0]))
    >>> saving_bound(rides, [100.0, 300.0], 200.0)
    20.0
    """
    price = _checked(costs, budget)
    rows = np.flatnonzero(price <= budget + _LEAST)
    if not rows.size:
        return 0.0
    state = links.start()
    for link in rows.tolist():
        state = links.joined(state, link)
    bound = links.saved(state)
    best_case, cost = links.best_case()[rows], price[rows]
    covered, left = np.zeros(best_case.shape[1]), budget
    while True:
        gain = np.maximum(best_case - covered, 0.0) @ links.weights
        bound = min(bound, float(covered @ links.weights) + _filled(gain, cost, budget))
        open_ = (gain > _LEAST) & (cost <= left + _LEAST)
        if not open_.any():
            return max(bound, 0.0)
        link = int(np.argmax(np.where(open_, gain / np.maximum(cost, _LEAST), -1.0)))
        covered, left = np.maximum(covered, best_case[link]), left - float(cost[link])


def _filled(gain: Numbers, cost: Numbers, budget: float) -> float:
    """Return what a budget buys of gains where parts of a link could be had."""
    order = np.argsort(-gain / np.maximum(cost, _LEAST), kind="stable")
    spent = np.cumsum(cost[order])
    before = spent - cost[order]
    share = np.clip((budget - before) / np.maximum(cost[order], _LEAST), 0.0, 1.0)
    return float(share @ gain[order])


def _greedy(links: LinkSet, price: Numbers, budget: float, *, by_cost: bool) -> Portfolio:
    state, chosen, left = links.start(), tuple[int, ...](), budget
    while True:
        best, worth, after = -1, 0.0, state
        for link in np.flatnonzero(price <= left + _LEAST).tolist():
            if link in chosen:
                continue
            joined = links.joined(state, link)
            gain = links.saved(joined) - links.saved(state)
            value = gain / max(price[link], _LEAST) if by_cost else gain
            if gain > _LEAST and value > worth:
                best, worth, after = link, value, joined
        if best < 0:
            return _told("greedy", links, price, chosen)
        state, chosen, left = after, (*chosen, best), left - float(price[best])


def _sets(
    links: LinkSet, price: Numbers, left: float, chosen: tuple[int, ...], state: Numbers
) -> Iterator[tuple[tuple[int, ...], Numbers]]:
    """Yield every affordable set of links after those chosen."""
    for link in range(chosen[-1] + 1 if chosen else 0, len(price)):
        if price[link] <= left + _LEAST:
            more, after = (*chosen, link), links.joined(state, link)
            yield more, after
            yield from _sets(links, price, left - float(price[link]), more, after)


def _told(
    method: Literal["greedy", "exhaustive"],
    links: LinkSet,
    price: Numbers,
    chosen: tuple[int, ...],
) -> Portfolio:
    state, saved = links.start(), []
    for link in chosen:
        state = links.joined(state, link)
        saved.append(links.saved(state))
    return Portfolio(method, chosen, tuple(saved), float(price[list(chosen)].sum()))


def _checked(costs: Sequence[float], budget: float) -> Numbers:
    price = np.asarray(costs, np.float64)
    for name, values in (("budget", np.array([budget])), ("costs", price)):
        wrong = values[~(np.isfinite(values) & (values >= 0))]
        if wrong.size:
            message = f"{name}: not a number of 0 or more ({wrong[0]:g}) - correct it"
            raise UsageError(message)
    return price

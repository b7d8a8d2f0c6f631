"""Which of the proposed links to build for a sum of money, by roads and by public transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from clustergeo.indices.portfolio import (
    MOST_EXHAUSTIVE,
    LinkSet,
    RideChoices,
    RoadLinks,
    best_portfolio,
    greedy_portfolio,
    saving_bound,
)
from clustergeo.schemas.missing_links import LINK_PORTFOLIO
from clustergeo.study.scenarios._link_kinds import Link, LinkRules
from clustergeo.study.scenarios._link_savings import Savings
from clustergeo.study.scenarios._link_screening import DriveScreen, RideScreen
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["portfolios"]


def portfolios(
    table: pd.DataFrame,
    links: Mapping[str, Link],
    screens: Mapping[str, Any],
    savings: Savings,
    rules: LinkRules,
) -> pd.DataFrame:
    """Return what to build in each mode, contract ``LINK_PORTFOLIO``.

    Chosen greedily from all links that have a cost within the budget, save time and are folded
    under no other; then from those chosen and the best others, so few that every set is tried.
    """
    rows: list[dict[str, Any]] = []
    real = table[(table["alike"] == "") & (table["saved_min"] > 0)]
    real = real[real["cost_krw_bn"] <= rules.budget_krw_bn]
    for mode, part in real.groupby("mode", sort=False):
        asked = [links[name] for name in part["link_id"]]
        costs, budget = part["cost_krw_bn"].tolist(), rules.budget_krw_bn
        every = _sets(screens[str(mode)], asked, savings)
        bound = saving_bound(every, costs, budget)
        greedy = greedy_portfolio(every, costs, budget)
        # What was chosen greedily is among those tried, so that none is better than the best.
        order = dict.fromkeys([*greedy.chosen, *range(len(asked))])
        few = sorted(list(order)[:MOST_EXHAUSTIVE])
        best = best_portfolio(_some(every, few), [costs[i] for i in few], budget)
        best = replace(best, chosen=tuple(few[i] for i in best.chosen))
        for found, count in ((best, len(few)), (greedy, len(asked))):
            spent = np.cumsum([costs[i] for i in found.chosen])
            for step, i in enumerate(found.chosen):
                row = {
                    "mode": mode,
                    "method": found.method,
                    "step": step + 1,
                    "link_id": asked[i].link_id,
                    "budget_krw_bn": budget,
                    "cost_krw_bn": float(spent[step]),
                    "saved_min": found.saved[step],
                    "bound_min": bound,
                    "share_of_bound": found.saved[step] / bound if bound > 0 else np.nan,
                    "of_links": count,
                    "verified_saved_min": np.nan,
                    "evidence": "estimated",
                }
                rows.append(row)
    return pd.DataFrame(rows, columns=list(LINK_PORTFOLIO.names))


def _some(links: LinkSet, rows: list[int]) -> LinkSet:
    """Return some of the links."""
    if isinstance(links, RoadLinks):
        return replace(links, ways=[links.ways[row] for row in rows])
    assert isinstance(links, RideChoices)  # noqa: S101 - there are no others
    return replace(links, via=links.via[rows])


def _sets(screen: DriveScreen | RideScreen, links: list[Link], savings: Savings) -> LinkSet:
    rows, columns = savings.pairs
    if isinstance(screen, DriveScreen):
        at = savings.rows(screen, savings.cluster_ids)
        pairs = (at[rows], at[columns])
        real = np.isfinite(screen.ride_min[pairs])
        pairs = (pairs[0][real], pairs[1][real])
        weights = np.full(int(real.sum()), 1.0 / max(int(real.sum()), 1))
        return RoadLinks(screen.ride_min, [screen.way(link) for link in links], pairs, weights)
    limit_min = screen.model.transit_rules.limit_min
    # A departure without a trip counts as the longest trip there may be.
    samples = [
        np.minimum(seconds[rows, columns].astype(np.float64) / SECONDS_PER_MINUTE, limit_min)
        for seconds in (screen.before_s, *(screen.via_s(link) for link in links))
    ]
    before, *via = (np.broadcast_to(one, samples[-1].shape).ravel() for one in samples)
    return RideChoices(before, np.array(via), np.full(before.size, 1.0 / before.size))

"""What scenarios cost, who signs for it, and the rows that say so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.indices.cost_split import Split, split_cost
from clustergeo.networks.edits import Scenario
from clustergeo.places import load_pilot_projects
from clustergeo.schemas import check_table
from clustergeo.schemas.gains import COST_SPLIT, LEVELS
from clustergeo.study.plan import Study
from clustergeo.study.scenarios.gain_rules import GainRules

__all__ = ["national_share_of", "table_with_costs", "total_cost"]

_STATE: Final = {"name_en": "National government", "name_ko": "국가"}
_DIGITS: Final = 4  # of the share of the state: what stands on the sheet is what was used


def total_cost(scenarios: Sequence[Scenario]) -> float | None:
    """Return what scenarios cost together, billion won; None where one does not say."""
    costs = [scenario.cost_krw_bn for scenario in scenarios]
    known = [Decimal(str(cost)) for cost in costs if cost is not None]
    return float(sum(known)) if known and len(known) == len(costs) else None


def national_share_of(study: Study, rules: GainRules) -> float:
    """Return the share of the state: as asked, or that of all pilot projects together."""
    if rules.national_share is not None:
        return rules.national_share
    projects = load_pilot_projects(study.places.projects)
    budgets = projects[["national_budget_100m_krw", "total_expense_100m_krw"]].sum()
    return round(float(budgets.iloc[0] / budgets.iloc[1]), _DIGITS)


def table_with_costs(
    table: pd.DataFrame, rules: GainRules, *, cost: float | None, national_share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the gains with the share of each government, and the split itself.

    Governments sign whose people save enough, all modes that change together. Who saves nothing
    in the mean does not sign.
    """
    basis = (table["level"] == LEVELS[2]) & (table["target"] == rules.target)
    parties = _parties(table[basis], rules)
    signing = parties[parties["reason"] == ""]
    benefits = {str(k): float(v) for k, v in signing["saved_person_min"].items()}
    split = split_cost(benefits, cost, national_share=national_share, floor=rules.floor)
    whole = _split_table(parties, split, national_share, cost)
    # Where both modes change a government has two rows: its cost stands at the first.
    ids = table.loc[basis, "area_id"].drop_duplicates()
    of = whole.set_index("area_id").loc[ids]
    found = table.copy()
    for name, column in (
        ("cost_share", "local_share"),
        ("cost_krw_bn", "cost_krw_bn"),
        ("cost_reason", "reason"),
    ):
        found.loc[ids.index, name] = of[column].to_numpy()
    return found, whole


def _parties(rows: pd.DataFrame, rules: GainRules) -> pd.DataFrame:
    """Return each government with what its people save by all modes, and why it does not sign."""
    grouped = rows.groupby("area_id", sort=True)
    parties = grouped[["name_en", "name_ko", "population"]].first()
    saved = grouped["saved_person_min"].sum(min_count=1)
    parties["saved_person_min"] = saved
    # Over all its people: a few who gain do not make a government sign for the others.
    parties["saved_min"] = saved / parties["population"].astype("float64")
    net = float(saved.sum())
    parties["benefit_share"] = saved / net if net > 0 else np.nan
    parties["reason"] = np.select(
        [saved.isna(), saved <= 0, parties["saved_min"] < rules.least_min],
        ["no_time", "no_gain", "below_least"],
        "",
    )
    order = parties["saved_person_min"].sort_values(ascending=False, kind="stable").index
    return parties.loc[order]


def _split_table(
    parties: pd.DataFrame, split: Split, national_share: float, cost: float | None
) -> pd.DataFrame:
    """Return the split as a table, the state first."""
    blank, signed = "no_cost" if cost is None else "", bool(split.shares)
    state: dict[str, Any] = {
        **_STATE,
        "party": "national",
        "area_id": "",
        "signs": "yes" if signed else "no",
        "cost_share": national_share if signed else np.nan,
        "cost_krw_bn": split.national if signed else None,
        "reason": blank if signed else "no_one_signs",
    }
    rows = [state]
    local = 1 - Fraction(str(national_share))
    for area_id, party in parties.iterrows():
        key = str(area_id)
        share = split.shares.get(key)
        rows.append(
            {
                "party": "government",
                "area_id": key,
                **party[["name_en", "name_ko", "population"]],
                **party[["saved_min", "saved_person_min", "benefit_share"]],
                "signs": "no" if share is None else "yes",
                "local_share": np.nan if share is None else float(share),
                "cost_share": np.nan if share is None else float(share * local),
                "cost_krw_bn": (split.local or {}).get(key),
                "reason": party["reason"] or blank,
            }
        )
    table = pd.DataFrame(rows).reindex(columns=list(COST_SPLIT.names))
    table["cost_krw_bn"] = [np.nan if c is None else float(c) for c in table["cost_krw_bn"]]
    table["evidence"] = "estimated"
    return check_table(table, COST_SPLIT, file="cost split", first_row=1)

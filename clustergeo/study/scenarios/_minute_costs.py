"""What a minute saved costs, and what the minutes of a trip are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo._files import read_csv
from clustergeo.networks.edits import Scenario
from clustergeo.schemas import check_table
from clustergeo.schemas.appraisal import COSTS, DEMAND, PURPOSES, VALUE_OF_TIME
from clustergeo.schemas.results import EVIDENCE
from clustergeo.settings import data_path
from clustergeo.study.scenarios._measure_changes import saved_of, scoped
from clustergeo.units import MINUTES_PER_HOUR

__all__ = ["cost_of", "costs", "load_demand", "load_value_of_time"]

_LEAST_MIN: Final = 0.005  # half of what the tables show
_THOUSAND: Final = 1_000.0
_SCOPES: Final = {"mean_to_clusters": "clusters", "mean_to_capital": "capital"}

Row = dict[str, Any]


def load_value_of_time(path: Path | None = None) -> pd.DataFrame:
    """Return the value of an hour of travel, contract ``VALUE_OF_TIME``.

    Parameters
    ----------
    path
        A table of your own; the shipped one by default, which is second hand and says so.

    Raises
    ------
    InputError
        If it is refused.
    """
    path = path or data_path("appraisal", "value_of_time.csv")
    return check_table(read_csv(path), VALUE_OF_TIME, file=str(path))


def load_demand(path: Path) -> pd.DataFrame:
    """Return trips a day between places, contract ``DEMAND``; none is shipped.

    Raises
    ------
    InputError
        If it is refused.
    """
    return check_table(read_csv(path), DEMAND, file=str(path))


def cost_of(scenarios: Sequence[Scenario]) -> float:
    """Return what a package costs, billion won; NaN where one of it has no published cost."""
    told = [scenario.cost_krw_bn for scenario in scenarios]
    return (
        float(sum(cost for cost in told if cost is not None))
        if told and None not in told
        else np.nan
    )


def costs(
    pairs: pd.DataFrame,
    clusters: Sequence[str],
    cost_krw_bn: float,
    values: pd.DataFrame,
    demand: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what a minute saved costs, over the region and by pair, contract ``COSTS``.

    Parameters
    ----------
    pairs
        Every pair before and after, contract ``schemas.scenarios.BEFORE_AFTER``.
    clusters
        Ids of the clusters.
    cost_krw_bn
        What is spent, billion won; NaN where it is not known.
    values
        Contract ``VALUE_OF_TIME``.
    demand
        Contract ``DEMAND``; without it nothing is said of person-minutes.
    """
    worth = values.set_index(["mode", "purpose"])["won_per_hour"].to_dict()
    grades = values.groupby("mode")["evidence"].agg(lambda told: max(told, key=_grade)).to_dict()
    trips = (
        {}
        if demand is None
        else demand.set_index(["mode", "from_id", "to_id"])["trips_a_day"].to_dict()
    )
    rows = [
        _costed(row, str(mode), cost_krw_bn, worth)
        | {"evidence": max(row["evidence"], grades.get(mode, ""), key=_grade)}
        for mode, own in pairs.groupby("mode", sort=False)
        for row in _rows(own, str(mode), clusters, trips)
    ]
    table = pd.DataFrame(rows, columns=list(COSTS.names))
    return check_table(table, COSTS, file="costs", first_row=1)


def _rows(
    own: pd.DataFrame, mode: str, clusters: Sequence[str], trips: Mapping[Any, float]
) -> Iterator[Row]:
    told = [*scoped(own, clusters)]
    for name, of in told:
        both = of.dropna(subset=["difference_min"])
        yield {
            "scope": _SCOPES[name],
            "from_id": "",
            "to_id": "",
            "pairs": len(both),
            "saved_min": saved_of(of),
            "person_min_a_day": _person_min(both, mode, trips),
            "evidence": max(both["evidence"], key=_grade, default=""),
        }
    shown = pd.concat([of for _, of in told])
    for row in shown.to_dict("records"):
        there = pd.notna(row["difference_min"])
        yield {
            "scope": "pair",
            "from_id": row["from_id"],
            "to_id": row["to_id"],
            "pairs": int(there),
            "saved_min": 0.0 - row["difference_min"] if there else np.nan,
            "person_min_a_day": 0.0 - row["difference_min"] * trips[key]
            if there and (key := (mode, row["from_id"], row["to_id"])) in trips
            else np.nan,
            "evidence": row["evidence"],
        }


def _person_min(rows: pd.DataFrame, mode: str, trips: Mapping[Any, float]) -> float:
    """Return person-minutes saved a day over pairs whose trips are known; NaN if none is."""
    ends = zip(rows["from_id"], rows["to_id"], rows["difference_min"], strict=True)
    saved = [
        -apart * trips[mode, from_id, to_id]
        for from_id, to_id, apart in ends
        if (mode, from_id, to_id) in trips
    ]
    return float(sum(saved)) if saved else np.nan


def _costed(row: Row, mode: str, cost_krw_bn: float, worth: Mapping[Any, float]) -> Row:
    saved, people = row["saved_min"], row["person_min_a_day"]
    spent = np.isfinite(cost_krw_bn)
    gained = np.isfinite(saved) and saved >= _LEAST_MIN
    reason = "no_trip" if np.isnan(saved) else "" if gained else "saves_nothing"
    return {
        **row,
        "mode": mode,
        "cost_krw_bn": cost_krw_bn,
        "krw_bn_per_min": cost_krw_bn / saved if spent and gained else np.nan,
        **{
            f"{purpose}_won_per_trip": saved
            * worth.get((mode, purpose), np.nan)
            / MINUTES_PER_HOUR
            for purpose in PURPOSES
        },
        "krw_bn_per_1000_person_min": cost_krw_bn / (people / _THOUSAND)
        if spent and people > 0
        else np.nan,
        "reason": reason if spent else reason or "no_cost",
        "demand_reason": "" if np.isfinite(people) else "no_demand",
    }


def _grade(grade: str) -> int:
    return EVIDENCE.index(grade) if grade else -1

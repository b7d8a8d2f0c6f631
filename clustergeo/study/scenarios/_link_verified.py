"""Hypothetical links run in full, on networks that have them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clustergeo.errors import ScenarioError
from clustergeo.networks.edits import Base, Scenario
from clustergeo.study.plan import Study
from clustergeo.study.scenarios.run import run_scenarios
from clustergeo.times import TravelTimes

__all__ = ["Verifier"]

Saved = tuple[float, float] | ScenarioError


@dataclass(slots=True)
class Verifier:
    """Runs on one base, whose times are computed once.

    Parameters
    ----------
    study, base
        What is changed.
    cluster_ids
        Clusters of the study.
    """

    study: Study
    base: Base
    cluster_ids: tuple[str, ...]
    _before: dict[str, TravelTimes] | None = field(default=None)
    _known: dict[tuple[str, frozenset[str]], Saved] = field(default_factory=dict)

    def saved(self, scenarios: list[Scenario], mode: str) -> Saved:
        """Return mean minutes saved between clusters and to the capital, or why it cannot run."""
        key = (mode, frozenset(scenario.scenario_id for scenario in scenarios))
        if key not in self._known:
            self._known[key] = self._saved(scenarios, mode)
        return self._known[key]

    def _saved(self, scenarios: list[Scenario], mode: str) -> Saved:
        try:
            run = run_scenarios(scenarios, self.study, base=self.base, before=self._before)
        except ScenarioError as error:
            return error
        self._before = run.before
        table = run.table[run.table["mode"] == mode]
        table = table[table["from_id"].isin(self.cluster_ids)]
        saved = (table["before_min"] - table["after_min"]).astype(float)
        inner = table["to_id"].isin(self.cluster_ids)
        outer = table["to_id"].isin(self.study.places.capital)
        return _mean(saved[inner]), _mean(saved[outer])


def _mean(saved: pd.Series[float]) -> float:
    known = saved.dropna()
    return float(known.mean()) if len(known) else np.nan

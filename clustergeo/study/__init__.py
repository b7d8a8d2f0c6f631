"""The pipeline: one study file in, tables, maps, figures and a page that answers out."""

from __future__ import annotations

from clustergeo.study._claims import ClaimsHeld, judge_study
from clustergeo.study.pipeline import run
from clustergeo.study.plan import Study, load_study
from clustergeo.study.results import DECIMALS, Results
from clustergeo.study.scenarios import (
    Appraisal,
    ScenarioRun,
    appraise,
    before_after,
    check_scenarios,
    run_scenarios,
    study_base,
)

__all__ = [
    "DECIMALS",
    "Appraisal",
    "ClaimsHeld",
    "Results",
    "ScenarioRun",
    "Study",
    "appraise",
    "before_after",
    "check_scenarios",
    "judge_study",
    "load_study",
    "run",
    "run_scenarios",
    "study_base",
]

"""What a new link would change in a study: times, measures and verdicts with and without it."""

from __future__ import annotations

from clustergeo.study.scenarios.before_after import before_after
from clustergeo.study.scenarios.run import check_scenarios, run_scenarios, study_base
from clustergeo.study.scenarios.scenario_run import ScenarioRun

__all__ = ["ScenarioRun", "before_after", "check_scenarios", "run_scenarios", "study_base"]

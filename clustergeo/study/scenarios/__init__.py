"""What a new link would change in a study: times, measures and verdicts with and without it."""

from __future__ import annotations

from clustergeo.study.scenarios._minute_costs import load_demand, load_value_of_time
from clustergeo.study.scenarios._worth_a_line import NO_RATIO_EN, shown_measures, turned_claims
from clustergeo.study.scenarios.appraisal import Appraisal, appraise, hold_claims_with
from clustergeo.study.scenarios.attribution import Attribution, attribute
from clustergeo.study.scenarios.before_after import before_after
from clustergeo.study.scenarios.missing_links import (
    Corridor,
    LinkRules,
    MissingLinks,
    find_missing_links,
    load_corridors,
)
from clustergeo.study.scenarios.ranking import LinkRanking, rank_links
from clustergeo.study.scenarios.run import check_scenarios, run_scenarios, study_base
from clustergeo.study.scenarios.scenario_run import ScenarioRun

__all__ = [
    "NO_RATIO_EN",
    "Appraisal",
    "Attribution",
    "Corridor",
    "LinkRanking",
    "LinkRules",
    "MissingLinks",
    "ScenarioRun",
    "appraise",
    "attribute",
    "before_after",
    "check_scenarios",
    "find_missing_links",
    "hold_claims_with",
    "load_corridors",
    "load_demand",
    "load_value_of_time",
    "rank_links",
    "run_scenarios",
    "shown_measures",
    "study_base",
    "turned_claims",
]

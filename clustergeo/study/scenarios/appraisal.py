"""Appraisal of a scenario: what becomes of measures and claims, and what a minute costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.claims import Claim
from clustergeo.networks.edits import Scenario
from clustergeo.study._claims import ClaimsHeld, claim_measures, claims_of, hold_claims
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._claim_changes import Held, claim_changes, hold
from clustergeo.study.scenarios._claim_ends import built, changed_places
from clustergeo.study.scenarios._measure_changes import MEASURES, measure_changes
from clustergeo.study.scenarios._minute_costs import (
    cost_of,
    costs,
    load_demand,
    load_value_of_time,
)
from clustergeo.study.scenarios._null_run import null_table
from clustergeo.study.scenarios._sheet import sheet
from clustergeo.study.scenarios.run import run_scenarios, study_base
from clustergeo.study.scenarios.scenario_run import ScenarioRun

__all__ = ["Appraisal", "appraise", "hold_claims_with"]

_DECIMALS: Final = {
    "measure_changes": dict.fromkeys(("before", "after", "difference"), 4)
    | dict.fromkeys(("rank_before", "rank_after"), 0),
    "claim_changes": dict.fromkeys(("before_share", "after_share"), 4)
    | dict.fromkeys(("said", "before_min", "after_min", "ride_min", "flip_min"), 2),
    "costs": dict.fromkeys(("other_won_per_trip", "business_won_per_trip", "person_min_a_day"), 0)
    | dict.fromkeys(("krw_bn_per_min", "krw_bn_per_1000_person_min", "cost_krw_bn"), 1)
    | {"saved_min": 2},
    "null_run": {"largest_difference": 4},
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Appraisal:
    """What a scenario changes besides times.

    Parameters
    ----------
    run
        The times before and after.
    measures, claims, costs
        Contracts ``MEASURE_CHANGES``, ``CLAIM_CHANGES`` and ``COSTS`` of ``schemas.appraisal``.
    value_of_time
        The value of time used, contract ``VALUE_OF_TIME``.
    said
        The claims behind ``claims``.
    null
        Contract ``NULL_RUN``; None if no null run was asked for.
    """

    run: ScenarioRun
    measures: pd.DataFrame = field(repr=False)
    claims: pd.DataFrame = field(repr=False)
    costs: pd.DataFrame = field(repr=False)
    value_of_time: pd.DataFrame = field(repr=False)
    said: tuple[Claim, ...] = field(repr=False)
    null: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def sheet(self) -> str:
        """One page of Markdown to paste, its headings in Korean and English."""
        return sheet(
            self.run,
            self.measures,
            self.claims,
            self.costs,
            values=self.value_of_time,
            null=self.null,
        )

    def write(self, out: Path | str) -> None:
        """Write what the run writes, ``measure_changes``, ``claim_changes``, ``costs`` and a page.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        folder = Path(out)
        self.run.write(folder)
        tables = {
            "measure_changes": self.measures,
            "claim_changes": self.claims,
            "costs": self.costs,
        }
        if self.null is not None:
            tables["null_run"] = self.null
        for name, table in tables.items():
            content = csv_bytes(table, decimals=_DECIMALS[name])
            write_bytes(folder / "tables" / f"{name}.csv", content)
        write_bytes(folder / "appraisal.md", self.sheet.encode())


def appraise(
    run: ScenarioRun,
    *,
    value_of_time: Path | None = None,
    demand: Path | None = None,
    null: bool = False,
) -> Appraisal:
    """Return what a scenario changes in measures and verdicts, and what a minute costs.

    Claims that need one of the scenarios are judged on the times with it; claims that need
    another one stay ``cannot_tell``. No benefit-cost ratio is made: demand, capacity, induced
    traffic and the risks of building are not modelled.

    Parameters
    ----------
    run
        Of :func:`run_scenarios`; one that was made without ``claims=True`` is run again.
    value_of_time
        A table of your own, contract ``schemas.appraisal.VALUE_OF_TIME``.
    demand
        Trips a day between places, contract ``schemas.appraisal.DEMAND``; without them nothing is
        said of person-minutes.
    null
        Whether to run the same inputs twice and state by how much they differ.

    Returns
    -------
    appraisal : Appraisal

    Raises
    ------
    InputError
        If the study, its claims or a table is refused.

    Examples
    --------
    >>> nothing = Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음")
    >>> appraisal = appraise(run_scenarios(nothing, claims=True))
    >>> set(appraisal.measures["change"]) <= {"unchanged", "no_value"}
    True
    >>> set(appraisal.costs["reason"])
    {'saves_nothing'}
    """
    study = run.study
    values = load_value_of_time(value_of_time)
    trips = load_demand(demand) if demand is not None else None
    places = load_study_places(study)
    said = claims_of(study, places)
    if not _covers(run, places, said):
        run = run_scenarios(run.scenarios, study, base=run.base, claims=True)
    after_places = changed_places(places, run.base, run.changed)
    before = hold(said, study, places, run.before, MEASURES)
    after = hold(said, study, after_places, run.after, MEASURES, before, names_of(run.scenarios))
    clusters = after_places.cluster_ids
    return Appraisal(
        run=run,
        measures=measure_changes(before.measures, after.measures, run.table, clusters),
        claims=claim_changes(said, before, after, study.outputs.labels),
        costs=costs(run.table, clusters, cost_of(run.scenarios), values, trips),
        value_of_time=values,
        said=said,
        null=null_table(before, _again(study, said)) if null else None,
    )


def names_of(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return the ids of scenarios, and those by which claims call them."""
    return tuple(name for each in scenarios for name in (each.scenario_id, *each.stands_for))


def hold_claims_with(
    claims: Sequence[Claim],
    study: Study,
    places: StudyPlaces,
    scenarios: Sequence[Scenario | Path | str],
) -> ClaimsHeld:
    """Return the verdicts on claims once scenarios are built, by origin and overall.

    Parameters
    ----------
    claims, study, places
        What is held, and against whose times.
    scenarios
        Scenarios or their files, applied one after the other.

    Raises
    ------
    ScenarioError
        With every fault of the scenarios.
    """
    run = run_scenarios(scenarios, study, claims=True)
    after = changed_places(places, run.base, run.changed)
    there = built(claims, names_of(run.scenarios))
    measures = claim_measures(there, study, after, run.after)
    return replace(hold_claims(there, study, after, run.after, measures), claims=tuple(claims))


def _covers(run: ScenarioRun, places: StudyPlaces, said: Sequence[Claim]) -> bool:
    """Return whether a run has the times that claims are held against."""
    return not said or all(
        set(places.compared["place_id"]) <= set(times.from_ids) for times in run.before.values()
    )


def _again(study: Study, said: Sequence[Claim]) -> Held:
    """Return the claims held once more, every input read anew."""
    nothing = Scenario(scenario_id="null", title_en="", title_ko="")
    run = run_scenarios(nothing, study, base=study_base(study), claims=True)
    return hold(said, study, load_study_places(study), run.before, MEASURES)

"""So what: the claims of a study held against its times."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from clustergeo.claims import Claim, judge, judge_claims, load_claims
from clustergeo.errors import Fault, StudyError
from clustergeo.indices import isolation_table
from clustergeo.indices.catalogue import load_indices
from clustergeo.study._isolation import surroundings
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study.model import load_model
from clustergeo.study.plan import Study
from clustergeo.times import TravelTimes

__all__ = ["ClaimsHeld", "claim_measures", "claims_of", "hold_claims", "judge_study"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClaimsHeld:
    """Claims and what came out.

    Parameters
    ----------
    claims
        What was said.
    by_origin, overall
        Contracts ``CLAIMS`` and ``CLAIM_VERDICTS`` of ``schemas.results``.
    """

    claims: tuple[Claim, ...]
    by_origin: pd.DataFrame
    overall: pd.DataFrame


def claims_of(study: Study, places: StudyPlaces) -> tuple[Claim, ...]:
    """Return the claims of a study, none without a file; refuse places without times."""
    if study.claims is None:
        return ()
    return load_claims(study.claims, places=tuple(places.compared["place_id"]))


def hold_claims(
    claims: Sequence[Claim],
    study: Study,
    places: StudyPlaces,
    found: Mapping[str, TravelTimes],
    isolation: pd.DataFrame | None,
) -> ClaimsHeld:
    """Return the verdicts on claims, by origin and overall."""
    labels = study.outputs.labels
    table = judge(
        claims,
        found,
        places.known,
        clusters=places.cluster_ids,
        capital=study.places.capital,
        isolation=isolation,
        departures=study.departures,
        labels=labels,
    )
    overall = judge_claims(claims, table, places.known, labels=labels)
    return ClaimsHeld(claims=tuple(claims), by_origin=table, overall=overall)


def judge_study(
    study: Study, *, notify: Callable[[str], object], scenarios: Sequence[Path | str] = ()
) -> ClaimsHeld:
    """Hold the claims of a study, without the rest of it.

    Parameters
    ----------
    study
        The study, with claims.
    notify
        Called with a line of text as each stage begins.
    scenarios
        Files of what is built in the times; claims that need it are judged then.

    Raises
    ------
    StudyError
        If the study has no claims.
    InputError
        If the study, a table, a network or a claim is refused.
    """
    if study.claims is None:
        fix = "name a file of claims there, or on the command line"
        raise StudyError(Fault(study.file.name, "has no claims", fix, field="claims"))
    notify("places and claims")
    places = load_study_places(study)
    claims = claims_of(study, places)
    notify("travel times by car and by public transport")
    if scenarios:
        from clustergeo.study.scenarios import hold_claims_with  # noqa: PLC0415 - needs this room

        return hold_claims_with(claims, study, places, scenarios)
    found = load_model(study).times(places.compared, places.compared)
    return hold_claims(claims, study, places, found, claim_measures(claims, study, places, found))


def claim_measures(
    claims: Sequence[Claim],
    study: Study,
    places: StudyPlaces,
    found: Mapping[str, TravelTimes],
    more: Collection[str] = (),
) -> pd.DataFrame | None:
    """Return the measures that claims compare, and more; None if there is none to compute.

    Parameters
    ----------
    claims, study, places, found
        As of :func:`hold_claims`.
    more
        Ids of measures wanted besides.
    """
    sides = [
        side for claim in claims for each in claim.comparison for side in (each.left, each.right)
    ]
    wanted = {side.index for side in sides if side.index} | set(more)
    if not wanted:
        return None
    times = pd.concat([found[mode].table for mode in found], ignore_index=True)
    weights = {side.weights for side in sides if side.index}
    if "population" not in weights:  # the grid takes longer to read than all the rest
        study = replace(study, places=replace(study.places, population=None))
    around, _ = surroundings(study, places)
    only = wanted if wanted <= set(load_indices()) else None  # to_<place_id> is not catalogued
    clusters, capital = places.cluster_ids, study.places.capital
    return isolation_table(times, clusters, capital, around, samples=found, only=only)

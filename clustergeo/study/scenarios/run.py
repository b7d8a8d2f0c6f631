"""What a scenario changes in the times of a study: the same model on the base and on the copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from clustergeo.claims import load_claims
from clustergeo.errors import Fault, InputError, ScenarioError
from clustergeo.networks import load_road_network, load_timetable
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.edits import Base, Scenario, apply, load_scenario, resolve_all
from clustergeo.networks.states import road_state
from clustergeo.study._places import load_study_places
from clustergeo.study.model import Model
from clustergeo.study.plan import Study, load_study
from clustergeo.study.scenarios._claim_ends import destinations_of, narrowed
from clustergeo.study.scenarios._kept_roads import car_times_keeping
from clustergeo.study.scenarios._kept_taxis import Kept, kept_taxis, transit_times_keeping
from clustergeo.study.scenarios.before_after import before_after
from clustergeo.study.scenarios.scenario_run import ScenarioRun
from clustergeo.times import TravelTimes
from clustergeo.times.transit.kept_days import days_kept

__all__ = ["check_scenarios", "run_scenarios", "study_base"]

_WEIGHTS: Final = ("firms", "employees")
_POINTS: Final = ("cluster", "site", "capital")


def study_base(study: Study | None = None) -> Base:
    """Return the places, the free roads and the timetable of a study, for scenarios to change.

    Parameters
    ----------
    study
        The study; the embedded one by default.

    Examples
    --------
    >>> base = study_base()
    >>> float(base.places.set_index("place_id").at["daedeok", "employees"])
    91886.0
    """
    study = study or load_study()
    places = load_study_places(study)
    weights = [name for name in _WEIGHTS if name in places.clusters]
    known = places.known.merge(
        places.clusters[["place_id", *weights]].astype(dict.fromkeys(weights, "float64")),
        on="place_id",
        how="left",
    )
    return Base(
        places=known,
        road=load_road_network(study.networks.road),
        timetable=load_timetable(study.networks.feed, encoding=study.networks.feed_encoding),
    )


def check_scenarios(
    files: Sequence[Path | str],
    study: Study | None = None,
    *,
    base: Base | None = None,
    together: bool = False,
) -> tuple[Scenario, ...]:
    """Return the scenarios of files after every fault of all of them was looked for.

    Parameters
    ----------
    files
        Scenario files.
    study
        Whose places and networks they must fit; the embedded study by default.
    base
        That of the study, if it is at hand.
    together
        Whether they make one package, each on top of the ones before; else each stands alone.

    Raises
    ------
    ScenarioError
        With every fault of every file.
    """
    study = study or load_study()
    read: list[Scenario] = []
    faults: list[Fault] = []
    for file in files:
        try:
            read.append(load_scenario(file))
        except InputError as error:
            faults += error.faults
    found = base or study_base(study)
    for group in [tuple(read)] if together else [(one,) for one in read]:
        faults += resolve_all(group, found)
    faults += [fault for one in read for fault in _twice_congested(one, study)]
    if faults:
        raise ScenarioError(*faults)
    return tuple(read)


def run_scenarios(
    scenarios: Scenario | Path | str | Sequence[Scenario | Path | str],
    study: Study | Path | str | None = None,
    *,
    base: Base | None = None,
    before: dict[str, TravelTimes] | None = None,
    claims: bool = False,
) -> ScenarioRun:
    """Return the times of a study's clusters and capital points with and without scenarios.

    Edits are made on free roads; the congestion and the delays of the study come on top, as on
    the base. What a scenario leaves alone is not computed again.

    Parameters
    ----------
    scenarios
        One scenario or the path of its file, or several that are applied one after the other.
    study
        A study or the path of its file; the embedded study by default.
    base, before
        That of the study and its times, if they are at hand from another run.
    claims
        Whether the sites and the places that claims speak of have times too; the table is the
        same. Needed by :func:`clustergeo.study.appraise`.

    Raises
    ------
    ScenarioError
        With every fault of the scenarios, their files and lines.

    Examples
    --------
    >>> nothing = Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음")
    >>> run = run_scenarios(nothing)
    >>> set(run.table["change"]) <= {"unchanged", "no_trip"}
    True
    """
    if not isinstance(study, Study):
        study = load_study(Path(study) if study is not None else None)
    listed = [scenarios] if isinstance(scenarios, Scenario | Path | str) else list(scenarios)
    base = base or study_base(study)
    files = [one for one in listed if not isinstance(one, Scenario)]
    loaded = iter(check_scenarios(files, study, base=base, together=True) if files else ())
    asked = tuple(one if isinstance(one, Scenario) else next(loaded) for one in listed)
    if faults := [fault for one in asked for fault in _twice_congested(one, study)]:
        raise ScenarioError(*faults)
    changed = apply(asked, base)
    with days_kept():
        before = before or _times(study, base, claims=claims)
        after = _times(study, changed, base, before, claims=claims)
    shown = _points(study, changed.places, base)["place_id"].tolist()
    return ScenarioRun(
        study=study,
        scenarios=asked,
        base=base,
        changed=changed,
        before=before,
        after=after,
        table=_relevant(before_after(narrowed(before, shown), narrowed(after, shown)), changed),
    )


def _times(
    study: Study,
    base: Base,
    known: Base | None = None,
    before: dict[str, TravelTimes] | None = None,
    *,
    claims: bool = False,
) -> dict[str, TravelTimes]:
    """Return the times of both modes; those of unchanged inputs are the ones known."""
    same_places = known is not None and known.places is base.places
    places = _points(study, base.places, known, claims=claims)
    ends = _ends(study, places, known) if claims else places
    model = _model(study, base)
    if known is None or before is None:
        return {"car": model.car(places, places), "transit": model.transit(places, ends)}
    old, found = _model(study, known), dict(before)
    if not (same_places and known.road is base.road):
        found["car"] = car_times_keeping(old, model, places)
    same_ways = known.road is base.road or not study.networks.ways_on_roads
    if not (same_places and same_ways and known.timetable is base.timetable):
        kept = kept_taxis(old, model, _points(study, known.places, None, claims=claims))
        transit = transit_times_keeping(model, places, kept, ends)
        found["transit"] = replace(transit, warnings=(*transit.warnings, *_told(kept)))
    return found


def _told(kept: Kept) -> list[str]:
    ids = sorted(kept.access | kept.egress)
    if not ids:
        return []
    why = "though a stop is now within a walk"
    return [f"{', '.join(ids)}: taxis to and from stops stay, as without the scenario, {why}"]


def _model(study: Study, base: Base) -> Model:
    networks = study.networks
    return Model(
        road=road_state(
            base.road, networks.state, congestion=networks.congestion, delays=networks.delays
        ),
        timetable=base.timetable,
        road_rules=study.road,
        transit_rules=study.transit,
        departures=study.departures,
        ways_on_roads=networks.ways_on_roads,
    )


def _ends(study: Study, places: gpd.GeoDataFrame, known: Base | None) -> gpd.GeoDataFrame:
    """Return where trips lead: to sites only if they are new or a claim asks for one."""
    said = load_claims(study.claims) if study.claims else ()
    wanted = places["place_id"].isin(destinations_of(said, places))
    if known is not None:
        wanted |= ~places["place_id"].isin(known.places["place_id"])
    return places[wanted].reset_index(drop=True)


def _points(
    study: Study, places: gpd.GeoDataFrame, known: Base | None, *, claims: bool = False
) -> gpd.GeoDataFrame:
    """Return clusters and capital points, and what a scenario adds; all places for claims."""
    kinds = places.set_index("place_id")["kind"]
    clusters, sites = (kinds.index[kinds == kind] for kind in ("cluster", "site"))
    ids = dict.fromkeys([*clusters, *study.places.capital])
    if claims:
        ids |= dict.fromkeys([*sites, *study.places.others])
    if known is not None:
        new = ~places["place_id"].isin(known.places["place_id"]) & places["kind"].isin(_POINTS)
        ids |= dict.fromkeys(places.loc[new, "place_id"])
    columns = [name for name in places if name not in _WEIGHTS]
    return places.set_index("place_id").loc[list(ids)].reset_index()[columns]


def _relevant(table: pd.DataFrame, changed: Base) -> pd.DataFrame:
    """Return the pairs without those of two capital points."""
    kinds = changed.places.set_index("place_id")["kind"]
    capital = kinds.index[kinds == "capital"]
    between = table["from_id"].isin(capital) & table["to_id"].isin(capital)
    return table[~between].reset_index(drop=True)


def _twice_congested(scenario: Scenario, study: Study) -> list[Fault]:
    """Return the edits that put a congestion state on roads that the study has in one already."""
    if study.networks.state == FREE_FLOW:
        return []
    what = f"the study has its roads in a congestion state already ({study.networks.state})"
    fix = "give a factor instead, or change the state in the study"
    return [
        edit.fault("state", what, fix)
        for edit in scenario.edits
        if edit.kind == "congestion" and edit.meaning["state"]
    ]

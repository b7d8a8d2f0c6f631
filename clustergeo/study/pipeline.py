"""One study from its file to its outputs, stage by stage."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from clustergeo.claims import Claim, summarise_errors
from clustergeo.indices import Surroundings
from clustergeo.networks.timetable import day_notes
from clustergeo.schemas.results import PEERS, PILOT_REGIONS, TIMES
from clustergeo.study._claims import claims_of, hold_claims
from clustergeo.study._helper import Helper
from clustergeo.study._isolation import measure_isolation
from clustergeo.study._outputs import check_folder, write_outputs
from clustergeo.study._peers import peers_among
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study._regions import pilot_regions
from clustergeo.study._validation import validation_pairs
from clustergeo.study.model import Model, load_model
from clustergeo.study.plan import Study, load_study
from clustergeo.study.results import Results

__all__ = ["run"]

_log = logging.getLogger(__name__)


def run(
    study: Study | Path | str | None = None,
    *,
    out: Path | str | None = None,
    everything: bool = False,
    helper: Helper | None = None,
    notify: Callable[[str], object] = _log.info,
) -> Results:
    """Run a study: compute every table, draw every exhibit and, if asked, write them.

    Parameters
    ----------
    study
        A study or the path of its file; the embedded study by default.
    out
        Folder to write to; nothing is written without it.
    everything
        Whether figures come as SVG and PDF too, in both languages, with files for office and GIS.
    helper
        A second process that draws a part of the figures; the bytes are the same.
    notify
        Called with a line of text as each stage begins.

    Returns
    -------
    results : Results
        Every table and exhibit.

    Raises
    ------
    InputError
        If the study, a table, a network or a claim is refused.
    OutputError
        If the folder cannot be written; checked before anything is computed.

    Examples
    --------
    The embedded study with departures of ten minutes and no exhibit but the page of contents:

    >>> study = load_study()
    >>> silent = replace(study.outputs, exhibits=())
    >>> results = run(replace(study, window="08:00-08:10", outputs=silent))
    >>> sorted(results.claims["verdict"].unique())
    ['cannot_tell', 'fails', 'holds', 'mixed']
    """
    if not isinstance(study, Study):
        study = load_study(Path(study) if study is not None else None)
    folder = Path(out) if out is not None else None
    if folder:
        check_folder(folder)
    notify("where: places")
    places = load_study_places(study)
    notify("by what: road network and timetable")
    model = load_model(study)
    claims = claims_of(study, places)
    for note in (*model.timetable.notes, *day_notes(model.timetable, study.date)):
        notify(f"note: {note}")
    results = _tables(study, places, model, claims, notify)
    notify("look: maps and figures")
    from clustergeo.study._exhibits import draw  # noqa: PLC0415 - what draws is slow to import

    drawn = draw(results, claims, model, everything=everything, helper=helper, notify=notify)
    results = replace(results, exhibits=drawn)
    if folder:
        notify(f"writing to {folder}")
        write_outputs(results, folder)
    return results


def _tables(
    study: Study,
    places: StudyPlaces,
    model: Model,
    claims: Sequence[Claim],
    notify: Callable[[str], object],
) -> Results:
    """Compute how long, how well and so what."""
    notify("how long: travel times by car and by public transport")
    found = model.times(places.compared, places.compared)
    times = pd.concat([found[mode].table for mode in found], ignore_index=True)
    trips = _trips_of_pilots(model, places, study)
    notify("how well: isolation")
    isolation = measure_isolation(study, places, found, model)
    notify("so what: claims and published times")
    held = hold_claims(claims, study, places, found, isolation.table)
    pairs = validation_pairs(
        model,
        places.known,
        published=study.published,
        independent=study.independent_search,
        road_state=study.networks.road_state,
    )
    return Results(
        study=study,
        places=places,
        travel_times=found,
        times=times,
        isolation=isolation.table,
        stability=isolation.stability,
        stability_summary=isolation.summary,
        isochrones=isolation.areas,
        notes=isolation.warnings,
        claims=held.by_origin,
        claim_verdicts=held.overall,
        pilot_regions=_pilots(trips, places, study),
        peers=_peers(times, trips, places, study, isolation.around),
        validation=summarise_errors(pairs),
        validation_pairs=pairs,
    )


def _trips_of_pilots(model: Model, places: StudyPlaces, study: Study) -> pd.DataFrame:
    """Return the times from the pilot municipalities; an empty table without them."""
    if places.regions is None:
        return pd.DataFrame(columns=list(TIMES.names))
    ends = places.compared.loc[
        places.compared["place_id"].isin([*places.cluster_ids, *study.places.capital])
    ]
    found = model.times(places.regions, ends.reset_index(drop=True))
    return pd.concat([found[mode].table for mode in found], ignore_index=True)


def _pilots(trips: pd.DataFrame, places: StudyPlaces, study: Study) -> pd.DataFrame:
    """Return the trips to the nearest of each kind; an empty table without municipalities."""
    if places.regions is None:
        return pd.DataFrame(columns=list(PILOT_REGIONS.names))
    return pilot_regions(
        trips, places.regions, clusters=places.cluster_ids, capital=study.places.capital
    )


def _peers(
    times: pd.DataFrame,
    trips: pd.DataFrame,
    places: StudyPlaces,
    study: Study,
    around: Surroundings,
) -> pd.DataFrame:
    """Return the clusters beside the pilot municipalities; an empty table without them."""
    if places.regions is None:
        return pd.DataFrame(columns=list(PEERS.names))
    own = places.known.loc[places.known["place_id"].isin(places.cluster_ids)]
    both = pd.concat([own, places.regions[own.columns]], ignore_index=True)
    ours = times.loc[times["from_id"].isin(places.cluster_ids)]
    trips = pd.concat([ours, trips], ignore_index=True)
    return peers_among(study, places, both, trips, around)

"""``clustergeo isolation``: how isolated each cluster is, by which measure, and how firmly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from clustergeo._files import read_bytes, read_csv
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._isolation_shown import (
    Answer,
    Asked,
    hidden_measures,
    shown_tables,
    write_answer,
    written_tables,
)
from clustergeo.errors import Fault, SchemaError, UsageError
from clustergeo.indices import (
    isolation_table,
    load_indices,
    resampled_ranks,
    sampled_measures,
)
from clustergeo.places import load_places
from clustergeo.schemas import check_table
from clustergeo.schemas.results import TIMES
from clustergeo.study import Study, load_study
from clustergeo.study._isolation import measure_isolation, surroundings
from clustergeo.study._peers import municipal_centres, peers_of
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study._settings import half_hours
from clustergeo.study.model import Model, load_model
from clustergeo.times import TravelTimes, kernels_cached
from clustergeo.units import WGS84

__all__ = ["Asked", "show_isolation"]

_WIDEST: Final = 1_000


def show_isolation(asked: Asked) -> None:
    """Measure the isolation of the clusters of a study, print it and write it to a file."""
    asked.check()
    study = load_study(asked.study_file)
    places = load_study_places(study)
    if asked.times:
        answer = _of_file(asked.times, asked, study, places)
    else:
        answer = _computed(asked, study, places)
    answer = replace(
        answer, tables={name: _chosen(table, asked) for name, table in answer.tables.items()}
    )
    if asked.out:
        write_answer(answer, asked, asked.out)
    for name, shown in shown_tables(answer, asked):
        _print_whole(shown)
        if name != "isolation":
            console.print()
    if more := hidden_measures(answer, asked):
        console.print(f"{more} more measures: --index all, or --out FILE", highlight=False)
    for warning in answer.warnings:
        notes.print(f"note: {warning}", highlight=False, markup=False)
    if asked.out:
        rows = sum(len(table) for table in written_tables(answer, asked).values())
        console.print(f"{asked.out}: {rows:,} rows", highlight=False)


def _print_whole(shown: Table) -> None:
    """Print a table as wide as it must be: a pipe or a narrow terminal loses no digit."""
    wide = Console(file=console.file, width=_WIDEST, force_terminal=console.is_terminal)
    wide.width = max(console.width, Measurement.get(wide, wide.options, shown).maximum)
    wide.print(shown, highlight=False, crop=False)


def _of_file(file: Path, asked: Asked, study: Study, places: StudyPlaces) -> Answer:
    """Return the measures of a table of times that the user has."""
    raw = _parquet(file) if file.suffix.lower() == ".parquet" else read_csv(file)
    times = check_table(raw, TIMES, file=str(file))
    times = times.loc[times["mode"].isin(asked.modes)]
    _check_pairs(times, file, places.cluster_ids, study.places.capital)
    around, warnings = surroundings(study, places)
    table = isolation_table(times, places.cluster_ids, study.places.capital, around)
    return Answer(study=study, tables={"isolation": table}, warnings=warnings)


def _parquet(file: Path) -> pd.DataFrame:
    read_bytes(file)  # refuses what is missing, empty or a web page
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        what = "is no Parquet table"
        raise SchemaError(Fault(str(file), what, "write it again, or as .csv")) from error


def _check_pairs(
    times: pd.DataFrame, file: Path, clusters: Sequence[str], capital: Sequence[str]
) -> None:
    """Refuse times that lack a pair: what is not there is not what cannot be reached."""
    modes = list(dict.fromkeys(times["mode"]))
    if not modes:
        fault = Fault(str(file), "no times of the mode asked for", "choose another --mode")
        raise SchemaError(fault)
    ids = dict.fromkeys([*times["from_id"], *times["to_id"]])
    wanted = [*clusters, *capital]
    if not set(wanted) & set(ids):
        theirs, ours = (", ".join(list(part)[:2]) for part in (ids, wanted))
        what = f"0 of {len(wanted)} places of the study are in it (it has {theirs}, not {ours})"
        raise SchemaError(Fault(str(file), what, "write the ids of the study, as text"))
    known = set(zip(times["mode"], times["from_id"], times["to_id"], strict=True))
    faults = [
        Fault(str(file), f"no time by {mode} ({start} to {end})", "add the row")
        for mode in modes
        for start in clusters
        for end in (*clusters, *capital)
        if start != end and (mode, start, end) not in known
    ]
    if faults:
        raise SchemaError(*faults)


def _computed(asked: Asked, study: Study, places: StudyPlaces) -> Answer:
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    others = _others(asked, study, places)
    with working("isolation") as status:
        status.update("road network and timetable")
        model = load_model(study)
        status.update(f"travel times by {' and '.join(asked.modes)}")
        found: dict[str, TravelTimes] = {
            mode: getattr(model, mode)(places.compared, places.compared) for mode in asked.modes
        }
        status.update("measures and ranks")
        held = measure_isolation(
            study, places, found, model, routed=asked.stability, notify=status.update
        )
        tables = {"isolation": held.table}
        if asked.stability:
            tables["stability"] = held.stability
            tables["stability_summary"] = held.summary
            tables["rank_intervals"] = _intervals(found, places, study)
        if others:
            status.update("places compared with")
            tables["peers"] = _peers(study, places, model, others)
    warnings = tuple(line for part in found.values() for line in part.warnings)
    return Answer(study=study, tables=tables, warnings=(*warnings, *held.warnings))


def _others(
    asked: Asked, study: Study, places: StudyPlaces
) -> list[tuple[gpd.GeoDataFrame, tuple[str, ...]]]:
    """Return the places to compare with, and by what; files are read before anything is run."""
    found: list[tuple[gpd.GeoDataFrame, tuple[str, ...]]] = []
    for word in asked.compare:
        if word == "sigungu":
            found.append((municipal_centres(), ("car",)))
        elif word == "pilots":
            if places.regions is None:
                message = f"--compare: {study.file.name} names no regions - give a file"
                raise UsageError(message)
            found.append((places.regions, asked.modes))
        elif Path(word).suffix:
            found.append((load_places(Path(word)), asked.modes))
        else:
            message = f"--compare: not a file ({word}) - give pilots, sigungu or a file of places"
            raise UsageError(message)
    return found


def _peers(
    study: Study,
    places: StudyPlaces,
    model: Model,
    others: list[tuple[gpd.GeoDataFrame, tuple[str, ...]]],
) -> pd.DataFrame:
    """Return the clusters beside all places of a mode together."""
    parts = []
    for mode in dict.fromkeys(mode for _, modes in others for mode in modes):
        tables = [table for table, modes in others if mode in modes]
        together = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=WGS84)
        together = together.drop_duplicates("place_id", ignore_index=True)
        parts.append(peers_of(study, places, model, together, (mode,)))
    return pd.concat(parts, ignore_index=True)


def _intervals(found: dict[str, TravelTimes], places: StudyPlaces, study: Study) -> pd.DataFrame:
    """Return between which ranks each cluster lies when its half hours are drawn again."""
    parts = []
    ends = load_indices()
    for mode, times in found.items():
        blocks = list(half_hours(times, study.departures))
        by_index = sampled_measures(times, places.cluster_ids, study.places.capital)
        for index, samples in by_index.items():
            end = ends[index].isolated
            # Neighbouring minutes are no independent samples: half hours are drawn whole.
            halves = pd.DataFrame([samples.loc[chosen].median() for _, chosen in blocks])
            if end == "neither" or len(halves) < 2:  # noqa: PLR2004 - one has no spread
                continue
            ranked = resampled_ranks(halves, isolated=end).rename_axis("cluster_id")
            ranked = ranked.reset_index().assign(mode=mode, index=index, weights="")
            parts.append(ranked.assign(half_hours=len(halves)))
    columns = ["mode", "index", "weights", "cluster_id", "rank", "low", "high", "first_share"]
    if not parts:
        return pd.DataFrame(columns=[*columns, "half_hours"])
    return pd.concat(parts, ignore_index=True)[[*columns, "half_hours"]]


def _chosen(table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return the rows of the measures and weights asked for."""
    if "index" in table.columns and asked.indices:
        table = table.loc[table["index"].isin(asked.indices)]
    if "weights" in table.columns and asked.weights:
        # Measures that have no masses at all stay: they are weighted by nothing else.
        weighted = set(table.loc[table["weights"] == asked.weights, "index"])
        plain = (table["weights"] == "") & ~table["index"].isin(weighted)
        table = table.loc[plain | (table["weights"] == asked.weights)]
    return table.reset_index(drop=True)

"""``clustergeo scenario``: what a new link would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._scenario_appraised import appraised_lines, columns, region_lines, wrapped
from clustergeo.errors import Fault, OutputError, UsageError
from clustergeo.networks.edits import Base
from clustergeo.settings import data_path
from clustergeo.study import (
    ScenarioRun,
    appraise,
    before_after,
    check_scenarios,
    load_study,
    run_scenarios,
    study_base,
)
from clustergeo.study._outputs import check_folder
from clustergeo.study.scenarios import load_demand, load_value_of_time
from clustergeo.times import kernels_cached

__all__ = ["Asked", "check_files", "compare_files", "find", "new_scenario", "run_files"]

_MOST_FOUND = 40
_IDS = 2


def new_scenario(name: str) -> None:
    """Write a commented scenario file, never over an existing one."""
    stem = name.removesuffix(".toml")
    plain = stem and Path(name).name == name and all(c.isalnum() or c in "._-" for c in stem)
    if not plain:
        message = f"NAME: not a plain name ({name}) - use letters, digits, - and _"
        raise UsageError(message)
    path = Path(f"{stem}.toml")
    if path.exists():
        raise OutputError(str(Fault(str(path), "exists already", "choose another name")))
    template = data_path("scenarios", "template.toml").read_text(encoding="utf-8")
    write_bytes(path, template.replace("NAME", stem).encode())
    _print(f"{path}: edit it, then run `clustergeo scenario run {path}`")


def check_files(files: Sequence[Path], *, study: Path | None, together: bool) -> None:
    """Print one line a scenario; every fault of every file is raised at once."""
    asked = load_study(study)
    for scenario in check_scenarios(files, asked, together=together):
        count = len(scenario.edits)
        edits = f"{count} edit{'' if count == 1 else 's'}"
        _print(f"{scenario.file}: ok, scenario {scenario.scenario_id}, {edits}, {_id(scenario)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of ``scenario run`` besides the study and the folder."""

    value_of_time: Path | None = None
    demand: Path | None = None
    null: bool = False


def run_files(
    files: Sequence[Path], *, study: Path | None, out: Path | None, asked: Asked | None = None
) -> None:
    """Appraise scenarios as one package, print what changes and write the tables and a page."""
    asked = asked or Asked()
    if out:
        check_folder(out)
    if asked.demand:
        load_demand(asked.demand)
    load_value_of_time(asked.value_of_time)
    _warn_of_compiling()
    with working(f"scenario {', '.join(path.stem for path in files)}") as status:
        run = run_scenarios(list(files), study, claims=True)
        status.update("measures, claims and costs")
        appraisal = appraise(
            run, value_of_time=asked.value_of_time, demand=asked.demand, null=asked.null
        )
    _print_head(run)
    for line in region_lines(appraisal):
        _print(line)
    _print_tables(run.table, ("before", "after"), _from_ids(run))
    for line in appraised_lines(appraisal):
        _print(line)
    _print_notes(run)
    if out:
        from clustergeo.study.scenarios._exhibits import draw_run, save_exhibits  # noqa: PLC0415 - slow

        appraisal.write(out)
        with working("map and figure"):
            page, _ = save_exhibits(draw_run(run), out)
        _print(f"Open {page} and {out / 'appraisal.md'}")


def compare_files(first: Path, second: Path, *, study: Path | None, out: Path | None) -> None:
    """Run two scenarios on the same base and print the one beside the other."""
    if out:
        check_folder(out)
    _warn_of_compiling()
    with working(f"scenarios {first.stem} and {second.stem}"):
        asked = load_study(study)
        base = study_base(asked)
        check_scenarios([first, second], asked, base=base)
        one = run_scenarios(first, asked, base=base)
        two = run_scenarios(second, asked, base=base, before=one.before)
    table = before_after(one.after, two.after)
    known = pd.concat([one.table, two.table]).set_index(["from_id", "to_id"]).index
    table = table[pd.MultiIndex.from_frame(table[["from_id", "to_id"]]).isin(known)]
    names = tuple(run.scenarios[0].scenario_id for run in (one, two))
    for run in (one, two):
        _print_head(run)
    _print_tables(table, names, _from_ids(one))
    for run in (one, two):
        _print_notes(run)
    if out:
        for run in (one, two):
            run.write(out / run.scenarios[0].scenario_id)
        decimals = {str(name): 2 for name in table if str(name).endswith("_min")}
        decimals |= {"better_share": 4, "worse_share": 4}
        write_bytes(out / "compared.csv", csv_bytes(table, decimals=decimals))
        _print(f"Open {out / 'compared.csv'}")


def find(text: str, *, study: Path | None) -> None:
    """Print the ids of what a scenario can name, whose id or name holds a text."""
    base = study_base(load_study(study))
    lines = [line for line in _known(base) if text.casefold() in line.casefold()]
    for line in lines[:_MOST_FOUND]:
        _print(line)
    if len(lines) > _MOST_FOUND:
        _print(f"{len(lines) - _MOST_FOUND:,} more - give a longer part of the name")
    if not lines:
        message = f"TEXT: nothing of that name ({text}) - give a part of a name, or its Korean"
        raise UsageError(message)


def _known(base: Base) -> Iterator[str]:
    """Yield a line for each place, stop, route and road."""
    places, stops = base.places, base.timetable.stops
    points = zip(places.geometry.x.tolist(), places.geometry.y.tolist(), strict=True)
    named = places[["place_id", "name_en", "name_ko"]].astype(str).to_numpy().tolist()
    for names, (lon, lat) in zip(named, points, strict=True):
        yield f"place  {'  '.join(names)}  [{lon:.5f}, {lat:.5f}]"
    points = zip(stops["stop_lon"].tolist(), stops["stop_lat"].tolist(), strict=True)
    named = stops[["stop_id", "stop_name", "stop_name_en"]].astype(str).to_numpy().tolist()
    for names, (lon, lat) in zip(named, points, strict=True):
        yield f"stop  {'  '.join(names)}  [{lon:.5f}, {lat:.5f}]"
    columns = ["route_id", "short_name", "long_name", "name_en"]
    for names in base.timetable.routes[columns].astype(str).to_numpy().tolist():
        yield f"route  {'  '.join(names)}"
    network = base.road
    roads = np.unique(np.stack([network.name, network.ref, network.highway], axis=1), axis=0)
    for name, ref, highway in roads.tolist():
        told = {"name": network.names[name], "ref": network.refs[ref]}
        given = "  ".join(f'{key} = "{value}"' for key, value in told.items() if value)
        if given:
            yield f'road  {given}  highway = "{network.classes[highway]}"'


def _print_head(run: ScenarioRun) -> None:
    for scenario in run.scenarios:
        cost = "" if scenario.cost_krw_bn is None else f", {scenario.cost_krw_bn:,g} billion won"
        year = f", opens {scenario.opening_year}" if scenario.opening_year else ""
        _print(f"{scenario.title_en} ({scenario.scenario_id}, {_id(scenario)}{cost}{year})")


def _print_tables(table: pd.DataFrame, names: tuple[str, ...], from_ids: Sequence[str]) -> None:
    """Print what changes from the clusters on, and name what does not."""
    table = table[table["from_id"].isin(from_ids)]
    for mode, rows in table.groupby("mode", sort=False):
        same = rows["change"].isin(["unchanged", "no_trip"])
        if not same.all():
            _print_changes(rows[~same], f"Minutes door to door by {mode}", names)
        for change, of in rows[same].groupby("change"):
            if len(of) == len(rows):
                _print(f"{change} by {mode}: all {len(rows)} pairs")
                continue
            pairs = [
                f"{from_id} to {', '.join(ends['to_id'])}"
                for from_id, ends in of.groupby("from_id", sort=False)
            ]
            told = f"{change} by {mode} ({len(of)} of {len(rows)} pairs): {'; '.join(pairs)}"
            for line in wrapped(told, more="  "):
                _print(line)


def _print_changes(rows: pd.DataFrame, title: str, names: tuple[str, ...]) -> None:
    """Print a table as plain lines, however narrow the terminal is: no number may be cut."""
    lines = [("from", "to", *names, "change", "p10", "p90", "faster", "slower")]
    for row in rows.to_dict("records"):
        apart = [row[f"{name}difference_min"] for name in ("", "p10_", "p90_")]
        lines.append(
            (
                str(row["from_id"]),
                str(row["to_id"]),
                *(_number(row[name], ".1f") for name in ("before_min", "after_min")),
                *(_number(value, "+.1f") for value in apart),
                *(f"{row[name]:.0%}" for name in ("better_share", "worse_share")),
            )
        )
    _print(title)
    for line in columns(lines, _IDS):
        _print(line)
    _print("  p10, p90: spread of the change over departures; faster, slower: their shares")


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or pd.isna(value) else format(value, form)


def _print_notes(run: ScenarioRun) -> None:
    for note in run.notes:
        notes.print(f"note: {note}", highlight=False, markup=False)


def _from_ids(run: ScenarioRun) -> list[str]:
    """Return the places that are no capital points."""
    places = run.changed.places
    return places.loc[places["kind"] != "capital", "place_id"].tolist()


def _id(scenario: object) -> str:
    return f"id {str(getattr(scenario, 'content_id', ''))[:12]}"


def _warn_of_compiling() -> None:
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )


def _print(line: str) -> None:
    console.print(line, highlight=False, markup=False)

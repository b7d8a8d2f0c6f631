"""``clustergeo study`` and ``clustergeo new``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import pandas as pd
from rich.table import Table

from clustergeo._files import write_bytes
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._times_request import parse_date, parse_window
from clustergeo.errors import Fault, OutputError, UsageError
from clustergeo.exhibits.office.document import document
from clustergeo.exhibits.office.hangul import hangul
from clustergeo.exhibits.pages.report import report_page
from clustergeo.settings import data_path
from clustergeo.study import Results, load_study, run
from clustergeo.study._helper import second_process
from clustergeo.study._outputs import check_folder
from clustergeo.study.reporting import study_story
from clustergeo.times import kernels_cached

__all__ = ["new_study", "run_study"]


def run_study(
    study_file: Path | None,
    *,
    out: Path,
    date: str | None,
    window: str | None,
    lang: Literal["ko", "en"] | None,
    everything: bool = False,
) -> None:
    """Run a study, write its outputs and print its first table."""
    study = load_study(study_file)
    if date:
        study = replace(study, date=parse_date(date))
    if window:
        parse_window(window)
        study = replace(study, window=window)
    if lang:
        study = replace(study, outputs=replace(study.outputs, lang=lang))
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    with working(f"study {study.study_id}") as status, second_process() as helper:
        results = run(study, out=out, everything=everything, helper=helper, notify=status.update)
    _print_answer(results)
    for warning in results.warnings:
        notes.print(f"note: {warning}", highlight=False, markup=False)
    console.print(f"Open {out / 'index.html'}", highlight=False)


_REPORTS: Final = {".html": report_page, ".docx": document, ".hwpx": hangul}


def write_report(study_file: Path | None, *, out: Path, lang: Literal["ko", "en"] | None) -> None:
    """Run a study and write its report in the form that the name of the file asks for."""
    make = _REPORTS.get(out.suffix.lower())
    if make is None:
        message = f"--out: not a report ({out.name}) - name it .html, .docx or .hwpx"
        raise UsageError(message)
    check_folder(out.parent)
    study = load_study(study_file)
    if lang:
        study = replace(study, outputs=replace(study.outputs, lang=lang))
    with working(f"report of {study.study_id}") as status:
        made = make(study_story(study, notify=status.update))
        made.save(out)
    console.print(f"Open {out}", highlight=False)


def _print_answer(results: Results) -> None:
    """Print minutes from each cluster to the others and to the capital, one table a mode."""
    clusters = results.places.cluster_ids
    reference = results.study.places.capital[0]
    ends = [*(f"to_{cluster_id}" for cluster_id in clusters), f"to_{reference}"]
    ends.append("to_capital_fastest")
    key = ["mode", "cluster_id", "index"]  # measures with several weights are not shown
    values = results.isolation.drop_duplicates(key).set_index(key)["value"]
    for mode in dict.fromkeys(results.isolation["mode"]):
        shown = Table(title=f"Minutes door to door by {mode}", box=None, header_style="bold")
        shown.add_column("from")
        for end in ends:
            shown.add_column(end.removeprefix("to_"), justify="right", no_wrap=True)
        for cluster_id in clusters:
            found = [values.get((mode, cluster_id, end)) for end in ends]
            cells = ["" if pd.isna(minutes) else f"{minutes:.0f}" for minutes in found]
            shown.add_row(cluster_id, *cells)
        console.print(shown, highlight=False)
    for (claim_id, mode), rows in results.claims.groupby(["claim_id", "mode"], sort=False):
        counts = rows["verdict"].value_counts().sort_index()
        verdicts = ", ".join(f"{verdict} for {count}" for verdict, count in counts.items())
        console.print(f"{claim_id} by {mode}: {verdicts} of {len(rows)} origins", highlight=False)


def new_study(name: str) -> None:
    """Write a commented study file, never over an existing one."""
    if not name or Path(name).name != name:
        message = f"NAME: not a plain name ({name}) - leave folders out"
        raise UsageError(message)
    path = Path(f"{name.removesuffix('.toml')}.toml")
    if path.exists():
        fault = Fault(str(path), "exists already", "choose another name")
        raise OutputError(str(fault))
    template = data_path("studies", "template.toml").read_text(encoding="utf-8")
    write_bytes(path, template.replace("NAME", path.stem).encode())
    console.print(f"{path}: edit it, then run `clustergeo study {path}`", highlight=False)

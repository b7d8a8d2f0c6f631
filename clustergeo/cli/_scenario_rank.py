"""``clustergeo scenario attribute`` and ``rank``: what a part brings, and which link most."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from clustergeo.cli._console import console, notes
from clustergeo.schemas.attribution import WHOLE
from clustergeo.study._outputs import check_folder
from clustergeo.study.scenarios.attribution import Attribution, attribute
from clustergeo.study.scenarios.ranking import LinkRanking, rank_links
from clustergeo.times import kernels_cached

__all__ = ["attribute_files", "rank_files"]

_SOON_S: Final = 2.0
_SHOWN_MIN: Final = 0.05
_CLUSTERS: Final = "clusters"
_ATTRIBUTION_READ: Final = """\
  alone: by it alone; left out: lost without it; Shapley: mean over all orders, adds up;
  share: of the package; capital: Shapley value of trips to the capital points"""
_RANKING_READ: Final = """\
  range: ranks over all settings; saved: minutes a trip between clusters;
  capital: from the clusters to the capital points; bn KRW: cost;
  bn/min: cost by minute saved, no benefit-cost ratio"""


def attribute_files(
    files: Sequence[Path],
    *,
    study: Path | None,
    by: Literal["edit", "file"] | None,
    out: Path | None,
) -> None:
    """Print what each part of a package brings, and write the tables."""
    if out:
        check_folder(out)
    _warn_of_compiling()
    by = by or ("file" if len(files) > 1 else "edit")
    with _counted(f"attribution of {', '.join(path.stem for path in files)}") as notify:
        found = attribute(list(files), study, by=by, notify=notify, begin=_print_runs)
    for scenario in found.scenarios:
        _print(f"{scenario.title_en} ({scenario.scenario_id})")
    for mode in dict.fromkeys(found.table["mode"]):
        _print_attribution(found, str(mode))
    if not found.table.empty:
        _print(_ATTRIBUTION_READ)
    _print_notes(found.notes)
    if out:
        found.write(out)
        _print(f"Open {out / 'tables' / 'attribution.csv'}")


def rank_files(
    files: Sequence[Path],
    *,
    study: Path | None,
    settings: Literal["study", "usual", "all"],
    out: Path | None,
) -> None:
    """Print links in the order of what they save and what moves them, and write the tables."""
    if out:
        check_folder(out)
    _warn_of_compiling()
    count = (
        f"{len(files)} links" if len(files) > 1 else files[0].stem if files else "shipped links"
    )
    with _counted(f"ranking of {count}") as notify:
        found = rank_links(list(files) or None, study, settings=settings, notify=notify)
    for mode in dict.fromkeys(found.table["mode"]):
        _print_ranking(found, found.table[found.table["mode"] == mode], str(mode))
    if not found.table.empty:
        _print(_RANKING_READ)
    _print_notes(found.notes)
    if out:
        from clustergeo.study.scenarios._exhibits import draw_ranking, save_exhibits  # noqa: PLC0415 - slow

        found.write(out)
        (figure,) = save_exhibits(draw_ranking(found), out)
        _print(f"Open {figure} and {out / 'tables' / 'link_ranking.csv'}")


def _print_runs(runs: Mapping[str, int]) -> None:
    """Print before they begin how often times are computed."""
    told = ", ".join(f"{count:,} by {mode}" for mode, count in runs.items())
    if told:
        notes.print(f"runs: {told}", highlight=False)


def _print_attribution(found: Attribution, mode: str) -> None:
    rows = found.table[found.table["mode"] == mode]
    between = rows[rows["target"] == _CLUSTERS]
    capital = rows[rows["target"] != _CLUSTERS].set_index("unit_id")["shapley_min"]
    lines: list[tuple[str, ...]] = [("alone", "left out", "Shapley", "share", "capital", "unit")]
    for row in between.to_dict("records"):
        minutes = [row[name] for name in ("alone_min", "left_out_min", "shapley_min")]
        share = row["shapley_share"]
        lines.append(
            (
                *(_number(value, ".2f") for value in minutes),
                _number(share, ".0%"),
                _number(capital[row["unit_id"]], ".2f"),
                str(row["unit_id"]),
            )
        )
    pairs = int(between["pairs"].iloc[0])
    _print(f"Minutes saved a trip by {mode}, mean of {pairs} pairs of clusters")
    _print_lines(lines)
    for row in between[between["unit_id"] != WHOLE].to_dict("records"):
        _print(f"  {row['unit_id']}: {row['edits']}")
    some = found.interactions
    some = some[(some["mode"] == mode) & (some["target"] == _CLUSTERS)]
    for row in some[some["interaction_min"].abs() >= _SHOWN_MIN].to_dict("records"):
        how = "help each other" if row["interaction_min"] > 0 else "bring the same"
        told = f"{row['interaction_min']:+.2f} min together"
        _print(f"  {row['unit_id']} and {row['other_id']} {how}: {told}")


def _print_ranking(found: LinkRanking, rows: pd.DataFrame, mode: str) -> None:
    _print_first(rows, mode)
    pairs, before = int(rows["pairs"].max()), rows["region_mean_before_min"].max()
    today = f"{before:.1f} min on {found.study.date:%Y-%m-%d}, {found.study.window}"
    mean = f"mean of {pairs} pairs of clusters, {today}" if pairs else "no pair has a trip"
    _print(f"Links by {mode} ({mean})")
    lines: list[tuple[str, ...]] = [
        ("rank", "range", "saved", "capital", "bn KRW", "bn/min", "opens", "link")
    ]
    for row in rows.to_dict("records"):
        year = row["opening_year"]
        lines.append(
            (
                _number(row["rank"], ".0f"),
                _range(row["rank_min"], row["rank_max"]),
                _number(row["saved_min"], ".2f"),
                _number(row["saved_capital_min"], ".2f"),
                _number(row["cost_krw_bn"], ",.1f"),
                _number(row["krw_bn_per_min"], ",.0f"),
                "-" if pd.isna(year) else str(year),
                str(row["scenario_id"]),
            )
        )
    _print_lines(lines)
    for row in rows.to_dict("records"):
        if told := _moved(found, row):
            _print(f"  {row['scenario_id']} {told}")


def _moved(found: LinkRanking, row: Mapping[Hashable, Any]) -> str:
    """Return what changes the rank of a link; nothing of one that saves nothing anyway."""
    if not pd.isna(row["rank"]):
        shown = row["moved_by"] and row["saved_min"] >= _SHOWN_MIN
        return f"stands elsewhere by {row['moved_by']}" if shown else ""
    ranks = found.ranks[(found.ranks["target"] == _CLUSTERS) & found.ranks["rank"].notna()]
    own = ranks[(ranks["mode"] == row["mode"]) & (ranks["scenario_id"] == row["scenario_id"])]
    told = [
        f"{dimension} {setting} ({saved:.2f} min)"
        for dimension, setting, saved in own[["dimension", "setting", "saved_min"]].to_numpy()
        if saved >= _SHOWN_MIN
    ]
    return f"saves by {'; '.join(told)} only" if told else ""


def _print_first(rows: pd.DataFrame, mode: str) -> None:
    """Print which link saves most, and how firmly."""
    first = rows[rows["rank"] == 1]
    if first.empty:
        _print(f"By {mode} no link saves a tenth of a minute between the clusters.")
        return
    names = " and ".join(first["scenario_id"])
    saved = first["saved_min"].max()
    firm = ""
    if (settings := int(first["settings"].max())) > 1:
        times = round(float(first["first_share"].max()) * settings)
        firm = f"; first in {times} of {settings} settings"
    _print(f"By {mode} {names} saves most: {saved:.2f} min a trip between clusters{firm}.")


def _range(low: float, high: float) -> str:
    if np.isnan(low):  # no setting ranks it
        return "-"
    return f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"


def _print_lines(lines: Sequence[tuple[str, ...]]) -> None:
    """Print a table as plain lines; names come last, so that no number is cut."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        *numbers, name = line
        padded = [f"{text:>{w}}" for text, w in zip(numbers, widths[:-1], strict=True)]
        _print(f"  {'  '.join([*padded, name])}")


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or pd.isna(value) else format(value, form)


@contextmanager
def _counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what is to be told how many runs are done: a bar, or a line on how long it takes."""
    notes.print(what, highlight=False)
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = notes.is_terminal
    begun, told = 0.0, False
    with Progress(*columns, console=notes, transient=True, disable=not shown) as bar:
        task = bar.add_task("runs", total=None)

        def notify(done: int, total: int) -> None:
            nonlocal begun, told
            bar.update(task, completed=done, total=total)
            begun = begun or time.monotonic()  # what was read before is no part of a run
            took = time.monotonic() - begun
            if told or shown or took < _SOON_S:
                return
            told = True
            left = took / (done - 1) * (total - done)
            if left > _SOON_S:
                notes.print(f"{done} of {total} runs done, about {left:.0f} s to go")

        yield notify


def _print_notes(told: Sequence[str]) -> None:
    for note in told:
        notes.print(f"note: {note}", highlight=False, markup=False)


def _warn_of_compiling() -> None:
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )


def _print(line: str) -> None:
    console.print(line, highlight=False, markup=False)

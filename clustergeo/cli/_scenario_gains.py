"""``clustergeo scenario gains``: who gains by a link, and who would pay for it."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pandas as pd
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from clustergeo._files import write_bytes
from clustergeo.cli._console import console, notes
from clustergeo.exhibits.sheets import sheets_docx, sheets_html, sheets_markdown
from clustergeo.schemas.gains import LEVELS, TARGETS
from clustergeo.study import load_study
from clustergeo.study._outputs import check_folder
from clustergeo.study.scenarios.agreement import Responsible, agreement_sheets
from clustergeo.study.scenarios.gain_rules import GainRules, ScenarioGains
from clustergeo.study.scenarios.gains import scenario_gains
from clustergeo.times import kernels_cached

__all__ = ["gain_files"]

_EVERY_S: Final = 5.0  # between lines where no bar is drawn
_WHY: Final = {
    "no_time": "no trip before or after",
    "no_gain": "saves nothing",
    "below_least": "saves less than {least:g} min a person",
}
_MODES: Final = {"car": "by car", "transit": "by public transport"}


def gain_files(
    files: Sequence[Path],
    rules: GainRules,
    responsible: Responsible,
    *,
    study: Path | None,
    out: Path | None,
    word: bool,
) -> None:
    """Print governments by what their people gain and would pay; write tables and sheets."""
    if out:
        check_folder(out)
    if word:
        # Before half a minute's work, not after it.
        sheets_docx(())
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    told = ", ".join(path.stem for path in files)
    with _progress(f"who gains by {told}") as progress:
        gains = scenario_gains(list(files), load_study(study), rules, progress=progress)
    _print_head(gains)
    _print_table(gains)
    _print_rest(gains)
    if out:
        # Loading what draws takes a second: only for who wants files.
        from clustergeo.study.scenarios import _exhibits  # noqa: PLC0415

        gains.write(out)
        (figure,) = _exhibits.save_exhibits(_exhibits.draw_gains(gains), out)
        sheets = agreement_sheets(gains, responsible)
        write_bytes(out / "agreement.md", sheets_markdown(sheets).encode())
        write_bytes(out / "agreement.html", sheets_html(sheets).encode())
        if word:
            write_bytes(out / "agreement.docx", sheets_docx(sheets))
        _print(f"Open {out / 'agreement.html'} and {figure}")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[float], None]]:
    """Yield what is to be told the share that is done: a bar, or a line now and then."""
    notes.print(what, highlight=False, markup=False)
    shown = notes.is_terminal
    last = time.monotonic()
    columns = (TextColumn("cells"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=notes, transient=True, disable=not shown) as bar:
        task = bar.add_task("cells", total=1.0)

        def notify(share: float) -> None:
            nonlocal last
            if shown:
                bar.update(task, completed=share)
            elif (now := time.monotonic()) - last >= _EVERY_S:
                last = now
                notes.print(f"{share:.0%} done", highlight=False)

        yield notify


def _print_head(gains: ScenarioGains) -> None:
    for scenario in gains.scenarios:
        cost = "no cost stated: cost_krw_bn"
        if scenario.cost_krw_bn is not None:
            cost = f"{scenario.cost_krw_bn:,g} billion won"
        _print(f"{scenario.title_en} ({scenario.scenario_id}, {cost})")
    region, modes = ", ".join(name for name, _ in gains.region), _told(gains.modes)
    _print(f"People of {region}:")
    _print(f"minutes that a trip {modes} to the clusters and to the capital saves each")


def _print_table(gains: ScenarioGains) -> None:
    """Print governments, who gains most first: what they save and what they would pay."""
    people = gains.governments(TARGETS[0], gains.modes[0]).set_index("area_id")["population"]
    saved_min = {
        target: gains.table[
            (gains.table["level"] == LEVELS[2]) & (gains.table["target"] == target)
        ]
        .groupby("area_id")["saved_person_min"]
        .sum()
        / people
        for target in TARGETS
    }
    lines: list[tuple[str, ...]] = [("", "people", *TARGETS, "benefit", "pays", "bn won")]
    for row in gains.cost_split.to_dict("records"):
        saved = [
            "-"
            if row["party"] == "national"
            else _number(saved_min[target][row["area_id"]], ".1f")
            for target in TARGETS
        ]
        lines.append(
            (
                str(row["name_en"]),
                _number(row["population"], ",.0f"),
                *saved,
                _number(row["benefit_share"], ".1%"),
                _number(row["cost_share"], ".1%"),
                _number(row["cost_krw_bn"], ",.1f"),
            )
        )
    for line in _padded(lines):
        _print(line)


def _print_rest(gains: ScenarioGains) -> None:
    """Print who does not sign and why, and what the numbers are not."""
    rules = gains.rules
    parties = gains.cost_split[gains.cost_split["party"] == "government"]
    for reason, rows in parties[parties["signs"] == "no"].groupby("reason", sort=False):
        why = _WHY[str(reason)].format(least=rules.least_min)
        _print(f"not asked to sign, {why}: {', '.join(rows['name_en'])}")
    if (parties["signs"] == "no").all():
        other = next(target for target in TARGETS if target != rules.target)
        _print(f"Nobody signs by trips to the {rules.target}: try --target {other} or --least-min")
    _print(f"Split by trips to the {rules.target} {_told(gains.modes)};")
    _print(f"state {gains.national_share:.2%}, who signs at least {rules.floor:.1%} of the rest")
    for mode in gains.modes:
        rows = gains.governments(rules.target, mode)
        people, timed = rows["population"].sum(), rows["timed_population"].sum()
        shown = _MODES[mode]
        if timed < people:
            _note(f"{people - timed:,} of {people:,} people have no trip {shown}: they save 0")
        for column, what in (("new", "only after"), ("lost", "only before")):
            if count := int(rows[f"{column}_population"].sum()):
                _note(f"{count:,} of them have one {what}: nothing can be subtracted")
        if lost := float(rows["lost_person_min"].sum()):
            _note(f"some cells lose {shown}: {-lost:,.0f} person-minutes, taken off above")
    _note("no benefit-cost ratio, no demand: minutes are those of one trip of each resident")


def _told(modes: Sequence[str]) -> str:
    return " plus ".join(_MODES[mode] for mode in modes)


def _padded(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield columns side by side, the first to the left; wide letters count twice."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            text + " " * (w - _width(text)) if i == 0 else " " * (w - _width(text)) + text
            for i, (text, w) in enumerate(zip(line, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _number(value: float | None, form: str) -> str:
    if value is None or pd.isna(value):
        return "-"
    shown = format(float(value), form)
    return shown.removeprefix("-") if not shown.strip("-0.,%") else shown


def _note(text: str) -> None:
    notes.print(f"note: {text}", highlight=False, markup=False)


def _print(line: str) -> None:
    console.print(line, highlight=False, markup=False)

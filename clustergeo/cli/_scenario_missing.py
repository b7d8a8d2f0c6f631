"""``clustergeo scenario missing``: which link that is not there would help most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from clustergeo.cli._console import console, notes, working
from clustergeo.study import load_study
from clustergeo.study._outputs import check_folder
from clustergeo.study.scenarios.missing_links import (
    Corridor,
    LinkRules,
    MissingLinks,
    find_missing_links,
    load_corridors,
)
from clustergeo.times import kernels_cached

__all__ = ["missing_links"]

_BY: Final = {"car": "Roads: minutes by car", "transit": "Services: minutes by transit"}
_SHOWN: Final = 10
_PER: Final = 1_000
_EVERY: Final = 25


def missing_links(
    told: dict[str, Any],
    *,
    between: tuple[str, str] | None,
    corridors: Path | None,
    study: Path | None,
    out: Path | None,
) -> None:
    """Print the links that would help most and what to build for a sum; write the tables."""
    rules = LinkRules(**told)
    if out:
        check_folder(out)
    asked = load_study(study)
    wanted = [Corridor(places=between)] if between else []
    wanted += load_corridors(corridors) if corridors else []
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    with working("missing links") as status:

        def tell(what: str, done: int, of: int) -> None:
            if done % _EVERY == 0 or of < _EVERY:
                status.update(f"{what}: {done:,} of {of:,}")

        found = find_missing_links(asked, rules, wanted, progress=tell)
    _print_found(found, every=bool(wanted))
    for note in found.notes:
        notes.print(f"note: {note}", highlight=False, markup=False)
    if out:
        from clustergeo.study.scenarios._exhibits import draw_missing, save_exhibits  # noqa: PLC0415 - slow

        found.write(out)
        if len(found.table):
            page, _ = save_exhibits(draw_missing(found), out)
            _print(f"Open {page}")
        _print(f"Open {out / 'missing_links.csv'}")
        if found.files:
            one = out / "scenarios" / f"{next(iter(found.files))}.toml"
            _print(f"Run one: clustergeo scenario run {one}")


def _print_found(found: MissingLinks, *, every: bool) -> None:
    for mode in dict.fromkeys(found.table["mode"]):
        _print_links(found, str(mode))
    if len(found.table):
        _print(
            "ride: end to end; saved: screened; full: run in full; to cap: saved to the capital;"
        )
        _print("bn won: length x unit cost; per tn: minutes saved per 1,000 billion won")
    _print_refused(found.refused, every=every)
    _print_portfolios(found)


def _print_links(found: MissingLinks, mode: str) -> None:
    table = found.table[found.table["mode"] == mode]
    shown = table[table["alike"] == ""].head(_SHOWN)
    lines = [("", "link", "ride", "saved", "full", "to cap", "bn won", "per tn")]
    for row in shown.to_dict("records"):
        per = row["per_bn"] * _PER
        lines.append(
            (
                f"{row['rank']}",
                f"{row['link']} {row['from_id']} - {row['to_id']}{'*' if row['planned'] else ''}",
                f"{row['ride_min']:.0f}",
                _number(row["saved_min"], ".2f"),
                _number(row["verified_saved_min"], ".2f"),
                _number(row["saved_capital_min"], ".2f"),
                _number(row["cost_krw_bn"], ",.0f"),
                _number(per, ".2f"),
            )
        )
    _print(f"{_BY[mode]} saved, mean of all pairs of clusters")
    _print_lines(lines)
    for row in shown.to_dict("records"):
        if row["new_pairs"]:
            ends = f"{row['link']} {row['from_id']} - {row['to_id']}"
            _print(f"  {ends}: {row['new_pairs']} ordered pairs of clusters get a trip at last")
        if row["planned"]:
            ends = f"{row['link']} {row['from_id']} - {row['to_id']}"
            _print(f"  * {ends}: planned by {row['planned'].replace(' ', ', ')}")
    like = int((table["alike"] != "").sum())
    rest = len(table) - len(shown) - like
    _print(
        f"  not shown: {like:,} links with both ends near those of a better one, {rest:,} others"
    )


def _print_lines(lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, strict=True)
        padded = [
            f"{text:<{w}}" if i == 1 else f"{text:>{w}}" for i, (text, w) in enumerate(cells)
        ]
        _print(f"  {'  '.join(padded)}".rstrip())


def _print_refused(table: pd.DataFrame, *, every: bool) -> None:
    if every:
        for row in table.to_dict("records"):
            why = f"{row['reason']} ({row['exists']})" if row["exists"] else row["reason"]
            _print(f"refused: {row['link']} {row['from_id']} - {row['to_id']}: {why}")
        return
    exists = int((table["exists"] != "").sum())
    _print(f"refused: {len(table):,} links, of which {exists:,} because a line or road does it")


def _print_portfolios(found: MissingLinks) -> None:
    told = found.portfolio[found.portfolio["of_links"] > 1]
    for mode, part in told.groupby("mode", sort=False):
        best = part[part["method"] == "exhaustive"]
        last = best.iloc[-1]
        _print(f"Best for {last['budget_krw_bn']:,.0f} billion won by {mode}, mean of departures")
        for row in best.to_dict("records"):
            _print(
                f"  {row['step']}. {row['link_id']}: {row['saved_min']:.2f} min, "
                f"{row['cost_krw_bn']:,.0f} bn won so far"
            )
        _print(
            f"  every set of {last['of_links']} links was tried; "
            f"run in full together: {_number(last['verified_saved_min'], '.2f')} min"
        )
        greedy = part[part["method"] == "greedy"].iloc[-1]
        _print(
            f"  chosen greedily from {greedy['of_links']}: {greedy['saved_min']:.2f} min for "
            f"{greedy['cost_krw_bn']:,.0f} bn won"
        )
        _print(f"  no set of them within the budget saves more than {greedy['bound_min']:.2f} min")


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or pd.isna(value) else format(value, form)


def _print(line: str) -> None:
    console.print(line, highlight=False, markup=False)

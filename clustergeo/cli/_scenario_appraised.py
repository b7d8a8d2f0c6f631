"""``clustergeo scenario run`` in words: the region, its measures, the claims, the costs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.study import Appraisal
from clustergeo.study.scenarios import NO_RATIO_EN, shown_measures, turned_claims

__all__ = ["appraised_lines", "columns", "region_lines", "wrapped"]

_WIDTH: Final = 79
_MEANS: Final = {
    "mean_to_clusters": "between clusters",
    "mean_to_capital": "to the capital points",
}
_SCOPES: Final = {"clusters": "between clusters", "capital": "to the capital points"}
_BY: Final = {"car": "by car", "transit": "by public transport"}
_ISOLATION: Final = {"better": "less", "worse": "more", "new": "new", "lost": "lost"}
_WHY: Final = {
    "no_cost": "no cost is published",
    "saves_nothing": "saves nothing",
    "no_trip": "no trip",
}


def appraised_lines(appraisal: Appraisal) -> Iterator[str]:
    """Yield what a scenario changes besides times, plain lines of at most 80 columns."""
    yield from _measures(appraisal.measures)
    yield from _claims(appraisal.claims)
    yield from _costs(appraisal)
    if appraisal.null is not None:
        yield from _null(appraisal.null)


def columns(lines: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    """Yield rows of cells under each other, the first few to the left, numbers never cut."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, strict=True)
        padded = [
            f"{text:<{w}}" if i < left else f"{text:>{w}}" for i, (text, w) in enumerate(cells)
        ]
        yield f"  {'  '.join(padded)}".rstrip()


def region_lines(appraisal: Appraisal) -> Iterator[str]:
    """Yield the mean minutes of the region, what a reader wants to know first."""
    means = appraisal.measures[appraisal.measures["measure"].isin(_MEANS)]
    lines = [("mean minutes door to door", "mode", "before", "after", "change")]
    lines += [
        (_MEANS[row["measure"]], row["mode"], *_three(row["before"], row["after"], ".1f"))
        for row in means.to_dict("records")
    ]
    yield from columns(lines, 2)


def _measures(measures: pd.DataFrame) -> Iterator[str]:
    rows = shown_measures(measures)
    rows = rows[~rows["measure"].isin(_MEANS)]
    if measures["change"].isin(["unchanged", "no_value"]).all():
        yield f"No measure of isolation changes ({len(measures)} compared)."
    table = [("measure", "mode", "cluster", "before", "after", "isolated", "rank")]
    for row in rows.to_dict("records"):
        rank = [row["rank_before"], row["rank_after"]]
        table.append(
            (
                row["measure"],
                row["mode"],
                row["place_id"],
                _digits(row["before"]),
                _digits(row["after"]),
                _ISOLATION[row["change"]],
                "-" if np.isnan(rank).any() else f"{rank[0]:.0f} to {rank[1]:.0f}",
            )
        )
    if len(table) > 1:
        yield "Isolation (rank 1 is the most isolated; every measure: --out)"
        yield from columns(table, 3)


def _claims(claims: pd.DataFrame) -> Iterator[str]:
    if claims.empty:
        return
    needed = (claims["scenario"] != "") & (claims["reason_after"] != "needs_scenario")
    if needed.any():
        yield "What was said of it, and ours"
    for row in claims[needed].to_dict("records"):
        yield f"  {row['claim_id']}: {row['after_verdict']}"
        yield from wrapped(row["text_en"], "    ")
    turned = [*turned_claims(claims)]
    if turned:
        yield "Verdicts on today's claims that turn"
        for line in turned:
            yield from wrapped(line.replace("→", "to"), "  ", more="    ")
    elif not needed.any():
        count = len(claims[["claim_id", "mode"]].drop_duplicates())
        yield f"No verdict on a claim turns ({count} by claim and mode, {len(claims)} by place)."


def _costs(appraisal: Appraisal) -> Iterator[str]:
    yield "Costs"
    for each in appraisal.run.scenarios:
        cost = "no published cost" if each.cost_krw_bn is None else f"{each.cost_krw_bn:,g} bn won"
        year = f"opens {each.opening_year}" if each.opening_year else "no opening year"
        yield f"  {each.scenario_id}: {cost}, {year}; all else is taken as today"
    lines = [("over", "mode", "saved min", "bn won a min", "won a trip")]
    table = appraisal.costs
    for row in table[table["scope"] != "pair"].to_dict("records"):
        worth = [row["other_won_per_trip"], row["business_won_per_trip"]]
        told = np.isfinite(worth).all() and row["reason"] != "saves_nothing"
        lines.append(
            (
                _SCOPES[row["scope"]],
                row["mode"],
                _number(row["saved_min"], ".2f"),
                _WHY[row["reason"]] if row["reason"] else f"{row['krw_bn_per_min']:,.0f}",
                f"{worth[0]:,.0f} to {worth[1]:,.0f}" if told else "-",
            )
        )
    yield from columns(lines, 2)
    people = table[(table["scope"] != "pair") & table["person_min_a_day"].notna()]
    for row in people.to_dict("records"):
        per = row["krw_bn_per_1000_person_min"]
        told_per = f", {per:,.1f} bn won per 1,000" if np.isfinite(per) else ""
        saved = f"{row['person_min_a_day']:,.0f} person-minutes saved a day{told_per}"
        yield f"  {_SCOPES[row['scope']]} {_BY[row['mode']]}: {saved}"
    values = appraisal.value_of_time
    years = sorted(set(values["price_year"]))
    grades = ", ".join(dict.fromkeys(values["evidence"]))
    demand = "" if len(people) else "no demand is given, so nothing is said of person-minutes. "
    yield from wrapped(
        f"won a trip: the minutes saved, for other to business travel, prices of "
        f"{', '.join(map(str, years))} ({grades}); {demand}{NO_RATIO_EN}",
        "  ",
    )


def _null(null: pd.DataFrame) -> Iterator[str]:
    yield "Null run: the same inputs twice, every one read anew"
    lines = [("what", "mode", "compared", "differing", "largest difference")]
    lines += [
        (
            row["what"],
            row["mode"],
            f"{row['compared']:,}",
            f"{row['differing']:,}",
            f"{row['largest_difference']:g}",
        )
        for row in null.to_dict("records")
    ]
    yield from columns(lines, 2)


def _three(before: float, after: float, form: str) -> Iterable[str]:
    """Return both numbers and their difference."""
    return _number(before, form), _number(after, form), _number(after - before, f"+{form}")


def _digits(value: float) -> str:
    return _number(value, ".3f" if abs(value) < 1 else ".1f")


def _number(value: float, form: str) -> str:
    return "-" if np.isnan(value) else format(value, form)


def wrapped(text: str, indent: str = "", more: str | None = None) -> list[str]:
    """Return lines of at most 79 columns, those after the first one indented further."""
    further = indent if more is None else more
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=further)

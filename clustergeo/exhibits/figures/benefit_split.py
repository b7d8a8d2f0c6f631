"""Who gains by a scenario and who would pay: shares by government, minutes by cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from clustergeo.exhibits._links import basis, evidence_of, reader_of
from clustergeo.exhibits._readings import number, records
from clustergeo.exhibits._scenario_words import tell, tell_both
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.gain_cells import draw_cells
from clustergeo.exhibits.figures.sheet import Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.minute_classes import (
    LOST_COLOUR,
    SAVED_COLOUR,
)
from clustergeo.exhibits.scenario_facts import ScenarioFacts, hundred_million
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["benefit_split"]

_MOST_ROWS: Final = 11
_LEFT: Final = 0.035
_TOP: Final = 0.80
_BOTTOM: Final = 0.175
_BARS: Final = (0.155, 0.285)
"""Left edge and width of the axes of the bars."""

_COST_FACE: Final = "#FFF1DC"


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the cost is split by: trips to which target, by which modes together."""

    target: str
    modes: tuple[str, ...]


def _basis_of(gains: pd.DataFrame) -> _Basis:
    of = gains.loc[(gains["level"] == "government") & (gains["cost_reason"] != "not_the_basis")]
    if of.empty:
        of = gains.loc[gains["level"] == "government"]
    targets = of["target"].astype(str).tolist() or ["clusters"]
    whole = gains.loc[gains["target"] == targets[0], "mode"].astype(str)
    return _Basis(targets[0], tuple(sorted(set(whole), reverse=True)))


def benefit_split(  # noqa: PLR0913 - one keyword a part of the figure
    gains: pd.DataFrame,
    cost_split: pd.DataFrame,
    *,
    places: gpd.GeoDataFrame,
    facts: StudyFacts,
    scenario: ScenarioFacts,
    basemap: gpd.GeoDataFrame | None = None,
    lang: Language = "ko",
    font: Path | None = None,
) -> Exhibit:
    """Draw who gains beside who would pay, and where the minutes are saved.

    Left, for each government, the share of the gain and the proposed share of the local cost;
    right, the change by cell of 2 km to the clusters and to the capital. Cells that lose are
    orange and crossed.

    Parameters
    ----------
    gains
        Contract ``schemas.gains.GAINS``; its cells are drawn.
    cost_split
        Contract ``schemas.gains.COST_SPLIT``; its governments are drawn.
    places
        The clusters, drawn on the maps.
    facts
        The clusters, dates and credits of the study.
    scenario
        Title, cost and caveats.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`; its boundaries are drawn. None for none.
    lang
        Language of the figure; English where no Korean font is found.
    font
        Korean font file to use.

    Returns
    -------
    exhibit : Exhibit
        A PNG picture of 16:9.

    Raises
    ------
    UsageError
        If a place is missing or the font named cannot write Korean.
    """
    written, face = choose_face(lang, font)
    readings = reader_of(places, facts, written)
    chosen = _basis_of(gains)
    rows = records(cost_split.loc[cost_split["party"] == "government"])
    rows.sort(key=lambda row: -np.nan_to_num(number(row["benefit_share"]), nan=-np.inf))
    national = _national(cost_split)
    finding = _finding(rows, chosen, scenario, written)
    with new_sheet(face) as sheet:
        sheet.head(tell(written, "split_title"), finding)
        _bars(sheet, rows, chosen, national, written)
        draw_cells(sheet, gains, readings, basemap)
        _foot(sheet, gains, facts, scenario, written)
        return picture(sheet, "benefit_split", tell_both("split_title"), finding, written)


def _national(cost_split: pd.DataFrame) -> float | None:
    """Return the share of the state in the whole cost; None where nobody signs."""
    share = cost_split.loc[cost_split["party"] == "national", "cost_share"].dropna()
    return None if share.empty else float(share.iloc[0])


def _name(row: dict[str, object], lang: Language) -> str:
    korean = str(row["name_ko"] or "") if lang == "ko" else ""
    return korean or str(row["name_en"] or "") or str(row["area_id"])


def _finding(
    rows: Sequence[dict[str, object]], chosen: _Basis, scenario: ScenarioFacts, lang: Language
) -> str:
    title = scenario.title(lang)
    first = next((row for row in rows if number(row["benefit_share"]) > 0), None)
    if first is None:
        return tell(lang, "split_none", title=title)
    cost = number(first["local_share"])
    return tell(
        lang,
        "split_finding",
        title=title,
        target=tell(lang, chosen.target),
        share=f"{100 * number(first['benefit_share']):.0f}",
        name=_name(first, lang),
        cost=tell(lang, "split_cost", share=f"{100 * cost:.0f}") if math.isfinite(cost) else "",
    )


def _bars(
    sheet: Sheet,
    rows: Sequence[dict[str, object]],
    chosen: _Basis,
    national: float | None,
    lang: Language,
) -> None:
    """Draw two bars a government: full for the gain, hatched for the cost."""
    shown, rest = _fitting(rows)
    names = [_name(row, lang) for row in shown]
    shares = [number(row["benefit_share"]) for row in shown]
    costs = [number(row["local_share"]) for row in shown]
    sums = [number(row["cost_krw_bn"]) for row in shown]
    if rest:
        names.append(tell(lang, "others", n=len(rest)))
        shares.append(_sum([number(row["benefit_share"]) for row in rest]))
        costs.append(_sum([number(row["local_share"]) for row in rest]))
        sums.append(_sum([number(row["cost_krw_bn"]) for row in rest]))
    _bar_key(sheet, chosen, national, lang)
    if not names:
        return
    high = min(_TOP - _BOTTOM, 0.075 * len(names))
    axes = sheet.axes(_BARS[0], _TOP - high, _BARS[1], high)
    known = [value for value in (*shares, *costs) if math.isfinite(value)] or [1.0]
    low, most = min(0.0, *known, 0.0), max(0.05, *known, 0.05)
    axes.set_xlim(low * 1.25, most * 1.52)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.axvline(0, color=INK, lw=1)
    for y, (name, share, cost, krw) in enumerate(zip(names, shares, costs, sums, strict=True)):
        at = (_LEFT, _TOP - high * (y + 0.5) / len(names))
        lines = sheet.wrap(name, _BARS[0] - _LEFT - 0.012, size_pt=10.5, bold=True)
        sheet.write(sheet.figure, at, lines, size_pt=10.5, bold=True, va="center", linespacing=1.0)
        _share_bar(sheet, axes, y, share, most, lang)
        _cost_bar(sheet, axes, y, (cost, krw), most, lang)


def _fitting(
    rows: Sequence[dict[str, object]],
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows that have room and the rest; losers and payers are never in the rest."""
    if len(rows) <= _MOST_ROWS:
        return list(rows), []
    weight = [
        max(abs(number(row["benefit_share"])), number(row["local_share"]) or 0.0) for row in rows
    ]
    order = sorted(range(len(rows)), key=lambda at: (-np.nan_to_num(weight[at]), at))
    kept = set(order[: _MOST_ROWS - 1])
    shown = [row for at, row in enumerate(rows) if at in kept]
    return shown, [row for at, row in enumerate(rows) if at not in kept]


def _sum(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) if known else math.nan


def _share_bar(
    sheet: Sheet, axes: Axes, y: int, share: float, most: float, lang: Language
) -> None:
    at = y - 0.19
    if not math.isfinite(share):
        text, x = say(lang, "no_value"), 0.015 * most
        sheet.write(axes, (x, at), text, size_pt=9.5, color=MUTED, va="center")
        return
    colour = SAVED_COLOUR if share >= 0 else LOST_COLOUR
    axes.barh(at, share, height=0.36, color=colour, zorder=2)
    text = f"{100 * share:.1f} %" if share >= 0 else f"{100 * share:.1f} % {tell(lang, 'loses')}"
    x = max(share, 0.0) + 0.015 * most
    sheet.write(axes, (x, at), text, size_pt=9.5, bold=True, color=colour, va="center")


def _cost_bar(
    sheet: Sheet, axes: Axes, y: int, cost: tuple[float, float], most: float, lang: Language
) -> None:
    at, (share, krw) = y + 0.19, cost
    if not share > 0:
        text, x = tell(lang, "no_share"), 0.015 * most
        sheet.write(axes, (x, at), text, size_pt=9.5, color=MUTED, va="center")
        return
    axes.barh(
        at, share, height=0.36, facecolor=_COST_FACE, edgecolor=INK, hatch="////", lw=0.8, zorder=2
    )
    text = f"{100 * share:.1f} %"
    if math.isfinite(krw):
        text += f" · {tell(lang, 'sum', value=hundred_million(krw, lang))}"
    sheet.write(axes, (share + 0.015 * most, at), text, size_pt=9.5, va="center")


def _bar_key(sheet: Sheet, chosen: _Basis, national: float | None, lang: Language) -> None:
    axes = sheet.axes(_LEFT, 0.825, 0.42, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    axes.barh(0, 5, left=0, height=1.3, color=SAVED_COLOUR)
    first = tell(lang, "gain_share")
    sheet.write(axes, (6.5, 0), first, size_pt=11, va="center")
    x = 12 + 100 * sheet.width(first, size_pt=11) / 0.42
    axes.barh(0, 5, left=x, height=1.3, facecolor=_COST_FACE, edgecolor=INK, hatch="////", lw=0.8)
    sheet.write(axes, (x + 6.5, 0), tell(lang, "cost_share"), size_pt=11, va="center")
    by = " + ".join(say(lang, mode) for mode in chosen.modes)
    words = tell(lang, "basis_split", target=tell(lang, chosen.target), mode=by)
    if national is not None:
        words += f"; {tell(lang, 'national', share=f'{100 * national:.0f}')}"
    sheet.write(sheet.figure, (_LEFT, 0.812), words, size_pt=9.5, color=MUTED, va="center")


def _foot(
    sheet: Sheet,
    gains: pd.DataFrame,
    facts: StudyFacts,
    scenario: ScenarioFacts,
    lang: Language,
) -> None:
    grades = gains.loc[gains["level"] == "government", "evidence"].fillna("").astype(str).tolist()
    sheet.foot(
        (
            scenario.told(lang),
            f"{tell(lang, 'split_note')} {basis(facts, lang)}. {evidence_of(grades, lang)}",
            f"{say(lang, 'sources')}: {' · '.join(facts.credits)}",
        )
    )

"""Links ranked: minutes saved, what a minute costs, and how firm the rank is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.exhibits._links import (
    LEAST_SAVED_MIN,
    Link,
    basis,
    evidence_of,
    found_links,
    planned_links,
    reader_of,
)
from clustergeo.exhibits._scenario_words import tell, tell_both
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.ranked_rows import (
    COLUMNS,
    FOUND_PALE,
    LEFT,
    Scales,
    draw_rows,
    draw_ticks,
)
from clustergeo.exhibits.figures.sheet import Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.minute_classes import SAVED_COLOUR
from clustergeo.exhibits.style import MUTED

__all__ = ["ranked_links"]

_MOST_ROWS: Final = 16
_MOST_LINES: Final = 3
_TOP: Final = 0.775
_BOTTOM: Final = 0.215
_ROW_HIGH: Final = 0.07
_HEADING_ROWS: Final = 1.3


def ranked_links(
    ranking: pd.DataFrame | None,
    missing: pd.DataFrame | None = None,
    *,
    places: gpd.GeoDataFrame,
    facts: StudyFacts,
    lang: Language = "ko",
    font: Path | None = None,
) -> Exhibit:
    """Draw links as bars of minutes saved, with the cost of a minute and the range of the rank.

    Planned links are full bars, links that were found hatched ones. The whisker of a rank spans
    all settings of its sensitivity; found links are ranked among themselves.

    Parameters
    ----------
    ranking
        Planned links, contract ``schemas.ranking.LINK_RANKING``; None for none.
    missing
        Links that were found, contract ``schemas.missing_links.MISSING_LINKS``; None for none.
    places
        Names of the places that found links join.
    facts
        Dates and credits of the study.
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
        If the font named cannot write Korean.
    """
    written, face = choose_face(lang, font)
    readings = reader_of(places, facts, written)
    links = [*planned_links(ranking, written), *found_links(missing, readings)]
    links.sort(key=lambda link: link.mode != "transit")
    finding = _finding(links, written)
    with new_sheet(face) as sheet:
        _draw(sheet, links, finding, facts, written)
        return picture(sheet, "ranked_links", tell_both("ranked_title"), finding, written)


def _finding(links: Sequence[Link], lang: Language) -> str:
    parts = []
    for mode, group in groupby(links, key=lambda link: link.mode):
        best = max(group, key=lambda link: np.nan_to_num(link.saved_min, nan=-math.inf))
        if best.saved_min >= LEAST_SAVED_MIN:
            saved = f"{best.saved_min:.1f}"
            told = best.planned or not any(link.planned for link in links)
            name = best.name if told else f"{best.name}, {tell(lang, 'found_short')}"
            values = {"mode": say(lang, mode), "name": name, "saved": saved}
            parts.append(tell(lang, "ranked_finding", **values))
    return "; ".join(parts) or tell(lang, "ranked_none")


def _draw(
    sheet: Sheet, links: Sequence[Link], finding: str, facts: StudyFacts, lang: Language
) -> None:
    sheet.head(tell(lang, "ranked_title"), finding)
    drawn = [link for link in links if abs(link.saved_min) >= LEAST_SAVED_MIN]
    blocks = _fitting(drawn)
    drawn = [link for block in blocks.values() for link in block]
    rows = sum(len(block) + _HEADING_ROWS for block in blocks.values())
    high = min((_TOP - _BOTTOM) / max(rows, 1), _ROW_HIGH)
    _key(sheet, drawn, lang)
    top, scales = _TOP, Scales(drawn)
    for mode, block in blocks.items():
        top -= high * _HEADING_ROWS
        at = (LEFT, top + 0.2 * high)
        sheet.write(sheet.figure, at, say(lang, mode), size_pt=12, bold=True, va="bottom")
        draw_rows(sheet, block, scales, (top, high), lang)
        top -= high * len(block)
    draw_ticks(sheet, scales, top, lang)
    _listed(sheet, links, blocks, lang)
    notes = [tell(lang, "settings_note")] if _spans(drawn) else []
    if any(not link.planned for link in drawn):
        notes.append(tell(lang, "found_rank_note"))
    notes.append(tell(lang, "no_ratio"))
    grades = [link.evidence for link in drawn]
    sheet.foot(
        (
            " ".join(notes),
            f"{basis(facts, lang)}. {evidence_of(grades, lang)}",
            f"{say(lang, 'sources')}: {' · '.join(facts.credits)}",
        )
    )


def _spans(links: Sequence[Link]) -> bool:
    """Return whether any rank has a range over settings."""
    return any(math.isfinite(link.rank_max) for link in links)


def _fitting(drawn: Sequence[Link]) -> dict[str, list[Link]]:
    """Return by mode the links that have room, those that save most, planned ones first."""
    modes = list(dict.fromkeys(link.mode for link in drawn))
    by_mode = {mode: [link for link in drawn if link.mode == mode] for mode in modes}
    room = _MOST_ROWS - sum(
        min(len(of), _MOST_ROWS // max(len(modes), 1)) for of in by_mode.values()
    )
    fitting = {}
    for mode, of in by_mode.items():
        cap = _MOST_ROWS // len(modes)
        more = min(room, max(len(of) - cap, 0))
        room -= more
        # A planned link is never left out for one that was found.
        kept = sorted(of, key=lambda link: (not link.planned, -link.saved_min))[: cap + more]
        fitting[mode] = sorted(kept, key=lambda link: (-link.saved_min, link.name))
    return fitting


def _key(sheet: Sheet, links: Sequence[Link], lang: Language) -> None:
    """Explain the two kinds of bars, and head the three columns."""
    axes = sheet.axes(LEFT, 0.83, 0.95, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    x = 0.0
    for planned in sorted({link.planned for link in links}, reverse=True):
        look = (
            {"color": SAVED_COLOUR}
            if planned
            else {"facecolor": FOUND_PALE, "edgecolor": SAVED_COLOUR, "hatch": "////"}
        )
        axes.barh(0, 3, left=x, height=1.4, **look)  # type: ignore[arg-type]
        text = tell(lang, "planned" if planned else "found")
        sheet.write(axes, (x + 3.8, 0), text, size_pt=12, va="center")
        x += 8 + 100 * sheet.width(text, size_pt=12)
    if any(not link.verified for link in links):
        sheet.write(axes, (x, 0), f"* {tell(lang, 'screened')}", size_pt=10.5, va="center")
    ranked = "rank_axis" if _spans(links) else "rank_alone"
    for column, key in enumerate(("saved_axis", "per_min_axis", ranked)):
        left, width = COLUMNS[column]
        text = sheet.wrap(tell(lang, key), width, size_pt=9.5)
        sheet.write(
            sheet.figure, (left, _TOP + 0.006), text, size_pt=9.5, color=MUTED, va="bottom",
            linespacing=1.1,
        )  # fmt: skip


def _listed(
    sheet: Sheet, links: Sequence[Link], blocks: dict[str, list[Link]], lang: Language
) -> None:
    """Name the planned links that change nothing; count those there is no room for."""
    lines = []
    for mode in dict.fromkeys(link.mode for link in links):
        of = [link for link in links if link.mode == mode]
        still = [link.name for link in of if not abs(link.saved_min) >= LEAST_SAVED_MIN]
        out = len(of) - len(still) - len(blocks.get(mode, []))
        word = say(lang, mode)
        told = [tell(lang, "untouched", mode=word, names="; ".join(still))] if still else []
        told += [tell(lang, "left_out", mode=word, n=out)] if out else []
        if told:
            lines.append(". ".join(told))
    wrapped = "\n".join(sheet.wrap(line, 0.93, size_pt=9.5) for line in lines).split("\n")
    if len(wrapped) > _MOST_LINES:
        wrapped = [*wrapped[: _MOST_LINES - 1], f"{wrapped[_MOST_LINES - 1]} ..."]
    text = "\n".join(wrapped)
    sheet.write(sheet.figure, (LEFT, 0.178), text, size_pt=9.5, va="top", linespacing=1.25)

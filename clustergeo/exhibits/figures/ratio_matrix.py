"""The matrix: the time of every trip between clusters over the time to the capital."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import (
    CAPITAL_COLOUR,
    MUTED,
    NO_DATA,
    RATIO_CLASSES,
    class_spans,
    ratio_class,
)

__all__ = ["ratio_matrix"]

_HATCH: Final = "///"
_GAP: Final = 0.25
"""Distance of the column of the capital from the matrix, in cells."""

_KEY_HIGH: Final = 0.105
"""Room between the notes and the matrix, for the key of the classes."""


def ratio_matrix(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw minutes between clusters divided by minutes to the capital, one matrix a mode.

    Cells break at 1.00; where the capital is faster they are orange, bold and hatched.

    Parameters
    ----------
    tables
        Places and times are needed.
    facts
        The capital point, the clusters, dates and credits.
    lang
        Language of the figure; English where no Korean font is found.
    font
        Korean font file to use.
    paper
        ``slide`` (16:9) or ``a4`` (across).

    Returns
    -------
    exhibit : Exhibit
        A picture; saved as PNG, SVG or PDF by the suffix.

    Raises
    ------
    UsageError
        If a place is missing or the font named cannot write Korean.
    """
    written, face = choose_face(lang, font)
    readings = Readings(tables, facts, written)
    with new_sheet(face, paper) as sheet:
        sheet.head(say(written, "matrix_title", capital=readings.capital), readings.finding())
        low = sheet.foot(
            (
                f"{say(written, 'door_to_door')}. {readings.basis()}. {readings.evidence()}",
                f"{say(written, 'sources')}: {' · '.join(facts.credits)}",
            )
        )
        for column, mode in enumerate(readings.modes):
            left = 0.035 + column * 0.485
            sheet.write(sheet.figure, (left, 0.83), say(written, mode), size_pt=15, bold=True)
            matrix = sheet.axes(left, low + _KEY_HIGH, 0.455, 0.82 - low - _KEY_HIGH)
            _matrix(sheet, matrix, mode, readings)
        _key(sheet, readings, low + 0.01)
        titles = readings.titles("matrix_title")
        return picture(sheet, "matrix", titles, readings.finding(), written)


def _matrix(sheet: Sheet, axes: Axes, mode: str, readings: Readings) -> None:
    """Draw one mode: rows are origins, columns destinations, the last one the capital."""
    clusters = readings.clusters
    n = len(clusters)
    axes.set_xlim(-1.15, n + 1 + _GAP)
    axes.set_ylim(n, -0.5)
    cell = axes.get_position().width / (n + 2.15 + _GAP)
    small = 12.0 if n < 6 else 9.0  # noqa: PLR2004 - more cells, smaller print
    lines = 3 if n < 6 else 2  # noqa: PLR2004 - less room
    sizes = (small, 8.0, 7.0, 6.0)
    for rank, place_id in enumerate(clusters):
        name = readings.name(place_id)
        for wide, at, ha, va in (
            (0.95, (rank + 0.5, -0.1), "center", "bottom"),
            (1.05, (-0.1, rank + 0.5), "right", "center"),
        ):
            text, size = sheet.block(name, cell * wide, sizes=sizes, lines=lines, bold=True)
            sheet.write(axes, at, text, size_pt=size, bold=True, ha=ha, va=va)
    star = f"★ {readings.capital}"
    capital, size = sheet.block(star, cell * 0.98, sizes=sizes, lines=lines, bold=True)
    sheet.write(
        axes, (n + _GAP + 0.5, -0.1), capital, size_pt=size, bold=True, color=CAPITAL_COLOUR,
        ha="center", va="bottom",
    )  # fmt: skip
    corner = f"{say(readings.lang, 'origin')} ↓  {say(readings.lang, 'destination')} →"
    sheet.write(axes, (-0.1, -0.1), corner, size_pt=9, color=MUTED, ha="right", va="bottom")
    for y, from_id in enumerate(clusters):
        for x, to_id in enumerate(clusters):
            if from_id != to_id:
                _cell(sheet, axes, (x, y), (mode, from_id, to_id), readings)
        minutes = say(readings.lang, "minutes", value=whole(readings.to_capital(mode, from_id)))
        sheet.write(
            axes,
            (n + _GAP + 0.5, y + 0.5),
            minutes,
            size_pt=small + 2,
            bold=True,
            color=CAPITAL_COLOUR,
            ha="center",
            va="center",
        )


def _cell(
    sheet: Sheet,
    axes: Axes,
    at: tuple[int, int],
    trip: tuple[str, str, str],
    readings: Readings,
) -> None:
    ratio = readings.ratio(*trip)
    style = ratio_class(ratio)
    x, y = at
    axes.add_patch(
        Rectangle(
            (x + 0.02, y + 0.02),
            0.96,
            0.96,
            facecolor=style.fill,
            edgecolor="#FFFFFF" if style.capital_nearer else style.fill,
            hatch=_HATCH if style.capital_nearer else None,
            linewidth=0,
        )
    )
    heavy = style.capital_nearer
    few = len(readings.clusters) < 6  # noqa: PLR2004
    big, small = (19.0, 12.0) if few else (12.0, 8.0)
    main = f"{ratio:.2f}" if math.isfinite(ratio) else "-"
    middle = (x + 0.5, y + 0.42)
    ground = {"facecolor": style.fill, "edgecolor": "none", "pad": 2.0} if heavy else None
    sheet.write(
        axes,
        middle,
        main,
        size_pt=big,
        bold=heavy,
        color=style.ink,
        ha="center",
        va="center",
        bbox=ground,
    )
    status = readings.trip(*trip)
    minutes = readings.minutes(*trip)
    under = (
        say(readings.lang, "minutes", value=whole(minutes))
        if math.isfinite(minutes)
        else say(readings.lang, status.status if status and status.status else "no_value")
    )
    sheet.write(
        axes,
        (x + 0.5, y + 0.78),
        under,
        size_pt=small,
        bold=heavy,
        color=style.ink,
        ha="center",
        va="center",
        bbox=ground,
    )


def _key(sheet: Sheet, readings: Readings, bottom: float) -> None:
    """Draw the classes as one strip, from the cluster being faster to the capital being so."""
    axes = sheet.axes(0.035, bottom, 0.93, 0.075)
    classes = (*RATIO_CLASSES, NO_DATA)
    axes.set_xlim(0, len(classes))
    axes.set_ylim(0, 2)
    share = 0.93 / len(classes)
    for x, (each, span) in enumerate(zip(classes, class_spans(), strict=True)):
        heavy = each.capital_nearer
        axes.add_patch(
            Rectangle(
                (x + 0.01, 1.05),
                0.98,
                0.95,
                facecolor=each.fill,
                edgecolor="#FFFFFF" if heavy else each.fill,
                hatch=_HATCH if heavy else None,
                linewidth=0,
            )
        )
        ground = {"facecolor": each.fill, "edgecolor": "none", "pad": 1.5} if heavy else None
        sheet.write(
            axes,
            (x + 0.5, 1.5),
            span or "-",
            size_pt=11,
            bold=heavy,
            color=each.ink,
            ha="center",
            va="center",
            bbox=ground,
        )
        word = sheet.wrap(each.word(readings.lang, readings.capital), share * 0.97, size_pt=9.5)
        sheet.write(
            axes, (x + 0.5, 0.9), word, size_pt=9.5, ha="center", va="top", linespacing=1.1
        )

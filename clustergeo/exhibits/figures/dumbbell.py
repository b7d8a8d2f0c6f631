"""The dumbbell: for each cluster, how far the others are and how far the capital is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes

from clustergeo.exhibits._readings import ABOUT_EVEN, Readings, Trip, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.labels import spread
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR, INK, MUTED

__all__ = ["dumbbell"]

_PALE: Final = "#8DB9D6"
_ROW_LINE: Final = "#C9C9C9"
_NAMED_DOTS: Final = 5
"""With more clusters than this only the nearest is named, or names would cover each other."""

_TICK_STEP_MIN: Final = 30
_LOW_ROW: Final = 0.08
"""Height of a row, as a share of the sheet, that leaves no room under its star."""

_UNDER: Final = 0.045
"""Room between the panels and the notes, for the minutes under the axis."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a panel: where it starts, the trips to show as rings and dots, the remark."""

    name: str
    remark: str
    loud: bool
    capital: Trip | None
    ring: Trip | None
    dots: tuple[Trip, ...]


def dumbbell(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw for each cluster the minutes to the capital, to the nearest cluster and to the others.

    A star is the capital, a ring the nearest other cluster, dots the rest; where the star lies
    left of a dot, the capital is nearer. Clusters are sorted by the difference. Under them the
    pair of the quoted statement is shown in both directions.

    Parameters
    ----------
    tables
        Places and times are needed; claims add the share of departures for which the statement
        is true.
    facts
        The capital point, the clusters, the statement, dates and credits.
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
    caption = f"{readings.finding()}. {readings.nearest_finding()}"
    with new_sheet(face, paper) as sheet:
        _draw(sheet, readings)
        return picture(sheet, "dumbbell", readings.titles("dumbbell_title"), caption, written)


def _draw(sheet: Sheet, readings: Readings) -> None:
    lang = readings.lang
    sheet.head(say(lang, "dumbbell_title", capital=readings.capital), readings.finding())
    low = sheet.foot(
        (
            f"{say(lang, 'door_to_door')}. {readings.basis()}. {readings.evidence()}",
            f"{say(lang, 'sources')}: {' · '.join(readings.facts.credits)}",
        )
    )
    _key(sheet, readings)
    pair_rows = 2 if readings.facts.statement else 0
    rows = len(readings.clusters)
    gap = 1.1 if rows <= _NAMED_DOTS else 1.6
    # One row of the statement is as high as one of a cluster; its heading takes one more.
    unit = (0.80 - low - _UNDER) / (rows + (pair_rows + gap if pair_rows else 0))
    for column, mode in enumerate(readings.modes):
        left, width = 0.035 + column * 0.485, 0.465
        axes = sheet.axes(left, 0.80 - rows * unit, width, rows * unit)
        _panel(sheet, axes, _cluster_rows(mode, readings), readings)
        sheet.write(sheet.figure, (left, 0.812), say(lang, mode), size_pt=14, bold=True)
        if pair_rows:
            lower = sheet.axes(
                left, 0.80 - (rows + pair_rows + gap) * unit, width, pair_rows * unit
            )
            _panel(sheet, lower, _statement_rows(mode, readings), readings)
    if statement := readings.facts.statement:
        quote = statement.text_ko if lang == "ko" else statement.text_en
        at = (0.035, 0.80 - (rows + gap - 0.38) * unit)
        text = f"{say(lang, 'statement')}: “{quote}”"
        sheet.write(sheet.figure, at, text, size_pt=13, bold=True, va="center")


def _key(sheet: Sheet, readings: Readings) -> None:
    """Explain the marks once, under the finding."""
    axes = sheet.axes(0.035, 0.845, 0.95, 0.04)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    entries = (
        (0.8, _star, say(readings.lang, "to_capital", capital=readings.capital)),
        (17, _ring, say(readings.lang, "nearest_cluster")),
        (38, _dot, say(readings.lang, "other_clusters")),
        (54, _whisker_sample, say(readings.lang, "range")),
    )
    for x, draw, text in entries:
        draw(axes, x, 0.0)
        sheet.write(axes, (x + 1.6, 0), text, size_pt=12, va="center")


def _star(axes: Axes, x: float, y: float) -> None:
    axes.plot([x], [y], "*", ms=19, color=CAPITAL_COLOUR, mec="white", mew=0.8, zorder=6)


def _ring(axes: Axes, x: float, y: float) -> None:
    axes.plot([x], [y], "o", ms=12, mfc="white", mec=BLUE, mew=3, zorder=5)


def _dot(axes: Axes, x: float, y: float) -> None:
    axes.plot([x], [y], "o", ms=8, color=_PALE, mec="white", mew=0.8, zorder=4)


def _whisker_sample(axes: Axes, x: float, y: float) -> None:
    axes.plot([x - 1.2, x + 1.0], [y, y], color=MUTED, lw=1.6, solid_capstyle="butt")


def _longest(readings: Readings) -> float:
    """Return the largest value that any panel shows."""
    values = [60.0]
    for mode in readings.modes:
        for from_id in readings.clusters:
            for to_id in (*readings.others(from_id), readings.capital_id):
                if trip := readings.trip(mode, from_id, to_id):
                    values += [v for v in (trip.minutes, trip.p90_min) if math.isfinite(v)]
    return max(values)


def _cluster_rows(mode: str, readings: Readings) -> list[_Row]:
    """Return a row for each cluster, the one with the capital relatively nearest on top."""
    rows = []
    for rank, from_id in enumerate(readings.clusters):
        nearest = readings.nearest(mode, from_id)
        trips = [_known(readings.trip(mode, from_id, each)) for each in readings.others(from_id)]
        known = [trip for trip in trips if trip]
        ring = next((trip for trip in known if trip.to_id == nearest), None)
        capital = _known(readings.trip(mode, from_id, readings.capital_id))
        beyond = sum(readings.ratio(mode, from_id, trip.to_id) > 1 for trip in known)
        remark = say(
            readings.lang, "row_count", capital=readings.capital, n=beyond, total=len(known)
        )
        margin = readings.to_capital(mode, from_id) - (ring.minutes if ring else math.nan)
        dots = tuple(trip for trip in known if trip != ring)
        row = _Row(readings.name(from_id), remark, beyond > 0, capital, ring, dots)
        rows.append((margin if math.isfinite(margin) else math.inf, rank, row))
    return [row for *_, row in sorted(rows, key=lambda each: each[:2])]


def _known(trip: Trip | None) -> Trip | None:
    """Return a trip that has minutes, or None."""
    return trip if trip and math.isfinite(trip.minutes) else None


def _lines(*words: str) -> str:
    return "\n".join(each for each in words if each)


def _statement_rows(mode: str, readings: Readings) -> list[_Row]:
    statement = readings.facts.statement
    if statement is None:
        return []
    return [
        _Row(
            readings.name(from_id),
            _lines(readings.comparison(mode, from_id, to_id), readings.share_words(mode, from_id)),
            readings.ratio(mode, from_id, to_id) > ABOUT_EVEN,
            _known(readings.trip(mode, from_id, readings.capital_id)),
            _known(readings.trip(mode, from_id, to_id)),
            (),
        )
        for from_id, to_id in statement.directions
    ]


# Shares of a panel's width that names and remarks take.
_NAMES: Final = 0.15
_REMARKS: Final = 0.26
_REMARK_PT: Final = 10.5


def _panel(sheet: Sheet, axes: Axes, rows: Sequence[_Row], readings: Readings) -> None:
    """Draw rows on a common scale of minutes, with names left and remarks right."""
    scale = math.ceil(_longest(readings) / _TICK_STEP_MIN) * _TICK_STEP_MIN
    total = scale / (1 - _NAMES - _REMARKS)
    share = axes.get_position().width
    low = axes.get_position().height / max(len(rows), 1) < _LOW_ROW
    axes.set_xlim(-total * _NAMES, total * (1 - _NAMES))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for tick in range(0, scale + 1, _TICK_STEP_MIN):
        axes.axvline(tick, color="#ECECEC", lw=1, zorder=0)
        # Rows that are low let their minutes hang below the last one.
        under = (tick, len(rows) - (0.2 if low else 0.5))
        sheet.write(axes, under, str(tick), size_pt=9, color=MUTED, ha="center", va="top")
    for y, row in enumerate(rows):
        axes.plot([0, scale], [y, y], color=_ROW_LINE, lw=0.8, zorder=1)
        room = share * (_NAMES - 0.01)
        lines = 2 if low else 3
        name, size = sheet.block(row.name, room, sizes=(14, 11, 9, 7), lines=lines, bold=True)
        sheet.write(axes, (-total * _NAMES, y), name, size_pt=size, bold=True, va="center")
        remark = sheet.wrap(
            row.remark, share * (_REMARKS - 0.02), size_pt=_REMARK_PT, bold=row.loud
        )
        at = (scale + total * 0.02, y)
        colour = CAPITAL_COLOUR if row.loud else INK
        sheet.write(axes, at, remark, size_pt=_REMARK_PT, bold=row.loud, color=colour, va="center")
        _marks(sheet, axes, y, row)
        _name_marks(sheet, axes, y, row, readings)


def _marks(sheet: Sheet, axes: Axes, y: float, row: _Row) -> None:
    if row.capital:
        _whisker(axes, y, row.capital, CAPITAL_COLOUR, lift=0.13)
        _star(axes, row.capital.minutes, y)
        at = (row.capital.minutes, y + 0.2)
        text = whole(row.capital.minutes)
        sheet.write(
            axes, at, text, size_pt=12, bold=True, color=CAPITAL_COLOUR, ha="center", va="top"
        )
    if row.ring:
        _whisker(axes, y, row.ring, BLUE, lift=-0.13)
        _ring(axes, row.ring.minutes, y)
    for trip in row.dots:
        _dot(axes, trip.minutes, y)


def _name_marks(sheet: Sheet, axes: Axes, y: float, row: _Row, readings: Readings) -> None:
    """Write name and minutes above the ring and the dots, side by side where they are close."""
    trips = [row.ring] if row.ring else []
    if len(row.dots) < _NAMED_DOTS:
        trips += row.dots
    labels = [f"{readings.name(trip.to_id)} {whole(trip.minutes)}" for trip in trips]
    low, high = axes.get_xlim()
    total = high - low
    unit = total / axes.get_position().width
    bold = [trip is row.ring for trip in trips]
    widths = [
        sheet.width(text, size_pt=11, bold=heavy) * unit
        for text, heavy in zip(labels, bold, strict=True)
    ]
    wanted = [trip.minutes for trip in trips]
    centres = spread(wanted, widths, gap=0.008 * unit, low=0, high=high - total * _REMARKS)
    for x, text, heavy in zip(centres, labels, bold, strict=True):
        colour = BLUE if heavy else MUTED
        at = (x, y - 0.2)
        sheet.write(axes, at, text, size_pt=11, bold=heavy, color=colour, ha="center", va="bottom")


def _whisker(axes: Axes, y: float, trip: Trip, colour: str, *, lift: float) -> None:
    if math.isfinite(trip.p10_min) and trip.p90_min > trip.p10_min:
        ends = [trip.p10_min, trip.p90_min]
        axes.plot(ends, [y + lift, y + lift], color=colour, lw=1.6, alpha=0.8, zorder=2)

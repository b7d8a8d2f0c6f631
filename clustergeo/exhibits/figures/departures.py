"""Minutes by departure: what leaving a little earlier or later does, trains as saw teeth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.labels import spread
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.figures.strips import axis
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR, MUTED
from clustergeo.times import Departures, TravelTimes

__all__ = ["departures"]

_GREEN: Final = "#007A59"
_STYLES: Final[tuple[tuple[str, tuple[float, ...]], ...]] = ((BLUE, ()), (_GREEN, (1.2, 1.0)))
_CAPITAL_DASH: Final = (4.0, 1.6)
_TICKS_MIN: Final = (30, 60, 120)
_COLUMNS: Final = 3
_MOST_PANELS: Final = 9
_LABELS: Final = 0.27
"""Share of the width of a panel that the names at the end of the lines take."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Minutes of one pair by departure: the median over the draws, and their spread."""

    from_id: str
    to_id: str
    middle: Floats
    low: Floats
    high: Floats

    @property
    def span(self) -> float:
        """Difference between the worst and the best departure; NaN without any."""
        known = self.middle[np.isfinite(self.middle)]
        return float(np.ptp(known)) if known.size else math.nan


def departures(  # noqa: PLR0913 - one keyword an input
    tables: StudyTables,
    *,
    samples: Mapping[str, TravelTimes],
    departures: Departures,
    facts: StudyFacts,
    pairs: Sequence[tuple[str, str]] | None = None,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw minutes by public transport against the departure, a panel an origin.

    A line is the median over the headway draws, the band around it their tenth and ninetieth
    percentile. Where few trains run the line is a saw: it falls to the minute before one leaves.

    Parameters
    ----------
    tables
        Places and times are needed.
    samples
        Travel times by mode with every sample; those by ``transit`` are drawn.
    departures
        The moments behind the samples.
    facts
        The capital point, the clusters, the statement, dates and credits.
    pairs
        Origins and destinations to draw; by default each cluster to the nearest other one and to
        the capital, and the pair of the statement both ways.
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
    asked = list(dict.fromkeys(pairs if pairs is not None else _default(readings)))
    lines = _lines(asked, samples.get("transit"), len(departures.seconds))
    panels: dict[str, list[_Line]] = {}
    for line in lines:
        panels.setdefault(line.from_id, []).append(line)
    finding = _finding(lines, readings)
    notes = [tell(written, "departures_band"), *_gaps(lines, readings)]
    with new_sheet(face, paper) as sheet:
        heads = titles(readings, "departures_title")
        low = frame(sheet, readings, heads[written == "en"], finding, *notes)
        _grid(sheet, low + 0.05, panels, departures, readings)
        return picture(sheet, "departures", heads, finding, written)


def _default(readings: Readings) -> list[tuple[str, str]]:
    """Return each cluster to its nearest and the capital, and the pair of the statement."""
    pairs = []
    for from_id in readings.clusters:
        nearest = readings.nearest("transit", from_id)
        pairs += [(from_id, nearest)] if nearest else []
        pairs.append((from_id, readings.capital_id))
    statement = readings.facts.statement
    for from_id, to_id in statement.directions if statement else ():
        pairs += [(from_id, to_id), (from_id, readings.capital_id)]
    return pairs


def _lines(pairs: Sequence[tuple[str, str]], found: TravelTimes | None, count: int) -> list[_Line]:
    lines = []
    for from_id, to_id in pairs:
        if found is None or from_id not in found.from_ids or to_id not in found.to_ids:
            continue
        samples = found.samples(from_id, to_id)
        if not count or len(samples) % count:
            continue
        # Samples stand by draw, then departure. One without a trip is endless.
        draws = np.where(np.isfinite(samples), samples, np.inf).reshape(-1, count)
        shares = np.quantile(draws, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf")
        low, middle, high = np.where(np.isfinite(shares), shares, np.nan)
        lines.append(_Line(from_id, to_id, middle, low, high))
    return lines


def _finding(lines: Sequence[_Line], readings: Readings) -> str:
    known = [line for line in lines if math.isfinite(line.span)]
    if not known:
        return tell(readings.lang, "departures_none")
    worst = max(known, key=lambda line: line.span)
    return tell(
        readings.lang, "departures_finding", origin=readings.name(worst.from_id),
        destination=readings.name(worst.to_id), low=whole(float(np.nanmin(worst.middle))),
        high=whole(float(np.nanmax(worst.middle))),
    )  # fmt: skip


def _gaps(lines: Sequence[_Line], readings: Readings) -> list[str]:
    """Return which pairs find a trip at a part of the departures only."""
    told = []
    for line in lines:
        share = float(np.isfinite(line.middle).mean())
        if share < 1:
            pair = f"{readings.name(line.from_id)} → {readings.name(line.to_id)}"
            values = {"name": pair, "share": f"{100 * share:.0f}"}
            told.append(
                tell(readings.lang, "departures_few", window=readings.facts.window, **values)
            )
    return told


def _grid(
    sheet: Sheet,
    bottom: float,
    panels: Mapping[str, Sequence[_Line]],
    moments: Departures,
    readings: Readings,
) -> None:
    shown = list(panels.items())[:_MOST_PANELS]
    if not shown:
        return
    columns = (
        len(shown) if len(shown) <= _COLUMNS else -(-len(shown) // -(-len(shown) // _COLUMNS))
    )
    rows = -(-len(shown) // columns)
    tops = [float(np.nanmax(each.high)) for _, own in shown for each in own if _known(each.high)]
    tops += [
        float(np.nanmax(each.middle)) for _, own in shown for each in own if _known(each.middle)
    ]
    tick = next((t for t in _TICKS_MIN if max(tops, default=60) / t <= 6), _TICKS_MIN[-1])  # noqa: PLR2004
    scale = math.ceil(max(tops, default=60) / tick + 0.05) * tick
    wide, high = 0.93 / columns, (0.87 - bottom) / rows
    for rank, (from_id, lines) in enumerate(shown):
        left = 0.035 + rank % columns * wide
        low = 0.87 - (rank // columns + 1) * high
        name, size = sheet.block(readings.name(from_id), wide - 0.02, sizes=(13, 11, 9), bold=True)
        corner = (left, low + high - 0.005)
        sheet.write(sheet.figure, corner, name, size_pt=size, bold=True, va="top")
        axes = sheet.axes(left + 0.028, low + 0.035, wide - 0.038, high - 0.085)
        _panel(sheet, axes, lines, moments, (scale, tick), readings)


def _known(values: Floats) -> bool:
    return bool(np.isfinite(values).any())


def _panel(
    sheet: Sheet,
    axes: Axes,
    lines: Sequence[_Line],
    moments: Departures,
    scale: tuple[int, int],
    readings: Readings,
) -> None:
    seconds = moments.seconds.astype(float)
    span = max(float(seconds[-1] - seconds[0]), 60.0)
    end = seconds[0] + span
    axes.set_xlim(seconds[0], seconds[0] + span / (1 - _LABELS))
    axes.set_ylim(0, scale[0])
    for minutes in range(0, scale[0] + 1, scale[1]):
        axes.plot([seconds[0], end], [minutes, minutes], color="#E4E4E4", lw=1, zorder=0)
        at = (seconds[0] - span * 0.015, minutes)
        sheet.write(axes, at, str(minutes), size_pt=9, color=MUTED, ha="right", va="center")
    for along, clock in axis(moments):
        x = seconds[0] + float(along) / 100 * (span + moments.step_min * 60)
        axes.plot([x, x], [0, scale[0] * 0.02], color=MUTED, lw=0.8)
        sheet.write(
            axes, (min(x, end), -scale[0] * 0.055), clock, size_pt=9, color=MUTED, ha="center",
            va="top",
        )  # fmt: skip
    others = [line for line in lines if line.to_id != readings.capital_id]
    looks = {id(line): _STYLES[rank % len(_STYLES)] for rank, line in enumerate(others)}
    ends, texts, colours = [], [], []
    for line in lines:
        colour, dash = looks.get(id(line), (CAPITAL_COLOUR, _CAPITAL_DASH))
        axes.fill_between(seconds, line.low, line.high, color=colour, alpha=0.16, lw=0, zorder=1)
        axes.plot(seconds, line.middle, color=colour, lw=2.0, ls=(0, dash or None), zorder=3)
        if _known(line.middle):
            ends.append(float(line.middle[np.flatnonzero(np.isfinite(line.middle))[-1]]))
            star = "★ " if line.to_id == readings.capital_id else ""
            name = f"{star}{readings.name(line.to_id)}"
            room = axes.get_position().width * (_LABELS - 0.02)
            texts.append(sheet.block(name, room, sizes=(10,), lines=2, bold=True)[0])
            colours.append(colour)
    line_high = scale[0] * 10 * 1.25 * sheet.scale / 72 / (
        axes.get_position().height * sheet.figure.get_figheight()
    )  # fmt: skip
    highs = [line_high * (text.count("\n") + 1) for text in texts]
    spots = spread(ends, highs, gap=0.0, low=0, high=scale[0])
    for y, text, colour in zip(spots, texts, colours, strict=True):
        spot = (end + span * 0.025, y)
        sheet.write(
            axes, spot, text, size_pt=10, bold=True, color=colour, va="center", linespacing=1.0
        )

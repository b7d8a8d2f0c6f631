"""Public transport against the car: how many times as long, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.ground import draw_ground, north_arrow, scale_bar
from clustergeo.exhibits.figures.labels import Label, Taken, write_labels
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import INK, MODE_CLASSES, MUTED, mode_class

__all__ = ["mode_ratio"]

_MOST_ROWS: Final = 20
_MOST_NUMBERS: Final = 10
_LAYERS: Final = ("land", "province", "motorway", "high_speed")
_NAMES: Final = 0.34
_WORDS: Final = 0.30
"""Shares of the width of the bars that names and numbers take."""


@dataclass(frozen=True, slots=True)
class _Pair:
    from_id: str
    to_id: str
    transit_min: float
    car_min: float

    @property
    def ratio(self) -> float:
        """Minutes by public transport over minutes by car; NaN where one is unknown."""
        return self.transit_min / self.car_min if self.car_min > 0 else math.nan


def mode_ratio(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw minutes by public transport over minutes by car: a bar a pair, and the pairs mapped.

    Bars are sorted, the greatest on top; hatched ones are trips to the capital.

    Parameters
    ----------
    tables
        Places and times of both modes are needed.
    facts
        The capital point, the clusters, dates and credits.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
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
    pairs = _pairs(readings)
    known = sorted(
        (pair for pair in pairs if math.isfinite(pair.ratio)), key=lambda pair: -pair.ratio
    )
    finding = _finding(known, readings)
    shown = known[:_MOST_ROWS]
    notes = []
    if len(shown) < len(known):
        notes.append(tell(written, "ratio_shown", n=len(shown), total=len(known)))
    if len(known) < len(pairs):
        notes.append(tell(written, "ratio_unknown", n=len(pairs) - len(known)))
    notes.append(tell(written, "ratio_map"))
    with new_sheet(face, paper) as sheet:
        heads = titles(readings, "ratio_title")
        low = frame(sheet, readings, heads[written == "en"], finding, *notes)
        bottom = low + 0.055
        _bars(sheet, sheet.axes(0.035, bottom, 0.52, 0.85 - bottom), shown, readings)
        _key(sheet, (0.58, low + 0.012, 0.385, 0.03))
        _map(sheet, (0.58, bottom, 0.385, 0.85 - bottom), known, basemap, readings)
        return picture(sheet, "mode_ratio", heads, finding, written)


def _pairs(readings: Readings) -> list[_Pair]:
    asked = [*readings.pairs(), *((each, readings.capital_id) for each in readings.clusters)]
    return [
        _Pair(a, b, readings.minutes("transit", a, b), readings.minutes("car", a, b))
        for a, b in asked
    ]


def _finding(known: Sequence[_Pair], readings: Readings) -> str:
    between = [pair.ratio for pair in known if pair.to_id != readings.capital_id]
    outward = [pair.ratio for pair in known if pair.to_id == readings.capital_id]
    if not between:
        return tell(readings.lang, "ratio_none")
    values = {"low": f"{min(between):.1f}", "high": f"{max(between):.1f}"}
    if not outward:
        return tell(readings.lang, "ratio_pairs", **values)
    return tell(
        readings.lang, "ratio_finding", near=f"{min(outward):.1f}", far=f"{max(outward):.1f}",
        capital=readings.capital, **values,
    )  # fmt: skip


def _bars(sheet: Sheet, axes: Axes, pairs: Sequence[_Pair], readings: Readings) -> None:
    longest = max((pair.ratio for pair in pairs), default=1.0)
    scale = max(1.0, math.ceil(longest * 2) / 2)
    total = scale / (1 - _NAMES - _WORDS)
    rows = max(len(pairs), 4)
    size = 11.0 if rows <= 16 else 9.0  # noqa: PLR2004 - more rows, smaller print
    axes.set_xlim(-total * _NAMES, total * (1 - _NAMES))
    axes.set_ylim(rows - 0.4, -0.6)
    step = 0.5 if scale <= 4 else math.ceil(scale / 8)  # noqa: PLR2004 - few ticks are enough
    for tick in range(int(scale / step) + 1):
        value = tick * step
        one = value == 1
        axes.axvline(
            value, color=INK if one else "#E4E4E4", lw=1.4 if one else 1, zorder=3 if one else 0
        )
        under = (value, rows - 0.4)
        sheet.write(
            axes, under, f"{value:g}", size_pt=9, bold=one, color=INK if one else MUTED,
            ha="center", va="top",
        )  # fmt: skip
    axis = (scale + total * 0.02, rows - 0.4)
    sheet.write(axes, axis, tell(readings.lang, "ratio_axis"), size_pt=9, color=MUTED, va="top")
    share = axes.get_position().width
    for y, pair in enumerate(pairs):
        style = mode_class(pair.ratio)
        outward = pair.to_id == readings.capital_id
        axes.add_patch(
            Rectangle(
                (0, y - 0.36), pair.ratio, 0.72, facecolor=style.fill if style else "white",
                edgecolor="white" if outward else INK, hatch="////" if outward else None,
                linewidth=0 if outward else 0.4, zorder=1,
            )
        )  # fmt: skip
        if outward:
            axes.add_patch(
                Rectangle((0, y - 0.36), pair.ratio, 0.72, fill=False, ec=INK, lw=0.4, zorder=2)
            )
        star = "★ " if outward else ""
        name = f"{readings.name(pair.from_id)} → {star}{readings.name(pair.to_id)}"
        width = share * (_NAMES - 0.015)
        name, fit = sheet.block(name, width, sizes=(size, 9, 8, 7))
        sheet.write(axes, (-total * 0.012, y), name, size_pt=fit, ha="right", va="center")
        words = tell(
            readings.lang, "ratio_row", ratio=f"{pair.ratio:.2f}", car=whole(pair.car_min),
            transit=whole(pair.transit_min),
        )  # fmt: skip
        sheet.write(
            axes, (pair.ratio + total * 0.015, y), words, size_pt=min(size, 10), va="center",
            zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _map(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    pairs: Sequence[_Pair],
    basemap: gpd.GeoDataFrame,
    readings: Readings,
) -> None:
    """Draw the pairs of clusters, the class of each by colour and width."""
    at = readings.positions()
    points = [at[each] for each in readings.clusters]
    axes = draw_ground(sheet, rect, basemap, points, margin=0.2, layers=_LAYERS, quiet=True)
    taken = Taken()
    north_arrow(sheet, axes, taken)
    scale_bar(sheet, axes, taken)
    taken.add_marks(axes, [(lon, lat) for lat, lon in points], 7)
    labels = []
    for (one, other), ratio in _both_ways(pairs, readings).items():
        style = mode_class(ratio)
        line = np.linspace(at[one], at[other], 41)[:, ::-1]
        if style is not None:
            axes.plot(*line.T, color=INK, lw=style.width_pt + 1.2, zorder=3)
            axes.plot(*line.T, color=style.fill, lw=style.width_pt, zorder=4)
        taken.add_line(axes, line)
        middle = float(line[20][0]), float(line[20][1])
        labels.append(Label(at=middle, text=f"{ratio:.1f}", size_pt=11, bold=True, room_pt=3))
    axes.plot(
        [lon for _, lon in points], [lat for lat, _ in points], "o", ms=11, color=INK, mec="white",
        mew=1.4, zorder=6,
    )  # fmt: skip
    names = [
        Label(at=(lon, lat), text=readings.name(each), size_pt=13, bold=True, room_pt=7)
        for each, (lat, lon) in zip(readings.clusters, points, strict=True)
    ]
    # With many pairs the bars alone carry the numbers.
    numbers = labels if len(labels) <= _MOST_NUMBERS else []
    write_labels(sheet, axes, [*names, *numbers], taken)


def _both_ways(pairs: Sequence[_Pair], readings: Readings) -> dict[tuple[str, str], float]:
    """Return the mean ratio of both directions by pair of clusters."""
    by_pair: dict[tuple[str, str], list[float]] = {}
    rank = {place_id: number for number, place_id in enumerate(readings.clusters)}
    for pair in pairs:
        if pair.to_id in rank:
            one, other = sorted((pair.from_id, pair.to_id), key=rank.__getitem__)
            by_pair.setdefault((one, other), []).append(pair.ratio)
    return {pair: sum(ratios) / len(ratios) for pair, ratios in sorted(by_pair.items())}


def _key(sheet: Sheet, rect: tuple[float, float, float, float]) -> None:
    """Draw the classes: bound, colour and width."""
    axes = sheet.axes(*rect)
    axes.set_xlim(0, len(MODE_CLASSES))
    axes.set_ylim(-1, 1)
    below = 0.0
    for x, each in enumerate(MODE_CLASSES):
        axes.plot([x + 0.02, x + 0.3], [0, 0], color=each.fill, lw=each.width_pt)
        if below == 0:
            span = f"≤ {each.upper:.1f}"
        elif math.isfinite(each.upper):
            span = f"{below:.1f}-{each.upper:.1f}"
        else:
            span = f"> {below:.1f}"
        sheet.write(axes, (x + 0.36, 0), span, size_pt=9.5, va="center")
        below = each.upper

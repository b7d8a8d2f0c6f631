"""The rows of ranked links: bars of minutes, cost of a minute, rank and its range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from clustergeo.exhibits._links import Link
from clustergeo.exhibits._readings import whole
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.figures.sheet import Sheet
from clustergeo.exhibits.minute_classes import LOST_COLOUR, SAVED_COLOUR
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["COLUMNS", "FOUND_PALE", "LEFT", "Scales", "draw_rows", "draw_ticks"]

LEFT: Final = 0.035
COLUMNS: Final = ((0.33, 0.27), (0.655, 0.145), (0.845, 0.12))
"""Left edge and width of the axes of minutes, of cost and of rank."""

FOUND_PALE: Final = "#DCEBF5"
_MOST_TICKS: Final = 12
_ROOMY: Final = 0.038
"""Height of a row, as a share of the sheet, from which its print is larger."""


class Scales:
    """Ends of the axes of minutes, of cost (powers of ten) and of rank."""

    __slots__ = ("cost", "minutes", "rank")

    def __init__(self, links: Sequence[Link]) -> None:
        saved = [link.saved_min for link in links] or [1.0]
        costs = [link.krw_bn_per_min for link in links if link.krw_bn_per_min > 0] or [1.0, 10.0]
        ranks = [v for link in links for v in (link.rank, link.rank_max) if math.isfinite(v)]
        self.minutes = (min(0.0, *saved, 0.0), max(1.0, *saved, 1.0))
        low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))
        self.cost = (10.0**low, 10.0 ** max(high, low + 1))
        self.rank = (1.0, max([*ranks, 2.0]))


def _axes(sheet: Sheet, column: int, bottom: float, high: float, scales: Scales) -> Axes:
    left, width = COLUMNS[column]
    axes = sheet.axes(left, bottom, width, high)
    if column == 0:
        low, most = scales.minutes
        span = most - low
        axes.set_xlim(low - (0.12 * span if low < 0 else 0), most + 0.14 * span)
    elif column == 1:
        axes.set_xscale("log")
        axes.minorticks_off()
        low, most = scales.cost
        axes.set_xlim(low * 0.8, most * (most / low) ** 0.25)
    else:
        room = 0.08 * (scales.rank[1] - scales.rank[0]) + 0.3
        axes.set_xlim(scales.rank[0] - room, scales.rank[1] + room)
    axes.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
    return axes


def draw_rows(
    sheet: Sheet,
    links: Sequence[Link],
    scales: Scales,
    at: tuple[float, float],
    lang: Language,
) -> None:
    """Draw the rows of one mode below each other."""
    top, high = at
    size = 11.0 if high > _ROOMY else 9.5
    three = [
        _axes(sheet, column, top - high * len(links), high * len(links), scales)
        for column in range(3)
    ]
    for axes in three:
        axes.set_ylim(len(links) - 0.5, -0.5)
    three[0].axvline(0, color=INK, lw=1)
    for tick in _rank_ticks(scales):
        three[2].axvline(tick, color="#ECECEC", lw=1, zorder=0)
    for x in _cost_ticks(scales):
        three[1].axvline(x, color="#ECECEC", lw=1, zorder=0)
    width = COLUMNS[0][0] - LEFT - 0.012
    for y, link in enumerate(links):
        name = _two_lines(sheet, link.name, width, size)
        spot = (LEFT, top - high * (y + 0.5))
        sheet.write(
            sheet.figure, spot, name, size_pt=size, bold=link.planned, va="center", linespacing=1.0
        )
        _bar(sheet, three[0], y, link, size, scales)
        _cost(sheet, three[1], y, link, size, lang)
        _rank(sheet, three[2], y, link, size)


def _two_lines(sheet: Sheet, name: str, width: float, size: float) -> str:
    """Return a name on one line, or on two where it is long; the rest of it as dots."""
    first, *others = sheet.wrap(name, width, size_pt=size, bold=True).split("\n")
    second = f"{others[0]} ..." if len(others) > 1 else "".join(others)
    return f"{first}\n{second}" if second else first


def _bar(sheet: Sheet, axes: Axes, y: float, link: Link, size: float, scales: Scales) -> None:
    colour = SAVED_COLOUR if link.saved_min > 0 else LOST_COLOUR
    if link.planned:
        axes.barh(y, link.saved_min, height=0.6, color=colour, zorder=2)
    else:
        axes.barh(
            y, link.saved_min, height=0.6, facecolor=FOUND_PALE, edgecolor=colour,
            hatch="////", lw=1.2, zorder=2,
        )  # fmt: skip
    span = scales.minutes[1] - scales.minutes[0]
    side = 1 if link.saved_min > 0 else -1
    text = f"{abs(link.saved_min):.1f}" if side > 0 else f"-{abs(link.saved_min):.1f}"
    if not link.verified:
        text += " *"
    ha = "left" if side > 0 else "right"
    spot = (link.saved_min + side * 0.015 * span, y)
    sheet.write(axes, spot, text, size_pt=size, bold=True, color=colour, va="center", ha=ha)


def _cost(sheet: Sheet, axes: Axes, y: float, link: Link, size: float, lang: Language) -> None:
    value = link.krw_bn_per_min
    if not value > 0:
        key = "no_cost" if math.isnan(link.cost_krw_bn) else "saves_nothing"
        spot = (0.0, y)
        transform = axes.get_yaxis_transform()
        sheet.write(
            axes, spot, tell(lang, key), size_pt=size - 1, color=MUTED, va="center",
            transform=transform,
        )  # fmt: skip
        return
    face = INK if link.planned else "white"
    axes.plot([value], [y], "D", ms=6, mfc=face, mec=INK, mew=1.2, zorder=3)
    low, high = axes.get_xlim()
    text = whole(10 * value if lang == "ko" else value)
    right = math.log(value / low) < 0.6 * math.log(high / low)
    spot = (value * (high / low) ** (0.05 if right else -0.05), y)
    sheet.write(axes, spot, text, size_pt=size - 1, va="center", ha="left" if right else "right")


def _rank(sheet: Sheet, axes: Axes, y: float, link: Link, size: float) -> None:
    if not math.isfinite(link.rank):
        return
    if link.rank_max > link.rank_min:
        ends = [link.rank_min, link.rank_max]
        axes.plot(ends, [y, y], color=MUTED, lw=2, zorder=2, solid_capstyle="butt")
        for end in ends:
            axes.plot([end, end], [y - 0.2, y + 0.2], color=MUTED, lw=2, zorder=2)
    face = SAVED_COLOUR if link.planned else "white"
    axes.plot([link.rank], [y], "o", ms=1.45 * size, mfc=face, mec=SAVED_COLOUR, mew=1.5, zorder=3)
    sheet.write(
        axes, (link.rank, y), f"{link.rank:g}", size_pt=size - 2, bold=True,
        color="white" if link.planned else INK, va="center_baseline", ha="center", zorder=4,
    )  # fmt: skip


def _cost_ticks(scales: Scales) -> list[float]:
    low, high = (round(math.log10(each)) for each in scales.cost)
    return [10.0**power for power in range(low, high + 1)]


def _rank_ticks(scales: Scales) -> list[int]:
    last = int(scales.rank[1])
    return list(range(1, last + 1, 1 if last <= _MOST_TICKS else 5))


def draw_ticks(sheet: Sheet, scales: Scales, bottom: float, lang: Language) -> None:
    """Write the powers of ten of the cost under its column."""
    axes = _axes(sheet, 1, bottom, 0.001, scales)
    unit = 10 if lang == "ko" else 1
    for tick in _cost_ticks(scales):
        text = f"{tick * unit:,.10g}"
        sheet.write(axes, (tick, 0), text, size_pt=9, color=MUTED, ha="center", va="top")

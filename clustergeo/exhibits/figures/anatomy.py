"""Anatomy bars: where the minutes of trips by public transport go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clustergeo.exhibits._readings import ANATOMY, Readings, Trip, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import INK, MUTED, PART_STYLES

__all__ = ["anatomy"]

_MOST_ROWS: Final = 20
_NAMES: Final = 0.2
_TOTALS: Final = 0.09
"""Shares of the width that names and totals take."""

_TICK_MIN: Final = 30
_TEXT_ON: Final = {"ride": "#FFFFFF"}


def anatomy(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw the parts of each trip by public transport: access, wait, ride, changes, egress.

    The parts are those of the median trip; a triangle is the whole trip by car. Trips to the
    capital stand below the trips between clusters, each group with the longest on top.

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
    between = _known(readings, readings.pairs())
    outward = _known(readings, [(each, readings.capital_id) for each in readings.clusters])
    finding = _finding(between or outward, readings)
    room = max(0, _MOST_ROWS - min(len(outward), _MOST_ROWS // 2))
    shown = [*between[:room], *outward[: _MOST_ROWS // 2]]
    total = len(between) + len(outward)
    note = ""
    if len(shown) < total:
        note = tell(written, "anatomy_shown", n=len(shown), total=total)
    with new_sheet(face, paper) as sheet:
        heads = titles(readings, "anatomy_title")
        low = frame(sheet, readings, heads[written == "en"], finding, note)
        _key(sheet, readings)
        _bars(sheet, sheet.axes(0.035, low + 0.045, 0.93, 0.795 - low), shown, readings)
        return picture(sheet, "anatomy", heads, finding, written)


def _known(readings: Readings, pairs: Sequence[tuple[str, str]]) -> list[Trip]:
    """Return the trips by public transport whose parts are known, the longest first."""
    trips = [readings.trip("transit", a, b) for a, b in pairs]
    known = [trip for trip in trips if trip and math.isfinite(trip.minutes) and _sum(trip) > 0]
    return sorted(known, key=lambda trip: -trip.minutes)


def _parts(trip: Trip) -> list[float]:
    return [part if math.isfinite(part) else 0.0 for part in trip.anatomy]


def _sum(trip: Trip) -> float:
    return sum(_parts(trip))


def _finding(trips: Sequence[Trip], readings: Readings) -> str:
    total = sum(_sum(trip) for trip in trips)
    if total <= 0:
        return tell(readings.lang, "anatomy_none")
    sums = [sum(column) for column in zip(*(_parts(trip) for trip in trips), strict=True)]
    shares = dict(zip(ANATOMY, (whole(100 * each / total) for each in sums), strict=True))
    return tell(readings.lang, "anatomy_finding", **shares)


def _bars(sheet: Sheet, axes: Axes, trips: Sequence[Trip], readings: Readings) -> None:
    cars = [readings.minutes("car", trip.from_id, trip.to_id) for trip in trips]
    longest = max([60.0, *(_sum(trip) for trip in trips), *(c for c in cars if math.isfinite(c))])
    scale = math.ceil(longest / _TICK_MIN) * _TICK_MIN
    whole_wide = scale / (1 - _NAMES - _TOTALS)
    rows = max(len(trips), 4)
    size = 11.0 if rows <= 16 else 9.0  # noqa: PLR2004 - more rows, smaller print
    axes.set_xlim(-whole_wide * _NAMES, whole_wide * (1 - _NAMES))
    axes.set_ylim(rows - 0.4, -0.6)
    share = axes.get_position().width
    unit = share / whole_wide
    for tick in range(0, scale + 1, _TICK_MIN):
        axes.axvline(tick, color="#E4E4E4", lw=1, zorder=0)
        text = say(readings.lang, "minutes", value=tick)
        under = (tick, rows - 0.4)
        sheet.write(axes, under, text, size_pt=9, color=MUTED, ha="center", va="top")
    for y, (trip, car) in enumerate(zip(trips, cars, strict=True)):
        outward = trip.to_id == readings.capital_id
        star = "★ " if outward else ""
        name = f"{readings.name(trip.from_id)} → {star}{readings.name(trip.to_id)}"
        wide = share * (_NAMES - 0.01)
        name, fit = sheet.block(name, wide, sizes=(size, 9, 8, 7), bold=outward)
        at = (-whole_wide * 0.008, y)
        sheet.write(axes, at, name, size_pt=fit, bold=outward, ha="right", va="center")
        x = 0.0
        for part, minutes in zip(ANATOMY, _parts(trip), strict=True):
            colour, hatch = PART_STYLES[part]
            axes.add_patch(
                Rectangle((x, y - 0.36), minutes, 0.72, facecolor=colour, edgecolor="white",
                          hatch=hatch or None, lw=0)
            )  # fmt: skip
            label = whole(minutes)
            if minutes * unit > sheet.width(label, size_pt=size) + 0.006:
                ground = {"facecolor": colour, "edgecolor": "none", "pad": 1.2} if hatch else None
                sheet.write(
                    axes, (x + minutes / 2, y), label, size_pt=size, ha="center", va="center",
                    color=_TEXT_ON.get(part, INK), bbox=ground,
                )  # fmt: skip
            x += minutes
        axes.add_patch(Rectangle((0, y - 0.36), x, 0.72, fill=False, ec=INK, lw=0.5))
        if math.isfinite(car):
            axes.plot([car], [y + 0.40], "^", ms=8, color=INK, mec="white", mew=0.8, zorder=5)
        total = say(readings.lang, "minutes", value=whole(trip.minutes))
        at = (x + whole_wide * 0.008, y)
        sheet.write(axes, at, total, size_pt=size, bold=True, va="center")


def _key(sheet: Sheet, readings: Readings) -> None:
    """Name the parts, in the order of the bars, above them."""
    axes = sheet.axes(0.035, 0.85, 0.93, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    x = 0.0
    for part in ANATOMY:
        colour, hatch = PART_STYLES[part]
        axes.add_patch(
            Rectangle((x, -0.7), 2.6, 1.4, facecolor=colour, edgecolor="white", lw=0,
                      hatch=hatch or None)
        )  # fmt: skip
        axes.add_patch(Rectangle((x, -0.7), 2.6, 1.4, fill=False, ec=INK, lw=0.5))
        text = tell(readings.lang, f"part_{part}")
        sheet.write(axes, (x + 3.4, 0), text, size_pt=11, va="center")
        x += 6 + sheet.width(text, size_pt=11) * 100 / 0.93
    axes.plot([x + 0.8], [0], "^", ms=8, color=INK, mec="white", mew=0.8)
    sheet.write(axes, (x + 2.2, 0), tell(readings.lang, "part_car"), size_pt=11, va="center")

"""The map of time: places as far apart as they are in minutes, the worst error printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._embedding import Embedding, embed
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.labels import Label, Taken, write_labels
from clustergeo.exhibits.figures.location import crow_fly_km
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR, MUTED, TIME_CLASSES

__all__ = ["time_space"]

_CAPITAL_WEIGHT: Final = 20
"""Pairs with the capital weigh so much more: rings around it are drawn, and read."""

_LEAST_POINTS: Final = 3
_GREY: Final = "#8C8C8C"


@dataclass(frozen=True, slots=True, eq=False)
class _Space:
    """One mode: the ids of its points, the capital first, and where they lie."""

    mode: str
    ids: tuple[str, ...]
    found: Embedding


def time_space(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw clusters and capital as far apart as they are in minutes, a picture a mode.

    Distances on it are as near to the minutes, both directions averaged, as a plane allows; trips
    to the capital weigh twenty times the others. The capital is held fixed and the whole turned to
    fit the map; grey rings are the places on the map at the mean speed. The worst error is
    printed.

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
    spaces = [space for mode in readings.modes if (space := _space(mode, readings))]
    finding = _finding(spaces, readings)
    with new_sheet(face, paper) as sheet:
        heads = titles(readings, "space_title")
        note = tell(written, "space_note", capital=readings.capital)
        low = frame(sheet, readings, heads[written == "en"], finding, note)
        _key(sheet, readings, low + 0.012)
        bottom = low + 0.055
        wide = 0.93 if len(spaces) < 2 else 0.455  # noqa: PLR2004 - two pictures a sheet
        for column, space in enumerate(spaces):
            left = 0.035 + column * 0.475
            sheet.write(
                sheet.figure, (left, 0.838), say(written, space.mode), size_pt=14, bold=True,
                va="bottom",
            )  # fmt: skip
            rect = (left, bottom + 0.035, wide, 0.83 - bottom - 0.035)
            _picture(sheet, rect, space, _reach(spaces), readings)
            at = (left, bottom + 0.028)
            words = sheet.wrap(_error(space, readings), wide, size_pt=10.5, bold=True)
            sheet.write(sheet.figure, at, words, size_pt=10.5, bold=True, va="top")
        return picture(sheet, "time_space", heads, finding, written)


def _space(mode: str, readings: Readings) -> _Space | None:
    """Return the places of a mode in minutes; None where too few times are known."""
    ids = (readings.capital_id, *readings.clusters)
    both = np.full((len(ids), len(ids)), math.nan)
    for a, one in enumerate(ids):
        for b, other in enumerate(ids):
            if a != b:
                both[a, b] = readings.minutes(mode, one, other)
    # Mean of both directions, or the one that is known.
    ways = np.stack([both, both.T])
    seen = np.isfinite(ways)
    count = seen.sum(axis=0)
    minutes = np.where(
        count > 0, np.where(seen, ways, 0).sum(axis=0) / np.maximum(count, 1), np.nan
    )
    linked = [rank for rank in range(len(ids)) if np.isfinite(minutes[rank]).any()]
    if len(linked) < _LEAST_POINTS or 0 not in linked:
        return None
    at = readings.positions()
    squeeze = math.cos(math.radians(at[readings.capital_id][0]))
    places = np.array([(at[ids[each]][1] * squeeze, at[ids[each]][0]) for each in linked])
    known = minutes[np.ix_(linked, linked)]
    found = embed(known, places, anchor=0, weight=_CAPITAL_WEIGHT)
    return _Space(mode, tuple(ids[each] for each in linked), found)


def _finding(spaces: Sequence[_Space], readings: Readings) -> str:
    if not spaces:
        return tell(readings.lang, "space_none")
    at, parts = readings.positions(), []
    outward = [(each, readings.capital_id) for each in readings.clusters]
    for space in spaces:
        means = []
        for pairs in (readings.pairs(), outward):
            known = [
                (minutes, crow_fly_km(at[a], at[b]))
                for a, b in pairs
                if math.isfinite(minutes := readings.minutes(space.mode, a, b))
            ]
            km = sum(each[1] for each in known)
            means.append(10 * sum(each[0] for each in known) / km if km > 0 else math.nan)
        parts.append(
            tell(
                readings.lang,
                "space_part",
                mode=say(readings.lang, space.mode),
                capital=readings.capital,
                between=whole(means[0]),
                outward=whole(means[1]),
            )
        )
    return tell(readings.lang, "space_finding", parts="; ".join(parts))


def _error(space: _Space, readings: Readings) -> str:
    """Return the worst error, of which pair, and the worst to the capital."""
    errors = np.abs(np.triu(np.nan_to_num(space.found.errors)))
    one, other = np.unravel_index(int(errors.argmax()), errors.shape)
    return tell(
        readings.lang,
        "space_error",
        worst=f"{errors.max():.1f}",
        pair=f"{readings.name(space.ids[one])} - {readings.name(space.ids[other])}",
        capital=readings.capital,
        capital_worst=f"{errors[0].max():.1f}",
        stress=f"{space.found.stress:.3f}",
    )


def _reach(spaces: Sequence[_Space]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all pictures, so that they have one scale."""
    points = np.concatenate(
        [part for each in spaces for part in (each.found.at, each.found.start)]
    )
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _picture(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    space: _Space,
    reach: tuple[float, float, float, float],
    readings: Readings,
) -> None:
    axes = sheet.axes(*rect)
    wide, high = sheet.figure.get_size_inches()
    aspect = rect[2] * wide / (rect[3] * high)
    west, south, east, north = reach
    tall = max(north - south, (east - west) / aspect, 1.0) * 1.34
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - tall * aspect / 2, x + tall * aspect / 2)
    axes.set_ylim(y - tall / 2, y + tall / 2)
    axes.set_facecolor("#FBFBFB")
    for side in axes.spines.values():
        side.set(visible=True, color="#C9C9C9", linewidth=0.8)
    taken = Taken()
    _rings(sheet, axes, taken, readings)
    found, start = space.found.at, space.found.start
    for rank in range(1, len(space.ids)):
        line = np.linspace(start[rank], found[rank], 21)
        taken.add_line(axes, line)
        axes.plot(*start[rank], "o", ms=9, mfc="white", mec=_GREY, mew=1.6, zorder=4)
        axes.annotate(
            "", xy=tuple(found[rank]), xytext=tuple(start[rank]), zorder=4,
            arrowprops={"arrowstyle": "-|>", "color": _GREY, "lw": 1.4, "shrinkA": 6,
                        "shrinkB": 7},
        )  # fmt: skip
        axes.plot(*found[rank], "o", ms=13, color=BLUE, mec="white", mew=1.4, zorder=6)
    axes.plot([0], [0], "*", ms=20, color=CAPITAL_COLOUR, mec="white", mew=0.8, zorder=6)
    taken.add_marks(axes, [tuple(point) for point in found], 8)
    taken.add_marks(axes, [tuple(point) for point in start[1:]], 6)
    labels = [
        Label(
            at=(float(found[rank][0]), float(found[rank][1])), text=readings.name(place_id),
            size_pt=13, bold=True, colour=CAPITAL_COLOUR if rank == 0 else "#1b1b1b", room_pt=8,
        )
        for rank, place_id in enumerate(space.ids)
    ]  # fmt: skip
    write_labels(sheet, axes, labels, taken)


def _rings(sheet: Sheet, axes: Axes, taken: Taken, readings: Readings) -> None:
    """Draw rings of equal minutes around the capital, each told where it is in the frame."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for minutes in TIME_CLASSES:
        axes.add_patch(Circle((0, 0), minutes, fill=False, ec="#CBCBCB", lw=1, zorder=1))
        turns = np.radians(np.arange(0, 360, 3))
        ring = minutes * np.column_stack([np.cos(turns), np.sin(turns)])
        edge = 0.06 * (north - south)
        inside = (
            (ring[:, 0] > west + edge) & (ring[:, 0] < east - edge)
            & (ring[:, 1] > south + edge) & (ring[:, 1] < north - edge)
        )  # fmt: skip
        if inside.any():
            spot = ring[np.flatnonzero(inside)[np.argmin(ring[inside, 0])]]
            text = sheet.write(
                axes, (float(spot[0]), float(spot[1])),
                tell(readings.lang, "panels_class", minutes=minutes), size_pt=9, color=MUTED,
                ha="center", va="center", zorder=2,
                bbox={"facecolor": "#FBFBFB", "edgecolor": "none", "pad": 1},
            )  # fmt: skip
            taken.add_box(sheet, sheet.box(text))


def _key(sheet: Sheet, readings: Readings, bottom: float) -> None:
    axes = sheet.axes(0.035, bottom, 0.93, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    marks = (
        ("o", BLUE, "white", 12, tell(readings.lang, "space_time")),
        ("o", "white", _GREY, 9, tell(readings.lang, "space_geo")),
        ("*", CAPITAL_COLOUR, "white", 15, readings.capital),
        ("", "#CBCBCB", "", 0, tell(readings.lang, "space_ring", capital=readings.capital,
                                    minutes="/".join(map(str, TIME_CLASSES)))),
    )  # fmt: skip
    x = 0.8
    for marker, colour, edge, size, text in marks:
        if marker:
            axes.plot([x], [0], marker, ms=size, color=colour, mec=edge, mew=1.4)
        else:
            axes.plot([x - 0.8, x + 1.0], [0, 0], color=colour, lw=1.4)
        sheet.write(axes, (x + 1.6, 0), text, size_pt=11, va="center")
        x += 4.6 + sheet.width(text, size_pt=11) * 100 / 0.93

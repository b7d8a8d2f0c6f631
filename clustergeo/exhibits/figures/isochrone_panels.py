"""Isochrones as small multiples: one cluster a map, the same classes and frame on all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits._readings import Readings, number, records, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.ground import draw_ground, fill_areas, north_arrow, scale_bar
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import CAPITAL_COLOUR, INK, TIME_CLASSES

__all__ = ["isochrone_panels"]

_TOLD_MIN: Final = 60
_LAYERS: Final = ("land", "province")
_MOST_COLUMNS: Final = 5
_EDGE: Final = "#081D58"
_GRAIN: Final = 1000
"""Steps of a map's height that an outline keeps: finer than print, a fraction of the points."""

_FRAMED: Final = 0.9
"""Share of the area within an hour that the frame of a row holds; the largest pieces first."""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """What is reached within some minutes."""

    shape: BaseGeometry
    km2: float
    status: str


Areas = Mapping[tuple[str, str], Mapping[int, Area]]


def isochrone_panels(  # noqa: PLR0913 - one keyword an input
    tables: StudyTables,
    *,
    isochrones: gpd.GeoDataFrame,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw what each cluster reaches within 30, 60, 90 and 120 minutes, a row a mode.

    Parameters
    ----------
    tables
        Places are needed; times for the evidence alone.
    isochrones
        Contract ``schemas.reach.ISOCHRONES`` with areas in longitude and latitude; other minutes
        than those of the classes are not drawn.
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
    areas = _areas(isochrones)
    modes = [mode for mode in ("transit", "car") if any(mode == each for each, _ in areas)]
    finding = _finding(areas, modes, readings)
    classes = "/".join(map(str, TIME_CLASSES))
    with new_sheet(face, paper) as sheet:
        at = readings.positions()
        lat = sum(at[each][0] for each in readings.clusters) / max(len(readings.clusters), 1)
        scale = tell(written, "scale", lat=f"{lat:.1f}")
        if len(modes) > 1:
            scale = f"{scale}, {tell(written, 'panels_scale')}"
        heads = titles(readings, "panels_title", classes=classes)
        low = frame(sheet, readings, heads[written == "en"], finding, scale)
        _key(sheet, readings, low + 0.012)
        _grid(
            sheet, (0.035, low + 0.055, 0.93, 0.845 - low - 0.055), modes, areas, basemap, readings
        )
        return picture(sheet, "isochrone_panels", heads, finding, written)


def _areas(isochrones: gpd.GeoDataFrame) -> Areas:
    """Return the areas by mode and place, then minutes."""
    areas: dict[tuple[str, str], dict[int, Area]] = {}
    for row, shape in zip(records(isochrones), isochrones.geometry, strict=True):
        minutes = number(row["minutes"])
        if minutes in TIME_CLASSES:
            key = (str(row["mode"]), str(row["place_id"]))
            area = Area(shape, number(row["area_km2"]), str(row["status"]))
            areas.setdefault(key, {})[int(minutes)] = area
    return areas


def _finding(areas: Areas, modes: Sequence[str], readings: Readings) -> str:
    parts = []
    for mode in modes:
        sizes = []
        for rank, place_id in enumerate(readings.clusters):
            area = areas.get((mode, place_id), {}).get(_TOLD_MIN)
            if area and area.status == "ok":
                sizes.append((area.km2, rank, readings.name(place_id)))
        if sizes:
            (low, _, least), (high, _, most) = min(sizes), max(sizes)
            values: dict[str, object] = {"mode": say(readings.lang, mode), "high": whole(high)}
            values |= {"least": least, "most": most, "low": whole(low)}
            key = "panels_part" if len(sizes) > 1 else "panels_one"
            parts.append(tell(readings.lang, key, **values))
    if not parts:
        return tell(readings.lang, "panels_none", minutes=_TOLD_MIN)
    return tell(readings.lang, "panels_finding", minutes=_TOLD_MIN, parts=", ".join(parts))


def _grid(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    modes: Sequence[str],
    areas: Areas,
    basemap: gpd.GeoDataFrame,
    readings: Readings,
) -> None:
    """Draw rows of maps: a mode after the other, clusters in their order."""
    clusters = readings.clusters
    columns = max(1, min(len(clusters), _MOST_COLUMNS))
    lines = [
        (mode, clusters[start : start + columns])
        for mode in modes
        for start in range(0, len(clusters), columns)
    ]
    if not lines:
        return
    left, bottom, wide, high = rect
    mode_wide, gap, head = 0.035, 0.008, 0.036
    cell_wide = (wide - mode_wide) / columns
    cell_high = high / len(lines)
    frames = {mode: _framed(mode, areas, readings) for mode in modes}
    for row, (mode, own) in enumerate(lines):
        top = bottom + high - row * cell_high
        sheet.write(
            sheet.figure, (left + 0.008, top - cell_high / 2), say(readings.lang, mode),
            size_pt=13 if len(lines) <= len(modes) else 9, bold=True, rotation=90, ha="center",
            va="center",
        )  # fmt: skip
        for column, place_id in enumerate(own):
            x = left + mode_wide + column * cell_wide
            box = (x, top - cell_high + gap, cell_wide - gap, cell_high - head - gap)
            axes = draw_ground(
                sheet, box, basemap, frames[mode], margin=0.06, layers=_LAYERS, quiet=True
            )
            _panel(sheet, axes, (mode, place_id), areas.get((mode, place_id), {}), readings)
            if column == 0:
                scale_bar(sheet, axes, size_pt=8)
            if row == column == 0:
                north_arrow(sheet, axes)


def _framed(mode: str, areas: Areas, readings: Readings) -> list[tuple[float, float]]:
    """Return points as (lat, lon) that maps of a mode must hold: clusters, most of the hour."""
    at = readings.positions()
    points = [at[each] for each in readings.clusters]
    pieces = [
        part
        for place_id in readings.clusters
        if (area := areas.get((mode, place_id), {}).get(_TOLD_MIN))
        for part in shapely.get_parts(area.shape)
    ]
    left = _FRAMED * sum(part.area for part in pieces)
    for part in sorted(pieces, key=lambda each: -each.area):
        if left <= 0:
            break
        left -= part.area
        west, south, east, north = part.bounds
        points += [(south, west), (north, east)]
    return points


def _panel(
    sheet: Sheet,
    axes: Axes,
    key: tuple[str, str],
    own: Mapping[int, Area],
    readings: Readings,
) -> None:
    at = readings.positions()
    capital, place = at[readings.capital_id], at[key[1]]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for minutes in sorted(own, reverse=True):
        seen = shapely.clip_by_rect(own[minutes].shape, west, south, east, north)
        seen = shapely.simplify(seen, (north - south) / _GRAIN)
        fill_areas(
            axes, seen, TIME_CLASSES[minutes], edge=_EDGE, width_pt=0.3,
            zorder=1 + 1 / minutes,
        )  # fmt: skip
    if west < capital[1] < east and south < capital[0] < north:
        axes.plot(
            [capital[1]], [capital[0]], "*", ms=13, color=CAPITAL_COLOUR, mec="white", mew=0.8,
            zorder=6,
        )  # fmt: skip
    axes.plot([place[1]], [place[0]], "o", ms=7, color="white", mec=INK, mew=1.8, zorder=6)
    frame_at = axes.get_position()
    top = frame_at.y1 + 0.006
    name, large = sheet.block(
        readings.name(key[1]), 0.45 * frame_at.width, sizes=(11.5, 9.5, 8), bold=True
    )
    sheet.write(sheet.figure, (frame_at.x0, top), name, size_pt=large, bold=True, va="bottom")
    words = f"{_told(own.get(_TOLD_MIN), readings)} · ★ {_capital_class(own, capital)}"
    room = frame_at.width - sheet.width(name, size_pt=large, bold=True) - 0.008
    words, fit = sheet.block(words, room, sizes=(9.5, 8.5, 7.5, 6.5, 5.5))
    sheet.write(sheet.figure, (frame_at.x1, top), words, size_pt=fit, ha="right", va="bottom")


def _capital_class(own: Mapping[int, Area], capital: tuple[float, float]) -> str:
    """Return the class the capital lies in, as printed."""
    point = shapely.Point(capital[1], capital[0])
    within = [minutes for minutes in sorted(own) if own[minutes].shape.covers(point)]
    if within:
        return f"≤ {within[0]}"
    return f"> {max(own)}" if own else "-"


def _told(area: Area | None, readings: Readings) -> str:
    """Return the area within an hour, or why there is none."""
    if area is None:
        return say(readings.lang, "no_value")
    if area.status != "ok":
        return say(readings.lang, area.status)
    return tell(readings.lang, "panels_area", minutes=_TOLD_MIN, value=whole(area.km2))


def _key(sheet: Sheet, readings: Readings, bottom: float) -> None:
    axes = sheet.axes(0.07, bottom, 0.895, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    x = 0.0
    for minutes, colour in TIME_CLASSES.items():
        axes.add_patch(
            Rectangle((x, -0.6), 4, 1.2, facecolor=colour, edgecolor=_EDGE, lw=0.8)
        )  # fmt: skip
        sheet.write(
            axes, (x + 5, 0), f"≤ {tell(readings.lang, 'panels_class', minutes=minutes)}",
            size_pt=11, va="center",
        )  # fmt: skip
        x += 13
    marks = (("o", "white", INK, say(readings.lang, "origin")),
             ("*", CAPITAL_COLOUR, "white", say(readings.lang, "to_capital",
                                                capital=readings.capital)))  # fmt: skip
    for marker, colour, edge, text in marks:
        size = 13 if marker == "*" else 8
        axes.plot(
            [x + 1],
            [0],
            marker,
            ms=size,
            color=colour,
            mec=edge,
            mew=1.6 if marker == "o" else 0.7,
        )
        sheet.write(axes, (x + 2.6, 0), text, size_pt=11, va="center")
        x += 6 + sheet.width(text, size_pt=11) * 100 / 0.895

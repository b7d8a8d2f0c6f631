"""Minutes saved by cell of 2 km, to the clusters and to the capital side by side."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.figures.ground import north_arrow
from clustergeo.exhibits.figures.sheet import Sheet
from clustergeo.exhibits.minute_classes import (
    CHANGE_CLASSES,
    LEAST_SAID_MIN,
    NO_MINUTES,
    Shade,
    change_class,
)
from clustergeo.exhibits.style import BASEMAP_LINES, INK, MUTED

__all__ = ["draw_cells"]

_METRIC: Final = "EPSG:5179"
_CELL_M: Final = 2000.0
_TOP: Final = 0.80
_MAPS: Final = ((0.475, 0.245), (0.73, 0.245))
_MAP_LOWEST: Final = 0.32
_PAGE_SHAPE: Final = 13.333 / 7.5
_TARGETS: Final = ("clusters", "capital")
_CHANGED: Final = {"no_time_before": "new", "no_time_after": "lost"}
_LOSING: Final = frozenset({"slower1", "slower2", "lost"})
_FACES: Final = {"even": "#F3F0E6", "none": "#BDBDBD"}
"""Paler or darker than in tables, so that the two greys are told apart on a map."""


def draw_cells(
    sheet: Sheet,
    gains: pd.DataFrame,
    readings: Readings,
    basemap: gpd.GeoDataFrame | None,
) -> None:
    """Draw the cells once for each target, in the same classes and the same frame.

    Where both modes change, the one that changes more is drawn.
    """
    lang = readings.lang
    cells = gains.loc[gains["level"] == "cell"]
    if cells.empty:
        at = (_MAPS[0][0], 0.6)
        sheet.write(sheet.figure, at, tell(lang, "no_cells"), size_pt=11, color=MUTED)
        return
    moved = cells["saved_person_min"].astype(float).abs().groupby(cells["mode"]).sum()
    mode = str(moved.index[int(np.argmax(moved.to_numpy()))])
    cells = cells.loc[cells["mode"] == mode]
    frame = _frame(cells, readings)
    lines = _border_lines(basemap, frame)
    wide = _MAPS[0][1]
    shape = (frame[3] - frame[1]) / (frame[2] - frame[0])
    high = min(_TOP - 0.035 - _MAP_LOWEST, wide * _PAGE_SHAPE * shape)
    bottom = _TOP - 0.035 - high
    used: dict[str, Shade] = {}
    for target, (left, width) in zip(_TARGETS, _MAPS, strict=True):
        of = cells.loc[cells["target"] == target]
        axes = sheet.axes(left, bottom, width, high)
        axes.set_xlim(frame[0], frame[2])
        axes.set_ylim(frame[1], frame[3])
        axes.set_aspect("equal", anchor="NW")
        title = tell(lang, "cells_to", target=tell(lang, target), mode=say(lang, mode))
        title = sheet.wrap(title, width, size_pt=10.5, bold=True)
        sheet.write(sheet.figure, (left, _TOP), title, size_pt=10.5, bold=True, va="center")
        used |= _cells(axes, of)
        for colour, lw, segments in lines:
            axes.add_collection(LineCollection(segments, colors=colour, linewidths=lw, zorder=3))
        _clusters(sheet, axes, readings)
        _scale_bar(sheet, axes, frame, lang)
        note = sheet.wrap(_cell_note(of, lang), width, size_pt=9.5)
        at = (left, bottom - 0.045)
        sheet.write(sheet.figure, at, note, size_pt=9.5, va="top", linespacing=1.15)
    _cell_key(sheet, used, bottom - 0.145, lang)


def _frame(cells: pd.DataFrame, readings: Readings) -> tuple[float, float, float, float]:
    """Return west, south, east, north of what changes and of the clusters; all if nothing does."""
    saved = cells["saved_min"].to_numpy(float)
    changed = cells.loc[~(np.abs(np.nan_to_num(saved)) < LEAST_SAID_MIN)]
    shown = cells if changed.empty else changed
    places = readings.tables.places
    points = places.loc[places["place_id"].isin(readings.clusters)].to_crs(_METRIC)
    x = [*shown["x"].tolist(), *points.geometry.x.tolist()]
    y = [*shown["y"].tolist(), *points.geometry.y.tolist()]
    room = _CELL_M + 0.04 * (max(x) - min(x))
    return min(x) - room, min(y) - room, max(x) + room, max(y) + room


def _cells(axes: Axes, cells: pd.DataFrame) -> dict[str, Shade]:
    """Draw the cells in their classes; return the classes that occur."""
    saved = cells["saved_min"].to_numpy(float)
    reasons = cells["reason"].fillna("").astype(str).tolist()
    shades = [
        change_class(-value, _CHANGED.get(reason, ""))
        for value, reason in zip(saved.tolist(), reasons, strict=True)
    ]
    x, y = cells["x"].to_numpy(float), cells["y"].to_numpy(float)
    half = _CELL_M / 2
    corners = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    squares = np.stack([x, y], axis=1)[:, None] + corners[None]
    axes.add_collection(
        PolyCollection(
            list(squares), facecolors=[_face(each) for each in shades], edgecolors="none", zorder=1
        )
    )
    losing = np.array([each.key in _LOSING for each in shades], bool)
    # A cross in every other cell: enough to see, not so many that they hide the colour.
    losing &= (np.floor(x / _CELL_M) + np.floor(y / _CELL_M)) % 2 == 0
    axes.plot(x[losing], y[losing], "x", ms=2.0, mew=0.5, color=INK, zorder=2)
    return {each.key: each for each in shades}


def _face(shade: Shade) -> str:
    return _FACES.get(shade.key, shade.fill)


def _border_lines(
    basemap: gpd.GeoDataFrame | None, frame: tuple[float, float, float, float]
) -> list[tuple[str, float, list[NDArray[np.float64]]]]:
    """Return the boundaries inside a frame of metres: colour, width, lines."""
    if basemap is None or basemap.empty:
        return []
    known = basemap.loc[basemap["layer"].isin(["boundary", "province"])].to_crs(_METRIC)
    found = []
    for layer, shape in zip(known["layer"], known.geometry, strict=True):
        parts = shapely.get_parts(shapely.clip_by_rect(shape, *frame))
        lines = [np.asarray(part.coords) for part in parts if part.geom_type == "LineString"]
        width = {"boundary": 0.4, "province": 1.1}[layer]
        found.append(("#7d776c" if layer == "province" else BASEMAP_LINES[layer][0], width, lines))
    return found


def _clusters(sheet: Sheet, axes: Axes, readings: Readings) -> None:
    places = readings.tables.places
    points = places.loc[places["place_id"].isin(readings.clusters)].to_crs(_METRIC)
    west, east = axes.get_xlim()
    wide = (east - west) / axes.get_position().width
    apart = 0.03 * (east - west)
    spots = zip(points["place_id"], points.geometry.x, points.geometry.y, strict=True)
    for place_id, x, y in spots:
        axes.plot([x], [y], "o", ms=5, mfc="white", mec=INK, mew=1.3, zorder=5)
        name = readings.name(str(place_id))
        # To the left where it would be cut at the edge.
        cut = x + apart + wide * sheet.width(name, size_pt=8.5, bold=True) > east
        sheet.write(
            axes, (x - apart if cut else x + apart, y), name, size_pt=8.5, bold=True, va="center",
            ha="right" if cut else "left", zorder=6,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip


def _scale_bar(
    sheet: Sheet, axes: Axes, frame: tuple[float, float, float, float], lang: Language
) -> None:
    """Draw a scale bar under the cells and a north arrow in their corner."""
    wide = frame[2] - frame[0]
    length = max((s for s in (5, 10, 20, 50, 100, 200) if s * 1000 <= wide / 3), default=5)
    low, y = frame[0], frame[1] - 0.02 * wide
    axes.plot(
        [low, low + length * 1000], [y, y], color=INK, lw=2.5, solid_capstyle="butt", clip_on=False
    )
    words = tell(lang, "scale", value=length)
    at = (low + length * 1000 + 0.02 * wide, y)
    sheet.write(axes, at, words, size_pt=8.5, va="center")
    north_arrow(sheet, axes)


def _cell_note(cells: pd.DataFrame, lang: Language) -> str:
    """Return how many of the people save a minute or more, and how many lose one."""
    people = cells["population"].to_numpy(float)
    total = people.sum()
    if not total > 0:
        return ""
    saved = cells["saved_min"].to_numpy(float)
    won = people[saved >= LEAST_SAID_MIN].sum() / total
    lost = people[saved <= -LEAST_SAID_MIN].sum() / total
    text = tell(lang, "cells_note", people=f"{total:,.0f}", share=f"{100 * won:.1f}")
    return f"{text}; {tell(lang, 'cells_lose', share=f'{100 * lost:.1f}')}"


def _cell_key(sheet: Sheet, used: dict[str, Shade], bottom: float, lang: Language) -> None:
    """Explain the classes that occur, in their fixed order, under the maps."""
    shades = [each for each in (*CHANGE_CLASSES, NO_MINUTES) if each.key in used]
    axes = sheet.axes(_MAPS[0][0], bottom, 0.5, 0.055)
    axes.set_xlim(0, 100)
    axes.set_ylim(2, 0)
    x, row = 0.0, 0
    for shade in shades:
        text = shade.word(lang)
        wide = 5.5 + 100 * sheet.width(text, size_pt=9.5) / 0.5
        if x + wide > 100:  # noqa: PLR2004 - the width of the axes
            x, row = 0.0, row + 1
        y = row + 0.5
        axes.barh(y, 2.4, left=x, height=0.6, facecolor=_face(shade), edgecolor=MUTED, lw=0.6)
        if shade.key in _LOSING:
            axes.plot([x + 1.2], [y], "x", ms=4, mew=1, color=INK)
        sheet.write(axes, (x + 3.2, y), text, size_pt=9.5, va="center")
        x += wide

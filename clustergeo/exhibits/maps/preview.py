"""A small still picture of a map, for the gallery and for paper."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.patches import Polygon as Patch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from PIL import Image
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits.basemap import clip_basemap
from clustergeo.exhibits.figures.sheet import Sheet, choose_face, new_sheet
from clustergeo.exhibits.style import BASEMAP_LINES, LAND, WATER

__all__ = ["Area", "Stroke", "Symbol", "preview"]

_MARKERS: Final = {
    "bullseye": "o",
    "circle": "o",
    "cross": "P",
    "diamond": "D",
    "square": "s",
    "star": "*",
    "triangle": "^",
}
_SIDES: Final = {
    "east": ("   ", "", "left", "center"),
    "west": ("", "   ", "right", "center"),
    "north": ("", "\n ", "center", "bottom"),
    "south": (" \n", "", "center", "top"),
}
"""What goes before and after a name, and how it is aligned, on each side of its mark."""

_DPI: Final = 75
"""A thousand pixels across: sharp enough on A4, light enough in a page."""

_COLOURS: Final = 96
"""Colours kept; a map has few, and a palette takes a third of the bytes."""

_ASPECT: Final = 16 / 9
_MARGIN: Final = 0.14
"""Room around the view, as a share of its height."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of (lat, lon): colour, dash in pixels, width in points, and a word on it."""

    points: Sequence[tuple[float, float]]
    colour: str
    dash: str
    width_pt: float
    word: str
    word_at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """A shape of polygons in longitude and latitude, its fill, edge and dash in pixels."""

    shape: BaseGeometry
    fill: str
    edge: str
    dash: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A mark at (lat, lon), with its size in points and a name on one side, if any."""

    point: tuple[float, float]
    shape: str
    colour: str
    size_pt: float
    name: str = ""
    side: str = "east"
    name_pt: float = 24


def preview(
    basemap: gpd.GeoDataFrame,
    view: tuple[tuple[float, float], tuple[float, float]],
    *,
    areas: Sequence[Area] = (),
    strokes: Sequence[Stroke] = (),
    symbols: Sequence[Symbol] = (),
    note: str = "",
) -> bytes:
    """Return a PNG of 16:9 with the basemap under lines and symbols.

    Parameters
    ----------
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    view
        South-west and north-east corners as (lat, lon).
    areas, strokes, symbols
        Drawn in this order.
    note
        Words in the upper left corner.
    """
    _, face = choose_face("en", None)
    with new_sheet(face) as sheet:
        axes = sheet.axes(0, 0, 1, 1)
        bounds, squeeze = _frame(view)
        axes.set_xlim(bounds[0], bounds[2])
        axes.set_ylim(bounds[1], bounds[3])
        axes.set_aspect(1 / squeeze)
        axes.set_facecolor(WATER)
        _ground(axes, clip_basemap(basemap, bounds))
        for area in areas:
            _area(axes, area)
        for stroke in strokes:
            _line(axes, stroke)
        for stroke in (each for each in strokes if each.word):
            _word(sheet, axes, stroke)
        for symbol in symbols:
            _mark(sheet, axes, symbol)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 8}
        if note:
            sheet.write(
                sheet.figure, (0.02, 0.95), note, size_pt=26, bold=True, va="top", bbox=ground
            )
        return _lighter(sheet.png(dpi=_DPI))


def _lighter(picture: bytes) -> bytes:
    """Return a PNG with a palette."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        # Cut by coverage a palette keeps the few bright marks among much pale ground.
        flat = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        flat.save(written, format="PNG", optimize=True)
    return written.getvalue()


def _frame(
    view: tuple[tuple[float, float], tuple[float, float]],
) -> tuple[tuple[float, float, float, float], float]:
    """Return west, south, east, north that fill 16:9, and how much a degree east is shorter."""
    (south, west), (north, east) = view
    lat, lon = (south + north) / 2, (west + east) / 2
    squeeze = math.cos(math.radians(lat))
    height = max(north - south, (east - west) * squeeze / _ASPECT, 0.05) * (1 + 2 * _MARGIN)
    width = height * _ASPECT / squeeze
    box = (lon - width / 2, lat - height / 2, lon + width / 2, lat + height / 2)
    return box, squeeze


def _ground(axes: Axes, basemap: gpd.GeoDataFrame) -> None:
    for layer, shape in zip(basemap["layer"], basemap.geometry, strict=True):
        parts = shapely.get_parts(shape)
        if layer == "land":
            for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
                ring = np.asarray(part.exterior.coords)
                axes.add_patch(Patch(ring, facecolor=LAND, edgecolor="#b9b4a8", lw=0.8))
        elif layer in BASEMAP_LINES:
            colour, width, _ = BASEMAP_LINES[layer]
            lines = [np.asarray(part.coords) for part in parts if part.geom_type == "LineString"]
            axes.add_collection(LineCollection(lines, colors=colour, linewidths=width, zorder=2))


def _area(axes: Axes, area: Area) -> None:
    dash = tuple(float(each) * 0.5 for each in area.dash.split())
    for part in shapely.get_parts(area.shape):
        if part.geom_type != "Polygon":
            continue
        rings = [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)]
        outline = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        axes.add_patch(
            PathPatch(outline, facecolor=area.fill, edgecolor="none", alpha=0.72, zorder=2.1)
        )
        for ring in rings:
            axes.plot(*ring.T, color=area.edge, lw=1.6, ls=(0, dash or None), zorder=2.2)


def _line(axes: Axes, stroke: Stroke) -> None:
    lat, lon = zip(*stroke.points, strict=True)
    width = stroke.width_pt
    dash = tuple(float(each) * 0.75 / width for each in stroke.dash.split())
    axes.plot(lon, lat, color="white", lw=width + 3, zorder=3)
    style = (0, dash or None)
    axes.plot(lon, lat, color=stroke.colour, lw=width, ls=style, zorder=3, dash_capstyle="butt")


def _word(sheet: Sheet, axes: Axes, stroke: Stroke) -> None:
    lat, lon = stroke.word_at
    ground = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": stroke.colour}
    sheet.write(
        axes,
        (lon, lat),
        stroke.word,
        size_pt=17,
        ha="center",
        va="center",
        bbox=ground,
        zorder=4,
    )


def _mark(sheet: Sheet, axes: Axes, symbol: Symbol) -> None:
    lat, lon = symbol.point
    axes.plot(
        [lon],
        [lat],
        _MARKERS[symbol.shape],
        ms=symbol.size_pt,
        color=symbol.colour,
        mec="white",
        mew=1.5,
        zorder=5,
    )
    if symbol.name:
        # Spaces and a blank line keep the name off its mark, whatever the scale.
        before, after, ha, va = _SIDES[symbol.side]
        sheet.write(
            axes,
            (lon, lat),
            f"{before}{symbol.name}{after}",
            size_pt=symbol.name_pt,
            bold=True,
            ha=ha,
            va=va,
            zorder=6,
            path_effects=[withStroke(linewidth=7, foreground="white")],
        )

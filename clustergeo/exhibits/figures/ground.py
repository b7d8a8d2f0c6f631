"""The ground of a still map: land, lines, a scale bar, a north arrow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path as Outline
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits.basemap import clip_basemap
from clustergeo.exhibits.figures.labels import Taken
from clustergeo.exhibits.figures.sheet import Sheet
from clustergeo.exhibits.style import BASEMAP_LINES, INK, LAND, MUTED, WATER
from clustergeo.units import EARTH_RADIUS_M, METRES_PER_KILOMETRE

__all__ = ["draw_ground", "fill_areas", "north_arrow", "scale_bar"]

_KM_PER_DEGREE: Final = math.radians(1) * EARTH_RADIUS_M / METRES_PER_KILOMETRE
_BARS_KM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_BAR_SHARE: Final = 0.28
_LEAST_DEG: Final = 0.05
_QUIET: Final = "#CFCBC2"


def draw_ground(  # noqa: PLR0913 - one keyword a property of the map
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    basemap: gpd.GeoDataFrame,
    points: Sequence[tuple[float, float]],
    *,
    margin: float = 0.12,
    layers: Iterable[str] | None = None,
    quiet: bool = False,
) -> Axes:
    """Return axes of longitude and latitude that hold all points, with the basemap under them.

    East-west is squeezed by the cosine of the middle latitude, so that distances are true there.

    Parameters
    ----------
    sheet
        Where to draw.
    rect
        Left, bottom, width, height as shares of the sheet; filled whatever the points.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    points
        Latitude and longitude.
    margin
        Room around the points, as a share of their extent.
    layers
        Layers to draw; all by default.
    quiet
        Lines in one pale grey, under a finding that has colours of its own.
    """
    axes = sheet.axes(*rect)
    wide, high = sheet.figure.get_size_inches()
    bounds = _bounds(points, rect[2] * wide / (rect[3] * high), margin)
    axes.set_xlim(bounds[0], bounds[2])
    axes.set_ylim(bounds[1], bounds[3])
    axes.set_facecolor(WATER)
    for side in axes.spines.values():
        side.set(visible=True, color="#9AA5AE", linewidth=0.8)
    inside = clip_basemap(basemap, bounds)
    for layer, shape in zip(inside["layer"], inside.geometry, strict=True):
        if layers is not None and layer not in layers:
            continue
        if layer == "land":
            fill_areas(axes, shape, LAND, edge="#b9b4a8", width_pt=0.6, zorder=0)
        elif layer in BASEMAP_LINES:
            colour, width, _ = BASEMAP_LINES[layer]
            lines = [
                np.asarray(part.coords)
                for part in shapely.get_parts(shape)
                if part.geom_type == "LineString"
            ]
            shade = _QUIET if quiet else colour
            axes.add_collection(
                LineCollection(lines, colors=shade, linewidths=0.6 * width, zorder=2)
            )
    # What is added must not move the frame.
    axes.set_autoscale_on(False)
    return axes


def fill_areas(  # noqa: PLR0913 - one keyword a property of the drawing
    axes: Axes,
    shape: BaseGeometry,
    fill: str,
    *,
    edge: str,
    width_pt: float,
    zorder: float,
    alpha: float = 1.0,
    dash: tuple[float, ...] = (),
) -> None:
    """Fill polygons, holes left open."""
    outlines = [
        Outline.make_compound_path(*(Outline(np.asarray(ring.coords)) for ring in _rings(part)))
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    axes.add_collection(
        PathCollection(
            outlines,
            facecolors=fill,
            edgecolors=edge,
            linewidths=width_pt,
            linestyles=[(0, dash or None)],
            alpha=alpha,
            zorder=zorder,
        ),
        autolim=False,
    )


def _rings(part: shapely.Polygon) -> list[shapely.LinearRing]:
    return [part.exterior, *part.interiors]


def _bounds(
    points: Sequence[tuple[float, float]], aspect: float, margin: float
) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a frame of this aspect around points."""
    at: NDArray[np.float64] = np.asarray(points, float)
    (south, west), (north, east) = at.min(axis=0), at.max(axis=0)
    lat, lon = (south + north) / 2, (west + east) / 2
    squeeze = math.cos(math.radians(lat))
    high = max(north - south, (east - west) * squeeze / aspect, _LEAST_DEG) * (1 + 2 * margin)
    wide = high * aspect / squeeze
    return lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2


def scale_bar(sheet: Sheet, axes: Axes, taken: Taken | None = None, *, size_pt: float = 9) -> None:
    """Draw a bar of a round number of kilometres in the lower left corner."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    squeeze = math.cos(math.radians((south + north) / 2))
    wide_km = (east - west) * squeeze * _KM_PER_DEGREE
    length_km = max((km for km in _BARS_KM if km <= _BAR_SHARE * wide_km), default=_BARS_KM[0])
    share = length_km / wide_km
    x, y, tick = 0.03, 0.035, 0.012
    for colour, width, zorder in (("white", 5, 8.5), (INK, 1.6, 9)):
        axes.plot(
            [x, x, x + share, x + share], [y + tick, y, y, y + tick], color=colour, lw=width,
            transform=axes.transAxes, zorder=zorder, solid_joinstyle="miter",
        )  # fmt: skip
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.8}
    text = sheet.write(
        axes, (x + share / 2, y + 2 * tick), f"{length_km} km", size_pt=size_pt, ha="center",
        va="bottom", transform=axes.transAxes, zorder=9, bbox=ground,
    )  # fmt: skip
    if taken is not None:
        box, frame = sheet.box(text), axes.get_position()
        left = frame.x0 + x * frame.width
        right = frame.x0 + (x + share) * frame.width
        taken.add_box(sheet, (min(left, box[0]), frame.y0, max(right, box[2]), box[3] + 0.005))


def north_arrow(sheet: Sheet, axes: Axes, taken: Taken | None = None) -> None:
    """Draw an arrow to the north in the upper right corner; up is north all over the map."""
    axes.annotate(
        "", xy=(0.965, 0.975), xytext=(0.965, 0.90), xycoords="axes fraction", zorder=9,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2, "mutation_scale": 13},
    )  # fmt: skip
    text = sheet.write(
        axes, (0.965, 0.895), "N", size_pt=9, bold=True, color=MUTED, ha="center", va="top",
        transform=axes.transAxes, zorder=9,
    )  # fmt: skip
    if taken is not None:
        box, frame = sheet.box(text), axes.get_position()
        taken.add_box(sheet, (box[0] - 0.004, box[1], box[2] + 0.004, frame.y1))

"""Desire lines: the nearest other cluster of each, and where the capital is nearer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.ground import draw_ground, north_arrow, scale_bar
from clustergeo.exhibits.figures.labels import Label, Taken, write_labels
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.maps.curves import curve
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR

__all__ = ["desire_lines", "draw_arrow"]

_LAYERS: Final = ("land", "province", "motorway", "high_speed")
_DASH: Final = (4.0, 2.2)


@dataclass(frozen=True, slots=True)
class _Line:
    """A trip to draw."""

    from_id: str
    to_id: str
    minutes: float
    orange: bool
    nearest: bool


def desire_lines(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw an arrow from each cluster to the nearest other one, a map a mode.

    It is orange and dashed where the capital is nearer still. Thin dashed arrows are the other
    trips between clusters that take longer than the one to the capital. Arrows bend, so that both
    directions of a pair can be told apart.

    Parameters
    ----------
    tables
        Places and times are needed.
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
    finding = readings.nearest_finding()
    with new_sheet(face, paper) as sheet:
        at = readings.positions()
        lat = sum(at[each][0] for each in readings.clusters) / max(len(readings.clusters), 1)
        scale = tell(written, "scale", lat=f"{lat:.1f}")
        heads = titles(readings, "desire_title")
        low = frame(sheet, readings, heads[written == "en"], finding, scale)
        _key(sheet, readings, low + 0.012)
        bottom = low + 0.06
        wide = 0.93 if len(readings.modes) < 2 else 0.455  # noqa: PLR2004 - two maps a sheet
        for column, mode in enumerate(readings.modes):
            left = 0.035 + column * 0.475
            sheet.write(
                sheet.figure, (left, 0.838), say(written, mode), size_pt=14, bold=True, va="bottom"
            )
            _map(sheet, (left, bottom, wide, 0.83 - bottom), mode, basemap, readings)
        return picture(sheet, "desire_lines", heads, finding, written)


def _lines(mode: str, readings: Readings) -> Iterator[_Line]:
    """Yield the trips to the nearest cluster, and those that the capital undercuts."""
    for from_id in readings.clusters:
        nearest = readings.nearest(mode, from_id)
        for to_id in readings.others(from_id):
            minutes = readings.minutes(mode, from_id, to_id)
            beyond = readings.ratio(mode, from_id, to_id) > 1
            if math.isfinite(minutes) and (to_id == nearest or beyond):
                yield _Line(from_id, to_id, minutes, beyond, to_id == nearest)


def _map(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    mode: str,
    basemap: gpd.GeoDataFrame,
    readings: Readings,
) -> None:
    at = readings.positions()
    points = [at[each] for each in readings.clusters]
    axes = draw_ground(sheet, rect, basemap, points, margin=0.3, layers=_LAYERS, quiet=True)
    taken = Taken()
    north_arrow(sheet, axes, taken)
    scale_bar(sheet, axes, taken)
    taken.add_marks(axes, [(lon, lat) for lat, lon in points], 8)
    labels = []
    for line in sorted(_lines(mode, readings), key=lambda each: each.nearest):
        colour = CAPITAL_COLOUR if line.orange else BLUE
        path = draw_arrow(
            axes, at[line.from_id], at[line.to_id], colour, 3.4 if line.nearest else 1.8,
            dash=_DASH if line.orange else (),
        )  # fmt: skip
        taken.add_line(axes, path)
        text = say(readings.lang, "minutes", value=whole(line.minutes))
        middle = (float(path[len(path) // 2][0]), float(path[len(path) // 2][1]))
        size = 12.0 if line.nearest else 10.5
        labels.append(
            Label(at=middle, text=text, size_pt=size, bold=line.nearest, colour=colour, room_pt=2)
        )
    axes.plot(
        [lon for _, lon in points], [lat for lat, _ in points], "o", ms=13, color="#1b1b1b",
        mec="white", mew=1.6, zorder=6,
    )  # fmt: skip
    names = [
        Label(at=(at[each][1], at[each][0]), text=_name(mode, each, readings), size_pt=12.5,
              bold=True, room_pt=8)
        for each in readings.clusters
    ]  # fmt: skip
    write_labels(sheet, axes, [*names, *labels], taken)


def _name(mode: str, place_id: str, readings: Readings) -> str:
    """Return the name of a cluster with the minutes to the capital under it."""
    value = whole(readings.to_capital(mode, place_id))
    words = tell(readings.lang, "capital_minutes", capital=readings.capital, value=value)
    return f"{readings.name(place_id)}\n★ {words}"


def draw_arrow(  # noqa: PLR0913 - one parameter a property of the line
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width_pt: float,
    *,
    dash: tuple[float, ...] = (),
    head: bool = True,
) -> NDArray[np.float64]:
    """Draw a bent arrow between points as (lat, lon); return its points as (lon, lat)."""
    bent = np.asarray(curve(start, end).points)[:, ::-1]
    # It starts and ends outside the marks of the places.
    keep = bent[2:-2] if len(bent) > 6 else bent  # noqa: PLR2004 - too few to cut
    style = (0, dash or None)
    axes.plot(*keep.T, color="white", lw=width_pt + 2, zorder=3, solid_capstyle="butt")
    axes.plot(*keep[:-1].T, color=colour, lw=width_pt, ls=style, zorder=4, dash_capstyle="butt")
    if head:
        axes.annotate(
            "", xy=tuple(keep[-1]), xytext=tuple(keep[-3]), zorder=5,
            arrowprops={
                "arrowstyle": "-|>", "color": colour, "lw": 0, "shrinkA": 0, "shrinkB": 0,
                "mutation_scale": 8 + 4 * width_pt,
            },
        )  # fmt: skip
    return keep


def _key(sheet: Sheet, readings: Readings, bottom: float) -> None:
    axes = sheet.axes(0.035, bottom, 0.93, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    capital = readings.capital
    entries = (
        (BLUE, (), tell(readings.lang, "desire_nearest")),
        (CAPITAL_COLOUR, _DASH, tell(readings.lang, "desire_orange", capital=capital)),
    )
    x = 0.0
    for colour, dash, text in entries:
        axes.plot([x, x + 4], [0, 0], color=colour, lw=3, ls=(0, dash or None))
        sheet.write(axes, (x + 5, 0), text, size_pt=11, va="center")
        x += 9 + sheet.width(text, size_pt=11) * 100 / 0.93
    sheet.write(
        axes, (x, 0), f"★ {say(readings.lang, 'to_capital', capital=capital)}", size_pt=11,
        va="center",
    )  # fmt: skip

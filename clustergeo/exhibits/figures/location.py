"""The location map: where the clusters are, how far the capital is, what lies between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.ground import draw_ground, north_arrow, scale_bar
from clustergeo.exhibits.figures.labels import Label, Taken, write_labels
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import BASEMAP_LINES, BLUE, CAPITAL_COLOUR, INK, MUTED
from clustergeo.units import EARTH_RADIUS_M, METRES_PER_KILOMETRE

__all__ = ["crow_fly_km", "location"]

_SMALL: Final = {"site": ("o", "#3FA3DC", 5.0), "anchor": ("s", "#5A5A5A", 4.5)}
_KEY: Final = ("motorway", "trunk", "high_speed", "conventional")


def location(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Draw where the clusters and the capital are: all of it left, the clusters close up right.

    Parameters
    ----------
    tables
        Places are needed; times for the evidence alone.
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
    finding = _finding(readings)
    with new_sheet(face, paper) as sheet:
        at = readings.positions()
        lat = sum(at[each][0] for each in readings.clusters) / max(len(readings.clusters), 1)
        scale = tell(written, "scale", lat=f"{lat:.1f}")
        heads = titles(readings, "location_title")
        low = frame(sheet, readings, heads[written == "en"], finding, scale, minutes=False)
        _key(sheet, readings, low + 0.012)
        bottom, top = low + 0.06, 0.83
        whole_rect = (0.035, bottom, 0.30, top - bottom)
        close_rect = (0.35, bottom, 0.615, top - bottom)
        corners = ((0.035, "overview"), (0.35, "detail"))
        for left, key in corners:
            sheet.write(
                sheet.figure, (left, 0.838), tell(written, key), size_pt=13, bold=True, va="bottom"
            )
        close = _close_up(sheet, close_rect, basemap, readings)
        _overview(sheet, whole_rect, basemap, readings, close)
        return picture(sheet, "location", heads, finding, written)


def crow_fly_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return great-circle kilometres between two points of latitude and longitude.

    Examples
    --------
    >>> round(crow_fly_km((36.0, 127.0), (37.0, 127.0)), 1)
    111.2
    """
    (lat0, lon0), (lat1, lon1) = (tuple(map(math.radians, each)) for each in (one, other))
    half = (
        math.sin((lat1 - lat0) / 2) ** 2
        + math.cos(lat0) * math.cos(lat1) * math.sin((lon1 - lon0) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M / METRES_PER_KILOMETRE * math.asin(math.sqrt(half))


def _finding(readings: Readings) -> str:
    at = readings.positions()
    between = [crow_fly_km(at[a], at[b]) for a, b in combinations(readings.clusters, 2)]
    outward = [crow_fly_km(at[a], at[readings.capital_id]) for a in readings.clusters]
    if not between:
        values: dict[str, object] = {"n": len(readings.clusters), "capital": readings.capital}
        return tell(readings.lang, "location_none", **values)
    return tell(
        readings.lang,
        "location_finding",
        near=whole(min(between)),
        far=whole(max(between)),
        low=whole(min(outward)),
        high=whole(max(outward)),
        capital=readings.capital,
    )


def _close_up(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    basemap: gpd.GeoDataFrame,
    readings: Readings,
) -> Axes:
    """Draw the clusters with their sites and what lies around them; return the map."""
    at = readings.positions()
    points = [at[each] for each in readings.clusters]
    axes = draw_ground(sheet, rect, basemap, points, margin=0.25)
    taken = Taken()
    north_arrow(sheet, axes, taken)
    scale_bar(sheet, axes, taken)
    kinds = dict(
        zip(readings.tables.places["place_id"], readings.tables.places["kind"], strict=True)
    )
    small = [
        (place_id, point, str(kinds[place_id]))
        for place_id, point in at.items()
        if str(kinds[place_id]) in _SMALL and place_id not in readings.clusters
    ]
    for kind, (marker, colour, size) in _SMALL.items():
        lats = [point[0] for _, point, each in small if each == kind]
        lons = [point[1] for _, point, each in small if each == kind]
        axes.plot(lons, lats, marker, ms=size, color=colour, mec="white", mew=0.6, zorder=4)
    _clusters(axes, points)
    taken.add_marks(axes, [(lon, lat) for lat, lon in points], 8)
    taken.add_marks(axes, [(lon, lat) for _, (lat, lon), _ in small], 3)
    names = [
        Label(at=(lon, lat), text=readings.name(each), size_pt=15, bold=True, room_pt=8)
        for each, (lat, lon) in zip(readings.clusters, points, strict=True)
    ]
    left_out = write_labels(sheet, axes, names, taken)
    # Sites stand close together; stations and gates are what a reader finds the way by.
    named: dict[str, tuple[float, float]] = {}
    for each, point, kind in small:
        if kind == "anchor" and _inside(axes, point):
            named.setdefault(readings.name(each), point)
    minor = [
        Label(at=(lon, lat), text=name, size_pt=9, colour=MUTED, room_pt=3, needed=False)
        for name, (lat, lon) in named.items()
    ]
    left_out += write_labels(sheet, axes, minor, taken)
    if left_out:
        note = tell(readings.lang, "unnamed", n=left_out)
        corner = (rect[0] + rect[2], rect[1] + rect[3] + 0.008)
        sheet.write(sheet.figure, corner, note, size_pt=9, color=MUTED, ha="right", va="bottom")
    return axes


def _inside(axes: Axes, point: tuple[float, float]) -> bool:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return bool(south < point[0] < north and west < point[1] < east)


def _clusters(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    axes.plot(lons, lats, "o", ms=13, color=BLUE, mec="white", mew=1.6, zorder=6)


def _overview(
    sheet: Sheet,
    rect: tuple[float, float, float, float],
    basemap: gpd.GeoDataFrame,
    readings: Readings,
    close: Axes,
) -> None:
    """Draw the clusters and the capital, and the frame of the close-up."""
    at = readings.positions()
    (west, east), (south, north) = close.get_xlim(), close.get_ylim()
    capital = at[readings.capital_id]
    points = [at[each] for each in readings.clusters]
    layers = ("land", "province", "motorway", "high_speed")
    axes = draw_ground(
        sheet, rect, basemap, [*points, capital, (south, west), (north, east)], margin=0.07,
        layers=layers,
    )  # fmt: skip
    axes.add_patch(
        Rectangle((west, south), east - west, north - south, fill=False, ec=INK, lw=1.0, zorder=5)
    )
    axes.plot(
        [lon for _, lon in points], [lat for lat, _ in points], "o", ms=8, color=BLUE, mec="white",
        mew=1, zorder=6,
    )  # fmt: skip
    axes.plot(
        [capital[1]],
        [capital[0]],
        "*",
        ms=18,
        color=CAPITAL_COLOUR,
        mec="white",
        mew=0.8,
        zorder=6,
    )
    taken = Taken()
    north_arrow(sheet, axes, taken)
    scale_bar(sheet, axes, taken)
    taken.add_marks(axes, [(lon, lat) for lat, lon in [*points, capital]], 6)
    names = [
        Label(
            at=(capital[1], capital[0]), text=readings.capital, size_pt=14, bold=True,
            colour=CAPITAL_COLOUR, room_pt=9,
        )
    ]  # fmt: skip
    names += [
        Label(at=(lon, lat), text=readings.name(each), size_pt=11, bold=True, room_pt=5)
        for each, (lat, lon) in zip(readings.clusters, points, strict=True)
    ]
    write_labels(sheet, axes, names, taken)


def _key(sheet: Sheet, readings: Readings, bottom: float) -> None:
    """Explain the marks and lines in one row."""
    axes = sheet.axes(0.035, bottom, 0.93, 0.03)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    lang = readings.lang
    marks = (
        (say(lang, "clusters"), "o", BLUE, 11.0),
        (readings.capital, "*", CAPITAL_COLOUR, 14.0),
        (say(lang, "sites"), *_SMALL["site"]),
        (say(lang, "anchors"), *_SMALL["anchor"]),
    )
    x = 0.8
    unit = 100 / 0.93
    for text, marker, colour, size in marks:
        axes.plot([x], [0], marker, ms=size, color=colour, mec="white", mew=0.6)
        sheet.write(axes, (x + 1.2, 0), text, size_pt=9.5, va="center")
        x += 3.2 + sheet.width(text, size_pt=9.5) * unit
    for layer in _KEY:
        colour, width, _ = BASEMAP_LINES[layer]
        axes.plot([x - 0.8, x + 1.6], [0, 0], color=colour, lw=width)
        text = say(lang, layer)
        sheet.write(axes, (x + 2.2, 0), text, size_pt=9.5, va="center")
        x += 4.2 + sheet.width(text, size_pt=9.5) * unit

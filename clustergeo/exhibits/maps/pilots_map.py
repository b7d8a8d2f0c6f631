"""The national map of the pilot regions: how near the capital and the nearest cluster are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
from markupsafe import Markup

from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits._words import both, say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.sheet import choose_face
from clustergeo.exhibits.maps.curves import clear_sides
from clustergeo.exhibits.maps.leaflet import add_basemap, empty_map, finish, named, shelf
from clustergeo.exhibits.maps.marks import (
    Point,
    glyph_svg,
    label,
    legend,
    line_svg,
    marker,
    tooltip,
)
from clustergeo.exhibits.maps.pilot_marks import Pilot, budgets_note, pilots_of, sector_items
from clustergeo.exhibits.maps.pilot_tables import (
    PilotTrips,
    about_pilot,
    pilot_ratio,
    pilots_finding,
    pilots_table,
    short_minutes,
    trips_of,
    trips_told,
)
from clustergeo.exhibits.maps.places_map import page_words
from clustergeo.exhibits.maps.preview import Stroke, Symbol, preview
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.maps.tiles import Tiles
from clustergeo.exhibits.maps.told import about_trip
from clustergeo.exhibits.pages.page import Page, render_map_page
from clustergeo.exhibits.style import (
    BLUE,
    CAPITAL_COLOUR,
    NO_DATA,
    RATIO_CLASSES,
    RatioClass,
    class_spans,
    ratio_class,
)

__all__ = ["pilots_map"]

_MODE_ORDER: Final = ("transit", "car")
_ROOM_PX: Final = (60, 190, 40, 40)
_LABEL_WIDTH: Final = 0.2
_LABEL_HEIGHT: Final = 0.062
"""Size of a label as shares of the height of the map."""


def pilots_map(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tiles: Tiles | None = None,
    lang: Language = "ko",
) -> Exhibit:
    """Draw the pilot municipalities with their projects and their minutes, one mode at a time.

    A line leads from each to its nearest cluster, coloured by its ratio to the trip to the
    capital point that is nearest.

    Parameters
    ----------
    tables
        Places, projects and municipalities, and ``pilot_regions`` for the minutes.
    facts
        The capital point, the clusters, title, dates and credits.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    tiles
        As for :func:`clustergeo.exhibits.places_map`.
    lang
        Language of the page.

    Returns
    -------
    exhibit : Exhibit
        One HTML file that opens without a network.

    Raises
    ------
    UsageError
        If a cluster or the capital point is not in the places table.
    """
    readings = Readings(tables, facts, lang)
    pilots = pilots_of(tables, lang)
    trips = trips_of(tables)
    modes = [mode for mode in _MODE_ORDER if any(key[1] == mode for key in trips)]
    view = _view(pilots, readings)
    drawn = empty_map(view, room_px=_ROOM_PX)
    ground = add_basemap(drawn, basemap, lang=lang, tiles=tiles)
    for mode in modes:
        _add_lines(shelf(drawn, mode), mode, pilots, trips, readings)
    _add_ends(shelf(drawn, "clusters"), readings)
    sides = _sides(pilots, view)
    marks = shelf(drawn, "projects")
    for pilot in pilots:
        first, second = pilot.names(lang)
        shown = tooltip(first, about_pilot(pilot, pilots, modes, trips, lang))
        mark = marker(pilot.point, pilot.svg, pilot.size_px, shown, on_top=True)
        more = trips_told(pilot, modes, trips, readings)
        named(mark, first, second, more=more).add_to(marks)
    for mode in modes:
        group = shelf(drawn, mode, "projects")
        for pilot, side in zip(pilots, sides, strict=True):
            told = short_minutes(pilot, mode, trips, lang)
            name = pilot.names(lang)[0]
            label(pilot.point, name, small=told, side=side, css="label plain").add_to(group)
    finish(drawn, lang)
    finding = pilots_finding(pilots, modes, trips, lang)
    still = _still(basemap, view, pilots, modes, trips, readings)
    title_ko, title_en = both("pilots_title")
    page = Page(
        lang=lang,
        title=title_ko if lang == "ko" else title_en,
        finding=finding,
        note=f"{readings.basis()}. {budgets_note(tables, lang)}",
        credits=(*facts.credits, *([tiles.credit] if tiles else [])),
        aside=_legend(pilots, modes, lang) + pilots_table(pilots, modes, trips, readings),
        words=page_words(lang),
        picture=still,
        switches=switches(
            [
                SwitchSet(
                    say(lang, "mode_set"),
                    [Switch(each, say(lang, each), on=each == modes[0]) for each in modes],
                    choice=True,
                ),
                SwitchSet(
                    say(lang, "places_set"),
                    [
                        Switch("projects", say(lang, "projects")),
                        Switch("clusters", say(lang, "clusters")),
                    ],
                ),
                SwitchSet(say(lang, "ground_set"), ground),
            ]
        ),
        search=True,
        tiles=tiles.origin if tiles else "",
    )
    return Exhibit(
        exhibit_id="pilots",
        title_ko=title_ko,
        title_en=title_en,
        caption=finding,
        media_type="text/html",
        content=render_map_page(drawn, page),
        lang=lang,
        preview=still,
    )


def _view(pilots: Sequence[Pilot], readings: Readings) -> tuple[Point, Point]:
    positions = readings.positions()
    wanted = (*readings.clusters, readings.capital_id)
    points = [pilot.point for pilot in pilots] + [positions[each] for each in wanted]
    lats, lons = zip(*points, strict=True)
    return (min(lats), min(lons)), (max(lats), max(lons))


def _sides(pilots: Sequence[Pilot], view: tuple[Point, Point]) -> list[str]:
    """Return the sides of the labels, for a window in which the map just fits."""
    height = max(view[1][0] - view[0][0], 0.01)
    return clear_sides(
        [pilot.point for pilot in pilots],
        width_deg=_LABEL_WIDTH * height,
        height_deg=_LABEL_HEIGHT * height,
    )


def _add_lines(
    group: folium.FeatureGroup,
    mode: str,
    pilots: Sequence[Pilot],
    trips: PilotTrips,
    readings: Readings,
) -> None:
    positions = readings.positions()
    for pilot in pilots:
        trip = trips.get((pilot.municipality_id, mode, "cluster"))
        if trip is None or trip.to_id not in positions:
            continue
        style = ratio_class(pilot_ratio(pilot, mode, trips))
        name, other = pilot.names(readings.lang)
        told = [f"{other} → {_other_name(trip.to_id, readings)}"] if other else []
        told += about_trip(trip, math.nan, readings)
        line = folium.PolyLine(  # type: ignore[no-untyped-call]
            [pilot.point, positions[trip.to_id]],
            color=style.line,
            weight=3.5,
            opacity=0.9,
            dash_array=style.dash or None,
            line_cap="butt",
            tooltip=tooltip(f"{name} → {readings.name(trip.to_id)}", told, sticky=True),
        )
        line.add_to(group)


def _other_name(place_id: str, readings: Readings) -> str:
    return readings.name(place_id, lang="en" if readings.lang == "ko" else "ko")


def _add_ends(group: folium.FeatureGroup, readings: Readings) -> None:
    positions = readings.positions()
    for place_id in (*readings.clusters, readings.capital_id):
        shape, colour, size = _end(place_id, readings)
        shown = tooltip(readings.name(place_id), [_other_name(place_id, readings)])
        mark = marker(positions[place_id], glyph_svg(shape, colour, size), size, shown)
        both_names = (readings.name(place_id), _other_name(place_id, readings))
        named(mark, *both_names).add_to(group)
    label(positions[readings.capital_id], readings.capital).add_to(group)


def _end(place_id: str, readings: Readings) -> tuple[str, str, float]:
    if place_id == readings.capital_id:
        return "star", CAPITAL_COLOUR, 28.0
    return "bullseye", BLUE, 14.0


def _legend(pilots: Sequence[Pilot], modes: Sequence[str], lang: Language) -> Markup:
    items = sector_items(pilots, lang)
    items += [
        (glyph_svg("bullseye", BLUE, 14), f"◉ {say(lang, 'clusters')}"),
        (glyph_svg("star", CAPITAL_COLOUR, 20), f"★ {say(lang, 'capital_short')}"),
    ]
    shown = legend(say(lang, "legend"), items)
    if not modes:
        return shown
    capital = say(lang, "capital_short")
    lines = [
        (line_svg(each.line, each.dash, weight=3.5), f"{span} {_word(each, lang, capital)}")
        for each, span in zip((*RATIO_CLASSES, NO_DATA), class_spans(), strict=True)
    ]
    return shown + legend(say(lang, "nearest_ratio"), lines)


def _word(style: RatioClass, lang: Language, capital: str) -> str:
    """Return what a class means; the municipality is no cluster, so none is the other one."""
    word = style.word(lang, capital)
    return word.replace("다른 거점", "거점").replace("other cluster", "cluster")


def _still(
    basemap: gpd.GeoDataFrame,
    view: tuple[Point, Point],
    pilots: Sequence[Pilot],
    modes: Sequence[str],
    trips: PilotTrips,
    readings: Readings,
) -> bytes:
    """Return a still picture of the first mode; see the isolation map."""
    lang, _ = choose_face(readings.lang, None)
    positions = readings.positions()
    strokes = []
    for pilot in pilots:
        trip = trips.get((pilot.municipality_id, modes[0], "cluster")) if modes else None
        if trip is not None and trip.to_id in positions:
            style = ratio_class(pilot_ratio(pilot, modes[0], trips))
            ends = (pilot.point, positions[trip.to_id])
            strokes.append(Stroke(ends, style.line, style.dash, 5, "", pilot.point))
    symbols = [
        Symbol(pilot.point, pilot.shape, pilot.colour, 17, pilot.names(lang)[0], side, name_pt=15)
        for pilot, side in zip(pilots, _sides(pilots, view), strict=True)
    ]
    symbols += [
        Symbol(positions[each], shape, colour, size)
        for each in (*readings.clusters, readings.capital_id)
        for shape, colour, size in [_end(each, readings)]
    ]
    note = say(lang, modes[0]) if modes else ""
    return preview(basemap, view, strokes=strokes, symbols=symbols, note=note)

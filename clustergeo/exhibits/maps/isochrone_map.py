"""The map of reach: how far one gets from each cluster within fixed times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import folium
import geopandas as gpd
from markupsafe import Markup

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import both, say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.sheet import choose_face
from clustergeo.exhibits.maps.leaflet import add_areas, add_basemap, empty_map, finish, shelf
from clustergeo.exhibits.maps.marks import (
    Point,
    glyph_svg,
    label,
    legend,
    marker,
    patch_svg,
    tooltip,
)
from clustergeo.exhibits.maps.places_map import page_words, view_of
from clustergeo.exhibits.maps.preview import Area, Symbol, preview
from clustergeo.exhibits.maps.reach import Band, Reach, bands_of, reaches_of
from clustergeo.exhibits.maps.reach_tables import Reaches, areas_table, reach_finding
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.maps.tiles import Tiles
from clustergeo.exhibits.maps.told import about_trip
from clustergeo.exhibits.pages.page import Page, render_map_page
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR

__all__ = ["isochrone_map"]

_MODE_ORDER: Final = ("car", "transit")
_ROOM_PX: Final = (64, 160, 120, 40)
_LABELS_APART_DEG: Final = 0.06


def isochrone_map(
    tables: StudyTables,
    isochrones: gpd.GeoDataFrame,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tiles: Tiles | None = None,
    lang: Language = "ko",
) -> Exhibit:
    """Draw the areas within reach of each cluster, one cluster and mode at a time.

    Parameters
    ----------
    tables
        Places and times are needed.
    isochrones
        Contract ``schemas.reach.ISOCHRONES`` with the areas, of the clusters by one or both
        modes, as of :func:`clustergeo.car_isochrones` and
        :func:`clustergeo.transit_isochrones`; rows of other places are left out.
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
        One HTML file that opens without a network. Outlines are generalised to keep it light;
        areas are printed as the table has them.

    Raises
    ------
    UsageError
        If a cluster or the capital point is not in the places table.
    """
    readings = Readings(tables, facts, lang)
    own = isochrones.loc[isochrones["place_id"].isin(list(facts.cluster_ids))]
    reaches, off_m = reaches_of(own)
    modes = [mode for mode in _MODE_ORDER if (own["mode"] == mode).any()]
    times = sorted({reach.minutes for each in reaches.values() for reach in each})
    bands = bands_of(times)
    drawn = empty_map(view_of(readings, (*facts.cluster_ids, facts.capital_id)), room_px=_ROOM_PX)
    ground = add_basemap(drawn, basemap, lang=lang, tiles=tiles)
    for place_id in facts.cluster_ids:
        for mode in modes:
            group = shelf(drawn, f"from-{place_id}", mode)
            _add_bands(group, reaches.get((place_id, mode), ()), bands, readings)
            _add_places(group, place_id, mode, readings)
    finish(drawn, lang)
    title_ko, title_en = both("isochrones_title", times="·".join(map(whole, times)) or "-")
    finding = reach_finding(reaches, modes, times, readings)
    still = _still(basemap, readings, reaches, modes, bands)
    note = say(lang, "isochrones_note", value=f"{off_m:,}")
    page = Page(
        lang=lang,
        title=title_ko if lang == "ko" else title_en,
        finding=finding,
        note=f"{readings.basis()}. {note}",
        credits=(*facts.credits, *([tiles.credit] if tiles else [])),
        aside=_aside(reaches, modes, bands, readings),
        words=page_words(lang),
        picture=still,
        switches=switches(_switches(modes, ground, readings)),
        tiles=tiles.origin if tiles else "",
    )
    return Exhibit(
        exhibit_id="isochrones",
        title_ko=title_ko,
        title_en=title_en,
        caption=finding,
        media_type="text/html",
        content=render_map_page(drawn, page),
        lang=lang,
        preview=still,
    )


def _switches(
    modes: Sequence[str], ground: Sequence[Switch], readings: Readings
) -> list[SwitchSet]:
    lang = readings.lang
    origins = [
        Switch(f"from-{each}", readings.name(each), on=rank == 0)
        for rank, each in enumerate(readings.clusters)
    ]
    ways = [Switch(mode, say(lang, mode), on=rank == 0) for rank, mode in enumerate(modes)]
    return [
        SwitchSet(say(lang, "from_set"), origins, choice=True),
        SwitchSet(say(lang, "mode_set"), ways, choice=True),
        SwitchSet(say(lang, "ground_set"), ground),
    ]


def _add_bands(
    group: folium.FeatureGroup,
    reaches: Sequence[Reach],
    bands: Mapping[float, Band],
    readings: Readings,
) -> None:
    """Add the areas, the longest time first, and a word at the northern end of each."""
    lang = readings.lang
    other: Language = "en" if lang == "ko" else "ko"
    for reach in reaches:
        if reach.shape.is_empty:
            continue
        band = bands[reach.minutes]
        style: dict[str, object] = {
            "fillColor": band.fill,
            "fillOpacity": 1,
            "color": band.edge,
            "weight": 2,
            "dashArray": band.dash or None,
            "pane": "bands",
        }
        heading, second = (
            say(
                each,
                "band_of",
                name=readings.name(reach.place_id, lang=each),
                mode=say(each, reach.mode),
                value=whole(reach.minutes),
            )
            for each in (lang, other)
        )
        grade = f"{say(lang, 'evidence')}: {say(lang, reach.evidence)}" if reach.evidence else ""
        told = [second, say(lang, "area", value=whole(reach.area_km2)), grade]
        add_areas(group, reach.shape, style, tooltip(heading, told, sticky=True))
    places = readings.positions()
    taken = [places[each] for each in readings.clusters]
    for reach in reaches:
        top = reach.top
        if top and all(_apart(top, other) > _LABELS_APART_DEG for other in taken):
            taken.append(top)
            text = say(lang, "minutes", value=whole(reach.minutes))
            label(top, text, side="band", css="pill").add_to(group)


def _apart(one: Point, other: Point) -> float:
    """Return how far two labels stand apart, in degrees; they are three times as wide as high."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]) / 3)


def _add_places(group: folium.FeatureGroup, origin: str, mode: str, readings: Readings) -> None:
    """Add the origin, and the other clusters and the capital with their minutes from it."""
    positions = readings.positions()
    lang = readings.lang
    other: Language = "en" if lang == "ko" else "ko"
    for place_id in (*readings.others(origin), readings.capital_id):
        shape, colour, size = (
            ("star", CAPITAL_COLOUR, 26.0)
            if place_id == readings.capital_id
            else ("circle", BLUE, 15.0)
        )
        trip = readings.trip(mode, origin, place_id)
        minutes = whole(math.nan if trip is None else trip.minutes)
        told = [readings.name(place_id, lang=other), *about_trip(trip, math.nan, readings)]
        heading = f"{readings.name(origin)} → {readings.name(place_id)}"
        shown = tooltip(heading, told)
        marker(positions[place_id], glyph_svg(shape, colour, size), size, shown).add_to(group)
        text = f"{readings.name(place_id)} {say(lang, 'minutes', value=minutes)}"
        label(positions[place_id], text).add_to(group)
    svg = glyph_svg("bullseye", BLUE, 26)
    shown = tooltip(readings.name(origin), [readings.name(origin, lang=other)])
    marker(positions[origin], svg, 26, shown, on_top=True).add_to(group)
    label(positions[origin], readings.name(origin), side="west").add_to(group)


def _aside(
    reaches: Reaches, modes: Sequence[str], bands: Mapping[float, Band], readings: Readings
) -> Markup:
    lang = readings.lang
    items = [
        (patch_svg(band.fill, band.edge, band.dash), say(lang, "within", value=whole(minutes)))
        for minutes, band in bands.items()
    ]
    tables = [areas_table(mode, reaches, tuple(bands), readings) for mode in modes]
    return legend(say(lang, "legend"), items) + Markup("").join(tables)


def _still(
    basemap: gpd.GeoDataFrame,
    readings: Readings,
    reaches: Reaches,
    modes: Sequence[str],
    bands: Mapping[float, Band],
) -> bytes:
    """Return a still picture of what the page shows at first; see the isolation map."""
    lang, _ = choose_face(readings.lang, None)
    positions = readings.positions()
    origin, capital = readings.clusters[0], readings.capital_id
    first = reaches.get((origin, modes[0]), ()) if modes else ()
    areas = [
        Area(reach.shape, band.fill, band.edge, band.dash)
        for reach in first
        for band in [bands[reach.minutes]]
    ]
    symbols = [
        Symbol(positions[each], "circle", BLUE, 14, readings.name(each, lang=lang))
        for each in readings.others(origin)
    ]
    symbols += [
        Symbol(positions[capital], "star", CAPITAL_COLOUR, 26, readings.name(capital, lang=lang)),
        Symbol(positions[origin], "bullseye", BLUE, 24, readings.name(origin, lang=lang), "west"),
    ]
    view = view_of(readings, (*readings.clusters, readings.capital_id))
    note = f"{readings.name(origin, lang=lang)} · {say(lang, modes[0])}" if modes else ""
    return preview(basemap, view, areas=areas, symbols=symbols, note=note)

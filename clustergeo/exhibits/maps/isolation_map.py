"""The isolation map: every trip between clusters against the trip to the capital."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
from folium.vector_layers import BaseMultiLocation
from markupsafe import Markup

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._tables import minutes_table, statement_block
from clustergeo.exhibits._words import say
from clustergeo.exhibits.basemap import clip_basemap
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.sheet import choose_face
from clustergeo.exhibits.maps.curves import Point, bounds_of, curve, label_points, offset_side
from clustergeo.exhibits.maps.leaflet import add_basemap, empty_map, finish, shelf
from clustergeo.exhibits.maps.marks import (
    glyph_svg,
    label,
    legend,
    line_svg,
    marker,
    tooltip,
)
from clustergeo.exhibits.maps.places_map import page_words, view_of
from clustergeo.exhibits.maps.preview import Stroke, Symbol, preview
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.maps.tiles import Tiles
from clustergeo.exhibits.maps.told import about_trip, pair_of
from clustergeo.exhibits.pages.page import Page, render_map_page
from clustergeo.exhibits.style import (
    BLUE,
    CAPITAL_COLOUR,
    NO_DATA,
    RATIO_CLASSES,
    class_spans,
    ratio_class,
)

__all__ = ["isolation_map"]

_MARGIN_DEG: Final = 0.5
_ROOM_PX: Final = (64, 150, 64, 64)
"""Room for the names above and below the clusters, and for the switches at the right."""

_LINE_PX: Final = 5
_NODE_PX: Final = 20.0
_LABELS_APART: Final = 0.09
"""Least distance of labels, as a share of the height of the clusters."""


def isolation_map(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    tiles: Tiles | None = None,
    lang: Language = "ko",
) -> Exhibit:
    """Draw the trips between clusters, coloured by their ratio to the trip to the capital.

    Each direction has its own curve; a dashed one takes longer than the trip to the capital from
    where it starts. A switch shows one mode at a time.

    Parameters
    ----------
    tables
        Places and times are needed; claims are listed where they are given.
    facts
        The capital point, the clusters, title, dates and credits.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`; cut to the surroundings of the study.
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
    everything = view_of(readings, (*facts.cluster_ids, facts.capital_id))
    drawn = empty_map(view_of(readings, facts.cluster_ids), room_px=_ROOM_PX)
    around = clip_basemap(basemap, bounds_of(everything, margin_deg=_MARGIN_DEG))
    ground = add_basemap(drawn, around, lang=lang, tiles=tiles)
    for mode in readings.modes:
        group = shelf(drawn, mode)
        _add_capital_lines(group, mode, readings)
        _add_pairs(group, mode, readings)
        _add_nodes(group, mode, readings)
    finish(drawn, lang)
    still = _still(basemap, readings)
    page = Page(
        lang=lang,
        title=say(lang, "isolation_title", capital=readings.capital),
        finding=readings.finding(),
        note=f"{readings.basis()}. {readings.evidence()}",
        credits=(*facts.credits, *([tiles.credit] if tiles else [])),
        aside=_aside(readings),
        words=page_words(lang),
        picture=still,
        switches=switches(
            [
                SwitchSet(
                    say(lang, "mode_set"),
                    [
                        Switch(mode, say(lang, mode), on=rank == 0)
                        for rank, mode in enumerate(readings.modes)
                    ],
                    choice=True,
                ),
                SwitchSet(say(lang, "ground_set"), ground),
            ]
        ),
        tiles=tiles.origin if tiles else "",
    )
    title_ko, title_en = readings.titles("isolation_title")
    return Exhibit(
        exhibit_id="isolation",
        title_ko=title_ko,
        title_en=title_en,
        caption=readings.finding(),
        media_type="text/html",
        content=render_map_page(drawn, page),
        lang=lang,
        preview=still,
    )


def _aside(readings: Readings) -> Markup:
    tables = [minutes_table(mode, readings) for mode in readings.modes]
    return Markup("").join((statement_block(readings), _legend(readings), *tables))


def _line(points: Sequence[Point], **options: object) -> folium.PolyLine:
    made: folium.PolyLine = folium.PolyLine(points, **options)  # type: ignore[no-untyped-call]
    return made


def _inert(path: BaseMultiLocation) -> BaseMultiLocation:
    """Return a path the mouse passes through; folium has no argument for it."""
    path.options["interactive"] = False  # type: ignore[attr-defined]
    return path


def _add_pairs(group: folium.FeatureGroup, mode: str, readings: Readings) -> None:
    """Add one curve a direction; those slower than the capital come last and lie on top."""
    positions, spots = readings.positions(), _label_spots(mode, readings)
    for from_id, to_id in _by_ratio(mode, readings):
        trip = readings.trip(mode, from_id, to_id)
        ratio = readings.ratio(mode, from_id, to_id)
        style = ratio_class(ratio)
        bend = curve(positions[from_id], positions[to_id])
        halo = _line(bend.points, color="#FFFFFF", weight=_LINE_PX + 4, opacity=0.9)
        _inert(halo).add_to(group)
        told = [pair_of(from_id, to_id, readings, other=True), *about_trip(trip, ratio, readings)]
        _line(
            bend.points,
            color=style.line,
            weight=_LINE_PX,
            opacity=1,
            dash_array=style.dash or None,
            line_cap="butt",
            tooltip=tooltip(pair_of(from_id, to_id, readings), told, sticky=True),
        ).add_to(group)
        head = folium.Polygon(
            bend.arrow, color="#FFFFFF", weight=1, fill_color=style.line, fill_opacity=1
        )
        _inert(head).add_to(group)
        minutes = whole(math.nan if trip is None else trip.minutes)
        label(spots[from_id, to_id], minutes, side=f"ratio-{style.key}", css="pill").add_to(group)


def _label_spots(mode: str, readings: Readings) -> dict[tuple[str, str], Point]:
    """Return where the minutes of each pair stand, clear of each other and of the clusters."""
    positions, pairs = readings.positions(), _by_ratio(mode, readings)
    lines = [curve(positions[a], positions[b]).points for a, b in pairs]
    (south, _), (north, _) = view_of(readings, readings.clusters)
    nodes = [positions[each] for each in readings.clusters]
    spots = label_points(lines, nodes, apart_deg=_LABELS_APART * (north - south))
    return dict(zip(pairs, spots, strict=True))


def _by_ratio(mode: str, readings: Readings) -> list[tuple[str, str]]:
    """Return the pairs with the highest ratio last, those without one first."""
    ratios = {pair: readings.ratio(mode, *pair) for pair in readings.pairs()}
    return sorted(ratios, key=lambda pair: ratios[pair] if math.isfinite(ratios[pair]) else -1)


def _add_capital_lines(group: folium.FeatureGroup, mode: str, readings: Readings) -> None:
    positions, capital_id = readings.positions(), readings.capital_id
    for from_id in readings.clusters:
        trip = readings.trip(mode, from_id, capital_id)
        told = [
            pair_of(from_id, capital_id, readings, other=True),
            *about_trip(trip, math.nan, readings),
        ]
        _line(
            curve(positions[from_id], positions[capital_id], bend=0.06).points,
            color=CAPITAL_COLOUR,
            weight=2.5,
            opacity=0.75,
            dash_array="1 6",
            tooltip=tooltip(pair_of(from_id, capital_id, readings), told, sticky=True),
        ).add_to(group)


def _add_nodes(group: folium.FeatureGroup, mode: str, readings: Readings) -> None:
    positions = readings.positions()
    for place_id in readings.clusters:
        sides = [positions[each] for each in readings.clusters]
        minutes = whole(readings.to_capital(mode, place_id))
        small = f"★ {readings.capital} {say(readings.lang, 'minutes', value=minutes)}"
        other: Language = "en" if readings.lang == "ko" else "ko"
        lines = [readings.name(place_id, lang=other), small, _fastest(mode, place_id, readings)]
        shown = tooltip(readings.name(place_id), lines)
        svg = glyph_svg("circle", BLUE, _NODE_PX)
        marker(positions[place_id], svg, _NODE_PX, shown).add_to(group)
        label(
            positions[place_id],
            readings.name(place_id),
            small=small,
            side=offset_side(positions[place_id], sides),
        ).add_to(group)
    star = glyph_svg("star", CAPITAL_COLOUR, 30)
    shown = tooltip(readings.capital, [readings.name(readings.capital_id, lang="en")])
    marker(positions[readings.capital_id], star, 30, shown).add_to(group)
    label(positions[readings.capital_id], readings.capital).add_to(group)


def _fastest(mode: str, place_id: str, readings: Readings) -> str:
    fastest = readings.fastest_capital(mode, place_id)
    if fastest is None:
        return ""
    return say(
        readings.lang,
        "fastest_point",
        name=readings.name(fastest[0]),
        value=whole(fastest[1]),
    )


def _legend(readings: Readings) -> Markup:
    lang = readings.lang
    items = [
        (line_svg(each.line, each.dash), f"{span} {each.word(lang, readings.capital)}")
        for each, span in zip((*RATIO_CLASSES, NO_DATA), class_spans(), strict=True)
    ]
    items.append(
        (
            line_svg(CAPITAL_COLOUR, "1 6", weight=2.5),
            say(lang, "to_capital", capital=readings.capital),
        )
    )
    return legend(say(lang, "ratio_legend", capital=readings.capital), items)


def _still(basemap: gpd.GeoDataFrame, readings: Readings) -> bytes:
    """Return a still picture of the first mode, in English where no font can write Korean."""
    lang, _ = choose_face(readings.lang, None)
    positions = readings.positions()
    mode = readings.modes[0]
    strokes, spots = [], _label_spots(mode, readings)
    for from_id, to_id in _by_ratio(mode, readings):
        style = ratio_class(readings.ratio(mode, from_id, to_id))
        points = curve(positions[from_id], positions[to_id]).points
        minutes = whole(readings.minutes(mode, from_id, to_id))
        strokes.append(Stroke(points, style.line, style.dash, 7, minutes, spots[from_id, to_id]))
    around = [positions[each] for each in readings.clusters]
    symbols = [
        Symbol(
            point,
            "circle",
            BLUE,
            22,
            readings.name(place_id, lang=lang),
            offset_side(point, around),
        )
        for place_id, point in zip(readings.clusters, around, strict=True)
    ]
    view, note = view_of(readings, readings.clusters), say(lang, mode)
    return preview(basemap, view, strokes=strokes, symbols=symbols, note=note)

"""The map of places and networks: what the study compares, and by what one travels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import folium
import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import Readings, records
from clustergeo.exhibits._words import both, say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures.sheet import choose_face
from clustergeo.exhibits.maps.leaflet import add_basemap, empty_map, finish, named, shelf
from clustergeo.exhibits.maps.marks import (
    glyph_svg,
    label,
    legend,
    line_svg,
    marker,
    tooltip,
)
from clustergeo.exhibits.maps.network_lines import NetworkLayers
from clustergeo.exhibits.maps.pilot_marks import Pilot, pilots_of, sector_items
from clustergeo.exhibits.maps.preview import Symbol, preview
from clustergeo.exhibits.maps.stop_layers import add_networks, network_items
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.maps.tiles import Tiles
from clustergeo.exhibits.pages.page import Page, render_map_page
from clustergeo.exhibits.style import BASEMAP_LINES, BLUE, CAPITAL_COLOUR, MUTED

__all__ = ["page_words", "place_about", "places_map", "view_of"]

_GLYPHS: Final[dict[str, tuple[str, str, float]]] = {
    "cluster": ("bullseye", BLUE, 22),
    "site": ("circle", "#56B4E9", 11),
    "capital": ("star", CAPITAL_COLOUR, 20),
    "anchor": ("square", MUTED, 9),
    "place": ("diamond", MUTED, 11),
}
"""Shape, colour and size in pixels of each kind of place."""

_GROUPS: Final = (
    ("anchors", "anchor", False),
    ("others", "place", True),
    ("sites", "site", True),
    ("capitals", "capital", True),
    ("clusters", "cluster", True),
)
"""Layer, kind of place, and whether it is shown at first; later layers lie on top."""

_PAGE_WORDS: Final = (
    *("noscript", "print_note", "map_label", "hint"),
    *("skip", "search", "layers", "beside", "sources"),
)
_ROOM_PX: Final = (64, 200, 28, 28)


def places_map(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    networks: NetworkLayers | None = None,
    tiles: Tiles | None = None,
    lang: Language = "ko",
) -> Exhibit:
    """Draw clusters, sites, capital points, hubs, pilot projects and the networks between them.

    A search box finds every place and stop by its Korean and its English name. Stops are hidden
    at first; the search switches on what it needs.

    Parameters
    ----------
    tables
        Places are needed; projects and municipalities are drawn where they are given, coloured
        and shaped by sector and sized by budget.
    facts
        Title, dates and credits.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    networks
        Metro and BRT lines and all stops, as of :func:`clustergeo.exhibits.network_layers`.
    tiles
        Server of map tiles for an optional layer, off at first; none by default, and then the
        page can ask nobody for anything.
    lang
        Language of the page; tooltips carry both names.

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
    view = view_of(readings, (*facts.cluster_ids, facts.capital_id))
    drawn = empty_map(view, room_px=_ROOM_PX)
    ground = add_basemap(drawn, basemap, lang=lang, tiles=tiles)
    of_networks = add_networks(drawn, networks, lang)
    pilots = pilots_of(tables, lang)
    _add_pilots(drawn, pilots, lang)
    present = [each for each in _GROUPS if (tables.places["kind"] == each[1]).any()]
    for key, kind, _ in present:
        group = shelf(drawn, key)
        for row in _rows(tables.places, kind):
            _add_place(group, row, readings)
    finish(drawn, lang)
    finding = _counts(tables, pilots, lang)
    still = _still(basemap, readings)
    of_places = [Switch(key, say(lang, key), on=on) for key, _, on in reversed(present)]
    if pilots:
        of_places.append(Switch("projects", say(lang, "projects")))
    page = Page(
        lang=lang,
        title=f"{say(lang, 'places_title')} - {facts.title(lang)}",
        finding=finding,
        note=readings.basis(),
        credits=(*facts.credits, *([tiles.credit] if tiles else [])),
        aside=_legend(present, pilots, of_networks, lang) + _list(readings),
        words=page_words(lang),
        picture=still,
        switches=switches(
            [
                SwitchSet(say(lang, "places_set"), of_places),
                SwitchSet(say(lang, "transit_set"), of_networks),
                SwitchSet(say(lang, "ground_set"), ground),
            ]
        ),
        search=True,
        tiles=tiles.origin if tiles else "",
    )
    title_ko, title_en = both("places_title")
    return Exhibit(
        exhibit_id="places",
        title_ko=title_ko,
        title_en=title_en,
        caption=finding,
        media_type="text/html",
        content=render_map_page(drawn, page),
        lang=lang,
        preview=still,
    )


def page_words(lang: Language) -> dict[str, str]:
    """Return the phrases every map page needs."""
    return {key: say(lang, key) for key in _PAGE_WORDS}


def view_of(
    readings: Readings, place_ids: Iterable[str]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the south-west and north-east corners around places, as (lat, lon)."""
    places = readings.tables.places
    inside = places.loc[places["place_id"].isin(list(place_ids))]
    west, south, east, north = map(float, inside.total_bounds)
    return (south, west), (north, east)


def _rows(places: pd.DataFrame, kind: str) -> Iterable[Mapping[str, object]]:
    return records(places.loc[places["kind"] == kind])


def _point(row: Mapping[str, object]) -> tuple[float, float]:
    shape = row["geometry"]
    return float(shape.y), float(shape.x)  # type: ignore[attr-defined]


def _add_place(group: folium.FeatureGroup, row: Mapping[str, object], readings: Readings) -> None:
    shape, colour, size = _GLYPHS[str(row["kind"])]
    place_id = str(row["place_id"])
    is_capital = place_id == readings.capital_id
    on_top = is_capital or row["kind"] == "cluster"
    if is_capital:
        size *= 1.35
    names = (str(row["name_ko"]), str(row["name_en"]))
    first, second = names if readings.lang == "ko" else names[::-1]
    shown = tooltip(first or second or place_id, [second, *place_about(row, readings.lang)])
    mark = marker(_point(row), glyph_svg(shape, colour, size), size, shown, on_top=on_top)
    short = (readings.name(place_id, lang="ko"), readings.name(place_id, lang="en"))
    named(mark, *short, *names).add_to(group)
    if on_top:
        label(_point(row), readings.name(place_id)).add_to(group)


def place_about(row: Mapping[str, object], lang: Language) -> list[str]:
    """Return what a tooltip says of a place, in the order planners ask."""
    accuracy = row["accuracy_m"]
    known = isinstance(accuracy, (int, float)) and math.isfinite(accuracy)
    reach = say(lang, "accuracy", value=f"{accuracy:,.0f}") if known else ""
    grade = str(row["evidence"])
    return [
        f"{row['place_id']}",
        f"{reach or say(lang, 'accuracy_unknown')} · {say(lang, 'evidence')}: {say(lang, grade)}",
        say(lang, "source", source=row["source"]) if row["source"] else "",
    ]


def _add_pilots(drawn: folium.Map, pilots: Sequence[Pilot], lang: Language) -> None:
    if not pilots:
        return
    group = shelf(drawn, "projects")
    for pilot in pilots:
        first, second = pilot.names(lang)
        text = say(lang, "project", name=pilot.project["project_name"], budget=pilot.budget)
        lines = [second, pilot.sector, text, *place_about(pilot.place, lang)]
        mark = marker(pilot.point, pilot.svg, pilot.size_px, tooltip(first, lines))
        named(mark, first, second).add_to(group)


def _counts(tables: StudyTables, pilots: Sequence[Pilot], lang: Language) -> str:
    """Return how many places of each kind the map holds."""
    kinds = tables.places["kind"]
    parts = [
        f"{say(lang, key)} {int((kinds == kind).sum()):,}"
        for key, kind, _ in reversed(_GROUPS)
        if (kinds == kind).any()
    ]
    if pilots:
        parts.append(f"{say(lang, 'projects')} {len(pilots):,}")
    return " · ".join(parts)


def _legend(
    present: Sequence[tuple[str, str, bool]],
    pilots: Sequence[Pilot],
    networks: Sequence[Switch],
    lang: Language,
) -> Markup:
    items = [(glyph_svg(*_GLYPHS[kind]), say(lang, key)) for key, kind, _ in reversed(present)]
    items += sector_items(pilots, lang)
    items += network_items(networks)
    for layer in ("motorway", "trunk", "high_speed", "conventional"):
        colour, width, dash = BASEMAP_LINES[layer]
        items.append((line_svg(colour, dash, weight=width), say(lang, layer)))
    return legend(say(lang, "legend"), items)


def _list(readings: Readings) -> Markup:
    """Return the clusters and the capital point as a table, for readers without the map."""
    wanted = (*readings.clusters, readings.capital_id)
    positions = readings.positions()
    rows = "".join(
        f'<tr><th scope="row">{escape(readings.name(each, lang="ko"))}</th>'
        f'<td class="text" lang="en">{escape(readings.name(each, lang="en"))}</td>'
        f"<td>{positions[each][0]:.4f}, {positions[each][1]:.4f}</td></tr>"
        for each in wanted
    )
    caption = escape(say(readings.lang, "clusters"))
    return Markup(f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>")  # noqa: S704


def _still(basemap: gpd.GeoDataFrame, readings: Readings) -> bytes:
    """Return a still picture of the clusters and the capital points; see the isolation map."""
    lang, _ = choose_face(readings.lang, None)
    symbols = []
    for kind in ("capital", "cluster"):
        for row in _rows(readings.tables.places, kind):
            shape, colour, size = _GLYPHS[kind]
            named = kind == "cluster" or row["place_id"] == readings.capital_id
            name = readings.name(str(row["place_id"]), lang=lang) if named else ""
            symbols.append(Symbol(_point(row), shape, colour, size, name))
    view = view_of(readings, (*readings.clusters, readings.capital_id))
    return preview(basemap, view, symbols=symbols)

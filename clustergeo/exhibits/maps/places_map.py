"""The location map: what the study compares, and where it lies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
from clustergeo.exhibits.maps.leaflet import (
    add_basemap,
    empty_map,
    glyph_svg,
    label,
    legend,
    line_svg,
    marker,
    tooltip,
)
from clustergeo.exhibits.maps.preview import Symbol, preview
from clustergeo.exhibits.pages.page import Page, render_map_page
from clustergeo.exhibits.style import BASEMAP_LINES, BLUE, CAPITAL_COLOUR, MUTED, sector_styles

__all__ = ["page_words", "places_map", "view_of"]

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

_SMALLEST_PX: Final = 14.0
_LARGEST_PX: Final = 34.0


def places_map(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
) -> Exhibit:
    """Draw the clusters, their sites, the capital points, anchors and pilot municipalities.

    Parameters
    ----------
    tables
        Places are needed; projects and municipalities are drawn where they are given, coloured
        and shaped by sector and sized by budget.
    facts
        Title, dates and credits.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    lang
        Language of the page; tooltips carry both.

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
    drawn = empty_map(view_of(readings, (*facts.cluster_ids, facts.capital_id)), facts.credits)
    add_basemap(drawn, basemap, lang=lang)
    projects = _add_municipalities(drawn, tables, lang)
    present = [each for each in _GROUPS if (tables.places["kind"] == each[1]).any()]
    for key, kind, shown in present:
        group = folium.FeatureGroup(name=escape(say(lang, key)), show=shown)
        for row in _rows(tables.places, kind):
            _add_place(group, row, readings)
        group.add_to(drawn)
    folium.LayerControl(collapsed=False).add_to(drawn)
    finding = _counts(tables, lang)
    still = _still(basemap, readings)
    page = Page(
        lang=lang,
        title=f"{say(lang, 'places_title')} - {facts.title(lang)}",
        finding=finding,
        note=readings.basis(),
        credits=facts.credits,
        aside=_legend(present, projects, lang) + _list(readings),
        words=page_words(lang),
        picture=still,
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
    return {key: say(lang, key) for key in ("noscript", "print_note", "map_label", "hint")}


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
    named = is_capital or row["kind"] == "cluster"
    if is_capital:
        size *= 1.35
    shown = tooltip(str(row["name_ko"]) or place_id, _about(row, readings.lang))
    marker(_point(row), glyph_svg(shape, colour, size), size, shown, on_top=named).add_to(group)
    if named:
        label(_point(row), readings.name(place_id)).add_to(group)


def _about(row: Mapping[str, object], lang: Language) -> list[str]:
    """Return what a tooltip says of a place, in the order planners ask."""
    accuracy = row["accuracy_m"]
    known = isinstance(accuracy, (int, float)) and math.isfinite(accuracy)
    reach = say(lang, "accuracy", value=f"{accuracy:,.0f}") if known else ""
    grade = str(row["evidence"])
    return [
        str(row["name_en"]),
        f"{row['place_id']}",
        f"{reach or say(lang, 'accuracy_unknown')} · {say(lang, 'evidence')}: {say(lang, grade)}",
        say(lang, "source", source=row["source"]) if row["source"] else "",
    ]


def _add_municipalities(
    drawn: folium.Map, tables: StudyTables, lang: Language
) -> dict[str, tuple[str, str]]:
    """Add a symbol for each municipality with a project; return the styles of the sectors."""
    if tables.projects is None or tables.municipalities is None:
        return {}
    projects = {str(row["project_id"]): row for row in records(tables.projects)}
    sectors = {key: _sector(row, lang) for key, row in projects.items()}
    # By the printed name, so that a sector looks the same in both languages.
    styles = sector_styles([str(row["sector"]) for row in projects.values()])
    budgets = {key: _budget(row) for key, row in projects.items()}
    largest = max([each for each in budgets.values() if math.isfinite(each)], default=1.0)
    group = folium.FeatureGroup(name=escape(say(lang, "projects")))
    for row in records(tables.municipalities):
        key = str(row["project_id"])
        if key not in projects:
            continue
        colour, shape = styles[str(projects[key]["sector"])]
        share = budgets[key] / largest if math.isfinite(budgets[key]) else 0.0
        # The area of a symbol, not its width, stands for the amount.
        size = max(_SMALLEST_PX, _LARGEST_PX * math.sqrt(share))
        text = say(
            lang,
            "project",
            name=projects[key]["project_name"],
            budget=f"{budgets[key]:,.0f}" if math.isfinite(budgets[key]) else "-",
        )
        lines = [sectors[key], text, *_about(row, lang)]
        shown = tooltip(str(row["name_ko"]) or str(row["place_id"]), lines)
        marker(_point(row), glyph_svg(shape, colour, size), size, shown).add_to(group)
    group.add_to(drawn)
    return {sectors[key]: styles[str(row["sector"])] for key, row in projects.items()}


def _sector(project: Mapping[str, object], lang: Language) -> str:
    """Return the sector in the language of the page, or as printed where it is not translated."""
    translated = str(project.get("sector_ko", "")) if lang == "ko" else ""
    return translated or str(project["sector"])


def _budget(project: Mapping[str, object]) -> float:
    value = pd.to_numeric(str(project.get("total_expense_100m_krw", "")), errors="coerce")
    return float(value)


def _counts(tables: StudyTables, lang: Language) -> str:
    """Return how many places of each kind the map holds."""
    kinds = tables.places["kind"]
    parts = [
        f"{say(lang, key)} {int((kinds == kind).sum()):,}"
        for key, kind, _ in reversed(_GROUPS)
        if (kinds == kind).any()
    ]
    if tables.municipalities is not None and tables.projects is not None:
        pilots = (
            tables.municipalities["project_id"]
            .astype(str)
            .isin(tables.projects["project_id"].astype(str))
        )
        parts.append(f"{say(lang, 'projects')} {int(pilots.sum()):,}")
    return " · ".join(parts)


def _legend(
    present: list[tuple[str, str, bool]], sectors: dict[str, tuple[str, str]], lang: Language
) -> Markup:
    items = [(glyph_svg(*_GLYPHS[kind]), say(lang, key)) for key, kind, _ in reversed(present)]
    items += [(glyph_svg(shape, colour, 18), name) for name, (colour, shape) in sectors.items()]
    if sectors:
        items.append(("", say(lang, "budget_size")))
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

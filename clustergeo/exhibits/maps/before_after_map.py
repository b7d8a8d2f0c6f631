"""The map of a scenario: trips before, after and their difference, and the link that is built."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits._changes import Change, Changes
from clustergeo.exhibits._readings import records
from clustergeo.exhibits._scenario_words import tell, tell_both
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.before_after import before_after
from clustergeo.exhibits.maps.change_table import change_shade, change_table, change_word
from clustergeo.exhibits.maps.curves import curve, label_points, offset_side
from clustergeo.exhibits.maps.marks import (
    glyph_svg,
    label,
    legend,
    line_svg,
    marker,
    tooltip,
)
from clustergeo.exhibits.maps.places_map import view_of
from clustergeo.exhibits.maps.stage import Stage, polyline
from clustergeo.exhibits.minute_classes import (
    CHANGE_CLASSES,
    LINK_COLOUR,
    MINUTE_CLASSES,
    NO_MINUTES,
    Shade,
    change_class,
)
from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR

__all__ = ["before_after_map"]

_NODE_PX: Final = 20.0
_STOP_PX: Final = 13.0
_LABELS_APART: Final = 0.09
_VIEWS: Final = ("difference", "before", "after")
_DIGITS: Final = 5
_NEW: Final = frozenset({"new_road", "new_line"})


def before_after_map(
    tables: ScenarioTables,
    *,
    facts: StudyFacts,
    scenario: ScenarioFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    figure: Exhibit | None = None,
) -> Exhibit:
    """Draw the trips between clusters before and after a scenario, and what changes.

    A switch shows one mode and one of before, after and difference. Before and after have the
    same classes of minutes; the difference has its own, blue and wide where trips get shorter,
    orange and dashed where they get longer, grey where they stay.

    Parameters
    ----------
    tables
        The pairs before and after, the places, and what is built.
    facts
        The clusters, the capital point, dates and credits of the study.
    scenario
        Title, cost and caveats.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    lang
        Language of the page.
    figure
        What is printed in place of the live map; :func:`before_after` of the same tables by
        default.

    Returns
    -------
    exhibit : Exhibit
        One HTML file that opens without a network.

    Raises
    ------
    UsageError
        If a cluster or the capital point is not in the places table.
    """
    changes = Changes(tables, facts, scenario, lang)
    readings = changes.readings
    figure = figure or before_after(tables, facts=facts, scenario=scenario, lang=lang)
    stage = Stage(view_of(readings, facts.cluster_ids), facts, basemap, lang)
    links = tables.links
    if links is not None:
        stage.overlay("link", tell(lang, "link"))
        _add_links(stage.shelf("link"), links, lang=lang)
    # The mode that changes comes first: the map opens on what the scenario does.
    changed = changes.changed_modes()
    modes = sorted(changes.modes, key=lambda mode: mode not in changed)
    for mode in modes:
        for view in _VIEWS:
            group = stage.shelf(view, mode)
            _add_pairs(group, mode, view, changes)
            _add_nodes(group, mode, view, changes)
    return stage.page(
        titles=tell_both("map_title"),
        finding=changes.finding(),
        note=f"{scenario.told(lang)}. {readings.basis()}. {readings.evidence()}",
        aside=_aside(links, changes, modes),
        choices=[
            (tell(lang, "view"), [(view, tell(lang, view)) for view in _VIEWS]),
            (say(lang, "mode"), [(mode, say(lang, mode)) for mode in modes]),
        ],
        figure=figure,
        exhibit_id="before_after",
    )


def _add_links(group: folium.FeatureGroup, links: gpd.GeoDataFrame, *, lang: Language) -> None:
    """Add what a scenario builds and changes; new lines are double, changed ones dashed."""
    other: Language = "en" if lang == "ko" else "ko"
    rows = records(links)
    for row in rows:
        if row["kind"] == "stop":
            continue
        kind = str(row["kind"])
        lines = [str(row[f"name_{other}"]), tell(lang, kind)]
        shown = tooltip(str(row[f"name_{lang}"]), lines, sticky=True)
        course = _course(row["geometry"])  # type: ignore[arg-type]
        if kind in _NEW:
            polyline(course, color=LINK_COLOUR, weight=9, opacity=1, tooltip=shown).add_to(group)
            polyline(course, color="#FFFFFF", weight=3, opacity=1, interactive=False).add_to(group)
        else:
            polyline(
                course, color=LINK_COLOUR, weight=4, opacity=0.9, dash_array="3 5", tooltip=shown
            ).add_to(group)
    for row in rows:
        if row["kind"] == "stop":
            lines = [str(row[f"name_{other}"]), tell(lang, "stop")]
            shown = tooltip(str(row[f"name_{lang}"]), lines)
            shape = row["geometry"]
            at = (float(shape.y), float(shape.x))  # type: ignore[attr-defined]
            svg = glyph_svg("bullseye", LINK_COLOUR, _STOP_PX)
            marker(at, svg, _STOP_PX, shown).add_to(group)


def _link_key(links: gpd.GeoDataFrame, lang: Language) -> list[tuple[str, str]]:
    """Return the rows of a legend for the kinds of links that are drawn."""
    double = (
        '<svg width="44" height="14" aria-hidden="true">'
        f'<path d="M1 7H43" stroke="{LINK_COLOUR}" stroke-width="9"/>'
        '<path d="M1 7H43" stroke="#fff" stroke-width="3"/></svg>'
    )
    dashed = line_svg(LINK_COLOUR, "3 5", weight=4)
    keys = {
        "new_road": double,
        "new_line": double,
        "changed_road": dashed,
        "changed_line": dashed,
        "stop": glyph_svg("bullseye", LINK_COLOUR, _STOP_PX),
    }
    kinds = set(links["kind"])
    return [(svg, tell(lang, kind)) for kind, svg in keys.items() if kind in kinds]


def _course(shape: BaseGeometry) -> list[list[tuple[float, float]]]:
    """Return a line or lines as (lat, lon)."""
    return [
        [(round(lat, _DIGITS), round(lon, _DIGITS)) for lon, lat in part.coords]
        for part in shapely.get_parts(shape)
    ]


def _add_pairs(group: folium.FeatureGroup, mode: str, view: str, changes: Changes) -> None:
    """Add one curve a direction; those that change most come last and lie on top."""
    positions = changes.readings.positions()
    rows = sorted(changes.between(mode), key=lambda row: -_rank(row))
    curves = [curve(positions[row.from_id], positions[row.to_id]) for row in rows]
    spots = _spots([each.points for each in curves], changes)
    for row, bend, spot in zip(rows, curves, spots, strict=True):
        shade = change_shade(row, view)
        halo = {"color": "#FFFFFF", "weight": shade.width_px + 3.5, "opacity": 0.9}
        polyline(bend.points, interactive=False, **halo).add_to(group)
        polyline(
            bend.points,
            color=shade.line,
            weight=shade.width_px,
            opacity=1,
            dash_array=shade.dash or None,
            line_cap="butt",
            tooltip=tooltip(changes.pair(row), changes.about(row), sticky=True),
        ).add_to(group)
        head = folium.Polygon(
            bend.arrow, color="#FFFFFF", weight=1, fill_color=shade.line, fill_opacity=1
        )
        head.options["interactive"] = False
        head.add_to(group)
        pill = f"shade-{shade.key}"
        label(spot, change_word(row, view, changes.lang), side=pill, css="pill").add_to(group)


def _rank(row: Change) -> float:
    """Return minutes saved, unchanged ones lowest."""
    if row.same:
        return math.inf
    return row.difference_min if math.isfinite(row.difference_min) else -math.inf


def _spots(
    lines: Sequence[Sequence[tuple[float, float]]], changes: Changes
) -> list[tuple[float, float]]:
    readings = changes.readings
    (south, _), (north, _) = view_of(readings, readings.clusters)
    nodes = [readings.positions()[each] for each in readings.clusters]
    return label_points(lines, nodes, apart_deg=_LABELS_APART * (north - south))


def _add_nodes(group: folium.FeatureGroup, mode: str, view: str, changes: Changes) -> None:
    """Add the clusters with their minutes to the capital, and the capital."""
    readings = changes.readings
    positions = readings.positions()
    sides = [positions[each] for each in readings.clusters]
    capital = {row.from_id: row for row in changes.to_capital(mode)}
    for place_id in readings.clusters:
        row = capital.get(place_id)
        small = f"★ {_to_capital(row, view, changes)}" if row else ""
        lines = [f"★ {readings.capital}", *changes.about(row)[1:]] if row else []
        shown = tooltip(readings.name(place_id), lines)
        svg = glyph_svg("circle", BLUE, _NODE_PX)
        marker(positions[place_id], svg, _NODE_PX, shown).add_to(group)
        side = offset_side(positions[place_id], sides)
        name = readings.name(place_id)
        label(positions[place_id], name, small=small, side=side).add_to(group)
    star = glyph_svg("star", CAPITAL_COLOUR, 30)
    shown = tooltip(readings.capital, [readings.name(readings.capital_id, lang="en")])
    marker(positions[readings.capital_id], star, 30, shown).add_to(group)
    label(positions[readings.capital_id], readings.capital).add_to(group)


def _to_capital(row: Change, view: str, changes: Changes) -> str:
    """Return the minutes to the capital, or by how much they change, so that 0 is no trip time."""
    lang, capital = changes.lang, changes.readings.capital
    word = change_word(row, view, lang)
    if view != "difference":
        return f"{capital} {say(lang, 'minutes', value=word)}"
    same = word == "0"
    told = tell(lang, "same_short") if same else say(lang, "minutes", value=word)
    return f"{tell(lang, 'to_capital', capital=capital)} {told}"


def _aside(links: gpd.GeoDataFrame | None, changes: Changes, modes: Sequence[str]) -> Markup:
    lang = changes.lang
    shown = [row for mode in modes for row in changes.shown(mode)]
    used = {change_class(row.difference_min, row.change).key for row in shown}
    # Spans stand in the legend always; what became of a pair only where it did.
    spans = [each for each in CHANGE_CLASSES if each.key in used or not math.isnan(each.upper)]
    blank = any(math.isnan(value) for row in shown for value in (row.before_min, row.after_min))
    minutes = (*MINUTE_CLASSES, *([NO_MINUTES] if blank else []))
    change_key = legend(tell(lang, "change_legend"), [_key(each, lang) for each in spans])
    minutes_key = legend(tell(lang, "minutes_legend"), [_key(each, lang) for each in minutes])
    # Beside the map stands the key of what is shown; on paper each stands once.
    legends = [
        Markup('<div data-when="difference">{}</div>').format(change_key),
        Markup('<div data-when="before">{}</div>').format(minutes_key),
        Markup('<div data-when="after" class="screen-only">{}</div>').format(minutes_key),
    ]
    if links is not None and len(links):
        legends.append(legend(tell(lang, "link"), _link_key(links, lang)))
    tables = [change_table(mode, changes) for mode in modes]
    return Markup("").join((*legends, *tables))


def _key(shade: Shade, lang: Language) -> tuple[str, str]:
    return line_svg(shade.line, shade.dash, weight=shade.width_px), shade.word(lang)

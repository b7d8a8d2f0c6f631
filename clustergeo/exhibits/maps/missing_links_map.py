"""The map of missing links: which new road or direct service would save most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import folium
import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from clustergeo.exhibits._links import (
    basis,
    evidence_of,
    is_verified,
    link_name,
    proposed,
    rank_of,
    reader_of,
    said,
    saved_of,
)
from clustergeo.exhibits._readings import Readings, number, records
from clustergeo.exhibits._scenario_words import tell, tell_both
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.ranked_links import ranked_links
from clustergeo.exhibits.maps.curves import Point, curve, label_points, offset_side
from clustergeo.exhibits.maps.link_table import KIND_OF, link_table
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
from clustergeo.exhibits.minute_classes import CHANGE_CLASSES, Shade, change_class
from clustergeo.exhibits.scenario_facts import hundred_million
from clustergeo.exhibits.style import BLUE

__all__ = ["missing_links_map"]

_NODE_PX: Final = 18.0
_LABELS_APART: Final = 0.07
_BEND: Final = 0.07
_MOST_DRAWN: Final = 8
"""More lines than this would hide each other; the table has the rest."""

_ORDER: Final = ("transit", "car")
_REFUSED: Final = "#8A8A8A"
_SCREENED_DASH: Final = "10 6"


def missing_links_map(  # noqa: PLR0913 - one keyword a part of the page
    missing: pd.DataFrame,
    refused: pd.DataFrame | None = None,
    *,
    places: gpd.GeoDataFrame,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    lang: Language = "ko",
    figure: Exhibit | None = None,
) -> Exhibit:
    """Draw the links that are missing with their ranks, and those that were refused.

    A switch shows direct services or roads, for ranks are within the mode. Wide and dark lines
    save most; a dashed one was screened only, not run in full. Links refused because they exist
    are a layer of their own, grey and dotted, off at the start; of these the ones between places
    drawn, and the switch says how many of how many.

    Parameters
    ----------
    missing
        Contract ``schemas.missing_links.MISSING_LINKS``.
    refused
        Contract ``schemas.missing_links.REFUSED_LINKS``; None for none.
    places
        Places that the links join.
    facts
        The clusters, dates and credits of the study.
    basemap
        As of :func:`clustergeo.exhibits.load_basemap`.
    lang
        Language of the page.
    figure
        What is printed in place of the live map; :func:`ranked_links` of the same links by
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
    readings = reader_of(places, facts, lang)
    figure = figure or ranked_links(None, missing, places=places, facts=facts, lang=lang)
    rows = proposed(missing)
    shown = [
        row
        for mode in _ORDER
        for row in [each for each in rows if each["mode"] == mode][:_MOST_DRAWN]
    ]
    ends = {str(row[key]) for row in shown for key in ("from_id", "to_id")}
    view = view_of(readings, {*facts.cluster_ids, *ends})
    stage = Stage(view, facts, basemap, lang)
    known = pd.DataFrame() if refused is None else refused
    there = _near(known, {*facts.cluster_ids, *ends})
    if there:
        note = tell(lang, "existing_note", n=len(there), total=len(known))
        stage.overlay("existing", tell(lang, "existing"), on=False, note=note)
        for mode in _ORDER:
            gone = stage.shelf("existing", mode)
            for row in there:
                if row["mode"] == mode:
                    _refused_line(row, readings).add_to(gone)
    choices = []
    for mode in _ORDER:
        of = [row for row in shown if row["mode"] == mode]
        if of:
            _add_links(stage.shelf(mode), of, readings)
            choices.append((mode, tell(lang, KIND_OF[mode])))
    _add_nodes(stage.shelf(), readings, ends)
    grades = [said(row, "evidence") for row in shown]
    return stage.page(
        titles=tell_both("missing_title"),
        finding=_finding(shown, readings),
        note=f"{basis(facts, lang)}. {evidence_of(grades, lang)}",
        aside=_aside(rows, readings, refused=bool(there)),
        choices=[(tell(lang, "kind_head"), choices)],
        figure=figure,
        exhibit_id="missing_links",
    )


def _finding(shown: Sequence[Mapping[str, object]], readings: Readings) -> str:
    lang, parts = readings.lang, []
    for mode in _ORDER:
        best = max((row for row in shown if row["mode"] == mode), key=saved_of, default=None)
        if best is not None and saved_of(best) > 0:
            values = {"mode": say(lang, mode), "name": link_name(best, readings)}
            parts.append(tell(lang, "ranked_finding", saved=f"{saved_of(best):.1f}", **values))
    return "; ".join(parts) or tell(lang, "missing_none")


def _near(refused: pd.DataFrame, ends: set[str]) -> list[dict[str, object]]:
    """Return the refused links between places that are drawn: hundreds would hide the map."""
    rows = records(refused)
    return [row for row in rows if {str(row["from_id"]), str(row["to_id"])} <= ends]


def _course(row: Mapping[str, object], readings: Readings) -> tuple[Point, ...]:
    """Return the line of a link: by the places between, or a slight curve."""
    positions = readings.positions()
    ids = [str(row["from_id"]), *said(row, "via_ids").split(), str(row["to_id"])]
    points = tuple(positions[each] for each in ids if each in positions)
    if len(points) == 2:  # noqa: PLR2004 - both ends and nothing between
        return curve(*points, bend=_BEND).points
    return points


def _add_links(
    group: folium.FeatureGroup, rows: Sequence[Mapping[str, object]], readings: Readings
) -> None:
    """Add the lines, the first ranks last so that they lie on top, and a pill with each rank."""
    backwards = list(reversed(rows))
    courses = [_course(row, readings) for row in backwards]
    nodes = [readings.positions()[each] for each in readings.clusters]
    (south, _), (north, _) = view_of(readings, readings.clusters)
    spots = label_points(courses, nodes, apart_deg=_LABELS_APART * (north - south))
    for row, course, spot in zip(backwards, courses, spots, strict=True):
        shade = change_class(-saved_of(row))
        halo = {"color": "#FFFFFF", "weight": shade.width_px + 4, "opacity": 0.9}
        polyline(course, interactive=False, **halo).add_to(group)
        polyline(
            course,
            color=shade.line,
            weight=shade.width_px,
            opacity=1,
            dash_array=None if is_verified(row) else _SCREENED_DASH,
            line_cap="butt",
            tooltip=tooltip(link_name(row, readings), _about(row, readings), sticky=True),
        ).add_to(group)
        text = f"{rank_of(row):g}: {saved_of(row):.1f}"
        label(spot, text, side=f"shade-{shade.key}", css="pill").add_to(group)


def _about(row: Mapping[str, object], readings: Readings) -> list[str]:
    """Return the lines of a tooltip: names in the other language, minutes, what it is, cost."""
    lang = readings.lang
    other: Language = "en" if lang == "ko" else "ko"
    ends = [readings.name(str(row[key]), lang=other) for key in ("from_id", "to_id")]
    lines = [" - ".join(ends), tell(lang, "saved", value=f"{saved_of(row):.1f}")]
    lines[1] = f"{tell(lang, 'rank')} {rank_of(row):g} · {lines[1]}"
    made = [
        tell(lang, key, value=f"{number(row[name]):,.{digits}f}")
        for key, name, digits in (
            ("length", "length_km", 1),
            ("speed", "speed_kph", 0),
            ("headway", "headway_min", 0),
            ("ride", "ride_min", 0),
        )
        if math.isfinite(number(row[name]))
    ]
    lines.append(" · ".join(made))
    cost, per = number(row["cost_krw_bn"]), number(row["per_bn"])
    lines.append(
        tell(lang, "cost", value=hundred_million(cost, lang))
        if math.isfinite(cost)
        else tell(lang, "cost_unknown")
    )
    if math.isfinite(per):
        lines.append(tell(lang, "per_bn", value=f"{100 * per:.2f}"))
    if planned := said(row, "planned"):
        lines.append(tell(lang, "planned_as", scenario_id=planned))
    lines.append(tell(lang, "verified" if is_verified(row) else "screened"))
    if grade := said(row, "evidence"):
        lines.append(f"{tell(lang, 'evidence')}: {say(lang, grade)}")
    return lines


def _refused_line(row: Mapping[str, object], readings: Readings) -> folium.PolyLine:
    why = " · ".join(filter(None, (said(row, "reason"), said(row, "exists"))))
    lines = [tell(readings.lang, "refused", reason=why)]
    return polyline(
        _course(row, readings),
        color=_REFUSED,
        weight=2.5,
        opacity=1,
        dash_array="1 6",
        tooltip=tooltip(link_name(row, readings), lines, sticky=True),
    )


def _add_nodes(group: folium.FeatureGroup, readings: Readings, ends: set[str]) -> None:
    """Add the clusters with their names, and the other places that links join."""
    positions = readings.positions()
    sides = [positions[each] for each in readings.clusters]
    other: Language = "en" if readings.lang == "ko" else "ko"
    for place_id in dict.fromkeys((*readings.clusters, *sorted(ends))):
        shown = tooltip(readings.name(place_id), [readings.name(place_id, lang=other)])
        cluster = place_id in readings.clusters
        size = _NODE_PX if cluster else 12.0
        svg = glyph_svg("circle" if cluster else "bullseye", BLUE, size)
        marker(positions[place_id], svg, size, shown).add_to(group)
        side = offset_side(positions[place_id], sides)
        label(positions[place_id], readings.name(place_id), side=side).add_to(group)


def _aside(rows: Sequence[Mapping[str, object]], readings: Readings, *, refused: bool) -> Markup:
    lang = readings.lang
    used = {change_class(-saved_of(row)).key for row in rows}
    items = [_key(each, lang) for each in CHANGE_CLASSES if each.key in used]
    if not all(is_verified(row) for row in rows):
        items.append((line_svg(BLUE, _SCREENED_DASH), tell(lang, "screened")))
    if refused:
        items.append((line_svg(_REFUSED, "1 6", weight=3), tell(lang, "existing")))
    tables = [link_table(mode, rows, readings) for mode in _ORDER]
    return Markup("").join((legend(tell(lang, "saved_legend"), items), *tables))


def _key(shade: Shade, lang: Language) -> tuple[str, str]:
    return line_svg(shade.line, "", weight=shade.width_px), shade.word(lang)

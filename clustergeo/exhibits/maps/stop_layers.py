"""Metro and BRT lines and all stops as layers of a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import folium
import shapely

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import records
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.maps.leaflet import add_dots, add_lines, shelf
from clustergeo.exhibits.maps.marks import glyph_svg, line_svg
from clustergeo.exhibits.maps.network_lines import STOP_KINDS, NetworkLayers
from clustergeo.exhibits.maps.switches import Switch

__all__ = ["add_networks", "network_items"]

_LINES: Final = {"metro": ("#6a5f9e", 2.5, "2 4"), "brt": ("#009E73", 3.5, "")}
"""Colour, width and dash of the lines; trains run on the tracks of the basemap."""

_STOPS: Final = {"rail": "#3f426b", "metro": "#6a5f9e", "brt": "#00724f"}
_RADIUS_PX: Final = 4.5


def add_networks(
    drawn: folium.Map,
    layers: NetworkLayers | None,
    lang: Language,
) -> list[Switch]:
    """Add a layer for each kind of line and of stop; return their switches, stops off."""
    if layers is None:
        return []
    switches = []
    for kind, (colour, weight, dash) in _LINES.items():
        mine = layers.lines.loc[layers.lines["kind"] == kind]
        if mine.empty:
            continue
        style = {"color": colour, "weight": weight, "opacity": 0.8, "interactive": False}
        shape = shapely.union_all(mine.geometry.to_numpy())
        group = shelf(drawn, f"{kind}_line")
        add_lines(drawn, group, shape, style | ({"dashArray": dash} if dash else {}))
        switches.append(Switch(f"{kind}_line", say(lang, f"{kind}_line")))
    for kind in STOP_KINDS:
        mine = layers.stops.loc[layers.stops["kind"] == kind]
        if mine.empty:
            continue
        group = shelf(drawn, f"{kind}_stop")
        rows = [_dot(row, lang) for row in records(mine)]
        paint = {"radius": _RADIUS_PX, "weight": 1.5, "color": "#FFFFFF", "fillOpacity": 1}
        add_dots(drawn, group, rows, paint | {"fillColor": _STOPS[kind]})
        switches.append(Switch(f"{kind}_stop", say(lang, f"{kind}_stop"), on=False))
    return switches


def network_items(switches: Sequence[Switch]) -> list[tuple[str, str]]:
    """Return the keys of a legend for the layers that are there."""
    drawn = []
    for switch in switches:
        kind, _, what = switch.key.rpartition("_")
        if what == "line":
            colour, weight, dash = _LINES[kind]
            drawn.append((line_svg(colour, dash, weight=weight), switch.text))
        else:
            drawn.append((glyph_svg("circle", _STOPS[kind], 2 * _RADIUS_PX + 2), switch.text))
    return drawn


def _dot(row: dict[str, object], lang: Language) -> tuple[float, float, str, list[str]]:
    names = [str(row["name_ko"]), str(row["name_en"])]
    first, second = names if lang == "ko" else names[::-1]
    told = [second, say(lang, "stop_lines", lines=row["lines"])]
    shown = "<br>".join(
        [f"<b>{escape(first or second)}</b>", *(escape(each) for each in told if each)]
    )
    point = row["geometry"]
    return point.y, point.x, shown, [each for each in names if each]  # type: ignore[attr-defined]

"""Pieces of a folium map that need Leaflet alone: no pins, no tiles of its own, no plugins.

What folium leaves out (switches in groups, search, details by keyboard) is in ``map.js`` beside
the templates; the elements here hand it what it needs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits._escape import escape, one_line
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.maps.marks import Point
from clustergeo.exhibits.maps.switches import Switch
from clustergeo.exhibits.maps.tiles import Tiles
from clustergeo.exhibits.style import BASEMAP_LINES, LAND

__all__ = [
    "add_areas",
    "add_basemap",
    "add_dots",
    "add_lines",
    "empty_map",
    "finish",
    "named",
    "shelf",
]

_GROUPS: Final = (
    ("boundaries", ("boundary", "province")),
    ("roads", ("trunk", "motorway")),
    ("rail", ("conventional", "high_speed")),
)
_STEPS_PER_DEGREE: Final = 1000
"""Shapes are drawn to 0.001 degree, about 100 m, and written as steps between their points."""


class _Call(MacroElement):
    """A call of a function of ``map.js``; its arguments are safe inside a script."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        clustergeo.{{ this.function }}({{ this.arguments }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, *arguments: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Call"
        self.function = function
        self._arguments = arguments

    @property
    def arguments(self) -> str:
        """Names of elements as they are, everything else as JSON."""
        return ", ".join(
            str(each.get_name()) if isinstance(each, MacroElement) else _json(each)
            for each in self._arguments
        )


class _Names(MacroElement):
    """The names by which the search finds a place, and what only its popup tells."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.names = {{ this.names }};
        {{ this._parent.get_name() }}.more = {{ this.more }};
        {% endmacro %}
        """
    )

    def __init__(self, names: Sequence[str], more: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Names"
        self.names = _json([one_line(each) for each in names])
        self.more = _json("".join(f"<p>{escape(each)}</p>" for each in more))


class _TileLayer(MacroElement):
    """Tiles of one server; nothing is asked of it while they are switched off."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.tileLayer({{ this.url }}, {maxZoom: 19, referrerPolicy: "origin"}).addTo(
            {{ this._parent.get_name() }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, tiles: Tiles) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Tiles"
        self.url = _json(tiles.url)


def _json(value: object) -> str:
    """Return a value as JSON that neither ends a script nor a line of it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def empty_map(
    bounds: tuple[Point, Point], *, room_px: tuple[int, int, int, int] = (28, 28, 28, 28)
) -> folium.Map:
    """Return a map without tiles that shows the bounds, with room at top, right, bottom, left."""
    drawn = folium.Map(
        tiles=None,
        min_zoom=5,
        max_zoom=16,
        zoom_snap=0.25,
        zoom_delta=0.5,
        fade_animation=False,
    )
    top, right, bottom, left = room_px
    drawn.fit_bounds(
        [list(corner) for corner in bounds],
        padding_top_left=(left, top),
        padding_bottom_right=(right, bottom),
    )
    _Call("panes", drawn).add_to(drawn)
    return drawn


def finish(drawn: folium.Map, lang: Language) -> None:
    """Start switches, search and details; the last call of a map."""
    words = {
        "zoom": [say(lang, "zoom_in"), say(lang, "zoom_out")],
        "close": say(lang, "close"),
        "map": say(lang, "map_label"),
    }
    _Call("start", drawn, words).add_to(drawn)


def shelf(drawn: folium.Map, *keys: str) -> folium.FeatureGroup:
    """Return a group of the map that is shown while all its keys are switched on."""
    group = folium.FeatureGroup(control=False, show=False)
    group.add_to(drawn)
    _Call("shelf", group, list(keys)).add_to(drawn)
    return group


def add_basemap(
    drawn: folium.Map, basemap: gpd.GeoDataFrame, *, lang: Language, tiles: Tiles | None = None
) -> list[Switch]:
    """Add the land, always shown, the lines in three groups and tiles; return their switches."""
    shapes = dict(zip(basemap["layer"], basemap.geometry, strict=True))
    if land := shapes.get("land"):
        style = {"color": "#b9b4a8", "weight": 1, "fillColor": LAND, "fillOpacity": 1}
        add_areas(drawn, land, style | {"pane": "land", "interactive": False})
    switches = []
    for key, layers in _GROUPS:
        present = [layer for layer in layers if layer in shapes]
        if not present:
            continue
        group = shelf(drawn, key)
        for layer in present:
            colour, weight, dash = BASEMAP_LINES[layer]
            style = {"color": colour, "weight": weight, "pane": "ground", "interactive": False}
            add_lines(drawn, group, shapes[layer], style | ({"dashArray": dash} if dash else {}))
        switches.append(Switch(key, say(lang, key)))
    if tiles is not None:
        _TileLayer(tiles).add_to(shelf(drawn, "tiles"))
        note = say(lang, "tiles_note", host=tiles.origin)
        switches.append(Switch("tiles", say(lang, "tiles"), on=False, note=note))
    return switches


def add_lines(
    drawn: folium.Map,
    group: folium.FeatureGroup,
    shape: BaseGeometry,
    style: dict[str, object],
) -> None:
    """Add the lines of a shape as one line layer of many parts."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    lines = [steps for steps in map(_steps, parts) if len(steps) > 2]  # noqa: PLR2004 - a point
    _Call("lines", group, lines, style).add_to(drawn)


def add_areas(
    into: folium.Map | folium.FeatureGroup,
    shape: BaseGeometry,
    style: dict[str, object],
    *children: MacroElement,
) -> None:
    """Add the polygons of a shape as one area, with a tooltip and the like."""
    area = _Area(_polygons(shape), style)
    for child in children:
        area.add_child(child)
    area.add_to(into)


class _Area(MacroElement):
    """Polygons as one layer that can bear a tooltip."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = clustergeo.areas(
            {{ this._parent.get_name() }}, {{ this.polygons }}, {{ this.style }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, polygons: list[list[list[int]]], style: dict[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Area"
        self.polygons = _json(polygons)
        self.style = _json(style)


def add_dots(
    drawn: folium.Map,
    group: folium.FeatureGroup,
    rows: Sequence[tuple[float, float, str, Sequence[str]]],
    style: dict[str, object],
) -> None:
    """Add many small circles: latitude, longitude, escaped markup of the tooltip, names."""
    written = [
        [round(lat, 5), round(lon, 5), told, [one_line(each) for each in names]]
        for lat, lon, told, names in rows
    ]
    _Call("dots", group, written, style).add_to(drawn)


def named(marker: folium.Marker, *names: str, more: Sequence[str] = ()) -> folium.Marker:
    """Return a marker that the search finds by its names, with lines for its popup alone."""
    _Names([each for each in dict.fromkeys(names) if each], more).add_to(marker)
    return marker


def _polygons(shape: BaseGeometry) -> list[list[list[int]]]:
    written = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        rings = [_steps(ring) for ring in (part.exterior, *part.interiors)]
        if len(rings[0]) > 6:  # noqa: PLR2004 - fewer than four points enclose nothing
            written.append([rings[0], *(ring for ring in rings[1:] if len(ring) > 6)])  # noqa: PLR2004
    return written


def _steps(line: BaseGeometry) -> list[int]:
    """Return a line as steps in 0.001 degree, east and north by turns, without standing still."""
    points = np.rint(shapely.get_coordinates(line) * _STEPS_PER_DEGREE).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64))
    moved = np.any(steps != 0, axis=1)
    moved[:1] = True
    flat: list[int] = steps[moved].ravel().tolist()
    return flat

"""Pieces of a folium map that need Leaflet alone: no pins, no popups, no tiles, no plugins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import folium
import geopandas as gpd
from branca.element import MacroElement
from folium.template import Template
from markupsafe import Markup
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.style import BASEMAP_LINES, LAND

__all__ = [
    "add_basemap",
    "empty_map",
    "glyph_svg",
    "label",
    "legend",
    "line_svg",
    "marker",
    "tooltip",
]

Point = tuple[float, float]
"""Latitude and longitude, the order of Leaflet."""

_GROUPS: Final = (
    ("boundaries", ("boundary", "province")),
    ("roads", ("trunk", "motorway")),
    ("rail", ("conventional", "high_speed")),
)


class _Manners(MacroElement):
    """Credits, a plain prefix, and the Tab key for every line and place with a tooltip."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map) {
            map.attributionControl.setPrefix("Leaflet");
            L.control.scale({imperial: false}).addTo(map);
            map.attributionControl.addAttribution({{ this.credit|tojson }});
            function reachable(layer) {
                var element = layer.getElement && layer.getElement();
                if (element && layer.getTooltip && layer.getTooltip()) {
                    element.setAttribute("tabindex", "0");
                    element.setAttribute("role", "img");
                    element.setAttribute("aria-label", layer.getTooltip().getContent()
                        .replace(/<[^>]*>/g, " ").replace(/\\s+/g, " ").trim()
                        .replace(/&#(\\d+);/g, function (all, code) {
                            return String.fromCodePoint(Number(code));
                        }));
                }
            }
            map.eachLayer(reachable);
            map.on("layeradd", function (event) { reachable(event.layer); });
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, credit: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Manners"
        self.credit = credit


def empty_map(bounds: tuple[Point, Point], credit_lines: Sequence[str]) -> folium.Map:
    """Return a map without tiles that shows the bounds and the credits."""
    drawn = folium.Map(tiles=None, zoom_snap=0.25, min_zoom=5, max_zoom=14, zoom_delta=0.5)
    drawn.fit_bounds([list(corner) for corner in bounds], padding=(28, 28))
    _Manners(" · ".join(escape(each) for each in credit_lines)).add_to(drawn)
    return drawn


def add_basemap(drawn: folium.Map, basemap: gpd.GeoDataFrame, *, lang: Language) -> None:
    """Add the layers of a basemap, the land always shown, the lines in three groups."""
    shapes = dict(zip(basemap["layer"], basemap.geometry, strict=True))
    if land := shapes.get("land"):
        style = {"color": "#b9b4a8", "weight": 1, "fillColor": LAND, "fillOpacity": 1}
        _shape(land, style).add_to(drawn)
    for key, layers in _GROUPS:
        group = folium.FeatureGroup(name=escape(say(lang, key)))
        for layer in layers:
            if layer in shapes:
                colour, weight, dash = BASEMAP_LINES[layer]
                style = {"color": colour, "weight": weight, "dashArray": dash or None}
                _shape(shapes[layer], style).add_to(group)
        if group._children:  # noqa: SLF001 - an empty group would only be a dead switch
            group.add_to(drawn)


def _shape(shape: BaseGeometry, style: dict[str, object]) -> folium.GeoJson:
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(shape)}
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": [feature]},
        style_function=lambda _: style,
        control=False,
        interactive=False,
    )


def tooltip(
    heading: str, lines: Sequence[str], *, sticky: bool = False, offset: Point = (10, 0)
) -> folium.Tooltip:
    """Return a tooltip of escaped text: a bold heading and lines under it; blank ones left out."""
    text = "<br>".join([f"<b>{escape(heading)}</b>", *(escape(line) for line in lines if line)])
    return folium.Tooltip(text, sticky=sticky, offset=list(offset), opacity=1)


def glyph_svg(shape: str, colour: str, size: float) -> str:
    """Return a marker as inline SVG; its edge keeps it visible on any ground."""
    middle, reach = size / 2, size / 2 - 1.5
    paint = f'fill="{colour}" stroke="#fff" stroke-width="1.5"'
    centre = f'cx="{middle:g}" cy="{middle:g}"'
    if shape in {"circle", "bullseye"}:
        drawn = f'<circle {centre} r="{reach:g}" {paint}/>'
        if shape == "bullseye":
            drawn += f'<circle {centre} r="{reach * 0.42:.1f}" fill="#fff"/>'
    else:
        points = " ".join(
            f"{middle + reach * x:.1f},{middle + reach * y:.1f}" for x, y in _OUTLINES[shape]
        )
        drawn = f'<polygon points="{points}" {paint} stroke-linejoin="round"/>'
    return (
        f'<svg width="{size:g}" height="{size:g}" viewBox="0 0 {size:g} {size:g}" '
        f'aria-hidden="true">{drawn}</svg>'
    )


_OUTLINES: Final[dict[str, tuple[Point, ...]]] = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "triangle": ((0, -1), (0.95, 0.75), (-0.95, 0.75)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "cross": (
        (-0.35, -1), (0.35, -1), (0.35, -0.35), (1, -0.35), (1, 0.35), (0.35, 0.35),
        (0.35, 1), (-0.35, 1), (-0.35, 0.35), (-1, 0.35), (-1, -0.35), (-0.35, -0.35),
    ),
    "star": (
        (0, -1), (0.24, -0.32), (0.95, -0.31), (0.38, 0.12), (0.59, 0.81), (0, 0.4),
        (-0.59, 0.81), (-0.38, 0.12), (-0.95, -0.31), (-0.24, -0.32),
    ),
}  # fmt: skip


def marker(
    point: Point, svg: str, size: float, shown: folium.Tooltip, *, on_top: bool = False
) -> folium.Marker:
    """Return a marker that the mouse and the Tab key reach."""
    icon = folium.DivIcon(
        html=svg,
        icon_size=(round(size), round(size)),
        icon_anchor=(round(size / 2), round(size / 2)),
        class_name="glyph",
    )
    return folium.Marker(point, icon=icon, tooltip=shown, z_index_offset=500 if on_top else 0)


def label(
    point: Point, text: str, *, small: str = "", side: str = "east", css: str = "label"
) -> folium.Marker:
    """Return escaped text on the map, beside a point or, as a pill, on it."""
    under = f"<small>{escape(small)}</small>" if small else ""
    return folium.Marker(
        point,
        icon=folium.DivIcon(
            html=f'<span class="{side}">{escape(text)}{under}</span>',
            icon_size=(0, 0),
            class_name=css,
        ),
        interactive=False,
        keyboard=False,
        z_index_offset=1000,
    )


def line_svg(colour: str, dash: str, *, weight: float = 5) -> str:
    """Return a line of the legend as inline SVG."""
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<svg width="44" height="14" aria-hidden="true">'
        f'<path d="M1 7H43" stroke="{colour}" stroke-width="{weight:g}"{pattern}/></svg>'
    )


def legend(heading: str, items: Sequence[tuple[str, str]]) -> Markup:
    """Return a legend as HTML: a heading and a list of a drawn key and escaped text."""
    rows = "".join(
        f'<li><span class="key">{svg}</span><span>{escape(text)}</span></li>'
        for svg, text in items
    )
    return Markup(f'<h2>{escape(heading)}</h2><ul class="legend">{rows}</ul>')  # noqa: S704

"""Marks, words on the map and legends: small pieces of escaped markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import folium
from markupsafe import Markup

from clustergeo.exhibits._escape import escape

__all__ = ["glyph_svg", "label", "legend", "line_svg", "marker", "patch_svg", "tooltip"]

Point = tuple[float, float]
"""Latitude and longitude, the order of Leaflet."""


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


def patch_svg(fill: str, edge: str, dash: str) -> str:
    """Return an area of the legend as inline SVG."""
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        '<svg width="34" height="16" aria-hidden="true">'
        f'<rect x="1.5" y="1.5" width="31" height="13" fill="{fill}" fill-opacity=".72" '
        f'stroke="{edge}" stroke-width="2"{pattern}/></svg>'
    )

"""Styles in the words of QGIS, from the colours and classes every other exhibit uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

import geopandas as gpd
from matplotlib.colors import to_rgb

from clustergeo.exhibits.style import (
    BASEMAP_LINES,
    BLUE,
    CAPITAL_COLOUR,
    INK,
    LAND,
    MUTED,
    NO_DATA,
    RATIO_CLASSES,
)

__all__ = ["Category", "qml_of"]

_KINDS: Final = {
    "cluster": (BLUE, 5.0, "circle"),
    "site": ("#56B4E9", 2.0, "circle"),
    "capital": (CAPITAL_COLOUR, 4.0, "star"),
    "region": (MUTED, 3.0, "diamond"),
}
_OTHER: Final = (MUTED, 1.8, "square")
_BANDS: Final = {30: "#0d4a70", 60: "#3c93c2", 90: "#9ec9e2", 120: "#e4f1f7"}


@dataclass(frozen=True, slots=True)
class Category:
    """One class of a layer: value, label and the layer of its symbol.

    Parameters
    ----------
    value, label
        The value of the attribute and what the legend says.
    symbol
        Class and properties of the symbol layer.
    kind
        ``marker``, ``line`` or ``fill``.
    """

    value: str
    label: str
    symbol: tuple[str, dict[str, str]]
    kind: str


def qml_of(name: str, layer: gpd.GeoDataFrame) -> str:
    """Return the style of a layer by its columns; ``""`` where the layer has none of its own.

    Parameters
    ----------
    name
        Name of the layer.
    layer
        The layer: ``kind`` of points, ``ratio_class`` or ``layer`` of lines, ``minutes`` of areas.

    Examples
    --------
    >>> import shapely
    >>> places = gpd.GeoDataFrame({"kind": ["cluster"]}, geometry=[shapely.Point(0, 0)])
    >>> 'categorizedSymbol' in qml_of("places", places)
    True
    """
    if name == "places":
        present = dict.fromkeys(layer["kind"])
        return _categorised("kind", [_place(str(kind)) for kind in present])
    if name.startswith("desire_lines"):
        return _categorised("ratio_class", [_ratio(each) for each in (*RATIO_CLASSES, NO_DATA)])
    if name == "basemap":
        known = [each for each in dict.fromkeys(layer["layer"]) if each in BASEMAP_LINES]
        return _categorised("layer", [_drawn(str(each)) for each in known])
    if name == "isochrones":
        limits = sorted({int(each) for each in layer["minutes"]}, reverse=True)
        return _categorised("minutes", [_band(limit) for limit in limits])
    return ""


def _place(kind: str) -> Category:
    colour, size, shape = _KINDS.get(kind, _OTHER)
    symbol = {
        "color": _rgba(colour),
        "name": shape,
        "size": str(size),
        "outline_color": _rgba(INK),
    }
    return Category(kind, kind, ("SimpleMarker", symbol), "marker")


def _ratio(each: object) -> Category:
    key, line, dash = (str(getattr(each, name)) for name in ("key", "line", "dash"))
    drawn = {"line_color": _rgba(line), "line_width": "0.9"}
    if dash:
        drawn["line_style"] = "dash"
    upper = getattr(each, "upper", None)
    label = f"<= {upper:g}" if isinstance(upper, float) and upper < float("inf") else key
    return Category(key, label, ("SimpleLine", drawn), "line")


def _drawn(name: str) -> Category:
    colour, width, dash = BASEMAP_LINES[name]
    drawn = {"line_color": _rgba(colour), "line_width": f"{width / 4:g}"}
    if dash:
        drawn["line_style"] = "dash"
    return Category(name, name.replace("_", " "), ("SimpleLine", drawn), "line")


def _band(limit: int) -> Category:
    colour = _BANDS.get(limit, LAND)
    drawn = {"color": _rgba(colour, 150), "outline_color": _rgba(INK), "outline_width": "0.2"}
    return Category(str(limit), f"{limit} min", ("SimpleFill", drawn), "fill")


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (round(255 * part) for part in to_rgb(colour))
    return f"{red},{green},{blue},{alpha}"


def _categorised(attribute: str, classes: Sequence[Category]) -> str:
    categories = "".join(
        f"<category render='true' symbol='{n}' value={quoteattr(each.value)} "
        f"label={quoteattr(each.label)}/>"
        for n, each in enumerate(classes)
    )
    symbols = "".join(_symbol(n, each) for n, each in enumerate(classes))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        "<qgis version='3.28' styleCategories='Symbology'>"
        f"<renderer-v2 type='categorizedSymbol' attr={quoteattr(attribute)} symbollevels='0' "
        "enableorderby='0' forceraster='0'>"
        f"<categories>{categories}</categories><symbols>{symbols}</symbols>"
        "</renderer-v2></qgis>"
    )


def _symbol(number: int, each: Category) -> str:
    kind, properties = each.symbol
    options = "".join(
        f"<Option name={quoteattr(key)} value={quoteattr(value)} type='QString'/>"
        for key, value in properties.items()
    )
    return (
        f"<symbol name='{number}' type='{each.kind}' alpha='1' clip_to_extent='1' force_rhr='0'>"
        f"<layer class='{kind}' enabled='1' locked='0' pass='0'>"
        f"<Option type='Map'>{options}</Option></layer></symbol>"
    )

"""The vector basemap: land, boundaries, railways and main roads, light enough to inline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from clustergeo._files import decode, read_bytes
from clustergeo.errors import Fault, InputError
from clustergeo.units import WGS84

__all__ = ["LAYERS", "clip_basemap", "load_basemap"]

LAYERS: Final = (
    "land",
    "boundary",
    "province",
    "trunk",
    "motorway",
    "conventional",
    "high_speed",
)
"""Layers from the bottom up; each is one dissolved geometry, which draws fastest."""

_DEGREES_KEPT: Final = 3
_SIMPLIFY_DEG: Final = 0.002
"""About 200 m: invisible at the scales of the exhibits, a third of the bytes."""

_ROAD_CLASSES: Final = ("motorway", "trunk")
_RAIL_CLASSES: Final = ("conventional", "high_speed")


def load_basemap(
    *,
    outlines: Path | None = None,
    borders: Path | None = None,
    rail: Path | None = None,
    roads: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return a basemap as one dissolved geometry a layer; what is not given is not drawn.

    Parameters
    ----------
    outlines, borders
        GeoJSON polygons of land, and of the units that are told apart on it.
    rail
        GeoJSON lines with a ``class``: ``high_speed`` and ``conventional`` are drawn.
    roads
        Lines with a ``highway``: ``motorway`` and ``trunk`` are drawn.

    Returns
    -------
    basemap : geopandas.GeoDataFrame
        Columns ``layer`` (see ``LAYERS``) and ``geometry``, longitude and latitude rounded to
        0.001 degree.

    Raises
    ------
    InputError
        If a file is missing or is not what it should be.

    Examples
    --------
    >>> from clustergeo.settings import data_path
    >>> load_basemap(outlines=data_path("basemap", "sido.geojson"))["layer"].tolist()
    ['land', 'province']
    >>> load_basemap().empty
    True
    """
    shapes: dict[str, BaseGeometry] = {}
    if outlines is not None:
        land, _ = _features(outlines)
        shapes |= {"land": shapely.union_all(land), "province": _edges(land)}
    if borders is not None:
        shapes["boundary"] = _edges(_features(borders)[0])
    if roads is not None:
        shapes |= {each: _main_road(roads, each) for each in _ROAD_CLASSES}
    if rail is not None:
        shapes |= _rails(rail)
    kept = {layer: shapes[layer] for layer in LAYERS if not _empty(shapes.get(layer))}
    return gpd.GeoDataFrame({"layer": list(kept)}, geometry=list(kept.values()), crs=WGS84)


def clip_basemap(
    basemap: gpd.GeoDataFrame, bounds: tuple[float, float, float, float]
) -> gpd.GeoDataFrame:
    """Return the part of a basemap inside a rectangle, for a lighter page.

    Parameters
    ----------
    basemap
        As of :func:`load_basemap`.
    bounds
        West, south, east, north in degrees.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (4, 0)])
    >>> basemap = gpd.GeoDataFrame({"layer": ["trunk"]}, geometry=[line], crs=WGS84)
    >>> clip_basemap(basemap, (1, -1, 2, 1)).geometry.iloc[0].length
    1.0
    """
    inside = basemap.assign(geometry=shapely.clip_by_rect(basemap.geometry.to_numpy(), *bounds))
    return inside.loc[~inside.geometry.is_empty].reset_index(drop=True)


def _features(path: Path) -> tuple[list[BaseGeometry], list[str]]:
    """Return the geometries of a GeoJSON file and the ``class`` of each."""
    text = decode(read_bytes(path), file=str(path))
    try:
        features = json.loads(text)["features"]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
        classes = [str((feature["properties"] or {}).get("class", "")) for feature in features]
    except (AttributeError, KeyError, TypeError, ValueError, ShapelyError) as error:
        what = f"not a GeoJSON feature collection ({error})"
        raise InputError(Fault(str(path), what, "export it again as GeoJSON")) from error
    return shapes, classes


def _edges(polygons: list[BaseGeometry]) -> BaseGeometry:
    """Return borders drawn once each; neighbours share theirs."""
    return shapely.line_merge(shapely.union_all([polygon.boundary for polygon in polygons]))


def _rails(rail: Path) -> dict[str, BaseGeometry]:
    lines, classes = _features(rail)
    return {
        each: _light(
            shapely.union_all(
                [line for line, kind in zip(lines, classes, strict=True) if kind == each]
            )
        )
        for each in _RAIL_CLASSES
    }


def _main_road(roads: gpd.GeoDataFrame, highway: str) -> BaseGeometry:
    lines = roads.geometry.to_crs(WGS84).to_numpy()[(roads["highway"] == highway).to_numpy()]
    return _light(shapely.union_all(lines))


def _light(lines: BaseGeometry) -> BaseGeometry:
    merged = shapely.line_merge(lines) if lines.geom_type == "MultiLineString" else lines
    coarse = shapely.simplify(merged, _SIMPLIFY_DEG)
    return shapely.set_precision(coarse, 10.0**-_DEGREES_KEPT, mode="pointwise")


def _empty(shape: BaseGeometry | None) -> bool:
    return shape is None or bool(shape.is_empty)

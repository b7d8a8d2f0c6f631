"""Areas: the polygons of a file, each checked, in longitude and latitude."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from clustergeo._crs import asked_crs
from clustergeo.errors import Fault, InputError
from clustergeo.places._crs import degrees_of
from clustergeo.places._formats import format_of, local_path, read_checked
from clustergeo.places._geojson import (
    BadFeatureError,
    check_feature,
    check_foreign,
    features_of,
    numbers_of,
)
from clustergeo.places._readers import parts_beside, zipped_parts
from clustergeo.places._records import Records, refuse_no_rows
from clustergeo.places._vector import geopackage_frame, shapefile_frame
from clustergeo.units import WGS84

__all__ = ["load_areas"]

logger = logging.getLogger(__name__)

_KINDS: Final = ("Polygon", "MultiPolygon")
_EQUAL_AREA: Final = "EPSG:6933"
_MOST_CHANGE: Final = 0.01
"""Share of an area that a repair may change; beyond it nobody knows what was meant."""

_HALF_EARTH_DEGREES: Final = 180.0
_FEWEST_CORNERS: Final = 4  # the first one again at the end
_SHOWN: Final = 3
_GIVE_AREA: Final = "give the row a Polygon or MultiPolygon, or remove it"


def load_areas(
    source: str | Path, *, crs: str | int | None = None, layer: str | None = None
) -> gpd.GeoDataFrame:
    r"""Load areas of your own from GeoJSON, GeoPackage or shapefile.

    An outline that crosses itself is repaired, with a warning, if that leaves its area as it was.
    Areas that overlap are told: who adds them up counts twice.

    Parameters
    ----------
    source
        Path of a ``.geojson``, ``.json``, ``.gpkg`` or ``.shp`` file, or of a ``.zip`` with one
        shapefile.
    crs
        Coordinate system, such as ``5179``; goes before what the file states.
    layer
        Layer of a GeoPackage with several.

    Returns
    -------
    areas : geopandas.GeoDataFrame
        ``geometry`` alone, valid polygons and multi-polygons in EPSG:4326 in the order of the
        file, index 0..n-1.

    Raises
    ------
    InputError
        With everything refused: what is no area, has no number or no closed ring, crosses itself
        or the antimeridian, or is in metres that nobody named.
    UsageError
        If there is no such coordinate system.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> ring = '[[[127, 36], [127.1, 36], [127.1, 36.1], [127, 36]]]'
    >>> feature = '{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon",'
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "town.geojson")
    ...     _ = file.write_text(f'{feature} "coordinates": {ring}}}}}')
    ...     load_areas(file).total_bounds.tolist()
    [127.0, 36.0, 127.1, 36.1]
    """
    asked = asked_crs(crs)
    path = local_path(source)
    file = str(path)
    outlines, stated, faults = _outlines(path, layer)
    faults += [
        Fault(file, what, fix, row=row + 1, field="geometry")
        for row, outline in enumerate(outlines)
        if (found := _no_area(outline)) and not _has_fault(faults, row)
        for what, fix in [found]
    ]
    if faults:
        raise InputError(*sorted(faults, key=lambda fault: fault.row or 0))
    degrees = _in_degrees(outlines, file, stated, asked)
    whole = _repaired(degrees, file)
    _tell_overlaps(whole, file)
    return whole


Outlines = list[BaseGeometry | None]


def _outlines(path: Path, layer: str | None) -> tuple[Outlines, CRS | None, list[Fault]]:
    """Return the geometries of a file, the system that it states and the faults met."""
    kind, file = format_of(path), str(path)
    if kind == "csv":
        raise InputError(Fault(file, "is a CSV, which holds no areas", "give a .geojson or .gpkg"))
    content = read_checked(path, kind)
    if kind == "geojson":
        return _of_features(content, file)
    if kind == "gpkg":
        frame = geopackage_frame(path, content, layer=layer)
    else:
        parts = zipped_parts(content, file) if kind == "zip" else parts_beside(path, content)
        frame = shapefile_frame(parts, file=file)
    refuse_no_rows(len(frame), file, what="areas")
    return list(frame.geometry), frame.crs, []


def _of_features(content: bytes, file: str) -> tuple[Outlines, CRS | None, list[Fault]]:
    features, crs = features_of(content, file=file, what="areas")
    outlines: Outlines = []
    faults = []
    for row, feature in enumerate(features, start=1):
        outline = None
        try:
            check_feature(feature)
            outline = _outline(feature.get("geometry"))
        except BadFeatureError as bad:
            faults.append(Fault(file, bad.what, bad.fix, row=row, field=bad.field))
        outlines.append(outline)
    return outlines, crs, faults


def _outline(geometry: Any) -> BaseGeometry | None:  # noqa: ANN401 - whatever JSON holds
    """Return the polygon of a GeoJSON geometry, None where there is none."""
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else type(geometry).__name__
    if kind not in _KINDS:
        what = f"is a {kind!s:.40}, not an area"
        raise BadFeatureError(what, _GIVE_AREA, "geometry")
    check_foreign(geometry, "Point")
    coordinates = geometry.get("coordinates")
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    rings = [[_ring(ring) for ring in _listed(polygon)] for polygon in _listed(polygons)]
    parts = [shapely.Polygon(each[0], each[1:]) for each in rings if each]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(ring: object) -> list[tuple[float, float]]:
    corners = [numbers_of(position) for position in _listed(ring)]
    if len(corners) < _FEWEST_CORNERS or corners[0] != corners[-1]:
        what = f"a ring of {len(corners)} positions that is not closed or holds no area"
        raise BadFeatureError(what, "end each ring where it began", "coordinates")
    return corners


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    what = f"is a JSON {type(value).__name__} where a list of positions belongs"
    raise BadFeatureError(what, "nest rings as [[[longitude, latitude], ...]]", "coordinates")


def _has_fault(faults: Sequence[Fault], row: int) -> bool:
    return any(fault.row == row + 1 for fault in faults)


def _no_area(outline: BaseGeometry | None) -> tuple[str, str] | None:
    if outline is None:
        return "null geometry", _GIVE_AREA
    if outline.is_empty:
        return f"empty geometry ({outline.geom_type})", _GIVE_AREA
    if outline.geom_type not in _KINDS:
        return f"is a {outline.geom_type}, not an area", _GIVE_AREA
    return None


def _in_degrees(
    outlines: Outlines, file: str, stated: CRS | None, asked: CRS | None
) -> gpd.GeoSeries:
    """Return the outlines in EPSG:4326; every corner is checked as a place would be."""
    flat = shapely.force_2d(np.array(outlines, dtype=object))
    corners, row = shapely.get_coordinates(flat, return_index=True)
    records = Records(
        file=file, cells=pd.DataFrame(), x=corners[:, 0], y=corners[:, 1], first_row=0, crs=stated
    )
    try:
        lon, lat, faults = degrees_of(records, asked)
    except InputError as error:
        raise InputError(*_of_rows(error.faults, row)) from error
    faults += [
        Fault(
            file, "a corner is no finite number", "export it again", row=int(at), field="geometry"
        )
        for at in np.flatnonzero(~np.isfinite(corners).all(axis=1))
    ]
    if faults:
        raise InputError(*_of_rows(faults, row))
    moved = shapely.set_coordinates(flat, np.stack([lon, lat], axis=1))
    parts, of = shapely.get_parts(moved, return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    fix = "cut it at the antimeridian into two polygons (RFC 7946, 3.1.9)"
    wide = sorted({int(at) for at in of[east - west > _HALF_EARTH_DEGREES]})
    what = f"spans more than {_HALF_EARTH_DEGREES:.0f} degrees of longitude"
    faults = [Fault(file, what, fix, row=at + 1, field="geometry") for at in wide]
    if faults:
        raise InputError(*faults)
    return gpd.GeoSeries(moved, crs=WGS84)


def _of_rows(faults: Sequence[Fault], row: NDArray[np.int64]) -> list[Fault]:
    """Return the first fault of each outline, of those that its corners have."""
    first: dict[int, Fault] = {}
    for fault in faults:
        at = int(row[fault.row or 0]) + 1
        first.setdefault(at, replace(fault, row=at))
    return list(first.values())


def _repaired(degrees: gpd.GeoSeries, file: str) -> gpd.GeoDataFrame:
    """Return valid outlines; refuse those of which a repair makes another area."""
    faults = []
    valid = degrees.to_numpy().copy()
    for row in np.flatnonzero(~degrees.is_valid):
        pair = [valid[row], shapely.make_valid(valid[row], method="structure")]
        before, after = gpd.GeoSeries(pair, crs=WGS84).to_crs(_EQUAL_AREA).area / 1e6
        why = shapely.is_valid_reason(valid[row]).split("[")[0].lower()
        told = f"outline is not valid ({why}): {before:,.2f} km2, repaired {after:,.2f} km2"
        if pair[1].geom_type not in _KINDS or abs(after - before) > _MOST_CHANGE * before:
            faults.append(Fault(file, told, "draw it again", row=int(row) + 1, field="geometry"))
            continue
        logger.warning("%s:%d, geometry: %s", file, row + 1, told)
        valid[row] = pair[1]
    if faults:
        raise InputError(*faults)
    return gpd.GeoDataFrame(geometry=valid, crs=WGS84)


def _tell_overlaps(areas: gpd.GeoDataFrame, file: str) -> None:
    """Warn of areas that share ground, by the pairs that share most."""
    left, right = areas.sindex.query(areas.geometry, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.intersection(
        areas.geometry.to_numpy()[left], areas.geometry.to_numpy()[right]
    )
    km2 = gpd.GeoSeries(shared, crs=WGS84).to_crs(_EQUAL_AREA).area.to_numpy() / 1e6
    most = np.argsort(-km2, kind="stable")
    most = most[km2[most] >= 0.01]  # noqa: PLR2004 - less is how borders are drawn
    if not most.size:
        return
    pairs = ", ".join(
        f"{left[k] + 1} and {right[k] + 1} ({km2[k]:,.2f} km2)" for k in most[:_SHOWN]
    )
    count = f"{most.size:,} pair{'s' if most.size > 1 else ''} of areas overlap"
    logger.warning("%s: %s, counted twice where they are added up: %s", file, count, pairs)

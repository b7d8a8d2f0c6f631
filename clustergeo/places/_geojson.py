"""Places in GeoJSON, parsed without GDAL, which reads most broken files in silence.

Source: RFC 7946, and for the legacy ``crs`` member the GeoJSON specification of 2008.
"""

from __future__ import annotations

import json
import logging
import math
import re
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from clustergeo._crs import stated_crs
from clustergeo._files import decode
from clustergeo.errors import Fault, InputError
from clustergeo.places._records import NOT_A_POINT, Records, columns_from, refuse_no_rows

__all__ = [
    "BadFeatureError",
    "check_feature",
    "check_foreign",
    "features_of",
    "numbers_of",
    "read_geojson_places",
]

logger = logging.getLogger(__name__)

# RFC 7946 section 7.1: the defining members of one type must not be given to another.
_FOREIGN = {
    "FeatureCollection": ("coordinates", "geometries", "geometry", "properties"),
    "Feature": ("coordinates", "geometries", "features"),
    "Point": ("geometries", "geometry", "properties", "features"),
}
_OTHER_GEOMETRIES = (
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
# JSON can spell half of a UTF-16 pair; such text cannot be written to any file.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_POSITION_SIZES = (2, 3)
_EXPORT_AGAIN = "export it again as RFC 7946 GeoJSON"
_MEND_POINT = "give the row a point or remove it"


class BadFeatureError(Exception):
    """What is wrong with one feature, and how to mend it."""

    def __init__(self, what: str, fix: str, field: str | None = None) -> None:
        self.what, self.fix, self.field = what, fix, field
        super().__init__(what)


def read_geojson_places(content: bytes, *, file: str, encoding: str | None) -> Records:
    """Return the records of a GeoJSON feature collection, or of a single feature.

    Raises
    ------
    InputError
        If it is no GeoJSON, is cut short or holds no features.
    """
    features, crs = features_of(content, file=file, encoding=encoding)
    x = np.full(len(features), np.nan)
    y = np.full(len(features), np.nan)
    rows: list[dict[str, object]] = []
    faults: list[Fault] = []
    for i, feature in enumerate(features):
        rows.append(_cells(feature))
        try:
            check_feature(feature)
            x[i], y[i] = _position(feature.get("geometry"))
        except BadFeatureError as bad:
            faults.append(Fault(file, bad.what, bad.fix, row=i + 1, field=bad.field))
    return Records(
        file=file,
        cells=columns_from(_table(rows)),
        x=x,
        y=y,
        crs=crs,
        faults=tuple(faults),
    )


def features_of(
    content: bytes, *, file: str, encoding: str | None = None, what: str = "places"
) -> tuple[list[Any], CRS | None]:
    """Return the features of a GeoJSON file, unchecked, and the system that it states."""
    root = _parsed(decode(content, file=file, encoding=encoding), file)
    features = _features(root, file)
    refuse_no_rows(len(features), file, what=what)
    return features, _legacy_crs(root, file)


def _parsed(text: str, file: str) -> dict[str, Any]:
    """Return the root object; that the text begins with a brace is known from its first bytes."""
    try:
        root: dict[str, Any] = json.loads(text, object_pairs_hook=_unambiguous)
    except json.JSONDecodeError as error:
        at_byte = len(text[: error.pos].encode())
        complete = _complete_features(text)
        what = (
            f"broken JSON at byte {at_byte:,}: {error.msg} ({complete:,} complete features before)"
        )
        raise InputError(Fault(file, what, "download or export it again")) from error
    except RecursionError as error:
        what = "is nested too deeply to be a table of places"
        raise InputError(Fault(file, what, _EXPORT_AGAIN)) from error
    except (ValueError, BadFeatureError) as error:
        raise InputError(Fault(file, f"broken JSON ({error})", _EXPORT_AGAIN)) from error
    return root


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        what = f"duplicate member {twice!r}"
        raise BadFeatureError(what, _EXPORT_AGAIN)
    for value in members.values():
        if isinstance(value, str) and _LONE_SURROGATE.search(value):
            what = f"half a character {value!r}"
            raise BadFeatureError(what, _EXPORT_AGAIN)
    return members


def _complete_features(text: str) -> int:
    """Count the whole features in front of the place where a file breaks off."""
    start = re.search(r'"features"\s*:\s*\[', text)
    position, count = (start.end(), 0) if start else (len(text), 0)
    decoder = json.JSONDecoder()
    separator = re.compile(r"[\s,]*")
    while (gap := separator.match(text, position)) and gap.end() < len(text):
        try:
            feature, position = decoder.raw_decode(text, gap.end())
        except (ValueError, RecursionError):
            break
        count += isinstance(feature, dict)
    return count


def _features(root: dict[str, Any], file: str) -> list[Any]:
    kind = root.get("type")
    if kind == "Feature":
        return [root]
    if kind != "FeatureCollection":
        what = f"is no feature collection (type {json.dumps(kind)[:40]})"
        raise InputError(Fault(file, what, _EXPORT_AGAIN, field="type"))
    _refuse_foreign(root, kind, file)
    features = root.get("features")
    if not isinstance(features, list):
        what = "has no list of features"
        raise InputError(Fault(file, what, _EXPORT_AGAIN, field="features"))
    return features


def _refuse_foreign(root: dict[str, Any], kind: str, file: str) -> None:
    for name in _FOREIGN[kind]:
        if name in root:
            what = f"a {kind} must not have this member"
            raise InputError(Fault(file, what, "remove it", field=name))


def check_feature(feature: object) -> None:
    """Raise BadFeatureError unless the members of a feature are those of one."""
    if not isinstance(feature, dict):
        what = f"feature is a JSON {type(feature).__name__}, not an object"
        raise BadFeatureError(what, _EXPORT_AGAIN)
    if feature.get("type") != "Feature":
        what = f"is no feature ({json.dumps(feature.get('type'))[:40]})"
        raise BadFeatureError(what, 'give it the type "Feature"', "type")
    check_foreign(feature, "Feature")
    if not isinstance(feature.get("properties"), dict | None):
        what = f"is a JSON {type(feature['properties']).__name__}, not an object"
        raise BadFeatureError(what, _EXPORT_AGAIN, "properties")
    if isinstance(feature.get("id"), dict | list | bool):
        what = f"is neither text nor number ({json.dumps(feature['id'])[:40]})"
        raise BadFeatureError(what, "give the feature a text id", "id")


def check_foreign(member: dict[str, Any], kind: str) -> None:
    """Raise BadFeatureError where a member belongs to another type."""
    for name in _FOREIGN[kind]:
        if name in member:
            what = f"a {kind} must not have this member"
            raise BadFeatureError(what, "remove it", name)


def _position(geometry: object) -> tuple[float, float]:
    if geometry is None:
        what = "null geometry"
        raise BadFeatureError(what, _MEND_POINT, "geometry")
    if not isinstance(geometry, dict):
        what = f"is a JSON {type(geometry).__name__}, not an object"
        raise BadFeatureError(what, _MEND_POINT, "geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "MultiPoint" and isinstance(coordinates, list) and len(coordinates) == 1:
        # A habit of some exporters, and still one point.
        kind, coordinates = "Point", coordinates[0]
    if kind in _OTHER_GEOMETRIES:
        what = f"is a {kind}, not a point"
        raise BadFeatureError(what, NOT_A_POINT, "geometry")
    if kind != "Point":
        what = f"unknown geometry ({json.dumps(kind)[:40]})"
        raise BadFeatureError(what, _MEND_POINT, "geometry")
    check_foreign(geometry, "Point")
    return numbers_of(coordinates)


def numbers_of(coordinates: object) -> tuple[float, float]:
    """Return the longitude and latitude (or metres) of a position, or raise BadFeatureError."""
    if coordinates == []:
        what = "empty geometry (Point)"
        raise BadFeatureError(what, _MEND_POINT, "geometry")
    shown = json.dumps(coordinates)[:60]
    if not isinstance(coordinates, list) or len(coordinates) not in _POSITION_SIZES:
        what = f"is not a position of 2 or 3 numbers ({shown})"
        raise BadFeatureError(what, "write [longitude, latitude]", "coordinates")
    if not all(_is_finite_number(number) for number in coordinates):
        what = f"is not made of finite numbers ({shown})"
        raise BadFeatureError(what, "write [longitude, latitude]", "coordinates")
    return float(coordinates[0]), float(coordinates[1])


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _cells(feature: object) -> dict[str, object]:
    """Return the properties of a feature; its own id stands in for a missing one."""
    if not isinstance(feature, dict):
        return {}
    properties = feature.get("properties")
    cells = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for name, value in (properties if isinstance(properties, dict) else {}).items()
    }
    if "id" in feature and not isinstance(feature["id"], dict | list):
        cells.setdefault("id", feature["id"])
    return cells


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the rows as a table of objects: numbers keep their digits, gaps are None."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names},
        index=range(len(rows)),
    )


def _legacy_crs(root: dict[str, Any], file: str) -> CRS | None:
    """Return the system of a ``crs`` member, which RFC 7946 dropped and many files still carry."""
    member = root.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        what = f"cannot be understood ({json.dumps(member)[:60]})"
        raise InputError(Fault(file, what, "remove it and pass the CRS", field="crs"))
    crs = stated_crs(name, file)
    if not crs.is_geographic:
        logger.warning("%s: legacy crs member honoured (%s)", file, crs.name)
    return crs

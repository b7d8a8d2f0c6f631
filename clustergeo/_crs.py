"""Coordinate systems: as asked for, as a file states them, and the way to WGS84."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from clustergeo.errors import Fault, InputError, UsageError
from clustergeo.units import WGS84

__all__ = ["asked_crs", "inside_area", "stated_crs", "to_degrees"]

AREA_MARGIN_DEGREES: Final = 5.0
"""Zone systems are used well beyond their official strip: a country's islands, far provinces."""

# A code, a PROJ string or WKT. PROJ would also take names and guess what is meant.
_CRS_FORM = re.compile(r"\d+$|[\w.]+:\S+$|\+proj=|\w+\[|urn:", re.ASCII)

Coordinates = NDArray[np.float64]


def asked_crs(crs: str | int | None) -> CRS | None:
    """Return the coordinate system a caller asks for, as ``5174``, ``"5174"`` or ``"EPSG:5174"``.

    Raises
    ------
    UsageError
        If there is no such system.
    """
    if crs is None:
        return None
    text = str(crs).strip()
    message = f"unknown coordinate system ({crs}) - pass an EPSG code such as {WGS84}"
    if not _CRS_FORM.match(text):
        raise UsageError(message)
    try:
        return CRS.from_user_input(int(text) if text.isdecimal() else text)
    except CRSError as error:
        raise UsageError(message) from error


def stated_crs(text: str, file: str) -> CRS:
    """Return the coordinate system a file states.

    Raises
    ------
    InputError
        If it cannot be understood.
    """
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        what = f"states an unknown coordinate system ({text[:60]})"
        raise InputError(Fault(file, what, "pass its CRS, such as crs='EPSG:5179'")) from error


def inside_area(lon: Coordinates, lat: Coordinates, crs: CRS) -> NDArray[np.bool_]:
    """Return which points, in degrees, lie where their coordinate system is meant to be used."""
    area = crs.area_of_use
    inside: NDArray[np.bool_] = np.isfinite(lon) & np.isfinite(lat)
    if area is None or area.west > area.east:
        return inside
    margin = AREA_MARGIN_DEGREES
    return (
        inside
        & (lon >= area.west - margin)
        & (lon <= area.east + margin)
        & (lat >= area.south - margin)
        & (lat <= area.north + margin)
    )


def to_degrees(crs: CRS, file: str) -> Transformer:
    """Return the way from a coordinate system to longitude and latitude in WGS84.

    Raises
    ------
    InputError
        If no shift between the datums is known.
    """
    # Without a known shift PROJ would quietly treat an old datum as WGS84, which in Korea puts
    # points of the Bessel systems (EPSG:5174, 2097) some 300-400 m off.
    try:
        return Transformer.from_crs(crs, WGS84, always_xy=True, allow_ballpark=False)
    except ProjError as error:
        what = f"no datum shift is known for its coordinate system ({crs.name})"
        raise InputError(Fault(file, what, "pass its CRS as an EPSG code")) from error

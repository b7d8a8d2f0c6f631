"""From the coordinates of a file to longitude and latitude, with the datum shift that is due."""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo._crs import inside_area, to_degrees
from clustergeo.errors import Fault, InputError
from clustergeo.places._records import Records
from clustergeo.units import WGS84

__all__ = ["degrees_of"]

logger = logging.getLogger(__name__)

LONGITUDE_LIMIT = 180.0
LATITUDE_LIMIT = 90.0

Coordinates = NDArray[np.float64]


def degrees_of(
    records: Records, asked: CRS | None
) -> tuple[Coordinates, Coordinates, list[Fault]]:
    """Return longitudes and latitudes of all records (NaN where faulty) and the faults met.

    What the caller asks for comes before what the file states; a file that states nothing is in
    degrees, or is refused.

    Raises
    ------
    InputError
        If the file as a whole is in another system than believed.
    """
    stated = _known(records.crs)
    if asked is not None and stated is not None and not _same(asked, stated):
        logger.warning("%s: states %s, read as %s", records.file, stated.name, asked.name)
    crs = asked or stated or CRS.from_user_input(WGS84)
    if not crs.is_geographic:
        _refuse_degrees(records, crs)
        return _shifted(records, records.x, records.y, crs)
    _refuse_metres(records)
    faults = _out_of_range(records)
    bad = {fault.row for fault in faults}
    keep = np.array([i + records.first_row not in bad for i in range(len(records.x))], dtype=bool)
    x, y = np.where(keep, records.x, np.nan), np.where(keep, records.y, np.nan)
    if _same(crs, CRS.from_user_input(WGS84)):
        return x, y, faults
    lon, lat, shift_faults = _shifted(records, x, y, crs)
    return lon, lat, faults + shift_faults


def _known(crs: CRS | None) -> CRS | None:
    """Return the system, or None for the ones that only say that it is unknown."""
    return None if crs is None or crs.is_engineering else crs


def _same(one: CRS, other: CRS) -> bool:
    return bool(one.equals(other, ignore_axis_order=True))


def _refuse_metres(records: Records) -> None:
    far = (np.abs(records.x) > LONGITUDE_LIMIT) & (np.abs(records.y) > LONGITUDE_LIMIT)
    if far.any():
        i = int(np.flatnonzero(far)[0])
        what = f"coordinates {records.x[i]:.0f},{records.y[i]:.0f} are not degrees"
        fix = "pass its CRS, such as crs='EPSG:5179' (--crs)"
        raise InputError(Fault(records.file, what, fix, row=i + records.first_row))


def _refuse_degrees(records: Records, crs: CRS) -> None:
    known = np.isfinite(records.x) & np.isfinite(records.y)
    small = (np.abs(records.x) <= LONGITUDE_LIMIT) & (np.abs(records.y) <= LONGITUDE_LIMIT)
    if known.any() and small[known].all():
        i = int(np.flatnonzero(known)[0])
        what = f"coordinates {records.x[i]:g},{records.y[i]:g} are degrees, not {crs.name}"
        fix = f"leave the CRS out or pass {WGS84}"
        raise InputError(Fault(records.file, what, fix, row=i + records.first_row))


def _out_of_range(records: Records) -> list[Fault]:
    faults = []
    for i in np.flatnonzero(np.abs(records.y) > LATITUDE_LIMIT):
        lon, lat = records.x[i], records.y[i]
        swapped = abs(lon) <= LATITUDE_LIMIT and abs(lat) <= LONGITUDE_LIMIT
        fix = "looks swapped: swap lon and lat" if swapped else "correct the latitude"
        what = f"latitude out of range ({lat:g})"
        faults.append(_at(records, int(i), records.y_field, what, fix))
    for i in np.flatnonzero(np.abs(records.x) > LONGITUDE_LIMIT):
        what = f"longitude out of range ({records.x[i]:g})"
        faults.append(_at(records, int(i), records.x_field, what, "correct the longitude"))
    return faults


def _at(records: Records, position: int, field: str, what: str, fix: str) -> Fault:
    return Fault(records.file, what, fix, row=position + records.first_row, field=field)


def _shifted(
    records: Records, x: Coordinates, y: Coordinates, crs: CRS
) -> tuple[Coordinates, Coordinates, list[Fault]]:
    lon, lat = to_degrees(crs, records.file).transform(x, y)
    inside = inside_area(lon, lat, crs)
    wrong = np.isfinite(x) & np.isfinite(y) & ~inside
    faults = [
        _at(
            records,
            int(i),
            records.x_field,
            f"point outside the area of {crs.name} ({x[i]:g}, {y[i]:g})",
            "correct the point or pass the CRS of the file",
        )
        for i in np.flatnonzero(wrong)
    ]
    return np.where(inside, lon, np.nan), np.where(inside, lat, np.nan), faults

"""Check where the stops of a feed lie."""

from __future__ import annotations

from typing import Final

import pandas as pd

from clustergeo.errors import FeedError
from clustergeo.networks._feed_rows import faults_where, unknown_keys
from clustergeo.networks._geodesy import crow_fly_m

__all__ = ["placed_stops"]

_NOT_A_STOP: Final = ("3", "4")
"""Location types that may go without coordinates: nodes of pathways and boarding areas."""

_NEAR_ORIGIN_OK_M: Final = 2_000_000.0
_ZERO_DEG: Final = 1e-6
_MOST_LAT: Final = 90.0
_MOST_LON: Final = 180.0


def placed_stops(stops: pd.DataFrame) -> pd.DataFrame:
    """Return the stops, or refuse them with every position that cannot be right.

    Raises
    ------
    FeedError
        With every blank, impossible or forgotten coordinate and every unknown station.
    """
    lat, lon = stops["stop_lat"], stops["stop_lon"]
    needed = ~stops["location_type"].isin(_NOT_A_STOP)
    file = "stops.txt"
    degrees = "write WGS84 degrees"
    wide, long = lat.abs() > _MOST_LAT, lon.abs() > _MOST_LON
    swapped = wide & (lon.abs() <= _MOST_LAT)
    faults = [
        *faults_where(needed & lat.isna(), lat, file, "stop_lat", ("is blank", degrees)),
        *faults_where(needed & lon.isna(), lon, file, "stop_lon", ("is blank", degrees)),
        *faults_where(
            swapped, lat, file, "stop_lat", ("latitude out of range", "swap stop_lat and stop_lon")
        ),
        *faults_where(wide & ~swapped, lat, file, "stop_lat", ("latitude out of range", degrees)),
        *faults_where(long, lon, file, "stop_lon", ("longitude out of range", degrees)),
        *faults_where(
            _near_origin(lat, lon),
            lat.astype(str) + ", " + lon.astype(str),
            file,
            "stop_lat, stop_lon",
            ("a coordinate is 0, far from the other stops", "fill in the position"),
        ),
        *unknown_keys(stops["parent_station"], stops["stop_id"], file, blank=True),
    ]
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    return stops


def _near_origin(lat: pd.Series[float], lon: pd.Series[float]) -> pd.Series[bool]:
    """Return which stops lie on the equator or prime meridian by default rather than in truth."""
    zero = (lat.abs() < _ZERO_DEG) | (lon.abs() < _ZERO_DEG)
    rest = ~zero & lat.notna() & lon.notna()
    if rest.any():
        far = crow_fly_m(lat, lon, lat[rest].median(), lon[rest].median()) > _NEAR_ORIGIN_OK_M
        return zero & far
    # Nothing but zeros: believable for a feed that crosses the origin, not for one single point.
    spread = float(lat.max() - lat.min()) + float(lon.max() - lon.min())
    return zero & (spread < _ZERO_DEG)

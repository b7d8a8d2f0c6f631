"""Coordinate systems, constants with their units, and the aliases used in signatures."""

from __future__ import annotations

from typing import Final

__all__ = [
    "EARTH_RADIUS_M",
    "METRES_PER_KILOMETRE",
    "METRIC_CRS",
    "MILLISECONDS_PER_MINUTE",
    "MILLISECONDS_PER_SECOND",
    "MINUTES_PER_HOUR",
    "SECONDS_PER_HOUR",
    "SECONDS_PER_MINUTE",
    "WGS84",
]

WGS84: Final = "EPSG:4326"
"""Longitude and latitude in degrees; used only at the edges, in files and on web maps."""

METRIC_CRS: Final = "EPSG:5179"
"""Korea 2000 / Unified CS: the metric system of Korean base maps, for lengths and snapping."""

EARTH_RADIUS_M: Final = 6_371_009.0
"""Mean radius used for great-circle lengths; the value osmnx uses, so that both agree."""

METRES_PER_KILOMETRE: Final = 1_000.0
MINUTES_PER_HOUR: Final = 60.0
SECONDS_PER_MINUTE: Final = 60
SECONDS_PER_HOUR: Final = 3_600
MILLISECONDS_PER_SECOND: Final = 1_000
MILLISECONDS_PER_MINUTE: Final = 60_000

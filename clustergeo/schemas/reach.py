"""Contracts of what can be reached from a place: areas, and the nearest of many facilities."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE, MODES, STATUSES

__all__ = ["ISOCHRONES", "NEAREST"]

ISOCHRONES: Final = Schema(
    "isochrones",
    (
        Column("place_id", description="origin"),
        Column("mode", choices=MODES),
        Column("minutes", "number", "door-to-door minutes up to which it reaches", minimum=0),
        Column("area_km2", "number", "area on the map; blank if none", blank=True, minimum=0),
        Column("status", choices=STATUSES, description="why there is no area"),
        Column("evidence", choices=EVIDENCE, blank=True),
    ),
    key=("place_id", "mode", "minutes"),
)
"""Beside these columns stands the area, a MultiPolygon in WGS84, empty where there is none."""

NEAREST: Final = Schema(
    "nearest facilities",
    (
        Column("place_id", description="origin"),
        Column("facility_id", description="the facility reached first", blank=True),
        Column("minutes", "number", "door-to-door minutes; blank if none", blank=True, minimum=0),
        Column("status", choices=STATUSES),
        Column("evidence", choices=EVIDENCE, blank=True),
    ),
    key=("place_id",),
)

"""Who set off by one road before a scenario may do so after: a new road nearby takes nothing away.

Places meet the nearest road. Where that is a new one which leads nowhere useful, drives would grow
longer, which no new road makes them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from clustergeo.study.model import Model
from clustergeo.times import TravelTimes
from clustergeo.times.roads.snaps import snap
from clustergeo.units import WGS84

__all__ = ["car_times_keeping"]

_MOVED_M: Final = 1.0
_LEAST_MIN: Final = 1e-6
_TOTALS: Final = ("minutes", "p10_min", "p90_min", "best_min", "worst_min")
_DECIMALS: Final = 2


def car_times_keeping(before: Model, after: Model, places: gpd.GeoDataFrame) -> TravelTimes:
    """Return the drives between places by the road they meet now or that they met before.

    Parameters
    ----------
    before, after
        The models without and with the scenario.
    places
        Both origins and destinations.
    """
    found = after.car(places, places)
    rules = after.road_rules
    how = {"closed": rules.closed_highways, "cap_m": rules.snap_cap_m}
    old, new = (snap(model.road, places, **how) for model in (before, after))  # type: ignore[arg-type]
    moved = (old.edge >= 0) & (new.edge >= 0) & (new.snap_m < old.snap_m - _MOVED_M)
    if not moved.any():
        return found
    at = np.flatnonzero(moved)
    spots = shapely.line_interpolate_point(
        before.road.lines_of(old.edge[at]), old.fraction[at], normalized=True
    )
    points = places.geometry.to_crs(WGS84).to_numpy().copy()
    degrees = gpd.GeoSeries(spots, crs=before.road.metric_crs).to_crs(WGS84)
    points[at] = degrees.to_numpy()
    elsewhere = after.car(*[places.set_geometry(points, crs=WGS84)] * 2)
    access_min = np.where(moved, rules.access_min(old.snap_m), 0.0)
    access_m = np.where(moved, old.snap_m * rules.access_detour, 0.0)
    minutes = elsewhere.minutes + (access_min[:, None] + access_min[None])[:, :, None]
    least = np.fmin(found.minutes, minutes)
    sooner = minutes < np.nan_to_num(found.minutes, nan=np.inf) - _LEAST_MIN
    sooner &= minutes <= rules.limit_min
    rows = np.flatnonzero(sooner.any(axis=2).ravel())
    start, end = np.divmod(rows, len(places))
    theirs = elsewhere.table.iloc[rows].copy()
    for name in _TOTALS:
        theirs[name] += access_min[start] + access_min[end]
    theirs["access_min"] += access_min[start]
    theirs["egress_min"] += access_min[end]
    theirs["distance_m"] += access_m[start] + access_m[end]
    table = found.table.copy()
    table.iloc[rows] = theirs.round(_DECIMALS)
    return replace(found, table=table, minutes=np.where(sooner, least, found.minutes))

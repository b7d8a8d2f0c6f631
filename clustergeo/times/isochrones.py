"""Isochrones by car: the area that can be reached from a place, door to door."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np

from clustergeo.networks.road import RoadNetwork
from clustergeo.times._isochrone_table import checked_minutes, drawn, isochrone_table
from clustergeo.times._points import check_points
from clustergeo.times.roads.ends import origin_doors
from clustergeo.times.roads.fit import check_fit
from clustergeo.times.roads.reached import Search
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.roads.snaps import snap
from clustergeo.units import METRES_PER_KILOMETRE, MILLISECONDS_PER_MINUTE

__all__ = ["HOLE_KM2", "car_isochrones"]

_log = logging.getLogger(__name__)

HOLE_KM2: Final = 1.0
"""Holes of an area smaller than this are filled: a planner's map does not show them."""


def car_isochrones(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    minutes: Sequence[float],
    rules: RoadRules | None = None,
) -> gpd.GeoDataFrame:
    """Return the area that can be reached by car from each place, for each time.

    A point belongs to the area if a road within the snap cap is reached early enough to drive
    from there over streets that the network does not have: start_min + access leg of the origin +
    drive + metres from the road x access_detour / access_kph + park_min <= minutes. The area is
    thus a union of circles around all that is reached of the roads, parts of edges included, with
    the radius that the time left allows and the cap at most. Roads of closed classes are driven
    but not left, so that nothing spreads from them. Whatever :func:`car_times` reaches lies
    inside; as the area may leave a road that is not the nearest one, it can hold a little more.

    Drives keep the turn bans. Circles are drawn over a grid of 200 m, finer where the longest of
    the times leaves less than 20 minutes to drive (10 m for each minute, 20 m at least): the
    outline is right to a part of a cell, and what is narrower than a cell may be lost. Holes
    below ``HOLE_KM2`` are filled. The area of a longer time holds that of a shorter one, to the
    centimetre to which coordinates are rounded.

    Parameters
    ----------
    network
        The road network.
    origins
        Table of places.
    minutes
        Door-to-door minutes, above zero and up to ``limit_min`` of the rules; each counts once.
    rules
        As for :func:`car_times`; the defaults if None.

    Returns
    -------
    isochrones : geopandas.GeoDataFrame
        One row per place and time, times ascending, after the contract ``ISOCHRONES``, with
        MultiPolygons in WGS84. ``off_network``: the place is further from the roads than the cap;
        ``beyond_limit``: in that time not even the road at the door is reached. Evidence is
        ``estimated`` where a speed inside, the place or the congestion is, else ``derived``.

    Raises
    ------
    UsageError
        If the minutes are out of range, or the table does not hold points with ids.
    RoadError
        If the places plainly belong to another area than the network.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> spot = gpd.GeoDataFrame({"place_id": ["x"]}, geometry=gpd.points_from_xy([127.3], [36.6]),
    ...                         crs="EPSG:4326")
    >>> car_isochrones(roads, spot, [15, 30])[["minutes", "status"]].values.tolist()
    [[15.0, 'ok'], [30.0, 'ok']]
    """
    rules = rules or RoadRules()
    check_points(origins, "origins")
    classes = checked_minutes(minutes, rules.limit_min)
    snaps = snap(network, origins, closed=rules.closed_highways, cap_m=rules.snap_cap_m)
    for warning in check_fit(network, (origins, snaps)):
        _log.warning(warning)
    off = snaps.edge < 0
    around_min = rules.start_min + rules.access_min(np.where(off, 0, snaps.snap_m))
    budget_min = classes[None] - around_min[:, None] - rules.park_min
    # A hair more than nothing left is nothing: half a millisecond, as times are rounded.
    budgets = np.rint(budget_min * MILLISECONDS_PER_MINUTE).astype(np.int64)
    search = Search.over(
        network,
        rules,
        drive_min=budget_min.max(initial=0.0),
        least_hole_m2=HOLE_KM2 * METRES_PER_KILOMETRE**2,
    )
    doors = origin_doors(network, search.graph, snaps)
    areas, assumed = [], []
    for i in range(len(origins)):
        for area, assumes in search.areas(doors, i, np.where(off[i], -1, budgets[i])):
            areas.append(area)
            assumed.append(assumes)
    status = np.where(budgets < 0, "beyond_limit", "ok").astype(object)
    status[off] = "off_network"
    _log.info("%d isochrones, %d found", status.size, int((status == "ok").sum()))
    weak = np.array(assumed, bool).reshape(budgets.shape)
    return isochrone_table("car", origins, classes, drawn(areas, network.metric_crs), status, weak)

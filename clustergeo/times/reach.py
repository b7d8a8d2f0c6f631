"""How far by car: the nearest of many facilities, and the minutes to every node of the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.reach import NEAREST
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times._points import check_points, estimated
from clustergeo.times.hierarchy import NEVER
from clustergeo.times.roads.ends import origin_doors
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.facilities import first_reached
from clustergeo.times.roads.fit import check_fit
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.roads.snaps import Snaps, snap
from clustergeo.times.roads.to_nodes import node_rows
from clustergeo.units import MILLISECONDS_PER_MINUTE, WGS84

__all__ = ["NodeTimes", "car_reach", "nearest_facility"]

_log = logging.getLogger(__name__)

_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class NodeTimes:
    """Minutes by car from some origins to every node of a network.

    Parameters
    ----------
    place_ids
        The origins.
    node_id
        The nodes, as the network has them; shape (nodes,).
    minutes
        From the door of the origin to a car parked at the node, NaN where no road leads there,
        the origin is off the network or the time beyond the limit; shape (origins, nodes).
    """

    place_ids: tuple[str, ...]
    node_id: NDArray[np.int64]
    minutes: NDArray[np.float64]


def car_reach(
    network: RoadNetwork, origins: gpd.GeoDataFrame, rules: RoadRules | None = None
) -> Iterator[NodeTimes]:
    """Yield the minutes by car from each place to every node of the network, some places a time.

    minutes = start_min + access leg of the origin + drive + park_min: as :func:`car_times` to a
    place that stands on the node, turn bans kept. No more than a batch is held in memory.

    Parameters
    ----------
    network
        The road network.
    origins
        Table of places.
    rules
        As for :func:`car_times`; the defaults if None.

    Yields
    ------
    times : NodeTimes
        For one place or a few, in their order.

    Raises
    ------
    UsageError
        If the table does not hold points with ids.
    RoadError
        If the places plainly belong to another area than the network.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> spot = gpd.GeoDataFrame({"place_id": ["x"]}, geometry=gpd.points_from_xy([127.3], [36.6]),
    ...                         crs="EPSG:4326")
    >>> [(times.place_ids, times.minutes.shape) for times in car_reach(roads, spot)]
    [(('x',), (1, 4438))]
    """
    rules = rules or RoadRules()
    check_points(origins, "origins")
    return _node_times(network, origins, rules)


def nearest_facility(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    rules: RoadRules | None = None,
) -> pd.DataFrame:
    """Return which of the facilities each place reaches first by car, and how long that takes.

    The least of the door-to-door times of :func:`car_times`, found by one search from all
    facilities at once, against the direction of travel, however many the origins.
    Of facilities equally near, to the millisecond, the first of the table is taken.

    Parameters
    ----------
    network
        The road network.
    origins, facilities
        Tables of places.
    rules
        As for :func:`car_times`; the defaults if None.

    Returns
    -------
    nearest : pandas.DataFrame
        One row per origin after the contract ``NEAREST``. ``same_place``: the origin, by id or by
        point, is a facility itself, and there is no trip. ``off_network``: the origin, or every
        facility, is off the network; ``no_path``: no road leads to any; ``beyond_limit``: the
        nearest takes longer than the limit.

    Raises
    ------
    UsageError
        If a table does not hold points with ids, or there are no facilities.
    RoadError
        If the places plainly belong to another area than the network.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> towns = gpd.GeoDataFrame({"place_id": ["a", "b", "c"]}, crs="EPSG:4326",
    ...     geometry=gpd.points_from_xy([127.36, 127.33, 127.05], [36.37, 36.62, 37.5]))
    >>> nearest_facility(roads, towns[:1], towns[1:])[["facility_id", "status"]].values.tolist()
    [['b', 'ok']]
    """
    rules = rules or RoadRules()
    check_points(origins, "origins")
    check_points(facilities, "facilities")
    if facilities.empty:
        message = "facilities: no rows - pass at least one place"
        raise UsageError(message)
    starts, ends = _snap(network, origins, rules), _snap(network, facilities, rules)
    for warning in check_fit(network, (origins, starts), (facilities, ends)):
        _log.warning(warning)
    egress_min = rules.access_min(np.where(ends.edge < 0, 0.0, ends.snap_m))
    egress_ms = np.rint(egress_min * MILLISECONDS_PER_MINUTE).astype(np.int64)
    same = _same_place(origins, facilities)
    first = first_reached(network, starts, ends, egress_ms)
    access_min = rules.start_min + rules.access_min(starts.snap_m)
    ride_min = first.ms / MILLISECONDS_PER_MINUTE
    minutes = access_min + ride_min + rules.park_min + egress_min[first.facility]
    off = (starts.edge < 0) | ~(ends.edge >= 0).any()
    status = np.select(
        [same >= 0, off, first.facility < 0, minutes > rules.limit_min],
        ["same_place", "off_network", "no_path", "beyond_limit"],
        "ok",
    )
    facility = np.where(same >= 0, same, first.facility)
    named = (facility >= 0) & ~off | (same >= 0)
    found = status == "ok"
    weak = first.assumed | estimated(origins) | estimated(facilities)[facility]
    ids = facilities["place_id"].to_numpy(object)
    _log.info("nearest of %d facilities: %d of %d found", ids.size, found.sum(), found.size)
    return pd.DataFrame(
        {
            "place_id": origins["place_id"].to_numpy(object),
            "facility_id": np.where(named, ids[facility], ""),
            "minutes": np.where(found, minutes, np.nan).round(_DECIMALS),
            "status": status.astype(object),
            "evidence": np.where(found, np.where(weak, EVIDENCE[2], EVIDENCE[1]), ""),
        },
        columns=NEAREST.names,
    )


def _node_times(
    network: RoadNetwork, origins: gpd.GeoDataFrame, rules: RoadRules
) -> Iterator[NodeTimes]:
    snaps = _snap(network, origins, rules)
    for warning in check_fit(network, (origins, snaps)):
        _log.warning(warning)
    engine = engine_for(network, len(origins))
    doors = origin_doors(network, engine.graph, snaps)
    around_min = rules.start_min + rules.access_min(snaps.snap_m) + rules.park_min
    ids = origins["place_id"].tolist()
    for rows, ms in node_rows(engine, doors.ends):
        minutes = around_min[rows, None] + ms / MILLISECONDS_PER_MINUTE
        minutes[(ms >= NEVER) | ~(minutes <= rules.limit_min)] = np.nan
        yield NodeTimes(tuple(ids[rows]), network.node_id, minutes)


def _same_place(origins: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the row of the first facility that each origin is, by id or by point, or -1."""
    found = np.full(len(origins), len(facilities))
    for ours, theirs in (
        (origins["place_id"].tolist(), facilities["place_id"].tolist()),
        (_lonlat(origins), _lonlat(facilities)),
    ):
        rows = {key: at for at, key in reversed(list(enumerate(theirs)))}
        row = np.array([rows.get(key, len(facilities)) for key in ours], np.int64)
        found = np.minimum(found, row)
    return np.where(found < len(facilities), found, -1)


def _lonlat(places: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    points = places.geometry.to_crs(WGS84)
    return list(zip(points.x.tolist(), points.y.tolist(), strict=True))


def _snap(network: RoadNetwork, places: gpd.GeoDataFrame, rules: RoadRules) -> Snaps:
    return snap(network, places, closed=rules.closed_highways, cap_m=rules.snap_cap_m)

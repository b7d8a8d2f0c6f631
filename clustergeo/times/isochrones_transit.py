"""Isochrones by public transport: the area that can be reached from a place, door to door."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from clustergeo._room import check_memory
from clustergeo.errors import UsageError
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times._isochrone_table import Drawn, checked_minutes, drawn, isochrone_table
from clustergeo.times._points import check_points
from clustergeo.times.transit.arrivals import Arrivals
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.search import rank_of
from clustergeo.times.transit.walksheds import Walks, walkshed
from clustergeo.units import (
    METRES_PER_KILOMETRE,
    METRIC_CRS,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    WGS84,
)

__all__ = ["transit_isochrones"]

_log = logging.getLogger(__name__)

_EVERY: Final = 1.0
_SAMPLE_BYTES: Final = 24  # at a stop: seconds and departures, with and without estimated routes


def transit_isochrones(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    minutes: Sequence[float],
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    share: float = 0.5,
    road: RoadNetwork | None = None,
) -> gpd.GeoDataFrame:
    """Return the area that can be reached by public transport from each place, for each time.

    A sample is one departure in one draw of the headway phases, as for :func:`transit_times`. In a
    sample a point is reached if somebody who leaves the door at that moment is there within the
    minutes: by vehicle, with any number of changes, and then on foot from a stop (time to alight +
    straight metres x walk_detour / walk_kph <= minutes), or on foot all the way; no walk is longer
    than ``walk_limit_min``. A point belongs to the area if it is reached in at least ``share`` of
    the samples, now by one stop and now by another. A share of 0.5 is the area of the median time,
    what one can count on; 1 that of the worst moment to leave; 0.1 that of a lucky one.

    Whatever :func:`transit_times` reaches in that share of the samples within the minutes lies
    inside, and nothing else, if its egress is on foot and the place has an area. Here the egress
    is always on foot, also where the rules allow other means: a taxi from the last stop would
    reach nearly everything.

    Circles are drawn over a grid of 50 m: the outline is right to a few metres, and what is
    narrower than a cell, such as half a minute's walk around a stop, may be lost. Holes are kept.
    Outside Korea metres are those of a map around the place. The area of a longer time holds that
    of a shorter one, and that of a smaller share that of a larger one, to the centimetre to which
    coordinates are rounded.

    Parameters
    ----------
    timetable
        The timetable.
    origins
        Table of places.
    minutes
        Door-to-door minutes, above zero and up to ``limit_min`` of the rules; each counts once.
        They run from the moment of departure, so that the first wait counts.
    departures
        Day and window.
    rules
        Access, walking, limits and draws; the defaults if None.
    share
        Share of the samples, above 0 and up to 1.
    road
        Roads on which taxis, bicycles and cars to stops are timed; by straight lines if None.

    Returns
    -------
    isochrones : geopandas.GeoDataFrame
        One row per place and time, times ascending, after the contract ``ISOCHRONES``, with
        MultiPolygons in WGS84. ``off_network``: no stop that is served that day can be reached
        from the door; ``no_service``: from the stops that can, nothing takes one anywhere in that
        share of the samples. These have no area, though one could walk. Otherwise it holds at
        least the walk around the place. Evidence is ``estimated`` where the place is, or where in
        any sample an estimated route brings one to some stop within the minutes sooner than the
        others do; else ``derived``.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If minutes or share are out of range, or the table does not hold points with ids.
    InputError
        If the samples of one place would not fit into memory.

    Examples
    --------
    >>> import datetime as dt
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> osong = gpd.GeoDataFrame({"place_id": ["x"]}, crs="EPSG:4326",
    ...                          geometry=gpd.points_from_xy([127.327], [36.620]))
    >>> morning = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(8))
    >>> found = transit_isochrones(load_timetable(), osong, [30, 60], morning)
    >>> found[["minutes", "status"]].values.tolist()
    [[30.0, 'ok'], [60.0, 'ok']]
    """
    rules = rules or TransitRules()
    check_points(origins, "origins")
    classes = checked_minutes(minutes, rules.limit_min)
    if not 0 < share <= _EVERY:
        message = f"share: not above 0 and up to 1 ({share:g}) - 0.5 is the median"
        raise UsageError(message)
    if rules.wait != "turn_up":
        message = f"wait: isochrones count from a departure, not from a plan ({rules.wait}) - "
        raise UsageError(message + "use turn_up")
    arrivals = Arrivals.of(timetable, origins, departures, rules, road)
    _check_room(arrivals, departures)
    status = np.full((len(origins), classes.size), "ok", object)
    status[~arrivals.accessible] = "off_network"
    weak = np.zeros(status.shape, bool)
    areas = Drawn([], [])
    for i in range(len(origins)):
        after_s = arrivals.after_s(i)
        rank = rank_of(share, after_s.shape[1])
        if arrivals.accessible[i] and not _served(after_s, rank):
            status[i] = "no_service"
        shapes, crs = [shapely.MultiPolygon()] * classes.size, METRIC_CRS
        if status[i, 0] == "ok":
            crs = _metric_crs(origins.iloc[i : i + 1])
            walks = _walks(_metres(timetable, origins.iloc[i : i + 1], crs), after_s, rank, rules)
            shapes = [walkshed(walks, limit) for limit in classes * SECONDS_PER_MINUTE]
        own = drawn(shapes, crs)
        areas.shapes.extend(own.shapes)
        areas.km2.extend(own.km2)
        weak[i] = _weak_from_s(after_s, arrivals.firm_s(i)) <= classes * SECONDS_PER_MINUTE
    _log.info("%d isochrones, %d found", status.size, int((status == "ok").sum()))
    return isochrone_table("transit", origins, classes, areas, status, weak)


def _check_room(arrivals: Arrivals, departures: Departures) -> None:
    """Raise InputError if the samples at all stops would not fit into memory, place by place."""
    day = arrivals.search.day
    stops, samples = len(day.lines.change_s), len(departures.seconds) * len(day.draws)
    what = f"isochrones over {stops:,} stops, {samples:,} samples each"
    advice = "take a shorter window, a longer step or fewer draws"
    check_memory(stops * samples * _SAMPLE_BYTES, what, advice)


def _metric_crs(place: gpd.GeoDataFrame) -> str:
    """Return the metric system of the package where it holds, else one around the place."""
    (lon,), (lat,) = shapely.get_coordinates(place.geometry.to_crs(WGS84).to_numpy()).T
    area = CRS.from_user_input(METRIC_CRS).area_of_use
    if area and area.west <= lon <= area.east and area.south <= lat <= area.north:
        return METRIC_CRS
    return f"+proj=aeqd +lon_0={lon:.7f} +lat_0={lat:.7f} +datum=WGS84 +units=m"


def _metres(timetable: Timetable, place: gpd.GeoDataFrame, crs: str) -> NDArray[np.float64]:
    """Return where the stops and the place are, metres, shape (stops + 1, 2)."""
    lon, lat = (timetable.stops[name].to_numpy(float) for name in ("stop_lon", "stop_lat"))
    to_metres = Transformer.from_crs(WGS84, crs, always_xy=True)
    stops = np.stack(to_metres.transform(lon, lat), axis=1)
    return np.concatenate([stops, shapely.get_coordinates(place.geometry.to_crs(crs).to_numpy())])


def _walks(
    at: NDArray[np.float64], after_s: NDArray[np.int32], rank: int, rules: TransitRules
) -> Walks:
    """Return from where one walks on: from the stops, and at once from the door."""
    door = np.zeros((1, after_s.shape[1]), np.int32)
    metres_per_hour = rules.walk_kph * METRES_PER_KILOMETRE / rules.walk_detour
    return Walks(
        x=at[:, 0],
        y=at[:, 1],
        after_s=np.concatenate([after_s, door]),
        rank=rank,
        straight_mps=metres_per_hour / SECONDS_PER_HOUR,
        limit_m=rules.walk_limit_m,
    )


def _served(after_s: NDArray[np.int32], rank: int) -> bool:
    """Return whether a vehicle takes one anywhere in more than ``rank`` samples."""
    return int((after_s.min(axis=0, initial=NEVER) < NEVER).sum()) > rank


def _weak_from_s(after_s: NDArray[np.int32], firm_s: NDArray[np.int32] | None) -> float:
    """Return the seconds from which on an estimated route brings one somewhere sooner."""
    if firm_s is None:
        return np.inf
    return float(after_s[after_s < firm_s].min(initial=NEVER))

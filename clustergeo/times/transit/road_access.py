"""Ways between places and stops timed on the road network."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.by_road import car_times
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.transit.access_modes import AccessMode
from clustergeo.units import METRES_PER_KILOMETRE, MINUTES_PER_HOUR, SECONDS_PER_MINUTE, WGS84

__all__ = ["driven"]

Points = tuple[NDArray[np.float64], NDArray[np.float64]]
Rows = tuple[NDArray[np.int64], NDArray[np.int64]]

_NO_BICYCLES: Final = ("motorway", "motorway_link")
_CLOSED_MS: Final = 2**30  # twelve days
_DUST: Final = 1e-6


def driven(
    road: RoadNetwork,
    mode: AccessMode,
    places: Points,
    stops: Points,
    pairs: Rows,
    leaving: bool,  # noqa: FBT001
) -> tuple[Rows, NDArray[np.int32], NDArray[np.float64], int]:
    """Return the pairs of place and stop that the roads join within the limit of a mode.

    A taxi and a car take the fastest way at the speeds of the network, a bicycle the shortest
    that is no motorway, at its own speed. The way from the door to the road and back to the stop
    is the straight line times the detour of the mode at the speed of the mode.

    Parameters
    ----------
    road
        The road network.
    mode
        Fixed minutes, limit, and speed off the network.
    places, stops
        Latitudes and longitudes, degrees.
    pairs
        Places and stops, of which those that are left out are too far.
    leaving
        Whether one goes to the stops, not from them.

    Returns
    -------
    pairs, seconds, length_m, off_roads
        Those within the limit, seconds from door to stop and metres as driven; and how many have
        an end that lies too far from any road.
    """
    place, stop = pairs
    near_places, p = np.unique(place, return_inverse=True)
    near_stops, s = np.unique(stop, return_inverse=True)
    ends = _points(places, near_places, "place"), _points(stops, near_stops, "stop")
    rules = RoadRules(
        access_kph=mode.kph,
        access_detour=mode.detour,
        start_min=mode.fixed_min,
        park_min=0.0,
        # Nothing that counts is slower than a kilometre an hour.
        limit_min=mode.limit_km * MINUTES_PER_HOUR + mode.fixed_min,
    )
    network = _for_bicycles(road, mode.kph) if mode.kind == "bicycle" else road
    found = car_times(network, *(ends if leaving else ends[::-1]), rules)
    minutes = found.minutes[:, :, 0]
    metres = found.table["distance_m"].to_numpy(dtype=np.float64).reshape(minutes.shape)
    off = (found.table["status"] == "off_network").to_numpy().reshape(minutes.shape)
    row = (p, s) if leaving else (s, p)
    minutes, metres = minutes[row], metres[row]
    near = np.flatnonzero(metres <= mode.limit_km * METRES_PER_KILOMETRE)
    seconds = np.ceil(minutes[near] * SECONDS_PER_MINUTE - _DUST).astype(np.int32)
    return (place[near], stop[near]), seconds, metres[near], int(off[row].sum())


def _points(points: Points, rows: NDArray[np.int64], kind: str) -> gpd.GeoDataFrame:
    ids = [f"{kind} {row}" for row in rows.tolist()]
    lonlat = gpd.points_from_xy(points[1][rows], points[0][rows])
    return gpd.GeoDataFrame({"place_id": ids}, geometry=lonlat, crs=WGS84)


def _for_bicycles(road: RoadNetwork, kph: float) -> RoadNetwork:
    """Return the roads at the speed of a bicycle; it keeps one-way roads and turn bans."""
    hours = road.length_m / METRES_PER_KILOMETRE / kph
    ms = np.rint(hours * MINUTES_PER_HOUR * SECONDS_PER_MINUTE * 1_000)
    closed = np.array([name in _NO_BICYCLES for name in road.classes], bool)[road.highway]
    ms = np.where(closed, _CLOSED_MS, np.minimum(ms, _CLOSED_MS)).astype(np.int32)
    ms.flags.writeable = False
    made = {key: value for key, value in road._made.items() if key in ("nodes", "keys")}  # noqa: SLF001
    return replace(road, time_ms=ms, _made=made)

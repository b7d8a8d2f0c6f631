"""Who can be reached by oneself: on foot between stops, by any means between places and stops."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times.transit.lanes import stretches
from clustergeo.times.transit.road_access import driven
from clustergeo.times.transit.rules import TransitRules
from clustergeo.units import EARTH_RADIUS_M, SECONDS_PER_MINUTE

__all__ = ["MEANS", "Footpaths", "Reach", "footpaths", "near_pairs", "reach"]

MEANS: Final = ("walk", "taxi", "bicycle", "car")
"""Ways between places and stops. Of those that take as long the first is taken."""

NO_CHANGE = np.int32(2**30)
"""Change time of a stop where changing is forbidden: later than any vehicle."""

_IMPOSSIBLE = 3
_TIMED = 1
_ROW_DEG = 0.01
"""Height of the rows into which points are sorted, degrees: about as far as one walks."""
_ROW_KEY = 1_024.0
_BLOCK = 16_384
_POLAR_DEG = 89.9
_HALF_TURN_DEG = 180.0


class Footpaths(NamedTuple):
    """Walks between stops in compressed rows, and the time to change at each stop.

    ``stop[ptr[s]:ptr[s + 1]]`` are the stops that can be walked to from ``s``.
    """

    ptr: NDArray[np.int32]
    stop: NDArray[np.int32]
    seconds: NDArray[np.int32]
    change_s: NDArray[np.int32]


class Reach(NamedTuple):
    """Stops within reach of each place in compressed rows, stops ascending."""

    ptr: NDArray[np.int32]
    stop: NDArray[np.int32]
    seconds: NDArray[np.int32]
    means: NDArray[np.int8]
    """How, as a position in ``MEANS``."""
    length_m: NDArray[np.float64]
    """Metres as walked or driven."""
    off_roads: int = 0
    """Pairs of place and stop that were left out for lying too far from any road."""


def near_pairs(
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
    others: tuple[NDArray[np.float64], NDArray[np.float64]],
    radius_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return all pairs of a point and another within a radius, by point, then other.

    Parameters
    ----------
    points, others
        Latitudes and longitudes, degrees.
    radius_m
        Straight metres, included.

    Returns
    -------
    point, other, straight_m
        Positions and metres of each pair.
    """
    lat, lon = others
    row = np.floor((lat + 90.0) / _ROW_DEG)
    # By row of a grid of latitudes, then by longitude: what is near lies in a few stretches.
    order = np.lexsort((lon, row))
    key = row[order] * _ROW_KEY + lon[order]
    tall = np.degrees(radius_m / EARTH_RADIUS_M) + 1e-7
    parts = [
        _candidates(points, turned, (key, tall))
        for turned in (0.0, -2 * _HALF_TURN_DEG, 2 * _HALF_TURN_DEG)  # across the 180th meridian
    ]
    point = np.concatenate([part[0] for part in parts])
    other = order[np.concatenate([part[1] for part in parts])]
    metres = np.empty(len(point))
    for first in range(0, len(point), _BLOCK):  # what is at work stays in the cache
        block = slice(first, first + _BLOCK)
        here, there = point[block], other[block]
        metres[block] = crow_fly_m(points[0][here], points[1][here], lat[there], lon[there])
    near = metres <= radius_m
    point, other, metres = point[near], other[near], metres[near]
    by_point = np.argsort(point * max(len(lat), 1) + other, kind="stable")
    return point[by_point], other[by_point], metres[by_point]


def _candidates(
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
    turned: float,
    grid: tuple[NDArray[np.float64], float],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return points and ranks in the grid of all that may be near, seen a full turn away."""
    key, tall = grid
    lat, lon = points[0], points[1] + turned
    polar = np.minimum(np.abs(lat) + tall, 90.0)
    with np.errstate(divide="ignore"):
        wide = tall / np.cos(np.radians(polar))
    wide = np.where((polar < _POLAR_DEG) & (wide < _HALF_TURN_DEG), wide, np.inf)
    rows = np.arange(len(lat))
    if turned:
        across = (lon + wide >= -_HALF_TURN_DEG) & (lon - wide <= _HALF_TURN_DEG)
        rows = np.flatnonzero(np.isfinite(wide) & across)
    low = np.maximum(lon - wide, -_HALF_TURN_DEG)[rows]
    high = np.minimum(lon + wide, _HALF_TURN_DEG)[rows]
    bottom = np.floor((lat[rows] - tall + 90.0) / _ROW_DEG)
    top = np.floor((lat[rows] + tall + 90.0) / _ROW_DEG)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for step in range(int((top - bottom).max(initial=-1.0)) + 1):
        row = bottom + step
        begin = np.searchsorted(key, row * _ROW_KEY + low)
        end = np.searchsorted(key, row * _ROW_KEY + high, side="right")
        count = np.where(row <= top, end - begin, 0)
        found.append((np.repeat(rows, count), stretches(begin, count)))
    nothing = np.empty(0, dtype=np.int64)
    point = np.concatenate([nothing, *(part[0] for part in found)])
    return point, np.concatenate([nothing, *(part[1] for part in found)])


def footpaths(timetable: Timetable, rules: TransitRules) -> Footpaths:
    """Return walks between stops and change times: the feed's where it states them.

    A rule of ``transfers.txt`` replaces the computed walk of its pair. Minimum times (type 2) are
    the time it takes; without one, and for types 0 and 1, the computed walk counts, however long;
    type 3 forbids. For a stop with itself a rule states the change time instead: type 1 waits, so
    it takes none. Rules for single routes or trips come on top: see
    :mod:`clustergeo.times.transit.twins`.
    """
    stops = timetable.stops
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    here = (lat[placed], lon[placed])
    a, b, metres = near_pairs(here, here, rules.walk_limit_m)
    stated = timetable.transfers
    at, to = stated["from_stop"].to_numpy(), stated["to_stop"].to_numpy()
    straight = np.nan_to_num(crow_fly_m(lat[at], lon[at], lat[to], lon[to]))
    walked = rules.walk_s(straight)
    minimum = stated["min_s"].to_numpy()
    kinds = stated["kind"].to_numpy()
    own = at == to
    seconds = np.where(np.isnan(minimum), walked, np.nan_to_num(minimum))
    change = np.full(len(stops), np.ceil(rules.min_change_min * SECONDS_PER_MINUTE))
    for stop, kind, given in zip(at[own], kinds[own], minimum[own], strict=True):
        if kind == _IMPOSSIBLE:
            change[stop] = NO_CHANGE
        elif kind == _TIMED:
            change[stop] = 0
        elif np.isfinite(given):
            change[stop] = given
    # What the feed states of a pair replaces its walk; a stop is not walked to from itself.
    told = at[~own] * len(stops) + to[~own]
    pair = placed[a] * len(stops) + placed[b]
    other = (a != b) & ~np.isin(pair, told)
    allowed = kinds[~own] != _IMPOSSIBLE
    pair = np.concatenate([told[allowed], pair[other]])
    took = np.concatenate([seconds[~own][allowed], rules.walk_s(metres[other])])
    order = np.argsort(pair, kind="stable")
    from_stop, to_stop = np.divmod(pair[order], max(len(stops), 1))
    return Footpaths(
        ptr=_pointers(from_stop, len(stops)),
        stop=to_stop.astype(np.int32),
        seconds=took[order].astype(np.int32),
        change_s=change.astype(np.int32),
    )


def reach(
    places: tuple[NDArray[np.float64], NDArray[np.float64]],
    timetable: Timetable,
    served: NDArray[np.bool_],
    rules: TransitRules,
    *,
    leaving: bool = True,
    road: RoadNetwork | None = None,
) -> Reach:
    """Return the served stops each place can reach, by the sooner of the allowed means.

    Parameters
    ----------
    places
        Latitudes and longitudes, degrees.
    timetable
        For the positions of its stops.
    served
        Per stop, whether a vehicle can be used there on the day.
    rules
        Speeds, limits and the choice of means.
    leaving
        Whether one goes to the stops, not from them.
    road
        Roads on which all but walks are timed; straight lines times a detour if None.
    """
    usable = np.flatnonzero(served & timetable.stops["stop_lat"].notna().to_numpy())
    stops = (
        timetable.stops["stop_lat"].to_numpy()[usable],
        timetable.stops["stop_lon"].to_numpy()[usable],
    )
    place, stop, metres = near_pairs(places, stops, rules.walk_limit_m)
    rows = _rows(place, stop, rules.walk_s(metres), metres * rules.walk_detour, "walk")
    means = rules.ends[0 if leaving else 1]
    off_roads = 0
    if mode := rules.mode(means):
        limit_m = mode.limit_m if road is None else mode.limit_m * mode.detour
        place, stop, metres = near_pairs(places, stops, limit_m)
        if means == "walk_else_taxi":
            stranded = ~np.isin(place, rows["place"].to_numpy())
            place, stop, metres = place[stranded], stop[stranded], metres[stranded]
        if road is None:
            seconds, length_m = mode.seconds(metres), metres * mode.detour
        else:
            (place, stop), seconds, length_m, off_roads = driven(
                road, mode, places, stops, (place, stop), leaving
            )
        rides = _rows(place, stop, seconds, length_m, mode.kind)
        rows = pd.concat([rows, rides], ignore_index=True)
        rows = rows.sort_values(["place", "stop", "seconds", "means"], kind="stable")
        rows = rows.drop_duplicates(["place", "stop"])
    return Reach(
        ptr=_pointers(rows["place"].to_numpy(), len(places[0])),
        stop=usable[rows["stop"].to_numpy()].astype(np.int32),
        seconds=rows["seconds"].to_numpy(dtype=np.int32),
        means=rows["means"].to_numpy(dtype=np.int8),
        length_m=rows["length_m"].to_numpy(dtype=np.float64),
        off_roads=off_roads,
    )


def _rows(
    place: NDArray[np.int64],
    stop: NDArray[np.int64],
    seconds: NDArray[np.int32],
    length_m: NDArray[np.float64],
    means: str,
) -> pd.DataFrame:
    columns = {"place": place, "stop": stop, "seconds": seconds, "length_m": length_m}
    return pd.DataFrame(columns).assign(means=np.int8(MEANS.index(means)))


def _pointers(sorted_rows: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    return np.searchsorted(sorted_rows, np.arange(count + 1)).astype(np.int32)

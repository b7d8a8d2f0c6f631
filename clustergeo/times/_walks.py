"""Who can be reached on foot or by taxi: between stops, and between places and stops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.times._transit_rules import TransitRules
from clustergeo.units import EARTH_RADIUS_M, SECONDS_PER_MINUTE

__all__ = ["Footpaths", "Reach", "footpaths", "near_pairs", "reach"]

NO_CHANGE = np.int32(2**30)
"""Change time of a stop where changing is forbidden: later than any vehicle."""

_IMPOSSIBLE = 3
_TIMED = 1
_BAND_ROWS = 512


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
    taxi: NDArray[np.bool_]
    straight_m: NDArray[np.float64]


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
    order = np.argsort(others[0], kind="stable")
    lat, lon = others[0][order], others[1][order]
    band = np.degrees(radius_m / EARTH_RADIUS_M) + 1e-9
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    ranks = np.argsort(points[0], kind="stable")
    for first in range(0, len(ranks), _BAND_ROWS):
        rows = ranks[first : first + _BAND_ROWS]
        low = np.searchsorted(lat, points[0][rows].min() - band)
        high = np.searchsorted(lat, points[0][rows].max() + band, side="right")
        metres = crow_fly_m(
            points[0][rows, None], points[1][rows, None], lat[None, low:high], lon[None, low:high]
        )
        i, j = np.nonzero(metres <= radius_m)
        found.append((rows[i], order[low + j], metres[i, j]))
    if not found:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0)
    point, other, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    by_point = np.lexsort((other, point))
    return point[by_point], other[by_point], metres[by_point]


def footpaths(timetable: Timetable, rules: TransitRules) -> Footpaths:
    """Return walks between stops and change times: the feed's where it states them.

    A rule of ``transfers.txt`` replaces the computed walk of its pair. Minimum times (type 2) are
    the time it takes; without one, and for types 0 and 1, the computed walk counts, however long;
    type 3 forbids. For a stop with itself a rule states the change time instead: type 1 waits, so
    it takes none.
    """
    stops = timetable.stops
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    here = (lat[placed], lon[placed])
    a, b, metres = near_pairs(here, here, rules.walk_limit_m)
    walks = pd.DataFrame(
        {"from_stop": placed[a], "to_stop": placed[b], "seconds": rules.walk_s(metres)}
    )
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
    listed = stated.assign(seconds=seconds)[~own]
    both = pd.concat([listed, walks[walks["from_stop"] != walks["to_stop"]]], ignore_index=True)
    both = both.drop_duplicates(["from_stop", "to_stop"], keep="first")
    both = both[both["kind"] != _IMPOSSIBLE].sort_values(["from_stop", "to_stop"])
    return Footpaths(
        ptr=_pointers(both["from_stop"].to_numpy(), len(stops)),
        stop=both["to_stop"].to_numpy(dtype=np.int32),
        seconds=both["seconds"].to_numpy(dtype=np.int32),
        change_s=change.astype(np.int32),
    )


def reach(
    places: tuple[NDArray[np.float64], NDArray[np.float64]],
    timetable: Timetable,
    served: NDArray[np.bool_],
    rules: TransitRules,
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
    """
    usable = np.flatnonzero(served & timetable.stops["stop_lat"].notna().to_numpy())
    stops = (
        timetable.stops["stop_lat"].to_numpy()[usable],
        timetable.stops["stop_lon"].to_numpy()[usable],
    )
    place, stop, metres = near_pairs(places, stops, rules.walk_limit_m)
    rows = pd.DataFrame(
        {
            "place": place,
            "stop": usable[stop],
            "seconds": rules.walk_s(metres),
            "taxi": np.zeros(len(place), dtype=bool),
            "straight_m": metres,
        }
    )
    if rules.access != "walk":
        place, stop, metres = near_pairs(places, stops, rules.taxi_limit_m)
        rides = pd.DataFrame(
            {
                "place": place,
                "stop": usable[stop],
                "seconds": rules.taxi_s(metres),
                "taxi": np.ones(len(place), dtype=bool),
                "straight_m": metres,
            }
        )
        if rules.access == "walk_else_taxi":
            rides = rides[~rides["place"].isin(rows["place"])]
        rows = pd.concat([rows, rides], ignore_index=True)
        rows = rows.sort_values(["place", "stop", "seconds", "taxi"], kind="stable")
        rows = rows.drop_duplicates(["place", "stop"])
    return Reach(
        ptr=_pointers(rows["place"].to_numpy(), len(places[0])),
        stop=rows["stop"].to_numpy(dtype=np.int32),
        seconds=rows["seconds"].to_numpy(dtype=np.int32),
        taxi=rows["taxi"].to_numpy(dtype=np.bool_),
        straight_m=rows["straight_m"].to_numpy(dtype=np.float64),
    )


def _pointers(sorted_rows: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    return np.searchsorted(sorted_rows, np.arange(count + 1)).astype(np.int32)

"""Turn stop_times.txt into calls in order, with every time filled in and none going backwards."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, FeedError
from clustergeo.networks._feed_rows import faults_where, unknown_keys, with_trips_lost
from clustergeo.networks._geodesy import crow_fly_m

__all__ = ["stop_times"]

_FILE: Final = "stop_times.txt"


def stop_times(
    table: pd.DataFrame, trips: pd.DataFrame, stops: pd.DataFrame, notes: list[str]
) -> pd.DataFrame:
    """Return the calls of all trips in order; see :class:`clustergeo.networks.Timetable`.

    Raises
    ------
    FeedError
        With every unknown trip or stop; else with every blank end and backward time.
    """
    faults = [
        *unknown_keys(table["trip_id"], trips["trip_id"], _FILE),
        *unknown_keys(table["stop_id"], stops["stop_id"], _FILE),
    ]
    if faults:
        raise FeedError(*with_trips_lost(faults, table["trip_id"]))
    ordered = _ordered(table, trips, stops)
    step_m = _steps_m(ordered, stops)
    filled = _filled(ordered, step_m, notes)
    if faults := _time_faults(filled):
        raise FeedError(*with_trips_lost(faults, table["trip_id"]))
    counts = np.bincount(filled["trip"], minlength=len(trips))
    idle = pd.Series(counts == 0, index=trips.index)
    words = ("has no calls in stop_times.txt, which may be cut off", "export the feed again")
    if faults := faults_where(idle, trips["trip_id"], "trips.txt", "trip_id", words):
        raise FeedError(*with_trips_lost(faults, trips["trip_id"]))
    if single := int((counts == 1).sum()):
        notes.append(f"{single:,} trips have a single stop and carry nobody")
    times = filled[["trip", "stop", "arrival_s", "departure_s", "board", "alight"]]
    return times.astype({"arrival_s": np.int64, "departure_s": np.int64}).reset_index(drop=True)


def _ordered(table: pd.DataFrame, trips: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """Return calls by trip and sequence; the index keeps the number of the record."""
    arrival = table["arrival_time"].to_numpy(dtype=np.float64, na_value=np.nan)
    departure = table["departure_time"].to_numpy(dtype=np.float64, na_value=np.nan)
    calls = pd.DataFrame(
        {
            "trip": pd.Index(trips["trip_id"]).get_indexer(table["trip_id"]),
            "sequence": table["stop_sequence"].to_numpy(dtype=np.int64),
            "stop": pd.Index(stops["stop_id"]).get_indexer(table["stop_id"]),
            "trip_id": table["trip_id"],
            # A single time given stands for both: the vehicle does not dwell.
            "arrival_s": np.where(np.isnan(arrival), departure, arrival),
            "departure_s": np.where(np.isnan(departure), arrival, departure),
            "board": table["pickup_type"] != "1",
            "alight": table["drop_off_type"] != "1",
        }
    )
    return calls.sort_values(["trip", "sequence"], kind="stable")


def _steps_m(calls: pd.DataFrame, stops: pd.DataFrame) -> NDArray[np.float64]:
    """Return straight metres from the previous call of the trip; 0 at the first."""
    at = calls["stop"].to_numpy()
    lat = stops["stop_lat"].to_numpy()[at]
    lon = stops["stop_lon"].to_numpy()[at]
    step = np.zeros(len(calls))
    step[1:] = crow_fly_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    step[_firsts(calls)] = 0.0
    return np.nan_to_num(step)


def _firsts(calls: pd.DataFrame) -> NDArray[np.int64]:
    trip = calls["trip"].to_numpy()
    return np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]])


def _filled(calls: pd.DataFrame, step_m: NDArray[np.float64], notes: list[str]) -> pd.DataFrame:
    """Return calls with blank inner times interpolated by the distance along the stops."""
    arrival = calls["arrival_s"].to_numpy().copy()
    departure = calls["departure_s"].to_numpy().copy()
    blank = np.isnan(arrival)
    firsts = _firsts(calls)
    lasts = np.r_[firsts[1:], len(calls)] - 1
    ends = np.zeros(len(calls), dtype=bool)
    ends[firsts] = ends[lasts] = True
    if (blank & ends).any():
        words = ("first and last call of a trip need a time", "fill in the time")
        wrong = pd.Series(blank & ends, index=calls.index)
        faults = faults_where(wrong, calls["trip_id"], _FILE, "arrival_time", words)
        raise FeedError(*with_trips_lost(faults, calls["trip_id"].sort_index()))
    if blank.any():
        notes.append(f"{int(blank.sum()):,} blank times were interpolated by distance")
    known = np.flatnonzero(~blank)
    along = np.cumsum(step_m)
    gaps = np.flatnonzero(blank)
    right = np.searchsorted(known, gaps)
    before, after = known[right - 1], known[right]
    stretch = along[after] - along[before]
    # Where all stops of a gap lie at one point the time is shared out evenly.
    part = np.where(stretch > 0, along[gaps] - along[before], gaps - before)
    whole = np.where(stretch > 0, stretch, after - before)
    times = departure[before] + part / whole * (arrival[after] - departure[before])
    arrival[gaps] = departure[gaps] = np.round(times)
    return calls.assign(arrival_s=arrival, departure_s=departure)


def _time_faults(calls: pd.DataFrame) -> list[Fault]:
    arrival, departure = calls["arrival_s"].to_numpy(), calls["departure_s"].to_numpy()
    before = np.r_[arrival[:1], departure[:-1]]
    firsts = _firsts(calls)
    before[firsts] = arrival[firsts]
    shown = calls["trip_id"]
    return [
        *faults_where(
            pd.Series(departure < arrival, index=calls.index),
            shown,
            _FILE,
            "departure_time",
            ("leaves before it arrives, trip", "swap the two times"),
        ),
        *faults_where(
            pd.Series(arrival < before, index=calls.index),
            shown,
            _FILE,
            "arrival_time",
            ("arrives before it left the previous stop, trip", "correct the times or the order"),
        ),
    ]

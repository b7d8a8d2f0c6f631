"""References that lead nowhere, and records that nothing refers to."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found

__all__ = ["CHECKS", "fingerprints", "key_findings"]

_CORRECT: Final = "correct the id or add it to its table"
_ESTIMATED: Final = "this project"

_UNKNOWN: Final = {
    what: Check(f"unknown_{what}", "error", f"there is no such {what}", _CORRECT)
    for what in ("agency", "route", "service", "stop", "trip", "station")
}
_UNUSED_STOP = Check(
    "unused_stop", "warning", "no trip calls here", "add its calls or remove the stop"
)
_STATION_WITHOUT_STOPS = Check(
    "station_without_stops", "warning", "no stop belongs to this station",
    "name it as parent_station of its stops or remove it",
)  # fmt: skip
_UNUSED_ROUTE = Check(
    "unused_route", "warning", "the route has no trip", "add its trips or remove the route"
)
_UNUSED_SERVICE = Check(
    "unused_service", "info", "no trip runs on these days", "remove the service or use it"
)
_TRIP_WITHOUT_CALLS = Check(
    "trip_without_calls", "error", "the trip has no calls; stop_times.txt may be cut off",
    "export the feed again",
)  # fmt: skip
_SINGLE_CALL = Check(
    "single_call_trip", "warning", "the trip has one call and carries nobody",
    "add its other calls or remove the trip",
)  # fmt: skip
_DUPLICATE_TRIP = Check(
    "duplicate_trip", "warning", "same route, service, stops and times as another trip",
    "remove one; service counts twice", source=_ESTIMATED,
)  # fmt: skip

CHECKS: Final = (
    *_UNKNOWN.values(),
    _UNUSED_STOP,
    _STATION_WITHOUT_STOPS,
    _UNUSED_ROUTE,
    _UNUSED_SERVICE,
    _TRIP_WITHOUT_CALLS,
    _SINGLE_CALL,
    _DUPLICATE_TRIP,
)
"""The rules of this theme."""

_STOP_KINDS: Final = ("", "0")
_STATION: Final = "1"
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))

# File, column, file it refers to, its key, what it is; a blank refers to nothing.
_REFERENCES: Final = (
    ("routes.txt", "agency_id", ("agency.txt",), "agency_id", "agency"),
    ("stops.txt", "parent_station", ("stops.txt",), "stop_id", "station"),
    ("trips.txt", "route_id", ("routes.txt",), "route_id", "route"),
    ("trips.txt", "service_id", ("calendar.txt", "calendar_dates.txt"), "service_id", "service"),
    ("stop_times.txt", "trip_id", ("trips.txt",), "trip_id", "trip"),
    ("stop_times.txt", "stop_id", ("stops.txt",), "stop_id", "stop"),
    ("frequencies.txt", "trip_id", ("trips.txt",), "trip_id", "trip"),
    ("transfers.txt", "from_stop_id", ("stops.txt",), "stop_id", "stop"),
    ("transfers.txt", "to_stop_id", ("stops.txt",), "stop_id", "stop"),
    ("transfers.txt", "from_route_id", ("routes.txt",), "route_id", "route"),
    ("transfers.txt", "to_route_id", ("routes.txt",), "route_id", "route"),
    ("transfers.txt", "from_trip_id", ("trips.txt",), "trip_id", "trip"),
    ("transfers.txt", "to_trip_id", ("trips.txt",), "trip_id", "trip"),
    ("sources.csv", "route_id", ("routes.txt",), "route_id", "route"),
)


def key_findings(feed: LintFeed) -> list[pd.DataFrame]:
    """Return what is unknown, unused, empty or there twice."""
    return [*_unknown(feed), *_unused(feed), *_empty_trips(feed), _duplicates(feed)]


def _unknown(feed: LintFeed) -> list[pd.DataFrame]:
    findings = []
    for file, column, targets, key, what in _REFERENCES:
        known = pd.concat([feed.tables[target][key] for target in targets])
        if known.empty or feed.broken.intersection(targets):
            continue  # missing or broken: told once, and not for every row
        table = feed.tables[file]
        wrong = table[(table[column] != "") & ~table[column].isin(known)]
        findings.append(found(_UNKNOWN[what], (file, column), wrong["row"], wrong[column]))
    return findings


def _unused(feed: LintFeed) -> list[pd.DataFrame]:
    stops, routes, trips = feed.stops, feed.routes, feed.tables["trips.txt"]
    stops, routes = stops[stops["stop_id"] != ""], routes[routes["route_id"] != ""]
    called = feed.tables["stop_times.txt"]["stop_id"]
    plain = stops["location_type"].isin(_STOP_KINDS)
    # A station without a type is told by the stops that name it.
    parents = stops["stop_id"].isin(stops["parent_station"])
    idle = stops[plain & ~stops["stop_id"].isin(called) & ~parents]
    empty = stops[(stops["location_type"] == _STATION) & ~parents]
    unused = routes[~routes["route_id"].isin(trips["route_id"])]
    findings = []
    if len(called):
        findings += [
            found(_UNUSED_STOP, ("stops.txt", "stop_id"), idle["row"], _with_name(idle)),
            found(
                _STATION_WITHOUT_STOPS, ("stops.txt", "stop_id"), empty["row"], _with_name(empty)
            ),
        ]
    if len(trips):
        place = ("routes.txt", "route_id")
        findings.append(found(_UNUSED_ROUTE, place, unused["row"], unused["route_id"]))
        for file in ("calendar.txt", "calendar_dates.txt"):
            table = feed.tables[file]
            idle = table[~table["service_id"].isin(trips["service_id"])]
            place = (file, "service_id")
            findings.append(found(_UNUSED_SERVICE, place, idle["row"], idle["service_id"]))
    return findings


def _with_name(stops: pd.DataFrame) -> pd.Series[str]:
    return (stops["stop_id"] + " " + stops["stop_name"]).str.strip()


def _empty_trips(feed: LintFeed) -> list[pd.DataFrame]:
    if feed.tables["stop_times.txt"].empty:
        return []
    counts = np.bincount(feed.calls["trip"], minlength=len(feed.trips))
    place = ("trips.txt", "trip_id")
    findings = []
    for check, few in ((_TRIP_WITHOUT_CALLS, counts == 0), (_SINGLE_CALL, counts == 1)):
        trips = feed.trips[few]
        findings.append(found(check, place, trips["row"], trips["trip_id"]))
    return findings


def _duplicates(feed: LintFeed) -> pd.DataFrame:
    """Return trips that do just what an earlier one does; templates have headways of their own."""
    trips = feed.trips.assign(
        calls=fingerprints(feed.calls, len(feed.trips)), template=feed.headway_trips
    )
    timed = np.isin(np.arange(len(trips)), feed.hops["trip"])
    trips = trips[~trips["template"] & timed]
    alike = ["route_id", "service_id", "calls"]
    first = trips.groupby(alike, sort=False)["trip_id"].transform("first")
    twice = trips[trips.duplicated(alike)]
    values = twice["trip_id"] + " as " + first[twice.index]
    return found(_DUPLICATE_TRIP, ("trips.txt", "trip_id"), twice["row"], values)


def fingerprints(
    calls: pd.DataFrame,
    trips: int,
    columns: tuple[str, ...] = ("stop", "arrival_s", "departure_s"),
) -> NDArray[np.uint64]:
    """Return a number for the calls of each trip, 0 for none; equal calls have equal numbers.

    Parameters
    ----------
    calls
        Calls by trip and sequence.
    trips
        Number of trips.
    columns
        What must be equal.
    """
    total = np.zeros(trips, np.uint64)
    if calls.empty:
        return total
    trip = calls["trip"].to_numpy()
    first = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]])
    place = np.arange(len(calls)) - np.repeat(first, np.diff(np.r_[first, len(calls)]))
    mixed = (place + 1).astype(np.uint64) * _MIX[0]
    for column in columns:
        values = np.nan_to_num(calls[column].to_numpy(dtype=np.float64), nan=-1.0).astype(np.int64)
        mixed = (mixed ^ values.astype(np.uint64)) * _MIX[1]
        mixed ^= mixed >> np.uint64(29)
    total[trip[first]] = np.add.reduceat(mixed, first)
    return total

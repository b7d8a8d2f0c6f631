"""Read a GTFS feed into a timetable, or refuse it with every fault of a file at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from clustergeo._files import decode, parse_csv
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.networks import _gtfs_calendar as calendars
from clustergeo.networks import _gtfs_calls as calls
from clustergeo.networks import _gtfs_links as links
from clustergeo.networks._feed_files import open_feed
from clustergeo.networks._feed_rows import faults_where, unknown_keys
from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas import check_table
from clustergeo.schemas.gtfs import FEED, REQUIRED_FILES
from clustergeo.settings import data_path

__all__ = ["load_timetable"]

_GRADES: Final = {
    "published": "published",
    "interpolated": "derived",
    "derived": "derived",
    "estimated": "estimated",
}
_GRADE_UNSTATED: Final = "derived"
_NOT_A_STOP: Final = ("3", "4")
"""Location types that may go without coordinates: nodes of pathways and boarding areas."""

_NEAR_ORIGIN_OK_M: Final = 2_000_000.0
_ZERO_DEG: Final = 1e-6
_MOST_LAT: Final = 90.0
_MOST_LON: Final = 180.0


def load_timetable(
    path: str | os.PathLike[str] | None = None, *, encoding: str | None = None
) -> Timetable:
    """Read a GTFS feed from a folder or a zip archive.

    Read are agency, stops, routes, trips, stop_times, calendar, calendar_dates, frequencies,
    transfers, feed_info and translations, and this project's ``sources.csv`` with the evidence of
    each route. A route without a row there counts as ``derived``: a timetable says when a vehicle
    should run, and nobody has vouched for it. Blank times at inner stops are interpolated by the
    straight distance along the stops. Fares, shapes, pathways and flexible services are ignored.

    Parameters
    ----------
    path
        Folder or zip archive; the embedded feed when None. Archives are read in memory.
    encoding
        Encoding of the files; UTF-8, UTF-16 with a byte-order mark, or CP949 when None.

    Returns
    -------
    timetable : Timetable
        The checked feed; ``timetable.notes`` says what was read differently.

    Raises
    ------
    FeedError
        With all faults of the first file that has any.
    MissingFileError
        If there is no such file.

    Examples
    --------
    >>> timetable = load_timetable()
    >>> len(timetable.routes) > 0
    True
    """
    source = data_path("gtfs") if path is None else Path(path)
    notes: list[str] = []
    tables = _read_tables(open_feed(source), encoding, notes)
    stops = _stops(tables)
    routes = _routes(tables, notes)
    services = calendars.service_days(tables["calendar.txt"], tables["calendar_dates.txt"], notes)
    trips = _trips(tables, routes, services)
    stop_times = calls.stop_times(tables["stop_times.txt"], trips, stops, notes)
    return Timetable(
        source=str(source),
        language=_language(tables),
        stops=links.with_english(stops, tables["translations.txt"], "stops", "stop_name"),
        routes=routes,
        trips=trips,
        stop_times=stop_times,
        services=services,
        frequencies=links.frequencies(tables["frequencies.txt"], trips, stop_times),
        transfers=links.transfers(tables["transfers.txt"], stops, notes),
        notes=tuple(notes),
    )


def _read_tables(
    files: dict[str, bytes], encoding: str | None, notes: list[str]
) -> dict[str, pd.DataFrame]:
    tables = {}
    for name, schema in FEED.items():
        if name not in files:
            empty = pd.DataFrame({column: pd.Series(dtype=object) for column in schema.names})
            tables[name] = check_table(empty, schema, file=name)
            continue
        try:
            text = parse_csv(decode(files[name], file=name, encoding=encoding), file=name)
        except InputError as error:
            raise FeedError(*error.faults) from error
        if name == "translations.txt" and "trans_id" in text.columns:
            # The form of before 2019 keys by text and cannot name records.
            notes.append("translations.txt has the form of before 2019; names stay local")
            text = pd.DataFrame({column: pd.Series(dtype=object) for column in schema.names})
        tables[name] = check_table(text, schema, file=name, error=FeedError)
        if name in REQUIRED_FILES and text.empty:
            raise FeedError(Fault(name, "has no rows (0)", "export the feed again"))
    return tables


def _language(tables: dict[str, pd.DataFrame]) -> str:
    for name, column in (("feed_info.txt", "feed_lang"), ("agency.txt", "agency_lang")):
        stated = [str(value) for value in tables[name][column] if value]
        if stated:
            return stated[0].split("-")[0].lower()
    return ""


def _stops(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    stops = tables["stops.txt"]
    lat, lon = stops["stop_lat"], stops["stop_lon"]
    needed = ~stops["location_type"].isin(_NOT_A_STOP)
    file = "stops.txt"
    degrees = "write WGS84 degrees"
    wide, long = lat.abs() > _MOST_LAT, lon.abs() > _MOST_LON
    swapped = wide & (lon.abs() <= _MOST_LAT)
    faults = [
        *faults_where(needed & lat.isna(), lat, file, "stop_lat", ("is blank", degrees)),
        *faults_where(needed & lon.isna(), lon, file, "stop_lon", ("is blank", degrees)),
        *faults_where(
            swapped, lat, file, "stop_lat", ("latitude out of range", "swap stop_lat and stop_lon")
        ),
        *faults_where(wide & ~swapped, lat, file, "stop_lat", ("latitude out of range", degrees)),
        *faults_where(long, lon, file, "stop_lon", ("longitude out of range", degrees)),
        *faults_where(
            _near_origin(lat, lon),
            lat.astype(str) + ", " + lon.astype(str),
            file,
            "stop_lat, stop_lon",
            ("a coordinate is 0, far from the other stops", "fill in the position"),
        ),
        *unknown_keys(stops["parent_station"], stops["stop_id"], file, blank=True),
    ]
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    return stops


def _near_origin(lat: pd.Series[float], lon: pd.Series[float]) -> pd.Series[bool]:
    """Return which stops lie on the equator or prime meridian by default rather than in truth."""
    zero = (lat.abs() < _ZERO_DEG) | (lon.abs() < _ZERO_DEG)
    rest = ~zero & lat.notna() & lon.notna()
    if rest.any():
        far = crow_fly_m(lat, lon, lat[rest].median(), lon[rest].median()) > _NEAR_ORIGIN_OK_M
        return zero & far
    # Nothing but zeros: believable for a feed that crosses the origin, not for one single point.
    spread = float(lat.max() - lat.min()) + float(lon.max() - lon.min())
    return zero & (spread < _ZERO_DEG)


def _routes(tables: dict[str, pd.DataFrame], notes: list[str]) -> pd.DataFrame:
    routes, agencies = tables["routes.txt"], tables["agency.txt"]
    faults = unknown_keys(routes["agency_id"], agencies["agency_id"], "routes.txt", blank=True)
    if len(agencies) > 1:
        fix = ("is blank where the feed has several agencies", "name the agency")
        blank = routes["agency_id"] == ""
        faults += faults_where(blank, routes["route_id"], "routes.txt", "agency_id", fix)
    if faults:
        raise FeedError(*faults)
    sources = tables["sources.csv"]
    if faults := unknown_keys(sources["route_id"], routes["route_id"], "sources.csv"):
        raise FeedError(*faults)
    stated = zip(sources["route_id"], sources["evidence"], strict=True)
    grades = {route: _GRADES[grade] for route, grade in stated}
    evidence = [grades.get(route, _GRADE_UNSTATED) for route in routes["route_id"]]
    if unstated := int((~routes["route_id"].isin(sources["route_id"])).sum()):
        notes.append(f"{unstated:,} routes state no evidence and count as {_GRADE_UNSTATED}")
    short, long = routes["route_short_name"], routes["route_long_name"]
    named = pd.DataFrame(
        {
            "route_id": routes["route_id"],
            "short_name": short.where(short != "", long).where(
                (short != "") | (long != ""), routes["route_id"]
            ),
            "long_name": long,
            "route_type": routes["route_type"].astype(np.int64),
            "evidence": evidence,
        }
    )
    return links.with_english(named, tables["translations.txt"], "routes", "route_long_name")


def _trips(
    tables: dict[str, pd.DataFrame], routes: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    trips = tables["trips.txt"]
    stated = pd.concat(
        [
            services["service_id"],
            tables["calendar.txt"]["service_id"],
            tables["calendar_dates.txt"]["service_id"],
        ]
    )
    faults = [
        *unknown_keys(trips["route_id"], routes["route_id"], "trips.txt"),
        *unknown_keys(trips["service_id"], stated, "trips.txt"),
    ]
    if faults:
        raise FeedError(*sorted(faults, key=lambda fault: fault.row or 0))
    positions = pd.Index(routes["route_id"]).get_indexer(trips["route_id"])
    return pd.DataFrame(
        {
            "trip_id": trips["trip_id"],
            "route": positions.astype(np.int64),
            "service_id": trips["service_id"],
        }
    )

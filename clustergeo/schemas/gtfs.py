"""Contracts of the files of a GTFS feed, as far as routing needs them.

Field names, kinds and enumerations follow the GTFS Schedule reference (gtfs.org); columns a
router has no use for are neither required nor kept. ``sources.csv`` is this project's own: one row
a route saying how well its times are founded.
"""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema

__all__ = ["FEED", "OPTIONAL_FILES", "REQUIRED_FILES", "SHAPES"]

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALL: Final = ("0", "1", "2", "3")

AGENCY = Schema(
    "agency",
    (
        Column("agency_id", optional=True, blank=True),
        Column("agency_name"),
        Column("agency_timezone"),
        Column("agency_lang", optional=True, blank=True),
    ),
    key=("agency_id",),
)

STOPS = Schema(
    "stops",
    (
        Column("stop_id"),
        Column("stop_name", "text", "name as signed on the spot", optional=True, blank=True),
        # Ranges are checked with the rest of the geography, where a swap can be recognised.
        Column("stop_lat", "number", "latitude, degrees, -90..90", blank=True),
        Column("stop_lon", "number", "longitude, degrees, -180..180", blank=True),
        Column(
            "location_type",
            "text",
            "0 stop, 1 station, 2 entrance, 3 node, 4 boarding area",
            optional=True,
            blank=True,
            choices=("0", "1", "2", "3", "4"),
        ),
        Column("parent_station", optional=True, blank=True),
    ),
    key=("stop_id",),
)

ROUTES = Schema(
    "routes",
    (
        Column("route_id"),
        Column("agency_id", optional=True, blank=True),
        Column("route_short_name", optional=True, blank=True),
        Column("route_long_name", optional=True, blank=True),
        Column("route_type", "integer", "0 tram, 1 metro, 2 rail, 3 bus, ...", minimum=0),
    ),
    key=("route_id",),
)

TRIPS = Schema(
    "trips",
    (
        Column("route_id"),
        Column("service_id"),
        Column("trip_id"),
        Column("trip_headsign", optional=True, blank=True),
        Column("block_id", "text", "vehicle that runs it", optional=True, blank=True),
        Column("shape_id", optional=True, blank=True),
    ),
    key=("trip_id",),
)

STOP_TIMES = Schema(
    "stop_times",
    (
        Column("trip_id"),
        Column("arrival_time", "time", blank=True),
        Column("departure_time", "time", blank=True),
        Column("stop_id"),
        Column("stop_sequence", "integer", minimum=0),
        Column("pickup_type", "text", "1: none", optional=True, blank=True, choices=_CALL),
        Column("drop_off_type", "text", "1: none", optional=True, blank=True, choices=_CALL),
    ),
    key=("trip_id", "stop_sequence"),
)

CALENDAR = Schema(
    "calendar",
    (
        Column("service_id"),
        *(Column(day, choices=("0", "1")) for day in _DAYS),
        Column("start_date", "date"),
        Column("end_date", "date", "last day, included"),
    ),
    key=("service_id",),
)

CALENDAR_DATES = Schema(
    "calendar_dates",
    (
        Column("service_id"),
        Column("date", "date"),
        Column("exception_type", "text", "1 added, 2 removed", choices=("1", "2")),
    ),
    key=("service_id", "date"),
)

FREQUENCIES = Schema(
    "frequencies",
    (
        Column("trip_id"),
        Column("start_time", "time"),
        Column("end_time", "time", "no vehicle leaves the first stop at or after it"),
        Column("headway_secs", "integer", "seconds between departures", minimum=1),
        Column("exact_times", optional=True, blank=True, choices=("0", "1")),
    ),
    key=("trip_id", "start_time"),
)

TRANSFERS = Schema(
    "transfers",
    (
        Column("from_stop_id", optional=True, blank=True),
        Column("to_stop_id", optional=True, blank=True),
        Column("from_route_id", optional=True, blank=True),
        Column("to_route_id", optional=True, blank=True),
        Column("from_trip_id", optional=True, blank=True),
        Column("to_trip_id", optional=True, blank=True),
        Column(
            "transfer_type",
            "text",
            "0 recommended, 1 timed, 2 minimum time, 3 impossible, 4 and 5 in-seat",
            blank=True,
            choices=("0", "1", "2", "3", "4", "5"),
        ),
        Column("min_transfer_time", "integer", "seconds", optional=True, blank=True, minimum=0),
    ),
)

FEED_INFO = Schema(
    "feed_info",
    (
        Column("feed_publisher_name", optional=True, blank=True),
        Column("feed_lang", optional=True, blank=True),
        Column("feed_version", optional=True, blank=True),
    ),
)

TRANSLATIONS = Schema(
    "translations",
    (
        Column("table_name"),
        Column("field_name"),
        Column("language"),
        Column("translation", blank=True),
        Column("record_id", optional=True, blank=True),
        Column("field_value", optional=True, blank=True),
    ),
)

SHAPES: Final = Schema(
    "shapes",
    (
        Column("shape_id"),
        Column("shape_pt_lat", "number", "degrees", minimum=-90, maximum=90),
        Column("shape_pt_lon", "number", "degrees", minimum=-180, maximum=180),
        Column("shape_pt_sequence", "integer", minimum=0),
    ),
    key=("shape_id", "shape_pt_sequence"),
)
"""Contract of shapes.txt, which is read only when asked for."""

SOURCES = Schema(
    "sources",
    (
        Column("route_id"),
        Column("evidence", choices=("published", "interpolated", "derived", "estimated")),
    ),
    key=("route_id",),
)

REQUIRED_FILES: Final = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
"""Files every feed must have; it also needs calendar.txt or calendar_dates.txt."""

OPTIONAL_FILES: Final = (
    "calendar.txt",
    "calendar_dates.txt",
    "frequencies.txt",
    "transfers.txt",
    "feed_info.txt",
    "translations.txt",
    "sources.csv",
)

FEED: Final = {
    "agency.txt": AGENCY,
    "stops.txt": STOPS,
    "routes.txt": ROUTES,
    "trips.txt": TRIPS,
    "stop_times.txt": STOP_TIMES,
    "calendar.txt": CALENDAR,
    "calendar_dates.txt": CALENDAR_DATES,
    "frequencies.txt": FREQUENCIES,
    "transfers.txt": TRANSFERS,
    "feed_info.txt": FEED_INFO,
    "translations.txt": TRANSLATIONS,
    "sources.csv": SOURCES,
}
"""The contract of each file, in the order they are read."""

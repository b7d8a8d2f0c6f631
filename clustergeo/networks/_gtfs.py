"""Read GTFS feeds into a timetable, or refuse them with every fault of a file at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from clustergeo._zips import ZipLimits
from clustergeo.errors import Fault, FeedError, UsageError
from clustergeo.networks import _gtfs_calendar as calendars
from clustergeo.networks import _gtfs_calls as calls
from clustergeo.networks import _gtfs_links as links
from clustergeo.networks._feed_files import FeedFiles, open_feeds
from clustergeo.networks._feed_lenient import read_leniently
from clustergeo.networks._feed_merge import feed_row, merged_timetable, named_apart
from clustergeo.networks._feed_store import FEED_MANIFEST, read_timetable
from clustergeo.networks._gtfs_routes import feed_routes, feed_trips
from clustergeo.networks._gtfs_shapes import trip_lines
from clustergeo.networks._gtfs_speeds import speed_notes
from clustergeo.networks._gtfs_stops import placed_stops
from clustergeo.networks._gtfs_tables import feed_language, feed_tables, feed_timezone
from clustergeo.networks._gtfs_through import with_through_runs
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.gtfs import FEED
from clustergeo.settings import data_path

__all__ = ["load_timetable"]

_BYTES_PER_MB = 1_000_000

AnyPath = str | os.PathLike[str]


def load_timetable(
    path: AnyPath | Iterable[AnyPath] | None = None,
    *,
    encoding: str | None = None,
    lenient: bool = False,
    shapes: bool = False,
    inflate_limit_mb: float | None = None,
) -> Timetable:
    """Read GTFS feeds, each a folder or a zip archive, as one timetable.

    Read are agency, stops, routes, trips, stop_times, calendar, calendar_dates, frequencies,
    transfers, feed_info and translations, and this project's ``sources.csv`` with the evidence of
    each route. A route without a row there counts as ``derived``: a timetable says when a vehicle
    should run, and nobody has vouched for it. Blank times at inner stops are interpolated by the
    straight distance along the stops. Fares, pathways and flexible services are ignored.

    Riders may stay seated where a vehicle goes on as another trip: where ``transfers.txt`` says
    so (type 4), and where the next trip of the same ``block_id`` on the same days starts at the
    stop or station where the last one ends, within half an hour. Type 5 forbids it. Trips with a
    headway are not joined. Rules of types 0-3 hold for changes between vehicles, those for single
    routes and trips too, in the order of the GTFS reference: the most specific one counts.

    An archive or a folder may hold several feeds, each in a subfolder. Several feeds keep their
    ids apart by name (``feed:id``); walks between their stops come by themselves. They must keep
    the same time on every day of service.

    Parameters
    ----------
    path
        Folder, zip archive, or several of them; the embedded feed when None. Archives are read in
        memory. Or a folder that :meth:`Timetable.save` wrote, which is taken as it is, whatever
        the other parameters say.
    encoding
        Encoding of the files; UTF-8, UTF-16 with a byte-order mark, or (of a feed that keeps
        Korean time) CP949 when None.
    lenient
        Set aside what is refused otherwise, row by row: whole trips, and rows of other tables.
        ``timetable.set_aside`` lists them and the notes count them.
    shapes
        Read shapes.txt too, so that :func:`clustergeo.networks.ride_lines.ride_line` follows it.
    inflate_limit_mb
        Megabytes that a genuine archive may inflate to, at any ratio; 2,000 MB and at most 200
        times its size when None.

    Returns
    -------
    timetable : Timetable
        The checked feeds; ``timetable.notes`` says what was read differently.

    Raises
    ------
    FeedError
        With all faults of the first file that has any.
    MissingFileError
        If there is no such file.
    UsageError
        If no feed is named, or one twice.

    Examples
    --------
    >>> timetable = load_timetable()
    >>> len(timetable.routes) > 0
    True
    """
    sources = _sources(path)
    if saved := [source for source in sources if (source / FEED_MANIFEST).is_file()]:
        if len(sources) > 1:
            message = f"a saved timetable stands alone ({saved[0]}) - name the feeds themselves"
            raise UsageError(message)
        return read_timetable(saved[0])
    wanted = (*FEED, "shapes.txt") if shapes else tuple(FEED)
    limits = ZipLimits()
    if inflate_limit_mb is not None:
        limits = ZipLimits(inflated_bytes=int(inflate_limit_mb * _BYTES_PER_MB), ratio=None)
    feeds = named_apart([f for source in sources for f in open_feeds(source, limits, wanted)])
    read = partial(_read_feed, encoding=encoding)
    if lenient:
        read = partial(read_leniently, read=read, encoding=encoding)
    timetables = []
    for feed in feeds:
        try:
            timetables.append(read(feed))
        except FeedError as error:
            if len(feeds) == 1:
                raise
            raise FeedError(*(_of_feed(fault, feed.name) for fault in error.faults)) from error
    return merged_timetable(timetables)


def _sources(path: AnyPath | Iterable[AnyPath] | None) -> list[Path]:
    if path is None:
        return [data_path("gtfs")]
    sources = [Path(path)] if isinstance(path, str | os.PathLike) else [Path(p) for p in path]
    if not sources:
        message = "no feed named - name a GTFS zip or folder"
        raise UsageError(message)
    seen: set[Path] = set()
    for source in sources:
        if source.resolve() in seen:
            message = f"feed named twice ({source}) - name each once"
            raise UsageError(message)
        seen.add(source.resolve())
    return sources


def _of_feed(fault: Fault, feed: str) -> Fault:
    """Return a fault whose file says of which feed it is."""
    return replace(fault, file=f"{feed}/{fault.file}")


def _read_feed(feed: FeedFiles, *, encoding: str | None) -> Timetable:
    """Return one feed as a timetable of its own."""
    notes = list(feed.notes)
    tables = feed_tables(feed.files, encoding, notes)
    timezone = feed_timezone(tables)
    stops = placed_stops(tables["stops.txt"])
    routes = feed_routes(tables, notes)
    services = calendars.service_days(tables["calendar.txt"], tables["calendar_dates.txt"], notes)
    trips = feed_trips(tables, routes, services)
    stop_times = calls.stop_times(tables["stop_times.txt"], trips, stops, notes)
    notes += _arranged(tables["stop_times.txt"])
    notes += speed_notes(stop_times, trips, routes, stops)
    rules = links.trip_transfers(tables["transfers.txt"], stops, routes, trips, notes)
    lines = trip_lines(tables, notes)
    timetable = Timetable(
        source=feed.source,
        language=feed_language(tables),
        stops=links.with_english(stops, tables["translations.txt"], "stops", "stop_name"),
        routes=routes,
        trips=trips,
        stop_times=stop_times,
        services=services,
        frequencies=links.frequencies(tables["frequencies.txt"], trips, stop_times),
        transfers=links.transfers(tables["transfers.txt"], stops),
        notes=tuple(notes),
        trip_transfers=rules,
        feeds=feed_row(feed, feed_language(tables), timezone, len(trips)),
        shapes=lines,
    )
    return with_through_runs(timetable, tables["trips.txt"]["block_id"])


def _arranged(table: pd.DataFrame) -> list[str]:
    """Return a note of the calls that must be arranged by telephone or with the driver."""
    by_word = ("2", "3")
    count = int((table["pickup_type"].isin(by_word) | table["drop_off_type"].isin(by_word)).sum())
    if not count:
        return []
    return [f"{count:,} calls are by arrangement only (types 2 and 3) and count as regular ones"]

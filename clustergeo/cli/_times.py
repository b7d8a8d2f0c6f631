"""``clustergeo times``: a travel-time table between places of the user's choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._transit_times import TransitOptions, transit_found
from clustergeo.errors import UsageError
from clustergeo.networks import Timetable, load_road_network, load_timetable
from clustergeo.networks.congestion import FREE_FLOW, congested_network
from clustergeo.networks.timetable import day_notes
from clustergeo.places import load_all_places, load_places
from clustergeo.study import DECIMALS, Study, load_study
from clustergeo.times import Departures, TravelTimes, car_times, desire_lines

__all__ = ["Request", "parse_date", "parse_window", "write_times"]

FORMATS = (".csv", ".parquet", ".geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    mode: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    out: Path
    network: Path | None = None
    state: str | None = None
    feed: tuple[Path, ...] = ()
    feed_encoding: str | None = None
    lenient: Path | None = None
    inflate_limit_mb: float | None = None
    date: str | None = None
    window: str | None = None
    crs: str | None = None
    encoding: str | None = None
    transit: TransitOptions = field(default_factory=TransitOptions)


def write_times(request: Request) -> None:
    """Compute the times asked for and write them to one file."""
    _check_usage(request)
    shipped = load_study()
    origins = _places(request.origins, request)
    destinations = _places(request.destinations, request)
    with working(f"{len(origins):,} x {len(destinations):,} places by {request.mode}"):
        found = _computed(request, shipped, origins, destinations)
    _write(found, request.out, pd.concat([origins, destinations], ignore_index=True))
    counts = found.table["status"].value_counts()
    statuses = ", ".join(f"{count:,} {status}" for status, count in counts.sort_index().items())
    console.print(f"{request.out}: {len(found.table):,} times ({statuses})", highlight=False)


def parse_date(text: str) -> dt.date:
    """Return a date written YYYY-MM-DD, or refuse it as a usage error."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"--date: not a date ({text}) - write it as YYYY-MM-DD"
        raise UsageError(message) from error


def parse_window(text: str) -> tuple[dt.time, dt.time]:
    """Return the two times of a window HH:MM-HH:MM, or refuse it as a usage error."""
    try:
        start, end = (dt.time.fromisoformat(part) for part in text.split("-"))
    except ValueError as error:
        message = f"--window: not a window of time ({text}) - write it as HH:MM-HH:MM"
        raise UsageError(message) from error
    if start >= end:
        message = f"--window: ends before it starts ({text}) - put the earlier time first"
        raise UsageError(message)
    return start, end


def _check_usage(request: Request) -> None:
    if request.out.suffix.lower() not in FORMATS:
        message = f"--out: unknown format ({request.out.name}) - end it in {', '.join(FORMATS)}"
        raise UsageError(message)
    if request.mode == "car" and request.feed:
        message = "--feed: not used by --mode car - drop it or use --mode transit"
        raise UsageError(message)
    if request.lenient and not request.feed:
        message = "--lenient: used with --feed only - name the feed, or drop it"
        raise UsageError(message)
    if request.lenient and request.lenient.suffix.lower() != ".csv":
        message = f"--lenient: lists faults as CSV ({request.lenient.name}) - end it in .csv"
        raise UsageError(message)
    if request.mode == "transit" and request.state and not request.network:
        message = "--state: of the roads to and from stops - name them by --network, or drop it"
        raise UsageError(message)
    request.transit.check(request.mode)
    if request.mode == "transit" and request.feed and not request.date:
        message = "--date: needed with --feed - give a day inside the calendar of your feed"
        raise UsageError(message)
    inputs = {Path(word).resolve() for word in (*request.origins, *request.destinations)}
    inputs |= {feed.resolve() for feed in request.feed}
    if request.out.resolve() in inputs:
        message = f"--out: is also an input ({request.out}) - choose another file"
        raise UsageError(message)
    others = {*inputs, request.out.resolve()}
    lenient = [("lenient", request.lenient)] if request.lenient else []
    for name, file in (*lenient, *request.transit.files()):
        if file.resolve() in others:
            message = f"--{name}: is another file of the call ({file}) - choose a new one"
            raise UsageError(message)
        others.add(file.resolve())


def _computed(
    request: Request, shipped: Study, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> TravelTimes:
    road = None
    if request.mode == "car" or request.network:
        road = load_road_network(request.network or shipped.networks.road)
        road = congested_network(road, request.state or FREE_FLOW)
    if request.mode == "car" and road is not None:
        return car_times(road, origins, destinations, shipped.road)
    timetable = _timetable(request, shipped)
    departures = shipped.departures
    if request.date:
        departures = replace(departures, date=parse_date(request.date))
    if request.window:
        start, end = parse_window(request.window)
        departures = Departures(date=departures.date, start=start, end=end)
    for note in (*timetable.notes, *day_notes(timetable, departures.date)):
        notes.print(f"note: {note}", highlight=False, markup=False)
    found = transit_found(
        timetable, (origins, destinations), departures, shipped.transit, request.transit, road
    )
    for note in found.notes:
        notes.print(f"note: {note}", highlight=False, markup=False)
    return found


def _timetable(request: Request, shipped: Study) -> Timetable:
    """Return the timetable asked for; what is set aside is written to the file named."""
    if not request.feed:
        return load_timetable(shipped.networks.feed)
    timetable = load_timetable(
        request.feed,
        encoding=request.feed_encoding,
        lenient=request.lenient is not None,
        inflate_limit_mb=request.inflate_limit_mb,
    )
    if request.lenient is not None:
        write_bytes(request.lenient, csv_bytes(timetable.set_aside))
    return timetable


def _places(words: Sequence[str], request: Request) -> gpd.GeoDataFrame:
    """Return the places that file names and ids stand for, each once."""
    tables = []
    known = load_all_places()
    for word in [part for listed in words for part in _split(listed)]:
        shipped = known.loc[known["place_id"] == word]
        if not shipped.empty:
            tables.append(shipped)
        elif Path(word).suffix:
            tables.append(load_places(Path(word), crs=request.crs, encoding=request.encoding))
        else:
            message = f"{word}: neither a shipped place nor a file - `clustergeo places` lists ids"
            raise UsageError(message)
    together = pd.concat(tables, ignore_index=True)
    return gpd.GeoDataFrame(together.drop_duplicates("place_id", ignore_index=True), crs=known.crs)


def _split(word: str) -> list[str]:
    """Split a comma-separated list of ids; a file name may hold commas and stays whole."""
    return [word] if Path(word).suffix else [part.strip() for part in word.split(",") if part]


def _write(found: TravelTimes, out: Path, places: gpd.GeoDataFrame) -> None:
    match out.suffix.lower():
        case ".csv":
            write_bytes(out, csv_bytes(found.table, decimals=DECIMALS))
        case ".parquet":
            with writing(out) as aside:
                found.table.to_parquet(aside, index=False)
        case _:
            lines = desire_lines(found.table, places)
            write_bytes(out, lines.to_json(drop_id=True, ensure_ascii=False).encode())

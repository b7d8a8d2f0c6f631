"""``clustergeo times``: a travel-time table between places of the user's choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._ends import places_of, refuse_input
from clustergeo.cli._od import advise_folder, check_folder, is_folder, write_matrix
from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork, load_road_network, load_timetable
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.states import road_state
from clustergeo.study import DECIMALS, Study, load_study
from clustergeo.times import Departures, TravelTimes, car_times, desire_lines, transit_times
from clustergeo.times.roads.fit import check_date

__all__ = ["Request", "parse_date", "parse_window", "write_times"]

FORMATS = (".csv", ".parquet", ".geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    mode: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    out: Path
    cluster: str | None = None
    network: Path | None = None
    state: str | None = None
    congestion: Path | None = None
    delays: bool = False
    delays_file: Path | None = None
    feed: Path | None = None
    date: str | None = None
    window: str | None = None
    crs: str | None = None
    encoding: str | None = None


def write_times(request: Request) -> None:
    """Compute the times asked for and write them to one file, or to a folder of parts."""
    _check_usage(request)
    shipped = load_study()
    read = {"crs": request.crs, "encoding": request.encoding}
    origins = places_of(request.origins, **read)
    destinations = places_of(request.destinations, **read)
    if is_folder(request.out):
        _write_matrix(request, shipped, origins, destinations)
        return
    if request.mode == "car":
        advise_folder(len(origins), len(destinations), request.out)
    with working(f"{len(origins):,} x {len(destinations):,} places by {request.mode}"):
        found = _computed(request, shipped, origins, destinations)
    _write(found, request.out, pd.concat([origins, destinations], ignore_index=True))
    counts = found.table["status"].value_counts()
    statuses = ", ".join(f"{count:,} {status}" for status, count in counts.sort_index().items())
    for warning in found.warnings:
        notes.print(f"note: {warning}", highlight=False, markup=False)
    console.print(f"{request.out}: {len(found.table):,} times ({statuses})", highlight=False)
    metres = found.snaps["snap_m"].dropna()
    if not metres.empty:
        farthest = found.snaps["place_id"][metres.idxmax()]
        line = f"to the roads: median {metres.median():,.0f} m, farthest {metres.max():,.0f} m"
        console.print(f"{line} ({farthest})", highlight=False, markup=False)


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
    if not is_folder(request.out) and request.out.suffix.lower() not in FORMATS:
        message = f"--out: unknown format ({request.out.name}) - end it in {', '.join(FORMATS)}"
        raise UsageError(message)
    check_folder(request.out, request.mode, request.cluster)
    if request.mode == "car" and request.feed:
        message = "--feed: not used by --mode car - drop it or use --mode transit"
        raise UsageError(message)
    if request.mode == "transit" and request.network:
        message = "--network: not used by --mode transit - drop it or use --mode car"
        raise UsageError(message)
    for option in ("state", "congestion", "delays", "delays_file"):
        if request.mode == "transit" and getattr(request, option):
            name = option.replace("_", "-")
            message = f"--{name}: not used by --mode transit - drop it or use --mode car"
            raise UsageError(message)
    if request.congestion and not request.state:
        message = "--congestion: needs a state - name one of its states with --state"
        raise UsageError(message)
    if request.mode == "transit" and request.feed and not request.date:
        message = "--date: needed with --feed - give a day inside the calendar of your feed"
        raise UsageError(message)
    refuse_input(request.out, (*request.origins, *request.destinations))


def _computed(
    request: Request, shipped: Study, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> TravelTimes:
    if request.mode == "car":
        road, doubts = _road(request, shipped)
        found = car_times(road, origins, destinations, shipped.road)
        return replace(found, warnings=(*found.warnings, *doubts))
    timetable = load_timetable(request.feed or shipped.networks.feed)
    departures = shipped.departures
    if request.date:
        departures = replace(departures, date=parse_date(request.date))
    if request.window:
        start, end = parse_window(request.window)
        departures = Departures(date=departures.date, start=start, end=end)
    return transit_times(timetable, origins, destinations, departures, shipped.transit)


def _road(request: Request, shipped: Study) -> tuple[RoadNetwork, tuple[str, ...]]:
    """Return the road network in the state asked for, and what is doubtful about its date."""
    road = road_state(
        load_road_network(request.network or shipped.networks.road),
        request.state or FREE_FLOW,
        congestion=request.congestion,
        delays=request.delays_file or request.delays,
    )
    return road, check_date(road, parse_date(request.date) if request.date else shipped.date)


def _write_matrix(
    request: Request, shipped: Study, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> None:
    road, doubts = _road(request, shipped)
    ends = origins, destinations, request.out
    for warning in (*write_matrix(road, *ends, shipped.road, request.cluster), *doubts):
        notes.print(f"note: {warning}", highlight=False, markup=False)


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

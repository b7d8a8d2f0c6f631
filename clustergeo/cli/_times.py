"""``clustergeo times``: a travel-time table between places of the user's choice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._ends import places_of
from clustergeo.cli._od import advise_folder, is_folder, write_matrix
from clustergeo.cli._times_request import Request, check_request, parse_date, parse_window
from clustergeo.cli._transit_times import transit_found
from clustergeo.errors import GateError
from clustergeo.networks import RoadNetwork, Timetable, load_road_network, load_timetable
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.states import road_state
from clustergeo.networks.timetable import day_notes
from clustergeo.study import DECIMALS, Study, load_study
from clustergeo.times import Departures, TravelTimes, car_times, desire_lines
from clustergeo.times.od.folder import read_manifest
from clustergeo.times.roads.fit import check_date
from clustergeo.times.transit.search import Progress

__all__ = ["write_times"]

_TIMED = ("ok", "same_place")


def write_times(request: Request) -> None:
    """Compute the times asked for and write them to one file, or to a folder of parts."""
    check_request(request)
    shipped = load_study()
    read = {"crs": request.crs, "encoding": request.encoding}
    origins = places_of(request.origins, **read)
    destinations = places_of(request.destinations, **read)
    if is_folder(request.out):
        _write_matrix(request, shipped, origins, destinations)
        if request.strict:
            _gate(request.out, read_manifest(request.out)["counts"])
        return
    if request.mode == "car":
        advise_folder(len(origins), len(destinations), request.out)
    size = f"{len(origins):,} x {len(destinations):,} places by {request.mode}"
    with working(size) as status:

        def scanned(done: int, total: int) -> None:
            status.update(f"{size}: {done:,} of {total:,} searches")

        found = _computed(request, shipped, (origins, destinations), scanned)
    _write(found, request.out, pd.concat([origins, destinations], ignore_index=True))
    counts = found.table["status"].value_counts()
    statuses = ", ".join(f"{count:,} {status}" for status, count in counts.sort_index().items())
    for warning in found.warnings:
        notes.print(f"note: {warning}", highlight=False, markup=False)
    console.print(f"{request.out}: {len(found.table):,} times ({statuses})", highlight=False)
    snaps = found.snaps.dropna(subset="snap_m")
    if not snaps.empty:
        metres = snaps["snap_m"]
        farthest = snaps["place_id"].iloc[int(metres.argmax())]
        line = f"to the roads: median {metres.median():,.0f} m, farthest {metres.max():,.0f} m"
        console.print(f"{line} ({farthest})", highlight=False, markup=False)
    if request.strict:
        _gate(request.out, {str(name): count for name, count in counts.items()})


def _gate(out: Path, counts: dict[str, int]) -> None:
    """Raise GateError where trips between different places have no time."""
    missing = {name: count for name, count in sorted(counts.items()) if name not in _TIMED}
    if missing:
        told = ", ".join(f"{count:,} {name}" for name, count in missing.items())
        message = f"{out}: trips without a time ({told}) - see the column status, or drop --strict"
        raise GateError(message)


def _computed(
    request: Request,
    shipped: Study,
    ends: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    progress: Progress,
) -> TravelTimes:
    if request.mode == "car":
        road, doubts = _road(request, shipped)
        found = car_times(road, *ends, shipped.road)
        return replace(found, warnings=(*found.warnings, *doubts))
    roads = _road(request, shipped)[0] if request.network else None
    timetable = _timetable(request, shipped)
    departures = shipped.departures
    if request.date:
        departures = replace(departures, date=parse_date(request.date))
    if request.window:
        start, end = parse_window(request.window)
        departures = Departures(date=departures.date, start=start, end=end)
    for note in (*timetable.notes, *day_notes(timetable, departures.date)):
        notes.print(f"note: {note}", highlight=False, markup=False)
    rules, options = shipped.transit, request.transit
    return transit_found(timetable, ends, departures, rules, options, roads, progress=progress)


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

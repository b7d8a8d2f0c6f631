"""``clustergeo isochrones``: the areas that places reach, by car or by public transport."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from clustergeo.cli._console import console, notes, working
from clustergeo.cli._roads import AREAS, Roads, check_out, noting, write_shapes
from clustergeo.cli._times_request import parse_date, parse_window
from clustergeo.errors import UsageError
from clustergeo.networks import load_timetable
from clustergeo.networks.timetable import day_notes
from clustergeo.places import load_population_grid
from clustergeo.study import Study, load_study
from clustergeo.times import (
    Departures,
    car_isochrones,
    cell_width_m,
    population_within,
    transit_isochrones,
)

__all__ = ["Request", "write_isochrones"]

_BY_CAR: Final = ("network", "state", "congestion", "delays", "delays_file", "snap_cap_m")
_BY_TRANSIT: Final = ("feed", "feed_encoding", "date", "window", "share")
_MEDIAN: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    mode: str
    origins: tuple[str, ...]
    minutes: str
    out: Path
    network: Path | None = None
    state: str | None = None
    congestion: Path | None = None
    delays: bool = False
    delays_file: Path | None = None
    snap_cap_m: float | None = None
    feed: tuple[Path, ...] = ()
    feed_encoding: str | None = None
    date: str | None = None
    window: str | None = None
    share: float | None = None
    people: bool = False
    grid: Path | None = None
    crs: str | None = None
    encoding: str | None = None

    @property
    def roads(self) -> Roads:
        """On which roads."""
        return Roads(
            network=self.network,
            state=self.state,
            congestion=self.congestion,
            delays=self.delays_file or self.delays,
            crs=self.crs,
            encoding=self.encoding,
        )


def write_isochrones(request: Request) -> None:
    """Compute the areas reached, write them to one file and print their size."""
    _check_mode(request)
    read = (*request.origins, request.grid, *request.feed, *request.roads.files)
    check_out(request.out, AREAS, read)
    classes = _minutes_of(request.minutes)
    shipped, places = load_study(), request.roads.places(request.origins)
    grid = load_population_grid(request.grid) if request.grid or request.people else None
    with working(f"{len(places):,} x {len(classes):,} isochrones by {request.mode}"), noting():
        reach = _by_car if request.mode == "car" else _by_transit
        areas = reach(request, shipped, places, classes)
        if grid is not None:
            areas.insert(4, "population", _people(areas, grid))
        write_shapes(areas, request.out, layer="isochrones")
    for row in areas.drop(columns="geometry").to_dict("records"):
        console.print(_size(row), highlight=False, markup=False)
    console.print(f"{request.out}: {len(areas):,} areas", highlight=False)


def _check_mode(request: Request) -> None:
    """Raise UsageError for options that the mode does not use, or lacks."""
    other = "transit" if request.mode == "car" else "car"
    for option in _BY_TRANSIT if request.mode == "car" else _BY_CAR:
        value = getattr(request, option)
        if value is not None and value is not False and value != ():
            name = option.replace("_", "-")
            message = (
                f"--{name}: not used by --mode {request.mode} - drop it or use --mode {other}"
            )
            raise UsageError(message)
    if request.feed and not request.date:
        message = "--date: needed with --feed - give a day inside the calendar of your feed"
        raise UsageError(message)
    if request.date:
        parse_date(request.date)
    if request.window:
        parse_window(request.window)
    if request.share is not None and not 0 < request.share <= 1:
        message = f"--share: not above 0 and at most 1 ({request.share:g}) - correct it"
        raise UsageError(message)
    request.roads.check()


def _minutes_of(text: str) -> list[float]:
    try:
        classes = [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        message = f"--minutes: not minutes ({text}) - write them as 30,60,90"
        raise UsageError(message) from error
    if not classes or not all(0 < each < math.inf for each in classes):
        message = f"--minutes: not all above 0 ({text}) - write them as 30,60,90"
        raise UsageError(message)
    return classes


def _by_car(
    request: Request, shipped: Study, places: gpd.GeoDataFrame, classes: list[float]
) -> gpd.GeoDataFrame:
    cap_m = request.snap_cap_m
    rules = shipped.road if cap_m is None else replace(shipped.road, snap_cap_m=cap_m)
    return car_isochrones(request.roads.loaded(shipped), places, classes, rules)


def _by_transit(
    request: Request, shipped: Study, places: gpd.GeoDataFrame, classes: list[float]
) -> gpd.GeoDataFrame:
    departures = shipped.departures
    if request.date:
        departures = replace(departures, date=parse_date(request.date))
    if request.window:
        start, end = parse_window(request.window)
        departures = Departures(date=departures.date, start=start, end=end)
    timetable = load_timetable(
        request.feed or shipped.networks.feed, encoding=request.feed_encoding
    )
    for note in (*timetable.notes, *day_notes(timetable, departures.date)):
        notes.print(f"note: {note}", highlight=False, markup=False)
    return transit_isochrones(
        timetable,
        places,
        classes,
        departures,
        shipped.transit,
        share=_MEDIAN if request.share is None else request.share,
    )


def _people(areas: gpd.GeoDataFrame, grid: gpd.GeoDataFrame) -> pd.Series[Any]:
    """Return the people inside: cells count by their share, in the same way for both modes."""
    inside = population_within(areas, grid, cell_m=cell_width_m(grid))["population"]
    return inside.round(1)


def _size(row: dict[Hashable, Any]) -> str:
    """Return one isochrone in words."""
    name = f"{row['place_id']} {row['minutes']:g} min: "
    if row["status"] != "ok":
        return name + str(row["status"])
    people = f", {row['population']:,.0f} people" if "population" in row else ""
    return f"{name}{row['area_km2']:,.0f} km2{people}"

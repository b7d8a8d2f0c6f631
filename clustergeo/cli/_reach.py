"""``clustergeo isochrones``, ``route`` and ``nearest``: what can be reached by car, and how."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console, working
from clustergeo.cli._ends import places_of, refuse_input
from clustergeo.errors import Fault, InputError, UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.congestion import FREE_FLOW
from clustergeo.networks.states import road_state
from clustergeo.places import load_population_grid
from clustergeo.study import Study, load_study
from clustergeo.times import (
    car_isochrones,
    car_route,
    car_times,
    nearest_facility,
    population_within,
    road_stretches,
)
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["Roads", "show_route", "write_isochrones", "write_nearest"]

AREAS = (".geojson", ".gpkg", ".parquet")
TABLES = (".csv", ".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """On which roads, in which state, and how the files of places are to be read."""

    network: Path | None = None
    state: str | None = None
    crs: str | None = None
    encoding: str | None = None

    def places(self, words: Sequence[str]) -> gpd.GeoDataFrame:
        """Return the places that words stand for."""
        return places_of(words, crs=self.crs, encoding=self.encoding)

    def loaded(self, shipped: Study) -> RoadNetwork:
        """Return the network in its state."""
        road = load_road_network(self.network or shipped.networks.road)
        return road_state(road, self.state or FREE_FLOW)


def write_isochrones(
    roads: Roads,
    origins: Sequence[str],
    minutes: str,
    out: Path,
    *,
    snap_cap_m: float | None,
    people: bool,
) -> None:
    """Compute the areas reached, write them to one file and print their size."""
    _check_out(out, AREAS, origins)
    classes = _minutes_of(minutes)
    shipped, places = load_study(), roads.places(origins)
    rules = shipped.road if snap_cap_m is None else replace(shipped.road, snap_cap_m=snap_cap_m)
    with working(f"{len(places):,} x {len(classes):,} isochrones by car"):
        areas = car_isochrones(roads.loaded(shipped), places, classes, rules)
        if people:
            reached = population_within(areas, load_population_grid())
            areas.insert(3, "population", reached["population"])
        _write_shapes(areas, out, layer="isochrones")
    for row in areas.drop(columns="geometry").to_dict("records"):
        console.print(_size(row), highlight=False, markup=False)
    console.print(f"{out}: {len(areas):,} areas", highlight=False)


def show_route(
    roads: Roads, origin: Sequence[str], destination: Sequence[str], out: Path | None
) -> None:
    """Print the roads of the fastest drive between two places, and write it to a file."""
    if out:
        _check_out(out, AREAS, (*origin, *destination))
    shipped = load_study()
    ends = _one(roads.places(origin), "--from"), _one(roads.places(destination), "--to")
    with working("the route by car"):
        road = roads.loaded(shipped)
        times = car_times(road, *ends, shipped.road).table.iloc[0]
        route = car_route(road, *ends, shipped.road)
    name = f"{times['from_id']} > {times['to_id']}"
    if times["status"] != "ok":
        what = f"no route ({times['status']})"
        raise InputError(Fault(name, what, "choose places that a road of the network joins"))
    if out:
        _write_shapes(route, out, layer="route")
    whole = (
        f"{times['distance_m'] / METRES_PER_KILOMETRE:.1f} km, "
        f"{times['minutes']:.1f} min door to door (access {times['access_min']:.1f}, "
        f"drive {times['ride_min']:.1f}, egress {times['egress_min']:.1f})"
    )
    for line in (f"{name}: {whole}", *_streets(road_stretches(route)), _assumed(route)):
        console.print(line, highlight=False, markup=False)
    if out:
        console.print(f"{out}: {len(route):,} edges", highlight=False)


def write_nearest(
    roads: Roads, origins: Sequence[str], facilities: Sequence[str], out: Path
) -> None:
    """Find the facility that each place reaches first and write the table to one file."""
    _check_out(out, TABLES, (*origins, *facilities))
    shipped = load_study()
    places, goals = roads.places(origins), roads.places(facilities)
    with working(f"nearest of {len(goals):,} for {len(places):,} places by car"):
        table = nearest_facility(roads.loaded(shipped), places, goals, shipped.road)
    if out.suffix.lower() == ".csv":
        write_bytes(out, csv_bytes(table, decimals={"minutes": 2}))
    else:
        with writing(out) as aside:
            table.to_parquet(aside, index=False)
    counts = table["status"].value_counts().sort_index()
    statuses = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    console.print(f"{out}: {len(table):,} places ({statuses})", highlight=False)


def _check_out(out: Path, formats: Sequence[str], words: Sequence[str]) -> None:
    if out.suffix.lower() not in formats:
        message = f"--out: unknown format ({out.name}) - end it in {', '.join(formats)}"
        raise UsageError(message)
    refuse_input(out, words)


def _minutes_of(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        message = f"--minutes: not minutes ({text}) - write them as 30,60,90"
        raise UsageError(message) from error


def _one(places: gpd.GeoDataFrame, option: str) -> gpd.GeoDataFrame:
    if len(places) != 1:
        message = f"{option}: stands for {len(places)} places - name one"
        raise UsageError(message)
    return places


def _size(row: dict[Hashable, Any]) -> str:
    """Return one isochrone in words."""
    name = f"{row['place_id']} {row['minutes']:g} min: "
    if row["status"] != "ok":
        return name + str(row["status"])
    people = f", {row['population']:,.0f} people" if "population" in row else ""
    return f"{name}{row['area_km2']:,.0f} km2{people}"


def _streets(stretches: gpd.GeoDataFrame) -> list[str]:
    """Return a line a road: how far, how long, and what a traveller calls it."""
    lines = []
    for row in stretches.drop(columns="geometry").to_dict("records"):
        highway = str(row["highway"])
        unnamed = "(ramp)" if highway.endswith("_link") else f"({highway} without a name)"
        lines.append(f"{row['km']:8.1f} km {row['minutes']:7.1f} min  {row['road'] or unnamed}")
    return lines


def _assumed(route: gpd.GeoDataFrame) -> str:
    metres = route["length_m"].sum()
    share = route.loc[route["assumed"], "length_m"].sum() / metres if metres else 0.0
    return f"speeds assumed on {100 * share:.0f} % of the way"


def _write_shapes(table: gpd.GeoDataFrame, out: Path, *, layer: str) -> None:
    match out.suffix.lower():
        case ".geojson":
            write_bytes(out, table.to_json(drop_id=True, ensure_ascii=False).encode())
        case ".gpkg":
            # GDAL would write the time of day into the file.
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
            with writing(out) as aside:
                table.to_file(aside, driver="GPKG", layer=layer)
        case _:
            with writing(out) as aside:
                table.to_parquet(aside, index=False)

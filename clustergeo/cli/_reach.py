"""``clustergeo route`` and ``nearest``: how one gets there by car, and to what is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._roads import AREAS, Roads, check_out, noting, write_shapes
from clustergeo.errors import Fault, InputError, UsageError
from clustergeo.study import load_study
from clustergeo.times import car_route, car_times, nearest_facility, road_stretches
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["Roads", "show_route", "write_nearest"]

TABLES = (".csv", ".parquet")


def show_route(
    roads: Roads, origin: Sequence[str], destination: Sequence[str], out: Path | None
) -> None:
    """Print the roads of the fastest drive between two places, and write it to a file."""
    if out:
        check_out(out, AREAS, (*origin, *destination, *roads.files))
    roads.check()
    shipped = load_study()
    ends = _one(roads.places(origin), "--from"), _one(roads.places(destination), "--to")
    with working("the route by car"), noting():
        road = roads.loaded(shipped)
        found = car_times(road, *ends, shipped.road)
        route = car_route(road, *ends, shipped.road)
    for warning in found.warnings:
        notes.print(f"note: {warning}", highlight=False, markup=False)
    times = found.table.iloc[0]
    name = f"{times['from_id']} > {times['to_id']}"
    if times["status"] != "ok":
        what = f"no route ({times['status']})"
        raise InputError(Fault(name, what, "choose places that a road of the network joins"))
    if out:
        write_shapes(route, out, layer="route")
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
    check_out(out, TABLES, (*origins, *facilities, *roads.files))
    roads.check()
    shipped = load_study()
    places, goals = roads.places(origins), roads.places(facilities)
    with working(f"nearest of {len(goals):,} for {len(places):,} places by car"), noting():
        table = nearest_facility(roads.loaded(shipped), places, goals, shipped.road)
    if out.suffix.lower() == ".csv":
        write_bytes(out, csv_bytes(table, decimals={"minutes": 2}))
    else:
        with writing(out) as aside:
            table.to_parquet(aside, index=False)
    counts = table["status"].value_counts().sort_index()
    statuses = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    console.print(f"{out}: {len(table):,} places ({statuses})", highlight=False)


def _one(places: gpd.GeoDataFrame, option: str) -> gpd.GeoDataFrame:
    if len(places) != 1:
        message = f"{option}: stands for {len(places)} places - name one"
        raise UsageError(message)
    return places


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

"""Where a travel time comes from: its legs, roads and lines, the places, rules and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo._files import read_csv
from clustergeo.networks import Timetable
from clustergeo.networks.timetable import FEED_SEPARATOR
from clustergeo.schemas.figures import FigureId
from clustergeo.study._explained import Explanation, Row, Section, section
from clustergeo.study._state import State
from clustergeo.times import (
    TravelTimes,
    car_route,
    journey_legs,
    road_stretches,
    snap_places,
    transit_journeys,
)
from clustergeo.times.anatomy import PARTS, Journey
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["explain_trip"]

_SPREAD: Final = ("minutes", "p10_min", "p90_min", "best_min", "worst_min")
_LEG: Final = (
    *("leg", "kind", "mode", "route", "route_name", "route_name_en"),
    *("from_stop", "from_stop_en", "to_stop", "to_stop_en"),
    *("minutes", "length_m", "evidence"),
)
_OF_ROUTE: Final = (
    *("run_time_source", "run_time_evidence", "frequency_source", "frequency_evidence"),
    *("source_date", "note"),
)
_SOURCES: Final = "sources.csv"


def explain_trip(state: State, from_id: str, to_id: str, mode: str) -> Explanation:
    """Return where the time of one pair comes from.

    Parameters
    ----------
    state
        The study.
    from_id, to_id
        Ids of its places.
    mode
        ``car`` or ``transit``.

    Raises
    ------
    UsageError
        If a place is unknown.
    """
    start, end = state.place(from_id), state.place(to_id)
    departure = state.departure if mode == "transit" else ""
    model = state.model
    found = model.car(start, end) if mode == "car" else model.transit(start, end)
    row = found.table.iloc[0]
    figure = FigureId("times", (from_id, to_id, mode), state.chain.short, departure)
    parts = [_number(found, row, departure), *([_parts(row)] if row["status"] == "ok" else [])]
    parts += _drive(state, start, end) if mode == "car" else _ride(state, start, end)
    parts += [_places(state, start, end), _settings(state, mode, departure)]
    network = "networks.road" if mode == "car" else "networks.feed"
    needed = ["places.clusters", "places.sites", "places.anchors", "places.regions", network]
    if mode == "transit" and model.ways_on_roads:
        needed.append("networks.road")
    parts.append(section("inputs", state.inputs(*needed)))
    if found.warnings:
        parts.append(section("notes", [{"note": note} for note in found.warnings]))
    return Explanation(
        figure=figure,
        title=_title(row, departure),
        sections=tuple(parts),
        cells={str(name): value for name, value in row.items()},
    )


def _title(row: pd.Series[Any], departure: str) -> str:
    how = "by car" if row["mode"] == "car" else "by public transport"
    when = f" leaving at {departure}" if departure else ""
    told = f"{row['minutes']:.2f} min" if row["status"] == "ok" else f"no value ({row['status']})"
    return f"{row['from_id']} to {row['to_id']} {how}{when}, door to door: {told}"


def _number(found: TravelTimes, row: pd.Series[Any], departure: str) -> Section:
    """Return the number with its spread and grade."""
    samples = found.minutes[0, 0]
    of = {
        "car": "free of the departure: one drive",
        "transit": f"departures{f' at {departure}' if departure else ''} times draws of headways",
    }[str(row["mode"])]
    return section(
        "number",
        {
            **{name: row[name] for name in _SPREAD},
            "distance_km": round(row["distance_m"] / METRES_PER_KILOMETRE, 2),
            "status": row["status"],
            "evidence": row["evidence"],
            "samples": int(samples.size),
            "samples_are": of,
            "share_with_trip": round(float(np.isfinite(samples).mean()), 4),
            "percentiles": "by nearest rank over the samples",
        },
    )


def _parts(row: pd.Series[Any]) -> Section:
    """Return the five parts of the median trip."""
    return section("parts of the median trip", {name: row[name] for name in PARTS})


def _drive(state: State, start: gpd.GeoDataFrame, end: gpd.GeoDataFrame) -> list[Section]:
    """Return the roads driven, one after the other, and how firm their speeds are."""
    route = car_route(state.model.road, start, end, state.model.road_rules)
    if route.empty:
        return []
    stretches = road_stretches(route).drop(columns="geometry")
    rows = stretches.assign(
        km=stretches["km"].round(2),
        minutes=stretches["minutes"].round(2),
        assumed=np.where(stretches["assumed"], "yes", "no"),
    ).rename(columns={"assumed": "any_speed_assumed"})
    assumed = route.loc[route["assumed"], "length_m"].sum() / max(route["length_m"].sum(), 1e-9)
    road = state.model.road
    return [
        section("roads of the drive", _records(rows)),
        section(
            "speeds",
            {
                "assumed_share_of_length": round(float(assumed), 4),
                "road_state": state.study.networks.road_state or "free_flow",
                "network": Path(road.source).name or road.source,
                "network_date": road.date,
            },
        ),
    ]


def _ride(state: State, start: gpd.GeoDataFrame, end: gpd.GeoDataFrame) -> list[Section]:
    """Return the legs of the median trip and the sources of each line ridden."""
    model = state.model
    journeys = transit_journeys(
        model.timetable,
        start,
        end,
        model.departures,
        model.transit_rules,
        road=model.road if model.ways_on_roads else None,
    )
    if not journeys:
        return []
    legs = journey_legs(journeys, model.timetable)
    rows = [
        {"leaves": _clock(depart), **{name: row[name] for name in _LEG}}
        for depart, row in zip(legs["depart_min"], _records(legs), strict=True)
    ]
    found = [section("legs of the median trip", rows)]
    lines = _lines(state, journeys)
    return [*found, section("lines ridden and their sources", lines)] if lines else found


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{round(minutes % 1 * 60):02d}"


def _lines(state: State, journeys: Sequence[Journey]) -> list[Row]:
    timetable = state.model.timetable
    of_trip = timetable.trips["route"].to_numpy()
    ridden = dict.fromkeys(
        int(of_trip[leg.trip]) for trip in journeys for leg in trip.legs if leg.kind == "ride"
    )
    told = _told_sources(timetable)
    rows = []
    for route in ridden:
        line = timetable.routes.iloc[route]
        papers = told.get(line["route_id"])
        silent = dict.fromkeys(_OF_ROUTE, "") | {"note": f"its feed has no {_SOURCES}"}
        rows.append(
            {
                "route_id": line["route_id"],
                "line": line["short_name"],
                "name": line["long_name"],
                "name_en": line["name_en"],
                "evidence": line["evidence"],
                **({name: papers.get(name, "") for name in _OF_ROUTE} if papers else silent),
            }
        )
    return rows


def _told_sources(timetable: Timetable) -> dict[str, Row]:
    """Return what the feeds that have a table of sources say of each route, by route id."""
    told: dict[str, Row] = {}
    several = len(timetable.feeds) > 1
    for feed, source in zip(timetable.feeds["feed"], timetable.feeds["source"], strict=True):
        path = Path(source) / _SOURCES
        if path.is_file():
            table = read_csv(path)
            before = f"{feed}{FEED_SEPARATOR}" if several else ""
            for row in table.to_dict("records"):
                told[f"{before}{row.get('route_id', '')}"] = {str(k): v for k, v in row.items()}
    return told


def _places(state: State, start: gpd.GeoDataFrame, end: gpd.GeoDataFrame) -> Section:
    """Return both ends: where they are, how firm the point is, where they meet the roads."""
    rows = []
    for role, place in (("from", start), ("to", end)):
        row = place.iloc[0]
        met = snap_places(state.model.road, place, state.model.road_rules).iloc[0]
        rows.append(
            {
                "end": role,
                "place_id": row["place_id"],
                "name_ko": row["name_ko"],
                "name_en": row["name_en"],
                "kind": row["kind"],
                "lon": round(row["geometry"].x, 5),
                "lat": round(row["geometry"].y, 5),
                "accuracy_m": row["accuracy_m"],
                "evidence": row["evidence"],
                "source": row["source"],
                "snap_m": round(met["snap_m"]) if np.isfinite(met["snap_m"]) else None,
                "snap_road": met["road"],
            }
        )
    return section("places and where they meet the roads", rows)


def _settings(state: State, mode: str, departure: str) -> Section:
    """Return day, window and the rules of the mode, as the study states them."""
    study = state.study
    rules = asdict(study.road if mode == "car" else study.transit)
    head = "road" if mode == "car" else "transit"
    networks = {f"networks.{key}": value for key, value in study.networks.state_keys.items()}
    ways = {"networks.ways_on_roads": study.networks.ways_on_roads}
    return section(
        "settings",
        {
            "date": study.date.isoformat(),
            "window": f"{departure} alone" if departure else study.window,
            **(networks if mode == "car" else ways),
            **{f"{head}.{name}": value for name, value in rules.items()},
        },
    )


def _records(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table by column name."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

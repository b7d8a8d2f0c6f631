"""What there is already: lines and roads that do what a hypothetical link would, and plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.edits import Scenario
from clustergeo.networks.timetable import Timetable, services_on
from clustergeo.study.model import Model
from clustergeo.study.scenarios._link_kinds import Link
from clustergeo.times import Departures
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.snaps import Snaps, snap
from clustergeo.units import (
    METRES_PER_KILOMETRE,
    METRIC_CRS,
    MILLISECONDS_PER_MINUTE,
    SECONDS_PER_MINUTE,
    WGS84,
)

__all__ = ["DirectRides", "Plan", "plan_points", "planned_by", "roads_now"]

_NAMED = 3


class _Call(NamedTuple):
    """A call of a trip near an end."""

    at: int
    arrive_s: int
    depart_s: int
    board: bool
    alight: bool


@dataclass(frozen=True, slots=True, eq=False)
class DirectRides:
    """Direct rides of a day between the surroundings of stops.

    Parameters
    ----------
    timetable
        What runs.
    calls
        For each stop that matters the calls of each trip near it, in order.
    departures
        The window in which vehicles are counted.
    frequency
        Windows of each trip that runs by headway: start, end and headway, seconds.
    """

    timetable: Timetable
    calls: dict[str, dict[int, list[_Call]]]
    departures: Departures
    frequency: dict[int, list[tuple[int, int, int]]]

    @classmethod
    def of(
        cls, timetable: Timetable, stop_ids: Iterable[str], departures: Departures, near_m: float
    ) -> DirectRides:
        """Return the rides between stops within a distance of some."""
        active = timetable.trips["service_id"].isin(services_on(timetable, departures.date))
        trips, stops = timetable.stop_times, timetable.stops
        trip, stop = trips["trip"].to_numpy(), trips["stop"].to_numpy()
        running = active.to_numpy()[trip]
        lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
        told = list(
            zip(
                trip.tolist(),
                trips["arrival_s"].tolist(),
                trips["departure_s"].tolist(),
                trips["board"].tolist(),
                trips["alight"].tolist(),
                strict=True,
            )
        )
        rows = dict(zip(stops["stop_id"], range(len(stops)), strict=True))
        calls: dict[str, dict[int, list[_Call]]] = {}
        for stop_id in stop_ids:
            row = rows[stop_id]
            near = crow_fly_m(lat[row], lon[row], lat, lon) <= near_m
            found = calls.setdefault(stop_id, {})
            for at in np.flatnonzero(running & near[stop]).tolist():
                one, *times = told[at]
                found.setdefault(one, []).append(_Call(at, *times))
        frequency: dict[int, list[tuple[int, int, int]]] = {}
        columns = ["trip", "start_s", "end_s", "headway_s"]
        for one, *window in timetable.frequencies[columns].to_numpy(np.int64).tolist():
            frequency.setdefault(one, []).append(tuple(window))
        return cls(timetable, calls, departures, frequency)

    def serving(self, link: Link, tolerance: float) -> str:
        """Return the lines that serve both ends as fast and as often, both ways; else ``""``."""
        told = []
        most_min = link.ride_min * (1 + tolerance)
        for start, end in ((link.stops[0], link.stops[-1]), (link.stops[-1], link.stops[0])):
            rides = self._rides(start, end, most_min * SECONDS_PER_MINUTE)
            vehicles = sum(count for _, count in rides.values())
            if not vehicles:
                return ""
            headway = self.departures.hours * 60 / vehicles
            if headway > link.headway_min * (1 + tolerance) + 1e-9:
                return ""
            names = ", ".join(sorted(rides, key=lambda name: (-rides[name][1], name))[:_NAMED])
            fastest = min(ride for ride, _ in rides.values()) / SECONDS_PER_MINUTE
            told.append(f"{names}: {fastest:.0f} min, every {headway:.0f} min together")
        return told[0]

    def _rides(self, start: str, end: str, most_s: float) -> dict[str, tuple[float, float]]:
        """Return the seconds of the fastest ride and the vehicles of each route fast enough."""
        here, there = self.calls[start], self.calls[end]
        route = self.timetable.trips["route"].to_numpy()
        ids = self.timetable.routes["route_id"].to_numpy()
        found: dict[str, tuple[float, float]] = {}
        for trip in here.keys() & there.keys():
            rides = [
                (off.arrive_s - on.depart_s, on)
                for on in here[trip]
                for off in there[trip]
                if on.board and off.alight and off.at > on.at
            ]
            if not rides:
                continue
            ride, on = min(rides)
            if ride <= most_s:
                fastest, vehicles = found.get(ids[route[trip]], (np.inf, 0.0))
                vehicles += self._vehicles(trip, on)
                found[ids[route[trip]]] = (min(fastest, ride), vehicles)
        return {name: told for name, told in found.items() if told[1] > 0}

    def _vehicles(self, trip: int, on: _Call) -> float:
        """Return how many vehicles of a trip leave a stop within the window."""
        first = int(self.departures.seconds[0])
        last = first + round(self.departures.hours * 3600)
        if trip not in self.frequency:
            return float(first <= on.depart_s < last)
        begin = int(self._first_s(trip))
        off = on.depart_s - begin
        return sum(
            max(0.0, min(last, end + off) - max(first, start + off)) / headway
            for start, end, headway in self.frequency[trip]
        )

    def _first_s(self, trip: int) -> int:
        trips = self.timetable.stop_times["trip"].to_numpy()
        return int(self.timetable.stop_times["departure_s"].iloc[np.searchsorted(trips, trip)])


def roads_now(
    model: Model, places: gpd.GeoDataFrame, pairs: Sequence[tuple[str, str]]
) -> list[str]:
    """Return the longest roads of the drive between each pair of places, and their minutes."""
    network, rules = model.road, model.road_rules
    snaps = snap(network, places, closed=rules.closed_highways, cap_m=rules.snap_cap_m)
    rows = {place: row for row, place in enumerate(places["place_id"])}
    engine = engine_for(network, len(places))
    found = dict.fromkeys(pairs, "")
    for start in dict.fromkeys(one for one, _ in pairs):
        ends = [end for one, end in pairs if one == start]
        sides = [_some(snaps, [rows[start]]), _some(snaps, [rows[end] for end in ends])]
        (drives,) = drives_between(network, engine, *sides)
        for i, end in enumerate(ends):
            drive = drives.drive(i)
            names, which = np.unique(network.labels(drive.edge).astype(str), return_inverse=True)
            length_m = np.bincount(which, network.length_m[drive.edge] * drive.share, len(names))
            named = [names[k] for k in np.argsort(-length_m, kind="stable") if names[k]]
            minutes = drives.ms[i] / MILLISECONDS_PER_MINUTE
            told = ", ".join(named[:_NAMED]) or "roads without a name"
            found[start, end] = f"{told}: {minutes:.1f} min on the road"
    return [found[pair] for pair in pairs]


def _some(snaps: Snaps, rows: list[int]) -> Snaps:
    return Snaps(snaps.edge[rows], snaps.fraction[rows], snaps.snap_m[rows])


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned link: its scenario, whether it is a road, and its course or stops in metres."""

    scenario_id: str
    is_road: bool
    at: shapely.Geometry


def planned_by(
    link: Link, ends: NDArray[np.object_], plans: Sequence[Plan], near_km: float
) -> str:
    """Return the scenarios that plan a road past both ends of one, or stops near a service's.

    Parameters
    ----------
    link, ends
        The link, and its ends as points in metres.
    plans
        Of :func:`plan_points`.
    near_km
        How near they must pass.

    Returns
    -------
    scenario_ids : str
        Spaces between.
    """
    found = [
        plan.scenario_id
        for plan in plans
        if plan.is_road == link.is_road
        and (shapely.distance(plan.at, ends) <= near_km * METRES_PER_KILOMETRE).all()
    ]
    return " ".join(dict.fromkeys(found))


def plan_points(scenario: Scenario, places: gpd.GeoDataFrame, timetable: Timetable) -> list[Plan]:
    """Return the new roads and lines of a scenario."""
    points = places.geometry.to_crs(WGS84)
    located = dict(zip(places["place_id"], zip(points.x, points.y, strict=True), strict=True))
    stops = timetable.stops
    spots = zip(stops["stop_lon"], stops["stop_lat"], strict=True)
    known = dict(zip(stops["stop_id"], spots, strict=True))
    plans = []
    for edit in scenario.edits:
        told = edit.meaning
        found: list[tuple[float, float] | None] = []
        if edit.kind == "new_line":
            new = [stop for stop in told["stops"] if isinstance(stop, dict)]
            known |= {stop["stop_id"]: (stop["lon"], stop["lat"]) for stop in new}
            ids = [stop["stop_id"] if isinstance(stop, dict) else stop for stop in told["stops"]]
            found = [known.get(stop) for stop in ids]
        elif edit.kind == "new_road":
            found = [
                located.get(point) if isinstance(point, str) else tuple(point)
                for point in told["line"]
                if isinstance(point, str | tuple | list)
            ]
        real = [point for point in found if point is not None]
        if len(real) > 1:
            is_road = edit.kind == "new_road"
            at = gpd.GeoSeries(shapely.points(np.array(real, float)), crs=WGS84).to_crs(METRIC_CRS)
            spots_m = shapely.get_coordinates(at.to_numpy())
            course = shapely.LineString(spots_m) if is_road else shapely.MultiPoint(spots_m)
            plans.append(Plan(scenario.scenario_id, is_road, course))
    return plans

"""Arrange what one run needs: the day of service, and the reach of all places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times._points import check_points, estimated, same_points
from clustergeo.times.transit.day import Day
from clustergeo.times.transit.kept_days import kept
from clustergeo.times.transit.patterns import HeadwayWait, day_of_service
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.twins import Twins, split
from clustergeo.times.transit.walks import Reach, reach
from clustergeo.units import SECONDS_PER_MINUTE, WGS84

__all__ = ["NO_TAXIS", "Search", "Taxis", "prepare"]

Taxis = tuple[Collection[str], Collection[str]]
"""Ids of origins, and of destinations."""
NO_TAXIS: Taxis = ((), ())

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Everything one run needs, arranged."""

    day: Day
    access: Reach
    egress: Reach
    walk_s: NDArray[np.int32]
    """Direct walks, shape (origins, destinations); NEVER beyond the walking limit."""
    walk_m: NDArray[np.float64]
    """Straight metres, shape (origins, destinations)."""
    same: NDArray[np.bool_]
    """Whether a pair is one place, shape (origins, destinations)."""
    weak: NDArray[np.bool_]
    """Whether a place of a pair is itself estimated, shape (origins, destinations)."""
    twins: Twins | None = None
    """Where stops are split, the stops of the day and the reaches are twins; else None."""

    def stops_of(self, stops: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the rows in ``Timetable.stops`` of stops of the day."""
        return stops if self.twins is None else self.twins.stop[stops]


def prepare(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules,
    *,
    look_back_s: int = 0,
    look_ahead_s: int = 0,
    headway_wait: HeadwayWait | None = None,
    road: RoadNetwork | None = None,
    taxis: Taxis = NO_TAXIS,
) -> Search:
    """Arrange the day of service and the reach of all places.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules
        As for :func:`clustergeo.times.transit_times`.
    look_back_s, look_ahead_s, headway_wait
        As for :func:`clustergeo.times.transit.patterns.day_of_service`; a search by deadline
        looks back
        as long as a trip may take.
    road
        Roads on which taxis, bicycles and cars to and from stops are timed; by straight lines if
        None.
    taxis
        Ids of origins and of destinations with taxis to and from stops, whatever the rules say.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.
    """
    check_points(origins, "origins")
    check_points(destinations, "destinations")
    here, there = _degrees(origins), _degrees(destinations)

    def arranged() -> tuple[Day, Twins | None, int]:
        divided, walks, twins = split(timetable, departures.date, rules)
        day = day_of_service(
            divided,
            departures,
            walks,
            draws=rules.headway_draws,
            limit_s=int(np.ceil(rules.limit_min * SECONDS_PER_MINUTE)),
            look_back_s=look_back_s,
            look_ahead_s=look_ahead_s,
            headway_wait=headway_wait,
        )
        return day, twins, len(divided.stops)

    between = replace(rules, access="walk", egress="as_access")  # how one gets there is no matter
    key = (departures, between, look_back_s, look_ahead_s, headway_wait is None)
    day, twins, stops = kept(timetable, key, arranged)
    boarding, alighting = _served(day, stops)
    at, to = boarding, alighting
    if twins is not None:
        at, to = twins.joined(boarding), twins.joined(alighting)
    by_taxi = replace(rules, access="taxi", egress="as_access")
    ways: list[Reach] = []
    for points, of, some, served in ((here, origins, 0, at), (there, destinations, 1, to)):
        riders = of["place_id"].isin(taxis[some]).to_numpy()
        each = [rules, by_taxi] if riders.any() else [rules]
        found = [
            reach(points, timetable, served, rule, leaving=not some, road=road) for rule in each
        ]
        ways.append(_with_taxis(found, riders))
    access, egress = ways
    if twins is not None:
        access, egress = twins.reached(access, boarding), twins.reached(egress, alighting)
    straight = crow_fly_m(here[0][:, None], here[1][:, None], there[0][None], there[1][None])
    near = straight <= rules.walk_limit_m
    return Search(
        day=day,
        access=access,
        egress=egress,
        walk_s=np.where(near, rules.walk_s(straight), np.int32(NEVER)),
        walk_m=straight,
        same=same_points(origins, destinations),
        weak=estimated(origins)[:, None] | estimated(destinations)[None],
        twins=twins,
    )


def _with_taxis(reaches: Sequence[Reach], by_taxi: NDArray[np.bool_]) -> Reach:
    """Return the first reach, with the rows of the second for the places that take a taxi."""
    if len(reaches) == 1:
        return reaches[0]
    place = [np.repeat(np.arange(len(by_taxi)), np.diff(each.ptr)) for each in reaches]
    chosen = [~by_taxi[place[0]], by_taxi[place[1]]]
    order = np.argsort(np.concatenate([place[i][chosen[i]] for i in (0, 1)]), kind="stable")
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(reaches[i], name)[chosen[i]] for i in (0, 1)])[order]
        for name in ("stop", "seconds", "means", "length_m")
    }
    for name, column in joined.items():  # else the kernels are compiled once more
        column.flags.writeable = getattr(reaches[0], name).flags.writeable
    count = np.where(by_taxi, np.diff(reaches[1].ptr), np.diff(reaches[0].ptr))
    return reaches[0]._replace(ptr=np.r_[0, np.cumsum(count)].astype(np.int32), **joined)


def _degrees(places: gpd.GeoDataFrame) -> Points:
    lonlat = shapely.get_coordinates(places.geometry.to_crs(WGS84).to_numpy())
    return lonlat[:, 1], lonlat[:, 0]


def _served(day: Day, stops: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return at which stops a vehicle that matters can be boarded and left."""
    lines = day.lines
    running = np.zeros(len(lines.ptr) - 1, dtype=bool)
    for vehicles in day.draws:
        running |= np.diff(vehicles.ptr) > 0
    used = running[lines.pattern]
    boarding, alighting = np.zeros(stops, dtype=bool), np.zeros(stops, dtype=bool)
    boarding[lines.stop[used & lines.board]] = True
    # Nobody alights where the vehicle starts.
    first = np.zeros(len(lines.stop), dtype=bool)
    first[lines.ptr[:-1]] = True
    alighting[lines.stop[used & lines.alight & ~first]] = True
    return boarding, alighting

"""What a hypothetical link would save, from known times: a way by it is three ways in one.

A drive by a new road is the drive to it, the road and the drive on; a trip by a new service is the
trip to its stop, the wait, the ride and the trip on from there. No network is built for it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.indices.portfolio import shortened
from clustergeo.networks.edits._values import clock_s
from clustergeo.study.model import Model
from clustergeo.study.scenarios._link_kernel import ride_by
from clustergeo.study.scenarios._link_kinds import Link
from clustergeo.times import Departures
from clustergeo.times.headways import headway_phases
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.run import Run, run_window
from clustergeo.times.transit.search import Progress, rank_of
from clustergeo.times.transit.walks import Reach
from clustergeo.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE, WGS84

__all__ = ["DriveScreen", "RideScreen", "stop_points"]

_RAMP_KM: Final = 0.8  # as new motorways are joined, and how fast; see edits._new_road
_RAMP_KPH: Final = 50.0
_RAMP_DETOUR: Final = 1.3
_AFTER_MIN: Final = 180  # of the window, within which trips go on from a new service
_LAST_MIN: Final = 24 * 60 - 1

Minutes = NDArray[np.float64]
Seconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DriveScreen:
    """Drives between all places that roads may join.

    Parameters
    ----------
    ids
        Places.
    ride_min
        Minutes on the network from each to each, infinite where there is none.
    around_min
        Minutes at both ends of each pair.
    snap_m
        Metres from each place to the network, NaN beyond the cap.
    """

    ids: tuple[str, ...]
    ride_min: Minutes
    around_min: Minutes
    snap_m: Minutes

    @classmethod
    def of(cls, model: Model, places: gpd.GeoDataFrame) -> DriveScreen:
        """Return the drives between places."""
        times = model.car(places, places)
        count = len(places)
        ride, whole = (
            times.table[name].to_numpy(np.float64).reshape(count, count).copy()
            for name in ("ride_min", "minutes")
        )
        np.fill_diagonal(ride, 0.0)
        snaps = times.snaps.set_index("place_id").loc[list(times.from_ids)]
        snap_m = np.where(snaps["status"] == "ok", snaps["snap_m"], np.nan).astype(np.float64)
        around = np.nan_to_num(whole - ride, nan=0.0)
        return cls(times.from_ids, np.nan_to_num(ride, nan=np.inf), around, snap_m)

    def way(self, link: Link) -> tuple[tuple[int, ...], Minutes]:
        """Return the nodes of a road and its minutes from each to each, ramps included."""
        nodes = tuple(self.ids.index(place) for place in link.places)
        ramp_km = np.maximum(_RAMP_DETOUR * self.snap_m[list(nodes)] / 1000.0, _RAMP_KM)
        ramp = ramp_km / min(_RAMP_KPH, link.speed_kph) * MINUTES_PER_HOUR
        scale = link.length_km / max(sum(link.section_km), 1e-9)
        at = np.r_[0.0, np.cumsum(link.section_km)] * scale
        on = np.abs(np.subtract.outer(at, at)) / link.speed_kph * MINUTES_PER_HOUR
        if link.section_min:
            on = np.abs(np.subtract.outer(*[np.r_[0.0, np.cumsum(link.section_min)]] * 2))
        return nodes, on + ramp[:, None] + ramp

    def now_min(self, link: Link) -> float:
        """Return the minutes on the network from end to end today, the slower way."""
        start, end = (self.ids.index(place) for place in (link.places[0], link.places[-1]))
        return float(max(self.ride_min[start, end], self.ride_min[end, start]))

    def minutes(self, link: Link | None, at: tuple[NDArray[np.int64], ...]) -> Minutes:
        """Return the minutes from door to door of some pairs, with a link or without."""
        ride = self.ride_min if link is None else shortened(self.ride_min, self.way(link))
        found: Minutes = (ride + self.around_min)[at]
        return found


def stop_points(stops: pd.DataFrame, rows: NDArray[np.int64]) -> gpd.GeoDataFrame:
    """Return stops as places, so that trips can begin and end at them."""
    chosen = stops.iloc[rows]
    points = shapely.points(chosen["stop_lon"], chosen["stop_lat"])
    ids = [f"stop {stop}" for stop in chosen["stop_id"]]
    return gpd.GeoDataFrame({"place_id": ids}, geometry=points, crs=WGS84)


@dataclass(frozen=True, slots=True, eq=False)
class RideScreen:
    """Trips to and from all stops that services may serve, at every departure and draw.

    Parameters
    ----------
    model
        What runs, by which rules.
    stop_ids
        Stops that services may serve.
    before_s
        Seconds of each pair without services, shape (origins, destinations, draws, departures).
    to_s
        Seconds to each stop, shape (stops, origins, draws, departures).
    from_s
        Seconds from each stop, shape (stops, destinations, draws, later departures).
    later_s
        Those departures.
    access_s, egress_s
        Seconds from each origin to each stop, and from each stop to each destination, by oneself.
    """

    model: Model
    stop_ids: tuple[str, ...]
    before_s: Seconds
    to_s: Seconds
    from_s: Seconds
    later_s: Seconds
    access_s: Seconds
    egress_s: Seconds

    @classmethod
    def of(
        cls,
        model: Model,
        points: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
        rows: NDArray[np.int64],
        progress: Progress | None = None,
    ) -> RideScreen:
        """Return the trips from and to points and stops, rows of the timetable."""
        timetable, rules = model.timetable, model.transit_rules
        origins, destinations = points
        stops = stop_points(timetable.stops, rows)
        ends = pd.concat([destinations[["place_id", "geometry"]], stops], ignore_index=True)
        road = model.road if model.ways_on_roads else None
        there = run_window(timetable, origins, ends, model.departures, rules, road=road)
        later = _later(model.departures)
        back = run_window(
            timetable, stops, destinations, later, rules, road=road, progress=progress
        )
        moments = len(model.departures.seconds)
        found = _seconds(there, rules.limit_s)
        found = found.reshape(*found.shape[:2], -1, moments)
        onward = _seconds(back, rules.limit_s)
        onward = onward.reshape(*onward.shape[:2], -1, len(later.seconds))
        count = len(destinations)
        return cls(
            model,
            tuple(timetable.stops["stop_id"].iloc[rows]),
            np.ascontiguousarray(found[:, :count]),
            np.ascontiguousarray(found[:, count:].swapaxes(0, 1)),
            onward,
            later.seconds.astype(np.int64),
            _reached(there, there.search.access, rows)[: len(origins)],
            np.ascontiguousarray(_reached(there, there.search.egress, rows)[:count].T),
        )

    def via_s(self, link: Link) -> Seconds:
        """Return the seconds of each pair at each departure by a service, NEVER where it is none.

        One leaves at each moment of the window, meets the vehicles of the draw, and goes on at the
        next full minute after one gets off.
        """
        stops = np.array([self.stop_ids.index(stop) for stop in link.stops])
        rules = self.model.transit_rules
        draws = 1 if rules.headway_rule else max(self.before_s.shape[2], rules.headway_draws)
        pairs, moments = self.before_s.shape[:2], self.before_s.shape[3]
        best = np.full((*pairs, draws, moments), NEVER, np.int64)
        leave = self.model.departures.seconds.astype(np.int64)
        for way, order in enumerate((np.arange(len(stops)), np.arange(len(stops))[::-1])):
            run = link.run_s() if way == 0 else link.run_s()[::-1]
            stand = np.full(len(run) + 1, round(link.dwell_min * SECONDS_PER_MINUTE), np.int64)
            stand[[0, -1]] = 0
            arrive = np.r_[0, np.cumsum(run + stand[:-1])]
            for i, j in combinations(range(len(stops)), 2):
                at, to = int(stops[order[i]]), int(stops[order[j]])
                off_s = int(arrive[i] + stand[i])
                first, service = self._service(link, way, off_s, int(arrive[j]) - off_s)
                there = (self.to_s[at], np.ascontiguousarray(self.access_s[:, at]))
                onward = (self.from_s[to], self.later_s, self.egress_s[to])
                ride_by(best, leave, there, onward, first[:draws], service, rules.limit_s)
        return best

    def _service(
        self, link: Link, way: int, off_s: int, ride_s: int
    ) -> tuple[Seconds, tuple[int, int, int, int]]:
        """Return when the first vehicles leave a stop in each draw, and how they run on."""
        start, end = clock_s(link.start) or 0, clock_s(link.end) or 0
        headway = round(link.headway_min * SECONDS_PER_MINUTE)
        rules = self.model.transit_rules
        # The very vehicles that the edit would bring: phases follow from the id of the trip.
        phases = headway_phases(f"{link.link_id}_{way}\0{start}", headway, rules.headway_draws)
        rule = rules.headway_rule
        if rule is not None:
            phases, wait = np.zeros_like(phases), rule(headway)
        else:
            wait = -1
        first = start + off_s + phases.astype(np.int64)
        return first, (headway, end + off_s - 1, ride_s, wait)

    def median_min(self, seconds: Seconds) -> Minutes:
        """Return the median by nearest rank of each pair, infinite where there is no trip."""
        samples = seconds.reshape(*seconds.shape[:-2], -1)
        rank = rank_of(0.5, samples.shape[-1])
        median = np.partition(samples, rank, axis=-1)[..., rank]
        return np.where(median >= NEVER, np.inf, median / SECONDS_PER_MINUTE)


def _seconds(run: Run, limit_s: int) -> Seconds:
    found = run.choices.found_s.astype(np.int64)
    found[run.search.same] = 0
    return np.where(found > limit_s, np.int64(NEVER), found)


def _reached(run: Run, reach: Reach, rows: NDArray[np.int64]) -> Seconds:
    """Return the seconds between each place and some stops by oneself, NEVER beyond reach."""
    found = np.full((len(reach.ptr) - 1, len(run.timetable.stops)), NEVER, np.int64)
    place = np.repeat(np.arange(len(reach.ptr) - 1), np.diff(reach.ptr))
    np.minimum.at(found, (place, run.search.stops_of(reach.stop)), reach.seconds)
    return found[:, rows]


def _later(departures: Departures) -> Departures:
    """Return the window and the hours after it, as far as the day goes."""
    end = departures.end.hour * 60 + departures.end.minute + _AFTER_MIN
    hour, minute = divmod(min(end, _LAST_MIN), 60)
    return replace(departures, end=dt.time(hour, minute), step_min=1)

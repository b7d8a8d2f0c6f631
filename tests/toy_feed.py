"""Small timetables: one as files, and a builder of invented ones beside a plain search."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo.networks.timetable import Timetable
from clustergeo.times.headways import headway_phases

DATE = dt.date(2026, 11, 24)
NEVER = 10**9
HOUR = 3600

FILES = {
    "agency.txt": "agency_id,agency_name,agency_timezone,agency_lang\nA,Toy,Asia/Seoul,ko\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon\n"
        "p,피,36.00,127.00\nq,큐,36.00,127.10\nr,알,36.00,127.20\n"
    ),
    "routes.txt": (
        "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        "one,A,1호선,첫째,1\ntwo,A,2,둘째,3\n"
    ),
    "trips.txt": "route_id,service_id,trip_id\none,WD,t1\ntwo,WD,t2\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,07:10:00,07:10:00,p,1\nt1,07:20:00,07:21:00,q,2\nt1,07:40:00,07:40:00,r,3\n"
        "t2,06:00:00,06:00:00,r,1\nt2,06:30:00,06:30:00,p,2\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "WD,1,1,1,1,1,0,0,20261101,20261130\n"
    ),
    "frequencies.txt": (
        "trip_id,start_time,end_time,headway_secs,exact_times\nt2,07:00:00,09:00:00,600,0\n"
    ),
}


def write_feed(folder: Path, **changes: str) -> Path:
    """Write the toy feed with some files replaced (``stops_txt=...``) or left out (empty text)."""
    folder.mkdir(parents=True, exist_ok=True)
    files = FILES | {
        name.replace("_txt", ".txt").replace("_csv", ".csv"): text
        for name, text in changes.items()
    }
    for name, text in files.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass
class Trip:
    """One invented trip: calls as (stop, arrival, departure, board, alight), seconds."""

    calls: list[tuple[int, int, int, bool, bool]]
    windows: list[tuple[int, int, int, bool]] = field(default_factory=list)
    day: int = 0
    evidence: str = "published"
    route: int | None = None
    """Row of the route; that of the trip if None."""
    whose: tuple[tuple[int, int], tuple[int, int]] | None = None
    """Trip and route whose rules hold where one alights, and where one boards; its own if None."""


@dataclass
class World:
    """Stops as degrees, trips, and transfers as (from, to, kind, seconds or None).

    Transfers of single routes or trips have trips and routes (or -1) after the stops: (from, to,
    from trip, to trip, from route, to route, kind, seconds or None).
    """

    stops: list[tuple[float, float]]
    trips: list[Trip]
    transfers: list[tuple[int, int, int, int | None]] = field(default_factory=list)
    trip_transfers: list[tuple[int, int, int, int, int, int, int, int | None]] = field(
        default_factory=list
    )
    parents: dict[int, int] = field(default_factory=dict)
    """Station of each stop that has one."""

    def timetable(self) -> Timetable:
        """Return the world as a timetable."""
        names = [f"s{i}" for i in range(len(self.stops))]
        ids = [f"t{i}" for i in range(len(self.trips))]
        calls = [(i, *call) for i, trip in enumerate(self.trips) for call in trip.calls]
        windows = [(i, *w) for i, trip in enumerate(self.trips) for w in sorted(trip.windows)]
        days = sorted({0, *(trip.day for trip in self.trips)})
        return Timetable(
            source="toy",
            language="en",
            stops=pd.DataFrame(
                {
                    "stop_id": names,
                    "stop_name": names,
                    "stop_name_en": names,
                    "stop_lat": [lat for lat, _ in self.stops],
                    "stop_lon": [lon for _, lon in self.stops],
                    "location_type": "",
                    "parent_station": [
                        names[self.parents[i]] if i in self.parents else ""
                        for i in range(len(names))
                    ],
                }
            ),
            routes=pd.DataFrame(
                {
                    "route_id": ids,
                    "short_name": ids,
                    "long_name": ids,
                    "name_en": ids,
                    "route_type": 3,
                    "evidence": [trip.evidence for trip in self.trips],
                }
            ),
            trips=pd.DataFrame(
                {
                    "trip_id": ids,
                    "route": [
                        i if trip.route is None else trip.route
                        for i, trip in enumerate(self.trips)
                    ],
                    "service_id": [f"day{trip.day}" for trip in self.trips],
                }
            ),
            stop_times=pd.DataFrame(
                calls, columns=["trip", "stop", "arrival_s", "departure_s", "board", "alight"]
            ).astype({"board": bool, "alight": bool}),
            services=pd.DataFrame(
                {
                    "service_id": [f"day{day}" for day in days],
                    "date": [pd.Timestamp(DATE) + pd.Timedelta(days=day) for day in days],
                }
            ),
            frequencies=pd.DataFrame(
                windows, columns=["trip", "start_s", "end_s", "headway_s", "exact"]
            ).astype({"trip": int, "start_s": int, "end_s": int, "headway_s": int, "exact": bool}),
            transfers=pd.DataFrame(
                self.transfers, columns=["from_stop", "to_stop", "kind", "min_s"]
            ).astype({"from_stop": int, "to_stop": int, "kind": int, "min_s": float}),
            trip_transfers=pd.DataFrame(
                self.trip_transfers,
                columns=[
                    *("from_stop", "to_stop", "from_trip", "to_trip", "from_route", "to_route"),
                    *("kind", "min_s"),
                ],
            ).astype({"from_stop": int, "to_stop": int, "kind": int, "min_s": float}),
        )

    def vehicles(
        self, draw: int = 0, draws: int = 1
    ) -> list[list[tuple[int, int, int, bool, bool]]]:
        """Return the calls of every vehicle of one draw."""
        return [calls for _, calls in self.numbered(draw, draws)]

    def numbered(
        self, draw: int = 0, draws: int = 1
    ) -> list[tuple[int, list[tuple[int, int, int, bool, bool]]]]:
        """Return the number of the trip and the calls of every vehicle of one draw."""
        runs = []
        for number, trip in enumerate(self.trips):
            shifts = [0]
            if trip.windows:
                first = trip.calls[0][2]
                shifts = []
                for start, end, headway, exact in trip.windows:
                    phases = headway_phases(f"t{number}\0{start}", headway, draws)
                    time = start + (0 if exact else int(phases[draw]))
                    while time < end:
                        shifts.append(time - first)
                        time += headway
            runs += [
                (number, [(s, a + by, d + by, on, off) for s, a, d, on, off in trip.calls])
                for by in (shift + trip.day * 24 * HOUR for shift in shifts)
            ]
        return runs


def straight_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return metres by the spherical law of cosines' safer sibling, written a second time."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, p)) for p in (a, b))
    h = math.sin((to_lat - lat) / 2) ** 2
    h += math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6_371_009.0 * math.asin(math.sqrt(h))


def walk_s(metres: float) -> int:
    """Return seconds on foot under the default rules."""
    return math.ceil(metres * 1.3 / 1.25 - 1e-6)


def walks(world: World, limit_s: float = 900) -> dict[tuple[int, int], int]:
    """Return seconds between stops, computed or stated; pairs that cannot be walked are absent."""
    found: dict[tuple[int, int], int] = {}
    for i, a in enumerate(world.stops):
        for j, b in enumerate(world.stops):
            if i != j and straight_m(a, b) * 1.3 / 1.25 <= limit_s:
                found[i, j] = walk_s(straight_m(a, b))
    for i, j, kind, stated in world.transfers:
        if i != j and kind == 3:
            found.pop((i, j), None)
        elif i != j:
            computed = walk_s(straight_m(world.stops[i], world.stops[j]))
            found[i, j] = computed if stated is None else stated
    return found


def changes(world: World, change_s: int) -> dict[int, int]:
    """Return seconds to change at every stop."""
    found = dict.fromkeys(range(len(world.stops)), change_s)
    for i, j, kind, stated in world.transfers:
        if i == j and kind == 3:
            found[i] = NEVER
        elif i == j and stated is not None:
            found[i] = stated
    return found


def earliest(
    world: World,
    ends: tuple[dict[int, int], dict[int, int]],
    leave: int,
    *,
    change_s: int = 0,
    rides: int = 99,
    draw: tuple[int, int] = (0, 1),
) -> int:
    """Return the earliest arrival by vehicle with at most so many rides, by relaxing every trip.

    Nothing is shared with the package's search: no patterns, no reuse, no binary search.
    """
    foot = walks(world)
    change = changes(world, change_s)
    vehicles = world.vehicles(*draw)
    ready = {s: leave + t for s, t in ends[0].items()}
    arrived: dict[int, int] = {}
    for _ in range(rides):
        reached = dict(arrived)
        for calls in vehicles:
            aboard = False
            for stop, arrival, departure, on, off in calls:
                if aboard and off:
                    reached[stop] = min(reached.get(stop, NEVER), arrival)
                aboard = aboard or (on and ready.get(stop, NEVER) <= departure)
        if reached == arrived:
            break
        arrived = reached
        for stop, time in arrived.items():
            ready[stop] = min(ready.get(stop, NEVER), time + change[stop])
        for (i, j), t in foot.items():
            ready[j] = min(ready.get(j, NEVER), arrived.get(i, NEVER) + t)
    return min((arrived.get(s, NEVER) + t for s, t in ends[1].items()), default=NEVER)


def places(**points: tuple[float, float]) -> gpd.GeoDataFrame:
    """Return a table of places by id."""
    return gpd.GeoDataFrame(
        {"place_id": list(points)},
        geometry=gpd.points_from_xy(
            [p[1] for p in points.values()], [p[0] for p in points.values()]
        ),
        crs="EPSG:4326",
    )


def reach(world: World, point: tuple[float, float], limit_s: float = 900) -> dict[int, int]:
    """Return walking seconds from a point to every stop within the limit."""
    metres = {i: straight_m(point, stop) for i, stop in enumerate(world.stops)}
    return {i: walk_s(m) for i, m in metres.items() if m * 1.3 / 1.25 <= limit_s}

"""Two plain searches of a timetable that share nothing with the package's, nor with each other."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Callable

import numpy as np
from toy_feed import HOUR, NEVER, Trip, World, changes, straight_m, walk_s, walks

from clustergeo.networks.timetable import Timetable, services_on

__all__ = ["Plain", "Ruled", "flow_arrivals", "world_of"]

Arrivals = dict[int, int]


def world_of(timetable: Timetable, date: dt.date) -> World:
    """Return what runs on a date, the day before and the day after as a plain world."""
    columns = ["trip", "stop", "arrival_s", "departure_s", "board", "alight"]
    calls: dict[int, list[tuple[int, int, int, bool, bool]]] = defaultdict(list)
    for trip, *call in timetable.stop_times[columns].itertuples(index=False):
        stop, arrival, departure, on, off = call
        calls[trip].append((int(stop), int(arrival), int(departure), bool(on), bool(off)))
    assert timetable.frequencies.empty
    service = timetable.trips["service_id"].to_numpy()
    route = timetable.trips["route"].tolist()
    parts: dict[int, list[int]] = {trip: [trip] for trip in range(len(route))}
    for run, rows in timetable.through.groupby("trip"):
        parts[int(str(run))] = rows["ridden"].tolist()
    whose = {t: ((p[-1], route[p[-1]]), (p[0], route[p[0]])) for t, p in parts.items()}
    trips = []
    for day in (-1, 0, 1):
        running = services_on(timetable, date + dt.timedelta(days=day))
        trips += [
            Trip(calls[trip], [], day, whose=whose[trip])
            for trip in calls
            if service[trip] in running
        ]
    stops = timetable.stops[["stop_lat", "stop_lon"]].itertuples(index=False)
    rules = timetable.transfers[["from_stop", "to_stop", "kind", "min_s"]]
    own = timetable.trip_transfers[
        [f"{end}_{thing}" for thing in ("stop", "trip", "route") for end in ("from", "to")]
        + ["kind", "min_s"]
    ]
    ids = timetable.stops["stop_id"].tolist()
    parents = timetable.stops["parent_station"].tolist()
    return World(
        [(float(lat), float(lon)) for lat, lon in stops],
        trips,
        [
            (int(a), int(b), int(kind), None if np.isnan(s) else int(s))
            for a, b, kind, s in rules.itertuples(index=False)
        ],
        [(*row, None if np.isnan(s) else int(s)) for *row, s in own.itertuples(index=False)],
        {i: ids.index(parent) for i, parent in enumerate(parents) if parent},
    )


class Plain:
    """A world made ready for both searches.

    Parameters
    ----------
    world
        The world.
    change_s, limit_s
        Seconds to change at a stop and longest walk.
    draw
        Draw of the headway phases and their number.
    """

    def __init__(
        self,
        world: World,
        *,
        change_s: int = 0,
        limit_s: float = 900,
        draw: tuple[int, int] = (0, 1),
    ) -> None:
        self.vehicles = world.vehicles(*draw)
        self.change = changes(world, change_s)
        self.foot: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (i, j), seconds in walks(world, limit_s).items():
            self.foot[i].append((j, seconds))
        self.connections = sorted(
            (calls[i][2], calls[i + 1][1], i, calls[i][0], calls[i + 1][0], v, calls[i][3], off)
            for v, calls in enumerate(self.vehicles)
            for i, off in enumerate(call[4] for call in calls[1:])
        )
        self.boardings: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for v, calls in enumerate(self.vehicles):
            for i, (stop, _, departure, on, _) in enumerate(calls[:-1]):
                if on:
                    self.boardings[stop].append((departure, v, i))

    def scanned(self, access: Arrivals, leave: int) -> Arrivals:
        """Return when one alights at each stop: one connection after the other, by departure.

        Repeated until nothing improves, for the sake of rides that take no time.
        """
        ready = {stop: leave + seconds for stop, seconds in access.items()}
        arrived: Arrivals = {}
        aboard: set[int] = set()
        before = -1
        while before != sum(ready.values()) + sum(arrived.values()) + len(aboard):
            before = sum(ready.values()) + sum(arrived.values()) + len(aboard)
            seen: set[int] = set()
            for departure, arrival, _, start, stop, vehicle, on, off in self.connections:
                if departure < leave:
                    continue
                if vehicle in seen or (on and ready.get(start, NEVER) <= departure):
                    seen.add(vehicle)
                    if off and arrival < arrived.get(stop, NEVER):
                        arrived[stop] = arrival
                        change = arrival + self.change[stop]
                        ready[stop] = min(ready.get(stop, NEVER), change)
                        for other, seconds in self.foot[stop]:
                            ready[other] = min(ready.get(other, NEVER), arrival + seconds)
            aboard = seen
        return arrived

    def expanded(self, access: Arrivals, leave: int) -> Arrivals:  # noqa: C901 - an event a branch
        """Return the same by Dijkstra over events: ready at a stop, leaving, arriving."""
        arrived: Arrivals = {}
        done: set[tuple[int, int, int]] = set()
        heap = [(leave + seconds, 0, stop, 0) for stop, seconds in access.items()]
        heapq.heapify(heap)
        while heap:
            time, kind, a, b = heapq.heappop(heap)
            if (kind, a, b) in done:
                continue
            done.add((kind, a, b))
            if kind == 0:  # ready at stop a
                for departure, vehicle, i in self.boardings[a]:
                    if departure >= time:
                        heapq.heappush(heap, (departure, 1, vehicle, i))
            elif kind == 1:  # vehicle a leaves its call b
                if b + 1 < len(self.vehicles[a]):
                    heapq.heappush(heap, (self.vehicles[a][b + 1][1], 2, a, b + 1))
            else:  # vehicle a arrives at its call b
                stop, _, departure, _, off = self.vehicles[a][b]
                heapq.heappush(heap, (departure, 1, a, b))
                if off:
                    arrived[stop] = min(arrived.get(stop, NEVER), time)
                    if self.change[stop] < NEVER:
                        heapq.heappush(heap, (time + self.change[stop], 0, stop, 0))
                    for other, seconds in self.foot[stop]:
                        heapq.heappush(heap, (time + seconds, 0, other, 0))
        return arrived


class Ruled:
    """A world whose changes depend on the vehicles: two searches vehicle by vehicle.

    Parameters
    ----------
    world, change_s, limit_s, draw
        As for :class:`Plain`.
    """

    def __init__(
        self,
        world: World,
        *,
        change_s: int = 0,
        limit_s: float = 900,
        draw: tuple[int, int] = (0, 1),
    ) -> None:
        self.world = world
        self.change_s = change_s
        self.own = changes(world, change_s)
        for i, j, kind, _ in world.transfers:
            if i == j and kind == 1:
                self.own[i] = 0
        self.foot = walks(world, limit_s)
        numbered = world.numbered(*draw)
        self.number = [number for number, _ in numbered]
        self.vehicles = [calls for _, calls in numbered]
        self.known: dict[tuple[int, int, int, int], int] = {}
        self.boardings: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for v, calls in enumerate(self.vehicles):
            for i, (stop, _, departure, on, _) in enumerate(calls[:-1]):
                if on:
                    self.boardings[stop].append((departure, v, i))

    def whose(self, trip: int, side: int) -> tuple[int, int]:
        """Return trip and route whose rules hold where one alights (0) or boards (1)."""
        found = self.world.trips[trip]
        if found.whose is not None:
            return found.whose[side]
        return trip, trip if found.route is None else found.route

    def onward(self, at: int) -> set[int]:
        """Return the stops to which one may come from another: by a walk or by a rule."""
        parents = self.world.parents
        told = {rule[1] for rule in self.world.trip_transfers if rule[0] in (at, parents.get(at))}
        children = {child for child, parent in parents.items() if parent in told}
        return {at, *told, *children, *(j for i, j in self.foot if i == at)}

    def takes(self, at: int, to: int, trip: int, other: int) -> int:
        """Return seconds from alighting from a trip at a stop to boarding another at a stop."""
        if (at, to, trip, other) not in self.known:
            self.known[at, to, trip, other] = self._takes(at, to, trip, other)
        return self.known[at, to, trip, other]

    def _takes(  # noqa: C901 - a condition a line
        self, at: int, to: int, trip: int, other: int
    ) -> int:
        parents = self.world.parents
        out_trip, out_route = self.whose(trip, 0)
        in_trip, in_route = self.whose(other, 1)
        best = None
        for number, rule in enumerate(self.world.trip_transfers):
            from_stop, to_stop, from_trip, to_trip, from_route, to_route, kind, seconds = rule
            if from_stop < 0 or to_stop < 0 or kind > 3:
                continue
            if from_stop not in (at, parents.get(at)) or to_stop not in (to, parents.get(to)):
                continue
            if from_trip not in (-1, out_trip) or to_trip not in (-1, in_trip):
                continue
            if from_trip < 0 and from_route not in (-1, out_route):
                continue
            if to_trip < 0 and to_route not in (-1, in_route):
                continue
            sides = [
                "trip" if t >= 0 else "route" if r >= 0 else "none"
                for t, r in ((from_trip, from_route), (to_trip, to_route))
            ]
            rank = [
                *(["trip", "trip"], ["trip", "route"], ["route", "trip"], ["trip", "none"]),
                *(["none", "trip"], ["route", "route"], ["route", "none"], ["none", "route"]),
            ].index(sides)
            key = (rank, (from_stop != at) + (to_stop != to), number, kind, seconds)
            best = key if best is None or key[:3] < best[:3] else best
        if best is None:
            return self.own[at] if at == to else self.foot.get((at, to), NEVER)
        *_, kind, seconds = best
        if kind == 3:
            return NEVER
        if at == to:
            if kind == 1:
                return 0
            return self.change_s if seconds is None else seconds
        stops = self.world.stops
        return walk_s(straight_m(stops[at], stops[to])) if seconds is None else seconds

    def scanned(self, access: Arrivals, leave: int, rides: int = 99) -> Arrivals:
        """Return when one alights at each stop, in rounds of one ride each.

        Kept is the first call at which each vehicle can be boarded, and nothing about stops.
        """
        first: dict[int, int] = {}
        for ride in range(rides):
            alighted = [
                (stop, time, self.number[v])
                for v, begin in first.items()
                for stop, time, _, _, off in self.vehicles[v][begin + 1 :]
                if off
            ]
            found = dict(first)
            for v, calls in enumerate(self.vehicles):
                for i, (stop, _, departure, on, _) in enumerate(calls[: first.get(v, len(calls))]):
                    if on and (
                        leave + access.get(stop, NEVER) <= departure
                        if ride == 0
                        else any(
                            time + self.takes(at, stop, trip, self.number[v]) <= departure
                            for at, time, trip in alighted
                            if time <= departure
                        )
                    ):
                        found[v] = i
                        break
            if found == first:
                break
            first = found
        arrived: Arrivals = {}
        for v, begin in first.items():
            for stop, time, _, _, off in self.vehicles[v][begin + 1 :]:
                if off:
                    arrived[stop] = min(arrived.get(stop, NEVER), time)
        return arrived

    def expanded(self, access: Arrivals, leave: int) -> Arrivals:
        """Return the same by Dijkstra over events: leaving a call, arriving at a call."""
        heap = [
            (departure, 0, v, i)
            for stop, seconds in access.items()
            for departure, v, i in self.boardings[stop]
            if leave + seconds <= departure
        ]
        heapq.heapify(heap)
        arrived: Arrivals = {}
        done: set[tuple[int, int, int]] = set()
        while heap:
            time, kind, v, i = heapq.heappop(heap)
            if (kind, v, i) in done:
                continue
            done.add((kind, v, i))
            if kind == 0:  # vehicle v leaves its call i
                if i + 1 < len(self.vehicles[v]):
                    heapq.heappush(heap, (self.vehicles[v][i + 1][1], 1, v, i + 1))
                continue
            at, _, departure, _, off = self.vehicles[v][i]
            heapq.heappush(heap, (departure, 0, v, i))
            if not off:
                continue
            arrived[at] = min(arrived.get(at, NEVER), time)
            for to in self.onward(at):
                for leaves, other, j in self.boardings[to]:
                    if leaves >= time and (0, other, j) not in done:
                        change = self.takes(at, to, self.number[v], self.number[other])
                        if time + change <= leaves:
                            heapq.heappush(heap, (leaves, 0, other, j))
        return arrived


def flow_arrivals(  # noqa: C901 - plain loops
    world: World, access: Arrivals, leave: int, wait: Callable[[int], int]
) -> Arrivals:
    """Return when one alights at each stop where headway services are boarded after a wait.

    Every trip is tried from every stop until nothing improves.
    """
    foot, change = walks(world), changes(world, 0)
    ready = {stop: leave + seconds for stop, seconds in access.items()}
    arrived: Arrivals = {}

    def start_of(trip: Trip, begin: int) -> int:
        """Return the start of the vehicle one gets when ready for one that starts at a time."""
        shift = trip.day * 24 * HOUR
        own = trip.calls[0][2] + shift
        if not trip.windows:
            return own if begin <= own else NEVER
        found = []
        for first, end, headway, exact in trip.windows:
            if exact:
                found += [s for s in range(first + shift, end + shift, headway) if s >= begin]
            elif (s := max(begin, first + shift) + wait(headway)) < end + shift:
                found.append(s)
        return min(found, default=NEVER)

    improved = True
    while improved:
        improved = False
        for trip in world.trips:
            zero = trip.calls[0][2]
            for i, (stop, _, departure, on, _) in enumerate(trip.calls[:-1]):
                if not on or stop not in ready:
                    continue
                start = start_of(trip, ready[stop] - (departure - zero))
                for to, arrival, _, _, off in trip.calls[i + 1 :] if start < NEVER else []:
                    time = start + arrival - zero
                    if off and time < arrived.get(to, NEVER):
                        improved = True
                        arrived[to] = time
                        ready[to] = min(ready.get(to, NEVER), time + change[to])
                        for (a, b), seconds in foot.items():
                            if a == to:
                                ready[b] = min(ready.get(b, NEVER), time + seconds)
    return arrived

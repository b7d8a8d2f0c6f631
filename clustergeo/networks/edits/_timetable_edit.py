"""What edits of a timetable have in common: how they name routes, stops and trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks.edits._draft import (
    NewTrip,
    Windows,
    fresh_id,
    pointers,
    with_rows,
    with_stops,
    with_trips,
)
from clustergeo.networks.edits._seated import windows_of
from clustergeo.networks.edits._values import NewStop
from clustergeo.networks.edits.edit import Edit, Room, nearest
from clustergeo.networks.timetable import Timetable

__all__ = [
    "Stop",
    "TimetableEdit",
    "call_columns",
    "split_trips",
    "trip_stops",
    "with_windows",
]

Stop = str | NewStop
"""A stop of the timetable by its id, or a new one."""

_FARTHEST_LAT: Final = 90.0
_FARTHEST_LON: Final = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableEdit(Edit):
    """A change of what runs. Kinds derive from it and state how a timetable is ``changed``."""

    room: ClassVar[Room] = "timetable"

    def changed(self, timetable: Timetable) -> Timetable:
        """Return a timetable with the change; one without through-runs is given.

        Raises
        ------
        ScenarioError
            With everything for which the change cannot be made.
        """
        raise NotImplementedError

    def brings(self) -> set[str]:
        """Return the ids of the routes and stops that it adds."""
        return set()

    def route_rows(
        self, timetable: Timetable, named: str | Sequence[str], faults: list[Fault], key: str
    ) -> list[int]:
        """Return the rows of routes named by id, or by a short name that one route has."""
        ids, short = timetable.routes["route_id"], timetable.routes["short_name"]
        names = (named,) if isinstance(named, str) else tuple(named)
        rows = []
        for i, name in enumerate(names):
            at: tuple[str | int, ...] = (key,) if isinstance(named, str) else (key, i)
            same = np.flatnonzero(ids == name)
            same = same if len(same) else np.flatnonzero(short == name)
            if len(same) == 1:
                rows.append(int(same[0]))
            elif len(same):
                what = f"{len(same)} routes are called so ({name})"
                fix = f"name one by its id: {', '.join(ids.iloc[same[:8]])}"
                faults.append(self.fault(at, what, fix))
            else:
                near = nearest(name, [*ids, *short])
                fix = near or "use a route_id of the timetable"
                faults.append(self.fault(at, f"no such route ({name})", fix))
        if not names:
            faults.append(self.fault(key, "names no route", "name a route_id"))
        return sorted(set(rows))

    def stop_row(
        self, timetable: Timetable, name: str, faults: list[Fault], at: tuple[str | int, ...]
    ) -> int:
        """Return the row of a stop named by its id; -1, and a fault, if there is none."""
        ids = timetable.stops["stop_id"]
        same = np.flatnonzero(ids == name)
        if len(same):
            return int(same[0])
        called = timetable.stops.loc[
            (timetable.stops["stop_name"] == name) | (timetable.stops["stop_name_en"] == name),
            "stop_id",
        ]
        names = timetable.stops["stop_name_en"]
        near = nearest(name, ids) or nearest(name, names)
        for stop_id, english in zip(ids, names, strict=True):
            near = near.replace(f" {english}", f" {stop_id} ({english})") if near else near
        fix = f"name it by its id: {', '.join(called[:8])}" if len(called) else near
        fix = fix or "use a stop_id, or state it as a new stop with stop_id, lon and lat"
        faults.append(self.fault(at, f"no such stop ({name})", fix))
        return -1

    def placed_stops(
        self, timetable: Timetable, stops: Sequence[Stop], faults: list[Fault], key: str
    ) -> tuple[Timetable, list[int]]:
        """Return a timetable with the new ones among stops, and the rows of all."""
        rows = []
        for i, stop in enumerate(stops):
            if isinstance(stop, NewStop):
                before = len(faults)
                self.new_stop_faults(timetable, stop, faults, (key, i))
                if len(faults) == before and stop.stop_id not in set(timetable.stops["stop_id"]):
                    timetable = with_stops(timetable, [stop])
                if len(faults) > before:
                    rows.append(-1)
                    continue
            name = stop.stop_id if isinstance(stop, NewStop) else stop
            rows.append(self.stop_row(timetable, name, faults, (key, i)))
        for i, (one, other) in enumerate(pairwise(rows)):
            if one == other >= 0:
                what = f"follows itself ({timetable.stops['stop_id'].iloc[one]})"
                faults.append(self.fault((key, i + 1), what, "name each stop once in a row"))
        lat = timetable.stops["stop_lat"].to_numpy()
        for i, row in enumerate(rows):
            if row >= 0 and not np.isfinite(lat[row]):
                what = f"has no place ({timetable.stops['stop_id'].iloc[row]})"
                faults.append(self.fault((key, i), what, "use a stop with coordinates"))
        return timetable, rows

    def new_stop_faults(
        self, timetable: Timetable, stop: NewStop, faults: list[Fault], at: tuple[str | int, ...]
    ) -> None:
        """Add what is wrong with a new stop: its id is taken, or it lies nowhere."""
        if abs(stop.lat) > _FARTHEST_LAT or abs(stop.lon) > _FARTHEST_LON:
            what = f"lies nowhere on earth (lon {stop.lon:g}, lat {stop.lat:g})"
            fix = "swap lon and lat" if abs(stop.lon) <= _FARTHEST_LAT else "write WGS84 degrees"
            faults.append(self.fault((*at, "lat"), what, fix))
        if not stop.stop_id:
            faults.append(self.fault((*at, "stop_id"), "is blank", "give the stop an id"))
        same = timetable.stops[timetable.stops["stop_id"] == stop.stop_id]
        if len(same) and (
            not np.isclose(same["stop_lat"].iloc[0], stop.lat, atol=1e-9)
            or not np.isclose(same["stop_lon"].iloc[0], stop.lon, atol=1e-9)
        ):
            what = f"a stop elsewhere has this id ({stop.stop_id})"
            fix = "choose another id, or name the stop by it"
            faults.append(self.fault((*at, "stop_id"), what, fix))

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Raise what was found, if anything."""
        if faults:
            raise ScenarioError(*faults)


def trip_stops(timetable: Timetable, routes: Sequence[int]) -> dict[tuple[int, ...], list[int]]:
    """Return the trips of routes by the stops they call at."""
    first = pointers(timetable)
    stop = timetable.stop_times["stop"].to_numpy()
    found: dict[tuple[int, ...], list[int]] = {}
    for trip in np.flatnonzero(timetable.trips["route"].isin(list(routes))).tolist():
        pattern = tuple(stop[first[trip] : first[trip + 1]].tolist())
        found.setdefault(pattern, []).append(trip)
    return found


def split_trips(
    timetable: Timetable, trips: Sequence[int], span_s: tuple[int, int], share: float
) -> tuple[Timetable, list[int]]:
    """Return a timetable in which a share of trips within hours stand alone, and their rows.

    Trips with clock times are chosen evenly: of a half every second. A headway trip that is
    touched in part becomes two, each with its hours and its part of the departures; the copy is
    the one chosen.

    Parameters
    ----------
    timetable
        The timetable.
    trips
        Rows of trips.
    span_s
        First departures from, and before, seconds.
    share
        Part of the departures, above 0 to 1.
    """
    first = pointers(timetable)
    leaves = timetable.stop_times["departure_s"].to_numpy()[first[np.asarray(trips, dtype=int)]]
    headway = set(timetable.frequencies["trip"])
    start, end = span_s
    timed = [
        (int(leave), trip)
        for leave, trip in zip(leaves, trips, strict=True)
        if trip not in headway and start <= leave < end
    ]
    chosen = [
        trip
        for k, (_, trip) in enumerate(sorted(timed))
        if int((k + 1) * share + _EPS) > int(k * share + _EPS)
    ]
    copies: list[NewTrip] = []
    of: list[int] = []
    windows: dict[int, Windows] = {}
    for trip in trips:
        if trip not in headway:
            continue
        own = windows_of(timetable, trip)
        inside = [(max(s, start), min(e, end), h, x) for s, e, h, x in own]
        inside = [window for window in inside if window[0] < window[1]]
        if not inside:
            continue
        if inside == own and share >= 1:
            chosen.append(trip)
            continue
        rest = [
            w for s, e, h, x in own for w in ((s, min(e, start), h, x), (max(s, end), e, h, x))
        ]
        if share < 1:
            rest += [(s, e, round(h / (1 - share)), x) for s, e, h, x in inside]
        windows[trip] = sorted(window for window in rest if window[0] < window[1])
        taken = [*timetable.trips["trip_id"], *(copy.trip_id for copy in copies)]
        of.append(trip)
        copies.append(
            _copy(timetable, trip, taken, [(s, e, round(h / share), x) for s, e, h, x in inside])
        )
    rows = len(timetable.trips)
    made = with_windows(with_trips(timetable, copies), windows)
    lines = dict(zip(timetable.shapes["trip"], timetable.shapes["line"], strict=True))
    drawn = [
        {"trip": row, "line": lines[trip]} for row, trip in enumerate(of, rows) if trip in lines
    ]
    made = replace(made, shapes=with_rows(made.shapes, drawn))
    return made, sorted([*chosen, *range(rows, rows + len(copies))])


_EPS: Final = 1e-9


def _copy(timetable: Timetable, trip: int, taken: list[str], windows: Windows) -> NewTrip:
    first = pointers(timetable)
    calls = timetable.stop_times.iloc[first[trip] : first[trip + 1]]
    own = timetable.trips.iloc[trip]
    return NewTrip(
        trip_id=fresh_id(f"{own['trip_id']}.changed", taken),
        route=int(own["route"]),
        service_id=str(own["service_id"]),
        stop=calls["stop"].to_numpy(),
        arrive=calls["arrival_s"].to_numpy(),
        depart=calls["departure_s"].to_numpy(),
        board=calls["board"].to_numpy(),
        alight=calls["alight"].to_numpy(),
        windows=windows,
    )


def with_windows(timetable: Timetable, windows: dict[int, Windows]) -> Timetable:
    """Return a timetable of which some headway trips run at other hours or headways."""
    if not windows:
        return timetable
    table = timetable.frequencies
    kept = table[~table["trip"].isin(list(windows))]
    columns = ("start_s", "end_s", "headway_s", "exact")
    rows = [
        {"trip": trip, **dict(zip(columns, window, strict=True))}
        for trip, own in windows.items()
        for window in own
    ]
    table = with_rows(kept, rows).sort_values(["trip", "start_s"], kind="stable")
    return replace(timetable, frequencies=table.reset_index(drop=True))


def call_columns(
    timetable: Timetable, trip: int, first: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    """Return the columns of the calls of a trip, to be changed."""
    calls: pd.DataFrame = timetable.stop_times.iloc[first[trip] : first[trip + 1]]
    names = ("stop", "arrival_s", "departure_s", "board", "alight")
    return {name: calls[name].to_numpy().copy() for name in names}

"""The tables of a timetable, changed: stops, routes, trips and calls that come and go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.edits._values import NewStop
from clustergeo.networks.timetable import Timetable

__all__ = [
    "NewTrip",
    "Windows",
    "fresh_id",
    "graded",
    "noted",
    "pointers",
    "with_calls",
    "with_days",
    "with_route",
    "with_rows",
    "with_service",
    "with_stops",
    "with_trips",
    "without_trips",
]

_ESTIMATED: Final = "estimated"
_DAYS: Final = {
    "daily": range(7),
    "weekdays": range(5),
    "saturdays": (5,),
    "sundays": (6,),
    "weekends": (5, 6),
}

Ints = NDArray[np.int64]
Windows = list[tuple[int, int, int, bool]]
"""``start_s``, ``end_s``, ``headway_s``, ``exact`` of a headway trip."""


@dataclass(frozen=True, slots=True, eq=False)
class NewTrip:
    """A trip to be added.

    Parameters
    ----------
    trip_id, route, service_id
        Its id, row of its route, and days.
    stop, arrive, depart
        Rows of its stops, and seconds.
    board, alight
        Where one may board and alight; everywhere if None.
    windows
        When it runs by headway.
    """

    trip_id: str
    route: int
    service_id: str
    stop: Ints
    arrive: Ints
    depart: Ints
    board: NDArray[np.bool_] | None = None
    alight: NDArray[np.bool_] | None = None
    windows: Sequence[tuple[int, int, int, bool]] = ()


def pointers(timetable: Timetable) -> Ints:
    """Return the first call of each trip; one more at the end."""
    trip = timetable.stop_times["trip"].to_numpy()
    return np.searchsorted(trip, np.arange(len(timetable.trips) + 1)).astype(np.int64)


def fresh_id(wish: str, taken: Iterable[str]) -> str:
    """Return an id, with a number where it is taken."""
    known = set(taken)
    new, number = wish, 2
    while new in known:
        new, number = f"{wish}.{number}", number + 1
    return new


def with_rows(table: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a table with rows below, of the types it has."""
    if not rows:
        return table
    added = pd.DataFrame(rows, columns=list(table.columns))
    kinds = table.dtypes.to_dict()
    return pd.concat([table, added.astype(kinds)], ignore_index=True).astype(kinds)


def with_stops(timetable: Timetable, stops: Sequence[NewStop]) -> Timetable:
    """Return a timetable with new stops after its own."""
    rows = [
        {
            "stop_id": stop.stop_id,
            "stop_name": _local(stop.name_ko, stop.name_en, timetable) or stop.stop_id,
            "stop_name_en": stop.name_en or stop.name_ko or stop.stop_id,
            "stop_lat": stop.lat,
            "stop_lon": stop.lon,
            "location_type": "",
            "parent_station": "",
        }
        for stop in stops
    ]
    return replace(timetable, stops=with_rows(timetable.stops, rows)) if rows else timetable


def _local(name_ko: str, name_en: str, timetable: Timetable) -> str:
    """Return the name in the language of the feed."""
    korean = timetable.language.lower().startswith("ko")
    return (name_ko or name_en) if korean else (name_en or name_ko)


def with_route(timetable: Timetable, names: dict[str, str], route_type: int) -> Timetable:
    """Return a timetable with a route more, estimated as all that does not run yet.

    Parameters
    ----------
    timetable
        The timetable.
    names
        ``route_id``, ``short_name``, ``name_en``, ``name_ko``; the last three may be blank.
    route_type
        Kind of vehicle.
    """
    own = names["route_id"]
    short = names["short_name"] or own
    row = {
        "route_id": own,
        "short_name": short,
        "long_name": _local(names["name_ko"], names["name_en"], timetable) or short,
        "name_en": names["name_en"] or names["name_ko"] or short,
        "route_type": route_type,
        "evidence": _ESTIMATED,
    }
    return replace(timetable, routes=with_rows(timetable.routes, [row]))


def graded(timetable: Timetable, routes: Iterable[int]) -> Timetable:
    """Return a timetable of which some routes are estimated: nobody runs them so."""
    evidence = timetable.routes["evidence"].copy()
    evidence.iloc[sorted(set(routes))] = _ESTIMATED
    return replace(timetable, routes=timetable.routes.assign(evidence=evidence))


def with_service(timetable: Timetable, days: str) -> tuple[Timetable, str]:
    """Return a timetable and its service on such days of its calendar; blank if there are none."""
    dates = pd.DatetimeIndex(sorted(timetable.services["date"].unique()))
    dates = dates[np.isin(dates.day_of_week, list(_DAYS[days]))]
    return with_days(timetable, dates, f"scenario-{days}") if len(dates) else (timetable, "")


def with_days(
    timetable: Timetable, dates: Collection[pd.Timestamp], wish: str
) -> tuple[Timetable, str]:
    """Return a timetable and its service on some dates, which gets a new id if it is new."""
    wanted = set(dates)
    for service, own in timetable.services.groupby("service_id", sort=True)["date"]:
        if len(own) == len(wanted) and set(own) == wanted:
            return timetable, str(service)
    name = fresh_id(wish, timetable.services["service_id"])
    services = with_rows(
        timetable.services, [{"service_id": name, "date": date} for date in dates]
    )
    services = services.sort_values(["date", "service_id"], ignore_index=True)
    return replace(timetable, services=services), name


def with_trips(timetable: Timetable, trips: Sequence[NewTrip]) -> Timetable:
    """Return a timetable with trips after its own."""
    if not trips:
        return timetable
    first = len(timetable.trips)
    rows = [
        {"trip_id": trip.trip_id, "route": trip.route, "service_id": trip.service_id}
        for trip in trips
    ]
    parts = []
    for number, trip in enumerate(trips, first):
        everywhere = np.ones(len(trip.stop), dtype=bool)
        parts.append(
            pd.DataFrame(
                {
                    "trip": number,
                    "stop": trip.stop,
                    "arrival_s": trip.arrive,
                    "departure_s": trip.depart,
                    "board": everywhere if trip.board is None else trip.board,
                    "alight": everywhere if trip.alight is None else trip.alight,
                }
            )
        )
    kinds = timetable.stop_times.dtypes.to_dict()
    calls = pd.concat([timetable.stop_times, *parts], ignore_index=True)[list(kinds)]
    columns = ("start_s", "end_s", "headway_s", "exact")
    windows = [
        {"trip": number, **dict(zip(columns, window, strict=True))}
        for number, trip in enumerate(trips, first)
        for window in trip.windows
    ]
    return replace(
        timetable,
        trips=with_rows(timetable.trips, rows),
        stop_times=calls.astype(kinds),
        frequencies=with_rows(timetable.frequencies, windows),
    )


def without_trips(timetable: Timetable, gone: NDArray[np.bool_]) -> Timetable:
    """Return a timetable without some trips, and without what hung on them."""
    if not gone.any():
        return timetable
    new = np.where(gone, -1, np.cumsum(~gone) - 1).astype(np.int64)
    tables: dict[str, Any] = {}
    for name in ("stop_times", "frequencies", "shapes"):
        table: pd.DataFrame = getattr(timetable, name)
        kept = table[~gone[table["trip"].to_numpy(dtype=np.int64)]]
        moved = kept.assign(trip=new[kept["trip"].to_numpy(dtype=np.int64)])
        tables[name] = moved.reset_index(drop=True)
    rules = timetable.trip_transfers
    ends = {end: rules[end].to_numpy(dtype=np.int64) for end in ("from_trip", "to_trip")}
    there = {end: np.where(rows < 0, -1, new[rows]) for end, rows in ends.items()}
    lost = np.zeros(len(rules), dtype=bool)
    for end, rows in ends.items():
        lost |= (rows >= 0) & (there[end] < 0)
    return replace(
        timetable,
        trips=timetable.trips[~gone].reset_index(drop=True),
        trip_transfers=rules.assign(**there)[~lost].reset_index(drop=True),
        **tables,
    )


def with_calls(timetable: Timetable, changed: dict[int, dict[str, NDArray[Any]]]) -> Timetable:
    """Return a timetable of which some trips call otherwise, by row of the trip."""
    if not changed:
        return timetable
    table = timetable.stop_times
    kept = table[~table["trip"].isin(list(changed))]
    parts = [pd.DataFrame(calls).assign(trip=trip) for trip, calls in changed.items()]
    kinds = table.dtypes.to_dict()
    calls = pd.concat([kept, *parts], ignore_index=True)[list(kinds)].astype(kinds)
    calls = calls.sort_values("trip", kind="stable", ignore_index=True)
    return replace(timetable, stop_times=calls)


def noted(timetable: Timetable, note: str) -> Timetable:
    """Return a timetable with a note more."""
    return replace(timetable, notes=(*timetable.notes, note))

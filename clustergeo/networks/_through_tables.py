"""Write through-runs into the tables of a timetable, as trips of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.timetable import Timetable

__all__ = ["Run", "joined_tables"]

_ARROW: Final = "→"
_GRADES: Final = ("published", "derived", "estimated")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Trips of one vehicle in order, joined for those who ride from the first to the last.

    Parameters
    ----------
    trips
        Rows of the trips.
    days
        Days of service as bits, the first day of the timetable the lowest.
    board
        Which calls of the first trip can be boarded.
    alight
        Which calls of the last trip can be left.
    """

    trips: tuple[int, ...]
    days: int
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]


def joined_tables(timetable: Timetable, runs: list[Run]) -> Timetable:
    """Return the timetable with the runs after its trips, and routes and services they need."""
    routes, route_rows = _routes(timetable, runs)
    services, service_ids = _services(timetable, runs)
    stop_times, first_calls = _stop_times(timetable, runs)
    first = len(timetable.trips)
    ids = timetable.trips["trip_id"].to_numpy()
    trips = pd.DataFrame(
        {
            "trip_id": _new_ids(["+".join(ids[list(run.trips)]) for run in runs], set(ids)),
            "route": route_rows,
            "service_id": service_ids,
        }
    )
    through = pd.DataFrame(
        {
            "trip": np.repeat(np.arange(first, first + len(runs)), [len(r.trips) for r in runs]),
            "ridden": np.concatenate([run.trips for run in runs]).astype(np.int64),
            "first_call": first_calls,
        }
    )
    return replace(
        timetable,
        routes=routes,
        services=services,
        trips=pd.concat([timetable.trips, trips], ignore_index=True),
        stop_times=pd.concat([timetable.stop_times, stop_times], ignore_index=True),
        through=through,
    )


def _stop_times(timetable: Timetable, runs: list[Run]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the calls of all runs, and the first call of each trip within its run."""
    calls = timetable.stop_times
    starts = np.searchsorted(calls["trip"].to_numpy(), np.arange(len(timetable.trips) + 1))
    rows, boards, alights, first_calls = [], [], [], []
    for run in runs:
        parts = [np.arange(starts[trip], starts[trip + 1]) for trip in run.trips]
        sizes = np.array([len(part) for part in parts])
        first_calls.append(np.cumsum(sizes) - sizes)
        rows += parts
        boards += [run.board, np.zeros(int(sizes[1:].sum()), dtype=bool)]
        alights += [np.zeros(int(sizes[:-1].sum()), dtype=bool), run.alight]
    table = calls.iloc[np.concatenate(rows)].reset_index(drop=True)
    counts = [sum(int(starts[t + 1] - starts[t]) for t in run.trips) for run in runs]
    first = len(timetable.trips)
    table["trip"] = np.repeat(np.arange(first, first + len(runs)), counts)
    table["board"] = np.concatenate(boards)
    table["alight"] = np.concatenate(alights)
    return table.astype(calls.dtypes.to_dict()), np.concatenate(first_calls).astype(np.int64)


def _routes(timetable: Timetable, runs: list[Run]) -> tuple[pd.DataFrame, list[int]]:
    """Return the routes with those of runs over several, and the route of each run."""
    of_trip = timetable.trips["route"].to_numpy()
    known: dict[tuple[int, ...], int] = {}
    rows = []
    for run in runs:
        key = tuple(route for route, _ in groupby(int(of_trip[trip]) for trip in run.trips))
        if len(key) > 1:
            known.setdefault(key, len(timetable.routes) + len(known))
        rows.append(known.get(key, key[0]))
    if not known:
        return timetable.routes, rows
    tables = [timetable.routes.iloc[list(key)] for key in known]
    grades = [max(table["evidence"], key=_GRADES.index) for table in tables]
    ids = ["+".join(table["route_id"]) for table in tables]
    added = pd.DataFrame(
        {
            "route_id": _new_ids(ids, set(timetable.routes["route_id"])),
            **{
                name: [_ARROW.join(text for text, _ in groupby(t[name])) for t in tables]
                for name in ("short_name", "long_name", "name_en")
            },
            "route_type": [int(table["route_type"].iloc[0]) for table in tables],
            "evidence": grades,
        }
    )
    return pd.concat([timetable.routes, added], ignore_index=True)[
        list(timetable.routes.columns)
    ], rows


def _services(timetable: Timetable, runs: list[Run]) -> tuple[pd.DataFrame, list[str]]:
    """Return the services with those of days that no trip of a run has, and that of each run."""
    dates = sorted(timetable.services["date"].unique())
    bits = {date: 1 << bit for bit, date in enumerate(dates)}
    days: dict[str, int] = {}
    for service, date in timetable.services.itertuples(index=False):
        days[service] = days.get(service, 0) | bits[date]
    of_trip = timetable.trips["service_id"].to_numpy()
    found: dict[int, str] = {}
    ids = []
    for run in runs:
        own = [str(of_trip[trip]) for trip in run.trips]
        same = [service for service in own if days[service] == run.days]
        if not same and run.days not in found:
            found[run.days] = _new_ids(["+".join(dict.fromkeys(own))], {*days, *found.values()})[0]
        ids.append(same[0] if same else found[run.days])
    if not found:
        return timetable.services, ids
    added = pd.DataFrame(
        [(name, date) for some, name in found.items() for date in dates if some & bits[date]],
        columns=["service_id", "date"],
    ).astype({"date": timetable.services["date"].dtype})
    services = pd.concat([timetable.services, added], ignore_index=True)
    return services.sort_values(["date", "service_id"], ignore_index=True), ids


def _new_ids(wanted: list[str], taken: set[str]) -> list[str]:
    """Return the ids wanted, with a mark where one is taken."""
    ids = []
    for wish in wanted:
        new = wish
        while new in taken:
            new += "'"
        taken.add(new)
        ids.append(new)
    return ids

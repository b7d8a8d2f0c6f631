"""Transfer rules for single routes or trips: which holds for whom, and for how many seconds."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks._geodesy import crow_fly_m
from clustergeo.networks.timetable import Timetable, services_on
from clustergeo.times.transit.rules import TransitRules
from clustergeo.times.transit.walks import NO_CHANGE
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["SIDES", "Calls", "Kinds", "calls_of", "kinds_of", "stop_rules"]

SIDES: Final = (("from", "to"), ("to", "from"))
"""Where one alights and where one boards, each with the other."""

_TIMED: Final = 1
_IMPOSSIBLE: Final = 3

Seen = tuple[tuple[int, ...], ...]
"""What the rules say of a route or trip at a stop, strongest last."""
Kinds = dict[tuple[str, int, int, int], Seen]
"""By side, stop, trip (or -1) and route (or -1)."""


class Calls(NamedTuple):
    """Calls that matter at stops with rules, and whose rules hold where one alights or boards.

    Of a trip or route that no rule names at the stop stands -1: its rules are those of the stop.
    """

    row: NDArray[np.int64]
    """Rows of ``Timetable.stop_times``."""
    keys: NDArray[np.int64]
    """Stop, then trip and route where one alights, then trip and route where one boards."""
    alight: NDArray[np.bool_]
    board: NDArray[np.bool_]


def stop_rules(timetable: Timetable, rules: TransitRules) -> pd.DataFrame:
    """Return the rules from stop to stop, by pair of stops, those that yield to others first.

    The most specific rule holds, in the order of the GTFS reference: two trips, a trip and a
    route, a trip, two routes, a route. Of equals, which the reference forbids, one that says more
    of where one alights; then one for the stops themselves beats one for their stations, then the
    first in the file holds. Types mean what they mean in
    :func:`clustergeo.times.transit.walks.footpaths`.

    Returns
    -------
    rules : pandas.DataFrame
        ``from_stop``, ``to_stop``, ``from_trip``, ``to_trip``, ``from_route``, ``to_route`` (rows,
        -1 for any), ``level`` and ``via`` (what ranks them), ``seconds`` (``NO_CHANGE`` if the
        change is forbidden). Rules that stay in the vehicle or do not name both stops are left
        out.
    """
    table = timetable.trip_transfers
    kept = (table["kind"] <= _IMPOSSIBLE) & (table["from_stop"] >= 0) & (table["to_stop"] >= 0)
    table = table[kept].reset_index(drop=True)
    if table.empty:
        return table
    weight = []
    for side, _ in SIDES:
        trip = table[f"{side}_trip"] >= 0
        # A trip says more than its route.
        table[f"{side}_route"] = table[f"{side}_route"].mask(trip, -1)
        weight.append(np.where(trip, 2, np.where(table[f"{side}_route"] >= 0, 1, 0)))
    # Of equals the one that says more of where one alights, so that no pair of vehicles is told
    # two things by rules of different shape.
    table["level"] = 6 * np.maximum(*weight) + 2 * np.minimum(*weight) + (weight[0] > weight[1])
    table["via"] = 0
    table["row"] = np.arange(len(table))
    members = _members(timetable.stops)
    for side, _ in SIDES:
        table = table.merge(members, left_on=f"{side}_stop", right_on="named", how="left")
        table[f"{side}_stop"] = table["stop"]
        table["via"] += table["inside"]
        table = table.drop(columns=["named", "stop", "inside"])
    table["seconds"] = _seconds(table, timetable.stops, rules)
    order = ["from_stop", "to_stop", "level", "via", "row"]
    ascending = [True, True, True, False, False]
    return table.sort_values(order, ascending=ascending, ignore_index=True)


def kinds_of(table: pd.DataFrame) -> Kinds:
    """Return what the rules say of each route and trip they name, by side and stop."""
    kinds: dict[tuple[str, int, int, int], list[tuple[int, ...]]] = {}
    for side, other in SIDES:
        ends = [f"{end}_{thing}" for end in (side, other) for thing in ("stop", "trip", "route")]
        named = table[(table[f"{side}_trip"] >= 0) | (table[f"{side}_route"] >= 0)]
        rows = named[[*ends, "level", "via", "seconds"]]
        for stop, trip, route, *says in rows.itertuples(index=False, name=None):
            kinds.setdefault((side, stop, trip, route), []).append(tuple(says))
    return {key: tuple(says) for key, says in kinds.items()}


def calls_of(timetable: Timetable, date: dt.date, table: pd.DataFrame) -> Calls:
    """Return the calls at stops with rules of all that runs about a date.

    Who stays seated from trip to trip boards the first and alights from the last: their rules
    hold there.
    """
    calls, trips = timetable.stop_times, timetable.trips
    dates = [date + dt.timedelta(days=days) for days in (-1, 0, 1)]
    running = trips["service_id"].isin(
        frozenset().union(*(services_on(timetable, d) for d in dates))
    )
    stop, trip = calls["stop"].to_numpy(dtype=np.int64), calls["trip"].to_numpy(dtype=np.int64)
    ruled = np.zeros(len(timetable.stops), dtype=bool)
    ruled[table["from_stop"]] = ruled[table["to_stop"]] = True
    row = np.flatnonzero(running.to_numpy(dtype=bool)[trip] & ruled[stop])
    stop, trip = stop[row], trip[row]
    used = {
        "from": calls["alight"].to_numpy(dtype=bool)[row],
        "to": calls["board"].to_numpy(dtype=bool)[row],
    }
    keys = [stop]
    through = timetable.through.groupby("trip")["ridden"]
    for side, parts in (("from", through.last()), ("to", through.first())):
        own = np.arange(len(trips))
        own[parts.index] = parts
        ridden = own[trip]
        route = trips["route"].to_numpy(dtype=np.int64)[ridden]
        for thing, value in (("trip", ridden), ("route", route)):
            size = len(trips) + len(timetable.routes)
            named = table[f"{side}_stop"] * size + table[f"{side}_{thing}"]
            named = named[table[f"{side}_{thing}"] >= 0]
            keys.append(np.where(used[side] & np.isin(stop * size + value, named), value, -1))
    return Calls(row, np.stack(keys, axis=1), used["from"], used["to"])


def _seconds(table: pd.DataFrame, stops: pd.DataFrame, rules: TransitRules) -> NDArray[np.int64]:
    """Return the seconds that a rule gives to change, or to walk from stop to stop."""
    at, to = table["from_stop"].to_numpy(), table["to_stop"].to_numpy()
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    kind, minimum = table["kind"].to_numpy(), table["min_s"].to_numpy(dtype=np.float64)
    own = at == to
    walked = rules.walk_s(np.nan_to_num(crow_fly_m(lat[at], lon[at], lat[to], lon[to])))
    change = np.ceil(rules.min_change_min * SECONDS_PER_MINUTE)
    seconds = np.where(np.isnan(minimum), np.where(own, change, walked), np.nan_to_num(minimum))
    # Whoever waits for others to change takes them all; on foot they still have to come.
    seconds = np.where(own & (kind == _TIMED), 0, seconds)
    return np.where(kind == _IMPOSSIBLE, NO_CHANGE, seconds).astype(np.int64)


def _members(stops: pd.DataFrame) -> pd.DataFrame:
    """Return which stops a stop stands for: itself, and for a station its children (rows)."""
    rows = np.arange(len(stops), dtype=np.int64)
    parents = pd.Index(stops["stop_id"]).get_indexer(stops["parent_station"])
    child = np.flatnonzero(parents >= 0)
    return pd.DataFrame(
        {
            "named": np.concatenate([rows, parents[child]]).astype(np.int64),
            "stop": np.concatenate([rows, rows[child]]),
            "inside": np.repeat([0, 1], [len(rows), len(child)]),
        }
    )

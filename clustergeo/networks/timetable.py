"""The timetable of a public transport network: what runs, when, and from where to where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError, UsageError
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["Timetable", "active_services", "ride_minutes", "services_on"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Timetable:
    """A checked GTFS feed as plain tables; positions link them, ids stay for people.

    Parameters
    ----------
    source
        Where it was read from, for messages.
    language
        Language of the names, such as ``ko``; empty when the feed does not say.
    stops
        ``stop_id``, ``stop_name``, ``stop_name_en``, ``stop_lat``, ``stop_lon`` (degrees, NaN for
        nodes that need none), ``location_type``, ``parent_station``.
    routes
        ``route_id``, ``short_name``, ``long_name``, ``name_en``, ``route_type``, ``evidence``.
    trips
        ``trip_id``, ``route`` (row of ``routes``), ``service_id``.
    stop_times
        ``trip``, ``stop`` (rows), ``arrival_s``, ``departure_s`` (seconds past the start of the
        service day), ``board``, ``alight``; ordered by trip, then along it.
    services
        ``service_id``, ``date``: one row for every day a service runs.
    frequencies
        ``trip`` (row), ``start_s``, ``end_s``, ``headway_s``, ``exact``.
    transfers
        ``from_stop``, ``to_stop`` (rows), ``kind`` (0-3), ``min_s`` (NaN if not given).
    notes
        What the feed says that was read differently or not applied, one sentence each.
    """

    source: str
    language: str
    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    services: pd.DataFrame
    frequencies: pd.DataFrame
    transfers: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return sizes and dates."""
        days = self.services["date"]
        span = f"{days.min():%Y-%m-%d}..{days.max():%Y-%m-%d}" if len(days) else "no service"
        return (
            f"<Timetable {self.source}: {len(self.stops):,} stops, {len(self.routes):,} routes, "
            f"{len(self.trips):,} trips, {len(self.stop_times):,} calls, "
            f"{len(self.frequencies):,} headway rows, {span}, {len(self.notes)} notes>"
        )


def services_on(timetable: Timetable, date: dt.date) -> frozenset[str]:
    """Return the ids of the services that run on a date; none is a possible answer."""
    running = timetable.services["date"] == pd.Timestamp(date)
    return frozenset(timetable.services.loc[running, "service_id"])


def active_services(timetable: Timetable, date: dt.date) -> frozenset[str]:
    """Return the ids of the services that run on a date, refusing a date without any.

    Parameters
    ----------
    timetable
        The timetable.
    date
        Day of service.

    Returns
    -------
    services : frozenset of str
        At least one service id.

    Raises
    ------
    FeedError
        If nothing runs that day; the message names the valid range and the nearest day with
        service.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> sorted(active_services(load_timetable(), dt.date(2026, 11, 24)))
    ['DAILY', 'WD']
    """
    services = services_on(timetable, date)
    if services:
        return services
    days = timetable.services["date"]
    if days.empty:
        fix = "correct the days of the week and the period in calendar.txt"
        raise FeedError(Fault(timetable.source, "no service ever runs (0 days)", fix))
    asked = pd.Timestamp(date)
    first, last = days.min(), days.max()
    nearest = min(sorted(days.unique()), key=lambda day: (abs(day - asked), day))
    where = "no service on" if first <= asked <= last else "date outside the calendar"
    raise FeedError(
        Fault(
            timetable.source,
            f"{where} ({date.isoformat()}; it runs {first:%Y-%m-%d}..{last:%Y-%m-%d})",
            f"choose a day with service; the nearest is {nearest:%Y-%m-%d}",
            field="date",
        )
    )


def ride_minutes(
    timetable: Timetable,
    from_stop_ids: Collection[str],
    to_stop_ids: Collection[str],
    *,
    route_names: Collection[str] | None = None,
) -> pd.Series[float]:
    """Return the minutes in the vehicle of every direct trip between two groups of stops.

    Parameters
    ----------
    timetable
        The timetable; its whole calendar counts, and a headway trip counts once.
    from_stop_ids, to_stop_ids
        Stops at either end.
    route_names
        Short names of the routes to keep; all when None.

    Returns
    -------
    ride_min : pandas.Series
        Minutes from leaving a from-stop to arriving at a later to-stop, the shortest of a trip,
        indexed by trip_id in the order of the feed; empty when there is no direct trip.

    Raises
    ------
    UsageError
        If a stop id or a route name is unknown.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> ride_minutes(load_timetable(), ["DJ1_101"], ["DJ1_101"]).empty
    True
    """
    stops = pd.Index(timetable.stops["stop_id"])
    _refuse_unknown([*from_stop_ids, *to_stop_ids], stops, "stop_id")
    calls = timetable.stop_times
    if route_names is not None:
        names = timetable.routes["short_name"]
        _refuse_unknown(list(route_names), pd.Index(names), "route name")
        kept = timetable.trips["route"].isin(np.flatnonzero(names.isin(list(route_names))))
        calls = calls[calls["trip"].isin(np.flatnonzero(kept))]
    at = stops.take(calls["stop"].to_numpy())
    starts = calls[at.isin(list(from_stop_ids)) & calls["board"]]
    ends = calls[at.isin(list(to_stop_ids)) & calls["alight"]]
    pairs = starts.reset_index().merge(ends.reset_index(), on="trip", suffixes=("", "_to"))
    pairs = pairs[pairs["index_to"] > pairs["index"]]
    minutes = (pairs["arrival_s_to"] - pairs["departure_s"]) / SECONDS_PER_MINUTE
    shortest = minutes.groupby(pairs["trip"].to_numpy()).min()
    trips = timetable.trips["trip_id"].to_numpy()[shortest.index.to_numpy(dtype=np.int64)]
    return pd.Series(shortest.to_numpy(), index=pd.Index(trips, name="trip_id"), name="ride_min")


def _refuse_unknown(asked: list[str], known: pd.Index[str], what: str) -> None:
    unknown = sorted(set(asked) - set(known))
    if unknown:
        message = f"unknown {what} ({', '.join(unknown[:5])}) - use one of the timetable"
        raise UsageError(message)

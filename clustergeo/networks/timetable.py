"""The timetable of a public transport network: what runs, when, and from where to where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError, UsageError
from clustergeo.networks._feed_tables import no_feeds, no_rejects, no_rules, no_runs, no_shapes
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = [
    "FEED_SEPARATOR",
    "Timetable",
    "active_services",
    "day_notes",
    "ride_minutes",
    "services_on",
]

FEED_SEPARATOR: Final = ":"
"""Between the name of a feed and an id of its own, where several feeds are one timetable."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Timetable:
    """One or several checked GTFS feeds as plain tables; positions link them, ids are for people.

    Where there are several feeds every id begins with the name of its feed and a colon. A vehicle
    that goes on as another trip while riders stay seated has a trip of its own, a *through-run*:
    one boards it in its first part and leaves it in its last, so that it serves exactly those who
    stay. ``through`` lists the trips it is made of.

    Parameters
    ----------
    source
        Where it was read from, for messages.
    language
        Language of the names, such as ``ko``; empty when the feed does not say. Of several feeds
        that of the first.
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
    trip_transfers
        Rules for single routes or trips: ``from_stop``, ``to_stop``, ``from_route``,
        ``to_route``, ``from_trip``, ``to_trip`` (rows, -1 for any), ``kind`` (0-5), ``min_s``.
        Those of kinds 0-3 that do not name both stops are not applied.
    through
        ``trip`` (row of a through-run), ``ridden`` (row of a trip it is made of), ``first_call``
        (its first call within the run); in the order of the ride.
    feeds
        ``feed`` (name), ``source``, ``language``, ``timezone``, ``trips`` (as the feed has them).
    set_aside
        What a lenient reading left out: ``file``, ``row``, ``field``, ``trip_id``, ``what``.
    shapes
        ``trip`` (row) and ``line`` (longitude and latitude of its vertices, shape (n, 2)), where
        shapes were asked for; trips of one shape share one array.
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
    trip_transfers: pd.DataFrame = field(default_factory=no_rules)
    through: pd.DataFrame = field(default_factory=no_runs)
    feeds: pd.DataFrame = field(default_factory=no_feeds)
    set_aside: pd.DataFrame = field(default_factory=no_rejects)
    shapes: pd.DataFrame = field(default_factory=no_shapes)

    def __repr__(self) -> str:
        """Return sizes and dates."""
        days = self.services["date"]
        span = f"{days.min():%Y-%m-%d}..{days.max():%Y-%m-%d}" if len(days) else "no service"
        runs = self.through["trip"].unique()
        calls = int((~self.stop_times["trip"].isin(runs)).sum())
        return (
            f"<Timetable {self.source}: {len(self.stops):,} stops, {len(self.routes):,} routes, "
            f"{len(self.trips) - len(runs):,} trips, {calls:,} calls, "
            + (f"{len(runs):,} through-runs, " if len(runs) else "")
            + f"{len(self.frequencies):,} headway rows, {span}, {len(self.notes)} notes>"
        )

    def save(self, folder: Path | str) -> Path:
        """Save the timetable in a folder, from which ``load_timetable`` loads it at once.

        An earlier timetable in the folder stays whole until the new one is complete.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds anything but a saved timetable.
        """
        from clustergeo.networks._feed_store import save_timetable  # noqa: PLC0415 - it builds one

        return save_timetable(self, Path(folder))


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
    trips = _trips_on(timetable, nearest)
    raise FeedError(
        Fault(
            timetable.source,
            f"{where} ({date.isoformat()}; it runs {first:%Y-%m-%d}..{last:%Y-%m-%d})",
            f"choose a day with service; the nearest is {nearest:%Y-%m-%d} ({trips:,} trips)",
            field="date",
        )
    )


def day_notes(timetable: Timetable, date: dt.date) -> tuple[str, ...]:
    """Return what the reader of times on a date must know of the feeds, one sentence each.

    Parameters
    ----------
    timetable
        The timetable.
    date
        Day of service.

    Returns
    -------
    notes : tuple of str
        A feed of several that has no service that day and so contributes nothing; a feed whose
        clocks change between the day before and the day after, as times of GTFS count from noon
        less twelve hours: trips before the change, and those of the day before that run past
        midnight, stand an hour beside the clock.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> day_notes(load_timetable(), dt.date(2026, 11, 24))
    ()
    """
    notes = []
    running = services_on(timetable, date)
    for name, zone in timetable.feeds[["feed", "timezone"]].itertuples(index=False):
        prefix = f"{name}{FEED_SEPARATOR}"
        if len(timetable.feeds) > 1 and not any(s.startswith(prefix) for s in running):
            own = timetable.services["service_id"].str.startswith(prefix)
            days = timetable.services.loc[own, "date"]
            span = f"{days.min():%Y-%m-%d}..{days.max():%Y-%m-%d}" if len(days) else "never"
            notes.append(f"feed {name} has no service on {date} and adds nothing (runs {span})")
        if _clocks_change(str(zone), date):
            notes.append(
                f"clocks of {zone} change about {date}: trips before the change, and those of the "
                "day before that run past midnight, may be an hour off"
            )
    return tuple(dict.fromkeys(notes))


def _clocks_change(zone: str, date: dt.date) -> bool:
    """Return whether the offset from UTC changes within the day, or on the day before or after."""
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    noon = dt.datetime.combine(date, dt.time(12), clock)
    shifts = {(noon + dt.timedelta(days=days)).utcoffset() for days in (-1, 0, 1)}
    return len(shifts) > 1


def _trips_on(timetable: Timetable, date: pd.Timestamp) -> int:
    """Return how many trips of the feed itself, through-runs left out, run on a date."""
    runs = timetable.trips["service_id"].isin(services_on(timetable, date.date()))
    runs &= ~timetable.trips.index.isin(timetable.through["trip"])
    return int(runs.sum())


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

"""What a day of departures offers: spread, anatomy, good options, day ends, missed connections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.errors import UsageError
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas import Schema
from clustergeo.schemas.profiles import DEPARTURES, PROFILE_SHARES, profile_schema
from clustergeo.times.transit.day_ends import DayEnds, day_ends
from clustergeo.times.transit.profile_rows import (
    Cells,
    departure_cells,
    mean_cells,
    median_cells,
    spread_cells,
)
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.run import Pair, run_window
from clustergeo.times.transit.search import Progress
from clustergeo.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["departure_profile", "transit_profile"]

_LATEST_H = 30


def transit_profile(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    road: RoadNetwork | None = None,
    shares: Sequence[float] = PROFILE_SHARES,
    first_leave: dt.time = dt.time(4),
    home_by_h: float = 27.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return what the departures of a window, and the day around it, offer each pair.

    Percentiles are by nearest rank over all departures and draws; a departure without a trip
    within the limit is endless. Means are over the departures that have one. The median trip is
    that of :func:`clustergeo.times.transit_times`.

    A *good option* is a trip that leaves within the window, and that no other one beats: none
    leaves later and is there as soon. Options are counted in a mean draw, an hour of the window,
    among what the departures asked for find: ask for every minute.

    The *first arrival* is of who leaves at ``first_leave`` or later, the *last departure home* of
    who is home by ``home_by_h``; both are medians over the draws, and between them lies the *time
    on site* of a same-day return.

    A *missed connection* of the median trip costs what the next way on from that stop is later at
    the destination, in the draw of that trip. The worst and the mean, all connections being as
    likely to be missed, are given where every one has a next way.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules, road, progress
        As for :func:`clustergeo.times.transit_times`.
    shares
        Shares of the departures for the percentiles, above 0 and at most 1.
    first_leave
        Nobody leaves home before, for the first arrival.
    home_by_h
        Hours past midnight by which one must be home, at most 30.

    Returns
    -------
    profile : pandas.DataFrame
        One row a pair after the contract ``schemas.profiles.profile_schema(shares)``. Where the
        status is not ``ok`` there is no median trip; percentiles that few departures reach may
        stand nevertheless. ``day_note`` and ``missed_note`` say why theirs are blank.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or a setting is out of range.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> nowhere = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs="EPSG:4326")
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(7, 1))
    >>> transit_profile(load_timetable(), nowhere, nowhere, window).empty
    True
    """
    rules = rules or TransitRules()
    schema = profile_schema(_checked(shares))
    first_h = first_leave.hour + first_leave.minute / MINUTES_PER_HOUR
    if not first_h < home_by_h <= _LATEST_H:
        message = f"home_by_h: not between first_leave and {_LATEST_H} ({home_by_h}) - correct it"
        raise UsageError(message)
    run = run_window(
        timetable,
        origins,
        destinations,
        departures,
        rules,
        road=road,
        last_leaves=True,
        progress=progress,
    )
    ends = day_ends(
        timetable,
        origins,
        destinations,
        departures.date,
        rules,
        road=road,
        first_leave=first_leave,
        home_by_h=home_by_h,
    )
    rows = []
    for pair in np.ndindex(*run.search.same.shape):
        status = run.status(pair)
        cells: Cells = dict(zip(("from_id", "to_id"), run.ids(pair), strict=True))
        cells["status"] = status
        if status == "same_place":
            cells |= {"day_note": "same_place", "missed_note": "no_trip"}
        else:
            cells |= spread_cells(run, pair, shares, departures.hours)
            cells |= mean_cells(run, pair) | _day_cells(ends, pair)
            cells |= median_cells(run, pair) if status == "ok" else {"missed_note": "no_trip"}
        rows.append(cells)
    return _table(rows, schema)


def departure_profile(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    road: RoadNetwork | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the minutes of every pair by departure, for drawing.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules, road, progress
        As for :func:`clustergeo.times.transit_times`.

    Returns
    -------
    profile : pandas.DataFrame
        One row a pair and departure after the contract ``schemas.profiles.DEPARTURES``; none for
        a pair that is one place.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.

    Examples
    --------
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> nowhere = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs="EPSG:4326")
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(7, 1))
    >>> departure_profile(load_timetable(), nowhere, nowhere, window).columns[2]
    'departure_min'
    """
    run = run_window(
        timetable,
        origins,
        destinations,
        departures,
        rules or TransitRules(),
        road=road,
        last_leaves=True,
        progress=progress,
    )
    tables = [_table([], DEPARTURES)]
    for pair in np.ndindex(*run.search.same.shape):
        if not run.search.same[pair]:
            ids = dict(zip(("from_id", "to_id"), run.ids(pair), strict=True))
            table = pd.DataFrame(departure_cells(run, pair)).assign(**ids)
            tables.append(table[list(DEPARTURES.names)])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _checked(shares: Sequence[float]) -> Sequence[float]:
    if not shares or not all(0 < share <= 1 for share in shares) or len(set(shares)) < len(shares):
        told = ", ".join(f"{share:g}" for share in shares)
        message = f"shares: not different numbers above 0 and at most 1 ({told}) - correct them"
        raise UsageError(message)
    return shares


def _day_cells(ends: DayEnds, pair: Pair) -> Cells:
    """Return the day of a same-day return, and why it is blank."""
    first, last = int(ends.first_arrival_s[pair]), int(ends.last_home_s[pair])
    cells: Cells = {}
    if first >= 0:
        cells["first_arrival_min"] = round(first / SECONDS_PER_MINUTE, 2)
    if last >= 0:
        cells["last_departure_home_min"] = round(last / SECONDS_PER_MINUTE, 2)
    if first < 0:
        cells["day_note"] = "no_trip_out"
    elif last < 0:
        cells["day_note"] = "no_trip_home"
    elif last < first:
        cells["day_note"] = "no_time_on_site"
    else:
        cells["time_on_site_min"] = round((last - first) / SECONDS_PER_MINUTE, 2)
    return cells


def _table(rows: Iterable[Cells], schema: Schema) -> pd.DataFrame:
    """Return rows after a contract: blank text is empty, a blank number NaN."""
    rows = list(rows)
    columns: dict[str, pd.Series[Any]] = {}
    for column in schema.columns:
        blank: Any = "" if column.kind == "text" else np.nan
        kind = object if column.kind == "text" else np.float64
        values = [row.get(column.name, blank) for row in rows]
        columns[column.name] = pd.Series(values, dtype=kind)
    return pd.DataFrame(columns)

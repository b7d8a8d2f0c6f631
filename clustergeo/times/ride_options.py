"""Fewer changes or fewer minutes: the trips that no other beats in both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.profiles import RIDE_OPTIONS
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.run import Run, ranked_value, run_window
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["ride_options"]

_MOST_RIDES: Final = 8  # no door-to-door trip that people make has more


def ride_options(
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    road: RoadNetwork | None = None,
) -> pd.DataFrame:
    """Return what each further ride saves: the Pareto front of rides and median minutes.

    The window is searched with at most no ride (a walk), one, two and so on, until more save
    nothing. An option is kept where its median is less than with fewer rides; the last one of a
    pair is the median of :func:`clustergeo.times.transit_times`. A limit of rides in the rules
    ends the front.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules, road
        As for :func:`clustergeo.times.transit_times`.

    Returns
    -------
    options : pandas.DataFrame
        After the contract ``schemas.profiles.RIDE_OPTIONS``: one row an option, rides ascending;
        a pair without any has one row that says why.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.

    Examples
    --------
    >>> import datetime as dt
    >>> from clustergeo.networks import load_timetable
    >>> ends = gpd.GeoDataFrame({"place_id": ["osong", "seoul"]}, crs="EPSG:4326",
    ...     geometry=gpd.points_from_xy([127.327, 126.9707], [36.620, 37.55474]))
    >>> morning = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(8))
    >>> found = ride_options(load_timetable(), ends[:1], ends[1:], morning)
    >>> found["rides"].tolist()
    [1.0, 2.0]
    """
    rules = rules or TransitRules()
    ends = timetable, origins, destinations, departures
    whole = run_window(*ends, rules, road=road)
    most = min(rules.most_rides or _MOST_RIDES, _MOST_RIDES)
    limited = [
        run_window(*ends, replace(rules, most_rides=rides), road=road)
        for rides in range(1, most + 1)
    ]
    rows: list[dict[str, Any]] = []
    for pair in np.ndindex(*whole.search.same.shape):
        rows += _front(whole, limited, (pair[0], pair[1]))
    columns = {column.name: [row[column.name] for row in rows] for column in RIDE_OPTIONS.columns}
    table = pd.DataFrame(columns)
    numbers = [column.name for column in RIDE_OPTIONS.columns if column.kind == "number"]
    return table.astype(dict.fromkeys(numbers, float))


def _front(whole: Run, limited: list[Run], pair: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the options of one pair."""
    from_id, to_id = whole.ids(pair)
    row: dict[str, Any] = {"from_id": from_id, "to_id": to_id, "status": whole.status(pair)}
    if row["status"] != "ok":
        blank = dict.fromkeys(("rides", "minutes", "saved_min", "usable_share"), np.nan)
        return [row | blank]
    found: list[dict[str, Any]] = []
    before_s = whole.rules.limit_s + 1
    walk_s = int(whole.search.walk_s[pair])
    steps = [(0, np.array([walk_s], np.int32))]
    steps += [(rides, run.took_s(pair)) for rides, run in enumerate(limited, 1)]
    for rides, took_s in steps:
        median_s = ranked_value(took_s, 0.5)
        if median_s >= before_s:
            continue
        saved = (before_s - median_s) / SECONDS_PER_MINUTE if found else np.nan
        found.append(
            row
            | {
                "rides": rides,
                "minutes": round(median_s / SECONDS_PER_MINUTE, 2),
                "saved_min": round(saved, 2),
                "usable_share": round(float((took_s <= whole.rules.limit_s).mean()), 4),
            }
        )
        before_s = median_s
    return found

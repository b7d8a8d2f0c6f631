"""Turn calendar.txt and calendar_dates.txt into the days on which each service runs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError
from clustergeo.networks._feed_rows import faults_where

__all__ = ["service_days"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE = "%Y%m%d"
_MAX_DAYS = 40_000


def service_days(
    calendar: pd.DataFrame, exceptions: pd.DataFrame, notes: list[str]
) -> pd.DataFrame:
    """Return one row per service and day, sorted by day and service.

    Raises
    ------
    FeedError
        If a period is reversed or no service has a day of the week or an added date.
    """
    first = pd.to_datetime(calendar["start_date"], format=_DATE)
    last = pd.to_datetime(calendar["end_date"], format=_DATE)
    shown = calendar["start_date"] + ".." + calendar["end_date"]
    reversed_ = first > last
    faults = faults_where(
        reversed_, shown, "calendar.txt", "end_date", ("ends before it starts", "swap the dates")
    )
    faults += faults_where(
        (last - first).dt.days > _MAX_DAYS,
        shown,
        "calendar.txt",
        "end_date",
        ("lasts more than a century", "correct the dates"),
    )
    if faults:
        raise FeedError(*faults)
    running = _regular_days(calendar, first, last)
    changes = pd.DataFrame(
        {
            "service_id": exceptions["service_id"],
            "date": pd.to_datetime(exceptions["date"], format=_DATE),
        }
    )
    added = exceptions["exception_type"] == "1"
    running = pd.concat([running, changes[added]], ignore_index=True).drop_duplicates()
    removed = pd.MultiIndex.from_frame(changes[~added])
    running = running[~pd.MultiIndex.from_frame(running).isin(removed)]
    if running.empty and not (calendar[list(_DAYS)] == "1").any(axis=None):
        fix = "give at least one service a day of the week or an added date"
        raise FeedError(Fault("calendar.txt", f"no service ever runs ({len(calendar)} rows)", fix))
    stated = pd.concat([calendar["service_id"], exceptions["service_id"]])
    if idle := sorted(set(stated) - set(running["service_id"])):
        notes.append(f"{len(idle):,} services never run ({', '.join(idle[:3])})")
    return running.sort_values(["date", "service_id"], ignore_index=True)


def _regular_days(
    calendar: pd.DataFrame, first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]
) -> pd.DataFrame:
    week = (calendar[list(_DAYS)] == "1").to_numpy()
    services: list[str] = []
    days: list[np.ndarray[tuple[int], np.dtype[np.datetime64]]] = []
    for i, service in enumerate(calendar["service_id"]):
        span = pd.date_range(first.iloc[i], last.iloc[i], freq="D")
        runs = span[week[i][span.day_of_week]].to_numpy()
        services += [service] * len(runs)
        days.append(runs)
    dates = np.concatenate(days) if days else np.empty(0, dtype="datetime64[ns]")
    return pd.DataFrame({"service_id": pd.Series(services, dtype=object), "date": dates}).astype(
        {"date": "datetime64[ns]"}
    )

"""Days of service: none, over, not yet begun, or one week that knows no weekend."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import FeedError
from clustergeo.networks._gtfs_calendar import service_days
from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found, whole
from clustergeo.networks._lint_keys import fingerprints

__all__ = ["CHECKS", "service_findings"]

_OURS: Final = "this project"
_RENEW: Final = "take a newer feed, or choose a day within its calendar"

_REVERSED = Check("calendar_reversed", "error", "ends before it starts", "swap the dates")
_NO_DAYS = Check(
    "service_without_days", "warning", "the service never runs",
    "give it days of the week or added dates",
)  # fmt: skip
_ENDED = Check("calendar_ended", "error", "the calendar ends before the day asked for", _RENEW)
_NOT_BEGUN = Check(
    "calendar_not_begun", "error", "the calendar starts after the day asked for", _RENEW
)
_NO_SERVICE = Check(
    "no_service_on_date", "error", "no trip runs on the day asked for", "choose another day"
)
_ONE_WEEK = Check(
    "same_service_all_week", "warning", "the same trips run on all seven days of the week",
    "ask the producer for the timetable of Saturdays, Sundays and holidays",
    source="public-transport/transitous#1154 describes such a feed", grade="derived",
)  # fmt: skip
_NO_DATES = Check(
    "feed_dates_missing", "info", "the feed does not say from when to when it holds",
    "add feed_start_date and feed_end_date to feed_info.txt",
)  # fmt: skip

CHECKS: Final = (
    _REVERSED,
    _NO_DAYS,
    _ENDED,
    _NOT_BEGUN,
    _NO_SERVICE,
    _ONE_WEEK,
    _NO_DATES,
)
"""The rules of this theme."""

_WEEK: Final = 7
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


def service_findings(feed: LintFeed, date: dt.date | None) -> list[pd.DataFrame]:
    """Return what is wrong with the days of service; with the day asked for if one is given."""
    calendar = feed.tables["calendar.txt"]
    dated = (calendar["start_date"] != "") & (calendar["end_date"] != "")
    wrong = dated & (calendar["start_date"] > calendar["end_date"])
    shown = calendar["start_date"] + ".." + calendar["end_date"]
    place = ("calendar.txt", "end_date")
    days = _days(calendar[dated & ~wrong], feed.tables["calendar_dates.txt"])
    return [
        found(_REVERSED, place, calendar["row"][wrong], shown[wrong]),
        _idle(feed, days, wrong),
        *_on_date(feed, days, date),
        *_one_week(feed, days),
        *_feed_dates(feed),
    ]


def _days(calendar: pd.DataFrame, exceptions: pd.DataFrame) -> pd.DataFrame:
    sound = exceptions[(exceptions["date"] != "") & (exceptions["service_id"] != "")]
    try:
        return service_days(calendar.reset_index(drop=True), sound.reset_index(drop=True), [])
    except FeedError:
        # No service ever runs, or one lasts for centuries; the reader's refusal says so.
        return pd.DataFrame(
            {"service_id": pd.Series(dtype=object), "date": pd.Series(dtype="datetime64[ns]")}
        )


def _idle(feed: LintFeed, days: pd.DataFrame, reversed_: pd.Series[bool]) -> pd.DataFrame:
    calendar = feed.tables["calendar.txt"]
    idle = calendar[~calendar["service_id"].isin(days["service_id"]) & ~reversed_]
    trips = feed.trips["service_id"].value_counts()
    values = [
        f"{service}, {int(trips.get(service, 0)):,} trips"
        for service in idle["service_id"].astype(str)
    ]
    return found(_NO_DAYS, ("calendar.txt", "service_id"), idle["row"], values)


def _on_date(feed: LintFeed, days: pd.DataFrame, date: dt.date | None) -> list[pd.DataFrame]:
    used = days[days["service_id"].isin(feed.trips["service_id"])]
    if date is None or used.empty:
        return []
    first, last = used["date"].min().date(), used["date"].max().date()
    value = f"{date}; it runs {first}..{last}"
    if last < date:
        return [whole(_ENDED, "calendar.txt", value, field="end_date")]
    if first > date:
        return [whole(_NOT_BEGUN, "calendar.txt", value, field="start_date")]
    if not (used["date"] == pd.Timestamp(date)).any():
        return [whole(_NO_SERVICE, "calendar.txt", value)]
    return []


def _one_week(feed: LintFeed, days: pd.DataFrame) -> list[pd.DataFrame]:
    """Return one finding if the same trips run on every day of the week."""
    used = days[days["service_id"].isin(feed.trips["service_id"])]
    week = used.assign(day=used["date"].dt.day_of_week)[["service_id", "day"]].drop_duplicates()
    # A number for what runs on each day of the week: the sum over the trips of its services.
    trips = pd.Series(_runs(feed)).groupby(feed.trips["service_id"]).sum()
    by_day = trips.reindex(week["service_id"]).groupby(week["day"].to_numpy()).sum()
    if len(by_day) < _WEEK or len(set(by_day)) > 1:
        return []
    services = sorted(set(week["service_id"]))
    value = f"{len(services):,} services: {', '.join(services[:3])}"
    file = "calendar.txt" if len(feed.tables["calendar.txt"]) else "calendar_dates.txt"
    return [whole(_ONE_WEEK, file, value, len(feed.trips))]


def _runs(feed: LintFeed) -> NDArray[np.uint64]:
    """Return a number for what each trip does: its route, calls and headways."""
    windows = feed.tables["frequencies.txt"]
    of_trip = pd.Index(feed.trips["trip_id"]).get_indexer(windows["trip_id"])
    columns = ["start_time", "end_time", "headway_secs"]
    numbers = windows[columns].fillna(-1).astype(np.int64)
    hashed = pd.util.hash_pandas_object(numbers, index=False).to_numpy(dtype=np.uint64)
    runs = fingerprints(feed.calls, len(feed.trips)) * _MIX
    runs += feed.trips["route"].to_numpy().astype(np.uint64)
    np.add.at(runs, of_trip[of_trip >= 0], hashed[of_trip >= 0] * _MIX)
    return runs


def _feed_dates(feed: LintFeed) -> list[pd.DataFrame]:
    if not feed.from_files or feed.trips.empty:
        return []
    info = feed.tables["feed_info.txt"]
    stated = (info["feed_start_date"] != "") & (info["feed_end_date"] != "")
    if stated.any():
        return []
    value = "no feed_info.txt" if info.empty else "blank"
    return [whole(_NO_DATES, "feed_info.txt", value, field="feed_start_date, feed_end_date")]

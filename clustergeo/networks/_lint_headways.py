"""Headways that cannot be, and timetables so even that nobody drives them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from clustergeo.networks._lint_feed import LintFeed
from clustergeo.networks._lint_findings import Check, found, whole
from clustergeo.networks._lint_keys import fingerprints
from clustergeo.networks._lint_routes import mode_keys
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["CHECKS", "headway_findings"]

_OURS: Final = "this project"
_ASK: Final = "ask the producer for the real timetable, or grade these routes estimated"

_REVERSED = Check(
    "window_reversed", "error", "end_time does not lie after start_time",
    "swap or correct the times",
)  # fmt: skip
_OVERLAP = Check(
    "windows_overlap", "error", "overlaps the window before",
    "let a window start where the last ends",
)  # fmt: skip
_LONG = Check(
    "headway_long", "warning", "hours between departures are a timetable, not a headway",
    "give the departures as trips", threshold=3.0, unit="h", source=_OURS, grade="estimated",
)  # fmt: skip
_BESIDE = Check(
    "headway_beside_trips", "warning",
    "trips of the same route, days and stops leave within the window and count twice",
    "remove the window or the trips", source=_OURS, grade="estimated",
)  # fmt: skip
_EVEN = Check(
    "even_headways", "warning", "departures are evenly spread over the whole day", _ASK,
    threshold=0.8, unit="share of at least 3 lines with 12 departures over 10 h or more",
    source="public-transport/transitous#1155 describes such feeds", grade="estimated",
)  # fmt: skip
_SAME_RUN = Check(
    "same_run_times", "warning", "road vehicles take the same time at every hour of the day",
    _ASK, threshold=0.9, unit="share of the road lines with 12 departures over 10 h or more",
    source=_OURS, grade="estimated",
)  # fmt: skip

CHECKS: Final = (_REVERSED, _OVERLAP, _LONG, _BESIDE, _EVEN, _SAME_RUN)
"""The rules of this theme."""

_FILE: Final = "frequencies.txt"
_FEWEST_DEPARTURES: Final = 12
_FEWEST_LINES: Final = 3
_DAY_S: Final = 10 * SECONDS_PER_HOUR
_ON_ROADS: Final = frozenset({"bus", "coach", "trolleybus", "taxi"})


def headway_findings(feed: LintFeed) -> list[pd.DataFrame]:
    """Return bad windows, and whether the timetable of the feed looks invented."""
    lines = _lines(feed)
    return [*_windows(feed, lines), *_invented(feed, lines)]


def _windows(feed: LintFeed, lines: pd.DataFrame) -> list[pd.DataFrame]:
    table = feed.tables[_FILE].dropna(subset=["start_time", "end_time"])
    if table.empty:
        return []
    rows = table.sort_values(["trip_id", "start_time"], kind="stable")
    start, end = rows["start_time"].astype(np.int64), rows["end_time"].astype(np.int64)
    before = end.groupby(rows["trip_id"]).shift()
    hours = rows["headway_secs"].astype("Float64") / SECONDS_PER_HOUR
    shown = rows["trip_id"] + ": " + start.map(_clock) + "-" + end.map(_clock)
    long = (hours > (_LONG.threshold or 0.0)).fillna(value=False)
    return [
        *(
            found(check, (_FILE, field), rows["row"][wrong], values[wrong])
            for check, field, wrong, values in (
                (_REVERSED, "end_time", start >= end, shown),
                (_OVERLAP, "start_time", start < before, shown),
                (_LONG, "headway_secs", long, shown + hours.map(" every {:.1f} h".format)),
            )
        ),
        _beside(lines, rows, shown),
    ]


def _clock(seconds: int) -> str:
    return f"{seconds // SECONDS_PER_HOUR:02d}:{seconds // SECONDS_PER_MINUTE % 60:02d}"


def _lines(feed: LintFeed) -> pd.DataFrame:
    """Return route, service, ``stops`` and ``run`` (a number each), start of each trip."""
    calls = feed.calls
    trip = calls["trip"].to_numpy()
    first = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]]) if len(trip) else trip
    last = np.r_[first[1:], len(trip)] - 1 if len(trip) else trip
    of = trip[first]
    trips = feed.trips.iloc[of].reset_index(drop=True)
    leaves = calls["departure_s"].to_numpy()[first]
    shifted = calls.assign(
        arrival_s=calls["arrival_s"] - np.repeat(leaves, last - first + 1),
        departure_s=calls["departure_s"] - np.repeat(leaves, last - first + 1),
    )
    trip_ids = np.arange(len(feed.trips))[of]
    return trips[["route", "route_id", "service_id", "trip_id"]].assign(
        stops=fingerprints(calls, len(feed.trips), ("stop",))[trip_ids],
        run=fingerprints(shifted, len(feed.trips), ("stop", "arrival_s", "departure_s"))[trip_ids],
        template=feed.headway_trips[trip_ids],
        leaves=leaves,
    )


def _beside(lines: pd.DataFrame, windows: pd.DataFrame, shown: pd.Series[str]) -> pd.DataFrame:
    alike = ["route_id", "service_id", "stops"]
    templates = windows.assign(shown=shown).merge(lines[[*alike, "trip_id"]], on="trip_id")
    trips = lines.loc[~lines["template"], [*alike, "leaves"]]
    pairs = templates.merge(trips, on=alike)
    inside = (pairs["leaves"] >= pairs["start_time"]) & (pairs["leaves"] < pairs["end_time"])
    pairs = pairs[inside.fillna(value=False).astype(bool)]
    twice = pairs.groupby(["row", "shown"], sort=False, dropna=False).size().reset_index(name="n")
    return found(_BESIDE, (_FILE, "trip_id"), twice["row"], twice["shown"], twice["n"])


def _invented(feed: LintFeed, lines: pd.DataFrame) -> list[pd.DataFrame]:
    """Return whether most lines run at one interval, or in one time, from early to late."""
    if feed.calls.empty:
        return []
    lines = lines[~lines["template"] & lines["leaves"].notna() & (lines["route"] >= 0)]
    lines = lines.sort_values("leaves", kind="stable")
    groups = lines.groupby(["route", "service_id", "stops"], sort=False)
    gap = groups["leaves"].diff()
    by = groups.ngroup()
    table = pd.DataFrame(
        {
            "trips": groups.size().to_numpy(),
            "span": (groups["leaves"].max() - groups["leaves"].min()).to_numpy(),
            "route": groups["route"].first().to_numpy(),
            "least": gap.groupby(by).min().reindex(range(groups.ngroups)).to_numpy(),
            "most": gap.groupby(by).max().reindex(range(groups.ngroups)).to_numpy(),
            "runs": groups["run"].nunique().to_numpy(),
        }
    )
    table = table[(table["trips"] >= _FEWEST_DEPARTURES) & (table["span"] >= _DAY_S)]
    table = table[table["most"] > 0]
    keys = np.array([*mode_keys(feed), "other"], dtype=object)
    on_road = pd.Series(keys[table["route"]], index=table.index).isin(_ON_ROADS)
    return [
        *_share(feed, _EVEN, table, table["least"] == table["most"]),
        *_share(feed, _SAME_RUN, table[on_road], table["runs"][on_road] == 1),
    ]


def _share(
    feed: LintFeed, check: Check, lines: pd.DataFrame, even: pd.Series[bool]
) -> list[pd.DataFrame]:
    if len(lines) < _FEWEST_LINES or even.mean() < (check.threshold or 0.0):
        return []
    first = lines[even].iloc[0]
    route = feed.route_names(pd.Series([int(first["route"])]))[0]
    value = (
        f"{int(even.sum()):,} of {len(lines):,} lines, {even.mean():.0%}; route {route} every "
        f"{first['least'] / SECONDS_PER_MINUTE:g} min, {int(first['trips']):,} trips"
    )
    if check is _SAME_RUN:
        value = value.replace(f" every {first['least'] / SECONDS_PER_MINUTE:g} min", "")
    return [whole(check, "stop_times.txt", value, int(lines["trips"][even].sum()))]

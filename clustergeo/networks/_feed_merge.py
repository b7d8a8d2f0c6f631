"""Make one timetable of several feeds, their ids kept apart by the name of the feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, FeedError
from clustergeo.networks._feed_files import FeedFiles
from clustergeo.networks.timetable import FEED_SEPARATOR, Timetable

__all__ = ["feed_row", "merged_timetable", "named_apart"]

_IDS: Final = {
    "stops": ("stop_id", "parent_station"),
    "routes": ("route_id",),
    "trips": ("trip_id", "service_id"),
    "services": ("service_id",),
}
_ROWS: Final = {
    "trips": {"route": "routes"},
    "stop_times": {"trip": "trips", "stop": "stops"},
    "frequencies": {"trip": "trips"},
    "transfers": {"from_stop": "stops", "to_stop": "stops"},
    "trip_transfers": {
        f"{end}_{thing}": f"{thing}s"
        for thing in ("stop", "route", "trip")
        for end in ("from", "to")
    },
    "through": {"trip": "trips", "ridden": "trips"},
    "shapes": {"trip": "trips"},
}
"""Columns that hold rows of another table; -1 stands for none."""

_TABLES: Final = (
    *("stops", "routes", "trips", "stop_times", "services", "frequencies", "transfers"),
    *("trip_transfers", "through", "feeds", "set_aside", "shapes"),
)


def named_apart(feeds: Sequence[FeedFiles]) -> list[FeedFiles]:
    """Return the feeds with names of their own: of two alike the second gets a number."""
    named: list[FeedFiles] = []
    taken: set[str] = set()
    for feed in feeds:
        stem = (feed.name or "feed").replace(FEED_SEPARATOR, "_")
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}#{number}", number + 1
        taken.add(name)
        named.append(replace(feed, name=name))
    return named


def feed_row(feed: FeedFiles, language: str, timezone: str, trips: int) -> pd.DataFrame:
    """Return the row of a feed in ``Timetable.feeds``."""
    row = {"feed": feed.name, "source": feed.source, "language": language, "timezone": timezone}
    return pd.DataFrame([{**row, "trips": trips}])


def merged_timetable(timetables: Sequence[Timetable]) -> Timetable:
    """Return one timetable of several; of a single one, itself.

    Raises
    ------
    FeedError
        If the feeds keep different time on a day of service.
    """
    if len(timetables) == 1:
        return timetables[0]
    _refuse_other_time(timetables)
    names = [str(timetable.feeds["feed"].iloc[0]) for timetable in timetables]
    offsets = {table: np.zeros(len(timetables) + 1, dtype=np.int64) for table in _TABLES}
    for table, offset in offsets.items():
        offset[1:] = np.cumsum([len(getattr(timetable, table)) for timetable in timetables])
    tables: dict[str, Any] = {
        table: _stacked(
            [
                _moved(
                    getattr(timetable, table),
                    table,
                    names[i],
                    {column: int(offsets[of][i]) for column, of in _ROWS.get(table, {}).items()},
                )
                for i, timetable in enumerate(timetables)
            ]
        )
        for table in _TABLES
    }
    tables["services"] = tables["services"].sort_values(["date", "service_id"], ignore_index=True)
    return Timetable(
        source=", ".join(timetable.source for timetable in timetables),
        language=timetables[0].language,
        notes=tuple(
            f"{name}: {note}"
            for name, timetable in zip(names, timetables, strict=True)
            for note in timetable.notes
        ),
        **tables,
    )


def _moved(table: pd.DataFrame, what: str, feed: str, by: dict[str, int]) -> pd.DataFrame:
    """Return a table of a feed with its ids named and its rows counted on."""
    changes: dict[str, Any] = {}
    for column, offset in by.items():
        rows = table[column].to_numpy()
        changes[column] = np.where(rows < 0, rows, rows + offset)
    for column in _IDS.get(what, ()):
        ids = table[column]
        changes[column] = (f"{feed}{FEED_SEPARATOR}" + ids).where(ids != "", "")
    if what == "set_aside":
        changes["file"] = f"{feed}/" + table["file"]
    return table.assign(**changes)


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of one kind below each other, empty ones without a say in the types."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _refuse_other_time(timetables: Sequence[Timetable]) -> None:
    """Refuse feeds of which one keeps another time than the first on some day of service."""
    zones = [str(timetable.feeds["timezone"].iloc[0]) for timetable in timetables]
    days = pd.concat([timetable.services["date"] for timetable in timetables]).unique()
    faults = [
        Fault(
            timetable.source,
            f"keeps another time than {timetables[0].source} ({zone}, {zones[0]})",
            "study feeds of different time zones apart",
            field="agency_timezone",
        )
        for timetable, zone in zip(timetables, zones, strict=True)
        if zone != zones[0] and _offsets(zone, days) != _offsets(zones[0], days)
    ]
    if faults:
        raise FeedError(*faults)


def _offsets(zone: str, days: np.ndarray[Any, Any]) -> list[object]:
    """Return the offset from UTC at noon of each day; the name of a zone that is not known."""
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [zone]
    noons = pd.DatetimeIndex(days) + pd.Timedelta(hours=12)
    return [clock.utcoffset(noon.to_pydatetime()) for noon in noons]

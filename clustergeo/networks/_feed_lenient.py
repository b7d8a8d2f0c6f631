"""Read a feed with faults: set aside the rows at fault, and all that hangs on them, and list them.

What is refused in a row of trips, stop_times or frequencies costs the whole trip; in any other
table the row. Whatever refers to a row that is gone is refused in the next reading and goes too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from clustergeo._files import parse_csv
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.networks._feed_files import FeedFiles
from clustergeo.networks._feed_text import (
    cut_notes,
    encoding_notes,
    feed_text,
    keeps_korean_time,
)
from clustergeo.networks.timetable import Timetable

__all__ = ["read_leniently"]

_BY_TRIP: Final = ("trips.txt", "stop_times.txt", "frequencies.txt")
_TRIP_ENDS: Final = ("trip_id", "from_trip_id", "to_trip_id")
_HEADER: Final = 1
"""Row of the header."""


def read_leniently(
    feed: FeedFiles, read: Callable[[FeedFiles], Timetable], *, encoding: str | None = None
) -> Timetable:
    """Return the timetable of what can be read, with ``set_aside`` and a note of what cannot.

    Parameters
    ----------
    feed
        The feed.
    read
        The strict reader.
    encoding
        Encoding of the files.

    Raises
    ------
    FeedError
        If a file as a whole is at fault, or nothing would be left.
    """
    tables: dict[str, pd.DataFrame] = {}
    listed: list[dict[str, object]] = []
    while True:
        try:
            timetable = read(feed)
        except FeedError as error:
            faults = tuple(fault for fault in error.faults if (fault.row or 0) > _HEADER)
            if not faults:
                raise
            if not tables:
                try:
                    tables, ragged, notes = _opened(feed, encoding)
                except (csv.Error, InputError):
                    raise error from None
                feed = replace(feed, notes=(*feed.notes, *notes))
                listed += ragged
                # The rows of the faults are counted anew without those that are gone.
                faults = ()
            listed += _set_aside(tables, faults)
            # The mark outdoes the encoding named for the files as they came.
            files = {
                name: table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
                for name, table in tables.items()
            }
            feed = replace(feed, files=feed.files | files)
        else:
            break
    if not listed:
        return timetable
    trips = {str(row["trip_id"]) for row in listed} - {""}
    note = f"{len(listed):,} rows at fault and {len(trips):,} trips set aside"
    return replace(timetable, set_aside=pd.DataFrame(listed), notes=(*timetable.notes, note))


def _opened(
    feed: FeedFiles, encoding: str | None
) -> tuple[dict[str, pd.DataFrame], list[dict[str, object]], list[str]]:
    """Return the files as text by row of the file, a list of rows ragged, and notes."""
    korean = keeps_korean_time(feed.files.get("agency.txt", b""))
    tables: dict[str, pd.DataFrame] = {}
    listed: list[dict[str, object]] = []
    found: dict[str, str] = {}
    for name, content in feed.files.items():
        text, found[name] = feed_text(content, file=name, encoding=encoding, korean=korean)
        whole, numbers, ragged = _whole_rows(text)
        what = "{} cells where the header has {}"
        listed += [_listing(Fault(name, what.format(*c), "", row=row), "") for row, *c in ragged]
        tables[name] = parse_csv(whole, file=name).set_axis(numbers)
    # What is written anew shows neither.
    notes = [] if encoding else encoding_notes(found, None)
    return tables, listed, notes + cut_notes(feed.files)


def _whole_rows(text: str) -> tuple[str, list[int], list[tuple[int, int, int]]]:
    """Return the text without rows that are not as long as the header.

    Beside it stand the numbers of the rows left, and those left out with their cells and those of
    the header; a blank row is no row.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\n")
    header = next(reader, [])
    writer.writerow(header)
    numbers, ragged = [], []
    for number, row in enumerate(reader, start=_HEADER + 1):
        if len(row) == len(header):
            writer.writerow(row)
            numbers.append(number)
        elif row and row != [""]:
            ragged.append((number, len(row), len(header)))
    return kept.getvalue(), numbers, ragged


def _set_aside(
    tables: dict[str, pd.DataFrame], faults: Iterable[Fault]
) -> list[dict[str, object]]:
    """Drop the rows of faults, which count the rows that are left, and return them as listed."""
    listed = []
    trips: set[str] = set()
    rows: dict[str, set[int]] = {}
    for fault in faults:
        table = tables[fault.file]
        at = (fault.row or 0) - _HEADER - 1
        number = int(table.index[at])
        trip = str(table["trip_id"].iloc[at]).strip() if fault.file in _BY_TRIP else ""
        listed.append(_listing(replace(fault, row=number), trip))
        rows.setdefault(fault.file, set()).add(number)
        trips |= {trip} - {""}
    for name, table in tables.items():
        gone = table.index.isin(list(rows.get(name, ())))
        for column in _TRIP_ENDS:
            if column in table.columns:
                gone |= table[column].str.strip().isin(trips).to_numpy()
        if gone.any():
            tables[name] = table[~gone]
    return listed


def _listing(fault: Fault, trip: str) -> dict[str, object]:
    return {
        "file": fault.file,
        "row": fault.row,
        "field": fault.field or "",
        "trip_id": trip,
        "what": fault.what,
    }

"""Turn a column of truth values into faults, one a row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clustergeo.errors import Fault

__all__ = ["faults_where", "unknown_keys", "with_trips_lost"]

FIRST_ROW = 2
"""Line of the first record: the header is line 1."""


def faults_where(
    wrong: pd.Series[bool],
    values: pd.Series[Any],
    file: str,
    field: str,
    words: tuple[str, str],
) -> list[Fault]:
    """Return a fault for every row that is wrong; the index of the rows is their record number.

    Parameters
    ----------
    wrong
        Truth per record.
    values
        What stands there, for the message; a missing value is not shown.
    file, field
        Where.
    words
        What is wrong, and how to mend it.
    """
    what, fix = words
    faults = []
    bad = wrong.to_numpy(dtype=bool)
    for record, value in zip(wrong.index[bad], values[bad], strict=True):
        shown = "" if value == "" or value != value else f" ({value})"  # noqa: PLR0124 - NaN
        row = int(record) + FIRST_ROW
        faults.append(Fault(file, what + shown, fix, row=row, field=field))
    return faults


def with_trips_lost(faults: list[Fault], trip_ids: pd.Series[str]) -> list[Fault]:
    """Return faults in the order of their rows, behind the count of trips they cost.

    Parameters
    ----------
    faults
        At least one fault of a table, each with its row.
    trip_ids
        Trip of each record of that table, in the order of the file.
    """
    rows = [(fault.row or FIRST_ROW) - FIRST_ROW for fault in faults]
    lost = trip_ids.iloc[rows].nunique()
    what = f"{lost:,} trips of {trip_ids.nunique():,} would be lost"
    count = Fault(faults[0].file, what, "correct the rows, or set the trips aside (--lenient)")
    return [count, *sorted(faults, key=lambda fault: fault.row or 0)]


def unknown_keys(
    keys: pd.Series[str], known: pd.Series[str], file: str, *, blank: bool = False
) -> list[Fault]:
    """Return a fault for every key that is not among the known ones.

    Parameters
    ----------
    keys
        Keys used in ``file``; the name of the series is the field.
    known
        Keys there are.
    file
        File that uses them.
    blank
        A blank key is none.
    """
    wrong = ~keys.isin(known)
    if blank:
        wrong &= keys != ""
    words = ("refers to nothing", f"correct it or add it to its table ({known.name})")
    return faults_where(wrong, keys, file, str(keys.name), words)

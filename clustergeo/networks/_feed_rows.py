"""Turn a column of truth values into faults, one a row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clustergeo.errors import Fault

__all__ = ["faults_where", "unknown_keys"]

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

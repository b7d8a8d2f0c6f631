"""Turn a table into a typed copy that keeps its contract, or refuse it, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, InputError, SchemaError
from clustergeo.schemas._schema import Column, Schema

__all__ = ["check_table", "typed_cells"]

# From here on float64, through which numbers pass, no longer tells neighbouring integers apart.
_EXACT_LIMIT = 2.0**53
_NUMBERS = {"number", "integer"}
# 1.000 is one to a computer and a thousand to half of Europe; 1.0 is one to all.
_GROUPED = r"[+-]?[0-9]{1,3}\.[0-9]{3}"


def check_table(
    table: pd.DataFrame,
    schema: Schema,
    *,
    file: str,
    first_row: int = 2,
    error: type[InputError] = SchemaError,
) -> pd.DataFrame:
    """Return a typed copy of a table in the order of its contract.

    Parameters
    ----------
    table
        Cells as text (blank is ``""``) or already typed.
    schema
        The contract.
    file
        Name of the file for messages.
    first_row
        Row number of the first record: 2 for a CSV with a header, 1 for features.
    error
        Class of the refusal, for tables that belong to a feed or a network.

    Returns
    -------
    checked : pandas.DataFrame
        Columns in the order of the contract; text as str, integers as Int64, numbers as float64,
        times as Int64 seconds past midnight. The index is 0..n-1.

    Raises
    ------
    SchemaError
        (or ``error``) with all faults: missing columns, bad values, blanks, duplicate keys.

    Examples
    --------
    >>> towns = Schema("towns", (Column("town_id"), Column("lat", "number", maximum=90)))
    >>> check_table(pd.DataFrame({"town_id": ["a"], "lat": ["36.5"]}), towns, file="t.csv")
      town_id   lat
    0       a  36.5
    >>> check_table(pd.DataFrame({"town_id": ["a"], "lat": ["136.5"]}), towns, file="t.csv")
    Traceback (most recent call last):
    clustergeo.errors.SchemaError: t.csv:2, lat: above 90 (136.5) - correct the value
    """
    if faults := list(_missing_columns(table, schema, file)):
        raise error(*faults)
    checked: dict[str, pd.Series[Any]] = {}
    faults = []
    for column in schema.columns:
        if column.name in table.columns:
            cells = table[column.name].reset_index(drop=True)
        else:
            cells = pd.Series([column.default] * len(table), dtype=object)
        typed, bad = typed_cells(cells, column)
        checked[column.name] = typed
        faults += [
            Fault(file, what, fix, row=first_row + position, field=column.name)
            for position, what, fix in bad
        ]
    faults += _duplicates(checked, schema, file, first_row)
    if faults:
        raise error(*sorted(faults, key=lambda fault: fault.row or 0))
    if schema.extra == "keep":
        for name in table.columns:
            if name not in checked:
                checked[str(name)] = table[name].reset_index(drop=True)
    return pd.DataFrame(checked)


def _missing_columns(table: pd.DataFrame, schema: Schema, file: str) -> Iterator[Fault]:
    missing = [name for name in schema.required if name not in table.columns]
    found = ", ".join(map(str, table.columns)) or "none"
    for name in missing:
        yield Fault(
            file,
            f"column missing (found: {found})",
            f"add the column; a {schema.name} table needs {', '.join(schema.required)}",
            field=name,
        )


Bad = list[tuple[int, str, str]]


def typed_cells(cells: pd.Series[Any], column: Column) -> tuple[pd.Series[Any], Bad]:
    """Return the typed column and what is wrong with it, as (position, what, fix)."""
    if column.kind in _NUMBERS and cells.dtype == np.float64:
        text, blank = cells + 0.0, cells.isna()  # numbers already; there is no minus zero
    else:
        text = pd.Series(
            [_as_text(cell) for cell in cells.tolist()], index=cells.index, dtype=object
        )
        blank = text == ""
    bad: Bad = []
    if not column.blank:
        bad += [(int(i), "is blank", "fill in the value") for i in np.flatnonzero(blank)]
    if column.kind == "text":
        typed: pd.Series[Any] = text.astype(object)
        if column.choices:
            wrong = ~blank & ~text.isin(column.choices)
            fix = f"use one of {', '.join(column.choices)}"
            bad += [(int(i), f"not allowed ({text[i]})", fix) for i in np.flatnonzero(wrong)]
        return typed, bad
    if column.kind == "date":
        wrong = ~blank & pd.to_datetime(text, format="%Y%m%d", errors="coerce").isna()
        wrong |= ~blank & (text.str.len() != len("YYYYMMDD"))
        bad += [
            (int(i), f"not a date ({text[i]})", "write it as YYYYMMDD")
            for i in np.flatnonzero(wrong)
        ]
        return text.astype(object), bad
    if column.kind == "time":
        if pd.api.types.is_integer_dtype(cells.dtype):
            return cells.astype("Int64"), bad  # seconds already: a checked table checked again
        seconds, wrong_time = _seconds(text)
        bad += [
            (int(i), f"not a time ({text[i]})", "write it as HH:MM:SS")
            for i in np.flatnonzero(wrong_time & ~blank)
        ]
        return seconds, bad
    return _number(text, blank, column, bad)


def _number(
    text: pd.Series[Any], blank: pd.Series[bool], column: Column, bad: Bad
) -> tuple[pd.Series[Any], Bad]:
    numbers = pd.to_numeric(text.where(~blank), errors="coerce").astype("float64")
    # "nan" and "inf" parse as numbers but are none.
    wrong = ~blank & ~np.isfinite(numbers)
    bad += [
        (int(i), f"not a number ({_as_text(text[i])})", "write a plain number such as 12.5")
        for i in np.flatnonzero(wrong)
    ]
    numbers = numbers.where(np.isfinite(numbers))
    if column.minimum is not None:
        low = numbers < column.minimum
        bad += [
            (int(i), f"below {column.minimum:g} ({_as_text(text[i])})", "correct the value")
            for i in np.flatnonzero(low)
        ]
    if column.maximum is not None:
        high = numbers > column.maximum
        bad += [
            (int(i), f"above {column.maximum:g} ({_as_text(text[i])})", "correct the value")
            for i in np.flatnonzero(high)
        ]
    if column.kind == "number":
        return numbers, bad
    fraction = numbers.notna() & (numbers != numbers.round())
    bad += [
        (int(i), f"not a whole number ({_as_text(text[i])})", "round it")
        for i in np.flatnonzero(fraction)
    ]
    if not pd.api.types.is_numeric_dtype(text.dtype):  # numbers have no points to misread
        grouped = text.astype("string").str.fullmatch(_GROUPED).fillna(False) & ~fraction  # noqa: FBT003
        what = "not clear whether the point groups thousands"
        bad += [
            (int(i), f"{what} ({text[i]})", "write digits alone") for i in np.flatnonzero(grouped)
        ]
    inexact = numbers.abs() >= _EXACT_LIMIT
    bad += [
        (int(i), f"too large to be exact ({_as_text(text[i])})", "correct the value")
        for i in np.flatnonzero(inexact)
    ]
    return numbers.where(~inexact).round().astype("Int64"), bad


def _seconds(text: pd.Series[str]) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """Parse H:MM:SS; GTFS lets hours pass 24 for trips after midnight."""
    parts = text.str.extract(r"^\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*$")
    wrong = parts[0].isna()
    numbers = parts.apply(pd.to_numeric, errors="coerce").astype("Int64")
    return numbers[0] * 3600 + numbers[1] * 60 + numbers[2], wrong


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    if isinstance(cell, float | np.floating) and np.isnan(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _duplicates(
    checked: dict[str, pd.Series[Any]], schema: Schema, file: str, first_row: int
) -> list[Fault]:
    if not schema.key:
        return []
    keys = pd.DataFrame({name: checked[name] for name in schema.key})
    field = ", ".join(schema.key)
    earlier: dict[tuple[str, ...], int] = {}
    faults = []
    for position, key in enumerate(zip(*(keys[name].map(_as_text) for name in keys), strict=True)):
        if not any(key):
            continue  # wholly blank: refused as such, and no duplicate of another blank
        if key in earlier:
            what = f"duplicate of row {earlier[key] + first_row} ({', '.join(key)})"
            fix = "give each row its own"
            faults.append(Fault(file, what, fix, row=first_row + position, field=field))
        earlier.setdefault(key, position)
    return faults

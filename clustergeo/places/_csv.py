"""Places in CSV: a column per coordinate, under one of the usual names."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo._files import decode, parse_csv, warn_if_cut
from clustergeo.errors import Fault, SchemaError
from clustergeo.places._records import Records, columns_from, refuse_no_rows

__all__ = ["read_csv_places"]

FIRST_ROW = 2

# Headers that hold a longitude and a latitude, lower case; the last ones may hold metres.
_DEGREES = (
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitude", "latitude"),
    ("경도", "위도"),
)
_EITHER = (("x", "y"), ("좌표정보(x)", "좌표정보(y)"), ("x좌표", "y좌표"))

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def read_csv_places(
    content: bytes, *, file: str, encoding: str | None, asked: CRS | None
) -> Records:
    """Return the records of a CSV file.

    Raises
    ------
    InputError
        If the file is no CSV, has no coordinate columns or no rows.
    """
    text = decode(content, file=file, encoding=encoding)
    warn_if_cut(text, file=file)
    table = parse_csv(text, file=file)
    x_field, y_field = _coordinate_columns(table, asked, file)
    refuse_no_rows(len(table), file)
    x, x_faults = _numbers(table[x_field], file)
    y, y_faults = _numbers(table[y_field], file)
    return Records(
        file=file,
        cells=columns_from(table.drop(columns=[x_field, y_field])),
        x=x,
        y=y,
        first_row=FIRST_ROW,
        x_field=x_field,
        y_field=y_field,
        faults=(*x_faults, *y_faults),
    )


def _coordinate_columns(table: pd.DataFrame, asked: CRS | None, file: str) -> tuple[str, str]:
    by_lower = {str(name).lower(): str(name) for name in table.columns}
    # Where a file carries both, metres belong to the projected system that was asked for.
    metres = asked is not None and not asked.is_geographic
    pairs = (*_EITHER, *_DEGREES) if metres else (*_DEGREES, *_EITHER)
    for x, y in pairs:
        if x in by_lower and y in by_lower:
            return by_lower[x], by_lower[y]
    found = ", ".join(map(str, table.columns))
    what = f"no coordinate columns (found: {found})"
    raise SchemaError(Fault(file, what, "name them lon and lat, or x and y", row=1))


def _numbers(cells: pd.Series[str], file: str) -> tuple[NDArray[np.float64], list[Fault]]:
    numbers = np.full(len(cells), np.nan)
    faults = []
    for position, cell in enumerate(cells):
        text = cell.strip()
        number = float(text) if _NUMBER.fullmatch(text) else np.nan
        if np.isfinite(number):
            numbers[position] = number
            continue
        what, fix = _why_not(text)
        faults.append(Fault(file, what, fix, row=position + FIRST_ROW, field=str(cells.name)))
    return numbers, faults


def _why_not(text: str) -> tuple[str, str]:
    if not text:
        return "is blank", "fill in the coordinate"
    if _NUMBER.fullmatch(text.replace(",", ".", 1)) and "," in text:
        return f"decimal comma ({text})", "write a decimal point"
    return f"not a finite number ({text[:40]})", "write decimal degrees such as 36.35"

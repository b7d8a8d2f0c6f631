"""Read the files of a feed as far as they can be read, and list everything in the way."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from clustergeo._files import parse_csv, refuse_empty_or_html
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.networks._feed_columns import plain_table
from clustergeo.networks._feed_text import feed_text, keeps_korean_time, spaced_ids
from clustergeo.networks._lint_findings import Check, contract_findings, found, whole
from clustergeo.schemas import Schema, check_table
from clustergeo.schemas.gtfs import REQUIRED_FILES
from clustergeo.schemas.lint import LINTED

__all__ = ["CHECKS", "LooseTables", "read_tables"]

_HEADER: Final = 1
_FIRST_ROW: Final = 2
_CALENDARS: Final = ("calendar.txt", "calendar_dates.txt")

_MISSING_FILE = Check(
    "missing_file", "error", "the file is missing", "add it, named as GTFS has it"
)
_MISNAMED_FILE = Check("misnamed_file", "error", "the name is not in small letters", "rename it")
_EMPTY_FILE = Check("empty_file", "error", "the file has no rows", "export the feed again")
_NOT_TEXT = Check("not_text", "error", "not UTF-8 text", "save it as UTF-8, or name its encoding")
_BROKEN_TABLE = Check("broken_table", "error", "the table is broken", "save it as plain CSV")
_MISSING_COLUMN = Check("missing_column", "error", "column missing", "add the column")
_BLANK_VALUE = Check("blank_value", "error", "is blank", "fill in the value")
_DUPLICATE_KEY = Check("duplicate_key", "error", "duplicate of a row", "give each row its own")
_NO_HEADWAY = Check(
    "headway_not_positive", "error", "below 1", "write the seconds between departures"
)
_INVALID_VALUE = Check("invalid_value", "error", "not allowed", "correct the value")
_PADDED_ID = Check(
    "padded_id", "warning", "ids end with a space, which readers may keep", "strip the ids"
)

CHECKS: Final = (
    _MISSING_FILE,
    _MISNAMED_FILE,
    _EMPTY_FILE,
    _NOT_TEXT,
    _BROKEN_TABLE,
    _MISSING_COLUMN,
    _BLANK_VALUE,
    _DUPLICATE_KEY,
    _NO_HEADWAY,
    _INVALID_VALUE,
    _PADDED_ID,
)
"""The rules of this theme."""

_BY_START: Final = {
    "column missing": _MISSING_COLUMN,
    "is blank": _BLANK_VALUE,
    "duplicate of row": _DUPLICATE_KEY,
}


_LOSES: Final = ("broken_table",)


@dataclass(frozen=True, slots=True)
class LooseTables:
    """What could be read of a feed.

    Parameters
    ----------
    tables
        Every table of the contract, typed, with the number of each row; what cannot be read is
        blank.
    broken
        Files of which rows are missing here.
    findings
        What stood in the way.
    """

    tables: dict[str, pd.DataFrame]
    broken: frozenset[str]
    findings: list[pd.DataFrame]


def read_tables(files: dict[str, bytes], encoding: str | None = None) -> LooseTables:
    """Return the tables of a feed; nothing is refused.

    Parameters
    ----------
    files
        Content by name.
    encoding
        Encoding of the files; found out when None.
    """
    here = {name.lower(): name for name in files}
    missing = [name for name in REQUIRED_FILES if name not in here]
    missing += [] if set(_CALENDARS) & here.keys() else [_CALENDARS[0]]
    shown = "found: " + (", ".join(sorted(files)[:12]) or "no table")
    findings = [whole(_MISSING_FILE, name, shown) for name in missing]
    korean = keeps_korean_time(files.get(here.get("agency.txt", ""), b""))
    tables = {}
    for name, schema in LINTED.items():
        if name not in here:
            tables[name] = _typed(_no_rows(schema), schema)
            continue
        if here[name] != name:
            findings.append(whole(_MISNAMED_FILE, name, here[name]))
        table, faults = _read(files[here[name]], name, (encoding, korean))
        if table.empty and name in REQUIRED_FILES and not any(len(f) for f in faults):
            faults.append(whole(_EMPTY_FILE, name, "0 rows"))
        tables[name] = table
        findings += faults
    broken = {f["file"].iloc[0] for f in findings if len(f) and f["check"].isin(_LOSES).any()}
    return LooseTables(tables, frozenset(broken), findings)


def _read(
    content: bytes, name: str, coded: tuple[str | None, bool]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the typed table of one file and its findings."""
    schema = LINTED[name]
    encoding, korean = coded
    plain = None if encoding and not content.isascii() else plain_table(content, schema)
    if plain is not None:
        return plain.assign(row=np.arange(_FIRST_ROW, len(plain) + _FIRST_ROW)), []
    findings: list[pd.DataFrame] = []
    try:
        refuse_empty_or_html(content, name)
    except InputError as error:
        value = error.faults[0].what
        return _typed(_no_rows(schema), schema), [whole(_EMPTY_FILE, name, value)]
    try:
        text, _ = feed_text(content, file=name, encoding=encoding, korean=korean)
    except FeedError as error:
        findings += _as(_NOT_TEXT, error.faults)
        text = content.decode("latin-1").replace("\x00", "")
    ids = tuple(column for column in schema.names if column.endswith("_id"))
    if padded := spaced_ids(content, text, ids):
        findings.append(whole(_PADDED_ID, name, f"{padded:,} ids", padded))
    try:
        table = parse_csv(text, file=name)
        table = table.assign(row=np.arange(_FIRST_ROW, len(table) + _FIRST_ROW))
    except InputError as error:
        table, ragged = _loose(text, name)
        findings += [ragged] if len(ragged) else _as(_BROKEN_TABLE, error.faults)
    if name == "translations.txt" and "trans_id" in table.columns:
        table = _no_rows(schema)  # the form of before 2019, which the reader leaves alone
    faults = _contract_faults(table, schema, name)
    findings.append(contract_findings(faults, _by_start(name), _INVALID_VALUE, table["row"]))
    return _typed(_without(table, faults), schema), findings


def _as(check: Check, faults: tuple[Fault, ...]) -> list[pd.DataFrame]:
    return [
        found(check, (f.file, f.field or ""), [f.row], [f.what]).assign(remedy=f.fix)
        for f in faults
    ]


def _by_start(name: str) -> dict[str, Check]:
    return _BY_START | ({"below 1": _NO_HEADWAY} if name == "frequencies.txt" else {})


def _loose(text: str, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sound rows of a broken table, and a finding of those of another width."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    records: list[tuple[int, list[str]]] = []
    try:
        for row, record in enumerate(reader, start=_HEADER):
            if row == _HEADER or any(cell.strip() for cell in record):
                records.append((row, record))
    except csv.Error:
        pass  # what stands before it is read; the break itself is a finding already
    header = [cell.strip() for cell in records[0][1]] if records else []
    width = len(header)
    whole_rows = [(row, cells) for row, cells in records[1:] if len(cells) == width]
    ragged = [(row, len(cells)) for row, cells in records[1:] if len(cells) != width]
    columns = pd.Index(header, dtype=object)
    table = pd.DataFrame([cells for _, cells in whole_rows], columns=columns, dtype=object)
    table = table.loc[:, ~table.columns.duplicated()]
    values = [f"{cells} cells where the header has {width}" for _, cells in ragged]
    rows = [row for row, _ in ragged]
    finding = found(_BROKEN_TABLE, (name, ""), rows, values)
    return table.assign(row=[row for row, _ in whole_rows]), finding


def _no_rows(schema: Schema) -> pd.DataFrame:
    columns = {name: pd.Series(dtype=object) for name in schema.names}
    return pd.DataFrame({**columns, "row": pd.Series(dtype=np.int64)})


def _contract_faults(table: pd.DataFrame, schema: Schema, name: str) -> list[Fault]:
    """Return all faults against the contract; those of a missing column are one."""
    faults: list[Fault] = []
    missing = [column for column in schema.required if column not in table.columns]
    present = schema
    if missing:
        faults += [
            Fault(
                name,
                f"column missing (found: {', '.join(map(str, table.columns.drop('row')))})",
                f"add the column; it needs {', '.join(schema.required)}",
                field=column,
            )
            for column in missing
        ]
        columns = tuple(
            replace(column, optional=True, blank=True) if column.name in missing else column
            for column in schema.columns
        )
        key = () if set(missing) & set(schema.key) else schema.key
        present = replace(schema, columns=columns, key=key)
    try:
        check_table(table, present, file=name, error=FeedError)
    except FeedError as error:
        faults += error.faults
    return faults


def _without(table: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Return a table whose cells at fault are blank."""
    table = table.copy()
    for field in {fault.field for fault in faults} & set(table.columns):
        records = [f.row - _FIRST_ROW for f in faults if f.row and f.field == field]
        table.loc[table.index[records], field] = ""
    return table


def _typed(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return a typed table with its row numbers; any cell may be blank."""
    columns = tuple(replace(column, optional=True, blank=True) for column in schema.columns)
    loose = replace(schema, columns=columns, key=())
    return check_table(table, loose, file=schema.name).assign(row=table["row"].to_numpy())

"""Read the files of one feed into tables that keep their contracts."""

from __future__ import annotations

import pandas as pd

from clustergeo._files import parse_csv
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.networks._feed_text import (
    cut_notes,
    encoding_notes,
    feed_text,
    keeps_korean_time,
    spaced_ids,
)
from clustergeo.schemas import Schema, check_table
from clustergeo.schemas.gtfs import FEED, REQUIRED_FILES, SHAPES

__all__ = ["feed_language", "feed_tables", "feed_timezone"]


def feed_tables(
    files: dict[str, bytes], encoding: str | None, notes: list[str]
) -> dict[str, pd.DataFrame]:
    """Return every table of the contract by file name; a missing optional file is an empty one.

    Raises
    ------
    FeedError
        With all faults of the first file that has any.
    """
    from clustergeo.networks._feed_columns import plain_table  # noqa: PLC0415 - brings pyarrow

    korean = keeps_korean_time(files.get("agency.txt", b""))
    tables, found, spaced = {}, {}, 0
    contracts = {**FEED, "shapes.txt": SHAPES} if "shapes.txt" in files else FEED
    for name, schema in contracts.items():
        if name not in files:
            tables[name] = check_table(_no_rows(schema), schema, file=name)
            continue
        content = files[name]
        plain = None if encoding and not content.isascii() else plain_table(content, schema)
        if plain is None:
            text, found[name] = feed_text(content, file=name, encoding=encoding, korean=korean)
            spaced += spaced_ids(content, text, _ids(schema))
            plain = _table(text, name, schema, notes)
        tables[name] = plain
        if name in REQUIRED_FILES and tables[name].empty:
            raise FeedError(Fault(name, "has no rows (0)", "export the feed again"))
    notes += encoding_notes(found, encoding)
    notes += cut_notes({name: files[name] for name in contracts if name in files})
    if spaced:
        notes.append(f"{spaced:,} ids ended with a space, which was stripped")
    return tables


def feed_language(tables: dict[str, pd.DataFrame]) -> str:
    """Return the language of the names as the feed states it, or an empty text."""
    for name, column in (("feed_info.txt", "feed_lang"), ("agency.txt", "agency_lang")):
        stated = [str(value) for value in tables[name][column] if value]
        if stated:
            return stated[0].split("-")[0].lower()
    return ""


def feed_timezone(tables: dict[str, pd.DataFrame]) -> str:
    """Return the time zone of a feed; GTFS lets a feed have one.

    Raises
    ------
    FeedError
        With every agency that keeps another time than the first.
    """
    zones = tables["agency.txt"]["agency_timezone"]
    first = str(zones.iloc[0])
    faults = [
        Fault(
            "agency.txt",
            f"differs from the time zone of the first agency ({zone}, {first})",
            "give all agencies of a feed one time zone, or make a feed of each",
            row=row,
            field="agency_timezone",
        )
        for row, zone in enumerate(zones, start=2)
        if zone != first
    ]
    if faults:
        raise FeedError(*faults)
    return first


def _table(text: str, name: str, schema: Schema, notes: list[str]) -> pd.DataFrame:
    try:
        table = parse_csv(text, file=name)
    except InputError as error:
        raise FeedError(*error.faults) from error
    if name == "translations.txt" and "trans_id" in table.columns:
        # The form of before 2019 keys by text and cannot name records.
        notes.append("translations.txt has the form of before 2019; names stay local")
        table = _no_rows(schema)
    return check_table(table, schema, file=name, error=FeedError)


def _no_rows(schema: Schema) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype=object) for column in schema.names})


def _ids(schema: Schema) -> tuple[str, ...]:
    return tuple(name for name in schema.names if name.endswith("_id"))

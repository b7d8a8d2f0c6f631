"""The tables of a study as one Excel workbook: a sheet a table, filters, what each column means.

Names are written as text, whatever they look like, so that none becomes a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pandas as pd

from clustergeo.errors import OutputError
from clustergeo.exhibits._readings import Readings, number
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit
from clustergeo.exhibits.office.extras import extra
from clustergeo.schemas import Schema

__all__ = ["MOST_ROWS", "XLSX", "workbook"]

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the header included; a limit of Excel."""
_Sheet: TypeAlias = Any  # xlsxwriter is an extra, its types are not at hand
_Format: TypeAlias = Any
_MOST_LETTERS: Final = 32_767
_WIDEST: Final = 44
_NARROWEST: Final = 7
_SAMPLED: Final = 200
_WORDS: Final = {
    "title": ("시간표와 지표 (표 묶음)", "Times and measures (workbook)"),
    "caption": ("표 {n}개와 열 설명", "{n} tables and what their columns mean"),
    "notes": ("읽어 두기", "notes"),
    "columns": ("열 설명", "columns"),
    "matrix": ("시간행렬", "matrix"),
    "sheets": ("시트", "Sheets"),
    "rows": ("행 {n}개", "{n} rows"),
    "caveats": ("주의", "What to know"),
    "head": ("표|열|종류|뜻|값|빈칸", "table|column|kind|meaning|values|blank"),
}


def workbook(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, Schema],
    readings: Readings,
    *,
    notes: Sequence[str] = (),
    decimals: Mapping[str, int] | None = None,
) -> Exhibit:
    """Return the tables of a study as one workbook.

    Parameters
    ----------
    tables
        By name; a sheet each, in this order.
    contracts
        What the columns of a table mean, by the name of the table, where it has a contract.
    readings
        The study: title, day, clusters for the sheet of minutes, credits, language.
    notes
        What a reader must know, one sentence each.
    decimals
        Decimals shown by column; cells hold what the table holds.

    Returns
    -------
    exhibit : Exhibit
        The same bytes for the same tables.

    Raises
    ------
    MissingExtraError
        Without the package xlsxwriter.
    OutputError
        If a table has more rows, or a text more letters, than a sheet can hold.
    """
    xlsxwriter = extra("xlsxwriter", name="office", what="a workbook")
    for name, table in tables.items():
        _refuse_too_large(name, table)
    written = io.BytesIO()
    facts, lang = readings.facts, readings.lang
    day = dt.datetime.fromisoformat(facts.date)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(written, options)
    book.set_properties({"title": facts.title(lang), "author": "clustergeo", "created": day})
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    shown = {
        digits: book.add_format({"num_format": "0" + "." * bool(digits) + "0" * digits})
        for digits in sorted({*(decimals or {}).values()})
    }
    _notes(book.add_worksheet(_word(lang, "notes")), tables, readings, notes, (bold, wrapped))
    if readings.clusters:
        _matrices(book.add_worksheet(_word(lang, "matrix")), readings, bold, book.add_format)
    for name, table in tables.items():
        sheet = book.add_worksheet(name[:31])
        formats = {column: shown[d] for column, d in (decimals or {}).items() if column in table}
        _table(sheet, table, contracts.get(name), bold, formats)
    _columns(book.add_worksheet(_word(lang, "columns")), tables, contracts, lang, (bold, wrapped))
    book.close()
    return Exhibit(
        exhibit_id="study",
        title_ko=_WORDS["title"][0],
        title_en=_WORDS["title"][1],
        caption=_word(lang, "caption").format(n=len(tables)),
        media_type=XLSX,
        content=written.getvalue(),
        lang=lang,
    )


def _word(lang: str, key: str) -> str:
    return _WORDS[key][0 if lang == "ko" else 1]


def _refuse_too_large(name: str, table: pd.DataFrame) -> None:
    fix = "use the CSV or the Parquet file of this table"
    if len(table) >= MOST_ROWS:
        message = f"study.xlsx, sheet {name}: too many rows ({len(table):,}) - {fix}"
        raise OutputError(message)
    for column in table.select_dtypes(["object", "string"]):
        longest = table[column].astype(str).str.len().max()
        if longest > _MOST_LETTERS:
            what = f"a text too long for a cell ({longest:,} letters)"
            message = f"study.xlsx, sheet {name}, column {column}: {what} - {fix}"
            raise OutputError(message)


def _notes(
    sheet: _Sheet,
    tables: Mapping[str, pd.DataFrame],
    readings: Readings,
    notes: Sequence[str],
    formats: tuple[Any, Any],
) -> None:
    bold, wrapped = formats
    facts, lang = readings.facts, readings.lang
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    lines: list[tuple[str, str]] = [
        (facts.title(lang), ""),
        ("", readings.finding()),
        ("", readings.basis()),
        ("", readings.evidence()),
        (_word(lang, "caveats"), ""),
        *(("", note) for note in notes),
        (say(lang, "credits"), ""),
        *(("", credit) for credit in facts.credits),
        (_word(lang, "sheets"), ""),
        *((name, _word(lang, "rows").format(n=f"{len(t):,}")) for name, t in tables.items()),
    ]
    for row, (head, text) in enumerate(lines):
        sheet.write_string(row, 0, head, bold if head and not text else None)
        sheet.write_string(row, 1, text, wrapped)


def _matrices(
    sheet: _Sheet, readings: Readings, bold: _Format, add_format: Callable[..., Any]
) -> None:
    """Write minutes between the clusters and to the capital, a block a mode, coloured by value."""
    minutes = add_format({"num_format": "0"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(readings.clusters) + 1, 12)
    row = 0
    for mode in readings.modes:
        lang = readings.lang
        sheet.write_string(row, 0, f"{say(lang, mode)}: {say(lang, 'door_to_door')}", bold)
        heads = [readings.capital, *(readings.name(each) for each in readings.clusters)]
        for column, head in enumerate(heads, start=1):
            sheet.write_string(row + 1, column, head, bold)
        for line, from_id in enumerate(readings.clusters, start=row + 2):
            sheet.write_string(line, 0, readings.name(from_id))
            for column, to_id in enumerate((readings.capital_id, *readings.clusters), start=1):
                value = readings.minutes(mode, from_id, to_id)
                if value == value:  # noqa: PLR0124 - not NaN
                    sheet.write_number(line, column, value, minutes)
        last = row + 1 + len(readings.clusters)
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E69F00"}
        sheet.conditional_format(row + 2, 1, last, len(heads), scale)
        row = last + 3


def _table(
    sheet: _Sheet,
    table: pd.DataFrame,
    contract: Schema | None,
    bold: _Format,
    formats: Mapping[str, Any],
) -> None:
    meanings = {column.name: column.description for column in contract.columns} if contract else {}
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(map(str, table.columns)):
        sheet.write_string(0, place, name, bold)
        if meanings.get(name):
            sheet.write_comment(0, place, meanings[name], {"x_scale": 2})
        cells = table[name].tolist()
        numeric = pd.api.types.is_numeric_dtype(table[name].dtype)
        for row, cell in enumerate(cells, start=1):
            if pd.isna(cell):
                continue
            if numeric:
                sheet.write_number(row, place, number(cell), formats.get(name))
            else:
                sheet.write_string(row, place, str(cell))
        wide = max([len(name) + 3, *(len(str(cell)) for cell in cells[:_SAMPLED])])
        sheet.set_column(place, place, min(max(wide, _NARROWEST), _WIDEST))
    if len(table.columns):
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)


def _columns(
    sheet: _Sheet,
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, Schema],
    lang: str,
    formats: tuple[Any, Any],
) -> None:
    """Write what every column of every table means, from the contracts."""
    bold, wrapped = formats
    for place, head in enumerate(_word(lang, "head").split("|")):
        sheet.write_string(0, place, head, bold)
    for place, wide in enumerate((18, 22, 9, 70, 40, 7)):
        sheet.set_column(place, place, wide)
    sheet.freeze_panes(1, 0)
    row = 0
    for name in tables:
        for column in contracts[name].columns if name in contracts else ():
            row += 1
            told = (name, column.name, column.kind, column.description)
            for place, text in enumerate((*told, ", ".join(column.choices))):
                sheet.write_string(row, place, text, wrapped)
            sheet.write_string(row, 5, "yes" if column.blank else "no")

"""Sheets as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits.sheets.sheet import Sheet, SheetTable

__all__ = ["sheets_markdown"]

# What would start a tag, an entity, a link, emphasis, code or a cell.
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|&#~])")


def sheets_markdown(sheets: Sequence[Sheet]) -> str:
    r"""Return sheets one after the other as Markdown with pipe tables.

    Parameters
    ----------
    sheets
        What is written; texts are escaped.

    Examples
    --------
    >>> print(sheets_markdown([Sheet(lang="en", title="A|B", finding="It is so.", parts=())]))
    # A\|B
    <BLANKLINE>
    It is so.
    <BLANKLINE>
    """
    return "\n---\n\n".join("\n".join(_lines(sheet)) + "\n" for sheet in sheets)


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# {_plain(sheet.title)}"
    yield ""
    yield _plain(sheet.finding)
    for part in sheet.parts:
        yield ""
        yield f"## {_plain(part.heading)}"
        if part.table:
            yield ""
            yield from _table(part.table)
        if part.lines:
            yield ""
            yield from (f"- {_plain(line)}" for line in part.lines)


def _table(table: SheetTable) -> Iterator[str]:
    yield f"{_plain(table.caption)}:"
    yield ""
    width = len(table.head or table.rows[0])
    yield _row(table.head or ("",) * width)
    yield _row(
        ("---", *(("---:",) * (width - 1) if table.head else ("---",) * (width - 1))), raw=True
    )
    for number, row in enumerate(table.rows, start=1):
        total = table.total and number == len(table.rows)
        yield _row(
            [f"**{_plain(cell)}**" if total and cell else _plain(cell) for cell in row], raw=True
        )


def _row(cells: Sequence[str], *, raw: bool = False) -> str:
    return f"| {' | '.join(cell if raw else _plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))

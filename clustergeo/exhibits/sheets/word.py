"""Sheets as a Word file, the same bytes for the same sheets; needs the extra ``office``."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits.office.document import repacked
from clustergeo.exhibits.office.extras import extra
from clustergeo.exhibits.sheets.sheet import Sheet, SheetTable

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["sheets_docx"]

_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the file format holds no zone
_FONT: Final = "Malgun Gothic"
_EAST_ASIAN: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"


def sheets_docx(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as a .docx file, each on a page of its own.

    Parameters
    ----------
    sheets
        What is written.

    Returns
    -------
    content : bytes
        A file. It holds no time of writing and no name of who wrote it.

    Raises
    ------
    MissingExtraError
        If python-docx is not installed.

    Examples
    --------
    >>> sheet = Sheet(lang="en", title="A link", finding="It is so.", parts=())
    >>> sheets_docx([sheet]) == sheets_docx([sheet])
    True
    """
    docx = extra("docx", name="office", what="a Word file")
    document: Document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = _FONT
    for name in ("Normal", "Heading 1", "Heading 2"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(_EAST_ASIAN, _FONT)
    for number, sheet in enumerate(sheets):
        if number:
            document.add_page_break()  # type: ignore[no-untyped-call]
        _add(document, sheet)
    told = document.core_properties
    told.author = told.last_modified_by = told.comments = ""
    told.title = one_line(sheets[0].title) if sheets else ""
    told.created = told.modified = _MADE
    made = io.BytesIO()
    document.save(made)
    return repacked(made.getvalue())


def _add(document: Document, sheet: Sheet) -> None:
    document.add_heading(one_line(sheet.title), 1)
    document.add_paragraph(one_line(sheet.finding))
    for part in sheet.parts:
        document.add_heading(one_line(part.heading), 2)
        if part.table:
            _add_table(document, part.table)
        for line in part.lines:
            document.add_paragraph(one_line(line), style="List Bullet")


def _add_table(document: Document, table: SheetTable) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra

    document.add_paragraph(one_line(table.caption), style="Caption")
    rows = [table.head, *table.rows] if table.head else list(table.rows)
    grid = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for number, texts in enumerate(rows):
        strong = (number == 0) if table.head else False
        strong |= table.total and number == len(rows) - 1
        cells = grid.rows[number].cells
        for column, text in enumerate(texts):
            paragraph = cells[column].paragraphs[0]
            paragraph.add_run(one_line(text)).bold = strong or (not table.head and column == 0)
            if table.head and column:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

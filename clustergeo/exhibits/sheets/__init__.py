"""Sheets to be signed or sent: headings, tables and lists as Markdown, HTML and Word files."""

from __future__ import annotations

from clustergeo.exhibits.sheets.html import sheets_html
from clustergeo.exhibits.sheets.markdown import sheets_markdown
from clustergeo.exhibits.sheets.sheet import Part, Sheet, SheetTable
from clustergeo.exhibits.sheets.word import sheets_docx

__all__ = ["Part", "Sheet", "SheetTable", "sheets_docx", "sheets_html", "sheets_markdown"]

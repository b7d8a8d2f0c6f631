"""Sheets as one HTML file: it opens, prints and pastes into a word processor offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._webfont import EMBEDDED_FAMILY, font_face
from clustergeo.exhibits.sheets.sheet import Sheet, SheetTable

__all__ = ["sheets_html"]

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_STYLE: Final = """
body { font: 15px/1.55 "Pretendard", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans KR",
  "Noto Sans CJK KR", "NanumGothic", "FAMILY", system-ui, sans-serif; color: #1a1a1a;
  background: #fff; margin: 0; }
article { max-width: 880px; margin: 0 auto; padding: 28px 24px 36px; }
article + article { border-top: 2px solid #d9d9d9; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 8px; }
.finding { font-size: 17px; margin: 0 0 20px; }
h2 { font-size: 17px; margin: 26px 0 6px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: #595959; padding: 0 0 6px; font-size: 13px; }
th, td { border: 1px solid #bfbfbf; padding: 5px 9px; text-align: left; vertical-align: top; }
thead th { background: #f2f2f2; font-weight: 600; }
tbody th { font-weight: 400; }
.facts tbody th { width: 32%; background: #f2f2f2; font-weight: 600; }
.numbers td, .numbers thead th + th { text-align: right; }
.total th, .total td { font-weight: 700; border-top: 2px solid #1a1a1a; }
ul { margin: 6px 0; padding-left: 20px; }
li { margin: 3px 0; overflow-wrap: anywhere; }
@media print {
  @page { size: A4; margin: 16mm; }
  body { font-size: 10.5pt; }
  article { max-width: none; padding: 0; }
  article + article { border: 0; break-before: page; }
  h2 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  .wide { overflow: visible; }
}
""".replace("FAMILY", EMBEDDED_FAMILY)


def sheets_html(sheets: Sequence[Sheet]) -> str:
    """Return sheets one after the other as a self-contained HTML file.

    Parameters
    ----------
    sheets
        What is written, at least one; texts are escaped.

    Examples
    --------
    >>> page = sheets_html([Sheet(lang="en", title="<b>", finding="It is so.", parts=())])
    >>> "<h1>&#60;b&#62;</h1>" in page
    True
    """
    articles = [line for sheet in sheets for line in _article(sheet)]
    font = font_face("\n".join(articles))
    lines = [
        "<!doctype html>",
        f'<html lang="{sheets[0].lang}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(sheets[0].title)}</title>",
        f"<style>{font}{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        *articles,
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _article(sheet: Sheet) -> Iterator[str]:
    yield f'<article lang="{sheet.lang}">'
    yield f"<h1>{escape(sheet.title)}</h1>"
    yield f'<p class="finding">{escape(sheet.finding)}</p>'
    for part in sheet.parts:
        yield "<section>"
        yield f"<h2>{escape(part.heading)}</h2>"
        if part.table:
            yield from _table(part.table)
        if part.lines:
            yield "<ul>"
            yield from (f"<li>{escape(line)}</li>" for line in part.lines)
            yield "</ul>"
        yield "</section>"
    yield "</article>"


def _table(table: SheetTable) -> Iterator[str]:
    # A wide table scrolls by itself; a keyboard must reach it.
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.caption)}">'
    yield f'<table class="{"numbers" if table.head else "facts"}">'
    yield f"<caption>{escape(table.caption)}</caption>"
    if table.head:
        cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in table.head)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    for number, (label, *texts) in enumerate(table.rows, start=1):
        total = ' class="total"' if table.total and number == len(table.rows) else ""
        cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
        yield f'<tr{total}><th scope="row">{escape(label)}</th>{cells}</tr>'
    yield "</tbody></table></div>"

"""Sheets: nothing in a text gets out of it, every format tells the same, the same bytes twice."""

from __future__ import annotations

import io
import sys
import zipfile
from html.parser import HTMLParser

import pytest

from clustergeo.errors import MissingExtraError
from clustergeo.exhibits.sheets import Part, Sheet, SheetTable, sheets_docx, sheets_html
from clustergeo.exhibits.sheets.markdown import sheets_markdown

HOSTILE = "<script>alert(1)</script> | `a` [b](c) 대전"
TABLE = SheetTable(
    caption=HOSTILE,
    head=("Party", "Won"),
    rows=(("Daejeon", "1"), (HOSTILE, "2"), ("Sum", "3")),
    total=True,
)
FACTS = SheetTable(caption="Facts", rows=(("Sector", HOSTILE),))
SHEETS = (
    Sheet(
        lang="ko",
        title=HOSTILE,
        finding="One\nline",
        parts=(
            Part(heading="A", table=TABLE, lines=(HOSTILE,)),
            Part(heading="B", table=FACTS),
        ),
    ),
    Sheet(lang="en", title="English", finding="", parts=(Part(heading="C", lines=("x",)),)),
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.langs: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        if tag == "article":
            self.langs.append(dict(attrs)["lang"])

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_self_contained_and_escaped() -> None:
    page = sheets_html(SHEETS)
    tags = _Tags()
    tags.feed(page)
    assert not {"script", "img", "link", "a"} & set(tags.opened)
    assert tags.langs == ["ko", "en"]
    assert tags.opened.count("caption") == tags.opened.count("table") == 2
    assert tags.text.count(HOSTILE) == 6  # title twice, caption, cell, item, fact; not the label
    assert "http" not in page.replace("http-equiv", "")
    assert "@media print" in page
    assert page == sheets_html(SHEETS)


def test_markdown_keeps_its_tables() -> None:
    text = sheets_markdown(SHEETS)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    plain = [line.replace("\\|", "") for line in rows]
    assert all(line.count("|") == 3 for line in plain)
    assert "<script" not in text.replace("\\<", "")
    assert "| **Sum** | **3** |" in rows
    assert text.count("\n---\n") == 1


def test_word_holds_the_same_and_no_time_of_writing() -> None:
    docx = pytest.importorskip("docx")
    content = sheets_docx(SHEETS)
    assert content == sheets_docx(SHEETS)
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        assert {member.date_time[0] for member in members.infolist()} == {1980}
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells == ["Party", "Won", "Daejeon", "1", HOSTILE, "2", "Sum", "3", "Sector", HOSTILE]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert HOSTILE in texts
    assert "One line" in texts
    assert document.core_properties.author == ""


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"clustergeo\[office\]"):
        sheets_docx(SHEETS)

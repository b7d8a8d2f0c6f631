"""The report as a .hwpx file of Hangul: its texts and tables; figures stay in the page."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import count
from typing import Final

from clustergeo.exhibits.exhibit import Exhibit
from clustergeo.exhibits.office.document import repacked
from clustergeo.exhibits.office.extras import extra
from clustergeo.exhibits.office.story import Block, Story

__all__ = ["HWPX", "hangul"]

HWPX: Final = "application/hwp+zip"
_ID: Final = re.compile(rb"(<hp:(?:p|tbl)\b[^>]*? id=\")\d+(?=\")")


def hangul(story: Story) -> Exhibit:
    """Return the texts and tables of a report as a .hwpx file.

    Parameters
    ----------
    story
        What it says.

    Raises
    ------
    MissingExtraError
        Without the package python-hwpx.
    """
    hwpx = extra("hwpx", name="hwpx", what="a Hangul file")
    made = hwpx.HwpxDocument.new()
    made.add_paragraph(story.title)
    made.add_paragraph(story.basis)
    for block in story.blocks:
        for line in _lines(block):
            made.add_paragraph(line)
        if block.grid is not None:
            made.add_paragraph(block.grid.caption)
            table = made.add_table(1 + len(block.grid.rows), len(block.grid.head))
            for row, texts in enumerate((block.grid.head, *block.grid.rows)):
                for column, text in enumerate(texts):
                    table.set_cell_text(row, column, text)
    for credit in story.credits:
        made.add_paragraph(credit)
    return Exhibit(
        exhibit_id="report",
        title_ko="보고서 (한글)",
        title_en="Report (Hangul)",
        caption=story.title,
        media_type=HWPX,
        content=repacked(_numbered(made.to_bytes())),
        lang=story.lang,
    )


def _lines(block: Block) -> list[str]:
    shown = f"{block.caption} ({block.alt})" if block.figure is not None else ""
    bullets = [f"· {line}" for line in block.bullets]
    return [line for line in (block.heading, block.text, *bullets, shown) if line]


def _numbered(archive: bytes) -> bytes:
    """Return the file with paragraphs and tables numbered: their ids are random, and unused."""
    number = count(1)
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            if member.filename.startswith("Contents/section"):
                content = _ID.sub(lambda found: found[1] + b"%d" % next(number), content)
            new.writestr(member, content)
    return written.getvalue()

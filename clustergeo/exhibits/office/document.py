"""The report as a Word file: styles of its own, captions, header rows, alternative texts."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any, Final, TypeAlias

from clustergeo.exhibits.exhibit import Exhibit
from clustergeo.exhibits.office.extras import extra
from clustergeo.exhibits.office.grid import Grid
from clustergeo.exhibits.office.pictures import PAGE_PX, lighter
from clustergeo.exhibits.office.story import Block, Story

__all__ = ["DOCX", "document", "repacked"]

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT: Final = "맑은 고딕"  # every Korean Windows has it; others replace it
_WIDTH_CM: Final = 16.5
_MARGIN_CM: Final = 2.2
_Document: TypeAlias = Any  # python-docx is an extra, its types are not at hand
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can tell
_UNIX: Final = 3  # whatever system writes it


def document(story: Story) -> Exhibit:
    """Return a report as a .docx file, A4, the same bytes for the same story.

    Parameters
    ----------
    story
        What it says.

    Raises
    ------
    MissingExtraError
        Without the package python-docx.
    """
    docx = extra("docx", name="office", what="a Word file")
    made: Any = docx.Document()
    _set_up(made, story)
    made.add_heading(story.title, level=0)
    made.add_paragraph(story.basis).style = "Subtitle"
    for block in story.blocks:
        _add(made, block)
    for credit in story.credits:
        made.add_paragraph(credit, style="Caption")
    written = io.BytesIO()
    made.save(written)
    return Exhibit(
        exhibit_id="report",
        title_ko="보고서 (Word)",
        title_en="Report (Word)",
        caption=story.title,
        media_type=DOCX,
        content=repacked(written.getvalue()),
        lang=story.lang,
    )


def repacked(archive: bytes) -> bytes:
    """Return a zip archive with the same members and no times: the same bytes every time.

    Parameters
    ----------
    archive
        A whole zip file.
    """
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            named = zipfile.ZipInfo(member.filename, _FIRST_DAY)
            named.compress_type = member.compress_type
            named.create_system = _UNIX
            new.writestr(named, old.read(member))
    return written.getvalue()


def _set_up(made: _Document, story: Story) -> None:
    """Set paper, fonts and the properties of the file."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - an extra
    from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    styled: Any
    for styled in made.styles:
        if styled.element.rPr is None and styled.name not in {"Normal", "Title"}:
            continue
        if styled.type != 1 and styled.name != "Normal":  # paragraph styles
            continue
        styled.font.name = _FONT
        fonts = styled.element.rPr.get_or_add_rFonts()
        for kind in ("w:eastAsia", "w:hAnsi", "w:ascii"):
            fonts.set(qn(kind), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    made.styles["Normal"].font.size = Pt(10)
    made.styles["Title"].font.size = Pt(18)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Caption"):
        made.styles[name].font.color.rgb = RGBColor(0x1B, 0x1B, 0x1B)
    day = dt.datetime.fromisoformat(story.date)
    told = made.core_properties
    told.title, told.author, told.comments = story.title, "clustergeo", ""
    told.created = told.modified = day
    told.last_modified_by, told.revision = "clustergeo", 1
    told.language = "ko-KR" if story.lang == "ko" else "en-GB"


def _add(made: _Document, block: Block) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - an extra

    if block.page_break:
        made.add_page_break()
    if block.heading:
        made.add_heading(block.heading, level=block.level)
    if block.text:
        made.add_paragraph(block.text, style="Intense Quote" if block.quote else None)
    for line in block.bullets:
        made.add_paragraph(line, style="List Bullet")
    if block.figure is not None:
        shape = made.add_picture(
            io.BytesIO(lighter(block.figure.content, width_px=PAGE_PX)), width=Cm(_WIDTH_CM)
        )
        told = shape._inline.docPr  # noqa: SLF001 - python-docx has no public way to the alt text
        told.set("descr", block.alt)
        told.set("name", block.figure.exhibit_id)
        made.add_paragraph(block.caption, style="Caption")
    if block.grid is not None:
        _add_grid(made, block.grid)


def _add_grid(made: _Document, grid: Grid) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    caption = made.add_paragraph(grid.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    columns = len(grid.head)
    table: Any = made.add_table(rows=1 + len(grid.rows), cols=columns, style="Light Grid Accent 1")
    table.autofit = False
    shares = grid.widths or (1,) * columns
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(_WIDTH_CM * share / sum(shares))
    repeated = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - no public way
    repeated.append(OxmlElement("w:tblHeader"))
    for row, texts in enumerate((grid.head, *grid.rows)):
        for column, (cell, text) in enumerate(zip(table.rows[row].cells, texts, strict=True)):
            cell.width = Cm(_WIDTH_CM * shares[column] / sum(shares))
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(8.5)
            run.bold = row == 0 or (row - 1, column) in grid.strong
            paragraph.paragraph_format.space_after = Pt(0)
            if grid.numeric[column]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph()

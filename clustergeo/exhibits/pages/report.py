"""The report as one page of HTML: read on a screen, printed on A4."""

from __future__ import annotations

from markupsafe import Markup

from clustergeo.exhibits.exhibit import Exhibit
from clustergeo.exhibits.office.pictures import PAGE_PX, lighter
from clustergeo.exhibits.office.story import Story
from clustergeo.exhibits.pages.page import picture_address, render_page

__all__ = ["report_page"]


def report_page(story: Story) -> Exhibit:
    """Return a report as one HTML file that opens and prints without a network.

    Parameters
    ----------
    story
        What it says.
    """
    content = render_page("report.html.jinja", story=story, lang=story.lang, address=_address)
    return Exhibit(
        exhibit_id="report",
        title_ko="보고서",
        title_en="Report",
        caption=story.title,
        media_type="text/html",
        content=content,
        lang=story.lang,
    )


def _address(picture: bytes) -> Markup:
    return picture_address(lighter(picture, width_px=PAGE_PX))

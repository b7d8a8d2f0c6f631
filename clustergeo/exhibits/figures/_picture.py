"""A drawn sheet as an exhibit."""

from __future__ import annotations

from clustergeo.exhibits.exhibit import Exhibit, Language
from clustergeo.exhibits.figures.sheet import PREVIEW_DPI, Sheet

__all__ = ["picture"]


def picture(
    sheet: Sheet, exhibit_id: str, titles: tuple[str, str], caption: str, lang: Language
) -> Exhibit:
    """Return a sheet as a PNG exhibit with its preview."""
    return Exhibit(
        exhibit_id=exhibit_id,
        title_ko=titles[0],
        title_en=titles[1],
        caption=caption,
        media_type="image/png",
        content=sheet.png(),
        lang=lang,
        preview=sheet.png(dpi=PREVIEW_DPI),
    )

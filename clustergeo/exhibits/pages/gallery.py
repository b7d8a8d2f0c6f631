"""The gallery: the answer first, then the exhibits, the tables and how all was computed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from clustergeo.errors import UsageError
from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits._tables import claims_table, minutes_table, statement_block
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.pages.page import picture_address, render_page

__all__ = ["gallery"]

_HEADINGS = ("answer", "claims", "exhibits", "files", "method", "credits", "open", "file")


def gallery(
    exhibits: Mapping[str, Exhibit],
    tables: StudyTables,
    *,
    facts: StudyFacts,
    files: Mapping[str, tuple[str, str]] | None = None,
    lang: Language = "ko",
    lead: str = "",
) -> Exhibit:
    """Build the page that opens first: headline minutes, verdicts, exhibits, tables, method.

    Parameters
    ----------
    exhibits
        By the address relative to the page, such as ``figures/dumbbell.png``; in this order.
    tables
        Places and times are needed; claims are listed where they are given.
    facts
        Title, dates, settings and credits.
    files
        Tables to list: address relative to the page to a description in Korean and in English.
    lang
        Language that comes first; headings stand in both.
    lead
        A sentence under the title; the finding computed from the times where it is blank.

    Returns
    -------
    exhibit : Exhibit
        One HTML file that opens without a network.

    Raises
    ------
    UsageError
        If an address is not a relative one, or a place is missing.
    """
    readings = Readings(tables, facts, lang)
    other: Language = "en" if lang == "ko" else "ko"
    finding = lead or readings.finding()
    content = render_page(
        "gallery.html.jinja",
        lang=lang,
        other=other,
        title=facts.title(lang),
        title_other=facts.title(other),
        finding=one_line(finding),
        finding_more=one_line(readings.nearest_finding()),
        finding_other=one_line(Readings(tables, facts, other).finding()),
        minutes=[minutes_table(mode, readings) for mode in readings.modes],
        statement=statement_block(readings),
        claims=claims_table(readings),
        cards=[_card(href, exhibit) for href, exhibit in exhibits.items()],
        files=[
            (_address(href), one_line(ko if lang == "ko" else en), one_line(href))
            for href, (ko, en) in (files or {}).items()
        ],
        basis=readings.basis(),
        evidence=readings.evidence(),
        settings=list(facts.settings.items()),
        credits=facts.credits,
        note=say(lang, "headline_note", capital=readings.capital),
        words={key: say(lang, key) for key in _HEADINGS},
        words_other={key: say(other, key) for key in _HEADINGS},
    )
    return Exhibit(
        exhibit_id="index",
        title_ko=facts.title_ko,
        title_en=facts.title_en,
        caption=finding,
        media_type="text/html",
        content=content,
        lang=lang,
    )


def _card(href: str, exhibit: Exhibit) -> dict[str, object]:
    return {
        "href": _address(href),
        "title": one_line(exhibit.title),
        "title_other": one_line(exhibit.title_en if exhibit.lang == "ko" else exhibit.title_ko),
        "caption": one_line(exhibit.caption),
        "picture": picture_address(exhibit.preview),
    }


def _address(href: str) -> str:
    """Return a relative address, or refuse it: the page must not lead elsewhere."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or href.startswith("/") or "\\" in href or not href.strip():
        message = f"not a relative address ({href}) - name a file below the page"
        raise UsageError(message)
    return quote(href)

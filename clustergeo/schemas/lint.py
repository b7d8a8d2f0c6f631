"""Contracts of the lint of a timetable feed: what it reads beyond routing, and what it reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.gtfs import FEED, FEED_INFO

__all__ = ["FINDINGS", "GRADES", "LINTED", "SEVERITIES"]

SEVERITIES: Final = ("error", "warning", "info")
"""From what makes results wrong, over what may, to what is good to know."""

GRADES: Final = ("published", "derived", "estimated")
"""How well a threshold is founded."""

FINDINGS: Final = Schema(
    "findings",
    (
        Column("severity", choices=SEVERITIES),
        Column("check", description="stable name of the rule that was broken"),
        Column("file", description="file of the feed; its source where it is the feed as a whole"),
        Column("row", "integer", "first row at fault; the header is 1", blank=True, minimum=1),
        Column("field", description="column at fault", blank=True),
        Column("value", description="what stands there", blank=True),
        Column("what", description="what is wrong"),
        Column("remedy", description="how to mend it, as an imperative"),
        Column("count", "integer", "rows this finding stands for", minimum=1),
    ),
)

LINTED: Final = {
    **FEED,
    "feed_info.txt": replace(
        FEED_INFO,
        columns=(
            *FEED_INFO.columns,
            Column("feed_start_date", "date", optional=True, blank=True),
            Column("feed_end_date", "date", optional=True, blank=True),
        ),
    ),
}
"""The contract of each file, with the dates that routing has no use for."""

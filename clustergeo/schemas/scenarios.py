"""Contract of the table that a scenario comes to: each pair before and after."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE, MODES, STATUSES

__all__ = ["BEFORE_AFTER", "CHANGES"]

CHANGES: Final = ("faster", "slower", "mixed", "unchanged", "new", "lost", "no_trip")
"""What became of a pair.

faster, slower: some departures got faster (slower) and none the other way. mixed: both. unchanged:
no departure differs by as much as a hundredth of a minute. new: there was no time before, or no
such place. lost: there is none any more. no_trip: there is none before or after.
"""

_PERCENTILE = "over the departures that find a trip before and after"

BEFORE_AFTER: Final = Schema(
    "before and after",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("mode", choices=MODES),
        Column("before_min", "number", "median minutes before", blank=True, minimum=0),
        Column("after_min", "number", "median minutes after", blank=True, minimum=0),
        Column("difference_min", "number", "after less before: below 0 is faster", blank=True),
        Column("p10_difference_min", "number", f"10th percentile {_PERCENTILE}", blank=True),
        Column("p50_difference_min", "number", f"median {_PERCENTILE}", blank=True),
        Column("p90_difference_min", "number", f"90th percentile {_PERCENTILE}", blank=True),
        Column("better_share", "number", "share of departures faster", minimum=0, maximum=1),
        Column("worse_share", "number", "share of departures slower", minimum=0, maximum=1),
        Column("departures", "integer", "departures compared, draws included", minimum=0),
        Column("change", choices=CHANGES),
        Column("status_before", choices=STATUSES, blank=True),
        Column("status_after", choices=STATUSES, blank=True),
        Column("evidence", "text", "weakest of the two times", choices=EVIDENCE, blank=True),
    ),
    key=("from_id", "to_id", "mode"),
)

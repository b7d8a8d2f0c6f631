"""Contracts of who gains by a scenario, and of who pays for it."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE, MODES

__all__ = ["COST_REASONS", "COST_SPLIT", "GAINS", "GAIN_REASONS", "LEVELS", "TARGETS"]

LEVELS: Final = ("cell", "sigungu", "government", "sido")
"""Areas: cells of the grid, municipalities (si, gun, gu), who signs agreements, provinces.

government: a si or gun of a province, with all gu of the si; a metropolitan city, Sejong or Jeju
as a whole.
"""

TARGETS: Final = ("clusters", "capital")
"""Where people go: to the mean employee of all clusters, or to the nearest capital point."""

GAIN_REASONS: Final = ("no_time", "no_time_before", "no_time_after", "some_clusters")
"""Why minutes are blank, or stand for fewer trips.

no_time: none before or after. no_time_before, no_time_after: only the other one, so that nothing
can be subtracted. some_clusters: over the clusters that are reached before and after.
"""

COST_REASONS: Final = (
    *("not_the_basis", "no_time", "no_gain", "below_least", "no_one_signs", "no_cost"),
)
"""Why a cell of the costs is blank.

not_the_basis: costs are split by other rows. no_time: nothing can be said of it. no_gain: it does
not gain. below_least: it gains less than who signs. no_one_signs: nobody does. no_cost: the
scenario states none.
"""

_OF_TIMED = "over its people with a time before and after"

GAINS: Final = Schema(
    "gains",
    (
        Column("level", choices=LEVELS),
        Column("area_id", description="x_y of a cell, else code of Statistics Korea, 2018"),
        Column("name_en", blank=True),
        Column("name_ko", blank=True),
        Column("x", "number", "centre of a cell, EPSG:5179, metres", blank=True),
        Column("y", "number", "centre of a cell, EPSG:5179, metres", blank=True),
        Column("population", "integer", "people who live there", minimum=0),
        Column("timed_population", "integer", "those with a time before and after", minimum=0),
        Column("new_population", "integer", "those with a time only after", minimum=0),
        Column("lost_population", "integer", "those with a time only before", minimum=0),
        Column("target", choices=TARGETS),
        Column("mode", choices=MODES),
        Column("before_min", "number", f"mean {_OF_TIMED}", blank=True, minimum=0),
        Column("after_min", "number", f"mean {_OF_TIMED}", blank=True, minimum=0),
        Column("saved_min", "number", "before less after: below 0 is a loss", blank=True),
        Column("saved_person_min", "number", "population x minutes saved", blank=True),
        Column("gained_person_min", "number", "that of the cells that gain", blank=True),
        Column("lost_person_min", "number", "that of the cells that lose", blank=True),
        Column("share", "number", "of what the region saves, losses off", blank=True),
        Column("reason", choices=GAIN_REASONS, blank=True),
        Column("share_reason", choices=("no_time", "no_net_gain"), blank=True),
        Column("cost_share", "number", "of the local cost", blank=True, minimum=0, maximum=1),
        Column("cost_krw_bn", "number", "billion won", blank=True, minimum=0),
        Column("cost_reason", choices=COST_REASONS, blank=True),
        Column("evidence", choices=EVIDENCE),
    ),
    key=("level", "area_id", "target", "mode"),
)

COST_SPLIT: Final = Schema(
    "cost split",
    (
        Column("party", choices=("national", "government")),
        Column("area_id", blank=True),
        Column("name_en"),
        Column("name_ko"),
        Column("population", "integer", blank=True, minimum=0),
        Column("saved_min", "number", "by all modes, mean over all its people", blank=True),
        Column("saved_person_min", "number", "by all modes that change", blank=True),
        Column("benefit_share", "number", "of what the region saves", blank=True),
        Column("signs", choices=("yes", "no")),
        Column("local_share", "number", "of the local cost", blank=True, minimum=0, maximum=1),
        Column("cost_share", "number", "of the whole cost", blank=True, minimum=0, maximum=1),
        Column("cost_krw_bn", "number", "billion won", blank=True, minimum=0),
        Column("reason", choices=COST_REASONS, blank=True),
        Column("evidence", choices=EVIDENCE),
    ),
    key=("party", "area_id"),
)

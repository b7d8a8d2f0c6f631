"""Contracts of what each part of a package of scenarios brings."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE, MODES

__all__ = ["ATTRIBUTION", "ATTRIBUTION_REASONS", "INTERACTIONS", "TARGETS", "WHOLE"]

WHOLE: Final = "package"
"""The unit that is all units together."""

TARGETS: Final = ("clusters", "capital")
"""Where the trips lead whose mean is taken.

clusters: every ordered pair of clusters. capital: from every cluster to every capital point.
"""

ATTRIBUTION_REASONS: Final = ("no_pairs", "too_many_units")
"""Why there are no minutes: no pair has a trip in every subset, or there are more units than of
which every subset is computed."""

_SAVED = "mean minutes saved a trip; below 0 is slower"

ATTRIBUTION: Final = Schema(
    "attribution",
    (
        Column("unit_id", description=f"part of the package; {WHOLE}: all of them"),
        Column("mode", choices=MODES),
        Column("target", choices=TARGETS),
        Column("pairs", "integer", "pairs that have a trip in every subset", minimum=0),
        Column("alone_min", "number", f"{_SAVED}: by it alone", blank=True),
        Column("left_out_min", "number", f"{_SAVED}: lost if it alone is left out", blank=True),
        Column("shapley_min", "number", f"{_SAVED}: mean over all orders", blank=True),
        Column("shapley_share", "number", "part of the package", blank=True),
        Column("reason", choices=ATTRIBUTION_REASONS, blank=True),
        Column("evidence", "text", "weakest of its inputs", choices=EVIDENCE, blank=True),
        Column("edits", description="what it consists of"),
    ),
    key=("unit_id", "mode", "target"),
)

INTERACTIONS: Final = Schema(
    "interactions",
    (
        Column("unit_id"),
        Column("other_id"),
        Column("mode", choices=MODES),
        Column("target", choices=TARGETS),
        Column("pairs", "integer", "pairs that have a trip in every subset", minimum=0),
        Column(
            "interaction_min",
            "number",
            "Shapley interaction index: above 0 they help each other, below 0 bring the same",
            blank=True,
        ),
        Column("reason", choices=ATTRIBUTION_REASONS, blank=True),
        Column("evidence", "text", "weakest of its inputs", choices=EVIDENCE, blank=True),
    ),
    key=("unit_id", "other_id", "mode", "target"),
)

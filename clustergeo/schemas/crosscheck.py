"""Contract of our times beside those of another engine."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema

__all__ = ["CROSSCHECK"]

CROSSCHECK: Final = Schema(
    "crosscheck",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("minutes", "number", "ours; blank where there is no trip", blank=True, minimum=0),
        Column("peer_min", "number", "of the other engine", blank=True, minimum=0),
        Column(
            "difference_s",
            "number",
            "ours minus the other, seconds; blank unless both found a trip",
            blank=True,
        ),
    ),
    key=("from_id", "to_id"),
)
"""Pairs of a place with itself are left out."""

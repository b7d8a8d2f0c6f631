"""Contract of an origin-destination matrix: what is kept of a trip when there are millions."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE

__all__ = ["OD_MATRIX", "OD_STATUSES"]

OD_STATUSES: Final = ("ok", "no_path", "off_network", "beyond_limit", "same_place")
"""Those reason codes of ``schemas.results.STATUSES`` that a drive can have."""

OD_MATRIX: Final = Schema(
    "od matrix",
    (
        Column("from_id", description="origin"),
        Column("to_id", description="destination"),
        Column("minutes", "number", "door-to-door minutes", blank=True, minimum=0),
        Column("status", choices=OD_STATUSES),
        Column(
            "evidence",
            description="of the weakest speed in the network and the two places: routes are not "
            "traced",
            choices=EVIDENCE,
            blank=True,
        ),
    ),
    key=("from_id", "to_id"),
)

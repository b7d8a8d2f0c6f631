"""Which contract each table of a study keeps, for what documents and exports them."""

from __future__ import annotations

from typing import Final

from clustergeo.schemas import results, validation
from clustergeo.schemas._schema import Schema
from clustergeo.schemas.profiles import COMPARED

__all__ = ["OUTPUTS"]

OUTPUTS: Final[dict[str, Schema]] = {
    "times": results.TIMES,
    "modes": COMPARED,
    "snaps": results.SNAPS,
    "isolation": results.ISOLATION,
    "stability": results.STABILITY,
    "stability_summary": results.STABILITY_SUMMARY,
    "peers": results.PEERS,
    "claims": results.CLAIMS,
    "claim_verdicts": results.CLAIM_VERDICTS,
    "pilot_regions": results.PILOT_REGIONS,
    "validation": validation.VALIDATION,
    "validation_pairs": validation.VALIDATION_PAIRS,
}
"""Contract by the name of the table's file."""

"""SO WHAT: statements about travel times held against the times themselves."""

from __future__ import annotations

from clustergeo.claims.claim import Claim, Comparison, Side, load_claims
from clustergeo.claims.validation import compare_with_published, summarise_errors
from clustergeo.claims.verdicts import FAILS_SHARE, HOLDS_SHARE, judge

__all__ = [
    "FAILS_SHARE",
    "HOLDS_SHARE",
    "Claim",
    "Comparison",
    "Side",
    "compare_with_published",
    "judge",
    "load_claims",
    "summarise_errors",
]

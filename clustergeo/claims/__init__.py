"""SO WHAT: statements about travel times held against the times themselves."""

from __future__ import annotations

from clustergeo.claims.claim import Claim, Comparison, Side
from clustergeo.claims.claim_files import load_claims
from clustergeo.claims.flips import FAILS_SHARE, HOLDS_SHARE
from clustergeo.claims.summary import MOST_SHARE, judge_claims
from clustergeo.claims.validation import compare_with_published, summarise_errors
from clustergeo.claims.verdicts import judge

__all__ = [
    "FAILS_SHARE",
    "HOLDS_SHARE",
    "MOST_SHARE",
    "Claim",
    "Comparison",
    "Side",
    "compare_with_published",
    "judge",
    "judge_claims",
    "load_claims",
    "summarise_errors",
]

"""The verdict on a claim as a whole, and under which conditions it is true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from clustergeo.claims.claim import Claim
from clustergeo.claims.findings import Findings, closest_of
from clustergeo.claims.sentence_en import sentence_en
from clustergeo.claims.sentence_ko import sentence_ko
from clustergeo.claims.sides import weakest
from clustergeo.schemas import check_table
from clustergeo.schemas.results import CLAIM_VERDICTS, VERDICTS

__all__ = ["MOST_SHARE", "judge_claims", "verdict_overall"]

MOST_SHARE = 0.75
"""A claim holds or fails with exceptions when it does so from at least this share of origins."""


def judge_claims(
    claims: Sequence[Claim],
    verdicts: pd.DataFrame,
    places: gpd.GeoDataFrame,
    *,
    labels: Mapping[str, tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """Return the verdict on each claim and mode over all its origins, with its conditions.

    Parameters
    ----------
    claims
        What was said.
    verdicts
        The verdicts by origin, as :func:`clustergeo.claims.judge` returns them.
    places
        The places, with ``place_id`` and names.
    labels
        Short names by place id, Korean and English.

    Returns
    -------
    verdicts : pandas.DataFrame
        Contract ``schemas.results.CLAIM_VERDICTS``. A claim ``holds`` if it does so from every
        origin; ``holds_except`` if from at least ``MOST_SHARE`` of them, the others being named;
        ``fails`` if it holds from none and fails from at least ``MOST_SHARE``, the others being
        named; ``cannot_tell`` if fewer than ``MOST_SHARE`` can be told; else ``mixed``.

    Examples
    --------
    >>> from clustergeo.schemas.results import CLAIMS
    >>> judge_claims([], pd.DataFrame(columns=list(CLAIMS.names)), gpd.GeoDataFrame()).empty
    True
    """
    by_id = {claim.claim_id: claim for claim in claims}
    rows = [
        _row(by_id[str(claim_id)], str(mode), group, _Names(places, labels or {}))
        for (claim_id, mode), group in verdicts.groupby(["claim_id", "mode"], sort=False)
    ]
    table = pd.DataFrame(rows, columns=list(CLAIM_VERDICTS.names))
    return check_table(table, CLAIM_VERDICTS, file="claim verdicts", first_row=1)


def verdict_overall(verdicts: Sequence[str]) -> str:
    """Return the verdict on a claim from those by origin.

    Examples
    --------
    >>> verdict_overall(["holds"] * 3 + ["mixed"]), verdict_overall(["holds", "fails"])
    ('holds_except', 'mixed')
    """
    total = len(verdicts)
    counts = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
    if total - counts["cannot_tell"] < MOST_SHARE * total or not total:
        return "cannot_tell"
    if counts["holds"] == total:
        return "holds"
    if counts["holds"] >= MOST_SHARE * total:
        return "holds_except"
    if not counts["holds"] and counts["fails"] >= MOST_SHARE * total:
        return "fails"
    return "mixed"


class _Names:
    """What a reader calls a place, in Korean and English."""

    def __init__(self, places: gpd.GeoDataFrame, labels: Mapping[str, tuple[str, str]]) -> None:
        self._named: dict[str, tuple[str, str]] = {
            str(place_id): (ko or place_id, en or place_id)
            for place_id, ko, en in zip(
                places["place_id"], places["name_ko"], places["name_en"], strict=True
            )
        } | dict(labels)

    def __call__(self, place_id: str, lang: str) -> str:
        """Return the name of a place."""
        return self._named.get(place_id, (place_id, place_id))[0 if lang == "ko" else 1]


def _row(claim: Claim, mode: str, rows: pd.DataFrame, names: _Names) -> dict[str, Any]:
    found = [str(verdict) for verdict in rows["verdict"]]
    verdict = verdict_overall(found)
    like = {"holds_except": "holds"}.get(verdict, verdict)
    unlike = rows["verdict"] != like if verdict != "mixed" else rows["verdict"] == ""
    origins = {key: tuple(rows.loc[rows["verdict"] == key, "origin_id"]) for key in VERDICTS}
    reasons = rows.loc[rows["verdict"] == "cannot_tell", "reason"]
    reason = str(reasons.mode().iloc[0]) if verdict == "cannot_tell" and len(reasons) else ""
    findings = Findings(
        claim=claim,
        mode=mode,
        verdict=verdict,
        reason=reason,
        origins=origins,
        left=_span(rows["left_min"], rows["left_value"]),
        right=_span(rows["right_min"], rows["right_value"]),
        measured=bool((rows["unit"] != "").any()),
        best=_best(rows),
        change=closest_of(claim, verdict, rows),
        name=names,
    )
    return {
        "claim_id": claim.claim_id,
        "mode": mode,
        "verdict": verdict,
        "reason": reason,
        "origins": len(rows),
        "hold": len(origins["holds"]),
        "mix": len(origins["mixed"]),
        "fail": len(origins["fails"]),
        "untold": len(origins["cannot_tell"]),
        "exceptions": "; ".join(rows.loc[unlike, "origin_id"]),
        "sentence_en": sentence_en(findings),
        "sentence_ko": sentence_ko(findings),
        "evidence": weakest(rows["evidence"]),
    }


def _span(minutes: pd.Series[float], values: pd.Series[float]) -> tuple[float, float]:
    known = minutes.fillna(values).dropna()
    return (math.nan, math.nan) if known.empty else (float(known.min()), float(known.max()))


def _best(rows: pd.DataFrame) -> tuple[str, float, str] | None:
    """Return the mixed origin from which most departures hold: id, share, when."""
    mixed = rows.loc[rows["verdict"] == "mixed"]
    if mixed.empty:
        return None
    row = mixed.iloc[int(mixed["share_true"].argmax())]
    return str(row["origin_id"]), float(row["share_true"]), str(row["holds_at"])

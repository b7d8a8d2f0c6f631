"""Where a verdict comes from: the words, the reading, both sides, the rule, the flip point."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from clustergeo.claims import FAILS_SHARE, HOLDS_SHARE, MOST_SHARE, Claim, Side
from clustergeo.errors import UsageError
from clustergeo.schemas.figures import FigureId
from clustergeo.schemas.results import WEIGHTS
from clustergeo.study._claims import ClaimsHeld, claims_of, hold_claims
from clustergeo.study._explained import Explanation, Row, Section, section
from clustergeo.study._state import State, known_or_refuse

__all__ = ["explain_claim", "explain_verdict", "held_claim"]

_RULE_BY_ORIGIN: Final = (
    f"holds where at least {HOLDS_SHARE:.0%} of the departures (and draws) bear it out, fails "
    f"where at most {FAILS_SHARE:.0%} do, mixed between; cannot_tell without a trip or a measure "
    "on one side, or where what it speaks of is not built"
)
_RULE_OVERALL: Final = (
    f"holds if it holds from every place, holds_except if from at least {MOST_SHARE:.0%}; fails "
    f"if it holds from none and fails from at least {MOST_SHARE:.0%}; cannot_tell if fewer than "
    f"{MOST_SHARE:.0%} can be told; else mixed"
)
_SIDE: Final = ("min", "p10_min", "p90_min", "value")
_FLIP: Final = (
    *("flip_min", "turn_min", "flip_reason", "flip_kph"),
    *("headway_min", "flip_headway_min", "headway_reason"),
)
_MEANS: Final = {
    "flip_min": "change of the left side, minutes, that reverses the verdict; negative: shorter",
    "turn_min": "least change of it that alters the verdict",
    "flip_kph": "speed as the crow flies of the left trip so changed, km/h",
    "headway_min": "effective headway of the left trip, minutes",
    "flip_headway_min": "the headway that would reverse the verdict",
}


def held_claim(state: State, claim_id: str) -> tuple[Claim, ClaimsHeld]:
    """Return a claim of the study and its verdicts.

    Raises
    ------
    UsageError
        If the study has no such claim.
    """
    claims = claims_of(state.study, state.places)
    known = [claim.claim_id for claim in claims]
    fix = f"the study has {', '.join(known)}" if known else "the study names no file of claims"
    known_or_refuse(claim_id, known, "claim", fix)
    claim = next(each for each in claims if each.claim_id == claim_id)
    wanted = list(dict.fromkeys(side.index for side in _sides(claim) if side.index))
    measures = state.measured(wanted) if wanted else None
    return claim, hold_claims((claim,), state.study, state.places, state.found, measures)


def _sides(claim: Claim) -> Iterator[Side]:
    for comparison in claim.comparison:
        yield comparison.left
        yield comparison.right


def explain_claim(
    state: State, claim: Claim, held: ClaimsHeld, mode: str, origin_id: str
) -> Explanation:
    """Return where the verdict on a claim from one origin comes from.

    Raises
    ------
    UsageError
        If the claim is not tested from there or by that mode.
    """
    own = held.by_origin.loc[held.by_origin["mode"] == mode]
    if own.empty:
        message = f"{claim.claim_id}: is not tested by {mode} - use {', '.join(claim.modes)}"
        raise UsageError(message)
    origins = list(own["origin_id"])
    fix = f"{claim.claim_id} is tested from {', '.join(origins)}"
    known_or_refuse(origin_id, origins, "origin", fix)
    row = own.loc[own["origin_id"] == origin_id].iloc[0]
    figure = FigureId("claims", (claim.claim_id, mode, origin_id), state.chain.short)
    sections = (
        section(
            "number",
            {
                "verdict": row["verdict"],
                "share_true": row["share_true"],
                "holds_at": row["holds_at"],
                "reason": row["reason"],
                "evidence": row["evidence"],
                "in_words": row["note"],
            },
        ),
        _said(claim),
        _both(row),
        section("verdict rule", {"rule": _RULE_BY_ORIGIN, "sides": "taken at the same departure"}),
        _flip(row),
        section("rests on", _rests_on(state, row)),
        *_common(state),
    )
    return Explanation(
        figure=figure,
        title=f"{claim.claim_id} from {origin_id}, {mode}: {row['verdict']}",
        sections=sections,
        cells={str(name): value for name, value in row.items()},
    )


def explain_verdict(state: State, claim: Claim, held: ClaimsHeld, mode: str) -> Explanation:
    """Return where the verdict on a claim over all its origins comes from.

    Raises
    ------
    UsageError
        If the claim is not tested by that mode.
    """
    found = held.overall.loc[held.overall["mode"] == mode]
    if found.empty:
        message = f"{claim.claim_id}: is not tested by {mode} - use {', '.join(claim.modes)}"
        raise UsageError(message)
    row = found.iloc[0]
    own = held.by_origin.loc[held.by_origin["mode"] == mode]
    figure = FigureId("claim_verdicts", (claim.claim_id, mode), state.chain.short)
    by_origin = [
        {
            "figure": str(
                FigureId("claims", (claim.claim_id, mode, each["origin_id"]), state.chain.short)
            ),
            **{
                name: each[name]
                for name in ("left_min", "right_min", "share_true", "verdict", "flip_min")
            },
        }
        for each in own.to_dict("records")
    ]
    counts = {name: row[name] for name in ("origins", "hold", "mix", "fail", "untold")}
    sections = (
        section(
            "number",
            {
                "verdict": row["verdict"],
                **counts,
                "exceptions": row["exceptions"],
                "reason": row["reason"],
                "evidence": row["evidence"],
                "sentence_en": row["sentence_en"],
                "sentence_ko": row["sentence_ko"],
            },
        ),
        _said(claim),
        section("verdict rule", {"overall": _RULE_OVERALL, "by_origin": _RULE_BY_ORIGIN}),
        section("by origin", by_origin),
        *_common(state),
    )
    return Explanation(
        figure=figure,
        title=f"{claim.claim_id} over all origins, {mode}: {row['verdict']}",
        sections=sections,
        cells={str(name): value for name, value in row.items()},
    )


def _said(claim: Claim) -> Section:
    """Return the words, who said them and in which reading they are tested."""
    wording = {"exact": "word for word", "reported": "as reported"}[claim.wording]
    return section(
        "what was said",
        {
            "quotation": claim.quotation,
            "wording": wording,
            "translation_ko": claim.translation_ko,
            "who": claim.who,
            "when": claim.when,
            "source": claim.source,
            "reading_en": claim.reading_en,
            "reading_ko": claim.reading_ko,
            "reading_evidence": claim.reading_evidence,
            **({"needs_scenario": claim.scenario} if claim.scenario else {}),
        },
    )


def _both(row: pd.Series[Any]) -> Section:
    """Return both sides of the comparison: median and spread, or the measure."""
    rows = [
        {"side": side, **{name: row[f"{side}_{name}"] for name in _SIDE}, "unit": row["unit"]}
        for side in ("left", "right")
    ]
    return section("both sides", rows)


def _flip(row: pd.Series[Any]) -> Section:
    rows = [
        {"name": name, "value": row[name], "means": _MEANS.get(name, "why blank")}
        for name in _FLIP
        if not (isinstance(row[name], str) and not row[name])
    ]
    return section("flip point", rows)


def _rests_on(state: State, row: pd.Series[Any]) -> list[Row]:
    """Return the times and measures behind a verdict, each with its id."""
    rows: list[Row] = []
    for told in filter(None, str(row["rests_on"]).split("; ")):
        mode, _, rest = told.partition(" ")
        if ">" in rest:
            from_id, _, to_id = rest.partition(">")
            times = state.found[mode].table
            pair = (times["from_id"] == from_id) & (times["to_id"] == to_id)
            found = times.loc[pair].iloc[0]
            figure = FigureId("times", (from_id, to_id, mode), state.chain.short)
            rows.append(
                {
                    "figure": str(figure),
                    "median_min": found["minutes"],
                    "evidence": found["evidence"],
                }
            )
            continue
        place, index, *weights = rest.split(" ")
        key = (place, mode, index, weights[0] if weights and weights[0] in WEIGHTS else "")
        rows.append(
            {
                "figure": str(FigureId("isolation", key, state.chain.short)),
                "median_min": None,
                "evidence": row["evidence"],
            }
        )
    return rows


def _common(state: State) -> tuple[Section, Section]:
    settings = {
        "date": state.study.date.isoformat(),
        "window": state.study.window,
        "capital": state.study.places.capital,
    }
    needed = ("claims", "places.", "networks.")
    return section("settings", settings), section("inputs", state.inputs(*needed))

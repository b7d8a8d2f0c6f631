"""Under which conditions a claim is true, in one plain sentence of English."""

from __future__ import annotations

from typing import Final

from clustergeo.claims.findings import Change, Findings

__all__ = ["sentence_en"]

_SPELLS_SHOWN: Final = 3

_BY: Final = {"car": "By car", "transit": "By public transport"}

_DOES: Final = {
    "holds": "holds",
    "mixed": "is mixed",
    "fails": "fails",
    "cannot_tell": "cannot be told",
}

_WHY: Final = {
    "no_trip": "there is no trip",
    "no_measure": "the measure has no value",
    "needs_scenario": "",
    "": "too few places have an answer",
}


def sentence_en(findings: Findings) -> str:
    """Return in one sentence what came out, when it holds and what would turn it.

    Parameters
    ----------
    findings
        What came out.
    """
    by = _BY[findings.mode]
    if findings.reason == "needs_scenario":
        return f"{by} nothing can be told before {_today(findings)}."
    if findings.verdict == "cannot_tell":
        return f"{by} the statement {_main(findings)}, as {_WHY[findings.reason]}."
    rest = _when(findings), _turn(findings), _range(findings)
    return f"{by} the statement {_main(findings)}{''.join(rest)}."


def _main(findings: Findings) -> str:
    """Return from how many places it holds, is mixed and fails, naming the few."""
    if findings.only:
        (verdict,) = (key for key, ids in findings.origins.items() if ids)
        return f"{_DOES[verdict]} for {findings.name(findings.only, 'en')}"
    parts: list[str] = []
    for verdict, does in _DOES.items():
        count = len(findings.origins[verdict])
        if count == findings.total:
            return f"{does} for all {count} places"
        if count:
            named = findings.names(verdict, "en")
            of = "" if parts else f" of {findings.total} places"
            parts.append(f"{does} for {count}{of}" + (f" ({named})" if named else ""))
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _today(findings: Findings) -> str:
    scenario = f"{findings.claim.scenario_en or findings.claim.scenario} is built"
    if findings.measured:
        return scenario
    side = findings.claim.comparison[0].left
    trip = _trip(findings.trip(side, "en"))
    today, said = _minutes(findings.left), _minutes(findings.right)
    return f"{scenario}: {trip} takes {today} minutes today, against {said} said"


def _minutes(span: tuple[float, float]) -> str:
    low, high = (f"{minutes:.0f}" for minutes in span)
    return low if low == high else f"{low} to {high}"


def _when(findings: Findings) -> str:
    """Return when it holds from the mixed place from which it does so most often."""
    if findings.best is None:
        return ""
    origin_id, share, holds_at = findings.best
    spells = holds_at.split("; ") if holds_at else []
    where = "it" if findings.only else f"from {findings.name(origin_id, 'en')} it"
    told = f"; {where} holds for {share:.0%} of departures"
    if not spells:
        return told
    if len(spells) > _SPELLS_SHOWN:
        return f"{told}, nearly always in {len(spells)} spells, first {spells[0]}"
    return f"{told}, nearly always when the trip starts at {_listed(spells)}"


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _turn(findings: Findings) -> str:
    change = findings.change
    if change is None:
        return ""
    does = "hold" if findings.verdict == "fails" else "fail"
    first = "" if findings.only else f" first from {findings.name(change.origin_id, 'en')},"
    trip = _trip(findings.trip(change.side, "en"))
    return f"; it would {does}{first} if {trip} took {_changed(change)}"


def _changed(change: Change) -> str:
    minutes = f"{change.shown} minutes" if change.shown else "under a minute"
    minutes = minutes.removesuffix("s") if change.shown == "1" else minutes
    return f"{minutes} {'more' if change.minutes > 0 else 'less'}"


def _trip(ends: tuple[str, str]) -> str:
    start, end = ends
    return f"the trip from {start} to {end}" if start else f"the trip to {end}"


def _range(findings: Findings) -> str:
    if not findings.measured:
        return ""
    low, high = (f"{value:.3g}" for value in findings.left)
    span = low if low == high else f"{low} to {high}"
    return f"; the measure is {span}, against {findings.right[0]:.3g}"

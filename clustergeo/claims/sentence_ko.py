"""Under which conditions a claim is true, in one plain sentence of Korean."""

from __future__ import annotations

from typing import Final

from clustergeo.claims.findings import Findings
from clustergeo.claims.korean import with_particle

__all__ = ["sentence_ko"]

_SPELLS_SHOWN: Final = 3

_BY: Final = {"car": "승용차로 보면", "transit": "대중교통으로 보면"}

_DOES: Final = {
    "holds": ("성립하고", "성립하지만", "성립한다"),
    "mixed": ("엇갈리고", "엇갈리지만", "엇갈린다"),
    "fails": ("성립하지 않고", "성립하지 않지만", "성립하지 않는다"),
    "cannot_tell": ("판단할 수 없고", "판단할 수 없지만", "판단할 수 없다"),
}
"""What it does, before another clause, before a contrary one, and at the end."""

_WHY: Final = {
    "no_trip": "경로가 없어",
    "no_measure": "지표 값이 없어",
    "": "답이 있는 곳이 적어",
}


def sentence_ko(findings: Findings) -> str:
    """Return in one sentence what came out, when it holds and what would turn it.

    Parameters
    ----------
    findings
        What came out.
    """
    by = f"{_BY[findings.mode]} 이 진술은"
    if findings.reason == "needs_scenario":
        return f"{by} {_today(findings)}."
    if findings.verdict == "cannot_tell":
        untold = len(findings.origins["cannot_tell"])
        where = _all_of(findings, untold) or f"{findings.total}곳 가운데 {untold}곳에서"
        return f"{by} {where} {_WHY[findings.reason]} 판단할 수 없다."
    rest = [part for part in (_when(findings), _turn(findings), _range(findings)) if part]
    return f"{by} {', '.join([_main(findings, rest), *rest])}."


def _all_of(findings: Findings, count: int) -> str:
    if findings.only:
        return f"{findings.name(findings.only, 'ko')}에서"
    return f"{count}곳 모두에서" if count == findings.total else ""


def _main(findings: Findings, rest: list[str]) -> str:
    """Return from how many places it holds, is mixed and fails, naming the few."""
    last = 2 if not rest else 0 if findings.measured else 1
    parts: list[tuple[str, tuple[str, str, str]]] = []
    for verdict, does in _DOES.items():
        count = len(findings.origins[verdict])
        if not count:
            continue
        where = _all_of(findings, count)
        if not where:
            named = findings.names(verdict, "ko")
            of = "" if parts else f"{findings.total}곳 가운데 "
            where = f"{of}{count}곳{f'({named})' if named else ''}에서"
        parts.append((where, does))
    told = [f"{where} {does[0]}" for where, does in parts[:-1]]
    where, does = parts[-1]
    return ", ".join([*told, f"{where} {does[last]}"])


def _today(findings: Findings) -> str:
    scenario = with_particle(findings.claim.scenario_ko or findings.claim.scenario, "이")
    needs = f"{scenario} 있어야 판단할 수 있"
    if findings.measured:
        return f"{needs}다"
    trip = _trip(findings.trip(findings.claim.comparison[0].left, "ko"))
    today, said = _minutes(findings.left), _minutes(findings.right)
    return f"{needs}는데, 지금은 {trip} {today}이 걸리고 제시된 값은 {said}이다"


def _minutes(span: tuple[float, float]) -> str:
    low, high = (f"{minutes:.0f}" for minutes in span)
    return f"{low}분" if low == high else f"{low}~{high}분"


def _when(findings: Findings) -> str:
    """Return when it holds from the mixed place from which it does so most often."""
    if findings.best is None:
        return ""
    origin_id, share, holds_at = findings.best
    spells = [spell.replace("-", "~") for spell in holds_at.split("; ") if spell]
    where = "" if findings.only else f"{findings.name(origin_id, 'ko')}에서는 "
    told = f"{where}출발의 {share * 100:.0f}%에서 성립"
    does = "성립하고" if findings.change or findings.measured else "성립한다"
    if not spells:
        return told + does.removeprefix("성립")
    when = ", ".join(spells)
    if len(spells) > _SPELLS_SHOWN:
        when = f"{spells[0]} 등 {len(spells)}개 시간대"
    return f"{told}하며 {when}에 출발하면 거의 언제나 {does}"


def _turn(findings: Findings) -> str:
    change = findings.change
    if change is None:
        return ""
    does = "성립한다" if findings.verdict == "fails" else "성립하지 않는다"
    place = with_particle(findings.name(change.origin_id, "ko"), "으로")
    first = "" if findings.only else f"가장 먼저 뒤집힐 곳은 {place}, "
    minutes = f"{change.shown}분" if change.shown else "1분 미만"
    more = "더" if change.minutes > 0 else "덜"
    return f"{first}{_trip(findings.trip(change.side, 'ko'))} {minutes} {more} 걸리면 {does}"


def _trip(ends: tuple[str, str]) -> str:
    start, end = ends
    return f"{start}에서 {end}까지" if start else f"{end}까지"


def _range(findings: Findings) -> str:
    if not findings.measured:
        return ""
    low, high = (f"{value:.3g}" for value in findings.left)
    span = low if low == high else f"{low}~{high}"
    return f"지표 값은 {span}이고 기준은 {findings.right[0]:.3g}이다"

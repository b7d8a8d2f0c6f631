"""The page of an appraisal: what a planner pastes, in Markdown, headings in both languages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.indices import load_indices
from clustergeo.study.scenarios._worth_a_line import (
    NO_RATIO_EN,
    NO_RATIO_KO,
    shown_measures,
    turned_claims,
)
from clustergeo.study.scenarios.scenario_run import ScenarioRun

__all__ = ["sheet"]

_MODES: Final = {"car": ("by car", "승용차"), "transit": ("by public transport", "대중교통")}
_CHANGED: Final = ("faster", "slower", "mixed", "new", "lost")
_LARGE: Final = 10_000
_MEANS: Final = {
    "mean_to_clusters": ("mean between clusters", "클러스터 사이 평균"),
    "mean_to_capital": ("mean to the capital points", "수도권 지점까지 평균"),
}
_WHY: Final = {
    "no_cost": ("no cost is published", "공표된 사업비 없음"),
    "saves_nothing": ("saves nothing", "절감 없음"),
    "no_trip": ("no trip", "통행 없음"),
}
_SCOPES: Final = {
    "clusters": ("between clusters", "클러스터 사이"),
    "capital": ("to the capital points", "수도권 지점까지"),
}

Row = Mapping[Hashable, Any]


def sheet(
    run: ScenarioRun,
    measures: pd.DataFrame,
    claims: pd.DataFrame,
    costs: pd.DataFrame,
    *,
    values: pd.DataFrame,
    null: pd.DataFrame | None,
) -> str:
    """Return the page.

    Parameters
    ----------
    run
        What was run.
    measures, claims, costs, null
        Contracts of ``schemas.appraisal``.
    values
        The value of time used.
    """
    titles_ko = " + ".join(each.title_ko for each in run.scenarios)
    titles_en = " + ".join(each.title_en for each in run.scenarios)
    parts = [
        [f"# {titles_ko} / {titles_en}", ""],
        _head(run),
        _section("소요 시간 / Minutes door to door", _times(run)),
        _section("고립도 지표 / Measures of isolation", _measures(measures, _names(run))),
        _section("주장과 발표 수치 / Claims and published figures", _claims(claims)),
        _section("비용 / Costs", _costs(run, costs, values)),
        _section("읽을 때 / To be read with it", _notes(run, null)),
    ]
    return "\n".join(line for part in parts for line in part)


def _head(run: ScenarioRun) -> Iterator[str]:
    study = run.study
    yield f"{study.date.isoformat()}, {study.window}; {study.title_ko} / {study.title_en}"
    yield ""
    for each in run.scenarios:
        for note in (each.note_ko, each.note_en):
            if note:
                yield f"> {note}"
                yield ">"
        yield f"> id `{each.content_id[:12]}`; {'; '.join(each.sources) or 'no source given'}"
        yield ""


def _names(run: ScenarioRun) -> dict[str, str]:
    """Return what a Korean reader calls the places, by the labels of the study."""
    places = run.changed.places
    told = dict(zip(places["place_id"], places["name_ko"], strict=True))
    short = {place_id: ko for place_id, (ko, _) in run.study.outputs.labels.items()}
    return {place_id: short.get(place_id) or name or place_id for place_id, name in told.items()}


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""]


def _times(run: ScenarioRun) -> Iterator[str]:
    """Yield the pairs of clusters that change, and the mean to the capital of each cluster."""
    clusters = run.clusters
    names = _names(run)
    head = ("출발 / from", "도착 / to", "수단 / mode", "전 / before", "후 / after", "차 / change")
    cells = []
    for mode, own in run.table.groupby("mode", sort=False):
        inside = own[own["from_id"].isin(clusters) & own["to_id"].isin(clusters)]
        cells += [
            (names[row["from_id"]], names[row["to_id"]], str(mode), *_figures(row))
            for row in inside[inside["change"].isin(_CHANGED)].to_dict("records")
        ]
        outside = own[own["from_id"].isin(clusters) & ~own["to_id"].isin(clusters)]
        for from_id, ways in outside.groupby("from_id", sort=False):
            if ways["change"].isin(_CHANGED).any():
                mean = ways[["before_min", "after_min", "difference_min"]].mean().to_dict()
                to = "수도권 지점 평균 / capital, mean"
                cells.append((names[str(from_id)], to, str(mode), *_figures(mean)))
    if cells:
        shown = [(*cell[:2], _MODES[cell[2]][1], *cell[3:]) for cell in cells]
        yield from _table(head, shown, (3, 4, 5))
        yield ""
    for mode, own in run.table[run.table["from_id"].isin(clusters)].groupby("mode", sort=False):
        same = int((~own["change"].isin(_CHANGED)).sum())
        en, ko = _MODES[str(mode)]
        yield (
            f"* {ko}: {len(own)}쌍 중 {same}쌍 그대로 / {en}: {same} of {len(own)} pairs "
            "unchanged."
        )


def _figures(row: Row) -> tuple[str, str, str]:
    """Return before, after and the difference of what is shown, so that they add up."""
    apart = _signed(row["difference_min"])
    return _one(row["before_min"]), _one(row["after_min"]), apart.replace("-0.0", "+0.0")


def _measures(measures: pd.DataFrame, names: Mapping[str, str]) -> Iterator[str]:
    rows = shown_measures(measures)
    if rows.empty:
        yield "모든 지표가 그대로다 / every measure is unchanged."
        return
    known = load_indices()
    head = (
        *("지표 / measure", "수단 / mode", "곳 / place", "전 / before", "후 / after"),
        *("고립 / isolation", "순위 / rank"),
    )
    words = {"better": "덜함 / less", "worse": "더함 / more", "new": "new", "lost": "lost"}
    cells = []
    for row in rows.to_dict("records"):
        name = row["measure"]
        label = (
            " / ".join(reversed(_MEANS[name]))
            if name in _MEANS
            else f"{known[name].label_ko} / {known[name].label_en}"
        )
        ranks = [row["rank_before"], row["rank_after"]]
        cells.append(
            (
                label,
                _MODES[row["mode"]][1],
                names.get(row["place_id"], "권역 / region"),
                _digits(row["before"]),
                _digits(row["after"]),
                words[row["change"]],
                "" if np.isnan(ranks).any() else f"{ranks[0]:.0f} → {ranks[1]:.0f}",
            )
        )
    yield from _table(head, cells, (3, 4))
    yield ""
    yield (
        "순위 1은 가장 고립됨. 수도권까지 빨라지면 수도권과 견준 지표는 나빠질 수 있다 / rank 1 "
        "is the most isolated; a faster way to the capital can make measures relative to it worse."
    )


def _claims(claims: pd.DataFrame) -> Iterator[str]:
    rows = claims[(claims["scenario"] != "") & (claims["reason_after"] != "needs_scenario")]
    for row in rows.to_dict("records"):
        yield f"* **{row['claim_id']}**: {row['after_verdict']}"
        yield f"  * {row['text_ko']}"
        yield f"  * {row['text_en']}"
    for turned in turned_claims(claims):
        yield f"* {turned}"
    if rows.empty and (claims["before_verdict"] == claims["after_verdict"]).all():
        yield "바뀐 판정이 없다 / no verdict changes."
    waiting = claims[claims["reason_after"] == "needs_scenario"]
    if len(waiting):
        ids = ", ".join(dict.fromkeys(waiting["scenario"]))
        yield ""
        yield f"다른 시나리오가 있어야 하는 주장 / claims that need another scenario: {ids}."


def _costs(run: ScenarioRun, costs: pd.DataFrame, values: pd.DataFrame) -> Iterator[str]:
    for each in run.scenarios:
        cost = each.cost_krw_bn
        known = "공표된 사업비 없음 / no published cost" if cost is None else f"{cost:,g} bn KRW"
        yield f"* {each.title_ko} / {each.title_en}: {known}. {year_note(each.opening_year)}"
    yield ""
    head = (
        *("범위 / over", "수단 / mode", "절감(분) / saved, min", "십억 원/분 / bn KRW per min"),
        *("원/통행 / won a trip",),
    )
    cells = []
    for row in costs[costs["scope"] != "pair"].to_dict("records"):
        per = row["krw_bn_per_min"]
        why = " / ".join(reversed(_WHY[row["reason"]])) if row["reason"] else f"{per:,.0f}"
        worth = [row["other_won_per_trip"], row["business_won_per_trip"]]
        won = f"{worth[0]:,.0f} - {worth[1]:,.0f}" if np.isfinite(worth).all() else ""
        scope = " / ".join(reversed(_SCOPES[row["scope"]]))
        cells.append((scope, _MODES[row["mode"]][1], _one(row["saved_min"], 2), why, won))
    yield from _table(head, cells, (2, 3, 4))
    yield ""
    years = ", ".join(str(year) for year in dict.fromkeys(values["price_year"]))
    grades = ", ".join(dict.fromkeys(values["evidence"]))
    if costs["reason"].eq("no_cost").any():
        yield "사업비를 알 수 없어 분당 비용이 없다 / no cost is known: no cost per minute."
    yield (
        f"원/통행은 비업무에서 업무까지, {years}년 가격({grades}) / won a trip from other to "
        f"business travel, prices of {years} ({grades})."
    )
    people = costs.dropna(subset=["person_min_a_day"])
    if people.empty:
        yield (
            "수요를 주지 않아 인·분당 비용은 제시하지 않는다 / no demand is given: nothing is "
            "said of person-minutes."
        )
    for row in people[people["scope"] != "pair"].to_dict("records"):
        per = row["krw_bn_per_1000_person_min"]
        told = f", {per:,.1f} bn KRW per 1,000" if np.isfinite(per) else ""
        scope = _SCOPES[row["scope"]][0]
        yield (
            f"* {_MODES[row['mode']][0]}, {scope}: {row['person_min_a_day']:,.0f} person-minutes "
            f"saved a day{told}"
        )
    yield ""
    yield f"{NO_RATIO_KO} {NO_RATIO_EN}"


def year_note(year: int | None) -> str:
    """Return when it opens and what that means for the figures."""
    if year is None:
        return "개통 연도 미정 / no opening year"
    return f"{year}년 개통 예정, 그 밖의 것은 지금과 같다고 봄 / opens {year}, all else as today"


def _notes(run: ScenarioRun, null: pd.DataFrame | None) -> Iterator[str]:
    yield "* 중앙값, 문앞에서 문앞까지 / medians, door to door."
    if null is not None:
        differing, most = (
            int(null["differing"].sum()),
            null["largest_difference"].max(skipna=False),
        )
        count = int(null["compared"].sum())
        yield (
            f"* 같은 입력 두 번: {count:,}개 값 중 {differing}개 다름, 최대 {most:g} / the same "
            f"inputs twice: {differing} of {count:,} numbers differ, by {most:g} at most."
        )
    for note in run.notes:
        yield f"* {note}"


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int]
) -> Iterator[str]:
    """Yield a table; the columns that hold numbers stand right."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---:' if i in right else '---' for i in range(len(head)))}|"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |"


def _one(value: float, decimals: int = 1) -> str:
    return "-" if np.isnan(value) else f"{value:.{decimals}f}"


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:+.1f}"


def _digits(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.4g}" if abs(value) < _LARGE else f"{value:,.0f}"

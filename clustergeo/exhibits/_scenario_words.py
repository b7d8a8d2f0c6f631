"""Every phrase of the exhibits of scenarios in Korean and English; see ``_words``."""

from __future__ import annotations

from typing import Final

from clustergeo.exhibits.exhibit import Language

__all__ = ["tell", "tell_both"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "before": ("전", "before"),
    "after": ("후", "after"),
    "difference": ("차이", "difference"),
    "view": ("보기", "View"),
    "mode": ("교통수단", "Mode"),
    "map_title": ("사업 전과 후: 거점 사이", "Before and after: between the clusters"),
    "figure_title": (
        "사업 전과 후: 문앞에서 문앞까지 (분)",
        "Before and after: minutes door to door",
    ),
    # Findings, all counted.
    "finding": ("{title}: {parts}", "{title}: {parts}"),
    "shorter": (
        "{mode} 거점 사이 평균 {mean}분 단축 ({total}쌍 중 {n}쌍 1분 이상)",
        "{mode} between clusters {mean} min shorter on average ({n} of {total} by 1 or more)",
    ),
    "longer": (
        "{mode} 거점 사이 평균 {mean}분 증가 ({total}쌍 중 {n}쌍 1분 이상 단축)",
        "{mode} between clusters {mean} min longer on average ({n} of {total} shorter by 1)",
    ),
    "capital_shorter": (
        "{capital}까지 {total}곳 중 {n}곳 1분 이상 단축",
        "to {capital} shorter by 1 or more from {n} of {total}",
    ),
    "only_capital": (
        "{mode} 거점 사이 변화 없음, {part}",
        "{mode} between clusters unchanged, {part}",
    ),
    "nothing": ("거점 사이 시간이 바뀌지 않음", "no time between the clusters changes"),
    "to_capital": ("{capital}까지", "to {capital}"),
    # Marks and remarks.
    "departures_faster": ("빨라지는 출발 {share}%", "{share} % of departures faster"),
    "departures_slower": ("느려지는 출발 {share}%", "{share} % slower"),
    "spread": (
        "출발별 차이 {p10} ~ {p90}분 (10-90 백분위)",
        "by departure {p10} to {p90} min (p10-p90)",
    ),
    "change_head": ("차이(분)", "change, min"),
    "spread_head": ("10-90%", "p10 to p90"),
    "share_head": ("빨라지는 출발", "share faster"),
    "slower_key": ("느려짐", "slower"),
    "quiet_key": ("1분 미만의 변화 또는 변화 없음", "changes by less than 1 min or not at all"),
    "same_short": ("변화 없음", "unchanged"),
    "spread_short": ("{p10} ~ {p90}", "{p10} to {p90}"),
    "unchanged": ("변화 없음 (어느 출발에서도)", "Unchanged at every departure"),
    "more_rows": (
        "그 밖에 {n}쌍: {best} ~ {worst}분",
        "{n} more pairs: {best} to {worst} min",
    ),
    "no_trip": ("전·후 모두 경로 없음", "No trip before or after"),
    "new_trip": ("새로 가능", "new"),
    "lost_trip": ("불가능해짐", "lost"),
    "minutes_legend": (
        "문앞에서 문앞까지 (분) - 전과 후가 같은 구분",
        "Door to door - the same classes before and after",
    ),
    "change_legend": ("차이 (후 - 전)", "Difference (after less before)"),
    "link": ("새 노선", "New link"),
    "layers": ("켜고 끄기", "Layers"),
    "new_road": ("새 도로", "new road"),
    "new_line": ("새 노선 (대중교통)", "new line (public transport)"),
    "changed_road": ("바뀌는 도로", "changed road"),
    "changed_line": ("바뀌는 노선", "changed line"),
    "stop": ("정류장·역", "stop"),
    "cost": ("총사업비 {value}억 원", "cost {value} bn won"),
    "cost_unknown": ("사업비 모름", "cost not known"),
    "opens": ("{year}년 개통 예정", "opens {year}"),
    "assumed": ("가정 {n}건 포함", "assumptions: {n}"),
    "pair": ("구간", "Trip"),
    "change_table": ("{mode}: 전과 후 (분)", "{mode}: before and after (min)"),
    "range": ("10-90 백분위", "p10-p90"),
    "evidence": ("근거", "evidence"),
    # Ranked links.
    "ranked_title": ("연결 노선의 순위", "Links ranked"),
    "ranked_finding": (
        "{mode} 1위 {name}: 거점 사이 평균 {saved}분 단축",
        "{mode}: {name} first, {saved} min saved on average",
    ),
    "ranked_none": ("평균 시간을 줄이는 노선이 없음", "no link saves time on average"),
    "saved_axis": (
        "거점 사이 평균 단축 (분)",
        "Minutes saved, mean over trips between clusters",
    ),
    "per_min_axis": ("1분 단축에 드는 비용 (억 원)", "Billion won per minute saved"),
    "rank_alone": ("순위", "Rank"),
    "rank_axis": ("순위와 그 범위 (설정을 바꿀 때)", "Rank, and its range over settings"),
    "planned": ("계획된 노선", "planned"),
    "found": ("찾아낸 노선", "found by the search"),
    "planned_as": ("계획됨: {scenario_id}", "planned: {scenario_id}"),
    "road": ("도로", "road"),
    "service": ("직행 대중교통", "direct service"),
    "rail": ("철도", "railway"),
    "tram": ("노면전차", "tram"),
    "bus": ("전용차로 버스", "bus on its own lanes"),
    "no_cost": ("비용 모름", "cost unknown"),
    "saves_nothing": ("줄이지 않음", "saves nothing"),
    "untouched": (
        "{mode} 시간이 바뀌지 않음 (0.1분 미만): {names}",
        "{mode}, less than 0.1 min: {names}",
    ),
    "left_out": (
        "{mode} 그 밖에 {n}개는 표에 있음",
        "{mode}: {n} more are in the table",
    ),
    "settings_note": (
        "순위 범위: 출발 시간대·대기·서울 지점·혼잡·속도를 바꿀 때.",
        "Rank ranges are over other windows, waits, Seoul points, congestion and speeds.",
    ),
    "no_ratio": ("편익/비용비가 아니다.", "No benefit-cost ratio is claimed."),
    "found_rank_note": (
        "찾아낸 노선의 순위는 찾아낸 것끼리의 순위다.",
        "Found links are ranked among themselves.",
    ),
    # Missing links.
    "missing_title": (
        "없는 연결: 어디를 이으면 가장 줄어드는가",
        "Missing links: which one saves most",
    ),
    "missing_none": ("새로 이을 곳이 없음", "no missing link was found"),
    "rank": ("순위", "rank"),
    "saved": ("거점 사이 평균 {value}분 단축", "{value} min saved on average between clusters"),
    "length": ("길이 {value} km", "{value} km"),
    "speed": ("{value} km/h", "{value} km/h"),
    "headway": ("{value}분 간격", "every {value} min"),
    "ride": ("승차 {value}분", "ride {value} min"),
    "per_bn": ("1천억 원당 {value}분", "{value} min per 100 bn won"),
    "verified": ("전체 모형으로 확인", "verified by a full run"),
    "screened": ("선별 계산값 (전체 모형 미확인)", "screened only, not verified"),
    "refused": ("이미 있어 제외: {reason}", "not proposed: {reason}"),
    "saved_legend": (
        "거점 사이 평균 단축 (선 위: 순위: 분)",
        "Saved on average between clusters (on lines: rank: min)",
    ),
    "existing": ("이미 있는 연결 (제외)", "exists already, not proposed"),
    "existing_note": (
        "그려진 곳 사이 {n}개 (모두 {total}개)",
        "{n} between places drawn, of {total}",
    ),
    "saved_head": ("단축 (분)", "min saved"),
    "cost_head": ("비용 (억 원)", "cost, bn won"),
    "kind_head": ("종류", "kind"),
    "verified_head": ("확인", "verified"),
    "yes": ("예", "yes"),
    "no": ("아니오", "no"),
    # Benefit split.
    "split_title": ("누가 이득을 보고 누가 부담하는가", "Who gains and who would pay"),
    "split_finding": (
        "{title}: {target}까지 단축된 시간의 {share}%는 {name}{cost}",
        "{title}: {share} % of the time saved to {target} goes to {name}{cost}",
    ),
    "split_cost": (
        ", 지방비 몫 제안 {share}%",
        ", whose proposed share of local cost is {share} %",
    ),
    "basis_split": ("기준: {target}까지, {mode}", "Basis: to {target}, {mode}"),
    "split_none": ("{title}: 시간을 얻는 정부 없음", "{title}: no government gains time"),
    "gain_share": ("편익의 몫", "share of the gain"),
    "cost_share": ("지방비의 몫 (제안)", "proposed share of the local cost"),
    "clusters": ("거점", "the clusters"),
    "capital": ("수도권", "the capital region"),
    "cells_to": ("{target}까지, {mode}: 2 km 격자의 단축", "to {target}, {mode}: by 2 km cell"),
    "cells_note": (
        "인구 {people}명 중 {share}%가 1분 이상 단축",
        "{share} % of {people} people save 1 min or more",
    ),
    "no_share": ("부담 없음", "none"),
    "others": ("그 밖의 {n}곳", "{n} others"),
    "scale": ("{value} km", "{value} km"),
    "no_cells": ("격자 값 없음", "no cell values"),
    "all_unchanged": ("{n}쌍 모두", "all {n} pairs"),
    "found_short": ("찾아낸 노선", "found"),
    "national": ("국비 {share}%는 별도", "besides {share} % from the national budget"),
    "cells_lose": ("{share}%는 1분 이상 증가", "{share} % lose 1 min or more"),
    "sum": ("{value}억 원", "{value} bn won"),
    "loses": ("잃음", "loses"),
    "missing_table": ("순위표", "Ranked links"),
    "split_note": (
        (
            "편익 = 인구로 가중한 단축 시간. 수요·혼잡·공사 위험은 모형에 없어 "
            "편익/비용비를 주장하지 않는다."
        ),
        (
            "Gain = minutes saved weighted by population. Demand, crowding and construction risk "
            "are not modelled; no benefit-cost ratio is claimed."
        ),
    ),
}


def tell(lang: Language, key: str, **values: object) -> str:
    """Return a phrase in one language, filled in.

    Examples
    --------
    >>> tell("en", "opens", year=2034)
    'opens 2034'
    """
    return _WORDS[key][0 if lang == "ko" else 1].format(**values)


def tell_both(key: str, **values: object) -> tuple[str, str]:
    """Return a phrase in Korean and in English.

    Examples
    --------
    >>> tell_both("after")
    ('후', 'after')
    """
    return tell("ko", key, **values), tell("en", key, **values)

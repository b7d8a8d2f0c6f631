"""Every phrase of the exhibits in Korean and English.

Korean phrases avoid particles next to a name, because a particle depends on the last letter of
the name before it.
"""

from __future__ import annotations

from typing import Final

from clustergeo.exhibits._map_words import MAP_WORDS
from clustergeo.exhibits.exhibit import Language

__all__ = ["both", "say"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    **MAP_WORDS,
    "car": ("승용차", "Car"),
    "transit": ("대중교통", "Public transport"),
    "minutes": ("{value}분", "{value} min"),
    "no_value": ("값 없음", "no value"),
    # Findings, all computed.
    "count": ("{mode} {total}개 중 {n}개", "{mode} {n} of {total}"),
    "finding": (
        "다른 거점보다 {capital}까지가 더 빠른 이동: {counts}",
        "Trips between clusters that take longer than the trip to {capital}: {counts}",
    ),
    "nearest_finding": (
        "가장 가까운 다른 거점보다 {capital}까지가 더 빠른 거점: {counts}",
        "Clusters for which {capital} is nearer than the nearest other cluster: {counts}",
    ),
    "row_count": (
        "{capital} 쪽이 빠름:\n{total}곳 중 {n}곳",
        "{capital} faster\nthan {n} of {total}",
    ),
    "even": ("거의 같음 ({margin}분 차이)", "about even ({margin} min)"),
    "capital_nearer": ("{capital} {margin}분 더 빠름", "{capital} {margin} min faster"),
    "capital_farther": ("{capital} {margin}분 더 걸림", "{capital} {margin} min longer"),
    "share_true": ("출발의 {share}%에서 참", "true in {share} % of cases"),
    "statement": ("인용문", "The quoted statement"),
    "from": ("{origin} 출발", "from {origin}"),
    # Verdicts.
    "holds": ("성립", "holds"),
    "mixed": ("엇갈림", "mixed"),
    "fails": ("불성립", "fails"),
    "cannot_tell": ("판단 불가", "cannot tell"),
    # Status of a trip without minutes.
    "ok": ("경로 있음", "found"),
    "no_path": ("도로 없음", "no road leads there"),
    "no_service": ("운행 없음", "no timetabled trip"),
    "off_network": ("교통망에서 너무 멂", "too far from the network"),
    "beyond_limit": ("한도 시간 초과", "longer than the limit"),
    "same_place": ("같은 곳", "same place"),
    # Evidence grades.
    "published": ("공표 자료", "published"),
    "derived": ("유도", "derived"),
    "estimated": ("추정", "estimated"),
    "evidence": ("근거", "evidence"),
    "evidence_share": ("근거: {shares}", "Evidence: {shares}"),
    # Figures and pages.
    "dumbbell_title": (
        "거점별: 다른 거점과 {capital}까지의 시간",
        "Each cluster: to the others and to {capital}",
    ),
    "matrix_title": (
        "거점 사이 시간과 {capital}까지 시간의 비",
        "Times between clusters over the time to {capital}",
    ),
    "isolation_title": (
        "고립 지도: 거점 사이와 {capital}",
        "Isolation map: between clusters and to {capital}",
    ),
    "places_title": (
        "위치도: 거점, 수도권 기준점, 시범사업",
        "Places: clusters, capital points, pilot projects",
    ),
    "door_to_door": (
        "문에서 문까지 걸리는 시간(분), 출발 시각 중앙값",
        "Door-to-door minutes, median over departures",
    ),
    "nearest_cluster": ("가장 가까운 다른 거점", "nearest other cluster"),
    "other_clusters": ("그 밖의 거점", "other clusters"),
    "range": ("출발 시각에 따른 범위 (10-90 백분위)", "range over departures (p10-p90)"),
    "fastest_point": (
        "수도권에서 가장 빠른 곳: {name} {value}분",
        "fastest capital point: {name} {value} min",
    ),
    "ratio_legend": ("다른 거점까지 ÷ {capital}까지", "to the other cluster ÷ to {capital}"),
    "to_capital": ("{capital}까지", "to {capital}"),
    "origin": ("출발", "from"),
    "destination": ("도착", "to"),
    "basis": ("기준일 {date}, 출발 {window}", "Service day {date}, departures {window}"),
    "basis_car": ("승용차는 정체 없는 시간", "car times without congestion"),
    "basis_car_state": ("승용차는 도로 상태 {state} 기준", "car times in the road state {state}"),
    "sources": ("출처", "Sources"),
    "anatomy": (
        "내역(분): 접근 {access} · 대기 {wait} · 승차 {ride} · 환승 {transfer} · 도착 {egress}",
        "min: access {access} · wait {wait} · ride {ride} · transfer {transfer} · egress {egress}",
    ),
    "spread": ("10-90 백분위 {p10}-{p90}분", "p10-p90 {p10}-{p90} min"),
    "ratio": ("{capital}까지의 {ratio}배", "{ratio} times the trip to {capital}"),
    "legs": ("경로: {legs}", "Route: {legs}"),
    "boundaries": ("시군구 경계", "Municipal boundaries"),
    "roads": ("고속도로·국도", "Expressways and trunk roads"),
    "rail": ("철도", "Railways"),
    "clusters": ("거점", "Clusters"),
    "sites": ("거점 안 기관", "Sites of the clusters"),
    "capitals": ("수도권 기준점", "Capital points"),
    "anchors": ("역·터미널·나들목 등", "Stations, terminals, interchanges"),
    "others": ("그 밖의 곳", "Other places"),
    "projects": ("시범사업 시군구", "Municipalities with pilot projects"),
    "project": ("{name} · {budget}억 원", "{name} · {budget} hundred million won"),
    "budget_size": ("크기: 총사업비", "size: total budget"),
    "accuracy": ("위치 오차 {value} m", "accurate to {value} m"),
    "accuracy_unknown": ("위치 오차 모름", "accuracy unknown"),
    "source": ("출처: {source}", "source: {source}"),
    "motorway": ("고속도로", "expressway"),
    "trunk": ("국도(분리)", "divided national road"),
    "high_speed": ("고속철도", "high-speed railway"),
    "conventional": ("일반철도", "railway"),
    "legend": ("범례", "Legend"),
    "mode": ("교통수단", "Mode"),
    "noscript": (
        "이 지도는 자바스크립트로 그립니다. 꺼져 있으면 옆의 표를 보십시오.",
        "The map needs JavaScript; the tables on this page do not.",
    ),
    "print_note": (
        "화면의 지도는 인쇄되지 않습니다. 표와 그림을 쓰십시오.",
        "The live map is not printed; use the tables and the figures.",
    ),
    "map_label": ("지도", "Map"),
    "hint": (
        "선이나 점에 올리거나 누르면 내역이 나옵니다(키보드: Tab, Enter로 열고 Esc로 닫기).",
        "Point at or click a line or place for its details (keys: Tab, Enter opens, Esc closes).",
    ),
    # The page of the question.
    "question_title": (
        "어디서, 무엇으로, 언제 떠나면 말한 대로인가",
        "From where, by what and when is it as they said?",
    ),
    "to_place": ("{name}까지", "to {name}"),
    "between": ("{origin} → {destination}", "{origin} → {destination}"),
    "side_left": ("왼쪽", "left side"),
    "side_right": ("비교 대상", "compared with"),
    "margin": ("차이", "margin"),
    "left_faster": ("{value}분 빠름", "{value} min faster"),
    "left_slower": ("{value}분 느림", "{value} min slower"),
    "as_fast": ("같음", "equal"),
    "share_holds": ("성립하는 출발", "departures it holds for"),
    "flip": ("뒤집히는 점", "flip point"),
    "flip_note": ("{name} 시간의 변화", "change of the trip {name}"),
    "flip_holds": ("{value}분이면 성립", "holds at {value} min"),
    "flip_fails": ("{value}분이면 불성립", "fails at {value} min"),
    "flip_never": ("뒤집히지 않음", "never turns"),
    "by_departure": ("출발 {window}", "departures {window}"),
    "any_departure": ("출발 시각과 무관", "the same at any departure"),
    "of_draws": ("막대 높이 = 배차 추첨 중 성립하는 비율", "height = share of headway draws"),
    "strip_holds": ("90% 이상 성립", "holds in 90 % or more"),
    "strip_most": ("50-90%", "50-90 %"),
    "strip_some": ("10-50%", "10-50 %"),
    "strip_fails": ("10% 이하", "10 % or less"),
    "strip_label": ("성립하는 출발 {share}%. {when}", "holds for {share} % of departures. {when}"),
    "strip_when": ("거의 언제나 성립: {when}", "nearly always at {when}"),
    "said_by": ("{who}, {when}. {source}", "{who}, {when}. {source}"),
    "reading": ("해석", "As tested"),
    "how_to_read": ("읽는 법", "How to read it"),
    "read_minutes": (
        (
            "분은 문앞에서 문앞까지의 중앙값, 괄호는 10-90 백분위다. 판정은 같은 출발끼리 견주어 "
            "출발의 90% 이상이면 성립, 10% 이하면 불성립, 그 사이면 엇갈림이다."
        ),
        (
            "Minutes are medians door to door, p10-p90 in brackets. Both trips are taken at the "
            "same departure: it holds where 90 % of departures or more bear it out, fails at 10 % "
            "or less, is mixed between."
        ),
    ),
    "read_ids": (
        (
            "각 줄 아래는 그 값의 식별자다. `clustergeo explain 식별자`는 값을 다시 계산해 경로, "
            "출처, 설정을 보여 준다. @ 앞에 /08:10처럼 붙이면 그 출발만 본다. @ 뒤는 입력과 "
            "설정의 해시다."
        ),
        (
            "Below each row stand the ids of its figures. `clustergeo explain ID` computes one "
            "again and shows legs, sources and settings; of a trip, /08:10 before the @ asks for "
            "that departure alone. What follows the @ is a hash of inputs and settings."
        ),
    ),
    "chain": ("해시", "chain"),
    # Gallery.
    "answer": ("결과", "The answer"),
    "headline_note": (
        "주황색 굵은 값: {capital}까지보다 오래 걸리는 이동",
        "Bold on orange: the trip takes longer than the one to {capital}.",
    ),
    "claims": ("진술 검증", "Statements tested"),
    "verdict": ("판정", "verdict"),
    "share": ("참인 출발", "departures for which it is true"),
    "left": ("왼쪽(분)", "left side, min"),
    "right": ("오른쪽(분)", "right side, min"),
    "all_origins": ("모든 출발지 {n}곳", "all {n} origins"),
    "exhibits": ("지도와 그림", "Maps and figures"),
    "open": ("열기", "open"),
    "files": ("표", "Tables"),
    "file": ("파일", "file"),
    "method": ("계산 방법", "How it is computed"),
    "credits": ("출처와 이용 조건", "Sources and licences"),
}


def say(lang: Language, key: str, **values: object) -> str:
    """Return a phrase in one language, filled in.

    Examples
    --------
    >>> say("en", "minutes", value=12)
    '12 min'
    """
    return _WORDS[key][0 if lang == "ko" else 1].format(**values)


def both(key: str, **values: object) -> tuple[str, str]:
    """Return a phrase in Korean and in English.

    Examples
    --------
    >>> both("car")
    ('승용차', 'Car')
    """
    return say("ko", key, **values), say("en", key, **values)

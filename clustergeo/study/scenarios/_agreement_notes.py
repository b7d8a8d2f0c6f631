"""What an agreement sheet rests on and what it does not claim, English and Korean."""

from __future__ import annotations

from collections.abc import Iterator

from clustergeo.places import load_pilot_projects
from clustergeo.study.scenarios._agreement_words import WORDS
from clustergeo.study.scenarios.gain_rules import ScenarioGains

__all__ = ["assumptions", "not_claimed"]


def assumptions(gains: ScenarioGains, lang: str) -> Iterator[str]:
    """Yield how gains were counted and split, and what the scenarios assume."""
    rules, study = gains.rules, gains.study
    region = ", ".join(names[lang == "ko"] for names in gains.region)
    date = study.date.isoformat()
    if lang == "ko":
        weight = "종사자 수로 가중한 " if gains.weighted else ""
        yield (
            f"인구: {region}의 2 km 격자(격자 중심에서 출발, 시군 경계는 통계청 2018년). "
            "지역 밖 주민은 세지 않는다."
        )
        yield (
            f"시간: {date} {study.window} 출발의 중앙값. 클러스터까지는 {weight}전체 클러스터 "
            "평균, 수도권까지는 가장 가까운 기준점."
        )
        yield (
            "지방정부: 도의 시·군(일반구 포함), 광역시·세종·제주는 전체가 하나. "
            "광역시의 자치구와 도는 따로 서명하지 않는 것으로 본다."
        )
        yield (
            f"1인당 단축 {rules.least_min:g}분 미만이면 서명하지 않는다(추정). "
            "통행이 없는 주민의 단축은 0으로 본다."
        )
        yield (
            f"서명하는 지방정부의 최소 분담은 지방비의 {rules.floor:.1%}(추정). "
            "나머지는 편익에 비례한다."
        )
    else:
        weight = "weighted by employees" if gains.weighted else "all alike"
        yield (
            f"People: cells of 2 km of {region}, from the centre of each; borders of 2018, "
            "generalised. People outside the region are not counted."
        )
        yield (
            f"Times: medians of the departures of {study.window} on {date}; to the clusters the "
            f"mean over all of them, {weight}; to the capital the nearest of its points."
        )
        yield (
            "Governments: the si and gun of a province, with the gu of a si; a metropolitan city, "
            "Sejong and Jeju are one each. Districts of metropolitan cities and provinces do not "
            "sign by themselves."
        )
        yield (
            f"A government signs whose people save {rules.least_min:g} min in the mean "
            "(estimated); who has no trip saves nothing."
        )
        yield (
            f"Each that signs pays at least {rules.floor:.1%} of the local cost (estimated); "
            "beyond that, by benefit."
        )
    yield _national(gains, lang)
    for scenario in gains.scenarios:
        for number, edit in enumerate(scenario.edits, start=1):
            if edit.assumption:
                note = edit.note or WORDS[lang]["assumed"]
                yield WORDS[lang]["edit"].format(
                    scenario=scenario.scenario_id, number=number, note=note
                )


def _national(gains: ScenarioGains, lang: str) -> str:
    share = f"{gains.national_share:.2%}"
    if gains.rules.national_share is not None:
        if lang == "ko":
            return f"국비 비중 {share}: 사용자가 정한 값."
        return f"Share of the state {share}: as asked."
    projects = load_pilot_projects(gains.study.places.projects)
    own = projects["national_budget_100m_krw"] / projects["total_expense_100m_krw"]
    most = int(projects["total_expense_100m_krw"].max())
    low, high = f"{own.min():.0%}", f"{own.max():.0%}"
    if lang == "ko":
        return (
            f"국비 비중 {share}: 시범사업 {len(projects)}건의 국비 합계를 총사업비 합계로 나눈 값"
            f"(사업별 {low}~{high}). 시범사업은 {most:,}억 원 이하로, "
            "철도·도로의 국비 기준이 아니다."
        )
    return (
        f"Share of the state {share}: national budget over total expense of the {len(projects)} "
        f"pilot projects together ({low} to {high} each). None is above KRW "
        f"{most / 10:.1f} billion: no rule for railways or motorways."
    )


def not_claimed(gains: ScenarioGains, lang: str) -> Iterator[str]:
    """Yield what must not be read into the sheet."""
    both = len(gains.modes) > 1
    if lang == "ko":
        yield "비용편익비(B/C)를 제시하지 않는다. 수요, 요금, 운영비, 배출은 계산하지 않았다."
        yield (
            "1인당 단축은 주민 한 사람이 한 번 갈 때의 시간 차이이며, "
            "몇 명이 다니는지의 예측이 아니다."
        )
        yield (
            "분담안은 협의의 출발점이며 법령이나 재정 여력을 반영하지 않는다. "
            "부처명은 입력한 것만 적는다."
        )
        if both:
            yield "승용차와 대중교통의 단축을 그대로 더했다. 수단 분담률은 가정하지 않았다."
    else:
        yield "No benefit-cost ratio: demand, fares, running costs and emissions are not computed."
        yield (
            "Minutes a person are what one trip of each resident would save, no forecast of how "
            "many travel."
        )
        yield (
            "The split is a point to start from, not law or budget; ministries stand only where "
            "they were named."
        )
        if both:
            yield (
                "Minutes by car and by public transport are added as they are: no modal split is "
                "assumed."
            )

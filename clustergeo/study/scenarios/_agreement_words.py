"""The phrases of the agreement sheet, English and Korean."""

from __future__ import annotations

from typing import Final

__all__ = ["MODES", "REASONS", "TARGETS", "WORDS"]

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Draft agreement sheet: {title}",
        "project": "Project",
        "project_caption": "Fields of the pilot table of the Regional Development Investment "
        "Agreement; money in KRW 100 million",
        "sector": "Sector",
        "region": "Region",
        "name": "Project name",
        "lead": "Supervising ministry",
        "assisting": "Assisting ministries",
        "total": "Total expense (KRW 100 million)",
        "national": "National budget (KRW 100 million)",
        "local": "Local share (KRW 100 million)",
        "opening": "Opening year",
        "to_be_named": "to be named",
        "not_stated": "not stated",
        "pays": "Who would pay",
        "pays_caption": "Proposed split of the cost by minutes saved on trips {target}{modes}",
        "party": "Party",
        "people": "People",
        "minutes": "Minutes saved a person",
        "benefit": "Share of the benefit",
        "of_local": "Share of the local cost",
        "of_all": "Share of the cost",
        "krw": "KRW 100 million",
        "sum": "Sum",
        "does_not_sign": "does not sign: {why}",
        "gains": "Who gains",
        "gains_caption": "Mean minutes saved a trip, over those who have a trip before and after",
        "with_trip": "with a trip {mode}",
        "column": "{target}, {mode}",
        "finding": "{first} gains most, {share} of the benefit. {signers}.",
        "signers": "{count} of {of} governments would sign",
        "nobody": "No government saves {least} minutes a person {target}: nobody would sign",
        "sources": "Sources",
        "assumptions": "Assumptions",
        "not_claimed": "What is not claimed",
        "no_cost": "The scenario states no cost: shares only.",
        "edit": "{scenario}, edit {number}: {note}",
        "assumed": "assumed",
    },
    "ko": {
        "title": "협약서 초안: {title}",
        "project": "사업 개요",
        "project_caption": "지역발전투자협약 시범사업 표의 항목을 따름. 금액 단위는 억 원",
        "sector": "분야",
        "region": "지역",
        "name": "사업명",
        "lead": "주관 부처",
        "assisting": "협조 부처",
        "total": "총사업비(억 원)",
        "national": "국비(억 원)",
        "local": "지방비(억 원)",
        "opening": "개통 연도",
        "to_be_named": "미정",
        "not_stated": "미기재",
        "pays": "비용 분담안",
        "pays_caption": "단축 시간에 비례한 분담안: {target}{modes}",
        "party": "주체",
        "people": "인구(명)",
        "minutes": "1인당 단축(분)",
        "benefit": "편익 비중",
        "of_local": "지방비 비중",
        "of_all": "총사업비 비중",
        "krw": "금액(억 원)",
        "sum": "합계",
        "does_not_sign": "서명 제외: {why}",
        "gains": "누가 이득을 보는가",
        "gains_caption": "통행당 평균 단축 시간(분). 사업 전후 모두 통행이 가능한 주민 기준",
        "with_trip": "통행 가능({mode})",
        "column": "{target}, {mode}",
        "finding": "편익이 가장 큰 곳: {first}(전체의 {share}). {signers}.",
        "signers": "서명 대상: 지방정부 {of}곳 중 {count}곳",
        "nobody": "{target} 통행에서 1인당 {least}분 이상 단축되는 지방정부 없음: 서명 대상 없음",
        "sources": "출처",
        "assumptions": "가정",
        "not_claimed": "주장하지 않는 것",
        "no_cost": "시나리오에 사업비가 없어 비중만 제시한다.",
        "edit": "{scenario}, 변경 {number}: {note}",
        "assumed": "가정한 값",
    },
}

TARGETS: Final = {
    "en": {"clusters": "to the clusters", "capital": "to the capital"},
    "ko": {"clusters": "클러스터까지", "capital": "수도권까지"},
}
MODES: Final = {
    "en": {"car": "by car", "transit": "by public transport"},
    "ko": {"car": "승용차", "transit": "대중교통"},
}
REASONS: Final = {
    "en": {
        "no_time": "no trip before or after",
        "no_gain": "saves nothing",
        "below_least": "saves less than {least} min a person",
        "no_one_signs": "nobody signs",
    },
    "ko": {
        "no_time": "통행 불가",
        "no_gain": "단축 없음",
        "below_least": "1인당 {least}분 미만 단축",
        "no_one_signs": "서명 주체 없음",
    },
}

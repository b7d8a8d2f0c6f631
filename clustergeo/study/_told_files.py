"""What each file of a study holds, for the list on its page of contents."""

from __future__ import annotations

from typing import Final

__all__ = ["TOLD_FILES"]

TOLD_FILES: Final = {
    "tables/times.csv": (
        "모든 지점 쌍의 문앞에서 문앞까지 걸리는 시간과 그 구성",
        "door-to-door minutes of every pair, and what they are made of",
    ),
    "tables/modes.csv": (
        "지점 쌍마다 대중교통과 승용차의 비교: 비율, 차이, 더 빠른 수단",
        "public transport against the car by pair: ratio, margin, the faster one",
    ),
    "tables/snaps.csv": (
        "각 지점이 도로망과 만나는 곳과 그 거리",
        "where each place meets the roads, and how far that is",
    ),
    "tables/isolation.csv": ("클러스터별 고립 지표", "isolation measures of each cluster"),
    "tables/stability.csv": (
        "설정을 바꾸었을 때 클러스터별 고립 순위",
        "rank of each cluster under each setting",
    ),
    "tables/stability_summary.csv": (
        "순위가 움직이는 범위와 순위를 바꾸는 설정",
        "how far each rank moves, and what moves it",
    ),
    "tables/peers.csv": (
        "시범사업 시군구와 나란히 본 클러스터의 고립 지표",
        "isolation measures of the clusters beside the pilot municipalities",
    ),
    "tables/claims.csv": (
        "출발지별 진술의 판정과 뒤집히는 조건",
        "verdicts on the statements by origin, and what would turn them",
    ),
    "tables/claim_verdicts.csv": (
        "진술마다 종합 판정과 성립 조건",
        "the verdict on each statement as a whole, and when it holds",
    ),
    "tables/pilot_regions.csv": (
        "시범사업 시군구에서 수도와 가장 가까운 클러스터까지",
        "from the pilot municipalities to the capital and to the nearest cluster",
    ),
    "tables/validation.csv": ("발표된 시간과의 오차 요약", "errors against published times"),
    "tables/validation_pairs.csv": ("발표된 시간과의 비교", "comparison with published times"),
    "study.json": ("입력, 설정, 버전, 해시, 주의", "inputs, settings, versions, chain, warnings"),
}


"""Korean and English, by the path below the output folder."""

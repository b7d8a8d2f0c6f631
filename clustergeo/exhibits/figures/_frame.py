"""Phrases of the figures, and what stands above and below every one of them."""

from __future__ import annotations

from typing import Final

from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.figures.sheet import Sheet

__all__ = ["frame", "tell", "titles"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "location_title": (
        "위치도: 거점, {capital}, 길과 철도",
        "Where they are: clusters, {capital}",
    ),
    "location_finding": (
        "직선으로 거점 사이는 {near}-{far} km, {capital}까지는 {low}-{high} km",
        "As the crow flies clusters lie {near}-{far} km apart, {low}-{high} km from {capital}",
    ),
    "location_none": ("거점 {n}곳과 {capital}의 위치", "Where {n} cluster(s) and {capital} are"),
    "overview": ("전체", "Overview"),
    "detail": ("거점 둘레", "Around the clusters"),
    "unnamed": ("이름을 적지 못한 점 {n}개", "{n} marks without room for a name"),
    "scale": (
        "WGS 84, 축척은 북위 {lat}도 기준, 위쪽이 북쪽",
        "WGS 84, scale true at {lat}° latitude, north is up",
    ),
    "desire_title": (
        "희망선: 가장 가까운 다른 거점과 {capital}",
        "Desire lines: the nearest other cluster and {capital}",
    ),
    "desire_nearest": ("가장 가까운 다른 거점까지(분)", "to the nearest other cluster, min"),
    "desire_orange": (
        "{capital}까지가 더 빠른 이동(분)",
        "trip that takes longer than the one to {capital}, min",
    ),
    "capital_minutes": ("{capital} {value}분", "{capital} {value} min"),
    "ratio_title": (
        "대중교통 시간 ÷ 승용차 시간",
        "Minutes by public transport over minutes by car",
    ),
    "ratio_finding": (
        "대중교통은 승용차의 {low}-{high}배 걸림(거점 사이), {capital}까지는 {near}-{far}배",
        (
            "Public transport takes {low}-{high} times as long as a car between clusters, "
            "{near}-{far} times to {capital}"
        ),
    ),
    "ratio_pairs": (
        "대중교통은 거점 사이에서 승용차의 {low}-{high}배 걸림",
        "Public transport takes {low}-{high} times as long as a car between clusters",
    ),
    "ratio_none": (
        "대중교통과 승용차를 견줄 수 있는 이동 없음",
        "No trip is known both by public transport and by car",
    ),
    "ratio_axis": ("배 (대중교통 / 승용차)", "times (public transport / car)"),
    "ratio_map": ("지도의 선: 두 방향의 평균", "Lines on the map: mean of both directions"),
    "ratio_row": ("{ratio}배 ({transit}분 / {car}분)", "{ratio}  ({transit} / {car} min)"),
    "ratio_shown": ("큰 순서로 {total}쌍 중 {n}쌍", "the {n} greatest of {total} pairs"),
    "ratio_unknown": ("값 없는 쌍 {n}개", "{n} pairs without a value"),
    "panels_title": (
        "등시간권: 문에서 나서 {classes}분 안에 닿는 곳",
        "Isochrones: what is reached within {classes} minutes from the door",
    ),
    "panels_finding": (
        "{minutes}분 안에 닿는 넓이: {parts}",
        "Reached within {minutes} minutes: {parts}",
    ),
    "panels_part": (
        "{mode} {least}({low} km²)-{most}({high} km²)",
        "{mode} {low} km² ({least}) to {high} km² ({most})",
    ),
    "panels_one": ("{mode} {high} km²", "{mode} {high} km²"),
    "panels_none": (
        "{minutes}분 안에 닿는 곳 없음",
        "Nothing is reached within {minutes} minutes",
    ),
    "panels_class": ("{minutes}분", "{minutes} min"),
    "panels_area": ("{minutes}분 {value} km²", "{value} km² in {minutes} min"),
    "panels_scale": ("두 줄의 축척이 다름", "the rows differ in scale"),
    "space_title": ("시간지도: 분으로 잰 거리", "Map of time: distances in minutes"),
    "space_finding": (
        "직선 10 km에 드는 시간: {parts}",
        "Ten kilometres as the crow flies take: {parts}",
    ),
    "space_part": (
        "{mode} 거점 사이 {between}분·{capital}까지 {outward}분",
        "{mode} {between} min between clusters, {outward} min to {capital}",
    ),
    "space_none": ("시간지도를 그릴 값이 없음", "Too few times to draw a map of time"),
    "space_error": (
        "가장 큰 오차 {worst}분 ({pair}), {capital}까지는 {capital_worst}분, 스트레스 {stress}",
        "Worst error {worst} min ({pair}), to {capital} {capital_worst} min; stress {stress}",
    ),
    "space_geo": ("지도의 위치(평균 속도로 환산)", "place on the map, at the mean speed"),
    "space_time": ("시간으로 잰 위치", "place by minutes"),
    "space_ring": ("{capital}에서 {minutes}분", "{minutes} min from {capital}"),
    "space_note": (
        "두 방향의 평균. 고정점은 {capital}, 지도 방향에 맞추어 돌림; 그림에서 잰 거리는 근사값",
        (
            "Mean of both directions. {capital} is held fixed, turned to fit the map; "
            "distances on the picture are approximate"
        ),
    ),
    "anatomy_title": (
        "대중교통 시간의 내역: 몇 분이 어디에 쓰이나",
        "Where the minutes go: trips by public transport",
    ),
    "anatomy_finding": (
        (
            "거점 사이 대중교통 시간 중 차를 타고 가는 시간은 {ride}%, "
            "나머지는 접근 {access}·대기 {wait}·환승 {transfer}·도착 {egress}%"
        ),
        (
            "Between clusters {ride} % of the time by public transport is spent riding; access "
            "takes {access}, waiting {wait}, changing {transfer}, egress {egress} %"
        ),
    ),
    "anatomy_none": ("내역을 아는 대중교통 이동 없음", "No trip by public transport is known"),
    "part_access": ("접근(걷기·택시)", "access (walk, taxi)"),
    "part_wait": ("첫 차 대기", "first wait"),
    "part_ride": ("승차", "riding"),
    "part_transfer": ("환승", "changing"),
    "part_egress": ("도착", "egress"),
    "part_car": ("승용차 전체", "whole trip by car"),
    "anatomy_shown": ("긴 순서로 {total}쌍 중 {n}쌍", "the {n} longest of {total} pairs"),
    "departures_title": (
        "출발 시각에 따라: 대중교통으로 몇 분",
        "By departure: minutes by public transport",
    ),
    "departures_finding": (
        "언제 나서느냐에 가장 많이 달라지는 이동: {origin} → {destination} {low}-{high}분",
        "The trip that departures change most: {origin} to {destination}, {low}-{high} min",
    ),
    "departures_none": (
        "출발 시각별 대중교통 시간을 아는 이동 없음",
        "No trip by public transport is known by departure",
    ),
    "departures_band": ("띠는 배차 추첨의 10-90 백분위", "Bands: p10-p90 over headway draws"),
    "departures_few": (
        "{name}: {window} 중 {share}%에만 경로",
        "{name}: a trip at {share} % of {window}",
    ),
    "method_title": ("자료와 방법", "Data and method"),
    "method_finding": (
        "이동 {total}개 중 경로를 찾은 것 {share}%, 그 값의 {estimated}%는 추정에 기댐",
        (
            "A route was found for {share} % of {total} trips; {estimated} % of the values rest "
            "on estimates"
        ),
    ),
    "method_errors": (
        "; 공표된 시간과의 평균 차이: {parts}",
        "; mean error against published times: {parts}",
    ),
    "method_error": ("{mode} {value}분(n={n})", "{mode} {value} min (n={n})"),
    "method_what": ("무엇을 재었나", "What is measured"),
    "method_routes": ("경로를 찾지 못한 이동", "Trips without a route"),
    "method_route": (
        "{mode}: {total}개 중 {n}개 ({share}%){reasons}",
        "{mode}: {n} of {total} ({share} %){reasons}",
    ),
    "method_grades": ("근거 등급", "Grades of evidence"),
    "method_validation": ("공표된 시간과 견준 오차", "Errors against published times"),
    "method_basis": (
        "{mode}, {basis}: {n}쌍, 평균 차이 {mae}분, 치우침 {bias}분, 5분 안 {within}%",
        (
            "{mode}, {basis}: {n} pairs, mean error {mae} min, bias {bias} min, "
            "within 5 min {within} %"
        ),
    ),
    "method_used": ("(입력에 쓰인 값)", "(used as input)"),
    "method_settings": ("설정", "Settings"),
    "method_more": ("외 {n}개: study.json", "and {n} more: study.json"),
    "method_clusters": ("거점 {n}곳: {names}", "{n} clusters: {names}"),
    "method_crs": ("좌표계: WGS 84 (EPSG:4326)", "Coordinates: WGS 84 (EPSG:4326)"),
    "basis_drive": ("주행", "drive"),
    "basis_door_to_door": ("문에서 문까지", "door to door"),
    "basis_in_vehicle": ("차 안", "in vehicle"),
    "basis_independent_search": ("독립 경로 탐색", "independent search"),
}


def tell(lang: Language, key: str, **values: object) -> str:
    """Return a phrase of the figures in one language, filled in.

    Examples
    --------
    >>> tell("en", "panels_class", minutes=30)
    '30 min'
    """
    return _WORDS[key][0 if lang == "ko" else 1].format(**values)


def titles(readings: Readings, key: str, **values: object) -> tuple[str, str]:
    """Return the title of a figure in Korean and in English."""
    ko = readings.name(readings.capital_id, lang="ko")
    en = readings.name(readings.capital_id, lang="en")
    return tell("ko", key, capital=ko, **values), tell("en", key, capital=en, **values)


def frame(
    sheet: Sheet, readings: Readings, title: str, finding: str, *notes: str, minutes: bool = True
) -> float:
    """Write title, finding, notes and sources; return where the notes begin.

    Parameters
    ----------
    sheet, readings
        Where, and of what.
    title, finding
        Written on top.
    notes
        Lines before the sources; blank ones are left out.
    minutes
        Whether the figure shows minutes: then what they are stands first.
    """
    lang = readings.lang
    sheet.head(title, finding)
    basis = f"{say(lang, 'door_to_door')}. " if minutes else ""
    lines = [
        f"{basis}{readings.basis()}. {readings.evidence()}",
        ". ".join(note for note in notes if note),
        f"{say(lang, 'sources')}: {' · '.join(readings.facts.credits)}",
    ]
    return sheet.foot([line for line in lines if line])

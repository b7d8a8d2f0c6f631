"""Phrases of the interactive maps in Korean and English; see ``_words``."""

from __future__ import annotations

from typing import Final

__all__ = ["MAP_WORDS"]

MAP_WORDS: Final[dict[str, tuple[str, str]]] = {
    # Around every map.
    "skip": ("지도 건너뛰기", "Skip the map"),
    "search": ("이름으로 찾기", "Find a place by name"),
    "layers": ("지도에 보일 것", "What the map shows"),
    "beside": ("범례와 표", "Legend and tables"),
    "close": ("닫기", "Close"),
    "zoom_in": ("확대", "Zoom in"),
    "zoom_out": ("축소", "Zoom out"),
    "ground_set": ("바탕", "Ground"),
    "places_set": ("지점", "Places"),
    "transit_set": ("대중교통", "Public transport"),
    "mode_set": ("교통수단", "Mode"),
    "from_set": ("출발 거점", "From"),
    "tiles": ("온라인 지도", "Online map"),
    "tiles_note": (
        "켜면 {host} 서버에서 그림을 받습니다. 폴더에서 연 파일은 서버가 거절할 수 있습니다.",
        "Asks {host} for pictures. The server may refuse a file opened from a folder.",
    ),
    # Networks.
    "metro_line": ("도시철도 (역 사이 직선)", "Metro (straight between stations)"),
    "brt_line": ("BRT (정류장 사이 직선)", "BRT (straight between stops)"),
    "rail_stop": ("철도역", "Railway stations"),
    "metro_stop": ("도시철도역", "Metro stations"),
    "brt_stop": ("BRT 정류장", "BRT stops"),
    "stop_lines": ("노선: {lines}", "Lines: {lines}"),
    # Isochrones.
    "isochrones_title": (
        "도달권: 거점에서 {times}분 안에 닿는 곳",
        "Reach: what lies within {times} min of each cluster",
    ),
    "isochrones_finding": (
        "{limit}분 안에 닿는 넓이, 대중교통은 승용차의 {shares}: {each}",
        "Area within {limit} min by public transport is {shares} of that by car: {each}",
    ),
    "isochrones_one_mode": (
        "{mode} {limit}분 안에 닿는 넓이: {each}",
        "Area within {limit} min, {mode}: {each}",
    ),
    "within": ("{value}분 안", "within {value} min"),
    "area": ("{value} km²", "{value} km²"),
    "areas": ("닿는 넓이(km²)", "Area reached, km²"),
    "isochrones_note": (
        (
            "경계는 {value} m까지 다듬어 그렸고 넓이는 다듬기 전 값이다. "
            "대중교통은 내려서 걸어 닿는 곳까지"
        ),
        (
            "Outlines are generalised by up to {value} m, areas are those before. "
            "By public transport: what one reaches on foot from a stop"
        ),
    ),
    "band_of": ("{name}, {mode}, {value}분 안", "{name}, {mode}, within {value} min"),
    # Pilot regions.
    "pilots_title": (
        "시범사업 시군구: 수도권과 가장 가까운 거점까지",
        "Pilot regions: to the capital and to the nearest cluster",
    ),
    "pilots_finding": (
        "가장 가까운 거점보다 수도권이 더 빠른 시범사업 시군구: {counts}",
        "Pilot municipalities nearer to the capital than to any cluster: {counts}",
    ),
    "pilots_sum": (
        "사업 {projects}개, 총사업비 {budget}억 원",
        "{projects} projects, {budget} hundred million won",
    ),
    "pilots_bare": ("시범사업 시군구 {total}곳", "{total} pilot municipalities"),
    "no_budget": ("총사업비 모름: {n}개", "budget unknown: {n}"),
    "nearest_ratio": (
        "가장 가까운 거점까지 ÷ 수도권까지",
        "to the nearest cluster ÷ to the capital",
    ),
    "municipality": ("시군구", "Municipality"),
    "capital_short": ("수도권", "capital"),
    "cluster_short": ("거점", "cluster"),
    "budget_column": ("총사업비(억 원)", "Budget, 100 m won"),
    "budget_same": (
        "크기: 총사업비 ({value}억 원 안팎으로 거의 같음)",
        "size: total budget (nearly equal, about {value} hundred million won)",
    ),
}

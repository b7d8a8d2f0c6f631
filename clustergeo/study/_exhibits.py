"""Draw the exhibits of a study from its tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import numpy as np

from clustergeo.claims import Claim
from clustergeo.errors import Fault, StudyError
from clustergeo.exhibits import (
    Exhibit,
    Statement,
    StudyFacts,
    StudyTables,
    dumbbell,
    gallery,
    isolation_map,
    load_basemap,
    places_map,
    question,
    ratio_matrix,
)
from clustergeo.networks import RoadNetwork
from clustergeo.study._provenance import chain_of
from clustergeo.study.plan import Study
from clustergeo.study.results import Results
from clustergeo.units import WGS84

__all__ = ["draw"]

_FILES = {
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


def draw(results: Results, claims: Sequence[Claim], network: RoadNetwork) -> dict[str, Exhibit]:
    """Return the exhibits a study asks for and the page that shows them, by file name.

    Parameters
    ----------
    results
        The tables of the study.
    claims
        The claims tested, for the words of the statement.
    network
        The road network, whose main roads are drawn under the maps.

    Returns
    -------
    exhibits : dict of str to Exhibit
        Keys are paths below the output folder.
    """
    study, places = results.study, results.places
    tables = StudyTables(
        places=places.known,
        times=results.times,
        isolation=results.isolation,
        claims=results.claims,
        pilot_regions=results.pilot_regions,
        projects=places.projects,
        municipalities=places.regions,
    )
    chain = chain_of(study).short
    facts, lang = _facts(results, claims, chain), study.outputs.lang
    basemap = _basemap(study, network)
    makers: dict[str, Callable[[], Exhibit]] = {
        "question.html": lambda: _question(results, claims, tables, facts, chain),
        "places.html": lambda: places_map(tables, facts=facts, basemap=basemap, lang=lang),
        "isolation.html": lambda: isolation_map(tables, facts=facts, basemap=basemap, lang=lang),
        "figures/dumbbell.png": lambda: dumbbell(tables, facts=facts, lang=lang),
        "figures/matrix.png": lambda: ratio_matrix(tables, facts=facts, lang=lang),
    }
    drawn = {
        name: make() for name, make in makers.items() if Path(name).stem in study.outputs.exhibits
    }
    drawn["index.html"] = gallery(drawn, tables, facts=facts, files=_FILES, lang=lang)
    return drawn


def _question(
    results: Results,
    claims: Sequence[Claim],
    tables: StudyTables,
    facts: StudyFacts,
    chain: str,
) -> Exhibit:
    """Return the page on the statement of a study."""
    study = results.study
    tested = study.outputs.statement
    claim = next((c for c in claims if tested and c.claim_id == tested.claim_id), None)
    if claim is None:
        what = f"no such claim ({tested.claim_id if tested else 'none'})"
        fix = "use the claim_id of a claim of the study"
        raise StudyError(Fault(study.file.name, what, fix, field="outputs.statement"))
    return question(
        tables,
        results.travel_times,
        claim=claim,
        verdicts=results.claim_verdicts,
        departures=study.departures,
        facts=facts,
        lang=study.outputs.lang,
        chain=chain,
    )


def _basemap(study: Study, network: RoadNetwork) -> gpd.GeoDataFrame:
    main = np.array([name in ("motorway", "trunk") for name in network.classes], bool)
    edges = np.flatnonzero(network.once & main[network.highway])
    highway = np.array(network.classes, object)[network.highway[edges]]
    lines = network.lines_of(edges, WGS84)
    return load_basemap(
        outlines=study.basemap.outlines,
        borders=study.basemap.borders,
        rail=study.basemap.rail,
        roads=gpd.GeoDataFrame({"highway": highway}, geometry=lines, crs=WGS84),
    )


def _facts(results: Results, claims: Sequence[Claim], chain: str) -> StudyFacts:
    study = results.study
    return StudyFacts(
        title_ko=study.title_ko,
        title_en=study.title_en,
        date=study.date.isoformat(),
        window=study.window,
        capital_id=study.places.capital[0],
        cluster_ids=results.places.cluster_ids,
        credits=study.outputs.credits,
        labels=study.outputs.labels,
        statement=_statement(study, claims),
        claims={claim.claim_id: _words(claim) for claim in claims},
        settings=_settings(study) | {"chain": chain},
        note=study.outputs.note,
        road_state=study.networks.road_state,
    )


def _words(claim: Claim) -> tuple[str, str]:
    """Return what was said and in which reading it was tested, in Korean and English."""
    said = claim.translation_ko or claim.quotation
    if claim.wording == "reported":
        return f"{said} {claim.reading_ko}", f"{claim.quotation} {claim.reading_en}"
    return f"“{said}” {claim.reading_ko}", f"“{claim.quotation}” {claim.reading_en}"


def _settings(study: Study) -> dict[str, str]:
    """Return the state of the roads and the rules, in the words of the study file."""
    rules = {"road": asdict(study.road), "transit": asdict(study.transit)}
    roads = {f"networks.{key}": str(value) for key, value in study.networks.state_keys.items()}
    return roads | {
        f"{name}.{key}": str(value) for name, rule in rules.items() for key, value in rule.items()
    }


def _statement(study: Study, claims: Sequence[Claim]) -> Statement | None:
    tested = study.outputs.statement
    said = next((c for c in claims if tested and c.claim_id == tested.claim_id), None)
    if tested is None or said is None:
        return None
    return Statement(
        claim_id=said.claim_id,
        from_id=tested.from_id,
        to_id=tested.to_id,
        text_ko=said.translation_ko or said.quotation,
        text_en=said.quotation,
    )

"""What the exhibits of a study say besides its tables: titles, days, words, settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import geopandas as gpd
import numpy as np

from clustergeo.claims import Claim
from clustergeo.exhibits import Statement, StudyFacts, load_basemap
from clustergeo.networks import RoadNetwork
from clustergeo.study.plan import Study
from clustergeo.study.results import Results
from clustergeo.units import WGS84

__all__ = ["basemap_of", "facts_of"]


def basemap_of(study: Study, network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the light tables of a study and its main roads, for every map to lie on."""
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


def facts_of(results: Results, claims: Sequence[Claim], chain: str) -> StudyFacts:
    """Return what the exhibits print about a study."""
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

"""A small invented study whose findings can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from toy_maps import toy_isochrones, toy_networks, toy_pilot_regions, write_maps

from clustergeo.exhibits import NetworkLayers, Statement, StudyFacts, StudyTables
from clustergeo.schemas import check_table
from clustergeo.schemas.results import CLAIMS, ISOLATION, TIMES

if TYPE_CHECKING:
    from browsing import Visit
    from playwright.sync_api import Browser

HOSTILE = (
    "<img src=x onerror=\"window.__pwned='img'\">",
    "</script><script>window.__pwned='script'</script>",
    "`+(window.__pwned='tick')+`",
    "${window.__pwned='dollar'}",
    "C:\\path\\2019\\u0041",
    "a\u2028b\u2029c",
    "' onmouseover='window.__pwned=1' \"",
    "=cmd|' /C calc'!A0",
    "$x^2$ {braces} & 0123456789abcdef0123456789abcdef",
)
"""Names that run code, or kill the page, where they are not escaped."""

CLUSTERS = ("aa", "bb", "cc")
CAPITAL = "cap"

# Minutes by public transport and by car. By public transport two of six trips between clusters
# (aa-cc, bb-aa) take longer than the trip to the capital, and none of the nearest ones does.
MINUTES = {
    "transit": {
        ("aa", "bb"): 60.0,
        ("aa", "cc"): 130.0,
        ("aa", "cap"): 100.0,
        ("aa", "cap2"): 90.0,
        ("bb", "aa"): 83.0,
        ("bb", "cc"): 40.0,
        ("bb", "cap"): 80.0,
        ("bb", "cap2"): 85.0,
        ("cc", "aa"): float("nan"),
        ("cc", "bb"): 45.0,
        ("cc", "cap"): 120.0,
        ("cc", "cap2"): 110.0,
    },
    "car": {
        ("aa", "bb"): 30.0,
        ("aa", "cc"): 50.0,
        ("aa", "cap"): 100.0,
        ("bb", "aa"): 30.0,
        ("bb", "cc"): 20.0,
        ("bb", "cap"): 100.0,
        ("cc", "aa"): 50.0,
        ("cc", "bb"): 20.0,
        ("cc", "cap"): 100.0,
    },
}


def times_table(minutes: dict[str, dict[tuple[str, str], float]] = MINUTES) -> pd.DataFrame:
    rows = []
    for mode, pairs in minutes.items():
        for (from_id, to_id), value in pairs.items():
            varies = mode == "transit"
            known = np.isfinite(value)
            rows.append(
                {
                    "from_id": from_id,
                    "to_id": to_id,
                    "mode": mode,
                    "minutes": value,
                    "p10_min": value * 0.9 if varies else value,
                    "p90_min": value * 1.2 if varies else value,
                    "best_min": value * 0.8 if varies else value,
                    "worst_min": value * 1.3 if varies else value,
                    "access_min": 5.0 if known else np.nan,
                    "wait_min": 6.0 if known and varies else np.nan,
                    "ride_min": value - 14 if known else np.nan,
                    "transfer_min": 0.0 if known else np.nan,
                    "egress_min": 3.0 if known else np.nan,
                    "distance_m": np.nan if varies else value * 1000,
                    "legs": "walk > bus 1 > walk" if varies else "",
                    "status": "ok" if known else "no_service",
                    "evidence": ("published" if from_id == "aa" else "derived") if known else "",
                }
            )
    return check_table(pd.DataFrame(rows), TIMES, file="times")


def places_table() -> gpd.GeoDataFrame:
    rows = [
        ("aa", "Alpha Innopolis", "가람특구", "cluster", 127.40, 36.40),
        ("bb", "Beta Valley", "나래단지", "cluster", 127.33, 36.62),
        ("cc", "Gamma Complex", "다온단지", "cluster", 127.45, 36.72),
        ("aa_lab", "Lab", "연구소", "site", 127.38, 36.41),
        ("cap", "Capital Station", "수도역", "capital", 126.97, 37.55),
        ("cap2", "Capital South", "수도남역", "capital", 127.10, 37.48),
        ("hub", "Hub Station", "환승역", "anchor", 127.33, 36.61),
        ("own", "Own place", "", "place", 127.20, 36.90),
    ]
    table = pd.DataFrame(
        rows, columns=["place_id", "name_en", "name_ko", "kind", "lon", "lat"]
    ).assign(cluster_id="", accuracy_m=300.0, evidence="derived", source="invented")
    table.loc[table["place_id"] == "own", "accuracy_m"] = np.nan
    points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def isolation_table() -> pd.DataFrame:
    rows = [
        {
            "cluster_id": "aa",
            "mode": "transit",
            "index": "capital_ratio",
            "weights": "",
            "value": 0.6,
            "unit": "1",
            "reason": "",
            "evidence": "derived",
        }
    ]
    return check_table(pd.DataFrame(rows), ISOLATION, file="isolation")


def claims_table() -> pd.DataFrame:
    rows = [
        ("s1", "transit", "aa", 100.0, 60.0, 0.02, "fails", "40 min farther"),
        ("s1", "transit", "bb", 80.0, 83.0, 0.55, "mixed", "about even"),
        ("s1", "car", "aa", 100.0, 30.0, 0.0, "fails", ""),
        ("s2", "car", "bb", np.nan, np.nan, np.nan, "cannot_tell", "no trip"),
    ]
    columns = ["claim_id", "mode", "origin_id", "left_min", "right_min", "share_true", "verdict"]
    table = pd.DataFrame(rows, columns=[*columns, "note"]).reindex(columns=list(CLAIMS.names))
    table.loc[table["note"] == "", "note"] = "-"
    return check_table(table, CLAIMS, file="claims")


def toy_facts() -> StudyFacts:
    return StudyFacts(
        title_ko="세 마을 연구",
        title_en="A study of three towns",
        date="2024-08-06",
        window="07:00-09:00",
        capital_id=CAPITAL,
        cluster_ids=CLUSTERS,
        credits=("© Somebody (ODbL 1.0)", "Boundaries: an office"),
        labels={"aa": ("가람", "Alpha"), "bb": ("나래", "Beta"), "cc": ("다온", "Gamma")},
        statement=Statement("s1", "aa", "bb", "수도가 더 빠르다", "The capital is faster"),
        claims={"s1": ("수도가 더 빠르다", "The capital is faster")},
        settings={"walking speed": "4.5 km/h"},
    )


@pytest.fixture(scope="session")
def facts() -> StudyFacts:
    return toy_facts()


def toy_tables() -> StudyTables:
    projects = pd.DataFrame(
        {
            "project_id": ["1", "2"],
            "sector": ["Space", "Jobs"],
            "project_name": ["Harbour", "Garden"],
            "total_expense_100m_krw": ["182", ""],
        }
    )
    municipalities = gpd.GeoDataFrame(
        {
            "place_id": ["m1", "m2", "m3"],
            "name_en": ["M one", "M two", "M three"],
            "name_ko": ["하나시", "", "셋시"],
            "kind": "municipality",
            "cluster_id": "",
            "accuracy_m": [300.0, np.nan, 300.0],
            "evidence": "derived",
            "source": ["office", "", "office"],
            "project_id": ["1", "2", "99"],
        },
        geometry=gpd.points_from_xy([127.0, 128.0, 129.0], [36.0, 35.5, 35.0]),
        crs="EPSG:4326",
    )
    return StudyTables(
        places=places_table(),
        times=times_table(),
        isolation=isolation_table(),
        claims=claims_table(),
        pilot_regions=toy_pilot_regions(),
        projects=projects,
        municipalities=municipalities,
    )


@pytest.fixture(scope="session")
def tables() -> StudyTables:
    return toy_tables()


def toy_basemap() -> gpd.GeoDataFrame:
    land = shapely.box(126.0, 35.0, 129.0, 38.0)
    shapes = {
        "land": land,
        "boundary": shapely.LineString([(126.5, 35.5), (128.5, 37.5)]),
        "motorway": shapely.MultiLineString(
            [[(127.0, 36.0), (127.4, 36.8)], [(127.4, 36.8), (127.0, 37.6)]]
        ),
        "high_speed": shapely.LineString([(127.4, 36.3), (127.0, 37.6)]),
    }
    return gpd.GeoDataFrame(
        {"layer": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4326"
    )


@pytest.fixture(scope="session")
def basemap() -> gpd.GeoDataFrame:
    return toy_basemap()


@pytest.fixture(params=range(len(HOSTILE)), ids=lambda number: f"payload{number}")
def poisoned(
    request: pytest.FixtureRequest, tables: StudyTables, facts: StudyFacts
) -> tuple[str, StudyTables, StudyFacts]:
    """Put one hostile text into every slot an exhibit shows."""
    bad = HOSTILE[request.param]
    return bad, *poison(tables, facts, bad)


def poison(tables: StudyTables, facts: StudyFacts, bad: str) -> tuple[StudyTables, StudyFacts]:
    """Return the study with one text in every slot an exhibit shows."""
    assert tables.claims is not None
    assert tables.projects is not None
    assert tables.municipalities is not None
    bad_tables = replace(
        tables,
        places=tables.places.assign(name_en=bad, name_ko=bad, source=bad),
        times=tables.times.assign(legs=bad),
        claims=tables.claims.assign(note=bad),
        projects=tables.projects.assign(project_name=bad, sector=bad),
        municipalities=tables.municipalities.assign(name_en=bad, name_ko=bad, source=bad),
    )
    bad_facts = replace(
        facts,
        title_ko=bad,
        title_en=bad,
        date=bad,
        window=bad,
        credits=(bad,),
        labels=dict.fromkeys((*facts.cluster_ids, facts.capital_id), (bad, bad)),
        statement=Statement("s1", "aa", "bb", bad, bad),
        claims={"s1": (bad, bad)},
        settings={bad: bad},
    )
    return bad_tables, bad_facts


@pytest.fixture
def isochrones() -> gpd.GeoDataFrame:
    return toy_isochrones()


@pytest.fixture
def networks() -> NetworkLayers:
    return toy_networks()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from browsing import a_browser  # noqa: PLC0415 - skips where there is no playwright

    with a_browser() as launched:
        yield launched


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    from browsing import a_visit  # noqa: PLC0415

    with a_visit(browser) as made:
        yield made


@pytest.fixture(scope="session")
def map_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every map of the invented study, written once."""
    return write_maps(toy_tables(), toy_facts(), toy_basemap(), tmp_path_factory.mktemp("maps"))


@pytest.fixture(scope="session")
def poisoned_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same with all hostile texts at once in every slot, and the gallery."""
    tables, facts = poison(toy_tables(), toy_facts(), " ".join(HOSTILE))
    return write_maps(tables, facts, toy_basemap(), tmp_path_factory.mktemp("poisoned"))

"""A scenario between the three towns of ``tests/exhibits``, and links that were found there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables
from clustergeo.schemas import check_table
from clustergeo.schemas.scenarios import BEFORE_AFTER

# By public transport aa-bb saves 20 minutes, bb-cc 4, cc-bb loses 7; by car nothing changes.
DIFFERENCES = {("aa", "bb"): -20.0, ("bb", "cc"): -4.0, ("cc", "bb"): 7.0, ("aa", "cap"): -0.5}
LINK = ScenarioFacts(title_ko="새 노선", title_en="The link", cost_krw_bn=120.0, opening_year=2034)


def changes_table() -> pd.DataFrame:
    rows = []
    for mode in ("transit", "car"):
        for a in ("aa", "bb", "cc"):
            for b in ("aa", "bb", "cc", "cap"):
                if a == b:
                    continue
                apart = DIFFERENCES.get((a, b), 0.0) if mode == "transit" else 0.0
                changed = "faster" if apart < 0 else "slower" if apart > 0 else "unchanged"
                rows.append(
                    {
                        "from_id": a,
                        "to_id": b,
                        "mode": mode,
                        "before_min": 60.0,
                        "after_min": 60.0 + apart,
                        "difference_min": apart,
                        "p10_difference_min": apart * 1.5,
                        "p50_difference_min": apart,
                        "p90_difference_min": 0.0,
                        "better_share": 0.9 if apart < 0 else 0.0,
                        "worse_share": 0.8 if apart > 0 else 0.0,
                        "departures": 120,
                        "change": changed,
                        "status_before": "ok",
                        "status_after": "ok",
                        "evidence": "derived",
                    }
                )
    return check_table(pd.DataFrame(rows), BEFORE_AFTER, file="before and after")


def toy_scenario(places: gpd.GeoDataFrame) -> ScenarioTables:
    """Return what a scenario changes and builds between the three towns."""
    links = gpd.GeoDataFrame(
        {
            "kind": ["new_line", "changed_road", "stop"],
            "name_ko": ["새 선", "넓힌 길", "새 역"],
            "name_en": ["New line", "Widened road", "New stop"],
        },
        geometry=[
            shapely.LineString([(127.40, 36.40), (127.33, 36.62)]),
            shapely.LineString([(127.33, 36.62), (127.45, 36.72)]),
            shapely.Point(127.40, 36.40),
        ],
        crs="EPSG:4326",
    )
    return ScenarioTables(before_after=changes_table(), places=places, links=links)


def missing_table() -> pd.DataFrame:
    row = {
        "kind": "service",
        "link": "rail",
        "mode": "transit",
        "from_id": "aa",
        "to_id": "bb",
        "via_ids": "",
        "length_km": 25.0,
        "speed_kph": 60.0,
        "headway_min": 10.0,
        "ride_min": 25.0,
        "rank": 1,
        "saved_min": 6.0,
        "cost_krw_bn": 90.0,
        "per_bn": 0.05,
        "alike": "",
        "planned": "",
        "exists": "",
        "verified": "true",
        "verified_saved_min": 5.0,
        "evidence": "estimated",
    }
    other = {
        "kind": "road",
        "link": "road",
        "mode": "car",
        "to_id": "cc",
        "via_ids": "bb",
        "headway_min": np.nan,
    }
    unsure = {"verified": "false", "verified_saved_min": np.nan, "cost_krw_bn": np.nan}
    rows = [row, row | other | unsure | {"per_bn": np.nan}, row | {"alike": "l0", "rank": 2}]
    return pd.DataFrame(rows).assign(link_id=[f"l{at}" for at in range(3)])

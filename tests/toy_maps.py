"""Areas, pilot trips, lines and stops of the invented study of ``tests/exhibits``."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image
from toy_scenarios import LINK, missing_table, toy_scenario

from clustergeo.exhibits import (
    Exhibit,
    NetworkLayers,
    StudyFacts,
    StudyTables,
    gallery,
    isochrone_map,
    isolation_map,
    pilots_map,
    places_map,
)
from clustergeo.exhibits.maps.before_after_map import before_after_map
from clustergeo.exhibits.maps.missing_links_map import missing_links_map
from clustergeo.exhibits.scenario_facts import ScenarioFacts
from clustergeo.schemas import check_table
from clustergeo.schemas.results import PILOT_REGIONS, TIMES

CENTRES = {"aa": (127.40, 36.40), "bb": (127.33, 36.62), "cc": (127.45, 36.72)}


def toy_isochrones() -> gpd.GeoDataFrame:
    """Squares: by car a tenth of a degree for each half hour, by public transport a tenth of it.

    From cc nothing runs. An hour by public transport thus reaches a hundredth of the area.
    """
    rows, shapes = [], []
    for mode, per_minute in (("car", 0.1 / 30), ("transit", 0.01 / 30)):
        for place_id, (lon, lat) in CENTRES.items():
            for minutes in (30.0, 60.0):
                none = mode == "transit" and place_id == "cc"
                reach = minutes * per_minute
                area = 1000.0 if mode == "car" else 10.0
                rows.append(
                    {
                        "place_id": place_id,
                        "mode": mode,
                        "minutes": minutes,
                        "area_km2": np.nan if none else area * (minutes / 30) ** 2,
                        "status": "no_service" if none else "ok",
                        "evidence": "" if none else "estimated",
                    }
                )
                square = shapely.box(lon - reach, lat - reach, lon + reach, lat + reach)
                shapes.append(shapely.MultiPolygon([] if none else [square]))
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs="EPSG:4326")


PILOT_MINUTES = {
    ("m1", "transit", "capital"): ("cap", 100.0),
    ("m1", "transit", "cluster"): ("aa", 160.0),
    ("m2", "transit", "capital"): ("cap2", 200.0),
    ("m2", "transit", "cluster"): ("bb", 100.0),
    ("m1", "car", "capital"): ("cap", 90.0),
    ("m1", "car", "cluster"): ("aa", 45.0),
    ("m2", "car", "capital"): ("", float("nan")),
    ("m2", "car", "cluster"): ("", float("nan")),
}
"""One of two pilot municipalities is nearer to the capital by public transport, none by car."""


def toy_pilot_regions() -> pd.DataFrame:
    rows = []
    for (municipality, mode, target), (to_id, value) in PILOT_MINUTES.items():
        known = bool(to_id)
        rows.append(
            {
                "municipality_id": municipality,
                "project_id": municipality[1:],
                "name_en": municipality,
                "name_ko": municipality,
                "mode": mode,
                "target": target,
                "to_id": to_id,
                **{name: np.nan for name in TIMES.names if name.endswith(("_min", "_m"))},
                "minutes": value,
                "legs": "bus 7" if known else "",
                "status": "ok" if known else "no_path",
                "evidence": "derived" if known else "",
            }
        )
    table = pd.DataFrame(rows).reindex(columns=list(PILOT_REGIONS.names))
    return check_table(table, PILOT_REGIONS, file="pilot_regions")


def toy_lines() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "route_id": ["b"],
            "kind": ["brt"],
            "name_ko": ["바로"],
            "name_en": ["B1"],
            "evidence": ["derived"],
        },
        geometry=[shapely.LineString([(127.33, 36.62), (127.40, 36.40)])],
        crs="EPSG:4326",
    )


def toy_stops() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "stop_id": ["s1", "s2"],
            "kind": ["brt", "rail"],
            "name_ko": ["너른정류장", "큰역"],
            "name_en": ["Wide stop", "Great station"],
            "lines": ["B1", "KTX"],
        },
        geometry=gpd.points_from_xy([127.35, 127.36], [36.55, 36.50]),
        crs="EPSG:4326",
    )


def toy_networks(name: str = "") -> NetworkLayers:
    """Return lines and stops; the stops all of one name, if it is given."""
    stops = toy_stops()
    if name:
        stops = stops.assign(name_ko=name, name_en=name, lines=name)
    return NetworkLayers(toy_lines(), stops)


@cache
def _a_figure() -> Exhibit:
    """Return what both maps of scenarios print: one picture is drawn faster than four."""
    buffer = io.BytesIO()
    Image.new("RGB", (2000, 1125), "white").save(buffer, format="PNG")
    return Exhibit(
        exhibit_id="figure",
        title_ko="",
        title_en="",
        caption="",
        media_type="image/png",
        content=buffer.getvalue(),
    )


def write_maps(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame, folder: Path
) -> dict[str, Path]:
    """Write every map and the gallery of a study, in English; return the files by exhibit.

    Where the date of the study is hostile, the names of the stops are so too.
    """
    bad = facts.date if facts.date.startswith("<") else ""
    networks = toy_networks(bad)
    areas = toy_isochrones()
    changes, found = toy_scenario(tables.places), missing_table()
    figure = _a_figure()
    named = LINK
    if bad:
        assert changes.links is not None
        links = changes.links.assign(name_ko=bad, name_en=bad)
        changes = replace(changes, links=links)
        found = found.assign(planned=bad)
        named = ScenarioFacts(title_ko=bad, title_en=bad)
    exhibits = [
        before_after_map(
            changes, facts=facts, scenario=named, basemap=basemap, lang="en", figure=figure
        ),
        missing_links_map(
            found,
            found.assign(reason=bad or "x"),
            places=tables.places,
            facts=facts,
            basemap=basemap,
            lang="en",
            figure=figure,
        ),
        places_map(tables, facts=facts, basemap=basemap, networks=networks, lang="en"),
        isolation_map(tables, facts=facts, basemap=basemap, lang="en"),
        isochrone_map(tables, areas, facts=facts, basemap=basemap, lang="en"),
        pilots_map(tables, facts=facts, basemap=basemap, lang="en"),
        gallery({}, tables, facts=facts, files={"a.csv": (bad or "a", bad or "a")}),
    ]
    return {each.exhibit_id: each.save(folder / each.file_name) for each in exhibits}

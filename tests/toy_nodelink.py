"""A cross of roads as a standard node-link set, written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from shapely import LineString, Point

from clustergeo.networks.parts import RoadParts

__all__ = ["ARMS", "AT", "ORIGIN", "cross", "link_id", "noted", "place", "row", "saved", "write"]

# A cross: nodes 1 (west), 2 (middle), 3 (east), 4 (north), 5 (south); metres around the origin.
AT = {1: (-1000.0, 0.0), 2: (0.0, 0.0), 3: (1000.0, 0.0), 4: (0.0, 1000.0), 5: (0.0, -1000.0)}
ARMS = (1, 3, 4, 5)
ORIGIN = (200_000.0, 420_000.0)


def place(node: int) -> tuple[float, float]:
    return AT[node][0] + ORIGIN[0], AT[node][1] + ORIGIN[1]


def link_id(start: int, end: int) -> int:
    return 3_000_000_000 + 10 * start + end


def cross() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    nodes = gpd.GeoDataFrame(
        {"NODE_ID": [str(9_000_000_000 + n) for n in AT], "NODE_NAME": "네거리"},
        geometry=[Point(place(n)) for n in AT],
        crs="EPSG:5186",
    )
    ways = [way for arm in ARMS for way in ((arm, 2), (2, arm))]
    links = gpd.GeoDataFrame(
        {
            "LINK_ID": [str(link_id(*way)) for way in ways],
            "F_NODE": [str(9_000_000_000 + way[0]) for way in ways],
            "T_NODE": [str(9_000_000_000 + way[1]) for way in ways],
            "LANES": 2,
            "ROAD_RANK": "103",
            "ROAD_NO": "3",
            "ROAD_NAME": "일반국도3호선",
            "ROAD_USE": "0",
            "CONNECT": "000",
            "MAX_SPD": 60.0,
            "REST_VEH": "0",
            "LENGTH": 1000.0,
        },
        geometry=[LineString([place(way[0]), place(way[1])]) for way in ways],
        crs="EPSG:5186",
    )
    return nodes, links


def write(frame: pd.DataFrame, path: Path, **options: Any) -> None:
    pyogrio.write_dataframe(
        frame, path, **{"driver": "ESRI Shapefile", "encoding": "CP949"} | options
    )


def saved(
    folder: Path, nodes: gpd.GeoDataFrame, links: gpd.GeoDataFrame, **tables: pd.DataFrame
) -> Path:
    folder.mkdir(exist_ok=True)
    write(nodes, folder / "MOCT_NODE.shp")
    write(links, folder / "MOCT_LINK.shp")
    for name, table in tables.items():
        write(table, folder / f"{name}.dbf")
    return folder


def row(parts: RoadParts, start: int, end: int) -> int:
    return int(np.flatnonzero(parts.osmid == link_id(start, end))[0])


def noted(parts: RoadParts, words: str) -> bool:
    return any(words in note for note in parts.notes)

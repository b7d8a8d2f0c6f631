"""A true sample of the standard node-link set, read back and held against plain geometry."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pyogrio
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from shapely import Point, get_coordinates

from clustergeo.networks import RoadNetwork
from clustergeo.networks._nodelink import read_nodelink
from clustergeo.networks.parts import RoadParts

SAMPLE = Path(__file__).parents[3] / "shared/data/nodelink/moct_links_2018_subset.geojson.gz"

pytestmark = [
    pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample is not here"),
    pytest.mark.no_cover,  # tracing would take longer than the tests
]


@pytest.fixture(scope="module")
def links() -> gpd.GeoDataFrame:
    """Return the links as published, in the projection that the set comes in."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as stream:
        frame = gpd.GeoDataFrame.from_features(json.load(stream)["features"], crs="EPSG:4326")
    return frame.to_crs(5186)


@pytest.fixture(scope="module")
def folder(links: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample as the shapefiles it was cut from; its nodes are the ends of its links."""
    at: dict[str, Point] = {}
    for start, end, line in zip(links.F_NODE, links.T_NODE, links.geometry, strict=True):
        xy = get_coordinates(line)
        at.setdefault(start, Point(xy[0]))
        at.setdefault(end, Point(xy[-1]))
    nodes = gpd.GeoDataFrame({"NODE_ID": list(at)}, geometry=list(at.values()), crs=5186)
    place = tmp_path_factory.mktemp("[2018-08-01]NODELINKDATA")
    for name, frame in (("MOCT_NODE", nodes), ("MOCT_LINK", links)):
        pyogrio.write_dataframe(frame, place / f"{name}.shp", encoding="CP949")
    return place


@pytest.fixture(scope="module")
def parts(folder: Path) -> RoadParts:
    return read_nodelink(folder)


def test_every_link_in_use_is_there_and_the_rest_is_counted(
    parts: RoadParts, links: gpd.GeoDataFrame
) -> None:
    parts.check()
    closed = int((links.ROAD_USE == "1").sum())
    assert set(parts.osmid.tolist()) == set(links.LINK_ID[links.ROAD_USE != "1"].astype(int))
    assert any(note.startswith(f"{closed} links are left out: not in use") for note in parts.notes)
    assert parts.date == "2018-08-01"


def test_attributes_are_those_of_the_table(parts: RoadParts, links: gpd.GeoDataFrame) -> None:
    table = links.set_index(links.LINK_ID.astype("int64")).loc[parts.osmid.tolist()]
    assert parts.length_m == pytest.approx(table["SHAPE_STLe"].to_numpy(float), abs=1e-6)
    limit = table["MAX_SPD"].to_numpy(float)
    assert np.array_equal(parts.forward_kph, np.where(limit > 0, limit, np.nan), equal_nan=True)
    assert [parts.names[i] for i in parts.name] == table["ROAD_NAME"].tolist()
    numbers = [n if isinstance(n, str) and n != "-" else "" for n in table["ROAD_NO"]]
    assert [parts.refs[i] for i in parts.ref] == numbers
    classes = Counter(parts.classes[i] for i in parts.highway)
    assert classes["motorway"] + classes["motorway_link"] == sum(
        (rank == "101" and connect in ("000", None)) or connect == "101"
        for rank, connect in zip(table["ROAD_RANK"], table["CONNECT"], strict=True)
    )


def test_stated_lengths_are_those_of_the_lines(parts: RoadParts, links: gpd.GeoDataFrame) -> None:
    in_use = links[links.ROAD_USE != "1"].set_index(links.LINK_ID[links.ROAD_USE != "1"])
    measured = in_use.length.loc[[str(i) for i in parts.osmid]].to_numpy()
    assert np.median(np.abs(parts.length_m / measured - 1)) < 1e-3
    starts, ends = parts.line_first[:-1], parts.line_first[1:] - 1
    off = np.hypot(
        parts.line_lon[starts] - parts.lon[parts.start],
        parts.line_lat[ends] - parts.lat[parts.end],
    )
    assert np.quantile(off, 0.99) < 0.001


def test_routes_are_those_of_a_graph_made_from_the_table(
    parts: RoadParts, links: gpd.GeoDataFrame
) -> None:
    ours: nx.DiGraph[int] = nx.DiGraph()
    theirs: nx.DiGraph[int] = nx.DiGraph()
    start, end = parts.node_id[parts.start], parts.node_id[parts.end]
    for graph, rows in (
        (ours, zip(start.tolist(), end.tolist(), parts.length_m.tolist(), strict=True)),
        (
            theirs,
            links[links.ROAD_USE != "1"][["F_NODE", "T_NODE", "SHAPE_STLe"]].itertuples(
                index=False
            ),
        ),
    ):
        for a, b, metres in rows:
            known = graph.get_edge_data(int(a), int(b), {"m": np.inf})["m"]
            graph.add_edge(int(a), int(b), m=min(known, round(metres, 3)))
    for source in sorted(theirs)[::197]:
        expected = nx.single_source_dijkstra_path_length(theirs, source, weight="m")
        assert nx.single_source_dijkstra_path_length(ours, source, weight="m") == pytest.approx(
            expected
        )


def test_the_network_routes_as_osmnx_does(parts: RoadParts) -> None:
    roads = RoadNetwork.from_parts(parts)
    size = roads.lon.size
    # The least of parallel edges, whole milliseconds; the first entry of a pair is the quickest.
    quickest = np.lexsort((roads.time_ms, roads.head, roads.tail))
    pairs = roads.tail[quickest].astype(np.int64) * size + roads.head[quickest]
    first = quickest[np.unique(pairs, return_index=True)[1]]
    matrix = coo_matrix(
        (roads.time_ms[first].astype(float), (roads.tail[first], roads.head[first])), (size, size)
    )
    ends = np.unique(roads.tail)[::61]
    reached = dijkstra(matrix.tocsr(), indices=ends)[:, ends]
    assert np.isfinite(reached).sum() > 2 * ends.size
    graph = roads.to_osmnx()
    names = list(graph.nodes)
    for i, j in zip(*np.nonzero(np.isfinite(reached)), strict=True):
        route = ox.shortest_path(graph, [names[ends[i]]], [names[ends[j]]], weight="travel_time")[
            0
        ]
        legs = pairwise(route)
        seconds = sum(min(e["travel_time"] for e in graph[a][b].values()) for a, b in legs)
        assert round(1000 * seconds) == reached[i, j]


def test_the_sample_reads_the_same_twice(folder: Path, parts: RoadParts) -> None:
    again = read_nodelink(folder)
    assert again.notes == parts.notes
    for name in ("osmid", "length_m", "line_lon", "line_lat", "highway", "name"):
        assert getattr(again, name).tobytes() == getattr(parts, name).tobytes()

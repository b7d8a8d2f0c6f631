"""The engine and the snapping on the whole embedded network."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import pytest
import shapely

from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.settings import data_path
from clustergeo.times.by_road import RoadRules, car_route, car_times, snap_places
from clustergeo.times.roads import nearby as _nearby
from clustergeo.times.roads.dijkstra import UNREACHED, search
from clustergeo.times.roads.snaps import snap
from clustergeo.units import METRIC_CRS

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

CLOSED = RoadRules().closed_highways

# The names of the table in data/roads/README.md and those of the access nodes.
NAMED = {
    "KAIST": "KAIST",
    "Osong campus": "Osong health campus",
    "Ochang": "Ochang complex",
    "Sejong government complex": "Government Complex Sejong",
    "Daejeon station": "Daejeon Station",
    "Seoul station": "Seoul Station",
    "Gangnam": "Gangnam",
}


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return load_road_network()


@pytest.fixture(scope="module")
def spots() -> gpd.GeoDataFrame:
    """Return 300 points scattered over the country, some far from any road."""
    random = np.random.default_rng(5)
    points = gpd.points_from_xy(random.uniform(126.3, 129.4, 300), random.uniform(34.5, 38.2, 300))
    ids = [f"spot {i}" for i in range(300)]
    return gpd.GeoDataFrame({"place_id": ids}, geometry=points, crs="EPSG:4326")


def access_nodes(network: RoadNetwork) -> gpd.GeoDataFrame:
    at = {data.get("name_en"): data for _, data in network.graph.nodes(data=True)}
    nodes = [at[name] for name in NAMED.values()]
    return gpd.GeoDataFrame(
        {"place_id": list(NAMED)},
        geometry=gpd.points_from_xy([n["x"] for n in nodes], [n["y"] for n in nodes]),
        crs="EPSG:4326",
    )


def test_400_random_pairs_equal_networkx_on_the_osmnx_graph_to_the_millisecond(
    network: RoadNetwork,
) -> None:
    random = np.random.default_rng(7)
    count = len(network.nodes)
    for source in random.choice(count, 10, replace=False):
        targets = random.choice(count, 40, replace=False).astype(np.int32)
        seeds, spent = np.array([source], np.int32), np.zeros(1, np.int64)
        ms, _ = search(network.first, network.head, network.time_ms, seeds, spent, targets)
        seconds = nx.single_source_dijkstra_path_length(
            network.graph, network.nodes[source], weight="travel_time"
        )
        for target in targets:
            expected = seconds.get(network.nodes[target])
            assert ms[target] == (UNREACHED if expected is None else round(expected * 1000))


def test_routes_of_osmnx_take_the_milliseconds_of_the_engine(network: RoadNetwork) -> None:
    graph = network.to_osmnx()
    random = np.random.default_rng(11)
    pairs = random.choice(4_400, (5, 2), replace=False)
    for u, v in pairs.tolist():
        route = ox.routing.shortest_path(graph, [u], [v], weight="travel_time")[0]
        assert route is not None
        assert tuple(route) == network.route(u, v)
        seconds = ox.routing.route_to_gdf(graph, route, weight="travel_time")["travel_time"].sum()
        seeds, spent = np.array([u - 1], np.int32), np.zeros(1, np.int64)
        target = np.array([v - 1], np.int32)
        ms, _ = search(network.first, network.head, network.time_ms, seeds, spent, target)
        assert ms[v - 1] == round(seconds * 1000)


def test_the_matrix_equals_scipy_on_the_fastest_of_parallel_edges(network: RoadNetwork) -> None:
    csgraph = pytest.importorskip("scipy.sparse.csgraph")
    sparse = pytest.importorskip("scipy.sparse")
    fastest: dict[tuple[int, int], int] = {}
    for u, v, ms in zip(
        network.tail.tolist(), network.head.tolist(), network.time_ms.tolist(), strict=True
    ):
        fastest[u, v] = min(ms, fastest.get((u, v), UNREACHED))
    at = np.array(list(fastest))
    count = len(network.nodes)
    matrix = sparse.csr_matrix((list(fastest.values()), at.T), shape=(count, count), dtype=float)
    sources = [0, 999, 2_484, 4_437]
    expected = csgraph.dijkstra(matrix, indices=sources)
    everywhere = np.arange(count, dtype=np.int32)
    for source, row in zip(sources, expected, strict=True):
        seeds, spent = np.array([source], np.int32), np.zeros(1, np.int64)
        ms, _ = search(network.first, network.head, network.time_ms, seeds, spent, everywhere)
        assert (np.where(ms < UNREACHED, ms, np.inf) == row).all()


@pytest.mark.parametrize("few", [0, 10**9])
def test_snaps_equal_a_search_by_brute_force(
    network: RoadNetwork, spots: gpd.GeoDataFrame, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With none few enough to be looked at all, edges are sorted out by ever wider reaches.
    monkeypatch.setattr(_nearby, "_FEW", few)
    some = spots.iloc[:60]
    snaps = snap(network, some, closed=CLOSED, cap_m=5_000.0)
    open_edges = np.array([network.classes[code] not in CLOSED for code in network.highway])
    lines = network.lines_of(np.arange(network.tail.size))[open_edges]
    for i, point in enumerate(some.geometry.to_crs(METRIC_CRS)):
        nearest_m = shapely.distance(lines, point).min()
        assert snaps.snap_m[i] == pytest.approx(nearest_m, abs=1e-6)
        assert (snaps.edge[i] >= 0) == (nearest_m <= 5_000.0)
        if snaps.edge[i] >= 0:
            assert open_edges[snaps.edge[i]]
            line = network.lines_of(np.arange(network.tail.size))[snaps.edge[i]]
            foot = shapely.line_interpolate_point(line, snaps.fraction[i], normalized=True)
            # Within a metre of a crossing a place is put on it.
            assert foot.distance(point) == pytest.approx(nearest_m, abs=1.0)


def test_edges_sorted_out_change_no_snap(
    network: RoadNetwork, spots: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snap_places(network, spots, RoadRules(snap_cap_m=300.0))
    monkeypatch.setattr(_nearby, "_FEW", 0)
    pd.testing.assert_frame_equal(before, snap_places(network, spots, RoadRules(snap_cap_m=300.0)))
    assert snap_places(network, spots[:0]).empty


def test_a_place_on_a_node_snaps_to_the_node(network: RoadNetwork) -> None:
    snaps = snap_places(network, access_nodes(network))
    assert (snaps["snap_m"] < 1e-3).all()
    assert snaps["fraction"].isin([0.0, 1.0]).all()


def test_every_place_is_on_the_network_or_further_than_the_cap(
    network: RoadNetwork, spots: gpd.GeoDataFrame
) -> None:
    snaps = snap_places(network, spots, RoadRules(snap_cap_m=1_500.0))
    assert ((snaps["status"] == "ok") == (snaps["snap_m"] <= 1_500.0)).all()
    assert snaps["status"].nunique() == 2


def test_no_time_beats_a_straight_line_at_the_top_speed(
    network: RoadNetwork, spots: gpd.GeoDataFrame
) -> None:
    some = spots.iloc[:40]
    table = car_times(network, some, some, RoadRules(snap_cap_m=9_000.0, limit_min=2_000.0)).table
    points = dict(zip(some["place_id"], some.geometry.to_crs(METRIC_CRS), strict=True))
    found = table[table["status"] == "ok"]
    assert len(found) > 1_000
    straight_m = [points[o].distance(points[d]) for o, d in found[["from_id", "to_id"]].to_numpy()]
    fastest_kph = max(data["speed_kph"] for *_, data in network.graph.edges(data=True))
    # Two per cent of slack for the scale of the projection and the drawing of the links.
    assert (found["minutes"] >= 0.98 * np.array(straight_m) / 1000 / fastest_kph * 60).all()


def test_two_way_roads_give_symmetric_times(network: RoadNetwork, spots: gpd.GeoDataFrame) -> None:
    some = spots.iloc[:25]
    rules = RoadRules(start_min=0, park_min=0, snap_cap_m=9_000.0)
    minutes = car_times(network, some, some, rules).minutes[:, :, 0]
    np.testing.assert_allclose(minutes, minutes.T, atol=1e-4)


def published_trips() -> list[Any]:
    text = data_path("roads", "README.md").read_text(encoding="utf-8")
    found = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| (\d+) \| ([\d.]+) \| [\d.]+ \|$", text, re.MULTILINE
    )
    return [pytest.param(o, d, int(m), float(km), id=f"{o}-{d}") for o, d, m, km in found]


def test_the_readme_lists_every_pair_of_named_places() -> None:
    assert len(published_trips()) == 21


@pytest.fixture(scope="module")
def named_trips(network: RoadNetwork) -> dict[tuple[str, str], Any]:
    places = access_nodes(network)
    rows = car_times(network, places, places).table.to_dict("records")
    return {(row["from_id"], row["to_id"]): row for row in rows}


@pytest.mark.parametrize(("origin", "target", "minutes", "km"), published_trips())
def test_free_flow_trips_are_those_of_the_readme(
    named_trips: dict[tuple[str, str], Any], origin: str, target: str, minutes: int, km: float
) -> None:
    row = named_trips[origin, target]
    assert row["ride_min"] == pytest.approx(minutes, abs=0.51)
    assert row["distance_m"] / 1000 == pytest.approx(km, abs=0.1)
    assert row["minutes"] == pytest.approx(row["ride_min"] + 5.0, abs=0.011)


def test_the_drawn_route_is_the_one_timed(
    network: RoadNetwork, named_trips: dict[tuple[str, str], Any]
) -> None:
    places = access_nodes(network)
    route = car_route(network, places.iloc[[0]], places.iloc[[5]])
    row = named_trips["KAIST", "Seoul station"]
    assert route["minutes"].sum() == pytest.approx(row["ride_min"], abs=0.006)
    assert route["length_m"].sum() == pytest.approx(row["distance_m"], abs=0.1)
    assert (route["to_node"].to_numpy()[:-1] == route["from_node"].to_numpy()[1:]).all()
    assert {"경부고속도로"} <= set(route["road"])

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from shapely import LineString

from clustergeo.errors import RoadError
from clustergeo.networks.road import RoadNetwork, load_road_network

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests


def street(**tags: Any) -> nx.MultiDiGraph[Any]:
    """Return a two-way street of 1 km between nodes 1 and 2."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=127.0, y=36.0)
    graph.add_node(2, x=127.011, y=36.0)
    shared = {"osmid": 7, "highway": "primary", "length": 1000.0, "oneway": False, **tags}
    graph.add_edge(1, 2, **shared, reversed=False)
    graph.add_edge(2, 1, **shared, reversed=True)
    return graph


def faults_of(graph: nx.MultiDiGraph[Any]) -> str:
    with pytest.raises(RoadError) as caught:
        RoadNetwork.from_osmnx(graph)
    return str(caught.value)


def test_the_graph_given_is_left_alone() -> None:
    graph = street(maxspeed="60")
    RoadNetwork.from_osmnx(graph)
    assert "travel_time" not in graph.edges[1, 2, 0]
    graph.add_edge(1, 2, osmid=8, highway="primary", length=1.0)


@pytest.mark.parametrize(
    ("limit", "seconds", "evidence"),
    [
        ("60", 60.0, "published"),
        ("30 mph", 1000 / (30 * 1.60934) * 3.6, "published"),
        (["50", "30"], 90.0, "published"),
        ("100|80", 40.0, "published"),
        ("RO:urban", 72.0, "published"),
        (None, 72.0, "assumed"),
        ("none", 72.0, "assumed"),
        ("walk", 72.0, "assumed"),
        ("signals", 72.0, "assumed"),
        ("fifty", 72.0, "assumed"),
        ("0", 72.0, "assumed"),
        ("-50", 72.0, "assumed"),
        ("999", 72.0, "assumed"),
        (math.nan, 72.0, "assumed"),
    ],
)
def test_limits_are_read_as_osmnx_does_and_impossible_ones_are_imputed(
    limit: object, seconds: float, evidence: str
) -> None:
    network = RoadNetwork.from_osmnx(street(maxspeed=limit))
    assert network.time_ms.tolist() == [round(seconds * 1000)] * 2
    assert network.graph.edges[1, 2, 0]["speed_evidence"] == evidence
    assert network.assumed.tolist() == [evidence == "assumed"] * 2


def test_classes_without_limit_take_the_fallback_and_others_their_mean() -> None:
    graph = street(maxspeed="60")
    graph.add_edge(1, 2, osmid=8, highway="primary", length=1000.0)
    graph.add_edge(1, 2, osmid=9, highway="secondary", length=1000.0)
    network = RoadNetwork.from_osmnx(graph, fallback_kph=40.0)
    assert sorted(network.time_ms.tolist()) == [60_000, 60_000, 60_000, 90_000]
    assert network.assumed.tolist() == [False, True, True, False]


def test_speeds_and_times_that_are_there_are_kept() -> None:
    graph = street(maxspeed="60", speed_kph=30.0)
    graph.edges[2, 1, 0]["travel_time"] = 100.0004
    network = RoadNetwork.from_osmnx(graph)
    assert network.time_ms.tolist() == [120_000, 100_000]
    assert network.graph.edges[2, 1, 0]["travel_time"] == 100.0


def test_a_speed_without_a_limit_beside_it_counts_as_assumed() -> None:
    assert RoadNetwork.from_osmnx(street(speed_kph=30.0)).assumed.all()


def test_unknown_evidence_counts_as_assumed() -> None:
    network = RoadNetwork.from_osmnx(street(maxspeed="60", speed_evidence="rumour"))
    assert network.assumed.all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("speed_kph", 0.0), ("speed_kph", -3.0), ("speed_kph", math.nan), ("speed_kph", "fast")],
)
def test_impossible_speeds_are_refused_by_edge(name: str, value: object) -> None:
    message = faults_of(street(**{name: value}))
    assert f"road graph, speed_kph: edge (1, 2, 0): is no speed ({value})" in message
    assert "(2, 1, 0)" in message


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_impossible_times_are_refused_by_edge(value: float) -> None:
    message = faults_of(street(maxspeed="60", travel_time=value))
    assert f"road graph, travel_time: edge (1, 2, 0): is no travel time ({value})" in message


@pytest.mark.parametrize(
    ("tag", "value", "what"),
    [
        ("length", None, "length: edge (1, 2, 0): is no length (None)"),
        ("length", -1.0, "length: edge (1, 2, 0): is no length (-1.0)"),
        ("length", math.nan, "length: edge (1, 2, 0): is no length (nan)"),
        ("highway", "", "highway: edge (1, 2, 0): has no class ()"),
        ("osmid", None, "osmid: edge (1, 2, 0): has no id (None)"),
    ],
)
def test_edges_that_lack_something_are_refused_by_name(tag: str, value: object, what: str) -> None:
    assert what in faults_of(street(**{tag: value}))


def test_graphs_that_are_none_of_osmnx_are_refused() -> None:
    assert "is a DiGraph, not a MultiDiGraph" in faults_of(nx.DiGraph(street()))
    assert "has no edges" in faults_of(nx.MultiDiGraph(crs="EPSG:4326"))
    graph = street()
    del graph.nodes[2]["x"]
    assert "node 2 has no coordinates (None, 36.0)" in faults_of(graph)
    graph = street()
    del graph.graph["crs"]
    assert "states no coordinate system" in faults_of(graph)
    graph.graph["crs"] = "EPSG:nowhere"
    assert "unknown coordinate system (EPSG:nowhere)" in faults_of(graph)


def test_a_projected_graph_is_taken_back_to_degrees() -> None:
    graph = street(maxspeed="60")
    graph.graph["crs"] = "EPSG:5179"
    for node, x in ((1, 1_000_000.0), (2, 1_001_000.0)):
        graph.nodes[node].update(x=x, y=2_000_000.0)
    network = RoadNetwork.from_osmnx(graph)
    assert network.lon == pytest.approx([127.5, 127.511], abs=1e-3)
    assert network.lines_of(np.arange(network.tail.size))[0].coords[1] == pytest.approx(
        (1_001_000.0, 2_000_000.0), abs=1e-3
    )


def test_text_node_ids_can_be_routed() -> None:
    graph = nx.relabel_nodes(street(maxspeed="60"), {1: "west", 2: "east"})
    assert RoadNetwork.from_osmnx(graph).route("west", "east") == ("west", "east")


def test_lists_of_simplified_edges_give_one_class_one_label_and_one_pair() -> None:
    graph = street(highway=["primary", "trunk"], name=["Main", "High"], maxspeed="60")
    graph.edges[1, 2, 0]["osmid"] = [3, 4]
    graph.edges[2, 1, 0]["osmid"] = [4, 3]
    network = RoadNetwork.from_osmnx(graph)
    assert [network.classes[c] for c in network.highway] == ["primary"] * 2
    assert network.label.tolist() == ["Main"] * 2
    assert network.twin.tolist() == [1, 0]


def test_parallel_roads_find_their_own_twin() -> None:
    graph = street(maxspeed="60")
    for u, v in ((1, 2), (2, 1)):
        graph.add_edge(u, v, osmid=8, highway="primary", length=1200.0, maxspeed="60")
    network = RoadNetwork.from_osmnx(graph)
    assert network.edges == ((1, 2, 0), (1, 2, 1), (2, 1, 0), (2, 1, 1))
    assert network.twin.tolist() == [2, 3, 0, 1]


def test_two_carriageways_are_two_one_way_roads() -> None:
    graph = street(maxspeed="60", oneway=True)
    graph.edges[2, 1, 0]["osmid"] = 8
    assert RoadNetwork.from_osmnx(graph).twin.tolist() == [-1, -1]


def test_a_two_way_loop_is_its_own_pair_and_a_one_way_loop_stays_alone() -> None:
    graph = street(maxspeed="60")
    loop = LineString([(127.0, 36.0), (127.001, 36.001), (126.999, 36.001), (127.0, 36.0)])
    tags = {"highway": "primary", "length": 400.0, "maxspeed": "60"}
    graph.add_edge(1, 1, osmid=8, geometry=loop, oneway=False, **tags)
    graph.add_edge(1, 1, osmid=8, geometry=loop.reverse(), oneway=False, **tags)
    graph.add_edge(1, 1, osmid=9, geometry=loop, oneway=True, **tags)
    network = RoadNetwork.from_osmnx(graph)
    pairs = dict(zip(network.edges, network.twin.tolist(), strict=True))
    assert network.edges[pairs[1, 1, 0]] == (1, 1, 1)
    assert network.edges[pairs[1, 1, 1]] == (1, 1, 0)
    assert pairs[1, 1, 2] == -1


def test_edges_of_no_length_are_legal_and_take_no_time() -> None:
    assert RoadNetwork.from_osmnx(street(maxspeed="60", length=0.0)).time_ms.tolist() == [0, 0]


def test_numbers_of_numpy_are_numbers() -> None:
    network = RoadNetwork.from_osmnx(street(maxspeed="60", length=np.float64(500.0)))
    assert network.time_ms.tolist() == [30_000, 30_000]


def test_ids_that_are_texts_are_told_by_their_row() -> None:
    graph = street(maxspeed="60", osmid="way/x", lanes="many")
    network = RoadNetwork.from_osmnx(graph)
    assert network.osmid.tolist() == [1, 2]
    assert network.lanes.tolist() == [0, 0]


def test_edges_that_take_days_are_refused_by_edge() -> None:
    message = faults_of(street(maxspeed="60", travel_time=2e6))
    assert "edge (1, 2, 0): takes 2,000,000 seconds" in message


def test_more_classes_than_a_network_can_tell_apart_are_refused() -> None:
    graph = street(maxspeed="60")
    for i in range(300):
        graph.add_edge(1, 2, osmid=i, highway=f"class {i}", length=1.0, maxspeed="60")
    assert "has 301 different classes of road" in faults_of(graph)


def test_text_node_ids_are_numbered_once_saved(tmp_path: Path) -> None:
    graph = nx.relabel_nodes(street(maxspeed="60"), {1: "west", 2: "east"})
    network = RoadNetwork.from_osmnx(graph)
    assert network.notes == ("text ids of nodes are numbers from 1 on once it is saved",)
    assert load_road_network(network.save(tmp_path / "net")).nodes == (1, 2)

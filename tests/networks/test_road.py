from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pytest

from clustergeo.errors import MissingFileError, RoadError, UsageError
from clustergeo.networks.road import RoadNetwork, load_road_network

NODES = """node_id,lon,lat,name_ko,name_en,kind
A,127.0,36.0,,Alpha,crossing
B,127.1,36.0,,,crossing
C,127.2,36.0,,,terminus
"""
HEADER = (
    "link_id,from_node,to_node,oneway,highway,ref,name_ko,length_m,maxspeed_kph,lanes,toll,"
    "opened,source,source_kind,shape\n"
)
LINKS = (
    HEADER
    + "L1,A,B,0,trunk,1,국도 1호선,9000,90,4,0,1990,map,published,"
    + "127.0 36.0;127.05 36.02;127.1 36.0\n"
    + "L2,B,C,1,primary,,,1000,,,1,,map,assumed,\n"
    + "L3,A,C,0,primary,36,,30000,60,,0,,map,assumed,127.0 36.0;127.2 36.0\n"
)


def write(folder: Path, nodes: str = NODES, links: str = LINKS) -> Path:
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    (folder / "links.csv").write_text(links, encoding="utf-8")
    return folder


def refusal(folder: Path, nodes: str = NODES, links: str = LINKS) -> list[str]:
    with pytest.raises(RoadError) as caught:
        load_road_network(write(folder, nodes, links))
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_two_way_links_become_two_edges_and_one_way_links_one(tmp_path: Path) -> None:
    network = load_road_network(write(tmp_path))
    assert network.nodes == (1, 2, 3)
    assert network.edges == ((1, 2, 0), (1, 3, 0), (2, 1, 0), (2, 3, 0), (3, 1, 0))
    assert network.first.tolist() == [0, 2, 4, 5]
    assert network.tail.tolist() == [0, 0, 1, 1, 2]
    assert network.head.tolist() == [1, 2, 0, 2, 0]
    assert network.twin.tolist() == [2, 4, 0, -1, 1]


def test_times_are_length_over_speed_in_whole_milliseconds(tmp_path: Path) -> None:
    network = load_road_network(write(tmp_path))
    # 9 km at 90 km/h; 30 km at 60 km/h; L2 takes the mean of its class, 60 km/h.
    assert network.time_ms.tolist() == [360_000, 1_800_000, 360_000, 60_000, 1_800_000]
    assert network.graph.edges[2, 3, 0]["travel_time"] == 60.0
    assert network.assumed.tolist() == [False, True, False, True, True]


def test_edges_carry_the_tags_of_osmnx_and_absent_tags_stay_absent(tmp_path: Path) -> None:
    graph = load_road_network(write(tmp_path)).to_osmnx()
    there, back, oneway = graph.edges[1, 2, 0], graph.edges[2, 1, 0], graph.edges[2, 3, 0]
    assert there["name"] == "국도 1호선"
    assert (there["ref"], there["lanes"], there["maxspeed"]) == ("1", "4", "90")
    assert (there["toll"], oneway["toll"]) == ("no", "yes")
    assert (there["reversed"], back["reversed"], oneway["oneway"]) == (False, True, True)
    assert list(back["geometry"].coords) == list(there["geometry"].coords)[::-1]
    assert list(oneway["geometry"].coords) == [(127.1, 36.0), (127.2, 36.0)]
    assert not {"name", "ref", "lanes", "maxspeed", "opened"} & set(oneway)
    assert graph.nodes[1]["node_id"] == "A"
    assert graph.nodes[1]["street_count"] == 2


def test_the_graph_passes_the_strict_validation_of_osmnx(tmp_path: Path) -> None:
    ox.convert.validate_graph(load_road_network(write(tmp_path)).to_osmnx(), strict=True)


def test_a_label_is_the_name_else_the_number_else_nothing(tmp_path: Path) -> None:
    assert load_road_network(write(tmp_path)).label.tolist() == [
        "국도 1호선", "36", "국도 1호선", "", "36",
    ]  # fmt: skip


def test_the_network_states_its_size_and_the_share_of_assumed_speeds(tmp_path: Path) -> None:
    assert repr(load_road_network(write(tmp_path))) == (
        "RoadNetwork(3 nodes, 5 edges, 40 km; speeds assumed on 78 % of the length)"
    )


def test_the_network_cannot_be_changed_but_its_copy_can(tmp_path: Path) -> None:
    network = load_road_network(write(tmp_path))
    with pytest.raises(nx.NetworkXError):
        network.graph.add_edge(1, 9)
    with pytest.raises(ValueError, match="read-only"):
        network.time_ms[0] = 1
    copy = network.to_osmnx()
    copy.add_edge(1, 9)
    assert 9 not in network.graph


def test_loading_twice_gives_the_same_network(tmp_path: Path) -> None:
    one, two = (load_road_network(str(write(tmp_path))) for _ in range(2))
    assert one.edges == two.edges
    assert (one.time_ms == two.time_ms).all()


def test_routes_come_from_osmnx(tmp_path: Path) -> None:
    network = load_road_network(write(tmp_path))
    assert network.route(1, 3) == (1, 2, 3)
    assert network.route(3, 2) == (3, 1, 2)
    with pytest.raises(UsageError, match=r"no such node \(A\)"):
        network.route("A", 1)


def test_a_route_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    links = HEADER + "L1,A,B,1,primary,,,900,60,,0,,,assumed,\n"
    assert load_road_network(write(tmp_path, links=links)).route(2, 1) == ()


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nodes\.csv"):
        load_road_network(tmp_path)
    write(tmp_path)
    (tmp_path / "links.csv").unlink()
    with pytest.raises(MissingFileError, match=r"links\.csv"):
        load_road_network(tmp_path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    faults = refusal(tmp_path, nodes="node_id,lon\nA,127\n")
    assert len(faults) == 1
    assert faults[0].startswith("nodes.csv, lat: column missing")


@pytest.mark.parametrize("file", ["nodes", "links"])
def test_files_without_rows_are_refused(tmp_path: Path, file: str) -> None:
    empty = {"nodes": NODES.splitlines()[0] + "\n", "links": HEADER}[file]
    assert refusal(tmp_path, **{file: empty}) == [
        f"{file}.csv: has no rows - add at least one row"
    ]


def test_coordinates_out_of_range_and_repeated_ids_are_refused_together(tmp_path: Path) -> None:
    faults = refusal(tmp_path, nodes=NODES + "A,36.0,127.0,,,\n")
    assert faults[0].startswith("nodes.csv:5, lat: above 90 (127.0)")
    assert faults[1].startswith("nodes.csv:5, node_id: duplicate of row 2 (A)")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("L2,B", "L1,B", "links.csv:3, link_id: duplicate of row 2 (L1)"),
        ("L2,B,C", "L2,X,C", "links.csv:3, from_node: no such node (X)"),
        ("L2,B,C", "L2,B,Y", "links.csv:3, to_node: no such node (Y)"),
        ("9000,90", "0,90", "links.csv:2, length_m: below 0.001 (0)"),
        ("9000,90", "-5,90", "links.csv:2, length_m: below 0.001 (-5)"),
        ("9000,90", "long,90", "links.csv:2, length_m: not a number (long)"),
        ("9000,90", "nan,90", "links.csv:2, length_m: not a number (nan)"),
        ("9000,90", "9000,0", "links.csv:2, maxspeed_kph: below 1 (0)"),
        ("9000,90", "9000,-50", "links.csv:2, maxspeed_kph: below 1 (-50)"),
        ("9000,90", "9000,999", "links.csv:2, maxspeed_kph: above 200 (999)"),
        ("B,0,trunk", "B,-1,trunk", "links.csv:2, oneway: below 0 (-1)"),
        ("map,published", "map,guessed", "links.csv:2, source_kind: not allowed (guessed)"),
        ("127.05 36.02", "127.05", "links.csv:2, shape: broken vertex (127.05)"),
        ("127.05 36.02", "", "links.csv:2, shape: broken vertex (blank)"),
        ("127.05 36.02", "x y", "links.csv:2, shape: broken vertex (x y)"),
        ("127.05 36.02", "36.02 127.05", "links.csv:2, shape: vertex out of range (36.02 127.05)"),
        ("127.05 36.02", "nan 36", "links.csv:2, shape: vertex out of range (nan 36)"),
        (
            "127.0 36.0;127.2 36.0",
            "127.2 36.0;127.0 36.0",
            "links.csv:4, shape: does not start at node A (127.2 36)",
        ),
        ("127.0 36.0;127.2 36.0", "127 36", "links.csv:4, shape: has one vertex only (127 36)"),
    ],
)
def test_broken_links_are_refused_by_row_and_field(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in LINKS
    assert refusal(tmp_path, links=LINKS.replace(old, new, 1))[0].startswith(fault)


def test_all_faults_of_the_links_come_together(tmp_path: Path) -> None:
    links = LINKS.replace("L2,B,C", "L2,X,Y").replace("127.05 36.02", "?")
    assert [fault.split(" - ")[0] for fault in refusal(tmp_path, links=links)] == [
        "links.csv:2, shape: broken vertex (?)",
        "links.csv:3, from_node: no such node (X)",
        "links.csv:3, to_node: no such node (Y)",
    ]


def test_the_embedded_network_is_whole() -> None:
    network = load_road_network()
    assert isinstance(network, RoadNetwork)
    assert (len(network.nodes), len(network.edges)) == (4_438, 13_006)
    assert (network.twin[network.twin] == np.arange(13_006)).all()
    assert (network.time_ms[network.twin] == network.time_ms).all()
    sizes = sorted(map(len, nx.weakly_connected_components(network.graph)))
    assert sizes == [5, 4_433]

"""One town as PBF, as XML and through osmnx as GraphML: the same times between its nodes.

PBF and XML give the same network to the byte. GraphML holds what osmnx made of the town, so the
times agree where its rules do. They differ, by design, in:

* what is a road: ``graph_from_xml`` filters nothing, this reader leaves out private ways, footways
  and whatever a car may not use;
* directions: motorways and ``junction=circular`` imply none there, a roundabout is one-way even
  if tagged ``oneway=no``, and ``oneway=reversible`` is two-way;
* barriers, turn restrictions and durations of ferries, which osmnx does not model;
* limits in lists (the lowest here; the first of ``50;30`` and the mean of ``50|30`` there), in mph
  (1.60934 there) and above 200 km/h (cut to 200 here, imputed there);
* imputed limits: the mean of a class over pieces between junctions here, over the edges of the
  graph there.

The last test pins each of these.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from toy_osm import Tags, Town, grid, road

from clustergeo.networks.road import RoadNetwork, load_road_network


def formats(folder: Path, town: Town) -> dict[str, RoadNetwork]:
    """The town in all three formats; osmnx keeps every node, so that none is merged away."""
    xml, graphml = town.write_xml(folder / "town.osm"), folder / "town.graphml"
    # osmnx says that it tests all nodes for bidirectionality only by a log; nothing to silence.
    ox.save_graphml(ox.graph_from_xml(xml, simplify=False, retain_all=True), graphml)
    sources = {"pbf": town.write(folder / "town.osm.pbf"), "osm": xml, "graphml": graphml}
    return {name: load_road_network(source, cache=False) for name, source in sources.items()}


def times_ms(network: RoadNetwork) -> dict[int, dict[int, float]]:
    """Milliseconds between all nodes, by networkx."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    graph.add_nodes_from(network.node_id.tolist())
    ends = (network.node_id[network.tail].tolist(), network.node_id[network.head].tolist())
    for u, v, ms in zip(*ends, network.time_ms.tolist(), strict=True):
        graph.add_edge(u, v, ms=ms)
    return {u: dict(found) for u, found in nx.all_pairs_dijkstra_path_length(graph, weight="ms")}


@st.composite
def plain_towns(draw: st.DrawFn) -> Town:
    """Towns of tags that this reader and osmnx read alike."""
    tags = st.fixed_dictionaries(
        {
            "highway": st.sampled_from(["residential", "primary", "tertiary_link"]),
            "maxspeed": st.sampled_from(["50", "60", "30.5", "80 km/h"]),
        },
        optional={
            "oneway": st.sampled_from(["yes", "true", "1", "-1", "reverse", "no"]),
            "junction": st.just("jughandle"),
            "name": st.sampled_from(["가", "나 & 다"]),
            "lanes": st.sampled_from(["2", "4"]),
        },
    )
    lines = st.lists(st.integers(1, 9), min_size=2, max_size=6, unique=True)
    ways = draw(
        st.dictionaries(st.integers(1, 99), st.tuples(lines, tags), min_size=1, max_size=8)
    )
    return Town(grid(), ways=ways)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plain_towns())
def test_three_formats_give_the_same_times(tmp_path: Path, town: Town) -> None:
    found = {name: times_ms(network) for name, network in formats(tmp_path, town).items()}
    assert found["pbf"] == found["osm"]
    for u, v in itertools.permutations(found["osm"], 2):
        ours, theirs = (found[name][u].get(v, np.inf) for name in ("osm", "graphml"))
        # Every edge is rounded to a millisecond, and osmnx cuts at every node.
        assert ours == theirs or abs(ours - theirs) <= 9, (u, v)


def test_pbf_and_xml_give_the_same_arrays(tmp_path: Path) -> None:
    town = Town(grid(), {5: {"highway": "traffic_signals"}}, {7: road(1, 2, 5), 8: road(4, 5, 6)})
    found = formats(tmp_path, town)
    for name in RoadNetwork.__dataclass_fields__:
        one, two = (getattr(found[kind], name) for kind in ("pbf", "osm"))
        if isinstance(one, np.ndarray):
            assert one.tobytes() == two.tobytes(), name


@pytest.mark.parametrize(
    ("tags", "node_tags", "ours", "theirs"),
    [
        # (tags of a way from 1 over 2 to 3, tags of node 2, minutes 1 -> 3 here, there)
        ({}, {}, True, True),
        ({"access": "private"}, {}, False, True),
        ({"highway": "footway"}, {}, False, True),
        ({"highway": "motorway", "oneway": ""}, {}, True, True),
        ({"highway": "motorway", "oneway": "", "back": "yes"}, {}, False, True),
        ({"junction": "circular", "back": "yes"}, {}, False, True),
        ({"junction": "roundabout", "oneway": "no", "back": "yes"}, {}, True, False),
        ({"junction": "roundabout", "back": "yes"}, {}, False, False),
        ({"oneway": "reversible"}, {}, False, True),
        ({}, {"barrier": "bollard"}, False, True),
    ],
    ids=str,
)
def test_what_is_open_differs_where_the_list_says_so(
    tmp_path: Path, tags: Tags, node_tags: Tags, *, ours: bool, theirs: bool
) -> None:
    backwards = "back" in tags
    kept = {key: value for key, value in tags.items() if value and key != "back"}
    way = ([1, 2, 3], {"highway": "residential", "maxspeed": "50"} | kept)
    # A road elsewhere, so that a town without the way is a town still.
    town = Town(
        grid(), {2: node_tags} if node_tags else {}, {7: way, 8: road(7, 8, maxspeed="50")}
    )
    u, v = (3, 1) if backwards else (1, 3)
    found = {name: times_ms(network) for name, network in formats(tmp_path, town).items()}
    assert found["pbf"] == found["osm"]
    assert (v in found["osm"].get(u, {})) is ours
    assert (v in found["graphml"].get(u, {})) is theirs


@pytest.mark.parametrize(
    ("maxspeed", "ours", "theirs"),
    [
        ("60", 60, 60),
        ("50;30", 30, 50),
        ("50|30", 30, 40),
        ("30 mph", 48.28032, 48.2802),
        ("999", 200, 50),
    ],
)
def test_limits_differ_where_the_list_says_so(
    tmp_path: Path, maxspeed: str, ours: float, theirs: float
) -> None:
    town = Town(grid(), ways={7: road(1, 2, maxspeed=maxspeed)})
    found = formats(tmp_path, town)
    for name, kph in (("pbf", ours), ("osm", ours), ("graphml", theirs)):
        assert found[name].speed_kph == pytest.approx(kph, rel=1e-6)


def test_imputed_limits_differ_where_the_list_says_so(tmp_path: Path) -> None:
    ways = {7: road(1, 2, 3, maxspeed="30"), 8: road(3, 6, maxspeed="60"), 9: road(6, 9)}
    found = formats(tmp_path, Town(grid(), ways=ways))
    for name, kph in (("osm", (30 + 60) / 2), ("graphml", (30 + 30 + 60) / 3)):
        network = found[name]
        assert network.speed_kph[network.osmid == 9] == pytest.approx(kph)

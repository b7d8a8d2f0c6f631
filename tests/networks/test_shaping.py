"""Components, merging and the summary, against networkx."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads import parts_of

from clustergeo.errors import RoadError, UsageError
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.networks._components import strong_components, weak_components
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.networks.shaping import largest_component, merge_networks
from clustergeo.networks.summary import summarise_network
from clustergeo.units import WGS84

STEADY = settings(derandomize=True, deadline=None, max_examples=60)
PLACES = {30: (127.0, 36.0), 10: (127.01, 36.0), 20: (127.02, 36.0), 40: (127.5, 36.0)}


def network_of(pieces: list[Any], places: Any = PLACES, **more: Any) -> RoadNetwork:
    return RoadNetwork.from_parts(parts_of(places, pieces, **more))


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    places = {i: (127.0 + i / 100, 36.0) for i in range(8)}
    node = st.integers(0, 7)
    drawn = draw(st.lists(st.tuples(node, node, st.booleans()), min_size=1, max_size=16))
    return network_of([(u, v, {"backward": both}) for u, v, both in drawn], places)


def groups(labels: Any) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@STEADY
@given(networks())
def test_components_are_those_of_networkx(network: RoadNetwork) -> None:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(network.lon.size))
    graph.add_edges_from(zip(network.tail.tolist(), network.head.tolist(), strict=True))
    strong = strong_components(network.first, network.head)
    assert groups(strong) == set(map(frozenset, nx.strongly_connected_components(graph)))
    weak = weak_components(network.tail, network.head, network.lon.size)
    assert groups(weak) == set(map(frozenset, nx.weakly_connected_components(graph)))


@STEADY
@given(networks())
def test_in_the_largest_component_every_node_reaches_every_other(network: RoadNetwork) -> None:
    part = largest_component(network)
    sizes = [len(c) for c in nx.strongly_connected_components(network.graph)]
    assert part.lon.size == max(sizes)
    assert part.lon.size == 1 or nx.is_strongly_connected(part.graph)
    inside = network.graph.subgraph(part.nodes)
    assert sorted(part.edges) == sorted(part.graph.edges(keys=True))
    assert part.tail.size == inside.number_of_edges()
    two_way = part.twin >= 0
    assert (part.tail[part.twin[two_way]] == part.head[two_way]).all()
    for line, tail in zip(part.lines_of(np.arange(part.tail.size), WGS84), part.tail, strict=True):
        assert line.coords[0] == (part.lon[tail], part.lat[tail])


def test_what_is_left_out_of_the_largest_component_is_said() -> None:
    network = network_of([(30, 10, {}), (10, 20, {"backward": False}), (10, 30, {"name": "B"})])
    part = largest_component(network)
    assert part.nodes == (30, 10)
    assert part.label.tolist() == ["", "B", "", "B"]
    (note,) = part.notes
    assert note.startswith("largest strongly connected component kept: 2 nodes and 1 edges in 2 ")
    assert largest_component(part) is part


def test_bans_keep_to_their_edges_when_a_network_is_cut_down_or_merged() -> None:
    ban = {
        "ban_from": np.array([1, 1], np.int32),
        "ban_to": np.array([2, 0], np.int32),
        "ban_from_forward": np.array([False, False]),
        "ban_to_forward": np.array([False, False]),
    }
    # From 20 to 10: the turns to 40 (cut off) and to 30.
    network = network_of([(30, 10, {}), (10, 20, {}), (40, 10, {"forward": False})], **ban)
    part = largest_component(network)

    def named(n: RoadNetwork) -> list[Any]:
        turns = zip(n.turn_from.tolist(), n.turn_to.tolist(), strict=True)
        return [(n.edges[a][:2], n.edges[b][:2]) for a, b in turns]

    assert named(network) == [((20, 10), (10, 30)), ((20, 10), (10, 40))]
    assert named(part) == [((20, 10), (10, 30))]
    assert named(merge_networks([part, network])) == named(network)


def test_turns_that_take_time_and_signals_keep_to_their_roads() -> None:
    links: list[Any] = [(30, 10, {}), (10, 20, {}), (40, 10, {"forward": False})]
    network = network_of(links, signal=np.array([False, True, False, True]))
    edge = {pair[:2]: row for row, pair in enumerate(network.edges)}
    turns = {((20, 10), (10, 40)): 3_000, ((20, 10), (10, 30)): BANNED_MS, ((30, 10), (10, 20)): 7}

    def timed(n: RoadNetwork) -> RoadNetwork:
        rows = {pair[:2]: row for row, pair in enumerate(n.edges)}
        pairs = np.array(sorted((rows[a], rows[b]) for a, b in turns), np.int32)
        found = {(rows[a], rows[b]): ms for (a, b), ms in turns.items()}
        ms = np.array([found[tuple(pair)] for pair in pairs.tolist()], np.int32)
        return replace(n, turn_from=pairs[:, 0], turn_to=pairs[:, 1], turn_ms=ms)

    def named(n: RoadNetwork) -> dict[Any, int]:
        known = n.turn_ms.tolist() or [BANNED_MS] * n.turn_from.size
        pairs = zip(n.turn_from.tolist(), n.turn_to.tolist(), known, strict=True)
        return {(n.edges[a][:2], n.edges[b][:2]): ms for a, b, ms in pairs}

    def lit(n: RoadNetwork) -> list[Any]:
        return [n.nodes[row] for row in np.flatnonzero(n.signal)]

    slow = timed(network)
    assert len(edge) == 5
    assert slow.banned.tolist().count(True) == 1
    part = largest_component(slow)
    assert named(part) == {k: ms for k, ms in turns.items() if k[1] != (10, 40)}
    assert lit(slow) == [10, 40]
    assert lit(part) == [10]
    assert named(merge_networks([part, slow])) == turns
    assert lit(merge_networks([part, slow])) == [10, 40]
    # Bans of a network without times meet times: they stay bans, and the dearer turn counts.
    bans = replace(network, turn_from=slow.turn_from, turn_to=slow.turn_to)
    assert set(named(merge_networks([slow, bans])).values()) == {BANNED_MS}
    assert set(named(merge_networks([bans, slow])).values()) == {BANNED_MS}
    dark = network_of(links)
    assert merge_networks([dark, dark]).signal.size == 0
    assert lit(merge_networks([dark, network])) == lit(merge_networks([network, dark])) == [10, 40]


def test_merging_a_network_with_itself_changes_nothing() -> None:
    network = load_road_network()
    merged = merge_networks([network, network])
    for name in ("tail", "head", "time_ms", "twin", "osmid", "first", "node_id"):
        assert getattr(merged, name).tolist() == getattr(network, name).tolist()
    (note,) = merged.notes
    assert note.startswith("merged: 4,438 nodes in common, 13,006 edges of both kept once, 0 ")


def test_two_halves_meet_at_their_common_node() -> None:
    west = network_of([(30, 10, {"name": "West", "forward_kph": 30.0})], source="west", date="")
    east = network_of([(10, 20, {"name": "East", "highway": "trunk"})], source="east")
    merged = merge_networks([west, east])
    assert merged.route(30, 20) == (30, 10, 20)
    assert (merged.source, merged.date) == ("west; east", "2026-11-01")
    assert dict(zip([e[:2] for e in merged.edges], merged.label.tolist(), strict=True)) == {
        (30, 10): "West", (10, 30): "West", (10, 20): "East", (20, 10): "East",
    }  # fmt: skip
    assert merged.twin[merged.twin].tolist() == [0, 1, 2, 3]
    starts = [line.coords[0] for line in merged.lines_of(np.arange(4), WGS84)]
    assert starts == [(merged.lon[t], merged.lat[t]) for t in merged.tail]


def test_an_id_that_stands_for_two_places_is_renumbered() -> None:
    one = network_of([(30, 10, {})])
    two = network_of([(30, 10, {})], {30: (128.0, 36.0), 10: (127.01, 36.000005)})
    merged = merge_networks([one, two])
    assert merged.nodes == (30, 10, 20, 40, 41)
    assert merged.lon[-1] == 128.0
    assert "1 nodes with an id that was taken renumbered" in merged.notes[-1]
    assert merged.route(41, 30) == (41, 10, 30)


def test_a_road_both_ways_in_one_source_and_one_way_in_the_other_has_no_false_twin() -> None:
    one = network_of([(30, 10, {"backward": False})])
    merged = merge_networks([one, network_of([(30, 10, {})])])
    assert merged.edges == ((30, 10, 0), (10, 30, 0))
    assert merged.twin.tolist() == [-1, -1]


def test_no_networks_make_no_network() -> None:
    with pytest.raises(UsageError, match="no network to merge"):
        merge_networks([])


def test_the_summary_counts_two_way_roads_once() -> None:
    network = network_of(
        [
            (30, 10, {"forward_kph": 60.0, "backward_kph": 60.0, "length_m": 3000.0}),
            (10, 20, {"highway": "service", "backward": False}),
        ]
    )
    summary = summarise_network(network)
    assert (summary.nodes, summary.edges, summary.turn_bans) == (4, 3, 0)
    assert (summary.strong_components, summary.weak_components) == (3, 2)
    assert (summary.largest_strong, summary.largest_weak) == (0.5, 0.75)
    assert (summary.length_km, summary.assumed_share) == (4.0, 0.25)
    assert summary.classes.to_dict("list") == {
        "highway": ["primary", "service"],
        "km": [3.0, 1.0],
        "assumed_share": [0.0, 1.0],
        "mean_kph": [60.0, 50.0],
    }
    assert summary.bbox == (127.0, 36.0, 127.5, 36.0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("roads.xlsx", r"roads\.xlsx: unknown kind of road network"),
        ("gone.dat", r"gone\.dat: no such file"),
    ],
)
def test_other_files_are_refused_by_kind(tmp_path: Path, name: str, message: str) -> None:
    if name.startswith("roads"):
        (tmp_path / name).write_text("x")
    with pytest.raises(
        RoadError if name.startswith("roads") else FileNotFoundError, match=message
    ):
        load_road_network(tmp_path / name)


def test_observed_speeds_need_the_standard_node_link(tmp_path: Path) -> None:
    with pytest.raises(RoadError, match="observed speeds need the ids of links"):
        load_road_network(tmp_path, speeds=tmp_path / "speeds.csv")


@pytest.mark.parametrize(
    ("name", "module", "reader"),
    [
        ("a.osm.pbf", "_osm", "read_osm"),
        ("a.OSM", "_osm", "read_osm"),
        ("a.graphml", "_graphml", "read_graphml"),
        ("a.zip", "_nodelink", "read_nodelink"),
        ("links/", "_nodelink", "read_nodelink"),
    ],
)
def test_every_kind_of_file_goes_to_its_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, reader: str
) -> None:
    known = network_of([(30, 10, {})])
    read: dict[str, Any] = {
        "_osm": lambda _: parts_of(PLACES, [(30, 10, {})]),
        "_nodelink": lambda *_, **__: parts_of(PLACES, [(30, 10, {})]),
        "_graphml": lambda _: known,
    }
    found = pytest.importorskip(f"clustergeo.networks.{module}")
    monkeypatch.setattr(found, reader, read[module])
    if name.endswith("/"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "MOCT_LINK.shp").write_bytes(b"x")
    assert load_road_network(tmp_path / name).edges == known.edges

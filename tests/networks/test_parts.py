"""Pieces into edges: directions, speeds, times and turn bans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads import parts_of

from clustergeo.errors import RoadError
from clustergeo.networks.parts import ASSUMED, MEASURED, PUBLISHED
from clustergeo.networks.road import RoadNetwork

PLACES = {30: (127.0, 36.0), 10: (127.01, 36.0), 20: (127.02, 36.0)}
STEADY = settings(derandomize=True, deadline=None, max_examples=40)


def test_edges_are_sorted_by_tail_then_head_then_piece_and_know_their_twin() -> None:
    parts = parts_of(
        PLACES,
        [(10, 20, {}), (30, 10, {"backward": False}), (10, 30, {}), (20, 10, {"forward": False})],
    )
    network = RoadNetwork.from_parts(parts)
    ends = [(u, v, key) for u, v, key in network.edges]
    assert ends == [(30, 10, 0), (30, 10, 1), (10, 30, 0), (10, 20, 0), (10, 20, 1), (20, 10, 0)]
    assert network.osmid.tolist() == [101, 102, 102, 100, 103, 100]
    assert network.twin.tolist() == [-1, 2, 1, 5, -1, 3]
    assert network.backward.tolist() == [False, True, False, False, True, True]
    assert network.first.tolist() == [0, 2, 5, 6]
    assert (network.source, network.date, network.notes) == ("by hand", "2026-11-01", ())


def test_lines_run_in_the_direction_of_travel() -> None:
    network = RoadNetwork.from_parts(parts_of(PLACES, [(30, 10, {"via": [(127.004, 36.1)]})]))
    there, back = network.lines_of(np.array([0, 1]), "EPSG:4326")
    assert list(there.coords) == [(127.0, 36.0), (127.004, 36.1), (127.01, 36.0)]
    assert list(back.coords) == list(there.coords)[::-1]


def test_speeds_are_those_given_else_the_mean_of_the_class_else_the_fallback() -> None:
    pieces = [
        (30, 10, {"forward_kph": 30.0, "backward_kph": 60.0}),
        (30, 10, {"backward": False}),
        (10, 20, {"highway": "service", "backward": False}),
        (10, 20, {"forward_kph": 90.0, "backward": False, "speed_evidence": MEASURED}),
    ]
    network = RoadNetwork.from_parts(parts_of(PLACES, pieces), fallback_kph=20.0)
    assert network.osmid.tolist() == [100, 101, 100, 102, 103]
    assert network.speed_kph.tolist() == [30.0, 60.0, 60.0, 20.0, 90.0]
    assert network.time_ms.tolist() == [120_000, 60_000, 60_000, 180_000, 40_000]
    assert network.speed_evidence.tolist() == [PUBLISHED, ASSUMED, PUBLISHED, ASSUMED, MEASURED]


def test_a_fixed_time_is_kept_with_its_evidence_and_shows_as_a_speed() -> None:
    ferry = {"highway": "ferry", "seconds": 1200.0, "length_m": 6000.0}
    network = RoadNetwork.from_parts(parts_of(PLACES, [(30, 10, ferry)]))
    assert network.time_ms.tolist() == [1_200_000] * 2
    assert network.speed_kph.tolist() == [18.0] * 2
    assert not network.assumed.any()


def test_a_fixed_time_of_nothing_is_legal() -> None:
    network = RoadNetwork.from_parts(parts_of(PLACES, [(30, 10, {"seconds": 0.0})]))
    assert network.time_ms.tolist() == [0, 0]
    assert network.speed_kph.tolist() == [50.0, 50.0]


def banned(pairs: list[tuple[int, bool, int, bool]], pieces: list[Any]) -> RoadNetwork:
    origin, ahead, target, onward = (list(column) for column in zip(*pairs, strict=True))
    return RoadNetwork.from_parts(
        parts_of(
            PLACES,
            pieces,
            ban_from=np.array(origin, np.int32),
            ban_to=np.array(target, np.int32),
            ban_from_forward=np.array(ahead),
            ban_to_forward=np.array(onward),
        )
    )


def test_turn_bans_become_pairs_of_edges_each_once() -> None:
    ban = (0, True, 1, True)
    network = banned([ban, ban, (1, False, 1, True)], [(30, 10, {}), (10, 20, {})])
    named = [
        (network.edges[a][:2], network.edges[b][:2])
        for a, b in zip(network.turn_from, network.turn_to, strict=True)
    ]
    assert named == [((30, 10), (10, 20)), ((20, 10), (10, 20))]


def test_bans_of_what_may_not_be_driven_at_all_are_dropped_and_counted() -> None:
    network = banned([(0, True, 1, True)], [(30, 10, {"forward": False}), (10, 20, {})])
    assert network.turn_from.size == 0
    assert network.notes == ("1 turn bans dropped: the road may not be driven that way at all",)


def test_bans_between_pieces_that_do_not_meet_are_refused() -> None:
    with pytest.raises(RoadError, match=r"way 100: a turn is banned between ways that do not me"):
        banned([(0, True, 1, False)], [(30, 10, {}), (10, 20, {})])
    with pytest.raises(RoadError, match=r"bans no such turn"):
        banned([(0, True, 9, True)], [(30, 10, {}), (10, 20, {})])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("node_id", np.array([1, 1, 2]), "node 1: two nodes have one id"),
        ("lat", np.array([36.0, np.nan, 36.0]), "node 10: is no place on earth"),
        ("lon", np.array([36.0, 227.0, 36.0]), "node 10: is no place on earth"),
        ("lon", np.array([36.0]), "by hand, lon: has 1 entries instead of 3"),
        ("end", np.array([3], np.int32), "way 100: joins no such node"),
        ("start", np.array([-1], np.int32), "way 100: joins no such node"),
        ("length_m", np.array([-1.0]), "way 100: is no length"),
        ("length_m", np.array([np.nan]), "way 100: is no length"),
        ("backward_kph", np.array([0.0]), "way 100: is no speed limit"),
        ("forward_kph", np.array([np.inf]), "way 100: is no speed limit"),
        ("seconds", np.array([-1.0]), "way 100: is no travel time"),
        ("highway", np.array([1], np.uint8), "way 100: has no such class"),
        ("name", np.array([-1], np.int32), "way 100: has no such name"),
        ("ref", np.array([1], np.int32), "way 100: has no such number"),
        ("line_first", np.array([1, 2]), "way 100: has one vertex only"),
        ("line_lon", np.array([127.0]), "line_lon: has 1 entries instead of 2"),
        ("forward", np.array([True, True]), "forward: has 2 entries instead of 1"),
        ("length_m", np.array([1e12]), "way 100: takes 20,000,000 hours"),
        ("opposite", np.array([7], np.int32), "way 100: is not led back by it"),
        ("opposite", np.array([-2], np.int32), "way 100: is not led back by it"),
        ("opposite", np.array([0], np.int32), "way 100: is not led back by it"),
        ("opposite", np.array([-1, -1], np.int32), "opposite: has 2 entries instead of 1"),
    ],
)
def test_parts_that_contradict_themselves_are_refused(
    field: str, value: Any, message: str
) -> None:
    parts = replace(parts_of(PLACES, [(30, 10, {})]), **{field: value})
    with pytest.raises(RoadError) as caught:
        RoadNetwork.from_parts(parts)
    assert message in str(caught.value)


def test_a_network_that_nobody_may_drive_is_refused() -> None:
    with pytest.raises(RoadError, match="has no road that may be driven"):
        RoadNetwork.from_parts(parts_of(PLACES, [(30, 10, {"forward": False, "backward": False})]))


def test_parts_are_left_alone() -> None:
    parts = parts_of(PLACES, [(30, 10, {})])
    RoadNetwork.from_parts(parts)
    assert parts.lon.flags.writeable
    assert repr(parts) == "RoadParts(3 nodes, 1 pieces, 0 turn bans; by hand)"


@st.composite
def pieces(draw: st.DrawFn) -> list[tuple[int, int, dict[str, Any]]]:
    """Draw roads: parallel ones, loops, one-ways, ferries, with and without limits."""
    node = st.sampled_from(list(PLACES))
    limit = st.sampled_from([np.nan, np.nan, 30.0, 50.0, 80.0])
    drawn = draw(st.lists(st.tuples(node, node), min_size=1, max_size=12))
    return [
        (
            u,
            v,
            {
                "highway": draw(st.sampled_from(["primary", "service", "motorway_link"])),
                "length_m": draw(st.floats(0.0, 9_000.0)),
                "forward_kph": draw(limit),
                "backward_kph": draw(limit),
                "backward": draw(st.booleans()),
                "name": draw(st.sampled_from(["", "Main", "큰길"])),
                "ref": draw(st.sampled_from(["", "36"])),
                "lanes": draw(st.integers(0, 8)),
            },
        )
        for u, v in drawn
    ]


@STEADY
@given(pieces())
def test_speeds_and_times_are_those_that_osmnx_sets(drawn: list[Any]) -> None:
    network = RoadNetwork.from_parts(parts_of(PLACES, drawn), fallback_kph=40.0)
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="EPSG:4326")
    for node, (lon, lat) in PLACES.items():
        graph.add_node(node, x=lon, y=lat)
    for u, v, tags in drawn:
        for a, b, way in ((u, v, "forward"), (v, u, "backward")):
            if tags.get(way, True):
                limit = tags[f"{way}_kph"]
                named = {} if np.isnan(limit) else {"maxspeed": f"{limit:g}"}
                kept = {"highway": tags["highway"], "length": tags["length_m"]}
                graph.add_edge(a, b, **kept, **named)
    if any("maxspeed" in data for *_, data in graph.edges(data=True)):
        ox.add_edge_speeds(graph, fallback=40.0)
    else:
        nx.set_edge_attributes(graph, 40.0, "speed_kph")
    ox.add_edge_travel_times(graph)
    expected = [round(graph.edges[edge]["travel_time"] * 1000) for edge in network.edges]
    assert network.time_ms.tolist() == expected
    kph = [graph.edges[edge]["speed_kph"] for edge in network.edges]
    assert network.speed_kph.tolist() == pytest.approx(kph, rel=1e-6)


@STEADY
@given(pieces())
def test_a_network_goes_to_osmnx_and_back_without_loss(drawn: list[Any]) -> None:
    network = RoadNetwork.from_parts(parts_of(PLACES, drawn))
    graph = network.to_osmnx()
    assert "name" not in {
        tag for *_, data in graph.edges(data=True) for tag in data if not data[tag]
    }
    again = RoadNetwork.from_osmnx(graph)
    for field in ("node_id", "lon", "lat", "tail", "head", "first", "time_ms", "length_m", "osmid",
                  "lanes", "toll", "speed_kph", "speed_evidence", "keys"):  # fmt: skip
        assert getattr(network, field).tolist() == getattr(again, field).tolist(), field
    assert network.label.tolist() == again.label.tolist()
    assert ((network.twin < 0) == (again.twin < 0)).all()
    for one, two in zip(
        *(n.lines_of(np.arange(n.tail.size)) for n in (network, again)), strict=True
    ):
        assert one.equals_exact(two, 0)


@STEADY
@given(pieces(), st.permutations([0, 1, 2]))
def test_the_order_of_the_nodes_changes_nothing_but_the_order(
    drawn: list[Any], order: list[int]
) -> None:
    shuffled = {list(PLACES)[i]: list(PLACES.values())[i] for i in order}
    one, two = (RoadNetwork.from_parts(parts_of(p, drawn)) for p in (PLACES, shuffled))
    told = [
        dict(zip(network.edges, network.time_ms.tolist(), strict=True)) for network in (one, two)
    ]
    assert told[0] == told[1]


@STEADY
@given(pieces())
def test_splitting_a_road_changes_no_time_by_more_than_its_rounding(drawn: list[Any]) -> None:
    u, v, tags = drawn[0]
    places = PLACES | {99: (127.5, 36.5)}
    half = tags | {"length_m": tags["length_m"] / 2, "osmid": 100}
    apart = [(u, 99, half), (99, v, half), *(
        (a, b, more | {"osmid": 101 + i}) for i, (a, b, more) in enumerate(drawn[1:])
    )]  # fmt: skip
    # The speeds must be given: a piece more would weigh more in the mean of its class.
    for *_, more in (*drawn, *apart):
        for way in ("forward_kph", "backward_kph"):
            more[way] = 50.0 if np.isnan(more[way]) else more[way]
    one, two = (RoadNetwork.from_parts(parts_of(places, p)) for p in (drawn, apart))
    for source in PLACES:
        before, after = (
            nx.single_source_dijkstra_path_length(n.graph, source, weight="travel_time")
            for n in (one, two)
        )
        assert before.keys() - {99} == after.keys() - {99}
        for target in before.keys() - {99}:
            assert after[target] == pytest.approx(before[target], abs=0.0021 * len(drawn))

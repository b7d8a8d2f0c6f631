"""The nearest facility and the minutes to all nodes, against the matrix and against networkx."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from roads import parts_of

from clustergeo.errors import RoadError, UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.states import road_state
from clustergeo.places import load_all_places
from clustergeo.schemas import check_table
from clustergeo.schemas.reach import NEAREST
from clustergeo.times import (
    RoadRules,
    car_reach,
    car_route,
    car_times,
    nearest_facility,
    road_stretches,
)

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

Link = tuple[int, int, dict[str, Any]]

DOOR = RoadRules(access_kph=30, access_detour=1.0, start_min=2, park_min=3, snap_cap_m=3_000)


def line_of(links: list[Link]) -> RoadNetwork:
    """Return roads between nodes a hundredth of a degree apart, eastwards."""
    count = 1 + max(max(u, v) for u, v, _ in links)
    places = {node: (127.0 + node / 100, 36.0) for node in range(count)}
    return RoadNetwork.from_parts(parts_of(places, links))


def spots_of(*lonlat: tuple[float, float], prefix: str = "p", **more: Any) -> gpd.GeoDataFrame:
    ids = [f"{prefix}{i}" for i in range(len(lonlat))]
    points = gpd.points_from_xy([at[0] for at in lonlat], [at[1] for at in lonlat])
    return gpd.GeoDataFrame({"place_id": ids} | more, geometry=points, crs="EPSG:4326")


def checked(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    rules: RoadRules = DOOR,
) -> pd.DataFrame:
    """Return the nearest after comparing them, row for row, with the whole matrix."""
    found = nearest_facility(network, origins, facilities, rules)
    check_table(found, NEAREST, file="found")
    times = car_times(network, origins, facilities, rules)
    table = times.table.set_index(["from_id", "to_id"])
    for row, near in enumerate(found.itertuples(index=False)):
        minutes = times.minutes[row, :, 0]
        pairs = table.loc[near.place_id]
        if near.status == "ok":
            assert near.minutes == pytest.approx(np.nanmin(minutes), abs=0.0061)
            ours = minutes[times.to_ids.index(near.facility_id)]
            # Equal to the millisecond is equal.
            assert ours <= np.nanmin(minutes) + 2 / 60_000
            assert near.evidence == pairs.loc[near.facility_id, "evidence"]
        elif near.status == "same_place":
            assert pairs.loc[near.facility_id, "status"] == "same_place"
        else:
            assert set(pairs["status"]) <= {near.status, "off_network"}
    return found


def test_the_nearest_is_the_one_with_the_shortest_time_not_the_shortest_way() -> None:
    slow, fast = {"seconds": 300.0}, {"seconds": 60.0}
    network = line_of([(0, 1, fast), (1, 2, slow), (0, 3, fast)])
    origins = spots_of((127.01, 36.0))
    facilities = spots_of((127.02, 36.0), (127.03, 36.0), prefix="f")
    found = checked(network, origins, facilities)
    # Two minutes to set off, one and one on the road, three to park.
    assert found.to_numpy().tolist() == [["p0", "f1", 7.0, "ok", "derived"]]


def test_the_first_of_equals_is_taken() -> None:
    network = line_of([(0, 1, {"seconds": 60.0}), (1, 2, {"seconds": 60.0})])
    ends = [(127.02, 36.0), (127.0, 36.0)]
    for order in (ends, ends[::-1]):
        found = nearest_facility(network, spots_of((127.01, 36.0)), spots_of(*order, prefix="f"))
        assert found["facility_id"].tolist() == ["f0"]


def test_a_place_that_is_a_facility_itself_makes_no_trip() -> None:
    network = line_of([(0, 1, {}), (1, 2, {})])
    origins = spots_of((127.0, 36.0), (127.01, 36.0), (127.02, 36.0))
    facilities = spots_of((127.01, 36.0), (127.3, 36.0), prefix="f")
    facilities.loc[1, "place_id"] = "p2"
    found = checked(network, origins, facilities)
    assert found["status"].tolist() == ["ok", "same_place", "same_place"]
    assert found["facility_id"].tolist() == ["f0", "f0", "p2"]
    assert found["minutes"].isna().tolist() == [False, True, True]


def test_places_on_one_edge_take_the_way_along_it() -> None:
    network = line_of([(0, 1, {"seconds": 600.0, "speed_evidence": 2}), (1, 2, {"seconds": 60.0})])
    origins = spots_of((127.004, 36.0), (127.009, 36.0))
    found = checked(network, origins, spots_of((127.005, 36.0), (127.02, 36.0), prefix="f"))
    assert found["facility_id"].tolist() == ["f0", "f1"]
    assert found["minutes"].tolist() == [6.0, 7.0]
    assert found["evidence"].tolist() == ["estimated", "estimated"]
    oneway = line_of([(0, 1, {"seconds": 600.0, "backward": False}), (1, 0, {"backward": False})])
    behind = checked(oneway, origins[1:], spots_of((127.005, 36.0), prefix="f"))
    assert behind["status"].tolist() == ["ok"]
    assert behind["minutes"][0] > 6


def test_statuses_follow_the_places_and_the_roads() -> None:
    network = line_of([(0, 1, {"backward": False}), (2, 3, {"seconds": 30_000.0})])
    off = spots_of((127.0, 37.0), prefix="f")
    facility = spots_of((127.02, 36.0), prefix="f")
    origins = spots_of((127.0, 36.0), (127.03, 36.0), (128.0, 36.5))
    found = checked(network, origins, facility)
    assert found["status"].tolist() == ["no_path", "beyond_limit", "off_network"]
    assert found["facility_id"].tolist() == ["", "f0", ""]
    assert found["evidence"].tolist() == ["", "", ""]
    none = checked(network, origins, off)
    assert none["status"].tolist() == ["off_network"] * 3
    assert none["facility_id"].tolist() == [""] * 3
    with pytest.raises(UsageError, match="facilities: no rows"):
        nearest_facility(network, origins, off[:0])
    assert nearest_facility(network, origins[:0], facility).empty


def test_estimated_places_make_estimated_times() -> None:
    network = line_of([(0, 1, {}), (1, 2, {})])
    origin = spots_of((127.0, 36.0))
    facilities = spots_of((127.02, 36.0), prefix="f", evidence=["estimated"])
    assert checked(network, origin, facilities)["evidence"].tolist() == ["estimated"]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[RoadNetwork, list[tuple[float, float]]]:
    """Draw a network with bans and turns that take time, and points on and beside it."""
    count = draw(st.integers(2, 6))
    node = st.integers(0, count - 1)
    tags = st.fixed_dictionaries(
        {
            "seconds": st.integers(0, 900),
            "backward": st.booleans(),
            "speed_evidence": st.sampled_from([0, 2]),
        }
    )
    link = st.tuples(node, node, tags).filter(lambda ends: ends[0] != ends[1])
    links = draw(st.lists(link, min_size=1, max_size=9))
    places = {v: (127.0 + v / 100, 36.0 + v**2 / 1000) for v in range(count)}
    network = RoadNetwork.from_parts(parts_of(places, links))
    pairs = itertools.product(range(network.head.size), repeat=2)
    turns = [(e, f) for e, f in pairs if network.head[e] == network.tail[f]]
    bans = draw(st.lists(st.sampled_from(turns), unique=True)) if turns else []
    table = np.array(sorted(bans), np.int32).reshape(-1, 2)
    network = replace(network, turn_from=table[:, 0], turn_to=table[:, 1])
    part = st.tuples(node, node, st.integers(0, 8), st.integers(-1, 1))
    spots = draw(st.lists(part, min_size=2, max_size=8))
    points = [
        tuple(np.array(places[u]) * (1 - k / 8) + np.array(places[v]) * k / 8 + (0, side / 500))
        for u, v, k, side in spots
    ]
    return network, [(float(lon), float(lat)) for lon, lat in points]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(worlds(), st.integers(1, 7))
def test_the_nearest_is_the_least_of_the_matrix(
    world: tuple[RoadNetwork, list[tuple[float, float]]], split: int
) -> None:
    network, points = world
    split = min(split, len(points) - 1)
    try:
        checked(network, spots_of(*points[:split]), spots_of(*points[split:], prefix="f"))
    except RoadError as refused:
        # All of them beside the one end of a road: rightly refused, and no matter here.
        assert "meet it at one point" in str(refused)  # noqa: PT017
        reject()


def test_the_nearest_on_the_shipped_network() -> None:
    roads, places = load_road_network(), load_all_places()
    capital = places["kind"] == "capital"
    found = checked(roads, places[~capital], places[capital], RoadRules())
    assert (found["status"] == "ok").sum() > 70
    again = nearest_facility(roads, places[~capital], places[capital])
    pd.testing.assert_frame_equal(found, again)


def test_turns_that_take_time_count_for_the_nearest() -> None:
    roads, places = road_state(load_road_network(), delays=True), load_all_places()
    checked(roads, places[20:40], places[:5], RoadRules())


def test_minutes_to_all_nodes_are_those_of_networkx() -> None:
    roads, places = load_road_network(), load_all_places().iloc[:2]
    graph: nx.DiGraph[int] = nx.DiGraph()
    for u, v, ms in zip(roads.tail, roads.head, roads.time_ms, strict=True):
        if not graph.has_edge(u, v) or graph[u][v]["weight"] > ms:
            graph.add_edge(int(u), int(v), weight=int(ms))
    nodes = spots_of(*zip(roads.lon[:400], roads.lat[:400], strict=True), prefix="n")
    whole = car_times(roads, places, nodes).minutes[:, :, 0]
    rows = list(car_reach(roads, places))
    minutes = np.concatenate([row.minutes for row in rows])
    assert [i for row in rows for i in row.place_ids] == places["place_id"].tolist()
    assert all((row.node_id == roads.node_id).all() for row in rows)
    # A node that stands on a road of its own, not on a motorway, is a place like others.
    both = np.isfinite(whole) & (np.abs(whole - minutes[:, :400]) < 1e-6)
    assert both.mean() > 0.5
    # From the node that is reached first, the rest of the tree is that of networkx.
    for row in minutes:
        first = int(np.nanargmin(row))
        tree = nx.single_source_dijkstra_path_length(graph, first)
        through = row[first] + np.array([tree.get(v, np.inf) for v in range(row.size)]) / 60_000
        assert (row[np.isfinite(row)] <= through[np.isfinite(row)] + 1e-9).all()
        reached = np.isfinite(through) & (through <= RoadRules().limit_min)
        assert np.isfinite(row[reached]).all()


@settings(derandomize=True, deadline=None, max_examples=25)
@given(worlds())
def test_a_node_is_reached_when_a_place_that_stands_on_it_is(
    world: tuple[RoadNetwork, list[tuple[float, float]]],
) -> None:
    network, points = world
    origins = spots_of(*points)
    nodes = spots_of(*zip(network.lon, network.lat, strict=True), prefix="n")
    times = car_times(network, origins, nodes, DOOR)
    found = np.concatenate([row.minutes for row in car_reach(network, origins, DOOR)])
    status = times.table["status"].to_numpy().reshape(found.shape)
    # Where place and node are one point there is no trip, and no node is on a road of no edge.
    compared = (status != "same_place") & np.isin(
        np.arange(network.lon.size), np.union1d(network.tail, network.head)
    )
    matrix = times.minutes[:, :, 0]
    assert np.allclose(found[compared], matrix[compared], atol=1e-6, equal_nan=True)


def test_reach_gives_a_batch_at_a_time_and_states_its_allowances() -> None:
    network = line_of([(0, 1, {"seconds": 60.0}), (1, 2, {"seconds": 60.0, "backward": False})])
    found = car_reach(network, spots_of((127.0, 36.0), (127.02, 36.0), (129.0, 36.0)), DOOR)
    assert iter(found) is found
    first, second, off = (row.minutes[0].tolist() for row in found)
    assert first == [5.0, 6.0, 7.0]
    assert np.allclose(second, [np.nan, np.nan, 5.0], equal_nan=True)
    assert np.isnan(off).all()
    near = replace(DOOR, limit_min=6)
    (row,) = car_reach(network, spots_of((127.0, 36.0)), near)
    assert np.allclose(row.minutes, [[5.0, 6.0, np.nan]], equal_nan=True)


def test_a_banned_turn_keeps_a_node_out() -> None:
    network = line_of([(0, 1, {}), (1, 2, {}), (1, 3, {})])
    edge = {pair: row for row, pair in enumerate(zip(network.tail, network.head, strict=True))}
    ban = [np.array([edge[pair]], np.int32) for pair in ((0, 1), (1, 2))]
    banned = replace(network, turn_from=ban[0], turn_to=ban[1])
    (row,) = car_reach(banned, spots_of((127.0, 36.0)), DOOR)
    # Three leads nowhere but back: a U-turn there is free, and the turn from there is not banned.
    (free,) = car_reach(network, spots_of((127.0, 36.0)), DOOR)
    assert row.minutes[0, 2] > free.minutes[0, 2]
    assert row.minutes[0, [0, 1, 3]].tolist() == free.minutes[0, [0, 1, 3]].tolist()
    blind = line_of([(0, 1, {}), (1, 2, {}), (1, 3, {"backward": False})])
    edge = {pair: row for row, pair in enumerate(zip(blind.tail, blind.head, strict=True))}
    ban = [np.array([edge[pair]], np.int32) for pair in ((0, 1), (1, 2))]
    other = np.array([edge[1, 0]], np.int32), np.array([edge[0, 1]], np.int32)
    pairs = [np.concatenate(two) for two in zip(ban, other, strict=True)]
    kept = replace(blind, turn_from=pairs[0], turn_to=pairs[1])
    (row,) = car_reach(kept, spots_of((127.0, 36.0)), DOOR)
    assert np.isnan(row.minutes[0, 2])
    assert np.isfinite(row.minutes[0, [0, 1, 3]]).all()


def test_a_route_is_read_one_road_after_the_other() -> None:
    tags: list[dict[str, Any]] = [
        {"name": "A"},
        {"name": "A", "highway": "trunk", "length_m": 3000.0, "speed_evidence": 2},
        {"highway": "trunk_link"},
        {"highway": "trunk"},
        {"ref": "7"},
        {"ref": "7", "name": "B"},
    ]
    network = line_of([(i, i + 1, {"seconds": 60.0} | tag) for i, tag in enumerate(tags)])
    ends = spots_of((127.0, 36.0), (127.06, 36.0))
    route = car_route(network, ends[:1], ends[1:])
    read = road_stretches(route)
    assert read["road"].tolist() == ["A", "", "", "7", "B"]
    assert read["highway"].tolist() == ["trunk", "trunk_link", "trunk", "primary", "primary"]
    assert np.allclose(read["km"], [4, 1, 1, 1, 1])
    assert read["minutes"].sum() == pytest.approx(route["minutes"].sum())
    assert read["assumed"].tolist() == [True, False, False, False, False]
    assert (read.geom_type == "LineString").all()
    assert np.allclose(read.geometry[0].coords, [(127.0, 36), (127.01, 36), (127.02, 36)])
    assert read.crs == route.crs
    assert shapely.equals(shapely.union_all(read.geometry), shapely.union_all(route.geometry))


def test_a_route_of_no_edge_has_no_stretch() -> None:
    network = line_of([(0, 1, {"backward": False})])
    ends = spots_of((127.01, 36.0), (127.0, 36.0))
    read = road_stretches(car_route(network, ends[:1], ends[1:]))
    assert read.empty
    assert list(read.columns) == ["road", "highway", "km", "minutes", "assumed", "geometry"]

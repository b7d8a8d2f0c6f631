"""Turns against a search over edges that is written out in plain Python."""

from __future__ import annotations

import gzip
import heapq
import json
import logging
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from engines import drives_from
from hypothesis import given, settings
from hypothesis import strategies as st
from roads import parts_of
from shapely import Point, get_coordinates
from toy_osm import Town, grid
from toy_osm import road as way

from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks._arrays import BANNED_MS
from clustergeo.networks.congestion import congested_network
from clustergeo.times.by_road import RoadRules, car_route, car_times
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import Drive
from clustergeo.times.roads.snaps import Snaps
from clustergeo.times.roads.turns import turn_graph

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

Link = tuple[int, int, int, bool]
Spot = tuple[int, float]
Turn = tuple[int, int]

HARD = settings(derandomize=True, deadline=None, max_examples=60)
DOOR = RoadRules(access_kph=30, access_detour=1.0, start_min=0, park_min=0)
SAMPLE = Path(__file__).parents[3] / "shared/data/nodelink/moct_links_2018_subset.geojson.gz"


def network_of(count: int, links: list[Link]) -> RoadNetwork:
    """Return a network of links (from, to, milliseconds, one-way)."""
    places = {node: (127.0 + node / 100, 36.0 + node**2 / 1000) for node in range(count)}
    pieces = [(u, v, {"seconds": ms / 1000, "backward": not oneway}) for u, v, ms, oneway in links]
    return RoadNetwork.from_parts(parts_of(places, pieces))


def banning(network: RoadNetwork, turns: list[Turn]) -> RoadNetwork:
    pairs = np.array(sorted(turns), np.int32).reshape(-1, 2)
    return replace(network, turn_from=pairs[:, 0], turn_to=pairs[:, 1])


def timing(network: RoadNetwork, turns: dict[Turn, int]) -> RoadNetwork:
    """Return the network with turns that take milliseconds, ``BANNED_MS`` where banned."""
    pairs = np.array(sorted(turns), np.int32).reshape(-1, 2)
    ms = np.array([turns[turn] for turn in sorted(turns)], np.int32)
    return replace(network, turn_from=pairs[:, 0], turn_to=pairs[:, 1], turn_ms=ms)


def turns_of(network: RoadNetwork) -> list[Turn]:
    """Return every pair of edges of which the second leaves where the first ends."""
    tail, head = network.tail.tolist(), network.head.tolist()
    return [(e, f) for e, node in enumerate(head) for f, at in enumerate(tail) if node == at]


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    """Draw a multigraph with loops, parallel links, links of no time, one-ways and bans."""
    count = draw(st.integers(1, 6))
    node = st.integers(0, count - 1)
    ms = st.sampled_from([0, 1, 2, 3, 7, 1_000, 12_345])
    links = draw(st.lists(st.tuples(node, node, ms, st.booleans()), min_size=1, max_size=10))
    network = network_of(count, links)
    turns = turns_of(network)
    if not turns:
        return network
    return banning(network, draw(st.lists(st.sampled_from(turns), unique=True, max_size=25)))


@st.composite
def timed_networks(draw: st.DrawFn) -> RoadNetwork:
    """Draw a network some turns of which take time, and others are banned."""
    network = draw(networks())
    turns = turns_of(network)
    ms = st.sampled_from([0, 1, 2, 5, 400, 20_000, BANNED_MS])
    chosen = st.dictionaries(st.sampled_from(turns), ms, max_size=25) if turns else st.just({})
    return timing(network, draw(chosen))


def spots_on(network: RoadNetwork) -> st.SearchStrategy[list[Spot]]:
    """Draw places on edges, both ends included; of a two-way road one direction stands for it."""
    once = np.flatnonzero(network.once).tolist()
    fraction = st.sampled_from([0.0, 1.0]) | st.integers(0, 64).map(lambda part: part / 64)
    return st.lists(st.tuples(st.sampled_from(once), fraction), min_size=2, max_size=4)


def snaps_of(spots: list[Spot]) -> Snaps:
    edges, fractions = zip(*spots, strict=True)
    return Snaps(np.array(edges, np.int32), np.array(fractions, float), np.zeros(len(spots)))


class Plain:
    """The times from one spot, by Dijkstra's algorithm over the edges driven to their end."""

    def __init__(self, network: RoadNetwork, origin: Spot) -> None:
        names = ("tail", "head", "time_ms", "twin")
        self.tail, self.head, self.ms, self.twin = (getattr(network, n).tolist() for n in names)
        pairs = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
        added = network.turn_ms.tolist() or [BANNED_MS] * network.turn_from.size
        self.turn = dict(zip(pairs, added, strict=True))
        banned = {turn for turn, ms in self.turn.items() if ms == BANNED_MS}
        self.starts: dict[int, list[int]] = {}
        self.into: dict[int, list[int]] = {}
        for e, (u, v) in enumerate(zip(self.tail, self.head, strict=True)):
            self.starts.setdefault(u, []).append(e)
            self.into.setdefault(v, []).append(e)
        self.exits = [
            {f for f in self.starts.get(v, []) if (e, f) not in banned}
            for e, v in enumerate(self.head)
        ]
        self.origin = origin
        edge, fraction = origin
        twin = self.twin[edge]
        heap: list[tuple[int, int]] = []
        self.standing: set[int] = set()
        if fraction == 0:
            self.standing.add(self.tail[edge])
        if fraction == 1:
            self.standing.add(self.head[edge])
        if fraction < 1:
            heap.append((round((1 - fraction) * self.ms[edge]), edge))
        if twin >= 0 and fraction > 0:
            heap.append((round(fraction * self.ms[twin]), twin))
        free = (e for node in self.standing for e in self.starts.get(node, []))
        heap += [(self.ms[e], e) for e in free]
        heapq.heapify(heap)
        self.done: dict[int, int] = {}
        while heap:
            spent, e = heapq.heappop(heap)
            if e not in self.done:
                self.done[e] = spent
                for f in self.exits[e]:
                    heapq.heappush(heap, (spent + self.turn.get((e, f), 0) + self.ms[f], f))

    def at_node(self, node: int) -> list[int]:
        here = [0] if node in self.standing else []
        return here + [self.done[e] for e in self.into.get(node, []) if e in self.done]

    def at_start_of(self, edge: int) -> list[int]:
        node = self.tail[edge]
        here = [0] if node in self.standing else []
        arriving = (e for e in self.into.get(node, []) if e in self.done)
        turn, done = self.turn, self.done
        return here + [done[e] + turn.get((e, edge), 0) for e in arriving if edge in self.exits[e]]

    def to(self, target: Spot) -> int:
        edge, fraction = target
        twin = self.twin[edge]
        ways = [UNREACHED]
        part = round(fraction * self.ms[edge])
        ways += [spent + part for spent in self.at_start_of(edge)]
        if fraction == 0:
            ways += self.at_node(self.tail[edge])
        if fraction == 1:
            ways += self.at_node(self.head[edge])
        if twin >= 0:
            rest = round((1 - fraction) * self.ms[twin])
            ways += [spent + rest for spent in self.at_start_of(twin)]
        if edge == self.origin[0]:
            ahead = fraction - self.origin[1]
            if ahead >= 0:
                ways.append(round(ahead * self.ms[edge]))
            elif twin >= 0:
                ways.append(round(-ahead * self.ms[twin]))
        return min(ways)


def where(network: RoadNetwork, edge: int, fraction: float) -> set[tuple[str, int, float]]:
    """Return all names of a spot: on its edge, on the twin of it, and the node it stands on."""
    names = {("edge", int(edge), float(fraction))}
    if network.twin[edge] >= 0:
        names.add(("edge", int(network.twin[edge]), float(1 - fraction)))
    if fraction in (0, 1):
        node = network.tail[edge] if fraction == 0 else network.head[edge]
        names.add(("node", int(node), 0.0))
    return names


def check_drive(network: RoadNetwork, drive: Drive, ms: int) -> None:
    """Check that a drive is of one piece, makes no banned turn and takes its time."""
    edges = drive.edge.tolist()
    turns = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
    added = network.turn_ms.tolist() or [BANNED_MS] * network.turn_from.size
    turn_ms = dict(zip(turns, added, strict=True))
    turning_ms = [0, *(turn_ms.get(pair, 0) for pair in pairwise(edges))]
    for e, f in pairwise(edges):
        assert network.head[e] == network.tail[f]
    assert max(turning_ms) < BANNED_MS
    assert turn_graph(network).turning_ms(drive.edge).tolist() == turning_ms[: len(edges)]
    assert (drive.start[1:] == 0).all()
    assert (drive.end[:-1] == 1).all()
    # Each of the two partial edges is rounded to a millisecond.
    driven_ms = (network.time_ms[drive.edge] * drive.share).sum()
    assert driven_ms + sum(turning_ms) == pytest.approx(ms, abs=1.01)


@HARD
@given(networks() | timed_networks(), st.data())
def test_drives_equal_a_search_over_edges_that_obeys_the_turns(
    network: RoadNetwork, data: st.DataObject
) -> None:
    spots = data.draw(spots_on(network))
    snaps = snaps_of(spots)
    for i, origin in enumerate(spots):
        plain = Plain(network, origin)
        drives = drives_from(network, snaps, i, snaps)
        assert drives.ms.tolist() == [plain.to(spot) for spot in spots]
        for j in np.flatnonzero(drives.ms < UNREACHED).tolist():
            drive = drives.drive(j)
            check_drive(network, drive, int(drives.ms[j]))
            if drive.edge.size:
                assert where(network, drive.edge[0], drive.start[0]) & where(network, *origin)
                assert where(network, drive.edge[-1], drive.end[-1]) & where(network, *spots[j])


@HARD
@given(networks(), st.data())
def test_lifting_a_ban_never_lengthens_a_drive(network: RoadNetwork, data: st.DataObject) -> None:
    spots = data.draw(spots_on(network))
    snaps = snaps_of(spots)
    turns = list(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    kept = data.draw(st.lists(st.sampled_from(turns), unique=True)) if turns else []
    fewer = banning(network, kept)
    for i in range(len(spots)):
        before = drives_from(network, snaps, i, snaps).ms
        assert (drives_from(fewer, snaps, i, snaps).ms <= before).all()


@HARD
@given(timed_networks(), st.data())
def test_a_turn_that_takes_less_never_lengthens_a_drive(
    network: RoadNetwork, data: st.DataObject
) -> None:
    spots = data.draw(spots_on(network))
    snaps = snaps_of(spots)
    quicker = replace(network, turn_ms=np.where(network.banned, BANNED_MS, network.turn_ms // 2))
    for i in range(len(spots)):
        before = drives_from(network, snaps, i, snaps).ms
        assert (drives_from(quicker, snaps, i, snaps).ms <= before).all()


@HARD
@given(networks())
def test_turns_that_are_all_banned_are_bans(network: RoadNetwork) -> None:
    spelt_out = replace(network, turn_ms=np.full(network.turn_from.size, BANNED_MS, np.int32))
    one, two = turn_graph(network), turn_graph(spelt_out)
    for name in type(one).__slots__:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


@HARD
@given(timed_networks())
def test_arcs_of_copies_take_the_time_of_their_turn(network: RoadNetwork) -> None:
    graph = turn_graph(network)
    nodes, edges = network.lon.size, network.head.size
    turns = zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True)
    turn_ms = dict(zip(turns, network.turn_ms.tolist(), strict=True))
    if not network.turn_ms.size:
        turn_ms = dict.fromkeys(turn_ms, BANNED_MS)
    for arc in range(edges, graph.head.size):
        edge = int(graph.copied[graph.tail[arc] - nodes])
        exit_edge = int(graph.extra[arc - edges])
        added = turn_ms.get((edge, exit_edge), 0)
        assert added < BANNED_MS
        assert graph.time_ms[arc] == network.time_ms[exit_edge] + added


@HARD
@given(networks())
def test_without_bans_the_graph_is_the_network_itself(network: RoadNetwork) -> None:
    graph = turn_graph(banning(network, []))
    for name in ("first", "head", "tail", "time_ms"):
        assert np.shares_memory(getattr(graph, name), getattr(network, name))
        assert getattr(graph, name).size == getattr(network, name).size
    assert np.shares_memory(graph.after, network.head)


@HARD
@given(networks())
def test_states_and_arcs_are_those_of_the_definition(network: RoadNetwork) -> None:
    graph = turn_graph(network)
    nodes, edges = network.lon.size, network.head.size
    banned = set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))
    assert graph.first.size - 1 == nodes + len({e for e, _ in banned})
    assert graph.first[-1] == graph.head.size == graph.tail.size == graph.time_ms.size
    along = graph.edges_of(np.arange(graph.head.size, dtype=np.int32))
    assert along[:edges].tolist() == list(range(edges))
    assert graph.time_ms.tolist() == network.time_ms[along].tolist()
    assert graph.head.tolist() == graph.after[along].tolist()
    assert np.repeat(np.arange(graph.first.size - 1), np.diff(graph.first)).tolist() == (
        graph.tail.tolist()
    )
    for edge, state in enumerate(graph.after.tolist()):
        exits = along[graph.first[state] : graph.first[state + 1]].tolist()
        leaving = np.flatnonzero(network.tail == network.head[edge]).tolist()
        assert exits == [f for f in leaving if (edge, f) not in banned]


@HARD
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_in_which_bans_are_listed_changes_nothing(
    network: RoadNetwork, random: Any
) -> None:
    order = list(range(network.turn_from.size))
    random.shuffle(order)
    other = replace(network, turn_from=network.turn_from[order], turn_to=network.turn_to[order])
    one, two = turn_graph(network), turn_graph(other)
    for name in type(one).__slots__:
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


def test_a_ban_between_edges_that_do_not_meet_bans_nothing() -> None:
    network = network_of(3, [(0, 1, 5, False), (1, 2, 7, False)])
    snaps = snaps_of([(e, 0.5) for e in np.flatnonzero(network.once).tolist()])
    apart = [(e, f) for e in range(4) for f in range(4) if (e, f) not in turns_of(network)]
    plain, odd = (drives_from(n, snaps, 0, snaps) for n in (network, banning(network, apart)))
    assert odd.ms.tolist() == plain.ms.tolist()


def test_an_origin_off_the_network_reaches_nothing() -> None:
    network = network_of(2, [(0, 1, 5, False)])
    network = banning(network, turns_of(network))
    snaps = snaps_of([(-1, 0.0), (0, 0.5)])
    assert drives_from(network, snaps, 0, snaps).ms.tolist() == [UNREACHED, UNREACHED]
    assert drives_from(network, snaps, 1, snaps).ms.tolist() == [UNREACHED, 0]


# A cross of four arms of a kilometre, 60 s each; the eastern arm goes on to a far loop.
CROSS = {1: (127.0, 36.0), 2: (127.0, 36.01), 3: (127.01, 36.0), 4: (127.0, 35.99),
         5: (126.99, 36.0)}  # fmt: skip
ARMS = [(1, n, {"seconds": 60.0, "name": f"Arm {n}"}) for n in (2, 3, 4, 5)]


def cross(*bans: tuple[int, bool, int, bool]) -> RoadNetwork:
    """Return the cross with bans (arm, outward, arm, outward), arms as rows of ARMS."""
    rows = np.array(bans, np.int32).reshape(-1, 4)
    return RoadNetwork.from_parts(
        parts_of(
            CROSS,
            ARMS,
            ban_from=rows[:, 0],
            ban_from_forward=rows[:, 1].astype(bool),
            ban_to=rows[:, 2],
            ban_to_forward=rows[:, 3].astype(bool),
        )
    )


def spots(**degrees: tuple[float, float]) -> gpd.GeoDataFrame:
    lon, lat = zip(*degrees.values(), strict=True)
    return gpd.GeoDataFrame(
        {"place_id": list(degrees)}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )


def ride_s(network: RoadNetwork, places: gpd.GeoDataFrame) -> float:
    table = car_times(network, places[:1], places[1:2], DOOR).table
    return round(60 * float(table["ride_min"].iloc[0]), 0)


WEST_TO_NORTH = (3, False, 0, True)


def test_a_banned_left_turn_is_got_round_by_turning_back_in_the_next_arm() -> None:
    places = spots(west=(126.995, 36.0), north=(127.0, 36.005))
    assert ride_s(cross(), places) == 60
    # Over the crossing, to the end of an arm, back, and into the northern one.
    banned = cross(WEST_TO_NORTH)
    assert ride_s(banned, places) == 60 + 120
    table = car_times(banned, places[:1], places[1:], DOOR).table
    assert table["legs"].iloc[0].startswith("Arm 5 0.5 km > Arm 3 2.0 km > Arm 2 0.5 km")
    assert table["distance_m"].iloc[0] == pytest.approx(3000, rel=0.2)
    route = car_route(banned, places[:1], places[1:], DOOR)
    assert route[["from_node", "to_node"]].to_numpy().tolist() == [[5, 1], [1, 3], [3, 1], [1, 2]]
    assert route["minutes"].sum() == pytest.approx(3, abs=0.001)
    # The other way round is another turn.
    assert ride_s(banned, places[::-1]) == 60


def test_a_drive_may_turn_back_at_once_where_it_may_not_later() -> None:
    no_way_back = [(row, True, row, False) for row in range(4)]
    places = spots(west=(126.995, 36.0), north=(127.0, 36.005))
    assert car_times(cross(WEST_TO_NORTH, *no_way_back), places[:1], places[1:], DOOR).table[
        "status"
    ].tolist() == ["no_path"]
    # All exits are banned where the trip ends, and it need not leave.
    dead = cross(*[(0, True, row, False) for row in range(1)])
    assert ride_s(dead, places) == 60
    assert ride_s(dead, places[::-1]) == 60


def test_a_place_at_a_crossing_may_leave_by_any_road_and_is_reached_by_any() -> None:
    all_turns = [(a, False, b, True) for a in range(4) for b in range(4)]
    places = spots(crossing=(127.0, 36.0), north=(127.0, 36.005), west=(126.995, 36.0))
    closed = cross(*all_turns)
    for arm in ("north", "west"):
        pair = places[places["place_id"].isin(["crossing", arm])]
        assert ride_s(closed, pair) == 30
        assert ride_s(closed, pair[::-1]) == 30
    assert car_times(closed, places[1:2], places[2:], DOOR).table["status"].tolist() == ["no_path"]


def test_both_places_on_one_road_need_no_turn() -> None:
    places = spots(near=(126.998, 36.0), far=(126.992, 36.0))
    turns = [(a, False, b, True) for a in range(4) for b in range(4)]
    assert ride_s(cross(*turns), places) == ride_s(cross(*turns), places[::-1]) == 36


def test_a_slow_left_turn_is_waited_for_or_got_round() -> None:
    places = spots(west=(126.995, 36.0), north=(127.0, 36.005))
    plain = cross()
    edge = {pair[:2]: row for row, pair in enumerate(plain.edges)}
    for seconds, ride in ((45, 105), (150, 180)):
        # By the southern arm and back in it, which costs no turn, it takes 180 s.
        slow = timing(plain, {(edge[5, 1], edge[1, 2]): seconds * 1000})
        assert ride_s(slow, places) == ride
        route = car_route(slow, places[:1], places[1:], DOOR)
        assert 60 * route["minutes"].sum() == pytest.approx(ride, abs=0.01)
        assert ride_s(slow, places[::-1]) == 60


def test_bans_hold_in_every_congestion_state() -> None:
    places = spots(west=(126.995, 36.0), north=(127.0, 36.005))
    jammed = congested_network(cross(WEST_TO_NORTH), "holiday")
    free = congested_network(cross(), "holiday")
    assert ride_s(jammed, places) == pytest.approx(3 * ride_s(free, places), abs=2)


def test_times_with_bans_are_the_same_bytes_again() -> None:
    places = spots(west=(126.995, 36.0), north=(127.0, 36.005), south=(127.0, 35.995))
    first, second = (car_times(cross(WEST_TO_NORTH), places, places) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.minutes.tobytes() == second.minutes.tobytes()


def test_only_one_exit_of_openstreetmap_sends_the_drive_straight_on(tmp_path: Path) -> None:
    # From the west to the south; 5 is the middle of the cross, 2 its south, 6 its east.
    ways = {1: way(4, 5), 2: way(5, 6), 3: way(5, 2), 4: way(5, 8)}
    kinds = {"only_straight_on": 2, "no_right_turn": 3, "only_right_turn": 3}
    nodes = {}
    for kind, target in kinds.items():
        members = [("way", 1, "from"), ("node", 5, "via"), ("way", target, "to")]
        relation = (members, {"type": "restriction", "restriction": kind})
        town = Town(grid(), {}, ways, {1: relation})
        network = load_road_network(town.write_xml(tmp_path / f"{kind}.osm"))
        places = spots(west=(127.0005, 36.001), south=(127.001, 36.0005))
        route = car_route(network, places[:1], places[1:], DOOR)
        nodes[kind] = [*route["from_node"].tolist(), *route["to_node"].tolist()[-1:]]
        times = car_times(network, places, places, DOOR)
        assert times.minutes[0, 1, 0] >= times.minutes[1, 0, 0]
        assert times.minutes[0, 1, 0] == pytest.approx(route["minutes"].sum(), abs=1e-3)
    assert nodes["only_right_turn"] == [4, 5, 2]
    # Turning back at the end of the shortest arm is the way round both.
    assert nodes["only_straight_on"] == nodes["no_right_turn"] == [4, 5, 6, 5, 2]


def sample_with_bans(folder: Path) -> Path:
    """Write the sample of the standard node-link set; it has no table of turns, so one is made."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as stream:
        links = gpd.GeoDataFrame.from_features(json.load(stream)["features"], crs="EPSG:4326")
    links = links.to_crs(5186)
    at: dict[str, Point] = {}
    for start, end, line in zip(links.F_NODE, links.T_NODE, links.geometry, strict=True):
        xy = get_coordinates(line)
        at.setdefault(start, Point(xy[0]))
        at.setdefault(end, Point(xy[-1]))
    nodes = gpd.GeoDataFrame({"NODE_ID": list(at)}, geometry=list(at.values()), crs=5186)
    turns = links[["LINK_ID", "T_NODE"]].merge(
        links[["LINK_ID", "F_NODE"]], left_on="T_NODE", right_on="F_NODE"
    )
    names = {"LINK_ID_x": "ST_LINK", "LINK_ID_y": "ED_LINK", "T_NODE": "NODE_ID"}
    table = turns.iloc[::41].rename(columns=names).drop(columns="F_NODE")
    for name, frame in (("MOCT_NODE", nodes), ("MOCT_LINK", links)):
        pyogrio.write_dataframe(frame, folder / f"{name}.shp", encoding="CP949")
    table = table.assign(TURN_TYPE="101", TURN_OPER="0")
    pyogrio.write_dataframe(table, folder / "TURNINFO.dbf", driver="ESRI Shapefile")
    return folder


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample is not here")
def test_drives_on_the_standard_node_link_sample_keep_its_banned_turns(tmp_path: Path) -> None:
    network = load_road_network(sample_with_bans(tmp_path))
    free = banning(network, [])
    places = [(edge, 0.5) for edge in range(0, network.head.size, 11)]
    snaps = snaps_of(places)
    found = longer = 0
    for i in range(0, len(places), 5):
        drives = drives_from(network, snaps, i, snaps)
        plain = Plain(network, places[i])
        assert drives.ms.tolist() == [plain.to(spot) for spot in places]
        for j in np.flatnonzero(drives.ms < UNREACHED).tolist():
            check_drive(network, drives.drive(j), int(drives.ms[j]))
        found += int((drives.ms < UNREACHED).sum())
        longer += int((drives_from(free, snaps, i, snaps).ms < drives.ms).sum())
    assert found > 500
    assert longer > 100


def test_the_route_by_osmnx_says_that_it_ignores_bans(caplog: pytest.LogCaptureFixture) -> None:
    assert cross().route(5, 2) == (5, 1, 2)
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert cross(WEST_TO_NORTH).route(5, 2) == (5, 1, 2)
    assert "the route ignores 1 turn bans of the network" in caplog.text

"""Searches and hierarchy: two engines, one answer."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from itertools import pairwise
from mmap import mmap
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from benchmarks.national import national, road_network
from engines import both_engines, same_drives
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from times.test_turns import (
    HARD,
    Link,
    Spot,
    banning,
    network_of,
    networks,
    snaps_of,
    spots_on,
    turns_of,
)

from clustergeo.errors import RoadError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.congestion import congested_network
from clustergeo.times.by_road import RoadRules, car_times
from clustergeo.times.hierarchy import NEVER, Ends, build, customise
from clustergeo.times.kernels import kernels_cached
from clustergeo.times.roads import contracted as _contracted
from clustergeo.times.roads import engine as _engine
from clustergeo.times.roads import routes as _routes
from clustergeo.times.roads import trips as _trips
from clustergeo.times.roads.contracted import topology_of
from clustergeo.times.roads.contracted import turns_of as graph_of
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.ends import destination_doors, origin_doors
from clustergeo.times.roads.engine import Engine, Hierarchy, Searches, engine_for
from clustergeo.times.roads.saved import remove_hierarchy, save_hierarchy, saved_hierarchy
from clustergeo.times.roads.turns import turn_graph

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

WAYS = st.tuples(st.integers(0, 10**6), st.sampled_from([0, 0, 3, 900, NEVER, UNREACHED]))
MANY_WAYS = st.lists(st.lists(WAYS, min_size=3, max_size=3), min_size=1, max_size=4)
DOOR = RoadRules(access_kph=30, access_detour=1.0, start_min=0, park_min=0, limit_min=10**6)


def ends_in(engine: Engine, ways: list[list[tuple[int, int]]]) -> Ends:
    array = np.array(ways, np.int64)
    states = engine.graph.first.size - 1
    return Ends((array[..., 0] % states).astype(np.int32), array[..., 1])


def all_rows(engine: Engine, origins: Ends) -> NDArray[np.int32]:
    return np.concatenate([times for _, times in engine.rows(origins)])


def is_mapped(array: Any) -> bool:
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap)


def drive_ms(network: RoadNetwork, engine: Engine, spots: list[Spot]) -> NDArray[np.int64]:
    """Return the milliseconds of all pairs, those along one edge included."""
    snaps = snaps_of(spots)
    return np.array([d.ms for d in drives_between(network, engine, snaps, snaps)])


@HARD
@given(networks(), MANY_WAYS, MANY_WAYS, st.booleans())
def test_both_engines_give_the_same_times_and_routes(
    network: RoadNetwork,
    starts: list[list[tuple[int, int]]],
    ends: list[list[tuple[int, int]]],
    perfect: bool,  # noqa: FBT001 - drawn
) -> None:
    searches, hierarchy = both_engines(network, perfect=perfect)
    graph = searches.graph
    origins, targets = ends_in(searches, starts), ends_in(searches, ends)
    times = searches.matrix(origins, targets)
    assert (hierarchy.matrix(origins, targets) == times).all()
    assert (all_rows(searches, origins) == all_rows(hierarchy, origins)).all()
    for row in range(times.shape[0]):
        origin = Ends(origins.node[[row]], origins.ms[[row]])
        both = (engine.paths(origin, targets) for engine in (searches, hierarchy))
        for j, (one, other) in enumerate(zip(*both, strict=True)):
            assert (one.ms, one.start, one.end) == (other.ms, other.start, other.end)
            assert one.edges.tolist() == other.edges.tolist()
            assert one.ms == times[row, j]
            if one.ms == UNREACHED:
                assert (one.start, one.end, one.edges.size) == (-1, -1, 0)
                continue
            stops = [origin.node[0, one.start], *graph.head[one.edges].tolist()]
            assert stops[:-1] == graph.tail[one.edges].tolist()
            assert stops[-1] == targets.node[j, one.end]
            spent = origin.ms[0, one.start] + targets.ms[j, one.end]
            assert spent + int(graph.time_ms[one.edges].sum()) == one.ms


@HARD
@given(networks(), st.data())
def test_doors_of_places_lead_to_the_times_of_the_matrix(
    network: RoadNetwork, data: st.DataObject
) -> None:
    spots = data.draw(spots_on(network))
    snaps = snaps_of([*spots, (-1, 0.0)])
    for engine in both_engines(network):
        starts = origin_doors(network, engine.graph, snaps).ends
        ends = destination_doors(network, engine.graph, snaps).ends
        times = engine.matrix(starts, ends)
        assert (times[-1] == UNREACHED).all()
        assert (times[:, -1] == UNREACHED).all()
        routes = [r.ms for r in engine.routes(starts, ends)]
        assert (np.array(routes) == times).all()
        drives = drive_ms(network, engine, [*spots, (-1, 0.0)])
        # Along an edge that both places share it may be faster, and nowhere else.
        shared = snaps.edge[:, None] == snaps.edge[None]
        assert (drives[~shared] == times[~shared]).all()
        assert (drives <= times).all()


@pytest.fixture(scope="module")
def star() -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    return national(150)[:3]


def test_both_engines_equal_scipy_on_twenty_thousand_nodes(star: Any) -> None:
    first, head, ms = star
    nodes = first.size - 1
    assert nodes > 20_000
    network = road_network(150)
    ends = np.random.default_rng(1).choice(nodes, 40, replace=False).astype(np.int32)
    graph = csr_array((ms.astype(float), head, first), (nodes, nodes))
    expected = dijkstra(graph, indices=ends[:20])
    origins, targets = Ends.at(ends[:20]), Ends.at(ends)
    for engine in both_engines(network):
        assert (engine.matrix(origins, targets) == expected[:, ends]).all()
        assert (all_rows(engine, origins) == expected).all()
        for row, routes in enumerate(engine.routes(origins, targets)):
            assert (routes.ms == expected[row, ends]).all()
            driven = np.repeat(np.arange(40), np.diff(routes.first))
            total = np.bincount(driven, weights=ms[routes.arcs], minlength=40)
            assert (total == routes.ms).all()


def test_a_large_network_is_searched_by_threads_to_the_same_bytes(
    star: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = star[0].size - 1
    engine = Searches(turn_graph(road_network(150)))
    origins = Ends.at(np.arange(0, nodes, nodes // 9, dtype=np.int32))
    alone = [(rows, times.tobytes()) for rows, times in engine.rows(origins)]
    monkeypatch.setattr(_engine, "_BUSY", 0)
    monkeypatch.setattr(_engine, "THREADS", 3)
    assert [(rows, times.tobytes()) for rows, times in engine.rows(origins)] == alone
    assert next(engine.rows(origins))[0] == slice(0, 1)  # the rest is left unread


@HARD
@given(networks(), st.data())
def test_drives_obey_the_triangle_inequality(network: RoadNetwork, data: st.DataObject) -> None:
    # Without bans: a drive that stops may set off by any road, where one that passes may not.
    network = banning(network, [])
    # Even thousandths of even times: no rounding of parts of an edge.
    network = replace(network, time_ms=network.time_ms * 64)
    spots = data.draw(spots_on(network))
    for engine in both_engines(network):
        ms = drive_ms(network, engine, spots)
        for over in range(len(spots)):
            assert (ms <= ms[:, over, None] + ms[None, over]).all()


@HARD
@given(networks(), st.data())
def test_the_reversed_network_has_the_transposed_times(
    network: RoadNetwork, data: st.DataObject
) -> None:
    spots = data.draw(spots_on(network))
    order = np.lexsort((np.arange(network.head.size), network.tail, network.head))
    at = np.argsort(order)
    turns = sorted(zip(at[network.turn_to].tolist(), at[network.turn_from].tolist(), strict=True))
    twin = np.where(network.twin >= 0, at[network.twin], -1)[order].astype(np.int32)
    counts = np.bincount(network.head, minlength=network.lon.size)
    reversed_ = replace(
        network,
        tail=network.head[order],
        head=network.tail[order],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        time_ms=network.time_ms[order],
        twin=twin,
    )
    reversed_ = banning(reversed_, turns)
    back = [(int(at[edge]), 1.0 - fraction) for edge, fraction in spots]
    for engine, other in zip(both_engines(network), both_engines(reversed_), strict=True):
        assert (drive_ms(network, engine, spots) == drive_ms(reversed_, other, back).T).all()


LINKS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 5),
        st.sampled_from([0, 2, 64, 128, 6_400, 128_000]),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


def edge_of(network: RoadNetwork, link: int) -> int:
    """Return the edge of a link as it was drawn."""
    return int(np.flatnonzero((network.line == link) & ~network.backward)[0])


def at_links(network: RoadNetwork, places: list[tuple[int, float]]) -> list[Spot]:
    return [(edge_of(network, link), fraction) for link, fraction in places]


def places_on(links: list[Link]) -> st.SearchStrategy[list[tuple[int, float]]]:
    fraction = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
    return st.lists(st.tuples(st.integers(0, len(links) - 1), fraction), min_size=2, max_size=4)


@HARD
@given(LINKS, st.data())
def test_relabelling_nodes_changes_no_drive(links: list[Link], data: st.DataObject) -> None:
    places = data.draw(places_on(links))
    order = data.draw(st.permutations(range(6)))
    moved = network_of(6, [(order[u], order[v], ms, oneway) for u, v, ms, oneway in links])
    network = network_of(6, links)
    for engine, other in zip(both_engines(network), both_engines(moved), strict=True):
        before = drive_ms(network, engine, at_links(network, places))
        assert (drive_ms(moved, other, at_links(moved, places)) == before).all()


@HARD
@given(LINKS, st.data())
def test_adding_a_link_never_lengthens_a_drive(links: list[Link], data: st.DataObject) -> None:
    places = data.draw(places_on(links))
    added = data.draw(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)))
    network, more = network_of(6, links), network_of(6, [*links, (*added, True)])
    for engine, other in zip(both_engines(network), both_engines(more), strict=True):
        before = drive_ms(network, engine, at_links(network, places))
        assert (drive_ms(more, other, at_links(more, places)) <= before).all()


@HARD
@given(LINKS, st.data())
def test_splitting_an_edge_in_half_changes_no_drive(
    links: list[Link], data: st.DataObject
) -> None:
    places = data.draw(places_on(links))
    cut = data.draw(st.integers(0, len(links) - 1))
    u, v, ms, oneway = links[cut]
    halves: list[Link] = [(u, 6, ms // 2, oneway), (6, v, ms // 2, oneway)]
    split = network_of(7, [*links[:cut], halves[0], *links[cut + 1 :], halves[1]])
    network = network_of(7, links)

    def moved(link: int, fraction: float) -> tuple[int, float]:
        if link != cut:
            return link, fraction
        return (link, 2 * fraction) if fraction <= 0.5 else (len(links), 2 * fraction - 1)

    after = at_links(split, [moved(*place) for place in places])
    for engine, other in zip(both_engines(network), both_engines(split), strict=True):
        before = drive_ms(network, engine, at_links(network, places))
        changed = np.abs(drive_ms(split, other, after) - before)
        # A quarter of two milliseconds is rounded at either end.
        assert (changed <= 2).all()


def toy(*, ms: int = 60_000) -> tuple[RoadNetwork, gpd.GeoDataFrame]:
    """Return a road of three links and four places on it, two of them on one link."""
    network = network_of(4, [(0, 1, ms, False), (1, 2, ms, False), (2, 3, ms, True)])
    lon, lat = network.lon, network.lat
    share = np.array([0.25, 0.75, 0.5, 0.5])
    link = np.array([0, 0, 1, 2])
    x = lon[link] + share * (lon[link + 1] - lon[link])
    y = lat[link] + share * (lat[link + 1] - lat[link])
    places = gpd.GeoDataFrame(
        {"place_id": list("abcd")}, geometry=gpd.points_from_xy(x, y), crs="EPSG:4326"
    )
    return network, places


def times_by(engine: type, network: RoadNetwork, places: Any, rules: RoadRules) -> pd.DataFrame:
    """Return car times with one of the engines, whatever the size."""
    (chosen,) = (e for e in both_engines(network) if isinstance(e, engine))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_trips, "engine_for", lambda *_: chosen)
        return car_times(network, places, places, rules).table


@pytest.mark.parametrize("engine", [Searches, Hierarchy])
def test_car_times_by_hand_with_either_engine(engine: type) -> None:
    network, places = toy()
    table = times_by(engine, network, places, DOOR).set_index(["from_id", "to_id"])
    ride = table["ride_min"]
    assert ride["a", "b"] == ride["b", "a"] == 0.5  # on one edge, either way
    assert ride["a", "c"] == ride["c", "a"] == 1.25
    assert ride["a", "d"] == 2.25
    assert table["status"]["d", "a"] == "no_path"
    near = replace(DOOR, limit_min=1.0)
    status = times_by(engine, network, places, near).set_index(["from_id", "to_id"])["status"]
    assert status["a", "b"] == "ok"
    assert status["a", "c"] == "beyond_limit"
    assert status["d", "a"] == "no_path"
    closed = replace(DOOR, closed_highways=("primary",))
    everywhere = times_by(engine, network, places, closed)["status"]
    assert set(everywhere) == {"same_place", "off_network"}


def test_drives_of_twelve_days_are_none_for_either_engine() -> None:
    network, places = toy(ms=NEVER // 3 + 1)
    for engine in (Searches, Hierarchy):
        table = times_by(engine, network, places, DOOR).set_index(["from_id", "to_id"])
        assert table["status"]["a", "c"] == "ok"
        assert table["status"]["a", "d"] == "ok"
    endless = replace(network, time_ms=network.time_ms // 2 * 3)
    for engine in (Searches, Hierarchy):
        table = times_by(engine, endless, places, DOOR).set_index(["from_id", "to_id"])
        assert table["status"]["a", "d"] == "no_path"


def test_both_engines_give_the_same_table_on_the_embedded_network() -> None:
    network = load_road_network()
    nodes = np.random.default_rng(5).choice(4_400, 12, replace=False)
    at = gpd.points_from_xy(network.lon[nodes] + 0.002, network.lat[nodes])
    places = gpd.GeoDataFrame({"place_id": nodes.astype(str)}, geometry=at, crs="EPSG:4326")
    one, other = (times_by(e, network, places, RoadRules()) for e in (Searches, Hierarchy))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_of_routes_equally_fast_both_engines_take_the_same() -> None:
    # A grid of equal links has thousands of them, one of links of no time circles besides.
    side = 9
    node = np.arange(side * side).reshape(side, side)
    pairs = [*zip(node[:, :-1].ravel(), node[:, 1:].ravel(), strict=True)]
    pairs += zip(node[:-1].ravel(), node[1:].ravel(), strict=True)
    for ms in (1_000, 0):
        links = [(int(u), int(v), ms, False) for u, v in pairs]
        links += [(0, side * side, 5, False)]
        network = network_of(side * side + 1, links)
        spots = at_links(network, [(0, 0.0), (len(links) - 1, 1.0), (len(pairs) - 1, 0.5)])
        snaps = snaps_of(spots)
        both = (drives_between(network, e, snaps, snaps) for e in both_engines(network))
        for one, other in zip(*both, strict=True):
            assert same_drives(one, other)
            for target in range(3):
                edges = one.drive(target).edge.tolist()
                assert all(network.head[e] == network.tail[f] for e, f in pairwise(edges))


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let any network be worth a hierarchy; return a list that grows with each contraction."""
    calls: list[int] = []

    def counted(first: Any, head: Any) -> Any:
        calls.append(first.size - 1)
        return build(first, head)

    monkeypatch.setattr(_engine, "_LOAD_S", 0.0)
    monkeypatch.setattr(_contracted, "build", counted)
    return calls


def test_few_origins_are_searched_and_many_swept(eager: list[int]) -> None:
    network = road_network(40)
    assert isinstance(engine_for(network, 1), Searches)
    assert not eager
    assert isinstance(engine_for(network, 1_000), Hierarchy)
    assert eager == [network.first.size - 1]
    # What is made is there for the next few.
    assert isinstance(engine_for(network, 1), Hierarchy)
    assert len(eager) == 1


def test_a_small_network_is_never_contracted() -> None:
    assert isinstance(engine_for(load_road_network(), 400), Searches)


def test_the_dearer_metric_is_made_for_a_hundred_origins(eager: list[int]) -> None:
    network = road_network(40)
    topology_of(network, graph_of(network))
    few, again = engine_for(network, 50), engine_for(network, 60)
    many = engine_for(network, 5_000)
    assert isinstance(few, Hierarchy)
    assert isinstance(again, Hierarchy)
    assert isinstance(many, Hierarchy)
    assert few.metric is again.metric
    assert many.metric is not few.metric
    assert many.metric.up[1].size < few.metric.up[1].size
    assert eager == [network.first.size - 1]


def test_no_congestion_state_contracts_again(eager: list[int]) -> None:
    network = road_network(40)
    free = engine_for(network, 1_000)
    origins = Ends.at(np.arange(9, dtype=np.int32))
    for state in ("weekday_am", "holiday"):
        jammed = congested_network(network, state)
        engine = engine_for(jammed, 1_000)
        assert isinstance(engine, Hierarchy)
        expected = Searches(turn_graph(jammed)).matrix(origins, origins)
        assert (engine.matrix(origins, origins) == expected).all()
        assert (expected > free.matrix(origins, origins)).any()
    assert len(eager) == 1


def test_a_network_with_other_turns_or_times_is_another(eager: list[int]) -> None:
    # ``replace`` shares what is kept of a network with its copy.
    network = road_network(20)
    origins = Ends.at(np.arange(9, dtype=np.int32))
    for other in (
        network,
        replace(network, time_ms=network.time_ms * 2),
        banning(network, turns_of(network)[::7]),
        network,
    ):
        engine = engine_for(other, 10_000)
        assert isinstance(engine, Hierarchy)
        expected = Searches(turn_graph(other)).matrix(origins, origins)
        assert (engine.matrix(origins, origins) == expected).all()
    assert len(eager) == 3


def test_without_metis_there_are_searches(
    eager: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "pymetis", None)
    assert isinstance(engine_for(road_network(20), 10_000), Searches)
    assert not eager


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a folder with a network and its hierarchy; some turns are banned."""
    network = road_network(20)
    network = banning(network, turns_of(network)[::50])
    folder = network.save(tmp_path / "net")
    loaded = load_road_network(folder)
    save_hierarchy(loaded, topology_of(loaded, graph_of(loaded)))
    return folder


def test_a_saved_hierarchy_is_loaded_and_nothing_contracted(
    saved: Path, eager: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymetis", None)
    network = load_road_network(saved)
    origins = Ends.at(np.arange(9, dtype=np.int32))
    for of in (congested_network(network, "holiday"), network):
        engine = engine_for(of, 1_000)
        assert isinstance(engine, Hierarchy)
        assert is_mapped(engine.metric.topology.rank)
        expected = Searches(turn_graph(of)).matrix(origins, origins)
        assert (engine.matrix(origins, origins) == expected).all()
    assert not eager


def test_a_network_that_has_lost_turns_does_not_take_the_saved_hierarchy(
    saved: Path, eager: list[int]
) -> None:
    network = banning(load_road_network(saved), [])
    assert saved_hierarchy(network) is None
    engine_for(network, 10_000)
    assert eager == [network.first.size - 1]


def test_a_damaged_or_foreign_hierarchy_is_refused_with_a_remedy(
    saved: Path, tmp_path: Path, eager: list[int]
) -> None:
    (rank,) = saved.glob("*/hierarchy/rank.npy")
    whole = rank.read_bytes()
    rank.write_bytes(whole[:-8])
    with pytest.raises(RoadError, match=r"rank\.npy.*delete the folder and build"):
        engine_for(load_road_network(saved), 1_000)
    rank.write_bytes(whole)
    other = load_road_network(road_network(20).save(tmp_path / "other"))
    save_hierarchy(other, topology_of(other, graph_of(other)))
    (mine,), (foreign,) = saved.glob("*/hierarchy"), (tmp_path / "other").glob("*/hierarchy")
    for file in foreign.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
    with pytest.raises(RoadError, match="another network"):
        engine_for(load_road_network(saved), 1_000)
    eager.clear()


def test_an_unfinished_hierarchy_is_none_and_a_new_network_removes_the_old_one(
    saved: Path, tmp_path: Path
) -> None:
    (statement,) = saved.glob("*/hierarchy/topology.json")
    statement.unlink()
    network = load_road_network(saved)
    assert saved_hierarchy(network) is None
    save_hierarchy(network, topology_of(network, graph_of(network)))
    assert saved_hierarchy(network)
    road_network(10).save(saved)
    road_network(10).save(tmp_path / "fresh")
    assert not list(saved.glob("*/hierarchy"))
    assert {p.name for p in saved.iterdir()} >= {p.name for p in (tmp_path / "fresh").iterdir()}
    assert saved_hierarchy(load_road_network(saved)) is None
    remove_hierarchy(load_road_network(saved))


def test_the_same_network_has_the_same_hierarchy_to_the_byte(saved: Path, tmp_path: Path) -> None:
    network = load_road_network(saved)
    (folder,) = saved.glob("*/hierarchy")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    network = load_road_network(network.save(tmp_path / "again"))
    save_hierarchy(network, topology_of(network, graph_of(network)))
    (folder,) = (tmp_path / "again").glob("*/hierarchy")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_the_kernels_of_routes_are_compiled_for_one_kind_of_array() -> None:
    network, places = toy()
    for engine in (Searches, Hierarchy):
        times_by(engine, network, places, DOOR)
    assert kernels_cached() in {True, False}
    assert len(_routes.trace_back.signatures) == len(_routes.entering.signatures) == 1


def test_a_metric_of_endless_edges_still_works() -> None:
    network, _ = toy()
    endless = replace(network, time_ms=np.full(network.head.size, 2**31 - 1, np.int32))
    graph = graph_of(endless)
    metric = customise(build(graph.first, graph.head), np.minimum(graph.time_ms, NEVER))
    ends = Ends.at(np.arange(4, dtype=np.int32))
    expected = np.where(np.eye(4, dtype=bool), 0, UNREACHED)
    for engine in (Searches(graph), Hierarchy(graph, metric)):
        assert (engine.matrix(ends, ends) == expected).all()

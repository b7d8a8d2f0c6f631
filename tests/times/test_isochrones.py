"""Isochrones against shapes and minutes that can be worked out by hand, and against their laws."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from roads import parts_of

from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.delays import load_delays
from clustergeo.networks.states import road_state
from clustergeo.places import load_all_places, load_population_grid
from clustergeo.schemas import check_table
from clustergeo.schemas.reach import ISOCHRONES
from clustergeo.times import RoadRules, car_isochrones, car_times, population_within
from clustergeo.times import isochrones as module
from clustergeo.times.roads.areas import area_of
from clustergeo.times.roads.dijkstra import UNREACHED, search
from clustergeo.times.roads.snaps import snap
from clustergeo.times.roads.strewn import points_along
from clustergeo.times.roads.turns import turn_graph
from clustergeo.times.roads.within import desk, within

Spot = tuple[float, float]
Link = tuple[str, str, dict[str, Any]]

EAST, NORTH = 1_000_000.0, 2_000_000.0
# On the streets beside the roads: 500 m a minute, no detour.
STREETS = RoadRules(access_kph=30, access_detour=1, start_min=0, park_min=0)
HARD = settings(derandomize=True, deadline=None, max_examples=40)


def degrees(east: float, north: float) -> Spot:
    lon, lat = Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True).transform(
        EAST + east, NORTH + north
    )
    return lon, lat


def roads_of(nodes: dict[str, Spot], links: list[Link]) -> RoadNetwork:
    """Return straight roads of 60 km/h between places in metres: a minute a kilometre."""
    ids = {name: row for row, name in enumerate(nodes)}
    places = {ids[name]: degrees(*spot) for name, spot in nodes.items()}
    pieces = []
    for u, v, tags in links:
        metres = float(np.hypot(*np.subtract(nodes[u], nodes[v])))
        pieces.append((ids[u], ids[v], {"length_m": metres, "seconds": metres * 0.06} | tags))
    return RoadNetwork.from_parts(parts_of(places, pieces))


def places_of(**metres: Spot) -> gpd.GeoDataFrame:
    points = [shapely.Point(EAST + east, NORTH + north) for east, north in metres.values()]
    return gpd.GeoDataFrame({"place_id": list(metres)}, geometry=points, crs="EPSG:5179")


def areas_of(
    network: RoadNetwork, origin: Spot, minutes: list[float], rules: RoadRules = STREETS
) -> list[shapely.MultiPolygon]:
    """Return the areas in metres."""
    found = car_isochrones(network, places_of(o=origin), minutes, rules)
    assert found.geometry.is_valid.all()
    assert (found.geom_type == "MultiPolygon").all()
    shifted = found.to_crs("EPSG:5179").translate(-EAST, -NORTH)
    return list(shifted)


def holds(area: shapely.MultiPolygon, *spots: Spot) -> list[bool]:
    return [bool(area.covers(shapely.Point(spot))) for spot in spots]


def town(blocks: int = 3) -> RoadNetwork:
    """Return a grid of roads, a kilometre apart, around the origin."""
    steps = range(-blocks, blocks + 1)
    nodes = {f"{i},{j}": (1000.0 * i, 1000.0 * j) for i in steps for j in steps}
    links: list[Link] = [
        (f"{i},{j}", f"{i + di},{j + dj}", {})
        for i in steps
        for j in steps
        for di, dj in ((1, 0), (0, 1))
        if f"{i + di},{j + dj}" in nodes
    ]
    return roads_of(nodes, links)


def test_a_town_of_square_blocks_is_reached_as_a_diamond() -> None:
    (area,) = areas_of(town(), (0, 0), [2])
    # Two minutes by road at the tips. A point 0.3 km off a road that is passed at 1.3 km is best
    # reached aslant: 1.3 + 0.3 x sqrt(3) = 1.82 min.
    assert holds(area, (1900, 0), (0, -1900), (500, 500), (1300, 300), (0, 0)) == [True] * 5
    # 1.5 + 0.45 x sqrt(3) = 2.28 min; the corners of the second block 2.6 and more.
    outside = [(2100, 0), (1500, 450), (1300, 1300), (-1300, 1300), (1300, -1300), (0, 2100)]
    assert holds(area, *outside) == [False] * 6
    east, north = (np.array(area.bounds)[k::2] for k in (0, 1))
    assert np.allclose([*east, *north], [-2000, 2000, -2000, 2000], atol=40)
    # The same in all four directions.
    for turned in (shapely.affinity.rotate(area, 90, (0, 0)), shapely.affinity.scale(area, -1)):
        assert area.symmetric_difference(turned).area < 0.02 * area.area


def test_beside_a_road_that_is_reached_early_lies_a_band_as_wide_as_the_cap() -> None:
    network = roads_of({"a": (0, 0), "b": (3000, 0)}, [("a", "b", {})])
    (area,) = areas_of(network, (1500, 0), [30])
    # Two kilometres to each side of three, and a half circle at each end.
    assert area.area == pytest.approx(3e3 * 4e3 + np.pi * 2e3**2, rel=2e-3)
    assert np.allclose(area.bounds, (-2000, -2000, 5000, 2000), atol=10)
    table = car_isochrones(network, places_of(o=(1500, 0)), [30], STREETS)
    assert table.loc[0, "area_km2"] == pytest.approx(area.area / 1e6, abs=0.01)
    assert check_table(table[list(ISOCHRONES.names)], ISOCHRONES, file="x").shape == (1, 6)


def test_allowances_and_access_are_taken_from_the_minutes() -> None:
    network = roads_of({"a": (0, 0), "b": (20_000, 0)}, [("a", "b", {})])
    rules = RoadRules(access_kph=30, access_detour=1, start_min=2, park_min=3)
    # 250 m to the road take half a minute: 4.5 minutes of driving are left of ten.
    (area,) = areas_of(network, (10_000, 250), [10], rules)
    assert np.allclose(np.array(area.bounds)[::2], (5500, 14_500), atol=60)


def test_an_edge_is_reached_in_part_and_a_one_way_street_in_one_direction() -> None:
    nodes = {"a": (0.0, 0.0), "b": (8000.0, 0.0), "c": (8000.0, 3000.0)}
    oneway = [("a", "b", {"backward": False}), ("b", "c", {}), ("c", "a", {})]
    narrow = replace(STREETS, snap_cap_m=300.0)
    (area,) = areas_of(roads_of(nodes, oneway), (2000, 0), [4], narrow)
    assert holds(area, (5900, 0), (6150, 0), (1000, -50), (8000, 500)) == [
        True,
        False,
        False,
        False,
    ]
    (both,) = areas_of(roads_of(nodes, [("a", "b", {})]), (2000, 0), [4])
    assert holds(both, (5900, 0), (1000, -50), (0, -300)) == [True, True, True]


def test_a_motorway_is_driven_but_not_left_between_interchanges() -> None:
    nodes = {"a": (0.0, 0.0), "b": (2000.0, 0.0), "c": (32_000.0, 0.0), "d": (36_000.0, 0.0)}
    fast = {"highway": "motorway", "seconds": 900.0}
    network = roads_of(nodes, [("a", "b", {}), ("b", "c", fast), ("c", "d", {})])
    (area,) = areas_of(network, (1000, 0), [20])
    # Sixteen minutes to the far end of the motorway; in the middle nobody gets off.
    assert holds(area, (1000, 500), (33_000, 500), (17_000, 0)) == [True, True, False]
    assert len(area.geoms) == 2
    (left,) = areas_of(network, (1000, 0), [20], replace(STREETS, closed_highways=()))
    assert holds(left, (17_000, 0)) == [True]


def test_a_place_that_only_a_motorway_leaves_reaches_what_lies_around_it() -> None:
    nodes = {"a": (0.0, 0.0), "b": (2000.0, 0.0), "c": (9000.0, 0.0)}
    links: list[Link] = [
        ("a", "b", {"backward": False}),
        ("b", "c", {"highway": "motorway", "backward": False}),
    ]
    (area,) = areas_of(roads_of(nodes, links), (2000, 0), [5])
    assert area.area == pytest.approx(np.pi * 2e3**2, rel=2e-3)
    assert holds(area, (3900, 0), (4100, 0), (100, 0)) == [True, False, True]


def test_a_banned_turn_keeps_a_branch_out() -> None:
    nodes = {"a": (0.0, 0.0), "b": (3000.0, 0.0), "c": (3000.0, 6000.0), "d": (9000.0, 0.0)}
    links: list[Link] = [("a", "b", {}), ("b", "c", {}), ("b", "d", {})]
    free = roads_of(nodes, links)
    edge = {pair: row for row, pair in enumerate(zip(free.tail, free.head, strict=True))}
    ban = (np.array([edge[pair]], np.int32) for pair in ((0, 1), (1, 2)))
    banned = replace(free, **dict(zip(("turn_from", "turn_to"), ban, strict=True)))
    north, east = (3000, 2800), (7000, 0)
    (area,), (kept,) = (areas_of(network, (0, 0), [7.5]) for network in (free, banned))
    assert holds(area, north, east) == [True, True]
    assert holds(kept, north, east) == [False, True]
    # From beyond the turn it is no matter.
    (beyond,) = areas_of(banned, (9000, 0), [10])
    assert holds(beyond, north) == [True]


def test_turns_that_take_time_are_waited_for() -> None:
    roads = load_road_network()
    slow = road_state(roads, delays=True)
    assert load_delays().size
    osong = load_all_places().query("place_id == 'osong'")
    quick, late = (car_isochrones(r, osong, [30]).loc[0, "area_km2"] for r in (roads, slow))
    assert late < quick


@pytest.mark.parametrize("cap", [300.0, 2_000.0])
def test_points_lie_inside_as_a_plain_search_of_all_roads_says(
    monkeypatch: pytest.MonkeyPatch, cap: float
) -> None:
    monkeypatch.setattr(module, "HOLE_KM2", 0.0)
    rules = replace(STREETS, snap_cap_m=cap, access_detour=1.3)
    network, origin, limit = town(2), (300.0, 0.0), 3.2
    graph: nx.Graph[Any] = nx.Graph()
    ends = zip(network.tail.tolist(), network.head.tolist(), strict=True)
    graph.add_weighted_edges_from(
        (u, v, ms / 60_000) for (u, v), ms in zip(ends, network.time_ms.tolist(), strict=True)
    )
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
    spot = np.stack(to_metres.transform(network.lon, network.lat), axis=1) - (EAST, NORTH)
    near = [n for n, at in enumerate(spot) if abs(at[1]) < 1 and -1 < at[0] < 1001]
    for node in near:
        graph.add_edge("o", node, weight=abs(spot[node][0] - origin[0]) / 1000)
    minutes = nx.single_source_dijkstra_path_length(graph, "o")
    rows = []
    for u, v in zip(network.tail.tolist(), network.head.tolist(), strict=True):
        for part in np.linspace(0, 1, 101):
            at = spot[u] + part * (spot[v] - spot[u])
            rows.append([*at, minutes[u] + part])
    own = np.linspace(0, 1000, 101)
    rows += [[metre, 0, abs(metre - origin[0]) / 1000] for metre in own]
    reached = np.array([row for row in rows if row[2] <= limit])
    radius = np.minimum((limit - reached[:, 2]) * 500 / 1.3, cap)
    (area,) = areas_of(network, origin, [limit], rules)
    random = np.random.default_rng(5)
    agreed = 0
    for probe in random.uniform(-3500, 3500, (600, 2)):
        beyond = (np.hypot(*(reached[:, :2] - probe).T) - radius).min()
        if abs(beyond) > 10 * limit:  # a cell
            assert holds(area, tuple(probe)) == [beyond < 0]
            agreed += 1
    assert agreed > 400


def test_what_car_times_reaches_lies_inside() -> None:
    roads, places = load_road_network(), load_all_places()
    osong = places[places["place_id"] == "osong"]
    random = np.random.default_rng(2)
    lonlat = random.uniform((126.8, 36.0), (128.0, 37.3), (300, 2))
    spots = gpd.GeoDataFrame(
        {"place_id": [f"p{i}" for i in range(300)]},
        geometry=gpd.points_from_xy(*lonlat.T),
        crs="EPSG:4326",
    )
    times = car_times(roads, osong, spots)
    (area,) = car_isochrones(roads, osong, [60]).to_crs("EPSG:5179").geometry.buffer(100)
    soon = np.nan_to_num(times.minutes[0, :, 0], nan=np.inf) <= 60
    assert soon.sum() > 30
    assert spots.to_crs("EPSG:5179").geometry[soon].within(area).all()


def test_the_same_question_has_the_same_answer_and_its_inputs_stay() -> None:
    roads = load_road_network()
    places = load_all_places().iloc[:3]
    before = places.copy(deep=True)
    one, other = (car_isochrones(roads, places, [60, 30, 30]) for _ in range(2))
    assert one.to_json() == other.to_json()
    assert before.equals(places)
    assert one["minutes"].tolist() == [30, 60] * 3
    # One place alone has the area it has among others.
    alone = car_isochrones(roads, places.iloc[1:2], [30, 60])
    assert (alone.geometry.to_wkb().to_numpy() == one.geometry[2:4].to_wkb().to_numpy()).all()


def test_areas_are_nested_and_valid_on_the_shipped_network() -> None:
    found = car_isochrones(load_road_network(), load_all_places().iloc[[0, 30]], [20, 40, 60, 90])
    assert found.geometry.is_valid.all()
    assert (found["status"] == "ok").all()
    areas = found.to_crs("EPSG:5179").geometry.to_numpy()
    for inner, outer in pairwise(areas):
        if inner.area < outer.area:
            assert outer.buffer(0.02).covers(inner)
    assert found.loc[found["minutes"] == 90, "area_km2"].min() > 5_000


def test_statuses_and_evidence() -> None:
    network = roads_of({"a": (0, 0), "b": (9000, 0)}, [("a", "b", {"speed_evidence": 2})])
    sure = roads_of({"a": (0, 0), "b": (9000, 0)}, [("a", "b", {})])
    places = places_of(near=(100, 0), far=(0, 5000), door=(100, 500))
    rules = replace(STREETS, start_min=0.5)
    found = car_isochrones(network, places, [1, 5], rules)
    # Half a minute to set off, one to the road.
    said = found["status"].tolist()
    assert said == ["ok", "ok", "off_network", "off_network", "beyond_limit", "ok"]
    assert found["evidence"].tolist() == ["estimated"] * 2 + [""] * 3 + ["estimated"]
    assert found["area_km2"].isna().tolist() == [False, False, True, True, True, False]
    assert found.geometry.is_empty.tolist() == [False, False, True, True, True, False]
    assert car_isochrones(sure, places[:1], [5], rules)["evidence"].tolist() == ["derived"]
    weak = places[:1].assign(evidence="estimated")
    assert car_isochrones(sure, weak, [5], rules)["evidence"].tolist() == ["estimated"]
    none = car_isochrones(network, places[:0], [5], rules)
    assert none.empty
    assert list(none.columns) == [*ISOCHRONES.names, "geometry"]


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        ([], "minutes: none given"),
        ([0], r"not above 0 and up to 480 \(0\)"),
        ([30, 481], r"up to 480 \(481\)"),
        ([float("nan")], r"\(nan\)"),
    ],
)
def test_minutes_out_of_range_are_refused(minutes: list[float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        car_isochrones(town(1), places_of(o=(0, 0)), minutes)


def test_small_holes_are_filled_and_large_ones_stay() -> None:
    turn = np.linspace(0, 2 * np.pi, 400)
    x, y, radius = 5e3 * np.cos(turn), 5e3 * np.sin(turn), np.full(400, 1e3)
    ring = area_of(x, y, radius, cell_m=100, least_hole_m2=1e6)
    assert len(ring.geoms[0].interiors) == 1
    assert ring.area == pytest.approx(np.pi * (6e3**2 - 4e3**2), rel=2e-3)
    disc = area_of(x, y, radius, cell_m=100, least_hole_m2=60e6)
    assert not disc.geoms[0].interiors
    assert disc.area == pytest.approx(np.pi * 6e3**2, rel=2e-3)
    # What lies in a hole that is filled goes with it.
    island = area_of(
        np.append(x, 0), np.append(y, 0), np.append(radius, 500), cell_m=100, least_hole_m2=60e6
    )
    assert len(island.geoms) == 1
    nothing = area_of(x[:0], y[:0], radius[:0], cell_m=100, least_hole_m2=0)
    assert nothing.is_empty


def test_circles_have_their_area() -> None:
    circle = area_of(
        np.array([33.0]), np.array([7.0]), np.array([2e3]), cell_m=200, least_hole_m2=0
    )
    assert circle.area == pytest.approx(np.pi * 4e6, rel=5e-3)
    assert shapely.hausdorff_distance(circle, shapely.Point(33, 7).buffer(2e3, 64)) < 10


def test_points_along_lines_keep_their_step_and_their_ends() -> None:
    x, y = np.array([0.0, 300, 300, 5000, 5000]), np.array([0.0, 0, 400, 9, 109])
    piece = np.array([0, 0, 0, 1, 1])
    span, ms = np.array([[0, 1], [0.5, 1]]), np.array([[0, 70], [10, 20]])
    points = points_along(x, y, piece, span, ms, 100.0)
    assert np.allclose(points.x, [0, 100, 200, 300, 300, 300, 300, 300, 5000, 5000])
    assert np.allclose(points.y, [0, 0, 0, 0, 100, 200, 300, 400, 59, 109])
    assert np.allclose(points.ms, [*range(0, 80, 10), 10, 20])
    empty = points_along(x[:0], y[:0], piece[:0], span[:0], ms[:0], 100.0)
    assert empty.thinned(100.0).x.size == 0


def test_people_are_those_of_cells_whose_centre_lies_inside() -> None:
    square = shapely.box(0, 0, 2000, 2000)
    areas = gpd.GeoDataFrame(
        {"place_id": "o", "minutes": [30.0, 60.0, 90.0], "status": ["ok", "ok", "off_network"]},
        geometry=[square, square.buffer(2100), shapely.MultiPolygon()],
        crs="EPSG:5179",
    )
    centres = gpd.points_from_xy([500, 2000, 3000, 9000], [500, 1000, 1000, 0], crs="EPSG:5179")
    grid = gpd.GeoDataFrame({"population": [1, 20, 300, 4000]}, geometry=centres)
    people = population_within(areas, grid.to_crs("EPSG:4326"))
    assert people["population"].fillna(-1).tolist()[1:] == [321, -1]
    assert people["population"][0] in {1, 21}  # a centre on the line, to the rounding of degrees
    assert people["status"].tolist() == ["ok", "ok", "off_network"]
    with pytest.raises(UsageError, match="grid: no column population"):
        population_within(areas, grid.drop(columns="population"))
    with pytest.raises(UsageError, match="grid: no coordinate system"):
        population_within(areas, grid.set_crs(None, allow_override=True))


def test_people_of_the_shipped_grid_grow_with_the_minutes() -> None:
    grid = load_population_grid()
    seoul = load_all_places().query("place_id == 'seoul_station'")
    found = population_within(car_isochrones(load_road_network(), seoul, [30, 60, 90]), grid)
    people = found["population"].to_numpy()
    assert (np.diff(people) > 0).all()
    assert 8e6 < people[0] < people[-1] < grid["population"].sum()


@st.composite
def stars(draw: st.DrawFn) -> tuple[RoadNetwork, RoadNetwork]:
    """Draw a small network with bans, and the same with one link more."""
    spots = st.tuples(st.integers(0, 8), st.integers(0, 8))
    nodes = draw(st.lists(spots, min_size=2, max_size=7, unique=True))
    metres = {str(i): (700.0 * x, 700.0 * y) for i, (x, y) in enumerate(nodes)}
    pair = st.tuples(*[st.sampled_from(list(metres))] * 2).filter(lambda ends: ends[0] != ends[1])
    pairs = draw(st.lists(pair, min_size=2, max_size=9, unique_by=frozenset))
    tags = [{"backward": draw(st.booleans()), "seconds": draw(st.integers(0, 400))} for _ in pairs]
    links = [(u, v, tag) for (u, v), tag in zip(pairs, tags, strict=True)]
    return roads_of(metres, links[:-1]), roads_of(metres, links)


@HARD
@given(stars(), st.integers(0, 900_000), st.data())
def test_a_bounded_search_finds_what_a_whole_one_does(
    networks: tuple[RoadNetwork, RoadNetwork], limit: int, data: st.DataObject
) -> None:
    smaller, larger = networks
    reached = []
    for network in (smaller, larger):
        bans = [
            (e, f)
            for e in range(network.head.size)
            for f in range(network.tail.size)
            if network.head[e] == network.tail[f] and (e + f) % 4 == 0
        ]
        turns = np.array(bans, np.int32).reshape(-1, 2)
        for each in (network, replace(network, turn_from=turns[:, 0], turn_to=turns[:, 1])):
            graph = turn_graph(each)
            star = graph.first, graph.head, graph.time_ms
            states = graph.first.size - 1
            clean = desk(states)
            seed = np.array([0, 0, 1], np.int32)
            spent = np.array([70, 20, UNREACHED])
            found, ms = within(star, seed, spent, limit, clean)
            whole, _ = search(*star, seed, spent, np.arange(states, dtype=np.int32))
            assert set(found.tolist()) == set(np.flatnonzero(whole <= limit).tolist())
            assert ms.tolist() == whole[found].tolist()
            assert (np.diff(ms) >= 0).all()
            # The desk is as it was, so that a second search finds the same.
            assert (clean[0] == UNREACHED).all()
            assert (clean[1] == -1).all()
            sooner, _ = within(star, seed, spent, data.draw(st.integers(0, limit)), clean)
            assert set(sooner.tolist()) <= set(found.tolist())
            reached.append({int(state) for state in found if state < network.lon.size})
    # One link more never makes the set of nodes smaller; a ban never makes it larger.
    assert reached[0] <= reached[2]
    assert reached[1] <= reached[0]


@settings(HARD, max_examples=8)
@given(stars(), st.integers(0, 5600), st.integers(0, 5600))
def test_areas_grow_with_the_minutes_and_with_a_link(
    networks: tuple[RoadNetwork, RoadNetwork], east: int, north: int
) -> None:
    _, larger = networks
    minutes = [3.0, 5.5, 9.0, 40.0]
    areas = areas_of(larger, (east, north), minutes)
    for inner, outer in pairwise(areas):
        assert inner.is_empty or outer.buffer(0.02).covers(inner)
    # Where the link leaves the place on its road, it only adds.
    edges = [
        car_isochrones(network, places_of(o=(east, north)), [40], STREETS).area_km2[0]
        for network in networks
    ]
    snapped = [snap(n, places_of(o=(east, north)), closed=(), cap_m=2000) for n in networks]
    if snapped[0].snap_m[0] == snapped[1].snap_m[0] < 2000:
        assert edges[0] <= edges[1] + 0.05

"""The fourteen laws that hold whatever the numbers are, and the test that holds each of them.

A law names the tests that stand where its code is tested; those that no room had are here.
"""

from __future__ import annotations

import ast
import dataclasses
import random
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from engines import both_engines
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from roads import parts_of
from shapely.affinity import rotate, translate
from times.test_turns import Spot, network_of, networks, snaps_of, spots_on
from toy_feed import DATE, FILES, HOUR, Trip, World, write_feed
from toy_feed import places as places_at
from toy_worlds import SETTINGS, WINDOW, two_ends, worlds

from clustergeo.indices import cumulative, potential
from clustergeo.indices.decay import exponential, step
from clustergeo.networks import RoadNetwork, load_timetable
from clustergeo.times.by_road import RoadRules, car_times
from clustergeo.times.by_transit import Departures, TransitRules, transit_times
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.search import sampled
from clustergeo.times.transit.setup import prepare

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

HERE: Final = Path(__file__).parents[1]
FEW: Final = settings(derandomize=True, deadline=None, max_examples=12)
OWN: Final = "robustness/test_laws.py"
ENGINE: Final = "times/test_by_road_engine.py"
LAWS: Final = {
    1: {  # other labels and another order: the same matrix, permuted
        ENGINE: ["relabelling_nodes_and_shuffling_links_permutes_the_times"],
        "times/test_engine.py": ["relabelling_nodes_changes_no_drive"],
        "times/test_hierarchy.py": ["relabelling_permutes_and_an_added_link_never_lengthens"],
        "indices/test_location.py": ["relabelling_permutes"],
        OWN: ["rows_and_files_of_a_feed_in_another_order_give_the_same_times"],
    },
    2: {  # the triangle inequality; leaving later never arrives earlier
        "times/test_engine.py": ["drives_obey_the_triangle_inequality"],
        "times/test_transit_laws.py": ["leaving_later_never_arrives_earlier"],
    },
    3: {  # symmetric where roads are; reversed is transposed
        "times/test_by_road_country.py": ["two_way_roads_give_symmetric_times"],
        "times/test_engine.py": ["the_reversed_network_has_the_transposed_times"],
        "times/test_transit_laws.py": ["there_and_back_in_the_mirror"],
        OWN: ["a_walk_takes_as_long_back_as_there"],
    },
    4: {  # parts of the best are best; nobody flies
        OWN: ["every_part_of_a_fastest_drive_is_a_fastest_drive"],
        "times/test_by_road_country.py": ["no_time_beats_a_straight_line_at_the_top_speed"],
    },
    5: {  # more never lengthens; what is unrelated or empty changes nothing
        "times/test_engine.py": ["adding_a_link_never_lengthens_a_drive"],
        "times/test_transit_laws.py": ["another_trip_never_lengthens"],
        "networks/test_edits_roads.py": [
            "a_new_road_never_lengthens_a_time_and_the_base_stays",
            "an_edit_to_what_is_there_already_changes_nothing",
        ],
        "networks/test_edits_timetables.py": ["a_new_line_never_lengthens"],
        "indices/test_opportunities.py": ["laws_of_cumulative"],
    },
    6: {  # speeds times k; an edge split, or nodes of two roads contracted
        ENGINE: ["times_scale_with_the_times_of_the_links", "splitting_a_link_changes_no_time"],
        "times/test_engine.py": ["splitting_an_edge_in_half_changes_no_drive"],
        "networks/test_parts.py": ["splitting_a_road_changes_no_time_by_more_than_its_rounding"],
    },
    7: {  # what nobody can use changes nothing
        OWN: [
            "an_island_changes_no_drive",
            "an_unserved_stop_and_a_trip_of_another_day_change_nothing",
        ],
    },
    8: {  # a higher threshold never counts less; sets add up; powers of two tell who is counted
        OWN: ["counts_grow_with_the_minutes_add_up_and_decode"],
    },
    9: {  # what is used is what is supplied; a flat decay gives the total, a steeper one less
        "indices/test_opportunities.py": ["what_is_used_adds_up"],
        OWN: ["a_flat_decay_counts_everything_and_a_steeper_one_less"],
    },
    10: {  # elsewhere and turned: the same within 0.3 per cent
        OWN: ["a_town_moved_or_turned_has_the_same_times"],
    },
    11: {  # formats of one extract
        "networks/test_formats.py": [
            "three_formats_give_the_same_times",
            "pbf_and_xml_give_the_same_arrays",
        ],
    },
    12: {  # saved, by many workers, from the cache: the same
        "networks/test_store.py": ["what_is_saved_comes_back"],
        "networks/test_feed_store.py": ["what_is_saved_comes_back"],
        "times/test_od_matrix.py": [
            "the_workers_of_a_scheduler_write_the_same_bytes",
            "a_run_that_was_killed_is_resumed_to_the_same_bytes",
        ],
        "times/test_transit_laws.py": ["threads_change_nothing"],
        "study/test_other_region.py": ["a_cold_and_a_warm_cache_and_none_give_the_same_bytes"],
    },
    13: {  # a damaged file is refused or reads as the whole one
        "networks/test_feed_faults.py": ["c1_a_damaged_archive_never_gives_another_timetable"],
        "networks/test_osm.py": ["a_pbf_cut_anywhere_is_never_taken_for_whole"],
        "networks/test_nodelink.py": ["cut_parts_are_refused_wherever_they_are_cut"],
        "places/test_laws.py": ["a_geojson_file_cut_anywhere_is_refused"],
    },
    14: {  # headways of nothing leave the ride; without trips one walks
        "times/test_transit_oracle.py": ["waits_vanish_with_the_headway"],
        OWN: ["without_trips_one_walks_and_no_trip_makes_that_longer"],
    },
}


@pytest.mark.parametrize("number", range(1, 15))
def test_each_law_is_held_by_tests_that_are_there(number: int) -> None:
    for file, names in LAWS[number].items():
        tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
        there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert {f"test_{name}" for name in names} <= there, file


def seconds_of(world: World, rules: TransitRules | None = None) -> NDArray[np.int32]:
    table, _ = two_ends(world)
    rules = rules or TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    return sampled(search, WINDOW.seconds, None).seconds


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_and_files_of_a_feed_in_another_order_give_the_same_times(
    tmp_path: Path, seed: int
) -> None:
    files: dict[str, str] = {}
    dice = random.Random(seed)  # noqa: S311 - not a secret
    for name, text in dice.sample([*FILES.items()], len(FILES)):
        header, *rows = text.splitlines()
        dice.shuffle(rows)
        files[name.replace(".", "_")] = "\n".join([header, *rows]) + "\n"
    table = places_at(p=(36.0, 127.0), q=(36.0, 127.1), r=(36.0, 127.2))
    window = Departures(DATE, WINDOW.start, WINDOW.end)
    one, other = (
        transit_times(load_timetable(feed), table, table, window)
        for feed in (write_feed(tmp_path / "one"), write_feed(tmp_path / "other", **files))
    )
    pd.testing.assert_frame_equal(one.table, other.table)
    np.testing.assert_array_equal(one.minutes, other.minutes)


@SETTINGS
@given(world=worlds())
def test_a_walk_takes_as_long_back_as_there(world: World) -> None:
    table, _ = two_ends(world)
    search = prepare(world.timetable(), table, table, WINDOW, TransitRules(access="walk"))
    np.testing.assert_array_equal(search.walk_s, search.walk_s.T)


@FEW
@given(networks(), st.data())
def test_every_part_of_a_fastest_drive_is_a_fastest_drive(
    network: RoadNetwork, data: st.DataObject
) -> None:
    network = dataclasses.replace(network, turn_from=NONE, turn_to=NONE)
    spots = data.draw(spots_on(network))
    snaps = snaps_of(spots)
    for engine in both_engines(network):
        for i, drives in enumerate(drives_between(network, engine, snaps, snaps)):
            assert drives.ms[i] == 0
            for j in np.flatnonzero(drives.ms < UNREACHED).tolist():
                drive = drives.drive(j)
                if not drive.edge.size:
                    continue
                # To the end of every edge driven whole, from the same place.
                whole = drive.edge[:-1]
                ends: list[Spot] = [(int(edge), 1.0) for edge in whole]
                if not ends:
                    continue
                start = snaps_of([spots[i]])
                (parts,) = drives_between(network, engine, start, snaps_of(ends))
                ms = network.time_ms[drive.edge] * drive.share
                spent = np.cumsum(ms)[:-1]
                # The first edge, in part, is rounded to a millisecond.
                assert (np.abs(parts.ms - spent) <= 1).all()


NONE: Final = np.empty(0, np.int32)


@FEW
@given(networks(), st.data())
def test_an_island_changes_no_drive(network: RoadNetwork, data: st.DataObject) -> None:
    spots = data.draw(spots_on(network))
    tail, head = network.tail.tolist(), network.head.tolist()
    count = len(network.nodes)
    links = [(u, v, int(ms), True) for u, v, ms in zip(tail, head, network.time_ms, strict=True)]
    alone, beside = (
        network_of(nodes, [*links, *more])
        for nodes, more in ((count, []), (count + 2, [(count, count + 1, 5, False)]))
    )
    # Edges are sorted by their ends, so that those of the island come last.
    snaps = snaps_of([(edge, fraction) for edge, fraction in spots])
    found = [
        [drives.ms.tolist() for drives in drives_between(net, engine, snaps, snaps)]
        for net in (alone, beside)
        for engine in both_engines(net)
    ]
    assert all(times == found[0] for times in found)


@SETTINGS
@given(world=worlds())
def test_an_unserved_stop_and_a_trip_of_another_day_change_nothing(world: World) -> None:
    before = seconds_of(world)
    first = world.stops[0]
    served = Trip([(0, 7 * HOUR, 7 * HOUR, True, True), (1, 7 * HOUR, 7 * HOUR, True, True)])
    other_day = dataclasses.replace(served, day=4)
    more = World(
        [*world.stops[:-1], (first[0] + 0.0005, first[1]), world.stops[-1]],
        [*map(renumbered(len(world.stops) - 1), world.trips), other_day],
        [
            (moved(i, len(world.stops) - 1), moved(j, len(world.stops) - 1), kind, s)
            for i, j, kind, s in world.transfers
        ],
    )
    np.testing.assert_array_equal(seconds_of(more), before)


def moved(stop: int, last: int) -> int:
    return stop + (stop == last)


def renumbered(last: int) -> Any:
    """Return what makes room for a stop before the last one."""
    return lambda trip: dataclasses.replace(
        trip, calls=[(moved(stop, last), *call) for stop, *call in trip.calls]
    )


@FEW
@given(st.integers(2, 9), st.integers(0, 10**6), st.tuples(st.integers(1, 90), st.integers(1, 90)))
def test_counts_grow_with_the_minutes_add_up_and_decode(
    count: int, seed: int, limits: tuple[int, int]
) -> None:
    dice = np.random.default_rng(seed)
    ids = [f"p{i}" for i in range(count)]
    values = dice.integers(1, 120, (count, count)).astype(float)
    values[dice.random(values.shape) < 0.2] = np.nan
    np.fill_diagonal(values, 0.0)
    minutes = pd.DataFrame(values, ids, ids)
    powers = pd.Series(2.0 ** np.arange(count), ids)
    some = pd.Series(dice.random(count) < 0.5, ids)
    low, high = (cumulative(minutes, powers, limit_min=limit) for limit in sorted(limits))
    assert (low <= high).all()
    parts = [cumulative(minutes, powers.where(part, 0.0), limit_min=max(limits)) for part in
             (some, ~some)]  # fmt: skip
    assert (parts[0] + parts[1]).tolist() == high.tolist()
    for i, place in enumerate(ids):
        reached = {j for j in range(count) if int(high[place]) >> j & 1}
        assert reached == {j for j in range(count) if j != i and values[i, j] <= max(limits)}


@FEW
@given(st.integers(2, 7), st.integers(0, 10**6))
def test_a_flat_decay_counts_everything_and_a_steeper_one_less(count: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    ids = [f"p{i}" for i in range(count)]
    values = dice.uniform(1, 200, (count, count))
    np.fill_diagonal(values, 0.0)
    minutes, masses = pd.DataFrame(values, ids, ids), pd.Series(dice.integers(1, 99, count), ids)
    others = masses.sum() - masses
    flat = potential(minutes, masses, decay=exponential(1e9))
    assert flat.tolist() == pytest.approx(others.tolist(), rel=1e-5)
    assert potential(minutes, masses, decay=step(1e9)).tolist() == others.tolist()
    found = [potential(minutes, masses, decay=exponential(half)) for half in (200, 60, 20, 5)]
    for gentle, steep in pairwise(found):
        assert (steep < gentle).all()


SIDE_M: Final = 2_000.0
STREETS: Final = [(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8), (0, 3), (3, 6), (1, 4), (5, 8)]


def town_in(move: Any) -> tuple[RoadNetwork, gpd.GeoDataFrame]:
    """Return a town of blocks and three places beside its streets, moved on the map of metres."""
    at = [(955_000.0 + i % 3 * SIDE_M, 1_840_000.0 + i // 3 * SIDE_M) for i in range(9)]
    spots = [(955_700.0, 1_840_180.0), (958_850.0, 1_843_000.0), (955_150.0, 1_843_500.0)]
    points = gpd.GeoSeries(gpd.points_from_xy(*zip(*at, *spots, strict=True)), crs="EPSG:5179")
    points = move(points).to_crs("EPSG:4326")
    nodes = {i: (point.x, point.y) for i, point in enumerate(points[:9])}
    lengths = {"length_m": SIDE_M, "forward_kph": 50.0, "backward_kph": 50.0}
    network = RoadNetwork.from_parts(parts_of(nodes, [(u, v, lengths) for u, v in STREETS]))
    ids = {"place_id": ["a", "b", "c"]}
    return network, gpd.GeoDataFrame(ids, geometry=points[9:].to_numpy(), crs="EPSG:4326")


@pytest.mark.parametrize(
    "move",
    [
        lambda points: gpd.GeoSeries([translate(p, 60_000, -90_000) for p in points], crs=5179),
        lambda points: gpd.GeoSeries(
            [rotate(p, 33, origin=(957_000, 1_842_000)) for p in points], crs=5179
        ),
    ],
    ids=["moved", "turned"],
)
def test_a_town_moved_or_turned_has_the_same_times(move: Any) -> None:
    rules = RoadRules(start_min=0, park_min=0)
    here, there = (
        car_times(network, spots, spots, rules).table
        for network, spots in (town_in(lambda points: points), town_in(move))
    )
    assert here["status"].tolist() == there["status"].tolist()
    assert (here["status"] == "ok").sum() == 6
    for column in ("minutes", "access_min", "distance_m"):
        # Two hundredths of slack: what the table rounds to.
        np.testing.assert_allclose(there[column], here[column], rtol=0.003, atol=0.02)


@SETTINGS
@given(world=worlds())
def test_without_trips_one_walks_and_no_trip_makes_that_longer(world: World) -> None:
    table, points = two_ends(world)
    near = {**points, "work": (points["home"][0] + 0.004, points["home"][1])}
    table = places_at(**near)
    rules = TransitRules(access="walk", headway_draws=1, limit_min=2_000)
    search = prepare(world.timetable(), table, table, WINDOW, rules)
    walked = np.broadcast_to(search.walk_s[:, :, None], (2, 2, len(WINDOW.seconds)))
    assert (walked < NEVER).all()
    assert (sampled(search, WINDOW.seconds, None).seconds <= walked).all()
    # One trip has to run for the day to be one of service; nobody can board it.
    never = Trip([(0, 3 * HOUR, 3 * HOUR, True, True), (1, 4 * HOUR, 4 * HOUR, True, True)])
    empty = prepare(World(world.stops, [never]).timetable(), table, table, WINDOW, rules)
    np.testing.assert_array_equal(sampled(empty, WINDOW.seconds, None).seconds, walked)

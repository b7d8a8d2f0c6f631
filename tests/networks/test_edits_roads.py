"""Edits of roads, on a square of four roads computed by hand, and laws on random ones."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from roads import parts_of
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks._arrays import arranged
from clustergeo.networks.edits import Edit, edit_from
from clustergeo.networks.edits import roads as road_edits
from clustergeo.networks.edits._meeting import length_m_of
from clustergeo.networks.edits._spliced import spliced
from clustergeo.networks.edits.roads import apply, resolve
from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.networks.states import road_state
from clustergeo.places import load_all_places
from clustergeo.times import car_times
from clustergeo.times.roads.contracted import topology_of, turns_of
from clustergeo.times.roads.turns import turn_graph

NODES = {1: (127.0, 36.0), 2: (127.1, 36.0), 3: (127.1, 36.1), 4: (127.0, 36.1)}
EAST_M, NORTH_M = 9_000.0, 11_000.0


def square(north: str = "trunk", **more: Any) -> RoadNetwork:
    """Return three sides of a square, 60 km/h: 1-2, 2-3 and 3-4; from 1 to 4 it is a long way."""
    pieces: list[Any] = [
        (1, 2, {"length_m": EAST_M, "forward_kph": 60.0, "backward_kph": 60.0, "ref": "1",
                "name": "South Road"}),
        (2, 3, {"length_m": NORTH_M, "forward_kph": 60.0, "backward_kph": 60.0, "ref": "2",
                "name": "East Road", "lanes": 2}),
        (3, 4, {"length_m": EAST_M, "forward_kph": 60.0, "backward_kph": 60.0, "ref": "1",
                "name": "North Road", "highway": north}),
    ]  # fmt: skip
    return RoadNetwork.from_parts(parts_of(NODES, pieces, **more))


def minutes(network: RoadNetwork) -> NDArray[np.float64]:
    """Return the minutes between all nodes by scipy, turns aside."""
    ms = np.maximum(network.time_ms, 0.001)
    size = network.lon.size
    best: dict[tuple[int, int], float] = {}
    for tail, head, took in zip(network.tail.tolist(), network.head.tolist(), ms, strict=True):
        best[tail, head] = min(best.get((tail, head), np.inf), took)
    rows, columns = np.array(list(best)).T
    graph = csr_array((list(best.values()), (rows, columns)), shape=(size, size))
    return np.asarray(dijkstra(graph)) / 60_000


def one(kind: str, **keys: Any) -> Edit:
    return edit_from({"kind": kind, **keys})


def told(edits: list[Edit], network: RoadNetwork, **places: tuple[float, float]) -> list[str]:
    return [f"{fault.what} | {fault.fix}" for fault in resolve(edits, network, places)]


def arrays(network: RoadNetwork) -> dict[str, Any]:
    names = [field.name for field in fields(network) if field.name != "_made"]
    return {name: np.array(getattr(network, name)) for name in names}


def equal(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


WEST = {"highway": "primary", "speed_kph": 66.0, "line": [[127.0, 36.0], [127.0, 36.1]]}


def test_a_new_road_between_two_crossings_takes_its_length_by_its_speed() -> None:
    base = square()
    road = one("new_road", **WEST, length_km=11.2, name="West Road", ref="9", lanes=4, toll=True)
    assert resolve([road], base) == []
    changed = apply([road], base)
    # 1 to 4 was 9 + 11 + 9 km at 60 km/h; it is 11.2 km at 66 km/h, ten minutes and 11 seconds.
    assert minutes(base)[0, 3] == pytest.approx(29.0)
    assert minutes(changed)[0, 3] == pytest.approx(11.2 / 66 * 60, abs=1e-4)
    assert minutes(changed)[3, 0] == minutes(changed)[0, 3]
    assert changed.lon.size == base.lon.size
    new = int(np.flatnonzero(changed.ref == changed.refs.index("9"))[0])
    assert changed.labels(np.array([new])).tolist() == ["West Road"]
    assert changed.lanes[new] == 4
    assert changed.toll[new]
    assert changed.speed_evidence[new] == ASSUMED
    assert changed.notes[-1] == "scenario: new road West Road of 11.2 km at 66 km/h"


def test_a_new_road_amid_two_others_cuts_both_and_keeps_their_times() -> None:
    base = square("motorway")
    road = one(
        "new_road",
        highway="trunk",
        speed_kph=80.0,
        line=[[127.025, 36.0], [127.025, 36.1]],
        joins=[{"at": [127.025, 36.0]}, {"at": [127.025, 36.1], "ref": "1", "name": "New JC"}],
    )
    assert resolve([road], base) == []
    changed = apply([road], base)
    assert changed.lon.size == base.lon.size + 3  # two cuts; the end before the ramp
    old, new = minutes(base), minutes(changed)
    # Nobody who does not use it sees a difference, to the millisecond.
    assert new[0, 1] == old[0, 1]
    assert new[2, 3] == old[2, 3]
    # A quarter of the south road, the road itself, a ramp of 800 m at 50 km/h, a quarter back.
    ride = length_m_of(np.array([[127.025, 36.0], [127.025, 36.1]])) / 80_000 * 60
    assert new[0, 3] == pytest.approx(9.0 / 4 + ride + 0.8 / 50 * 60 + 9.0 / 4, abs=0.01)
    assert np.all(new[:4, :4] <= old + 1e-9)
    assert np.all(changed.twin[changed.twin] == np.arange(changed.twin.size))
    south = changed.labels(np.arange(changed.tail.size)) == "South Road"
    assert changed.length_m[south].sum() == pytest.approx(2 * EAST_M)
    lines = changed.lines_of(np.arange(changed.tail.size), "EPSG:4326")
    for edge, line in enumerate(lines):
        start, end = line.coords[0], line.coords[-1]
        ends = (changed.tail[edge], changed.head[edge])
        for node, point in zip(ends, (start, end), strict=True):
            assert point == pytest.approx((changed.lon[node], changed.lat[node]), abs=1e-9)


def test_a_one_way_road_leads_one_way() -> None:
    changed = apply([one("new_road", **WEST, both_ways=False)], square())
    assert minutes(changed)[0, 3] < 11
    assert minutes(changed)[3, 0] == pytest.approx(29.0)


def test_a_road_away_from_its_joins_gets_ramps_and_keeps_its_ends() -> None:
    base = square()
    road = one(
        "new_road",
        highway="primary",
        speed_kph=60.0,
        line=[[127.03, 35.99], [127.03, 36.05], [127.09, 36.05]],
        joins=[{"at": [127.03, 36.0]}, {"at": [127.09, 36.05], "cap_m": 2_000}],
    )
    changed = apply([road], base)
    assert resolve([road], base) == []
    # The south end is a dead end; the north one is 900 m from the east road: a link of 1.3 times.
    ramp = changed.classes.index("primary_link")
    links = np.flatnonzero(changed.highway == ramp)
    assert len(links) == 2
    straight = length_m_of(np.array([[127.09, 36.05], [127.1, 36.05]]))
    assert changed.length_m[links[0]] == pytest.approx(1.3 * straight, rel=1e-3)
    dead = np.bincount(changed.tail)[base.lon.size :]
    assert sorted(dead.tolist()) == [1, 2, 2, 4] or 1 in dead


def test_a_motorway_is_joined_at_named_interchanges_only() -> None:
    base = square("motorway")
    line = [[127.0, 36.0], [127.0, 36.1]]
    ends = [[127.0, 36.0], [127.1, 36.05]]
    road = one("new_road", highway="motorway", speed_kph=100.0, line=ends)
    assert told([road], base)[0].startswith("a motorway is joined at named interchanges only")
    road = one("new_road", highway="motorway", speed_kph=100.0, line=line)
    assert told([road], base)[0].startswith("joins nothing")
    joins = [{"at": [127.0, 36.0], "name": "A IC"}, {"at": [127.0, 36.1], "name": "B JC"}]
    # The road at the northern end is a motorway: it is met only where its ref is given.
    road = one("new_road", highway="motorway", speed_kph=100.0, line=line, joins=joins)
    assert "joins nothing: no road (motorways: name their ref)" in told([road], base)[0]
    joins[1]["ref"] = "1"
    road = one("new_road", highway="motorway", speed_kph=100.0, line=line, joins=joins)
    assert told([road], base) == []
    changed = apply([road], base)
    ride = length_m_of(np.array(line)) / 100_000 * 60
    assert minutes(changed)[0, 3] == pytest.approx(ride + 2 * 0.8 / 50 * 60, abs=1e-3)
    assert changed.notes[-1].endswith("joined at A IC, B JC")
    # A node that is named is met as it is, without a ramp.
    nodes = [{"at": 1, "name": "A"}, {"at": 4, "name": "B"}]
    direct = one("new_road", highway="motorway", speed_kph=100.0, line=[1, 4], joins=nodes)
    assert minutes(apply([direct], base))[0, 3] == pytest.approx(ride, abs=1e-3)


def test_both_carriageways_of_a_road_are_met() -> None:
    places = {1: (127.0, 36.0), 2: (127.1, 36.0), 3: (127.1, 36.0002), 4: (127.0, 36.0002),
              5: (127.05, 36.1)}  # fmt: skip
    way = {"backward": False, "forward_kph": 60.0, "length_m": EAST_M, "ref": "7"}
    pieces: list[Any] = [
        (1, 2, way), (3, 4, way), (4, 1, {"length_m": 10.0}), (2, 3, {"length_m": 10.0}),
        (5, 5, {"length_m": 10.0, "via": [(127.051, 36.1)]}),
    ]  # fmt: skip
    base = RoadNetwork.from_parts(parts_of(places, pieces))
    road = one(
        "new_road", highway="primary", speed_kph=60.0, line=[[127.05, 36.1], [127.05, 36.001]]
    )
    assert told([road], base) == []
    there = minutes(apply([road], base))
    for end in range(4):
        assert there[4, end] < 18
        assert there[end, 4] < 18


def test_what_a_new_road_cannot_be_is_told_together() -> None:
    base = square()
    bad = one("new_road", highway="primry", speed_kph=60.0, line=[[127.0, 36.0], "nowhere", 99])
    assert told([bad], base, nowhen=(127.0, 36.0)) == [
        "no such class of road (primry) | did you mean primary, primary_link, tertiary?",
        "no such place (nowhere) | did you mean nowhen?",
        "no such node (99) | use a node of the network, or [lon, lat]",
    ]
    flat = one("new_road", highway="primary", speed_kph=60.0, line=[[127.0, 36.0]] * 2)
    assert told([flat], base)[0].startswith("has no length (0 m)")
    short = one("new_road", **WEST, length_km=1.0)
    assert "shorter than its own line" in told([short], base)[0]
    stub = one("new_road", **WEST, joins=[{"at": [127.0, 36.0]}])
    assert told([stub], base)[0].startswith("joins the other roads at one point only")
    off = one("new_road", **WEST, joins=[{"at": [127.05, 36.0]}])
    assert "off the new road" in told([off], base)[0]
    unknown = one("new_road", **WEST, joins=[{"at": [127.0, 36.0], "ref": "11"}])
    assert told([unknown], base) == ["no such road (11) | did you mean 1?"]
    lost = one("new_road", **WEST, joins=[{"at": "here"}])
    assert told([lost], base) == [
        "no such place (here) | use a place_id of the study, or [lon, lat]"
    ]
    far = one("new_road", highway="primary", speed_kph=60.0, line=[[128.0, 37.0], [128.1, 37.0]])
    assert len(told([far], base)) == 2


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"speed_kph": 0}, "input should be greater than 0 (0)"),
        ({"speed_kph": 400}, "input should be less than or equal to 200 (400)"),
        ({"speed_kph": "fast"}, "input should be a valid number ('fast')"),
        ({"line": [[127.0, 36.0]]}, "tuple should have at least 2 items"),
        ({"line": [[36.0, 127.0], [127.0, 36.1]]}, "not a point: give [lon, lat]"),
        ({"line": [True, 4]}, "not a point"),
        ({"line": ["", 4]}, "not a point"),
        ({"colour": "red"}, "unknown key (colour)"),
        ({"joins": [{"name": "x"}]}, "key missing"),
    ],
)
def test_keys_of_the_wrong_kind_are_refused(keys: dict[str, Any], what: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        one("new_road", **{**WEST, **keys})
    assert any(what in fault.what for fault in caught.value.faults), str(caught.value)


def test_another_speed_changes_time_alone() -> None:
    base = square()
    changed = apply([one("road_speed", ref="1", speed_kph=90.0)], base)
    assert minutes(changed)[0, 1] == pytest.approx(6.0)
    assert minutes(changed)[1, 2] == minutes(base)[1, 2]
    assert changed.notes[-1] == "scenario: 90 km/h on 18.0 km of 1"
    fast = changed.ref == changed.refs.index("1")
    assert set(changed.speed_evidence[fast]) == {ASSUMED}
    assert np.array_equal(changed.speed_evidence[~fast], base.speed_evidence[~fast])
    doubled = apply([one("road_speed", ref="*", factor=2.0)], base)
    assert np.array_equal(doubled.time_ms * 2, base.time_ms)


@pytest.mark.parametrize(
    "keys",
    [
        {"kind": "road_speed", "ref": "*", "speed_kph": 60.0},
        {"kind": "road_speed", "ref": "1", "factor": 1.0},
        {"kind": "road_lanes", "ref": "2", "lanes": 2},
        {"kind": "toll", "ref": "*", "toll": False},
        {"kind": "congestion", "ref": "*", "factor": 1.0},
        {"kind": "upgrade_road", "ref": "2", "to_highway": "primary", "speed_kph": 60.0},
    ],
)
def test_an_edit_to_what_is_there_already_changes_nothing(keys: dict[str, Any]) -> None:
    base = square()
    assert apply([edit_from(keys)], base) is base


def test_speeds_of_the_shipped_roads_set_to_themselves_change_nothing() -> None:
    base = load_road_network()
    assert apply([one("road_speed", ref="*", factor=1.0)], base) is base


def test_lanes_tolls_and_classes_change_no_time() -> None:
    base = square()
    edits = [
        one("road_lanes", name="East Road", lanes=6),
        one("toll", name="East Road", toll=True),
        one("upgrade_road", name="South Road", to_highway="trunk", lanes=4, toll=True),
    ]
    assert resolve(edits, base) == []
    changed = apply(edits, base)
    assert np.array_equal(changed.time_ms, base.time_ms)
    east = changed.labels(np.arange(6)) == "East Road"
    assert set(changed.lanes[east]) == {6}
    assert changed.toll[east].all()
    south = changed.labels(np.arange(6)) == "South Road"
    assert {changed.classes[code] for code in changed.highway[south]} == {"trunk"}
    assert "which change no time" in changed.notes[0]


def test_an_upgrade_sets_its_speed() -> None:
    changed = apply([one("upgrade_road", highway="primary", speed_kph=120.0)], square())
    assert minutes(changed)[0, 2] == pytest.approx(10.0)


def test_congestion_multiplies_times_or_follows_a_state() -> None:
    base = square()
    slow = apply([one("congestion", ref="1", factor=1.5)], base)
    assert minutes(slow)[0, 1] == pytest.approx(13.5)
    assert minutes(slow)[1, 2] == pytest.approx(11.0)
    state = apply([one("congestion", ref="*", state="weekday_am")], base)
    assert np.array_equal(state.time_ms, road_state(base, "weekday_am").time_ms)
    # A speed on congested roads keeps the congestion.
    both = [one("congestion", ref="1", factor=1.5), one("road_speed", ref="1", speed_kph=120.0)]
    assert minutes(apply(both, base))[0, 1] == pytest.approx(13.5 / 2)


def test_what_is_closed_is_gone_and_places_set_off_elsewhere() -> None:
    base = square()
    changed = apply([one("close_road", osmid=[101])], base)
    assert np.isinf(minutes(changed)[0, 2])
    assert minutes(changed)[0, 1] == minutes(base)[0, 1]
    assert changed.tail.size == base.tail.size - 2
    assert changed.notes[-1] == "scenario: closed on 11.0 km of 101"


def test_roads_are_named_by_every_key_together() -> None:
    base = square()
    assert told([one("road_speed", speed_kph=9.0)], base)[0].startswith("names no road")
    both = one("road_speed", ref="1", highway="trunk", speed_kph=120.0)
    assert minutes(apply([both], base))[2, 3] == pytest.approx(4.5)
    assert minutes(apply([both], base))[0, 1] == pytest.approx(9.0)
    box = one("road_speed", ref="*", bbox=[126.9, 35.9, 127.2, 36.05], speed_kph=120.0)
    assert minutes(apply([box], base))[0, 1] == pytest.approx(4.5)
    assert minutes(apply([box], base))[1, 2] == pytest.approx(11.0)
    none = one("road_speed", ref="2", highway="trunk", speed_kph=120.0)
    assert told([none], base) == ["no road fits all keys | loosen one of them"]
    odd = one("road_speed", ref="12", name="Suth Road", osmid=[7], speed_kph=120.0)
    assert told([odd], base) == [
        "no such road (12) | did you mean 2, 1?",
        "no such road (Suth Road) | did you mean South Road, East Road, North Road?",
        "no such road (7) | use ids of ways or links of the network",
    ]


def test_a_stretch_lies_between_two_points() -> None:
    base = square()
    part = one("road_speed", ref="*", between=[1, [127.1, 36.1]], speed_kph=120.0)
    changed = apply([part], base)
    assert minutes(changed)[0, 2] == pytest.approx(10.0)
    assert minutes(changed)[2, 0] == pytest.approx(10.0)
    assert minutes(changed)[2, 3] == pytest.approx(9.0)
    same = one("road_speed", ref="1", between=[1, 4], speed_kph=120.0)
    assert told([same], base)[0].startswith("the road does not lead from one to the other")
    lost = one("road_speed", ref="1", between=["a", 4], speed_kph=120.0)
    assert told([lost], base, aa=(127.0, 36.0)) == ["no such place (a) | did you mean aa?"]


def test_edits_that_contradict_each_other_are_refused() -> None:
    base = square()
    edits = [
        one("road_speed", ref="1", speed_kph=80.0),
        one("upgrade_road", highway="trunk", speed_kph=90.0),
        one("road_speed", name="South Road", speed_kph=80.0),  # agrees
        one("close_road", ref="2"),
        one("road_lanes", ref="2", lanes=3),
        one("close_road", ref="2"),
        one("congestion", ref="1", factor=1.1),
        one("congestion", ref="1", factor=1.2),
    ]
    assert told(edits, base) == [
        "contradicts (speed 90.0 here, 80.0 by edit 1, on one road) | take one of the two out",
        "the road was closed by edit 1 already | take one of the two out",
        "the road was closed by edit 1 already | take one of the two out",
        "contradicts (congestion 1.2 here, 1.1 by edit 1, on one road) | take one of the two out",
    ]


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"kind": "road_speed", "ref": "1"}, "needs either speed_kph or factor"),
        ({"kind": "congestion", "ref": "1"}, "needs either factor or state"),
        ({"kind": "congestion", "ref": "1", "state": "jam"}, "no such congestion state (jam)"),
        ({"kind": "upgrade_road", "ref": "1"}, "changes nothing"),
        ({"kind": "upgrade_road", "ref": "1", "to_highway": "x"}, "no such class of road (x)"),
    ],
)
def test_an_edit_says_what_it_lacks(keys: dict[str, Any], what: str) -> None:
    fault = resolve([edit_from(keys)], square())[0]
    assert fault.what == what


def test_only_edits_of_roads_are_taken() -> None:
    moved = one("move_place", place_id="x", lon=1.0, lat=1.0)
    with pytest.raises(TypeError, match="not an edit of roads"):
        apply([moved], square())


def test_an_edit_may_name_a_road_that_one_before_it_built() -> None:
    edits = [one("new_road", **WEST, ref="9"), one("road_speed", ref="9", speed_kph=120.0)]
    assert told(edits, square()) == []
    assert minutes(apply(edits, square()))[0, 3] < 6


def test_turns_stay_banned_where_a_road_is_cut() -> None:
    bans = {
        "ban_from": np.array([0, 1], np.int32),
        "ban_to": np.array([1, 0], np.int32),
        "ban_from_forward": np.array([True, False]),
        "ban_to_forward": np.array([True, False]),
    }
    base = square(**bans)
    road = one("new_road", highway="trunk", speed_kph=80.0, line=[[127.05, 36.0], [127.1, 36.05]])
    changed = apply([road], base)
    assert changed.turn_from.size == 2
    for start, end in zip(changed.turn_from, changed.turn_to, strict=True):
        assert changed.head[start] == changed.tail[end] == 1
    closed = apply([one("close_road", ref="2")], base)
    assert closed.turn_from.size == 0


def test_a_changed_network_saves_and_loads_as_any_other(tmp_path: Path) -> None:
    changed = apply([one("new_road", **WEST, name="새 길")], square())
    loaded = load_road_network(changed.save(tmp_path / "net"))
    assert equal(arrays(changed), arrays(loaded))
    assert len(changed.to_osmnx().edges) == changed.tail.size


def test_other_weights_keep_the_hierarchy_and_other_roads_do_not() -> None:
    pytest.importorskip("pymetis")
    base = square()
    topology = topology_of(base, turns_of(base))
    faster = apply([one("road_speed", ref="1", speed_kph=90.0)], base)
    assert topology_of(faster, turns_of(faster)) is topology
    longer = apply([one("new_road", **WEST)], base)
    assert topology_of(longer, turn_graph(longer)) is not topology


def test_signals_are_known_at_old_nodes_and_none_at_new_ones() -> None:
    base = square(signal=np.array([True, False, True, False]))
    road = one("new_road", highway="trunk", speed_kph=80.0, line=[[127.05, 36.0], [127.1, 36.05]])
    changed = apply([road], base)
    assert changed.signal.tolist() == [True, False, True, False, False, False]


def test_new_motorways_never_lengthen_a_time_on_the_shipped_roads() -> None:
    base, places = load_road_network(), load_all_places()
    points = {row.place_id: (row.geometry.x, row.geometry.y) for row in places.itertuples()}
    names = ["sejong", "osong", "ochang", "daedeok_kaist"]
    road = one(
        "new_road",
        highway="motorway",
        speed_kph=100.0,
        line=names,
        joins=[{"at": name, "name": f"{name} IC"} for name in names],
    )
    assert resolve([road], base, points) == []
    before = arrays(base)
    changed = apply([road], base, points)
    assert equal(before, arrays(base))
    asked = places[places["place_id"].isin([*names, "seoul_station"])]
    old, new = (car_times(network, asked, asked).minutes for network in (base, changed))
    assert np.nanmax(new - old) < 1e-4
    assert np.nanmin(new - old) < -5


spot = st.tuples(
    st.floats(126.99, 127.11, allow_nan=False), st.floats(35.99, 36.11, allow_nan=False)
)
new_roads = st.builds(
    lambda line, kph, both: one(
        "new_road",
        highway="primary",
        speed_kph=kph,
        line=[list(point) for point in line],
        joins=[{"at": list(line[0]), "cap_m": 9_000}, {"at": list(line[-1]), "cap_m": 9_000}],
        both_ways=both,
    ),
    st.lists(spot, min_size=2, max_size=4, unique=True),
    st.floats(20, 120),
    st.booleans(),
)


@settings(max_examples=10)
@given(st.lists(new_roads, max_size=3))
def test_a_new_road_never_lengthens_a_time_and_the_base_stays(roads: list[Edit]) -> None:
    base = square()
    before, old = arrays(base), minutes(base)
    good = [road for road in roads if not resolve([road], base)]
    changed = base
    for road in good:
        if resolve([road], changed):
            continue
        grown = apply([road], changed)
        size = changed.lon.size
        assert np.all(minutes(grown)[:size, :size] <= minutes(changed) + 1e-9)
        changed = grown
    assert equal(before, arrays(base))
    assert np.all(minutes(changed)[:4, :4] <= old + 1e-9)


@settings(max_examples=8)
@given(new_roads, st.floats(20, 120), st.integers(1, 6))
def test_edits_of_different_things_commute(road: Edit, kph: float, lanes: int) -> None:
    base = square()
    speed = one("road_speed", ref="2", speed_kph=kph)
    others: list[Edit] = [one("road_lanes", ref="1", lanes=lanes), one("toll", ref="2", toll=True)]
    if not resolve([road], base):
        others.append(road)
    for other in others:
        there, back = apply([speed, other], base), apply([other, speed], base)
        assert np.allclose(minutes(there)[:4, :4], minutes(back)[:4, :4], atol=1e-4)


EDGES = st.tuples(st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=40)
@given(
    st.lists(EDGES, min_size=1, max_size=12),
    st.lists(EDGES, max_size=8),
    st.sets(st.integers(0, 11)),
)
def test_splicing_edges_in_gives_what_sorting_all_of_them_gives(
    old: list[tuple[int, int]], new: list[tuple[int, int]], gone: set[int]
) -> None:
    places = {i: (127.0 + i / 100, 36.0) for i in range(5)}
    base = RoadNetwork.from_parts(parts_of(places, [(u % 5, v % 5, {}) for u, v in old]))
    out = sorted(edge for edge in gone if edge < base.tail.size and base.twin[edge] not in gone)
    new_twin = np.full(len(new), -1)
    new_twin[: len(new) // 2 * 2] = np.arange(len(new) // 2 * 2) ^ 1
    ends = np.array(new, np.int32).reshape(-1, 2)
    columns: dict[str, NDArray[Any]] = {
        "tail": ends[:, 0],
        "head": ends[:, 1],
        "twin": new_twin.astype(np.int32),
        "osmid": 900 + np.arange(len(new)),
    }
    arrays, old_at, new_at = spliced(base, columns, out, 6)
    kept = np.setdiff1d(np.arange(base.tail.size), out)
    at = np.full(base.tail.size + 1, -1)
    at[kept] = np.arange(kept.size)
    joined = {name: np.concatenate([getattr(base, name)[kept], columns[name]]) for name in columns}
    joined["twin"] = np.concatenate(
        [at[base.twin[kept]], np.where(new_twin < 0, -1, new_twin + kept.size)]
    )
    none = np.empty(0, np.int32)
    sorted_all = arranged(6, joined, none, none)
    for name in ("tail", "head", "osmid", "twin", "first"):
        assert arrays[name].tolist() == sorted_all[name].tolist(), name
    assert (old_at[out] == -1).all()
    assert arrays["osmid"][old_at[kept]].tolist() == base.osmid[kept].tolist()
    assert arrays["osmid"][new_at].tolist() == columns["osmid"].tolist()


def test_the_fault_of_an_edit_made_in_python_names_it() -> None:
    fault = one("close_road", ref="1").fault(("ref",), "x", "y")
    assert fault == Fault("edit 1 (close_road)", "x", "y", field="edit.ref")
    assert set(road_edits.__all__) >= {"NewRoad", "apply", "resolve"}

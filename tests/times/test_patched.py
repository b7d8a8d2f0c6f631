"""A few new roads on the hierarchy of the old ones, against the search over all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from benchmarks.national import road_network
from engines import same_drives
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from times.test_turns import banning, network_of, snaps_of, spots_on, timed_networks, turns_of

from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks._stem import stem_of
from clustergeo.networks.edits import Edit, edit_from
from clustergeo.networks.edits._patch import Patch, recoloured
from clustergeo.networks.edits.roads import apply
from clustergeo.networks.edits.scenario import load_scenario
from clustergeo.networks.states import road_state
from clustergeo.places import load_all_places
from clustergeo.times.by_road import RoadRules
from clustergeo.times.hierarchy import Ends, customise
from clustergeo.times.od.job import job_of
from clustergeo.times.od.share import open_job, save_job
from clustergeo.times.roads import contracted as _contracted
from clustergeo.times.roads import difference as _difference
from clustergeo.times.roads import engine as _engine
from clustergeo.times.roads.contracted import patched_of
from clustergeo.times.roads.contracted import turns_of as graph_of
from clustergeo.times.roads.difference import difference_of
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.engine import Hierarchy, Searches, engine_for
from clustergeo.times.roads.patched import Patched
from clustergeo.times.roads.turns import turn_graph

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

HARD = settings(derandomize=True, deadline=None, max_examples=40)
SCENARIOS = Path(__file__).parents[2] / "data/scenarios"
MS = st.sampled_from([0, 1, 2, 5, 900, 20_000])


def engines(network: RoadNetwork, origins: int = 1) -> tuple[Searches, Patched]:
    """Return the search over all roads and the patch, whatever would be faster."""
    graph = graph_of(network)
    patch = patched_of(network, graph, origins)
    assert patch is not None
    return Searches(turn_graph(network)), patch


def all_rows(engine: Any, origins: Ends) -> NDArray[np.int32]:
    return np.concatenate([ms for _, ms in engine.rows(origins)])


def check(network: RoadNetwork, ends: Ends) -> None:
    """Compare times to all states, and those of pairs, from ends and to them."""
    searches, patch = engines(network)
    assert (all_rows(searches, ends) == all_rows(patch, ends)).all()
    assert (searches.matrix(ends, ends) == patch.matrix(ends, ends)).all()


def everywhere(network: RoadNetwork) -> Ends:
    """Return every state as an end, some of them of two ways."""
    states = np.arange(graph_of(network).first.size - 1, dtype=np.int32)
    node = np.stack([states, states[::-1]], axis=1)
    return Ends(node, np.stack([states * 0, states * 0 + 700], axis=1).astype(np.int64))


@st.composite
def patches(draw: st.DrawFn, network: RoadNetwork, *, closing: bool = True) -> RoadNetwork:
    """Draw edits of a network: roads cut and joined to new nodes, new roads, roads closed."""
    patch, nodes = Patch(network), list(range(network.lon.size))
    once = np.flatnonzero(network.once).tolist()
    chosen = draw(st.lists(st.sampled_from(once), unique=True, max_size=3)) if once else []
    for edge in chosen:
        shares = draw(st.lists(st.integers(1, 7), unique=True, min_size=1, max_size=2))
        at = [patch.node(127.0, 36.0 + share / 100) for share in sorted(shares)]
        patch.cut(
            edge, [(share / 8, node) for share, node in zip(sorted(shares), at, strict=True)]
        )
        nodes += at
    nodes += [patch.node(127.5, 36.5)]
    told: dict[str, Any] = {
        "highway": 0,
        "name": 0,
        "ref": 0,
        "osmid": 9,
        "lanes": 0,
        "toll": False,
    }
    told |= {"osmid": 9, "speed_evidence": 0, "length_m": 1.0, "speed_kph": 50.0}
    node = st.sampled_from(nodes)
    for one, other, ms, both in draw(
        st.lists(st.tuples(node, node, MS, st.booleans()), max_size=4)
    ):
        line = np.array([patch.lonlat(one), patch.lonlat(other)])
        patch.road((one, other), line, both_ways=both, time_ms=ms, **told)
    left = sorted(set(range(network.tail.size)) - set(chosen) - set(network.twin[chosen].tolist()))
    if closing and left:
        patch.close(draw(st.lists(st.sampled_from(left), unique=True, max_size=2)))
    return patch.made("patched")


@HARD
@given(timed_networks(), st.data())
def test_a_patch_equals_the_search_over_all_roads(base: RoadNetwork, data: st.DataObject) -> None:
    network = data.draw(patches(base))
    if data.draw(st.booleans()):  # a second edit on top of the first
        network = data.draw(patches(network))
    if network.tail.size and data.draw(st.booleans()):  # other times, slower or faster
        ms = st.lists(MS, min_size=network.tail.size, max_size=network.tail.size)
        network = recoloured(network, "times", time_ms=np.array(data.draw(ms), np.int32))
    turns = turns_of(network)
    if turns and data.draw(st.booleans()):  # bans of its own, across joints as well
        some = data.draw(st.lists(st.sampled_from(turns), unique=True, max_size=6))
        network = banning(replace(network, turn_ms=network.turn_ms[:0]), some)
    stem = stem_of(network)
    assert stem is not None
    assert stem.base is base
    check(network, everywhere(network))


@HARD
@given(timed_networks(), st.data())
def test_drives_over_a_patch_are_the_same_edge_by_edge(
    base: RoadNetwork, data: st.DataObject
) -> None:
    network = data.draw(patches(base))
    if not network.tail.size:
        return
    places = snaps_of(data.draw(spots_on(network)))
    found = [list(drives_between(network, engine, places, places)) for engine in engines(network)]
    assert all(same_drives(*pair) for pair in zip(*found, strict=True))


@settings(HARD, max_examples=20)
@given(timed_networks(), st.data())
def test_a_new_road_never_lengthens_a_drive(base: RoadNetwork, data: st.DataObject) -> None:
    network = data.draw(patches(base, closing=False))
    nodes = Ends.at(np.arange(base.lon.size, dtype=np.int32))
    before = Searches(turn_graph(base)).matrix(nodes, nodes)
    assert (engines(network)[1].matrix(nodes, nodes) <= before).all()


def between(one: int, other: int, **keys: Any) -> Edit:
    line = {"line": [one, other], "joins": [{"at": one}, {"at": other}]}
    return edit_from({"kind": "new_road", "highway": "trunk", "speed_kph": 100.0, **line, **keys})


@pytest.fixture(scope="module")
def country() -> RoadNetwork:
    """Return a small country that has its hierarchy, twenty thousand nodes."""
    made = road_network(145)
    _contracted.topology_of(made, graph_of(made))
    return made


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every gain count, as in a nation."""
    monkeypatch.setattr(_engine, "_LOAD_S", 0.0)


def across(country: RoadNetwork) -> list[tuple[int, int]]:
    """Return nodes far apart: the corners of the country."""
    x, y = country.lon, country.lat
    west, south, east, north = (int(at) for at in (
        (x + y).argmin(), (y - x).argmin(), (x + y).argmax(), (y - x).argmax(),
    ))  # fmt: skip
    return [(west, east), (south, north)]


def test_new_roads_through_a_country_equal_the_search(country: RoadNetwork) -> None:
    ids = [tuple(country.node_id[list(pair)].tolist()) for pair in across(country)]
    network = apply([between(*pair) for pair in ids], country)
    some = np.random.default_rng(1).choice(country.lon.size, 20).astype(np.int32)
    corners = np.array(across(country), np.int32).ravel()
    ends = Ends.at(np.concatenate([corners, some, [network.lon.size - 1]]).astype(np.int32))
    check(network, ends)
    assert engines(network)[1].difference.same
    before = Searches(graph_of(country)).matrix(Ends.at(corners), Ends.at(corners))
    after = engines(network)[1].matrix(Ends.at(corners), Ends.at(corners))
    assert after[0, 1] < before[0, 1]
    assert (after <= before).all()


@pytest.mark.usefixtures("eager")
def test_scenarios_of_one_base_share_its_hierarchy(
    country: RoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = customise

    def counted(topology: Any, ms: Any, **how: Any) -> Any:
        made.append(ms.size)
        return real(topology, ms, **how)

    monkeypatch.setattr(_contracted, "customise", counted)
    country._made.pop("metric", None)
    (west, east), (south, north) = (country.node_id[list(p)].tolist() for p in across(country))
    one, two = apply([between(west, east)], country), apply([between(south, north)], country)
    base = engine_for(country, 50)
    found = [engine_for(network, 50) for network in (one, two, one)]
    assert isinstance(base, Hierarchy)
    assert all(isinstance(engine, Patched) for engine in found)
    assert found[0] is found[2]
    assert all(engine.metric is base.metric for engine in found if isinstance(engine, Patched))
    assert len(made) == 1
    # A few faster roads are new ones beside the old; slower ones and closed ones are other times.
    named = {"name": country.names[3]}
    faster = apply([edit_from({"kind": "road_speed", "factor": 1.5, **named})], one)
    assert isinstance(engine_for(faster, 50), Patched)
    assert len(made) == 1
    for edit in ({"kind": "road_speed", "factor": 0.5}, {"kind": "close_road"}):
        worse = apply([edit_from({**edit, **named})], one)
        assert isinstance(engine_for(worse, 50), Patched)
    assert len(made) == 3
    some = Ends.at(np.arange(0, country.lon.size, 1500, dtype=np.int32))
    for network in (faster, worse):
        check(network, some)


@pytest.mark.usefixtures("eager")
def test_what_changes_too_much_is_not_patched(
    country: RoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    west, east = country.node_id[list(across(country)[0])].tolist()
    network = apply([between(west, east)], country)
    stem = stem_of(network)
    assert stem is not None
    monkeypatch.setattr(_difference, "MOST_SPOTS", 1)
    assert difference_of(graph_of(country), graph_of(network), stem) is None
    assert not isinstance(engine_for(network, 50), Patched)
    assert patched_of(country, graph_of(country), 1) is None  # it was not made of another


def test_a_network_of_few_places_or_states_is_searched(country: RoadNetwork) -> None:
    west, east = country.node_id[list(across(country)[0])].tolist()
    assert isinstance(engine_for(apply([between(west, east)], country), 1), Searches)


def test_a_cut_road_in_another_state_is_put_on_the_hierarchy_again() -> None:
    base = network_of(3, [(0, 1, 1001, False), (1, 2, 7, False)])
    patch = Patch(base)
    patch.cut(0, [(0.5, patch.node(127.0, 36.2))])
    cut = patch.made("cut")
    check(cut, everywhere(cut))
    assert engines(cut)[1].difference.same
    busy = recoloured(cut, "busy", time_ms=cut.time_ms * 3)
    check(busy, everywhere(busy))
    assert not engines(busy)[1].difference.same


@pytest.mark.parametrize("name", ["sejong_anseong", "sejong_cheongju"])
def test_the_expressways_of_the_embedded_network_to_the_millisecond(name: str) -> None:
    base = load_road_network()
    places = load_all_places()
    points = zip(places.geometry.x.tolist(), places.geometry.y.tolist(), strict=True)
    scenario = load_scenario(SCENARIOS / f"{name}.toml")
    edits = [edit for edit in scenario.edits if edit.room == "road"]
    # The edits are made on free roads; jams and waiting come on top, at the new junctions, too.
    jammed = road_state(base, "weekday_am", delays=True)
    edited = apply(edits, base, dict(zip(places["place_id"], points, strict=True)))
    network = road_state(edited, "weekday_am", delays=True)
    stem = stem_of(network)
    assert stem is not None
    assert stem.base is jammed
    assert not network.banned.all()
    states = np.arange(0, graph_of(network).first.size - 1, 301, dtype=np.int32)
    check(network, Ends.at(states))


@pytest.mark.usefixtures("eager")
def test_a_matrix_over_a_patch_is_shared_with_workers(
    country: RoadNetwork, tmp_path: Path
) -> None:
    west, east = country.node_id[list(across(country)[0])].tolist()
    network = apply([between(west, east)], country)
    at = np.arange(0, 10_000, 200)
    points = gpd.points_from_xy(network.lon[at], network.lat[at])
    places = gpd.GeoDataFrame({"place_id": at.astype(str)}, geometry=points, crs="EPSG:4326")
    job = job_of(network, places, places, RoadRules())
    save_job(job, tmp_path, {})
    theirs = open_job(tmp_path)[0].engine
    assert isinstance(job.engine, Patched)
    assert isinstance(theirs, Patched)
    ends = job.starts.ends
    assert (theirs.matrix(ends, ends) == engines(network)[0].matrix(ends, ends)).all()

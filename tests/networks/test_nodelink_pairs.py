"""Two links that are one road: told as a pair, so that a place may set off both ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from toy_nodelink import ORIGIN, cross, link_id, noted, row, saved

from clustergeo.cli import main
from clustergeo.errors import RoadError, UsageError
from clustergeo.networks._nodelink import read_nodelink
from clustergeo.networks._nodelink_pairs import MOST_APART, opposite_links
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.times import RoadRules, car_times


def links_with(**columns: Any) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    nodes, links = cross()
    return nodes, links.assign(**columns)


def test_the_two_directions_of_a_road_are_a_pair(tmp_path: Path) -> None:
    parts = read_nodelink(saved(tmp_path / "set", *cross()))
    assert parts.opposite[row(parts, 1, 2)] == row(parts, 2, 1)
    assert parts.opposite[parts.opposite].tolist() == list(range(8))
    assert noted(parts, "4 pairs of links are the two directions of one road")
    roads = RoadNetwork.from_parts(parts)
    assert (roads.twin[roads.twin] == np.arange(8)).all()
    assert (roads.tail[roads.twin] == roads.head).all()
    assert roads.once.sum() == 4
    assert "4 km" in repr(roads)


@pytest.mark.parametrize(
    ("columns", "pairs"),
    [
        ({"LENGTH": [1000, 1010, 1000, 1011, 1000, 1000, 1000, 1000]}, 3),
        ({"ROAD_NO": ["3", "4", *["3"] * 6]}, 3),
        ({"ROAD_NAME": ["가", "나", *["다"] * 6]}, 3),
        ({"ROAD_NAME": "-", "ROAD_NO": "-"}, 4),
    ],
)
def test_a_pair_agrees_in_name_number_and_length(
    tmp_path: Path, columns: dict[str, Any], pairs: int
) -> None:
    parts = read_nodelink(saved(tmp_path / "set", *links_with(**columns)))
    assert np.count_nonzero(parts.opposite >= 0) == 2 * pairs


def test_a_place_on_one_link_sets_off_both_ways(tmp_path: Path) -> None:
    """A place 300 m before the middle, on the link into it, drives 700 m back to the west end."""
    roads = load_road_network(saved(tmp_path / "set", *cross()))
    lon, lat = Transformer.from_crs(5186, 4326, always_xy=True).transform(
        np.array([-300, -995]) + ORIGIN[0], np.array([3, 0]) + ORIGIN[1]
    )
    places = gpd.GeoDataFrame(
        {"place_id": ["a", "west"]}, geometry=gpd.points_from_xy(lon, lat), crs=4326
    )
    rules = RoadRules(start_min=0, park_min=0)
    times = car_times(roads, places, places, rules).table.set_index(["from_id", "to_id"])
    assert times.loc[("a", "west"), "ride_min"] == pytest.approx(0.695, abs=0.01)
    assert times.loc[("west", "a"), "ride_min"] == pytest.approx(0.695, abs=0.01)


def brute(start: list[int], end: list[int], name: list[int], length: list[int]) -> list[int]:
    """Pair links one after the other, the shortest of each direction first."""
    found = [-1] * len(start)
    for i in sorted(range(len(start)), key=lambda i: (length[i], i)):
        if start[i] >= end[i]:
            continue
        same = (start[i], end[i], name[i])
        ours = [
            j
            for j in sorted(range(len(start)), key=lambda j: (length[j], j))
            if (start[j], end[j], name[j]) == same
        ]
        theirs = [
            j
            for j in sorted(range(len(start)), key=lambda j: (length[j], j))
            if (end[j], start[j], name[j]) == same
        ]
        if (rank := ours.index(i)) < len(theirs):
            other = theirs[rank]
            least = min(length[i], length[other])
            if abs(length[i] - length[other]) <= MOST_APART * least:
                found[i], found[other] = other, i
    return found


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(98, 102)),
        min_size=1,
        max_size=12,
    )
)
def test_pairs_are_those_of_plain_python(links: list[tuple[int, int, int, int]]) -> None:
    start, end, name, length = (list(column) for column in zip(*links, strict=True))
    names = (np.array(name),)
    found = opposite_links(np.array(start), np.array(end), names, np.array(length, np.float64))
    assert found.tolist() == brute(start, end, name, length)


def test_a_set_without_a_prj_takes_the_crs_that_is_given(tmp_path: Path) -> None:
    whole = load_road_network(saved(tmp_path / "set", *cross()))
    for member in (tmp_path / "set").glob("*.prj"):
        member.unlink()
    with pytest.raises(RoadError, match="states no coordinate system"):
        load_road_network(tmp_path / "set")
    assert load_road_network(tmp_path / "set", crs=5186).lon.tolist() == whole.lon.tolist()
    build = ["network", "build", str(tmp_path / "set"), "--out", str(tmp_path / "net")]
    with pytest.raises(SystemExit) as stopped:
        main([*build, "--crs", "EPSG:5186"])
    assert not stopped.value.code
    assert load_road_network(tmp_path / "net").osmid.size == whole.osmid.size


def test_other_sources_state_their_own_crs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="states its own"):
        load_road_network(tmp_path / "town.osm", crs="EPSG:5186")


def test_a_saved_pair_stays_a_pair(tmp_path: Path) -> None:
    roads = load_road_network(saved(tmp_path / "set", *cross()))
    again = load_road_network(roads.save(tmp_path / "net"))
    assert again.twin.tolist() == roads.twin.tolist()
    assert roads.osmid[roads.twin[np.flatnonzero(roads.osmid == link_id(1, 2))]] == link_id(2, 1)

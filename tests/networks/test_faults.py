"""The faults of road networks, B1 to B24, and where each is tested."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from clustergeo.errors import RoadError, ServiceError

TESTS = Path(__file__).parents[1]
FAULTS = TESTS.parents[1] / "shared" / "reference" / "faults.csv"

TESTED = {
    "B1": ["networks/test_overpass.py::test_no_network_names_the_host_and_the_way_out"],
    "B2": ["networks/test_overpass.py::test_a_busy_server_is_asked_again_and_then_no_more"],
    "B3": ["networks/test_overpass.py::test_an_answer_in_part_is_no_answer"],
    "B4": [
        "networks/test_overpass.py::test_an_answer_in_part_is_no_answer",
        "networks/test_overpass.py::test_a_refusal_and_an_empty_area",
    ],
    "B5": ["networks/test_overpass.py::test_a_place_that_is_none_or_a_point_is_refused"],
    "B6": [
        "networks/test_osm.py::test_a_pbf_cut_anywhere_is_never_taken_for_whole",
        "networks/test_osm.py::test_a_flipped_bit_is_named_by_its_block",
    ],
    "B7": ["networks/test_osm.py::test_a_pbf_cut_anywhere_is_never_taken_for_whole"],
    "B8": ["networks/test_osm.py::test_what_is_no_map_is_refused_by_name"],
    "B9": ["networks/test_osm.py::test_a_segment_to_a_missing_node_is_dropped_and_counted"],
    "B10": [
        "networks/test_osm.py::test_what_is_no_road_leaves_no_trace",
        "networks/test_osm.py::test_every_format_and_order_gives_the_same_parts",
    ],
    "B11": [
        "networks/test_osm_rules.py::test_a_oneway_tag_goes_before_what_class_and_junction_imply",
        "networks/test_osm_rules.py::test_oneway_for_bicycles_and_buses_means_nothing_to_cars",
    ],
    "B12": [
        "networks/test_osm_rules.py::test_each_access_value_opens_or_closes_a_road",
        "networks/test_osm_rules.py::test_each_barrier_blocks_or_not",
        "networks/test_osm.py::test_private_roads_are_no_short_cut_and_service_roads_an_option",
    ],
    "B13": ["networks/test_osm.py::test_a_ferry_takes_its_duration_in_shares_of_its_pieces"],
    "B14": [
        "networks/test_osm_rules.py::test_each_way_to_write_a_limit",
        "networks/test_osm_rules.py::test_a_limit_holds_in_the_directions_that_are_open",
    ],
    "B15": ["networks/test_road.py::test_the_network_states_its_size_and_the_share_of_assumed"],
    "B16": [
        "networks/test_osm.py::test_loops_parallels_and_pieces_without_length_are_legal",
        "times/test_by_road.py::test_parallel_edges_take_the_fastest",
    ],
    "B17": ["networks/test_road_osmnx.py::test_edges_that_lack_something_are_refused_by_name"],
    "B18": [
        "networks/test_shaping.py::test_components_are_those_of_networkx",
        "times/test_by_road.py::test_the_reasons_for_a_missing_time_are_told_apart",
    ],
    "B19": [
        "networks/test_osm.py::test_a_ban_forbids_one_turn",
        "networks/test_osm.py::test_what_is_not_modelled_is_counted",
    ],
    "B20": ["times/test_fit.py::test_b20_places_near_the_edge_of_the_network_are_named"],
    "B21": [
        "networks/test_graphml.py::test_refusals_name_the_file_and_what_is_wrong",
        "networks/test_graphml.py::test_each_bad_graphml_is_refused",
    ],
    "B22": [
        "times/test_by_road.py::test_the_cap_is_inclusive_and_counts_straight_metres",
        "times/test_by_road.py::test_the_reasons_for_a_missing_time_are_told_apart",
    ],
    "B23": ["times/test_fit.py::test_b23_all_places_on_one_point_are_refused"],
    "B24": [
        "times/test_fit.py::test_b24_places_outside_the_network_are_named_with_both_boxes",
        "times/test_fit.py::test_b24_a_network_of_another_time_is_told",
    ],
}


@pytest.mark.parametrize("fault", TESTED)
def test_each_fault_has_a_test_that_is_there(fault: str) -> None:
    for place in TESTED[fault]:
        file, name = place.split("::")
        assert re.search(rf"^def {name}", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.skipif(not FAULTS.exists(), reason="the list of faults is not here")
def test_no_fault_of_road_networks_is_left_out() -> None:
    with FAULTS.open(encoding="utf-8", newline="") as file:
        listed = [row[0] for row in csv.reader(file) if row[1] == "road network"]
    assert listed == list(TESTED)


def test_refused_networks_and_silent_servers_have_exit_codes_of_their_own() -> None:
    assert (RoadError.exit_code, ServiceError.exit_code) == (3, 4)

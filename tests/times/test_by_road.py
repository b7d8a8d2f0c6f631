"""Car times on toys whose minutes can be worked out by hand."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from clustergeo.errors import UsageError
from clustergeo.networks.congestion import congested_network
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas import check_table
from clustergeo.schemas.results import TIMES
from clustergeo.times.by_road import RoadRules, car_route, car_times, snap_places

Link = tuple[str, str, dict[str, Any]]

# A straight road of three kilometres, west to east, and a motorway beside it.
EAST = {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (3000.0, 0.0)}
PLAIN = RoadRules(access_kph=30, access_detour=1.5, start_min=2, park_min=3)


def network_of(nodes: dict[str, tuple[float, float]], links: list[Link]) -> RoadNetwork:
    """Build a network from metres; links are two-way unless tagged oneway."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="EPSG:5179")
    for node, (east, north) in nodes.items():
        graph.add_node(node, x=1_000_000.0 + east, y=2_000_000.0 + north)
    for osmid, (u, v, tags) in enumerate(links):
        (x0, y0), (x1, y1) = nodes[u], nodes[v]
        length = float(np.hypot(x1 - x0, y1 - y0))
        shared = {"osmid": osmid, "highway": "primary", "length": length, "maxspeed": "60"} | tags
        graph.add_edge(u, v, **shared, reversed=False)
        if not shared.setdefault("oneway", False):
            graph.add_edge(v, u, **shared, reversed=True)
    return RoadNetwork.from_osmnx(graph)


def places_of(**metres: tuple[float, float]) -> gpd.GeoDataFrame:
    """Return a table of places, ids from the keywords."""
    points = gpd.points_from_xy(
        [1_000_000.0 + east for east, _ in metres.values()],
        [2_000_000.0 + north for _, north in metres.values()],
    )
    return gpd.GeoDataFrame({"place_id": list(metres)}, geometry=points, crs="EPSG:5179").to_crs(
        "EPSG:4326"
    )


def road() -> RoadNetwork:
    return network_of(EAST, [("A", "B", {"name": "West Road"}), ("B", "C", {"name": "East Road"})])


def row_of(
    network: RoadNetwork, places: gpd.GeoDataFrame, rules: RoadRules = PLAIN
) -> pd.Series[Any]:
    """Return the row from the first place to the second."""
    row: pd.Series[Any] = car_times(network, places.iloc[:1], places.iloc[1:2], rules).table.iloc[
        0
    ]
    return row


def test_minutes_are_start_access_drive_access_and_parking() -> None:
    # 400 m north of the road: 400 x 1.5 / 30 km/h = 1.2 min; 2 km at 60 km/h = 2 min; 200 m: 0.6.
    row = row_of(road(), places_of(p=(500, 400), q=(2500, -200)))
    assert row["access_min"] == 2 + 1.2
    assert row["ride_min"] == 2.0
    assert row["egress_min"] == 3 + 0.6
    assert row["minutes"] == pytest.approx(8.8)
    assert row["distance_m"] == pytest.approx(600 + 2000 + 300, abs=0.02)
    assert (row["status"], row["mode"]) == ("ok", "car")


def test_an_empty_road_has_no_spread_no_wait_and_no_transfer() -> None:
    row = row_of(road(), places_of(p=(500, 400), q=(2500, -200)))
    assert {row[f"{name}_min"] for name in ("p10", "p90", "best", "worst")} == {row["minutes"]}
    assert row["wait_min"] == row["transfer_min"] == 0.0


def test_the_table_keeps_its_contract_and_its_order() -> None:
    places = places_of(p=(0, 0), q=(900, 100), r=(9000, 9000))
    times = car_times(road(), places, places.iloc[::-1])
    assert list(times.table.columns) == list(TIMES.names)
    pd.testing.assert_frame_equal(
        times.table, check_table(times.table, TIMES, file="t"), check_dtype=False
    )
    pairs = list(zip(times.table["from_id"], times.table["to_id"], strict=True))
    assert pairs == [(o, d) for o in "pqr" for d in "rqp"]
    assert times.minutes.shape == (3, 3, 1)
    assert times.from_ids == ("p", "q", "r")
    assert times.to_ids == ("r", "q", "p")
    np.testing.assert_allclose(times.minutes.ravel(), times.table["minutes"], atol=0.005)


def test_one_edge_is_driven_in_part_either_way() -> None:
    places = places_of(p=(200, 0), q=(800, 0))
    table = car_times(road(), places, places, PLAIN).table
    assert table["ride_min"].tolist()[1:3] == [0.6, 0.6]
    assert table["distance_m"].tolist()[1:3] == pytest.approx([600, 600], abs=0.02)


def test_a_one_way_edge_is_driven_back_all_the_way_round() -> None:
    # A triangle of one-way roads: 3 km, 4 km and 5 km.
    corners = {"A": (0.0, 0.0), "B": (3000.0, 0.0), "C": (3000.0, 4000.0)}
    ring = network_of(corners, [(u, v, {"oneway": True}) for u, v in ("AB", "BC", "CA")])
    places = places_of(p=(200, 0), q=(800, 0))
    away, back = car_times(ring, places, places, PLAIN).table["ride_min"].tolist()[1:3]
    assert away == 0.6
    assert back == 12.0 - 0.6


def test_a_place_at_the_end_of_a_one_way_edge_may_use_the_other_roads_there() -> None:
    # Both roads lead away from A; the place at A snaps to the first but may take the second.
    fork = network_of(
        {"A": (0, 0), "B": (0, 1000), "C": (0, -1000)},
        [("A", "B", {"oneway": True}), ("A", "C", {"oneway": True})],
    )
    assert row_of(fork, places_of(p=(0.0, 0.4), q=(0, -500)))["ride_min"] == 0.5
    joint = network_of(
        {"A": (0, 0), "B": (0, 1000), "C": (0, -1000)},
        [("B", "A", {"oneway": True}), ("C", "A", {"oneway": True})],
    )
    assert row_of(joint, places_of(p=(0, -500), q=(0.0, 0.4)))["ride_min"] == 0.5


def test_parallel_edges_take_the_fastest() -> None:
    slow_first = network_of(
        {"A": (0, 0), "B": (1000, 0)},
        [("A", "B", {"maxspeed": "20", "name": "Slow"}), ("A", "B", {"name": "Fast"})],
    )
    row = row_of(slow_first, places_of(p=(0, 0), q=(1000, 0)))
    assert row["ride_min"] == 1.0
    assert row["legs"] == "Fast 1.0 km"


def test_motorways_are_not_entered_between_interchanges() -> None:
    beside = network_of(
        EAST | {"M": (0, 100), "N": (3000, 100)},
        [("A", "C", {}), ("M", "N", {"highway": "motorway", "maxspeed": "100"})],
    )
    places = places_of(p=(1000, 90), q=(2000, 90))
    assert row_of(beside, places)["ride_min"] == 1.0
    assert snap_places(beside, places)["snap_m"].tolist() == pytest.approx([90, 90], abs=0.01)
    entered = RoadRules(closed_highways=())
    assert row_of(beside, places, entered)["ride_min"] == 0.6


def test_the_reasons_for_a_missing_time_are_told_apart() -> None:
    islands = network_of(
        EAST | {"X": (0, 9000), "Y": (1000, 9000)}, [("A", "C", {}), ("X", "Y", {})]
    )
    places = places_of(p=(0, 0), far=(0, 4000), island=(500, 9000), twin=(0, 0), near=(3000, 0))
    table = car_times(islands, places.iloc[:1], places, RoadRules(limit_min=7.99)).table
    assert table["status"].tolist() == [
        "same_place", "off_network", "no_path", "same_place", "beyond_limit",
    ]  # fmt: skip
    blank = table.drop(columns=["from_id", "to_id", "mode", "status"])
    assert (blank.isna() | (blank == "")).all(axis=None)
    # 3 km at 60 km/h and five minutes of start and parking are exactly eight minutes.
    assert row_of(islands, places.iloc[[0, 4]], RoadRules(limit_min=8))["status"] == "ok"


def test_the_cap_is_inclusive_and_counts_straight_metres() -> None:
    places = places_of(p=(500, 0), q=(2000, 500))
    assert row_of(road(), places, RoadRules(snap_cap_m=500.01))["status"] == "ok"
    assert row_of(road(), places, RoadRules(snap_cap_m=499.99))["status"] == "off_network"


def test_two_names_for_one_point_are_one_place_however_far_from_a_road() -> None:
    places = places_of(p=(0, 9000), q=(0, 9000))
    assert row_of(road(), places)["status"] == "same_place"


def test_a_place_outside_the_metric_system_is_off_the_network() -> None:
    a_quarter_of_the_globe_away = gpd.points_from_xy([127.5, 37.5], [38.0, 0.0])
    places = gpd.GeoDataFrame(
        {"place_id": ["p", "q"]}, geometry=a_quarter_of_the_globe_away, crs="EPSG:4326"
    )
    table = snap_places(road(), places)
    assert table["status"].tolist() == ["ok", "off_network"]
    assert table["osmid"].tolist() == ["0", ""]
    assert table["snap_m"].isna().tolist() == [False, True]
    assert row_of(road(), places)["status"] == "off_network"


def test_evidence_is_the_weakest_of_speeds_and_places() -> None:
    places = places_of(p=(0, 0), q=(900, 0), r=(2900, 0))
    network = network_of(EAST, [("A", "B", {}), ("B", "C", {"speed_evidence": "assumed"})])
    table = car_times(network, places.iloc[:1], places.iloc[1:], PLAIN).table
    assert table["evidence"].tolist() == ["derived", "estimated"]
    weak = places.assign(evidence=["published", "estimated", "published"])
    table = car_times(network, weak.iloc[:1], weak.iloc[1:], PLAIN).table
    assert table["evidence"].tolist() == ["estimated", "estimated"]


def test_legs_join_what_has_one_name_and_skip_ramps() -> None:
    nodes = {name: (1000.0 * i, 0.0) for i, name in enumerate("ABCDEFG")}
    network = network_of(
        nodes,
        [
            ("A", "B", {"name": "One", "length": 12_345.0}),
            ("B", "C", {"highway": "motorway_link", "name": "Ramp"}),
            ("C", "D", {"name": "One"}),
            ("D", "E", {"ref": "36"}),
            ("E", "F", {}),
            ("F", "G", {"name": "Two"}),
        ],
    )
    row = row_of(network, places_of(p=(0, 0), q=(6000, 0)))
    assert row["legs"] == "One 13 km > 36 1.0 km > Two 1.0 km"


def test_only_the_four_longest_legs_are_told_in_order_of_travel() -> None:
    nodes = {name: (1000.0 * i, 0.0) for i, name in enumerate("ABCDEF")}
    lengths = {("A", "B"): 5, ("B", "C"): 3, ("C", "D"): 1, ("D", "E"): 4, ("E", "F"): 2}
    network = network_of(
        nodes, [(a, b, {"name": a + b, "length": 1000 * km}) for (a, b), km in lengths.items()]
    )
    row = row_of(network, places_of(p=(0, 0), q=(5000, 0)))
    assert row["legs"] == "AB 5.0 km > BC 3.0 km > DE 4.0 km > EF 2.0 km"


def test_the_route_is_cut_to_what_is_driven() -> None:
    places = places_of(p=(500, 400), q=(2500, -200))
    route = car_route(road(), places.iloc[:1], places.iloc[1:], PLAIN)
    assert route["road"].tolist() == ["West Road", "East Road"]
    assert route["length_m"].tolist() == pytest.approx([500, 1500], abs=0.02)
    assert route["minutes"].sum() == pytest.approx(2.0, abs=1e-4)
    assert route.to_crs("EPSG:5179").length.tolist() == pytest.approx([500, 1500], abs=0.02)
    assert route[["from_node", "to_node"]].to_numpy().tolist() == [["A", "B"], ["B", "C"]]


def test_the_route_along_one_edge_runs_in_the_direction_of_travel() -> None:
    places = places_of(p=(800, 0), q=(200, 0))
    route = car_route(road(), places.iloc[:1], places.iloc[1:], PLAIN).to_crs("EPSG:5179")
    assert route["from_node"].tolist() == ["B"]
    east = [x - 1_000_000 for x, _ in route.geometry.iloc[0].coords]
    assert east == pytest.approx([800, 200], abs=0.02)


@pytest.mark.parametrize("target", [(0, 9000), (500, 300)])
def test_a_route_of_no_length_has_no_rows(target: tuple[float, float]) -> None:
    places = places_of(p=(500, 0), q=target)
    route = car_route(road(), places.iloc[:1], places.iloc[1:])
    assert route.empty
    assert route.crs == "EPSG:4326"


def test_tables_without_rows_give_times_without_rows() -> None:
    places = places_of(p=(0, 0), q=(900, 0))
    for origins, destinations in ((places[:0], places), (places, places[:0])):
        times = car_times(road(), origins, destinations)
        assert times.table.empty
        assert list(times.table.columns) == list(TIMES.names)
        assert times.minutes.shape == (len(origins), len(destinations), 1)


def test_inputs_are_left_alone_and_runs_agree() -> None:
    places = places_of(p=(500, 400), q=(2500, -200))
    before = places.copy()
    first, second = (car_times(road(), places, places).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(places, before)


def test_places_in_any_coordinate_system_give_the_same_times() -> None:
    places = places_of(p=(500, 400), q=(2500, -200))
    metric = car_times(road(), places.to_crs("EPSG:5179"), places.to_crs("EPSG:32652"), PLAIN)
    pd.testing.assert_frame_equal(metric.table, car_times(road(), places, places, PLAIN).table)


def test_tables_that_hold_no_places_are_refused() -> None:
    good = places_of(p=(0, 0), q=(900, 0))
    cases = {
        "no column place_id": good.drop(columns="place_id"),
        "no points": gpd.GeoDataFrame({"place_id": ["a"]}),
        "no coordinate system": gpd.GeoDataFrame(
            {"place_id": ["p", "q"]}, geometry=good.geometry.to_numpy()
        ),
        r"place_id twice \(p\)": pd.concat([good, good.iloc[:1]]),
        "holds other than points": good.set_geometry(good.to_crs("EPSG:5179").buffer(9)),
    }
    for message, bad in cases.items():
        with pytest.raises(UsageError, match=f"^destinations: {message}"):
            car_times(road(), good, bad)
    with pytest.raises(UsageError, match="origin: holds 2 places"):
        car_route(road(), good, good)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("snap_cap_m", -1.0),
        ("access_kph", 0.0),
        ("access_detour", 0.9),
        ("start_min", float("nan")),
        ("park_min", -1.0),
        ("limit_min", float("inf")),
        ("closed_highways", "motorway"),
    ],
)
def test_impossible_rules_are_refused_by_name(rule: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"^{rule}: "):
        RoadRules(**{rule: value})


def test_a_study_file_can_fill_the_rules_but_not_invent_any() -> None:
    adapter = TypeAdapter(RoadRules)
    rules = adapter.validate_python({"park_min": 5, "closed_highways": ["motorway"]})
    assert rules == RoadRules(park_min=5.0, closed_highways=("motorway",))
    for bad in ({"parking": 5}, {"park_min": -5}):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)


def test_congestion_lengthens_the_drive_alone_and_is_estimated() -> None:
    places = places_of(p=(500, 400), q=(2500, -200))
    jammed = congested_network(road(), "holiday")
    free, jam = (row_of(network, places) for network in (road(), jammed))
    assert jam["ride_min"] == pytest.approx(1.17 * free["ride_min"], abs=0.01)
    assert jam["access_min"] == free["access_min"]
    assert (free["evidence"], jam["evidence"]) == ("derived", "estimated")
    route = car_route(jammed, places[:1], places[1:], PLAIN)
    assert route["minutes"].sum() == pytest.approx(1.17 * 2.0, abs=1e-3)

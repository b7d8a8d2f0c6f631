"""Places that do not belong on a network: faults B20, B23 and B24."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from roads import parts_of

from clustergeo.cli import main
from clustergeo.errors import RoadError
from clustergeo.networks import RoadNetwork, load_road_network, load_timetable
from clustergeo.places import load_all_places
from clustergeo.study import load_study
from clustergeo.study.model import Model
from clustergeo.times import RoadRules, car_times
from clustergeo.times.roads.fit import check_date

KM = 1 / 111.2  # degrees of latitude; of longitude it is a little less here


def square(side_km: float, *, date: str = "") -> RoadNetwork:
    """A square of roads with its south-west corner at 36 N, 127 E."""
    far = side_km * KM
    corners = {
        1: (127.0, 36.0),
        2: (127 + far, 36.0),
        3: (127 + far, 36 + far),
        4: (127, 36 + far),
    }
    ends = [(1, 2), (2, 3), (3, 4), (4, 1), (1, 3)]
    parts = parts_of(corners, [(start, end, {}) for start, end in ends])
    return replace(RoadNetwork.from_parts(parts), date=date)


def at(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Places at kilometres east and north of the corner, named a, b, c ..."""
    lon, lat = np.array([(127 + x * KM, 36 + y * KM) for x, y in places]).T
    ids = [chr(ord("a") + i) for i in range(len(places))]
    return gpd.GeoDataFrame(
        {"place_id": ids}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )


def test_b20_places_near_the_edge_of_the_network_are_named() -> None:
    roads = square(40)
    middle, edge = at((20, 20), (18, 18)), at((20, 20), (3, 3))
    assert car_times(roads, middle, middle).warnings == ()
    (warning,) = car_times(roads, middle, edge).warnings
    assert warning.startswith("b: less than 5 km from the edge of the road network")


def test_b20_many_places_are_named_in_part() -> None:
    corner = at(*((0.1 * i, 0.1 * i) for i in range(8)))
    (warning,) = car_times(square(40), corner, corner).warnings
    assert warning.startswith("a, b, c, d, e and 3 more: ")


def test_b23_all_places_on_one_point_are_refused() -> None:
    # Every place is nearest to the end of the only road: it ends where their area begins.
    ends = {1: (127.0, 36.0), 2: (127.0, 36.0 + 10 * KM)}
    road = RoadNetwork.from_parts(parts_of(ends, [(1, 2, {})]))
    apart = at((-1.5, -0.5), (1.5, -0.5), (0, -1))
    with pytest.raises(RoadError, match=r"all 6 places, up to .* apart, meet it at one point"):
        car_times(road, apart, apart)


@pytest.mark.parametrize(
    "places",
    [
        at((-1.5, -0.5), (1.5, -0.5)),  # two may share the end of a road
        at((-0.2, -0.5), (0.2, -0.5), (0, -0.2)),  # near to each other
        at((-1.5, -0.5), (1.5, -0.5), (0.2, 5)),  # one stands elsewhere
        at((-1.5, -0.5), (1.5, -0.5), (9, -0.5)),  # one is off the network
        at((0.2, 4), (0.2, 4.01), (0.2, 7)),  # on one edge, at several points
    ],
)
def test_b23_places_that_may_well_share_a_point_pass(places: gpd.GeoDataFrame) -> None:
    ends = {1: (127.0, 36.0), 2: (127.0, 36.0 + 10 * KM)}
    road = RoadNetwork.from_parts(parts_of(ends, [(1, 2, {})]))
    assert car_times(road, places, places).table.shape[0] == len(places) ** 2


def test_b20_a_network_of_one_point_is_its_own_edge() -> None:
    dot = {1: (127.0, 36.0), 2: (127.0, 36.0)}
    road = RoadNetwork.from_parts(parts_of(dot, [(1, 2, {"length_m": 10.0, "seconds": 1.0})]))
    outside, edge = car_times(road, at((0, 0)), at((0.5, 0))).warnings
    assert outside.startswith("a: outside the area of the road network")
    assert edge.startswith("a: less than 5 km from the edge of the road network")


def test_b24_places_outside_the_network_are_named_with_both_boxes() -> None:
    outside = at((20, 20), (60, 20))
    (warning,) = car_times(square(40), outside, outside).warnings
    assert warning.startswith("b: outside the area of the road network (127.000 to 127.360 E")
    assert "the places lie in 127.180 to 127.540 E, 36.180 to 36.180 N" in warning
    # Beyond the metric system of coordinates there is no distance, and no complaint of numpy.
    pole = outside.set_geometry(gpd.points_from_xy([127.1, 0.0], [36.1, -90.0]))
    assert car_times(square(40), pole, pole).warnings[0].startswith("b: outside")


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("", ""),
        ("spring", ""),
        ("2024-11-30", ""),
        ("2026-11-24T03:04:05Z", ""),
        ("2024-10-01", "25 months older than the date of the study (2026-11-24)"),
        ("2029-01-01", "26 months newer"),
    ],
)
def test_b24_a_network_of_another_time_is_told(date: str, told: str) -> None:
    found = check_date(square(1, date=date), dt.date(2026, 11, 24))
    assert told in found[0] if told else found == ()


def test_b24_the_model_of_a_study_checks_the_date_of_its_network() -> None:
    study = load_study()
    spots = at((20, 20), (18, 18))
    model = Model(
        road=square(40, date="2001-01-01"),
        timetable=load_timetable(study.networks.feed),
        road_rules=RoadRules(),
        transit_rules=study.transit,
        departures=study.departures,
    )
    (warning,) = model.car(spots, spots).warnings
    assert warning.startswith("the road network is of 2001-01-01")


def test_the_shipped_places_lie_well_inside_the_shipped_network() -> None:
    places = load_all_places()
    found = car_times(load_road_network(), places.iloc[:1], places)
    assert [text.split(":")[0] for text in found.warnings] == ["seogwipo_hall"]


def test_the_command_refuses_b23_and_tells_b20_beside_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(network: RoadNetwork, *places: tuple[float, float]) -> int:
        rows = [f"{i},{127 + x * KM},{36 + y * KM}" for i, (x, y) in enumerate(places)]
        table = tmp_path / "places.csv"
        table.write_text("\n".join(["place_id,lon,lat", *rows]))
        folder = network.save(tmp_path / "net")
        words = ["times", "--mode", "car", "--from", table, "--to", table, "--network", folder]
        with pytest.raises(SystemExit) as stopped:
            main([*map(str, words), "--out", str(tmp_path / "out.csv")])
        return int(stopped.value.code or 0)

    assert run(square(40), (20, 20), (3, 3)) == 0
    assert "note: 1: less than 5 km from the edge" in " ".join(capsys.readouterr().err.split())
    (tmp_path / "out.csv").unlink()
    assert run(square(40), (-0.5, -0.5), (-1, -0.2), (-0.1, -1)) == 0
    ends = {1: (127.0, 36.0), 2: (127.0, 36.0 + 10 * KM)}
    road = RoadNetwork.from_parts(parts_of(ends, [(1, 2, {})]))
    assert run(road, (-1.5, -0.5), (1.5, -0.5), (0, -1)) == 3
    assert "meet it at one point of road 100" in capsys.readouterr().err

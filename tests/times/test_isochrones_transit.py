"""Isochrones by public transport against circles worked out by hand, and against transit times."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from toy_feed import DATE, HOUR, Trip, World, places

from clustergeo.errors import FeedError, UsageError
from clustergeo.networks import Timetable, load_timetable
from clustergeo.places import load_all_places, load_population_grid
from clustergeo.schemas import check_table
from clustergeo.schemas.reach import ISOCHRONES
from clustergeo.study import load_study
from clustergeo.times import (
    Departures,
    TransitRules,
    cell_width_m,
    population_within,
    transit_isochrones,
    transit_times,
)
from clustergeo.times.transit import walksheds as module

A, B, C = ((36.0 + i / 10, 127.0) for i in range(3))
METRE = 1 / 111_200  # degrees of latitude
WALK = TransitRules(access="walk")
AT_SEVEN = Departures(DATE, dt.time(7), dt.time(7, 1))
# On foot 4.5 km/h, 1.3 times as far as straight: 57.7 m a minute, 865 m in a quarter of an hour.
STEP_M, LIMIT_M = 4500 / 60 / 1.3, 4500 / 4 / 1.3


def ride(*calls: tuple[int, float], evidence: str = "published") -> Trip:
    """Return a trip that calls at stops at minutes past seven."""
    seconds = [(stop, 7 * HOUR + round(60 * minute)) for stop, minute in calls]
    return Trip([(stop, s, s, True, True) for stop, s in seconds], evidence=evidence)


def found(
    world: World,
    minutes: list[float],
    when: Departures = AT_SEVEN,
    share: float = 0.5,
    **points: tuple[float, float],
) -> gpd.GeoDataFrame:
    origins = places(**(points or {"o": A}))
    table = transit_isochrones(world.timetable(), origins, minutes, when, WALK, share=share)
    assert table.geometry.is_valid.all()
    assert (table.geom_type == "MultiPolygon").all()
    return table


def circles_m2(*radii: float) -> float:
    return float(np.pi * sum(radius**2 for radius in radii))


def holds(table: gpd.GeoDataFrame, spot: tuple[float, float], row: int = 0) -> bool:
    return bool(table.geometry.iloc[row].covers(shapely.Point(spot[1], spot[0])))


def test_one_walks_around_the_door_and_on_from_the_far_stop() -> None:
    world = World([A, B], [ride((0, 5), (1, 15))])
    table = found(world, [20, 10, 15, 40])
    assert table["minutes"].tolist() == [10, 15, 20, 40]
    assert table["status"].tolist() == ["ok"] * 4
    metric = table.to_crs("EPSG:5179")
    expected = [
        (10 * STEP_M,),
        (LIMIT_M,),
        (LIMIT_M, 5 * STEP_M),
        (LIMIT_M, LIMIT_M),
    ]
    for area, radii in zip(metric.geometry, expected, strict=True):
        assert shapely.get_num_geometries(area) == len(radii)
        assert area.area == pytest.approx(circles_m2(*radii), rel=0.02)
    assert table["area_km2"].tolist() == pytest.approx(metric.area / 1e6, abs=1e-3)
    assert holds(table, (B[0] + 270 * METRE, B[1]), 2)
    assert not holds(table, (B[0] + 310 * METRE, B[1]), 2)
    assert check_table(table[list(ISOCHRONES.names)], ISOCHRONES, file="x").shape == (4, 6)


@pytest.mark.parametrize(
    ("share", "left_min"),
    [(0.1, 10), (0.11, 9), (0.5, 6), (0.6, 5), (0.61, 0), (1, 0)],
)
def test_the_share_counts_those_who_still_catch_the_train(share: float, left_min: float) -> None:
    # Of ten departures the first six catch it; who leaves at 7:05 has ten minutes left of twenty.
    world = World([A, B], [ride((0, 5), (1, 15))])
    ten = Departures(DATE, dt.time(7), dt.time(7, 10))
    table = found(world, [20], ten, share).to_crs("EPSG:5179")
    if share > 0.6:
        assert table["status"].tolist() == ["no_service"]
        return
    area = table.geometry.iloc[0].area - circles_m2(LIMIT_M)
    assert area == pytest.approx(circles_m2(left_min * STEP_M), rel=0.02)


def test_now_one_stop_and_now_another_bring_one_there() -> None:
    # At 7:00 one has four minutes left at the first stop and three at the second; at 7:01 none
    # and four. Halfway, 200 m or 3.5 minutes from either, one is every time.
    first, second = B, (B[0] + 400 * METRE, B[1])
    world = World([A, first, second], [ride((0, 0), (1, 10)), ride((0, 1), (2, 11))])
    two = Departures(DATE, dt.time(7), dt.time(7, 2))
    always, once = (found(world, [14], two, share) for share in (1, 0.5))
    halfway, beside = ((B[0] + metres * METRE, B[1]) for metres in (200, 0))
    assert holds(always, halfway)
    assert not holds(always, beside)
    assert holds(once, beside)
    # A lens: what lies within four minutes of both, and three minutes around the second.
    here, there = (shapely.Point(0, m).buffer(4 * STEP_M, 64) for m in (0, 400))
    lens = here.intersection(there).union(shapely.Point(0, 400).buffer(3 * STEP_M, 64)).area
    area = always.to_crs("EPSG:5179").geometry.iloc[0].area - circles_m2(14 * STEP_M)
    assert area == pytest.approx(lens, rel=0.05)


def random_world(seed: int) -> World:
    """Return a small town of stops and lines, some known by their headway only."""
    random = np.random.default_rng(seed)
    spots = random.uniform((36.0, 127.0), (36.03, 127.04), (9, 2))
    trips = []
    for line in range(5):
        stops = random.permutation(9)[: random.integers(2, 6)].tolist()
        start = random.integers(0, 20)
        minutes = start + np.cumsum(random.integers(1, 7, len(stops)))
        trip = ride(*zip(stops, minutes.tolist(), strict=True))
        if line % 2:
            trip.windows = [(7 * HOUR, 9 * HOUR, int(random.integers(5, 15)) * 60, False)]
        trips.append(trip)
    return World([(float(lat), float(lon)) for lat, lon in spots], trips)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_inside_is_what_transit_times_reaches_in_that_share(seed: int, share: float) -> None:
    world = random_world(seed)
    timetable, origin = world.timetable(), places(o=world.stops[0])
    when = Departures(DATE, dt.time(7), dt.time(7, 20), step_min=2)
    rules = replace(WALK, headway_draws=3)
    table = transit_isochrones(timetable, origin, [25], when, rules, share=share)
    if table.status[0] == "no_service":
        assert share == 1
        return
    (area,) = table.geometry
    random = np.random.default_rng(seed)
    lat, lon = random.uniform((35.99, 126.99), (36.04, 127.05), (500, 2)).T
    spots = gpd.GeoDataFrame(
        {"place_id": [f"p{i}" for i in range(lat.size)]},
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    )

    def within(minutes: float, slack: float) -> NDArray[np.bool_]:
        """Return what is reached with walks a little shorter or longer, by all samples."""
        walks = replace(rules, walk_limit_min=rules.walk_limit_min + slack)
        times = transit_times(timetable, origin, spots, when, walks).minutes[0]
        soon = np.nan_to_num(times, nan=np.inf) <= minutes + slack
        return np.asarray(soon.mean(axis=1) >= share - 1e-9)

    inside = spots.geometry.within(area).to_numpy()
    # Ten metres are ten seconds; what is narrower than a cell may be lost, but hardly is.
    surely, perhaps = within(25, -0.2), within(25, 0.2)
    assert surely.sum() > 5
    assert not (inside & ~perhaps).any()
    assert (surely & ~inside).sum() <= 1


@pytest.mark.parametrize("spot", [(60.0, -150.0), (-17.0, 145.8), (0.0, 179.999)])
def test_a_metre_is_a_metre_outside_korea(spot: tuple[float, float]) -> None:
    far = (spot[0], spot[1] - 0.1)
    world = World([spot, far], [ride((0, 5), (1, 15))])
    table = found(world, [40], o=spot)
    assert table["area_km2"][0] == pytest.approx(circles_m2(LIMIT_M, LIMIT_M) / 1e6, rel=0.01)


@pytest.fixture(scope="module")
def shipped() -> tuple[Timetable, Departures, TransitRules]:
    study = load_study()
    return load_timetable(), replace(study.departures, step_min=5), study.transit


def test_areas_are_nested_in_minutes_and_in_share(
    shipped: tuple[Timetable, Departures, TransitRules],
) -> None:
    timetable, when, rules = shipped
    osong = load_all_places().query("place_id == 'osong'")
    before, times = osong.copy(deep=True), [90, 30, 60]
    tables = [
        transit_isochrones(timetable, osong, times, when, rules, share=share)
        for share in (1, 0.5, 0.1)
    ]
    again = transit_isochrones(timetable, osong, [30, 60, 90], when, rules, share=0.1)
    assert again.to_json() == tables[-1].to_json()
    assert before.equals(osong)
    metric = [table.to_crs("EPSG:5179").geometry.to_numpy() for table in tables]
    for areas in metric:
        for inner, outer in pairwise(areas):
            assert outer.buffer(0.03).covers(inner)
            assert outer.area > inner.area
    for rarely, often in pairwise(metric):
        for inner, outer in zip(rarely, often, strict=True):
            assert outer.buffer(0.03).covers(inner)
            assert outer.area >= inner.area
    people = population_within(tables[1], load_population_grid(), cell_m=2000)
    assert (np.diff(people["population"]) > 0).all()
    assert people["mode"].tolist() == ["transit"] * 3


def test_one_place_alone_has_the_area_it_has_among_others(
    shipped: tuple[Timetable, Departures, TransitRules],
) -> None:
    timetable, when, rules = shipped
    three = load_all_places().iloc[:3]
    together = transit_isochrones(timetable, three, [40], when, rules)
    alone = transit_isochrones(timetable, three.iloc[1:2], [40], when, rules)
    assert alone.geometry.to_wkb().iloc[0] == together.geometry.to_wkb().iloc[1]


def test_why_there_is_no_area() -> None:
    world = World([A, B, C], [ride((0, 5), (1, 15)), ride((2, -60), (1, -30))])
    far = (37.0, 128.0)
    table = found(world, [5, 30], near=A, far=far, gone=C, end=B)
    said = table["status"].tolist()
    # The last stop of all lines is served, but nothing leaves it: none can be reached to board.
    assert said == ["ok"] * 2 + ["off_network"] * 2 + [said[4]] * 2 + ["off_network"] * 2
    assert said[4] in {"no_service", "off_network"}
    none = table["status"] != "ok"
    assert shapely.is_empty(table.geometry.to_numpy()[none]).all()
    assert table.loc[none, "area_km2"].isna().all()
    assert (table.loc[none, "evidence"] == "").all()
    people = population_within(table, load_population_grid(), cell_m=2000)
    assert people.loc[none, "population"].isna().all()
    empty = transit_isochrones(world.timetable(), places(o=A)[:0], [5], AT_SEVEN, WALK)
    assert list(empty.columns) == [*ISOCHRONES.names, "geometry"]
    assert empty.empty


def test_an_estimated_route_weakens_what_it_brings_nearer() -> None:
    slow, fast = ride((0, 5), (1, 25)), ride((0, 5), (1, 15), evidence="estimated")
    late = ride((0, 5), (1, 35), evidence="estimated")
    table = found(World([A, B], [slow, fast]), [10, 20])
    assert table["evidence"].tolist() == ["derived", "estimated"]
    assert found(World([A, B], [slow, late]), [60])["evidence"].tolist() == ["derived"]
    assert found(World([A, B], [slow]), [60])["evidence"].tolist() == ["derived"]
    weak = places(o=A).assign(evidence="estimated")
    timetable = World([A, B], [slow]).timetable()
    table = transit_isochrones(timetable, weak, [60], AT_SEVEN, WALK)
    assert table["evidence"].tolist() == ["estimated"]


@pytest.mark.parametrize(
    ("minutes", "share", "message"),
    [
        ([], 0.5, "minutes: none given"),
        ([361], 0.5, r"up to 360 \(361\)"),
        ([30], 0, r"share: not above 0 and up to 1 \(0\) - 0.5 is the median"),
        ([30], 1.01, r"\(1.01\)"),
        ([30], float("nan"), r"\(nan\)"),
    ],
)
def test_what_cannot_be_asked_is_refused(minutes: list[float], share: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        found(World([A, B], [ride((0, 5), (1, 15))]), minutes, share=share)


def test_a_day_without_service_is_refused() -> None:
    other = Departures(DATE + dt.timedelta(days=9), dt.time(7), dt.time(8))
    with pytest.raises(FeedError, match="nearest"):
        found(World([A, B], [ride((0, 5), (1, 15))]), [30], other)


def test_stops_far_apart_are_drawn_on_grids_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    outline = module._outline

    def counted(x: NDArray[np.float64], *rest: Any) -> list[shapely.Polygon]:
        drawn.append(x.size)
        return outline(x, *rest)

    monkeypatch.setattr(module, "_outline", counted)
    far = (A[0] + 3, A[1])
    world = World([A, far], [ride((0, 5), (1, 15))])
    assert shapely.get_num_geometries(found(world, [30]).geometry.iloc[0]) == 2
    assert drawn == [1, 1]


def test_a_stop_without_a_place_is_ridden_to_but_not_walked_from() -> None:
    timetable = World([A, B, C], [ride((0, 5), (2, 8), (1, 15))]).timetable()
    timetable.stops.loc[2, ["stop_lat", "stop_lon"]] = np.nan
    table = transit_isochrones(timetable, places(o=A), [20], AT_SEVEN, WALK)
    assert shapely.get_num_geometries(table.geometry.iloc[0]) == 2


def test_cells_count_by_the_share_inside() -> None:
    def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
        corner = 1_000_000, 2_000_000
        return shapely.affinity.translate(shapely.box(west, south, east, north), *corner)

    squares = [box(0, 0, 1000, 1000), shapely.MultiPolygon([box(0, 0, 500, 1000)])]
    both = shapely.MultiPolygon([box(0, 0, 500, 1000), box(900, 0, 1500, 1000)])
    areas = gpd.GeoDataFrame(
        {"place_id": "o", "mode": "car", "minutes": [1, 2, 3, 4.0], "status": "ok"},
        geometry=[*squares, both, shapely.MultiPolygon()],
        crs="EPSG:5179",
    )
    areas.loc[3, "status"] = "off_network"
    table = pd.DataFrame({"x": [1_000_500, 1_001_500], "y": 2_000_500, "population": [10, 100]})
    grid = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs="EPSG:5179"
    )
    assert cell_width_m(grid) == 1000
    found = population_within(areas, grid, cell_m=1000)
    assert found["population"].fillna(-1).tolist() == pytest.approx([10, 5, 6 + 50, -1])
    assert list(found) == ["place_id", "mode", "minutes", "population", "status"]
    whole = population_within(areas.drop(columns="mode"), grid)
    assert list(whole) == ["place_id", "minutes", "population", "status"]
    with pytest.raises(UsageError, match=r"cell_m: not a width above 0 \(0\)"):
        population_within(areas, grid, cell_m=0)
    with pytest.raises(UsageError, match="one cell does not tell how wide it is"):
        cell_width_m(grid[:1])


def test_shares_of_many_cells_are_those_of_each_alone() -> None:
    random = np.random.default_rng(4)
    x, y = random.uniform(1e6, 1.02e6, 60), random.uniform(2e6, 2.02e6, 60)
    area = shapely.union_all(shapely.buffer(shapely.points(x, y), 1500))
    columns, rows = np.meshgrid(np.arange(-2, 24), np.arange(-2, 24))
    centre_x, centre_y = 1e6 + 1000 * columns.ravel(), 2e6 + 1000 * rows.ravel()
    people = random.integers(1, 99, centre_x.size)
    grid = gpd.GeoDataFrame(
        {"population": people}, geometry=gpd.points_from_xy(centre_x, centre_y), crs="EPSG:5179"
    )
    areas = gpd.GeoDataFrame(
        {"place_id": ["o"], "minutes": [1.0], "status": ["ok"]}, geometry=[area], crs="EPSG:5179"
    )
    cells = shapely.box(centre_x - 500, centre_y - 500, centre_x + 500, centre_y + 500)
    expected = (people * shapely.area(shapely.intersection(cells, area)) / 1e6).sum()
    found = population_within(areas, grid, cell_m=1000)["population"][0]
    assert found == pytest.approx(expected, rel=1e-9)

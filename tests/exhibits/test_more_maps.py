"""The map of reach, the map of pilot regions, and networks and tiles on the map of places."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from toy_maps import CENTRES

from clustergeo.errors import UsageError
from clustergeo.exhibits import StudyFacts, StudyTables, places_map
from clustergeo.exhibits.maps.isochrone_map import isochrone_map
from clustergeo.exhibits.maps.leaflet import _polygons, _steps
from clustergeo.exhibits.maps.network_lines import NetworkLayers, network_lines, network_stops
from clustergeo.exhibits.maps.pilots_map import pilots_map
from clustergeo.exhibits.maps.reach import bands_of, generalised, reaches_of
from clustergeo.exhibits.maps.switches import Switch, SwitchSet, switches
from clustergeo.exhibits.maps.tiles import OSM_TILES, Tiles
from clustergeo.networks import load_timetable


def test_the_map_of_reach_states_shares_and_areas(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame
) -> None:
    before = isochrones.copy()
    page = isochrone_map(tables, isochrones, facts=facts, basemap=basemap, lang="en")
    assert isochrones.equals(before)
    assert page.caption == (
        "Area within 60 min by public transport is 1.0 % of that by car: Alpha 1.0 % · Beta 1.0 %"
    )
    text = page.content.decode()
    assert '<th scope="row">Alpha</th><td>1,000</td><td>4,000</td>' in text
    assert (
        '<th scope="row">Gamma</th><td>no timetabled trip</td><td>no timetabled trip</td>' in text
    )
    assert (
        "<b>Beta, Public transport, within 30 min<\\/b><br>나래, 대중교통, 30분 안<br>10 km²"
        in text
    )
    assert "evidence: estimated" in text
    again = isochrone_map(tables, isochrones, facts=facts, basemap=basemap, lang="en")
    assert again.content == page.content


def test_the_map_of_reach_takes_one_mode_other_times_or_nothing(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame, isochrones: gpd.GeoDataFrame
) -> None:
    cars = isochrones.loc[(isochrones["mode"] == "car") & (isochrones["minutes"] == 30)]
    page = isochrone_map(tables, cars, facts=facts, basemap=basemap, lang="en")
    assert (
        page.caption
        == "Area within 30 min, Car: Alpha 1,000 km² · Beta 1,000 km² · Gamma 1,000 km²"
    )
    none = isochrone_map(tables, isochrones.iloc[:0], facts=facts, basemap=basemap, lang="en")
    assert none.caption == "no value"
    unmatched = isochrones.loc[(isochrones["mode"] == "car") == (isochrones["place_id"] == "aa")]
    page = isochrone_map(tables, unmatched, facts=facts, basemap=basemap, lang="en")
    assert page.caption == "no value"


def test_a_generalised_area_is_light_near_and_holds_the_shorter_one(
    isochrones: gpd.GeoDataFrame,
) -> None:
    rough: BaseGeometry = shapely.Point(0, 0).buffer(30_000, quad_segs=3000)
    whole = shapely.get_exterior_ring(rough)
    rough = rough.difference(shapely.Point(9000, 0).buffer(5000))
    rough = rough.difference(shapely.Point(-9000, 0).buffer(200))
    rough = shapely.union(rough, shapely.Point(60_000, 0).buffer(300))
    light, off_m = generalised(rough)
    assert shapely.get_num_coordinates(light) <= 1200
    assert off_m == 60
    assert light.geom_type == "Polygon"
    assert shapely.get_num_interior_rings(light) == 1
    assert shapely.hausdorff_distance(shapely.get_exterior_ring(light), whole) < 60
    reaches, _ = reaches_of(isochrones)
    longer, shorter = reaches["aa", "car"]
    assert (longer.minutes, shorter.minutes) == (60, 30)
    assert longer.shape.covers(shorter.shape)
    _, lat = CENTRES["aa"]
    assert longer.top is not None
    assert np.isclose(longer.top[0], lat + 0.2, atol=0.002)
    assert reaches["cc", "transit"][0].top is None
    assert len({*bands_of([10, 20, 40, 80, 160]).values()}) == 4


def test_shapes_are_written_as_steps_that_lead_back_to_their_points() -> None:
    rng = np.random.default_rng(7)
    points = np.round(rng.uniform(33, 130, (40, 2)), 3)
    steps = np.array(_steps(shapely.LineString(points))).reshape(-1, 2)
    assert np.allclose(steps.cumsum(axis=0) / 1000, points)
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.2, 0.2, 0.4, 0.4))
    tiny = shapely.box(5, 5, 5.0001, 5.0001)
    line = shapely.LineString([(0, 0), (1, 1)])
    written = _polygons(shapely.GeometryCollection([ring, tiny, line]))
    assert [len(polygon) for polygon in written] == [2]


def test_the_map_of_pilots_counts_and_lists(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    page = pilots_map(tables, facts=facts, basemap=basemap, lang="en")
    assert page.caption == (
        "Pilot municipalities nearer to the capital than to any cluster: "
        "Public transport 1 of 2, Car 0 of 1"
    )
    text = page.content.decode()
    assert "2 projects, 182 hundred million won (budget unknown: 1)" in text
    row = re.search(r'<th scope="row">M one</th>(.*?)</tr>', text)
    assert row is not None
    assert row.group(1) == (
        '<td>182</td><td>100</td><td class="ratio-farther">160</td>'
        '<td>90</td><td class="ratio-near">45</td>'
    )
    for part in ("★ 200 · ◉ 100 min", "Car → capital: no road leads there", "하나시 → 가람"):
        assert part in text
    assert "셋시" not in text
    assert page.content == pilots_map(tables, facts=facts, basemap=basemap, lang="en").content


def test_the_map_of_pilots_draws_what_there_is(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    bare = pilots_map(replace(tables, pilot_regions=None), facts=facts, basemap=basemap, lang="en")
    assert bare.caption == "2 pilot municipalities"
    none = replace(tables, projects=None)
    assert pilots_map(none, facts=facts, basemap=basemap).caption.endswith(
        "대중교통 0개 중 0개, 승용차 0개 중 0개"
    )


def test_partners_of_a_project_are_named_and_equal_budgets_said(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    assert tables.projects is not None
    assert tables.municipalities is not None
    shared = replace(
        tables,
        projects=tables.projects.assign(total_expense_100m_krw=["182", "181"]),
        municipalities=tables.municipalities.assign(project_id=["1", "1", "2"]),
    )
    text = pilots_map(shared, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "Municipality: M one, M two" in text
    assert "nearly equal, about 182" in text
    assert "2 projects, 363 hundred million won" in text


def test_networks_lie_under_the_places_and_in_the_switches(
    tables: StudyTables,
    facts: StudyFacts,
    basemap: gpd.GeoDataFrame,
    networks: NetworkLayers,
) -> None:
    page = places_map(
        tables, facts=facts, basemap=basemap, networks=networks, lang="en"
    ).content.decode()
    for key in ("brt_line", "rail_stop", "brt_stop"):
        assert f'data-key="{key}"' in page
    assert "metro" not in page
    assert "Lines: KTX" in page
    bare = places_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "brt" not in bare


def test_lines_and_stops_of_the_shipped_timetable() -> None:
    timetable = load_timetable()
    lines = network_lines(timetable, brt=["B1"])
    assert set(lines["kind"]) == {"metro", "brt"}
    assert lines.set_index("route_id").loc["B1", "name_ko"].startswith("대전역")
    west, south, east, north = lines.loc[lines["route_id"] == "B1"].total_bounds
    assert 127.2 < west < east < 127.5
    assert 36.3 < south < north < 36.7
    stops = network_stops(timetable, brt=["B1"])
    assert not stops.duplicated(["kind", "stop_id"]).any()
    osong = stops.loc[(stops["kind"] == "rail") & (stops["name_ko"] == "오송역")]
    assert len(osong) == 1
    assert {"KTX", "SRT"} <= set(osong["lines"].iloc[0].split(", "))


def test_tiles_are_asked_only_where_the_study_says_so_and_only_that_host(
    tables: StudyTables, facts: StudyFacts, basemap: gpd.GeoDataFrame
) -> None:
    without = places_map(tables, facts=facts, basemap=basemap, lang="en").content.decode()
    assert "openstreetmap.org" not in without
    page = places_map(tables, facts=facts, basemap=basemap, tiles=OSM_TILES, lang="en")
    text = page.content.decode()
    assert "img-src data: https://tile.openstreetmap.org; " in text
    assert re.search(r'data-key="tiles"> ', text)  # off at first
    assert "Asks https://tile.openstreetmap.org for pictures" in text
    assert "© OpenStreetMap contributors · Leaflet" in text


@pytest.mark.parametrize(
    "url",
    [
        "https://tile.example/{z}/{x}.png",
        "https://{s}.tile.example/{z}/{x}/{y}.png",
        "javascript:alert({x}{y}{z})",
        "https://tile.example; script-src */{z}/{x}/{y}",
        "https://tile.example/{z}/{x}/{y}.png'</script>",
    ],
)
def test_an_address_that_is_none_of_tiles_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="not an address of map tiles"):
        Tiles(url, "")


def test_of_a_choice_the_first_set_takes_its_own_name_and_empty_sets_are_left_out() -> None:
    made = switches(
        [
            SwitchSet("Empty", []),
            SwitchSet("One", [Switch("a", "A", on=False, note="n<")], choice=True),
            SwitchSet("Two", [Switch("b", "B")]),
        ]
    )
    assert "Empty" not in made
    assert 'type="radio" name="set0" data-key="a">' in made
    assert "<small>n&#60;</small>" in made
    assert 'type="checkbox" data-key="b" checked' in made

"""The embedded tables: complete, checked, and faithful to what was published."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from clustergeo._files import read_csv
from clustergeo.errors import SchemaError
from clustergeo.places import (
    load_all_places,
    load_anchors,
    load_clusters,
    load_municipalities,
    load_pilot_projects,
    load_places,
    load_population,
    load_population_grid,
    load_sites,
    points,
)
from clustergeo.schemas.places import KINDS, PLACES
from clustergeo.settings import data_path

CLUSTERS = ["daedeok", "osong", "ochang", "sejong"]
CAPITAL_POINTS = [
    "seoul_station",
    "gangnam",
    "suseo",
    "express_bus_terminal",
    "yeouido",
    "city_hall",
    "pangyo",
]


def test_the_four_clusters_carry_point_designation_and_people() -> None:
    clusters = load_clusters().set_index("place_id")
    assert clusters.index.tolist() == CLUSTERS
    assert clusters["employees"].tolist() == [91_886, 22_000, 18_840, 18_449]
    assert clusters["completed"].tolist() == [1992, 2008, 2002, 2014]
    assert clusters["area_km2"].tolist() == [67.8, 4.63, 9.45, 464.9]
    assert clusters["firms"].isna().tolist() == [False, False, False, True]
    assert clusters.loc["osong", "employees_evidence"] == "estimated"
    assert (clusters["kind"] == "cluster").all()
    assert clusters["cluster_id"].tolist() == CLUSTERS


def test_every_site_belongs_to_a_cluster_and_is_named_after_it() -> None:
    sites = load_sites()
    assert len(sites) == 21
    assert set(sites["cluster_id"]) == set(CLUSTERS)
    for place_id, cluster_id in zip(sites["place_id"], sites["cluster_id"], strict=True):
        assert place_id.startswith(f"{cluster_id}_")


def test_the_reference_points_of_the_capital_are_there() -> None:
    anchors = load_anchors().set_index("place_id")
    assert (anchors.loc[CAPITAL_POINTS, "kind"] == "capital").all()
    assert anchors["category"].value_counts().to_dict() == {
        "hub": 21,
        "interchange": 21,
        "capital": 16,
    }
    assert anchors.loc["cheonan_asan", "kind"] == "anchor"
    assert "railway station" in str(anchors.loc["cheongju_airport", "note"])


def test_thirteen_municipalities_stand_behind_eleven_projects() -> None:
    halls, projects = load_municipalities(), load_pilot_projects()
    assert (len(halls), len(projects)) == (13, 11)
    named = [name.strip() for cell in projects["municipalities"] for name in cell.split(";")]
    assert named == halls["municipality_id"].tolist()
    assert halls["project_id"].is_monotonic_increasing
    assert set(halls["project_id"]) == set(projects["project_id"])
    assert halls.loc[halls["municipality_id"] == "cheongju", "kostat_code_2018"].tolist() == [
        "33041-33044"
    ]


def test_the_pilot_table_adds_up_as_printed() -> None:
    projects = load_pilot_projects()
    assert projects["total_expense_100m_krw"].sum() == 2_307
    assert projects["national_budget_100m_krw"].sum() == 1_000
    assert projects["ministries"].value_counts().to_dict() == {2: 3, 3: 5, 4: 3}
    assert projects["sector"].value_counts().tolist() == [4, 4, 3]
    counted = projects["assisting_ministries"].str.count(";") + 2
    assert counted.tolist() == projects["ministries"].tolist()
    assert projects.loc[1, "region"] == "Gwangju Gwangsan County"


def test_no_id_stands_in_two_tables() -> None:
    aside = read_csv(data_path("places", "unlocated.csv"))["place_id"].tolist()
    ids = load_all_places()["place_id"].tolist() + aside
    assert len(ids) == len(set(ids)) == 96 + 7


def test_places_without_a_trustworthy_point_are_set_aside_by_name() -> None:
    aside = read_csv(data_path("places", "unlocated.csv"))
    assert aside["place_id"].tolist() == [
        "daedeok_krict",
        "daedeok_kribb",
        "daedeok_cnu",
        "osong_kbio",
        "ochang_kbsi",
        "ochang_kribb",
        "ochang_synchrotron",
    ]
    assert aside["reason"].ne("").all()


def test_all_places_keep_the_contract_and_lie_where_they_should() -> None:
    places = load_all_places()
    assert list(places.columns) == [*PLACES.names, "geometry"]
    assert places.crs == "EPSG:4326"
    assert places.index.tolist() == list(range(len(places)))
    assert set(places["kind"]) == set(KINDS) - {"place"}
    assert not (places[["name_en", "name_ko", "source"]] == "").to_numpy().any()
    assert places["accuracy_m"].isin([50, 300, 1000]).all()
    west, south, east, north = places.total_bounds
    assert 126 < west < east < 130
    assert 33 < south < north < 38


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ("daedeok_kaist", "osong_station", 28.2),
        ("daedeok_dtv", "osong_station", 22.6),
        ("sejong", "seoul_station", 120.0),
        ("sejong", "osong_station", 14.4),
        ("ochang", "suseo", 90.0),
    ],
)
def test_distances_between_places_are_those_published(
    one: str, other: str, kilometres: float
) -> None:
    at = load_all_places().set_index("place_id").geometry.loc[[one, other]]
    metres = Geod(ellps="WGS84").line_lengths(at.x, at.y)[0]
    assert metres / 1000 == pytest.approx(kilometres, abs=0.5)


def test_evidence_follows_accuracy_and_confidence() -> None:
    places = load_all_places()
    assert places["evidence"].value_counts().to_dict() == {
        "published": 48,
        "derived": 47,
        "estimated": 1,
    }
    assert (places.loc[places["evidence"] == "published", "accuracy_m"] == 50).all()


def test_every_loader_gives_the_contract_first_and_its_own_columns_after() -> None:
    for table in (load_clusters(), load_sites(), load_anchors(), load_municipalities()):
        assert isinstance(table, gpd.GeoDataFrame)
        assert list(table.columns[: len(PLACES.names) + 1]) == [*PLACES.names, "geometry"]
        assert len(table.columns) > len(PLACES.names) + 1
        assert {str(table.dtypes[name]) for name in ("kind", "cluster_id", "source")} == {"object"}


def test_loading_twice_gives_equal_tables() -> None:
    pd.testing.assert_frame_equal(load_all_places(), load_all_places())


def test_an_embedded_table_reads_as_a_plain_file_of_places_too() -> None:
    places = load_places(data_path("places", "sites.csv"))
    assert places["place_id"].tolist() == load_sites()["place_id"].tolist()
    assert set(places["kind"]) == {"place"}


def test_an_id_in_two_tables_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "load_sites", load_clusters)
    with pytest.raises(SchemaError, match=r"place_id in two tables \(daedeok, osong, ochang, sej"):
        load_all_places()


def test_the_population_adds_up_to_the_country() -> None:
    population = load_population()
    assert (len(population), population["population_total"].sum()) == (250, 50_789_234)
    assert population["population"].sum() == 50_668_342
    assert population["code"].str.len().eq(5).all()


def test_the_grid_adds_up_to_the_same_and_lies_in_degrees() -> None:
    grid = load_population_grid()
    assert (len(grid), grid["population"].sum()) == (23_731, 50_789_234)
    assert grid.crs == "EPSG:4326"
    assert (grid["x"] % 2000 == 1000).all()
    back = grid.geometry.head(50).to_crs("EPSG:5179")
    assert np.allclose(back.x, grid["x"].head(50), atol=1e-3)
    assert np.allclose(back.y, grid["y"].head(50), atol=1e-3)

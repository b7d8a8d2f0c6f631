"""The isolation table on a world of two clusters and two points of the capital, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    IsolationRules,
    Masses,
    Surroundings,
    cluster_masses,
    components,
    isolation_table,
    load_indices,
    peers_table,
    people_near,
    people_rows,
    people_within_km,
)
from clustergeo.indices.measure import REASONS
from clustergeo.places import load_clusters
from clustergeo.schemas.results import ISOLATION
from clustergeo.times import TravelTimes

CLUSTERS, CAPITAL = ("a", "b"), ("s", "t")
ROWS = [
    ("a", "b", 40.0, 30_000.0, "derived"),
    ("a", "s", 80.0, 90_000.0, "estimated"),
    ("a", "t", 60.0, 80_000.0, "derived"),
    ("b", "a", 50.0, 30_000.0, "published"),
    ("b", "s", 25.0, 40_000.0, "derived"),
    ("b", "t", np.nan, np.nan, ""),
    ("c", "a", 100.0, 60_000.0, "derived"),
    ("c", "b", 20.0, 50_000.0, "derived"),
    ("c", "s", 10.0, 10_000.0, "derived"),
    ("c", "t", 30.0, 20_000.0, "derived"),
]


@pytest.fixture
def times() -> pd.DataFrame:
    columns = ["from_id", "to_id", "minutes", "distance_m", "evidence"]
    parts = {"access_min": 5.0, "egress_min": 5.0, "status": "ok"}
    return pd.DataFrame(ROWS, columns=columns).assign(mode="car", **parts)


@pytest.fixture
def around() -> Surroundings:
    km = pd.DataFrame(
        [[0, 20, 60, 50], [20, 0, 30, 40], [60, 30, 0, 5], [50, 40, 5, 0]],
        index=[*CLUSTERS, *CAPITAL],
        columns=[*CLUSTERS, *CAPITAL],
        dtype=float,
    )
    jobs = Masses(
        name="workers",
        figures=pd.Series({"a": 100.0, "b": 300.0}),
        evidence=pd.Series({"a": "published", "b": "estimated"}),
        unit="people employed",
    )
    return Surroundings(masses={"workers": jobs}, distances_km=km)


def values(table: pd.DataFrame, cluster: str, weights: str = "") -> dict[str, float]:
    rows = table.loc[(table["cluster_id"] == cluster) & (table["weights"] == weights)]
    return dict(zip(rows["index"], rows["value"], strict=True))


def test_the_table_holds_each_measure_of_each_cluster_once(
    times: pd.DataFrame, around: Surroundings
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around)
    assert not table.duplicated(list(ISOLATION.key)).any()
    found = values(table, "a")
    by_hand = {
        "to_b": 40.0,
        "to_s": 80.0,
        "to_t": 60.0,
        "to_nearest_cluster": 40.0,
        "to_capital_fastest": 60.0,
        "capital_ratio": 40 / 60,
        "capital_margin": -20.0,
        "location_indicator": 40.0,
        "closeness": 1 / 40,
        "harmonic_closeness": 1 / 40,
        "crow_fly_speed": 30.0,
        "route_efficiency": 130 / 30,
        "circuity": 1.5,
        "straightness": 2 / 3,
        "relative_detour": 1.5 / ((90 + 80) / (60 + 50)),
    }
    assert {name: found[name] for name in by_hand} == pytest.approx(by_hand)
    weighted = values(table, "a", "workers")
    half = 0.5 ** (40 / 45)
    by_hand = {
        "potential": 300 * half,
        "cumulative": 300.0,
        "daily_accessibility": 300.0,
        "dual_access": 40.0,
        "location_indicator": 40.0,
        "inside_to_capital_impedance": half / 0.5 ** (60 / 45),
        "inside_to_capital_speed": 30.0 / 50.0,
    }
    assert {name: weighted[name] for name in by_hand} == pytest.approx(by_hand)
    assert values(table, "b", "workers")["potential"] == pytest.approx(100 * 0.5 ** (50 / 45))
    region = values(table, "region")
    assert region["global_efficiency"] == pytest.approx((1 / 40 + 1 / 50) / 2)
    ideal = 130 / 60 / 20
    assert region["global_efficiency_normalised"] == pytest.approx((1 / 40 + 1 / 50) / 2 / ideal)


def test_every_measure_is_in_the_catalogue_under_its_unit(
    times: pd.DataFrame, around: Surroundings
) -> None:
    both = pd.concat([times, times.assign(mode="transit")], ignore_index=True)
    table = isolation_table(both, CLUSTERS, CAPITAL, around)
    known = load_indices()
    for index, unit in table[["index", "unit"]].drop_duplicates().itertuples(index=False):
        if index not in known:
            assert index in {f"to_{place}" for place in (*CLUSTERS, *CAPITAL)}
        else:
            assert unit == known[index].unit, index
    assert "circuity" not in set(table.loc[table["mode"] == "transit", "index"])
    assert "interconnectivity" not in set(table.loc[table["mode"] == "car", "index"])


def test_a_value_has_no_reason_and_a_blank_has_one(
    times: pd.DataFrame, around: Surroundings
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around)
    blank = table["value"].isna()
    assert blank.any()
    assert set(table.loc[blank, "reason"]) <= set(REASONS)
    assert (table.loc[~blank, "reason"] == "").all()
    assert (table.loc[blank, "evidence"] == "").all()
    rows = table.set_index(["cluster_id", "index", "weights"])["reason"]
    assert rows["b", "to_t", ""] == "no_trip"
    assert rows["a", "share_capital_faster", ""] == "not_applicable"
    assert rows["a", "inside_to_capital_mass", "workers"] == "not_applicable"


def test_evidence_is_the_weakest_of_trips_and_masses(
    times: pd.DataFrame, around: Surroundings
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around)
    grade = table.set_index(["cluster_id", "index", "weights"])["evidence"]
    assert grade["b", "to_a", ""] == "published"
    assert grade["a", "to_b", ""] == "derived"
    assert grade["a", "capital_ratio", ""] == "estimated"  # one of the capital's points is
    assert grade["b", "capital_ratio", ""] == "derived"
    assert grade["a", "potential", "workers"] == "estimated"  # the workers of b are
    assert grade["b", "potential", "workers"] == "published"
    assert grade["region", "global_efficiency", ""] == "derived"


def test_what_is_not_at_hand_is_blank_and_what_has_no_masses_counts_places(
    times: pd.DataFrame,
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL)
    rows = table.set_index(["cluster_id", "index", "weights"])
    assert rows.loc[("a", "route_efficiency", ""), "reason"] == "not_applicable"
    assert rows.loc[("region", "global_efficiency_normalised", ""), "reason"] == "not_applicable"
    assert rows.loc[("a", "least_hub_detour", ""), "reason"] == "not_applicable"
    assert rows.loc[("a", "cumulative", ""), "value"] == 1.0
    assert set(table["weights"]) == {""}


def test_a_missing_figure_blanks_what_needs_it_and_nothing_else(
    times: pd.DataFrame, around: Surroundings
) -> None:
    jobs = around.masses["workers"]
    lacking = replace(jobs, figures=pd.Series({"a": 100.0, "b": np.nan}))
    table = isolation_table(times, CLUSTERS, CAPITAL, replace(around, masses={"workers": lacking}))
    rows = table.set_index(["cluster_id", "index", "weights"])
    assert rows.loc[("a", "potential", "workers"), "reason"] == "not_applicable"
    assert rows.loc[("b", "potential", "workers"), "value"] > 0  # needs the figure of a alone
    # It is scaled to the others, so that nobody has one.
    assert rows.loc[("b", "peripherality", "workers"), "reason"] == "not_applicable"


def test_only_what_is_asked_for_is_computed(times: pd.DataFrame, around: Surroundings) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around, only=["capital_ratio"])
    assert set(table["index"]) == {"capital_ratio"}
    region = isolation_table(times, CLUSTERS, CAPITAL, around, only=["global_efficiency"])
    assert region["cluster_id"].tolist() == ["region"]
    gap = isolation_table(times, CLUSTERS, CAPITAL, around, only=["rank_gap_to_potential"])
    assert set(gap["index"]) == {"rank_gap_to_potential"}
    with pytest.raises(MeasureError, match=r"no such measure \(nonsense\)"):
        isolation_table(times, CLUSTERS, CAPITAL, around, only=["nonsense"])


def test_the_composite_is_that_of_its_components(
    times: pd.DataFrame, around: Surroundings
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around)
    rows = table.set_index(["cluster_id", "index", "weights"])["value"]
    # Of two places the more isolated one is 1/1.4826 above the median of each component.
    sign = {"high": 1, "low": -1}
    score = np.mean(
        [
            sign[load_indices()[part.index_id].isolated]
            * np.sign(
                rows["a", part.index_id, part.weights] - rows["b", part.index_id, part.weights]
            )
            for part in components()
        ]
    )
    assert rows["a", "composite", ""] == pytest.approx(score / 1.482602218505602)
    assert rows["a", "composite", ""] == pytest.approx(-rows["b", "composite", ""])
    assert rows["a", "composite_rank_low", ""] <= rows["a", "composite_rank", ""]
    assert rows["a", "composite_rank", ""] <= rows["a", "composite_rank_high", ""]


def test_the_rank_gap_tells_where_location_and_network_disagree(
    times: pd.DataFrame, around: Surroundings
) -> None:
    table = isolation_table(times, CLUSTERS, CAPITAL, around)
    rows = table.set_index(["cluster_id", "index", "weights"])["value"]
    # By potential b is the more isolated (100 workers in reach against 300), by efficiency too.
    assert rows["b", "rank_gap_to_potential", ""] == 0
    far = replace(around, distances_km=around.distances_km.copy())
    assert far.distances_km is not None
    far.distances_km.loc["b", "a"] = 60.0  # as if b had the faster way
    other = isolation_table(times, CLUSTERS, CAPITAL, far)
    gap = other.set_index(["cluster_id", "index", "weights"])["value"]
    assert gap["b", "rank_gap_to_potential", ""] == 1
    assert gap["a", "rank_gap_to_potential", ""] == -1


def test_a_hub_is_told_by_the_least_detour(times: pd.DataFrame, around: Surroundings) -> None:
    hub = [("a", "h", 22.0), ("h", "b", 20.0), ("b", "h", 40.0), ("h", "a", 40.0)]
    more = pd.DataFrame(hub, columns=["from_id", "to_id", "minutes"]).assign(
        mode="car", distance_m=1.0, evidence="derived", access_min=0.0, egress_min=0.0, status="ok"
    )
    both = pd.concat([times, more], ignore_index=True)
    table = isolation_table(both, CLUSTERS, CAPITAL, replace(around, hubs=("h", "unknown")))
    rows = table.set_index(["cluster_id", "index", "weights"])["value"]
    assert rows["a", "least_hub_detour", ""] == pytest.approx(42 / 40)
    assert rows["b", "least_hub_detour", ""] == pytest.approx(80 / 50)
    # The nearest point of the capital and the nearest hub: two classes, scaled to fifteen.
    assert rows["a", "remoteness", ""] == pytest.approx((60 / 42.5 + 22 / 31) * 15 / 6)


def test_the_share_of_departures_needs_the_samples(times: pd.DataFrame) -> None:
    minutes = np.array(
        [[[0.0, 0.0], [40.0, 70.0], [80.0, 60.0]], [[50.0, 50.0], [0, 0], [25, 60]]]
    )
    samples = TravelTimes("car", times, minutes, CLUSTERS, ("a", "b", "s"))
    table = isolation_table(times, CLUSTERS, ["s"], samples={"car": samples})
    share = table.loc[table["index"] == "share_capital_faster", "value"]
    assert share.tolist() == [0.5, 0.5]


def test_without_clusters_there_are_no_rows(times: pd.DataFrame) -> None:
    assert isolation_table(times, [], CAPITAL).empty
    assert isolation_table(times.iloc[:0], CLUSTERS, CAPITAL).empty


def test_inputs_are_left_alone(times: pd.DataFrame, around: Surroundings) -> None:
    before, km = times.copy(), around.distances_km.copy()
    isolation_table(times, CLUSTERS, CAPITAL, around)
    pd.testing.assert_frame_equal(times, before)
    pd.testing.assert_frame_equal(around.distances_km, km)


def test_wrong_rules_are_refused_all_at_once() -> None:
    with pytest.raises(MeasureError) as refused:
        IsolationRules(weights=("money",), ideal_kph=0, limit_min=float("nan"))
    assert len(refused.value.faults) == 3
    with pytest.raises(MeasureError, match="no function of this name"):
        IsolationRules(decay="nonsense")


def test_masses_are_those_of_the_table_and_none_is_made_up() -> None:
    clusters = load_clusters()
    masses = cluster_masses(clusters)
    assert masses["workers"].figures.to_dict() == {
        "daedeok": 91886.0,
        "osong": 22000.0,
        "ochang": 18840.0,
        "sejong": 18449.0,
    }
    assert masses["institutions"].missing(clusters["place_id"]) == ("sejong",)
    assert masses["institutions"].evidence["sejong"] == ""
    with pytest.raises(MeasureError, match=r"mine\.csv, firms: column missing"):
        cluster_masses(clusters.drop(columns="firms"), file="mine.csv")


def cells(people: list[int], x_m: list[float]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([1e6 + x for x in x_m], [2e6] * len(x_m))
    return gpd.GeoDataFrame({"population": people}, geometry=points, crs="EPSG:5179")


def spots(ids: list[str], x_m: list[float]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([1e6 + x for x in x_m], [2e6] * len(x_m))
    return gpd.GeoDataFrame({"place_id": ids}, geometry=points, crs="EPSG:5179")


def test_nobody_lives_around_two_places_at_once() -> None:
    grid = cells([1, 10, 100, 1000], [0, 5_000, 6_000, 30_000])
    two = spots(["a", "b"], [0, 10_000])
    # The second cell is as near to b as to a: it counts for a, the first.
    assert people_near(two, grid).figures.to_dict() == {"a": 11.0, "b": 100.0}
    assert people_near(two, grid, radius_km=25).figures.sum() == 1111.0
    assert people_within_km(two, grid, radius_km=10).to_dict() == {"a": 111.0, "b": 111.0}
    assert people_near(two.iloc[:0], grid).figures.empty
    with pytest.raises(MeasureError, match="not a number above 0"):
        people_near(two, grid, radius_km=0)


def isochrones(status: str = "ok", limits: tuple[float, ...] = (60.0, 90.0)) -> gpd.GeoDataFrame:
    areas = [shapely.box(1e6 - 1, 2e6 - 1, 1e6 + x, 2e6 + 1) for x in (10_000, 20_000)]
    return gpd.GeoDataFrame(
        {"place_id": "a", "mode": "car", "minutes": limits, "status": status},
        geometry=areas[: len(limits)],
        crs="EPSG:5179",
    )


def test_people_within_reach_and_within_the_circle() -> None:
    grid = cells([1, 10, 100, 1000], [0, 15_000, 100_000, 130_000])
    rows = people_rows(isochrones(), spots(["a"], [0]), grid)
    assert rows["value"].tolist() == pytest.approx([1.0, 11.0, 100 * 11 / 111])
    assert rows["evidence"].tolist() == ["estimated"] * 3
    off = people_rows(isochrones("off_network"), spots(["a"], [0]), grid)
    assert off["reason"].tolist() == ["no_trip"] * 3
    empty = people_rows(isochrones(), spots(["a"], [0]), cells([5], [500_000]))
    assert empty["reason"].tolist() == ["", "", "zero_mass"]
    with pytest.raises(MeasureError, match="no area of 90 minutes"):
        people_rows(isochrones(limits=(60.0,)), spots(["a"], [0]), grid)


def test_people_stand_in_the_table_of_their_mode(
    times: pd.DataFrame, around: Surroundings
) -> None:
    grid = cells([1, 10], [0, 15_000])
    people = people_rows(isochrones(), spots(["a"], [0]), grid)
    table = isolation_table(times, CLUSTERS, CAPITAL, replace(around, people=people))
    assert values(table, "a", "population")["people_within_90_min"] == 11.0
    only = ["people_within_60_min"]
    few = isolation_table(times, CLUSTERS, CAPITAL, replace(around, people=people), only=only)
    assert few["index"].tolist() == only


def test_peers_are_ranked_among_all(times: pd.DataFrame, around: Surroundings) -> None:
    km = around.distances_km
    assert km is not None
    km = km.reindex(index=[*km.index, "c"], columns=[*km.columns, "c"]).fillna(25.0)
    places = gpd.GeoDataFrame(
        {
            "place_id": ["a", "b", "c"],
            "kind": ["cluster", "cluster", "place"],
            "name_en": ["A", "B", "C"],
            "name_ko": "",
        }
    )
    table = peers_table(times, places, CLUSTERS, CAPITAL, replace(around, distances_km=km))
    rows = table.set_index(["place_id", "index", "weights"])
    # Ratios: a 2/3, b 50/25, c 20/10.
    ratio = [rows.loc[(place, "capital_ratio", ""), "rank"] for place in "abc"]
    assert ratio == [3.0, 1.0, 1.0]
    share = [rows.loc[(place, "capital_ratio", ""), "percentile"] for place in "abc"]
    assert share == [0.0, 50.0, 50.0]
    assert rows.loc[("c", "location_indicator", "workers"), "value"] == pytest.approx(
        (100 * 100 + 300 * 20) / 400
    )
    blank = rows.loc[("a", "inside_to_capital_mass", "workers")]
    assert (blank["of"], blank["reason"]) == (0, "not_applicable")
    assert np.isnan(blank["percentile"])
    assert peers_table(times.iloc[:0], places, CLUSTERS, CAPITAL).empty


def test_a_single_place_has_no_percentile(times: pd.DataFrame) -> None:
    one: Any = gpd.GeoDataFrame(
        {"place_id": ["a"], "kind": "cluster", "name_en": "", "name_ko": ""}
    )
    table = peers_table(times, one, CLUSTERS, CAPITAL)
    assert table["percentile"].isna().all()
    assert (table.loc[table["value"].notna(), "rank"] == 1).all()

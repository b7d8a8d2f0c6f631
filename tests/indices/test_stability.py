"""Ranks under settings and over samples, by hand and by brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustergeo.errors import MeasureError
from clustergeo.indices import (
    BASE,
    at_share,
    each_point,
    rank_stability,
    ranks,
    resampled_ranks,
    sampled_measures,
    stability_summary,
    with_samples,
    with_sites,
)
from clustergeo.times import TravelTimes


def isolation(values: dict[str, list[float]], weights: str = "") -> pd.DataFrame:
    """Return an isolation table of clusters a, b, c by car."""
    rows = [
        {
            "cluster_id": cluster,
            "mode": "car",
            "index": index,
            "weights": weights,
            "value": value,
            "unit": "1",
        }
        for index, own in values.items()
        for cluster, value in zip("abc", own, strict=True)
    ]
    return pd.DataFrame(rows)


TABLES = [
    (BASE, BASE, isolation({"capital_ratio": [0.5, 0.9, 0.7], "closeness": [0.3, 0.1, 0.2]})),
    ("window", "17:00-19:00", isolation({"capital_ratio": [0.95, 0.9, 0.7]})),
    ("window", "20:00-22:00", isolation({"capital_ratio": [0.5, np.nan, 0.7]})),
    ("wait", "plan", isolation({"closeness": [0.3, 0.1, 0.1]})),
]


def test_ranks_run_from_the_isolated_end() -> None:
    values = pd.Series([1.0, 3.0, np.nan, 3.0 + 1e-12], list("abcd"))
    assert ranks(values, "high").fillna(0).tolist() == [3, 1, 0, 1]
    assert ranks(values, "low").fillna(0).tolist() == [1, 2, 0, 2]


def test_each_setting_ranks_each_cluster() -> None:
    table = rank_stability(TABLES, "abc")
    found = {
        (setting, index): rows.set_index("cluster_id")["rank"].tolist()
        for (setting, index), rows in table.groupby(["setting", "index"])
    }
    assert found[BASE, "capital_ratio"] == [3, 1, 2]
    assert found[BASE, "closeness"] == [3, 1, 2]  # low is isolated
    assert found["17:00-19:00", "capital_ratio"] == [1, 2, 3]
    assert np.isnan(found["20:00-22:00", "capital_ratio"]).all()  # one has no value
    assert found["plan", "closeness"] == [3, 1, 1]


def test_what_is_no_ranking_is_left_out() -> None:
    table = isolation({"to_s": [1.0, 2.0, 3.0], "composite_rank_low": [1.0, 2.0, 3.0]})
    region = isolation({"global_efficiency": [1.0, 2.0, 3.0]}).assign(cluster_id="region")
    both = pd.concat([table, region.iloc[:1]])
    assert rank_stability([(BASE, BASE, both)], "abc").empty
    assert rank_stability([], "abc").empty
    assert stability_summary(rank_stability([], "abc")).empty


def test_the_summary_says_how_far_ranks_move_and_what_moves_them() -> None:
    summary = stability_summary(rank_stability(TABLES, "abc"))
    rows = summary.set_index(["dimension", "cluster_id"])
    whole = rows.loc[("all", "a")]
    assert (whole["rankings"], whole["best_rank"], whole["worst_rank"]) == (4, 1, 3)
    assert whole["first_share"] == 0.25
    assert whole["changed_share"] == 0.25
    assert whole["changed_by"] == "window 17:00-19:00 (1)"
    assert rows.loc[("wait", "b"), "changed_by"] == ""
    assert rows.loc[("wait", "c"), "changed_by"] == "wait plan (1)"
    assert rows.loc[(BASE, "a"), "changed_share"] == 0


def test_measures_that_disagree_in_the_study_are_named() -> None:
    base = isolation({name: [1.0, 2.0, 3.0] for name in ("capital_ratio", "capital_margin")})
    other = isolation({"location_indicator": [3.0, 2.0, 1.0]})
    summary = stability_summary(
        rank_stability([(BASE, BASE, pd.concat([base, other]))], "abc")
    ).set_index(["dimension", "cluster_id"])
    assert summary.loc[(BASE, "a"), "changed_by"] == "location_indicator (1)"
    assert summary.loc[(BASE, "b"), "changed_by"] == ""


def test_many_movers_are_counted() -> None:
    moved = [("site", f"s{i}", isolation({"capital_ratio": [2.0, 1.0, 0.0]})) for i in range(9)]
    base = (BASE, BASE, isolation({"capital_ratio": [0.0, 1.0, 2.0]}))
    summary = stability_summary(rank_stability([base, *moved], "abc"))
    said = summary.set_index(["dimension", "cluster_id"]).loc[("site", "a"), "changed_by"]
    assert said.endswith("; and 3 more")


def test_a_setting_that_the_study_lacks_has_nothing_to_change_from() -> None:
    table = rank_stability([("wait", "plan", TABLES[0][2])], "abc")
    summary = stability_summary(table)
    assert summary["changed_share"].isna().all()


def brute_force(samples: pd.DataFrame, isolated: str) -> dict[str, Counter[int]]:
    """Return the exact distribution of ranks over all ways to draw the rows, by place."""
    rows = samples.fillna(np.inf if isolated == "high" else -np.inf).to_numpy().tolist()
    found: dict[str, Counter[int]] = {str(place): Counter() for place in samples}
    for drawn in itertools.product(rows, repeat=len(rows)):
        medians = [sorted(column)[(len(rows) - 1) // 2] for column in zip(*drawn, strict=True)]
        for place, mine in zip(found, medians, strict=True):
            beyond = [m > mine if isolated == "high" else m < mine for m in medians]
            found[place][1 + sum(beyond)] += 1
    return found


@given(
    values=st.lists(
        st.lists(st.integers(1, 9) | st.none(), min_size=3, max_size=3), min_size=1, max_size=4
    ),
    isolated=st.sampled_from(["high", "low"]),
)
def test_few_samples_are_drawn_in_every_way(values: list[list[int | None]], isolated: str) -> None:
    samples = pd.DataFrame(values, columns=list("abc"), dtype=float)
    found = resampled_ranks(samples, isolated=isolated)
    for place, counts in brute_force(samples, isolated).items():
        total = sum(counts.values())
        for name, at in (("low", Fraction(5, 100)), ("high", Fraction(95, 100))):
            reached, expected = Fraction(0), 0
            for rank in sorted(counts):
                reached += Fraction(counts[rank], total)
                expected = rank
                if reached >= at:
                    break
            assert found.loc[place, name] == expected
        assert found.loc[place, "first_share"] == pytest.approx(counts[1] / total)


def test_many_samples_are_bootstrapped_by_seed() -> None:
    rng = np.random.default_rng(3)
    samples = pd.DataFrame(rng.normal([50, 51, 90], 5, (200, 3)), columns=list("abc"))
    one, two = (resampled_ranks(samples, isolated="high", draws=400) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert one.loc["c"].tolist() == pytest.approx([1, 1, 1, 1])
    assert one.loc["a", "low"] <= one.loc["a", "rank"] <= one.loc["a", "high"]
    with pytest.raises(MeasureError, match="no samples"):
        resampled_ranks(samples.iloc[:0], isolated="high")


@pytest.fixture
def found() -> TravelTimes:
    pairs = [("a", "b"), ("a", "s"), ("b", "b"), ("b", "s")]
    table = pd.DataFrame(pairs, columns=["from_id", "to_id"]).assign(
        mode="transit",
        minutes=[20.0, 60.0, np.nan, np.nan],
        p10_min=[10.0, 50.0, np.nan, np.nan],
        wait_min=1.0,
        legs="bus",
        status=["ok", "ok", "same_place", "no_service"],
        evidence=["derived", "derived", "", ""],
    )
    nan = np.nan
    minutes = np.array(
        [
            [[10.0, 20.0, 30.0, nan], [60.0, 60.0, 60.0, 60.0]],
            [[nan, nan, nan, nan], [nan, nan, nan, 70.0]],
        ]
    )
    return TravelTimes("transit", table, minutes, ("a", "b"), ("b", "s"))


def test_some_departures_have_medians_of_their_own(found: TravelTimes) -> None:
    early = with_samples(found, np.array([True, True, True, False])).set_index(
        ["from_id", "to_id"]
    )
    assert early.loc[("a", "b"), "minutes"] == 20.0
    assert np.isnan(early.loc[("a", "b"), "p10_min"])
    assert early.loc[("a", "b"), "legs"] == ""
    late = with_samples(found, np.array([False, False, True, True])).set_index(
        ["from_id", "to_id"]
    )
    assert late.loc[("a", "b"), "minutes"] == 30.0  # the lower of thirty and endless
    last = with_samples(found, np.array([False, False, False, True]))
    last = last.set_index(["from_id", "to_id"])
    assert last.loc[("a", "b"), ["status", "evidence"]].tolist() == ["no_service", ""]
    assert last.loc[("b", "s"), ["status", "evidence"]].tolist() == ["ok", "estimated"]
    assert last.loc[("b", "b"), "status"] == "same_place"
    with pytest.raises(MeasureError, match="none chosen"):
        with_samples(found, np.zeros(4, bool))


def test_measures_are_taken_sample_by_sample() -> None:
    nan = np.nan
    minutes = np.array([[[nan, nan], [20.0, nan], [60.0, 60.0]], [[9.0, 8.0], [nan, nan], [0, 2]]])
    found = TravelTimes("transit", pd.DataFrame(), minutes, ("a", "b"), ("a", "b", "s"))
    by_index = sampled_measures(found, ["a", "b"], ["s"])
    assert by_index["capital_margin"]["a"].fillna(99).tolist() == [-40.0, 99.0]
    assert by_index["capital_margin"]["b"].tolist() == [9.0, 6.0]
    assert by_index["capital_ratio"]["a"][0] == pytest.approx(1 / 3)
    assert by_index["capital_ratio"]["b"].fillna(99).tolist() == [99.0, 4.0]  # in the capital


def test_a_site_stands_for_its_cluster_in_both_directions() -> None:
    times = pd.DataFrame(
        [("a", "b", 1.0), ("b", "a", 2.0), ("lab", "b", 3.0), ("b", "lab", 4.0), ("b", "s", 5.0),
         ("lab", "a", 6.0)],
        columns=["from_id", "to_id", "minutes"],
    )  # fmt: skip
    moved = with_sites(times, {"a": "lab"})
    assert moved.to_numpy().tolist() == [["a", "b", 3.0], ["b", "a", 4.0], ["b", "s", 5.0]]
    assert with_sites(times, {}).equals(times)


def test_capital_points_and_points_of_the_spread() -> None:
    assert list(each_point(["s", "t"])) == [("s", ("s",)), ("t", ("t",))]
    times = pd.DataFrame({"minutes": [5.0], "p90_min": [9.0]})
    assert at_share(times, "p90_min")["minutes"].tolist() == [9.0]
    assert times["minutes"].tolist() == [5.0]

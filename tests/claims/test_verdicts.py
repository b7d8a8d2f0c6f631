from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from toy import toy_times

from clustergeo.claims import Claim, Comparison, Side, judge
from clustergeo.errors import ClaimError
from clustergeo.times import TravelTimes

NEVER = float("nan")


def claim(*comparisons: Comparison) -> Claim:
    words = {"quotation": "q", "who": "w", "source": "s", "reading_en": "r", "reading_ko": "r"}
    return Claim(claim_id="c", comparison=comparisons, **words)


def verdicts(times: TravelTimes, places: gpd.GeoDataFrame, *said: Claim) -> pd.DataFrame:
    return judge(said, {"transit": times}, places, clusters=["a", "b"], capital=["s", "t"])


NEARER = claim(Comparison(origins=("a",), left=Side(to=("s",)), right=Side(to=("b",))))


@pytest.mark.parametrize(
    ("to_capital", "share", "verdict"),
    [
        ([10.0] * 10, 1.0, "holds"),
        ([10.0] * 9 + [99.0], 0.9, "holds"),
        ([10.0] * 5 + [99.0] * 5, 0.5, "mixed"),
        ([10.0] + [99.0] * 9, 0.1, "fails"),
        ([50.0] * 10, 0.0, "fails"),
    ],
)
def test_the_verdict_follows_the_share_of_departures(
    toy_places: gpd.GeoDataFrame, to_capital: list[float], share: float, verdict: str
) -> None:
    times = toy_times({("a", "s"): to_capital, ("a", "b"): [50.0] * 10})
    row = verdicts(times, toy_places, NEARER).iloc[0]
    assert (row["share_true"], row["verdict"]) == (share, verdict)


def test_both_sides_are_taken_at_the_same_departure(toy_places: gpd.GeoDataFrame) -> None:
    # The medians are equal, yet the capital is nearer at half of the departures.
    times = toy_times({("a", "s"): [10.0, 30.0], ("a", "b"): [20.0, 20.0]})
    assert verdicts(times, toy_places, NEARER).loc[0, "share_true"] == 0.5


def test_a_cluster_and_its_sites_are_origins(toy_places: gpd.GeoDataFrame) -> None:
    pairs = {(start, end): [10.0] for start in ("a", "a_lab") for end in ("s", "b")}
    assert verdicts(toy_times(pairs), toy_places, NEARER)["origin_id"].tolist() == ["a", "a_lab"]


def test_a_side_without_a_trip_counts_as_infinitely_long(toy_places: gpd.GeoDataFrame) -> None:
    times = toy_times({("a", "s"): [10.0, 10.0], ("a", "b"): [NEVER, 5.0]})
    assert verdicts(times, toy_places, NEARER).loc[0, "share_true"] == 0.5


def test_where_a_side_never_has_a_trip_nothing_can_be_told(toy_places: gpd.GeoDataFrame) -> None:
    times = toy_times({("a", "s"): [10.0, 10.0]})
    row = verdicts(times, toy_places, NEARER).iloc[0]
    assert row["verdict"] == "cannot_tell"
    assert row["note"] == "no trip: to B"
    assert pd.isna(row["share_true"])
    assert row["left_min"] == 10.0
    assert pd.isna(row["right_min"])


def test_the_farthest_of_the_other_clusters_can_be_held_to_a_limit(
    toy_places: gpd.GeoDataFrame,
) -> None:
    within = claim(
        Comparison(
            origins=("a",),
            left=Side(to=("@other_clusters",), take="max"),
            operator="<=",
            right=Side(minutes=60),
        )
    )
    row = verdicts(toy_times({("a", "b"): [59.0, 61.0, 60.0, 60.0]}), toy_places, within).iloc[0]
    assert (row["left_min"], row["right_min"], row["share_true"]) == (60.0, 60.0, 0.75)
    assert row["note"] == "to B 60 min, at most the limit of 60 min: true for 75% of departures"


def test_the_nearest_point_of_the_capital_counts(toy_places: gpd.GeoDataFrame) -> None:
    any_point = claim(
        Comparison(origins=("a",), left=Side(to=("@capital",)), right=Side(to=("b",)))
    )
    times = toy_times({("a", "s"): [30.0], ("a", "t"): [10.0], ("a", "b"): [20.0]})
    row = verdicts(times, toy_places, any_point).iloc[0]
    assert (row["left_min"], row["verdict"]) == (10.0, "holds")
    assert row["note"].startswith("to T 10 min")


def test_a_side_may_start_elsewhere(toy_places: gpd.GeoDataFrame) -> None:
    other = claim(
        Comparison(
            origins=("b",),
            left=Side(to=("s",)),
            operator=">",
            right=Side(from_id="a", to=("@origin",)),
        )
    )
    times = toy_times({("b", "s"): [30.0], ("a", "b"): [20.0]})
    row = verdicts(times, toy_places, other).iloc[0]
    assert row["verdict"] == "holds"
    assert "A to B 20 min" in row["note"]


def test_an_unknown_place_is_refused(toy_places: gpd.GeoDataFrame) -> None:
    wrong = claim(Comparison(origins=("a",), left=Side(to=("x",)), right=Side(to=("b",))))
    with pytest.raises(
        ClaimError, match=r"^c: names a place without times \(x\) - correct its id$"
    ):
        verdicts(toy_times({("a", "b"): [1.0]}), toy_places, wrong)


def test_most_departures_without_a_trip_leave_the_median_blank(
    toy_places: gpd.GeoDataFrame,
) -> None:
    times = toy_times({("a", "s"): [NEVER, NEVER, 10.0], ("a", "b"): [20.0, 20.0, 20.0]})
    row = verdicts(times, toy_places, NEARER).iloc[0]
    assert pd.isna(row["left_min"])
    assert row["note"].startswith("to S no trip, min")

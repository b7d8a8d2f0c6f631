from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from matrices import FEW, frame, squares

from clustergeo.errors import MeasureError
from clustergeo.indices import best_hub, changes_at, hub_detour, routed_via
from clustergeo.indices.catalogue import load_indices
from clustergeo.networks import load_timetable
from clustergeo.networks.timetable import Timetable
from clustergeo.times.anatomy import DOOR, Journey, Leg, journey_legs, journey_text

WORLD = frame(
    {"a": [0, 50, 20, 40], "b": [40, 0, 40, 4], "g": [9, 8, 0, 7], "h": [6, 10, 5, 0]}, "abgh"
)


def test_detour_by_hand() -> None:
    found = hub_detour(WORLD, hub="h")
    assert found.to_dict() == {
        ("a", "b"): 50 / 50,
        ("a", "g"): 45 / 20,
        ("b", "a"): 10 / 40,
        ("b", "g"): 9 / 40,
        ("g", "a"): 13 / 9,
        ("g", "b"): 17 / 8,
    }
    assert found.index.names == ["from_id", "to_id"]


@FEW
@given(squares(holes=True))
def test_every_detour_equals_that_of_plain_python(minutes: pd.DataFrame) -> None:
    found = hub_detour(minutes, hub="p0")
    others = [place for place in minutes.index if place != "p0"]
    expected = {
        (i, j): float((minutes.loc[i, "p0"] + minutes.loc["p0", j]) / minutes.loc[i, j])
        for i in others
        for j in others
        if i != j
    }
    assert found.to_dict() == pytest.approx(expected, rel=1e-9, nan_ok=True)
    assert set(found.attrs["reasons"].values()) <= {"no_trip"}


@FEW
@given(squares(holes=True))
def test_the_best_hub_has_the_least_detour(minutes: pd.DataFrame) -> None:
    hubs = list(minutes.index[:2])
    found = best_hub(minutes, hubs)
    sides = {hub: hub_detour(minutes, hub=hub) for hub in hubs}
    for pair, row in found.iterrows():
        options = {hub: side[pair] for hub, side in sides.items() if not math.isnan(side[pair])}
        if not options:
            assert row["hub_id"] == ""
            assert math.isnan(row["detour"])
        else:
            assert row["detour"] == pytest.approx(min(options.values()), rel=1e-12)
            assert options[row["hub_id"]] == min(options.values())


def test_the_first_of_hubs_as_good_is_named_and_none_leads_nowhere() -> None:
    even = WORLD.mask(WORLD > 0, 10.0)
    assert best_hub(even, ["h", "g"])["hub_id"].tolist() == ["h", "h"]
    assert best_hub(even, [])["hub_id"].tolist() == [""] * 12
    assert best_hub(WORLD.iloc[:0], []).empty


def test_detours_say_why_they_are_blank() -> None:
    cut = WORLD.copy()
    cut.loc["a", "h"] = np.nan
    cut.loc["b", "a"] = 0.0
    found = hub_detour(cut, hub="h")
    assert found.attrs["reasons"] == {
        ("a", "b"): "no_trip",
        ("a", "g"): "no_trip",
        ("b", "a"): "no_distance",
    }
    assert hub_detour(WORLD.loc[["h"], ["h"]], hub="h").empty
    for lacking, side in ((WORLD.drop(columns="h"), "column"), (WORLD.drop(index="h"), "row")):
        with pytest.raises(MeasureError, match=rf"minutes: no {side} of the hub \(h\)"):
            hub_detour(lacking, hub="h")
        with pytest.raises(MeasureError, match="hub"):
            best_hub(lacking, ["h"])


def test_routed_via_is_strict_and_keeps_reasons() -> None:
    cut = WORLD.copy()
    cut.loc["g", "a"] = np.nan
    cut.loc["a", "b"] = 40.0
    detour = hub_detour(cut, hub="h")
    routed = routed_via(detour, eps=0.25)
    assert routed["a", "b"] == 0.0  # 1.25 is not below 1 + 0.25
    assert routed["b", "a"] == 1.0
    assert routed.attrs["reasons"] == {("g", "a"): "no_trip"}
    assert routed.attrs["parameters"] == {"eps": 0.25}
    assert routed_via(detour.iloc[:0]).empty
    for eps in (-0.1, math.nan):
        with pytest.raises(MeasureError, match="eps: not a share"):
            routed_via(detour, eps=eps)


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return load_timetable()


def test_the_line_of_a_trip_and_its_legs_tell_the_same(timetable: Timetable) -> None:
    times = timetable.stop_times
    trip = int(times["trip"].iloc[0])
    first, second, third = (int(stop) for stop in times.loc[times["trip"] == trip, "stop"][:3])
    ride = Leg("ride", 60, 600, first, third, trip=trip)
    journeys = [
        Journey(
            "a", "b", (Leg("walk", 0, 60, DOOR, first), ride, Leg("walk", 600, 660, third, DOOR))
        ),
        Journey("b", "a", (Leg("walk", 0, 900, DOOR, DOOR),)),
    ]
    legs = journey_legs(journeys, timetable)
    for language, column in (("en", "stop_name_en"), (None, "stop_name")):
        text = [journey_text(journey, timetable, language=language) for journey in journeys]
        table = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["b", "a"], "legs": text})
        names = timetable.stops[column]
        for stop, expected in ((first, 1.0), (third, 1.0), (second, 0.0)):
            for trips in (table, legs):
                found = changes_at(trips, stops=[str(names.iloc[stop])])
                assert found.to_dict() == {("a", "b"): expected, ("b", "a"): 0.0}


def test_a_stop_is_meant_whole_and_quoted() -> None:
    rides = [
        "B1 서대전역→오송역(동) 14분",
        "B1 오송역→대전 9분",
        "도보 3분",
        np.nan,
        "B1 x→오송역 2 9분",
    ]
    ids = [f"p{i}" for i in range(len(rides))]
    table = pd.DataFrame({"from_id": ids, "to_id": "z", "mode": "transit", "legs": rides})
    assert changes_at(table, stops=["대전역"]).tolist()[:3] == [0.0, 0.0, 0.0]
    assert changes_at(table, stops=["오송역"]).fillna(-1).tolist() == [0.0, 1.0, 0.0, -1.0, 0.0]
    assert changes_at(table, stops=["오송역(동)"])["p0", "z"] == 1.0
    found = changes_at(table, stops=[])
    assert found.sum() == 0
    assert found.attrs["reasons"] == {("p3", "z"): "no_trip"}


def test_a_place_to_itself_is_no_pair_and_cars_do_not_change() -> None:
    table = pd.DataFrame({"from_id": ["a"], "to_id": ["a"], "mode": "transit", "legs": [""]})
    assert changes_at(table, stops=["x"]).empty
    with pytest.raises(MeasureError, match="trips: trips by car"):
        changes_at(table.assign(mode="car", to_id="b"), stops=["x"])
    with pytest.raises(MeasureError, match="trips: no legs in the table"):
        changes_at(table.drop(columns="legs"), stops=["x"])


def test_the_catalogue_knows_each_measure() -> None:
    table = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "mode": "transit", "legs": ["x"]})
    detour = hub_detour(WORLD, hub="h")
    for measure in (detour, routed_via(detour), changes_at(table, stops=["x"])):
        entry = load_indices()[str(measure.name)]
        assert (entry.unit, entry.source) == (measure.attrs["unit"], "project")


def test_the_clusters_change_at_osong_and_never_in_the_capital() -> None:
    file = Path(__file__).parents[2] / "maps" / "tables" / "times.csv"
    if not file.exists():
        pytest.skip("no maps beside these tests")
    times = pd.read_csv(file)
    ends = ["daedeok", "ochang"]
    between = times["from_id"].isin(ends) & times["to_id"].isin(ends)
    trips = times.loc[between & (times["mode"] == "transit")]
    osong = changes_at(trips, stops=["오송역", "KTX오송역 버스환승센터", "오송역2.3.4"])
    assert osong.tolist() == [1.0, 1.0]
    assert changes_at(trips, stops=["서울역", "용산역", "수서역"]).tolist() == [0.0, 0.0]

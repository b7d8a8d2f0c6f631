"""What a study is measured among, and what is said where something is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustergeo.errors import Fault, FeedError, StudyError
from clustergeo.indices import LIMITS_MIN, Surroundings
from clustergeo.study import _isolation, _settings, load_study
from clustergeo.study._isolation import surroundings
from clustergeo.study._peers import municipal_centres, peers_of
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study._settings import free_settings, half_hours, routed_settings
from clustergeo.study.plan import Study
from clustergeo.times import Departures, RoadRules, TransitRules, TravelTimes


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study()


@pytest.fixture(scope="module")
def places(study: Study) -> StudyPlaces:
    return load_study_places(study)


def test_masses_distances_and_hubs_of_the_shipped_study(study: Study, places: StudyPlaces) -> None:
    around, warnings = surroundings(study, places)
    assert around.weights == ("workers", "population", "institutions")
    assert warnings == (
        "clusters.csv has no institutions of sejong: measures that need it are blank",
    )
    assert around.masses["population"].missing([*places.cluster_ids, *study.places.capital]) == ()
    assert "osong_station" in around.hubs
    assert "cheongju_hall" not in around.hubs  # a town hall is no hub
    assert around.distances_km is not None
    assert 10 < around.distances_km.loc["osong", "ochang"] < 20


def test_a_study_without_figures_says_so(study: Study, places: StudyPlaces) -> None:
    bare = replace(places, clusters=places.clusters.assign(employees=pd.NA, firms=pd.NA))
    plan = replace(study, places=replace(study.places, population=None))
    around, warnings = surroundings(plan, bare)
    assert around.weights == ()
    assert warnings == (
        "clusters.csv has no workers of any cluster: no measure is weighted by them",
        "clusters.csv has no institutions of any cluster: no measure is weighted by them",
    )


def test_people_are_not_counted_where_isochrones_have_no_meaning(places: StudyPlaces) -> None:
    model: Any = SimpleNamespace(
        road_rules=RoadRules(limit_min=60), transit_rules=TransitRules(wait="plan")
    )
    areas, warnings = _isolation.reach_areas(places, model, ("car", "transit"))
    assert areas is None
    assert [line.split(" are not")[0] for line in warnings] == [
        "people within reach by car",
        "people within reach by transit",
    ]
    assert f"{LIMITS_MIN[-1]:g} min" in warnings[0]


def test_a_point_of_the_capital_cannot_be_a_peer(study: Study, places: StudyPlaces) -> None:
    model: Any = None
    with pytest.raises(StudyError, match=r"reference point of the capital .*\(gangnam\)"):
        peers_of(study, places, model, places.known.loc[places.known["place_id"] == "gangnam"])


def test_municipalities_lie_where_their_people_live() -> None:
    centres = municipal_centres()
    assert len(centres) == 250
    assert centres["place_id"].is_unique
    sejong = centres.loc[centres["place_id"] == "sigungu_29010"].get_coordinates()
    assert sejong["x"].between(127.1, 127.4).all()
    assert sejong["y"].between(36.4, 36.8).all()


def test_half_hours_are_told_from_the_order_of_samples() -> None:
    window = Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(8, 10))
    found = TravelTimes("transit", pd.DataFrame(), np.zeros((1, 1, 140)), ("a",), ("b",))
    blocks = dict(half_hours(found, window))
    assert {name: int(chosen.sum()) for name, chosen in blocks.items()} == {
        "07:00-07:30": 60,  # two draws
        "07:30-08:00": 60,
        "08:00-08:10": 20,
    }
    assert blocks["07:00-07:30"][[0, 29, 30, 70]].tolist() == [True, True, False, True]
    assert np.sum(list(blocks.values()), axis=0).tolist() == [1] * 140
    car = TravelTimes("car", pd.DataFrame(), np.zeros((1, 1, 1)), ("a",), ("b",))
    assert list(half_hours(car, window)) == []


def times_of(mode: str) -> pd.DataFrame:
    pairs = [(start, end) for start in "ab" for end in "abs" if start != end]
    pairs += [("lab", "b"), ("b", "lab"), ("lab", "s"), ("lab", "hut"), ("x", "b")]
    table = pd.DataFrame(pairs, columns=["from_id", "to_id"])
    return table.assign(mode=mode, minutes=10.0, p10_min=5.0, p90_min=20.0)


def test_settings_that_cost_nothing_look_at_no_more_than_they_need() -> None:
    car = TravelTimes("car", times_of("car"), np.zeros((1, 1, 1)), (), ())
    sites = pd.DataFrame({"place_id": ["lab", "hut"], "cluster_id": ["a", "a"]})
    window = Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(8))
    settings = list(free_settings({"car": car}, sites, ("a", "b"), ("s",), Surroundings(), window))
    assert [(each.dimension, each.name) for each in settings] == [
        ("capital_point", "s"),
        ("site", "lab"),
        ("site", "hut"),
    ]
    pairs = settings[0].times[["from_id", "to_id"]].to_numpy().tolist()
    assert ["lab", "b"] in pairs
    assert ["lab", "hut"] not in pairs
    assert ["x", "b"] not in pairs
    moved = settings[1].times[["from_id", "to_id"]].to_numpy().tolist()
    assert moved.count(["a", "b"]) == 1


def test_what_cannot_be_routed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def transit(*_: object) -> TravelTimes:
        raise FeedError(Fault("feed", "nothing runs", "choose another day"))

    other: Any = SimpleNamespace(transit=transit, car=None)
    monkeypatch.setattr(
        _settings,
        "_models",
        lambda *_: iter([("window", "23:00-24:00", other)]),
    )
    nothing: Any = None
    said: list[str] = []
    lost: list[str] = []
    found = routed_settings(
        nothing, ("transit",), nothing, ("s",), Surroundings(), said.append, lost
    )
    assert list(found) == []
    assert said == ["stability: window 23:00-24:00"]
    assert lost == [
        "stability by window 23:00-24:00 left out: feed: nothing runs - choose another day"
    ]

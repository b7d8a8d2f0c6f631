"""A study on roads that are not empty: its times, and that every output says so."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from clustergeo.errors import StudyError
from clustergeo.networks import load_road_network, load_timetable
from clustergeo.places import load_clusters
from clustergeo.settings import data_path
from clustergeo.study import Results, Study, load_study, run
from clustergeo.study.model import Model

SHIPPED = data_path("studies", "chungcheong.toml")


def study_with(folder: Path, keys: str) -> Study:
    """Return the shipped study with more keys in [networks], loaded from a file."""
    text = SHIPPED.read_text(encoding="utf-8").replace('"../', f'"{data_path().as_posix()}/')
    text = text.replace("[road]", f"{keys}\n\n[road]")
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def car(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table["mode"] == "car"].set_index(["from_id", "to_id"])


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Path]:
    folder = tmp_path_factory.mktemp("slow")
    study = study_with(folder, 'state = "weekday_am"\ndelays = true')
    # Who lives within reach is not looked at here, and takes longest.
    study = replace(
        study,
        places=replace(study.places, population=None),
        outputs=replace(study.outputs, exhibits=("isolation",)),
    )
    return run(study, out=folder / "out"), folder / "out"


def test_no_trip_by_car_is_faster_than_on_empty_roads_and_transit_is_the_same(
    slow: tuple[Results, Path], study_folder: Path
) -> None:
    free = pd.read_csv(study_folder / "tables" / "times.csv")
    free_car, slow_car = car(free), car(slow[0].times)
    pairs = free_car.index[free_car["status"] == "ok"]
    assert (slow_car.loc[pairs, "status"] == "ok").all()
    later_min = slow_car.loc[pairs, "minutes"] - free_car.loc[pairs, "minutes"]
    assert (later_min >= 0).all()
    # Places that meet the roads in one point do not drive at all.
    driven = pairs[free_car.loc[pairs, "ride_min"] > 0]
    assert len(pairs) - len(driven) < 5
    assert (later_min.loc[driven] > 0).all()
    assert (slow_car.loc[driven, "evidence"] == "estimated").all()
    # An exhibit or a claim may not move because a car waits: the timetable is what it was.
    written = pd.read_csv(slow[1] / "tables" / "times.csv")
    one, two = (table.loc[table["mode"] == "transit"] for table in (free, written))
    pd.testing.assert_frame_equal(one, two)


def test_the_state_is_told_wherever_a_reader_looks(slow: tuple[Results, Path]) -> None:
    results, out = slow
    record = json.loads((out / "study.json").read_text(encoding="utf-8"))
    assert record["settings"]["networks"] == {
        "state": "weekday_am",
        "delays": True,
        "ways_on_roads": False,
    }
    told = "car times are of the road state weekday_am + delays, by factors and seconds"
    assert any(warning.startswith(told) for warning in record["warnings"])
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "networks.state" in page
    assert "weekday_am + delays" in page
    assert "정체 없는 시간" not in page
    pairs = results.validation_pairs
    drives = pairs.loc[pairs["basis"] == "drive"]
    assert drives["note"].eq("weekday_am + delays minutes at the wheel").all()


def test_on_empty_roads_that_is_told(study_folder: Path) -> None:
    record = json.loads((study_folder / "study.json").read_text(encoding="utf-8"))
    assert record["settings"]["networks"] == {
        "state": "free_flow",
        "delays": False,
        "ways_on_roads": False,
    }
    told = "car times are free-flow: legal limits, no congestion, no signals"
    assert told in record["warnings"]
    page = (study_folder / "index.html").read_text(encoding="utf-8")
    assert "free_flow" in page
    assert "정체 없는 시간" in page


def test_tables_of_the_user_s_own_are_inputs_of_the_study(tmp_path: Path) -> None:
    for name in ("congestion.csv", "delays.csv"):
        (tmp_path / name).write_bytes(data_path("roads", name).read_bytes())
    study = study_with(
        tmp_path,
        'state = "holiday"\ncongestion = "congestion.csv"\ndelays = "delays.csv"',
    )
    inputs = study.input_files()
    assert inputs["networks.congestion"] == (tmp_path / "congestion.csv").resolve()
    assert inputs["networks.delays"] == (tmp_path / "delays.csv").resolve()
    assert study.networks.state_keys == {
        "state": "holiday",
        "congestion": "congestion.csv",
        "delays": "delays.csv",
    }
    assert study.networks.road_state == "holiday + delays"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('state = "rush"', r"networks.state: no such congestion state \(rush\) - use one of free"),
        ('congestion = "no.csv"', r"networks.congestion: no such file or folder"),
        ('delays = "no.csv"', r"networks.delays: no such file or folder"),
        ("delays = 7.5", r"networks.delays"),
        ('states = "holiday"', r"networks.states: unknown key"),
    ],
)
def test_states_and_tables_that_are_not_there_are_named(
    tmp_path: Path, keys: str, message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        study_with(tmp_path, keys)


def test_taxis_to_the_stops_follow_the_roads_if_the_study_says_so(tmp_path: Path) -> None:
    study = study_with(tmp_path, "ways_on_roads = true")
    model = Model(
        road=load_road_network(study.networks.road),
        timetable=load_timetable(study.networks.feed),
        road_rules=study.road,
        transit_rules=study.transit,
        departures=replace(study.departures, end=dt.time(7, 5)),
        ways_on_roads=study.networks.ways_on_roads,
    )
    towns = load_clusters()
    here, there = towns.iloc[[0]], towns.iloc[[1]]
    on_roads = model.transit(here, there)
    straight = replace(model, ways_on_roads=False).transit(here, there)
    assert on_roads.table["legs"].item().startswith("택시")
    assert on_roads.table["access_min"].item() != straight.table["access_min"].item()
    assert set(on_roads.warnings) != set(straight.warnings)

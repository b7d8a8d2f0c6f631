"""Scenarios on the shipped study: null runs, what is kept, what is written, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustergeo.errors import ScenarioError
from clustergeo.networks.edits import Base, Scenario, apply, edit_from
from clustergeo.settings import data_path
from clustergeo.study import ScenarioRun, check_scenarios, load_study, run_scenarios, study_base
from clustergeo.study.scenarios._kept_taxis import Kept, kept_taxis, transit_times_keeping
from clustergeo.study.scenarios.run import _model, _points
from clustergeo.times import TravelTimes


@pytest.fixture(scope="module")
def base() -> Base:
    return study_base()


@pytest.fixture(scope="module")
def nothing(base: Base) -> ScenarioRun:
    return run_scenarios(scenario(), base=base)


def scenario(*tables: dict[str, Any], **keys: Any) -> Scenario:
    edits = tuple(edit_from(table) for table in tables)
    return Scenario(
        **{"scenario_id": "x", "title_en": "X", "title_ko": "엑스", "edits": edits} | keys
    )


def spot(base: Base, place_id: str) -> tuple[float, float]:
    (at,) = np.flatnonzero(base.places["place_id"] == place_id)
    return float(base.places.geometry.x[at]), float(base.places.geometry.y[at])


def shipped(name: str) -> Path:
    return data_path("scenarios", f"{name}.toml")


NEW_ROAD = {
    "kind": "new_road",
    "highway": "motorway",
    "speed_kph": 100,
    "line": ["sejong", "osong", "ochang"],
    "joins": [{"at": name, "name": f"{name} IC"} for name in ("sejong", "osong", "ochang")],
}


def test_the_empty_scenario_changes_nothing(nothing: ScenarioRun, base: Base) -> None:
    assert nothing.changed is base
    assert nothing.after["car"] is nothing.before["car"]
    assert set(nothing.table["change"]) == {"unchanged"}
    assert len(nothing.table) == 2 * (11 * 10 - 7 * 6)
    assert nothing.notes == ()


def test_the_null_run_computed_again_differs_by_exactly_zero(
    nothing: ScenarioRun, base: Base
) -> None:
    # Copies of equal content: nothing is recognised, everything is computed again.
    twin = replace(base, places=base.places.copy(), road=replace(base.road, _made={}),
                   timetable=replace(base.timetable))  # fmt: skip
    again = run_scenarios(scenario(), base=twin)
    for mode in ("car", "transit"):
        assert again.after[mode] is not nothing.before[mode]
        assert np.array_equal(
            again.after[mode].minutes, nothing.before[mode].minutes, equal_nan=True
        )
    pd.testing.assert_frame_equal(again.table, nothing.table)


def test_a_null_edit_is_the_null_run(nothing: ScenarioRun, base: Base) -> None:
    same = scenario({"kind": "road_speed", "ref": "*", "factor": 1.0})
    run = run_scenarios(same, base=base, before=nothing.before)
    pd.testing.assert_frame_equal(run.table, nothing.table)


def test_a_new_road_leaves_transit_and_lengthens_no_drive(
    nothing: ScenarioRun, base: Base
) -> None:
    run = run_scenarios(scenario(NEW_ROAD), base=base, before=nothing.before)
    assert run.after["transit"] is nothing.before["transit"]
    car = run.table[run.table["mode"] == "car"]
    assert set(car["change"]) == {"faster", "unchanged"}
    assert (car.loc[car["change"] == "faster", "difference_min"] < -5).all()
    assert (car["worse_share"] == 0).all()
    assert run.notes[0].startswith("scenario: new road motorway of 29.9 km at 100 km/h")


def test_a_new_bus_lengthens_no_trip(nothing: ScenarioRun, base: Base) -> None:
    run = run_scenarios(shipped("template"), base=base, before=nothing.before)
    assert run.after["car"] is nothing.before["car"]
    transit = run.table[run.table["mode"] == "transit"]
    assert (transit["worse_share"] == 0).all()
    ochang = transit.set_index(["from_id", "to_id"]).loc[("ochang", "osong")]
    assert ochang["change"] == "faster"
    assert ochang["departures"] == 2_400
    assert any("is assumed: speed and headway are an example" in note for note in run.notes)


def test_a_new_stop_nearby_takes_no_taxi_away(nothing: ScenarioRun, base: Base) -> None:
    """A tram stop within a walk would end the taxis of ``walk_else_taxi`` and lengthen trips."""
    lon, lat = spot(base, "daedeok")
    slow = {
        "kind": "new_line", "route_id": "SLOW", "route_type": 3, "every_min": 60.0,
        "start": "05:00", "end": "23:00", "section_min": [40],
        "stops": [{"stop_id": "NEAR", "lon": lon, "lat": lat}, "KR_Osong"],
    }  # fmt: skip
    run = run_scenarios(scenario(slow), base=base, before=nothing.before)
    transit = run.table[run.table["mode"] == "transit"]
    assert (transit["worse_share"] == 0).all()
    assert any("taxis to and from stops stay" in note for note in run.notes)
    # By the rule alone they would be gone, and trips longer.
    study = load_study()
    changed = apply(scenario(slow), base)
    model, places = _model(study, changed), _points(study, base.places, None)
    kept = kept_taxis(_model(study, base), model, places)
    assert "daedeok" in kept.access
    without = model.transit(places, places).minutes
    assert np.nanmax(without - nothing.before["transit"].minutes) > 1


def test_other_rules_have_no_taxis_to_keep(base: Base) -> None:
    study = load_study()
    walking = replace(study, transit=replace(study.transit, access="walk"))
    model, places = _model(walking, base), _points(study, base.places, None)
    assert kept_taxis(model, model, places) == Kept(frozenset(), frozenset())


def test_kept_taxis_put_every_pair_in_its_place(nothing: ScenarioRun, base: Base) -> None:
    study = load_study()
    places = _points(study, base.places, None)
    kept = Kept(frozenset({"osong"}), frozenset({"sejong", "gangnam"}))
    mixed = transit_times_keeping(_model(study, base), places, kept)
    plain: TravelTimes = nothing.before["transit"]
    assert mixed.from_ids == plain.from_ids
    assert mixed.table[["from_id", "to_id"]].equals(plain.table[["from_id", "to_id"]])
    assert mixed.minutes.shape == plain.minutes.shape
    # A taxi beside walking is never slower than walking, and other pairs are as they were.
    assert np.nanmax(mixed.minutes - plain.minutes) < 1e-9
    others = [i for i, name in enumerate(plain.from_ids) if name != "osong"]
    ends = [i for i, name in enumerate(plain.to_ids) if name not in {"sejong", "gangnam"}]
    at = np.ix_(others, ends)
    assert np.array_equal(mixed.minutes[at], plain.minutes[at], equal_nan=True)


def test_a_new_site_has_new_pairs(nothing: ScenarioRun, base: Base) -> None:
    site = {
        "kind": "new_site", "place_id": "osong_3", "lon": 127.31, "lat": 36.61,
        "cluster_id": "osong",
    }  # fmt: skip
    run = run_scenarios(scenario(site), base=base, before=nothing.before)
    new = run.table[run.table["change"] == "new"]
    assert set(new["from_id"]) | set(new["to_id"]) > {"osong_3"}
    rest = run.table[(run.table["from_id"] != "osong_3") & (run.table["to_id"] != "osong_3")]
    assert set(rest["change"]) == {"unchanged"}


def test_a_nearer_road_that_leads_nowhere_lengthens_no_drive(
    nothing: ScenarioRun, base: Base
) -> None:
    lon, lat = spot(base, "daedeok")
    snap_m = nothing.before["car"].snaps.set_index("place_id").loc["daedeok", "snap_m"]
    assert snap_m > 20
    road = {
        "kind": "new_road", "highway": "residential", "speed_kph": 5.0, "length_km": 30.0,
        "line": [[lon, lat - 0.03], [lon, lat], [lon, lat + 0.03]],
        "joins": [{"at": [lon, lat - 0.03], "cap_m": 5000},
                  {"at": [lon, lat + 0.03], "cap_m": 5000}],
    }  # fmt: skip
    run = run_scenarios(scenario(road), base=base, before=nothing.before)
    assert any("daedeok meets another road than before" in note for note in run.notes)
    car = run.table[run.table["mode"] == "car"]
    assert (car["worse_share"] == 0).all()
    # By the nearest road alone every drive from there would take hours.
    study = load_study()
    changed, places = apply(scenario(road), base), _points(study, base.places, None)
    alone = _model(study, changed).car(places, places)
    assert alone.table.set_index(["from_id", "to_id"]).loc[("daedeok", "osong"), "minutes"] > 180
    kept = run.after["car"].table.set_index(["from_id", "to_id"])
    old = nothing.before["car"].table.set_index(["from_id", "to_id"])
    for name in ("minutes", "access_min", "ride_min", "egress_min"):
        assert kept.loc[("daedeok", "osong"), name] == pytest.approx(
            old.loc[("daedeok", "osong"), name], abs=0.011
        )


def test_packages_are_applied_one_on_top_of_the_other(nothing: ScenarioRun, base: Base) -> None:
    files = [shipped("sejong_anseong"), shipped("template")]
    run = run_scenarios(files, base=base, before=nothing.before)
    assert {s.scenario_id for s in run.scenarios} == {"sejong_anseong", "NAME"}
    assert "faster" in set(run.table.loc[run.table["mode"] == "car", "change"])
    assert "faster" in set(run.table.loc[run.table["mode"] == "transit", "change"])


def test_what_is_written_is_the_same_each_time(
    nothing: ScenarioRun, base: Base, tmp_path: Path
) -> None:
    runs = [
        run_scenarios(scenario(NEW_ROAD, cost_krw_bn=5.0), base=base, before=nothing.before)
        for _ in range(2)
    ]
    for i, run in enumerate(runs):
        run.write(tmp_path / str(i))
    names = ["scenario.json", *(f"tables/{n}.csv" for n in ("before_after", "times_before",
                                                            "times_after"))]  # fmt: skip
    for name in names:
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
    record = json.loads((tmp_path / "0" / "scenario.json").read_text(encoding="utf-8"))
    assert record["scenarios"][0]["content_id"] == runs[0].scenarios[0].content_id
    assert record["scenarios"][0]["cost_krw_bn"] == 5.0
    assert record["changes"]["transit unchanged"] == 68
    assert record["scenarios"][0]["edits"][0]["highway"] == "motorway"


def test_the_state_of_the_study_comes_on_top(base: Base) -> None:
    study = load_study()
    jammed = replace(study, networks=replace(study.networks, state="weekday_am"))
    slow = run_scenarios(scenario(NEW_ROAD), jammed, base=base)
    found = slow.table.set_index(["mode", "from_id", "to_id"])
    assert found.loc[("car", "ochang", "sejong"), "after_min"] > 24.9 * 1.1
    twice = scenario({"kind": "congestion", "ref": "*", "state": "weekday_pm"})
    with pytest.raises(ScenarioError, match="in a congestion state already"):
        run_scenarios(twice, jammed, base=base)


def test_faults_of_all_files_are_raised_at_once(base: Base, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[scenario]\nscenario_id = "b"\n', encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(
        '[scenario]\nscenario_id = "o"\ntitle_en = "O"\ntitle_ko = "오"\n'
        '[[edit]]\nkind = "close_road"\nname = "없는 길"\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        check_scenarios([bad, other, shipped("ctx")], base=base)
    assert [Path(fault.file).name for fault in caught.value.faults] == [
        "bad.toml", "bad.toml", "other.toml",
    ]  # fmt: skip
    with pytest.raises(ScenarioError, match="없는 길"):
        run_scenarios(other, base=base)
    with pytest.raises(ScenarioError, match="없는 길"):
        run_scenarios(scenario({"kind": "close_road", "name": "없는 길"}), base=base)

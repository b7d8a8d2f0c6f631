"""What the parts of a package bring: on the shipped study, with few departures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustergeo.errors import ScenarioError, UsageError
from clustergeo.networks.edits import Base, Scenario, edit_from
from clustergeo.study import Study, load_study, run_scenarios, study_base
from clustergeo.study.scenarios import _attribution_rows, _package, attribution
from clustergeo.study.scenarios._kept_taxis import Kept, transit_times_keeping
from clustergeo.study.scenarios._package import Package
from clustergeo.study.scenarios._trips import modes_of, only, pairs_of, touches
from clustergeo.study.scenarios.attribution import attribute
from clustergeo.study.scenarios.run import _model, _points


@pytest.fixture(scope="module")
def quick() -> Study:
    """Return the shipped study with ten departures and one draw."""
    study = load_study()
    transit = replace(study.transit, headway_draws=1)
    return replace(study, window="07:30-07:40", transit=transit)


@pytest.fixture(scope="module")
def base(quick: Study) -> Base:
    return study_base(quick)


def scenario(*tables: dict[str, Any], name: str = "x", **keys: Any) -> Scenario:
    edits = tuple(edit_from(table) for table in tables)
    return Scenario(scenario_id=name, title_en=name, title_ko=name, edits=edits, **keys)


def road(*line: str, kph: float = 100) -> dict[str, Any]:
    joins = [{"at": name, "name": f"{name} IC"} for name in line]
    return {"kind": "new_road", "highway": "motorway", "speed_kph": kph, "line": list(line),
            "joins": joins, "assumption": True}  # fmt: skip


def line(route_id: str, *stops: Any, every_min: float = 5.0, kph: float = 60) -> dict[str, Any]:
    return {
        "kind": "new_line", "route_id": route_id, "route_type": 3, "stops": list(stops),
        "vehicle_kph": kph, "every_min": every_min, "start": "05:00", "end": "23:00",
    }  # fmt: skip


OSONG_SEJONG = road("osong", "sejong")
OCHANG_OSONG = road("ochang", "osong")
HALT = {"stop_id": "HALT", "lon": 127.33, "lat": 36.62}
HALT_LINE = line("HALT_LINE", "X_OHTAC", HALT)
HALT_CHANGE = {"kind": "transfer", "from_stop": "HALT", "to_stop": "X_OHTAC", "min_change_min": 9}


def mean_saved(run: Any, mode: str) -> float:
    """Return the mean minutes saved between clusters, from the table of a whole run."""
    table = run.table
    places = run.base.places
    clusters = set(places.loc[places["kind"] == "cluster", "place_id"])
    own = table[(table["mode"] == mode) & table["from_id"].isin(clusters)]
    own = own[own["to_id"].isin(clusters)]
    return float((own["before_min"] - own["after_min"]).mean())


def test_two_roads_and_a_bus(quick: Study, base: Base) -> None:
    package = [
        scenario(OSONG_SEJONG, name="west"),
        scenario(OCHANG_OSONG, name="east"),
        scenario(line("BUS", "X_OCHANG", "X_OHTAC"), name="bus"),
    ]
    ticks: list[tuple[int, int]] = []
    found = attribute(package, quick, by="file", base=base, notify=lambda *ns: ticks.append(ns))
    assert found.runs == {"car": 3, "transit": 1}
    assert ticks == [(1, 4), (2, 4), (3, 4), (4, 4)]
    table = found.table.set_index(["mode", "target", "unit_id"]).sort_index()
    # The same by whole runs of the scenarios.
    runs = {"west": package[:1], "package": package[:2]}
    for unit, scenarios in runs.items():
        run = run_scenarios(scenarios, quick, base=base)
        told = table.loc[("car", "clusters", unit), "alone_min"]
        assert told == pytest.approx(mean_saved(run, "car"), abs=0.01)
        assert told > 0.5
    car = table.loc[("car", "clusters")]
    for one, other in (("west", "east"), ("east", "west")):
        rest = car.loc["package", "alone_min"] - car.loc[other, "alone_min"]
        assert car.loc[one, "left_out_min"] == pytest.approx(rest, abs=2e-4)
        half = (car.loc[one, "alone_min"] + rest) / 2
        assert car.loc[one, "shapley_min"] == pytest.approx(half, abs=2e-4)
    parts = car.loc[["west", "east"]]
    assert parts["shapley_min"].sum() == pytest.approx(car.loc["package", "shapley_min"], abs=2e-4)
    assert parts["shapley_share"].sum() == pytest.approx(1, abs=2e-4)
    (pair,) = found.interactions.query("mode == 'car' and target == 'clusters'").to_dict("records")
    apart = car.loc["west", "left_out_min"] - car.loc["west", "alone_min"]
    assert pair["interaction_min"] == pytest.approx(apart, abs=2e-4)
    # A bus is no matter of cars, and alone by its mode.
    assert "bus" not in car.index
    assert table.loc[("transit", "clusters", "bus"), "shapley_share"] == 1
    assert set(found.table["evidence"]) == {"estimated"}


def test_the_tables_are_written_the_same_each_time(
    quick: Study, base: Base, tmp_path: Path
) -> None:
    for i in range(2):
        found = attribute([scenario(OSONG_SEJONG)], quick, base=base)
        found.write(tmp_path / str(i))
    assert found.table["unit_id"].tolist()[:2] == ["x.1", "package"]
    for name in ("attribution", "interactions"):
        one, other = ((tmp_path / f"{i}/tables/{name}.csv").read_bytes() for i in range(2))
        assert one == other
        assert b"_min" in one


def test_edits_that_need_each_other_are_one_unit(base: Base) -> None:
    bus = line("BUS", "X_OCHANG", "X_OHTAC")
    package = Package([scenario(HALT_LINE, bus, HALT_CHANGE)], base)
    units = package.units("edit")
    assert [unit.unit_id for unit in units] == ["x.1+3", "x.2"]
    assert units[0].text == "new_line HALT_LINE; transfer HALT"
    assert package.notes(units)[0].startswith("x.1+3 is one unit: one of them names what")
    files = [scenario(HALT_LINE, name="line"), scenario(bus, HALT_CHANGE, name="rest")]
    assert [unit.unit_id for unit in Package(files, base).units("file")] == ["line+rest"]
    assert [u.unit_id for u in Package(files, base).units("edit")] == ["line.1+rest.2", "rest.1"]


def test_one_of_two_that_bring_the_same_is_enough(base: Base) -> None:
    """Leaving out one of the two lines of the halt is no fault; leaving out both is."""
    other = line("OTHER_LINE", HALT, "X_OCHANG")
    units = Package([scenario(HALT_LINE, other, HALT_CHANGE)], base).units("edit")
    assert [unit.unit_id for unit in units] == ["x.1", "x.2+3"]


def test_of_many_units_each_alone_and_each_left_out(
    quick: Study, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (attribution, _attribution_rows, _package):
        monkeypatch.setattr(module, "MOST_UNITS", 1)
    asked: list[dict[str, int]] = []
    two = scenario(OSONG_SEJONG, OCHANG_OSONG)
    found = attribute([two], quick, base=base, begin=asked.append)
    assert asked == [{"car": 5}]
    car = found.table.query("target == 'clusters'").set_index("unit_id")
    assert car["reason"].tolist() == ["too_many_units", "too_many_units", ""]
    assert found.interactions.empty
    assert "2 units are more than 1" in found.notes[-1]


def test_what_changes_no_time_is_said(quick: Study, base: Base) -> None:
    weight = {"kind": "weight", "place_id": "osong", "column": "employees", "factor": 2.0}
    found = attribute([scenario(weight)], quick, base=base)
    assert found.table.empty
    assert found.notes == ("x.1: no time depends on it",)


def test_pairs_without_a_trip_are_left_out_and_said(quick: Study, base: Base) -> None:
    late = replace(quick, road=replace(quick.road, limit_min=30.0))
    found = attribute([scenario(OSONG_SEJONG)], late, base=base)
    table = found.table.set_index(["target", "unit_id"]).sort_index()
    assert 0 < table.loc[("clusters", "x.1"), "pairs"] < 12
    assert table.loc[("capital", "x.1"), "reason"] == "no_pairs"
    assert any("are left out of the means" in note for note in found.notes)


def test_taxis_on_roads_make_roads_a_matter_of_transit(quick: Study, base: Base) -> None:
    on_roads = replace(quick, networks=replace(quick.networks, ways_on_roads=True))
    edit = edit_from(OSONG_SEJONG)
    assert modes_of([edit], quick) == ("car",)
    assert modes_of([edit], on_roads) == ("car", "transit")
    assert not touches(edit_from(HALT_LINE), "car", on_roads)
    changed = replace(base, road=replace(base.road), timetable=replace(base.timetable))
    assert only("transit", quick, changed, base).road is base.road
    assert only("transit", on_roads, changed, base).road is changed.road
    assert only("car", on_roads, changed, base).timetable is base.timetable
    assert [len(pairs) for pairs in pairs_of(quick, base).values()] == [12, 28]


def test_a_road_for_taxis_changes_transit(quick: Study, base: Base) -> None:
    on_roads = replace(quick, networks=replace(quick.networks, ways_on_roads=True))
    run = run_scenarios(scenario(OSONG_SEJONG), on_roads, base=base)
    assert run.after["transit"] is not run.before["transit"]
    assert run.after["transit"].warnings[:1] == run.before["transit"].warnings[:1]


def test_taxis_are_kept_to_other_destinations_too(quick: Study, base: Base) -> None:
    places = _points(quick, base.places, None)
    kept = Kept(frozenset({"osong"}), frozenset({"sejong", "gangnam"}))
    model = _model(quick, base)
    whole = transit_times_keeping(model, places, kept)
    some = transit_times_keeping(model, places.iloc[:3], kept, places)
    assert (some.from_ids, some.to_ids) == (whole.from_ids[:3], whole.to_ids)
    assert np.array_equal(some.minutes, whole.minutes[:3], equal_nan=True)
    pd.testing.assert_frame_equal(some.table, whole.table[: 3 * len(places)])


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: [scenario(), scenario()], UsageError, r"an id of two scenarios, or taken \(x\)"),
        (lambda: [scenario(name="package")], UsageError, "or taken"),
        (lambda: ["nix.toml", "nix.toml"], UsageError, "given twice"),
        (lambda: [scenario(HALT_CHANGE)], ScenarioError, "no such stop"),
    ],
)  # fmt: skip
def test_what_is_refused(
    make: Callable[[], Any], error: type[Exception], match: str, quick: Study, base: Base
) -> None:
    with pytest.raises(error, match=match):
        attribute(make(), quick, base=base)

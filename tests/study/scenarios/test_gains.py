"""Who gains, on the shipped study: against the times of places, and with what is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from clustergeo.errors import SchemaError, UsageError
from clustergeo.networks.edits import Base, Scenario, apply, edit_from, load_scenario
from clustergeo.settings import data_path
from clustergeo.study import load_study, study_base
from clustergeo.study.model import model_of
from clustergeo.study.scenarios._areas import Areas, load_areas
from clustergeo.study.scenarios._cell_times import _walks, cell_minutes
from clustergeo.study.scenarios._costs import national_share_of, total_cost
from clustergeo.study.scenarios.agreement import Responsible, agreement_sheets
from clustergeo.study.scenarios.gain_rules import GainRules, ScenarioGains
from clustergeo.study.scenarios.gains import scenario_gains
from clustergeo.times.transit.setup import prepare

# Two draws of the headways are a tenth of the time of twenty; a law holds for any number.
STUDY = load_study()
STUDY = replace(STUDY, transit=replace(STUDY.transit, headway_draws=2))
SEJONG = GainRules(sido=("29",), least_min=0.5)
BUS = {
    "kind": "new_line",
    "route_id": "NEW",
    "short_name": "N",
    "name_en": "New",
    "name_ko": "신설",
    "route_type": 3,
    "every_min": 10,
    "start": "05:00",
    "end": "23:00",
    "section_min": [9],
}


def scenario(*tables: dict[str, Any], **keys: Any) -> Scenario:
    edits = tuple(edit_from(table) for table in tables)
    return Scenario(
        **{"scenario_id": "x", "title_en": "X", "title_ko": "엑스", "edits": edits} | keys
    )


@pytest.fixture(scope="module")
def base() -> Base:
    return study_base()


@pytest.fixture(scope="module")
def ctx(base: Base) -> ScenarioGains:
    return scenario_gains(data_path("scenarios", "ctx.toml"), STUDY, SEJONG, base=base)


@pytest.fixture(scope="module")
def areas(base: Base) -> Areas:
    return load_areas(STUDY, clusters(base), ("29",))


def clusters(base: Base) -> Any:
    return base.places[base.places["kind"] == "cluster"]


def test_every_level_adds_up_to_the_region(ctx: ScenarioGains) -> None:
    assert ctx.modes == ("transit",)
    for _, rows in ctx.table.groupby(["target", "mode"]):
        by_level = rows.groupby("level")
        for name in ("population", "timed_population", "saved_person_min"):
            sums = by_level[name].sum().to_numpy(float)
            np.testing.assert_allclose(sums, sums[0])
        np.testing.assert_allclose(by_level["share"].sum(), 1.0)


def test_ctx_saves_in_sejong_what_its_times_say(
    ctx: ScenarioGains, base: Base, areas: Areas
) -> None:
    """Medians of cells are those of the places' own search, and what is saved their difference."""
    cells = ctx.table[(ctx.table["level"] == "cell") & (ctx.table["target"] == "clusters")]
    cells = cells[cells["saved_min"].notna()].nlargest(40, "population").iloc[[0, 39]]
    own = areas.cells[areas.cells["place_id"].isin(cells["area_id"])]
    changed = apply(load_scenario(data_path("scenarios", "ctx.toml")), base)
    weights = clusters(base).set_index("place_id")["employees"].astype(float)
    means = []
    for one in (base, changed):
        model = model_of(STUDY, one.road, one.timetable)
        table = model.transit(own, clusters(one)[["place_id", "geometry"]]).table
        minutes = table.pivot_table(index="from_id", columns="to_id", values="minutes")
        means.append((minutes * weights).sum(axis=1) / weights.sum())
    found = cells.set_index("area_id")
    np.testing.assert_allclose(found["before_min"], means[0][found.index], atol=0.01)
    np.testing.assert_allclose(found["after_min"], means[1][found.index], atol=0.01)
    assert found["saved_min"].gt(0).any()


def test_costs_stand_at_the_governments_that_sign(ctx: ScenarioGains) -> None:
    split = ctx.cost_split
    assert split["signs"].tolist() == ["yes", "yes"]
    assert round(split["cost_krw_bn"].sum(), 3) == ctx.cost_krw_bn == 5113.5
    row = ctx.governments("clusters", "transit").iloc[0]
    assert (row["name_en"], row["name_ko"]) == ("Sejong-si", "세종특별자치시")
    assert row["cost_krw_bn"] == split["cost_krw_bn"].iloc[1]
    others = ctx.table[(ctx.table["level"] != "government") | (ctx.table["target"] == "capital")]
    assert set(others["cost_reason"]) == {"not_the_basis"}


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, base: Base) -> None:
    for folder in ("a", "b"):
        road = [data_path("scenarios", "sejong_anseong.toml")]
        scenario_gains(road, STUDY, SEJONG, base=base).write(tmp_path / folder)
    for name in ("gains.csv", "cost_split.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_state_pays_as_in_the_pilot_projects(ctx: ScenarioGains) -> None:
    assert ctx.national_share == 0.4335  # 1,000 of 2,307
    assert national_share_of(STUDY, GainRules(national_share=0.7)) == 0.7


def test_a_sheet_tells_in_both_languages_who_pays(ctx: ScenarioGains) -> None:
    korean, english = agreement_sheets(ctx, Responsible(lead="A", assisting=("B", "C")))
    assert (korean.lang, english.lang) == ("ko", "en")
    cells = {row[0]: row[1:] for part in english.parts if part.table for row in part.table.rows}
    assert cells["Total expense (KRW 100 million)"] == ("51,135",)
    assert cells["Sector"] == ("to be named",)
    assert (cells["Supervising ministry"], cells["Assisting ministries"]) == (("A",), ("B; C",))
    assert cells["Opening year"] == ("2034",)
    assert cells["Sum"][-1] == "51,135"
    assert cells["Sum"][-2] == "100.0%"
    lines = [line for part in english.parts for line in part.lines]
    assert any("No benefit-cost ratio" in line for line in lines)
    assert any("a deep station below the metro" in line for line in lines)
    assert any("khan 2025" in line for line in lines)
    assert "미정" in str(korean)


def test_when_nobody_gains_enough_nobody_signs(base: Base) -> None:
    slower = scenario(
        {"kind": "move_place", "place_id": "sejong", "lon": 127.30, "lat": 36.62},
        cost_krw_bn=10.0,
    )
    rules = replace(SEJONG, least_min=300.0)
    moved = scenario_gains(slower, STUDY, rules, base=base)
    assert moved.modes == ("car", "transit")
    assert moved.cost_split["signs"].tolist() == ["no", "no"]
    assert moved.cost_split["reason"].tolist()[0] == "no_one_signs"
    assert moved.cost_split["cost_krw_bn"].isna().all()
    assert (moved.table["saved_min"] < 0).any()  # losses stand as losses
    english = agreement_sheets(moved)[1]
    assert english.finding.startswith("No government saves 300 minutes a person")


def test_a_new_stop_ends_no_taxi_at_either_end(base: Base, areas: Areas) -> None:
    """Two stops beside cells without one, where the only vehicle goes between them all night."""
    ends = clusters(base)[["place_id", "geometry"]].reset_index(drop=True)
    model = model_of(STUDY, base.road, base.timetable)
    told: list[float] = []
    before, same = cell_minutes((model, model), areas.cells, (ends, ends), "transit", told.append)
    pd.testing.assert_frame_equal(before, same)
    assert told[-1] == 1.0
    reach = prepare(model.timetable, areas.cells, ends, model.departures, model.transit_rules)
    by_taxi = ~_walks(reach.access) & before.notna().all(axis=1).to_numpy()
    at = np.flatnonzero(by_taxi)[:2]
    spots = [*areas.cells.to_crs(4326).geometry.iloc[at], ends.geometry.iloc[0]]
    assert not _walks(reach.egress)[0]
    stops = [
        {
            "stop_id": f"S{i}",
            "name_en": f"S{i}",
            "name_ko": f"S{i}",
            "lon": round(float(shapely.get_x(point)) + 0.004, 5),
            "lat": round(float(shapely.get_y(point)), 5),
        }
        for i, point in enumerate(spots)
    ]
    changed = apply(scenario({**BUS, "stops": stops, "section_min": [90, 90]}), base)
    after = model_of(STUDY, changed.road, changed.timetable)
    cells = areas.cells.iloc[[*at, *np.flatnonzero(_walks(reach.access))[:1]]]
    old, new = cell_minutes((model, after), cells, (ends, ends), "transit")
    assert (new <= old).all(axis=None)
    alone = prepare(after.timetable, cells, ends, after.departures, after.transit_rules)
    assert _walks(alone.access).all()
    assert _walks(alone.egress)[0]


def test_a_nearer_road_that_leads_nowhere_lengthens_no_drive(base: Base) -> None:
    """At either end, and at both: the old roads may still be taken."""
    ends = clusters(base)[["place_id", "geometry"]].reset_index(drop=True)
    at = ends.set_index("place_id").geometry["daedeok"]
    slow = {
        "kind": "new_road", "highway": "residential", "speed_kph": 5.0, "length_km": 30.0,
        "line": [[at.x, at.y - 0.03], [at.x, at.y], [at.x, at.y + 0.03]],
        "joins": [{"at": [at.x, at.y + d], "cap_m": 5000} for d in (-0.03, 0.03)],
    }  # fmt: skip
    changed = apply(scenario(slow), base)
    models = [model_of(STUDY, one.road, one.timetable) for one in (base, changed)]
    cells = ends.assign(place_id="cell_" + ends["place_id"], geometry=ends.translate(0.0002, 0.0))
    old, new = cell_minutes((models[0], models[1]), cells, (ends, ends), "car")
    assert (new <= old + 1e-4).all(axis=None)
    assert models[1].car(cells, ends).minutes[:, :, 0].max() > 180  # by the nearest road alone


def test_what_cannot_be_asked_is_refused(base: Base, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody can gain"):
        scenario_gains(scenario(), base=base)
    with pytest.raises(UsageError, match="no such province"):
        load_areas(STUDY, clusters(base), ("Mars",))
    planned = replace(STUDY, transit=replace(STUDY.transit, wait="plan"))
    with pytest.raises(UsageError, match="use turn_up"):
        scenario_gains(data_path("scenarios", "ctx.toml"), planned, SEJONG, base=base)
    for text, message in (("{}", "no GeoJSON features"), ('{"features": []}', "no column code")):
        borders = tmp_path / "borders.geojson"
        borders.write_text(text, encoding="utf-8")
        other = replace(STUDY, basemap=replace(STUDY.basemap, borders=borders))
        with pytest.raises(SchemaError, match=message):
            load_areas(other, clusters(base))


def test_regions_are_found_by_code_or_name(base: Base) -> None:
    found = load_areas(STUDY, clusters(base), ("대전광역시", "chungcheongbuk-do", "39"))
    assert found.sido == ("25", "33", "39")
    assert found.names["government"]["33040"] == ("Cheongju-si", "청주시")
    assert found.names["government"]["25"] == ("Daejeon", "대전광역시")
    assert found.names["government"]["39"][0] == "Jeju-do"
    assert found.names["sigungu"]["33041"][0] == "Cheongju-si Sangdang-gu"
    assert set(found.cells["government"]) == set(found.names["government"])
    assert load_areas(STUDY, clusters(base)).sido == ("25", "29", "33")


def test_costs_add_up_only_if_all_are_known() -> None:
    assert total_cost([scenario(cost_krw_bn=0.1), scenario(cost_krw_bn=0.2)]) == 0.3
    assert total_cost([scenario(cost_krw_bn=0.1), scenario()]) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [({"target": "x"}, "--target"), ({"floor": 2.0}, "--floor"), ({"least_min": -1.0}, "--least")],
)
def test_settings_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        GainRules(**options)

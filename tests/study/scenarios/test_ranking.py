"""The ranking of links and its sensitivity: on the shipped study, with few departures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustergeo.errors import UsageError
from clustergeo.networks.edits import Base, Scenario, edit_from
from clustergeo.schemas import check_table
from clustergeo.schemas.ranking import LINK_RANKING, LINK_RANKS, LINK_STABILITY
from clustergeo.study import Study, load_study, run_scenarios, study_base
from clustergeo.study.scenarios import _link_runs
from clustergeo.study.scenarios._link_runs import head_of, means_of
from clustergeo.study.scenarios.ranking import (
    NO_RATIO,
    LinkRanking,
    _ranked,
    rank_links,
    shipped_links,
)
from clustergeo.study.scenarios.sensitivity import free_tables, link_settings, with_link_speed


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
            "joins": joins}  # fmt: skip


WEST = scenario(road("osong", "sejong"), name="west", cost_krw_bn=300.0, opening_year=2030)
JAM = scenario({"kind": "congestion", "ref": "*", "state": "weekday_pm"}, name="jam")
BUS = scenario(
    {
        "kind": "new_line", "route_id": "BUS", "route_type": 3, "stops": ["X_OCHANG", "X_OHTAC"],
        "end_to_end_min": 15, "every_min": 5, "start": "05:00", "end": "23:00",
    },
    name="bus",
)  # fmt: skip
FASTEST = scenario(
    {
        "kind": "new_line", "route_id": "TRAIN", "route_type": 3, "every_min": 5,
        "stops": ["X_OCHANG", "X_OHTAC"], "vehicle_kph": 170, "detour": 1.0, "start": "05:00",
        "end": "23:00",
    },
    name="fastest",
)  # fmt: skip


def only_settings(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Let links be ranked under the study and some settings only."""

    def some(*args: Any) -> list[Any]:
        return [one for one in link_settings(*args) if one.name in {"study", *names}]

    patch.setattr(_link_runs, "link_settings", some)


@pytest.fixture(scope="module")
def ranking(quick: Study, base: Base) -> LinkRanking:
    with pytest.MonkeyPatch.context() as patch:
        only_settings(
            patch, "weekday_pm + delays", "x 0.8", "x 1.2", "12:00-14:00", "half", "3 min"
        )
        return rank_links([WEST, BUS], quick, base=base)


@pytest.mark.parametrize(("link", "mode"), [(WEST, "car"), (BUS, "transit")])
def test_what_a_link_saves_is_that_of_its_run(
    link: Scenario, mode: str, ranking: LinkRanking, quick: Study, base: Base
) -> None:
    run = run_scenarios(link, quick, base=base)
    kinds = base.places.set_index("place_id")["kind"]
    table = run.table[run.table["mode"] == mode]
    from_cluster = table["from_id"].map(kinds) == "cluster"
    row = ranking.table.set_index("scenario_id").loc[link.scenario_id]
    for end, name in (("cluster", "saved_min"), ("capital", "saved_capital_min")):
        own = table[from_cluster & (table["to_id"].map(kinds) == end)]
        saved = own["before_min"] - own["after_min"]
        assert row[name] == pytest.approx(saved.mean(), abs=0.006)
        if end == "cluster":
            for when in ("before", "after"):
                mean = own[f"{when}_min"].mean()
                assert row[f"region_mean_{when}_min"] == pytest.approx(mean, abs=0.006)
    assert row["saved_min"] > 0.3
    assert (row["rank"], row["pairs"]) == (1, 12)


def test_cost_by_minute(ranking: LinkRanking) -> None:
    row = ranking.table.set_index("scenario_id").loc["west"]
    assert row["krw_bn_per_min"] == pytest.approx(300 / row["saved_min"], abs=0.1)
    assert (row["opening_year"], row["reason"]) == (2030, "")


def test_links_are_ranked_by_the_modes_they_touch(ranking: LinkRanking) -> None:
    assert ranking.table[["mode", "scenario_id"]].to_numpy().tolist() == [
        ["car", "west"],
        ["transit", "bus"],
    ]
    assert ranking.table["reason"].tolist() == ["", "no_cost"]
    assert (ranking.table["rank_min"] == 1).all()
    assert (ranking.table["rank_max"] == 1).all()
    assert ranking.notes[-1] == NO_RATIO


def test_every_setting_is_told_once(ranking: LinkRanking) -> None:
    ranks = ranking.ranks
    car = ranks.query("mode == 'car' and target == 'clusters'")
    assert set(car["dimension"]) == {"study", "road_state", "road_speed", "link_speed"}
    transit = ranks.query("mode == 'transit' and target == 'clusters'")
    assert set(transit["dimension"]) == {
        "study", "window", "wait", "change_margin", "link_speed", "departure", "spread",
    }  # fmt: skip
    capital = ranks.query("dimension == 'capital_point'")
    assert set(capital["target"]) == {"capital"}
    assert len(capital) == 2 * 7
    speeds = car.set_index(["dimension", "setting"])["saved_min"]
    usual = speeds["study", "study"]
    assert speeds["link_speed", "x 0.8"] < usual < speeds["link_speed", "x 1.2"]
    # A new road is worth more where the others are slow.
    assert speeds["road_speed", "x 1.2"] < usual < speeds["road_speed", "x 0.8"]
    every = ranking.stability.query("dimension == 'all' and target == 'clusters'")
    assert every["rankings"].tolist() == [len(car), len(transit)]


def test_the_tables_keep_their_contracts_and_bytes(ranking: LinkRanking, tmp_path: Path) -> None:
    check_table(ranking.table, LINK_RANKING, file="x")
    check_table(ranking.ranks, LINK_RANKS, file="x")
    check_table(ranking.stability, LINK_STABILITY, file="x")
    for i in range(2):
        ranking.write(tmp_path / str(i))
    files = sorted(path.relative_to(tmp_path / "0") for path in (tmp_path / "0").rglob("*.*"))
    assert [path.name for path in files] == [
        "ranking.json", "link_ranking.csv", "link_ranks.csv", "link_stability.csv",
    ]  # fmt: skip
    for file in files:
        assert (tmp_path / "0" / file).read_bytes() == (tmp_path / "1" / file).read_bytes()
    again = pd.read_csv(tmp_path / "0/tables/link_ranking.csv", dtype=str, keep_default_na=False)
    assert again["opening_year"].tolist() == ["2030", ""]
    assert again["rank"].tolist() == ["1", "1"]


def test_ranks_by_hand() -> None:
    """Tenths tell links apart; who has no minutes, or saves none, is not placed."""
    saved = {
        "study": [2.04, 2.01, -1.0],
        "missing": [1.0, np.nan, 0.5],
        "nothing": [0.04, 0.0, -3.0],
        "turned": [0.1, 0.3, 0.2],
    }
    rows = [
        {"dimension": "study" if name == "study" else "window", "setting": name, "mode": "car",
         "target": "clusters", "scenario_id": link, "pairs": 12, "saved_min": value}
        for name, values in saved.items()
        for link, value in zip("abc", values, strict=True)
    ]  # fmt: skip
    found = _ranked(rows[::-1]).set_index(["setting", "scenario_id"])["rank"]
    assert found.index[0][0] == "study"
    assert [found["study", link] for link in "abc"] == [1, 1, 3]
    assert [found["turned", link] for link in "abc"] == [3, 1, 2]
    assert found["missing"].isna().all()
    assert found["nothing"].isna().all()


def test_means_are_of_the_pairs_that_have_a_trip_both_times() -> None:
    pairs = (("a", "b"), ("b", "a"), ("a", "c"))
    tables = [
        pd.DataFrame({"from_id": ["a", "b", "a"], "to_id": ["b", "a", "c"], "minutes": minutes})
        for minutes in ([30.0, 40.0, np.nan], [20.0, 44.0, 10.0])
    ]
    found = means_of((tables[0], tables[1]), pairs)
    assert found == {"pairs": 2, "before": 35.0, "after": 32.0, "saved_min": 3.0}
    nothing = means_of((tables[0], tables[1]), (("a", "c"),))
    assert nothing["pairs"] == 0
    assert np.isnan(nothing["saved_min"])
    heads = [
        head_of(replace(WEST, cost_krw_bn=cost), "car", {"clusters": own, "capital": own})
        for cost, own in ((9.0, found), (None, found), (9.0, found | {"saved_min": 0.04}),
                          (9.0, nothing))
    ]  # fmt: skip
    assert [head["reason"] for head in heads] == ["", "no_cost", "saves_nothing", "no_pairs"]
    assert heads[0]["krw_bn_per_min"] == 3.0
    assert all(np.isnan(head["krw_bn_per_min"]) for head in heads[1:])


def test_a_setting_that_a_link_refuses_is_not_ranked(
    quick: Study, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_settings(monkeypatch, "weekend + delays")
    found = rank_links([JAM], quick, base=base)
    lost = found.ranks.query("dimension == 'road_state'")
    assert lost["rank"].isna().all()
    assert (lost["pairs"] == 0).all()
    assert any("jam has a state of its own" in note for note in found.notes)
    row = found.table.iloc[0]
    assert row["saved_min"] < 0
    assert pd.isna(row["rank"])
    assert (row["settings"], row["first_share"]) == (0, 0)


def test_a_link_too_fast_to_be_faster_is_said(
    quick: Study, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_settings(monkeypatch, "x 1.2")
    (slow,) = [s for s in link_settings(quick, "transit", "usual") if s.name == "x 1.2"]
    assert not slow.same_link(FASTEST)
    assert slow.same_link(scenario({"kind": "headway", "route": "B1", "every_min": 5.0}))
    found = rank_links([FASTEST], quick, base=base, settings="usual")
    assert found.ranks["setting"].nunique() > 2
    assert any("fastest so is refused (edit 1" in note for note in found.notes)
    row = found.ranks.query("setting == 'x 1.2' and target == 'clusters'").iloc[0]
    assert pd.isna(row["saved_min"])
    assert pd.isna(row["rank"])


def test_the_study_alone_has_no_range(quick: Study, base: Base) -> None:
    ticks: list[tuple[int, int]] = []
    nothing = scenario(name="nothing")
    found = rank_links(
        [WEST, nothing], quick, base=base, settings="study", notify=lambda *ns: ticks.append(ns)
    )
    assert ticks == [(1, 2), (2, 2)]
    assert set(found.ranks["setting"]) == {"study"}
    assert found.table["settings"].tolist() == [1]
    assert found.notes[0] == "nothing: no time depends on it"
    with pytest.raises(UsageError, match="an id of two scenarios"):
        rank_links([WEST, WEST], quick, base=base)


def test_pairs_without_a_trip_are_said(quick: Study, base: Base) -> None:
    near = replace(quick, road=replace(quick.road, limit_min=30.0))
    found = rank_links([WEST], near, base=base, settings="study")
    assert 0 < found.table["pairs"].iloc[0] < 12
    assert any("are left out of the mean" in note for note in found.notes)


def test_every_shipped_link_is_ranked_by_default() -> None:
    names = [path.stem for path in shipped_links()]
    assert len(names) == 10
    assert "template" not in names
    assert "ctx" in names


def test_settings_vary_what_they_say() -> None:
    study = load_study()
    every = list(link_settings(study, "transit", "all"))
    usual = list(link_settings(study, "transit", "usual"))
    assert len(usual) < len(every)
    names = {(one.dimension, one.name) for one in every}
    assert {(one.dimension, one.name) for one in usual} <= names
    assert ("headway_draws", "40") in names
    assert ("access", "walk") in names
    # What the study has already is no setting of its own.
    midday = replace(study, window="12:00-14:00")
    assert "12:00-14:00" not in {one.name for one in link_settings(midday, "transit", "all")}
    jammed = replace(study, networks=replace(study.networks, state="weekend"))
    states = {one.name for one in link_settings(jammed, "car", "usual")}
    assert "free_flow" in states
    assert "weekend + delays" not in states


def test_half_hours_and_tenths_come_free(quick: Study, base: Base) -> None:
    run = run_scenarios(scenario(), quick, base=base)
    assert list(free_tables(quick, run.before["car"])) == []
    names = [name for _, name, _ in free_tables(quick, run.before["transit"])]
    assert names == ["07:30-07:40", "p10_min", "p90_min"]


def test_speeds_are_scaled_and_stops_are_not() -> None:
    listed = {"kind": "new_line", "route_id": "L", "route_type": 2, "stops": ["a", "b", "c"],
              "section_min": [10, 20], "section_back_min": [12, 24], "every_min": 10}  # fmt: skip
    whole = {k: v for k, v in listed.items() if not k.startswith("section")}
    edits = with_link_speed(
        scenario(
            listed,
            whole | {"end_to_end_min": 21, "dwell_min": 1},
            {"kind": "extend_line", "route": "L", "at": "c", "stops": ["d", "e"],
             "end_to_end_min": 21, "dwell_min": 1},
            whole | {"vehicle_kph": 60},
            road("osong", "sejong", kph=190),
            {"kind": "road_speed", "ref": "1", "factor": 1.5},
            {"kind": "headway", "route": "B1", "every_min": 5},
        ),
        1.25,
    ).edits  # fmt: skip
    told = [edit.meaning for edit in edits]
    assert told[0]["section_min"] == (8.0, 16.0)
    assert told[0]["section_back_min"] == (9.6, 19.2)
    assert told[1]["end_to_end_min"] == told[2]["end_to_end_min"] == 1 + 20 / 1.25
    assert told[3]["vehicle_kph"] == 75
    assert told[4]["speed_kph"] == 200
    assert told[5]["factor"] == 1.875
    assert told[6]["every_min"] == 5

"""Scenario files: read strictly, hashed by meaning, resolved together, applied to a copy."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustergeo.errors import MissingFileError, ScenarioError
from clustergeo.networks import load_road_network, load_timetable
from clustergeo.networks.edits import (
    Base,
    Scenario,
    apply,
    edit_from,
    load_scenario,
    resolve_all,
)
from clustergeo.networks.edits.edit import Edit, nearest
from clustergeo.places import load_clusters
from clustergeo.settings import data_path

HEAD = '[scenario]\nscenario_id = "x"\ntitle_en = "X"\ntitle_ko = "엑스"\n'
SPEED = '[[edit]]\nkind = "road_speed"\nref = "1"\nspeed_kph = 90\n'


@pytest.fixture(scope="module")
def base() -> Base:
    return Base(places=load_clusters(), road=load_road_network(), timetable=load_timetable())


def written(folder: Path, text: str, name: str = "x.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


def test_a_file_is_read_with_its_edits_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + SPEED + SPEED.replace("90", "100.5"))
    scenario = load_scenario(path)
    assert scenario.scenario_id == "x"
    assert [edit.meaning["speed_kph"] for edit in scenario.edits] == [90.0, 100.5]
    assert scenario.file == str(path)
    assert [edit.kind for edit in scenario.edits_of("road")] == ["road_speed"] * 2
    assert scenario.edits_of("places") == ()
    assert scenario.edits[1].spot == f"edit 2 of {path}"


def test_every_fault_of_a_file_is_told_at_its_line(tmp_path: Path) -> None:
    text = (
        '[scenario]\nscenario_id = "a b"\ntitle_en = "X"\ncosts = 3\nopening_year = "soon"\n\n'
        '[[edit]]\nkind = "rode_speed"\n\n[[edit]]\nkind = "road_speed"\nspeed_kph = "fast"\n'
        'bbox = [1, 2]\n\n[[edit]]\nref = "1"\n\n[extra]\nx = 1\n'
    )
    assert faults(written(tmp_path, text)) == [
        ":1, scenario.title_ko: key missing - add it; `clustergeo scenario new` shows every key",
        (
            ":2, scenario.scenario_id: string should match pattern '^[\\w.-]+$' ('a b') - "
            "correct the value"
        ),
        ":4, scenario.costs: unknown key (costs) - did you mean cost_krw_bn?",
        ":5, scenario.opening_year: input should be a valid integer ('soon') - correct the value",
        (
            ":8, edit.kind: no such kind of edit ('rode_speed') - did you mean road_speed, "
            "remove_stop, road_lanes?"
        ),
        ":12, edit.speed_kph: input should be a valid number ('fast') - correct the value",
        ":13, edit.bbox: too few values - give all of them",
        f":15, edit.kind: key missing - use {', '.join(_kinds())}",
        ":18, extra: unknown table (extra) - use [scenario] and [[edit]]",
    ]


def _kinds() -> list[str]:
    from clustergeo.networks.edits.edit import KINDS  # noqa: PLC0415

    return list(KINDS)


def test_a_file_without_its_tables_is_refused(tmp_path: Path) -> None:
    assert faults(written(tmp_path, SPEED)) == [
        ", scenario: no table [scenario] - add it; `clustergeo scenario new` shows every key"
    ]
    assert faults(written(tmp_path, HEAD + '[edit]\nkind = "toll"\n')) == [
        ":5, edit: is one table - write [[edit]], in double brackets"
    ]
    assert "not TOML" in faults(written(tmp_path, "["))[0]
    with pytest.raises(MissingFileError):
        load_scenario(tmp_path / "none.toml")


def test_where_is_no_key_of_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + SPEED + "where = {}\n")
    assert faults(path) == [":9, edit.where: unknown key (where) - take it out"]


def test_the_id_is_of_the_meaning_not_of_the_form(tmp_path: Path) -> None:
    one = load_scenario(written(tmp_path, HEAD + SPEED))
    other = load_scenario(
        written(
            tmp_path,
            "# a comment\nedit = [{ speed_kph = 90.0, ref = '1', assumption = false, "
            'kind = "road_speed" }]\n\n[scenario]\ntitle_ko = "엑스"\nnote_en = ""\n'
            'title_en = """X"""\nscenario_id = "x"\n',
            "other.toml",
        )
    )
    assert one.content_id == other.content_id
    assert one == other
    faster = load_scenario(written(tmp_path, HEAD + SPEED.replace("90", "91")))
    assert faster.content_id != one.content_id
    # What it is called and what is said of it is no part of its meaning; cost and year are.
    renamed = replace(one, scenario_id="y", title_en="Y", note_en="a word", sources=("z",))
    assert renamed.content_id == one.content_id
    noted = load_scenario(written(tmp_path, HEAD + SPEED + 'note = "a word"\nsource = "z"\n'))
    assert noted.content_id == one.content_id
    for keys in ({"cost_krw_bn": 1.0}, {"opening_year": 2030}, {"evidence": "published"}):
        assert replace(one, **keys).content_id != one.content_id


keys = st.fixed_dictionaries(
    {"ref": st.text("12", min_size=1, max_size=2), "speed_kph": st.integers(10, 120)},
    optional={"note": st.text("ab \"'#", max_size=5), "cost_krw_bn": st.integers(0, 9)},
)


@settings(max_examples=15)
@given(st.lists(keys, max_size=3), st.randoms(use_true_random=False))
def test_the_id_survives_any_form(
    tmp_path_factory: pytest.TempPathFactory, tables: list[dict[str, Any]], chance: random.Random
) -> None:
    import json  # noqa: PLC0415

    def text() -> str:
        lines = [HEAD]
        for table in tables:
            pairs = [("kind", "road_speed"), *table.items()]
            chance.shuffle(pairs)
            lines.append("[[edit]]" + chance.choice(["", " # a word"]))
            for key, value in pairs:
                shown = value if isinstance(value, str) else chance.choice([value, float(value)])
                gap = " " * chance.randint(0, 3)
                lines.append(f"{gap}{key}{gap}={gap}{json.dumps(shown, ensure_ascii=False)}")
                lines += [""] * chance.randint(0, 2)
        return "\n".join(lines)

    folder = tmp_path_factory.mktemp("forms")
    ids = {load_scenario(written(folder, text(), f"{i}.toml")).content_id for i in range(3)}
    assert len(ids) == 1


def test_no_edits_give_the_base_itself_to_the_byte(base: Base, tmp_path: Path) -> None:
    nothing = Scenario(scenario_id="n", title_en="", title_ko="")
    assert apply(nothing, base) is base
    assert apply([nothing, nothing], base) is base
    assert resolve_all([], base) == []
    for part in ("road", "timetable"):
        one, other = tmp_path / f"{part}1", tmp_path / f"{part}2"
        getattr(base, part).save(one)
        getattr(apply(nothing, base), part).save(other)
        names = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
        assert names == sorted(p.relative_to(other) for p in other.rglob("*") if p.is_file())
        assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_what_no_edit_touches_is_the_same_object(base: Base, tmp_path: Path) -> None:
    changed = apply(load_scenario(written(tmp_path, HEAD + SPEED)), base)
    assert changed.road is not base.road
    assert changed.timetable is base.timetable
    assert changed.places is base.places


def test_faults_of_all_rooms_and_files_come_in_one_report(base: Base, tmp_path: Path) -> None:
    first = HEAD + (
        '[[edit]]\nkind = "road_speed"\nref = "9999"\nspeed_kph = 90\n'
        '[[edit]]\nkind = "weight"\nplace_id = "osung"\ncolumn = "employees"\nfactor = 2\n'
    )
    second = HEAD + (
        '[[edit]]\nkind = "headway"\nroute = "B1"\nevery_min = 0\n'
        '[[edit]]\nkind = "new_road"\nhighway = "trunk"\nspeed_kph = 80\n'
        "line = ['osong', [125.0, 38.0]]\n"
    )
    files = [written(tmp_path, first, "1.toml"), written(tmp_path, second, "2.toml")]
    scenarios = [load_scenario(path) for path in files]
    found = resolve_all(scenarios, base)
    rows = [(Path(fault.file).name, fault.row, fault.field) for fault in found]
    assert rows == [
        ("1.toml", 7, "edit.ref"),
        ("1.toml", 11, "edit.place_id"),
        ("2.toml", 8, "edit.every_min"),
        ("2.toml", 13, "edit.line"),
    ]
    with pytest.raises(ScenarioError) as caught:
        apply(scenarios, base)
    assert list(caught.value.faults) == found


def test_contradictions_are_found_across_files(base: Base, tmp_path: Path) -> None:
    one = load_scenario(written(tmp_path, HEAD + SPEED, "1.toml"))
    two = load_scenario(written(tmp_path, HEAD + SPEED.replace("90", "80"), "2.toml"))
    assert resolve_all(one, base) == resolve_all(two, base) == []
    (fault,) = resolve_all([one, two], base)
    assert fault.what.startswith("contradicts (speed 80.0 here, 90.0 by edit 1 of ")


def test_a_road_may_lead_to_a_place_that_the_scenario_adds(base: Base) -> None:
    edits = (
        edit_from({"kind": "new_site", "place_id": "new", "lon": 127.40, "lat": 36.66}),
        edit_from({
            "kind": "new_road", "highway": "primary", "speed_kph": 60.0,
            "line": ["osong", "new"],
            "joins": [{"at": "osong"}, {"at": "new", "cap_m": 5000}],
        }),
    )  # fmt: skip
    scenario = Scenario(scenario_id="n", title_en="", title_ko="", edits=edits)
    assert resolve_all(scenario, base) == []
    assert len(apply(scenario, base).places) == len(base.places) + 1


def test_an_edit_of_python_has_no_file() -> None:
    edit = edit_from({"kind": "toll", "ref": "1", "toll": True})
    assert edit.spot == "edit 1"
    assert isinstance(edit, Edit)
    assert nearest("", ["a"]) == ""


SHIPPED = sorted(
    path for path in data_path("scenarios").glob("*.toml") if path.name != "template.toml"
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_fits_the_shipped_base(path: Path) -> None:
    from clustergeo.study import check_scenarios  # noqa: PLC0415

    (scenario,) = check_scenarios([path])
    assert scenario.scenario_id == path.stem
    assert scenario.title_ko
    assert scenario.sources or scenario.evidence == "estimated"
    for edit in scenario.edits:
        assert edit.note or not edit.assumption, "an assumption states its reason"

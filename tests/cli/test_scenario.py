"""``clustergeo scenario``: from the template to the tables, as somebody new would use it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clustergeo.cli import main
from clustergeo.settings import data_path

HEAD = '[scenario]\nscenario_id = "x"\ntitle_en = "X"\ntitle_ko = "엑스"\n'


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", *(str(word) for word in argv)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def written(folder: Path, text: str, name: str = "x.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in ("new", "check", "run", "compare", "find"))


def test_a_new_bus_is_made_from_the_template_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "new", "my_bus")
    assert (code, out) == (
        0,
        "my_bus.toml: edit it, then run `clustergeo scenario run my_bus.toml`\n",
    )
    code, out, _ = run(capsys, "find", "오창")
    assert code == 0
    assert "stop  X_OCHANG_GC  오창과학산업단지(과학산업2로)" in out
    assert 'road  name = "오창IC"  highway = "motorway_link"' in out
    # Somebody makes it rarer, and lets it begin at another stop.
    text = Path("my_bus.toml").read_text(encoding="utf-8")
    text = text.replace("every_min = 15 ", "every_min = 30 ").replace('"X_OCHANG_GC", ', "")
    Path("my_bus.toml").write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "check", "my_bus.toml")
    assert code == 0
    assert out.startswith("my_bus.toml: ok, scenario my_bus, 1 edit, id ")
    code, out, err = run(capsys, "run", "my_bus.toml", "--out", "out")
    assert code == 0
    assert out.startswith("A bus from Ochang to Osong (my_bus, id ")
    assert "unchanged by car: all 40 pairs" in out
    assert "Minutes door to door by transit" in out
    assert out.endswith(f"{Path('out/appraisal.md')}\n")
    assert "between clusters       transit" in out
    assert "No benefit-cost ratio is claimed" in " ".join(out.split())
    assert "is assumed: speed and headway are an example" in err
    table = pd.read_csv("out/tables/before_after.csv")
    assert len(table) == 136
    assert Path("out/scenario.json").exists()


def test_every_kind_of_edit_of_the_template_is_one(tmp_path: Path) -> None:
    """Take the # away from every edit that is commented out: all keys are known."""
    from clustergeo.errors import ScenarioError  # noqa: PLC0415
    from clustergeo.networks.edits import load_scenario  # noqa: PLC0415
    from clustergeo.networks.edits.edit import KINDS  # noqa: PLC0415

    text = data_path("scenarios", "template.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("# Every other kind of edit.")
    lines = [line.removeprefix("# ") for line in rest.splitlines()[1:]]
    try:
        scenario = load_scenario(written(tmp_path, head + "\n".join(["", *lines])))
    except ScenarioError as error:
        pytest.fail(str(error))
    shown = {edit.kind for edit in scenario.edits} | {"close_road", "road_lanes", "toll"}
    assert shown | {"move_place"} == set(KINDS)


def test_a_name_that_is_taken_or_odd_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "new", "a.toml")[0] == 0
    code, _, err = run(capsys, "new", "a")
    assert code == 5
    assert "exists already" in err
    for name in ("x/y", "a b", ".toml"):
        assert run(capsys, "new", name)[0] == 2


def test_check_names_every_fault_of_every_file_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = written(tmp_path, HEAD + '[[edit]]\nkind = "headway"\nroute = "B1"\nevery_min = 0\n')
    second = written(
        tmp_path, HEAD + '[[edit]]\nkind = "close_road"\nname = "경부고속도"\n', "y.toml"
    )
    code, out, err = run(capsys, "check", first, second, data_path("scenarios", "ctx.toml"))
    assert (code, out) == (3, "")
    assert f"{first}:8, edit.every_min: no headway (0 min)" in err
    assert f"{second}:7, edit.name: no such road (경부고속도) - did you mean 경부고속도로" in err


def test_files_are_checked_alone_or_together(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = [
        written(
            tmp_path,
            HEAD + f'[[edit]]\nkind = "road_speed"\nref = "29"\nspeed_kph = {kph}\n',
            f"{kph}.toml",
        )
        for kph in (90, 110)
    ]
    assert run(capsys, "check", *files)[0] == 0
    code, _, err = run(capsys, "check", *files, "--together")
    assert code == 3
    assert "contradicts (speed 110.0 here, 90.0 by edit 1 of " in err


def test_two_scenarios_are_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fast, slow = (
        written(
            tmp_path,
            (HEAD + f'[[edit]]\nkind = "road_speed"\nref = "1"\nspeed_kph = {kph}\n').replace(
                '"x"', f'"at_{kph}"'
            ),
            f"{kph}.toml",
        )
        for kph in (110, 60)
    )
    code, out, _ = run(capsys, "compare", fast, slow, "--out", tmp_path / "out")
    assert code == 0
    assert "at_110  at_60  change" in out
    table = pd.read_csv(tmp_path / "out/compared.csv")
    assert (table.loc[table["mode"] == "car", "difference_min"] >= 0).all()
    assert table["change"].isin(["slower", "unchanged"]).all()
    assert (tmp_path / "out/at_60/tables/before_after.csv").exists()


def test_a_search_that_finds_nothing_or_much_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = run(capsys, "find", "nowhere at all")
    assert code == 2
    assert "nothing of that name" in err
    code, out, _ = run(capsys, "find", "a")
    assert code == 0
    assert "more - give a longer part of the name" in out


def test_a_folder_that_cannot_be_written_is_told_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blocked = written(tmp_path, "", "file")
    file = written(tmp_path, HEAD)
    assert run(capsys, "run", file, "--out", blocked / "out")[0] == 5
    assert run(capsys, "compare", file, file, "--out", blocked / "out")[0] == 5


def test_another_study_is_the_base(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, HEAD)
    study = data_path("studies", "chungcheong.toml")
    demand = written(
        tmp_path, "from_id,to_id,mode,trips_a_day,source\nosong,sejong,car,9,me\n", "demand.csv"
    )
    code, out, _ = run(capsys, "run", file, "--study", study, "--null", "--demand", demand)
    assert code == 0
    assert "unchanged by transit: all 40 pairs" in out
    assert "No measure of isolation changes" in out
    assert "No verdict on a claim turns" in out
    assert "between clusters by car: 0 person-minutes saved a day" in out
    null = [line.split() for line in out.partition("Null run")[2].splitlines()[2:8]]
    assert [line[0] for line in null] == ["times", "measures", "claims"] * 2
    assert all(line[3:] == ["0", "0"] for line in null)
    assert all(len(line) < 80 for line in out.splitlines())


def test_a_demand_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    demand = written(tmp_path, "from_id,to_id\nosong,sejong\n", "demand.csv")
    code, _, err = run(capsys, "run", written(tmp_path, HEAD), "--demand", demand)
    assert code == 3
    assert f"{demand}, trips_a_day: column missing" in err
    assert "scenario x" not in err  # before anything is computed


def test_claims_are_judged_with_what_is_built(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = written(tmp_path, HEAD.replace('"x"', '"ctx"') + 'stands_for = ["cheonan_line"]\n')
    out = tmp_path / "claims.csv"
    with pytest.raises(SystemExit) as stopped:
        main(["claims", "--scenario", str(file), "--mode", "transit", "--out", str(out)])
    assert not stopped.value.code
    assert "Judged on times with x." in capsys.readouterr().out
    table = pd.read_csv(out).set_index("claim_id")
    # Nothing is built, but it is said to be: the figures of today fail.
    assert table.loc["ctx_daejeon_sejong_after", "verdict"] == "fails"
    assert table.loc["cheonan_line_after", "verdict"] == "fails"

"""``clustergeo scenario gains``: what a planner reads, gets in a folder, is told when wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clustergeo.cli import _scenario_gains as cli
from clustergeo.cli import main
from clustergeo.settings import data_path
from clustergeo.study.scenarios.gain_rules import ScenarioGains
from clustergeo.study.scenarios.gains import scenario_gains

ROAD = data_path("scenarios", "sejong_anseong.toml")


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", "gains", *(str(word) for word in argv)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_a_road_for_the_capital(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clustergeo.cli._scenario_gains._EVERY_S", 0.0)
    asked = (ROAD, "--target", "capital", "--sido", "29", "--sido", "Daejeon")
    folder = tmp_path / "out"
    code, out, err = run(
        capsys,
        *asked,
        "--national-share",
        "0.7",
        "--lead",
        "Ministry <X>",
        "--word",
        "--out",
        folder,
    )
    assert code == 0
    lines = out.splitlines()
    table = [line for line in lines if line.startswith("  ")]
    assert max(map(len, table)) <= 80
    assert [line.split()[0] for line in table[1:]] == ["National", "Daejeon", "Sejong-si"]
    assert "70.0%" in table[1]
    assert "no benefit-cost ratio" in err
    assert "100% done" in err
    assert "people have no trip by car" in err
    gains = pd.read_csv(folder / "gains.csv")
    assert set(gains["level"]) == {"cell", "sigungu", "government", "sido"}
    sheet = (folder / "agreement.html").read_text(encoding="utf-8")
    assert "Ministry &#60;X&#62;" in sheet
    assert "Ministry \\<X\\>" in (folder / "agreement.md").read_text(encoding="utf-8")
    assert (folder / "agreement.docx").read_bytes().startswith(b"PK")


def test_who_saves_too_little_does_not_sign_and_losses_are_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_losses(*asked: Any, **options: Any) -> ScenarioGains:
        found = scenario_gains(*asked, **options)
        worse = {"lost_population": 7, "lost_person_min": -1234.0}
        return replace(found, table=found.table.assign(**worse))

    monkeypatch.setattr(cli, "scenario_gains", with_losses)
    code, out, err = run(capsys, ROAD, "--sido", "29")
    assert code == 0
    assert "not asked to sign, saves less than 1 min a person: Sejong-si" in out
    assert "Nobody signs by trips to the clusters: try --target capital or --least-min" in out
    assert "7 of them have one only before" in err
    assert "some cells lose by car: 1,234 person-minutes" in err


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("--floor", "2"), 2, "--floor: not from 0 to 1 (2)"),
        (("--sido", "Mars"), 2, "--sido: no such province (Mars)"),
        (("--target", "moon"), 2, "moon"),
    ],
)
def test_wrong_input_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], code: int, message: str
) -> None:
    found, _, err = run(capsys, ROAD, *asked)
    assert found == code
    assert message in err


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, tmp_path / "none.toml")
    assert code == 3
    assert "no such file" in err

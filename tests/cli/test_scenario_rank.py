"""``clustergeo scenario attribute`` and ``rank``: what is printed, written and refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustergeo.cli import _scenario_rank, main
from clustergeo.settings import data_path
from clustergeo.study import load_study
from clustergeo.study.scenarios.ranking import LinkRanking


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", *(str(word) for word in argv)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def road(folder: Path, name: str, *line: str) -> Path:
    """Write a scenario of one motorway between places."""
    joins = ", ".join(f'{{ at = "{place}", name = "{place}" }}' for place in line)
    path = folder / f"{name}.toml"
    path.write_text(
        f'[scenario]\nscenario_id = "{name}"\ntitle_en = "Road {name}"\ntitle_ko = "길"\n'
        "cost_krw_bn = 900\nopening_year = 2031\n"
        '[[edit]]\nkind = "new_road"\nhighway = "motorway"\nspeed_kph = 100\n'
        f'name = "{name}"\nline = {list(line)}\njoins = [{joins}]\n'.replace("'", '"'),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def roads(tmp_path: Path) -> list[Path]:
    return [road(tmp_path, "west", "osong", "sejong"), road(tmp_path, "east", "ochang", "osong")]


def numbers(line: str) -> list[str]:
    return line.split()


def test_a_package_is_taken_apart_into_its_files(
    capsys: pytest.CaptureFixture[str], roads: list[Path], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "attribute", *roads, "--out", tmp_path / "out")
    assert code == 0
    assert err.startswith("attribution of west, east\nruns: 3 by car\n")
    lines = out.splitlines()
    assert lines[:3] == [
        "Road west (west)",
        "Road east (east)",
        "Minutes saved a trip by car, mean of 12 pairs of clusters",
    ]
    assert lines[3].split() == ["alone", "left", "out", "Shapley", "share", "capital", "unit"]
    west, east, package = (numbers(line) for line in lines[4:7])
    assert (west[-1], east[-1], package[-1]) == ("west", "east", "package")
    total = float(west[2]) + float(east[2])
    assert total == pytest.approx(float(package[2]), abs=0.011)
    assert package[3] == "100%"
    assert "  west: new_road west" in lines
    assert all(len(line) <= 90 for line in lines[:-1])
    table = pd.read_csv(tmp_path / "out/tables/attribution.csv")
    assert set(table["target"]) == {"clusters", "capital"}
    assert out.endswith(f"Open {tmp_path / 'out/tables/attribution.csv'}\n")


def test_a_single_file_is_taken_apart_into_its_edits(
    capsys: pytest.CaptureFixture[str], roads: list[Path]
) -> None:
    code, out, _ = run(capsys, "attribute", roads[0])
    assert code == 0
    assert "  west.1: new_road west" in out.splitlines()


def test_links_are_ranked(
    capsys: pytest.CaptureFixture[str], roads: list[Path], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "rank", *roads, "--settings", "study", "--out", tmp_path / "o")
    assert code == 0
    assert err.startswith("ranking of 2 links\n")
    assert "no benefit-cost ratio is claimed" in err
    lines = out.splitlines()
    assert lines[0].startswith("By car ")
    assert lines[0].endswith(" min a trip between clusters.")
    assert "(mean of 12 pairs of clusters, 30.3 min on 2026-11-18, 07:00-09:00)" in lines[1]
    first, second = (numbers(line) for line in lines[3:5])
    assert (first[0], second[0]) == ("1", "2")
    assert float(first[2]) > float(second[2])
    assert first[4:7] == ["900.0", f"{900 / float(first[2]):,.0f}", "2031"]
    table = pd.read_csv(tmp_path / "o/tables/link_ranking.csv")
    assert table["scenario_id"].tolist() == [first[-1], second[-1]]
    assert (tmp_path / "o/ranking.json").exists()


def invented() -> LinkRanking:
    """Return a ranking in which a link moves, one saves nothing, and one in jams only."""
    row = {"pairs": 12, "region_mean_before_min": 30.0, "cost_krw_bn": np.nan,
           "krw_bn_per_min": np.nan, "opening_year": pd.NA, "saved_capital_min": 0.0}  # fmt: skip
    rows = [
        {"scenario_id": "bus", "mode": "transit", "rank": 1.0, "rank_min": 1.0, "rank_max": 2.0,
         "saved_min": 3.5, "first_share": 0.75, "settings": 4, "moved_by": "wait plan"},
        {"scenario_id": "halt", "mode": "transit", "rank": 2.0, "rank_min": 2.0, "rank_max": 2.0,
         "saved_min": 0.01, "first_share": 0.0, "settings": 4, "moved_by": "spread p10_min"},
        {"scenario_id": "road", "mode": "car", "rank": np.nan, "rank_min": np.nan,
         "rank_max": np.nan, "saved_min": 0.0, "first_share": 0.0, "settings": 0, "moved_by": ""},
    ]  # fmt: skip
    ranks = pd.DataFrame(
        {
            "dimension": ["road_state", "road_state"], "setting": ["weekday_pm", "holiday"],
            "mode": "car", "target": "clusters", "scenario_id": "road", "pairs": 12,
            "saved_min": [0.4, 0.0], "rank": [1.0, 1.0],
        }
    )  # fmt: skip
    return LinkRanking(
        study=load_study(),
        scenarios=(),
        table=pd.DataFrame([row | each for each in rows]),
        ranks=ranks,
        stability=pd.DataFrame(),
    )


def test_what_moves_a_link_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_scenario_rank, "rank_links", lambda *_args, **_keys: invented())
    code, out, err = run(capsys, "rank")
    assert code == 0
    assert err == "ranking of shipped links\n"
    lines = out.splitlines()
    told = "By transit bus saves most: 3.50 min a trip between clusters; first in 3 of 4 settings."
    assert told in lines
    assert "  bus stands elsewhere by wait plan" in lines
    assert not any(line.startswith("  halt stands") for line in lines)
    assert "By car no link saves a tenth of a minute between the clusters." in lines
    assert "  road saves by road_state weekday_pm (0.40 min) only" in lines


def test_how_long_it_takes_is_said_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([10.0, 10.0, 11.0, 13.0, 99.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock, 99.0))

    def counted(*_args: Any, notify: Any, **_keys: Any) -> LinkRanking:
        for done in range(1, 5):
            notify(done, 10)
        return invented()

    monkeypatch.setattr(_scenario_rank, "rank_links", counted)
    err = run(capsys, "rank", data_path("scenarios", "ctx.toml"))[2]
    assert err.startswith("ranking of ctx\n")
    assert err.count("to go") == 1


def test_what_cannot_be_ranked_is_refused_in_a_line(
    capsys: pytest.CaptureFixture[str], roads: list[Path], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "rank", roads[0], roads[0])
    assert (code, out) == (2, "")
    assert "FILE: given twice" in err
    code, out, err = run(capsys, "attribute", tmp_path / "nix.toml")
    assert (code, out) == (3, "")
    assert "no such file" in err
    assert run(capsys, "rank", "--settings", "nix")[0] == 2
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    assert run(capsys, "rank", roads[0], "--out", taken)[0] == 5

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from clustergeo.cli import main
from clustergeo.settings import data_path, version

PLACES = "place_id,name_en,lon,lat\nx,Town X,127.30,36.50\ny,Town Y,127.40,36.60\n"


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def written(folder: Path, text: str, name: str = "places.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"clustergeo {version()}\n", "")


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in ("study", "new", "places", "times", "check"))


def test_an_unknown_command_or_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "nonsense")[0] == 2
    assert run(capsys, "study", "--nonsense")[0] == 2


def test_the_module_runs_as_a_program() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "clustergeo", "--version"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert ran.stdout == f"clustergeo {version()}\n"


def test_shipped_places_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "places")
    assert code == 0
    assert "daedeok_kaist" in out
    assert "대덕연구개발특구" in out


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg"])
def test_places_are_written_and_read_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"mine{suffix}"
    code, said, _ = run(capsys, "places", written(tmp_path, PLACES), "--out", out)
    assert (code, said) == (0, f"{out}: 2 places\n")
    assert run(capsys, "check", out)[:2] == (0, f"{out}: ok, places, 2 points\n")


def test_times_by_car_between_shipped_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "times.csv"
    code, said, _ = run(
        capsys,
        *["times", "--mode", "car", "--from", "daedeok", "osong", "--to", "sejong,ochang"],
        *["--out", out],
    )
    snapped = "to the roads: median 0 m, farthest 60 m (daedeok)\n"
    assert (code, said) == (0, f"{out}: 4 times (4 ok)\n{snapped}")
    table = pd.read_csv(out)
    assert table["from_id"].tolist() == ["daedeok", "daedeok", "osong", "osong"]
    assert table["minutes"].between(10, 60).all()


def test_times_by_public_transport_as_geojson_and_parquet(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = "times --mode transit --from osong --to sejong --date 2026-11-18 --window 08:00-08:10"
    lines, table = tmp_path / "times.geojson", tmp_path / "times.parquet"
    assert run(capsys, *words.split(), "--out", lines)[0] == 0
    assert run(capsys, *words.split(), "--out", table)[0] == 0
    (feature,) = json.loads(lines.read_text(encoding="utf-8"))["features"]
    assert feature["geometry"]["type"] == "LineString"
    minutes = pd.read_parquet(table).loc[0, "minutes"]
    assert feature["properties"]["minutes"] == minutes
    assert 20 < minutes < 60


def test_times_from_a_file_to_a_shipped_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    places, out = written(tmp_path, PLACES), tmp_path / "t.csv"
    code, _, _ = run(
        capsys, *["times", "--mode", "car", "--from"], places, "--to", "sejong", "--out", out
    )
    assert code == 0
    assert pd.read_csv(out)["from_id"].tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("place_id,lon,lat\nx,36.5,127.3\n", r"places.csv:2, lat: "),
        ("place_id,lon\nx,127.3\n", r"places.csv"),
        ("", r"places.csv: is empty (0 bytes) - "),
        ("place_id,lon,lat\nx,127.3,36.5\nx,127.4,36.6\n", r"duplicate"),
        ("place_id,lon,lat\nx,nan,36.5\n", r"places.csv:2, lon: "),
        ("place_id,lon,lat\nx,586000,325000\n", r"not degrees"),
    ],
    ids=["swapped", "missing column", "empty", "duplicate id", "nan", "wrong crs"],
)
def test_bad_places_are_refused_in_one_line_with_exit_code_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, message: str
) -> None:
    out = tmp_path / "times.csv"
    out.write_text("old", encoding="utf-8")
    places = written(tmp_path, content)
    for argv in (
        ["times", "--mode", "car", "--from", places, "--to", "osong", "--out", out],
        ["check", places],
    ):
        code, _, err = run(capsys, *argv)
        assert code == 3
        lines = [line for line in err.splitlines() if "error" in line]
        assert len(lines) == 1
        assert lines[0].startswith("clustergeo: error: ")
        assert message in lines[0]
        assert " - " in lines[0]
    assert out.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--mode car --from nowhere --to osong", "nowhere: neither a shipped place nor a file"),
        ("--mode car --from osong --to osong --feed x", "--feed: not used by --mode car"),
        ("--mode transit --from osong --to osong --state holiday", "--state: of the roads to"),
        ("--mode transit --from osong --to osong --feed x.zip", "--date: needed with --feed"),
        ("--mode transit --from osong --to sejong --date soon", "--date: not a date (soon)"),
        ("--mode transit --from osong --to sejong --window 9", "--window: not a window"),
        ("--mode transit --from osong --to sejong --window 09:00-08:00", "ends before it starts"),
    ],
)
def test_a_wrong_call_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: str, message: str
) -> None:
    code, _, err = run(capsys, "times", *words.split(), "--out", tmp_path / "t.csv")
    assert code == 2
    assert message in err


def test_the_kind_of_output_must_be_known(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["times", "--mode", "car", "--from", "osong", "--to", "sejong", "--out"]
    code, _, err = run(capsys, *words, tmp_path / "t.doc")
    assert (code, "unknown format (t.doc)" in err) == (2, True)
    assert run(capsys, "places", "--out", tmp_path / "t.doc")[0] == 2


def test_an_input_is_never_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    places = written(tmp_path, PLACES)
    words = ["times", "--mode", "car", "--from", places, "--to", "osong", "--out", places]
    assert run(capsys, *words)[0] == 2
    assert places.read_text(encoding="utf-8") == PLACES


def test_every_kind_of_input_is_recognised(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    inputs = {
        data_path("places", "clusters.csv"): "places, 4 points",
        data_path("roads"): "road network, RoadNetwork(",
        data_path("gtfs"): "timetable feed, <Timetable ",
        data_path("claims", "chungcheong.toml"): "claims, 23",
        data_path("studies", "chungcheong.toml"): "study chungcheong",
        data_path("scenarios", "ctx.toml"): "scenario ctx, 3 edits",
    }
    code, out, err = run(capsys, "check", *inputs)
    assert (code, err) == (0, "")
    lines = [line for line in out.splitlines() if ": ok, " in line]  # a feed tells more
    for (path, kind), line in zip(inputs.items(), lines, strict=True):
        assert line.startswith(f"{path}: ok, {kind}")
    assert root.is_dir()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.doc", "text", "unknown kind of file (.doc)"),
        ("x.toml", "a = 1", "neither a study, nor claims, nor a scenario"),
        ("x.toml", "a = ", "not TOML"),
        ("x.toml", "[study]\na = 1", "a: unknown key (1)"),
    ],
)
def test_what_is_not_an_input_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: str, message: str
) -> None:
    code, _, err = run(capsys, "check", written(tmp_path, content, name))
    assert code == 3
    assert message in err


def test_a_folder_that_is_no_input_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run(capsys, "check", tmp_path)
    assert code == 3
    assert "neither a road network nor a feed (empty)" in err


def test_one_bad_file_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "check", tmp_path / "no.csv", written(tmp_path, PLACES))
    assert code == 3
    assert "places, 2 points" in out
    assert "no such file" in err


def test_a_new_study_is_written_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "new", "busan")[0] == 0
    assert 'study_id = "busan"' in (tmp_path / "busan.toml").read_text(encoding="utf-8")
    code, _, err = run(capsys, "new", "busan")
    assert (code, err) == (
        5,
        "clustergeo: error: busan.toml: exists already - choose another name\n",
    )
    assert run(capsys, "new", "a/b")[0] == 2


def test_a_folder_that_cannot_be_written_stops_the_study_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blocked = written(tmp_path, "a file, not a folder", "blocked")
    code, _, err = run(capsys, "study", "--out", blocked / "maps")
    assert code == 5
    assert "cannot be written" in err
    words = ["times", "--mode", "car", "--from", "osong", "--to", "sejong", "--out"]
    assert run(capsys, *words, blocked / "t.csv")[0] == 5


def test_a_study_with_a_wrong_day_or_window_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "study", "--out", tmp_path, "--date", "soon")[0] == 2
    assert run(capsys, "study", "--out", tmp_path, "--window", "soon")[0] == 2
    code, _, err = run(capsys, "study", "--out", tmp_path, "--date", "2030-01-01")
    assert code == 3
    assert "2027-12-31" in err


def test_a_study_prints_its_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # Without the exhibits, people within reach and published times, which nothing here looks at.
    text = data_path("studies", "chungcheong.toml").read_text(encoding="utf-8")
    text = text.replace('"../', f'"{data_path().as_posix()}/')
    text = re.sub(r"(?m)^(population|published|independent_search) = .*$", "", text)
    text = re.sub(r"(?ms)^exhibits = \[.*?\]$", "exhibits = []", text)
    words = ["--lang", "en", "--window", "08:00-08:05", "--date", "2026-11-19", "--out", tmp_path]
    code, out, err = run(capsys, "study", written(tmp_path, text, "lean.toml"), *words)
    assert code == 0
    assert "Minutes door to door by transit" in out
    assert f"Open {tmp_path / 'index.html'}" in out
    assert "free-flow" in err
    record = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert record["settings"]["date"] == "2026-11-19"
    assert record["settings"]["lang"] == "en"


def test_an_interruption_ends_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("clustergeo.cli._app.invoke", interrupted)
    assert run(capsys, "places")[0] == 130


def test_a_bug_is_one_line_and_a_trace_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_argv: list[str]) -> int:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr("clustergeo.cli._app.invoke", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, _, err = run(capsys, "places")
    assert code == 1
    assert err.startswith("clustergeo: bug: RuntimeError('boom') - please report it with ")
    assert err.count("\n") == 1
    (trace,) = tmp_path.glob("clustergeo-*.trace")
    assert "RuntimeError: boom" in trace.read_text(encoding="utf-8")


def test_a_closed_pipe_is_no_error() -> None:
    program = f"{sys.executable} -m clustergeo places | head -n 1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", program], capture_output=True, check=False, text=True, env=dict(os.environ)
    )
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr

"""The faults G1 to G10 of command line and process, each by its id."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clustergeo.cli import main
from clustergeo.settings import data_path

PLACES = "place_id,name_en,lon,lat\nx,Town X,127.30,36.50\ny,Town Y,127.40,36.60\n"
TESTS = Path(__file__).parents[1]
TRIP = ["--from", "osong", "--to", "sejong"]
CAR = ["times", *TRIP, "--mode", "car"]
BUS = ["times", *TRIP, "--mode", "transit"]

ELSEWHERE = {
    "G5": [
        "cli/test_stops.py::test_g5_a_signal_ends_a_command_with_its_code",
        "robustness/test_crashes.py::test_g5_sigterm_in_the_middle_cleans_up_at_once",
        "cli/test_stops.py::test_g5_a_reader_that_has_left_is_no_error",
        "cli/test_commands.py::test_a_closed_pipe_is_no_error",
    ],
    "G6": ["times/test_hierarchy.py::", "times/test_crosscheck.py::", "exhibits/test_fonts.py::"],
    "G10": ["cli/test_commands.py::test_a_bug_is_one_line_and_a_trace_file"],
}


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Return what runs a command in an empty folder and gives its code and what it says."""
    monkeypatch.chdir(tmp_path)

    def command(*argv: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(word) for word in argv])
        return int(stopped.value.code or 0), capsys.readouterr().err

    return command


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_each_fault_that_is_tested_elsewhere_is_tested(fault: str) -> None:
    for place in ELSEWHERE[fault]:
        file, name = place.split("::")
        assert re.search(rf"^def {name}", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["tmies"], "tmies: no such command - did you mean times?"),
        (["network", "biuld"], "biuld: no such command - did you mean build?"),
        (["study", "--otu", "x"], "--otu: no such option - did you mean --out?"),
        (
            [*TRIP, "--out", "t.csv", "--mode", "bus"],
            "--mode: 'bus' is not one of 'car', 'transit' - see `clustergeo times --help`",
        ),
        ([*TRIP, "--mode", "car"], "--out: missing - see `clustergeo times --help`"),
        (
            ["--version=1"],
            "Option '--version' does not take a value - see `clustergeo --help`",
        ),
        (["claims", "a", "b"], "b: one argument too many - see `clustergeo claims --help`"),
    ],
)
def test_g01_a_slip_is_one_line_with_a_suggestion(run: Any, words: list[str], told: str) -> None:
    argv = ["times", *words] if words[0] == "--from" else words
    assert run(*argv) == (2, f"clustergeo: error: {told}\n")


def test_g01_a_command_without_words_shows_its_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["network"])
    assert stopped.value.code in {0, 2}
    assert "Usage: clustergeo network" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([*CAR, "--date", "2026-13-01"], "--date: not a date (2026-13-01) - write it as"),
        ([*BUS, "--date", "30/11/2026"], "--date: not a date (30/11/2026) - write it as"),
        ([*BUS, "--window", "25:00-26:00"], "--window: not a window of time (25:00-26:00) - "),
        ([*BUS, "--window", "10:00-09:00"], "--window: ends before it starts (10:00-09:00) - "),
        ([*CAR, "--crs", "EPSG:nope"], "unknown coordinate system (EPSG:nope) - pass an EPSG"),
        ([*BUS, "--inflate-limit-mb", "-1"], "--inflate-limit-mb: not above 0 (-1) - give"),
        ([*BUS, "--inflate-limit-mb", "nan"], "--inflate-limit-mb: not above 0 (nan) - give"),
        ([*BUS, "--most-rides", "-1"], "--most-rides: below 1 (-1) - give transfers plus one"),
    ],
)
def test_g02_values_that_are_off_are_refused_before_any_work(
    run: Any, words: list[str], told: str
) -> None:
    code, err = run(*words, "--out", "t.csv")
    assert code == 2
    assert err.startswith(f"clustergeo: error: {told}")
    assert err.count("\n") == 1  # nothing was begun
    assert not Path("t.csv").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--minutes", "30,-5"], "--minutes: not all above 0 (30,-5) - write them as 30,60,90"),
        (["--minutes", "nan"], "--minutes: not all above 0 (nan) - write them as 30,60,90"),
        (["--minutes", ","], "--minutes: not all above 0 (,) - write them as 30,60,90"),
        (["--mode", "transit", "--share", "1.5"], "--share: not above 0 and at most 1 (1.5) - "),
        (["--mode", "transit", "--date", "soon"], "--date: not a date (soon) - write it as"),
        (["--mode", "transit", "--window", "9"], "--window: not a window of time (9) - write"),
    ],
)
def test_g02_so_they_are_for_isochrones(run: Any, words: list[str], told: str) -> None:
    code, err = run("isochrones", "--from", "osong", "--out", "i.geojson", *words)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"clustergeo: error: {told}")


def test_g02_a_coordinate_system_is_looked_at_even_where_no_file_is_read(run: Any) -> None:
    assert run("places", "--crs", "EPSG:nope")[0] == 2
    assert run("cache", "clear", "--older-than", "-1")[0] == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([*CAR, "--feed", "f.zip", "--out", "t.csv"], "--feed: not used by --mode car"),
        ([*CAR, "--window", "08:00-09:00", "--out", "t.csv"], "--window: not used by --mode car"),
        ([*BUS, "--state", "weekend", "--out", "t.csv"], "--state: of the roads to and from"),
        ([*CAR, "--congestion", "p.csv", "--state", "a", "--out", "p.csv"], ""),
        ([*CAR, "--delays-file", "p.csv", "--out", "p.csv"], ""),
        ([*CAR, "--from", "p.csv", "--out", "linked.csv"], ""),
        (["places", "p.csv", "--out", "p.csv"], ""),
        (["places", "p.csv", "--out", "./other/../p.csv"], ""),
        (["places", "p.csv", "--out", "hard.csv"], ""),
        (["nearest", *TRIP, "--congestion", "p.csv", "--state", "a", "--out", "p.csv"], ""),
        (["isochrones", "--from", "p.geojson", "--out", "p.geojson"], ""),
        (["isolation", "--times", "p.csv", "--out", "p.csv"], ""),
        (["network", "build", "net", "--out", "net"], ""),
        (["feed", "build", "net", "--out", "net"], ""),
    ],
)
def test_g03_options_that_conflict_and_inputs_that_would_be_overwritten_are_refused(
    run: Any, words: list[str], told: str
) -> None:
    Path("p.csv").write_text(PLACES, encoding="utf-8")
    Path("linked.csv").symlink_to("p.csv")
    Path("hard.csv").hardlink_to("p.csv")
    Path("other").mkdir()
    Path("net").mkdir()
    code, err = run(*words)
    assert (code, err.count("\n")) == (2, 1), err
    assert err.startswith(f"clustergeo: error: {told or '--out: is also an input ('}")
    assert Path("p.csv").read_text(encoding="utf-8") == PLACES


@pytest.mark.parametrize(
    "words",
    [
        ["study", "--out"],
        [*CAR, "--out"],
        ["places", "--out"],
        ["isochrones", "--from", "osong", "--out"],
        ["nearest", *TRIP, "--out"],
        ["route", *TRIP, "--out"],
        ["network", "build", str(data_path("road")), "--out"],
        ["feed", "build", str(data_path("gtfs")), "--out"],
        ["claims", "--out"],
        ["isolation", "--out"],
        ["explain", "osong", "sejong", "--out"],
    ],
    ids=lambda words: " ".join(words[:2])[:30],
)
def test_g04_where_nothing_can_be_written_nothing_is_computed(run: Any, words: list[str]) -> None:
    """A folder that is missing is no fault: it is made, as the list of faults leaves open."""
    Path("blocked").write_text("a file", encoding="utf-8")
    ending = {"isochrones": ".geojson", "route": ".geojson", "explain": ".json"}.get(words[0])
    name = "o" if words[0] in {"study", "network", "feed"} else f"o{ending or '.csv'}"
    code, err = run(*words, f"blocked/{name}")
    assert code == 5
    last = err.splitlines()[-1]
    assert last.startswith("clustergeo: error: blocked")
    assert last.endswith(" - choose a writable folder")
    assert "cannot be written (" in last
    assert Path("blocked").read_text(encoding="utf-8") == "a file"
    assert [path.name for path in Path().iterdir()] == ["blocked"]


def test_g04_a_folder_in_place_of_the_file_is_told_at_once(run: Any) -> None:
    Path("t.csv").mkdir()
    told = "t.csv: cannot be written (is a folder) - choose a writable folder"
    assert run(*CAR, "--out", "t.csv") == (5, f"clustergeo: error: {told}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('include = "http://example.org/more.toml"\n', "include: unknown key"),
        ("study_id = !!python/object/apply:os.mkdir [exploded]\n", "not TOML"),
        ("<<: *anchor\n", "not TOML"),
    ],
)
def test_g07_a_study_has_no_includes_and_no_tags(run: Any, text: str, told: str) -> None:
    Path("s.toml").write_text(text, encoding="utf-8")
    code, err = run("study", "s.toml", "--out", "maps")
    assert code == 3
    assert told in err
    assert sorted(path.name for path in Path().iterdir()) == ["s.toml"]


def test_g07_variables_of_the_environment_stay_the_text_they_are(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHERE", "/somewhere/secret")
    text = data_path("studies", "chungcheong.toml").read_text(encoding="utf-8")
    text = re.sub(r'(?m)^road = ".*"$', 'road = "$WHERE/${WHERE}/~/road"', text)
    Path("s.toml").write_text(text, encoding="utf-8")
    code, err = run("study", "s.toml", "--out", "maps")
    assert code == 3
    assert "$WHERE/${WHERE}/~/road" in err
    assert "/somewhere/secret" not in err


def test_g08_any_folder_name_and_a_console_of_another_encoding_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "세종 시 & été's"
    folder.mkdir()
    (folder / "곳 1.csv").write_text(PLACES.replace("Town X", "가람동 ☃"), encoding="utf-8")
    # The folder it is called from need not be writable; the path is relative to it.
    folder.chmod(0o555)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "clustergeo", "places", "곳 1.csv"],
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "가람동 ☃" in ran.stdout.decode()  # rows are UTF-8, as in files
    finally:
        folder.chmod(0o755)


def test_g09_what_a_study_reports_names_no_folder_of_the_user(root: Path) -> None:
    """The committed outputs are those of a run; what tells of a machine is not in them."""
    told = re.compile(r"(/home/|/root/|/Users/|[A-Z]:\\\\Users|/tmp/)")
    reports = [root / "maps" / "study.json", *sorted((root / "maps" / "tables").glob("*.csv"))]
    assert len(reports) > 5
    for report in [*reports, *sorted((root / "maps").glob("*.html"))]:
        assert not told.search(report.read_text(encoding="utf-8")), report.name
    record = json.loads(reports[0].read_text(encoding="utf-8"))
    assert all(not Path(each["file"]).is_absolute() for each in record["inputs"])


def test_g10_a_bug_leaves_inputs_and_earlier_outputs_alone(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))
    monkeypatch.setattr("clustergeo.cli._places.csv_bytes", broken)
    Path("p.csv").write_text(PLACES, encoding="utf-8")
    Path("old.csv").write_text("old", encoding="utf-8")
    code, err = run("places", "p.csv", "--out", "old.csv")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("clustergeo: bug: RuntimeError('boom') - please report it with ")
    assert Path("p.csv").read_text(encoding="utf-8") == PLACES
    assert Path("old.csv").read_text(encoding="utf-8") == "old"
    assert len([*Path().iterdir()]) == 2

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clustergeo.cli import main
from clustergeo.settings import data_path
from clustergeo.study import load_study
from clustergeo.study._provenance import chain_of


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def refused(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str]:
    """Return the exit code and the one line of the refusal."""
    code, out, err = run(capsys, "explain", *argv)
    assert out == ""
    (line,) = [line for line in err.splitlines() if line.startswith("clustergeo: error")]
    return code, line


def test_a_trip_is_told_with_legs_sources_settings_and_inputs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "explain", "osong", "seoul_station", "--mode", "transit")
    assert code == 0
    title, figure = out.splitlines()[:2]
    assert re.fullmatch(r"osong to seoul_station by public transport, .*: \d+\.\d\d min", title)
    assert figure == f"times/osong/seoul_station/transit@{chain_of(load_study()).short}"
    for part in (
        *("legs of the median trip", "lines ridden and their sources", "run_time_source"),
        *("오송", "Osong", "snap_m", "transit.walk_kph", "networks.feed", "sha256"),
    ):
        assert part in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_both_modes_are_told_and_written_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "why.json"
    code, out, _ = run(capsys, "explain", "osong", "sejong", "--out", path)
    assert code == 0
    assert "roads of the drive" in out
    record = json.loads(path.read_text(encoding="utf-8"))
    drive, ride = record["figures"]
    assert drive["sections"]["number"]["evidence"] == "estimated"
    assert ride["figure"].startswith("times/osong/sejong/transit@")
    chain = chain_of(load_study()).sha256
    assert record["chain"]["chain"] == chain
    assert record["changed"] == []
    assert len(drive["sections"]["inputs"][0]["sha256"]) == 64


def test_one_departure_and_text_to_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        words = ("osong", "sejong", "--mode", "transit", "--depart", "08:10", "--out", path)
        assert run(capsys, "explain", *words)[0] == 0
    text = paths[0].read_text(encoding="utf-8")
    assert "leaving at 08:10" in text
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_measure_is_told_with_formula_citation_and_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(
        capsys, "explain", "--index", "potential", "osong", "--mode=car", "--weights", "workers"
    )
    assert code == 0
    for part in (
        *("potential by workers of osong", "Hansen 1959", "잠재 접근성", "location_neutral"),
        *("rank_among_clusters", "times/osong/daedeok/car@", "masses: workers"),
    ):
        assert part in out


def test_a_claim_is_told_with_its_words_and_flip_point(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "explain", "--claim", "faster_to_capital", "osong", "--mode", "car")
    assert code == 0
    assert out.startswith("faster_to_capital from osong, car: fails\n")
    for part in ("It is actually faster to reach", "flip_min", "both sides", "verdict rule"):
        assert part in out
    code, out, _ = run(capsys, "explain", "--claim", "faster_to_capital", "--mode", "car")
    assert "by origin" in out
    assert "claims/faster_to_capital/car/daedeok" in out


def test_an_id_is_checked_against_its_record(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chain = chain_of(load_study())
    figure = f"times/osong/sejong/car@{chain.short}"
    assert run(capsys, "explain", figure)[0] == 0
    # A study of another window has another chain; the record says what differs.
    text = data_path("studies", "chungcheong.toml").read_text(encoding="utf-8")
    text = text.replace('"../', f'"{data_path().as_posix()}/')
    Path("mine.toml").write_text(text.replace("07:00-09:00", "07:00-08:00"), encoding="utf-8")
    code, out, err = run(capsys, "explain", figure, "--study", "mine.toml")
    assert code == 3
    assert out.startswith("osong to sejong by car")
    assert "pass the study.json written with it" in err
    Path("maps").mkdir()
    record = Path("maps", "study.json")
    record.write_text(json.dumps({"chain": chain.record()}), encoding="utf-8")
    code, out, err = run(capsys, "explain", figure, "--study", "mine.toml", "--out", "changed.txt")
    assert code == 3
    assert "settings.window: changed since (07:00-09:00, now 07:00-08:00)" in err
    assert "changed: times/osong/sejong" in Path("changed.txt").read_text(encoding="utf-8")
    assert run(capsys, "explain", figure, "--record", record)[0] == 0
    # An id without a chain asks for nothing to be compared.
    assert run(capsys, "explain", "times/osong/sejong/car", "--study", "mine.toml")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nowhere", "osong"), 2, "no such place (nowhere)"),
        (("osong", "osongg"), 2, "did you mean osong?"),
        (("osong",), 2, "osong: not the id of a figure"),
        ((), 2, "explain: 0 names - name FROM and TO"),
        (("a", "b", "c"), 2, "explain: 3 names"),
        (("times/osong/sejong/boat",), 2, "no such mode (boat)"),
        (("times/osong/sejong/car", "--mode", "car"), 2, "--mode: the id names it already"),
        (("times/osong/sejong/car", "--record", "x"), 2, "--record: nothing to compare"),
        (("--index", "nonsense", "osong"), 2, "no such measure (nonsense)"),
        (("--index", "capital_ratio"), 2, "explain: 0 names - name one cluster"),
        (("--index", "capital_ratio", "pangyo"), 2, "no such cluster (pangyo)"),
        (("--index", "closeness", "--claim", "islands"), 2, "two questions"),
        (("--claim", "nonsense"), 2, "no such claim (nonsense)"),
        (("--claim", "islands", "a", "b"), 2, "name one origin, or none"),
        (("osong", "sejong", "--weights", "workers"), 2, "--weights: only measures"),
        (("--claim", "islands", "--depart", "08:00"), 2, "--depart: only trips"),
        (("osong", "sejong", "--depart", "8"), 2, "--depart: not a time of day (8)"),
        (("osong", "sejong", "--depart", "08:00", "--mode", "car"), 2, "no time by car"),
        (("osong", "sejong", "--out", "x.csv"), 2, "--out: unknown format (x.csv)"),
        (("osong", "sejong", "--study", "x.txt", "--out", "x.txt"), 2, "is also an input"),
        (("osong", "sejong", "--study", "nothing.toml"), 3, "no such file"),
        (("times/osong/sejong/car@00000000", "--record", "nothing.json"), 3, "no such file"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if "nothing.json" in words:
        found, _, err = run(capsys, "explain", *words)
        assert (found, message in err) == (code, True)
        return
    found, line = refused(capsys, *words)
    assert found == code
    assert message in line


def test_an_unknown_mode_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "explain", "osong", "sejong", "--mode", "boat")[0] == 2

"""``clustergeo times`` into a folder, and what leads there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clustergeo import _room
from clustergeo.cli import _od, main
from clustergeo.cli._console import notes
from clustergeo.times import load_od_matrix

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests

CAR = ["times", "--mode", "car"]
SHIPPED = [*CAR, "--from", "osong", "sejong", "--to", "daedeok", "osong"]


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def grid(path: Path, count: int) -> Path:
    """Write a file of places around Osong."""
    rows = [f"g{n},{127.2 + n % 40 / 150},{36.5 + n // 40 / 150}\n" for n in range(count)]
    path.write_text("place_id,lon,lat\n" + "".join(rows), encoding="utf-8")
    return path


def test_an_output_without_an_ending_is_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "od"
    code, told, err = run(capsys, *SHIPPED, "--out", f"{out}/")
    assert (code, told) == (0, f"{out}: 4 times (3 ok, 1 same_place) in 1 part\n")
    assert "2 x 2 places by car, in parts: about 0.00 GB" in err
    code, told, _ = run(capsys, *SHIPPED, "--out", out)
    assert (
        told == f"{out}: 4 times (3 ok, 1 same_place) in 1 part, 1 of them from an earlier run\n"
    )
    file = tmp_path / "t.parquet"
    assert run(capsys, *SHIPPED, "--out", file)[0] == 0
    described, pairs = pd.read_parquet(file), load_od_matrix(out)
    assert pairs["from_id"].tolist() == described["from_id"].tolist()
    assert pairs["minutes"].equals(described["minutes"])
    assert pairs["status"].tolist() == described["status"].tolist()


def test_d12_a_folder_of_another_state_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "od"
    assert run(capsys, *SHIPPED, "--out", out)[0] == 0
    code, told, err = run(capsys, *SHIPPED, "--out", out, "--state", "weekday_am")
    assert (code, told) == (3, "")
    assert "error: " in err
    assert "is of another matrix (other network) - name a new folder, or delete this one" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([*CAR, "--from", "osong", "--to", "sejong", "--cluster", "local:2", "--out", "t.csv"],
         "--cluster: writes into a folder (t.csv)"),
        (["times", "--mode", "transit", "--from", "osong", "--to", "sejong", "--out", "od"],
         "--out: a folder takes car times alone (od)"),
        ([*CAR, "--from", "osong", "--to", "sejong", "--cluster", "many", "--out", "od"],
         "cluster: no such thing (many)"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_usage_error(
    words: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *words)
    assert (code, told in err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_d8_more_described_trips_than_fit_into_memory_are_refused_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_room, "free_memory_bytes", lambda: 1_000)
    code, told, err = run(capsys, *SHIPPED, "--out", tmp_path / "t.csv")
    assert (code, told) == (3, "")
    assert "4 described trips: needs 0.0 GB of memory" in err
    assert f"name a folder instead: --out {tmp_path}/t/" in err
    assert not (tmp_path / "t.csv").exists()


def test_many_described_trips_are_advised_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_od, "_MANY", 3)
    code, _, err = run(capsys, *SHIPPED, "--out", tmp_path / "t.csv")
    assert (code, "note: 4 described trips take long - name a folder instead" in err) == (0, True)


def test_a_terminal_sees_a_bar_of_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "_force_terminal", True)
    with _od._bar() as notify:
        notify(1, 2)
        notify(2, 2)


def test_a_cluster_that_does_not_answer_exits_with_4_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("clustergeo.times.od.workers._CONNECT_S", 1)
    words = [*SHIPPED, "--out", tmp_path / "od", "--cluster", "tcp://127.0.0.1:9"]
    code, told, err = run(capsys, *words)
    errors = [line for line in err.splitlines() if "error:" in line]
    assert (code, told, len(errors)) == (4, "", 1)
    assert "tcp://127.0.0.1:9: no dask scheduler answers" in errors[0]


def started(words: list[Any]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "clustergeo", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [None, "local:2"])
def test_ctrl_c_exits_with_130_and_what_is_finished_stays(
    tmp_path: Path, cluster: str | None
) -> None:
    if cluster:
        pytest.importorskip("distributed")
    places, out = grid(tmp_path / "places.csv", 3_000), tmp_path / "od"
    words = [*CAR, "--from", places, "--to", places, "--out", out]
    process = started([*words, "--cluster", cluster] if cluster else words)
    deadline = time.monotonic() + 120
    while not list(out.glob("part-*")) and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    finished = sorted(file.name for file in out.glob("part-*"))
    assert 0 < len(finished) < 5
    assert not (out / "od_matrix.json").exists()

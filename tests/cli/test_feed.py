"""The commands that build and show timetables."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_feed import write_feed

from clustergeo.cli import main
from clustergeo.networks import load_timetable


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return int(stopped.value.code or 0)


def test_a_feed_is_built_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = write_feed(tmp_path / "toy")
    assert run("feed", "build", feed, "--out", tmp_path / "saved") == 0
    out, err = capsys.readouterr()
    assert out.replace("\n", " ").startswith(f"{tmp_path}/saved: <Timetable")
    assert "note: 2 routes state no evidence" in err
    assert len(load_timetable(tmp_path / "saved").trips) == 2
    assert run("feed", "info", tmp_path / "saved", "--verify") == 0
    out, _ = capsys.readouterr()
    assert "service: 2026-11-02..2026-11-30 (21 days)" in out
    assert "trips: 2" in out
    assert "checksums: all arrays are as they were written" in out


def test_the_shipped_feed_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("feed", "info") == 0
    assert "language: ko" in capsys.readouterr().out


def test_wrong_calls_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = write_feed(tmp_path / "toy")
    assert run("feed", "build", feed, "--out", feed) == 2
    assert "is also an input" in capsys.readouterr().err
    assert run("feed", "info", "--verify") == 2
    assert "name a saved timetable" in capsys.readouterr().err
    assert run("feed", "info", tmp_path / "nothing") == 3

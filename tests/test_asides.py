"""What writers write aside is theirs while they live, and goes when they are dead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyogrio.errors import DataSourceError

from clustergeo import _asides
from clustergeo._asides import aside_of, sweep
from clustergeo._files import write_bytes, writing
from clustergeo.errors import OutputError

DAY_S = 86_400


@pytest.fixture
def dead() -> int:
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def aside(folder: Path, process: int, machine: str = "", ending: str = ".csv") -> Path:
    path = folder / f".a.csv.{machine or _asides._machine()}-{process}-abcd_123{ending}"
    path.touch()
    return path


def test_what_the_dead_left_goes_with_the_next_write_in_the_folder(
    tmp_path: Path, dead: int
) -> None:
    for ending in (".csv", "", ".gpkg-journal", "-wal"):
        aside(tmp_path, dead, ending=ending)
    write_bytes(tmp_path / "other.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def test_what_the_living_write_stays(tmp_path: Path) -> None:
    parent = aside(tmp_path, os.getppid())
    with writing(tmp_path / "a.csv") as mine:
        mine.write_bytes(b"mine")
        write_bytes(tmp_path / "b.csv", b"b")
        assert mine.read_bytes() == b"mine"
        assert parent.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv", parent.name}


def test_a_process_knows_what_an_earlier_one_of_its_number_left(tmp_path: Path) -> None:
    aside(tmp_path, os.getpid())
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_other_machines_only_what_is_a_day_old_goes(tmp_path: Path, dead: int) -> None:
    other = aside(tmp_path, dead, "0" * 8)
    sweep(tmp_path)
    assert other.exists()
    os.utime(other, (time.time() - 2 * DAY_S,) * 2)
    sweep(tmp_path)
    assert not other.exists()


def test_where_processes_cannot_be_asked_only_age_counts(
    tmp_path: Path, dead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = aside(tmp_path, dead)
    monkeypatch.setattr(_asides, "_asks", lambda: False)
    sweep(tmp_path)
    assert left.exists()


def test_a_process_of_another_user_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: int, _number: int) -> None:
        raise PermissionError

    left = aside(tmp_path, 1)
    monkeypatch.setattr("os.kill", refuse)
    sweep(tmp_path)
    assert left.exists()


def test_files_of_others_stay(tmp_path: Path, dead: int) -> None:
    names = {".gitignore", f"a.csv.{_asides._machine()}-{dead}-abcd1234", ".a.csv.swp", ".a.1-2-3"}
    for name in names:
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == names


def test_journals_go_with_what_failed(tmp_path: Path) -> None:
    with aside_of(tmp_path / "a.gpkg") as half:
        half.with_name(half.name + "-journal").touch()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_swept_of_nothing(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")


def test_where_nothing_tells_containers_apart_the_name_of_the_machine_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_path: Path) -> os.stat_result:
        raise FileNotFoundError

    _asides._machine.cache_clear()
    monkeypatch.setattr(Path, "stat", missing)
    name = _asides._machine()
    monkeypatch.undo()
    _asides._machine.cache_clear()
    assert len(name) == 8


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(DataSourceError("Failed to commit"), OutputError), (RuntimeError(), RuntimeError)],
)
def test_what_gdal_cannot_write_is_an_output_error_and_a_bug_is_none(
    tmp_path: Path, raised: Exception, seen: type[Exception]
) -> None:
    def fail() -> None:
        with writing(tmp_path / "a.gpkg"):
            raise raised

    with pytest.raises(seen):
        fail()
    assert list(tmp_path.iterdir()) == []

"""How a command ends that is ended from outside: G5 of the list of faults, and full disks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clustergeo.cli import main
from clustergeo.cli._console import console


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
)
def test_g5_a_signal_ends_a_command_with_its_code(
    number: signal.Signals,
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def wait(*_words: object, **_options: object) -> None:
        os.kill(os.getpid(), number)
        time.sleep(10)

    monkeypatch.setattr("clustergeo.cli._places.show_places", wait)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        main(["places"])
    assert ended.value.code == code
    assert capsys.readouterr().err == f"clustergeo: {word}; earlier outputs are untouched\n"
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("words", [["places"], ["--help"]])
def test_g5_a_reader_that_has_left_is_no_error(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = run(words, stdout=writer)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_g5_standard_output_on_a_full_disk_cannot_be_written() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        ran = run(["--version"], stdout=full)
    assert ran.returncode == 5
    assert ran.stderr == (
        "clustergeo: error: standard output or temporary files: cannot be written "
        "(No space left on device) - make room\n"
    )


def run(words: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(  # type: ignore[no-any-return]
        [sys.executable, "-m", "clustergeo", *words],
        check=False,
        text=True,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        **options,
    )


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command in this process; return its code and what it said."""
    with pytest.raises(SystemExit) as stopped:
        main(list(words))
    return int(stopped.value.code or 0), capsys.readouterr().err


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_words: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("clustergeo.cli._places.show_places", fail)


def test_g5_what_the_reader_has_read_was_right(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave(_text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(sys.stdout, "write", leave)
    assert ended(capsys, "places") == (0, "")
    assert not console.quiet


def test_g5_so_was_what_rich_ends_by_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave(*_words: object, **_options: object) -> None:
        try:
            raise BrokenPipeError  # noqa: TRY301 - as rich does
        except BrokenPipeError:
            sys.exit(1)

    monkeypatch.setattr("clustergeo.cli._places.show_places", leave)
    assert ended(capsys, "places") == (0, "")
    failing(monkeypatch, SystemExit(6))
    assert ended(capsys, "places") == (6, "")


def test_e6_a_full_disk_of_temporary_files_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, OSError(28, "No space left on device", "/tmp/x"))  # noqa: S108
    code, err = ended(capsys, "places")
    told = "/tmp/x: cannot be written (No space left on device) - make room"  # noqa: S108
    assert (code, err) == (5, f"clustergeo: error: {told}\n")


def test_g10_a_trace_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing(monkeypatch, RuntimeError("boom"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    code, err = ended(capsys, "places")
    assert code == 1
    assert err.endswith("its trace cannot be written (No such file or directory)\n")
    assert err.count("\n") == 1


def test_g5_a_command_in_a_thread_leaves_signals_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    found: list[tuple[int, str]] = []
    thread = threading.Thread(target=lambda: found.append(ended(capsys, "places")))
    thread.start()
    thread.join()
    assert found == [(130, "clustergeo: interrupted; earlier outputs are untouched\n")]

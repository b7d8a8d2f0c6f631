"""Hand many files to the command line, each in a process of its own, and judge what it did.

The commands are imported once and forked for every file: a start costs milliseconds, and no file
can harm the next one. Each process has limits of its own on time and memory.
"""

from __future__ import annotations

import errno
import faulthandler
import os
import pkgutil
import re
import resource
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import clustergeo
from clustergeo.cli import main

__all__ = ["Limits", "Outcome", "Trial", "run_trials", "well_formed"]

ERROR: Final = "clustergeo: error: "
_WORKERS: Final = 2
_REFUSALS: Final = (2, 3, 6)
_MEGABYTE: Final = 1024  # ru_maxrss counts kilobytes
# ``<file>[:row][, field]: what (value) - how to fix``; the file may be anything.
_FORM: Final = re.compile(r".+: .+ - .+")
_NO_WARNING: Final = (ERROR, "reading ", "downloading ")
_UNCOUNTED: Final = re.compile(r".*: [\d,]+ more faults of this file not shown")


@dataclass(frozen=True, slots=True)
class Trial:
    """One file and the command that it is handed to.

    Parameters
    ----------
    command
        ``check``, ``network build``, ``feed build``, ``within``, ``scenario check``, ``claims``.
    path
        The file or folder.
    name
        What to call it in tables.
    """

    command: str
    path: Path
    name: str

    def argv(self, out: Path) -> list[str]:
        """Return the words of the command line; what it writes goes to ``out``."""
        file = str(self.path)
        match self.command:
            case "network build":
                return ["network", "build", file, "--out", str(out)]
            case "within":
                return ["network", "build", "--within", file, "--out", str(out)]
            case "feed build":
                return ["feed", "build", file, "--out", str(out)]
            case "scenario check":
                return ["scenario", "check", file]
            case _:
                return [self.command, file]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may take: seconds of the clock and of the processor, and memory."""

    seconds: float = 90.0
    cpu_seconds: int = 60
    memory_mb: int = 6_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process left behind.

    Parameters
    ----------
    trial
        What was tried.
    code
        Exit code; minus the number of the signal that ended it.
    hung
        Whether it was ended for its time.
    seconds, peak_mb
        How long it took and the most memory it held.
    out, err
        The two streams.
    left
        Whether anything stands where it was to write.
    """

    trial: Trial
    code: int
    _: KW_ONLY
    out: str
    err: str
    left: bool
    hung: bool = False
    seconds: float = 0.0
    peak_mb: float = 0.0

    def verdict(  # noqa: PLR0911 - one a class
        self, accepted: dict[tuple[str, str], str]
    ) -> str:
        """Return the class of an outcome.

        Parameters
        ----------
        accepted
            Files that may be read, by command and name, and words that must then be printed, all
            of them where they are joined by `` & ``.
        """
        expected = accepted.get((self.trial.command, self.trial.name))
        if self.hung or -self.code in {signal.SIGXCPU, signal.SIGALRM}:
            return "hang"
        if self.code in {1, 130} or self.code < 0 or "Traceback" in self.err:
            return "crash"
        if self.code in _REFUSALS:
            if not self._refusal_is_whole():
                return "wrong"
            return "refused" if expected is None else "refused in error"
        if self.code not in {0, 4} or expected is None:
            return "wrong"
        if not all(words in self.out + self.err for words in expected.split(" & ")):
            return "wrong"
        return "warned" if self._is_warned() else "right"

    def _is_warned(self) -> bool:
        told = [line for line in self.err.splitlines() if not line.startswith(_NO_WARNING)]
        return bool(told) or " warning" in self.out

    def _refusal_is_whole(self) -> bool:
        """Return whether a refusal is in the house's form, and nothing was written."""
        lines = [line for line in self.err.splitlines() if line.startswith(ERROR)]
        told = (
            well_formed(lines) if lines else ": refused, " in self.out or ": faulty, " in self.out
        )
        return told and not self.left


def well_formed(lines: Sequence[str]) -> bool:
    """Return whether lines of an error say what is wrong and how to mend it."""
    texts = [line.removeprefix(ERROR) for line in lines]
    return bool(texts) and all(_FORM.fullmatch(t) or _UNCOUNTED.fullmatch(t) for t in texts)


@dataclass(slots=True)
class _Running:
    trial: Trial
    pid: int
    folder: Path
    started: float


def run_trials(
    trials: Sequence[Trial],
    limits: Limits | None = None,
    run: Callable[[list[str]], None] = main,
) -> Iterator[Outcome]:
    """Yield the outcome of each trial, two at a time, in the order in which they end."""
    limits = limits or Limits()
    _import_all()
    waiting, running = list(reversed(trials)), list[_Running]()
    with tempfile.TemporaryDirectory(prefix="clustergeo-trials-") as top:
        while waiting or running:
            while waiting and len(running) < _WORKERS:
                folder = Path(top, str(len(waiting)))
                folder.mkdir()
                running.append(_started(waiting.pop(), folder, limits, run))
            yield from _ended(running, limits)


def _import_all() -> None:
    """Import the whole package, so that no process has to do it again."""
    for module in pkgutil.walk_packages(clustergeo.__path__, "clustergeo."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def _started(
    trial: Trial, folder: Path, limits: Limits, run: Callable[[list[str]], None]
) -> _Running:
    sys.stdout.flush()
    sys.stderr.flush()
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _child(trial, folder, limits, run)
    return _Running(trial, pid, folder, started)


def _child(trial: Trial, folder: Path, limits: Limits, run: Callable[[list[str]], None]) -> None:
    """Run one command with streams and limits of its own, and never return."""
    code = 1
    try:
        os.setpgid(0, 0)
        faulthandler.disable()
        for stream, name in ((1, "out"), (2, "err")):
            file = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
            os.dup2(file, stream)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - of this process
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
        memory = limits.memory_mb * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(folder)
        socket.getaddrinfo = socket.socket.connect = _offline  # type: ignore[method-assign]
        run(trial.argv(folder / "result"))
        code = 0
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except BaseException as error:  # noqa: BLE001 - the last word of this process
        print(f"Traceback: {error!r}", file=sys.stderr)  # noqa: T201
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _offline(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENETUNREACH, "no network in a trial")


def _ended(running: list[_Running], limits: Limits) -> Iterator[Outcome]:
    """Yield those that have ended since; end those that are over their time."""
    select.select([], [], [], 0.005)
    for each in list(running):
        late = time.monotonic() - each.started > limits.seconds
        if late:
            os.killpg(each.pid, signal.SIGKILL)
        pid, status, used = os.wait4(each.pid, 0 if late else os.WNOHANG)
        if pid:
            running.remove(each)
            yield Outcome(
                trial=each.trial,
                code=os.waitstatus_to_exitcode(status),
                hung=late,
                seconds=time.monotonic() - each.started,
                peak_mb=used.ru_maxrss / _MEGABYTE,
                out=(each.folder / "out").read_text("utf-8", "replace"),
                err=(each.folder / "err").read_text("utf-8", "replace"),
                left=(each.folder / "result").exists(),
            )

"""Files written aside before they take their place: who writes them, and which lie dead.

A writer that is killed cannot clear up, so the next one does. The name of an aside tells machine
and process; where that process is gone, or the file is a day old, nobody writes it any more.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["aside_of", "sweep"]

_NAME: Final = re.compile(r"\..+\.([0-9a-f]{8})-(\d+)-[a-z0-9_]{8}(?:\..*|-journal|-wal|-shm)?")
_DAY_S: Final = 86_400.0
_living: set[str] = set()
"""Asides of this process: another one before it may have had the same number."""


@contextlib.contextmanager
def aside_of(path: Path) -> Iterator[Path]:
    """Yield an empty file beside a path; remove it, and what belongs to it, if it is still there.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    sweep(path.parent)
    start = f".{path.name}.{_machine()}-{os.getpid()}-"
    handle, name = tempfile.mkstemp(prefix=start, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    aside = Path(name)
    _living.add(aside.name)
    try:
        yield aside
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
            for ending in ("-journal", "-wal", "-shm"):  # of SQLite
                aside.with_name(aside.name + ending).unlink(missing_ok=True)
        _living.discard(aside.name)


def sweep(folder: Path) -> None:
    """Remove what writers that died left aside in a folder; what cannot go only takes room."""
    with contextlib.suppress(OSError), os.scandir(folder) as members:
        for member in members:
            if (named := _NAME.fullmatch(member.name)) and _dead(member, named):
                with contextlib.suppress(OSError):
                    Path(member.path).unlink()


def _dead(member: os.DirEntry[str], named: re.Match[str]) -> bool:
    """Return whether nobody writes an aside any more."""
    if any(member.name.startswith(name) for name in tuple(_living)):
        return False
    if named[1] == _machine() and _asks() and not _runs(int(named[2])):
        return True
    return time.time() - member.stat(follow_symlinks=False).st_mtime > _DAY_S


def _asks() -> bool:
    """Return whether a process can be asked for: on Windows asking would end it."""
    return os.name == "posix"


def _runs(process: int) -> bool:
    """Return whether another process of a number runs."""
    if process == os.getpid():
        return False  # what this one writes is known
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@functools.cache
def _machine() -> str:
    """Return a short name of where process numbers count: a machine, or a container of it."""
    try:
        numbers = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        numbers = ""
    return hashlib.sha256(f"{platform.node()} {numbers}".encode()).hexdigest()[:8]

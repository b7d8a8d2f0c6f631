"""What is to be written: never over an input, and only where it can be, said before any work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from clustergeo.errors import Fault, OutputError, UsageError

__all__ = ["check_target", "refuse_input"]


def refuse_input(out: Path | None, words: Iterable[str | Path]) -> None:
    """Raise UsageError if the file to write is one of those that are read."""
    if out and any(_same(out, Path(word)) for word in words if str(word)):
        message = f"--out: is also an input ({out}) - choose another file"
        raise UsageError(message)


def check_target(
    out: Path | None, words: Iterable[str | Path] = (), *, folder: bool = False
) -> None:
    """Raise if a file or folder must not be written, or cannot be: now, not after the work.

    Raises
    ------
    UsageError
        If it is also read.
    OutputError
        If it cannot be written.
    """
    refuse_input(out, words)
    if out is None:
        return
    try:
        if out.is_dir() and not folder:
            raise IsADirectoryError(None, "is a folder")
        # Folders that are missing will be made, in the first that is there.
        there = out if out.is_dir() else next(up for up in out.absolute().parents if up.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise OutputError(str(Fault(str(out), what, "choose a writable folder"))) from error


def _same(out: Path, word: Path) -> bool:
    """Return whether two names lead to one file, by whatever links."""
    try:
        return out.resolve() == word.resolve() or out.samefile(word)
    except (OSError, ValueError):  # one of them is not there, or no name the system can take
        return False

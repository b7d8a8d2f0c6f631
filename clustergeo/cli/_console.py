"""The two streams: results go to standard output, progress and notes to standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

__all__ = ["console", "notes", "working"]


class _Console(Console):
    """A console whose reader may leave at any time."""

    def on_broken_pipe(self) -> None:
        """Let the command line end it: rich would exit with 1."""
        raise  # noqa: PLE0704 - rich calls it where the error is handled


console = _Console(soft_wrap=True)
notes = _Console(stderr=True, soft_wrap=True)


@contextmanager
def working(what: str) -> Iterator[Status]:
    """Show what is being done while it lasts; on a terminal with a spinner."""
    if not notes.is_terminal:
        notes.print(what, highlight=False)
    with notes.status(what) as status:
        yield status

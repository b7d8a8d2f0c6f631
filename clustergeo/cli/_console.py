"""The two streams: results go to standard output, progress and notes to standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

__all__ = ["console", "notes", "working"]

console = Console(soft_wrap=True)
notes = Console(stderr=True, soft_wrap=True)


@contextmanager
def working(what: str) -> Iterator[Status]:
    """Show what is being done while it lasts; on a terminal with a spinner."""
    if not notes.is_terminal:
        notes.print(what, highlight=False)
    with notes.status(what) as status:
        yield status

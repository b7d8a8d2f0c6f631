"""How a command is ended from outside: Ctrl-C, SIGTERM, a reader that leaves, a full disk."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from typer.core import TyperGroup

from clustergeo.cli._usage import SLIP, in_one_line

__all__ = ["NO_ROOM", "Commands", "Terminated", "say", "terminable", "write_no_more"]

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk, a quota or a file is full."""


class Terminated(BaseException):
    """The system asks the process to end (SIGTERM)."""


class Commands(TyperGroup):
    """The commands; an interruption and a closed pipe are answered by :func:`cli.main`."""

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - what typer takes
        """Run what the arguments say."""
        try:
            return super().main(*args, **options)
        except _Stop as stop:
            raise stop.reason from None

    def make_context(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Read the options."""
        with _past_typer():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the command."""
        with _past_typer():
            return super().invoke(ctx)


class _Stop(BaseException):
    """Carries past typer what typer would answer with an exit code of its own."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__(reason)
        self.reason = reason


@contextlib.contextmanager
def _past_typer() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, BrokenPipeError) as error:
        raise _Stop(error) from error
    except SLIP as slip:
        raise in_one_line(slip) from slip
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # so rich ends the pages of help
            raise _Stop(ended.__context__) from ended
        raise


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end what runs meanwhile as Ctrl-C does: what is half written is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can hear of it
        return

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    earlier = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


def write_no_more() -> None:
    """Turn the streams away: what is held back for them must not fail again at the very end."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
            continue
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def say(line: str) -> None:
    """Print a last line, if anybody still listens."""
    with contextlib.suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)  # noqa: T201

"""The command line: the only room that prints, and that turns errors into exit codes."""

from __future__ import annotations

import gc
import io
import sys
import tempfile
import traceback
from pathlib import Path

from clustergeo.errors import ClustergeoError, OutputError

__all__ = ["main"]

EXIT_INTERRUPTED = 130
_LOOK_FOR_CYCLES = 100_000
EXIT_TERMINATED = 143


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit with its code.

    Parameters
    ----------
    argv
        Arguments without the program name; those of the process by default.

    Raises
    ------
    SystemExit
        0 success, 1 our bug, 2 usage, 3 bad input, 4 network service, 5 cannot write, 6 quality
        gate, 130 interrupted, 143 terminated.
    """
    from clustergeo.cli._app import invoke  # noqa: PLC0415 - keeps `import clustergeo` light
    from clustergeo.cli._stops import Terminated, say, terminable, write_no_more  # noqa: PLC0415

    # A command leaves few cycles behind; looking for them took a tenth of its time.
    gc.set_threshold(_LOOK_FOR_CYCLES)
    _show_any_character()
    try:
        with terminable():
            code: str | int | None
            try:
                code = invoke(sys.argv[1:] if argv is None else argv)
            except SystemExit as ended:
                code = ended.code  # usage errors, --help
            sys.stdout.flush()  # now, while what goes wrong can be told
        sys.exit(code)
    except ClustergeoError as error:
        for line in str(error).splitlines():
            say(f"clustergeo: error: {line}")
        sys.exit(error.exit_code)
    except Terminated:
        say("clustergeo: terminated; earlier outputs are untouched")
        sys.exit(EXIT_TERMINATED)
    except KeyboardInterrupt:
        say("clustergeo: interrupted; earlier outputs are untouched")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader (`| head`) left; what it read was right.
        write_no_more()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, a trace file
        write_no_more()
        if full := _full(error):
            say(f"clustergeo: error: {full}")
            sys.exit(OutputError.exit_code)
        say(f"clustergeo: bug: {error!r:.200} - {_trace_file()}")
        sys.exit(1)


def _show_any_character() -> None:
    r"""Let a console of another encoding show what it lacks as ``\uXXXX`` rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _full(error: Exception) -> str:
    """Return what to say if there was no room, for the output or for temporary files."""
    from clustergeo.cli._stops import NO_ROOM  # noqa: PLC0415

    if not isinstance(error, OSError) or error.errno not in NO_ROOM:
        return ""
    where = error.filename or "standard output or temporary files"
    return f"{where}: cannot be written ({error.strerror}) - make room"


def _trace_file() -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="clustergeo-", suffix=".trace", delete=False, encoding="utf-8"
        ) as trace:
            trace.write(traceback.format_exc())
    except OSError as error:
        return f"please report it; its trace cannot be written ({error.strerror or error})"
    return f"please report it with {Path(trace.name)}"

"""The command line: the only room that prints, and that turns errors into exit codes."""

from __future__ import annotations

import gc
import sys
import tempfile
import traceback
from pathlib import Path

from clustergeo.errors import ClustergeoError

__all__ = ["main"]

EXIT_INTERRUPTED = 130
_LOOK_FOR_CYCLES = 100_000


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
        gate, 130 interrupted.
    """
    from clustergeo.cli._app import invoke  # noqa: PLC0415 - keeps `import clustergeo` light

    # A command leaves few cycles behind; looking for them took a tenth of its time.
    gc.set_threshold(_LOOK_FOR_CYCLES)
    try:
        sys.exit(invoke(sys.argv[1:] if argv is None else argv))
    except ClustergeoError as error:
        for line in str(error).splitlines():
            print(f"clustergeo: error: {line}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("clustergeo: interrupted; earlier outputs are untouched", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader (`| head`) left; what it read was right.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, a trace file
        print(f"clustergeo: bug: {error!r:.200} - {_trace_file()}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _trace_file() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="clustergeo-", suffix=".trace", delete=False, encoding="utf-8"
    ) as trace:
        trace.write(traceback.format_exc())
    return f"please report it with {Path(trace.name)}"

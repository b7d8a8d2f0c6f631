"""Whether a result fits: into memory, and onto the disk it is to be written to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from clustergeo.errors import Fault, InputError

__all__ = ["check_disk", "check_memory", "free_memory_bytes"]

GIGABYTE: Final = 10**9
_SHARE: Final = 0.9  # of what is free: others live here as well
_MEMORY: Final = Path("/proc/meminfo")


def free_memory_bytes() -> int | None:
    """Return the memory that can be had without swapping, None where the system does not tell."""
    try:
        rows = _MEMORY.read_text(encoding="ascii").splitlines()
        told = dict(row.split(":", 1) for row in rows if ":" in row)
        return int(told["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # such as Windows
        return None


def check_memory(needed: int, what: str, advice: str) -> None:
    """Raise InputError when a result of so many bytes cannot fit into memory."""
    free = free_memory_bytes()
    if free is not None and needed > free * _SHARE:
        raise InputError(
            Fault(what, f"needs {_told(needed)} of memory ({_told(free)} free)", advice)
        )


def check_disk(needed: int, folder: Path) -> None:
    """Raise InputError when so many bytes do not fit onto the disk of a folder."""
    place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free
    if needed > free * _SHARE:
        what = f"takes about {_told(needed)} of disk ({_told(free)} free)"
        raise InputError(Fault(str(folder), what, "make room, name another disk or ask for less"))


def _told(count: int) -> str:
    return f"{count / GIGABYTE:,.1f} GB"

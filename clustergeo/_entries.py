"""One entry of the cache on disk: a folder of files and the manifest that says what they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from clustergeo._files import sha256, write_bytes
from clustergeo.errors import Fault, OutputError

__all__ = ["Entry", "entries_in", "name_of", "put_away", "remove", "sound", "used", "write"]

T = TypeVar("T")

_FORMAT: Final = "clustergeo cache entry"
_VERSION: Final = 1
_MANIFEST: Final = "entry.json"
_CONTENT: Final = "content"
_BAD: Final = ".bad"
_NAME: Final = re.compile(rf"[0-9a-f]{{64}}({re.escape(_BAD)})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is kept.

    Parameters
    ----------
    folder
        Where it lies.
    key
        What it was made of and how; empty if that cannot be read.
    size_bytes
        Room it takes.
    used_s
        Last use, seconds since 1970.
    """

    folder: Path
    key: Mapping[str, str]
    size_bytes: int
    used_s: float

    @property
    def bad(self) -> bool:
        """Whether it was found damaged and put away."""
        return self.folder.suffix == _BAD


def name_of(key: Mapping[str, str]) -> str:
    """Return the name of an entry: no text of the user gets into a path."""
    return hashlib.sha256(_json(dict(key))).hexdigest()


def write(
    aside: Path, key: Mapping[str, str], save: Callable[[Path], object], limit_bytes: int
) -> bool:
    """Fill the folder of an entry; return whether there was anything to keep.

    Raises
    ------
    OSError
        If it cannot be written.
    OutputError
        If it takes more room than there may be.
    """
    save(aside / _CONTENT)
    if not (aside / _CONTENT).exists():
        return False
    files = _files(aside / _CONTENT)
    if (size := sum(file["bytes"] for file in files.values())) > limit_bytes:
        message = f"{size:,} bytes are more than the {limit_bytes:,} it may take"
        raise OutputError(message)
    manifest = {"format": _FORMAT, "version": _VERSION, "key": dict(key), "files": files}
    write_bytes(aside / _MANIFEST, _json(manifest))
    return True


def used(place: Path, load: Callable[[Path], T]) -> T:
    """Return what an entry holds, and note that it was of use.

    Raises
    ------
    OSError, ValueError
        If it is missing or damaged.
    """
    sound(place)
    found = load(place / _CONTENT)
    with contextlib.suppress(OSError):  # a folder that may only be read serves as well
        os.utime(place / _MANIFEST)
    return found


def sound(place: Path) -> None:
    """Read every byte of an entry and raise unless it is as it was written.

    Raises
    ------
    OSError, ValueError
        If it is missing or damaged.
    """
    manifest = _manifest(place)
    if manifest.get("version") != _VERSION:
        message = f"is of version {manifest.get('version')}, this is version {_VERSION}"
        raise ValueError(message)
    if name_of(manifest["key"]) != place.name or _files(place / _CONTENT) != manifest["files"]:
        message = "has changed since it was written"
        raise ValueError(message)


def entries_in(folder: Path) -> list[Entry]:
    """Return all entries of a folder, damaged ones too; the last used come last.

    Raises
    ------
    OutputError
        If it cannot be read.
    """
    if not folder.is_dir():
        return []
    try:
        found = [_entry(path) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise OutputError(str(Fault(str(folder), what, "chmod 700"))) from error
    return sorted(found, key=lambda entry: (entry.used_s, entry.folder.name))


def put_away(place: Path, error: Exception) -> Fault | None:
    """Move a damaged entry out of the way; return what to say, nothing if it is not there."""
    if not os.path.lexists(place):
        return None
    bad = place.with_name(place.name + _BAD)
    remove(bad)
    with contextlib.suppress(OSError):
        place.rename(bad)
    fix = f"nothing to mend: it is put away as *{_BAD} and made again at its next use"
    return Fault(str(place), f"is damaged ({error})", fix)


def remove(place: Path) -> None:
    """Remove an entry in one step for whoever looks: first its name, then its files."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(place.lstat().st_mode):
            place.unlink()
            return
        # A new name takes no room, so that a full disk can be cleared.
        aside = place.with_name(f".{place.name}.{os.getpid()}")
        place.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _manifest(place: Path) -> dict[str, Any]:
    """Return the manifest if it has the shape of one; links are followed nowhere."""
    file = place / _MANIFEST
    if not stat.S_ISDIR(place.lstat().st_mode) or not stat.S_ISREG(file.lstat().st_mode):
        message = "is no folder of files"
        raise ValueError(message)
    manifest = json.loads(file.read_text(encoding="utf-8"))
    shape = {"format": str, "key": dict, "files": dict}
    if not isinstance(manifest, dict) or not all(
        isinstance(manifest.get(name), kind) for name, kind in shape.items()
    ):
        message = f"{_MANIFEST} is not the manifest of an entry"
        raise ValueError(message)
    return manifest


def _files(content: Path) -> dict[str, dict[str, Any]]:
    """Return size and hash of every file; links and devices are no content."""
    files = {}
    for path in sorted([content, *content.rglob("*")]):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            name = path.relative_to(content.parent).as_posix()
            files[name] = {"bytes": found.st_size, "sha256": sha256(path)}
        elif not stat.S_ISDIR(found.st_mode):
            message = f"{path.name} is a link or a device, not a file"
            raise ValueError(message)
    return files


def _entry(place: Path) -> Entry:
    key: dict[str, str] = {}
    used_s, size = 0.0, 0
    with contextlib.suppress(OSError, ValueError):
        used_s = (place / _MANIFEST).lstat().st_mtime
        key = {str(name): str(value) for name, value in _manifest(place)["key"].items()}
    with contextlib.suppress(OSError):
        size = sum(file.lstat().st_size for file in place.rglob("*"))
    return Entry(folder=place, key=key, size_bytes=size, used_s=used_s)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

"""What is dear to make is made once: compiled inputs kept in a folder, named by their content.

An entry is named by the SHA-256 of its key: hashes of the sources, the options and the code that
made it. It is written aside and renamed, so that it is there whole or not at all; its checksums
are compared at every use, and what is damaged is put away and made again. Nothing that is kept
can change a result, and nothing that goes wrong here stops a run.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from clustergeo._entries import Entry, entries_in, name_of, put_away, remove, sound, used, write
from clustergeo._files import sha256
from clustergeo.errors import Fault
from clustergeo.settings import cache_folder, cache_limit_bytes

__all__ = ["Cache", "Entry", "code_of", "locked", "user_cache"]

T = TypeVar("T")

_LONGEST_WAIT_S: Final = 3_600.0
"""After this time another process that makes the same thing is waited for no longer."""

_LEFT: Final = re.compile(r"\.?([0-9a-f]{64})\..*(?<!\.bad)")  # asides and locks, no entries
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cache:
    """Compiled inputs in one folder that is the user's alone.

    Parameters
    ----------
    folder
        Created at the first use; None keeps nothing.
    limit_bytes
        Beyond it, what was not used for longest goes first.

    Examples
    --------
    >>> def save(number: int, folder: Path) -> None:
    ...     folder.mkdir()
    ...     _ = (folder / "n").write_text(str(number))
    >>> def load(folder: Path) -> int:
    ...     return int((folder / "n").read_text())
    >>> with tempfile.TemporaryDirectory() as name:
    ...     cache = Cache(Path(name) / "cache", 10_000)
    ...     first = cache.fetch({"of": "x"}, make=lambda: 7, save=save, load=load)
    ...     again = cache.fetch({"of": "x"}, make=lambda: 8, save=save, load=load)
    >>> first, again
    (7, 7)
    """

    folder: Path | None
    limit_bytes: int

    def fetch(
        self,
        key: Mapping[str, str],
        *,
        make: Callable[[], T],
        save: Callable[[T, Path], object],
        load: Callable[[Path], T],
    ) -> T:
        """Return what is kept under a key, or make it and keep it.

        Of several processes that ask for the same key at once, one makes it, the others wait.

        Parameters
        ----------
        key
            All that the result depends on. ``what`` and ``name`` are shown to the user.
        make
            Makes the thing; what it raises is passed on.
        save
            Writes it into a folder that is not there yet. If it writes none, nothing is kept.
        load
            Reads it back from there; OSError or ValueError say that it is damaged.

        Returns
        -------
        thing
            What ``load`` or ``make`` returned; it is for both of them that these are equal.
        """
        if self.folder is None:
            return make()
        place = self.folder / name_of(key)
        with contextlib.ExitStack() as alone:
            try:
                _own(self.folder)
                # What fails here may be missing or just being replaced: the lock will tell.
                with contextlib.suppress(OSError, ValueError):
                    return used(place, load)
                alone.enter_context(locked(_lock(place), wait_s=_LONGEST_WAIT_S))
                try:
                    return used(place, load)
                except (OSError, ValueError) as error:
                    if fault := put_away(place, error):
                        _log.warning("%s", fault)
            except OSError as error:
                _warn(self.folder, error)
                return make()
            made = make()
            self._keep(place, key, lambda folder: save(made, folder))
        try:
            self._shrink()
        except OSError as error:
            _warn(self.folder, error)
        return made

    def entries(self) -> list[Entry]:
        """Return what is kept, damaged things too; the last used come last.

        Raises
        ------
        OutputError
            If the folder cannot be read.
        """
        return entries_in(self.folder) if self.folder else []

    def verify(self) -> list[Fault]:
        """Read every byte of what is kept; put away what is damaged, and name it."""
        faults = []
        for entry in self.entries():
            try:
                if not entry.bad:
                    sound(entry.folder)
            except (OSError, ValueError) as error:
                faults += [fault] if (fault := put_away(entry.folder, error)) else []
        return faults

    def clear(self, *, unused_since_s: float | None = None) -> list[Entry]:
        """Remove what is kept, or only what was not used since a time; return what went.

        Parameters
        ----------
        unused_since_s
            Seconds since 1970.
        """
        kept = self.entries()
        gone = [e for e in kept if unused_since_s is None or e.used_s < unused_since_s]
        for entry in gone:
            remove(entry.folder)
        self._sweep()
        return gone

    def _keep(self, place: Path, key: Mapping[str, str], save: Callable[[Path], object]) -> None:
        aside = None
        try:
            # Made for its owner alone (mode 0700).
            aside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
            if write(aside, key, save, self.limit_bytes):
                aside.rename(place)
        except OSError as error:
            if not place.exists():  # where locks do not work, another may have been first
                _warn(place.parent, error)
        finally:
            if aside:
                shutil.rmtree(aside, ignore_errors=True)

    def _shrink(self) -> None:
        """Remove what was not used for longest until the rest keeps to the limit."""
        kept = self.entries()
        size = sum(entry.size_bytes for entry in kept)
        for entry in kept:
            if size > self.limit_bytes:
                _log.info("cache: %s removed to keep to the limit", entry.key.get("name"))
                remove(entry.folder)
                size -= entry.size_bytes
        self._sweep()

    def _sweep(self) -> None:
        """Remove what killed writers left: where the lock is free, nobody writes."""
        if self.folder is None or not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir()):
            if found := _LEFT.fullmatch(path.name):
                lock = _lock(self.folder / found[1])
                with contextlib.suppress(OSError), locked(lock, wait_s=0):
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)


def user_cache() -> Cache:
    """Return the cache of the user; see :func:`clustergeo.settings.cache_folder`."""
    try:
        folder = cache_folder()
    except RuntimeError as error:
        _warn("the cache folder of the user", error)
        folder = None
    return Cache(folder, cache_limit_bytes())


@functools.cache
def code_of(*parts: str) -> str:
    """Return one hash of modules of clustergeo, so that rules that change make another key.

    Parameters
    ----------
    *parts
        Paths below the package: modules, or folders of them.

    Examples
    --------
    >>> code_of("units.py") == code_of("networks", "units.py")
    False
    """
    root = Path(__file__).parent
    files = [
        file
        for path in map(root.joinpath, parts)
        for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]
    told = "".join(f"{file.relative_to(root).as_posix()} {sha256(file)}\n" for file in files)
    return hashlib.sha256(told.encode()).hexdigest()


@contextlib.contextmanager
def locked(path: Path, *, wait_s: float = -1) -> Iterator[None]:
    """Hold a lock that the system frees when its process dies, however it dies.

    Parameters
    ----------
    path
        The file to lock; it is there only for as long as the lock is held.
    wait_s
        How long to wait for others; below 0 for ever.

    Raises
    ------
    OSError
        If the file cannot be made, or the time is over.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name, locked(Path(name) / "x.lock"):
    ...     "alone"
    'alone'
    """
    import filelock  # noqa: PLC0415 - few calls need it

    with filelock.FileLock(path, timeout=wait_s):
        try:
            yield
        finally:
            # Whoever waits for a lock that has lost its name starts over.
            with contextlib.suppress(OSError):
                path.unlink()


def _own(folder: Path) -> None:
    """Make the folder for its owner alone; refuse one that others may write to."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        message = "is a file, not a folder"
        raise NotADirectoryError(message)
    if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & _OTHERS_WRITE):
        # What others can write could be made to look like a network.
        message = "belongs to another user, or others may write to it"
        raise PermissionError(message)


def _lock(place: Path) -> Path:
    return place.with_name(f"{place.name}.lock")


def _warn(folder: Path | str, error: Exception) -> None:
    what = f"no use as a cache ({getattr(error, 'strerror', None) or error})"
    fix = "chmod 700, or set CLUSTERGEO_CACHE to another folder or to off; goes on without it"
    _warn_once(str(Fault(str(folder), what, fix)))


@functools.cache
def _warn_once(message: str) -> None:
    _log.warning("%s", message)

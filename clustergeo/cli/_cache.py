"""``clustergeo cache``: what is kept of large inputs, so that they are read once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from clustergeo._cache import Cache, Entry, user_cache
from clustergeo.cli._console import console
from clustergeo.errors import InputError

__all__ = ["clear_cache", "list_cache", "verify_cache"]

_BYTES_PER_MEGABYTE = 1e6
_SECONDS_PER_DAY = 86_400


def list_cache() -> None:
    """Print one line for each thing kept, the last used last, and their sum."""
    cache = user_cache()
    kept = cache.entries()
    for entry in kept:
        _print(_line(entry))
    limit = f" of at most {_megabytes(cache.limit_bytes)}"
    _print(f"{_folder(cache)}: {_count(kept)}{limit}")


def clear_cache(older_than_days: float | None) -> None:
    """Remove everything, or what was not used for some days."""
    cache = user_cache()
    since_s = None
    if older_than_days is not None:
        since_s = time.time() - older_than_days * _SECONDS_PER_DAY
    _print(f"{_folder(cache)}: removed {_count(cache.clear(unused_since_s=since_s))}")


def verify_cache() -> None:
    """Check every byte; what is damaged is put away and named."""
    cache = user_cache()
    if faults := cache.verify():
        raise InputError(*faults)
    sound = [entry for entry in cache.entries() if not entry.bad]
    _print(f"{_folder(cache)}: {_count(sound)}, all as they were written")


def _line(entry: Entry) -> str:
    used = datetime.fromtimestamp(entry.used_s, UTC)
    what = "damaged" if entry.bad else entry.key.get("what", "unreadable")
    name = entry.key.get("name", "")
    size = _megabytes(entry.size_bytes)
    return f"{used:%Y-%m-%d %H:%M} UTC  {size:>10}  {what}  {name}  {entry.folder.name[:12]}"


def _folder(cache: Cache) -> str:
    return str(cache.folder or "the cache is off (CLUSTERGEO_CACHE)")


def _count(entries: Iterable[Entry]) -> str:
    sizes = [entry.size_bytes for entry in entries]
    return f"{len(sizes)} {'entry' if len(sizes) == 1 else 'entries'}, {_megabytes(sum(sizes))}"


def _megabytes(size_bytes: float) -> str:
    return f"{size_bytes / _BYTES_PER_MEGABYTE:,.1f} MB"


def _print(line: str) -> None:
    console.print(line, highlight=False, markup=False)

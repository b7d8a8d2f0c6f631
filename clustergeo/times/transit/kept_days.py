"""What is arranged of a timetable once, while somebody searches the same ones again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

from clustergeo.networks.timetable import Timetable

__all__ = ["days_kept", "kept"]

_T = TypeVar("_T")
_Kept = dict[tuple[int, Any], tuple[Timetable, Any]]
_KEPT: Final[ContextVar[_Kept | None]] = ContextVar("days_kept", default=None)


@contextmanager
def days_kept() -> Iterator[None]:
    """Arrange each day of each timetable at most once within the block; then let go of it all."""
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def kept(timetable: Timetable, key: object, make: Callable[[], _T]) -> _T:
    """Return what is made of a timetable and a key, the one made before where days are kept."""
    known = _KEPT.get()
    if known is None:
        return make()
    at = (id(timetable), key)
    if at not in known:
        known[at] = (timetable, make())  # the timetable stays, or another could have its id
    made: _T = known[at][1]
    return made

"""A second process that draws figures beside this one; started early, so that it is ready."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what draws is slow to import
    from clustergeo.exhibits import Exhibit
    from clustergeo.study._drawing import Drawing

__all__ = ["Helper", "second_process"]

_at_hand: list[Drawing] = []
"""In the second process: the study it draws."""


class Helper:
    """A second process that draws.

    Parameters
    ----------
    pool
        A pool of one process.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        pool.submit(_get_ready)

    def draw(self, drawing: Drawing, names: Sequence[str]) -> dict[str, Future[Exhibit]]:
        """Begin to draw exhibits of a study in their order; each can be called off until begun."""
        self._pool.submit(_take, drawing)
        return {name: self._pool.submit(_draw, name) for name in names}


@contextmanager
def second_process() -> Iterator[Helper]:
    """Yield a helper; its process ends with the block.

    The process is a fresh one on every system: a copy of this one would share locks with the
    threads of its kernels.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        try:
            yield Helper(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _get_ready() -> None:
    """Import what draws while the other process computes."""
    from clustergeo.study import _drawing  # noqa: F401, PLC0415


def _take(drawing: Drawing) -> None:
    _at_hand[:] = [drawing]


def _draw(name: str) -> Exhibit:
    return _at_hand[0].makers()[name]()

"""Whether the compiled kernels are at hand, or the next run will have to compile them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clustergeo.times.roads import dijkstra as _dijkstra
from clustergeo.times.roads import routes as _routes
from clustergeo.times.transit import lanes as _lanes
from clustergeo.times.transit import last_journey as _last_journey
from clustergeo.times.transit import raptor as _raptor
from clustergeo.times.transit import samples as _samples

__all__ = ["kernels_cached"]


def kernels_cached() -> bool:
    """Return True if every routing kernel was compiled by an earlier run on this machine.

    Returns
    -------
    cached : bool
        False right after an install; the first run then takes about half a minute longer.

    Examples
    --------
    >>> kernels_cached() in (True, False)
    True
    """
    kernels: tuple[Any, ...] = (
        _dijkstra.search,
        _routes.entering,
        _routes.trace_back,
        _lanes.equal_stretches,
        _lanes.first_fit,
        _raptor.scan_window,
        _samples.runs_of,
        _samples.spread,
        _last_journey.latest_journey,
    )
    for kernel in kernels:
        # numba keeps an index file beside the compiled code of each function.
        cache = Path(kernel._cache.cache_path)  # noqa: SLF001 - numba offers no public query
        if not any(cache.glob(f"*.{kernel.py_func.__name__}-*.nbi")):
            return False
    return True

"""The shipped networks, read once for all tests; times and areas on them, computed once.

They do not change, and reading them again is most of what a short command does. What a test makes
of them itself, such as a congested copy, is computed afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from clustergeo.networks import RoadNetwork, Timetable
from clustergeo.settings import data_path

_READ = {
    "load_road_network": (
        *("cli._check", "cli._lint", "cli._roads", "cli._times"),
        *("study._isolation", "study.scenarios.run", "study.model"),
    ),
    "load_timetable": ("cli._isochrones", "cli._times", "study.scenarios.run", "study.model"),
    "load_population_grid": (
        *("cli._isochrones", "networks.states", "study._isolation", "study._peers"),
        "study.scenarios._areas",
        "study.scenarios._link_savings",
    ),
}
_COMPUTED = {
    "car_times": ("study.model",),
    "transit_times": ("study.model",),
    "car_isochrones": ("study._isolation",),
    "transit_isochrones": ("study._isolation",),
}
_kept: dict[object, Any] = {}


class _NotShipped(Exception):  # noqa: N818 - no error
    """A network that a test made."""


@contextmanager
def shipped_once() -> Iterator[None]:
    """Read and compute what is shipped at most once in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for table, once in ((_READ, _reading_once), (_COMPUTED, _computing_once)):
            for name, modules in table.items():
                for module in (import_module(f"clustergeo.{each}") for each in modules):
                    patch.setattr(module, name, once(name, getattr(module, name)))
        yield


def _reading_once(name: str, read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def once(
        source: Path | str | Sequence[Path] | None = None,
        **options: Any,
    ) -> Any:
        paths = [source] if isinstance(source, (Path, str)) else list(source or ())
        shipped = all(Path(path).resolve().is_relative_to(data_path()) for path in paths)
        if not shipped or any(options.values()):
            return read(source, **options)
        key = (name, *map(str, paths))
        if key not in _kept:
            _kept[key] = read(source, **options)
        return _kept[key]

    return once


def _computing_once(name: str, compute: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(compute)
    def once(*args: Any, **options: Any) -> Any:
        try:
            key = (name, *map(_told, args), *((word, _told(options[word])) for word in options))
        except _NotShipped:
            return compute(*args, **options)
        if key not in _kept:
            _kept[key] = compute(*args, **options)
        return _kept[key]

    return once


def _told(value: Any) -> object:
    """Return what tells an argument from another one."""
    if isinstance(value, gpd.GeoDataFrame):
        return value.to_wkb().to_csv()
    if isinstance(value, (RoadNetwork, Timetable)):
        for key, kept in _kept.items():
            if kept is value:
                return key
        raise _NotShipped
    return repr(value)

"""A matrix that is to be computed, as plain arrays in a folder that several machines map."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from clustergeo.errors import OutputError
from clustergeo.networks._arrays import fixed
from clustergeo.settings import version
from clustergeo.times.hierarchy import Ends
from clustergeo.times.hierarchy.metric import Metric
from clustergeo.times.hierarchy.topology import Topology
from clustergeo.times.od.job import OdJob, OdSide
from clustergeo.times.roads.difference import Difference
from clustergeo.times.roads.engine import Hierarchy, Searches
from clustergeo.times.roads.patched import Patched
from clustergeo.times.roads.turns import TurnGraph

__all__ = ["open_job", "save_job"]

_KINDS: Final = {
    kind.__name__: kind
    for kind in (
        *(Difference, Ends, Hierarchy, Metric, OdJob, OdSide, Patched, Searches, Topology),
        TurnGraph,
    )
}
_STATEMENT: Final = "job.json"


def save_job(job: OdJob, folder: Path, inputs: dict[str, Any]) -> None:
    """Write a job: one ``.npy`` file an array, and the rest as JSON, last.

    Nothing is pickled, so that a worker runs no code but its own.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    try:
        told = _written(job, folder, "job")
        whole = {"version": version(), "inputs": inputs, "job": told}
        (folder / _STATEMENT).write_text(json.dumps(whole), encoding="utf-8")
    except OSError as error:
        message = f"{folder}: cannot be written ({error.strerror or error}) - make room"
        raise OutputError(message) from error


def _written(value: Any, folder: Path, name: str) -> Any:  # noqa: ANN401 - any part of a job
    """Return a value as JSON; arrays become files, and are told by their names."""
    if isinstance(value, np.ndarray):
        np.save(folder / f"{name}.npy", value, allow_pickle=False)
        return {"array": name}
    if is_dataclass(value):
        told = {
            field.name: _written(getattr(value, field.name), folder, f"{name}.{field.name}")
            for field in fields(value)
            if not field.name.startswith("_")  # what an engine has made for itself
        }
        return {"kind": type(value).__name__, "fields": told}
    if isinstance(value, tuple):
        return {"list": [_written(v, folder, f"{name}.{i}") for i, v in enumerate(value)]}
    return value


@lru_cache(maxsize=1)
def open_job(folder: Path) -> tuple[OdJob, dict[str, Any]]:
    """Return the job of a folder, its arrays mapped into memory, and its inputs.

    The processes of one machine hold one copy of the network together.

    Raises
    ------
    OutputError
        If this machine does not see the folder, or runs another version.
    """
    try:
        whole = json.loads((folder / _STATEMENT).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{folder.parent}: not seen by a worker - name a folder that all machines share"
        raise OutputError(message) from error
    if (theirs := whole["version"]) != version():
        message = f"{folder.parent}: a worker runs clustergeo {version()} - install {theirs} there"
        raise OutputError(message)
    job: OdJob = _read(whole["job"], folder)
    engine: Any = job.engine
    # Workers share the cores of their machine: threads of their own would get in each other's way.
    return replace(job, engine=replace(engine, threads=1)), whole["inputs"]


def _read(told: Any, folder: Path) -> Any:  # noqa: ANN401 - any part of a job
    if not isinstance(told, dict):
        return told
    if "array" in told:
        file = folder / f"{told['array']}.npy"
        # An array without entries has no bytes to map.
        empty = np.load(file, allow_pickle=False) if file.stat().st_size <= 128 else None  # noqa: PLR2004
        mapped = np.load(file, mmap_mode="r", allow_pickle=False) if empty is None else empty
        return fixed(mapped.view(np.ndarray))
    if "list" in told:
        return tuple(_read(value, folder) for value in told["list"])
    return _KINDS[told["kind"]](**{n: _read(v, folder) for n, v in told["fields"].items()})

"""A topology on disk: one array a file, mapped into memory, bound to the network it came from."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo._files import read_bytes, sha256, write_bytes, writing
from clustergeo.errors import Fault, RoadError
from clustergeo.times.hierarchy._topology import Topology, fingerprint, frozen

__all__ = ["load", "save"]

_VERSION: Final = 1
_STATEMENT: Final = "topology.json"
_STORED: Final = tuple(f.name for f in fields(Topology) if f.name not in {"first", "head"})
_FIX: Final = "delete the folder and build the hierarchy again"


def save(topology: Topology, folder: Path) -> None:
    """Write a topology; the statement that makes it valid comes last.

    Parameters
    ----------
    topology
        What :func:`build` made.
    folder
        Where to; it is made if need be.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    digests = {}
    for name in _STORED:
        path = folder / f"{name}.npy"
        with writing(path) as aside, aside.open("wb") as file:
            np.save(file, getattr(topology, name), allow_pickle=False)
        digests[name] = sha256(path)
    network = fingerprint(topology.first, topology.head)
    statement = {"version": _VERSION, "network": network, "sha256": digests}
    write_bytes(folder / _STATEMENT, json.dumps(statement, indent=1).encode())


def load(folder: Path, first: NDArray[np.int64], head: NDArray[np.int32]) -> Topology:
    """Map a saved topology of this network into memory.

    Parameters
    ----------
    folder
        Where :func:`save` wrote it.
    first, head
        Forward star of the network it must belong to.

    Returns
    -------
    topology : Topology

    Raises
    ------
    MissingFileError
        If a file is missing.
    RoadError
        If the folder is of another version or network, or a file is not what was written.
    """
    digests = _digests(folder, fingerprint(first, head))
    wrong = [
        Fault(str(folder / f"{name}.npy"), "is not what was written (sha256 differs)", _FIX)
        for name in _STORED
        if sha256(folder / f"{name}.npy") != digests.get(name)
    ]
    if wrong:
        raise RoadError(*wrong)
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _STORED}
    stored = {name: frozen(array, array.dtype.type) for name, array in arrays.items()}
    return Topology(first=frozen(first, np.int64), head=frozen(head, np.int32), **stored)


def _digests(folder: Path, network: str) -> dict[str, Any]:
    """Return the digests that the statement names, if it is for this program and network."""
    path = folder / _STATEMENT
    content = read_bytes(path)
    try:
        statement = json.loads(content)
        version, of = statement["version"], statement["network"]
        digests = dict(statement["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise RoadError(Fault(str(path), "is no statement of a hierarchy", _FIX)) from error
    if version != _VERSION:
        raise RoadError(Fault(str(path), f"is of another version ({version})", _FIX))
    if of != network:
        raise RoadError(Fault(str(path), f"is of another network ({of!s:.12})", _FIX))
    return digests

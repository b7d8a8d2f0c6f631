"""A topology on disk: one array a file, mapped into memory, bound to the network it came from."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo._files import read_bytes, refuse_no_file, sha256, write_bytes, writing
from clustergeo.errors import Fault, OutputError, RoadError
from clustergeo.networks._saved import mapped
from clustergeo.times.hierarchy.topology import Topology, fingerprint, frozen

__all__ = ["STATEMENT", "forget", "load", "save"]

STATEMENT: Final = "topology.json"
"""File that makes a folder a saved topology."""

_VERSION: Final = 2
_STORED: Final = tuple(f.name for f in fields(Topology) if f.name not in {"first", "head"})
_FIX: Final = "delete the folder and build the hierarchy again"


def save(topology: Topology, folder: Path) -> None:
    """Write a topology; the statement that makes it valid comes last.

    An earlier one in the folder counts no longer from the start on: its arrays are overwritten
    one by one, and half of each would be none.

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
    forget(folder)
    stored = {}
    for name in _STORED:
        path, array = folder / f"{name}.npy", getattr(topology, name)
        with writing(path) as aside, aside.open("wb") as file:
            np.save(file, array, allow_pickle=False)
        stored[name] = {"dtype": array.dtype.str, "size": array.size, "sha256": sha256(path)}
    network = fingerprint(topology.first, topology.head)
    statement = {"version": _VERSION, "network": network, "arrays": stored}
    write_bytes(folder / STATEMENT, json.dumps(statement, indent=1).encode())


def forget(folder: Path) -> None:
    """Make what a folder holds no saved topology, in one step.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    path = folder / STATEMENT
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        what = f"cannot be removed ({error.strerror or error})"
        raise OutputError(str(Fault(str(path), what, "choose a writable folder"))) from error


def load(
    folder: Path, first: NDArray[np.int64], head: NDArray[np.int32], *, verify: bool = True
) -> Topology:
    """Map a saved topology of this network into memory.

    Parameters
    ----------
    folder
        Where :func:`save` wrote it.
    first, head
        Forward star of the network it must belong to.
    verify
        Whether to read every byte and compare its checksum; else the network it is of, and the
        types and sizes of the arrays, are looked at, and nothing is read before it is used.

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
    told = _told(folder, fingerprint(first, head))
    arrays: dict[str, NDArray[Any]] = {}
    wrong = []
    for name in _STORED:
        path = folder / f"{name}.npy"
        refuse_no_file(path)
        if verify and sha256(path) != told[name]["sha256"]:
            wrong.append(Fault(str(path), "is not what was written (sha256 differs)", _FIX))
            continue
        try:
            arrays[name] = mapped(path)
        except (OSError, ValueError, EOFError):
            wrong.append(Fault(str(path), "is damaged", _FIX))
            continue
        found, wanted = (arrays[name].dtype.str, arrays[name].shape), told[name]
        if found != (wanted["dtype"], (wanted["size"],)):
            what = f"has {found[1]} of {found[0]}, {wanted['size']} of {wanted['dtype']} expected"
            wrong.append(Fault(str(path), what, _FIX))
    if wrong:
        raise RoadError(*wrong)
    stored = {name: frozen(array, array.dtype.type) for name, array in arrays.items()}
    return Topology(first=frozen(first, np.int64), head=frozen(head, np.int32), **stored)


def _told(folder: Path, network: str) -> dict[str, dict[str, Any]]:
    """Return what the statement says of each array, if it is for this program and network."""
    path = folder / STATEMENT
    content = read_bytes(path)
    try:
        statement = json.loads(content)
        version, of = statement["version"], statement["network"]
        told = {name: dict(statement["arrays"][name]) for name in _STORED if version == _VERSION}
        whole = all(set(array) == {"dtype", "size", "sha256"} for array in told.values())
    except (ValueError, KeyError, TypeError) as error:
        raise RoadError(Fault(str(path), "is no statement of a hierarchy", _FIX)) from error
    if version != _VERSION:
        raise RoadError(Fault(str(path), f"is of another version ({version})", _FIX))
    if not whole:
        raise RoadError(Fault(str(path), "is no statement of a hierarchy", _FIX))
    if of != network:
        raise RoadError(Fault(str(path), f"is of another network ({of!s:.12})", _FIX))
    return told

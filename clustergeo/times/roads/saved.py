"""The hierarchy on disk, inside the folder of the network it was contracted from."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Final

from clustergeo.networks.road import RoadNetwork
from clustergeo.times.hierarchy.store import STATEMENT, forget, load, save
from clustergeo.times.hierarchy.topology import Topology
from clustergeo.times.roads.turns import TurnGraph

__all__ = [
    "LARGE",
    "load_hierarchy",
    "remove_hierarchy",
    "save_hierarchy",
    "saved_hierarchy",
]

LARGE: Final = 100_000
"""States from which a hierarchy on disk pays: forty places then gain what it takes to load it."""

_FOLDER: Final = "hierarchy"


def saved_hierarchy(network: RoadNetwork) -> Path | None:
    """Return the folder of the hierarchy saved with a network, if it has one.

    A network whose turns are no longer those that were saved has lost its hierarchy, and one that
    was never finished is none.
    """
    made = network._made  # noqa: SLF001 - what the network remembers
    if "folder" not in made:
        return None
    mine = all(getattr(network, name) is array for name, array in made["shape"].items())
    folder: Path = made["folder"] / _FOLDER
    return folder if mine and (folder / STATEMENT).exists() else None


def load_hierarchy(folder: Path, graph: TurnGraph, *, verify: bool = False) -> Topology:
    """Return the hierarchy of a turn graph, mapped into memory.

    Parameters
    ----------
    folder
        As :func:`saved_hierarchy` returns it.
    graph
        The graph it must be of.
    verify
        Whether to read every byte of it and compare its checksum.

    Raises
    ------
    MissingFileError
        If a file is missing.
    RoadError
        If it is damaged, or of another network or version.
    """
    return load(folder, graph.first, graph.head, verify=verify)


def save_hierarchy(network: RoadNetwork, topology: Topology) -> None:
    """Save the hierarchy of a network that was loaded from a folder, beside its arrays.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    remove_hierarchy(network)
    save(topology, network._made["folder"] / _FOLDER)  # noqa: SLF001


def remove_hierarchy(network: RoadNetwork) -> None:
    """Remove the hierarchy that is saved with a network, if there is one.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    folder = network._made["folder"] / _FOLDER  # noqa: SLF001
    forget(folder)  # at once; the arrays then go one by one
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)

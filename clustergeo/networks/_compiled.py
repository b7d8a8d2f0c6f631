"""Road networks that are dear to read: parsed once, then mapped from the cache."""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clustergeo._cache import code_of, user_cache
from clustergeo._files import sha256
from clustergeo.errors import Fault, OutputError, RoadError
from clustergeo.networks._arrays import parallel_numbers
from clustergeo.networks._network import RoadNetwork
from clustergeo.networks._store import read_network
from clustergeo.settings import data_path, version

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["DEAR_BYTES", "compiled"]

DEAR_BYTES: Final = 2_000_000
"""Sources below this size are read in about half a second and not kept."""

_READERS: Final = ("osmium", "osmnx", "pyogrio", "pyproj", "shapely")
_CODE: Final = ("networks", "schemas", "_crs.py", "_shapefiles.py", "_zips.py", "units.py")
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")

_log = logging.getLogger(__name__)


def compiled(
    path: Path, options: Mapping[str, Path | str | None], read: Callable[[], RoadNetwork]
) -> RoadNetwork:
    """Return what ``read`` returns, from the cache where that has it.

    Parameters
    ----------
    path
        A file of OpenStreetMap or GraphML; a folder or zip of node-link tables.
    options
        Whatever else the network depends on; of a path, name and content count.
    read
        Reads the network; what it raises is passed on.
    """
    try:
        files = _stamps(path, options)
        dear = sum(size for _, size, _ in files) >= DEAR_BYTES
        key = _key(path, options) if dear else {}
    except OSError:
        key = {}  # the reader says what is wrong with the file
    if not key:
        return read()

    def save(network: RoadNetwork, folder: Path) -> None:
        if _stamps(path, options) != files:
            message = f"{path} has changed while it was read"
            raise OutputError(message)
        if _survives(network):
            network.save(folder)

    def load(folder: Path) -> RoadNetwork:
        network = read_network(folder)
        if path.suffix.lower() == ".graphml":
            # Its graph has more than the arrays; few ask for it, and they wait as ever.
            network._made["make_graph"] = lambda: _graph_again(path, key["source"], read)  # noqa: SLF001
        _log.info("%s: taken from the cache", path)
        return network

    return user_cache().fetch(key, make=read, save=save, load=load)


def _key(path: Path, options: Mapping[str, Path | str | None]) -> dict[str, str]:
    """Return all that a network depends on: source, options, and the code that reads."""
    key = {
        "what": "road network",
        "name": path.name,
        "source": _content(path),
        "rules": f"{code_of(*_CODE)} {sha256(data_path('osm'))}",
        "clustergeo": version(),
    }
    key |= {name: importlib.metadata.version(name) for name in _READERS}
    for name, value in options.items():
        told = f"{value.name} {_content(value)}" if isinstance(value, Path) else str(value)
        key |= {} if value is None else {name: told}
    return key


def _content(path: Path) -> str:
    if path.is_file():
        return sha256(path)
    return " ".join(f"{file.relative_to(path)}:{sha256(file)}" for file in _files(path))


def _files(path: Path) -> list[Path]:
    """Return the files that a source is made of; a folder is read one folder deep."""
    if not path.is_dir():
        return [path]
    found = [*path.glob("*"), *path.glob("*/*")]
    return sorted(file for file in found if file.suffix.lower() in _PARTS and file.is_file())


def _stamps(
    path: Path, options: Mapping[str, Path | str | None]
) -> tuple[tuple[Path, int, int], ...]:
    """Return size and time of every file, by which a change during the reading shows."""
    return tuple(_stamped([path, *(v for v in options.values() if isinstance(v, Path))]))


def _stamped(sources: list[Path]) -> Iterator[tuple[Path, int, int]]:
    for source in sources:
        for file in _files(source):
            found = file.stat()
            yield file, found.st_size, found.st_mtime_ns


def _survives(network: RoadNetwork) -> bool:
    """Return whether ids and keys of a graph are those that its arrays give back."""
    keys: Any = parallel_numbers(network.tail, network.head)
    return network.nodes == tuple(network.node_id.tolist()) and np.array_equal(network.keys, keys)


def _graph_again(path: Path, source: str, read: Callable[[], RoadNetwork]) -> nx.MultiDiGraph[Any]:
    if not path.is_file() or _content(path) != source:
        what = "has changed since the network was loaded"
        raise RoadError(Fault(str(path), what, "load it again"))
    return read().graph

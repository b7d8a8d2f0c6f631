"""A road network on disk: plain arrays that are mapped, never parsed, and a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import RoadError
from clustergeo.networks._network import SHAPE, RoadNetwork
from clustergeo.networks._saved import FOLDER, Saved

__all__ = ["MANIFEST", "read_network", "save_network", "verify_network"]

MANIFEST: Final = "network.json"
"""File that makes a folder a saved network."""

_TEXTS: Final = ("classes", "names", "refs", "notes", "source", "date")

_SAVED: Final = Saved(
    noun="road network",
    short="network",
    manifest=MANIFEST,
    version=2,
    again="build it again: clustergeo network build SOURCE --out FOLDER",
    error=RoadError,
    told=_TEXTS,
)

# Type and what each array has one entry of; "+" is one more, for the end of the last.
_ARRAYS: Final = {
    "node_id": ("<i8", "nodes"),
    "lon": ("<f8", "nodes"),
    "lat": ("<f8", "nodes"),
    "tail": ("<i4", "edges"),
    "head": ("<i4", "edges"),
    "first": ("<i8", "nodes+"),
    "time_ms": ("<i4", "edges"),
    "length_m": ("<f8", "edges"),
    "speed_kph": ("<f4", "edges"),
    "speed_evidence": ("|u1", "edges"),
    "highway": ("|u1", "edges"),
    "name": ("<i4", "edges"),
    "ref": ("<i4", "edges"),
    "osmid": ("<i8", "edges"),
    "lanes": ("|u1", "edges"),
    "toll": ("|b1", "edges"),
    "twin": ("<i4", "edges"),
    "line": ("<i4", "edges"),
    "backward": ("|b1", "edges"),
    "line_first": ("<i8", "lines+"),
    "line_lon": ("<f8", "vertices"),
    "line_lat": ("<f8", "vertices"),
    "turn_from": ("<i4", "turns"),
    "turn_to": ("<i4", "turns"),
    "turn_ms": ("<i4", "turn_times"),
    "signal": ("|b1", "signal_nodes"),
}


def save_network(network: RoadNetwork, folder: Path) -> Path:
    """Write a network: one ``.npy`` file an array, then the manifest that makes them count.

    An earlier network in the folder stays whole until the new one stands. The same network gives
    the same bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds anything but a saved network.
    """
    arrays = {
        name: np.ascontiguousarray(getattr(network, name), dtype)
        for name, (dtype, _) in _ARRAYS.items()
    }
    texts = {name: getattr(network, name) for name in _TEXTS}
    _SAVED.save(folder, arrays, {"counts": _counts(arrays), **texts})
    return folder


def read_network(folder: Path) -> RoadNetwork:
    """Return a saved network with its arrays mapped into memory, not read.

    Raises
    ------
    RoadError
        If it is of another version, or an array is missing, cut short or of another type or size.
    """
    return _read(folder)[0]


def verify_network(folder: Path) -> None:
    """Read every byte of a saved network and refuse it unless it is as it was written.

    Raises
    ------
    RoadError
        With every array that has changed.
    """
    network, manifest = _read(folder)
    arrays = {name: getattr(network, name) for name in _ARRAYS}
    _SAVED.verify(folder, manifest, arrays)


def _read(folder: Path) -> tuple[RoadNetwork, dict[str, Any]]:
    manifest = _SAVED.read_manifest(folder)
    _SAVED.refuse_damaged(folder, _shape_faults(manifest))
    counts = manifest["counts"]
    shapes = {
        name: (dtype, (counts[unit.removesuffix("+")] + unit.endswith("+"),))
        for name, (dtype, unit) in _ARRAYS.items()
    }
    arrays = _SAVED.map_arrays(folder, manifest, shapes)
    _SAVED.refuse_unjoined(folder, joined=_joined(arrays))
    texts: dict[str, Any] = {
        name: tuple(value) if isinstance(value := manifest[name], list) else value
        for name in _TEXTS
    }
    made = {
        "folder": folder / manifest["content"][:16],
        "shape": {name: arrays[name] for name in SHAPE},
    }
    return RoadNetwork(**texts, **arrays, _made=made), manifest  # type: ignore[arg-type]


def _joined(arrays: dict[str, NDArray[Any]]) -> bool:
    """Return whether the ends of the offsets are right; a cheap look, not a proof."""
    pairs = (("first", "tail"), ("line_first", "line_lon"))
    whole_or_none = (("turn_ms", "turn_from"), ("signal", "lon"))
    return all(arrays[a][0] == 0 and arrays[a][-1] == arrays[b].size for a, b in pairs) and all(
        arrays[a].size in {0, arrays[b].size} for a, b in whole_or_none
    )


def _shape_faults(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the members that are missing or of the wrong kind."""
    for name in _TEXTS:
        value = manifest.get(name)
        texts = value if isinstance(value, list) else [value]
        if isinstance(value, list) == (name in {"source", "date"}) or not all(
            isinstance(text, str) for text in texts
        ):
            yield name
    if not FOLDER.match(str(manifest.get("content"))):
        yield "content"
    for name, kind, wanted in (
        ("counts", int, {unit.removesuffix("+") for _, unit in _ARRAYS.values()}),
        ("sha256", str, set(_ARRAYS)),
    ):
        value = manifest.get(name)
        whole = isinstance(value, dict) and set(value) == wanted
        if not whole or not all(isinstance(entry, kind) for entry in manifest[name].values()):
            yield name


def _counts(arrays: dict[str, NDArray[Any]]) -> dict[str, int]:
    return {
        unit.removesuffix("+"): arrays[name].size - unit.endswith("+")
        for name, (_, unit) in _ARRAYS.items()
    }

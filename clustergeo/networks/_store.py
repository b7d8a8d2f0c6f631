"""A road network on disk: plain arrays that are mapped, never parsed, and a manifest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo._cache import locked
from clustergeo._files import decode, read_bytes, write_bytes, writing
from clustergeo.errors import Fault, OutputError, RoadError
from clustergeo.networks._arrays import fixed
from clustergeo.networks._network import SHAPE, RoadNetwork

__all__ = ["MANIFEST", "read_network", "save_network", "verify_network"]

MANIFEST: Final = "network.json"
"""File that makes a folder a saved network."""

_FORMAT: Final = "clustergeo road network"
_VERSION: Final = 2
_AGAIN: Final = "build it again: clustergeo network build SOURCE --out FOLDER"
_FOLDER: Final = re.compile(r"[0-9a-f]{16}")
_TEXTS: Final = ("classes", "names", "refs", "notes", "source", "date")

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

    The arrays go into a subfolder named by their content, so that an earlier network beside them
    stays whole, and mapped, until the manifest is replaced in one step; then it is removed, with
    whatever killed writers left. Of several writers one waits for the other. The same network
    gives the same bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds anything but a saved network.
    """
    _refuse_others(folder)
    arrays = {
        name: np.ascontiguousarray(getattr(network, name), dtype)
        for name, (dtype, _) in _ARRAYS.items()
    }
    texts = {name: getattr(network, name) for name in _TEXTS}
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "counts": _counts(arrays),
        "sha256": {name: _sha256(array) for name, array in arrays.items()},
        **texts,
    }
    digest = _content(manifest)
    manifest["content"] = digest
    place = folder / digest[:16]
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    with _alone(folder):
        for name, array in arrays.items():
            with writing(place / f"{name}.npy") as aside, aside.open("wb") as file:
                np.save(file, array, allow_pickle=False)
        write_bytes(folder / MANIFEST, f"{text}\n".encode())
        _remove_rest(folder, place)
    return folder


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other writers out of the folder for as long as the context lasts."""
    with contextlib.ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(folder / f".{MANIFEST}.lock"))
        except OSError as error:
            what = f"cannot be written ({error.strerror or error})"
            raise OutputError(str(Fault(str(folder), what, "choose a writable folder"))) from error
        yield


def _remove_rest(folder: Path, place: Path) -> None:
    """Remove earlier networks and what killed writers left; the new network stands."""
    earlier = [p for p in folder.iterdir() if _FOLDER.fullmatch(p.name) and p != place]
    asides = [*folder.glob(f".{MANIFEST}.*.json"), *place.glob(".*.npy")]
    # What cannot be removed only takes room.
    with contextlib.suppress(OSError):
        for path in asides:
            path.unlink()
        for path in earlier:
            shutil.rmtree(path)


def _refuse_others(folder: Path) -> None:
    """Refuse a folder that holds anything but a saved network and what killed writers left."""
    if not folder.exists():
        return
    fix = "name a new folder"
    if not folder.is_dir():
        raise OutputError(str(Fault(str(folder), "is a file, not a folder", fix)))
    members = sorted(member.name for member in folder.iterdir())
    strange = [name for name in members if name != MANIFEST and not _FOLDER.fullmatch(name)]
    # What a killed writer left aside ("." in front) is no reason to refuse the next one.
    if strange := [name for name in strange if not name.startswith(f".{MANIFEST}")]:
        what = f"holds other things than a saved network ({', '.join(strange[:3])})"
        raise OutputError(str(Fault(str(folder), what, fix)))


def read_network(folder: Path) -> RoadNetwork:
    """Return a saved network with its arrays mapped into memory, not read.

    Raises
    ------
    RoadError
        If it is of another version, or an array is missing, cut short or of another type or size.
    """
    manifest = _manifest(folder)
    place = folder / manifest["content"][:16]
    arrays: dict[str, NDArray[Any]] = {}
    faults: list[Fault] = []
    for name, (dtype, unit) in _ARRAYS.items():
        count = manifest["counts"][unit.removesuffix("+")] + unit.endswith("+")
        file = place / f"{name}.npy"
        try:
            array = _mapped(file)
        except (OSError, ValueError, EOFError) as error:
            what = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
            faults.append(Fault(str(file), what, _AGAIN))
            continue
        if array.dtype.str != dtype or array.shape != (count,):
            what = f"has {array.shape} of {array.dtype.str} instead of ({count},) of {dtype}"
            faults.append(Fault(str(file), what, _AGAIN))
        arrays[name] = fixed(array)
    if not faults and not _joined(arrays):
        faults.append(Fault(str(folder), "its arrays do not belong together", _AGAIN))
    if faults:
        raise RoadError(*faults)
    texts: dict[str, Any] = {
        name: tuple(value) if isinstance(value := manifest[name], list) else value
        for name in _TEXTS
    }
    shape = {name: arrays[name] for name in SHAPE}
    return RoadNetwork(**texts, **arrays, _made={"folder": place, "shape": shape})  # type: ignore[arg-type]


def verify_network(folder: Path) -> None:
    """Read every byte of a saved network and refuse it unless it is as it was written.

    Raises
    ------
    RoadError
        With every array that has changed.
    """
    network, manifest = read_network(folder), _manifest(folder)
    place = folder / manifest["content"][:16]
    faults = [
        Fault(str(place / f"{name}.npy"), "has changed since it was written", _AGAIN)
        for name in _ARRAYS
        if _sha256(getattr(network, name)) != manifest["sha256"][name]
    ]
    if not faults and _content(manifest) != manifest["content"]:
        faults.append(Fault(str(folder / MANIFEST), "has changed since it was written", _AGAIN))
    if faults:
        raise RoadError(*faults)


def _mapped(file: Path) -> NDArray[Any]:
    # An array without entries has no bytes to map.
    empty = np.load(file, mmap_mode=None, allow_pickle=False) if _no_bytes(file) else None
    array: NDArray[Any] = (
        np.load(file, mmap_mode="r", allow_pickle=False) if empty is None else empty
    )
    return array


def _no_bytes(file: Path) -> bool:
    return file.stat().st_size <= 128  # noqa: PLR2004 - the header alone


def _joined(arrays: dict[str, NDArray[Any]]) -> bool:
    """Return whether the ends of the offsets are right; a cheap look, not a proof."""
    pairs = (("first", "tail"), ("line_first", "line_lon"))
    whole_or_none = (("turn_ms", "turn_from"), ("signal", "lon"))
    return all(arrays[a][0] == 0 and arrays[a][-1] == arrays[b].size for a, b in pairs) and all(
        arrays[a].size in {0, arrays[b].size} for a, b in whole_or_none
    )


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        manifest = json.loads(decode(read_bytes(file), file=str(file)))
    except json.JSONDecodeError as error:
        raise RoadError(Fault(str(file), f"is not JSON ({error})", _AGAIN)) from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise RoadError(Fault(str(file), "is not the manifest of a saved network", _AGAIN))
    if (version := manifest.get("version")) != _VERSION:
        what = f"is of version {version}, this is version {_VERSION}"
        raise RoadError(Fault(str(file), what, _AGAIN, field="version"))
    if lacking := sorted(set(_shape_faults(manifest))):
        raise RoadError(*(Fault(str(file), "is damaged", _AGAIN, field=name) for name in lacking))
    return manifest


def _shape_faults(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the members that are missing or of the wrong kind."""
    for name in _TEXTS:
        value = manifest.get(name)
        texts = value if isinstance(value, list) else [value]
        if isinstance(value, list) == (name in {"source", "date"}) or not all(
            isinstance(text, str) for text in texts
        ):
            yield name
    if not _FOLDER.match(str(manifest.get("content"))):
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


def _sha256(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest()


def _content(manifest: dict[str, Any]) -> str:
    """Return one hash of the arrays and texts, whatever the layout of the manifest."""
    told = {name: manifest[name] for name in ("version", "sha256", *_TEXTS)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

"""A timetable on disk: columns as plain arrays that are mapped, never parsed, and a manifest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo._files import decode, read_bytes, write_bytes, writing
from clustergeo.errors import Fault, FeedError, OutputError
from clustergeo.networks._arrays import fixed
from clustergeo.networks.timetable import Timetable

__all__ = ["FEED_MANIFEST", "read_timetable", "save_timetable", "verify_timetable"]

FEED_MANIFEST: Final = "timetable.json"
"""File that makes a folder a saved timetable."""

_FORMAT: Final = "clustergeo timetable"
_VERSION: Final = 1
_AGAIN: Final = "build it again: clustergeo feed build SOURCE --out FOLDER"
_FOLDER: Final = re.compile(r"[0-9a-f]{16}")
_TEXTS: Final = ("source", "language", "notes")
_TABLES: Final = tuple(f.name for f in fields(Timetable) if f.name not in _TEXTS)
_HEADER_BYTES: Final = 128

Arrays = dict[str, NDArray[Any]]


def save_timetable(timetable: Timetable, folder: Path) -> Path:
    """Write a timetable: one ``.npy`` file an array, then the manifest that makes them count.

    Texts and lines are kept once each, with a number a row. The arrays go into a subfolder named
    by their content, so that an earlier timetable beside them stays whole, and mapped, until the
    manifest is replaced in one step; then it is removed. The same timetable gives the same bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds anything but a saved timetable.
    """
    earlier = _earlier(folder)
    arrays: Arrays = {}
    tables: dict[str, list[list[str]]] = {}
    for name in _TABLES:
        table: pd.DataFrame = getattr(timetable, name)
        tables[name] = []
        for column in table.columns:
            key = f"{name}.{column}"
            kind, parts = _packed(table[column])
            tables[name].append([str(column), kind])
            arrays |= {f"{key}{suffix}": part for suffix, part in parts.items()}
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "tables": tables,
        "rows": {name: len(getattr(timetable, name)) for name in _TABLES},
        "arrays": {key: [array.dtype.str, *array.shape] for key, array in arrays.items()},
        "sha256": {key: _sha256(array) for key, array in arrays.items()},
        **{name: getattr(timetable, name) for name in _TEXTS},
    }
    manifest["content"] = _content(manifest)
    place = folder / manifest["content"][:16]
    for key, array in arrays.items():
        with writing(place / f"{key}.npy") as aside, aside.open("wb") as file:
            np.save(file, array, allow_pickle=False)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    write_bytes(folder / FEED_MANIFEST, f"{text}\n".encode())
    if earlier is not None and earlier != place:
        # The new one stands; an earlier one that cannot be removed only takes room.
        with contextlib.suppress(OSError):
            shutil.rmtree(earlier)
    return folder


def _packed(column: pd.Series[Any]) -> tuple[str, Arrays]:
    """Return what kind of column it is and the arrays that hold it, by suffix."""
    if column.dtype.kind in "biufM":
        return "values", {"": np.ascontiguousarray(column.to_numpy())}
    values = column.to_numpy(dtype=object)
    if len(values) and isinstance(values[0], np.ndarray):
        # Trips of one shape share one array.
        number: dict[int, int] = {}
        codes = [number.setdefault(id(line), len(number)) for line in values]
        lines = [values[codes.index(code)] for code in range(len(number))]
        ends = np.cumsum([len(line) for line in lines])
        codes_ = np.array(codes, dtype=np.int32)
        return "lines", {"": codes_, ".ends": ends, ".data": np.concatenate(lines)}
    coded, distinct = pd.factorize(values)
    data = [str(text).encode() for text in distinct]
    ends = np.cumsum([len(text) for text in data], dtype=np.int64)
    blob = np.frombuffer(b"".join(data), dtype=np.uint8)
    kind = "object" if column.dtype == object else "text"
    return kind, {"": coded.astype(np.int32), ".ends": ends, ".data": blob}


def _unpacked(kind: str, key: str, arrays: Arrays) -> pd.Series[Any]:
    if kind == "values":
        return pd.Series(arrays[key], copy=False)
    ends, data, codes = arrays[f"{key}.ends"], arrays[f"{key}.data"], arrays[key]
    begins = np.concatenate([[0], ends[:-1]])[: len(ends)].tolist()
    spans = zip(begins, ends.tolist(), strict=True)
    distinct = np.empty(len(ends), dtype=object)
    if kind == "lines":
        distinct[:] = [*(fixed(data[begin:end]) for begin, end in spans), None][:-1]
    else:
        whole = data.tobytes()
        distinct[:] = [whole[begin:end].decode() for begin, end in spans]
    return pd.Series(distinct[codes], dtype="str" if kind == "text" else object)


def _earlier(folder: Path) -> Path | None:
    """Return the arrays of the timetable that is to be replaced; refuse any other content."""
    if not folder.exists():
        return None
    fix = "name a new folder"
    if not folder.is_dir():
        raise OutputError(str(Fault(str(folder), "is a file, not a folder", fix)))
    members = sorted(member.name for member in folder.iterdir())
    strange = [name for name in members if name != FEED_MANIFEST and not _FOLDER.fullmatch(name)]
    # What a killed writer left aside ("." in front) is no reason to refuse the next one.
    if strange := [name for name in strange if not name.startswith(f".{FEED_MANIFEST}")]:
        what = f"holds other things than a saved timetable ({', '.join(strange[:3])})"
        raise OutputError(str(Fault(str(folder), what, fix)))
    try:
        return folder / str(_manifest(folder)["content"])[:16]
    except (FeedError, OSError, ValueError):
        return None  # a broken manifest is what saving again mends


def read_timetable(folder: Path) -> Timetable:
    """Return a saved timetable; its numbers are mapped into memory, not read.

    Raises
    ------
    FeedError
        If it is of another version, or an array is missing, cut short or of another type or size.
    """
    manifest = _manifest(folder)
    arrays = _mapped_arrays(folder, manifest)
    tables = {
        name: pd.DataFrame(
            {
                column: _unpacked(kind, f"{name}.{column}", arrays)
                for column, kind in manifest["tables"][name]
            },
            index=pd.RangeIndex(manifest["rows"][name]),
            copy=False,
        )
        for name in _TABLES
    }
    notes = tuple(manifest["notes"])
    return Timetable(
        source=manifest["source"], language=manifest["language"], notes=notes, **tables
    )


def _mapped_arrays(folder: Path, manifest: dict[str, Any]) -> Arrays:
    place = folder / manifest["content"][:16]
    arrays: Arrays = {}
    faults: list[Fault] = []
    for key, (dtype, *shape) in manifest["arrays"].items():
        file = place / f"{key}.npy"
        try:
            array = _mapped(file)
        except (OSError, ValueError, EOFError) as error:
            what = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
            faults.append(Fault(str(file), what, _AGAIN))
            continue
        if array.dtype.str != dtype or array.shape != tuple(shape):
            what = f"has {array.shape} of {array.dtype.str} instead of {tuple(shape)} of {dtype}"
            faults.append(Fault(str(file), what, _AGAIN))
        arrays[key] = fixed(np.asarray(array))
    if not faults and not _joined(manifest, arrays):
        faults.append(Fault(str(folder), "its arrays do not belong together", _AGAIN))
    if faults:
        raise FeedError(*faults)
    return arrays


def _joined(manifest: dict[str, Any], arrays: Arrays) -> bool:
    """Return whether the columns of each table are as long; a cheap look, not a proof."""
    for name in _TABLES:
        for column, kind in manifest["tables"][name]:
            key = f"{name}.{column}"
            parts = [key] if kind == "values" else [key, f"{key}.ends", f"{key}.data"]
            if not set(parts) <= set(arrays) or len(arrays[key]) != manifest["rows"][name]:
                return False
            if kind != "values":
                ends = arrays[f"{key}.ends"]
                if (int(ends[-1]) if len(ends) else 0) != len(arrays[f"{key}.data"]):
                    return False
                if len(arrays[key]) and int(arrays[key].max()) >= len(ends):
                    return False
    return True


def verify_timetable(folder: Path) -> None:
    """Read every byte of a saved timetable and refuse it unless it is as it was written.

    Raises
    ------
    FeedError
        With every array that has changed.
    """
    manifest = _manifest(folder)
    arrays = _mapped_arrays(folder, manifest)
    place = folder / manifest["content"][:16]
    faults = [
        Fault(str(place / f"{key}.npy"), "has changed since it was written", _AGAIN)
        for key, array in arrays.items()
        if _sha256(array) != manifest["sha256"].get(key)
    ]
    if not faults and _content(manifest) != manifest["content"]:
        file = str(folder / FEED_MANIFEST)
        faults.append(Fault(file, "has changed since it was written", _AGAIN))
    if faults:
        raise FeedError(*faults)


def _mapped(file: Path) -> NDArray[Any]:
    # An array without entries has no bytes to map.
    mode: Any = None if file.stat().st_size <= _HEADER_BYTES else "r"
    array: NDArray[Any] = np.load(file, mmap_mode=mode, allow_pickle=False)
    return array


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / FEED_MANIFEST
    try:
        manifest = json.loads(decode(read_bytes(file), file=str(file)))
    except json.JSONDecodeError as error:
        raise FeedError(Fault(str(file), f"is not JSON ({error})", _AGAIN)) from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise FeedError(Fault(str(file), "is not the manifest of a saved timetable", _AGAIN))
    if (version := manifest.get("version")) != _VERSION:
        what = f"is of version {version}, this is version {_VERSION}"
        raise FeedError(Fault(str(file), what, _AGAIN, field="version"))
    if lacking := sorted(set(_shape_faults(manifest))):
        raise FeedError(*(Fault(str(file), "is damaged", _AGAIN, field=name) for name in lacking))
    return manifest


def _shape_faults(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the members that are missing or of the wrong kind."""
    for name in _TEXTS:
        value = manifest.get(name)
        texts = value if isinstance(value, list) else [value]
        whole = all(isinstance(text, str) for text in texts)
        if not whole or isinstance(value, list) != (name == "notes"):
            yield name
    if not _FOLDER.match(str(manifest.get("content"))):
        yield "content"
    kinds: dict[str, tuple[type, set[str] | None]] = {
        "tables": (list, set(_TABLES)),
        "rows": (int, set(_TABLES)),
        "arrays": (list, None),
        "sha256": (str, None),
    }
    for name, (kind, wanted) in kinds.items():
        value = manifest.get(name)
        whole = isinstance(value, dict) and (wanted is None or set(value) == wanted)
        if not whole or not all(isinstance(entry, kind) for entry in manifest[name].values()):
            yield name


def _sha256(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest()


def _content(manifest: dict[str, Any]) -> str:
    """Return one hash of the arrays and texts, whatever the layout of the manifest."""
    told = {name: manifest[name] for name in ("version", "tables", "rows", "sha256", *_TEXTS)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

"""A timetable on disk: columns as plain arrays that are mapped, never parsed, and a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import FeedError
from clustergeo.networks._arrays import fixed
from clustergeo.networks._saved import FOLDER, Saved
from clustergeo.networks.timetable import Timetable

__all__ = ["FEED_MANIFEST", "read_timetable", "save_timetable", "verify_timetable"]

FEED_MANIFEST: Final = "timetable.json"
"""File that makes a folder a saved timetable."""

_TEXTS: Final = ("source", "language", "notes")
_TABLES: Final = tuple(f.name for f in fields(Timetable) if f.name not in _TEXTS)

_SAVED: Final = Saved(
    noun="timetable",
    short="timetable",
    manifest=FEED_MANIFEST,
    version=1,
    again="build it again: clustergeo feed build SOURCE --out FOLDER",
    error=FeedError,
    told=("tables", "rows", *_TEXTS),
)

Arrays = dict[str, NDArray[Any]]


def save_timetable(timetable: Timetable, folder: Path) -> Path:
    """Write a timetable: one ``.npy`` file an array, then the manifest that makes them count.

    Texts and lines are kept once each, with a number a row. An earlier timetable in the folder
    stays whole until the new one stands. The same timetable gives the same bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds anything but a saved timetable.
    """
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
    members: dict[str, Any] = {
        "tables": tables,
        "rows": {name: len(getattr(timetable, name)) for name in _TABLES},
        "arrays": {key: [array.dtype.str, *array.shape] for key, array in arrays.items()},
        **{name: getattr(timetable, name) for name in _TEXTS},
    }
    _SAVED.save(folder, arrays, members)
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


def read_timetable(folder: Path) -> Timetable:
    """Return a saved timetable; its numbers are mapped into memory, not read.

    Raises
    ------
    FeedError
        If it is of another version, or an array is missing, cut short or of another type or size.
    """
    manifest, arrays = _mapped(folder)
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


def verify_timetable(folder: Path) -> None:
    """Read every byte of a saved timetable and refuse it unless it is as it was written.

    Raises
    ------
    FeedError
        With every array that has changed.
    """
    _SAVED.verify(folder, *_mapped(folder))


def _mapped(folder: Path) -> tuple[dict[str, Any], Arrays]:
    manifest = _SAVED.read_manifest(folder)
    _SAVED.refuse_damaged(folder, _shape_faults(manifest))
    shapes = {key: (dtype, tuple(shape)) for key, (dtype, *shape) in manifest["arrays"].items()}
    mapped = _SAVED.map_arrays(folder, manifest, shapes)
    # Pandas makes copies of what is not a plain array.
    arrays = {key: np.asarray(array) for key, array in mapped.items()}
    _SAVED.refuse_unjoined(folder, joined=_joined(manifest, arrays))
    return manifest, arrays


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


def _shape_faults(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the members that are missing or of the wrong kind."""
    for name in _TEXTS:
        value = manifest.get(name)
        texts = value if isinstance(value, list) else [value]
        whole = all(isinstance(text, str) for text in texts)
        if not whole or isinstance(value, list) != (name == "notes"):
            yield name
    if not FOLDER.match(str(manifest.get("content"))):
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

"""The folder of an origin-destination matrix: parts, and the manifest that makes it whole."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from clustergeo._cache import locked
from clustergeo._files import decode, read_bytes, sha256, write_bytes
from clustergeo.errors import Fault, InputError, MissingFileError, OutputError
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.od import OD_MATRIX
from clustergeo.times.od.job import OdJob
from clustergeo.times.od.parts import OdPart, kept_part, network_hash, other_inputs

__all__ = [
    "MANIFEST",
    "claimed",
    "kept_parts",
    "manifest_of",
    "read_manifest",
    "read_part",
    "write_manifest",
]

MANIFEST: Final = "od_matrix.json"
"""File that makes a folder a finished matrix."""

_FORMAT: Final = "clustergeo od matrix"
_VERSION: Final = 1
_LOCK: Final = ".od_matrix.lock"
_PART: Final = re.compile(r"part-(\d{5,})\.parquet")
# What a killed run left aside; it counts for nothing.
_LEFT: Final = re.compile(r"\.(part-\d{5,}\.parquet|od_matrix\.json|job)[.-].*")
_AGAIN: Final = "compute it again"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder for one run, and clear what a killed one left aside.

    Raises
    ------
    InputError
        If it holds anything but a matrix.
    OutputError
        If it cannot be made, or another run holds it.
    """
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check_members(folder)
            held.enter_context(locked(folder / _LOCK, wait_s=0))
        except TimeoutError as error:
            message = (
                f"{folder}: another run is writing to it - wait for it or name another folder"
            )
            raise OutputError(message) from error
        except OSError as error:
            what = f"cannot be written ({error.strerror or error})"
            message = f"{folder}: {what} - name another folder"
            raise OutputError(message) from error
        for member in folder.iterdir():
            if _LEFT.fullmatch(member.name):
                _remove(member)
        yield


def _check_members(folder: Path) -> None:
    names = sorted(member.name for member in folder.iterdir() if member.name[0] != ".")
    strange = [name for name in names if name != MANIFEST and not _PART.fullmatch(name)]
    if strange:
        what = f"holds other things than a matrix ({', '.join(strange[:3])})"
        raise InputError(Fault(str(folder), what, "name a new folder"))


def _remove(member: Path) -> None:
    if member.is_dir():
        shutil.rmtree(member)
    else:
        member.unlink()


def kept_parts(folder: Path, count: int, inputs: dict[str, Any]) -> dict[int, OdPart]:
    """Return the parts of earlier runs by number.

    Raises
    ------
    InputError
        If the manifest or a part is of other inputs, damaged or not ours.
    """
    manifest = read_manifest(folder) if (folder / MANIFEST).exists() else None
    if manifest and manifest["inputs"] != inputs:
        raise InputError(other_inputs(folder / MANIFEST, manifest["inputs"], inputs))
    digests = {entry["file"]: entry["sha256"] for entry in manifest["parts"]} if manifest else {}
    kept = {}
    for number in sorted(_numbers(folder)):
        part = kept_part(folder, number, inputs)
        path = folder / part.file
        if number >= count:
            raise InputError(other_inputs(path, inputs, inputs))
        if digests.get(part.file, part.sha256) != part.sha256:
            fault = Fault(str(path), "has changed since it was written", "delete it and run again")
            raise InputError(fault)
        kept[number] = part
    return kept


def _numbers(folder: Path) -> Iterator[int]:
    for member in folder.iterdir():
        if match := _PART.fullmatch(member.name):
            yield int(match[1])


def manifest_of(
    parts: Sequence[OdPart], job: OdJob, network: RoadNetwork, inputs: dict[str, Any]
) -> dict[str, Any]:
    """Return what makes the parts a matrix."""
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "columns": {column.name: column.description for column in OD_MATRIX.columns},
        "origins": len(job.starts.ids),
        "destinations": len(job.ends.ids),
        "counts": dict(counts),
        "network": {"source": network.source, "date": network.date, "notes": network.notes},
        "warnings": job.warnings,
        "inputs": inputs,
        "parts": [asdict(part) for part in parts],
    }


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a matrix whose parts are all there.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    write_bytes(folder / MANIFEST, f"{text}\n".encode())


def read_manifest(folder: Path, network: RoadNetwork | None = None) -> dict[str, Any]:
    """Return the manifest of a finished matrix.

    Raises
    ------
    MissingFileError
        If there is none.
    InputError
        If it is not one, of another version, or of another network than that given.
    """
    path = folder / MANIFEST
    if folder.is_dir() and not path.exists():
        fault = Fault(str(folder), f"is no finished matrix (no {MANIFEST})", "run it to its end")
        raise MissingFileError(fault)
    text = decode(read_bytes(path), file=str(path))
    try:
        manifest = json.loads(text)
        told = manifest["format"], manifest["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(Fault(str(path), "is not the manifest of a matrix", _AGAIN)) from error
    if told != (_FORMAT, _VERSION):
        what = f"is of another format ({told[0]!s:.40} {told[1]!s:.10})"
        raise InputError(Fault(str(path), what, _AGAIN))
    if not _is_whole(manifest):
        raise InputError(Fault(str(path), "is damaged", _AGAIN))
    if network is not None and manifest["inputs"].get("network") != network_hash(network):
        date = manifest["network"].get("date") or "undated"
        what = f"is of another network ({manifest['network'].get('source')}, {date})"
        raise InputError(Fault(str(path), what, _AGAIN))
    return dict(manifest)


def _is_whole(manifest: dict[str, Any]) -> bool:
    kinds = {"origins": int, "destinations": int, "counts": dict, "inputs": dict, "network": dict}
    kinds["warnings"] = list
    parts = manifest.get("parts")
    return (
        all(isinstance(manifest.get(name), kind) for name, kind in kinds.items())
        and isinstance(parts, list)
        and all(isinstance(part, dict) and {"file", "sha256"} <= set(part) for part in parts)
        and all(_PART.fullmatch(str(part["file"])) for part in parts)
    )


def read_part(folder: Path, entry: dict[str, Any]) -> pa.Table:
    """Return one part of a finished matrix, refused unless it is as it was written.

    Raises
    ------
    InputError
        If it is missing or has changed.
    """
    path = folder / entry["file"]
    if not path.is_file():
        raise InputError(Fault(str(path), "is missing", _AGAIN))
    if sha256(path) != entry["sha256"]:
        raise InputError(Fault(str(path), "has changed since it was written", _AGAIN))
    return pq.read_table(path)

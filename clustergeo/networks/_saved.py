"""A folder of arrays: mapped into memory, never parsed, and a manifest that makes them count."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clustergeo._cache import locked
from clustergeo._files import decode, read_bytes, write_bytes, writing
from clustergeo.errors import Fault, InputError, OutputError
from clustergeo.networks._arrays import fixed

__all__ = ["FOLDER", "Saved", "checksum", "mapped"]

FOLDER: Final = re.compile(r"[0-9a-f]{16}")
"""Name of the subfolder of the arrays: the first digits of their content."""

_HEADER_BYTES: Final = 128
_BROKEN_HEADER: Final = (SyntaxError, TokenError, OverflowError, MemoryError, RecursionError)
"""What numpy raises beside ValueError; it reads the header as Python reads a literal."""

Arrays = dict[str, NDArray[Any]]
Shapes = Mapping[str, tuple[str, tuple[int, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One kind of thing that is saved as a folder of arrays.

    Parameters
    ----------
    noun
        What it is, such as ``road network``.
    short
        What a reader calls it, such as ``network``.
    manifest
        File that makes a folder such a thing.
    version
        Version of the layout that this program writes and reads.
    again
        How to mend a damaged one.
    error
        What a damaged one raises.
    told
        Members of the manifest that stand for its content, beside the version and checksums.
    """

    noun: str
    short: str
    manifest: str
    version: int
    again: str
    error: type[InputError]
    told: tuple[str, ...]

    def save(self, folder: Path, arrays: Mapping[str, NDArray[Any]], members: Any) -> None:  # noqa: ANN401 - JSON
        """Write the arrays, then the manifest that makes them count.

        The arrays go into a subfolder named by their content, so that an earlier thing beside
        them stays whole, and mapped, until the manifest is replaced in one step; then it is
        removed, with whatever killed writers left. Of several writers one waits for the other.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds anything but such a thing.
        """
        self._refuse_others(folder)
        manifest: dict[str, Any] = {
            "format": f"clustergeo {self.noun}",
            "version": self.version,
            "sha256": {name: checksum(array) for name, array in arrays.items()},
            **members,
        }
        manifest["content"] = self._content(manifest)
        place = folder / manifest["content"][:16]
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        with self._alone(folder):
            for name, array in arrays.items():
                with writing(place / f"{name}.npy") as aside, aside.open("wb") as file:
                    np.save(file, array, allow_pickle=False)
            write_bytes(folder / self.manifest, f"{text}\n".encode())
            self._remove_rest(folder, place)

    def read_manifest(self, folder: Path) -> dict[str, Any]:
        """Return the manifest of a folder; refuse another kind or version."""
        file = folder / self.manifest
        try:
            manifest = json.loads(decode(read_bytes(file), file=str(file)))
        except json.JSONDecodeError as error:
            raise self.error(Fault(str(file), f"is not JSON ({error})", self.again)) from error
        if not isinstance(manifest, dict) or manifest.get("format") != f"clustergeo {self.noun}":
            what = f"is not the manifest of a saved {self.short}"
            raise self.error(Fault(str(file), what, self.again))
        if (version := manifest.get("version")) != self.version:
            what = f"is of version {version}, this is version {self.version}"
            raise self.error(Fault(str(file), what, self.again, field="version"))
        return manifest

    def refuse_damaged(self, folder: Path, names: Iterable[str]) -> None:
        """Refuse a manifest some members of which are missing or of the wrong kind."""
        if lacking := sorted(set(names)):
            file = str(folder / self.manifest)
            raise self.error(*(Fault(file, "is damaged", self.again, field=n) for n in lacking))

    def map_arrays(self, folder: Path, manifest: Mapping[str, Any], shapes: Shapes) -> Arrays:
        """Return the arrays, mapped; refuse those missing, cut short or of another type."""
        place = folder / manifest["content"][:16]
        arrays: Arrays = {}
        faults: list[Fault] = []
        for name, (dtype, shape) in shapes.items():
            file = place / f"{name}.npy"
            try:
                array = mapped(file)
            except (OSError, ValueError, EOFError) as error:
                what = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
                faults.append(Fault(str(file), what, self.again))
                continue
            if array.dtype.str != dtype or array.shape != shape:
                what = f"has {array.shape} of {array.dtype.str} instead of {shape} of {dtype}"
                faults.append(Fault(str(file), what, self.again))
            arrays[name] = fixed(array)
        if faults:
            raise self.error(*faults)
        return arrays

    def refuse_unjoined(self, folder: Path, *, joined: bool) -> None:
        """Refuse arrays that do not belong together."""
        if not joined:
            what = "its arrays do not belong together"
            raise self.error(Fault(str(folder), what, self.again))

    def verify(
        self, folder: Path, manifest: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> None:
        """Read every byte; refuse the folder unless it is as it was written."""
        place = folder / manifest["content"][:16]
        what = "has changed since it was written"
        faults = [
            Fault(str(place / f"{name}.npy"), what, self.again)
            for name, array in arrays.items()
            if checksum(array) != manifest["sha256"].get(name)
        ]
        if not faults and self._content(manifest) != manifest["content"]:
            faults.append(Fault(str(folder / self.manifest), what, self.again))
        if faults:
            raise self.error(*faults)

    def _content(self, manifest: Mapping[str, Any]) -> str:
        """Return one hash of the arrays and texts, whatever the layout of the manifest."""
        told = {name: manifest[name] for name in ("version", "sha256", *self.told)}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @contextlib.contextmanager
    def _alone(self, folder: Path) -> Iterator[None]:
        """Keep other writers out of the folder for as long as the context lasts."""
        with contextlib.ExitStack() as held:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                held.enter_context(locked(folder / f".{self.manifest}.lock"))
            except OSError as error:
                what = f"cannot be written ({error.strerror or error})"
                fault = Fault(str(folder), what, "choose a writable folder")
                raise OutputError(str(fault)) from error
            yield

    def _remove_rest(self, folder: Path, place: Path) -> None:
        """Remove earlier things and what killed writers left; the new one stands."""
        earlier = [p for p in folder.iterdir() if FOLDER.fullmatch(p.name) and p != place]
        asides = [*folder.glob(f".{self.manifest}.*.json"), *place.glob(".*.npy")]
        # What cannot be removed only takes room.
        with contextlib.suppress(OSError):
            for path in asides:
                path.unlink()
            for path in earlier:
                shutil.rmtree(path)

    def _refuse_others(self, folder: Path) -> None:
        """Refuse a folder that holds anything but such a thing and what killed writers left."""
        if not folder.exists():
            return
        fix = "name a new folder"
        if not folder.is_dir():
            raise OutputError(str(Fault(str(folder), "is a file, not a folder", fix)))
        members = sorted(member.name for member in folder.iterdir())
        strange = [n for n in members if n != self.manifest and not FOLDER.fullmatch(n)]
        # What a killed writer left aside ("." in front) is no reason to refuse the next one.
        if strange := [name for name in strange if not name.startswith(f".{self.manifest}")]:
            what = f"holds other things than a saved {self.short} ({', '.join(strange[:3])})"
            raise OutputError(str(Fault(str(folder), what, fix)))


def checksum(array: NDArray[Any]) -> str:
    """Return the SHA-256 of the bytes of an array."""
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest()


def mapped(file: Path) -> NDArray[Any]:
    """Return the array of a file, mapped into memory.

    Raises
    ------
    OSError, ValueError, EOFError
        If it is missing or damaged.
    """
    # An array without entries has no bytes to map.
    mode: Any = None if file.stat().st_size <= _HEADER_BYTES else "r"
    try:
        array: NDArray[Any] = np.load(file, mmap_mode=mode, allow_pickle=False)
    except _BROKEN_HEADER as error:
        message = f"its header is damaged ({error})"
        raise ValueError(message) from error
    return array

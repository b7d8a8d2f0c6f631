"""Recognise a file of OpenStreetMap by its content, and find where a broken one breaks.

libosmium takes a PBF that is cut between two blocks, or inside the length before a block, for a
whole one, and names no byte when a block is damaged; so the blocks are walked here first. A PBF is
a row of blocks: four bytes of length, big endian; a ``BlobHeader`` of that length with the kind of
block and the size of its data; the data (OpenStreetMap wiki, PBF format).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from clustergeo._files import read_bytes, refuse_empty_or_html
from clustergeo.errors import Fault, InputError, RoadError

__all__ = ["damaged_block", "format_of"]

_SNIFFED_BYTES: Final = 4_096
_LONGEST_HEADER: Final = 64 * 1_024
_LARGEST_BLOB: Final = 32 * 1_024 * 1_024
"""Limits of the format; beyond them a reader must refuse."""

_VARINT, _BYTES = 0, 2  # the wire types that block headers and blobs use
_AGAIN: Final = "download it again and compare its .md5"
_WANTED: Final = "give .osm.pbf, .osm, .osm.gz or .osm.bz2"

_FOREIGN: Final = (
    (b"PK\x03\x04", "is a zip archive"),
    (b"SQLite format 3", "is a SQLite file"),
    (b"\xff\xe0", "is an o5m file"),
    (b"\xfd7zXZ", "is an xz archive"),
    (b"\x28\xb5\x2f\xfd", "is a Zstandard archive"),
    (b"\x1a", "is a vector tile, not an OpenStreetMap extract"),
)


def format_of(path: Path) -> str:
    """Return the format of a file as libosmium names it, whatever the file is called.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    format : str
        ``pbf``, ``osm``, ``osm.gz`` or ``osm.bz2``.

    Raises
    ------
    MissingFileError
        If there is no such file.
    RoadError
        If it is none of these, or a PBF that breaks off; the message says what the file is.
    """
    if not path.is_file():
        read_bytes(path)  # raises with the nearest name
    try:
        with path.open("rb") as file:
            start = file.read(_SNIFFED_BYTES)
        refuse_empty_or_html(start, str(path))
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise RoadError(Fault(str(path), what, "check its permissions")) from error
    except InputError as error:
        raise RoadError(*error.faults) from error
    if start.startswith(b"\x1f\x8b"):
        return "osm.gz"
    if start.startswith(b"BZh"):
        return "osm.bz2"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "osm"
    if b"OSMHeader" in start[:32]:
        _refuse_cut(path)
        return "pbf"
    if b"OSMData" in start[:32]:
        what = "starts with a block of data, its header block is missing"
        raise RoadError(Fault(str(path), what, _AGAIN))
    kinds = [kind for magic, kind in _FOREIGN if start.startswith(magic)]
    what = kinds[0] if kinds else f"is no OpenStreetMap file (starts with {start[:8]!r})"
    raise RoadError(Fault(str(path), what, _WANTED))


def _refuse_cut(path: Path) -> None:
    size = path.stat().st_size
    at = 0
    try:
        with path.open("rb") as file:
            for at, _, end in _blocks(file):
                if end > size:
                    what = f"breaks off in the block at byte {at:,} ({end - size:,} bytes missing)"
                    raise RoadError(Fault(str(path), what, _AGAIN))
    except ValueError as error:
        if isinstance(error, RoadError):
            raise
        raise RoadError(Fault(str(path), str(error), _AGAIN)) from error


def damaged_block(path: Path) -> str:
    """Return where the first block of a PBF cannot be unpacked, empty if all can.

    Parameters
    ----------
    path
        A PBF that passed :func:`format_of`.
    """
    with path.open("rb") as file:
        for at, data, end in _blocks(file):
            file.seek(data)
            try:
                fields = dict(_fields(file.read(end - data)))
                packed = fields.get(3)
                if isinstance(packed, bytes):
                    unpacked = len(zlib.decompress(packed))
                    if unpacked != fields.get(2, unpacked):
                        return f"block at byte {at:,}"
            except (zlib.error, ValueError):
                return f"block at byte {at:,}"
    return ""


def _blocks(file: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """Yield where each block, its data and its end lie; ValueError where the row breaks."""
    at = 0
    while prefix := file.read(4):
        length = int.from_bytes(prefix, "big")
        if len(prefix) < 4 or length > _LONGEST_HEADER:  # noqa: PLR2004
            message = f"breaks off at byte {at:,}, in the length of a block"
            raise ValueError(message)
        header = file.read(length)
        try:
            fields = dict(_fields(header)) if len(header) == length else {}
            size = fields.get(3)
        except ValueError:
            size = None
        if not isinstance(size, int) or size > _LARGEST_BLOB:
            message = f"is broken at byte {at:,}, in the header of a block"
            raise ValueError(message)
        data = at + 4 + length
        yield at, data, data + size
        at = data + size
        file.seek(at)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of the fields of a protocol buffer message."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _BYTES and at + value <= len(message):
            yield key >> 3, message[at : at + value]
            at += value
        else:
            what = "no field of a block"
            raise ValueError(what)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004
            return value, at
    what = "breaks off in a number"
    raise ValueError(what)

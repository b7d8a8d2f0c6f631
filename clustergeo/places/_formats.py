"""Which format a file has: the extension says it, the first bytes must agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from clustergeo._files import read_bytes
from clustergeo.errors import Fault, InputError

__all__ = ["Format", "format_of", "local_path", "read_checked"]

Format = Literal["csv", "geojson", "gpkg", "shp", "zip"]

_EXTENSIONS: dict[str, Format] = {
    ".csv": "csv",
    ".geojson": "geojson",
    ".gpkg": "gpkg",
    ".json": "geojson",
    ".shp": "shp",
    ".zip": "zip",
}
_TITLES: dict[str, str] = {
    "csv": "CSV",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "shp": "a shapefile",
    "zip": "a zip",
    "xml": "XML",
    "binary": "binary data",
    "text": "plain text",
}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\x00", "gpkg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x00\x00\x27\x0a", "shp"),
)
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# A path made of an address has one slash left. A single letter is a drive of Windows.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/|/vsi", re.IGNORECASE)


def local_path(source: str | Path) -> Path:
    """Return the path of a plain local file; refuse addresses and GDAL's virtual files.

    Raises
    ------
    InputError
        If the source is a URL or begins with ``/vsi``, whatever it would lead to.
    """
    name = str(source)
    if "://" in name or _ADDRESS.match(name):
        raise InputError(Fault(name, "is not a local file", "download it and name the copy"))
    return Path(source)


def format_of(path: Path) -> Format:
    """Return the format that the extension of a file stands for.

    Raises
    ------
    InputError
        If the extension is not one of those this package reads.
    """
    suffix = path.suffix.lower()
    if suffix not in _EXTENSIONS:
        what = f"unknown kind of file ({suffix or 'no extension'})"
        raise InputError(Fault(str(path), what, f"use one of {', '.join(_EXTENSIONS)}"))
    return _EXTENSIONS[suffix]


def read_checked(path: Path, expected: Format) -> bytes:
    """Return the bytes of a file whose content is what its extension says.

    GDAL opens a file by its content, so that XML named ``.geojson`` could make it read other
    files or call a server. Only bytes that passed here are ever handed to it.

    Raises
    ------
    InputError
        If the file is missing, empty, an HTML page or of another format.
    """
    content = read_bytes(path)
    found = _signature(content)
    # Text that holds NUL is refused where it is decoded, with a better word for it.
    if found != expected and not (expected == "csv" and found in {"text", "binary"}):
        what = f"is {_TITLES[found]}, not {_TITLES[expected]}"
        raise InputError(
            Fault(str(path), what, "give the file its true extension or export again")
        )
    return content


def _signature(content: bytes) -> str:
    for start, name in _SIGNATURES:
        if content.startswith(start):
            return name
    head = content[:512]
    if head.startswith(_BYTE_ORDER_MARKS):
        head = head[2:].replace(b"\x00", b"")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        return "xml"
    if head.startswith(b"{"):
        return "geojson"
    return "binary" if b"\x00" in head else "text"

"""Shapefiles from anywhere: their parts held against what they declare, their text decoded here.

GDAL reads a cut file as far as it goes and drops the bytes of text it cannot decode. So the parts
are checked before it sees them, and it is given an encoding that maps every byte to a character.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clustergeo.errors import Fault, InputError

__all__ = [
    "ONE_TO_ONE",
    "Part",
    "check_dbase_table",
    "check_shapefile",
    "decoded",
    "encodings_of",
    "field_names",
]

ONE_TO_ONE: Final = "ISO-8859-1"
"""The encoding to read with: byte for byte, so that nothing is lost before :func:`decoded`."""

_ROW_MARKS = frozenset(b" *")
_HEAD_BYTES = 65_536  # the header of a dBASE table states its length in two bytes
_SHAPEFILE_START = b"\x00\x00\x27\x0a"
_SHAPEFILE_HEADER_BYTES = 100
_SHAPEFILE_INDEX_BYTES = 8
_DBASE_HEADER_BYTES = 32

_CODE_PAGES = {"949": "cp949", "ansi 949": "cp949", "euc-kr": "cp949", "65001": "utf-8"}


@dataclass(frozen=True, slots=True)
class Part:
    """Both ends and length of one file of a shapefile: all that is needed to check it.

    Parameters
    ----------
    head
        Its first 64 KiB.
    size
        Its length in bytes.
    tail
        Its last 64 KiB.

    Examples
    --------
    >>> Part.of_bytes(b"abc").size
    3
    """

    head: bytes
    size: int
    tail: bytes = b""

    @classmethod
    def of_bytes(cls, content: bytes) -> Part:
        """Return the part of a content in memory."""
        return cls(content[:_HEAD_BYTES], len(content), content[-_HEAD_BYTES:])

    @classmethod
    def of_path(cls, path: Path) -> Part:
        """Return the part of a file, of which only the ends are read.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        try:
            with path.open("rb") as stream:
                head, size = stream.read(_HEAD_BYTES), path.stat().st_size
                stream.seek(max(0, size - _HEAD_BYTES))
                return cls(head, size, stream.read())
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise InputError(Fault(str(path), what, "check its permissions")) from error


def check_shapefile(parts: Mapping[str, Part], *, file: str) -> None:
    """Refuse a shapefile whose parts are missing, cut short or not of one export.

    Parameters
    ----------
    parts
        By extension: ``.shp``, ``.shx`` and ``.dbf``; others are not looked at.
    file
        Name of the file, for messages.

    Raises
    ------
    InputError
        With the first thing wrong; what follows from it is not worth telling.
    """
    for suffix in (".shx", ".dbf"):
        if suffix not in parts or not parts[suffix].size:
            fix = "keep .shp, .shx, .dbf and .prj together"
            raise InputError(Fault(file, f"has no {suffix} beside it", fix))
    for suffix in (".shp", ".shx"):
        if not parts[suffix].head.startswith(_SHAPEFILE_START):
            what = f"its {suffix} is no part of a shapefile"
            raise InputError(Fault(file, what, "export it again"))
        declared = 2 * int.from_bytes(parts[suffix].head[24:28], "big")
        _check_length(parts[suffix].size, declared, file, suffix)
    rows = check_dbase_table(parts[".dbf"], file=file)
    shapes = (parts[".shx"].size - _SHAPEFILE_HEADER_BYTES) // _SHAPEFILE_INDEX_BYTES
    if rows != shapes:
        what = f"{shapes:,} shapes in .shp, but {rows:,} rows in .dbf"
        raise InputError(Fault(file, what, "keep the parts of one export together"))


def check_dbase_table(part: Part, *, file: str) -> int:
    """Return the number of rows of a dBASE table (``.dbf``), or refuse it.

    Raises
    ------
    InputError
        If it is cut short, its rows are shifted, or two columns have one name; GDAL would rename
        the second.
    """
    head = part.head
    rows, header, width = (
        int.from_bytes(head[start:stop], "little") for start, stop in ((4, 8), (8, 10), (10, 12))
    )
    declared = header + rows * width
    # Bytes beyond the declared end are the end-of-file mark and padding, which do no harm.
    _check_length(min(part.size, declared), declared, file, ".dbf")
    _refuse_shifted(part, header, width, declared, file)
    names = field_names(head)
    for name in names:
        if names.count(name) > 1:
            what = f"duplicate column ({name})"
            raise InputError(Fault(file, what, "keep one of them"))
    return rows


def _refuse_shifted(part: Part, header: int, width: int, declared: int, file: str) -> None:
    """Refuse a table that has lost or gained bytes: its last rows begin in the wrong place.

    The first byte of a row says whether it is deleted; it is a space or an asterisk.
    """
    start = part.size - len(part.tail)
    if not width or not part.tail:
        return
    skipped = max(0, -(-(start - header) // width))  # rows that begin before the tail
    marks = part.tail[header + skipped * width - start : declared - start : width]
    if strange := set(marks) - _ROW_MARKS:
        what = f"rows of its .dbf begin in the wrong place (with byte {min(strange)})"
        raise InputError(Fault(file, what, "copy or export it again"))


def _check_length(size: int, declared: int, file: str, suffix: str) -> None:
    if size != declared:
        what = f"its {suffix} is cut short or overlong ({size:,} of {declared:,} bytes)"
        raise InputError(Fault(file, what, "copy or export it again"))


def field_names(dbf: bytes) -> list[str]:
    """Return the raw column names of a dBASE table, in lower case."""
    names = []
    last = int.from_bytes(dbf[8:10], "little") - _DBASE_HEADER_BYTES
    for start in range(_DBASE_HEADER_BYTES, last, _DBASE_HEADER_BYTES):
        if dbf[start : start + 1] in (b"\r", b""):
            break
        raw = dbf[start : start + 11].split(b"\x00")[0]
        names.append(raw.decode("latin-1").strip().lower())
    return names


def encodings_of(code_page: bytes, asked: str | None = None) -> list[str]:
    """Return the encodings to try, in order.

    Parameters
    ----------
    code_page
        Content of ``.cpg``, empty if there is none.
    asked
        Encoding that the caller asks for; then no other is tried.

    Examples
    --------
    >>> encodings_of(b"949")
    ['cp949', 'utf-8']
    """
    if asked:
        return [asked]
    page = code_page.decode("ascii", errors="ignore").strip().lower()
    stated = [_CODE_PAGES.get(page, page)] if page else []
    return [*stated, *(name for name in ("utf-8", "cp949") if name not in stated)]


def decoded(text: str, encoding: str) -> str:
    r"""Return text that was read with ONE_TO_ONE as what it is in its own encoding.

    Raises
    ------
    UnicodeDecodeError
        If it is not in that encoding.
    LookupError
        If there is no such encoding.

    Examples
    --------
    >>> decoded("\xb1\xe6", "cp949")
    '길'
    """
    return text.encode(ONE_TO_ONE).decode(encoding)

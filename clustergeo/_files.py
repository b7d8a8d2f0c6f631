"""The edge to the file system: what is read is what it claims to be, what is written is whole."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from clustergeo._asides import aside_of
from clustergeo.errors import (
    ClustergeoError,
    Fault,
    InputError,
    MissingFileError,
    OutputError,
    SchemaError,
)

__all__ = [
    "csv_bytes",
    "decode",
    "parse_csv",
    "read_bytes",
    "read_csv",
    "sha256",
    "write_bytes",
    "writing",
]

logger = logging.getLogger(__name__)

_HTML_STARTS = (b"<!doctype html", b"<html")


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, refusing what cannot be data.

    Raises
    ------
    MissingFileError
        If there is no such file; the message names the nearest similar one.
    InputError
        If the file is empty, is a folder, is an HTML page or cannot be read.
    """
    try:
        refuse_no_file(path)
        content = path.read_bytes()
    except MissingFileError:
        raise
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise InputError(Fault(str(path), what, "check its name and permissions")) from error
    refuse_empty_or_html(content, str(path))
    return content


def refuse_no_file(path: Path, *, folder: bool = False) -> None:
    """Raise MissingFileError unless there is a file, or (where ``folder``) a file or folder."""
    if not path.exists():
        there = path.parent.iterdir() if path.parent.is_dir() else ()
        near = difflib.get_close_matches(path.name, sorted(p.name for p in there), n=1)
        hint = f"did you mean {near[0]}?" if near else "check the path"
        raise MissingFileError(Fault(str(path), f"no such file ({path.resolve()})", hint))
    if path.is_dir() and not folder:
        raise MissingFileError(Fault(str(path), "is a folder, not a file", "name a file in it"))
    if not (path.is_file() or path.is_dir()):  # reading one may never end
        raise MissingFileError(Fault(str(path), "is a pipe or device", "save its content"))


def refuse_empty_or_html(content: bytes, file: str) -> None:
    """Raise InputError when the content is empty or is a web page saved as data."""
    if not content.strip():
        what = f"is empty ({len(content):,} bytes)"
        raise InputError(Fault(file, what, "export or download it again"))
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_STARTS):
        raise InputError(Fault(file, "is an HTML page, not data", "download it again"))


def decode(content: bytes, *, file: str, encoding: str | None = None) -> str:
    """Return text from UTF-8 (with or without BOM), UTF-16 with BOM, or CP949.

    CP949 is the encoding of most Korean spreadsheets; it is tried only where UTF-8 fails, and a
    file that is neither is refused with the byte at fault.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding is None:
        encoding = "utf-16"
    candidates = [encoding] if encoding else ["utf-8-sig", "cp949"]
    first: UnicodeDecodeError | None = None
    for candidate in candidates:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError as error:
            first = first or error
        except LookupError as error:
            what = f"unknown encoding ({candidate})"
            raise InputError(Fault(file, what, "use utf-8 or cp949")) from error
        else:
            if "\x00" in text:
                break
            if candidate == "cp949":
                logger.warning("%s: not UTF-8, read as CP949; else pass its encoding", file)
            return text.removeprefix("\ufeff")
    if first is None:
        row = text[: text.index("\x00")].count("\n") + 1
        fix = "export it again as UTF-8 text"
        raise InputError(Fault(file, "holds NUL characters", fix, row=row))
    what = f"not {' or '.join(candidates)} text (byte {first.start:,})"
    raise InputError(Fault(file, what, "save it as UTF-8 or pass its encoding")) from first


def read_csv(path: Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Return a CSV file as a table of text; blank cells are ``""``.

    Raises
    ------
    InputError
        If the file is missing, empty, not text, has no header, duplicate columns or ragged rows.
    """
    text = decode(read_bytes(path), file=str(path), encoding=encoding)
    warn_if_cut(text, file=str(path))
    return parse_csv(text, file=str(path))


def warn_if_cut(text: str, *, file: str) -> None:
    """Warn where the last line has no end: a file that was cut in it looks the same."""
    if not text.endswith(("\n", "\r")):
        logger.warning("%s: its last line has no end, as if cut - look at its last row", file)


def parse_csv(text: str, *, file: str) -> pd.DataFrame:
    r"""Return CSV text as a table of text; see :func:`read_csv`.

    Examples
    --------
    >>> parse_csv("id,n\n007,1e3\n", file="t.csv").loc[0].tolist()
    ['007', '1e3']
    """
    header = csv_header(text, file=file)
    if broken := _broken_row(text, len(header), file):
        raise SchemaError(broken)
    try:
        return pd.read_csv(
            io.StringIO(text),
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skipinitialspace=True,
            names=header,
            header=0,
            index_col=False,
        )
    except pd.errors.ParserError as error:
        what = f"cannot be parsed ({error})"
        raise SchemaError(Fault(file, what, "save it as plain CSV")) from error


def csv_header(text: str, *, file: str) -> list[str]:
    """Return the stripped names of the columns of CSV text; see :func:`read_csv`."""
    lines = io.StringIO(text, newline="")
    try:
        header = [name.strip() for name in next(csv.reader(lines, strict=True), [])]
    except csv.Error as error:
        what = f"broken header ({error})"
        raise SchemaError(Fault(file, what, "close every quote", row=1)) from error
    _check_header(header, file)
    return header


def _check_header(header: list[str], file: str) -> None:
    if not header or header == [""]:
        raise SchemaError(Fault(file, "has no header", "name the columns in the first line"))
    for name in header:
        if header.count(name) > 1:
            what = f"duplicate column ({name or 'blank name'})"
            raise SchemaError(Fault(file, what, "keep one of them", row=1))
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        what = f"columns are not separated by commas ({header[0][:40]})"
        raise SchemaError(Fault(file, what, "save it as comma-separated CSV", row=1))


def _broken_row(text: str, width: int, file: str) -> Fault | None:
    """Return what is wrong with the first row that is not like the header.

    Rows are counted as a spreadsheet does: a record is one row, however many lines it spans.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    row, blank_row = 0, 0
    try:
        for row, record in enumerate(reader, start=1):
            if not record or (record == [""] and width > 1):
                blank_row = blank_row or row
            elif blank_row:
                # Skipped in silence it would shift the number of every row below.
                return Fault(file, "blank row", "remove it", row=blank_row)
            elif len(record) != width:
                what = f"{len(record)} cells where the header has {width}"
                long = len(record) > width
                fix = (
                    "quote cells that hold commas" if long else "write every cell, blank ones too"
                )
                return Fault(file, what, fix, row=row)
    except csv.Error as error:
        what = f"broken row ({error})"
        return Fault(file, what, "close every quote", row=row + 1)
    return None


def csv_bytes(table: pd.DataFrame, *, decimals: dict[str, int] | None = None) -> bytes:
    """Return a table as CSV bytes: UTF-8, LF, fixed decimals, formulas disarmed.

    Text that a spreadsheet would run (a leading ``=``, ``+``, ``-``, ``@``, tab or CR) gets an
    apostrophe in front, as OWASP advises against CSV injection.
    """
    shown = table.copy()
    for name in shown.columns:
        if name in (decimals or {}):
            digits = (decimals or {})[name]
            shown[name] = [
                f"{float(value):.{digits}f}" if pd.notna(value) and abs(value) < math.inf else ""
                for value in shown[name]
            ]
        elif pd.api.types.is_float_dtype(shown[name].dtype):
            shown[name] = shown[name].where(shown[name].abs() < math.inf)
        elif shown[name].dtype == object or pd.api.types.is_string_dtype(shown[name].dtype):
            shown[name] = [_disarmed(value) for value in shown[name]]
    return shown.to_csv(index=False, lineterminator="\n").encode()


def _disarmed(value: str | float | None) -> str | float:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside the target; on success it becomes the target at once.

    The old file survives any failure: the new one is written aside, flushed, then renamed. What
    writers that were killed left aside goes with the next one in the same folder.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside_of(path) as aside:
            yield aside
            with aside.open("r+b") as written:
                os.fsync(written.fileno())
            aside.chmod(0o644)
            aside.replace(path)
    except ClustergeoError:
        raise  # a refusal that is also an OSError, such as a missing input, keeps its meaning
    except OSError as error:
        raise _cannot_write(path, error) from error
    except RuntimeError as error:
        if type(error).__module__ != "pyogrio.errors":
            raise
        raise _cannot_write(path, error) from error  # GDAL on a full disk


def _cannot_write(path: Path, error: OSError | RuntimeError) -> OutputError:
    what = f"cannot be written ({getattr(error, 'strerror', None) or error})"
    return OutputError(str(Fault(str(path), what, "choose a writable folder")))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with writing(path) as aside:
        aside.write_bytes(content)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files by name and content."""
    if path.is_dir():
        digest = hashlib.sha256()
        for member in sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(member.relative_to(path).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(member.read_bytes()).digest())
        return digest.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

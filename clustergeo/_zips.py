"""Zip archives from anywhere: refused when broken or hostile, never unpacked by own names."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clustergeo._files import read_bytes
from clustergeo.errors import ClustergeoError, Fault, InputError

__all__ = ["ZipLimits", "hostile", "opened_zip", "read_member", "sound_members"]

RATIO_FREE_BYTES = 20_000_000
"""Below this size any ratio is harmless: small tables of repeated values shrink enormously."""

_ENCRYPTED = 0x1

_MANY = 0xFFFF
"""In place of a count that needs more than two bytes."""

_STARTS = {
    b"<": "XML or HTML",
    b"{": "JSON",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "packed with gzip",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
}
"""What else is sent under the name of an archive, by its first bytes."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What an archive may hold before it is refused as a bomb.

    Parameters
    ----------
    inflated_bytes
        All members together.
    ratio
        Their size over their packed size, above twenty million bytes; None for any.
    members
        Their number.

    Examples
    --------
    >>> ZipLimits().ratio
    200
    """

    inflated_bytes: int = 2_000_000_000
    ratio: int | None = 200
    members: int = 10_000


@contextmanager
def opened_zip(path: Path, *, error: type[InputError], again: str) -> Iterator[zipfile.ZipFile]:
    """Yield an archive; whatever the zipfile module finds wrong meanwhile becomes a refusal.

    Parameters
    ----------
    path
        The archive.
    error
        Class of the refusal.
    again
        How to mend a broken archive, as an imperative.

    Raises
    ------
    MissingFileError
        If there is no such file.
    InputError
        (or ``error``) if the archive is no sound one.
    """
    try:
        content = read_bytes(path)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_count(archive, content)
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        struct.error,
    ) as caught:
        if isinstance(caught, ClustergeoError):
            raise
        what = f"is not a sound zip archive ({_kind(path) or caught})"
        raise error(Fault(str(path), what, again)) from caught


def _check_count(archive: zipfile.ZipFile, content: bytes) -> None:
    """Refuse an archive whose directory, damaged, has swallowed members that its end counts."""
    end = content.rfind(b"PK\x05\x06")
    (stated,) = struct.unpack_from("<H", content, end + 10)
    found = len(archive.infolist())
    if stated not in (found, _MANY):
        message = f"its directory lists {found:,} members, its end counts {stated:,}"
        raise zipfile.BadZipFile(message)


def _kind(path: Path) -> str:
    """Return what a file is by its first bytes, or an empty text where they tell nothing."""
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return f"the file is {kind}"
    return ""


def sound_members(
    archive: zipfile.ZipFile,
    *,
    file: str,
    error: type[InputError],
    limits: ZipLimits | None = None,
) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, folders left out, or refuse it whole.

    Raises
    ------
    InputError
        (or ``error``) if a member leads elsewhere or is encrypted, there are too many, or all of
        them together would inflate beyond reason.
    """
    limits = limits or ZipLimits()
    infos = [info for info in archive.infolist() if not info.is_dir()]
    faults = [
        Fault(file, f"member {what} ({info.filename})", "repack it without that member")
        for info in infos
        if (what := hostile(info))
    ]
    if len(infos) > limits.members:
        what = f"holds more than {limits.members:,} members ({len(infos):,})"
        faults.append(Fault(file, what, "repack it with its tables only"))
    declared = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if declared > limits.inflated_bytes or (
        limits.ratio and declared > RATIO_FREE_BYTES and declared / packed > limits.ratio
    ):
        what = f"would inflate to {declared:,} bytes, {declared / packed:,.0f} times its size"
        faults.append(Fault(file, what, "pass its files as a folder if they are genuine"))
    if faults:
        raise error(*faults)
    for info in archive.infolist():
        # Opened, a member whose name is damaged in one place of the archive is found out; unread,
        # a table of that name would be taken for one that is not there.
        archive.open(info).close()
    return infos


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the content of a member, never more of it than it declares.

    Raises
    ------
    BadZipFile
        If it holds more or less than it declares, or its checksum is wrong.
    """
    with archive.open(info) as member:
        # One byte further, so that the checksum is looked at and surplus shows.
        content = member.read(info.file_size + 1)
    if len(content) != info.file_size:
        message = f"{info.filename} does not have the size it declares ({info.file_size:,} bytes)"
        raise zipfile.BadZipFile(message)
    return content


def hostile(info: zipfile.ZipInfo) -> str:
    """Return what is wrong with a member, or an empty text."""
    # ZipInfo turns the separators of the writing system into "/" only where they differ from it.
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or ":" in name.split("/")[0]:
        return "has an absolute path"
    if ".." in name.split("/"):
        return "leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a symbolic link"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    return ""

"""Zip archives from anywhere: refused when broken or hostile, never unpacked by own names."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clustergeo._files import read_bytes
from clustergeo.errors import Fault, InputError

__all__ = ["hostile", "opened_zip", "sound_members"]

MAX_DECLARED_BYTES = 2_000_000_000
MAX_RATIO = 200
RATIO_FREE_BYTES = 20_000_000
"""Below this size any ratio is harmless: small tables of repeated values shrink enormously."""

_ENCRYPTED = 0x1


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
        with zipfile.ZipFile(io.BytesIO(read_bytes(path))) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        UnicodeDecodeError,
    ) as caught:
        if isinstance(caught, InputError):
            raise
        what = f"is not a sound zip archive ({caught})"
        raise error(Fault(str(path), what, again)) from caught


def sound_members(
    archive: zipfile.ZipFile, *, file: str, error: type[InputError]
) -> list[zipfile.ZipInfo]:
    """Return the files of an archive, folders left out, or refuse it whole.

    Raises
    ------
    InputError
        (or ``error``) if a member leads elsewhere or is encrypted, or all of them together would
        inflate beyond reason.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    faults = [
        Fault(file, f"member {what} ({info.filename})", "repack it without that member")
        for info in infos
        if (what := hostile(info))
    ]
    declared = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if declared > MAX_DECLARED_BYTES or (
        declared > RATIO_FREE_BYTES and declared / packed > MAX_RATIO
    ):
        what = f"would inflate to {declared:,} bytes, {declared / packed:,.0f} times its size"
        faults.append(Fault(file, what, "pass its files as a folder if they are genuine"))
    if faults:
        raise error(*faults)
    return infos


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

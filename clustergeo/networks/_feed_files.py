"""Open a feed, a folder or a zip archive, and hand over its files as bytes, never unpacked."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from clustergeo._files import read_bytes, refuse_empty_or_html
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.schemas.gtfs import FEED, REQUIRED_FILES

__all__ = ["open_feed"]

MAX_DECLARED_BYTES = 2_000_000_000
MAX_RATIO = 200
RATIO_FREE_BYTES = 20_000_000
"""Below this size any ratio is harmless: small tables of repeated values shrink enormously."""

_ENCRYPTED = 0x1
_DEEPEST = 2
"""Parts of a member's path: the tables may lie in one subfolder."""


def open_feed(path: Path) -> dict[str, bytes]:
    """Return the content of the known files of a feed by name.

    Parameters
    ----------
    path
        A folder or a zip archive. The files lie at its top or together in one subfolder.

    Returns
    -------
    files : dict of str to bytes
        Files of :data:`clustergeo.schemas.gtfs.FEED` that are there; others are ignored.

    Raises
    ------
    FeedError
        If the archive is broken or hostile, or a required file is missing or empty.
    """
    files = _from_folder(path) if path.is_dir() else _from_zip(path)
    _refuse_missing(files, path)
    known = {name: files[name] for name in FEED if name in files}
    for name, content in known.items():
        try:
            refuse_empty_or_html(content, name)
        except InputError as error:
            raise FeedError(*error.faults) from error
    return known


def _refuse_missing(files: dict[str, bytes], path: Path) -> None:
    present = {name.lower(): name for name in files}
    missing = [name for name in REQUIRED_FILES if name not in files]
    if not {"calendar.txt", "calendar_dates.txt"} & files.keys():
        missing.append("calendar.txt")
    if not missing:
        return
    found = ", ".join(sorted(files)[:12]) or "no table"
    faults = [
        Fault(
            str(path),
            f"{name} is missing (found: {found})",
            f"rename {present[name]} to {name}"
            if name in present
            else "name a GTFS feed whose tables lie at its top or in one subfolder",
        )
        for name in missing
    ]
    raise FeedError(*faults)


def _from_folder(path: Path) -> dict[str, bytes]:
    if not (path / "stops.txt").is_file():
        inner = [p for p in sorted(path.iterdir()) if (p / "stops.txt").is_file()]
        if len(inner) > 1:
            names = ", ".join(p.name for p in inner)
            raise FeedError(Fault(str(path), f"holds several feeds ({names})", "name one of them"))
        path = inner[0] if inner else path
    files: dict[str, bytes] = {}
    for member in sorted(p for p in path.iterdir() if p.is_file()):
        try:
            files[member.name] = member.read_bytes() if member.name in FEED else b""
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise FeedError(Fault(str(member), what, "check its permissions")) from error
    return files


def _from_zip(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(read_bytes(path))) as archive:
            members = _safe_members(archive, path)
            if broken := archive.testzip():
                what = f"member fails its checksum ({broken})"
                raise FeedError(Fault(str(path), what, "download the feed again"))
            return {
                # Unknown members are listed by name only; they are never inflated.
                name: archive.read(info) if name in FEED else b""
                for name, info in members.items()
            }
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
        if isinstance(error, InputError):
            raise
        what = f"is not a sound zip archive ({error})"
        raise FeedError(Fault(str(path), what, "download the feed again")) from error


def _safe_members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the feed's members by bare name, or refuse the archive."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    faults = [
        Fault(str(path), f"member {what} ({info.filename})", "repack the feed without it")
        for info in infos
        if (what := _hostile(info))
    ]
    declared = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if declared > MAX_DECLARED_BYTES or (
        declared > RATIO_FREE_BYTES and declared / packed > MAX_RATIO
    ):
        what = f"would inflate to {declared:,} bytes, {declared / packed:,.0f} times its size"
        faults.append(Fault(str(path), what, "pass the tables as a folder if they are genuine"))
    if faults:
        raise FeedError(*faults)
    paths = [PurePosixPath(info.filename) for info in infos]
    parents = sorted(
        {p.parent for p in paths if p.name == "stops.txt" and len(p.parts) <= _DEEPEST}
    )
    top = PurePosixPath(".")
    home = parents[0] if len(parents) == 1 else top
    members: dict[str, zipfile.ZipInfo] = {}
    for member, info in zip(paths, infos, strict=True):
        if member.parent != home:
            continue
        if member.name in members:
            what = f"holds two members of one name ({info.filename})"
            raise FeedError(Fault(str(path), what, "repack it with one"))
        members[member.name] = info
    return members


def _hostile(info: zipfile.ZipInfo) -> str:
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

"""Open a feed, a folder or a zip archive, and hand over its files as bytes, never unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from clustergeo._files import refuse_empty_or_html
from clustergeo._zips import opened_zip, sound_members
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.schemas.gtfs import FEED, REQUIRED_FILES

__all__ = ["open_feed"]

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
    with opened_zip(path, error=FeedError, again="download the feed again") as archive:
        members = _members(sound_members(archive, file=str(path), error=FeedError), path)
        if broken := archive.testzip():
            what = f"member fails its checksum ({broken})"
            raise FeedError(Fault(str(path), what, "download the feed again"))
        return {
            # Unknown members are listed by name only; they are never inflated.
            name: archive.read(info) if name in FEED else b""
            for name, info in members.items()
        }


def _members(infos: list[zipfile.ZipInfo], path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the feed's members by bare name, or refuse the archive."""
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

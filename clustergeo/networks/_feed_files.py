"""Open one or several feeds, folders or zip archives, and hand over their files as bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from clustergeo._files import refuse_empty_or_html, warn_if_cut
from clustergeo._room import check_memory
from clustergeo._zips import ZipLimits, opened_zip, read_member, sound_members
from clustergeo.errors import Fault, FeedError, InputError
from clustergeo.schemas.gtfs import FEED, REQUIRED_FILES

__all__ = ["FeedFiles", "open_feeds"]

_DEEPEST = 2
"""Parts of a member's path: the tables may lie in one subfolder."""

_TOP = PurePosixPath()

_READ_BYTES: Final = 8  # of memory for a byte of text: measured at 1.6 million calls

_NOT_MODELLED = {
    "pathways.txt": "walks within stations are not modelled; one walks straight",
    "booking_rules.txt": "services on demand are not modelled",
    "locations.geojson": "services that stop anywhere in an area are not modelled",
    "location_groups.txt": "services on demand between groups of stops are not modelled",
}
"""Files that change how one travels, and that the router does not know."""


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """The known files of one feed.

    Parameters
    ----------
    name
        What the feed is called: its folder or archive, without the ending.
    source
        Where it was read from, for messages.
    files
        Content by name of the files that are there, of those wanted.
    notes
        What a reader should know of how it lay there.
    """

    name: str
    source: str
    files: dict[str, bytes]
    notes: tuple[str, ...] = ()


def open_feeds(
    path: Path, limits: ZipLimits | None = None, wanted: Collection[str] = FEED
) -> list[FeedFiles]:
    """Return every feed of a folder or a zip archive: at its top, or one in each subfolder.

    Parameters
    ----------
    path
        A folder or a zip archive; archives are read in memory and never unpacked.
    limits
        What an archive may hold.
    wanted
        Names of the files to read; the others are only listed.

    Returns
    -------
    feeds : list of FeedFiles
        At least one, in the order of the names of their folders.

    Raises
    ------
    FeedError
        If the archive is broken or hostile, holds feeds at its top and below, or a required file
        is missing or empty.
    """
    found = (
        _from_folder(path, wanted)
        if path.is_dir()
        else _from_zip(path, limits or ZipLimits(), wanted)
    )
    feeds = []
    for folder, files in found.items():
        source = f"{path}/{folder}" if len(found) > 1 else str(path)
        _refuse_missing(files, source)
        known = {name: files[name] for name in wanted if name in files}
        for name, content in known.items():
            try:
                refuse_empty_or_html(content, f"{folder}/{name}" if len(found) > 1 else name)
            except InputError as error:
                raise FeedError(*error.faults) from error
        notes = [f"the tables lie in the subfolder {folder}"] if folder else []
        notes += [f"{other}: {what}" for other, what in _NOT_MODELLED.items() if other in files]
        name = folder if len(found) > 1 else path.stem.removesuffix(".gtfs")
        feeds.append(FeedFiles(name, source, known, tuple(notes)))
    return feeds


def _refuse_missing(files: dict[str, bytes], source: str) -> None:
    present = {name.lower(): name for name in files}
    missing = [name for name in REQUIRED_FILES if name not in files]
    if not {"calendar.txt", "calendar_dates.txt"} & files.keys():
        missing.append("calendar.txt")
    if not missing:
        return
    found = ", ".join(sorted(files)[:12]) or "no table"
    faults = [
        Fault(
            source,
            f"{name} is missing (found: {found})",
            f"rename {present[name]} to {name}"
            if name in present
            else "name a GTFS feed whose tables lie at its top or in one subfolder",
        )
        for name in missing
    ]
    raise FeedError(*faults)


def _from_folder(path: Path, wanted: Collection[str]) -> dict[str, dict[str, bytes]]:
    """Return the files of each feed by its subfolder, which is blank for the top."""
    if (path / "stops.txt").is_file():
        return {"": _files_in(path, wanted)}
    inner = [p for p in sorted(path.iterdir()) if (p / "stops.txt").is_file()]
    return {p.name: _files_in(p, wanted) for p in inner} or {"": _files_in(path, wanted)}


def _files_in(folder: Path, wanted: Collection[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    members = sorted(p for p in folder.iterdir() if p.is_file())
    _check_room(sum(p.stat().st_size for p in members if p.name in wanted), folder)
    for member in members:
        try:
            files[member.name] = member.read_bytes() if member.name in wanted else b""
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise FeedError(Fault(str(member), what, "check its permissions")) from error
        if end := files[member.name][-8:]:  # in an archive the checksum tells
            warn_if_cut(end.decode("latin-1").rstrip("\0"), file=str(member))
    return files


def _check_room(size: int, path: Path) -> None:
    """Raise FeedError if tables of so many bytes of text cannot be read into memory."""
    advice = "cut it to your region, or save it with `feed build` where there is more memory"
    try:
        check_memory(size * _READ_BYTES, str(path), advice)
    except InputError as error:
        raise FeedError(*error.faults) from error


def _from_zip(
    path: Path, limits: ZipLimits, wanted: Collection[str]
) -> dict[str, dict[str, bytes]]:
    with opened_zip(path, error=FeedError, again="download the feed again") as archive:
        infos = sound_members(archive, file=str(path), error=FeedError, limits=limits)
        members = _members(infos, path)
        inside = (info for files in members.values() for info in files.values())
        _check_room(sum(i.file_size for i in inside if Path(i.filename).name in wanted), path)
        if broken := archive.testzip():
            what = f"member fails its checksum ({broken})"
            raise FeedError(Fault(str(path), what, "download the feed again"))
        return {
            folder: {
                # Unknown members are listed by name only; they are never kept.
                name: read_member(archive, info) if name in wanted else b""
                for name, info in inside.items()
            }
            for folder, inside in members.items()
        }


def _members(infos: list[zipfile.ZipInfo], path: Path) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Return the members of each feed by subfolder, then bare name, or refuse the archive."""
    paths = [PurePosixPath(info.filename) for info in infos]
    homes = sorted({p.parent for p in paths if p.name == "stops.txt" and len(p.parts) <= _DEEPEST})
    if len(homes) > 1 and _TOP in homes:
        below = ", ".join(str(home) for home in homes if home != _TOP)
        what = f"holds a feed at its top and others below ({below})"
        raise FeedError(Fault(str(path), what, "give each feed a folder of its own"))
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for home in homes or [_TOP]:
        inside = found.setdefault("" if home == _TOP else home.name, {})
        for member, info in zip(paths, infos, strict=True):
            if member.parent != home:
                continue
            if member.name in inside:
                what = f"holds two members of one name ({info.filename})"
                raise FeedError(Fault(str(path), what, "repack it with one"))
            inside[member.name] = info
    return found

"""Find the tables of a node-link set in a folder or a zip, and hand over sound files of each."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from clustergeo._files import refuse_no_file
from clustergeo._shapefiles import Part, check_dbase_table, check_shapefile
from clustergeo._zips import opened_zip, sound_members
from clustergeo.errors import Fault, RoadError
from clustergeo.schemas.nodelink import NODELINK_COLUMNS

__all__ = ["TableFile", "opened_tables", "stated_date"]

_REQUIRED = ("MOCT_NODE", "MOCT_LINK")
_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_AGAIN = "download the node-link set again"
_DATE = re.compile(r"(?<!\d)(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table of the set, as files under names of our own.

    Parameters
    ----------
    name
        Its name in the set, for messages.
    path
        What GDAL opens: ``.shp``, or ``.dbf`` of a table without shapes.
    code_page
        Content of its ``.cpg``.
    """

    name: str
    path: Path
    code_page: bytes


@contextmanager
def opened_tables(path: Path) -> Iterator[dict[str, TableFile]]:
    """Yield the tables of a set by their plain name, checked, for as long as the context lasts.

    Names count from their end and in any case, so ``[2024-01-01]moct_link.SHP`` is MOCT_LINK. The
    files lie at the top of the folder or the archive, or one folder below.

    Parameters
    ----------
    path
        A folder or a zip archive.

    Raises
    ------
    MissingFileError
        If there is neither.
    RoadError
        If MOCT_NODE or MOCT_LINK is missing, a table is there twice, or the archive is hostile.
    InputError
        If a part of a table is missing or cut short.
    """
    refuse_no_file(path, folder=True)
    # Under names of our own GDAL sees these files and nothing beside them.
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as name:
        room = Path(name)
        if path.is_dir():
            found = [p for p in sorted([*path.iterdir(), *path.glob("*/*")]) if p.is_file()]
            chosen = _chosen([p.relative_to(path) for p in found], path)
            for table, members in chosen.items():
                for suffix, member in members.items():
                    _lend(path / member, room / f"{table}{suffix}")
        else:
            with opened_zip(path, error=RoadError, again=_AGAIN) as archive:
                chosen = _unpacked(archive, path, room)
        yield {table: _checked(table, chosen[table], path, room) for table in chosen}


def _lend(original: Path, name: Path) -> None:
    try:
        name.symlink_to(original.resolve())
    except OSError:  # some systems reserve links for administrators
        shutil.copyfile(original, name)


def _unpacked(archive: zipfile.ZipFile, path: Path, room: Path) -> dict[str, dict[str, PurePath]]:
    infos = {
        PurePosixPath(info.filename): info
        for info in sound_members(archive, file=str(path), error=RoadError)
    }
    chosen = _chosen([name for name in infos if len(name.parts) <= 2], path)  # noqa: PLR2004
    for table, members in chosen.items():
        for suffix, member in members.items():
            # Read to its end, a member is held against its checksum and its declared size.
            with (
                archive.open(infos[PurePosixPath(member)]) as stream,
                (room / f"{table}{suffix}").open("wb") as copy,
            ):
                shutil.copyfileobj(stream, copy)
    return chosen


def _chosen(names: Iterable[PurePath], path: Path) -> dict[str, dict[str, PurePath]]:
    """Return, by table and extension, the one file of each, or refuse the set."""
    found: dict[str, dict[str, dict[str, PurePath]]] = defaultdict(lambda: defaultdict(dict))
    for name in names:
        suffix, stem = name.suffix.lower(), name.stem.upper()
        table = next((t for t in NODELINK_COLUMNS if stem.endswith(t)), None)
        if table and suffix in _SUFFIXES and "__MACOSX" not in name.parts:
            found[table][str(name.with_suffix("")).upper()][suffix] = name
    whole = {
        table: [parts for _, parts in sorted(stems.items()) if {".shp", ".dbf"} & parts.keys()]
        for table, stems in found.items()
    }
    faults = []
    listed = ", ".join(sorted(name.name for name in names)[:_SHOWN]) or "nothing"
    for table in NODELINK_COLUMNS:
        candidates = whole.get(table, [])
        if table in _REQUIRED and not candidates:
            what = f"{table} is missing (found: {listed})"
            faults.append(Fault(str(path), what, "name a folder or zip that holds the whole set"))
        if len(candidates) > 1:
            several = ", ".join(min(map(str, parts.values())) for parts in candidates)
            what = f"holds {table} {len(candidates)} times ({several})"
            faults.append(Fault(str(path), what, "keep one edition"))
    if faults:
        raise RoadError(*faults)
    return {table: whole[table][0] for table in NODELINK_COLUMNS if whole.get(table)}


def _checked(table: str, members: Mapping[str, PurePath], path: Path, room: Path) -> TableFile:
    name = str(path / members.get(".shp", members.get(".dbf", PurePath(table))))
    heads = {suffix: Part.of_path(room / f"{table}{suffix}") for suffix in members}
    main = ".shp" if table in _REQUIRED else ".dbf"
    if main not in heads:
        what = f"has no {main} beside it"
        raise RoadError(Fault(name, what, "keep .shp, .shx, .dbf and .prj together"))
    if main == ".shp":
        check_shapefile(heads, file=name)
    else:
        check_dbase_table(heads[main], file=name)
    page = heads[".cpg"].head if ".cpg" in heads else b""
    return TableFile(name, room / f"{table}{main}", page)


def stated_date(names: Iterable[str]) -> str:
    """Return the date that stands in one of some names, as ``YYYY-MM-DD``, or ``""``.

    Examples
    --------
    >>> stated_date(["MOCT_LINK.shp", "[2024-01-15]NODELINKDATA.zip"])
    '2024-01-15'
    """
    found = (_DATE.search(name) for name in names)
    return next(("-".join(match.groups()) for match in found if match), "")

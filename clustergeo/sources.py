"""Where every shipped number comes from: origin, licence, credit, rows and checksum of each file.

``data/sources.toml`` lists every file under ``data/``; a file that is not listed, or whose content
is not what the list says, is a fault.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clustergeo._files import decode, read_bytes, sha256
from clustergeo.errors import Fault, InputError
from clustergeo.settings import data_path

__all__ = ["Source", "check_sources", "credit_lines", "load_sources"]

SOURCES_FILE = "sources.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The papers of one data file.

    Parameters
    ----------
    path
        Path below the data folder, with forward slashes.
    title
        What the file holds.
    origin
        Where its content was taken from.
    licence
        Terms under which the content may be passed on.
    credit
        Credit line to print with anything made from it; blank where none is owed.
    sha256
        Checksum of the file.

    Examples
    --------
    >>> load_sources()["roads/links.csv"].credit
    '© OpenStreetMap contributors, ODbL 1.0'
    """

    path: str
    title: str
    origin: str
    licence: str
    credit: str
    sha256: str


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """Return the papers of every data file, by path.

    Parameters
    ----------
    folder
        A data folder with a ``sources.toml``; the embedded one by default.

    Returns
    -------
    sources : dict of str to Source
        In the order of the file.

    Raises
    ------
    InputError
        If the list cannot be read or an entry lacks a field.

    Examples
    --------
    >>> "gtfs/stops.txt" in load_sources()
    True
    """
    path = (folder or data_path()) / SOURCES_FILE
    try:
        entries = tomllib.loads(decode(read_bytes(path), file=path.name))["source"]
        return {entry["path"]: Source(**entry) for entry in entries}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        fix = "give each [[source]] path, title, origin, licence, credit and sha256"
        raise InputError(Fault(path.name, f"not a list of sources ({error})", fix)) from error


def check_sources(folder: Path | None = None) -> None:
    """Raise unless every data file is listed and is what the list says.

    Parameters
    ----------
    folder
        A data folder with a ``sources.toml``; the embedded one by default.

    Raises
    ------
    InputError
        With one fault for each file that is not listed, is missing or has changed.

    Examples
    --------
    >>> check_sources()
    """
    root = folder or data_path()
    if faults := list(_faults(root, load_sources(root))):
        raise InputError(*faults)


def _faults(root: Path, sources: dict[str, Source]) -> Iterator[Fault]:
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.name != SOURCES_FILE
    }
    for name in sorted(found - sources.keys()):
        yield Fault(name, "is not in sources.toml", "list it with its origin and licence")
    for name, source in sources.items():
        if name not in found:
            yield Fault(name, "is listed but missing", "restore it or take it off the list")
        elif (actual := sha256(root / name)) != source.sha256:
            fix = "restore the file, or record the new checksum"
            yield Fault(name, f"is not the file that was listed (sha256 {actual})", fix)


def credit_lines(paths: Iterable[str], folder: Path | None = None) -> tuple[str, ...]:
    """Return the credits owed for files or folders of data, each once, in the order of the list.

    Parameters
    ----------
    paths
        Paths below the data folder; a folder stands for all in it.
    folder
        A data folder with a ``sources.toml``; the embedded one by default.

    Returns
    -------
    credits : tuple of str

    Examples
    --------
    >>> credit_lines(["roads"])
    ('© OpenStreetMap contributors, ODbL 1.0',)
    """
    wanted = tuple(paths)
    owed = {
        source.credit: None
        for name, source in load_sources(folder).items()
        if source.credit and any(name == path or name.startswith(f"{path}/") for path in wanted)
    }
    return tuple(owed)

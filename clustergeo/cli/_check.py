"""``clustergeo check``: say what each input is, and everything that is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from clustergeo._files import decode, read_bytes
from clustergeo.claims import load_claims
from clustergeo.cli._console import console, notes
from clustergeo.cli._lint import FeedLint
from clustergeo.errors import ClustergeoError, Fault, InputError
from clustergeo.networks import load_road_network
from clustergeo.places import load_places
from clustergeo.study import check_scenarios, load_study

__all__ = ["check_files"]

ROAD_MEMBERS = ("nodes.csv", "links.csv")
SAVED_MEMBER = "network.json"
ROAD_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2", ".graphml")
PLACE_SUFFIXES = (".csv", ".geojson", ".gpkg", ".json", ".shp")


def check_files(
    files: list[Path], *, crs: str | None, encoding: str | None, lint: FeedLint
) -> int:
    """Check each file, print one line a file or a fault, and return the exit code.

    Feeds are linted as well: their findings follow their line.
    """
    lint.refuse_overwriting(files)
    code = 0
    for path in files:
        try:
            if _is_feed(path):
                code = max(code, lint.check(path))
                continue
            console.print(f"{path}: ok, {_checked(path, crs, encoding)}", highlight=False)
        except ClustergeoError as error:
            code = max(code, error.exit_code)
            for line in str(error).splitlines():
                notes.print(f"clustergeo: error: {line}", highlight=False, markup=False)
    lint.write()
    return code


def _is_feed(path: Path) -> bool:
    """Return whether a file is taken for a feed: a zip without shapes, a folder of tables."""
    if path.is_dir():
        names = {member.name for member in path.iterdir()}
        below = any((member / "stops.txt").is_file() for member in path.iterdir())
        tables = any(name.lower().endswith(".txt") for name in names)
        return (tables or below) and not _is_road(names)
    return path.suffix.lower() == ".zip" and not _holds_shapefile(path)


def _checked(path: Path, crs: str | None, encoding: str | None) -> str:
    suffix = path.suffix.lower()
    if path.is_dir():
        return _folder(path)
    if path.name.lower().endswith(ROAD_SUFFIXES):
        return f"road network, {load_road_network(path)!r}"
    if suffix == ".toml":
        return _toml(path)
    if suffix in (*PLACE_SUFFIXES, ".zip"):
        return f"places, {len(load_places(path, crs=crs, encoding=encoding)):,} points"
    read_bytes(path)
    fix = "check places, a road network, a feed, claims, a scenario or a study file"
    raise InputError(Fault(str(path), f"unknown kind of file ({suffix or 'no ending'})", fix))


def _folder(path: Path) -> str:
    names = {member.name for member in path.iterdir()}
    if _is_road(names):
        return f"road network, {load_road_network(path)!r}"
    what = f"neither a road network nor a feed ({', '.join(sorted(names)[:5]) or 'empty'})"
    fix = f"a road folder holds {' and '.join(ROAD_MEMBERS)}, a feed stops.txt and others"
    raise InputError(Fault(str(path), what, fix))


def _is_road(names: set[str]) -> bool:
    nodelink = any("moct_link" in name.lower() for name in names)
    return names.issuperset(ROAD_MEMBERS) or SAVED_MEMBER in names or nodelink


def _toml(path: Path) -> str:
    try:
        keys = tomllib.loads(decode(read_bytes(path), file=str(path))).keys()
    except tomllib.TOMLDecodeError as error:
        fault = Fault(str(path), f"not TOML ({error})", "correct the syntax there")
        raise InputError(fault) from error
    kinds: dict[str, Callable[[], str]] = {
        "claim": lambda: f"claims, {len(load_claims(path)):,}",
        "study": lambda: f"study {load_study(path).study_id}",
        "scenario": lambda: _scenario(path),
        "edit": lambda: _scenario(path),
    }
    for key, load in kinds.items():
        if key in keys:
            return load()
    what = "neither a study, nor claims, nor a scenario"
    fix = "a study has [study], claims [[claim]], a scenario [scenario]"
    raise InputError(Fault(str(path), what, fix))


def _scenario(path: Path) -> str:
    """Check a scenario against the embedded study, as ``scenario check`` does."""
    (scenario,) = check_scenarios([path])
    count = len(scenario.edits)
    return f"scenario {scenario.scenario_id}, {count} edit{'' if count == 1 else 's'}"


def _holds_shapefile(path: Path) -> bool:
    # The names of the members stand as plain text in a zip's directory.
    return b".shp" in read_bytes(path).lower()

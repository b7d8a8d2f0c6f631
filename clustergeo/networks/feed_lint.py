"""Lint a timetable feed: everything in it that is wrong, or that a planner should look at."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from clustergeo.errors import Fault, InputError
from clustergeo.networks import _lint_headways as headways
from clustergeo.networks import _lint_keys as keys
from clustergeo.networks import _lint_places as places
from clustergeo.networks import _lint_routes as routes
from clustergeo.networks import _lint_service as service
from clustergeo.networks import _lint_tables as tables
from clustergeo.networks import _lint_times as times
from clustergeo.networks._feed_columns import plain_table, read_once
from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks._lint_feed import LintFeed, feed_contents, tables_of
from clustergeo.networks._lint_findings import Check, found, report, whole
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.gtfs import STOPS
from clustergeo.settings import data_path

__all__ = ["CHECKS", "Check", "lint_feed", "load_and_lint"]

_REFUSED = Check(
    "refused", "error", "the reader refuses it", "correct it", source="load_timetable"
)
_SUBFOLDER = Check(
    "feed_in_subfolder", "warning", "the tables lie in a subfolder",
    "put them at the top of the archive",
)  # fmt: skip
_TOO_DEEP = Check(
    "feed_too_deep", "error", "the tables lie deeper than one subfolder",
    "put them at the top of the archive",
)  # fmt: skip

CHECKS: Final = (
    *tables.CHECKS,
    *keys.CHECKS,
    *times.CHECKS,
    *routes.CHECKS,
    *places.CHECKS,
    *service.CHECKS,
    *headways.CHECKS,
    _SUBFOLDER,
    _TOO_DEEP,
    _REFUSED,
)
"""Every rule, each with its severity, threshold, source and grade."""

_LAYOUT: Final = ("missing_file", "misnamed_file", "feed_too_deep")
_ECHOES: Final = ("stop_without_place", "blank_end_time", "service_without_days")
"""What would tell a cell that breaks its contract, and so counts as blank, a second time."""

AnyPath = str | os.PathLike[str]


def lint_feed(
    feed: AnyPath | Timetable | None = None,
    *,
    date: dt.date | None = None,
    road: RoadNetwork | None = None,
    reference: pd.DataFrame | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Return everything that is wrong or doubtful in a feed; nothing stops at the first fault.

    Files are read as far as they can be, whatever :func:`clustergeo.networks.load_timetable`
    refuses is among the errors, and all other rules are tried on the rest. A feed without errors
    is one that can be loaded.

    Parameters
    ----------
    feed
        Folder or zip archive, or a timetable, whose rows have no numbers and whose faults were
        refused when it was read; the embedded feed when None.
    date
        Day of travel; the calendar is compared with it.
    road
        Road network; stops far from its streets are listed.
    reference
        Stops known to be right (``stop_name``, ``stop_lat``, ``stop_lon``, degrees), by whose
        names a shift by the Tokyo datum is told; those of the embedded feed when None.
    encoding
        Encoding of the files; found out when None.

    Returns
    -------
    findings : pandas.DataFrame
        See ``clustergeo.schemas.lint.FINDINGS``: the errors first, then warnings, then infos.
        Rows of one file at fault in the same way with the same value are one finding, which
        names the first of them and their ``count``.

    Raises
    ------
    InputError
        If there is no such file or it is no sound archive.

    Examples
    --------
    >>> findings = lint_feed()
    >>> bool((findings["severity"] == "error").any())
    False
    """
    if isinstance(feed, Timetable):
        linted = LintFeed(tables_of(feed), from_files=False)
        return report([*_findings(linted, date, reference), *_streets(linted, feed, road)])
    findings, _ = load_and_lint(
        data_path("gtfs") if feed is None else feed,
        date=date,
        road=road,
        reference=reference,
        encoding=encoding,
    )
    return findings


def load_and_lint(
    path: AnyPath,
    *,
    date: dt.date | None = None,
    road: RoadNetwork | None = None,
    reference: pd.DataFrame | None = None,
    encoding: str | None = None,
) -> tuple[pd.DataFrame, Timetable | None]:
    """Return the findings of :func:`lint_feed` and the timetable, None if it is refused.

    Parameters
    ----------
    path
        Folder or zip archive.
    date, road, reference, encoding
        See :func:`lint_feed`.

    Raises
    ------
    InputError
        If there is no such file or it is no sound archive.

    Examples
    --------
    >>> findings, timetable = load_and_lint(data_path("gtfs"))
    >>> timetable is None
    False
    """
    with read_once():
        return _load_and_lint(Path(path), date, road, reference, encoding)


def _load_and_lint(
    path: Path,
    date: dt.date | None,
    road: RoadNetwork | None,
    reference: pd.DataFrame | None,
    encoding: str | None,
) -> tuple[pd.DataFrame, Timetable | None]:
    contents = feed_contents(path)
    timetable, faults = _loaded(path, encoding)
    placed = timetable
    if road is not None and timetable is None:
        placed = _lenient(path, encoding)
    several = len(contents) > 1
    findings: list[pd.DataFrame] = []
    for home, files in contents.items():
        loose = tables.read_tables(files, encoding)
        name = Path(home).name if several else ""
        linted = LintFeed(loose.tables, broken=loose.broken, name=name)
        own = _without_echoes(loose.findings, _findings(linted, date, reference))
        own += _layout(home, path) if home and not several else []
        own += _streets(linted, placed, road)
        findings += [f.assign(file=f"{home}/" + f["file"]) if several else f for f in own]
    return report([*findings, _refusals(faults, findings)]), timetable


def _findings(
    feed: LintFeed, date: dt.date | None, reference: pd.DataFrame | None
) -> list[pd.DataFrame]:
    """Return what all rules find that need nothing but the feed."""
    known = _embedded_stops() if reference is None else reference
    sound = feed.without_places(places.misplaced_stops(feed))
    return [
        *keys.key_findings(feed),
        *places.place_findings(feed, known),
        *times.time_findings(sound),
        *routes.route_findings(sound),
        *service.service_findings(feed, date),
        *headways.headway_findings(feed),
    ]


def _without_echoes(contract: list[pd.DataFrame], rules: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return both, without what a rule says of a cell that is refused as such."""
    cells = {
        (file, row)
        for finding in contract
        for file, row in zip(finding["file"], finding["row"].fillna(0), strict=True)
    }
    kept = []
    for rule in (rule for rule in rules if len(rule)):
        echo = [
            check in _ECHOES and ((file, row) in cells or (file, 0) in cells)
            for check, file, row in zip(
                rule["check"], rule["file"], rule["row"].fillna(0), strict=True
            )
        ]
        kept.append(rule[~pd.Series(echo, index=rule.index, dtype=bool)])
    return [*contract, *kept]


def _layout(home: str, path: Path) -> list[pd.DataFrame]:
    """Return that the tables of a single feed lie in a subfolder."""
    check = _TOO_DEEP if "/" in home else _SUBFOLDER
    return [whole(check, path.name, home)]


def _streets(
    feed: LintFeed, timetable: Timetable | None, road: RoadNetwork | None
) -> list[pd.DataFrame]:
    if road is None or timetable is None:
        return []
    return [places.street_findings(feed, timetable, road)]


@cache
def _embedded_stops() -> pd.DataFrame:
    """Return the stops of the embedded feed, without reading the rest of it."""
    stops = plain_table(data_path("gtfs", "stops.txt").read_bytes(), STOPS)
    return pd.DataFrame(columns=list(STOPS.names)) if stops is None else stops


def _loaded(path: Path, encoding: str | None) -> tuple[Timetable | None, tuple[Fault, ...]]:
    try:
        return load_timetable(path, encoding=encoding), ()
    except InputError as error:
        return None, error.faults


def _lenient(path: Path, encoding: str | None) -> Timetable | None:
    """Return what the lenient reader makes of a refused feed, if anything."""
    try:
        return load_timetable(path, encoding=encoding, lenient=True)
    except InputError:
        return None


def _refusals(faults: tuple[Fault, ...], findings: list[pd.DataFrame]) -> pd.DataFrame:
    """Return what the reader refuses and no rule has found."""
    errors = [f[f["severity"] == "error"] for f in findings if len(f)]
    files = {file for error in errors for file in error["file"]}
    rows = {
        (file, int(row))
        for error in errors
        for file, row in zip(error["file"], error["row"].fillna(0), strict=True)
    }
    layout = any(error["check"].isin(_LAYOUT).any() for error in errors)
    new = []
    for fault in faults:
        told = (
            (fault.file, fault.row) in rows
            if fault.row
            else fault.file in files or (layout and not fault.file.endswith((".txt", ".csv")))
        )
        if not told:
            new.append(fault)
    finding = found(
        _REFUSED, ("", ""), [fault.row for fault in new], [fault.what for fault in new]
    )
    return finding.assign(
        file=[fault.file for fault in new],
        field=[fault.field or "" for fault in new],
        remedy=[fault.fix for fault in new],
    )

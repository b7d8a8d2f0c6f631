"""The part of ``clustergeo check`` that lints timetable feeds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._console import console
from clustergeo.cli._targets import check_target
from clustergeo.errors import GateError, UsageError
from clustergeo.networks import RoadNetwork, load_road_network
from clustergeo.networks.feed_lint import load_and_lint
from clustergeo.schemas.lint import FINDINGS, SEVERITIES

__all__ = ["FeedLint"]

_EXAMPLES: Final = 3
_WORDS: Final = {"error": "errors", "warning": "warnings", "info": "infos"}


@dataclass(kw_only=True)
class FeedLint:
    """What was asked of the lint, and what it has found so far.

    Parameters
    ----------
    date
        Day of travel, YYYY-MM-DD.
    network
        Road network for the distance of stops from streets.
    out
        Table of all findings to write.
    strict
        Warnings count as errors.
    encoding
        Encoding of the feeds.
    asked
        Whether a feed was named.
    found
        Findings, a table a feed.
    """

    date: str | None = None
    network: Path | None = None
    out: Path | None = None
    strict: bool = False
    encoding: str | None = None
    asked: bool = False
    found: list[pd.DataFrame] = field(default_factory=list)

    def refuse_overwriting(self, files: list[Path]) -> None:
        """Refuse options that are off before anything is read."""
        _ = self._day
        if self.out is None:
            return
        if self.out.suffix.lower() != ".csv":
            message = f"--out: unknown format ({self.out.name}) - name a .csv file"
            raise UsageError(message)
        check_target(self.out, [*files, *([self.network] if self.network else [])])

    @cached_property
    def _day(self) -> dt.date | None:
        try:
            return dt.date.fromisoformat(self.date) if self.date else None
        except ValueError as error:
            message = f"--date: not a date ({self.date}) - write it as YYYY-MM-DD"
            raise UsageError(message) from error

    @cached_property
    def _road(self) -> RoadNetwork | None:
        return load_road_network(self.network) if self.network else None

    def check(self, path: Path) -> int:
        """Lint a feed, print what was found and return the exit code."""
        self.asked = True
        findings, timetable = load_and_lint(
            path, date=self._day, road=self._road, encoding=self.encoding
        )
        self.found.append(findings.assign(file=[_whose(path, name) for name in findings["file"]]))
        counts = {name: int((findings["severity"] == name).sum()) for name in SEVERITIES}
        told = [f"{n:,} {name if n == 1 else _WORDS[name]}" for name, n in counts.items() if n]
        state = "refused" if timetable is None else "faulty" if counts["error"] else "ok"
        head = f"{path}: {state}, timetable feed"
        head += "" if timetable is None else f", {timetable!r}"
        head += "; " + ", ".join(told) if told else ""
        console.print(head, highlight=False, markup=False)
        for line in _lines(findings):
            console.print(line, highlight=False, markup=False)
        failed = counts["error"] or (self.strict and counts["warning"])
        return GateError.exit_code if failed else 0

    def write(self) -> None:
        """Write the table of all findings, if one was asked for."""
        if self.out is None:
            return
        if not self.asked:
            message = "--out: no timetable feed was checked - name a feed"
            raise UsageError(message)
        if not self.found:
            return
        table = pd.concat(self.found, ignore_index=True)[list(FINDINGS.names)]
        write_bytes(self.out, csv_bytes(table))


def _whose(path: Path, file: str) -> str:
    """Return the name of a file of a feed with that of the feed."""
    if file == path.name:
        return str(path)
    return file if file.startswith(str(path)) else f"{path}/{file}"


def _lines(findings: pd.DataFrame) -> list[str]:
    """Return what was found, by rule: what is wrong, how to mend it, the first examples."""
    lines = []
    for key, group in findings.groupby(["severity", "check", "what", "remedy"], sort=False):
        severity, check, what, remedy = key
        rows = int(group["count"].sum())
        lines.append(f"  {severity} {check} ({rows:,}): {what} - {remedy}")
        for finding in group.head(_EXAMPLES).to_dict("records"):
            row = "" if pd.isna(finding["row"]) else f":{finding['row']}"
            column = f", {finding['field']}" if finding["field"] else ""
            value = f": {finding['value']}" if finding["value"] else ""
            times = f" ({finding['count']:,} rows)" if finding["count"] > 1 else ""
            lines.append(f"    {finding['file']}{row}{column}{value}{times}")
        if (more := len(group) - _EXAMPLES) > 0:
            lines.append(f"    and {more:,} more")
    return lines

"""What a lint rule is, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from clustergeo.errors import Fault
from clustergeo.schemas.lint import SEVERITIES

__all__ = ["Check", "contract_findings", "found", "report", "whole"]

_SHOWN: Final = re.compile(r"^(?P<what>.*?) \((?P<value>.*)\)$", re.DOTALL)
_FIRST_ROW: Final = 2
_COLUMNS: Final = ("severity", "check", "file", "row", "field", "value", "what", "remedy", "count")
_ALIKE: Final = ["check", "file", "field", "value", "severity", "what", "remedy"]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the lint.

    Parameters
    ----------
    check
        Stable name.
    severity
        ``error`` where results would be wrong, ``warning`` where they may be, ``info`` else.
    what
        What is wrong where the rule is broken.
    remedy
        How to mend it, as an imperative.
    threshold
        Where the rule begins to bite, in ``unit``.
    unit
        Unit of the threshold.
    source
        Where rule and threshold come from.
    grade
        How well the threshold is founded: published, derived or estimated.

    Examples
    --------
    >>> Check("unused_stop", "warning", "no trip calls here", "remove the stop").grade
    'published'
    """

    check: str
    severity: Literal["error", "warning", "info"]
    what: str
    remedy: str
    threshold: float | None = None
    unit: str = ""
    source: str = "GTFS Schedule reference"
    grade: Literal["published", "derived", "estimated"] = "published"


def found(
    check: Check,
    place: tuple[str, str],
    rows: Iterable[Any],
    values: Iterable[Any],
    counts: Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return a finding for every row that breaks a rule.

    Parameters
    ----------
    check
        The rule.
    place
        File and field.
    rows
        Row numbers, missing where a feed has none.
    values
        What stands there, one a row.
    counts
        Rows that each stands for; 1 when None.
    """
    shown = [str(value) for value in values]
    if not shown:
        return _nothing()
    return pd.DataFrame(
        {
            "severity": check.severity,
            "check": check.check,
            "file": place[0],
            "row": pd.array(list(rows), dtype="Int64"),
            "field": place[1],
            "value": pd.Series(shown, dtype=object),
            "what": check.what,
            "remedy": check.remedy,
            "count": np.ones(len(shown), np.int64) if counts is None else list(counts),
        }
    )


@cache
def _nothing() -> pd.DataFrame:
    """Return no finding, built once: most rules of most feeds find nothing."""
    words = dict.fromkeys(("severity", "check", "file", "field", "what", "remedy"), "")
    rows = {"row": pd.array([], dtype="Int64"), "value": pd.Series([], dtype=object)}
    return pd.DataFrame({**words, **rows, "count": np.ones(0, np.int64)})[list(_COLUMNS)]


def whole(check: Check, file: str, value: str, count: int = 1, field: str = "") -> pd.DataFrame:
    """Return one finding about a file or a feed as a whole."""
    return found(check, (file, field), [pd.NA], [value], [count])


def contract_findings(
    faults: Iterable[Fault], checks: dict[str, Check], other: Check, rows: pd.Series[int]
) -> pd.DataFrame:
    """Return the faults of a table against its contract as findings.

    Parameters
    ----------
    faults
        Faults whose rows count the records of the table from 2; several in one cell are one.
    checks
        The rule by the beginning of what a fault says.
    other
        The rule of all others.
    rows
        True row number of each record.
    """
    records = []
    for fault in faults:
        match = _SHOWN.match(fault.what)
        what, value = (match["what"], match["value"]) if match else (fault.what, "")
        check = next((c for start, c in checks.items() if what.startswith(start)), other)
        record = (fault.row or 0) - _FIRST_ROW
        row = rows.iloc[record] if record >= 0 else fault.row
        place = (check.severity, check.check, fault.file, row, fault.field or "")
        records.append((*place, value, what, fault.fix, 1))
    table = pd.DataFrame(records, columns=list(_COLUMNS))
    return table.astype({"row": "Int64", "count": np.int64})


def report(findings: list[pd.DataFrame]) -> pd.DataFrame:
    """Return findings by severity, check, file and row; those of one value count as one."""
    kept = [finding for finding in findings if len(finding)]
    columns = list(_COLUMNS)
    if not kept:
        empty = found(Check("", "info", "", ""), ("", ""), [], [])
        return empty[columns].astype({"count": np.int64})
    table = pd.concat(kept, ignore_index=True)
    groups = table.groupby(_ALIKE, sort=False, dropna=False)
    table = groups.agg(row=("row", "min"), count=("count", "sum")).reset_index()
    rank = table["severity"].map({name: i for i, name in enumerate(SEVERITIES)})
    table = table.assign(rank=rank, at=table["row"].fillna(0).astype(np.int64))
    table = table.sort_values(["rank", "check", "file", "field", "at", "value"], kind="stable")
    return table[columns].reset_index(drop=True)

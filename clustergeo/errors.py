"""The error tree: every refusal names the file, the row, the field, the value and the way out.

::

    ClustergeoError                    exit 1   our bug, if it ever surfaces bare
    |-- UsageError     (ValueError)    exit 2   the call or the command line is off
    |   `-- MissingExtraError (ImportError)     an optional package is not installed
    |-- InputError     (ValueError)    exit 3   a file or a value is refused; carries ``faults``
    |   |-- MissingFileError (FileNotFoundError)
    |   |-- SchemaError                         a table breaks its contract
    |   |-- RoadError                           a road network cannot be used
    |   |-- FeedError                           a timetable feed cannot be used
    |   |-- StudyError                          a study file cannot be used
    |   |-- ClaimError                          a claim file cannot be used
    |   |-- ScenarioError                       a scenario cannot be used
    |   `-- MeasureError                        a measure has no meaning for what it is given
    |-- ServiceError   (ConnectionError) exit 4 a network service failed
    |-- OutputError    (OSError)       exit 5   a result cannot be written
    `-- GateError      (AssertionError) exit 6  a quality gate was missed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "ClaimError",
    "ClustergeoError",
    "Fault",
    "FeedError",
    "GateError",
    "InputError",
    "MeasureError",
    "MissingExtraError",
    "MissingFileError",
    "OutputError",
    "RoadError",
    "ScenarioError",
    "SchemaError",
    "ServiceError",
    "StudyError",
    "UsageError",
]

FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one input, in the house's one-line form.

    Parameters
    ----------
    file
        The file (or other input) at fault, as the user named it.
    what
        What is wrong, with the offending value in parentheses.
    fix
        How to mend it, as an imperative.
    row
        Row of a text table as a spreadsheet numbers it (the header is 1), or number of a feature
        (the first is 1).
    field
        Column, key or member at fault.

    Examples
    --------
    >>> print(Fault("towns.csv", "latitude out of range (127.3)", "swap lon and lat", row=3,
    ...             field="lat"))
    towns.csv:3, lat: latitude out of range (127.3) - swap lon and lat
    """

    file: str
    what: str
    fix: str
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Return ``<file>[:row][, field]: what (value) - how to fix``."""
        row = "" if self.row is None else f":{self.row}"
        field = "" if self.field is None else f", {self.field}"
        return f"{self.file}{row}{field}: {self.what} - {self.fix}".replace("\n", " ")


class ClustergeoError(Exception):
    """Root of everything this package raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(ClustergeoError, ValueError):
    """The call itself is off: an unknown option, a bad date, options that conflict."""

    exit_code = 2


class MissingExtraError(UsageError, ImportError):
    """An optional package is needed; the message names the extra that brings it."""


class InputError(ClustergeoError, ValueError):
    """One or more faults in an input, all of one file together.

    Parameters
    ----------
    *faults
        The faults found, in the order of the file.
    """

    exit_code = 3

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(*faults)

    def __str__(self) -> str:
        """Return one line a fault: the first twenty, then the count of the rest."""
        lines = [str(fault) for fault in self.faults[:FAULTS_SHOWN]]
        if (more := len(self.faults) - FAULTS_SHOWN) > 0:
            lines.append(f"{self.faults[0].file}: {more:,} more faults of this file not shown")
        return "\n".join(lines)


class MissingFileError(InputError, FileNotFoundError):
    """A file that was asked for is not there, or is not a file."""


class SchemaError(InputError):
    """A table breaks its contract."""


class RoadError(InputError):
    """A road network cannot be used."""


class FeedError(InputError):
    """A timetable feed cannot be used."""


class StudyError(InputError):
    """A study file cannot be used."""


class ClaimError(InputError):
    """A claim file cannot be used."""


class ScenarioError(InputError):
    """A scenario cannot be read, or does not fit the base it is to change."""


class MeasureError(InputError):
    """A measure of isolation has no meaning for the times or masses it is given."""


class ServiceError(ClustergeoError, ConnectionError):
    """A network service failed or answered in part."""

    exit_code = 4


class OutputError(ClustergeoError, OSError):
    """A result cannot be written; what stood there before is untouched."""

    exit_code = 5


class GateError(ClustergeoError, AssertionError):
    """A quality gate asked for with ``--strict`` was missed."""

    exit_code = 6

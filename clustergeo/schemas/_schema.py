"""The two value objects a contract is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Column", "Schema"]

Kind = Literal["text", "integer", "number", "date", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Header of the column, with its unit where it has one (``length_m``).
    kind
        ``text``, ``integer``, ``number``, ``date`` (YYYYMMDD, kept as text) or ``time``
        (H:MM:SS past midnight, hours may pass 24; becomes integer seconds).
    description
        What it holds; printed in the documentation of the table.
    optional
        The column may be missing from a file.
    blank
        A cell may be empty; numbers become NaN (or ``<NA>``), text becomes ``""``.
    minimum, maximum
        Bounds of a number, both allowed.
    choices
        The values a text may take; empty for any.
    default
        Value of every row when an optional column is missing.

    Examples
    --------
    >>> Column("lat", "number", "latitude, degrees", minimum=-90, maximum=90).name
    'lat'
    """

    name: str
    kind: Kind = "text"
    description: str = ""
    optional: bool = False
    blank: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The contract of one table.

    Parameters
    ----------
    name
        Name of the table, for messages.
    columns
        Its columns, in order.
    key
        Columns that together identify a row; no two rows may share them.
    extra
        What becomes of columns the contract does not name: ``keep`` or ``drop``.

    Examples
    --------
    >>> Schema("towns", (Column("town_id"), Column("lat", "number")), key=("town_id",)).required
    ('town_id', 'lat')
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    extra: Literal["keep", "drop"] = "drop"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a file must have."""
        return tuple(column.name for column in self.columns if not column.optional)

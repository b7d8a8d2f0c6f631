"""Ids of figures: which table, which row, and the state of the study it was computed in.

``times/daedeok/osong/transit@1a2b3c4d`` is the row of ``times`` with that key, in the order of
its contract; blanks at the end of a key are left out. What follows the ``@`` is the beginning of
the hash of the study's chain. No table has a column of ids: the key columns are the id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from clustergeo.errors import UsageError
from clustergeo.schemas._schema import Schema
from clustergeo.schemas.results import CLAIM_VERDICTS, CLAIMS, ISOLATION, TIMES

__all__ = ["CHAIN_DIGITS", "FIGURE_TABLES", "FigureId", "parse_figure"]

CHAIN_DIGITS: Final = 8
"""Digits of the chain hash that an id carries."""

FIGURE_TABLES: Final[dict[str, Schema]] = {
    "times": TIMES,
    "isolation": ISOLATION,
    "claims": CLAIMS,
    "claim_verdicts": CLAIM_VERDICTS,
}
"""Tables whose figures can be explained, by their name in ids."""

_RESERVED: Final = {"%": "%25", "/": "%2F", "@": "%40", " ": "%20"}
_CHAIN: Final = re.compile(rf"[0-9a-f]{{{CHAIN_DIGITS}}}")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class FigureId:
    """The id of one figure.

    Parameters
    ----------
    table
        Name of its table, one of ``FIGURE_TABLES``.
    key
        Values of the key columns, in the order of the contract.
    chain
        First digits of the chain hash; blank where no state of the study is meant.
    departure
        ``HH:MM`` where a time is of one departure alone; blank for the whole window.

    Examples
    --------
    >>> str(FigureId("isolation", ("osong", "car", "capital_ratio", ""), "1a2b3c4d"))
    'isolation/osong/car/capital_ratio@1a2b3c4d'
    """

    table: str
    key: tuple[str, ...]
    chain: str = ""
    departure: str = ""

    def __str__(self) -> str:
        """Return the id as it is printed."""
        parts = list(self.key)
        while parts and not parts[-1]:
            parts.pop()
        words = [self.table, *map(_escaped, parts), *([self.departure] if self.departure else [])]
        return "/".join(words) + (f"@{self.chain}" if self.chain else "")

    @property
    def cells(self) -> dict[str, str]:
        """The key columns and their values."""
        return dict(zip(FIGURE_TABLES[self.table].key, self.key, strict=True))


def parse_figure(text: str) -> FigureId:
    """Return the figure that an id names.

    Parameters
    ----------
    text
        The id as printed, with or without ``@`` and what follows.

    Raises
    ------
    UsageError
        If it is no id of a figure.

    Examples
    --------
    >>> parse_figure("times/osong/sejong/car@1a2b3c4d").key
    ('osong', 'sejong', 'car')
    >>> parse_figure("times/osong/sejong/transit/08:10").departure
    '08:10'
    """
    body, _, chain = text.partition("@")
    table, *parts = body.split("/")
    if table not in FIGURE_TABLES or not all(parts):
        names = ", ".join(FIGURE_TABLES)
        message = f"{text}: not the id of a figure - begin it with one of {names} and a slash"
        raise UsageError(message)
    if "@" in text and not _CHAIN.fullmatch(chain):
        message = f"{text}: not a chain hash ({chain}) - write its first {CHAIN_DIGITS} digits"
        raise UsageError(message)
    schema = FIGURE_TABLES[table]
    departure = ""
    if table == "times" and len(parts) == len(schema.key) + 1 and _CLOCK.fullmatch(parts[-1]):
        departure = parts.pop()
    blank = {column.name for column in schema.columns if column.blank}
    missing = schema.key[len(parts) :]
    if len(parts) > len(schema.key) or not blank.issuperset(missing):
        message = f"{text}: not a key of {table} - write {table}/{'/'.join(schema.key)}"
        raise UsageError(message)
    key = (*map(unquote, parts), *("" for _ in missing))
    return FigureId(table, key, chain, departure)


def _escaped(word: str) -> str:
    """Return a key without the signs that part an id."""
    return "".join(_RESERVED.get(letter, letter) for letter in word)

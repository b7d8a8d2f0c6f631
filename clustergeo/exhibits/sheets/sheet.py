"""What stands on a sheet, before it is written in any format."""

from __future__ import annotations

from dataclasses import dataclass

from clustergeo.exhibits.exhibit import Language

__all__ = ["Part", "Sheet", "SheetTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table of texts.

    Parameters
    ----------
    caption
        What it shows.
    head
        Headers of the columns; empty where each row is a label and its text.
    rows
        Cells; the first of each row is its label.
    total
        Whether the last row adds up the others.
    """

    caption: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a sheet: a heading over a table, a list or both.

    Parameters
    ----------
    heading
        Its heading.
    table
        A table, if it has one.
    lines
        Items of a list below it.
    """

    heading: str
    table: SheetTable | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet in one language.

    Parameters
    ----------
    lang
        Its language.
    title, finding
        Heading, and what one must know, in a sentence.
    parts
        What follows.
    """

    lang: Language
    title: str
    finding: str
    parts: tuple[Part, ...]

"""A small printed table: caption, head, rows of text, and which columns hold numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clustergeo.exhibits._readings import Readings, whole
from clustergeo.exhibits._words import say

__all__ = ["Grid", "minutes_grid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as it is printed.

    Parameters
    ----------
    caption
        The line above it.
    head
        Headings of the columns.
    rows
        Cells as text.
    numeric
        Which columns are numbers, set to the right.
    widths
        Shares of the width, in percent; blank for equal ones.
    strong
        Cells printed bold, as (row, column).

    Examples
    --------
    >>> Grid(caption="Minutes", head=("to",), rows=(("Osong",),), numeric=(False,)).strong
    frozenset()
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    widths: tuple[int, ...] = ()
    strong: frozenset[tuple[int, int]] = frozenset()

    def named(self, caption: str) -> Grid:
        """Return the table under another caption."""
        return replace(self, caption=caption)


def minutes_grid(mode: str, readings: Readings) -> Grid:
    """Return minutes from each cluster to the capital and the others; bold beyond the capital.

    Parameters
    ----------
    mode
        ``car`` or ``transit``.
    readings
        The study.
    """
    lang = readings.lang
    ends = (readings.capital_id, *readings.clusters)
    rows = tuple(
        (
            readings.name(from_id),
            *(
                "" if from_id == to_id else whole(readings.minutes(mode, from_id, to_id))
                for to_id in ends
            ),
        )
        for from_id in readings.clusters
    )
    strong = frozenset(
        (row, column)
        for row, from_id in enumerate(readings.clusters)
        for column, to_id in enumerate(ends, start=1)
        if to_id != readings.capital_id and readings.ratio(mode, from_id, to_id) > 1
    )
    return Grid(
        caption=f"{say(lang, mode)}: {say(lang, 'door_to_door')}",
        head=(say(lang, "origin"), *(readings.name(each) for each in ends)),
        rows=rows,
        numeric=(False, *(True for _ in ends)),
        strong=strong,
    )

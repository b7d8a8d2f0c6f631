"""What an explanation is: a figure, its value, and tables of what it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustergeo.schemas.figures import FigureId

__all__ = ["Explanation", "Row", "Section", "section"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of an explanation.

    Parameters
    ----------
    title
        What it holds.
    rows
        Its rows, all with the same keys in the same order.
    """

    title: str
    rows: tuple[Row, ...]

    def record(self) -> list[Row] | Row:
        """Return the rows, or a mapping where they are names and values."""
        if self.rows and set(self.rows[0]) == {"name", "value"}:
            return {row["name"]: row["value"] for row in self.rows}
        return list(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where one figure comes from.

    Parameters
    ----------
    figure
        Its id, with the chain it was computed in.
    title
        What it is, in one line.
    sections
        What it is made of, the number itself first.
    cells
        The row of its table as computed now, to compare with a recorded one.
    """

    figure: FigureId
    title: str
    sections: tuple[Section, ...]
    cells: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        """Return all of it as plain values, for JSON; blank numbers are None.

        Examples
        --------
        >>> figure = FigureId("times", ("a", "b", "car"))
        >>> empty = Explanation(figure=figure, title="a to b", sections=(), cells={})
        >>> empty.record()
        {'figure': 'times/a/b/car', 'title': 'a to b', 'sections': {}}
        """
        return {
            "figure": str(self.figure),
            "title": self.title,
            "sections": {each.title: each.record() for each in self.sections},
        }


def section(title: str, rows: Iterable[Mapping[str, Any]] | Mapping[str, Any]) -> Section:
    """Return a table of plain values; a mapping stands for a table of names and values.

    Examples
    --------
    >>> section("number", {"minutes": np.float64(62.05), "p90_min": np.nan}).rows
    ({'name': 'minutes', 'value': 62.05}, {'name': 'p90_min', 'value': None})
    """
    if isinstance(rows, Mapping):
        rows = [{"name": name, "value": value} for name, value in rows.items()]
    return Section(title, tuple({key: _plain(cell) for key, cell in row.items()} for row in rows))


def _plain(cell: Any) -> Any:  # noqa: ANN401 - cells are of any kind
    """Return a cell as JSON holds it."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return list(cell) if isinstance(cell, tuple) else cell

"""How an explanation looks in a terminal: tables where they fit, blocks of lines where not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clustergeo.study.explain import Explanation, Section

__all__ = ["print_explanation", "print_section"]

_WIDE: Final = 6
_FEW: Final = 3
_FOLDS: Final = 3
_HASH_SHOWN: Final = 12
_APART: Final = 2
_LEGS: Final = "legs of the median trip"


def print_explanation(explained: Explanation, to: Console) -> None:
    """Print what a figure is, its id and all its sections."""
    to.print(Text(explained.title, style="bold"), highlight=False)
    to.print(Text(str(explained.figure)), highlight=False)
    for section in explained.sections:
        print_section(section, to)
    to.print()


def print_section(section: Section, to: Console) -> None:
    """Print a section: a table where it is narrow, else a block of lines for each row."""
    rows = [_short(row) for row in section.rows]
    if not rows:
        return
    to.print()
    to.print(Text(section.title, style="bold"), highlight=False)
    if section.title == _LEGS:
        rows = [_leg(row) for row in section.rows]
    named = set(rows[0]) == {"name", "value"}
    if "figure" in rows[0] and not _fits(rows, to.width, folds=1):
        _figures(rows, to)
        return
    if "figure" in rows[0] or (len(rows[0]) <= _WIDE and _fits(rows, to.width)):
        _grid(rows, to, header=not named)
        return
    for row in rows:
        told = [{"name": name, "value": value} for name, value in row.items() if value]
        _grid(told, to, header=False)
        if row is not rows[-1]:
            to.print()


def _fits(rows: Sequence[dict[str, str]], width: int, *, folds: int = _FOLDS) -> bool:
    """Return whether rows stand side by side without more folds than that."""
    longest = [max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]]
    few = len(longest) <= _FEW and folds > 1
    return few or sum(longest) + len(longest) * _APART <= folds * width


def _figures(rows: Sequence[dict[str, str]], to: Console) -> None:
    """Print ids that are too long for a table on lines of their own, to be copied whole."""
    for row in rows:
        told = "  ".join(f"{name} {value}" for name, value in row.items() if name != "figure")
        to.print(Text(row["figure"]), highlight=False)
        to.print(Text(f"  {told}"), highlight=False)


def _grid(rows: Sequence[dict[str, str]], to: Console, *, header: bool) -> None:
    shown = Table(box=None, header_style="dim", show_header=header, pad_edge=False)
    for name in rows[0]:
        # The end of a narrow terminal folds words, never hides them.
        numbers = all(_is_number(row[name]) for row in rows) and name != "value"
        shown.add_column(name, overflow="fold", justify="right" if numbers else "left")
    for row in rows:
        shown.add_row(*map(Text, row.values()))  # brackets in a name are no markup
    to.print(shown, highlight=False, soft_wrap=False)


def _is_number(text: str) -> bool:
    return not text.strip("-.0123456789")


def _short(row: dict[str, Any]) -> dict[str, str]:
    """Return the cells of a row as text, checksums by their first digits."""
    cells = {name: _told(cell) for name, cell in row.items()}
    if "sha256" in cells:
        cells["sha256"] = cells["sha256"][:_HASH_SHOWN]
    return cells


def _told(cell: Any) -> str:  # noqa: ANN401 - cells are of any kind
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.7g}"
        case list():
            return ", ".join(map(_told, cell))
        case dict():
            return ", ".join(f"{name}={_told(value)}" for name, value in cell.items())
        case _:
            return str(cell)


def _leg(row: dict[str, Any]) -> dict[str, str]:
    """Return a leg as a traveller reads it, names in both languages."""
    ends = [
        " ".join(dict.fromkeys(filter(None, (row[side], row[f"{side}_en"])))) or "door"
        for side in ("from_stop", "to_stop")
    ]
    way = ends[0] if row["kind"] == "wait" else " → ".join(ends)
    line = " ".join(filter(None, (row["mode"], row["route"], row["route_name"])))
    return {
        "leaves": str(row["leaves"]),
        "what": f"ride {line}" if row["kind"] == "ride" else str(row["kind"]),
        "where": way,
        "min": _told(row["minutes"]),
        "m": _told(row["length_m"]),
        "evidence": str(row["evidence"]),
    }

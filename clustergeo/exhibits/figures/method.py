"""The sheet of data and method: what the numbers are, rest on, and how far they are off."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._readings import Readings, number, records, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts, StudyTables
from clustergeo.exhibits.figures._frame import frame, tell, titles
from clustergeo.exhibits.figures.sheet import Paper, Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.style import BLUE
from clustergeo.schemas.results import EVIDENCE

__all__ = ["method"]

_LINE_PTS: Final = (11.5, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
_LEADING: Final = 1.3
_WIDE: Final = 0.44
_MOST_SETTINGS: Final = 40
_BASES: Final = ("drive", "door_to_door", "in_vehicle", "independent_search")
_SEARCHED: Final = "independent_search"
_SAME: Final = "same_place"


def method(
    tables: StudyTables,
    *,
    facts: StudyFacts,
    validation: pd.DataFrame | None = None,
    lang: Language = "ko",
    font: Path | None = None,
    paper: Paper = "slide",
) -> Exhibit:
    """Write what was measured, when, from which data, and how far the numbers can be trusted.

    Parameters
    ----------
    tables
        Places and times are needed.
    facts
        The capital point, the clusters, dates, settings and credits.
    validation
        Errors against published times, contract ``schemas.validation.VALIDATION``.
    lang
        Language of the figure; English where no Korean font is found.
    font
        Korean font file to use.
    paper
        ``slide`` (16:9) or ``a4`` (across).

    Returns
    -------
    exhibit : Exhibit
        A picture; saved as PNG, SVG or PDF by the suffix.

    Raises
    ------
    UsageError
        If a place is missing or the font named cannot write Korean.
    """
    written, face = choose_face(lang, font)
    readings = Readings(tables, facts, written)
    rows = [row for row in records(tables.times) if row["status"] != _SAME]
    checked = records(validation) if validation is not None else []
    finding = _finding(rows, checked, readings)
    with new_sheet(face, paper) as sheet:
        heads = titles(readings, "method_title")
        low = frame(sheet, readings, heads[written == "en"], finding, tell(written, "method_crs"))
        top = min(0.83, _under_head(sheet))
        left = [
            ("method_what", _measured(readings)),
            ("method_routes", [_routes(mode, rows, readings) for mode in readings.modes]),
            ("method_grades", [_grades(mode, rows, readings) for mode in readings.modes]),
            ("method_validation", _errors(checked, readings)),
        ]
        ends = top, low + 0.015
        told = [(tell(written, key), lines) for key, lines in left]
        size = _column(sheet, 0.035, ends, told)
        settings = _settings(readings)
        half = -(-len(settings) // 2)
        head = tell(written, "method_settings")
        size = _column(sheet, 0.52, ends, [(head, settings[:half])], wide=0.21, most_pt=size)
        _column(sheet, 0.745, ends, [("", settings[half:])], wide=0.21, most_pt=size)
        return picture(sheet, "method", heads, finding, written)


def _under_head(sheet: Sheet) -> float:
    """Return where the room under title and finding begins."""
    return min(sheet.box(text)[1] for text in sheet.figure.texts[:2]) - 0.03


def _share(part: int, total: int) -> str:
    return f"{100 * part / total:.0f}" if total else "0"


def _finding(
    rows: Sequence[dict[str, object]], checked: Sequence[dict[str, object]], readings: Readings
) -> str:
    known = [row for row in rows if math.isfinite(number(row["minutes"]))]
    estimated = sum(str(row["evidence"]) == EVIDENCE[2] for row in known)
    said = tell(
        readings.lang, "method_finding", share=_share(len(known), len(rows)),
        total=f"{len(rows):,}", estimated=_share(estimated, len(known)),
    )  # fmt: skip
    parts = []
    for mode in readings.modes:
        # What went in as an input proves nothing.
        fair = [
            (number(row["mae_min"]), int(number(row["pairs"])))
            for row in checked
            if row["mode"] == mode and row["used_as_input"] == "no" and row["basis"] != _SEARCHED
            and math.isfinite(number(row["mae_min"]))
        ]  # fmt: skip
        n = sum(each[1] for each in fair)
        if n:
            mean = sum(error * pairs for error, pairs in fair) / n
            name = say(readings.lang, mode)
            parts.append(tell(readings.lang, "method_error", mode=name, value=f"{mean:.1f}", n=n))
    return said + (tell(readings.lang, "method_errors", parts=", ".join(parts)) if parts else "")


def _measured(readings: Readings) -> list[str]:
    names = ", ".join(readings.name(each) for each in readings.clusters)
    return [
        say(readings.lang, "door_to_door"),
        *readings.basis().split("; "),
        tell(readings.lang, "method_clusters", n=len(readings.clusters), names=names),
        f"★ {readings.capital}",
    ]


def _routes(mode: str, rows: Sequence[dict[str, object]], readings: Readings) -> str:
    own = [str(row["status"]) for row in rows if row["mode"] == mode]
    lost = Counter(status for status in own if status != "ok")
    reasons = ", ".join(f"{say(readings.lang, status)} {n}" for status, n in sorted(lost.items()))
    return tell(
        readings.lang, "method_route", mode=say(readings.lang, mode), n=lost.total(),
        total=len(own),
        share=_share(lost.total(), len(own)), reasons=f": {reasons}" if reasons else "",
    )  # fmt: skip


def _grades(mode: str, rows: Sequence[dict[str, object]], readings: Readings) -> str:
    own = [str(row["evidence"]) for row in rows if row["mode"] == mode and row["status"] == "ok"]
    shares = [
        f"{say(readings.lang, grade)} {_share(own.count(grade), len(own))} %"
        for grade in EVIDENCE
        if grade in own
    ]
    return f"{say(readings.lang, mode)}: {', '.join(shares) or '-'}"


def _errors(checked: Sequence[dict[str, object]], readings: Readings) -> list[str]:
    lines = []
    for row in checked:
        basis = str(row["basis"])
        line = tell(
            readings.lang, "method_basis", mode=say(readings.lang, str(row["mode"])),
            basis=tell(readings.lang, f"basis_{basis}") if basis in _BASES else one_line(basis),
            n=whole(number(row["pairs"])), mae=_signed(number(row["mae_min"]), plus=False),
            bias=_signed(number(row["bias_min"])),
            within=whole(100 * number(row["within_5_min"])),
        )  # fmt: skip
        used = f" {tell(readings.lang, 'method_used')}" if row["used_as_input"] != "no" else ""
        lines.append(line + used)
    return lines or [say(readings.lang, "no_value")]


def _signed(value: float, *, plus: bool = True) -> str:
    if not math.isfinite(value):
        return "-"
    # Minus nothing is nothing.
    return f"{round(value, 1) + 0.0:{'+' if plus else ''}.1f}"


def _column(
    sheet: Sheet,
    left: float,
    ends: tuple[float, float],
    blocks: Sequence[tuple[str, Sequence[str]]],
    *,
    wide: float = _WIDE,
    most_pt: float = _LINE_PTS[0],
) -> float:
    """Write headed blocks under each other, in print as small as they need; return its size."""
    size, wrapped = most_pt, list(blocks)
    for size in (each for each in _LINE_PTS if each <= most_pt):
        wrapped = [
            (head, [sheet.wrap(line, wide, size_pt=size) for line in lines])
            for head, lines in blocks
        ]
        if sum(_high(sheet, lines, size) for _, lines in wrapped) <= ends[0] - ends[1]:
            break
    y = ends[0]
    for head, lines in wrapped:
        at = (left, y)
        sheet.write(sheet.figure, at, head, size_pt=size + 2, bold=True, color=BLUE, va="top")
        below = (left, y - _line(sheet, size + 2) * 1.6)
        body = sheet.write(
            sheet.figure, below, "\n".join(lines), size_pt=size, va="top", linespacing=_LEADING
        )
        y = (sheet.box(body)[1] if lines else below[1]) - _line(sheet, size + 2) * 0.9
    return size


def _line(sheet: Sheet, size_pt: float) -> float:
    """Return the height of a line of print as a share of the sheet."""
    return size_pt * sheet.scale / 72 / float(sheet.figure.get_figheight())


def _high(sheet: Sheet, lines: Sequence[str], size_pt: float) -> float:
    """Return what a block takes, its heading and the gap below included."""
    count = sum(line.count("\n") + 1 for line in lines)
    # Letters of Korean fonts stand a tenth higher than their size.
    return count * _line(sheet, size_pt) * _LEADING * 1.12 + _line(sheet, size_pt + 2) * 2.5


def _settings(readings: Readings) -> list[str]:
    """Return the settings, as many as a column holds; the rest is counted."""
    lines = [
        f"{one_line(key)} = {one_line(value)}" for key, value in readings.facts.settings.items()
    ]
    shown = lines[:_MOST_SETTINGS]
    if len(shown) < len(lines):
        shown.append(tell(readings.lang, "method_more", n=len(lines) - len(shown)))
    return shown or ["-"]

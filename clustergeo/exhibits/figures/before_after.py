"""Before and after a scenario: a ring and a dot for each trip, most minutes saved on top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes

from clustergeo.exhibits._changes import Change, Changes, signed
from clustergeo.exhibits._readings import whole
from clustergeo.exhibits._scenario_words import tell, tell_both
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.sheet import Sheet, choose_face, new_sheet, picture
from clustergeo.exhibits.minute_classes import LOST_COLOUR, SAVED_COLOUR
from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["before_after"]

_MOST_ROWS: Final = 16
"""More rows than this would be too small to read; the rest are counted with their range."""

_LEFT: Final = 0.035
_WIDTH: Final = 0.93
_TOP: Final = 0.785
_BOTTOM: Final = 0.205
_TICK_STEP_MIN: Final = 30
_ROW_HIGH: Final = 0.075
"""A row is never higher, however few there are."""

_NAMES: Final = 0.2
_REMARKS: Final = 0.33
_LABELS: Final = 0.0115
_HEAD_PT: Final = 9
_QUIET: Final = "#9A9A9A"
_SIZES_PT: Final = {False: 11.0, True: 9.5}
"""Size of the rows of a wide and of a narrow panel."""


def before_after(
    tables: ScenarioTables,
    *,
    facts: StudyFacts,
    scenario: ScenarioFacts,
    lang: Language = "ko",
    font: Path | None = None,
) -> Exhibit:
    """Draw for each trip the minutes before (ring) and after (dot), sorted by minutes saved.

    Trips between clusters and to the capital point are drawn; those whose median changes by less
    than a minute, or not at all, are grey and say so. A mode by which nothing changes is a line.

    Parameters
    ----------
    tables
        The pairs before and after, and the places.
    facts
        The clusters, the capital point, dates and credits of the study.
    scenario
        Title, cost and caveats.
    lang
        Language of the figure; English where no Korean font is found.
    font
        Korean font file to use.

    Returns
    -------
    exhibit : Exhibit
        A PNG picture of 16:9.

    Raises
    ------
    UsageError
        If a place is missing or the font named cannot write Korean.
    """
    written, face = choose_face(lang, font)
    changes = Changes(tables, facts, scenario, written)
    with new_sheet(face) as sheet:
        _draw(sheet, changes)
        return picture(
            sheet, "before_after_figure", tell_both("figure_title"), changes.finding(), written
        )


def _draw(sheet: Sheet, changes: Changes) -> None:
    lang = changes.lang
    sheet.head(tell(lang, "figure_title"), changes.finding())
    drawn = {mode: _drawn(changes.shown(mode)) for mode in changes.changed_modes()}
    if drawn:
        _key(sheet, lang)
    scale = _scale([row for rows in drawn.values() for row in rows])
    gap = 0.02
    width = (_WIDTH - gap * (len(drawn) - 1)) / max(len(drawn), 1)
    for column, (mode, rows) in enumerate(drawn.items()):
        left = _LEFT + column * (width + gap)
        _panel(sheet, (left, width), mode, rows, changes, scale)
    _listed(sheet, changes)
    readings = changes.readings
    sheet.foot(
        (
            changes.scenario.told(lang),
            f"{say(lang, 'door_to_door')}. {readings.basis()}. {readings.evidence()}",
            f"{say(lang, 'sources')}: {' · '.join(readings.facts.credits)}",
        )
    )


def _drawn(rows: Sequence[Change]) -> list[Change]:
    return [row for row in rows if row.change != "no_trip"]


def _scale(rows: Sequence[Change]) -> int:
    values = [v for row in rows for v in (row.before_min, row.after_min) if math.isfinite(v)]
    return math.ceil(max([*values, 60.0]) / _TICK_STEP_MIN) * _TICK_STEP_MIN


def _key(sheet: Sheet, lang: Language) -> None:
    """Explain ring, dot and the two directions once, under the finding."""
    axes = sheet.axes(_LEFT, 0.822, 0.95, 0.035)
    axes.set_xlim(0, 100)
    axes.set_ylim(-1, 1)
    x = 1.0
    for draw, colour, text in (
        (_ring, SAVED_COLOUR, tell(lang, "before")),
        (_dot, SAVED_COLOUR, tell(lang, "after")),
        (_dot, LOST_COLOUR, tell(lang, "slower_key")),
        (_dot, _QUIET, tell(lang, "quiet_key")),
    ):
        draw(axes, x, 0.0, colour)
        sheet.write(axes, (x + 1.3, 0), text, size_pt=12, va="center")
        x += 5.5 + 100 * sheet.width(text, size_pt=12)


def _ring(axes: Axes, x: float, y: float, colour: str) -> None:
    axes.plot([x], [y], "o", ms=9, mfc="white", mec=colour, mew=2.2, zorder=5)


def _dot(axes: Axes, x: float, y: float, colour: str) -> None:
    axes.plot([x], [y], "o", ms=10, color=colour, mec="white", mew=0.8, zorder=6)


def _panel(
    sheet: Sheet,
    at: tuple[float, float],
    mode: str,
    rows: Sequence[Change],
    changes: Changes,
    scale: int,
) -> None:
    """Draw the rows of one mode: names left, minutes in the middle, remarks right."""
    left, width = at
    # What changes comes first, quiet rows fill up; all in the order of minutes saved.
    kept = sorted(rows, key=lambda row: row.same or row.hardly)[:_MOST_ROWS]
    shown = [row for row in rows if row in kept]
    rest = [row for row in rows if row not in kept]
    high = min(_TOP - _BOTTOM, _ROW_HIGH * (len(shown) + bool(rest)))
    axes = sheet.axes(left, _TOP - high, width, high)
    narrow = width < _WIDTH / 2
    names = _NAMES * (1.35 if narrow else 1)
    remarks = _REMARKS * (1.3 if narrow else 1)
    total = scale / (1 - names - remarks)
    axes.set_xlim(-total * names, total * (1 - names))
    axes.set_ylim(len(shown) + bool(rest) - 0.5, -0.5)
    above = _TOP + 0.008
    sheet.write(sheet.figure, (left, above), say(changes.lang, mode), size_pt=13, bold=True)
    size = _SIZES_PT[narrow]
    heads = [tell(changes.lang, key) for key in ("change_head", "spread_head", "share_head")]
    columns = _columns(sheet, heads, width, scale / total + names)
    for x, head in zip(columns, heads, strict=True):
        at_head = (left + x * width, above)
        sheet.write(sheet.figure, at_head, head, size_pt=_HEAD_PT, color=MUTED, ha="right")
    for tick in range(0, scale + 1, _TICK_STEP_MIN):
        axes.axvline(tick, color="#ECECEC", lw=1, zorder=0)
        under = (tick, len(shown) + bool(rest) - 0.5)
        sheet.write(axes, under, str(tick), size_pt=9, color=MUTED, ha="center", va="top")
    for y, row in enumerate(shown):
        loud = not (row.same or row.hardly)
        name = sheet.wrap(changes.pair(row), width * (names - 0.015), size_pt=size, bold=loud)
        sheet.write(
            axes, (-total * names, y), name, size_pt=size, bold=loud, va="center",
            color=INK if loud else MUTED,
        )  # fmt: skip
        axes.plot([0, scale], [y, y], color="#E2E2E2", lw=0.8, zorder=1)
        _marks(sheet, axes, y, row, total * _LABELS * (1.7 if narrow else 1))
        for x, text in zip(columns, _remarks(row, changes), strict=True):
            spot = (total * (x - names), y)
            bold = loud and x == columns[0]
            sheet.write(
                axes, spot, text, size_pt=size, bold=bold, color=_ink(row), va="center", ha="right"
            )
    if rest:
        known = [row.difference_min for row in rest if math.isfinite(row.difference_min)]
        ends = {"best": signed(min(known), 1), "worst": signed(max(known), 1)} if known else {}
        text = tell(
            changes.lang, "more_rows", n=len(rest), **(ends or {"best": "-", "worst": "-"})
        )
        spot = (-total * names, len(shown))
        sheet.write(axes, spot, text, size_pt=size, color=MUTED, va="center")


def _marks(sheet: Sheet, axes: Axes, y: float, row: Change, apart: float) -> None:
    worse = row.difference_min > 0 or row.change == "lost"
    colour = _QUIET if row.same or row.hardly else LOST_COLOUR if worse else SAVED_COLOUR
    ends = (row.before_min, row.after_min)
    if row.change == "unchanged":
        _dot(axes, row.after_min, y, colour)
        spot = (row.after_min + apart, y)
        sheet.write(axes, spot, whole(row.after_min), size_pt=10, color=MUTED, va="center")
        return
    if all(map(math.isfinite, ends)):
        style = (0, (2.2, 1.4)) if worse else "-"
        axes.plot(ends, [y, y], color=colour, lw=3, ls=style, zorder=3, solid_capstyle="butt")
    out = -1 if worse else 1
    for value, draw, bold, side in (
        (row.before_min, _ring, False, out),
        (row.after_min, _dot, True, -out),
    ):
        if not math.isfinite(value):
            continue
        draw(axes, value, y, colour)
        ha = "left" if side > 0 else "right"
        spot = (value + side * apart, y)
        ink = colour if bold else MUTED
        sheet.write(axes, spot, whole(value), size_pt=11, bold=bold, color=ink, va="center", ha=ha)


def _columns(
    sheet: Sheet, heads: Sequence[str], width: float, start: float
) -> tuple[float, float, float]:
    """Return the right edges of the three columns of remarks, as shares of a panel."""
    narrow = width < _WIDTH / 2
    samples = ("-00.0", "-00 to -00", "100 % / 00 %")
    widths = [
        max(
            sheet.width(head, size_pt=_HEAD_PT),
            sheet.width(sample, size_pt=_SIZES_PT[narrow]),
        )
        / width
        for head, sample in zip(heads, samples, strict=True)
    ]
    gap = 0.012 if narrow else 0.025
    first = start + gap + widths[0]
    second = first + gap + widths[1]
    return first, second, second + gap + widths[2]


def _ink(row: Change) -> str:
    if row.same or row.hardly:
        return MUTED
    return LOST_COLOUR if row.difference_min > 0 or row.change == "lost" else INK


def _remarks(row: Change, changes: Changes) -> tuple[str, str, str]:
    """Return the change, its spread over departures, and the share of departures faster."""
    lang = changes.lang
    if row.change in {"new", "lost"}:
        return tell(lang, f"{row.change}_trip"), "", ""
    if row.change == "unchanged":
        return "0", "", tell(lang, "same_short")
    change = signed(row.difference_min, 1)
    if row.p10_min == row.p90_min and row.better_share in {0, 1}:
        return change, "", ""
    spread = tell(lang, "spread_short", p10=signed(row.p10_min), p90=signed(row.p90_min))
    share = f"{100 * row.better_share:.0f} %"
    if row.worse_share > 0:
        share += f" / {100 * row.worse_share:.0f} %"
    return change, spread, share


def _listed(sheet: Sheet, changes: Changes) -> None:
    """Say in words by which modes nothing changes, and which trips there are none of."""
    lines, changed = [], changes.changed_modes()
    for mode in changes.modes:
        shown = changes.shown(mode)
        for key in ("unchanged", "no_trip"):
            rows = [row for row in shown if row.change == key]
            if rows and (key == "no_trip" or mode not in changed):
                lines.append(f"{say(changes.lang, mode)} - {_names(key, rows, shown, changes)}")
    text = "\n".join(sheet.wrap(line, _WIDTH, size_pt=10.5) for line in lines)
    at = (_LEFT, 0.168)
    sheet.write(sheet.figure, at, text, size_pt=10.5, va="top", linespacing=1.3)


def _names(key: str, rows: Sequence[Change], shown: Sequence[Change], changes: Changes) -> str:
    lang = changes.lang
    if len(rows) == len(shown):
        return f"{tell(lang, key)}: {tell(lang, 'all_unchanged', n=len(rows))}"
    origins: dict[str, list[str]] = {}
    for row in rows:
        origins.setdefault(row.from_id, []).append(changes.readings.name(row.to_id))
    names = [f"{changes.readings.name(a)} → {', '.join(ends)}" for a, ends in origins.items()]
    return f"{tell(lang, key)}: {'; '.join(names)}"

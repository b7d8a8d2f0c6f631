"""Where names stand: beside their marks, clear of each other and of what is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from clustergeo.exhibits.figures.sheet import Sheet
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["Label", "Taken", "spread", "write_labels"]

_TURNS: Final = (0, 180, 90, 270, 45, 135, 315, 225)
"""Sides of a mark in degrees from east, the best first."""

_STEPS_PT: Final = (0.0, 7.0, 15.0, 25.0, 38.0, 54.0)
_LINED_PT: Final = 12.0
"""Further off than this a thin line ties a name to its mark."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name for a mark.

    Parameters
    ----------
    at
        The mark, in the units of the axes.
    text
        May have several lines.
    room_pt
        Half the size of the mark.
    needed
        Written even where there is no room; other names are left out unless there is room close
        by.
    """

    at: tuple[float, float]
    text: str
    size_pt: float = 11
    bold: bool = False
    colour: str = INK
    room_pt: float = 6
    needed: bool = True
    boxed: str = ""


@dataclass(slots=True)
class Taken:
    """What names must keep off, in pixels: firm boxes, and lines they may cross at need."""

    firm: list[Box] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)

    def add_marks(self, axes: Axes, points: Sequence[tuple[float, float]], half_pt: float) -> None:
        """Keep off square marks."""
        half = half_pt * axes.figure.dpi / 72
        for x, y in axes.transData.transform(np.asarray(points, float).reshape(-1, 2)):
            self.firm.append((x - half, y - half, x + half, y + half))

    def add_line(self, axes: Axes, points: NDArray[np.float64], half_pt: float = 2) -> None:
        """Keep off a line, given by close points."""
        half = half_pt * axes.figure.dpi / 72
        for x, y in axes.transData.transform(points):
            self.lines.append((x - half, y - half, x + half, y + half))

    def add_box(self, sheet: Sheet, box: Box) -> None:
        """Keep off a box given in shares of the sheet."""
        wide, high = sheet.figure.bbox.width, sheet.figure.bbox.height
        self.firm.append((box[0] * wide, box[1] * high, box[2] * wide, box[3] * high))


def write_labels(sheet: Sheet, axes: Axes, labels: Sequence[Label], taken: Taken) -> int:
    """Write names in this order, each where it fits best; return how many found no room.

    A name that is needed stands where it covers least. Each name written is taken from then on.
    """
    left_out = 0
    for label in labels:
        left_out += not _write(sheet, axes, label, taken)
    return left_out


def _write(sheet: Sheet, axes: Axes, label: Label, taken: Taken) -> bool:
    pad = 3.0 if label.boxed else 1.0
    options = (
        {"bbox": {"facecolor": "white", "edgecolor": label.boxed, "pad": pad, "lw": 0.9}}
        if label.boxed
        else {"path_effects": [withStroke(linewidth=2.5, foreground="white")]}
    )
    text = sheet.write(
        axes, label.at, label.text, size_pt=label.size_pt, bold=label.bold, color=label.colour,
        ha="left", va="bottom", zorder=8, linespacing=1.1, **options,
    )  # fmt: skip
    west, south, east, north = sheet.box(text)
    wide, high = sheet.figure.bbox.width, sheet.figure.bbox.height
    size = (east - west) * wide + 2 * pad, (north - south) * high + 2 * pad
    x, y = axes.transData.transform(label.at)
    shift = west * wide - x, south * high - y
    frame = axes.get_window_extent()
    best: tuple[float, float, Box] | None = None
    for step in _STEPS_PT if label.needed else _STEPS_PT[:2]:
        for turn in _TURNS:
            away = (label.room_pt + step + 1.5) * sheet.figure.dpi / 72
            box = _beside((x, y), size, away, turn)
            inside = (
                box[0] >= frame.x0 + 2
                and box[1] >= frame.y0 + 2
                and box[2] <= frame.x1 - 2
                and box[3] <= frame.y1 - 2
            )
            firm = sum(_covered(box, other) for other in taken.firm)
            # A longer way is worth taking to stay off a line, but only so far.
            cost = firm * 50 + sum(_covered(box, o) for o in taken.lines) + step * 4
            if inside and (label.needed or firm == 0) and (best is None or cost < best[0]):
                best = cost, step, box
    if best is None:
        text.remove()
        return False
    _, step, box = best
    moved = axes.transData.inverted().transform((box[0] + pad - shift[0], box[1] + pad - shift[1]))
    text.set_position((float(moved[0]), float(moved[1])))
    if step > _LINED_PT:
        ends = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        middle = axes.transData.inverted().transform(ends)
        axes.plot(
            [label.at[0], middle[0]], [label.at[1], middle[1]], color=MUTED, lw=0.7, zorder=7
        )
    taken.firm.append(box)
    return True


def _beside(at: tuple[float, float], size: tuple[float, float], away: float, turn: float) -> Box:
    """Return a box on one side of a point, its nearest edge so far away."""
    east, north = round(math.cos(math.radians(turn)), 3), round(math.sin(math.radians(turn)), 3)
    sides = (east > 0) - (east < 0), (north > 0) - (north < 0)
    x = at[0] + east * away + (sides[0] - 1) / 2 * size[0]
    y = at[1] + north * away + (sides[1] - 1) / 2 * size[1]
    return x, y, x + size[0], y + size[1]


def _covered(one: Box, other: Box) -> float:
    """Return the area that two boxes share, in square pixels."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def spread(
    wanted: Sequence[float], widths: Sequence[float], *, gap: float, low: float, high: float
) -> list[float]:
    """Return centres of labels on one line, moved as little as needed not to overlap.

    Parameters
    ----------
    wanted
        Where the centres should be, in any order.
    widths
        Widths of the labels, in the same unit.
    gap
        Least distance between two labels.
    low, high
        Ends of the line; the last resort is to pass the upper one.

    Returns
    -------
    centres : list of float
        In the order given.

    Examples
    --------
    >>> spread([5, 5], [2, 2], gap=0, low=0, high=10)
    [4.0, 6.0]
    """
    order = sorted(range(len(wanted)), key=lambda each: (wanted[each], each))
    clusters: list[list[int]] = []
    starts: list[float] = []
    for each in order:
        clusters.append([each])
        starts.append(_start([each], wanted, widths, gap, (low, high)))
        # Labels that touch move as one block, centred on where they want to be.
        while (
            len(starts) > 1 and starts[-2] + _width(clusters[-2], widths, gap) + gap > starts[-1]
        ):
            merged = clusters[-2] + clusters[-1]
            clusters[-2:], starts[-2:] = (
                [merged],
                [_start(merged, wanted, widths, gap, (low, high))],
            )
    centres = [0.0] * len(wanted)
    for block, start in zip(clusters, starts, strict=True):
        edge = start
        for each in block:
            centres[each] = edge + widths[each] / 2
            edge += widths[each] + gap
    return centres


def _width(block: Sequence[int], widths: Sequence[float], gap: float) -> float:
    return sum(widths[each] for each in block) + gap * (len(block) - 1)


def _start(
    block: Sequence[int],
    wanted: Sequence[float],
    widths: Sequence[float],
    gap: float,
    ends: tuple[float, float],
) -> float:
    offset, shift = 0.0, 0.0
    for each in block:
        shift += wanted[each] - (offset + widths[each] / 2)
        offset += widths[each] + gap
    start = shift / len(block)
    return max(ends[0], min(start, ends[1] - _width(block, widths, gap)))

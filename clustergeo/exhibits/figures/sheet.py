"""A sheet to draw on: one font, no global state, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._fonts import Face, find_face, latin_face
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["PREVIEW_DPI", "Sheet", "choose_face", "new_sheet", "spread"]

_SLIDE_IN: Final = (13.333, 7.5)
_DPI: Final = 200
PREVIEW_DPI: Final = 80
_LEFT: Final = 0.035
_WIDTH: Final = 0.93
_FINDING_PT: Final = (21, 19, 17, 15, 13)


def choose_face(lang: Language, font: Path | None) -> tuple[Language, Face]:
    """Return the language a figure can be written in and the face to write it with."""
    face = find_face(font)
    if face is not None:
        return lang, face
    return "en", latin_face()


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A figure and the face everything on it is written in."""

    figure: Figure
    face: Face

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return bare axes: no frame, no ticks."""
        made: Axes = self.figure.add_axes((left, bottom, width, height))
        for side in made.spines.values():
            side.set_visible(False)
        made.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
        return made

    def write(
        self,
        target: Axes | Figure,
        at: tuple[float, float],
        text: str,
        *,
        size_pt: float = 12,
        bold: bool = False,
        **options: Any,  # noqa: ANN401 - passed on to matplotlib
    ) -> Text:
        """Write text that is never read as mathematics and never has an empty box."""
        lines = "\n".join(one_line(line) for line in text.split("\n"))
        options.setdefault("color", INK)
        return target.text(
            *at,
            self.face.printable(lines),
            fontproperties=self.face.properties(size_pt, bold=bold),
            parse_math=False,
            **options,
        )

    def width(self, text: str, *, size_pt: float, bold: bool = False) -> float:
        """Return the width of one line of text as a share of the figure's."""
        renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        properties = self.face.properties(size_pt, bold=bold)
        printable = self.face.printable(one_line(text))
        pixels, _, _ = renderer.get_text_width_height_descent(printable, properties, ismath=False)
        return float(pixels / renderer.width)

    def wrap(self, text: str, share: float, *, size_pt: float, bold: bool = False) -> str:
        """Return text broken between words so that each line keeps within a share of the width.

        A word that alone is too long is broken between letters.
        """
        if "\n" in text:
            parts = [
                self.wrap(each, share, size_pt=size_pt, bold=bold) for each in text.split("\n")
            ]
            return "\n".join(parts)
        lines: list[str] = []
        for word in one_line(text).split():
            joined = f"{lines[-1]} {word}" if lines else word
            if self.width(joined, size_pt=size_pt, bold=bold) <= share and lines:
                lines[-1] = joined
                continue
            lines.append("")
            for letter in word:
                if (
                    lines[-1]
                    and self.width(lines[-1] + letter, size_pt=size_pt, bold=bold) > share
                ):
                    lines.append("")
                lines[-1] += letter
        return "\n".join(lines)

    def head(self, title: str, finding: str) -> None:
        """Write the small title and, large under it, the finding."""
        self.write(self.figure, (_LEFT, 0.965), title, size_pt=13, color=MUTED, va="top")
        size = next(
            (
                each
                for each in _FINDING_PT
                if self.width(finding, size_pt=each, bold=True) < _WIDTH
            ),
            _FINDING_PT[-1],
        )
        lines = self.wrap(finding, _WIDTH, size_pt=size, bold=True)
        self.write(self.figure, (_LEFT, 0.935), lines, size_pt=size, bold=True, va="top")

    def foot(self, lines: Sequence[str]) -> None:
        """Write the notes at the bottom: dates, evidence, credits."""
        text = "\n".join(self.wrap(line, _WIDTH, size_pt=9) for line in lines)
        self.write(
            self.figure, (_LEFT, 0.02), text, size_pt=9, color=MUTED, va="bottom", linespacing=1.4
        )

    def png(self, *, dpi: int = _DPI) -> bytes:
        """Return the sheet as PNG, without the name and version of the program in it."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
        return buffer.getvalue()


@contextmanager
def new_sheet(face: Face) -> Iterator[Sheet]:
    """Yield a slide-sized sheet drawn with the defaults of matplotlib, whatever the user set."""
    with matplotlib.style.context("default", after_reset=True):
        figure = Figure(figsize=_SLIDE_IN, facecolor="white")
        FigureCanvasAgg(figure)
        yield Sheet(figure, face)


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

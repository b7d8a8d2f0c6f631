"""A sheet to draw on: one font, no global state, the same bytes every time."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text
from PIL import Image

from clustergeo.errors import UsageError
from clustergeo.exhibits._escape import one_line
from clustergeo.exhibits._fonts import Face, find_face, latin_face
from clustergeo.exhibits.exhibit import Exhibit, Language
from clustergeo.exhibits.style import INK, MUTED

__all__ = ["Paper", "Sheet", "choose_face", "new_sheet", "picture"]

Paper = Literal["slide", "a4"]
"""A slide of 16:9, or A4 across."""

_SIZES_IN: Final[dict[str, tuple[float, float]]] = {
    "slide": (13.333, 7.5),
    "a4": (11.693, 8.268),
}
_DPI: Final = 300
_DRAWN_DPI: Final = 100
"""Pixels to the inch while a sheet is laid out."""

_RULER_PT: Final = 64
_HINTED: Final = 1.05
"""On a coarse screen letters are that much wider than in print, at most."""

_PREVIEW_PX: Final = 1067
_SAVED: Final[dict[Any, Any]] = {
    "axes.unicode_minus": False,
    "pdf.fonttype": 42,  # whole letters, so that Korean can be searched and copied
    "svg.fonttype": "path",
    "svg.hashsalt": "clustergeo",
}
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

    @property
    def scale(self) -> float:
        """Size of print on this paper, by that on a slide: the narrower, the smaller."""
        return float(self.figure.get_figwidth()) / _SIZES_IN["slide"][0]

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
            fontproperties=self.face.properties(size_pt * self.scale, bold=bold),
            parse_math=False,
            **options,
        )

    def width(self, text: str, *, size_pt: float, bold: bool = False) -> float:
        """Return the width of one line of text as a share of the figure's."""
        file = str(self.face.bold if bold else self.face.regular)
        printable = self.face.printable(one_line(text))
        ems = sum(_advance_em(file, letter) for letter in printable)
        return _HINTED * ems * size_pt * self.scale / 72 / float(self.figure.get_figwidth())

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
            if self.width(word, size_pt=size_pt, bold=bold) <= share:
                lines.append(word)
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

    def block(
        self,
        text: str,
        share: float,
        *,
        sizes: Sequence[float],
        lines: int = 1,
        bold: bool = False,
    ) -> tuple[str, float]:
        """Return text in a number of lines at most, and the first size that it fits in.

        What does not fit in the last size either ends in dots.
        """
        for size in sizes:
            wrapped = self.wrap(text, share, size_pt=size, bold=bold)
            if wrapped.count("\n") < lines and (lines > 1 or "\n" not in wrapped):
                return wrapped, size
        kept = wrapped.split("\n")[:lines]
        while kept[-1] and self.width(f"{kept[-1]}...", size_pt=size, bold=bold) > share:
            kept[-1] = kept[-1][:-1]
        return "\n".join([*kept[:-1], f"{kept[-1].rstrip()}..."]), size

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
        self.write(
            self.figure, (_LEFT, 0.935), lines, size_pt=size, bold=True, va="top", linespacing=1.1
        )

    def foot(self, lines: Sequence[str]) -> float:
        """Write the notes at the bottom: dates, evidence, credits; return where they begin."""
        text = "\n".join(self.wrap(line, _WIDTH, size_pt=9) for line in lines)
        note = self.write(
            self.figure, (_LEFT, 0.02), text, size_pt=9, color=MUTED, va="bottom", linespacing=1.4
        )
        return self.box(note)[3]

    def box(self, text: Text) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top of a text as shares of the sheet."""
        renderer = self.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        extent = text.get_window_extent(renderer)
        wide, high = renderer.width, renderer.height
        return extent.x0 / wide, extent.y0 / high, extent.x1 / wide, extent.y1 / high

    def image(self, *, dpi: int = _DPI) -> Image.Image:
        """Return the sheet as an opaque picture in memory."""
        drawn_at = self.figure.dpi
        with matplotlib.style.context("default", after_reset=True), mpl.rc_context(_SAVED):
            self.figure.set_dpi(dpi)
            self.figure.canvas.draw()
            pixels = np.asarray(self.figure.canvas.buffer_rgba())  # type: ignore[attr-defined]
            self.figure.set_dpi(drawn_at)
        return Image.fromarray(np.ascontiguousarray(pixels[:, :, :3]))

    def png(self, *, dpi: int = _DPI) -> bytes:
        """Return the sheet as PNG, without the name and version of the program in it."""
        return _png(self.image(dpi=dpi), dpi)

    def svg(self) -> bytes:
        """Return the sheet as SVG: letters are outlines, so that it looks the same anywhere."""
        return self._saved("svg", metadata={"Date": None, "Creator": None})

    def pdf(self) -> bytes:
        """Return the sheet as PDF, whose words can be searched."""
        undated = dict.fromkeys(("CreationDate", "Creator", "Producer"))
        # Tables of the font that matplotlib leaves out are no news to a planner.
        fonts = logging.getLogger("fontTools")
        level = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            return self._saved("pdf", metadata=undated)
        finally:
            fonts.setLevel(level)

    def render(self, suffix: str) -> bytes:
        """Return the sheet in the form of a suffix; UsageError unless it is one of three."""
        forms = {".png": self.png, ".svg": self.svg, ".pdf": self.pdf}
        if suffix not in forms:
            message = (
                f"a figure cannot be saved as {suffix or 'such a file'} - use .png, .svg, .pdf"
            )
            raise UsageError(message)
        return forms[suffix]()

    def _saved(self, form: str, *, metadata: dict[str, None]) -> bytes:
        buffer = io.BytesIO()
        with matplotlib.style.context("default", after_reset=True), mpl.rc_context(_SAVED):
            self.figure.savefig(buffer, format=form, metadata=metadata)
        return buffer.getvalue()


@lru_cache(maxsize=4096)
def _advance_em(file: str, letter: str) -> float:
    """Return how far a letter moves the pen, in sizes of the font.

    Kerning is left out: letter by letter is ten times as fast as word by word.
    """
    font = get_font(file)
    font.set_size(_RULER_PT, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _RULER_PT


@contextmanager
def new_sheet(face: Face, paper: Paper = "slide") -> Iterator[Sheet]:
    """Yield a sheet drawn with the defaults of matplotlib, whatever the user set."""
    if paper not in _SIZES_IN:
        message = f"paper: no such size ({paper}) - use {', '.join(_SIZES_IN)}"
        raise UsageError(message)
    with matplotlib.style.context("default", after_reset=True):
        figure = Figure(figsize=_SIZES_IN[paper], dpi=_DRAWN_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        yield Sheet(figure, face)


def picture(
    sheet: Sheet, exhibit_id: str, titles: tuple[str, str], caption: str, lang: Language
) -> Exhibit:
    """Return a sheet as an exhibit: PNG at once, SVG and PDF when they are saved."""
    full = sheet.image()
    return Exhibit(
        exhibit_id=exhibit_id,
        title_ko=titles[0],
        title_en=titles[1],
        caption=caption,
        media_type="image/png",
        content=_png(full, _DPI),
        lang=lang,
        preview=_reduced(full),
        render=sheet.render,
    )


def _png(image: Image.Image, dpi: int) -> bytes:
    buffer = io.BytesIO()
    # Squeezing harder takes a third longer and saves a tenth.
    image.save(buffer, format="PNG", dpi=(dpi, dpi), compress_level=3)
    return buffer.getvalue()


def _reduced(full: Image.Image) -> bytes:
    """Return a small copy for the gallery: cheaper than to draw it again."""
    whole_times = max(1, full.width // _PREVIEW_PX)
    buffer = io.BytesIO()
    full.reduce(whole_times).quantize(64).save(buffer, format="PNG")
    return buffer.getvalue()

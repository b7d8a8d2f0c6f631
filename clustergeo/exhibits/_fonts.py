"""Find a font that can write Korean: named, from an extra package, or from the system."""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from clustergeo.errors import UsageError

__all__ = ["Face", "find_face", "latin_face", "package_fonts"]

_LOG = logging.getLogger(__name__)

_REMEDY: Final = 'pip install "clustergeo[fonts]"'
_PACKAGE: Final = "koreanize_matplotlib"
"""Carries NanumGothic; it is never imported, because importing it changes settings."""

_PREFERRED: Final = (
    "malgun",
    "nanumgothic",
    "nanumbarungothic",
    "notosanskr",
    "notosanscjk",
    "applesdgothicneo",
    "applegothic",
    "unbatang",
    "undotum",
    "baekmuk",
)
"""Beginnings of file names of Korean fonts, the best first."""

_SAMPLE: Final = "가힣글본서울"
_OTHER_WEIGHTS: Final = ("light", "thin", "black", "extra", "medium", "demi", "heavy", "eco")


@dataclass(frozen=True, slots=True)
class Face:
    """A font in two weights.

    Parameters
    ----------
    regular, bold
        Font files; the same where there is no bold one.
    letters
        Code points both can write.
    """

    regular: Path
    bold: Path
    letters: frozenset[int]

    def properties(self, size_pt: float, *, bold: bool = False) -> FontProperties:
        """Return what matplotlib needs to write in this face."""
        return FontProperties(fname=str(self.bold if bold else self.regular), size=size_pt)

    def printable(self, text: str) -> str:
        """Return text with every letter the face lacks as a question mark, never as a box.

        Each such letter is told once, with the font and the remedy.
        """
        lacking = sorted({letter for letter in text if ord(letter) not in self.letters} - {"\n"})
        for letter in lacking:
            _tell_lacking(self.regular.name, letter)
        return text.translate({ord(letter): "?" for letter in lacking}) if lacking else text


def find_face(font: Path | None = None) -> Face | None:
    """Return a face that can write Korean, or None after one warning that names the remedy.

    Parameters
    ----------
    font
        Font file to use; one that cannot write Korean is refused.

    Raises
    ------
    UsageError
        If the file named is not a font that can write Korean.
    """
    if font is None:
        return _installed_face()
    letters = _letters(font)
    if missing := [letter for letter in _SAMPLE if ord(letter) not in letters]:
        what = f"cannot write Korean ({missing[0]})" if letters else "is not a readable font"
        message = f"{font}: {what} - name a Korean font file or {_REMEDY}"
        raise UsageError(message)
    return _face(font)


@cache
def _tell_lacking(font: str, letter: str) -> None:
    """Warn once of a letter a font lacks."""
    shown = f"{letter} U+{ord(letter):04X}" if letter.isprintable() else f"U+{ord(letter):04X}"
    fix = "change the name, or pass a font that has the letter"
    _LOG.warning("%s: cannot write a letter (%s), a ? is drawn - %s", font, shown, fix)


@cache
def latin_face() -> Face:
    """Return the face matplotlib brings along; it has no Korean."""
    folder = Path(font_manager.findfont("DejaVu Sans")).parent
    return _face(folder / "DejaVuSans.ttf")


@cache
def _installed_face() -> Face | None:
    for candidate in (*package_fonts(), *_system_fonts()):
        letters = _letters(candidate)
        if all(ord(letter) in letters for letter in _SAMPLE):
            return _face(candidate)
    _LOG.warning("no Korean font was found, figures are in English; for Korean: %s", _REMEDY)
    return None


def package_fonts() -> list[Path]:
    """Return the font files of the extra package, regular first; none without it."""
    spec = importlib.util.find_spec(_PACKAGE)
    folders = spec.submodule_search_locations or [] if spec else []
    found = [path for folder in folders for path in Path(folder, "fonts").glob("*.ttf")]
    return sorted(found, key=_weight)


def _system_fonts() -> list[Path]:
    ranked = []
    for path in map(Path, font_manager.findSystemFonts()):
        plain = path.stem.lower().replace(" ", "").replace("-", "").replace("_", "")
        for rank, name in enumerate(_PREFERRED):
            if plain.startswith(name):
                ranked.append((rank, *_weight(path), path))
    return [path for *_, path in sorted(ranked)]


def _weight(path: Path) -> tuple[int, str]:
    """Order regular before bold before the rest, then by name."""
    stem = path.stem.lower()
    # Windows calls the bold cuts of its fonts malgunbd and the light ones malgunsl.
    odd = any(word in stem for word in _OTHER_WEIGHTS) or stem.endswith("sl")
    return 2 if odd else int("bold" in stem or stem.endswith("bd")), str(path)


def _face(regular: Path) -> Face:
    bold = _bold_of(regular)
    letters = _letters(regular) if bold == regular else _letters(regular) & _letters(bold)
    return Face(regular, bold, letters)


def _bold_of(regular: Path) -> Path:
    """Return the bold cut that lies beside a font file, or the file itself."""
    base = regular.stem.removesuffix("-Regular").removesuffix("Regular")
    names = [f"{base}{end}{regular.suffix}" for end in ("-Bold", "Bold", "bd")]
    beside = [regular.with_name(name) for name in names]
    return next((path for path in beside if path.is_file() and _letters(path)), regular)


@cache
def _letters(path: Path) -> frozenset[int]:
    """Return the code points of a font file; none where it cannot be read."""
    try:
        return frozenset(FT2Font(str(path)).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()

"""A Korean fallback font for pages: only the letters a page holds, inlined as data.

Agencies' machines bring Korean fonts, and those come first in every page; a bare machine would
show boxes. The subset is cut from the free font of the ``fonts`` extra (SIL Open Font License,
which leaves documents that embed it free); fonts of the system are never embedded, as their
licences rarely allow it. Without the extra nothing is embedded.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from markupsafe import Markup

from clustergeo.exhibits._fonts import package_fonts

__all__ = ["EMBEDDED_FAMILY", "font_face"]

EMBEDDED_FAMILY: Final = "clustergeo Korean"

_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_ASCII_END: Final = 0x80
_OF_RUNNING_TEXT: Final = ["kern", "GDEF", "GPOS", "GSUB"]
"""Tables that Korean at the size of a label does without; reading them takes a third of a cut."""
_SOURCES_OF_HINTS: Final = ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5", "TSIV"]


def font_face(text: str) -> Markup:
    r"""Return the CSS of a font with the letters beyond ASCII that a page holds.

    Parameters
    ----------
    text
        The page; letters may stand as they are or as ``\uXXXX`` in its scripts.

    Returns
    -------
    style : markupsafe.Markup
        One ``@font-face`` rule, or nothing where no free font is installed or none is needed.
    """
    letters = {ord(letter) for letter in text} | {int(c, 16) for c in _ESCAPED.findall(text)}
    wanted = tuple(sorted(letter for letter in letters if letter >= _ASCII_END))
    data = _woff(wanted)
    if not data:
        return Markup()
    source = f"url(data:font/woff;base64,{base64.b64encode(data).decode()}) format('woff')"
    rule = (
        f"@font-face {{ font-family: '{EMBEDDED_FAMILY}'; src: {source}; font-display: block; "
        "unicode-range: U+80-10FFFF; }"
    )
    return Markup(rule)  # noqa: S704 - made of nothing but base64 and constants


@cache
def _woff(letters: tuple[int, ...]) -> bytes:
    fonts = package_fonts()
    if not fonts or not letters:
        return b""
    options = subset.Options(flavor="woff", hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += [*_SOURCES_OF_HINTS, *_OF_RUNNING_TEXT]
    # The default stamps the time of the cut into the file.
    with TTFont(fonts[0], lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=letters)
        cutter.subset(font)
        font.flavor = "woff"
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()

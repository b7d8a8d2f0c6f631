"""Make any text harmless inside HTML, attributes and script template literals."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["escape", "one_line"]

# html.escape leaves the backtick, ``${`` and the backslash alone, but folium puts text into
# JavaScript template literals, where these three run code or kill the page.
_ENTITIES: Final = str.maketrans(
    {character: f"&#{ord(character)};" for character in "&<>\"'`$\\{}"}
)


def escape(text: object) -> str:
    r"""Return text with ten characters as entities: ``& < > " ' ` $ \ { }``.

    Parameters
    ----------
    text
        Text from a table; anything else is turned into text first.

    Returns
    -------
    escaped : str
        One line, safe as HTML content, as a quoted attribute and inside a template literal.

    Examples
    --------
    >>> escape("<b>${x}</b>")
    '&#60;b&#62;&#36;&#123;x&#125;&#60;/b&#62;'
    >>> escape("KTX & SRT")
    'KTX &#38; SRT'
    """
    return one_line(text).translate(_ENTITIES)


def one_line(text: object) -> str:
    r"""Return text on one line, with control characters and line separators as spaces.

    Examples
    --------
    >>> one_line("a\u2028b\tc")
    'a b c'
    """
    return "".join(
        # Cc are control, Zl and Zp the line and paragraph separators that end a script string.
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in str(text)
    )

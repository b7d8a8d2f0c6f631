"""Korean particles: which form follows a word, by its last sound."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["with_particle"]

_FORMS: Final = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
}
"""Forms after a consonant and after a vowel, by the first of them."""

_FIRST, _LAST = ord("가"), ord("힣")
_FINALS: Final = 28
_RIEUL: Final = 8
"""Of the 28 endings of a syllable the first is none, the ninth ㄹ."""

_DIGITS: Final = dict(
    zip("0123456789", (1, _RIEUL, 0, 1, 0, 0, 1, _RIEUL, _RIEUL, 0), strict=True)
)
"""Endings of 영 (and 십, 백), 일, 이, 삼, 사, 오, 육, 칠, 팔, 구: 1 for any consonant but ㄹ."""

_LETTERS: Final = {"l": _RIEUL, "r": _RIEUL, "m": 1, "n": 1, "%": 0}
"""Endings of the names of letters: 엘, 알, 엠, 엔; the others end in a vowel, as 퍼센트 does."""

_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")


def with_particle(word: str, particle: str) -> str:
    """Return a word with its particle.

    After ㄹ ``으로`` is ``로``. What stands in brackets at the end is not read; digits are read as
    numbers, Latin letters by their names.

    Parameters
    ----------
    word
        The word, shown as it is.
    particle
        ``은``, ``이``, ``을``, ``과`` or ``으로``.

    Raises
    ------
    KeyError
        If the particle is another one.

    Examples
    --------
    >>> [with_particle(word, "으로") for word in ("오송", "서울", "오창", "대덕 KAIST", "35")]
    ['오송으로', '서울로', '오창으로', '대덕 KAIST로', '35로']
    >>> with_particle("오송역(BRT)", "은"), with_particle("세종시", "이")
    ('오송역(BRT)은', '세종시가')
    """
    after_consonant, after_vowel = _FORMS[particle]
    ending = _ending(word)
    soft = ending == 0 or (particle == "으로" and ending == _RIEUL)
    return f"{word}{after_vowel if soft else after_consonant}"


def _ending(word: str) -> int:
    """Return the number of the final consonant of a word, 0 after a vowel."""
    read = _ASIDE.sub("", word) or word
    letters = [c for c in read if c.isalnum() or c == "%"]
    if not letters:
        return 0
    last = letters[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    return _DIGITS.get(last, _LETTERS.get(last.lower(), 0))

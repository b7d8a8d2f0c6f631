"""Fixed classes of minutes and of minutes saved, the same before and after every scenario.

Short trips are dark blue and whole, long ones paler, then brown, and more broken; a saving is blue
and wide, a loss orange and dashed. So that neither hangs on colour alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR, INK, TIME_CLASSES
from clustergeo.exhibits.style import NO_DATA as _NO_DATA

__all__ = [
    "CHANGE_CLASSES",
    "LEAST_SAID_MIN",
    "LINK_COLOUR",
    "MINUTE_CLASSES",
    "NO_MINUTES",
    "Shade",
    "change_class",
    "minute_class",
]

LINK_COLOUR: Final = "#B0388C"
"""A new link; it is drawn double, so that it is told from everything else without its colour."""

LEAST_SAID_MIN: Final = 1.0
"""A median that changes by less is said to stay about the same."""


@dataclass(frozen=True, slots=True)
class Shade:
    """One class of minutes.

    Parameters
    ----------
    key
        Short name, also the CSS class ``shade-<key>``.
    upper
        Upper bound in minutes, included; NaN for a class that is not a span.
    fill, line, ink
        Colour of an area, of a line, and of text on the area.
    dash, width_px
        Dash pattern (``""`` is a solid line) and width of a line, in pixels.
    word_ko, word_en
        What the class is.

    Examples
    --------
    >>> change_class(-20).word("en"), change_class(-20).dash
    ('15 min or more shorter', '')
    """

    key: str
    upper: float
    fill: str
    line: str
    ink: str
    dash: str
    width_px: float
    word_ko: str
    word_en: str

    def word(self, lang: str) -> str:
        """Return what the class is in one language.

        Parameters
        ----------
        lang
            ``ko`` or ``en``.
        """
        return self.word_ko if lang == "ko" else self.word_en


NO_MINUTES: Final = Shade(
    "none", math.nan, _NO_DATA.fill, _NO_DATA.line, INK, "1 6", 2.0, "값 없음", "no value"
)

_WHITE: Final = "#FFFFFF"

MINUTE_CLASSES: Final = (
    Shade("t30", 30, TIME_CLASSES[30], "#081D58", _WHITE, "", 7, "30분 이하", "30 min or less"),
    Shade("t60", 60, TIME_CLASSES[60], "#225EA8", _WHITE, "", 5, "30-60분", "30-60 min"),
    Shade("t90", 90, TIME_CLASSES[90], "#2FA3B2", INK, "14 4", 5, "60-90분", "60-90 min"),
    Shade("t120", 120, TIME_CLASSES[120], "#74BC8C", INK, "9 4", 5, "90-120분", "90-120 min"),
    Shade("t180", 180, "#EBC35A", "#C99A1E", INK, "6 4", 5, "120-180분", "120-180 min"),
    Shade("over", math.inf, "#7A3B12", "#7A3B12", _WHITE, "2 4", 5, "180분 넘음", "over 180 min"),
)
"""Classes of door-to-door minutes: the colours of the areas of reach, and two beyond them."""

CHANGE_CLASSES: Final = (
    Shade(
        "faster3", -15, "#005A8E", "#005A8E", _WHITE, "", 9,
        "15분 이상 단축", "15 min or more shorter",
    ),
    Shade("faster2", -5, "#4FA9DD", "#3FA3DC", INK, "", 7, "5-15분 단축", "5-15 min shorter"),
    Shade("faster1", -1, "#B9DFF4", "#8CC4E4", INK, "", 5, "1-5분 단축", "1-5 min shorter"),
    Shade(
        "even", 1, "#F1F1F1", "#A9A9A9", INK, "", 2.5,
        "1분 미만의 변화", "changes by less than 1 min",
    ),
    Shade("slower1", 5, "#FBC98A", "#E59A3C", INK, "9 5", 5, "1-5분 증가", "1-5 min longer"),
    Shade(
        "slower2", math.inf, "#B84A00", "#B84A00", _WHITE, "4 4", 8,
        "5분 이상 증가", "5 min or more longer",
    ),
    Shade(
        "unchanged", math.nan, "#FFFFFF", "#8A8A8A", INK, "1 6", 2,
        "변화 없음 (어느 출발에서도)", "unchanged (at every departure)",
    ),
    Shade(
        "new", math.nan, "#009E73", "#009E73", INK, "12 3 2 3", 6,
        "새로 갈 수 있음", "newly possible",
    ),
    Shade(
        "lost", math.nan, "#000000", "#000000", _WHITE, "2 6", 6,
        "갈 수 없게 됨", "no longer possible",
    ),
)  # fmt: skip
"""Classes of after less before; the last three are what became of a pair, whatever the minutes."""

SAVED_COLOUR: Final = BLUE
LOST_COLOUR: Final = CAPITAL_COLOUR

_BY_KEY: Final = {each.key: each for each in CHANGE_CLASSES}
_SPANS: Final = tuple(each for each in CHANGE_CLASSES if not math.isnan(each.upper))


def minute_class(minutes: float) -> Shade:
    """Return the class of door-to-door minutes; NaN has the class of no value.

    Parameters
    ----------
    minutes
        Door to door.

    Examples
    --------
    >>> minute_class(30).key, minute_class(30.1).key, minute_class(float("nan")).key
    ('t30', 't60', 'none')
    """
    return next((each for each in MINUTE_CLASSES if minutes <= each.upper), NO_MINUTES)


def change_class(difference_min: float, change: str = "") -> Shade:
    """Return the class of a change; NaN has the class of no value.

    A bound belongs to the stronger class on both sides: 5 minutes shorter and 5 minutes longer
    are the second class of their side.

    Parameters
    ----------
    difference_min
        After less before: below 0 is faster.
    change
        What became of the pair, one of ``schemas.scenarios.CHANGES``; ``""`` where it is unknown.

    Examples
    --------
    >>> [change_class(each).key for each in (-5, -1, -0.9, 0.9, 1, 5)]
    ['faster2', 'faster1', 'even', 'even', 'slower1', 'slower2']
    >>> change_class(0.0, "unchanged").key, change_class(float("nan"), "new").key
    ('unchanged', 'new')
    """
    if change in _BY_KEY:
        return _BY_KEY[change]
    if math.isnan(difference_min):
        return NO_MINUTES
    if difference_min <= 0:
        return next(each for each in _SPANS if difference_min <= each.upper)
    return next(each for each in _SPANS if difference_min < each.upper or each is _SPANS[-1])

"""Colours, classes and shapes: one vocabulary for every map, figure and table.

Colours are those of Okabe and Ito (2008), which people with any colour vision tell apart; each
comes with a second cue (a dash, a shape, a weight), so that nothing hangs on colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = [
    "BASEMAP_LINES",
    "BLUE",
    "CAPITAL_COLOUR",
    "INK",
    "LAND",
    "MODE_CLASSES",
    "MUTED",
    "NO_DATA",
    "PART_STYLES",
    "RATIO_CLASSES",
    "TIME_CLASSES",
    "WATER",
    "ModeClass",
    "RatioClass",
    "class_spans",
    "mode_class",
    "ratio_class",
    "sector_styles",
]

INK: Final = "#1b1b1b"
MUTED: Final = "#5a5a5a"
BLUE: Final = "#0072B2"
CAPITAL_COLOUR: Final = "#D55E00"
LAND: Final = "#faf9f5"
WATER: Final = "#eaf1f6"

BASEMAP_LINES: Final[dict[str, tuple[str, float, str]]] = {
    "boundary": ("#c9c4ba", 0.8, ""),
    "province": ("#a39c8f", 1.4, ""),
    "trunk": ("#e3c9a0", 1.2, ""),
    "motorway": ("#d9a860", 2.2, ""),
    "conventional": ("#8a8fa3", 1.2, "6 3"),
    "high_speed": ("#5b5f86", 2.2, "8 3"),
}
"""Colour, width and dash of the line layers of the basemap, quiet under the finding."""


@dataclass(frozen=True, slots=True)
class RatioClass:
    """One class of the ratio of a trip between clusters to the trip to the capital.

    Parameters
    ----------
    key
        Short name, also the CSS class.
    upper
        Upper bound, included.
    fill, line, ink
        Colour of an area, of a line, and of text on the area.
    dash
        Dash pattern of lines, in pixels; ``""`` is a solid line.
    word_ko, word_en
        What the class means; ``{capital}`` stands for the name of the capital point.

    Examples
    --------
    >>> ratio_class(0.4).capital_nearer, ratio_class(1.01).capital_nearer
    (False, True)
    """

    key: str
    upper: float
    fill: str
    line: str
    ink: str
    dash: str
    word_ko: str
    word_en: str

    @property
    def capital_nearer(self) -> bool:
        """Whether the capital is nearer than the other cluster."""
        return self.upper > 1

    def word(self, lang: str, capital: str) -> str:
        """Return what the class means in one language.

        Parameters
        ----------
        lang
            ``ko`` or ``en``.
        capital
            Name of the capital point.
        """
        return (self.word_ko if lang == "ko" else self.word_en).format(capital=capital)


NO_DATA: Final = RatioClass(
    "none", math.nan, "#C0C0C0", "#9A9A9A", INK, "1 6", "값 없음", "no value"
)

RATIO_CLASSES: Final = (
    RatioClass(
        "near", 0.6, BLUE, BLUE, "#FFFFFF", "",
        "다른 거점이 훨씬 빠름", "other cluster much faster",
    ),
    RatioClass(
        "nearer", 0.9, "#7CC4EE", "#3FA3DC", INK, "", "다른 거점이 빠름", "other cluster faster"
    ),
    RatioClass(
        "even", 1.0, "#D6EBF8", "#8DBBD6", INK, "",
        "비슷함 (다른 거점이 조금 빠름)", "about even, other cluster slightly faster",
    ),
    RatioClass(
        "par", 1.1, "#FDE7B0", "#E3BE66", INK, "11 5",
        "비슷함 ({capital} 쪽이 조금 빠름)", "about even, {capital} slightly faster",
    ),
    RatioClass(
        "far", 1.5, "#F2A93B", "#E08E00", INK, "8 5", "{capital} 쪽이 빠름", "{capital} faster"
    ),
    RatioClass(
        "farther", math.inf, "#C44F00", "#C44F00", "#FFFFFF", "4 4",
        "{capital} 쪽이 훨씬 빠름", "{capital} much faster",
    ),
)  # fmt: skip
"""Fixed classes, the same for every study and scenario; they break at 1.00.

Within a tenth of 1.00 the two trips are called about even, and the pale colours say so.
"""


def ratio_class(ratio: float) -> RatioClass:
    """Return the class of a ratio as it is printed; NaN has the class of no data.

    Parameters
    ----------
    ratio
        Minutes to the other cluster divided by minutes to the capital.

    Examples
    --------
    >>> ratio_class(1.2).word("en", "Seoul")
    'Seoul faster'
    >>> ratio_class(float("nan")).word("en", "Seoul")
    'no value'
    """
    printed = round(ratio, 2)
    # Only at 1.00 may the class differ from the number as printed: there the finding is counted.
    compared = ratio if printed == 1 else printed
    return next((each for each in RATIO_CLASSES if compared <= each.upper), NO_DATA)


def class_spans() -> tuple[str, ...]:
    """Return the bounds of each class in print, and a blank for the class of no data.

    Examples
    --------
    >>> class_spans()[:2]
    ('≤ 0.60', '0.60-0.90')
    """
    bounds = [each.upper for each in RATIO_CLASSES[:-1]]
    middle = [f"{low:.2f}-{high:.2f}" for low, high in pairwise(bounds)]
    return (f"≤ {bounds[0]:.2f}", *middle, f"> {bounds[-1]:.2f}", "")


TIME_CLASSES: Final[dict[int, str]] = {
    30: "#081D58",
    60: "#225EA8",
    90: "#41B6C4",
    120: "#C7E9B4",
}
"""Colour by minutes up to which an area is reached: the darker, the sooner."""


PART_STYLES: Final[dict[str, tuple[str, str]]] = {
    "access": ("#CC79A7", ""),
    "wait": ("#F0E442", "...."),
    "ride": (BLUE, ""),
    "transfer": ("#E69F00", "////"),
    "egress": ("#009E73", "\\\\\\\\"),
}
"""Colour and hatch of the parts of a trip by public transport, in their order."""


@dataclass(frozen=True, slots=True)
class ModeClass:
    """One class of minutes by public transport over minutes by car.

    Parameters
    ----------
    upper
        Upper bound, included.
    fill, ink
        Colour of a bar or line, and of text on it.
    width_pt
        Width of a line on a map, which says the class again.

    Examples
    --------
    >>> mode_class(0.9).fill == BLUE
    True
    """

    upper: float
    fill: str
    ink: str
    width_pt: float


MODE_CLASSES: Final = (
    ModeClass(1.0, BLUE, "#FFFFFF", 1.2),
    ModeClass(1.5, "#FCE3AE", INK, 1.8),
    ModeClass(2.0, "#F0A830", INK, 2.8),
    ModeClass(3.0, "#C44F00", "#FFFFFF", 4.0),
    ModeClass(math.inf, "#4A1A00", "#FFFFFF", 5.4),
)
"""Fixed classes; public transport is the faster one up to 1.00, in blue."""


def mode_class(ratio: float) -> ModeClass | None:
    """Return the class of a ratio of public transport to car; None for NaN.

    Parameters
    ----------
    ratio
        Minutes by public transport divided by minutes by car.

    Examples
    --------
    >>> mode_class(2.8).upper
    3.0
    >>> mode_class(float("nan")) is None
    True
    """
    printed = round(ratio, 2)
    compared = ratio if printed == 1 else printed
    return next((each for each in MODE_CLASSES if compared <= each.upper), None)


# The circle is left to the clusters and their sites.
_SECTORS: Final = (
    ("#009E73", "triangle"),
    ("#CC79A7", "square"),
    ("#E69F00", "diamond"),
    ("#000000", "cross"),
)


def sector_styles(sectors: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return a colour and a shape for each sector, in alphabetical order.

    Parameters
    ----------
    sectors
        Names of sectors; repetitions are welcome.

    Returns
    -------
    styles : dict
        Sector to (colour, shape); both repeat after four sectors.

    Examples
    --------
    >>> sector_styles(["Space", "Jobs", "Space"])
    {'Jobs': ('#009E73', 'triangle'), 'Space': ('#CC79A7', 'square')}
    """
    names = sorted(set(sectors))
    return {name: _SECTORS[rank % len(_SECTORS)] for rank, name in enumerate(names)}

"""A strip over the departures of a window: at which of them a statement holds, as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from clustergeo.claims import FAILS_SHARE, HOLDS_SHARE
from clustergeo.exhibits._escape import escape
from clustergeo.exhibits.style import BLUE, CAPITAL_COLOUR
from clustergeo.times.by_transit import Departures
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["STRIPS", "axis", "strip"]

_HALF: Final = 0.5

STRIPS: Final = (
    ("strip_fails", FAILS_SHARE, BLUE),
    ("strip_some", _HALF, "#7CC4EE"),
    ("strip_most", HOLDS_SHARE, "#F2A93B"),
    ("strip_holds", 1.0, CAPITAL_COLOUR),
)
"""Word, upper bound and colour of each share of draws; the height of the bar says it again."""

_WIDTH: Final = 4
_HEIGHT: Final = 28
_LEAST: Final = 2
_TICK_S: Final = 15 * SECONDS_PER_MINUTE
_LONG_S: Final = 4 * SECONDS_PER_HOUR


def strip(shares: NDArray[np.float64], departures: Departures, label: str) -> Markup:
    """Return bars, one a departure, as inline SVG.

    Parameters
    ----------
    shares
        Share of the draws for which a statement holds, by departure.
    departures
        The moments.
    label
        The same in words, for who cannot see it.

    Examples
    --------
    >>> import datetime as dt
    >>> two = Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(7, 2))
    >>> "#D55E00" in strip(np.array([1.0, 0.0]), two, "07:00")
    True
    """
    width = _WIDTH * len(shares)
    bars, at = [], 0
    for share, run in groupby(shares.tolist()):
        long = _WIDTH * len(list(run))
        high = max(_LEAST, round(share * _HEIGHT, 1))
        bars.append(
            f'<rect x="{at}" y="{_HEIGHT - high:g}" width="{long}" height="{high:g}" '
            f'fill="{_colour(share)}"/>'
        )
        at += long
    return Markup(  # noqa: S704 - numbers, and a label that is escaped
        f'<svg class="strip" viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" '
        f'role="img" aria-label="{escape(label.strip())}">'
        f"{_ground(width, departures)}{''.join(bars)}</svg>"
    )


def axis(departures: Departures) -> list[tuple[str, str]]:
    """Return hours, and half hours in short windows, with how far along a strip they stand.

    Examples
    --------
    >>> import datetime as dt
    >>> axis(Departures(dt.date(2026, 11, 18), dt.time(7), dt.time(8)))
    [('0.0', '07:00'), ('50.0', '07:30'), ('100.0', '08:00')]
    """
    seconds = departures.seconds
    first = int(seconds[0])
    last = int(seconds[-1]) + departures.step_min * SECONDS_PER_MINUTE
    span = last - first
    step = SECONDS_PER_HOUR if span > _LONG_S else SECONDS_PER_HOUR // 2
    marks = range(-(-first // step) * step, last + 1, step)
    return [(f"{100 * (mark - first) / span:.1f}", _clock(mark)) for mark in marks]


def _clock(seconds: int) -> str:
    minutes = seconds // SECONDS_PER_MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _ground(width: int, departures: Departures) -> str:
    """Return what lies under the bars: the half, and every quarter of an hour."""
    ticks = "".join(
        f'<path d="M{x} 0V{_HEIGHT}" stroke="#fff" stroke-width="1"/>' for x in _ticks(departures)
    )
    return (
        f'<rect width="{width}" height="{_HEIGHT}" fill="#ececec"/>{ticks}'
        f'<path d="M0 {_HEIGHT / 2:g}H{width}" stroke="#bbb" stroke-width="1" '
        'stroke-dasharray="4 4"/>'
    )


def _ticks(departures: Departures) -> Iterator[int]:
    for at, second in enumerate(departures.seconds.tolist()):
        if second % _TICK_S == 0:
            yield at * _WIDTH


def _colour(share: float) -> str:
    """Return the colour of a share of draws; the bounds are those of the verdicts."""
    if share >= HOLDS_SHARE:
        return STRIPS[3][2]
    if share <= FAILS_SHARE:
        return STRIPS[0][2]
    return STRIPS[2][2] if share >= _HALF else STRIPS[1][2]

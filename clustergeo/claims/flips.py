"""Flip points: by how much a side would have to change for a verdict to turn.

Every sample is true over an interval of the change: up to some minutes less, from some minutes
more on, or between the two. A verdict counts the samples that are true, so it turns where the
count crosses a rank: the flip point is a quantile of the paired differences, and exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FAILS_SHARE",
    "HOLDS_SHARE",
    "Flip",
    "flip_of_headway",
    "flip_of_minutes",
    "truth",
    "verdict_of",
]

HOLDS_SHARE = 0.9
"""A claim holds for an origin when at least this share of departures bears it out."""

FAILS_SHARE = 0.1
"""It fails when at most this share does; between the two the verdict is ``mixed``."""

_SLACK: Final = 1e-9
"""Below it a difference is none: minutes are seconds divided by 60."""

Samples = NDArray[np.float64]
Spans = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Flip:
    """Where a verdict turns, on the scale of what is changed; NaN where it never does.

    Parameters
    ----------
    reverse
        The nearest point from which the opposite holds: of ``holds`` that it fails, of ``fails``
        and ``mixed`` that it holds.
    turn
        The nearest point from which the verdict is another one.
    """

    reverse: float
    turn: float


def truth(left: Samples, right: Samples, operator: str, margin_min: float) -> NDArray[np.bool_]:
    """Return for each sample whether ``left operator right`` holds by a margin.

    Parameters
    ----------
    left, right
        Samples of both sides, infinite where there is no trip; where neither side has one,
        nothing holds.
    operator
        ``<``, ``<=``, ``>``, ``>=`` or ``=``.
    margin_min
        Least difference; the tolerance of ``=``.

    Examples
    --------
    >>> truth(np.array([50.0, 60.0]), np.array([60.0, 60.0]), "<", 0.0).tolist()
    [True, False]
    """
    return _true_now(*_true_between(left, right, operator, margin_min), operator)


def verdict_of(true: int, samples: int) -> str:
    """Return the verdict on samples of which some are true.

    Examples
    --------
    >>> [verdict_of(true, 10) for true in (9, 5, 1)]
    ['holds', 'mixed', 'fails']
    """
    if true >= _holds_from(samples):
        return "holds"
    return "fails" if true < _not_fails_from(samples) else "mixed"


def flip_of_minutes(left: Samples, right: Samples, operator: str, margin_min: float) -> Flip:
    """Return the minutes by which all samples of the left side would have to change.

    A strict comparison turns just beyond the point, the others at it or just beyond.

    Parameters
    ----------
    left, right, operator, margin_min
        As for :func:`truth`.

    Examples
    --------
    >>> flip_of_minutes(np.array([80.0, 82.0]), np.array([60.0, 60.0]), "<=", 0.0)
    Flip(reverse=-22.0, turn=-20.0)
    """
    low, high = _true_between(left, right, operator, margin_min)
    true = int(truth(left, right, operator, margin_min).sum())
    return _flip(low, high, now=0.0, verdict=verdict_of(true, len(low)))


def flip_of_headway(
    left: Samples, right: Samples, operator: str, margin_min: float
) -> tuple[float, Flip]:
    """Return the headway of the left trip, and that from which the verdict turns, minutes.

    The model is that of one line: a trip takes its shortest time and, evenly spread, up to one
    headway more (T_p = t_fixed + p h). The headway is thus twice the mean of what the samples
    exceed the shortest by. Another headway stretches what each sample exceeds it by.

    Parameters
    ----------
    left
        Samples of a trip, all finite, not all equal.
    right, operator, margin_min
        As for :func:`truth`; the right side stays as it is.

    Examples
    --------
    >>> left, right = np.array([40.0, 50.0, 60.0, 70.0]), np.full(4, 60.0)
    >>> flip_of_headway(left, right, "<=", 0.0)
    (30.0, Flip(reverse=20.0, turn=20.0))
    """
    fixed = left.min()
    excess = left - fixed
    headway = 2.0 * float(excess.mean())
    low, high = _true_between(np.full_like(left, fixed), right, operator, margin_min)
    always = np.where(_true_now(low, high, operator), np.inf, -np.inf)
    moved = excess > _SLACK
    ends = [
        np.divide(end * headway, excess, out=sign * always, where=moved)
        for end, sign in ((low, -1.0), (high, 1.0))
    ]
    true = int(truth(left, right, operator, margin_min).sum())
    flip = _flip(*ends, now=headway, verdict=verdict_of(true, len(left)))
    # No service runs more often than always: a headway of nothing or less is none.
    reverse, turn = (x if x > _SLACK else math.nan for x in (flip.reverse, flip.turn))
    return headway, Flip(reverse, turn)


def _holds_from(samples: int) -> int:
    """Return how many samples must be true for a claim to hold."""
    return math.ceil(HOLDS_SHARE * samples - _SLACK)


def _not_fails_from(samples: int) -> int:
    """Return how many samples must be true for a claim not to fail."""
    return math.floor(FAILS_SHARE * samples + _SLACK) + 1


def _true_between(
    left: Samples, right: Samples, operator: str, margin_min: float
) -> tuple[Samples, Samples]:
    """Return between which changes of the left side each sample is true; empty where never."""
    left, right = np.broadcast_arrays(left, right)
    both = np.isinf(left) & np.isinf(right)
    gap = np.subtract(right, left, out=np.zeros_like(left), where=~both)
    gap = np.round(gap, 9)
    if operator in {"<", "<="}:
        low, high = np.full_like(gap, -np.inf), gap - margin_min
    elif operator in {">", ">="}:
        low, high = gap + margin_min, np.full_like(gap, np.inf)
    else:
        low, high = gap - margin_min, gap + margin_min
    never = both | (low == np.inf) | (high == -np.inf)
    return np.where(never, np.inf, low), np.where(never, -np.inf, high)


def _true_now(low: Samples, high: Samples, operator: str) -> NDArray[np.bool_]:
    strict = operator in {"<", ">"}
    now: NDArray[np.bool_] = (low < 0) & (high > 0) if strict else (low <= 0) & (high >= 0)
    return now


def _flip(low: Samples, high: Samples, *, now: float, verdict: str) -> Flip:
    holds = _spans(low, high, _holds_from(len(low)))
    lives = _spans(low, high, _not_fails_from(len(low)))
    ways: dict[str, tuple[float, float]] = {
        "holds": (_out_of(lives, now), _out_of(holds, now)),
        "fails": (_into(holds, now), _into(lives, now)),
        "mixed": (_into(holds, now), _nearest(now, _into(holds, now), _out_of(lives, now))),
    }
    reverse, turn = ways[verdict]
    return Flip(round(reverse, 9) + 0.0, round(turn, 9) + 0.0)


def _spans(low: Samples, high: Samples, count: int) -> Spans:
    """Return where at least so many intervals overlap, ascending and apart."""
    some = low <= high
    at = np.concatenate([low[some], high[some]])
    step = np.concatenate([np.ones(some.sum(), int), -np.ones(some.sum(), int)])
    order = np.lexsort((-step, at))
    at, enough = at[order], np.cumsum(step[order]) >= count
    starts = at[enough & ~np.append(False, enough[:-1])]
    ends = at[~enough & np.append(False, enough[:-1])]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _into(spans: Spans, now: float) -> float:
    """Return the nearest point of the spans."""
    return _nearest(now, *(min(max(now, low), high) for low, high in spans))


def _out_of(spans: Spans, now: float) -> float:
    """Return the nearest end of the span that holds a point."""
    inside = [span for span in spans if span[0] <= now <= span[1]]
    return _nearest(now, *(end for span in inside for end in span))


def _nearest(now: float, *points: float) -> float:
    finite = [point for point in points if math.isfinite(point)]
    return min(finite, key=lambda point: (abs(point - now), point), default=math.nan)

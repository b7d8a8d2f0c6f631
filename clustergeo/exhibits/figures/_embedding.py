"""Place points so that their distances come near to given minutes (SMACOF)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedding", "embed"]

_STEPS: Final = 1000
_SETTLED: Final = 1e-7
_EXACT: Final = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Points on a plane whose distances stand for minutes.

    Parameters
    ----------
    at
        Positions, shape (n, 2), the anchor at the origin.
    start
        The map positions scaled to minutes, the anchor at the origin, shape (n, 2).
    errors
        Distance less minutes, shape (n, n); NaN where no minutes are known.
    stress
        Normalised stress 1 (Kruskal) over the known pairs, unweighted.
    """

    at: Floats
    start: Floats
    errors: Floats
    stress: float


def embed(minutes: Floats, positions: Floats, *, anchor: int, weight: float) -> Embedding:
    """Return the positions of least weighted stress, turned to fit a map.

    Majorisation (De Leeuw 1977; Borg and Groenen 2005, ch. 8) from the map itself, and from the
    map with one point at a time mirrored, because it settles in the nearest hollow; the best is
    kept, so that the same minutes give the same picture. Then turned, and mirrored where that fits
    better, about the anchor to lie over the map.

    Parameters
    ----------
    minutes
        Symmetric, shape (n, n); NaN where unknown.
    positions
        Positions on the map in any length, shape (n, 2).
    anchor
        The point held at the origin, such as the capital.
    weight
        Weight of the pairs with the anchor; the others weigh 1.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> minutes = np.array([[0.0, 30.0, 40.0], [30.0, 0.0, 50.0], [40.0, 50.0, 0.0]])
    >>> found = embed(minutes, corners, anchor=0, weight=1)
    >>> bool(found.stress < 1e-6)
    True
    """
    known = np.isfinite(minutes) & ~np.eye(len(minutes), dtype=bool)
    wanted = np.where(known, minutes, 0.0)
    weights = known.astype(float)
    weights[anchor] *= weight
    weights[:, anchor] *= weight
    map_at = positions - positions[anchor]
    apart = _distances(map_at)
    # The least squares scale from map to minutes: the mean speed of the trips.
    squares = (apart[known] ** 2).sum()
    scale = (apart[known] * wanted[known]).sum() / squares if squares > 0 else 1.0
    start = map_at * scale
    tried = []
    for each in _starts(start):
        tried.append(_majorise(each, wanted, weights))
        if _misfit(tried[-1], wanted, weights) <= _EXACT * (weights * wanted**2).sum():
            break
    at = min(tried, key=lambda each: round(_misfit(each, wanted, weights), 6))
    at = (at - at[anchor]) @ _turn(at - at[anchor], start)
    found = _distances(at)
    total = (wanted[known] ** 2).sum()
    misfit = ((found - wanted)[known] ** 2).sum()
    stress = float(np.sqrt(misfit / total)) if total > 0 else 0.0
    return Embedding(at, start, np.where(known, found - wanted, np.nan), stress)


def _starts(start: Floats) -> list[Floats]:
    """Return the map, and the map with each point mirrored at the line through the middle."""
    middle = start.mean(axis=0)
    length = np.hypot(*middle)
    along = middle / length if length > 0 else np.array([1.0, 0.0])
    mirrored = 2 * (start @ along)[:, None] * along - start
    starts = [start]
    for each in range(len(start)):
        turned = start.copy()
        turned[each] = mirrored[each]
        starts.append(turned)
    return starts


def _misfit(at: Floats, wanted: Floats, weights: Floats) -> float:
    return float((weights * (_distances(at) - wanted) ** 2).sum())


def _majorise(start: Floats, wanted: Floats, weights: Floats) -> Floats:
    """Return the positions that repeated Guttman transforms settle on."""
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplacian)
    at, before = start, np.inf
    for _ in range(_STEPS):
        found = _distances(at)
        stress = _misfit(at, wanted, weights)
        if before - stress <= _SETTLED * max(stress, 1.0):
            break
        before = stress
        ratio = np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
        pulled = -weights * ratio
        np.fill_diagonal(pulled, -pulled.sum(axis=1))
        at = inverse @ pulled @ at
    return at


def _distances(at: Floats) -> Floats:
    return np.asarray(np.hypot(*np.moveaxis(at[:, None] - at[None], 2, 0)), np.float64)


def _turn(at: Floats, onto: Floats) -> Floats:
    """Return the turn, with a mirror at need, that lays points over others (Procrustes)."""
    left, _, right = np.linalg.svd(at.T @ onto)
    return np.asarray(left @ right, np.float64)

"""The area within a walk of stops that are reached sooner or later, in a share of all samples.

For each sample, a departure in a draw, the area is a union of circles around stops, with the
radius that one can still walk. A point belongs to the whole if it lies in enough of these areas.
Over the corners of a grid stands the distance to the area of each sample, and of these the one of
the rank asked for: no distance grows where a circle does, so that what holds for one union of
circles (see :mod:`clustergeo.times.roads.areas`) holds for the rank of many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from clustergeo.networks._components import strong_components
from clustergeo.times.roads.areas import RIM, Grid, stamp

__all__ = ["CELL_M", "Walks", "walkshed"]

CELL_M: Final = 50.0
"""Width of the cells: less than a minute on foot. A circle of 865 m is right to a metre, one of
200 m to three."""

_NEAR: Final = 1.5  # cells; corners further from the outline lie on no cell that it crosses
_HALVINGS: Final = 18  # of three cells: to a millimetre
_OUT: Final = np.float32(-1e6)  # cells: no radius at all
_WAYS: Final = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """From where one walks on, and since when.

    Parameters
    ----------
    x, y
        Metres.
    after_s
        Seconds from the door until one is there, shape (stops, samples); as large as any number
        where one does not get there.
    rank
        Of the samples by how near they come, from 0.
    straight_mps
        Straight metres that a second on foot takes one.
    limit_m
        Straight metres of the longest walk.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    after_s: NDArray[np.int32]
    rank: int
    straight_mps: float
    limit_m: float
    soonest_s: NDArray[np.int32] = field(init=False)
    ranked_s: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "soonest_s", self.after_s.min(axis=1))
        ranked_s = np.partition(self.after_s, self.rank, axis=1)[:, self.rank]
        object.__setattr__(self, "ranked_s", ranked_s)

    def radius(self, after_s: NDArray[np.int32], budget_s: float) -> NDArray[np.float32]:
        """Return how far one can walk on, in cells; far below zero where one is not there yet."""
        left_m = (budget_s - after_s.astype(np.float32)) * np.float32(self.straight_mps)
        within = np.minimum(left_m, np.float32(self.limit_m)) / np.float32(CELL_M)
        return np.where(left_m < 0, _OUT, within)


def walkshed(walks: Walks, budget_s: float) -> shapely.MultiPolygon:
    """Return what lies within a walk in more than ``rank`` of the samples.

    Parameters
    ----------
    walks
        From where one walks on, and since when; one of them, such as the door, in time.
    budget_s
        Seconds from the door.
    """
    # Nobody walks on from a stop of which the feed does not say where it is.
    used = np.flatnonzero((walks.soonest_s <= budget_s) & np.isfinite(walks.x))
    best = walks.radius(walks.soonest_s[used], budget_s)
    of_rank = walks.radius(walks.ranked_s[used], budget_s)
    x, y = walks.x[used], walks.y[used]
    parts: list[shapely.Polygon] = []
    for at in _clusters(x, y, 2 * CELL_M * (float(best.max()) + RIM)):
        radius = walks.radius(walks.after_s[used[at]], budget_s)
        parts += _outline(x[at], y[at], (best[at], of_rank[at], radius), walks.rank)
    return shapely.MultiPolygon(parts)


def _outline(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    radii: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    rank: int,
) -> list[shapely.Polygon]:
    """Return the area around stops that lie together.

    Circles of the rank of each stop alone are inside; those of its best sample hold all. Only
    where the two differ all samples are looked at: people may go now by one stop, now by another.
    """
    best, of_rank, radius = radii
    grid = Grid.around(x, y, float(best.max()) * CELL_M, CELL_M)
    column, row = grid.cells(x, y)
    beyond, within = grid.beyond(), grid.beyond()
    sure = of_rank >= 0
    stamp(beyond, column[sure], row[sure], of_rank[sure].astype(np.float64))
    stamp(within, column, row, best.astype(np.float64))
    _settle(beyond, within, column, row, best, radius, rank)
    return grid.outline(beyond, 0.0)


def _clusters(
    x: NDArray[np.float64], y: NDArray[np.float64], apart_m: float
) -> Iterator[NDArray[np.int64]]:
    """Yield rows of stops; those of two clusters lie further apart than some metres."""
    block = np.stack([np.floor(axis / apart_m).astype(np.int64) for axis in (x, y)], axis=1)
    blocks, member = np.unique(block, axis=0, return_inverse=True)
    number = {spot: i for i, spot in enumerate(map(tuple, blocks.tolist()))}
    near = [[number.get(tuple(way)) for way in (spot + _WAYS).tolist()] for spot in blocks]
    heads = [[at for at in row if at is not None] for row in near]
    first = np.cumsum([0, *map(len, heads)])
    cluster = strong_components(first, np.concatenate(heads).astype(np.int32))[member.ravel()]
    for each in range(int(cluster.max()) + 1):
        yield np.flatnonzero(cluster == each)


@njit(cache=True, nogil=True)
def _settle(beyond, within, x, y, best, radius, rank):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917
    """Lower the distances near the outline to those of the rank among all samples; in cells."""
    rows, columns = beyond.shape
    spot = np.full((rows, columns), -1, np.int32)
    count = 0
    for i in range(rows):
        for j in range(columns):
            if within[i, j] < _NEAR and beyond[i, j] > -_NEAR and within[i, j] < beyond[i, j]:
                spot[i, j] = count
                count += 1
    first = np.zeros(count + 2, np.int64)
    _gather(spot, x, y, best, first, np.empty(0, np.int32))
    for k in range(2, count + 2):
        first[k] += first[k - 1]
    stop = np.empty(first[count + 1], np.int32)
    _gather(spot, x, y, best, first, stop)
    distance = np.empty(radius.shape[1], np.float32)
    for i in range(rows):
        for j in range(columns):
            k = spot[i, j]
            # Of one stop alone the rank is known.
            if k < 0 or first[k + 1] - first[k] < 2:  # noqa: PLR2004
                continue
            distance[:] = RIM
            for s in stop[first[k] : first[k + 1]]:
                away = np.float32(np.sqrt((j - x[s]) ** 2 + (i - y[s]) ** 2))
                own = radius[s]
                for n in range(own.size):
                    gap = away - own[n]
                    distance[n] = gap if gap < distance[n] else distance[n]  # noqa: FURB136
            beyond[i, j] = min(beyond[i, j], _ranked(distance, rank))


@njit(cache=True, nogil=True)
def _gather(spot, x, y, best, first, stop):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write which stops matter at each spot, in compressed rows; without room count them.

    Counts stand two places on, so that filling moves each start to where it belongs.
    """
    counting = stop.size == 0
    for s in range(x.size):
        reach = best[s] + _NEAR
        for i in range(int(np.ceil(y[s] - reach)), int(np.floor(y[s] + reach)) + 1):
            half = np.sqrt(max(reach**2 - (i - y[s]) ** 2, 0.0))
            for j in range(int(np.ceil(x[s] - half)), int(np.floor(x[s] + half)) + 1):
                k = spot[i, j]
                if k >= 0 and counting:
                    first[k + 2] += 1
                elif k >= 0:
                    stop[first[k + 1]] = s
                    first[k + 1] += 1


@njit(cache=True, nogil=True)
def _ranked(distance, rank):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the distance of a rank, by halving where it may lie: no more than a hair too far."""
    low, high = np.float32(-_NEAR), np.float32(_NEAR)
    for _ in range(_HALVINGS):
        middle = np.float32((low + high) / 2)
        nearer = 0
        for n in range(distance.size):
            nearer += distance[n] <= middle
        if nearer > rank:
            high = middle
        else:
            low = middle
    return high

"""A synthetic national road network, the same from the same seed: no real place is in it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._components import strong_components

__all__ = ["Star", "national"]

Star = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]

_SPACING_M: Final = 170.0
_KPH: Final = np.array([40.0, 60.0, 80.0, 100.0])
_EVERY: Final = (6, 24, 96)  # lines of the grid between roads of the higher classes


def national(side: int = 1_370, seed: int = 7) -> Star:
    """Return first, head, time_ms and places (nodes, 2) of a thinned, jittered grid.

    Its largest strongly connected component, nodes in Morton order.
    """
    random = np.random.default_rng(seed)
    grid = np.arange(side * side, dtype=np.int64).reshape(side, side)
    row, column = np.divmod(grid.ravel(), side)
    place = np.stack([column, row], axis=1) + random.uniform(-0.3, 0.3, (grid.size, 2))
    tail = np.concatenate([grid[:, :-1].ravel(), grid[:-1].ravel()])
    head = np.concatenate([grid[:, 1:].ravel(), grid[1:].ravel()])
    line = np.concatenate(
        [row.reshape(side, side)[:, :-1].ravel(), column.reshape(side, side)[:-1].ravel()]
    )
    rank = sum((line % every == 0).astype(np.int64) for every in _EVERY)
    kept = (rank > 0) | (random.random(tail.size) < 0.56)
    tail, head, rank = tail[kept], head[kept], rank[kept]
    metres = np.linalg.norm(place[tail] - place[head], axis=1) * _SPACING_M
    ms = np.rint(metres / _KPH[rank] * 3_600).astype(np.int32)
    oneway = (rank == 0) & (random.random(tail.size) < 0.1)
    back = ~oneway
    ends = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    order = np.argsort(_morton(place))
    return _largest(order, *ends, np.concatenate([ms, ms[back]]), place)


def _morton(place: NDArray[np.float64]) -> NDArray[np.int64]:
    code = np.zeros(len(place), np.int64)
    for axis in range(2):
        whole = (place[:, axis] + 1).astype(np.int64)
        for bit in range(12):
            code |= ((whole >> bit) & 1) << (2 * bit + axis)
    return code


def _star(
    tail: NDArray[np.int64], head: NDArray[np.int64], ms: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    order = np.lexsort((head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))])
    return first.astype(np.int64), head[order].astype(np.int32), ms[order]


def _largest(
    order: NDArray[np.int64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    ms: NDArray[np.int32],
    place: NDArray[np.float64],
) -> Star:
    number = np.empty_like(order)
    number[order] = np.arange(order.size)
    tail, head = number[tail], number[head]
    first, heads, _ = _star(tail, head, ms, order.size)
    component = strong_components(first, heads)
    inside = component == np.bincount(component).argmax()
    new = np.cumsum(inside) - 1
    kept = inside[tail] & inside[head]
    star = _star(new[tail[kept]], new[head[kept]], ms[kept], int(inside.sum()))
    return *star, place[order][inside].astype(np.float32)

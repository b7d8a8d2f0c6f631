"""A synthetic national road network, the same from the same seed: no real place is in it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks import RoadNetwork
from clustergeo.networks._components import strong_components
from clustergeo.networks.parts import ASSUMED

__all__ = ["Star", "national", "road_network"]

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


def road_network(side: int = 1_370, seed: int = 7) -> RoadNetwork:
    """Return the same grid as a road network somewhere in Korea; its lines are straight."""
    first, head, time_ms, place = national(side, seed)
    nodes, edges = first.size - 1, head.size
    tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(first))
    lon = 126.0 + place[:, 0].astype(float) * _SPACING_M / 90_000
    lat = 34.5 + place[:, 1].astype(float) * _SPACING_M / 111_000
    key, back = tail.astype(np.int64) * nodes + head, head.astype(np.int64) * nodes + tail
    at = np.minimum(np.searchsorted(key, back), edges - 1)
    ends = np.stack([tail, head], axis=1).ravel()
    metres = np.linalg.norm(place[tail] - place[head], axis=1) * _SPACING_M
    code = np.zeros(edges, np.uint8)
    return RoadNetwork(
        node_id=np.arange(nodes),
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        first=first,
        time_ms=time_ms,
        length_m=metres.astype(float),
        speed_kph=np.full(edges, 60, np.float32),
        speed_evidence=np.full(edges, ASSUMED, np.uint8),
        highway=code,
        classes=("primary",),
        name=(np.arange(edges) // 40 % 50_000).astype(np.int32),
        names=tuple(f"Road {i}" for i in range(50_000)),
        ref=np.zeros(edges, np.int32),
        refs=("",),
        osmid=np.arange(edges),
        lanes=code,
        toll=code.astype(bool),
        twin=np.where(key[at] == back, at, -1).astype(np.int32),
        line=np.arange(edges, dtype=np.int32),
        backward=code.astype(bool),
        line_first=2 * np.arange(edges + 1),
        line_lon=lon[ends],
        line_lat=lat[ends],
        turn_from=np.empty(0, np.int32),
        turn_to=np.empty(0, np.int32),
        source="synthetic",
        date="",
        notes=(),
    )


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

"""A few edges put into a sorted network and a few taken out, without sorting all of it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.networks._network import RoadNetwork

__all__ = ["spliced"]

Arrays = dict[str, NDArray[Any]]


def spliced(
    network: RoadNetwork, new: Arrays, gone: Collection[int], nodes: int
) -> tuple[Arrays, NDArray[np.int64], NDArray[np.int64]]:
    """Return the edges as ``arranged`` would sort them, and where old and new ones are now.

    Parameters
    ----------
    network
        The network, whose edges are sorted by tail, then head.
    new
        Columns of the edges to put in; ``twin`` counts among them.
    gone
        Edges to take out.
    nodes
        Number of nodes with the new ones.

    Returns
    -------
    arrays, old_at, new_at
        The columns and ``first``; the new row of each old edge (-1 where it is gone) and of each
        new one.
    """
    edges, out = network.tail.size, set(gone)
    tail, head = new["tail"].astype(np.int64), new["head"].astype(np.int64)
    order = np.lexsort((np.arange(tail.size), head, tail))
    before = [_before(network, int(tail[i]), int(head[i])) for i in order]
    old_at, new_at = np.full(edges + 1, -1, np.int64), np.full(tail.size + 1, -1, np.int64)
    stretches: list[tuple[bool, int, int]] = []  # of old edges, or of the new ones in order
    start = put = row = 0
    for stop in sorted({*before, *out, edges}):
        old_at[start:stop] = np.arange(row, row + stop - start)
        stretches.append((True, start, stop))
        row += stop - start
        last = put
        while last < len(before) and before[last] == stop:
            last += 1
        new_at[order[put:last]] = np.arange(row, row + last - put)
        stretches.append((False, put, last))
        row += last - put
        put, start = last, stop + (stop in out)
    columns = {name: getattr(network, name) for name in new}
    mine = {name: array[order] for name, array in new.items()}
    columns["twin"] = old_at[network.twin].astype(network.twin.dtype)
    mine["twin"] = new_at[new["twin"][order]]
    arrays = {
        name: np.concatenate([(column if old else mine[name])[a:b] for old, a, b in stretches])
        for name, column in columns.items()
    }
    arrays = {
        name: fixed(array.astype(columns[name].dtype, copy=False))
        for name, array in arrays.items()
    }
    degree = np.zeros(nodes, np.int64)
    degree[: network.lon.size] = np.diff(network.first)
    np.add.at(degree, tail, 1)
    np.subtract.at(degree, network.tail[sorted(out)], 1)
    arrays["first"] = fixed(np.concatenate([[0], np.cumsum(degree)]).astype(np.int64))
    return arrays, old_at, new_at[:-1]


def _before(network: RoadNetwork, tail: int, head: int) -> int:
    """Return before which old edge a new one stands: behind all of its tail and no later head."""
    if tail >= network.lon.size:
        return int(network.tail.size)
    start, stop = int(network.first[tail]), int(network.first[tail + 1])
    return start + int(np.searchsorted(network.head[start:stop], head, side="right"))

"""Which nodes reach each other, compiled: a nation has millions."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["strong_components", "weak_components"]


@njit(cache=True, nogil=True)
def _close(component, opened, waiting, node, number):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Give a component, the nodes opened since one of them, its number."""
    while component[node] < 0:
        waiting -= 1
        component[opened[waiting]] = number
    return waiting


@njit(cache=True, nogil=True)
def strong_components(first: NDArray[np.int64], head: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the number of the strongly connected component of each node.

    Tarjan's algorithm (1972) without recursion. Numbers count from 0 in the order in which the
    components are closed.

    Parameters
    ----------
    first, head
        Forward star: the edges of node v are ``first[v]:first[v + 1]``.
    """
    count = first.size - 1
    component = np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)  # when a node was first met
    low = np.empty(count, np.int32)  # the earliest node still open that it reaches
    edge_at = first[:-1].copy()
    path = np.empty(count, np.int32)
    opened = np.empty(count, np.int32)
    clock, closed, waiting = 0, 0, 0
    for root in range(count):
        if seen[root] >= 0:
            continue
        depth = 0
        path[0] = root
        while depth >= 0:
            node = path[depth]
            if seen[node] < 0:
                seen[node] = low[node] = clock
                clock += 1
                opened[waiting] = node
                waiting += 1
            if edge_at[node] < first[node + 1]:
                reached = head[edge_at[node]]
                edge_at[node] += 1
                if seen[reached] < 0:
                    depth += 1
                    path[depth] = reached
                elif component[reached] < 0:
                    low[node] = min(low[node], seen[reached])
                continue
            if low[node] == seen[node]:
                waiting = _close(component, opened, waiting, node, closed)
                closed += 1
            depth -= 1
            if depth >= 0:
                low[path[depth]] = min(low[path[depth]], low[node])
    return component


@njit(cache=True, nogil=True)
def weak_components(
    tail: NDArray[np.int32], head: NDArray[np.int32], count: int
) -> NDArray[np.int32]:
    """Return the first node of the weakly connected component of each node, by union and find.

    Parameters
    ----------
    tail, head
        Nodes that the edges join.
    count
        Number of nodes.
    """
    root = np.arange(count).astype(np.int32)
    for edge in range(tail.size):
        a, b = tail[edge], head[edge]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for node in range(count):
        root[node] = root[root[node]]
    return root

"""Both engines side by side: whatever one of them answers, the other has to answer too."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

import numpy as np

from clustergeo.networks import RoadNetwork
from clustergeo.times.hierarchy import build, customise
from clustergeo.times.roads.drives import Drives, drives_between
from clustergeo.times.roads.engine import Hierarchy, Searches
from clustergeo.times.roads.snaps import Snaps
from clustergeo.times.roads.turns import turn_graph

__all__ = ["both_engines", "drives_from", "same_drives"]


@lru_cache(maxsize=2)
def both_engines(network: RoadNetwork, *, perfect: bool = True) -> tuple[Searches, Hierarchy]:
    """Return both engines of a network, prepared whatever its size."""
    graph = turn_graph(network)
    metric = customise(build(graph.first, graph.head), graph.time_ms, perfect=perfect)
    return Searches(graph), Hierarchy(graph, metric)


def same_drives(one: Drives, other: Drives) -> bool:
    """Return whether drives are the same, edge by edge."""
    return all(
        np.array_equal(a, b)
        for a, b in (
            (one.ms, other.ms),
            (one.first, other.first),
            *(
                (getattr(one.pieces, n), getattr(other.pieces, n))
                for n in ("edge", "start", "end")
            ),
        )
    )


def drives_from(network: RoadNetwork, origins: Snaps, origin: int, targets: Snaps) -> Drives:
    """Return the drives from one of the origins, on which both engines agree."""
    here = slice(origin, origin + 1)
    start = Snaps(origins.edge[here], origins.fraction[here], origins.snap_m[here])
    found = [
        next(islice(drives_between(network, engine, start, targets), 1))
        for engine in both_engines(network)
    ]
    assert same_drives(*found)
    return found[0]

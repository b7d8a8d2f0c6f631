"""What a network with roads added, cut and taken away was made of, edge by edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import fixed
from clustergeo.networks._network import RoadNetwork

__all__ = ["Stem", "grown", "stem_of"]

Edges = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stem:
    """The network that others were made of by edits, and what its edges have become.

    Nodes keep their rows; new ones follow the old.

    Parameters
    ----------
    base
        The network before the first edit that changed its roads.
    enter, leave
        The edges by which a drive now enters and leaves each old edge: one and the same where it
        is whole, the first and the last piece where it was cut, -1 where it is gone; int64,
        shape (edges of the base + 1,), the last one -1.
    """

    base: RoadNetwork
    enter: Edges
    leave: Edges

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Whether each old edge is still there in one piece, shape (edges of the base,)."""
        return np.asarray((self.enter == self.leave) & (self.enter >= 0))[:-1]


def stem_of(network: RoadNetwork) -> Stem | None:
    """Return what a network was made of by edits, None if it was not."""
    stem: Stem | None = network._made.get("stem")  # noqa: SLF001 - what the network remembers
    return stem


def grown(network: RoadNetwork, enter: Edges, leave: Edges) -> dict[str, Any]:
    """Return what a network remembers that is made of another by one more edit.

    Parameters
    ----------
    network
        The network before this edit.
    enter, leave
        What its edges become, as in :class:`Stem`.
    """
    stem = stem_of(network)
    if stem is None:
        return {"stem": Stem(network, fixed(enter), fixed(leave))}
    # What points nowhere (-1) goes on pointing nowhere: the last entry is -1.
    return {"stem": Stem(stem.base, fixed(enter[stem.enter]), fixed(leave[stem.leave]))}

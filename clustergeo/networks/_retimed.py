"""The same roads with other times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustergeo.networks._arrays import LONGEST_MS, fixed
from clustergeo.networks._network import HANDED_ON, RoadNetwork
from clustergeo.networks.parts import ASSUMED

__all__ = ["retimed"]


def retimed(
    network: RoadNetwork, ms: NDArray[np.floating[Any]], note: str, **turns: NDArray[np.int32]
) -> RoadNetwork:
    """Return a network with other times, all of them assumed, and a note that says so."""
    time_ms = np.minimum(np.rint(ms), LONGEST_MS - 1).astype(np.int32)
    # Other turns make another graph, and nothing that was made of the old one holds.
    holds = ("nodes", "keys", "crs", "grid") if turns else HANDED_ON
    kept = {name: network._made[name] for name in holds if name in network._made}  # noqa: SLF001
    changes: dict[str, Any] = {name: fixed(array) for name, array in turns.items()}
    return replace(
        network,
        time_ms=fixed(time_ms),
        # A published limit and an estimated factor make no published time.
        speed_evidence=fixed(np.full(time_ms.size, ASSUMED, np.uint8)),
        notes=(*network.notes, note),
        _made=kept,
        **changes,
    )

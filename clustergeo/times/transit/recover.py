"""Recover the journey behind an arrival that the search has found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import ClustergeoError
from clustergeo.times.transit.last_journey import latest_journey
from clustergeo.times.transit.setup import Search

__all__ = ["Rides", "recover"]

_FIRST_ROUNDS = 8
_MOST_ROUNDS = 1_024


@dataclass(frozen=True, slots=True, eq=False)
class Rides:
    """One journey by vehicle as the kernel finds it.

    ``legs`` has one row a ride: vehicle (of a flow its window), boarding position, alighting
    position; ``start_s`` the start of each vehicle; ``access`` and ``egress`` are rows of the
    reach tables.
    """

    draw: int
    legs: NDArray[np.int32]
    access: int
    egress: int
    start_s: NDArray[np.int32]


def recover(search: Search, pair: tuple[int, int], draw: int, window: tuple[int, int]) -> Rides:
    """Return the journey by vehicle that makes an arrival the search has found.

    Parameters
    ----------
    search
        The run.
    pair
        Origin and destination.
    draw
        Draw of the sample.
    window
        Departure from the door and arrival at it, seconds past midnight.

    Raises
    ------
    ClustergeoError
        If the two searches disagree, which would be our bug.
    """
    out, back = search.access, search.egress
    leaving = slice(out.ptr[pair[0]], out.ptr[pair[0] + 1])
    coming = slice(back.ptr[pair[1]], back.ptr[pair[1] + 1])
    lines, vehicles = search.day.lines, search.day.draws[draw]
    rounds = _FIRST_ROUNDS
    while rounds <= _MOST_ROUNDS:
        legs = np.empty((rounds, 4), dtype=np.int32)
        rides, access = latest_journey(
            lines,
            vehicles,
            (out.stop[leaving], out.seconds[leaving]),
            (back.stop[coming], back.seconds[coming]),
            window,
            legs,
        )
        if rides:
            last = int(lines.stop[legs[rides - 1, 2]])
            egress = int(back.ptr[pair[1]] + np.searchsorted(back.stop[coming], last))
            row = int(out.ptr[pair[0]] + access)
            return Rides(draw, legs[:rides, :3], row, egress, legs[:rides, 3])
        rounds *= 8
    message = f"no journey makes the arrival found for pair {pair} in {window}; please report it"
    raise ClustergeoError(message)

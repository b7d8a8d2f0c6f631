"""The compiled loop over departures of a hypothetical service."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["ride_by"]

Seconds = NDArray[np.int64]


@njit(cache=True, nogil=True)
def ride_by(  # noqa: PLR0913, PLR0917 - one array a kind of leg
    best: Seconds,
    leave: Seconds,
    there: tuple[Seconds, Seconds],
    onward: tuple[Seconds, Seconds, Seconds],
    first: Seconds,
    service: tuple[int, int, int, int],
    limit_s: int,
) -> None:
    """Lower the seconds of each pair at each departure to those by a service.

    Parameters
    ----------
    best
        Seconds by origin, destination, draw and departure; lowered in place.
    leave
        Departures, seconds past midnight.
    there
        Seconds to the stop by vehicles (origins, draws, departures), and by oneself (origins,).
    onward
        Seconds from the next stop (destinations, draws, later departures), those departures, and
        the seconds by oneself (destinations,).
    first
        First vehicle at the stop in each draw.
    service
        Headway, last moment at which a vehicle may leave the stop, seconds of the ride, and the
        wait for a vehicle where that is fixed, else -1.
    limit_s
        Longest trip.
    """
    to_s, alone_s = there
    from_s, later, egress_s = onward
    headway, last, ride, wait = service
    step = later[1] - later[0]
    for i in range(best.shape[0]):
        for k in range(best.shape[2]):
            draw, back = min(k, to_s.shape[1] - 1), min(k, from_s.shape[1] - 1)
            for m in range(best.shape[3]):
                at = leave[m] + min(to_s[i, draw, m], alone_s[i])
                if at - leave[m] > limit_s:
                    continue
                if wait >= 0:
                    board = max(at + wait, first[k])
                else:
                    board = first[k] + max(0, -((first[k] - at) // headway)) * headway
                if board > last:
                    continue
                off = board + ride
                row = max(0, -((later[0] - off) // step))
                for j in range(best.shape[1]):
                    took = off + egress_s[j] - leave[m]
                    if row < len(later):
                        took = min(took, later[row] + from_s[j, back, row] - leave[m])
                    if took <= limit_s and took < best[i, j, k, m]:
                        best[i, j, k, m] = took

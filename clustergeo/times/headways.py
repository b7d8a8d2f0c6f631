"""Turn "every eight minutes" into vehicles that leave at a time, in several draws."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError

__all__ = ["headway_phases", "headway_starts"]


def headway_phases(key: str, headway_s: int, draws: int) -> NDArray[np.int32]:
    """Return the seconds by which a headway service is late against its window, one per draw.

    A headway says how often, not when. Charging half a headway for every boarding misstates
    corridors where several lines share the load, and connections (Stewart & Byrd 2023, doi
    10.1177/23998083221137077), so the moments are drawn: in draw ``k`` the phase is ``headway x
    (stratum + 0.5) / draws``, and the strata are a permutation of the draws. Over the draws every
    line thus waits half its headway on average (to the second), while different lines are shuffled
    independently of each other (a Latin hypercube). The permutation sorts BLAKE2b hashes of the
    key: the same on every machine and in every version, without a random generator.

    Parameters
    ----------
    key
        What tells this service from others, such as the trip id and the start of its window.
    headway_s
        Seconds between departures.
    draws
        Number of draws.

    Returns
    -------
    phases : numpy.ndarray of int32, shape (draws,)
        Seconds in ``[0, headway_s)``, rounded down.

    Raises
    ------
    UsageError
        If the headway or the number of draws is not positive.

    Examples
    --------
    >>> sorted(headway_phases("B1 05:30", 600, 3).tolist())
    [100, 300, 500]
    """
    if headway_s < 1 or draws < 1:
        message = f"headway_s and draws must be at least 1 ({headway_s}, {draws})"
        raise UsageError(message)
    hashes = [hashlib.blake2b(f"{key}\0{draw}".encode()).digest() for draw in range(draws)]
    order = sorted(range(draws), key=lambda draw: (hashes[draw], draw))
    strata = np.empty(draws, dtype=np.int64)
    strata[order] = np.arange(draws)
    return (headway_s * (2 * strata + 1) // (2 * draws)).astype(np.int32)


def headway_starts(start_s: int, end_s: int, headway_s: int, phase_s: int) -> NDArray[np.int32]:
    """Return the departures from the first stop within one window.

    Parameters
    ----------
    start_s, end_s
        Window, seconds past midnight; nothing leaves at ``end_s`` or later.
    headway_s
        Seconds between departures.
    phase_s
        Seconds after ``start_s`` of the first one; 0 for exact times.

    Returns
    -------
    starts : numpy.ndarray of int32
        Seconds past midnight, ascending; empty when the phase leaves no room.

    Examples
    --------
    >>> headway_starts(0, 1200, 600, 300).tolist()
    [300, 900]
    """
    return np.arange(start_s + phase_s, end_s, headway_s, dtype=np.int32)

"""What a kernel scans: the patterns of a day and the vehicles of each draw, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Day", "Lines", "Vehicles"]


class Lines(NamedTuple):
    """What all draws share. A position is a stop within a pattern, numbered through."""

    ptr: NDArray[np.int32]
    """First position of each pattern, shape (patterns + 1,)."""
    stop: NDArray[np.int32]
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]
    pattern: NDArray[np.int32]
    """Stop, permissions and pattern of each position."""
    at_ptr: NDArray[np.int32]
    at: NDArray[np.int32]
    """Positions at which each stop can be boarded, in compressed rows by stop."""
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    """Seconds of all profiles, one after the other, relative to the start of the vehicle."""
    foot_ptr: NDArray[np.int32]
    foot_stop: NDArray[np.int32]
    foot_s: NDArray[np.int32]
    change_s: NDArray[np.int32]
    flow: NDArray[np.bool_]
    """Whether a pattern is a flow."""


class Vehicles(NamedTuple):
    """The vehicles of one draw by pattern, in order; for a flow its windows."""

    ptr: NDArray[np.int32]
    """First vehicle of each pattern, shape (patterns + 1,)."""
    start: NDArray[np.int32]
    profile: NDArray[np.int32]
    """Where the profile of each vehicle begins in ``Lines.arrive``."""
    trip: NDArray[np.int32]
    """Row of each vehicle in ``Timetable.trips``."""
    end: NDArray[np.int32]
    wait: NDArray[np.int32]
    """For a window: ``start`` and ``end`` bound the starts of its vehicles, ``end`` excluded, and
    one waits ``wait`` seconds for one. Elsewhere 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """One day of service, arranged: what is shared and the vehicles of every draw."""

    lines: Lines
    draws: tuple[Vehicles, ...]
    horizon_s: int
    """No later than this is a vehicle followed."""
    floor_s: int
    """Vehicles that end before this are left out."""

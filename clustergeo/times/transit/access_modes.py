"""Ways to a stop by oneself other than on foot: how fast, how far, at what fixed cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from clustergeo.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["AccessMode", "whole_seconds"]

_DUST: Final = 1e-6  # keeps floating-point dust from adding a second to a whole number


@dataclass(frozen=True, slots=True)
class AccessMode:
    """A way to a stop, or from it, other than on foot.

    Parameters
    ----------
    kind
        ``taxi``, ``bicycle`` or ``car``.
    kph
        Speed, km/h.
    detour
        Length as driven over straight length.
    fixed_min
        Minutes beside the ride: waiting, unlocking, parking.
    limit_km
        Longest ride as driven, km.
    """

    kind: Literal["taxi", "bicycle", "car"]
    kph: float
    detour: float
    fixed_min: float
    limit_km: float

    @property
    def limit_m(self) -> float:
        """Longest ride in straight metres."""
        return self.limit_km * METRES_PER_KILOMETRE / self.detour

    @property
    def fixed_s(self) -> int:
        """Seconds beside the ride, rounded up."""
        return math.ceil(self.fixed_min * SECONDS_PER_MINUTE)

    def seconds(self, straight_m: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return seconds from door to stop for straight metres, rounded up."""
        return whole_seconds(straight_m * self.detour, self.kph) + np.int32(self.fixed_s)


def whole_seconds(length_m: NDArray[np.float64], kph: float) -> NDArray[np.int32]:
    """Return seconds for lengths at a speed, rounded up."""
    seconds = length_m / METRES_PER_KILOMETRE / kph * SECONDS_PER_HOUR
    whole: NDArray[np.int32] = np.ceil(seconds - _DUST).astype(np.int32)
    return whole

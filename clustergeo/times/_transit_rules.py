"""The two value objects that say how and when a transit trip is made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

__all__ = ["Departures", "TransitRules"]

_S_PER_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class TransitRules:
    """How people reach, change between and leave vehicles, and how waiting is modelled.

    Parameters
    ----------
    walk_kph
        Walking speed, km/h.
    walk_detour
        Walked length over straight length.
    walk_limit_min
        Longest walk to, from or between stops, or from door to door, minutes. Walks stated in
        ``transfers.txt`` are not limited.
    access
        ``walk``; ``walk_else_taxi``: a taxi only where no served stop lies within the walking
        limit; ``taxi``: a taxi beside walking, whichever is sooner. The same holds at both ends.
        A taxi never makes the whole trip.
    taxi_wait_min
        Wait for a taxi, minutes.
    taxi_kph
        Taxi speed, km/h.
    taxi_detour
        Driven length over straight length.
    taxi_limit_km
        Longest taxi ride as driven, km.
    headway_draws
        Number of draws of the phases of headway services; see
        :func:`clustergeo.times.headways.headway_phases`.
    limit_min
        Trips longer than this do not count, minutes.
    min_change_min
        Least time between vehicles at one stop, minutes; a rule of the feed for that stop wins.
        The default of 0 counts a connection as made when the minutes touch, as most published
        door-to-door searches do.

    Examples
    --------
    >>> round(TransitRules().walk_limit_m)
    865
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    walk_kph: float = 4.5
    walk_detour: float = 1.3
    walk_limit_min: float = 15.0
    access: Literal["walk", "taxi", "walk_else_taxi"] = "walk_else_taxi"
    taxi_wait_min: float = 5.0
    taxi_kph: float = 30.0
    taxi_detour: float = 1.3
    taxi_limit_km: float = 15.0
    headway_draws: int = 20
    limit_min: float = 360.0
    min_change_min: float = 0.0

    def __post_init__(self) -> None:
        for name in ("walk_kph", "taxi_kph", "limit_min", "headway_draws"):
            if not 0 < getattr(self, name) < np.inf:
                message = f"{name} must be above 0 ({getattr(self, name)})"
                raise UsageError(message)
        for name in ("walk_detour", "taxi_detour"):
            if not 1 <= getattr(self, name) < np.inf:
                message = f"{name} must be at least 1 ({getattr(self, name)})"
                raise UsageError(message)
        for name in ("walk_limit_min", "taxi_wait_min", "taxi_limit_km", "min_change_min"):
            if not 0 <= getattr(self, name) < np.inf:
                message = f"{name} must not be negative ({getattr(self, name)})"
                raise UsageError(message)
        if self.access not in ("walk", "taxi", "walk_else_taxi"):
            message = f"access must be walk, taxi or walk_else_taxi ({self.access})"
            raise UsageError(message)

    @property
    def walk_limit_m(self) -> float:
        """Straight metres that can be walked within the limit."""
        hours = self.walk_limit_min * SECONDS_PER_MINUTE / _S_PER_HOUR
        return hours * self.walk_kph * METRES_PER_KILOMETRE / self.walk_detour

    @property
    def taxi_limit_m(self) -> float:
        """Straight metres of the longest taxi ride."""
        return self.taxi_limit_km * METRES_PER_KILOMETRE / self.taxi_detour

    def walk_s(self, straight_m: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return walking seconds for straight metres, rounded up."""
        return _seconds(straight_m * self.walk_detour, self.walk_kph)

    def taxi_s(self, straight_m: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return taxi seconds for straight metres, the wait included, rounded up."""
        ride = _seconds(straight_m * self.taxi_detour, self.taxi_kph)
        return ride + np.int32(np.ceil(self.taxi_wait_min * SECONDS_PER_MINUTE))


def _seconds(length_m: NDArray[np.float64], kph: float) -> NDArray[np.int32]:
    seconds = length_m / METRES_PER_KILOMETRE / kph * _S_PER_HOUR
    # The subtraction keeps floating-point dust from adding a second to a whole number.
    whole: NDArray[np.int32] = np.ceil(seconds - 1e-6).astype(np.int32)
    return whole


@dataclass(frozen=True, slots=True)
class Departures:
    """The moments at which people leave their door.

    Parameters
    ----------
    date
        Day of service.
    start
        First departure, time of day.
    end
        End of the window, not itself a departure.
    step_min
        Minutes between departures.

    Examples
    --------
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(9))
    >>> len(window.seconds), int(window.seconds[-1]) // 60
    (120, 539)
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    date: dt.date
    start: dt.time
    end: dt.time
    step_min: int = 1

    def __post_init__(self) -> None:
        if self.end <= self.start:
            message = f"end must lie after start ({self.start}..{self.end})"
            raise UsageError(message)
        if self.step_min < 1:
            message = f"step_min must be at least 1 ({self.step_min})"
            raise UsageError(message)

    @property
    def seconds(self) -> NDArray[np.int32]:
        """Departures in seconds past midnight, ascending."""
        step = self.step_min * SECONDS_PER_MINUTE
        return np.arange(
            _past_midnight(self.start), _past_midnight(self.end), step, dtype=np.int32
        )


def _past_midnight(time: dt.time) -> int:
    return time.hour * _S_PER_HOUR + time.minute * SECONDS_PER_MINUTE + time.second

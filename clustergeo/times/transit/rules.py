"""How a transit trip is made: ways to the stops, waiting, limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.times.transit.access_modes import AccessMode, whole_seconds
from clustergeo.times.transit.departures import Departures
from clustergeo.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["AccessMode", "Departures", "TransitRules"]

Means = Literal["walk", "taxi", "walk_else_taxi", "bicycle", "car"]
Egress = Literal["as_access", "walk", "taxi", "walk_else_taxi", "bicycle", "car"]

_MEANS: Final = ("walk", "taxi", "walk_else_taxi", "bicycle", "car")
_WAITS: Final = ("turn_up", "plan")
_HEADWAY_WAITS: Final = ("sampled", "half", "capped_half", "percentile")
_POSITIVE: Final = (
    *("walk_kph", "taxi_kph", "bicycle_kph", "car_kph"),
    *("limit_min", "headway_draws"),
)
_DETOURS: Final = ("walk_detour", "taxi_detour", "bicycle_detour", "car_detour")
_NOT_NEGATIVE: Final = (
    *("walk_limit_min", "taxi_wait_min", "taxi_limit_km", "bicycle_park_min", "bicycle_limit_km"),
    *("car_park_min", "car_limit_km", "min_change_min", "headway_cap_min", "headway_share"),
)


@dataclass(frozen=True, slots=True)
class TransitRules:
    """How people reach, change between and leave vehicles, and how waiting is modelled.

    Speeds, detours, limits and terminal minutes are estimated unless a source stands beside them.

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
        Ways to the first stop. ``walk``; ``walk_else_taxi``: a taxi only where no served stop lies
        within the walking limit; ``taxi``, ``bicycle``, ``car``: that beside walking, whichever
        makes the trip sooner, so that the stop is the router's choice. ``car`` is park and ride.
        None of them makes the whole trip, but nothing save its limit keeps it from making most.
    egress
        Ways from the last stop; ``as_access``: the same, but ``walk_else_taxi`` after a car.
        A car stands at one end only, the home: ``car`` here is a journey home to a car left at
        the stop.
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
        Trips longer than this do not count, minutes. It runs from the moment asked for, whatever
        the wait model, and may be of any length.
    min_change_min
        Least time between vehicles at one stop, minutes; a rule of the feed for that stop wins.
        The default of 0 counts a connection as made when the minutes touch, as most published
        door-to-door searches do.
    bicycle_kph, bicycle_detour, bicycle_park_min, bicycle_limit_km
        Speed, detour, minutes to unlock and lock, and longest ride of a bicycle; it stays at the
        stop, and at the other end one takes another.
    car_kph, car_detour, car_park_min, car_limit_km
        Speed, detour, minutes to set off, park and walk to the platform, and longest drive.
    wait
        ``turn_up``: people leave at the moment asked for and wait for what comes, so the first
        wait counts. ``plan``: they know the timetable and leave at the last full minute that still
        makes the arrival, so it does not. The default is ``turn_up``, because it needs no
        assumption about what people know, and because it charges a rare service for being rare.
        The wait that ``headway_wait`` charges for a service without a timetable stays.
    headway_wait
        Wait for a service that is known by its headway only, at the first stop and at changes.
        ``sampled``: its minutes are drawn, and all draws are searched. ``half``: half the headway
        every time. ``capped_half``: that, but at most ``headway_cap_min``. ``percentile``: the
        share ``headway_share`` of the headway, the wait which so many arrivals do not exceed. The
        default is ``sampled``: only it is right where several lines share a road or a connection
        is made, and only it shows the spread. A plan knows the minutes drawn, so ``plan`` is
        better read with ``half``.
    headway_cap_min
        Longest wait of ``capped_half``, minutes. The default is half the headway of 38 minutes
        from which on all observed passengers timed their arrival (Fan & Machemehl 2009,
        Transportation Research Record 2111, 169-176); derived.
    headway_share
        Share of ``percentile``; estimated.
    most_rides
        Most rides of a trip, transfers plus one; any number if None.

    Examples
    --------
    >>> round(TransitRules().walk_limit_m)
    865
    >>> TransitRules(access="car").homeward.egress
    'car'
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    walk_kph: float = 4.5
    walk_detour: float = 1.3
    walk_limit_min: float = 15.0
    access: Means = "walk_else_taxi"
    taxi_wait_min: float = 5.0
    taxi_kph: float = 30.0
    taxi_detour: float = 1.3
    taxi_limit_km: float = 15.0
    headway_draws: int = 20
    limit_min: float = 360.0
    min_change_min: float = 0.0
    egress: Egress = "as_access"
    bicycle_kph: float = 15.0
    bicycle_detour: float = 1.3
    bicycle_park_min: float = 2.0
    bicycle_limit_km: float = 5.0
    car_kph: float = 30.0
    car_detour: float = 1.3
    car_park_min: float = 5.0
    car_limit_km: float = 15.0
    wait: Literal["turn_up", "plan"] = "turn_up"
    headway_wait: Literal["sampled", "half", "capped_half", "percentile"] = "sampled"
    headway_cap_min: float = 19.0
    headway_share: float = 0.9
    most_rides: int | None = None

    def __post_init__(self) -> None:
        for name in _POSITIVE:
            if not 0 < getattr(self, name) < np.inf:
                message = f"{name} must be above 0 ({getattr(self, name)})"
                raise UsageError(message)
        for name in _DETOURS:
            if not 1 <= getattr(self, name) < np.inf:
                message = f"{name} must be at least 1 ({getattr(self, name)})"
                raise UsageError(message)
        for name in _NOT_NEGATIVE:
            if not 0 <= getattr(self, name) < np.inf:
                message = f"{name} must not be negative ({getattr(self, name)})"
                raise UsageError(message)
        _check_choice("access", self.access, _MEANS)
        _check_choice("egress", self.egress, ("as_access", *_MEANS))
        _check_choice("wait", self.wait, _WAITS)
        _check_choice("headway_wait", self.headway_wait, _HEADWAY_WAITS)
        if self.access == self.egress == "car":
            message = "access and egress cannot both be car: it stands at one end only"
            raise UsageError(message)
        if self.headway_share > 1:
            message = f"headway_share must be at most 1 ({self.headway_share})"
            raise UsageError(message)
        if self.most_rides is not None and self.most_rides < 1:
            message = f"most_rides must be at least 1 ({self.most_rides})"
            raise UsageError(message)

    @property
    def walk_limit_m(self) -> float:
        """Straight metres that can be walked within the limit."""
        hours = self.walk_limit_min * SECONDS_PER_MINUTE / SECONDS_PER_HOUR
        return hours * self.walk_kph * METRES_PER_KILOMETRE / self.walk_detour

    @property
    def ends(self) -> tuple[Means, Means]:
        """Ways to the first stop and from the last."""
        if self.egress != "as_access":
            return self.access, self.egress
        return self.access, "walk_else_taxi" if self.access == "car" else self.access

    @property
    def homeward(self) -> TransitRules:
        """The rules of the way back: access and egress change places."""
        access, egress = self.ends
        return replace(self, access=egress, egress=access)

    @property
    def limit_s(self) -> int:
        """Longest trip in whole seconds."""
        return int(self.limit_min * SECONDS_PER_MINUTE)

    @property
    def headway_rule(self) -> Callable[[int], int] | None:
        """Seconds one waits for a service of a headway in seconds; None where it is sampled."""
        if self.headway_wait == "sampled":
            return None
        share = self.headway_share if self.headway_wait == "percentile" else 0.5
        cap = self.headway_cap_min if self.headway_wait == "capped_half" else np.inf
        cap_s = cap * SECONDS_PER_MINUTE
        return lambda headway_s: math.ceil(round(min(headway_s * share, cap_s), 6))

    def mode(self, means: Means) -> AccessMode | None:
        """Return what the means offer beside walking, None for walking only."""
        match means:
            case "walk":
                return None
            case "bicycle":
                return AccessMode(
                    "bicycle",
                    self.bicycle_kph,
                    self.bicycle_detour,
                    self.bicycle_park_min,
                    self.bicycle_limit_km,
                )
            case "car":
                return AccessMode(
                    "car", self.car_kph, self.car_detour, self.car_park_min, self.car_limit_km
                )
            case _:
                return AccessMode(
                    "taxi", self.taxi_kph, self.taxi_detour, self.taxi_wait_min, self.taxi_limit_km
                )

    def walk_s(self, straight_m: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return walking seconds for straight metres, rounded up."""
        return whole_seconds(straight_m * self.walk_detour, self.walk_kph)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        message = f"{name} must be {', '.join(choices[:-1])} or {choices[-1]} ({value})"
        raise UsageError(message)

"""The moments for which trips are sought."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["Departures"]


@dataclass(frozen=True, slots=True)
class Departures:
    """The moments at which people leave their door, or, by deadline, must be there.

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
        return self._every(self.step_min)

    @property
    def minute_seconds(self) -> NDArray[np.int32]:
        """Every minute of the window in seconds past midnight, ascending."""
        return self._every(1)

    def _every(self, minutes: int) -> NDArray[np.int32]:
        first, end = _past_midnight(self.start), _past_midnight(self.end)
        return np.arange(first, end, minutes * SECONDS_PER_MINUTE, dtype=np.int32)

    @property
    def hours(self) -> float:
        """Length of the window, hours."""
        return (_past_midnight(self.end) - _past_midnight(self.start)) / SECONDS_PER_HOUR


def _past_midnight(time: dt.time) -> int:
    return time.hour * SECONDS_PER_HOUR + time.minute * SECONDS_PER_MINUTE + time.second

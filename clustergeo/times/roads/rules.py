"""What a car trip needs beyond the network."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.units import METRES_PER_KILOMETRE, MINUTES_PER_HOUR

__all__ = ["RoadRules"]


@dataclass(frozen=True, slots=True)
class RoadRules:
    """What a car trip needs beyond the network; every value is estimated, none is observed.

    ``data/roads/access.csv`` says for each default where it is from.

    Parameters
    ----------
    snap_cap_m
        Straight metres between a place and the network beyond which it is off the network.
    access_kph
        Speed on the streets between the door and the network, kilometres per hour.
    access_detour
        Metres driven on these streets per straight metre.
    start_min
        Minutes from the door to the moving car.
    park_min
        Minutes to find a place for the car and to walk to the door.
    closed_highways
        Classes of road that cannot be entered between interchanges: no place is snapped to them.
    limit_min
        Door-to-door minutes beyond which a trip is not counted.

    Examples
    --------
    >>> RoadRules(park_min=5).park_min
    5
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    snap_cap_m: float = 2_000.0
    access_kph: float = 30.0
    access_detour: float = 1.3
    start_min: float = 2.0
    park_min: float = 3.0
    closed_highways: tuple[str, ...] = ("motorway", "motorway_link")
    limit_min: float = 480.0

    def __post_init__(self) -> None:
        _check_classes(self.closed_highways)
        # A street slower than walking, or shorter than the straight line, is a slip of the pen.
        least = {"access_kph": 1.0, "access_detour": 1.0}
        for field in fields(self):
            value = getattr(self, field.name)
            low = least.get(field.name, 0.0)
            if field.name.endswith("highways") or (math.isfinite(value) and value >= low):
                continue
            message = f"{field.name}: not a number of {low:g} or more ({value}) - correct it"
            raise UsageError(message)

    def access_min(self, snap_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the minutes on streets between the door and the network.

        Examples
        --------
        >>> RoadRules(access_kph=30, access_detour=1.25).access_min(np.array([400.0]))
        array([1.])
        """
        driven_m = snap_m * self.access_detour
        return driven_m / METRES_PER_KILOMETRE / self.access_kph * MINUTES_PER_HOUR


def _check_classes(classes: object) -> None:
    # One text is a sequence of texts, too: its letters would be taken for classes.
    if isinstance(classes, str):
        message = f"closed_highways: one text ({classes}) - pass a tuple of classes"
        raise UsageError(message)

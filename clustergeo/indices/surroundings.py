"""What isolation is measured among: masses, distances, hubs, and the rules of the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.decay import Decay, decay
from clustergeo.indices.efficiency import IDEAL_KPH
from clustergeo.indices.masses import RADIUS_KM, Masses
from clustergeo.schemas.results import WEIGHTS

__all__ = ["IsolationRules", "Surroundings"]

_POSITIVE: Final = ("ideal_kph", "limit_min", "day_limit_min", "radius_km")


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationRules:
    """How the measures of isolation are computed; all of it is a choice, and stated.

    Parameters
    ----------
    weights
        Masses that measures are weighted by, beside the plain form: ``workers``, ``population``,
        ``institutions``.
    decay, decay_parameters
        Decay function of potentials and its parameters, see :func:`clustergeo.indices.decay`.
    ideal_kph
        Speed of the ideal straight line of route efficiency, km/h.
    limit_min
        Limit of ``cumulative``, minutes.
    day_limit_min
        Limit of ``daily_accessibility``, minutes one way.
    radius_km
        How far around a place people count as its population, km.

    Raises
    ------
    MeasureError
        With every fault at once.

    Examples
    --------
    >>> print(IsolationRules().function)
    exponential(half_min=45)
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    weights: tuple[str, ...] = WEIGHTS
    decay: str = "exponential"
    decay_parameters: dict[str, float] = field(default_factory=lambda: {"half_min": 45.0})
    ideal_kph: float = IDEAL_KPH
    limit_min: float = 60.0
    day_limit_min: float = 240.0
    radius_km: float = RADIUS_KM

    def __post_init__(self) -> None:
        faults = [
            Fault("weights", f"unknown ({name})", f"use {', '.join(WEIGHTS)}")
            for name in self.weights
            if name not in WEIGHTS
        ]
        faults += [
            Fault(name, f"not a number above 0 ({getattr(self, name):g})", "correct it")
            for name in _POSITIVE
            if not 0 < getattr(self, name) < np.inf
        ]
        if faults:
            raise MeasureError(*faults)
        _ = self.function

    @property
    def function(self) -> Decay:
        """The decay function, checked."""
        return decay(self.decay, **self.decay_parameters)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """What stands beside the times; what is not at hand leaves its measures blank.

    Parameters
    ----------
    rules
        Decay, limits and speeds.
    masses
        Masses by name, of clusters and, where they have any, of the capital's reference points.
    distances_km
        Great-circle kilometres between all places, see :func:`clustergeo.places.distances_km`.
    hubs
        Places that trips may run by.
    people
        Rows of the table about people within reach, see :mod:`clustergeo.indices.people`.

    Examples
    --------
    >>> Surroundings().weights
    ()
    """

    rules: IsolationRules = field(default_factory=IsolationRules)
    masses: Mapping[str, Masses] = field(default_factory=dict)
    distances_km: pd.DataFrame | None = None
    hubs: tuple[str, ...] = ()
    people: pd.DataFrame | None = None

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights asked for of which there are masses."""
        return tuple(name for name in self.rules.weights if name in self.masses)

"""What every decay function has in common: a weight by minutes, checked before it is used."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustergeo.errors import Fault, MeasureError

__all__ = ["Decay", "Weight", "made"]

_GRID: Final = np.concatenate([np.arange(0.0, 1440.0, 0.25), np.geomspace(1440.0, 1e5, 200)])
"""Minutes at which every function is checked: a day by quarters of a minute, then ever wider."""

_ROUNDING: Final = 1e-12
"""A rise up to this is the rounding of floats."""

Weight = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Decay:
    """A weight by minutes, checked: within [0, 1] and never rising.

    The factories of this module make the usual ones. One of your own is checked as well, at every
    quarter of a minute of a day and beyond; what it does in between is not seen.

    Parameters
    ----------
    name
        What it is called. Two of one name and parameters are equal, whatever they compute.
    weight
        Takes an array of minutes (0 or more, no blanks) and returns an array of weights.
    parameters
        Its parameters by name, for tables and provenance.

    Raises
    ------
    MeasureError
        If a weight lies outside [0, 1] or rises with time.

    Examples
    --------
    >>> half_hour = Decay("1/(1 + t/30)", lambda t: 1 / (1 + t / 30))
    >>> half_hour([0, 30, np.nan]).tolist()
    [1.0, 0.5, 0.0]
    """

    name: str
    weight: Weight = field(compare=False, repr=False)
    parameters: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        try:
            weights = self(_GRID)
        except (TypeError, ValueError) as error:
            what = f"does not weigh an array of minutes ({error})"
            raise MeasureError(Fault(str(self), what, "return one weight a minute")) from error
        outside = np.flatnonzero(~((weights >= 0) & (weights <= 1)))
        if outside.size:
            what = f"a weight outside 0 to 1 ({_at(weights, outside[0])})"
            raise MeasureError(Fault(str(self), what, "scale it so that the largest weight is 1"))
        rises = np.flatnonzero(np.diff(weights) > _ROUNDING)
        if rises.size:
            what = f"a farther place weighs more ({_at(weights, rises[0], rises[0] + 1)})"
            raise MeasureError(Fault(str(self), what, "let the weight fall with time or stay"))

    def __call__(self, minutes: ArrayLike) -> NDArray[np.float64]:
        """Return the weight of each time, in the shape given; no trip (NaN) weighs 0."""
        times = np.asarray(minutes, np.float64)
        known = ~np.isnan(times)
        weights = np.zeros(times.shape)
        with np.errstate(over="ignore"):
            weights[known] = self.weight(times[known])
        return weights

    def __str__(self) -> str:
        """Return the name with its parameters, as a call reads."""
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(f'{key}={value:.12g}' for key, value in self.parameters)})"


def made(name: str, weight: Weight, **parameters: object) -> Decay:
    """Return the decay function of these parameters, each of which must be a number above 0.

    Raises
    ------
    MeasureError
        If one is not, or the function does not decay.

    Examples
    --------
    >>> print(made("cliff", lambda t: (t < 9).astype(float), edge_min=9))
    cliff(edge_min=9)
    """
    known: dict[str, float] = {}
    for key, value in parameters.items():
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not 0 < value < math.inf:  # type: ignore[operator]
            fault = Fault(name, f"not a number above 0 ({value})", "correct it", field=key)
            raise MeasureError(fault)
        known[key] = float(value)  # type: ignore[arg-type]
    return Decay(name, weight, tuple(known.items()))


def _at(weights: NDArray[np.float64], *where: int) -> str:
    return ", ".join(f"{weights[i]:g} at {_GRID[i]:g} min" for i in where)

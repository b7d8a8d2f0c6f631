"""Decay functions: how much a place counts that is so many minutes away, from 1 down to 0."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._decay import Decay, made

__all__ = [
    "Decay",
    "decay",
    "exponential",
    "fixed_exponential",
    "gaussian",
    "linear",
    "logistic",
    "power",
    "step",
]


def step(limit_min: float) -> Decay:
    """Return f(t) = 1 up to a limit, 0 beyond: potential becomes cumulative opportunities.

    Parameters
    ----------
    limit_min
        Minutes, above 0; the limit itself still counts.

    Raises
    ------
    MeasureError
        If the limit is not a number above 0.

    Examples
    --------
    >>> step(60)([59, 60, 61]).tolist()
    [1.0, 1.0, 0.0]
    """
    return made("step", lambda t: (t <= limit_min).astype(np.float64), limit_min=limit_min)


def linear(limit_min: float) -> Decay:
    """Return f(t) = 1 - t / limit, 0 from the limit on.

    Parameters
    ----------
    limit_min
        Minutes, above 0, from which nothing counts.

    Raises
    ------
    MeasureError
        If the limit is not a number above 0.

    Examples
    --------
    >>> linear(60)([0, 15, 60, 90]).tolist()
    [1.0, 0.75, 0.0, 0.0]
    """
    return made("linear", lambda t: np.maximum(1.0 - t / limit_min, 0.0), limit_min=limit_min)


def exponential(half_min: float | None = None, *, b: float | None = None) -> Decay:
    """Return f(t) = e^(-b t), by the time at which a place counts half: b = ln 2 / half_min.

    Parameters
    ----------
    half_min
        Minutes, above 0, at which the weight is a half.
    b
        The rate per minute, in place of the half-value time.

    Raises
    ------
    MeasureError
        Unless one of the two is given, a number above 0.

    Examples
    --------
    >>> exponential(45)([0, 45, 90]).round(12).tolist()
    [1.0, 0.5, 0.25]
    """
    if half_min is not None and b is None:
        return made("exponential", lambda t: np.exp2(-t / half_min), half_min=half_min)
    if b is not None and half_min is None:
        return made("exponential", lambda t: np.exp(-t * b), b=b)
    what = f"needs one of half_min and b (half_min={half_min}, b={b})"
    raise MeasureError(Fault("exponential", what, "give one of them"))


def fixed_exponential(b: float) -> Decay:
    """Return f(t) = e^(-b t) by its rate (Conveyal R5 has it too, and cuts it at two hours).

    Parameters
    ----------
    b
        Rate per minute, above 0.

    Raises
    ------
    MeasureError
        If the rate is not a number above 0.

    Examples
    --------
    >>> fixed_exponential(0.1)([0, 10]).round(4).tolist()
    [1.0, 0.3679]
    """
    return made("fixed_exponential", lambda t: np.exp(-t * b), b=b)


def power(exponent: float, floor_min: float = 1.0) -> Decay:
    """Return f(t) = (max(t, floor) / floor)^-exponent, the form of Hansen (1959).

    t^-b has no value at 0 and exceeds 1 below 1; every time up to the floor counts as the floor.
    With a floor of 1 min it is t^-b itself from there on.

    Parameters
    ----------
    exponent
        Above 0: 2 in Newton's analogy, 1.5 in the tables of the JRC.
    floor_min
        Minutes, above 0.

    Raises
    ------
    MeasureError
        If a parameter is not a number above 0.

    Examples
    --------
    >>> power(2)([0, 1, 10]).round(12).tolist()
    [1.0, 1.0, 0.01]
    """

    def weight(t: NDArray[np.float64]) -> NDArray[np.float64]:
        return (np.maximum(t, floor_min) / floor_min) ** -exponent

    return made("power", weight, exponent=exponent, floor_min=floor_min)


def gaussian(spread_min: float) -> Decay:
    """Return f(t) = e^(-t^2 / (2 spread^2)): flat near the door, then steep.

    Parameters
    ----------
    spread_min
        Standard deviation in minutes, above 0.

    Raises
    ------
    MeasureError
        If the spread is not a number above 0.

    Examples
    --------
    >>> gaussian(30)([0, 30]).round(4).tolist()
    [1.0, 0.6065]
    """
    return made("gaussian", lambda t: np.exp(-((t / spread_min) ** 2) / 2), spread_min=spread_min)


def logistic(mean_min: float, spread_min: float) -> Decay:
    """Return f(t) = 1 / (1 + e^((t - mean) pi / (spread sqrt 3))): a step with a soft edge.

    Bauer & Groneberg 2016, as the source of Conveyal R5 cites it. The weight at no minutes is a
    little below 1, the less so the larger the mean is beside the spread; R5 divides by it.

    Parameters
    ----------
    mean_min
        Minutes, above 0, at which the weight is a half.
    spread_min
        Standard deviation of the logistic distribution in minutes, above 0.

    Raises
    ------
    MeasureError
        If a parameter is not a number above 0.

    Examples
    --------
    >>> logistic(60, 10)([0, 60, 120]).round(4).tolist()
    [1.0, 0.5, 0.0]
    """

    def weight(t: NDArray[np.float64]) -> NDArray[np.float64]:
        away = (t - mean_min) * math.pi / (spread_min * math.sqrt(3.0))
        return np.exp(-np.logaddexp(0.0, away))  # 1 / (1 + e^away) without overflow

    return made("logistic", weight, mean_min=mean_min, spread_min=spread_min)


_FACTORIES: Final[Mapping[str, Callable[..., Decay]]] = MappingProxyType(
    {
        make.__name__: make
        for make in (step, linear, exponential, fixed_exponential, power, gaussian, logistic)
    }
)


def decay(name: str, **parameters: float) -> Decay:
    """Return a decay function by name, as a file or a command line states it.

    Parameters
    ----------
    name
        ``step``, ``linear``, ``exponential``, ``fixed_exponential``, ``power``, ``gaussian`` or
        ``logistic``.
    **parameters
        Those of the factory of that name.

    Raises
    ------
    MeasureError
        If there is none of that name, or it does not take those parameters.

    Examples
    --------
    >>> print(decay("exponential", half_min=45))
    exponential(half_min=45)
    """
    if name not in _FACTORIES:
        fault = Fault("decay", f"no function of this name ({name})", _one_of(_FACTORIES))
        raise MeasureError(fault)
    taken = inspect.signature(_FACTORIES[name])
    try:
        taken.bind(**parameters)
    except TypeError as error:
        what = f"not the parameters of {name} ({', '.join(sorted(parameters)) or 'none'})"
        raise MeasureError(Fault("decay", what, _one_of(taken.parameters))) from error
    return _FACTORIES[name](**parameters)


def _one_of(names: Mapping[str, object]) -> str:
    return f"give {', '.join(names)}"

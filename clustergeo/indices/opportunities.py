"""Opportunities: what can be reached within a time, and the time it takes to reach so much."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._catchment import (
    attainment_share,
    floating_catchment,
    others,
    transport_performance,
)
from clustergeo.indices.decay import step
from clustergeo.indices.measure import aligned, masses_of, measure, minutes_away

__all__ = [
    "attainment_share",
    "cumulative",
    "daily_accessibility",
    "dual_access",
    "floating_catchment",
    "transport_performance",
]

_DAY_TRIP_MIN: Final = 240.0
"""One way of a trip there and back in a day (Gutierrez 2001)."""

_ROUNDING: Final = 1e-12
"""A sum of masses this near, relative to what is wanted, is what is wanted."""


def cumulative(
    minutes: pd.DataFrame, masses: pd.Series[float] | None = None, *, limit_min: float
) -> pd.Series[float]:
    """Return the opportunities within a time, sum_j M_j [t_ij <= limit].

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    masses
        M_j by destination; 1 each without, so that places are counted.
    limit_min
        Minutes, above 0; the limit itself counts.

    Returns
    -------
    cumulative : pandas.Series
        Mass; the limit stands in ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If a mass or a time is missing or negative, or the limit is not above 0.

    Notes
    -----
    :func:`potential` with the decay :func:`step`. No rows: empty. A single place, nothing within
    the limit or masses all zero: 0. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 30., 60., 90.]], index=["a"], columns=list("abcd"))
    >>> cumulative(away, pd.Series({"a": 9, "b": 1, "c": 2, "d": 4}), limit_min=60).tolist()
    [3.0]
    """
    within = step(limit_min)(minutes_away(minutes))
    return _counted(minutes, masses, within, "cumulative", limit_min=limit_min)


def daily_accessibility(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    limit_min: float | None = None,
    back: pd.DataFrame | None = None,
    stay_min: float | None = None,
    day_min: float | None = None,
) -> pd.Series[float]:
    """Return the mass that can be visited and returned from in a day.

    Either one way, sum_j M_j [t_ij <= limit], or there and back with a stay,
    sum_j M_j [t_ij + stay + t_ji <= day].

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    masses
        M_j by destination; 1 each without.
    limit_min
        Minutes one way; 240 without ``back``.
    back
        Minutes of the way back: rows the destinations, columns the origins. Of a region compared
        with itself it is ``minutes`` again.
    stay_min, day_min
        Minutes at the destination and of the whole day, with ``back`` only.

    Returns
    -------
    mass : pandas.Series
        Mass; limits in ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If a mass or a time is missing or negative, the two forms are mixed, or a place has no way
        back in the matrix.

    Notes
    -----
    Gutierrez 2001; 240 min as in the tables of the JRC. No rows: empty. A single place, nothing
    in reach or masses all zero: 0; without the way back a trip is none. Non-square matrices work.

    Examples
    --------
    >>> region = pd.DataFrame([[0., 100.], [130., 0.]], index=["a", "b"], columns=["a", "b"])
    >>> daily_accessibility(region, limit_min=120).tolist()
    [1.0, 0.0]
    >>> daily_accessibility(region, back=region, stay_min=240, day_min=480).tolist()
    [1.0, 1.0]
    """
    away = minutes_away(minutes)
    if back is None:
        if stay_min is not None or day_min is not None:
            fault = Fault("back", "stay_min or day_min without a way back", "pass back as well")
            raise MeasureError(fault)
        limit_min = _DAY_TRIP_MIN if limit_min is None else limit_min
        within = step(limit_min)(away)
        return _counted(minutes, masses, within, "daily_accessibility", limit_min=limit_min)
    if limit_min is not None or stay_min is None or day_min is None:
        what, fix = "a way back needs a stay and a day", "pass stay_min and day_min, no limit_min"
        raise MeasureError(Fault("back", what, fix))
    if not 0 <= stay_min < day_min:
        what = f"not within the day of {day_min:g} min ({stay_min:g})"
        raise MeasureError(Fault("stay_min", what, "give minutes from 0 up, less than the day"))
    within = step(day_min)(away + stay_min + aligned(back, minutes.T, "back").T)
    limits = {"stay_min": stay_min, "day_min": day_min}
    return _counted(minutes, masses, within, "daily_accessibility", **limits)


def dual_access(
    minutes: pd.DataFrame, masses: pd.Series[float] | None = None, *, wanted: float
) -> pd.Series[float]:
    """Return the minutes until so much mass is reached, min{t : sum_j M_j [t_ij <= t] >= wanted}.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    masses
        M_j by destination; 1 each without, so that ``wanted`` counts places.
    wanted
        Mass, above 0.

    Returns
    -------
    minutes : pandas.Series
        Unit ``min``; what was wanted stands in ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If a mass or a time is missing or negative, or ``wanted`` is not above 0.

    Notes
    -----
    Cui & Levinson 2020: the dual of :func:`cumulative`. No rows: empty. A single place: NaN,
    ``single_place``. More wanted than there is elsewhere: NaN, ``out_of_reach``. Enough is there,
    but trips to it are missing: NaN, ``no_trip``. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 30., 60., 90.]], index=["a"], columns=list("abcd"))
    >>> dual_access(away, pd.Series({"a": 9, "b": 1, "c": 2, "d": 4}), wanted=2.5).tolist()
    [60.0]
    """
    if not 0 < wanted < np.inf:
        raise MeasureError(Fault("wanted", f"not a mass above 0 ({wanted})", "correct it"))
    away = minutes_away(minutes)
    mass = np.where(np.isnan(away), 0.0, masses_of(masses, minutes.columns))
    order = np.argsort(away, axis=1, kind="stable")  # those without a trip come last
    times = np.take_along_axis(away, order, axis=1)
    summed = np.take_along_axis(mass, order, axis=1).cumsum(axis=1)
    enough = wanted * (1.0 - _ROUNDING)
    reached = (summed >= enough) & ~np.isnan(times)
    until = np.where(reached, times, np.inf).min(axis=1, initial=np.inf)
    found = pd.Series(until, minutes.index).replace(np.inf, np.nan)
    other = others(minutes)
    elsewhere = np.where(other, masses_of(masses, minutes.columns), 0.0).sum(axis=1)
    too_few = np.flatnonzero(elsewhere < enough)
    reasons = dict.fromkeys(minutes.index[too_few], "out_of_reach")
    reasons |= dict.fromkeys(minutes.index[np.flatnonzero(~other.any(axis=1))], "single_place")
    found = measure(found, "dual_access", "min", reasons=reasons)
    found.attrs["parameters"] = {"wanted": wanted}
    return found


def _counted(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None,
    within: NDArray[np.float64],
    name: str,
    **limits: float,
) -> pd.Series[float]:
    """Return the mass that lies within, with the limits that say so."""
    summed = (within * masses_of(masses, minutes.columns)).sum(axis=1)
    found = measure(pd.Series(summed, minutes.index), name, "mass")
    found.attrs["parameters"] = limits
    return found

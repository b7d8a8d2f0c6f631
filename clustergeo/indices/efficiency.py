"""Measures that take the distance out: how fast one gets ahead, wherever one is."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._cells import beside, by_row, cells_of, over
from clustergeo.units import MINUTES_PER_HOUR

__all__ = ["IDEAL_KPH", "crow_fly_speed", "route_efficiency", "time_circuity"]

IDEAL_KPH: Final = 130.0
"""Speed of the ideal straight line; that of the study in ETRR 2016, s12544-016-0197-5."""


def route_efficiency(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
    ideal_kph: float = IDEAL_KPH,
) -> pd.Series[float]:
    """Return route efficiency: how many times longer trips take than at the ideal.

    E_i = sum_j M_j (t_ij / tideal_ij) / sum_j M_j over places j != i, tideal_ij = d_ij / v_ideal.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.
    distances_km
        Great-circle kilometres of each pair; :func:`clustergeo.places.distances_km`.
    ideal_kph
        Speed of the ideal straight line. It scales every value alike.

    Returns
    -------
    efficiency : pandas.Series, shape (rows,)
        At the ideal 1, as a rule more; high is isolated. Location-neutral. Unit ``1``; the speed
        stands in ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If a time, a mass or the speed has no meaning, or a pair has no distance.

    Notes
    -----
    Source: Gutierrez, Monzon & Pinero 1998, Env Plan A 30:1337-1350. A mean of ratios: near places
    tell as much as far ones.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``; one at the same point: ``no_distance``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"b": [60.0], "c": [30.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [65.0], "c": [13.0]}, index=["a"])
    >>> route_efficiency(minutes, distances_km=km).tolist()
    [3.5]
    """
    cells = cells_of(minutes, masses)
    km = beside(distances_km, cells, "distances_km")
    ratio = over(cells.away, km * (MINUTES_PER_HOUR / _speed(ideal_kph, "ideal_kph")))
    blank = {
        "no_trip": cells.missing,
        "no_distance": (km == 0) & (cells.weights > 0),
    }
    found = by_row(cells, cells.mean(ratio), "route_efficiency", "1", blank=blank)
    found.attrs["parameters"] = {"ideal_kph": ideal_kph}
    return found


def crow_fly_speed(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
) -> pd.Series[float]:
    """Return the crow-fly speed: straight kilometres to the other places per hour on the way.

    V_i = 60 sum_j M_j d_ij / sum_j M_j t_ij over places j != i.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.
    distances_km
        Great-circle kilometres of each pair.

    Returns
    -------
    speed : pandas.Series, shape (rows,)
        Low is isolated. Location-neutral, but for longer trips being faster. Unit ``km/h``.

    Raises
    ------
    MeasureError
        If a time or a mass has no meaning, or a pair has no distance.

    Notes
    -----
    Source: the inverse of route efficiency, as a ratio of sums.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``. All minutes zero: ``no_distance``. All
    places at one point: 0.

    Examples
    --------
    >>> minutes = pd.DataFrame({"b": [60.0], "c": [30.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [50.0], "c": [10.0]}, index=["a"])
    >>> crow_fly_speed(minutes, distances_km=km).tolist()
    [40.0]
    """
    cells = cells_of(minutes, masses)
    km, took = cells.total(beside(distances_km, cells, "distances_km")), cells.total(cells.away)
    blank = {"no_trip": cells.missing, "no_distance": took == 0}
    return by_row(cells, over(km * MINUTES_PER_HOUR, took), "crow_fly_speed", "km/h", blank=blank)


def time_circuity(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
    reference_kph: float = IDEAL_KPH,
) -> pd.Series[float]:
    """Return time circuity: minutes on the way over those of the straight line at one speed.

    T_i = v_ref sum_j M_j t_ij / (60 sum_j M_j d_ij) over places j != i.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.
    distances_km
        Great-circle kilometres of each pair.
    reference_kph
        Speed on the straight line.

    Returns
    -------
    circuity : pandas.Series, shape (rows,)
        High is isolated. Location-neutral. Unit ``1``; the speed stands in
        ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If a time, a mass or the speed has no meaning, or a pair has no distance.

    Notes
    -----
    Source: Huang & Levinson 2015 (to be checked). Where :func:`route_efficiency` is a mean of
    ratios, this is the ratio of sums: far places tell more.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``. All at one point: ``no_distance``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"b": [60.0], "c": [30.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [50.0], "c": [10.0]}, index=["a"])
    >>> time_circuity(minutes, distances_km=km, reference_kph=80).tolist()
    [2.0]
    """
    cells = cells_of(minutes, masses)
    straight = cells.total(beside(distances_km, cells, "distances_km"))
    straight *= MINUTES_PER_HOUR / _speed(reference_kph, "reference_kph")
    blank = {"no_trip": cells.missing, "no_distance": straight == 0}
    ratio = over(cells.total(cells.away), straight)
    found = by_row(cells, ratio, "time_circuity", "1", blank=blank)
    found.attrs["parameters"] = {"reference_kph": reference_kph}
    return found


def _speed(kph: float, name: str) -> float:
    if not 0 < kph < np.inf:
        raise MeasureError(Fault(name, f"not a speed ({kph:g})", "give km/h above 0"))
    return kph

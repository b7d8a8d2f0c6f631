"""Measures of location: how near a place is to all others, on the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from clustergeo.indices._cells import beside, by_row, cells_of, inverse, over

__all__ = ["closeness", "global_efficiency", "harmonic_closeness", "location_indicator"]


def location_indicator(
    minutes: pd.DataFrame, masses: pd.Series[float] | None = None
) -> pd.Series[float]:
    """Return the location indicator: the mean minutes to the other places, weighted by mass.

    L_i = sum_j M_j t_ij / sum_j M_j over places j != i.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to; see
        :func:`clustergeo.indices.measure.minutes_matrix`. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.

    Returns
    -------
    location : pandas.Series, shape (rows,)
        Minutes; high is isolated. Unit ``min``.

    Raises
    ------
    MeasureError
        If a time or a mass has no meaning.

    Notes
    -----
    Source: Gutierrez & Urbano 1996; Gutierrez, Gonzalez & Gomez 1996 (to be checked). Geography
    rules it: a central place comes out near whatever its links.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``, for a mean over the rest would lie.

    Examples
    --------
    >>> minutes = pd.DataFrame({"a": [0, 30], "b": [30, 0], "c": [60, 20]}, index=["a", "b"])
    >>> location_indicator(minutes).tolist()
    [45.0, 25.0]
    >>> location_indicator(minutes, pd.Series({"a": 1, "b": 2, "c": 1})).tolist()
    [40.0, 25.0]
    """
    cells = cells_of(minutes, masses)
    blank = {"no_trip": cells.missing}
    return by_row(cells, cells.mean(cells.away), "location_indicator", "min", blank=blank)


def closeness(minutes: pd.DataFrame, masses: pd.Series[float] | None = None) -> pd.Series[float]:
    """Return closeness: the inverse of the mean minutes to the other places.

    C_i = sum_j M_j / sum_j M_j t_ij over places j != i; (n - 1) / sum_j t_ij without masses.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.

    Returns
    -------
    closeness : pandas.Series, shape (rows,)
        Low is isolated. Unit ``1/min``.

    Raises
    ------
    MeasureError
        If a time or a mass has no meaning.

    Notes
    -----
    Source: Bavelas 1950; Sabidussi 1966; Freeman 1979 (to be checked). Of the times *from* the
    place; many libraries take those to it.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``; :func:`harmonic_closeness` counts it as
    nothing. All minutes zero: ``no_distance``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"a": [0, 30], "b": [30, 0], "c": [50, 20]}, index=["a", "b"])
    >>> closeness(minutes).tolist()
    [0.025, 0.04]
    """
    cells = cells_of(minutes, masses)
    summed, weight = cells.total(cells.away), cells.weights.sum(axis=1)
    blank = {"no_trip": cells.missing, "no_distance": summed == 0}
    return by_row(cells, over(weight, summed), "closeness", "1/min", blank=blank)


def harmonic_closeness(
    minutes: pd.DataFrame, masses: pd.Series[float] | None = None
) -> pd.Series[float]:
    """Return harmonic closeness: the mean of inverse minutes to the other places.

    H_i = sum_j M_j / t_ij / sum_j M_j over places j != i; a place out of reach adds 0.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.

    Returns
    -------
    closeness : pandas.Series, shape (rows,)
        Low is isolated. Unit ``1/min``.

    Raises
    ------
    MeasureError
        If a time or a mass has no meaning.

    Notes
    -----
    Source: Marchiori & Latora 2000; Rochat 2009 (to be checked).

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``.
    Nothing in reach: 0. A place with a mass zero minutes away: ``no_distance``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"b": [20.0], "c": [np.nan]}, index=["a"])
    >>> harmonic_closeness(minutes).tolist()
    [0.025]
    """
    cells = cells_of(minutes, masses)
    blank = {"no_distance": cells.together}
    mean = cells.mean(inverse(cells.away))
    return by_row(cells, mean, "harmonic_closeness", "1/min", blank=blank)


def global_efficiency(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    ideal_minutes: pd.DataFrame | None = None,
) -> pd.Series[float]:
    """Return the global efficiency of a region: the mean of inverse minutes over its pairs.

    E = sum_{i != j} 1 / t_ij / (n (n - 1)); a pair without a trip adds 0. Normalised: E over the
    same of the ideal minutes.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. With other places in the columns the mean is over the
        pairs there are.
    masses
        Mass of each destination, which weighs its pairs (a form of ours); all alike by default.
    ideal_minutes
        Minutes of each pair at the ideal, such as the straight line at a stated speed.

    Returns
    -------
    efficiency : pandas.Series, shape (1,)
        Of the whole, under ``region``. Low is isolated. ``global_efficiency``, unit ``1/min``;
        with ideal minutes ``global_efficiency_normalised``, unit ``1``.

    Raises
    ------
    MeasureError
        If a time or a mass has no meaning, or a pair has no ideal minutes.

    Notes
    -----
    Source: Latora & Marchiori 2001, PRL 87:198701.

    No rows: an empty Series. No pair of two places: ``single_place``. Masses all zero:
    ``zero_mass``. No trip at all: 0. A pair zero minutes apart, or ideally so: ``no_distance``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"a": [0, 20], "b": [10, 0]}, index=["a", "b"])
    >>> global_efficiency(minutes).round(6).to_dict()
    {'region': 0.075}
    >>> global_efficiency(minutes, ideal_minutes=minutes / 2).round(6).to_dict()
    {'region': 0.5}
    """
    cells = cells_of(minutes, masses)
    none_apart = cells.together
    summed = cells.total(inverse(cells.away)).sum(keepdims=True)
    divisor = cells.weights.sum(keepdims=True).ravel()
    name, unit = "global_efficiency", "1/min"
    if ideal_minutes is not None:
        ideal = beside(ideal_minutes, cells, "ideal_minutes")
        none_apart = none_apart | ((ideal == 0) & (cells.weights > 0))
        divisor = cells.total(inverse(ideal)).sum(keepdims=True)
        name, unit = "global_efficiency_normalised", "1"
    whole = replace(
        cells,
        from_ids=pd.Index(["region"]),
        between=cells.between.reshape(1, -1),
        weights=cells.weights.reshape(1, -1),
    )
    blank = {"no_distance": none_apart.reshape(1, -1)}
    found = by_row(whole, over(summed, divisor), name, unit, blank=blank)
    return found if len(minutes) else by_row(cells, np.empty(0), name, unit)

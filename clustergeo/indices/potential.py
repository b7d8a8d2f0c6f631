"""Potential: the mass within reach, the less of it the farther it lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.decay import Decay
from clustergeo.indices.measure import aligned, masses_of, measure, minutes_away
from clustergeo.units import MINUTES_PER_HOUR

__all__ = ["economic_potential", "logsum", "peripherality", "potential", "self_minutes"]

_EQUAL: Final = 1e-12
"""Potentials that differ by less, relative to the largest, are the same number."""


def potential(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    decay: Decay,
    self_minutes: pd.Series[float] | None = None,
) -> pd.Series[float]:
    """Return the potential accessibility A_i = sum_j M_j f(t_ij).

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    masses
        M_j by destination; 1 each without.
    decay
        f, as :mod:`clustergeo.indices.decay` makes it.
    self_minutes
        t_ii of each place that stands on both sides: adds the self-potential M_i f(t_ii).

    Returns
    -------
    potential : pandas.Series
        Mass; ``attrs["parameters"]`` names the decay and whether the place itself counts.

    Raises
    ------
    MeasureError
        If a mass, a time or a ``self_minutes`` is missing or negative.

    Notes
    -----
    Hansen 1959 (power), ESPON (exponential). No rows: empty. A single place, nothing reached or
    masses all zero: 0. A place without a trip adds 0. Non-square matrices work. Without
    ``self_minutes`` a place counts its neighbours only, so one that holds most of the mass itself
    comes out low.

    Examples
    --------
    >>> from clustergeo.indices.decay import exponential
    >>> away = pd.DataFrame([[0., 45., 90.]], index=["a"], columns=["a", "b", "c"])
    >>> workers = pd.Series({"a": 1000, "b": 400, "c": 800})
    >>> potential(away, workers, decay=exponential(45)).tolist()
    [400.0]
    """
    times = minutes_away(minutes, self_minutes)
    summed = (decay(times) * masses_of(masses, minutes.columns)).sum(axis=1)
    found = measure(pd.Series(summed, minutes.index), "potential", "mass")
    found.attrs["parameters"] = {"decay": str(decay), "self": self_minutes is not None}
    return found


def peripherality(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    decay: Decay,
    self_minutes: pd.Series[float] | None = None,
) -> pd.Series[float]:
    """Return the peripherality index 100 (P_max - P_i) / (P_max - P_min) of the potentials.

    Parameters
    ----------
    minutes, masses, decay, self_minutes
        Those of :func:`potential`.

    Returns
    -------
    peripherality : pandas.Series
        0 for the place of the highest potential, 100 for that of the lowest. The scale is that of
        the rows given: it says nothing beyond them.

    Raises
    ------
    MeasureError
        As :func:`potential` does.

    Notes
    -----
    Schuermann & Talaat 2000. No rows: empty. One row: NaN, ``single_place``. Masses all zero:
    NaN, ``zero_mass``. All potentials equal: nobody is more peripheral than another, NaN,
    ``not_applicable``. A place that reaches nothing has a potential of 0. Non-square matrices
    work.

    Examples
    --------
    >>> from clustergeo.indices.decay import linear
    >>> away = pd.DataFrame([[0., 20., 40.], [20., 0., 30.], [40., 30., 0.]],
    ...                     index=list("abc"), columns=list("abc"))
    >>> peripherality(away, decay=linear(100)).round(9).tolist()
    [50.0, 0.0, 100.0]
    """
    reached = potential(minutes, masses, decay=decay, self_minutes=self_minutes)
    top, bottom = reached.max(), reached.min()
    spread = top - bottom
    if spread > _EQUAL * top:
        values, reason = 100.0 * ((top - reached) / spread), ""
    else:
        some_mass = bool(masses_of(masses, minutes.columns).any())
        reason = "not_applicable" if some_mass else "zero_mass"
        values = pd.Series(np.nan, minutes.index)
    if len(reached) == 1:
        reason = "single_place"
    found = measure(values, "peripherality", "1", reasons=dict.fromkeys(minutes.index, reason))
    found.attrs["parameters"] = reached.attrs["parameters"]
    return found


def economic_potential(
    distances_km: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    areas_km2: pd.Series[float] | None = None,
    share: float = 1 / 3,
) -> pd.Series[float]:
    """Return the economic potential P_i = sum_j M_j / D_ij, and M_i / D_ii with areas.

    Parameters
    ----------
    distances_km
        Distances in place of minutes: rows from, columns to, NaN where there is no way.
    masses
        M_j by destination; 1 each without.
    areas_km2
        Area of each place that stands on both sides: adds the place itself at the distance
        D_ii = share sqrt(area / pi).
    share
        Share of the radius.

    Returns
    -------
    potential : pandas.Series
        Mass per km.

    Raises
    ------
    MeasureError
        If a mass, a distance or an area is negative, or a mass or an area is missing.

    Notes
    -----
    Keeble, Owens & Thompson 1982, with a third of the radius. No rows: empty. A single place
    without areas, nothing reached or masses all zero: 0. A place with a mass at no distance:
    NaN, ``no_distance``. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 10., 40.]], index=["a"], columns=["a", "b", "c"])
    >>> workers = pd.Series({"a": 1000, "b": 400, "c": 800})
    >>> economic_potential(away, workers).tolist()
    [60.0]
    >>> area = pd.Series({"a": np.pi * 15**2})
    >>> economic_potential(away, workers, areas_km2=area).tolist()
    [260.0]
    """
    aligned(distances_km, distances_km, "distances_km")
    inside = None if areas_km2 is None else _radius_km(areas_km2, share)
    away = minutes_away(distances_km, inside)
    mass = np.broadcast_to(masses_of(masses, distances_km.columns), away.shape)
    counted = ~np.isnan(away) & (mass > 0)
    per_km = np.zeros(away.shape)
    np.divide(mass, away, out=per_km, where=counted & (away > 0))
    summed = pd.Series(per_km.sum(axis=1), distances_km.index)
    on_top = pd.Series((counted & (away == 0)).any(axis=1), distances_km.index)
    reasons = dict.fromkeys(distances_km.index[on_top], "no_distance")
    return measure(summed.mask(on_top), "economic_potential", "mass/km", reasons=reasons)


def self_minutes(
    areas_km2: pd.Series[float], kph: float, share: float = 1 / 2
) -> pd.Series[float]:
    """Return the minutes inside each place: a share of its radius, at a speed.

    Parameters
    ----------
    areas_km2
        Area of each place.
    kph
        Speed inside it.
    share
        Share k of the radius in d_ii = k sqrt(area / pi): 1/3 to 2/3 in the literature (2/3 is
        the mean distance from the middle of a disc).

    Returns
    -------
    minutes : pandas.Series
        60 d_ii / kph, by place.

    Raises
    ------
    MeasureError
        If an area is missing or negative, or the speed or the share is not above 0.

    Examples
    --------
    >>> self_minutes(pd.Series({"a": np.pi * 6**2}), kph=30).round(9).tolist()
    [6.0]
    """
    _above_zero(kph, "kph")
    inside = MINUTES_PER_HOUR * _radius_km(areas_km2, share) / kph
    return measure(inside, "self_minutes", "min")


def logsum(minutes_by_mode: Mapping[str, pd.DataFrame], lambda_per_min: float) -> pd.DataFrame:
    """Return the composite minutes over modes, c = -(1/lambda) ln sum_m e^(-lambda t_m).

    A second mode makes a place nearer than the faster one alone would: the choice is worth
    something. What measures take as minutes, the composite is too.

    Parameters
    ----------
    minutes_by_mode
        A matrix of minutes by mode, all of the same places.
    lambda_per_min
        Above 0: how sharply travellers prefer the faster mode; without end it is the faster one.

    Returns
    -------
    minutes : pandas.DataFrame
        In the order of the first mode. A mode without a trip adds nothing, NaN where none has
        one; the cell of a place to itself is NaN.

    Raises
    ------
    MeasureError
        If there is no mode, the places differ, or modes are so alike and a trip so short that its
        composite falls below 0.

    Notes
    -----
    Williams 1977, as ESPON uses it. With n modes the composite is at most ln(n) / lambda below
    the fastest.

    Examples
    --------
    >>> car = pd.DataFrame([[30.0, 40.0]], index=["a"], columns=["b", "c"])
    >>> bus = pd.DataFrame([[30.0, np.nan]], index=["a"], columns=["b", "c"])
    >>> logsum({"car": car, "transit": bus}, 0.1).round(3).values.tolist()
    [[23.069, 40.0]]
    """
    _above_zero(lambda_per_min, "lambda_per_min")
    if not minutes_by_mode:
        raise MeasureError(Fault("minutes_by_mode", "no mode", "give at least one matrix"))
    (name, first), *others = minutes_by_mode.items()
    by_mode = [aligned(first, first, name)]
    for mode, minutes in others:
        aligned(first, minutes, name)  # refuses a place that only the other mode has
        by_mode.append(aligned(minutes, first, mode))
    times = np.stack(by_mode)
    fastest = minutes_away(pd.DataFrame(np.fmin.reduce(times), first.index, first.columns))
    more = np.nansum(np.exp(-lambda_per_min * (times - fastest)), axis=0)
    found = fastest - np.log(np.maximum(more, 1.0)) / lambda_per_min
    below = np.argwhere(found < 0)
    if len(below):
        i, j = below[0]
        pair = f"{first.index[i]} to {first.columns[j]}: {found[i, j]:.2f} min"
        what = f"the choice of modes outweighs a whole trip ({pair})"
        fix = "give a larger one, or leave places so close out"
        raise MeasureError(Fault("lambda_per_min", what, fix))
    return pd.DataFrame(found, first.index, first.columns)


def _radius_km(areas_km2: pd.Series[float], share: float) -> pd.Series[float]:
    """Return a share of the radius of a disc of each area."""
    _above_zero(share, "share")
    areas = masses_of(areas_km2.rename("areas_km2"), areas_km2.index)
    return pd.Series(share * np.sqrt(areas / np.pi), areas_km2.index)


def _above_zero(value: float, name: str) -> None:
    """Refuse what is not a number above 0."""
    if not 0 < value < np.inf:
        raise MeasureError(Fault(name, f"not a number above 0 ({value})", "correct it"))

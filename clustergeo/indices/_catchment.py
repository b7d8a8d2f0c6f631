"""Opportunities divided: by who shares them, by all there are, by those that lie near."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.decay import Decay, step
from clustergeo.indices.measure import aligned, masses_of, measure, minutes_away

__all__ = ["attainment_share", "floating_catchment", "others", "transport_performance"]

_SCALE = {"1": 1.0, "%": 100.0}


def attainment_share(
    minutes: pd.DataFrame, masses: pd.Series[float] | None = None, *, limit_min: float
) -> pd.Series[float]:
    """Return the share of all other masses that is attained within a time.

    Parameters
    ----------
    minutes, masses, limit_min
        Those of :func:`clustergeo.indices.opportunities.cumulative`.

    Returns
    -------
    share : pandas.Series
        sum_j M_j [t_ij <= limit] / sum_j M_j over the destinations but the place itself, 0 to 1.

    Raises
    ------
    MeasureError
        If a mass or a time is missing or negative, or the limit is not above 0.

    Notes
    -----
    Project. No rows: empty. A single place: NaN, ``single_place``. Others without mass: NaN,
    ``zero_mass``. A place without a trip is not attained. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 30., 60., np.nan]], index=["a"], columns=list("abcd"))
    >>> attainment_share(away, pd.Series({"a": 9, "b": 1, "c": 2, "d": 1}), limit_min=60).tolist()
    [0.75]
    """
    within = step(limit_min)(minutes_away(minutes))
    found = _ratio(minutes, masses, within, others(minutes), ("attainment_share", "1"))
    found.attrs["parameters"] = {"limit_min": limit_min}
    return found


def floating_catchment(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    demand: pd.Series[float],
    decay: Decay,
    self_minutes: pd.Series[float] | None = None,
) -> pd.Series[float]:
    """Return the supply a head by the two-step floating catchment area method (2SFCA).

    R_j = S_j / sum_i P_i f(t_ij), the supply at j for each head that reaches it; then
    A_i = sum_j R_j f(t_ij).

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them: rows demand, columns supply.
    masses
        S_j by destination; 1 each without.
    demand
        P_i by origin.
    decay
        f; :func:`step` gives the original method, others the enhanced one.
    self_minutes
        t_ii of each place that stands on both sides: its people use its own supply too.

    Returns
    -------
    supply : pandas.Series
        Supply a head. ``attrs["unused"]`` holds the supply that nobody reaches, by destination.

    Raises
    ------
    MeasureError
        If a mass, a demand or a time is missing or negative.

    Notes
    -----
    Luo & Wang 2003. What is used adds up: sum_i P_i A_i = sum_j S_j - unused. A supply without
    demand in reach is unused and gives nobody anything, not 0/0. No rows: empty. Demand all zero:
    NaN, ``zero_mass``. Nothing reached: 0; so a single place without ``self_minutes``. Non-square
    matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[10., 99.], [20., 99.]], index=["a", "b"], columns=["x", "y"])
    >>> beds = pd.Series({"x": 30, "y": 7})
    >>> heads = pd.Series({"a": 10, "b": 20})
    >>> found = floating_catchment(away, beds, demand=heads, decay=step(60))
    >>> found.tolist(), found.attrs["unused"]
    ([1.0, 1.0], {'y': 7.0})
    """
    weights = decay(minutes_away(minutes, self_minutes))
    supply = masses_of(masses, minutes.columns)
    heads = masses_of(demand.rename("demand"), minutes.index)
    reaching = (weights * heads[:, None]).sum(axis=0)
    share = np.zeros(
        weights.shape
    )  # of each supply, a head; divided first, so that none overflows
    np.divide(weights, reaching, out=share, where=reaching > 0)
    values = pd.Series((share * supply).sum(axis=1), minutes.index)
    if not heads.any():
        values[:] = np.nan
    reasons = dict.fromkeys(minutes.index, "zero_mass")
    found = measure(values, "floating_catchment", "1", reasons=reasons)
    unused = (reaching == 0) & (supply > 0)
    found.attrs["unused"] = dict(
        zip(minutes.columns[unused], supply[unused].tolist(), strict=True)
    )
    found.attrs["parameters"] = {"decay": str(decay), "self": self_minutes is not None}
    return found


def transport_performance(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
    limit_min: float = 90.0,
    radius_km: float = 120.0,
) -> pd.Series[float]:
    """Return the mass reached in a time per 100 that live within a distance.

    TP_i = 100 sum_j M_j [t_ij <= limit] / sum_j M_j [d_ij <= radius].

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    masses
        M_j by destination; 1 each without.
    distances_km
        Straight distances of the same places; NaN lies outside the circle.
    limit_min, radius_km
        Above 0; 90 min and 120 km for roads and rail, 30 min and 8 km inside cities.

    Returns
    -------
    performance : pandas.Series
        Unit ``%``; above 100 where the time reaches beyond the circle.

    Raises
    ------
    MeasureError
        If a mass, a time or a distance is negative, a mass is missing, or a limit is not above 0.

    Notes
    -----
    Dijkstra, Poelman & Ackermans 2019; location-neutral, since it divides by who lives near. The
    place itself is on neither side. No rows: empty. A single place: NaN, ``single_place``.
    Nobody in the circle: NaN, ``zero_mass``. Nothing reached: 0. Non-square matrices work. Who
    lives off the network counts below the line and not above it: snap generously.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 60., 100.]], index=["a"], columns=list("abc"))
    >>> apart = pd.DataFrame([[0., 50., 100.]], index=["a"], columns=list("abc"))
    >>> people = pd.Series({"a": 9, "b": 1, "c": 3})
    >>> transport_performance(away, people, distances_km=apart).tolist()
    [25.0]
    """
    if not 0 < radius_km < np.inf:
        raise MeasureError(Fault("radius_km", f"not a number above 0 ({radius_km})", "correct it"))
    near = others(minutes) & (aligned(distances_km, minutes, "distances_km") <= radius_km)
    within = step(limit_min)(minutes_away(minutes))
    found = _ratio(minutes, masses, within, near, ("transport_performance", "%"))
    found.attrs["parameters"] = {"limit_min": limit_min, "radius_km": radius_km}
    return found


def others(minutes: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which destinations are not the origin itself, shape as the minutes.

    Examples
    --------
    >>> others(pd.DataFrame([[0.0, 5.0]], index=["a"], columns=["a", "b"])).tolist()
    [[False, True]]
    """
    same = minutes.index.to_numpy()[:, None] == minutes.columns.to_numpy()[None, :]
    return ~np.asarray(same, np.bool_)


def _ratio(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None,
    reached: NDArray[np.float64],
    all_there: NDArray[np.bool_],
    named: tuple[str, str],
) -> pd.Series[float]:
    """Return the mass reached over the mass there is, under a name and a unit."""
    mass = masses_of(masses, minutes.columns)
    above, below = (reached * mass).sum(axis=1), (all_there * mass).sum(axis=1)
    ratio = np.full(below.size, np.nan)
    np.divide(above, below, out=ratio, where=below > 0)
    name, unit = named
    company = others(minutes).any(axis=1)
    reasons = dict(
        zip(minutes.index, np.where(company, "zero_mass", "single_place").tolist(), strict=True)
    )
    return measure(pd.Series(_SCALE[unit] * ratio, minutes.index), name, unit, reasons=reasons)

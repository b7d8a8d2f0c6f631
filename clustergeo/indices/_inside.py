"""The region inside against the capital: three measures defined by this project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._catchment import others
from clustergeo.indices.decay import Decay
from clustergeo.indices.measure import aligned, masses_of, measure, minutes_away

__all__ = [
    "inside_to_capital_impedance",
    "inside_to_capital_mass",
    "inside_to_capital_speed",
    "require",
]


def inside_to_capital_impedance(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
    decay: Decay,
) -> pd.Series[float]:
    """Return the mean weight of the other clusters over the weight of the capital.

    K_i = [sum_j M_j f(t_ij) / sum_j M_j] / f(t_iS), over the clusters j other than i, with t_iS
    the minutes to the point of the capital reached first.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them; columns: the clusters and the capital.
    masses
        M_j by cluster; 1 each without. The mass of the capital is not asked for.
    clusters, capital
        Place ids.
    decay
        f.

    Returns
    -------
    ratio : pandas.Series
        Above 1 the region is closer than the capital. Unit ``1``.

    Raises
    ------
    MeasureError
        If a cluster or a point of the capital is no column, or a mass or a time is missing or
        negative.

    Notes
    -----
    Project. A cluster without a trip weighs 0. No rows: empty. No other cluster: NaN,
    ``single_place``. The others have no mass: NaN, ``zero_mass``. No trip to the capital: NaN,
    ``no_trip``; it lies beyond the decay: NaN, ``out_of_reach``. Inside the capital: NaN,
    ``not_applicable``. Non-square matrices work.

    Examples
    --------
    >>> from clustergeo.indices.decay import exponential
    >>> away = pd.DataFrame([[0., 30., 60.]], index=["a"], columns=["a", "b", "seoul"])
    >>> inside_to_capital_impedance(away, clusters=["a", "b"], capital=["seoul"],
    ...                             decay=exponential(30)).round(9).tolist()
    [2.0]
    """
    sides = _sides(minutes, masses, clusters, capital)
    near = (decay(sides.inside) * sides.mass).sum(axis=1)
    first = np.fmin.reduce(sides.seat, axis=1)
    far = sides.mass.sum(axis=1) * decay(first)
    rules = (*sides.rules, (np.isnan(first), "no_trip"))
    found = _over(near, far, minutes, "inside_to_capital_impedance", rules)
    found.attrs["parameters"] = {"decay": str(decay)}
    return found


def inside_to_capital_mass(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
    decay: Decay,
) -> pd.Series[float]:
    """Return the potential of the other clusters over the potential of the capital.

    K_i(M) = sum_j M_j f(t_ij) / sum_k M_k f(t_ik), over the clusters j other than i and the
    points k of the capital.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them; columns: the clusters and the capital.
    masses
        By cluster and by point of the capital; 1 each without. Points of the capital share its
        mass: give each its part.
    clusters, capital
        Place ids.
    decay
        f.

    Returns
    -------
    ratio : pandas.Series
        Above 1 the region offers more than the capital. Unit ``1``.

    Raises
    ------
    MeasureError
        If a cluster or a point of the capital is no column, or a mass or a time is missing or
        negative.

    Notes
    -----
    Project. A place without a trip adds 0. No rows: empty. No other cluster: NaN,
    ``single_place``. The others or the capital have no mass: NaN, ``zero_mass``. No trip to the
    capital: NaN, ``no_trip``; it lies beyond the decay: NaN, ``out_of_reach``. Inside the capital:
    NaN, ``not_applicable``. Non-square matrices work.

    Examples
    --------
    >>> from clustergeo.indices.decay import exponential
    >>> away = pd.DataFrame([[0., 30., 60.]], index=["a"], columns=["a", "b", "seoul"])
    >>> workers = pd.Series({"a": 5, "b": 10, "seoul": 100})
    >>> inside_to_capital_mass(away, workers, clusters=["a", "b"], capital=["seoul"],
    ...                        decay=exponential(30)).round(9).tolist()
    [0.2]
    """
    sides = _sides(minutes, masses, clusters, capital)
    near = (decay(sides.inside) * sides.mass).sum(axis=1)
    seat_mass = masses_of(masses, list(capital))
    far = (decay(sides.seat) * seat_mass).sum(axis=1)
    empty = np.full(len(minutes), not seat_mass.any())
    unreached = np.all(np.isnan(sides.seat) | (seat_mass == 0), axis=1)
    rules = (*sides.rules, (empty, "zero_mass"), (np.asarray(unreached), "no_trip"))
    found = _over(near, far, minutes, "inside_to_capital_mass", rules)
    found.attrs["parameters"] = {"decay": str(decay)}
    return found


def inside_to_capital_speed(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
    distances_km: pd.DataFrame,
) -> pd.Series[float]:
    """Return the crow-fly speed to the other clusters over that to the capital.

    Lambda_i = V_i / v_iS, V_i = sum_j M_j d_ij / sum_j M_j t_ij over the clusters j other than i,
    v_iS = d_iS / t_iS to the point S of the capital reached first, the nearest if several are.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them; columns: the clusters and the capital.
    masses
        M_j by cluster; 1 each without.
    clusters, capital
        Place ids.
    distances_km
        Straight distances of the same places.

    Returns
    -------
    ratio : pandas.Series
        Below 1 the network serves the region worse than the way to the capital, however far
        either lies. Unit ``1``.

    Raises
    ------
    MeasureError
        If a cluster or a point of the capital is no column, or a mass, a time or a distance is
        missing or negative.

    Notes
    -----
    Project; location-neutral. Short trips are slower than long ones on any network: compare
    places with one another before calling a value low. No rows: empty. No other cluster: NaN,
    ``single_place``. The others have no mass: NaN, ``zero_mass``. A trip missing to a cluster
    with a mass, or to the whole capital: NaN, ``no_trip``. A distance unknown, or none to the
    capital: NaN, ``no_distance``. A time of no minutes, or inside the capital: NaN,
    ``not_applicable``. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 30., 60.]], index=["a"], columns=["a", "b", "seoul"])
    >>> apart = pd.DataFrame([[0., 20., 120.]], index=["a"], columns=["a", "b", "seoul"])
    >>> inside_to_capital_speed(away, clusters=["a", "b"], capital=["seoul"],
    ...                         distances_km=apart).tolist()  # 40 over 120 km/h
    [0.3333333333333333]
    """
    sides = _sides(minutes, masses, clusters, capital)
    apart = aligned(distances_km, minutes[[*clusters, *capital]], "distances_km")
    counted = sides.mass > 0
    spent = np.where(counted, sides.mass * sides.inside, 0.0).sum(axis=1)
    covered = np.where(counted, sides.mass * apart[:, : len(clusters)], 0.0).sum(axis=1)
    seat_min = np.fmin.reduce(sides.seat, axis=1)
    soonest = sides.seat == seat_min[:, None]
    seat_km = np.fmin.reduce(np.where(soonest, apart[:, len(clusters) :], np.nan), axis=1)
    blanks = (
        (np.isnan(spent) | np.isnan(seat_min), "no_trip"),
        (np.isnan(covered) | ~(seat_km > 0), "no_distance"),
        ((spent == 0) | (seat_min == 0), "not_applicable"),
    )
    above, below = covered * seat_min, spent * seat_km
    return _over(above, below, minutes, "inside_to_capital_speed", (*sides.rules, *blanks))


def require(minutes: pd.DataFrame, place_ids: Sequence[str], name: str) -> None:
    """Refuse places that are none, stand twice or are no column.

    Raises
    ------
    MeasureError
        With the ids.

    Examples
    --------
    >>> require(pd.DataFrame(columns=["a", "b"]), ["a"], "capital")
    """
    ids = list(place_ids)
    faults = []
    if not ids:
        faults.append(Fault(name, "no place", "name at least one"))
    if twice := sorted({str(place) for place in ids if ids.count(place) > 1}):
        faults.append(Fault(name, f"an id twice ({', '.join(twice)})", "name each place once"))
    if missing := [str(place) for place in ids if place not in minutes.columns]:
        fix = "give minutes to every one"
        faults.append(Fault(name, f"no column of minutes ({', '.join(missing)})", fix))
    if faults:
        raise MeasureError(*faults)


Rule = tuple[NDArray[np.bool_], str]
"""Which rows have no value, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Minutes to the clusters and to the capital, masses of the other clusters, what rules out."""

    inside: NDArray[np.float64]
    seat: NDArray[np.float64]
    mass: NDArray[np.float64]
    rules: tuple[Rule, ...]


def _sides(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None,
    clusters: Sequence[str],
    capital: Sequence[str],
) -> _Sides:
    """Return both sides of the comparison, checked."""
    require(minutes, clusters, "clusters")
    require(minutes, capital, "capital")
    if both := [place for place in clusters if place in set(capital)]:
        fix = "name each place on one side"
        raise MeasureError(Fault("clusters", f"a cluster of the capital ({', '.join(both)})", fix))
    inside = minutes[list(clusters)]
    other = others(inside)
    mass = np.where(other, masses_of(masses, list(clusters)), 0.0)
    company, some_mass = np.any(other, axis=1), np.any(mass > 0, axis=1)
    rules = (
        (minutes.index.isin(list(capital)), "not_applicable"),
        (np.logical_not(company), "single_place"),
        (np.logical_not(some_mass), "zero_mass"),
    )
    return _Sides(minutes_away(inside), minutes_away(minutes[list(capital)]), mass, rules)


def _over(
    above: NDArray[np.float64],
    below: NDArray[np.float64],
    minutes: pd.DataFrame,
    name: str,
    rules: Sequence[Rule],
) -> pd.Series[float]:
    """Return a ratio, blank where a rule applies (the first is the reason) or it has no end.

    It has none where what it divides by lies beyond the decay.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = above / below
    ratio[np.isinf(ratio)] = np.nan
    reasons = dict.fromkeys(minutes.index, "out_of_reach")
    for rows, reason in reversed(rules):
        ratio[rows] = np.nan
        reasons |= dict.fromkeys(minutes.index[np.flatnonzero(rows)], reason)
    return measure(pd.Series(ratio, minutes.index), name, "1", reasons=reasons)

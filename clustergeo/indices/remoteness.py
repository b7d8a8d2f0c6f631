"""Remoteness: from centres of several sizes, from vehicles, from the capital or one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._catchment import others
from clustergeo.indices._inside import (
    inside_to_capital_impedance,
    inside_to_capital_mass,
    inside_to_capital_speed,
    require,
)
from clustergeo.indices.decay import Decay
from clustergeo.indices.measure import masses_of, measure, minutes_away, minutes_matrix

__all__ = [
    "inside_to_capital",
    "inside_to_capital_impedance",
    "inside_to_capital_mass",
    "inside_to_capital_speed",
    "interconnectivity",
    "place_interconnectivity",
    "remoteness",
]

_CAP: Final = 3.0
_TOP: Final = 15.0


def remoteness(
    minutes: pd.DataFrame,
    *,
    classes: Mapping[str, Sequence[str]],
    means: Mapping[str, float] | None = None,
) -> pd.Series[float]:
    """Return an ARIA-style score, 0 to 15: how far the nearest centre of each class is.

    Each class k of centres adds min(3, t_ik / mean t_k), with t_ik the minutes to the nearest
    centre of the class; the sum is scaled to 15 where the classes are not five.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them: rows the places, columns the centres.
    classes
        Place ids of the centres by class, such as cities of more than 250,000 people.
    means
        Mean minutes by class; those of the rows given without, over the places with a trip.

    Returns
    -------
    remoteness : pandas.Series
        0 to 15; ``attrs["parameters"]`` holds the means it was scaled by.

    Raises
    ------
    MeasureError
        If there is no class, one is empty, a centre is no column, or a mean is missing or not
        above 0.

    Notes
    -----
    In the manner of ARIA+, which takes road km, five classes of towns and the means of Australia:
    its cut-offs (0.20, 2.40, 5.92, 10.53) do not hold here. A place that is a centre of a class
    itself is at 0 minutes of it. A class without a trip adds the cap of 3. No rows: empty. One
    row without ``means`` is its own mean: NaN, ``single_place``. No row has a trip to a class and
    no mean is given: NaN, ``no_trip``. Non-square matrices work.

    Examples
    --------
    >>> away = pd.DataFrame([[0., 30.], [10., 90.]], index=["a", "b"], columns=["a", "city"])
    >>> remoteness(away, classes={"town": ["a"], "city": ["city"]}).tolist()
    [1.25, 8.75]
    """
    nearest = _nearest(minutes, classes)
    scale = nearest.mean() if means is None else _means(means, classes)
    ratios = nearest / scale.where(scale > 0, 1.0)
    capped = ratios.clip(upper=_CAP).fillna(_CAP)
    score = capped.sum(axis=1) * _TOP / (_CAP * len(classes))
    reasons = {}
    if means is None and (len(minutes) == 1 or nearest.isna().all().any()):
        score[:] = np.nan
        reason = "single_place" if len(minutes) == 1 else "no_trip"
        reasons = dict.fromkeys(minutes.index, reason)
    found = measure(score, "remoteness", "1", reasons=reasons)
    found.attrs["parameters"] = {"mean_min": {str(k): float(v) for k, v in scale.items()}}
    return found


def interconnectivity(times: pd.DataFrame) -> pd.Series[float]:
    """Return the interconnectivity ratio of each pair, (access + egress) / total time.

    Parameters
    ----------
    times
        Times of one mode, contract ``schemas.results.TIMES``.

    Returns
    -------
    ratio : pandas.Series
        Unit ``1``, by ``from_id`` and ``to_id``, in the order of the table.

    Raises
    ------
    MeasureError
        If the table holds a pair twice.

    Notes
    -----
    Krygsman, Dijst & Arentze 2004: of trips with vehicles of public transport, typically 0.2 to
    0.5; a walk all the way is all access, 1. No rows: empty. No trip: NaN, ``no_trip``. A place
    to itself, a trip of no minutes, and every trip by car, which starts at the door: NaN,
    ``not_applicable``.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "mode": "transit",
    ...                       "minutes": [60.0], "access_min": [10.0], "egress_min": [5.0]})
    >>> interconnectivity(times).to_dict()
    {('a', 'b'): 0.25}
    """
    pairs = pd.MultiIndex.from_frame(times[["from_id", "to_id"]])
    if pairs.has_duplicates:
        first = pairs[pairs.duplicated()][0]
        what = f"a pair twice ({first[0]} to {first[1]})"
        raise MeasureError(Fault("times", what, "pass the times of one mode"))
    total = times["minutes"].to_numpy(np.float64)
    outside = (times["access_min"] + times["egress_min"]).to_numpy(np.float64)
    without = (times["mode"] == "car") | (times["from_id"] == times["to_id"]) | (total == 0)
    ratio = pd.Series(outside / np.where(without, np.nan, total), pairs)
    reasons = dict.fromkeys(pairs[without.to_numpy()], "not_applicable")
    return measure(ratio, "interconnectivity", "1", reasons=reasons)


def place_interconnectivity(
    times: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    from_ids: Sequence[str],
    to_ids: Sequence[str],
) -> pd.Series[float]:
    """Return the interconnectivity ratio of each place, over its trips to several others.

    The ratio of sums: sum_j M_j (access_ij + egress_ij) / sum_j M_j t_ij.

    Parameters
    ----------
    times
        Times of one mode, contract ``schemas.results.TIMES``.
    masses
        M_j by destination; 1 each without.
    from_ids, to_ids
        Place ids, each once; a place is never its own destination.

    Returns
    -------
    ratio : pandas.Series
        Unit ``1``, by place.

    Raises
    ------
    MeasureError
        If an id or a pair stands twice, or a mass is missing or negative.

    Notes
    -----
    As :func:`interconnectivity`. A trip missing to a place with a mass: NaN, ``no_trip``, since
    the rest would flatter. No destination but itself: NaN, ``single_place``. Destinations without
    mass: NaN, ``zero_mass``. By car: NaN, ``not_applicable``.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["b", "c"], "mode": "transit",
    ...                       "minutes": [60., 40.], "access_min": [10., 5.], "egress_min": 5.})
    >>> place_interconnectivity(times, from_ids=["a"], to_ids=["a", "b", "c"]).tolist()
    [0.25]
    """
    total = minutes_matrix(times, from_ids, to_ids)
    parts = times.assign(minutes=times["access_min"] + times["egress_min"])
    outside = minutes_away(minutes_matrix(parts, from_ids, to_ids))
    mass = np.where(others(total), masses_of(masses, total.columns), 0.0)
    away = minutes_away(total)
    above = np.where(mass > 0, mass * outside, 0.0).sum(axis=1)
    below = np.where(mass > 0, mass * away, 0.0).sum(axis=1)
    by_car = bool((times["mode"] == "car").any())
    ratio = np.full(len(total), np.nan)
    if not by_car:
        np.divide(above, below, out=ratio, where=below > 0)
    reasons = {}
    for i, place in enumerate(total.index):
        if by_car or below[i] == 0:
            reasons[place] = "not_applicable"
        if not mass[i].any():
            reasons[place] = "zero_mass" if others(total)[i].any() else "single_place"
    return measure(pd.Series(ratio, total.index), "interconnectivity", "1", reasons=reasons)


def inside_to_capital(
    minutes: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
    decay: Decay,
    distances_km: pd.DataFrame | None = None,
) -> dict[str, pd.Series[float]]:
    """Return the three measures of the region inside against the capital, by their ids.

    They answer different questions, so they belong side by side: whether the region is easier to
    reach than the capital, which of the two offers more, and whether the network serves the region
    as well as it serves the way to the capital.

    Parameters
    ----------
    minutes, masses, clusters, capital, decay
        Those of :func:`inside_to_capital_impedance` and :func:`inside_to_capital_mass`.
    distances_km
        Straight distances of the same places; without them the third measure is left out.

    Returns
    -------
    measures : dict of str to pandas.Series

    Raises
    ------
    MeasureError
        As the three do.

    Examples
    --------
    >>> from clustergeo.indices.decay import exponential
    >>> away = pd.DataFrame([[0., 30., 60.]], index=["a"], columns=["a", "b", "seoul"])
    >>> both = inside_to_capital(away, clusters=["a", "b"], capital=["seoul"],
    ...                          decay=exponential(30))
    >>> {index_id: round(found["a"], 9).item() for index_id, found in both.items()}
    {'inside_to_capital_impedance': 2.0, 'inside_to_capital_mass': 2.0}
    """
    found = [
        form(minutes, masses, clusters=clusters, capital=capital, decay=decay)
        for form in (inside_to_capital_impedance, inside_to_capital_mass)
    ]
    if distances_km is not None:
        found.append(
            inside_to_capital_speed(
                minutes, masses, clusters=clusters, capital=capital, distances_km=distances_km
            )
        )
    return {str(one.name): one for one in found}


def _nearest(minutes: pd.DataFrame, classes: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the minutes to the nearest centre of each class, shape (rows, classes)."""
    if not classes:
        raise MeasureError(Fault("classes", "no class of centres", "name at least one"))
    away = pd.DataFrame(minutes_away(minutes), minutes.index, minutes.columns)
    nearest = {}
    for name, centres in classes.items():
        require(minutes, centres, f"class {name}")
        nearest[name] = away[list(centres)].min(axis=1).mask(away.index.isin(list(centres)), 0.0)
    return pd.DataFrame(nearest, index=minutes.index)


def _means(means: Mapping[str, float], classes: Mapping[str, Sequence[str]]) -> pd.Series[float]:
    """Return the mean minutes of each class, refused unless above 0."""
    given = pd.Series(dict(means), dtype=np.float64).reindex(list(classes))
    if wrong := [name for name, value in given.items() if not 0 < value < np.inf]:
        what = f"no mean above 0 ({', '.join(map(str, wrong))})"
        raise MeasureError(Fault("means", what, "give the mean minutes of every class"))
    return given

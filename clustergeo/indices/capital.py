"""Measures relative to the capital, of the question whether the next cluster is nearer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._cells import by_row, cells_of
from clustergeo.indices.measure import measure
from clustergeo.times.travel_times import TravelTimes

__all__ = ["capital_margin", "capital_ratio", "minutes_to", "share_capital_faster", "to_nearest"]


def minutes_to(minutes: pd.DataFrame, destination: str) -> pd.Series[float]:
    """Return the minutes from each place to one destination.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to; see
        :func:`clustergeo.indices.measure.minutes_matrix`. Rows and columns may be other places.
    destination
        One of the columns.

    Returns
    -------
    minutes : pandas.Series, shape (rows,)
        Named ``to_<destination>``; high is isolated. Unit ``min``.

    Raises
    ------
    MeasureError
        If there is no such column or a time has no meaning.

    Notes
    -----
    No rows: an empty Series. The destination itself: ``not_applicable``. Out of reach:
    ``no_trip``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"c": [30.0, 40.0, 0.0]}, index=["a", "b", "c"])
    >>> minutes_to(minutes, "c").tolist()
    [30.0, 40.0, nan]
    """
    _check_columns(minutes, [destination])
    cells = cells_of(minutes[[destination]])
    found = pd.Series(cells.away[:, 0], index=cells.from_ids)
    return measure(found, f"to_{destination}", "min", reasons={destination: "not_applicable"})


def to_nearest(
    minutes: pd.DataFrame, destinations: Sequence[str], name: str = "to_nearest_cluster"
) -> pd.Series[float]:
    """Return the minutes from each place to the nearest of several destinations, itself aside.

    min_j t_ij over destinations j != i.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to. Rows and columns may be other places.
    destinations
        Columns among which the nearest is looked for.
    name
        Id of the measure: ``to_nearest_cluster`` or ``to_capital_fastest``.

    Returns
    -------
    minutes : pandas.Series, shape (rows,)
        High is isolated. Unit ``min``.

    Raises
    ------
    MeasureError
        If a destination is not a column or a time has no meaning.

    Notes
    -----
    A definition of this project. Destinations out of reach are passed over.

    No rows: an empty Series. No destination but the place itself: ``single_place``. None in
    reach: ``no_trip``.

    Examples
    --------
    >>> minutes = pd.DataFrame({"a": [0.0], "b": [30.0], "c": [20.0]}, index=["a"])
    >>> to_nearest(minutes, ["a", "b", "c"]).tolist()
    [20.0]
    """
    _check_columns(minutes, destinations)
    cells = cells_of(minutes[list(dict.fromkeys(destinations))])
    nearest = np.where(np.isnan(cells.away), np.inf, cells.away).min(axis=1, initial=np.inf)
    nearest[np.isinf(nearest)] = np.nan
    return by_row(cells, nearest, name, "min")


def capital_ratio(nearest: pd.Series[float], capital: pd.Series[float]) -> pd.Series[float]:
    """Return the capital time ratio: minutes to the nearest cluster over minutes to the capital.

    rho_i = min_j t_ij / t_iS.

    Parameters
    ----------
    nearest
        Minutes to the nearest other cluster, by place.
    capital
        Minutes to the nearest reference point of the capital, by the same places.

    Returns
    -------
    ratio : pandas.Series, shape (places,)
        Above 1 the capital is nearer; high is isolated. Unit ``1``.

    Raises
    ------
    MeasureError
        If the two are not of the same places.

    Notes
    -----
    A definition of this project. The ratio alone flatters far places, so the margin in minutes
    always stands beside it.

    No places: an empty Series. A time is missing: its reason. In the capital itself, zero minutes
    from it: ``not_applicable``.

    Examples
    --------
    >>> capital_ratio(pd.Series({"a": 30.0}), pd.Series({"a": 60.0})).tolist()
    [0.5]
    """
    reasons = dict.fromkeys(capital.index[capital == 0], "not_applicable")
    ratio = nearest / capital.where(capital > 0)
    return measure(ratio, "capital_ratio", "1", reasons=reasons | _reasons(nearest, capital))


def capital_margin(nearest: pd.Series[float], capital: pd.Series[float]) -> pd.Series[float]:
    """Return the capital margin: minutes to the nearest cluster less minutes to the capital.

    min_j t_ij - t_iS.

    Parameters
    ----------
    nearest
        Minutes to the nearest other cluster, by place.
    capital
        Minutes to the nearest reference point of the capital, by the same places.

    Returns
    -------
    margin : pandas.Series, shape (places,)
        Positive where the capital is nearer; high is isolated. Unit ``min``.

    Raises
    ------
    MeasureError
        If the two are not of the same places.

    Notes
    -----
    A definition of this project.

    No places: an empty Series. A time is missing: its reason.

    Examples
    --------
    >>> capital_margin(pd.Series({"a": 30.0}), pd.Series({"a": 60.0})).tolist()
    [-30.0]
    """
    reasons = _reasons(nearest, capital)
    return measure(nearest - capital, "capital_margin", "min", reasons=reasons)


def share_capital_faster(
    samples: TravelTimes,
    origins: Sequence[str],
    clusters: Sequence[str],
    capital: Sequence[str],
) -> pd.Series[float]:
    """Return the share of departures and draws in which the capital is nearer than any cluster.

    P_i = P(rho > 1): samples in which min_s t_is < min_j t_ij over clusters j != i, of those in
    which either is reached.

    Parameters
    ----------
    samples
        Times of one mode, with every sample; those of all pairs in the same order.
    origins
        Places to measure.
    clusters
        Clusters among which the nearest is looked for, sample by sample.
    capital
        Reference points of the capital, likewise.

    Returns
    -------
    share : pandas.Series, shape (origins,)
        From 0 to 1; high is isolated. By car there is one sample. Unit ``1``.

    Raises
    ------
    MeasureError
        If the times lack one of the places.

    Notes
    -----
    A definition of this project. What cannot be reached in a sample loses; as near is not nearer.

    No origins: an empty Series. No cluster, or no point of the capital, but the place itself:
    ``single_place``. No sample reaches either: ``no_trip``.

    Examples
    --------
    >>> toy = TravelTimes("transit", pd.DataFrame(), np.array([[[30.0, 40.0], [35.0, 35.0]]]),
    ...                   ("a",), ("b", "seoul"))
    >>> share_capital_faster(toy, ["a"], ["b"], ["seoul"]).tolist()
    [0.5]
    """
    for known, wanted, fix in (
        (samples.from_ids, origins, "compute times from it"),
        (samples.to_ids, (*clusters, *capital), "compute times to it"),
    ):
        if lost := [place for place in wanted if place not in known]:
            raise MeasureError(Fault("samples", f"no such place ({', '.join(lost)})", fix))
    shares, reasons = [], {}
    for origin in origins:
        near, seat = (_least(samples, origin, ids) for ids in (clusters, capital))
        if near is None or seat is None:
            shares.append(np.nan)
            reasons[origin] = "single_place"
            continue
        reached = np.isfinite(np.minimum(near, seat))
        shares.append(float((seat < near)[reached].mean()) if reached.any() else np.nan)
    found = pd.Series(shares, index=list(origins), dtype=np.float64)
    return measure(found, "share_capital_faster", "1", reasons=reasons)


def _least(samples: TravelTimes, origin: str, ids: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the least minutes to any of some places, sample by sample; None without others."""
    others = [samples.to_ids.index(place) for place in ids if place != origin]
    if not others:
        return None
    found = samples.minutes[samples.from_ids.index(origin), others]
    least: NDArray[np.float64] = np.where(np.isnan(found), np.inf, found).min(axis=0)
    return least


def _check_columns(minutes: pd.DataFrame, wanted: Sequence[str]) -> None:
    if lost := [place for place in wanted if place not in minutes.columns]:
        what = f"no such destination ({', '.join(lost)})"
        raise MeasureError(Fault("minutes", what, "name one of its columns"))


def _reasons(nearest: pd.Series[float], capital: pd.Series[float]) -> dict[Any, str]:
    """Return why either of two measures of the same places is blank; the first goes first."""
    if not nearest.index.equals(capital.index):
        places = ", ".join(map(str, nearest.index.symmetric_difference(capital.index)))
        what = f"not of the same places in one order ({places or 'another order'})"
        raise MeasureError(Fault("capital", what, "take both from one matrix"))
    reasons: dict[Any, str] = {}
    for part in (capital, nearest):
        reasons |= part.attrs.get("reasons", {})
    return reasons

"""Measures relative to the capital, of the question whether the next cluster is nearer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["capital_margin", "capital_ratio", "fastest", "minutes_to"]


def minutes_to(times: pd.DataFrame, origins: Sequence[str], destination: str) -> pd.Series[float]:
    """Return the median minutes from each origin to one destination.

    Parameters
    ----------
    times
        Times of one mode, contract ``schemas.results.TIMES``.
    origins
        Place ids.
    destination
        Place id.

    Returns
    -------
    minutes : pandas.Series, shape (origins,)
        Minutes, NaN where there is no trip; named ``to_<destination>``, unit ``min``.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["c", "c"], "minutes": [30., 40.]})
    >>> minutes_to(times, ["a", "b"], "c").tolist()
    [30.0, 40.0]
    >>> minutes_to(times, [], "c").tolist()
    []
    """
    there = times.loc[times["to_id"] == destination].set_index("from_id")["minutes"]
    return _named(there.reindex(list(origins)), f"to_{destination}", "min")


def fastest(
    times: pd.DataFrame, origins: Sequence[str], destinations: Sequence[str], *, name: str
) -> pd.Series[float]:
    """Return the minutes from each origin to the nearest of several destinations, itself aside.

    Parameters
    ----------
    times
        Times of one mode, contract ``schemas.results.TIMES``.
    origins, destinations
        Place ids; an origin is never its own destination.
    name
        Name of the measure, such as ``to_nearest_cluster``.

    Returns
    -------
    minutes : pandas.Series, shape (origins,)
        Minutes, NaN where no destination can be reached; unit ``min``.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["b", "c"], "minutes": [30., 20.]})
    >>> fastest(times, ["a"], ["a", "b", "c"], name="to_nearest").tolist()
    [20.0]
    """
    wanted = times["to_id"].isin(destinations) & (times["from_id"] != times["to_id"])
    nearest = times.loc[wanted].groupby("from_id")["minutes"].min()
    return _named(nearest.reindex(list(origins)), name, "min")


def capital_ratio(nearest: pd.Series[float], capital: pd.Series[float]) -> pd.Series[float]:
    """Return the capital time ratio: minutes to the nearest cluster over minutes to the capital.

    Parameters
    ----------
    nearest
        Minutes to the nearest other cluster, by origin.
    capital
        Minutes to the nearest reference point of the capital, by origin.

    Returns
    -------
    ratio : pandas.Series, shape (origins,)
        rho_i = min_j t_ij / t_iS; above 1 the capital is nearer. NaN where a time is missing or
        the origin lies in the capital itself. Unit ``1``.

    Notes
    -----
    A project-defined measure (see the README); the ratio alone flatters far places, so the margin
    in minutes always stands beside it.

    Examples
    --------
    >>> capital_ratio(pd.Series([30.0]), pd.Series([60.0])).tolist()
    [0.5]
    """
    return _named(nearest / capital.where(capital > 0), "capital_ratio", "1")


def capital_margin(nearest: pd.Series[float], capital: pd.Series[float]) -> pd.Series[float]:
    """Return the capital margin: minutes to the nearest cluster less minutes to the capital.

    Parameters
    ----------
    nearest
        Minutes to the nearest other cluster, by origin.
    capital
        Minutes to the nearest reference point of the capital, by origin.

    Returns
    -------
    margin : pandas.Series, shape (origins,)
        min_j t_ij - t_iS in minutes; positive where the capital is nearer. Unit ``min``.

    Examples
    --------
    >>> capital_margin(pd.Series([30.0]), pd.Series([60.0])).tolist()
    [-30.0]
    """
    return _named(nearest - capital, "capital_margin", "min")


def _named(values: pd.Series[float], name: str, unit: str) -> pd.Series[float]:
    measure = values.astype(np.float64).rename(name)
    measure.attrs["unit"] = unit
    return measure

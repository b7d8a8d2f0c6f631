"""What measures share: minutes in, a named Series with a unit out, a reason for each blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError

__all__ = [
    "REASONS",
    "aligned",
    "masses_of",
    "measure",
    "minutes_away",
    "minutes_matrix",
    "reason_of",
]

REASONS = (
    "no_trip",
    "single_place",
    "zero_mass",
    "no_distance",
    "out_of_reach",
    "not_applicable",
)
"""Reason codes of a measure without a value.

no_trip: a time it needs is missing. single_place: there is no other place to compare with.
zero_mass: the masses it divides by sum to nothing. no_distance: it divides by a distance of zero.
out_of_reach: what it asks for lies beyond every place there is, or beyond its decay.
not_applicable: the measure has no meaning for this place or mode.
"""


def minutes_matrix(
    times: pd.DataFrame, from_ids: Sequence[str], to_ids: Sequence[str]
) -> pd.DataFrame:
    """Return the median minutes between places as a matrix, the input of every measure.

    Parameters
    ----------
    times
        Times of one mode, contract ``schemas.results.TIMES``.
    from_ids, to_ids
        Place ids of the two axes, each once.

    Returns
    -------
    minutes : pandas.DataFrame, shape (from_ids, to_ids)
        Minutes, rows from, columns to; NaN where there is no trip or the table has no such pair.

    Raises
    ------
    MeasureError
        If an id stands twice, or the table holds a pair twice (times of two modes).

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "b"], "to_id": ["b", "a"], "minutes": [30., 40.]})
    >>> minutes_matrix(times, ["a", "b"], ["a", "b"]).values.tolist()
    [[nan, 30.0], [40.0, nan]]
    """
    for side, ids in (("from_ids", from_ids), ("to_ids", to_ids)):
        if twice := sorted({i for i in ids if list(ids).count(i) > 1}):
            fault = Fault(side, f"an id twice ({', '.join(twice)})", "name each place once")
            raise MeasureError(fault)
    rows, columns = pd.Index(list(from_ids), dtype=object), pd.Index(list(to_ids), dtype=object)
    i, j = (
        axis.get_indexer(pd.Index(times[side], dtype=object))
        for axis, side in ((rows, "from_id"), (columns, "to_id"))
    )
    wanted = np.flatnonzero((i >= 0) & (j >= 0))
    i, j = i[wanted], j[wanted]
    times_told = np.bincount(i * len(columns) + j, minlength=len(rows) * len(columns))
    if len(again := np.flatnonzero(times_told > 1)):
        first, second = divmod(int(again[0]), len(columns))
        what = f"a pair twice ({rows[first]} to {columns[second]})"
        raise MeasureError(Fault("times", what, "pass the times of one mode"))
    minutes = np.full((len(rows), len(columns)), np.nan)
    minutes[i, j] = times["minutes"].to_numpy(np.float64, na_value=np.nan)[wanted]
    return pd.DataFrame(
        minutes,
        index=pd.Index(list(from_ids), name="from_id"),
        columns=pd.Index(list(to_ids), name="to_id"),
    )


def minutes_away(
    minutes: pd.DataFrame, self_minutes: pd.Series[float] | None = None
) -> NDArray[np.float64]:
    """Return the minutes with the cell of each place to itself blanked, shape as given.

    Parameters
    ----------
    minutes
        As :func:`minutes_matrix` gives them.
    self_minutes
        Minutes inside each place that stands on both sides, to fill its own cell with.

    Raises
    ------
    MeasureError
        If a time is negative or infinite, or a place has no minutes inside.

    Examples
    --------
    >>> minutes_away(pd.DataFrame([[0., 5.]], index=["a"], columns=["a", "b"])).tolist()
    [[nan, 5.0]]
    """
    away = minutes.to_numpy(np.float64, copy=True)
    _refuse_negative(minutes, away, "minutes")
    i, j = np.nonzero(minutes.index.to_numpy()[:, None] == minutes.columns.to_numpy()[None, :])
    away[i, j] = np.nan
    if self_minutes is not None:
        inside = self_minutes.astype(np.float64).reindex(minutes.index[i])
        known = np.isfinite(inside) & (inside >= 0)
        if not known.all():
            raise MeasureError(
                *(
                    Fault(
                        "self_minutes",
                        f"no minutes inside {place} ({value})",
                        "give a number from 0 up for every place",
                    )
                    for place, value in inside.loc[~known].items()
                )
            )
        away[i, j] = inside.to_numpy()
    return away


def aligned(matrix: pd.DataFrame, minutes: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a second matrix in the order of the minutes, such as distances.

    Parameters
    ----------
    matrix
        Rows from, columns to, with at least the places of the minutes; NaN where unknown.
    minutes
        As :func:`minutes_matrix` gives them.
    name
        What the matrix is called in messages.

    Raises
    ------
    MeasureError
        If it lacks a place of the minutes or holds one twice, or a value is negative or infinite.

    Examples
    --------
    >>> km = pd.DataFrame([[3.0, 0.0]], index=["a"], columns=["b", "a"])
    >>> aligned(km, pd.DataFrame([[0., 5.]], index=["a"], columns=["a", "b"]), "km").tolist()
    [[0.0, 3.0]]
    """
    faults = []
    sides = (("row", matrix.index, minutes.index), ("column", matrix.columns, minutes.columns))
    for side, given, wanted in sides:
        if missing := [str(place) for place in wanted if place not in given]:
            what = f"no {side} of a place ({', '.join(missing)})"
            faults.append(Fault(name, what, "give the places of the minutes on both sides"))
        if twice := sorted({str(place) for place in given[given.duplicated()]}):
            fix = "name each place once"
            faults.append(Fault(name, f"a {side} twice ({', '.join(twice)})", fix))
    if faults:
        raise MeasureError(*faults)
    found = matrix.reindex(index=minutes.index, columns=minutes.columns)
    values = found.to_numpy(np.float64, copy=True)
    _refuse_negative(found, values, name)
    return values


def masses_of(
    masses: pd.Series[float] | None, place_ids: Sequence[str] | pd.Index[str]
) -> NDArray[np.float64]:
    """Return the mass of each place, 1 each without masses; refuse blanks and negatives.

    Raises
    ------
    MeasureError
        If a place has no mass, a blank, a negative or an infinite one.

    Examples
    --------
    >>> masses_of(pd.Series({"a": 2.0, "b": 0.0}), ["b", "a"]).tolist()
    [0.0, 2.0]
    """
    if masses is None:
        return np.ones(len(place_ids))
    named = "masses" if masses.name is None else str(masses.name)
    if twice := sorted(masses.index[masses.index.duplicated()].unique()):
        fix = "give one value a place"
        raise MeasureError(Fault(named, f"a place twice ({', '.join(twice)})", fix))
    found = masses.astype(np.float64).reindex(list(place_ids))
    wrong = found.index[~(np.isfinite(found) & (found >= 0))]
    if len(wrong):
        raise MeasureError(
            *(
                Fault(
                    named,
                    f"no mass of {place} ({found[place]})",
                    "give a number from 0 up for every destination",
                )
                for place in wrong
            )
        )
    return np.asarray(found, dtype=np.float64)


def measure(
    values: pd.Series[float], name: str, unit: str, *, reasons: Mapping[str, str] | None = None
) -> pd.Series[float]:
    """Return values as a measure: floats under its name, with its unit and the reasons of blanks.

    Parameters
    ----------
    values
        One number a place, NaN where the measure has none.
    name
        Id of the measure, as in ``data/indices/indices.toml``.
    unit
        ``min``, ``1``, ``km/h``, ``mass`` ... as in the catalogue.
    reasons
        Why a place has no value, by place id; ``no_trip`` where nothing is said.

    Returns
    -------
    measure : pandas.Series
        With ``attrs["unit"]`` and ``attrs["reasons"]``, a reason for each blank.

    Examples
    --------
    >>> blank = measure(pd.Series({"a": 1.0, "b": np.nan}), "to_capital", "min")
    >>> blank.attrs
    {'unit': 'min', 'reasons': {'b': 'no_trip'}}
    """
    found = values.astype(np.float64).rename(name)
    blanks = found.index[found.isna()]
    known = dict(reasons or {})
    found.attrs["unit"] = unit
    found.attrs["reasons"] = {place: known.get(place, "no_trip") for place in blanks}
    return found


def reason_of(found: pd.Series[float], place_id: str) -> str:
    """Return why a measure has no value for a place; blank where it has one.

    Examples
    --------
    >>> reason_of(measure(pd.Series({"a": np.nan}), "x", "1"), "a")
    'no_trip'
    """
    return str(found.attrs.get("reasons", {}).get(place_id, ""))


def _refuse_negative(table: pd.DataFrame, values: NDArray[np.float64], name: str) -> None:
    """Refuse a matrix with a value below 0 or without end."""
    wrong = np.argwhere((values < 0) | np.isinf(values))
    if len(wrong):
        i, j = wrong[0]
        pair = f"{table.index[i]} to {table.columns[j]}: {values[i, j]}"
        what = "not a travel time" if name == "minutes" else "a value below 0 or infinite"
        fix = "give numbers from 0 up, blank where there is no trip"
        raise MeasureError(Fault(name, f"{what} ({pair})", fix))

"""What measures share: minutes in, a named Series with a unit out, a reason for each blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError

__all__ = ["REASONS", "masses_of", "measure", "minutes_away", "minutes_matrix", "reason_of"]

REASONS = ("no_trip", "single_place", "zero_mass", "no_distance", "not_applicable")
"""Reason codes of a measure without a value.

no_trip: a time it needs is missing. single_place: there is no other place to compare with.
zero_mass: the masses it divides by sum to nothing. no_distance: it divides by a distance of zero.
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
    wanted = times.loc[times["from_id"].isin(from_ids) & times["to_id"].isin(to_ids)]
    again = wanted.duplicated(["from_id", "to_id"])
    if again.any():
        first = wanted.loc[again].iloc[0]
        what = f"a pair twice ({first['from_id']} to {first['to_id']})"
        raise MeasureError(Fault("times", what, "pass the times of one mode"))
    table = wanted.pivot_table(
        index="from_id", columns="to_id", values="minutes", aggfunc="first", dropna=False
    )
    return table.reindex(index=list(from_ids), columns=list(to_ids)).astype(np.float64)


def minutes_away(minutes: pd.DataFrame) -> NDArray[np.float64]:
    """Return the minutes with the cell of each place to itself blanked, shape as given.

    Raises
    ------
    MeasureError
        If a time is negative or infinite.

    Examples
    --------
    >>> minutes_away(pd.DataFrame([[0., 5.]], index=["a"], columns=["a", "b"])).tolist()
    [[nan, 5.0]]
    """
    away = minutes.to_numpy(np.float64, copy=True)
    wrong = np.argwhere((away < 0) | np.isinf(away))
    if len(wrong):
        i, j = wrong[0]
        pair = f"{minutes.index[i]} to {minutes.columns[j]}: {away[i, j]}"
        fix = "give minutes from 0 up, blank where there is no trip"
        raise MeasureError(Fault("minutes", f"not a travel time ({pair})", fix))
    own = minutes.index.to_numpy()[:, None] == minutes.columns.to_numpy()[None, :]
    away[own] = np.nan
    return away


def masses_of(masses: pd.Series[float] | None, place_ids: Sequence[str]) -> NDArray[np.float64]:
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

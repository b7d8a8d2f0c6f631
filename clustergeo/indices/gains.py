"""Who gains by a change: minutes saved by where people live, added up to areas, as shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.indices.measure import masses_of
from clustergeo.schemas.gains import GAINS, LEVELS

__all__ = ["area_gains", "cell_gains", "to_all", "to_first"]

# The grid of people is of unconfirmed origin, and no demand is modelled.
_EVIDENCE: Final = "estimated"
_SAME_MIN: Final = 0.005  # half of what tables show: roads cut anew differ by rounding
_SUMS: Final = (
    *("population", "timed_population", "new_population", "lost_population"),
    *("saved_person_min", "gained_person_min", "lost_person_min"),
)


def to_all(
    before: pd.DataFrame, after: pd.DataFrame, masses: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Return the mean minutes from each origin to all destinations, before and after.

    Only destinations with a time before and after count, so that what is subtracted is alike.
    Times less than 0.005 minutes apart are the same.

    Parameters
    ----------
    before, after
        Minutes, rows from, columns to, NaN without a trip; the same rows and columns.
    masses
        Weight of each destination, such as its employees; equal ones if None.

    Returns
    -------
    minutes : pandas.DataFrame
        By origin: ``before_min``, ``after_min``, ``saved_min`` (blank where no destination has
        both times) and ``reason``, a word of ``schemas.gains.GAIN_REASONS`` or blank.

    Raises
    ------
    UsageError
        If before and after have other rows or columns.
    MeasureError
        If a mass is missing or below zero.

    Examples
    --------
    >>> before = pd.DataFrame({"p": [30.0, 50.0], "q": [60.0, None]}, index=["a", "b"])
    >>> after = before.assign(p=[20.0, 45.0])
    >>> to_all(before, after, pd.Series({"p": 3.0, "q": 1.0}))[["saved_min", "reason"]].values
    array([[7.5, ''],
           [5.0, 'some_clusters']], dtype=object)
    """
    old, new = _alike(before, after)
    weights = masses_of(masses, list(before.columns))
    # Destinations that weigh nothing are none.
    old, new, weights = old[:, weights > 0], new[:, weights > 0], weights[weights > 0]
    both = ~np.isnan(old) & ~np.isnan(new)
    counted = np.where(both, weights, 0.0)
    total = counted.sum(axis=1)
    found = total > 0
    # A sum of differences: where nothing changes it is zero, not a rest of two sums.
    sums = [
        (counted * np.where(both, values, 0.0)).sum(axis=1) for values in (old, new, old - new)
    ]
    means = [np.divide(s, total, out=np.full(len(s), np.nan), where=found) for s in sums]
    some = found & (both.sum(axis=1) < weights.size)
    return _minutes(before.index, means, (old, new), some)


def to_first(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the minutes from each origin to the destination nearest at the time.

    Parameters
    ----------
    before, after
        As for :func:`to_all`; another destination may be the nearest after.

    Returns
    -------
    minutes : pandas.DataFrame
        As of :func:`to_all`.

    Raises
    ------
    UsageError
        If before and after have other rows or columns.

    Examples
    --------
    >>> before = pd.DataFrame({"p": [30.0], "q": [60.0]}, index=["a"])
    >>> to_first(before, before.assign(q=25.0))["saved_min"].tolist()
    [5.0]
    """
    old, new = _alike(before, after)
    nearest = [np.fmin.reduce(values, axis=1, initial=np.nan) for values in (old, new)]
    both = ~np.isnan(nearest[0]) & ~np.isnan(nearest[1])
    means = [np.where(both, values, np.nan) for values in (*nearest, nearest[0] - nearest[1])]
    return _minutes(before.index, means, (old, new), np.zeros(len(old), bool))


def cell_gains(
    cells: pd.DataFrame, minutes: pd.DataFrame, *, target: str, mode: str
) -> pd.DataFrame:
    """Return what the people of each cell gain.

    Parameters
    ----------
    cells
        ``place_id``, ``x``, ``y`` and ``population``.
    minutes
        By ``place_id``, as of :func:`to_all` or :func:`to_first`.
    target, mode
        Where they go, and how.

    Returns
    -------
    gains : pandas.DataFrame
        Rows of the contract ``schemas.gains.GAINS``, in the order of the cells.

    Examples
    --------
    >>> cells = pd.DataFrame({"place_id": ["a", "b"], "x": 0, "y": 0, "population": [10, 30]})
    >>> saved = to_first(pd.DataFrame({"p": [30.0, 30.0]}, index=["a", "b"]),
    ...                  pd.DataFrame({"p": [20.0, 31.0]}, index=["a", "b"]))
    >>> found = cell_gains(cells, saved, target="clusters", mode="car")
    >>> found[["saved_person_min", "lost_person_min"]].values.tolist()
    [[100.0, 0.0], [-30.0, -30.0]]
    """
    own = minutes.loc[cells["place_id"]].reset_index(drop=True)
    people = cells["population"].to_numpy(np.int64)
    timed = own["saved_min"].notna().to_numpy()
    person_min = people * own["saved_min"].to_numpy(np.float64)
    columns: dict[str, Any] = {
        "level": LEVELS[0],
        "area_id": cells["place_id"].to_numpy(object),
        "name_en": "",
        "name_ko": "",
        "x": cells["x"].to_numpy(np.float64),
        "y": cells["y"].to_numpy(np.float64),
        "population": people,
        "timed_population": np.where(timed, people, 0),
        "new_population": np.where(own["reason"] == "no_time_before", people, 0),
        "lost_population": np.where(own["reason"] == "no_time_after", people, 0),
        "target": target,
        "mode": mode,
        **{name: own[name].to_numpy() for name in ("before_min", "after_min", "saved_min")},
        "saved_person_min": person_min,
        "gained_person_min": np.maximum(person_min, 0.0),
        "lost_person_min": np.minimum(person_min, 0.0),
        "reason": own["reason"].to_numpy(object),
    }
    return _shared(pd.DataFrame(columns))


def area_gains(
    gains: pd.DataFrame, areas: pd.DataFrame, level: str, names: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """Return what areas gain: their cells added up, means weighted by people.

    Parameters
    ----------
    gains
        Rows of cells, one target and mode, as of :func:`cell_gains`.
    areas
        By id of the cell, the id of its area in the column ``level``.
    level
        One of ``schemas.gains.LEVELS``.
    names
        English and Korean name by id of the area.

    Returns
    -------
    gains : pandas.DataFrame
        Rows of the contract ``schemas.gains.GAINS``, by id of the area.

    Examples
    --------
    >>> cells = pd.DataFrame({"place_id": ["a", "b"], "x": 0, "y": 0, "population": [10, 30]})
    >>> saved = to_first(pd.DataFrame({"p": [30.0, 30.0]}, index=["a", "b"]),
    ...                  pd.DataFrame({"p": [20.0, 30.0]}, index=["a", "b"]))
    >>> found = cell_gains(cells, saved, target="clusters", mode="car")
    >>> town = pd.DataFrame({"sido": ["1", "1"]}, index=["a", "b"])
    >>> area_gains(found, town, "sido", {"1": ("Town", "읍")})[["saved_min", "share"]].values
    array([[2.5, 1. ]])
    """
    of = areas.loc[gains["area_id"], level].to_numpy(object)
    people = gains["timed_population"].to_numpy(np.float64)
    weighted = gains.assign(before=gains["before_min"] * people, after=gains["after_min"] * people)
    summed = weighted.groupby(of, sort=True)[[*_SUMS, "before", "after"]].sum(min_count=0)
    timed = summed["timed_population"].to_numpy(np.float64)
    found = timed > 0
    columns: dict[str, Any] = {
        "level": level,
        "area_id": summed.index.to_numpy(object),
        "name_en": [names[code][0] for code in summed.index],
        "name_ko": [names[code][1] for code in summed.index],
        "x": np.nan,
        "y": np.nan,
        **{name: summed[name].to_numpy() for name in _SUMS[:4]},
        "target": gains["target"].iloc[0],
        "mode": gains["mode"].iloc[0],
    }
    means = {"before_min": "before", "after_min": "after", "saved_min": "saved_person_min"}
    for name, total in means.items():
        columns[name] = np.divide(
            summed[total].to_numpy(), timed, out=np.full(len(summed), np.nan), where=found
        )
    for name in _SUMS[4:]:
        columns[name] = np.where(found, summed[name], np.nan)
    lost, new = (summed[f"{name}_population"] > 0 for name in ("lost", "new"))
    reasons = np.select([new & ~lost, lost & ~new], ["no_time_before", "no_time_after"], "no_time")
    columns["reason"] = np.where(found, "", reasons).astype(object)
    return _shared(pd.DataFrame(columns))


def _shared(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their shares of what all of them save, and costs still open."""
    saved = rows["saved_person_min"].to_numpy(np.float64)
    timed = ~np.isnan(saved)
    net = float(saved[timed].sum())
    share = saved / net if net > 0 else np.full(saved.size, np.nan)
    why = np.where(timed, "" if net > 0 else "no_net_gain", "no_time").astype(object)
    found = rows.assign(
        share=share,
        share_reason=why,
        cost_share=np.nan,
        cost_krw_bn=np.nan,
        cost_reason="not_the_basis",
        evidence=_EVIDENCE,
    )
    return found[list(GAINS.names)]


def _alike(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not (before.index.equals(after.index) and before.columns.equals(after.columns)):
        message = "after: other rows or columns than before - pass tables of the same places"
        raise UsageError(message)
    old, new = before.to_numpy(np.float64), after.to_numpy(np.float64)
    return old, np.where(np.abs(new - old) < _SAME_MIN, old, new)


def _minutes(
    origins: pd.Index[Any],
    means: list[NDArray[np.float64]],
    times: tuple[NDArray[np.float64], NDArray[np.float64]],
    some: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return means by origin, and why they are blank or of fewer destinations."""
    was, is_ = ((~np.isnan(values)).any(axis=1) for values in times)
    blank = np.isnan(means[2])
    reason = np.select(
        [some, ~blank, was & ~is_, is_ & ~was],
        ["some_clusters", "", "no_time_after", "no_time_before"],
        "no_time",
    )
    columns = dict(zip(("before_min", "after_min", "saved_min"), means, strict=True))
    return pd.DataFrame(columns | {"reason": reason.astype(object)}, index=origins)

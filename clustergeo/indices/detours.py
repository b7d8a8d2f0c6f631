"""Measures of directness: kilometres on the network over those of the crow; lengths in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._cells import beside, by_pair, by_row, cells_of, over

__all__ = ["circuity", "pair_circuity", "relative_detour", "straightness"]


def circuity(
    lengths_km: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
) -> pd.Series[float]:
    """Return circuity: kilometres on the network over straight ones; lengths, not minutes, in.

    Q_i = sum_j M_j l_ij / sum_j M_j d_ij over places j != i.

    Parameters
    ----------
    lengths_km
        Network kilometres, rows from, columns to, NaN where there is no trip: the ``distance_m``
        of the times, in kilometres. Rows and columns may be other places.
    masses
        Mass of each destination; all alike by default.
    distances_km
        Great-circle kilometres of each pair.

    Returns
    -------
    circuity : pandas.Series, shape (rows,)
        About 1.2 as a rule, less for long trips; high is isolated. Location-neutral. Unit ``1``.

    Raises
    ------
    MeasureError
        If a length or a mass has no meaning, or a pair has no distance.

    Notes
    -----
    Source: Newell 1980; Ballou 2002; Levinson & El-Geneidy 2009; Giacomin & Levinson 2015;
    Barthelemy 2011 (to be checked). A ratio of sums, which a mean of ratios is not.

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``. A
    place with a mass that cannot be reached: ``no_trip``. All at one point: ``no_distance``.

    Examples
    --------
    >>> lengths = pd.DataFrame({"b": [60.0], "c": [15.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [50.0], "c": [10.0]}, index=["a"])
    >>> circuity(lengths, distances_km=km).tolist()
    [1.25]
    """
    cells = cells_of(lengths_km, masses, name="lengths_km")
    straight = cells.total(beside(distances_km, cells, "distances_km"))
    blank = {"no_trip": cells.missing, "no_distance": straight == 0}
    found = over(cells.total(cells.away), straight)
    return by_row(cells, found, "circuity", "1", blank=blank)


def straightness(
    lengths_km: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
) -> pd.Series[float]:
    """Return straightness: the mean of straight over network kilometres; lengths, not minutes, in.

    S_i = sum_j M_j (d_ij / l_ij) / sum_j M_j over places j != i; out of reach adds 0.

    Parameters
    ----------
    lengths_km
        Network kilometres, rows from, columns to, NaN where there is no trip. Rows and columns
        may be other places.
    masses
        Mass of each destination; all alike by default.
    distances_km
        Great-circle kilometres of each pair.

    Returns
    -------
    straightness : pandas.Series, shape (rows,)
        At most 1 on a network that keeps to the ground; low is isolated. Unit ``1``.

    Raises
    ------
    MeasureError
        If a length or a mass has no meaning, or a pair has no distance.

    Notes
    -----
    Source: Porta, Crucitti & Latora 2006 (to be checked).

    No rows: an empty Series. No other place: ``single_place``. Masses all zero: ``zero_mass``.
    Nothing in reach: 0. A place with a mass at no length: ``no_distance``.

    Examples
    --------
    >>> lengths = pd.DataFrame({"b": [50.0], "c": [20.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [50.0], "c": [10.0]}, index=["a"])
    >>> straightness(lengths, distances_km=km).tolist()
    [0.75]
    """
    cells = cells_of(lengths_km, masses, name="lengths_km")
    km = beside(distances_km, cells, "distances_km")
    ratio = np.nan_to_num(over(km, cells.away))
    blank = {"no_distance": cells.together}
    return by_row(cells, cells.mean(ratio), "straightness", "1", blank=blank)


def relative_detour(
    lengths_km: pd.DataFrame,
    masses: pd.Series[float] | None = None,
    *,
    distances_km: pd.DataFrame,
    capital: Sequence[str],
) -> pd.Series[float]:
    """Return the relative detour: circuity to the other places over circuity to the capital.

    R_i = Q_i / q_iS: Q_i the circuity of i to the columns that are not of the capital, q_iS to
    those that are, each a ratio of sums. With one of each it is q_ij / q_iS.

    Parameters
    ----------
    lengths_km
        Network kilometres, rows from, columns to; lengths, not minutes.
    masses
        Mass of each destination, that of capital points unused; all alike by default.
    distances_km
        Great-circle kilometres of each pair.
    capital
        Columns that are reference points of the capital.

    Returns
    -------
    detour : pandas.Series, shape (rows,)
        Above 1 the roads to the capital are the straighter ones; high is isolated. Unit ``1``.

    Raises
    ------
    MeasureError
        If a length or a mass has no meaning, a pair has no distance or no column is of the
        capital.

    Notes
    -----
    A definition of this project. Longer trips are straighter anywhere, so a little above 1 is
    to be expected.

    No rows: an empty Series. No other place, or no point of the capital but itself:
    ``single_place``. Masses all zero: ``zero_mass``. A place or a point of the capital that cannot
    be reached: ``no_trip``. One point, or no length to the capital: ``no_distance``.

    Examples
    --------
    >>> lengths = pd.DataFrame({"b": [30.0], "seoul": [120.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [20.0], "seoul": [100.0]}, index=["a"])
    >>> relative_detour(lengths, distances_km=km, capital=["seoul"]).round(2).tolist()
    [1.25]
    """
    if lost := [place for place in capital if place not in lengths_km.columns]:
        what = f"no column of the capital ({', '.join(lost)})"
        raise MeasureError(Fault("lengths_km", what, "give lengths to each of its points"))
    seats = lengths_km.columns.isin(list(capital))
    if masses is not None:
        masses = masses.drop(labels=list(capital), errors="ignore")
    inside = circuity(lengths_km.loc[:, ~seats], masses, distances_km=distances_km)
    seat = circuity(lengths_km.loc[:, seats], distances_km=distances_km)
    cells = cells_of(lengths_km, name="lengths_km")
    why = [dict(part.attrs["reasons"]) for part in (inside, seat)]
    either = why[1] | why[0]
    blank = {
        reason: np.array([either.get(place) == reason for place in cells.from_ids], bool)
        for reason in ("single_place", "zero_mass", "no_trip", "no_distance")
    }
    blank["no_distance"] |= seat.to_numpy() == 0
    found = over(np.asarray(inside), np.asarray(seat))
    return by_row(cells, found, "relative_detour", "1", blank=blank)


def pair_circuity(lengths_km: pd.DataFrame, *, distances_km: pd.DataFrame) -> pd.Series[float]:
    """Return the circuity of each pair: network over straight kilometres; lengths in.

    q_ij = l_ij / d_ij for i != j.

    Parameters
    ----------
    lengths_km
        Network kilometres, rows from, columns to, NaN where there is no trip.
    distances_km
        Great-circle kilometres of each pair.

    Returns
    -------
    circuity : pandas.Series, shape (pairs,)
        By ``from_id, to_id``, all pairs of two places. Unit ``1``.

    Raises
    ------
    MeasureError
        If a length has no meaning or a pair has no distance.

    Notes
    -----
    Source: as :func:`circuity`. The mean of these is not the circuity of a place.

    No pairs: an empty Series. No trip: ``no_trip``. At one point: ``no_distance``.

    Examples
    --------
    >>> lengths = pd.DataFrame({"b": [60.0], "c": [15.0]}, index=["a"])
    >>> km = pd.DataFrame({"b": [50.0], "c": [10.0]}, index=["a"])
    >>> pair_circuity(lengths, distances_km=km).to_dict()
    {('a', 'b'): 1.2, ('a', 'c'): 1.5}
    """
    cells = cells_of(lengths_km, name="lengths_km")
    km = beside(distances_km, cells, "distances_km")
    blank = {"no_trip": cells.missing, "no_distance": km == 0}
    ratio = over(cells.away, km)
    return by_pair(cells, ratio, "pair_circuity", "1", kept=cells.between, blank=blank)

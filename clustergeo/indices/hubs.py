"""Measures of the way by a hub: what it would cost, and whether the best trip takes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._cells import Cells, by_pair, cells_of, over
from clustergeo.indices.measure import measure

__all__ = ["best_hub", "changes_at", "hub_detour", "routed_via"]

_STOPS = ("from_stop", "from_stop_en", "to_stop", "to_stop_en")


def hub_detour(minutes: pd.DataFrame, *, hub: str) -> pd.Series[float]:
    """Return the detour by a hub of each pair: minutes by the hub over those of the best trip.

    delta_ij = (t_iH + t_Hj) / t_ij for places i != j other than the hub H.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to; the hub is one of both.
    hub
        Place id.

    Returns
    -------
    detour : pandas.Series, shape (pairs,)
        By ``from_id, to_id``. Near 1 the best trip in effect runs by the hub. Unit ``1``.

    Raises
    ------
    MeasureError
        If the hub is not in the matrix or a time has no meaning.

    Notes
    -----
    A definition of this project. By public transport the two halves are waited for separately,
    and medians do not add up: it can be below 1, where the connection at the hub is worse than
    the usual wait of those who set out from there.

    No pairs: an empty Series. A time of the three is missing: ``no_trip``. The two places are
    zero minutes apart: ``no_distance``.

    Examples
    --------
    >>> ids = ["a", "b", "h"]
    >>> minutes = pd.DataFrame([[0, 50, 20], [40, 0, 40], [10, 35, 0]], index=ids, columns=ids)
    >>> hub_detour(minutes, hub="h").to_dict()
    {('a', 'b'): 1.1, ('b', 'a'): 1.25}
    """
    cells = cells_of(minutes)
    by_hub = _by_hub(cells, hub)
    kept = cells.between & (cells.from_ids != hub)[:, None] & (cells.to_ids != hub)[None, :]
    blank = {"no_trip": cells.missing | np.isnan(by_hub), "no_distance": cells.together}
    return by_pair(cells, over(by_hub, cells.away), "hub_detour", "1", kept=kept, blank=blank)


def best_hub(minutes: pd.DataFrame, hubs: Sequence[str]) -> pd.DataFrame:
    """Return for each pair the hub by which the way is shortest, and its detour.

    Parameters
    ----------
    minutes
        Minutes, rows from, columns to; every hub is one of both.
    hubs
        Place ids; of hubs as good the first is named.

    Returns
    -------
    hubs : pandas.DataFrame, shape (pairs, 2)
        By ``from_id, to_id``, pairs of two places that are not hubs: ``hub_id`` (blank where no
        hub leads there) and ``detour``, see :func:`hub_detour`.

    Raises
    ------
    MeasureError
        If a hub is not in the matrix or a time has no meaning.

    Examples
    --------
    >>> ids = ["a", "b", "g", "h"]
    >>> minutes = pd.DataFrame(30.0, index=ids, columns=ids)
    >>> minutes.loc["h", "b"] = 6.0
    >>> best_hub(minutes, ["g", "h"]).loc[[("a", "b")]].values.tolist()
    [['h', 1.2]]
    """
    cells = cells_of(minutes)
    ends = [~ids.isin(list(hubs)) for ids in (cells.from_ids, cells.to_ids)]
    kept = cells.between & ends[0][:, None] & ends[1][None, :]
    ways = np.array([np.full(kept.shape, np.inf), *(_by_hub(cells, hub) for hub in hubs)])
    ways[np.isnan(ways)] = np.inf
    least, which = ways.min(axis=0), ways.argmin(axis=0)
    least[np.isinf(least)] = np.nan
    blank = {"no_trip": cells.missing | np.isnan(least), "no_distance": cells.together}
    ratio = over(least, cells.away)
    detour = by_pair(cells, ratio, "detour", "1", kept=kept, blank=blank)
    named = np.array(["", *hubs], object)[which][kept]
    return pd.DataFrame({"hub_id": np.where(detour.isna(), "", named), "detour": detour})


def routed_via(detour: pd.Series[float], *, eps: float = 0.05) -> pd.Series[float]:
    """Return whether trips in effect run by the hub: the way by it takes hardly longer.

    1 where delta_ij < 1 + eps, else 0.

    Parameters
    ----------
    detour
        Detour by the hub of each pair, as :func:`hub_detour` returns it.
    eps
        Share by which the way by the hub may take longer, from 0 up.

    Returns
    -------
    routed : pandas.Series, shape (pairs,)
        1 or 0. Unit ``1``; ``eps`` stands in ``attrs["parameters"]``.

    Raises
    ------
    MeasureError
        If ``eps`` is negative.

    Notes
    -----
    A definition of this project. It tells of minutes, not of the line ridden: a hub beside the
    way passes too. :func:`changes_at` tells where one changes.

    Blanks keep their reasons.

    Examples
    --------
    >>> pairs = pd.MultiIndex.from_tuples([("a", "b"), ("b", "a")])
    >>> routed_via(pd.Series([1.02, 1.3], pairs)).tolist()
    [1.0, 0.0]
    """
    if not eps >= 0:
        raise MeasureError(Fault("eps", f"not a share ({eps:g})", "give a number from 0 up"))
    routed = (detour < 1 + eps).astype(np.float64).mask(detour.isna())
    found = measure(routed, "routed_via", "1", reasons=detour.attrs.get("reasons"))
    found.attrs["parameters"] = {"eps": eps}
    return found


def changes_at(trips: pd.DataFrame, *, stops: Sequence[str]) -> pd.Series[float]:
    """Return whether the trip of each pair boards or leaves a vehicle at one of some stops.

    Parameters
    ----------
    trips
        Times by public transport, contract ``schemas.results.TIMES``, whose ``legs`` say where
        one changes; or the legs, as :func:`clustergeo.times.anatomy.journey_legs` returns them.
    stops
        Names of the stops of the hub, whole and in the language of the table; a station and the
        bus stops before it are several.

    Returns
    -------
    changes : pandas.Series, shape (pairs,)
        1 or 0 by ``from_id, to_id``, pairs of two places. Unit ``1``.

    Raises
    ------
    MeasureError
        If the table has neither legs nor stops, or holds trips by car.

    Notes
    -----
    A definition of this project. Of the median trip. A vehicle that calls at the hub while one
    stays seated does not count. In the one-line legs a stop counts whose name ends, after a
    space, in the one given; the table of legs is exact.

    No pairs: an empty Series. No trip: ``no_trip``.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a"], "to_id": ["b", "c"], "mode": "transit",
    ...                       "legs": ["KTX A→Hub 14 min > walk 4 min", "5 A→B 9 min"]})
    >>> changes_at(times, stops=["Hub"]).to_dict()
    {('a', 'b'): 1.0, ('a', 'c'): 0.0}
    """
    pairs = ["from_id", "to_id"]
    between = trips.loc[trips["from_id"] != trips["to_id"]]
    if "from_stop" in trips.columns:
        found = between[list(_STOPS)].isin(list(stops)).any(axis=1) & (between["kind"] == "ride")
        at = found.groupby([between[side] for side in pairs], sort=False).any()
        return measure(at.astype(np.float64), "changes_at", "1")
    if "legs" not in trips.columns:
        what, fix = "no legs in the table", "pass times by public transport or their legs"
        raise MeasureError(Fault("trips", what, fix))
    if "car" in set(between.get("mode", ())):
        raise MeasureError(Fault("trips", "trips by car", "pass the times by public transport"))
    legs = between.set_index(pairs)["legs"].fillna("").astype(str)
    shown = "|".join(re.escape(stop) for stop in stops) or "(?!)"
    pattern = rf" (?:{shown})→|→(?:{shown}) \d+(?:분| min)"
    at = (" " + legs).str.contains(pattern, regex=True)
    return measure(at.astype(np.float64).mask(legs == ""), "changes_at", "1")


def _by_hub(cells: Cells, hub: str) -> NDArray[np.float64]:
    """Return the minutes of each pair by a hub, NaN where half of it is missing."""
    for side, ids in (("row", cells.from_ids), ("column", cells.to_ids)):
        if hub not in ids:
            what = f"no {side} of the hub ({hub})"
            raise MeasureError(Fault("minutes", what, "give times to and from it"))
    there = cells.away[:, cells.to_ids.get_loc(hub)]
    back = cells.away[cells.from_ids.get_loc(hub), :]
    return there[:, None] + back[None, :]

"""Peers: clusters beside other places, by the same measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.indices._panel import panel
from clustergeo.indices._view import View
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.isolation import rows_of
from clustergeo.indices.stability import ranks
from clustergeo.indices.surroundings import Surroundings
from clustergeo.schemas import check_table
from clustergeo.schemas.results import PEERS

__all__ = ["peers_table"]

_PERCENT = 100.0
# Of the others nothing can be said: minutes by hubs and shares of departures need more times.
_LEFT_OUT = ("least_hub_detour", "share_capital_faster", "remoteness")


def peers_table(
    times: pd.DataFrame,
    places: gpd.GeoDataFrame,
    clusters: Sequence[str],
    capital: Sequence[str],
    around: Surroundings | None = None,
) -> pd.DataFrame:
    """Return the measures of clusters and of other places, with ranks among all of them.

    Parameters
    ----------
    times
        Times of one or more modes, contract ``schemas.results.TIMES``, from every place to the
        clusters and to the capital.
    places
        The clusters and the places they are compared with: ``place_id``, ``kind`` and names.
    clusters
        Ids of the clusters: the destinations of every place, itself aside.
    capital
        Ids of the reference points of the capital.
    around
        Masses of the clusters, distances between all places, rules.

    Returns
    -------
    peers : pandas.DataFrame
        Contract ``schemas.results.PEERS``: one row a place, mode and measure. ``rank`` 1 is the
        most isolated of all places with a value, equals sharing it; ``of`` counts them;
        ``percentile`` is the share of the others that are less isolated, in %. Measures of which
        neither end is isolated are left out, and so are those that need times the other way.

    Raises
    ------
    MeasureError
        If the times hold a pair twice.

    Examples
    --------
    >>> times = pd.DataFrame([("a", "b", 30.0), ("a", "s", 60.0), ("b", "a", 30.0),
    ...                       ("b", "s", 20.0), ("town", "a", 50.0), ("town", "b", 70.0),
    ...                       ("town", "s", 25.0)], columns=["from_id", "to_id", "minutes"])
    >>> times = times.assign(mode="car", distance_m=1.0, evidence="derived")
    >>> places = gpd.GeoDataFrame({"place_id": ["a", "b", "town"], "name_en": "", "name_ko": "",
    ...                            "kind": ["cluster", "cluster", "municipality"]})
    >>> table = peers_table(times, places, ["a", "b"], ["s"])
    >>> ratio = table.loc[table["index"] == "capital_ratio"]
    >>> ratio[["place_id", "value", "rank", "percentile"]].values.tolist()
    [['a', 0.5, 3.0, 0.0], ['b', 1.5, 2.0, 50.0], ['town', 2.0, 1.0, 100.0]]
    """
    named = places.set_index("place_id")[["kind", "name_en", "name_ko"]]
    ends = {name: index.isolated for name, index in load_indices().items()}
    wanted = [name for name, end in ends.items() if end != "neither" and name not in _LEFT_OUT]
    parts = []
    for mode in dict.fromkeys(times["mode"]):
        view = View(
            times=times.loc[times["mode"] == mode],
            origins=tuple(named.index),
            clusters=tuple(clusters),
            capital=tuple(capital),
            around=around or Surroundings(),
        )
        for found in panel(view, mode, only=wanted):
            rows = pd.DataFrame(rows_of(found, mode)).rename(columns={"cluster_id": "place_id"})
            parts.append(rows.assign(**_standing(rows["value"], ends[str(found.measure.name)])))
    if not parts:
        return check_table(pd.DataFrame(columns=list(PEERS.names)), PEERS, file="peers")
    table = pd.concat(parts, ignore_index=True).join(named, on="place_id")
    order = {place: i for i, place in enumerate(named.index)}
    modes = {mode: i for i, mode in enumerate(dict.fromkeys(times["mode"]))}
    table = table.iloc[
        np.lexsort((np.arange(len(table)), table["place_id"].map(order), table["mode"].map(modes)))
    ]
    return check_table(table.reset_index(drop=True), PEERS, file="peers", first_row=1)


def _standing(values: pd.Series[float], end: Any) -> dict[str, Any]:  # noqa: ANN401 - a Literal
    """Return rank, number and percentile of each value among all of them."""
    ranked = ranks(values, end)
    known = int(ranked.notna().sum())
    behind = (ranked.to_numpy()[None, :] > ranked.to_numpy()[:, None]).sum(axis=1)
    share = behind / (known - 1) * _PERCENT if known > 1 else np.full(len(values), np.nan)
    return {"rank": ranked, "of": known, "percentile": np.where(ranked.isna(), np.nan, share)}

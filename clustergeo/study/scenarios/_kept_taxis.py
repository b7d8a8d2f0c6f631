"""Who took a taxi to the stop before a scenario may take it after: a new stop takes nothing away.

By the rule ``walk_else_taxi`` a place has taxis only while no stop is within a walk. A new stop
nearby would end that and could make every trip longer, which no new stop does.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.study.model import Model
from clustergeo.times import TravelTimes
from clustergeo.times.transit.setup import prepare
from clustergeo.times.transit.walks import MEANS, Reach

__all__ = ["Kept", "kept_taxis", "transit_times_keeping"]

_RULE: Final = "walk_else_taxi"


class Kept(NamedTuple):
    """Places whose taxis a new stop would have ended: to the first stop, and from the last."""

    access: frozenset[str]
    egress: frozenset[str]


def kept_taxis(before: Model, after: Model, places: gpd.GeoDataFrame) -> Kept:
    """Return the places without a stop within a walk before that have one after."""
    if _RULE not in before.transit_rules.ends:
        return Kept(frozenset(), frozenset())
    sides = [
        (_walkers(search.access, places), _walkers(search.egress, places))
        for search in (
            prepare(model.timetable, places, places, model.departures, model.transit_rules)
            for model in (before, after)
        )
    ]
    (access, egress), (new_access, new_egress) = sides
    ends = before.transit_rules.ends
    return Kept(
        new_access - access if ends[0] == _RULE else frozenset(),
        new_egress - egress if ends[1] == _RULE else frozenset(),
    )


def _walkers(reach: Reach, places: gpd.GeoDataFrame) -> frozenset[str]:
    ids = places["place_id"].to_numpy()
    walks = np.repeat(np.arange(len(ids)), np.diff(reach.ptr))[reach.means == MEANS.index("walk")]
    return frozenset(ids[np.unique(walks)].tolist())


def transit_times_keeping(
    model: Model,
    places: gpd.GeoDataFrame,
    kept: Kept,
    destinations: gpd.GeoDataFrame | None = None,
) -> TravelTimes:
    """Return the times between places by public transport, taxis kept where they were.

    Parameters
    ----------
    model
        The model after the scenario.
    places
        Origins, and destinations where none are given.
    kept
        As of :func:`kept_taxis`.
    destinations
        Where the trips lead; the places themselves if None.
    """
    to = places if destinations is None else destinations
    if not (kept.access or kept.egress):
        return model.transit(places, to)
    ids, to_ids = places["place_id"], to["place_id"]
    ends = model.transit_rules.ends
    rows = [np.flatnonzero(~ids.isin(kept.access)), np.flatnonzero(ids.isin(kept.access))]
    columns = [np.flatnonzero(~to_ids.isin(kept.egress)), np.flatnonzero(to_ids.isin(kept.egress))]
    minutes = np.empty((len(ids), len(to_ids), 0))
    tables: list[pd.DataFrame] = []
    warnings: list[str] = []
    for taxi_there, taxi_back in product((False, True), repeat=2):
        at = (rows[taxi_there], columns[taxi_back])
        if not (at[0].size and at[1].size):
            continue
        rules = replace(
            model.transit_rules,
            access="taxi" if taxi_there else ends[0],
            egress="taxi" if taxi_back else ends[1],
        )
        part = replace(model, transit_rules=rules).transit(places.iloc[at[0]], to.iloc[at[1]])
        if not minutes.shape[2]:
            minutes = np.full((len(ids), len(to_ids), part.minutes.shape[2]), np.nan)
        minutes[np.ix_(*at)] = part.minutes
        tables.append(part.table)
        warnings += part.warnings
    order = pd.MultiIndex.from_product([ids, to_ids], names=["from_id", "to_id"])
    table = pd.concat(tables).set_index(["from_id", "to_id"]).loc[order].reset_index()
    table = table.astype({"from_id": object, "to_id": object})
    warned = tuple(dict.fromkeys(warnings))
    return TravelTimes("transit", table, minutes, tuple(ids), tuple(to_ids), warned)

"""Who took a taxi to the stop before a scenario may take it after: a new stop takes nothing away.

By the rule ``walk_else_taxi`` a place has taxis only while no stop is within a walk. A new stop
nearby would end that and could make every trip longer, which no new stop does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np

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
    return model.transit(places, to, taxis=(kept.access, kept.egress))

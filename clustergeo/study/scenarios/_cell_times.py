"""Minutes from many cells to a few places, without and with a scenario, by one mode.

A new road or stop nearby takes nothing away, as for the pairs of a run: drives may still set off
by the road met before, and who took a taxi to the stop may go on doing so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.study.model import Model
from clustergeo.times.roads.snaps import snap
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import TransitRules
from clustergeo.times.transit.search import percentiles
from clustergeo.times.transit.setup import Search, prepare
from clustergeo.times.transit.walks import MEANS, Reach
from clustergeo.units import SECONDS_PER_MINUTE, WGS84

__all__ = ["Told", "cell_minutes"]

Told = Callable[[float], None]
"""Called with the share of the work that is done, 0 to 1."""

_RULE: Final = "walk_else_taxi"
_MEDIAN: Final = 0.5
_MOVED_M: Final = 1.0


def cell_minutes(
    models: tuple[Model, Model],
    cells: gpd.GeoDataFrame,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    mode: str,
    told: Told | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the median minutes from cells to places before and after, NaN without a trip.

    Parameters
    ----------
    models
        Without and with the scenario.
    cells
        ``place_id`` and points.
    places
        Destinations without and with it, the same ids in the same order.
    mode
        ``car`` or ``transit``.
    told
        Told how far it is.

    Raises
    ------
    UsageError
        If the study counts waiting by plan: a median of departures is asked for.
    """
    both = (_by_car if mode == "car" else _by_transit)(models, cells, places, told or _unheard)
    ids = pd.Index(cells["place_id"], dtype=object)
    before, after = (pd.DataFrame(m, index=ids, columns=list(places[0]["place_id"])) for m in both)
    return before, after


def _unheard(share: float) -> None:
    """Tell nobody."""


Both = tuple[NDArray[np.float64], NDArray[np.float64]]


class _Ends(NamedTuple):
    """Some of the places, where they set off, and the minutes from the door to there."""

    at: NDArray[np.int64]
    places: gpd.GeoDataFrame
    access_min: NDArray[np.float64]


def _by_car(
    models: tuple[Model, Model],
    cells: gpd.GeoDataFrame,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    told: Told,
) -> Both:
    before = _drives(models[0], cells, places[0])
    told(_MEDIAN)
    after = _drives(models[1], cells, places[1])
    starts = _as_met(cells), _by_old_roads(models, (cells, cells))
    ends = _as_met(places[1]), _by_old_roads(models, places)
    for start, end in list(product(starts, ends))[1:]:
        if start.at.size and end.at.size:
            minutes = _drives(models[1], start.places, end.places)
            minutes += start.access_min[:, None] + end.access_min[None]
            minutes[minutes > models[1].road_rules.limit_min] = np.nan
            here = np.ix_(start.at, end.at)
            after[here] = np.fmin(after[here], minutes)
    told(1.0)
    return before, after


def _drives(
    model: Model, origins: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    return model.car(origins, places).minutes[:, :, 0].copy()


def _as_met(places: gpd.GeoDataFrame) -> _Ends:
    return _Ends(np.arange(len(places)), places, np.zeros(len(places)))


def _by_old_roads(
    models: tuple[Model, Model], places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> _Ends:
    """Return the places that meet a nearer road than before, where they met the old one."""
    rules = models[1].road_rules
    old, new = (
        snap(model.road, table, closed=rules.closed_highways, cap_m=rules.snap_cap_m)
        for model, table in zip(models, places, strict=True)
    )
    stayed = shapely.equals(*(table.geometry.to_crs(WGS84).to_numpy() for table in places))
    moved = stayed & (old.edge >= 0) & (new.edge >= 0) & (new.snap_m < old.snap_m - _MOVED_M)
    at = np.flatnonzero(moved)
    road = models[0].road
    spots = shapely.line_interpolate_point(
        road.lines_of(old.edge[at]), old.fraction[at], normalized=True
    )
    table = places[1].iloc[at].to_crs(WGS84)
    table = table.set_geometry(
        gpd.GeoSeries(spots, table.index, crs=road.metric_crs).to_crs(WGS84)
    )
    return _Ends(at, table, rules.access_min(old.snap_m[at]))


def _by_transit(
    models: tuple[Model, Model],
    cells: gpd.GeoDataFrame,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    told: Told,
) -> Both:
    for model in models:
        if model.transit_rules.wait != "turn_up":
            message = "wait: gains count from a departure, not from a plan - use turn_up"
            raise UsageError(message)
    searches = [
        _search(model, cells, table, model.transit_rules)
        for model, table in zip(models, places, strict=True)
    ]
    before = _medians(models[0], searches[0], lambda share: told(share * _MEDIAN))
    after = _medians(models[1], searches[1], lambda share: told(_MEDIAN + share * _MEDIAN))
    for at, table in _keeping_taxis(models[1], (cells, places[1]), searches):
        after[at] = table
    return before, after


def _search(
    model: Model, cells: gpd.GeoDataFrame, places: gpd.GeoDataFrame, rules: TransitRules
) -> Search:
    return prepare(
        model.timetable,
        cells,
        places,
        model.departures,
        rules,
        headway_wait=rules.headway_rule,
        road=model.road if model.ways_on_roads else None,
    )


def _medians(model: Model, search: Search, told: Told) -> NDArray[np.float64]:
    """Return the median minutes over departures and draws, exact to the second."""
    rules = model.transit_rules
    found_s = percentiles(
        search,
        model.departures.seconds,
        (_MEDIAN,),
        lambda done, of: told(done / of),
        limit_s=rules.limit_s,
        most_rides=rules.most_rides,
    )[:, :, 0]
    return np.where(found_s < NEVER, found_s / SECONDS_PER_MINUTE, np.nan)


def _keeping_taxis(
    model: Model,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    searches: Sequence[Search],
) -> Iterator[tuple[tuple[NDArray[np.int64], ...], NDArray[np.float64]]]:
    """Yield times with taxis for the pairs with an end whose taxis a new stop has ended."""
    rules, ends = model.transit_rules, model.transit_rules.ends
    kept = [
        _walks(getattr(searches[1], side)) & ~_walks(getattr(searches[0], side))
        if means == _RULE
        else np.zeros(len(table), bool)
        for side, means, table in zip(("access", "egress"), ends, places, strict=True)
    ]
    for taxis in ((True, False), (False, True), (True, True)):
        at = tuple(np.flatnonzero(k == taxi) for k, taxi in zip(kept, taxis, strict=True))
        if not (at[0].size and at[1].size):
            continue
        access, egress = ("taxi" if taxi else end for taxi, end in zip(taxis, ends, strict=True))
        own = replace(rules, access=access, egress=egress)
        origins, destinations = (table.iloc[rows] for table, rows in zip(places, at, strict=True))
        search = _search(model, origins, destinations, own)
        yield np.ix_(*at), _medians(replace(model, transit_rules=own), search, _unheard)


def _walks(reach: Reach) -> NDArray[np.bool_]:
    """Return which places have a stop within a walk."""
    rows = np.repeat(np.arange(len(reach.ptr) - 1), np.diff(reach.ptr))
    found = np.zeros(len(reach.ptr) - 1, bool)
    found[rows[reach.means == MEANS.index("walk")]] = True
    return found

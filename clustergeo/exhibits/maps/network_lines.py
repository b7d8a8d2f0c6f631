"""Metro and BRT lines and the stops of a timetable, as tables for the map of places."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clustergeo.units import WGS84

__all__ = ["STOP_KINDS", "NetworkLayers", "network_layers", "network_lines", "network_stops"]

STOP_KINDS: Final = ("rail", "metro", "brt")
"""Kinds of stops from the bottom up; lines are of the last two."""

_KIND_OF_TYPE: Final = {0: "metro", 1: "metro", 2: "rail", 5: "metro", 12: "metro"}
_EXTENDED: Final = ((100, 200, "rail"), (400, 500, "metro"), (900, 1000, "metro"))
"""Ranges of extended route types, their ends left out, and the kind each is drawn as."""


class TimetableTables(Protocol):
    """The tables of a :class:`clustergeo.Timetable` that are drawn."""

    @property
    def stops(self) -> pd.DataFrame:
        """Names and places."""

    @property
    def routes(self) -> pd.DataFrame:
        """Names, types and evidence."""

    @property
    def trips(self) -> pd.DataFrame:
        """The route of each trip."""

    @property
    def stop_times(self) -> pd.DataFrame:
        """The stops of each trip in order."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLayers:
    """What a map shows of a timetable.

    Parameters
    ----------
    lines, stops
        As of :func:`network_lines` and :func:`network_stops`.
    """

    lines: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame


def network_layers(timetable: TimetableTables, *, brt: Collection[str] = ()) -> NetworkLayers:
    """Return lines and stops of a timetable for the map of places.

    Parameters
    ----------
    timetable
        The timetable.
    brt
        ``route_id`` of the routes that are bus rapid transit.

    Examples
    --------
    >>> from clustergeo.networks import load_timetable
    >>> layers = network_layers(load_timetable(), brt=["B1"])
    >>> len(layers.lines) > 0, len(layers.stops) > 0
    (True, True)
    """
    return NetworkLayers(network_lines(timetable, brt=brt), network_stops(timetable, brt=brt))


def network_lines(timetable: TimetableTables, *, brt: Collection[str] = ()) -> gpd.GeoDataFrame:
    """Return one line a route: metro by its route type, BRT by id.

    GTFS has no route type for bus rapid transit; the routes that are one must be named. Lines run
    straight from stop to stop along the longest trip of the route. Trains are left to the tracks
    of the basemap, which straight lines would cut across; other buses are too many to read.

    Parameters
    ----------
    timetable
        The timetable.
    brt
        ``route_id`` of the routes that are bus rapid transit.

    Returns
    -------
    lines : geopandas.GeoDataFrame
        ``route_id``, ``kind`` (``metro`` or ``brt``), ``name_ko``, ``name_en``, ``evidence`` and
        the line in WGS84.

    Examples
    --------
    >>> from clustergeo.networks import load_timetable
    >>> lines = network_lines(load_timetable(), brt=["B1"])
    >>> lines.loc[lines["kind"] == "brt", "route_id"].tolist()
    ['B1']
    """
    routes = _kinds(timetable, brt).loc[lambda table: table["kind"] != "rail"]
    calls = _longest_calls(timetable, routes)
    places = timetable.stops[["stop_lon", "stop_lat"]].to_numpy(float)
    rows, lines = [], []
    for route, group in calls.groupby("route", sort=True):
        points = places[group["stop"].to_numpy()]
        points = points[np.isfinite(points).all(axis=1)]
        if len(np.unique(points, axis=0)) > 1:
            rows.append(route)
            lines.append(shapely.LineString(points))
    kept = routes.loc[rows, ["route_id", "kind", "name_ko", "name_en", "evidence"]]
    return gpd.GeoDataFrame(kept.reset_index(drop=True), geometry=lines, crs=WGS84)


def network_stops(timetable: TimetableTables, *, brt: Collection[str] = ()) -> gpd.GeoDataFrame:
    """Return the stops of trains, metro and BRT, each once a kind, with the lines there.

    Parameters
    ----------
    timetable
        The timetable.
    brt
        As for :func:`network_lines`.

    Returns
    -------
    stops : geopandas.GeoDataFrame
        ``stop_id``, ``kind`` (see ``STOP_KINDS``), ``name_ko``, ``name_en``, ``lines`` (short
        names) and the point in WGS84.

    Examples
    --------
    >>> from clustergeo.networks import load_timetable
    >>> stops = network_stops(load_timetable(), brt=["B1"])
    >>> sorted(stops["kind"].unique())
    ['brt', 'metro', 'rail']
    """
    routes = _kinds(timetable, brt)
    route = timetable.trips["route"].to_numpy()[timetable.stop_times["trip"].to_numpy()]
    calls = pd.DataFrame({"route": route, "stop": timetable.stop_times["stop"].to_numpy()})
    calls = calls.drop_duplicates().loc[lambda table: table["route"].isin(routes.index)]
    calls["kind"] = routes["kind"].reindex(calls["route"]).to_numpy()
    calls["line"] = routes["short_name"].reindex(calls["route"]).to_numpy()
    served = (
        calls.sort_values(["kind", "stop", "line"])
        .groupby(["kind", "stop"])["line"]
        .agg(lambda names: ", ".join(dict.fromkeys(names)))
        .reset_index()
    )
    stops = timetable.stops.iloc[served["stop"]].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "stop_id": stops["stop_id"],
            "kind": served["kind"],
            "name_ko": stops["stop_name"],
            "name_en": stops["stop_name_en"].fillna(""),
            "lines": served["line"],
        }
    )
    points = gpd.points_from_xy(stops["stop_lon"], stops["stop_lat"])
    made = gpd.GeoDataFrame(table, geometry=points, crs=WGS84)
    return made.loc[stops["stop_lat"].notna().to_numpy()].reset_index(drop=True)


def _kinds(timetable: TimetableTables, brt: Collection[str]) -> pd.DataFrame:
    """Return the routes that are drawn, by their row, with kind and names."""
    routes = timetable.routes.reset_index(drop=True)
    kind = routes["route_type"].map(_kind_of)
    kind = kind.mask(routes["route_id"].isin(list(brt)), "brt")
    names = {
        "kind": kind,
        "name_ko": routes["long_name"].where(routes["long_name"] != "", routes["short_name"]),
        "name_en": routes["name_en"].fillna(""),
    }
    return routes.assign(**names).loc[kind != ""]


def _kind_of(route_type: int) -> str:
    extended = (kind for low, high, kind in _EXTENDED if low <= route_type < high)
    return _KIND_OF_TYPE.get(route_type) or next(extended, "")


def _longest_calls(timetable: TimetableTables, routes: pd.DataFrame) -> pd.DataFrame:
    """Return the calls of the trip with the most of them, the first of equals, of each route."""
    trips = timetable.stop_times["trip"].to_numpy()
    calls = pd.DataFrame({"trip": trips, "stop": timetable.stop_times["stop"].to_numpy()})
    calls["route"] = timetable.trips["route"].to_numpy()[trips]
    calls = calls.loc[calls["route"].isin(routes.index)]
    counts = calls.groupby(["route", "trip"], sort=True).size()
    longest = counts.groupby(level="route").idxmax()
    chosen = {trip for _, trip in longest}
    return calls.loc[calls["trip"].isin(chosen)]

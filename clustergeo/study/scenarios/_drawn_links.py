"""Where a scenario builds and changes, as lines and stops to draw."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.networks import RoadNetwork
from clustergeo.networks.edits import Base
from clustergeo.networks.timetable import Timetable
from clustergeo.units import WGS84

__all__ = ["drawn_links"]

_COLUMNS: Final = ("kind", "name_ko", "name_en", "geometry")
_CALL: Final = ["stop", "arrival_s", "departure_s", "board", "alight"]


def drawn_links(base: Base, changed: Base) -> gpd.GeoDataFrame:
    """Return what differs between two networks: roads, lines of public transport, their stops.

    Parameters
    ----------
    base, changed
        Without and with the scenario.

    Returns
    -------
    links : geopandas.GeoDataFrame
        ``kind`` (``new_road``, ``changed_road``, ``new_line``, ``changed_line``, ``stop``),
        ``name_ko``, ``name_en`` and ``geometry`` in WGS84; lines of public transport run
        straight from stop to stop.
    """
    rows: list[dict[str, Any]] = []
    if changed.road is not base.road:
        rows += _roads(base.road, changed.road)
    if changed.timetable is not base.timetable:
        rows += _lines(base.timetable, changed.timetable)
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def _roads(base: RoadNetwork, changed: RoadNetwork) -> list[dict[str, Any]]:
    """Return new ways, ways whose speed changed and ways that are no more, a row a name."""
    new = ~np.isin(changed.osmid, base.osmid)
    gone = ~np.isin(base.osmid, changed.osmid)
    moved = ~new & ~_speeds_known(base, changed)
    rows = _named(changed, new & changed.once, "new_road")
    rows += _named(changed, moved & changed.once, "changed_road")
    return rows + _named(base, gone & base.once, "changed_road")


def _speeds_known(base: RoadNetwork, changed: RoadNetwork) -> NDArray[np.bool_]:
    """Return whether each edge has a speed that its way had before, split or not."""
    before = pd.MultiIndex.from_arrays([base.osmid, base.speed_kph])
    return np.asarray(
        pd.MultiIndex.from_arrays([changed.osmid, changed.speed_kph]).isin(before), bool
    )


def _named(network: RoadNetwork, chosen: NDArray[np.bool_], kind: str) -> list[dict[str, Any]]:
    edges = np.flatnonzero(chosen)
    lines = network.lines_of(edges, WGS84)
    names = [
        network.names[network.name[each]] or network.refs[network.ref[each]] for each in edges
    ]
    rows = []
    for name in dict.fromkeys(names):
        of = [line for line, other in zip(lines, names, strict=True) if other == name]
        merged = shapely.line_merge(shapely.MultiLineString(of))
        rows.append({"kind": kind, "name_ko": name, "name_en": name, "geometry": merged})
    return rows


def _lines(base: Timetable, changed: Timetable) -> list[dict[str, Any]]:
    """Return each route that is new or runs otherwise than before, and the stops it brings."""
    before, after = _runs(base), _runs(changed)
    rows: list[dict[str, Any]] = []
    stops = changed.stops
    lonlat = stops[["stop_lon", "stop_lat"]].to_numpy(float)
    new_stops = set(np.flatnonzero(~stops["stop_id"].isin(base.stops["stop_id"])).tolist())
    called: dict[int, None] = {}
    for route_id, (run, calls) in after.items():
        if route_id in before and before[route_id][0] == run:
            continue
        kind = "changed_line" if route_id in before else "new_line"
        told = changed.routes.set_index("route_id").loc[route_id]
        rows.append(
            {
                "kind": kind,
                "name_ko": str(told["short_name"] or told["long_name"] or route_id),
                "name_en": str(told["name_en"] or told["short_name"] or route_id),
                "geometry": shapely.LineString(lonlat[calls]),
            }
        )
        called |= dict.fromkeys(at for at in calls if kind == "new_line" or at in new_stops)
    for stop in called:
        row = stops.iloc[stop]
        names = (str(row["stop_name"]), str(row["stop_name_en"] or row["stop_name"]))
        rows.append(
            {
                "kind": "stop",
                "name_ko": names[0],
                "name_en": names[1],
                "geometry": shapely.Point(lonlat[stop]),
            }
        )
    return rows


def _runs(timetable: Timetable) -> dict[str, tuple[int, list[int]]]:
    """Return for each route a number that tells its runs from others, and its longest trip."""
    ridden = timetable.trips.index[~timetable.trips.index.isin(timetable.through["trip"])]
    calls = timetable.stop_times
    stop_ids = timetable.stops["stop_id"].to_numpy()
    hashed = calls.assign(stop=stop_ids[calls["stop"].to_numpy()])[_CALL]
    call_hash = pd.util.hash_pandas_object(hashed, index=False).to_numpy()
    order = np.arange(len(calls), dtype=np.uint64) - _starts(calls["trip"].to_numpy())
    by_trip = pd.Series(call_hash * (order * np.uint64(2) + np.uint64(1))).groupby(
        calls["trip"].to_numpy()
    )
    runs = by_trip.sum().reindex(ridden, fill_value=0)
    often = timetable.frequencies
    rates = pd.util.hash_pandas_object(
        often[["start_s", "end_s", "headway_s", "exact"]], index=False
    ).groupby(often["trip"].to_numpy())
    runs = runs + rates.sum().reindex(ridden, fill_value=0)
    routes = timetable.trips["route"].reindex(ridden).to_numpy()
    ids = timetable.routes["route_id"].to_numpy()[routes]
    lengths = by_trip.size().reindex(ridden, fill_value=0)
    found: dict[str, tuple[int, list[int]]] = {}
    table = pd.DataFrame({"route": ids, "run": runs.to_numpy(), "calls": lengths.to_numpy()})
    table["trip"] = ridden
    rows = calls["trip"].to_numpy()
    for route_id, of in table.groupby("route", sort=False):
        longest = int(of["trip"].to_numpy()[int(of["calls"].to_numpy().argmax())])
        first, last = np.searchsorted(rows, [longest, longest + 1])
        if last - first > 1:
            stops = calls["stop"].to_numpy()[first:last].tolist()
            found[str(route_id)] = (int(of["run"].sum()), stops)
    return found


def _starts(trips: NDArray[Any]) -> NDArray[np.uint64]:
    """Return for each call the row of the first call of its trip."""
    first = np.searchsorted(trips, trips)
    return np.asarray(first, np.uint64)

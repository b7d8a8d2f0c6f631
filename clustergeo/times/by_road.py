"""Door-to-door times by car on empty roads, and the routes behind them."""

from __future__ import annotations

import logging
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely.ops
from numpy.typing import NDArray

from clustergeo._room import check_memory
from clustergeo.errors import UsageError
from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.results import EVIDENCE, TIMES
from clustergeo.times._points import check_points, estimated, same_points
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.drives import drives_between
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.fit import check_fit
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.roads.snaps import Snaps, snap
from clustergeo.times.roads.trips import all_trips
from clustergeo.times.travel_times import DESCRIBED_BYTES, TravelTimes
from clustergeo.units import MILLISECONDS_PER_MINUTE, WGS84

__all__ = ["RoadRules", "car_route", "car_times", "snap_places"]

_log = logging.getLogger(__name__)

_DECIMALS: Final = 2


def snap_places(
    network: RoadNetwork, places: gpd.GeoDataFrame, rules: RoadRules | None = None
) -> pd.DataFrame:
    """Return where each place meets the network.

    Parameters
    ----------
    network
        The road network.
    places
        Table of places.
    rules
        Cap and closed classes; the defaults if None.

    Returns
    -------
    snaps : pandas.DataFrame
        One row per place: ``place_id``, ``osmid`` and ``road`` of the edge (blank beyond the
        cap), ``fraction`` of the edge before the place, ``snap_m``, ``status`` (``ok`` or
        ``off_network``).

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> spot = gpd.GeoDataFrame({"place_id": ["x"]}, geometry=gpd.points_from_xy([127.1], [36.5]),
    ...                         crs="EPSG:4326")
    >>> snap_places(roads, spot)[["place_id", "status"]].values.tolist()
    [['x', 'ok']]
    """
    rules = rules or RoadRules()
    check_points(places, "places")
    return _met(network, places, _snap(network, places, rules))


def car_times(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rules: RoadRules | None = None,
) -> TravelTimes:
    """Return door-to-door times by car on empty roads.

    minutes = start_min + origin's access leg + drive + destination's access leg + park_min, with
    access leg = snap_m x access_detour / access_kph and the drive the fastest on the network, in
    whole milliseconds, without the turns that the network bans. Speeds are limits and roads are
    empty: every time is a lower bound and has no spread, so that p10, p90, best and worst equal
    it. On a network from ``congested_network`` they are those of its congestion state.

    Few places are searched from one by one; for many on a large network a contraction hierarchy
    is made (extra ``large``), or taken from the folder of a saved network, also of one to which
    edits added a few roads. The answers are the same. Drives of twelve days and more are none.

    Turn bans hold between the edges that a drive really takes: a place on an edge may set off
    either way, and one within a metre of a node stands on it and may leave by any of its roads.

    The evidence of a time is the weakest of its inputs: ``estimated`` where a speed on the route
    is assumed, a place is estimated or roads are congested, else ``derived``. The allowances of
    the rules are the same for every trip and do not count.

    Parameters
    ----------
    network
        The road network.
    origins, destinations
        Tables of places.
    rules
        Access, allowances and limits; the defaults if None.

    Returns
    -------
    times : TravelTimes
        Table after the contract ``TIMES`` and minutes of shape (origins, destinations, 1). Places
        outside the area of the network or near its edge are told in ``warnings``.

    Raises
    ------
    UsageError
        If a table lacks ids, repeats one, has no coordinate system or holds other than points.
    RoadError
        If all places, though far apart, meet the network at one point: it is not of their area.
    InputError
        If the table would not fit into memory.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> towns = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...     geometry=gpd.points_from_xy([127.36, 127.33], [36.37, 36.62]), crs="EPSG:4326")
    >>> times = car_times(roads, towns, towns)
    >>> times.table.loc[1, ["from_id", "to_id", "status"]].tolist()
    ['a', 'b', 'ok']
    """
    rules = rules or RoadRules()
    check_points(origins, "origins")
    check_points(destinations, "destinations")
    pairs = len(origins) * len(destinations)
    advice = "use write_od_matrix, which keeps minutes alone, or fewer places"
    check_memory(pairs * DESCRIBED_BYTES, f"{pairs:,} described trips by car", advice)
    starts = _snap(network, origins, rules)
    ends = starts if destinations is origins else _snap(network, destinations, rules)
    warnings = check_fit(network, (origins, starts), (destinations, ends))
    same = same_points(origins, destinations)
    off = (starts.edge[:, None] < 0) | (ends.edge[None] < 0)
    access_min = rules.start_min + rules.access_min(starts.snap_m)
    egress_min = rules.park_min + rules.access_min(ends.snap_m)
    around_min = access_min[:, None] + egress_min[None]
    trips = all_trips(
        network, starts, ends, longest_min=np.where(same | off, -1, rules.limit_min - around_min)
    )
    status = np.select(
        [same, off, trips.ms >= UNREACHED, ~trips.found],
        ["same_place", "off_network", "no_path", "beyond_limit"],
        "ok",
    )
    ride_min = trips.ms / MILLISECONDS_PER_MINUTE
    access_m = (starts.snap_m[:, None] + ends.snap_m[None]) * rules.access_detour
    assumed = trips.assumed | estimated(origins)[:, None] | estimated(destinations)[None]
    columns = {
        "minutes": around_min + ride_min,
        "access_min": np.broadcast_to(access_min[:, None], same.shape),
        "ride_min": ride_min,
        "egress_min": np.broadcast_to(egress_min[None], same.shape),
        "distance_m": access_m + trips.driven_m,
        "legs": trips.legs,
        "status": status,
        "evidence": np.where(assumed, EVIDENCE[2], EVIDENCE[1]),
    }
    from_ids, to_ids = tuple(origins["place_id"]), tuple(destinations["place_id"])
    minutes = np.where(trips.found, columns["minutes"], np.nan)[:, :, None]
    _log.info("%d car times, %d found", same.size, int(trips.found.sum()))
    table = _table(from_ids, to_ids, columns)
    sides = [_met(network, origins, starts), _met(network, destinations, ends)]
    snaps = pd.concat(sides).drop_duplicates("place_id", ignore_index=True)
    return TravelTimes("car", table, minutes, from_ids, to_ids, warnings, snaps)


def _met(network: RoadNetwork, places: gpd.GeoDataFrame, snaps: Snaps) -> pd.DataFrame:
    """Return where each place meets the network, after the contract SNAPS."""
    on = snaps.edge >= 0
    osmid = network.osmid[snaps.edge].astype(str).astype(object)
    return pd.DataFrame(
        {
            "place_id": places["place_id"].to_numpy(),
            "osmid": np.where(on, osmid, ""),
            "road": np.where(on, network.labels(snaps.edge), ""),
            "fraction": np.where(on, snaps.fraction, np.nan),
            "snap_m": np.where(np.isfinite(snaps.snap_m), snaps.snap_m, np.nan),
            "status": np.where(on, "ok", "off_network"),
        }
    )


def _table(
    from_ids: tuple[str, ...], to_ids: tuple[str, ...], columns: dict[str, NDArray[Any]]
) -> pd.DataFrame:
    """Return the pairs after the contract TIMES, blank where no time was found."""
    cells = {name: array.ravel() for name, array in columns.items()}
    cells["from_id"] = np.repeat(np.array(from_ids, object), len(to_ids))
    cells["to_id"] = np.tile(np.array(to_ids, object), len(from_ids))
    found = cells["status"] == "ok"
    always = ("from_id", "to_id", "mode", "status")
    table = {}
    for column in TIMES.columns:
        # A car on an empty road never waits or changes, and takes the same time at any hour.
        spread = column.name in ("p10_min", "p90_min", "best_min", "worst_min")
        default = np.full(found.size, "car" if column.name == "mode" else 0.0, dtype=object)
        values = cells.get("minutes" if spread else column.name, default)
        if column.kind == "number":
            numbers = values.astype(np.float64)
            table[column.name] = np.where(found, numbers, np.nan).round(_DECIMALS)
        else:
            texts = values.astype(object)
            table[column.name] = texts if column.name in always else np.where(found, texts, "")
    return pd.DataFrame({k: pd.Series(v, dtype=v.dtype) for k, v in table.items()})


def car_route(
    network: RoadNetwork,
    origin: gpd.GeoDataFrame,
    destination: gpd.GeoDataFrame,
    rules: RoadRules | None = None,
) -> gpd.GeoDataFrame:
    """Return the roads of the fastest drive between two places, for drawing.

    It keeps the turn bans of the network, as :func:`car_times` does.

    Parameters
    ----------
    network
        The road network.
    origin, destination
        Tables of one place each.
    rules
        As for :func:`car_times`; the defaults if None.

    Returns
    -------
    route : geopandas.GeoDataFrame
        One row per edge in order of travel, in WGS84, cut to what is driven: ``from_node``,
        ``to_node``, ``road``, ``highway``, ``length_m``, ``minutes``, ``assumed``, ``geometry``.
        No rows where there is no drive.

    Raises
    ------
    UsageError
        If a table does not hold one place.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> roads = load_road_network()
    >>> ends = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...     geometry=gpd.points_from_xy([127.36, 127.33], [36.37, 36.62]), crs="EPSG:4326")
    >>> route = car_route(roads, ends.iloc[:1], ends.iloc[1:])
    >>> bool(route["minutes"].sum() > 20)
    True
    """
    rules = rules or RoadRules()
    for places, name in ((origin, "origin"), (destination, "destination")):
        check_points(places, name)
        if len(places) != 1:
            message = f"{name}: holds {len(places)} places - pass a table of one place"
            raise UsageError(message)
    engine = engine_for(network, 1)
    ends = _snap(network, origin, rules), _snap(network, destination, rules)
    (drives,) = drives_between(network, engine, *ends)
    drive = drives.drive(0)
    edge, share = drive.edge, drive.share
    ms = network.time_ms[edge] * share + engine.graph.turning_ms(edge)
    lines = [
        shapely.ops.substring(line, start, end, normalized=True)
        for line, start, end in zip(network.lines_of(edge), drive.start, drive.end, strict=True)
    ]
    columns = {
        "from_node": [network.nodes[row] for row in network.tail[edge]],
        "to_node": [network.nodes[row] for row in network.head[edge]],
        "road": network.labels(edge),
        "highway": np.array(network.classes, object)[network.highway[edge]],
        "length_m": network.length_m[edge] * share,
        "minutes": ms / MILLISECONDS_PER_MINUTE,
        "assumed": network.speed_evidence[edge] == ASSUMED,
    }
    return gpd.GeoDataFrame(columns, geometry=lines, crs=network.metric_crs).to_crs(WGS84)


def _snap(network: RoadNetwork, places: gpd.GeoDataFrame, rules: RoadRules) -> Snaps:
    return snap(network, places, closed=rules.closed_highways, cap_m=rules.snap_cap_m)

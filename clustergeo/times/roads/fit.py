"""Whether places and a road network belong together: area, border and date.

None of it makes a time wrong by itself, so all but the plainest mismatch are warnings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.errors import Fault, RoadError
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.snaps import Snaps
from clustergeo.units import WGS84

__all__ = ["check_date", "check_fit"]

BORDER_M: Final = 5_000.0
"""This near to the edge of a network the fastest route may lie outside it: a detour of that much
to a better road is common."""

FAR_APART_M: Final = 2_000.0
"""Places further apart than this do not share one point of a network that covers their area."""

FEWEST_PLACES: Final = 3
"""Two places may well share the end of a lonely road."""

FAR_OFF_DEGREES: Final = 0.5
"""About 50 km: places this far from a network are not just beyond its border."""

OLDEST_MONTHS: Final = 24
"""Roads of a network that is further than this from the date of a study may have changed."""

_MONTHS_A_YEAR: Final = 12
_SHOWN: Final = 5

Ends = tuple[gpd.GeoDataFrame, Snaps]


def check_fit(network: RoadNetwork, *ends: Ends) -> tuple[str, ...]:
    """Return what is doubtful about these places on this network; refuse what cannot be right.

    Parameters
    ----------
    network
        The road network.
    ends
        Tables of places, each with where its places meet the network.

    Returns
    -------
    warnings : tuple of str
        Places outside the box of the network, and places nearer than ``BORDER_M`` to its edge,
        so that routes may be cut off there; one sentence each.

    Raises
    ------
    RoadError
        If three places or more, further apart than ``FAR_APART_M``, meet the network at one and
        the same point: places and network are of different areas or coordinate systems.
    """
    ids = np.concatenate([table["place_id"].to_numpy(object) for table, _ in ends])
    together = pd.concat([table.geometry.to_crs(WGS84) for table, _ in ends], ignore_index=True)
    points = gpd.GeoSeries(together, crs=WGS84)
    edge = np.concatenate([snaps.edge for _, snaps in ends])
    fraction = np.concatenate([snaps.fraction for _, snaps in ends])
    _refuse_one_point(network, points, edge, fraction)
    return tuple(_area(network, ids, points))


def _refuse_one_point(
    network: RoadNetwork,
    points: gpd.GeoSeries,
    edge: NDArray[np.int32],
    fraction: NDArray[np.float64],
) -> None:
    on = edge >= 0
    if not on.all() or len(np.unique(points.get_coordinates(), axis=0)) < FEWEST_PLACES:
        return
    # At its ends an edge stands for the node, whichever of its edges was nearest.
    node = np.select([fraction <= 0, fraction >= 1], [network.tail[edge], network.head[edge]], -1)
    inside = np.where(node < 0, edge, -1)
    metres = np.where(node < 0, np.rint(fraction * network.length_m[edge]), 0)
    if len(np.unique(np.stack([node, inside, metres], axis=1), axis=0)) > 1:
        return
    west, south, east, north = points.to_crs(network.metric_crs).total_bounds
    if (apart_m := float(np.hypot(east - west, north - south))) <= FAR_APART_M:
        return
    what = (
        f"all {edge.size:,} places, up to {apart_m:,.0f} m apart, meet it at one point of road "
        f"{network.osmid[edge[0]]}"
    )
    fix = "give a network of their area, or the coordinate system (CRS) of the places"
    raise RoadError(Fault(network.source, what, fix))


def _area(network: RoadNetwork, ids: NDArray[np.object_], points: gpd.GeoSeries) -> Iterator[str]:
    """Yield a sentence on the places outside the network, and on those near its edge."""
    west, south, east, north = _box_of(network)
    at = points.get_coordinates().to_numpy()
    outside = ((at < (west, south)) | (at > (east, north))).any(axis=1)
    if outside.any():
        hint = _hint_swapped(at, (west, south, east, north))
        yield (
            f"{_named(ids[outside])}: outside the area of the road network "
            f"({_box(west, south, east, north)}); the places lie in {_box(*points.total_bounds)}"
            f"{hint}"
        )
    ring = shapely.box(west, south, east, north).exterior
    # A straight edge in degrees is a curve in metres; vertices every tenth of a degree follow it.
    # A network of a single point has nothing to follow.
    shell = shapely.segmentize(ring, 0.1) if ring.length else shapely.Point(west, south)
    edge = gpd.GeoSeries([shell], crs=WGS84).to_crs(network.metric_crs).iloc[0]
    # Only what lies inside surely has a place in the metric system.
    inside = np.flatnonzero(~outside)
    away_m = gpd.GeoSeries(points.iloc[inside]).to_crs(network.metric_crs).distance(edge)
    near = inside[away_m.to_numpy() < BORDER_M]
    if near.size:
        yield (
            f"{_named(ids[near])}: less than {BORDER_M / 1_000:g} km from the edge of the road "
            "network; faster routes may lie beyond it, so use a network with a margin"
        )


def _hint_swapped(at: NDArray[np.float64], box: tuple[float, float, float, float]) -> str:
    """Return a hint where places far from a network would lie in it with lon and lat swapped."""
    west, south, east, north = box
    apart = np.maximum(at.min(axis=0) - (east, north), (west, south) - at.max(axis=0)).max()
    turned = at[:, ::-1]
    fits = ((turned >= (west, south)) & (turned <= (east, north))).all()
    return "; looks swapped: swap lon and lat" if apart > FAR_OFF_DEGREES and fits else ""


def _box_of(network: RoadNetwork) -> tuple[float, float, float, float]:
    lon, lat = network.line_lon, network.line_lat
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _named(ids: NDArray[np.object_]) -> str:
    unique = list(dict.fromkeys(map(str, ids)))
    shown = ", ".join(unique[:_SHOWN])
    return f"{shown} and {len(unique) - _SHOWN:,} more" if len(unique) > _SHOWN else shown


def _box(west: float, south: float, east: float, north: float) -> str:
    return f"{west:.3f} to {east:.3f} E, {south:.3f} to {north:.3f} N"


def check_date(network: RoadNetwork, date: dt.date) -> tuple[str, ...]:
    """Return a warning where a network is more than ``OLDEST_MONTHS`` from the date of a study.

    A network that states no date, or none that can be read, gives none.

    Parameters
    ----------
    network
        The road network.
    date
        Day that the study is about.
    """
    try:
        of = dt.date.fromisoformat(network.date[:10])
    except ValueError:
        return ()
    months = (date.year - of.year) * _MONTHS_A_YEAR + date.month - of.month
    if abs(months) <= OLDEST_MONTHS:
        return ()
    order = "older" if months > 0 else "newer"
    warning = (
        f"the road network is of {of}, {abs(months)} months {order} than the date of the study "
        f"({date}); roads may have opened or changed between them"
    )
    return (warning,)

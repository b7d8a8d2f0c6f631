"""Stops that lie far from any street: nobody walks there, whatever the straight line says."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.units import WGS84

__all__ = ["FAR_M", "far_stops"]

FAR_M: Final = 500.0
"""Metres from the nearest street beyond which a stop is listed (estimated)."""


def far_stops(timetable: Timetable, road: RoadNetwork, limit_m: float = FAR_M) -> pd.DataFrame:
    """Return the stops that lie farther from any street than a limit, the farthest first.

    They are listed, not moved: a stop is never snapped to a street beyond the limit.

    Parameters
    ----------
    timetable
        The timetable.
    road
        The road network; stops outside its area are far from it too.
    limit_m
        Straight metres.

    Returns
    -------
    stops : pandas.DataFrame
        ``stop`` (row of ``timetable.stops``), ``stop_id``, ``stop_name``, ``street_m`` (metres to
        the nearest street, infinite outside the metric system), ``calls`` (in the timetable).
        Stops without a position are left out.

    Examples
    --------
    >>> from clustergeo.networks import load_road_network, load_timetable
    >>> far_stops(load_timetable(), load_road_network(), limit_m=1e7).empty
    True
    """
    stops = timetable.stops
    placed = np.flatnonzero(stops[["stop_lat", "stop_lon"]].notna().all(axis=1))
    project = Transformer.from_crs(WGS84, road.metric_crs, always_xy=True).transform
    x, y = project(
        stops["stop_lon"].to_numpy(dtype=np.float64)[placed],
        stops["stop_lat"].to_numpy(dtype=np.float64)[placed],
    )
    street_m = np.full(len(placed), np.inf)
    inside = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    streets = shapely.STRtree(road.lines_of(np.flatnonzero(road.once)))
    pairs, metres = streets.query_nearest(
        shapely.points(x[inside], y[inside]), return_distance=True, all_matches=False
    )
    street_m[inside[pairs[0]]] = metres
    calls = np.bincount(timetable.stop_times["stop"], minlength=len(stops))
    far = np.flatnonzero(street_m > limit_m)
    far = far[np.argsort(-street_m[far], kind="stable")]
    rows = placed[far]
    return pd.DataFrame(
        {
            "stop": rows,
            "stop_id": stops["stop_id"].to_numpy()[rows],
            "stop_name": stops["stop_name"].to_numpy()[rows],
            "street_m": street_m[far],
            "calls": calls[rows],
        }
    )

"""What a router must know of its places: that they are points, which coincide, which are weak."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.units import WGS84

__all__ = ["check_points", "estimated", "same_points"]


def check_points(places: gpd.GeoDataFrame, name: str) -> None:
    """Raise UsageError unless a table holds points with ids of their own.

    Examples
    --------
    >>> check_points(gpd.GeoDataFrame({"place_id": ["a"]}), "origins")
    Traceback (most recent call last):
    clustergeo.errors.UsageError: origins: no points - pass a table of places
    """
    if "place_id" not in places.columns:
        message = f"{name}: no column place_id - pass a table of places"
    elif places.active_geometry_name is None:
        message = f"{name}: no points - pass a table of places"
    elif places.crs is None:
        message = f"{name}: no coordinate system - set it with set_crs"
    elif places["place_id"].duplicated().any():
        again = places["place_id"][places["place_id"].duplicated()].iloc[0]
        message = f"{name}: place_id twice ({again}) - keep one of them"
    elif not (places.geometry.geom_type == "Point").all() or places.geometry.is_empty.any():
        message = f"{name}: holds other than points - pass one point a place"
    else:
        return
    raise UsageError(message)


def same_points(origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which pairs are one place, by id or by point, shape (origins, destinations)."""
    ids = origins["place_id"].to_numpy(object), destinations["place_id"].to_numpy(object)
    here, there = _lonlat(origins), _lonlat(destinations)
    same: NDArray[np.bool_] = (ids[0][:, None] == ids[1][None]) | (
        here[:, None] == there[None]
    ).all(axis=2)
    return same


def estimated(places: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which places are estimated themselves, shape (places,)."""
    if "evidence" not in places.columns:
        return np.zeros(len(places), bool)
    weak: NDArray[np.bool_] = (places["evidence"] == "estimated").to_numpy(bool)
    return weak


def _lonlat(places: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return shapely.get_coordinates(places.geometry.to_crs(WGS84).to_numpy())

"""How far places lie from each other as the crow flies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from clustergeo.errors import UsageError
from clustergeo.units import EARTH_RADIUS_M, METRES_PER_KILOMETRE, WGS84

__all__ = ["distances_km"]

# The sphere on which the lengths of roads are measured: no road comes out shorter than its chord.
_GLOBE = Geod(a=EARTH_RADIUS_M, b=EARTH_RADIUS_M)


def distances_km(places_from: gpd.GeoDataFrame, places_to: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the great-circle distance between places as a matrix of their ids.

    Parameters
    ----------
    places_from, places_to
        Tables of places with ``place_id`` and points; they may be the same.

    Returns
    -------
    distances_km : pandas.DataFrame, shape (places_from, places_to)
        Kilometres, rows from, columns to; 0 from a place to itself.

    Raises
    ------
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.

    Examples
    --------
    >>> places = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...                           geometry=gpd.points_from_xy([127, 127], [36, 37]), crs=4326)
    >>> distances_km(places, places).round(1).values.tolist()
    [[0.0, 111.2], [111.2, 0.0]]
    """
    here, there = _lonlat(places_from, "places_from"), _lonlat(places_to, "places_to")
    rows, columns = (grid.ravel() for grid in np.indices((len(here), len(there))))
    metres = _GLOBE.inv(*here[rows].T, *there[columns].T)[2]
    return pd.DataFrame(
        np.asarray(metres).reshape(len(here), len(there)) / METRES_PER_KILOMETRE,
        index=places_from["place_id"].to_numpy(object),
        columns=places_to["place_id"].to_numpy(object),
    )


def _lonlat(places: gpd.GeoDataFrame, name: str) -> NDArray[np.float64]:
    """Return longitude and latitude of each place, shape (places, 2)."""
    if "place_id" not in places.columns or places.active_geometry_name is None:
        message = f"{name}: no column place_id or no points - pass a table of places"
    elif places.crs is None:
        message = f"{name}: no coordinate system - set it with set_crs"
    elif places["place_id"].duplicated().any():
        again = places.loc[places["place_id"].duplicated(), "place_id"].iloc[0]
        message = f"{name}: place_id twice ({again}) - keep one of them"
    elif not (places.geometry.geom_type == "Point").all() or places.geometry.is_empty.any():
        message = f"{name}: holds other than points - pass one point a place"
    else:
        lonlat: NDArray[np.float64] = shapely.get_coordinates(
            places.geometry.to_crs(WGS84).to_numpy()
        )
        return lonlat
    raise UsageError(message)

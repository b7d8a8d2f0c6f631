"""A route as a traveller reads it: one road after the other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["road_stretches"]


def road_stretches(route: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the stretches of a route that run along one road, in order of travel.

    Edges that follow each other belong to one stretch if their road has the same name or number;
    ramps and other roads without either, if they are of one class.

    Parameters
    ----------
    route
        As :func:`car_route` returns it.

    Returns
    -------
    stretches : geopandas.GeoDataFrame
        ``road`` (``""`` without name and number), ``highway`` (class of most of its length),
        ``km``, ``minutes``, ``assumed`` (whether a speed is) and a LineString.

    Examples
    --------
    >>> route = gpd.GeoDataFrame(
    ...     {"road": ["A", "A", ""], "highway": "trunk", "length_m": [500.0, 700.0, 90.0],
    ...      "minutes": [0.5, 0.7, 0.1], "assumed": False}, crs="EPSG:4326",
    ...     geometry=shapely.linestrings([[[0, 0], [1, 0]], [[1, 0], [2, 0]], [[2, 0], [2, 1]]]))
    >>> road_stretches(route)[["road", "km"]].values.tolist()
    [['A', 1.2], ['', 0.09]]
    """
    named = route["road"] != ""
    same = (route["road"] == route["road"].shift()) & (
        named | (route["highway"] == route["highway"].shift())
    )
    edges = route.assign(stretch=(~same).cumsum())
    rows = []
    for _, part in edges.groupby("stretch"):
        by_class = part.groupby("highway", sort=True)["length_m"].sum()
        vertices = np.concatenate([shapely.get_coordinates(line) for line in part.geometry])
        # Edges share the vertex where they meet.
        turns = np.append(True, (np.diff(vertices, axis=0) != 0).any(axis=1))
        rows.append(
            {
                "road": part["road"].iloc[0],
                "highway": by_class.idxmax(),
                "km": part["length_m"].sum() / METRES_PER_KILOMETRE,
                "minutes": part["minutes"].sum(),
                "assumed": bool(part["assumed"].any()),
                "geometry": shapely.linestrings(vertices[turns]),
            }
        )
    columns = ["road", "highway", "km", "minutes", "assumed", "geometry"]
    return gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=columns), geometry="geometry", crs=route.crs
    )

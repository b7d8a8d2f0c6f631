"""People within reach: how many live where one can be in an hour, and how many could."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.masses import people_within_km
from clustergeo.schemas import check_table
from clustergeo.schemas.results import ISOLATION
from clustergeo.times.population import population_within

__all__ = ["LIMITS_MIN", "PERFORMANCE_KM", "people_rows"]

LIMITS_MIN: Final = (60.0, 90.0)
"""Minutes of the measures ``people_within_60_min`` and ``people_within_90_min``."""

PERFORMANCE_KM: Final = 120.0
"""Radius of transport performance: the people one would reach in 90 min at 80 km/h, straight."""

_MASS: Final = {"weights": "population", "unit": "mass"}
_PERCENT: Final = 100.0
_EVIDENCE: Final = "estimated"  # that of the grid: the origin of its numbers is not confirmed


def people_rows(
    isochrones: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    grid: gpd.GeoDataFrame,
    *,
    cell_m: float | None = None,
) -> pd.DataFrame:
    """Return the people within reach of each place as rows of the isolation table.

    Parameters
    ----------
    isochrones
        Of the places for ``LIMITS_MIN``, one mode, as ``times.car_isochrones`` and
        ``times.transit_isochrones`` return them.
    places
        The places, with ``place_id`` and points.
    grid
        As ``places.load_population_grid`` returns it.
    cell_m
        As for :func:`clustergeo.times.population_within`: cells count by their share inside.

    Returns
    -------
    rows : pandas.DataFrame
        Contract ``schemas.results.ISOLATION``: ``people_within_60_min``,
        ``people_within_90_min`` and ``transport_performance``, 100 times the people within 90
        minutes over those within 120 km. A place that the network does not reach has blanks
        (``no_trip``); with nobody within 120 km the last is blank (``zero_mass``).

    Raises
    ------
    MeasureError
        If the isochrones are not of both limits for every place.

    Examples
    --------
    >>> import shapely
    >>> near = gpd.GeoDataFrame(
    ...     {"place_id": "x", "mode": "car", "minutes": [60.0, 90.0], "status": "ok",
    ...      "evidence": "derived"},
    ...     geometry=[shapely.box(0, 0, 1e4, 1e4), shapely.box(0, 0, 2e4, 2e4)], crs="EPSG:5179")
    >>> spot = gpd.GeoDataFrame({"place_id": ["x"]}, geometry=gpd.points_from_xy([1], [1]),
    ...                         crs="EPSG:5179")
    >>> cells = gpd.GeoDataFrame({"population": [30, 20, 50]}, crs="EPSG:5179",
    ...                          geometry=gpd.points_from_xy([5e3, 15e3, 90e3], [5e3, 15e3, 9e3]))
    >>> people_rows(near, spot, cells)["value"].tolist()
    [30.0, 50.0, 50.0]
    """
    counted = population_within(isochrones, grid, cell_m=cell_m)
    reached = counted.pivot_table(
        index="place_id", columns="minutes", values="population", dropna=False
    ).reindex(index=places["place_id"])
    if lacking := [limit for limit in LIMITS_MIN if limit not in reached.columns]:
        what = f"no area of {lacking[0]:g} minutes"
        raise MeasureError(Fault("isochrones", what, "compute them for LIMITS_MIN"))
    around = people_within_km(places, grid, radius_km=PERFORMANCE_KM)
    rows = []
    for place in reached.index:
        head = {"cluster_id": place, "mode": isochrones["mode"].iloc[0]}
        people = {limit: float(reached[limit].loc[place]) for limit in LIMITS_MIN}
        for limit in LIMITS_MIN:
            name = f"people_within_{limit:g}_min"
            rows.append(head | _MASS | {"index": name} | _value(people[limit], "no_trip"))
        share = _PERCENT * people[LIMITS_MIN[-1]] / around[place] if around[place] else np.nan
        reason = "no_trip" if around[place] else "zero_mass"
        last = {"index": "transport_performance", "weights": "population", "unit": "%"}
        rows.append(head | last | _value(share, reason))
    table = pd.DataFrame(rows, columns=list(ISOLATION.names))
    return check_table(table, ISOLATION, file="people", first_row=1)


def _value(value: float, reason: str) -> dict[str, object]:
    if np.isnan(value):
        return {"value": value, "reason": reason, "evidence": ""}
    return {"value": value, "reason": "", "evidence": _EVIDENCE}

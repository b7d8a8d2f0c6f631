"""What isochrones of every mode share: which times are asked for, and the table they come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.errors import UsageError
from clustergeo.schemas.reach import ISOCHRONES
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times._points import estimated
from clustergeo.units import METRES_PER_KILOMETRE, METRIC_CRS, WGS84

__all__ = ["Drawn", "checked_minutes", "drawn", "isochrone_table"]

_PRECISION_DEG: Final = 1e-7
_HALF_TURN_DEG: Final = 180.0


class Drawn(NamedTuple):
    """Areas in degrees, and their sizes."""

    shapes: list[shapely.MultiPolygon]
    km2: list[float]


def checked_minutes(minutes: Sequence[float], limit_min: float) -> NDArray[np.float64]:
    """Return the times in order, each once.

    Raises
    ------
    UsageError
        If there are none, or one is not above zero and up to the limit.

    Examples
    --------
    >>> checked_minutes([60, 30, 60], 480).tolist()
    [30.0, 60.0]
    """
    classes = np.unique(np.asarray(minutes, np.float64))
    if not classes.size:
        message = "minutes: none given - pass at least one time"
        raise UsageError(message)
    for value in classes.tolist():
        if not 0 < value <= limit_min:
            message = (
                f"minutes: not above 0 and up to {limit_min:g} ({value:g}) - "
                "correct it, or raise limit_min of the rules"
            )
            raise UsageError(message)
    return classes


def drawn(areas: Sequence[shapely.MultiPolygon], crs: str = METRIC_CRS) -> Drawn:
    """Return areas in degrees, valid, to the centimetre: the same numbers on any machine.

    Parameters
    ----------
    areas
        In metres.
    crs
        Their coordinate system.

    Examples
    --------
    >>> drawn([shapely.MultiPolygon([shapely.box(0, 0, 2000, 500)])]).km2
    [1.0]
    """
    km2 = shapely.area(np.array(areas, object)) / METRES_PER_KILOMETRE**2
    degrees = gpd.GeoSeries(list(areas), crs=crs).to_crs(WGS84).to_numpy()
    rounded = shapely.set_precision([_in_one_turn(area) for area in degrees], _PRECISION_DEG)
    shapes = [shapely.MultiPolygon(shapely.get_parts(area).tolist()) for area in rounded]
    return Drawn(shapes, km2.tolist())


def isochrone_table(
    mode: str,
    origins: gpd.GeoDataFrame,
    classes: NDArray[np.float64],
    areas: Drawn,
    status: NDArray[np.object_],
    weak: NDArray[np.bool_],
) -> gpd.GeoDataFrame:
    """Return areas as a table after the contract ``ISOCHRONES``.

    Parameters
    ----------
    mode
        By what it is reached.
    origins
        Table of places.
    classes
        Minutes, ascending.
    areas
        By origin, then minutes.
    status
        Reason codes, shape (origins, classes).
    weak
        Whether what an area rests on is estimated, shape (origins, classes).
    """
    found = (status == "ok").ravel()
    weak = weak | estimated(origins)[:, None]
    evidence = np.where(weak.ravel(), EVIDENCE[2], EVIDENCE[1]).astype(object)
    table = pd.DataFrame(
        {
            "place_id": np.repeat(origins["place_id"].to_numpy(object), classes.size),
            "mode": np.full(found.size, mode, object),
            "minutes": np.tile(classes, len(origins)),
            "area_km2": np.where(found, areas.km2, np.nan).round(3),
            "status": status.ravel(),
            "evidence": np.where(found, evidence, ""),
        },
        columns=ISOCHRONES.names,
    )
    return gpd.GeoDataFrame(table, geometry=areas.shapes, crs=WGS84)


def _in_one_turn(area: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Return an area across the 180th meridian with longitudes that go on beyond 180."""
    west, _, east, _ = shapely.bounds(area)
    if not east - west > _HALF_TURN_DEG:
        return area
    return shapely.transform(area, lambda at: at + (at < 0) * (2 * _HALF_TURN_DEG, 0.0))

"""The result of every router: door-to-door minutes between places, and how they come about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.schemas.results import SNAPS

__all__ = ["DESCRIBED_BYTES", "TravelTimes", "desire_lines"]

DESCRIBED_BYTES: Final = 1_500
"""Of a described trip in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """Door-to-door travel times of one mode between two sets of places.

    Parameters
    ----------
    mode
        ``car`` or ``transit``.
    table
        One row per ordered pair (origins outer, destinations inner) after the contract
        ``schemas.results.TIMES``; minutes rounded to 0.01.
    minutes
        Every sample in minutes, shape (origins, destinations, samples): one per departure and
        headway draw for transit, a single one for car. NaN where no trip was found. Samples of
        all pairs stand in the same order, so that pairs can be compared departure by departure.
    from_ids, to_ids
        Place ids of the two axes.
    warnings
        What the reader of the times must know; one sentence each.
    snaps
        Where each place of either side meets the roads, after the contract
        ``schemas.results.SNAPS``; no rows where no road is driven.

    Examples
    --------
    >>> toy = TravelTimes("car", pd.DataFrame(), np.array([[[30.0]]]), ("a",), ("b",))
    >>> toy.samples("a", "b")
    array([30.])
    """

    mode: str
    table: pd.DataFrame
    minutes: NDArray[np.float64]
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    snaps: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SNAPS.names))

    def samples(self, from_id: str, to_id: str) -> NDArray[np.float64]:
        """Return the minutes of one pair for every sample, shape (samples,)."""
        sampled: NDArray[np.float64] = self.minutes[
            self.from_ids.index(from_id), self.to_ids.index(to_id)
        ]
        return sampled


def desire_lines(table: pd.DataFrame, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a straight line from origin to destination for each travel time.

    Parameters
    ----------
    table
        Times after the contract ``schemas.results.TIMES``.
    places
        The places they run between, with ``place_id`` and points.

    Returns
    -------
    lines : geopandas.GeoDataFrame, shape (len(table), ...)
        The table with a LineString in the coordinate system of the places.

    Examples
    --------
    >>> places = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...                           geometry=gpd.points_from_xy([127, 128], [36, 37]), crs=4326)
    >>> table = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "minutes": [30.0]})
    >>> desire_lines(table, places).geometry[0].wkt
    'LINESTRING (127 36, 128 37)'
    """
    first = places.drop_duplicates("place_id").set_index("place_id").get_coordinates()
    ends = [first.loc[table[side]].to_numpy() for side in ("from_id", "to_id")]
    lines = shapely.linestrings(np.stack(ends, axis=1))
    return gpd.GeoDataFrame(table.copy(), geometry=lines, crs=places.crs)

"""Great-circle lengths on the sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustergeo.units import EARTH_RADIUS_M

__all__ = ["crow_fly_m"]


def crow_fly_m(
    lat: ArrayLike, lon: ArrayLike, to_lat: ArrayLike, to_lon: ArrayLike
) -> NDArray[np.float64]:
    """Return great-circle metres between points in degrees (haversine), broadcasting.

    Examples
    --------
    >>> round(float(crow_fly_m(36.0, 127.0, 37.0, 127.0)))
    111195
    """
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    across = np.sin((np.radians(to_lon) - np.radians(lon)) / 2.0) ** 2
    along = np.sin((to_phi - phi) / 2.0) ** 2
    half = along + np.cos(phi) * np.cos(to_phi) * across
    metres: NDArray[np.float64] = 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return metres

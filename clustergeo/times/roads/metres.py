"""Degrees to metres for a million vertices at once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pyproj import Transformer

from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["in_metres"]

_STEP_DEG: Final = 0.01


def in_metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64], crs: str = METRIC_CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points in a metric system, to two centimetres.

    Many are interpolated between the corners of a lattice of 0.01 degrees, which are exact: over
    a kilometre the projection bends by no more than that. Few are exact themselves.

    Parameters
    ----------
    lon, lat
        Degrees.
    crs
        The metric system.

    Examples
    --------
    >>> x, y = in_metres(np.array([127.5]), np.array([38.0]))
    >>> round(float(x[0])), round(float(y[0]))
    (1000000, 2000000)
    """
    exact = Transformer.from_crs(WGS84, crs, always_xy=True)
    if not lon.size:
        return np.empty(0), np.empty(0)
    lines = [_lines(axis) for axis in (lon, lat)]
    if lines[0].size * lines[1].size >= lon.size:
        found: tuple[NDArray[np.float64], NDArray[np.float64]] = exact.transform(lon, lat)
        return found
    across, up = np.meshgrid(*lines)
    corners = exact.transform(across.ravel(), up.ravel())
    shape = lines[1].size, lines[0].size
    x, y = np.empty(lon.size), np.empty(lon.size)
    low = lines[0][0] / _STEP_DEG, lines[1][0] / _STEP_DEG
    _between(lon, lat, low, corners[0].reshape(shape), corners[1].reshape(shape), x, y)
    return x, y


def _lines(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lines of the lattice around some degrees; they lie the same for all points."""
    first, last = np.floor(axis.min() / _STEP_DEG), np.floor(axis.max() / _STEP_DEG)
    lines: NDArray[Any] = np.arange(first, last + 2) * _STEP_DEG
    return lines


@njit(cache=True, nogil=True)
def _between(lon, lat, low, corner_x, corner_y, x, y):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917
    """Write points interpolated between the four corners around each."""
    rows, columns = corner_x.shape
    for i in range(lon.size):
        across, up = lon[i] / _STEP_DEG - low[0], lat[i] / _STEP_DEG - low[1]
        column = min(max(int(across), 0), columns - 2)
        row = min(max(int(up), 0), rows - 2)
        u, v = across - column, up - row
        a, b = (1 - u) * (1 - v), u * (1 - v)
        c, d = (1 - u) * v, u * v
        x[i] = (
            a * corner_x[row, column]
            + b * corner_x[row, column + 1]
            + c * corner_x[row + 1, column]
            + d * corner_x[row + 1, column + 1]
        )
        y[i] = (
            a * corner_y[row, column]
            + b * corner_y[row, column + 1]
            + c * corner_y[row + 1, column]
            + d * corner_y[row + 1, column + 1]
        )

"""What every reader hands over: cells and raw points of a file, with the faults met so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from clustergeo.errors import Fault, InputError

__all__ = ["Records", "columns_from", "points_of", "refuse_no_rows"]

NOT_A_POINT = "give one point: which one stands for an area is yours to decide"

# Other names under which files carry the columns of the contract, lower case, best first.
_ALIASES = {
    "place_id": ("id", "아이디", "식별자", "관리번호"),
    "name_en": ("name", "영문명", "영문이름"),
    "name_ko": ("이름", "명칭", "한글명", "국문명", "시설명", "장소명"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The rows of one file before its contract is checked.

    Parameters
    ----------
    file
        The file as the user named it.
    cells
        Attributes, one row per record, index 0..n-1.
    x, y
        Raw coordinates in the system of the file, shape (n,); NaN where a fault was found.
    first_row
        Number of the first record for messages: 2 in a CSV, 1 for features.
    x_field, y_field
        Where the coordinates stand, for messages.
    crs
        System the file states, or None where it states none.
    faults
        What is wrong with the geometry of single rows.
    """

    file: str
    cells: pd.DataFrame
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    first_row: int = 1
    x_field: str = "geometry"
    y_field: str = "geometry"
    crs: CRS | None = None
    faults: tuple[Fault, ...] = ()


def columns_from(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with the columns of the contract under their own names.

    Headers match whatever their case; a column already under its own name is preferred to an
    alias of it.
    """
    by_lower = {str(name).strip().lower(): name for name in reversed(list(cells.columns))}
    renamed = {}
    for own, aliases in _ALIASES.items():
        found = next((by_lower[name] for name in (own, *aliases) if name in by_lower), None)
        if found is not None and own not in cells.columns:
            renamed[found] = own
    return cells.rename(columns=renamed)


def refuse_no_rows(count: int, file: str, *, what: str = "places") -> None:
    """Raise InputError when a file holds no places (or areas) at all."""
    if count == 0:
        raise InputError(Fault(file, f"holds no {what} (0 rows)", "check the export"))


def points_of(
    geometries: Sequence[BaseGeometry | None], file: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[Fault, ...]]:
    """Return x and y of point geometries, and a fault for each that is none."""
    x = np.full(len(geometries), np.nan)
    y = np.full(len(geometries), np.nan)
    faults = []
    for position, geometry in enumerate(geometries):
        point = _only_part(geometry)
        if (what := _not_a_point(point)) is not None:
            fix = NOT_A_POINT if what.startswith("is a") else "give the row a point or remove it"
            faults.append(Fault(file, what, fix, row=position + 1, field="geometry"))
        else:
            x[position], y[position] = shapely.get_x(point), shapely.get_y(point)
    return x, y, tuple(faults)


def _only_part(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Return the point of a multi-point of one, a habit of some exporters; else the same."""
    if geometry is not None and geometry.geom_type == "MultiPoint":
        parts = shapely.get_parts(geometry)
        if len(parts) == 1:
            only: BaseGeometry = parts[0]
            return only
    return geometry


def _not_a_point(geometry: BaseGeometry | None) -> str | None:
    if geometry is None:
        return "null geometry"
    if geometry.is_empty:
        return f"empty geometry ({geometry.geom_type})"
    if geometry.geom_type != "Point":
        return f"is a {geometry.geom_type}, not a point"
    return None

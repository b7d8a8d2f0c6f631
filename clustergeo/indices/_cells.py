"""What the measures of rows share: which cells count, what they weigh, why a row is blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.measure import aligned, masses_of, measure

__all__ = ["Cells", "beside", "by_pair", "by_row", "cells_of", "inverse", "over"]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A matrix without the cells of places to themselves, and what each cell weighs.

    Parameters
    ----------
    from_ids, to_ids
        Its axes.
    away
        Minutes or kilometres, NaN where missing and on the cells of a place to itself.
    between
        True on cells between two places.
    weights
        Mass of the destination, 1 without masses; 0 on the cells of a place to itself.
    """

    from_ids: pd.Index[Any]
    to_ids: pd.Index[Any]
    away: NDArray[np.float64]
    between: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Cells that count and have no value."""
        missing: NDArray[np.bool_] = np.isnan(self.away) & (self.weights > 0)
        return missing

    @property
    def together(self) -> NDArray[np.bool_]:
        """Cells that count and are no time or length apart."""
        together: NDArray[np.bool_] = (self.away == 0) & (self.weights > 0)
        return together

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted sum of each row; cells without weight do not count, even if NaN."""
        counted = np.where(self.weights > 0, values, 0.0)
        summed: NDArray[np.float64] = (counted * self.weights).sum(axis=1)
        return summed

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of each row, NaN where nothing weighs."""
        return over(self.total(values), self.weights.sum(axis=1))


def cells_of(
    matrix: pd.DataFrame, masses: pd.Series[float] | None = None, *, name: str = "minutes"
) -> Cells:
    """Return the cells of a matrix of minutes or kilometres; refuse a place twice."""
    values = aligned(matrix, matrix, name)
    between = matrix.index.to_numpy(object)[:, None] != matrix.columns.to_numpy(object)[None, :]
    values[~between] = np.nan
    weights = between * masses_of(masses, list(matrix.columns))[None, :]
    return Cells(matrix.index, matrix.columns, values, between, weights)


def beside(matrix: pd.DataFrame, cells: Cells, name: str) -> NDArray[np.float64]:
    """Return a second matrix in the order of the first; refuse a blank where a cell counts."""
    values = aligned(matrix, pd.DataFrame(index=cells.from_ids, columns=cells.to_ids), name)
    lacking = np.argwhere(np.isnan(values) & (cells.weights > 0))
    if len(lacking):
        i, j = lacking[0]
        what = f"a blank ({cells.from_ids[i]} to {cells.to_ids[j]})"
        raise MeasureError(Fault(name, what, "give a value for each pair of places"))
    return values


def by_row(
    cells: Cells,
    values: NDArray[np.float64],
    name: str,
    unit: str,
    *,
    blank: dict[str, NDArray[np.bool_]] | None = None,
) -> pd.Series[float]:
    """Return one value a row as a measure, NaN with the first reason that applies.

    A reason is given by row, or by cell: one cell is enough.
    """
    reasons = {
        "single_place": ~cells.between.any(axis=1),
        "zero_mass": cells.weights.sum(axis=1) == 0,
        **{
            reason: where if where.ndim == 1 else np.logical_or.reduce(where, axis=1)
            for reason, where in (blank or {}).items()
        },
    }
    return _blanked(cells.from_ids, values, name, unit, reasons)


def by_pair(
    cells: Cells,
    values: NDArray[np.float64],
    name: str,
    unit: str,
    *,
    kept: NDArray[np.bool_],
    blank: dict[str, NDArray[np.bool_]],
) -> pd.Series[float]:
    """Return the kept cells as a measure of pairs, NaN with the first reason that applies."""
    rows, columns = np.nonzero(kept)
    pairs = pd.MultiIndex.from_arrays(
        [cells.from_ids.to_numpy(object)[rows], cells.to_ids.to_numpy(object)[columns]],
        names=["from_id", "to_id"],
    )
    reasons = {reason: where[kept] for reason, where in blank.items()}
    return _blanked(pairs, values[kept], name, unit, reasons)


def _blanked(
    index: pd.Index[Any],
    values: NDArray[np.float64],
    name: str,
    unit: str,
    reasons: dict[str, NDArray[np.bool_]],
) -> pd.Series[float]:
    found = np.array(values, dtype=np.float64)
    known: dict[Any, str] = {}
    for reason, where in reasons.items():
        if where.any():
            for key in index[where]:
                known.setdefault(key, reason)
            found[where] = np.nan
    return measure(pd.Series(found, index=index), name, unit, reasons=known)


def over(numerator: NDArray[np.float64], divisor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ratio, NaN where the divisor is 0."""
    ratio: NDArray[np.float64] = np.full(np.broadcast(numerator, divisor).shape, np.nan)
    return np.divide(numerator, divisor, out=ratio, where=divisor != 0)


def inverse(minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 over each value, 0 where there is none or it is 0."""
    found: NDArray[np.float64] = np.zeros(minutes.shape)
    return np.divide(1.0, minutes, out=found, where=minutes > 0)

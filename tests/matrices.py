"""Small matrices of minutes, kilometres and masses: what the laws of the measures are tried on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

__all__ = ["FEW", "frame", "masses_like", "squares"]

FEW = settings(derandomize=True, deadline=None, max_examples=25)


def frame(rows: dict[str, list[float]], columns: str) -> pd.DataFrame:
    """Return a matrix from its rows; columns are letters."""
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns), dtype=float)


@st.composite
def squares(
    draw: st.DrawFn, *, least: float = 1.0, most: float = 600.0, holes: bool = False
) -> pd.DataFrame:
    """Draw a square matrix of two to six places, 0 on its own cells, perhaps with holes."""
    n = draw(st.integers(2, 6))
    cell = st.floats(least, most, allow_nan=False).map(lambda value: round(value, 3))
    filled: Any = st.one_of(cell, st.just(np.nan)) if holes else cell
    values = draw(hnp.arrays(np.float64, (n, n), elements=filled))
    np.fill_diagonal(values, 0.0)
    ids = [f"p{i}" for i in range(n)]
    return pd.DataFrame(values, index=ids, columns=ids)


def masses_like(minutes: pd.DataFrame, seed: int, *, zeros: bool = False) -> pd.Series[float]:
    """Return masses of the columns, the same for the same seed; with zeros a third have none."""
    drawn = np.random.default_rng(seed).integers(0 if zeros else 1, 1000, len(minutes.columns))
    if zeros:
        drawn[::3] = 0
    return pd.Series(drawn.astype(float), index=minutes.columns)

"""The null run: the same inputs twice through the whole path must differ by exactly zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.schemas import check_table
from clustergeo.schemas.appraisal import NULL_RUN
from clustergeo.study.scenarios._claim_changes import Held

__all__ = ["null_table"]

_SAMPLES = ("share_true", "left_min", "right_min", "left_value", "right_value", "flip_min")


def null_table(one: Held, other: Held) -> pd.DataFrame:
    """Return how far two runs of the same inputs differ, contract ``NULL_RUN``.

    Parameters
    ----------
    one, other
        Claims held against the times of two runs, every input read anew for the second.
    """
    rows = [
        {"what": what, "mode": mode} | told
        for mode in one.times
        for what, told in (
            ("times", _apart(one.times[mode].minutes, other.times[mode].minutes)),
            (
                "measures",
                _apart(*(_numbers(held.measures, mode, ["value"]) for held in (one, other))),
            ),
            ("claims", _apart(*(_numbers(held.table, mode, _SAMPLES) for held in (one, other)))),
        )
    ]
    table = pd.DataFrame(rows, columns=list(NULL_RUN.names))
    return check_table(table, NULL_RUN, file="null run", first_row=1)


def _numbers(table: pd.DataFrame, mode: str, columns: Any) -> NDArray[np.float64]:  # noqa: ANN401
    return table.loc[table["mode"] == mode, list(columns)].to_numpy(dtype=np.float64)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> dict[str, Any]:
    """Return how many numbers there are, how many differ, and by how much at most."""
    size, shaped = max(one.size, other.size), one.shape == other.shape
    unlike = (
        ~((one == other) | (np.isnan(one) & np.isnan(other))) if shaped else np.ones(size, bool)
    )
    apart = np.abs(one - other)[unlike] if shaped else np.full(size, np.nan)
    alone = bool(np.isnan(apart).any())
    return {
        "compared": size,
        "differing": int(unlike.sum()),
        "largest_difference": np.nan if alone else float(apart.max(initial=0.0)),
        "reason": "one_side_only" if alone else "",
    }

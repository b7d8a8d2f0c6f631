"""Travel times of the toy world, from samples written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clustergeo.schemas.results import TIMES
from clustergeo.times import TravelTimes

__all__ = ["toy_times"]


def toy_times(minutes: dict[tuple[str, str], list[float]], mode: str = "transit") -> TravelTimes:
    """Return travel times from samples by pair; a pair that is not named has no trip."""
    ids = ("a", "a_lab", "b", "s", "t")
    width = len(next(iter(minutes.values())))
    samples = np.full((len(ids), len(ids), width), np.nan)
    for (start, end), values in minutes.items():
        samples[ids.index(start), ids.index(end)] = values
    rows = []
    for i, start in enumerate(ids):
        for j, end in enumerate(ids):
            ranked = np.sort(np.where(np.isnan(samples[i, j]), np.inf, samples[i, j]))
            median = ranked[(width - 1) // 2]
            reached = bool(np.isfinite(median)) and start != end
            status = "same_place" if start == end else "ok" if reached else "no_service"
            cells = dict.fromkeys(TIMES.names, np.nan) | {"legs": "", "evidence": ""}
            cells |= {"from_id": start, "to_id": end, "mode": mode, "status": status}
            if reached:
                cells |= {"minutes": median, "evidence": "derived"}
            rows.append(cells)
    return TravelTimes(mode, pd.DataFrame(rows), samples, ids, ids)

"""Two sets of times side by side: what changed, and whether at every departure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.schemas.results import EVIDENCE
from clustergeo.schemas.scenarios import BEFORE_AFTER
from clustergeo.times import TravelTimes

__all__ = ["SAME_MIN", "before_after"]

SAME_MIN: Final = 0.005
"""Minutes by which a departure must differ to count: half of what the tables show."""

_DECIMALS: Final = 2
_SHARE_DECIMALS: Final = 4


def before_after(
    before: Mapping[str, TravelTimes], after: Mapping[str, TravelTimes]
) -> pd.DataFrame:
    """Return every pair of places before and after, contract ``BEFORE_AFTER``.

    Departures are compared one by one, with the same draws of headway services, so that what is
    drawn adds nothing to a difference. Equal times differ by exactly zero.

    Parameters
    ----------
    before, after
        Times by mode. Places that only one of them has are ``new`` or ``lost``.
    """
    rows = [
        _row(mode, pair, before[mode], after[mode])
        for mode in after
        for pair in _pairs(before[mode], after[mode])
    ]
    table = pd.DataFrame(rows, columns=list(BEFORE_AFTER.names))
    return table.astype({"departures": np.int64})


def _pairs(before: TravelTimes, after: TravelTimes) -> list[tuple[str, str]]:
    from_ids = dict.fromkeys((*before.from_ids, *after.from_ids))
    to_ids = dict.fromkeys((*before.to_ids, *after.to_ids))
    return [(start, end) for start in from_ids for end in to_ids if start != end]


def _row(
    mode: str, pair: tuple[str, str], before: TravelTimes, after: TravelTimes
) -> dict[str, Any]:
    old, new = _told(before, pair), _told(after, pair)
    one, other = _samples(before, pair), _samples(after, pair)
    # Draws of headways that only one of the two has: the other is the same in every draw.
    size = max(one.size, other.size)
    one, other = np.resize(one, size), np.resize(other, size)
    found = ~np.isnan(one) & ~np.isnan(other)
    difference = (other - one)[found]
    better = np.count_nonzero(difference <= -SAME_MIN)
    better += np.count_nonzero(np.isnan(one) & ~np.isnan(other))
    worse = np.count_nonzero(difference >= SAME_MIN)
    worse += np.count_nonzero(~np.isnan(one) & np.isnan(other))
    change = _change(old["status"], new["status"], bool(better), bool(worse))
    spread: list[float] = [np.nan] * 3
    if difference.size:
        spread = np.percentile(difference, [10, 50, 90]).tolist()
    if change == "unchanged":
        spread = [0.0] * 3
    both = old["minutes"] is not None and new["minutes"] is not None
    apart = new["minutes"] - old["minutes"] if both else np.nan
    if difference.size == size == 1:  # medians of one departure are that departure
        apart = float(difference[0])
    graded = [told["evidence"] for told in (old, new) if told["evidence"]]
    return {
        "from_id": pair[0],
        "to_id": pair[1],
        "mode": mode,
        "before_min": old["minutes"],
        "after_min": new["minutes"],
        "difference_min": 0.0 if change == "unchanged" else round(apart, _DECIMALS) + 0.0,
        **{
            f"{name}_difference_min": round(value, _DECIMALS) + 0.0
            for name, value in zip(("p10", "p50", "p90"), spread, strict=True)
        },
        "better_share": round(better / size, _SHARE_DECIMALS),
        "worse_share": round(worse / size, _SHARE_DECIMALS),
        "departures": size,
        "change": change,
        "status_before": old["status"],
        "status_after": new["status"],
        "evidence": max(graded, key=EVIDENCE.index) if graded else "",
    }


def _told(times: TravelTimes, pair: tuple[str, str]) -> dict[str, Any]:
    """Return median, status and evidence of a pair; blanks where a place is not there."""
    if pair[0] not in times.from_ids or pair[1] not in times.to_ids:
        return {"minutes": None, "status": "", "evidence": ""}
    row = times.from_ids.index(pair[0]) * len(times.to_ids) + times.to_ids.index(pair[1])
    told = times.table.iloc[row]
    minutes = None if pd.isna(told["minutes"]) else float(told["minutes"])
    return {"minutes": minutes, "status": told["status"], "evidence": told["evidence"]}


def _samples(times: TravelTimes, pair: tuple[str, str]) -> NDArray[np.float64]:
    if pair[0] not in times.from_ids or pair[1] not in times.to_ids:
        return np.full(1, np.nan)
    return times.samples(*pair)


def _change(before: str, after: str, better: bool, worse: bool) -> str:  # noqa: FBT001
    was, is_ = before == "ok", after == "ok"
    if not (was and is_):
        return "lost" if was else "new" if is_ else "no_trip"
    if better and worse:
        return "mixed"
    return "faster" if better else "slower" if worse else "unchanged"

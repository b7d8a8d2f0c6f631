"""Measures of isolation without and with a scenario: values, ranks and the region's means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.indices import load_indices
from clustergeo.indices.isolation import REGION
from clustergeo.indices.stability import ranks
from clustergeo.schemas import check_table
from clustergeo.schemas.appraisal import MEASURE_CHANGES
from clustergeo.schemas.results import EVIDENCE

__all__ = ["MEASURES", "mean_rows", "measure_changes", "saved_of"]

MEASURES: Final = (
    *("to_nearest_cluster", "to_capital_fastest", "capital_ratio", "capital_margin"),
    *("share_capital_faster", "location_indicator", "route_efficiency", "potential"),
    *("inside_to_capital_speed", "global_efficiency"),
)
"""What is compared: every measure that says less isolated by itself. The composite does not: it
is relative to the clusters of its own table, so that its difference says nothing."""

_SAME: Final = 1e-9
_KEYS: Final = ["mode", "index", "weights", "cluster_id"]

Row = dict[str, Any]


def measure_changes(
    before: pd.DataFrame, after: pd.DataFrame, pairs: pd.DataFrame, clusters: Sequence[str]
) -> pd.DataFrame:
    """Return measures before and after, contract ``MEASURE_CHANGES``.

    Parameters
    ----------
    before, after
        Contract ``schemas.results.ISOLATION``.
    pairs
        Every pair before and after, contract ``schemas.scenarios.BEFORE_AFTER``.
    clusters
        Ids of the clusters; pairs from them to others are ways to the capital.
    """
    known = load_indices()
    tables = [table[table["index"].isin(MEASURES)] for table in (before, after)]
    both = tables[0].merge(tables[1], on=_KEYS, how="outer", suffixes=("_before", "_after"))
    order = {name: i for i, name in enumerate(MEASURES)}
    places = {name: i for i, name in enumerate((*clusters, REGION))}
    rows = [*mean_rows(pairs, clusters)]
    sorts = both.assign(
        at=both["index"].map(order), place=both["cluster_id"].map(places).fillna(len(places))
    ).sort_values(["mode", "at", "weights", "place"], kind="stable")
    for (mode, index, weights), group in sorts.groupby(["mode", "index", "weights"], sort=False):
        high = known[str(index)].isolated != "low"
        of = group.set_index("cluster_id")
        placed = [_ranked(of[f"value_{side}"], high=high) for side in ("before", "after")]
        for place_id, row in of.iterrows():
            own = _row(row["value_before"], row["value_after"])
            single = place_id == REGION
            graded = [text for text in (row["evidence_before"], row["evidence_after"]) if text]
            reasons = (row["reason_after"], row["reason_before"])
            rows.append(
                {"measure": index, "weights": weights, "mode": mode, "place_id": place_id}
                | own
                | {
                    "unit": known[str(index)].unit,
                    "better": "lower" if high else "higher",
                    "change": _change(own, lower=high),
                    "rank_before": np.nan if single else placed[0].loc[str(place_id)],
                    "rank_after": np.nan if single else placed[1].loc[str(place_id)],
                    "reason": next(
                        (text for text in reasons if isinstance(text, str) and text), ""
                    ),
                    "evidence": max(
                        (text for text in graded if isinstance(text, str)),
                        key=EVIDENCE.index,
                        default="",
                    ),
                }
            )
    table = pd.DataFrame(rows, columns=list(MEASURE_CHANGES.names))
    return check_table(table, MEASURE_CHANGES, file="measure changes", first_row=1)


def _ranked(values: pd.Series[float], *, high: bool) -> pd.Series[float]:
    """Return ranks, of nobody where one has no value: they would depend on what is missing."""
    found = ranks(values, "high" if high else "low")
    return found if values.notna().all() else found * np.nan


def mean_rows(pairs: pd.DataFrame, clusters: Sequence[str]) -> Iterator[Row]:
    """Yield the mean minutes of the region: among its clusters, and to the capital points."""
    for mode in dict.fromkeys(pairs["mode"]):
        for name, own in scoped(pairs[pairs["mode"] == mode], clusters):
            told = own.dropna(subset=["before_min", "after_min"])
            values = _row(*(_mean(told[f"{side}_min"]) for side in ("before", "after")))
            if (told["change"] == "unchanged").all() and len(told):
                values |= {"after": values["before"], "difference": 0.0}
            graded = [grade for grade in told["evidence"] if grade]
            yield (
                {"measure": name, "weights": "", "mode": mode, "place_id": REGION}
                | values
                | {
                    "unit": "min",
                    "better": "lower",
                    "change": _change(values, lower=True),
                    "rank_before": np.nan,
                    "rank_after": np.nan,
                    "reason": "" if len(told) else "no_trip",
                    "evidence": max(graded, key=EVIDENCE.index, default=""),
                }
            )


def scoped(pairs: pd.DataFrame, clusters: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the pairs of clusters, and the ways from them to all that are none."""
    starts, ends = pairs["from_id"].isin(clusters), pairs["to_id"].isin(clusters)
    yield "mean_to_clusters", pairs[starts & ends]
    yield "mean_to_capital", pairs[starts & ~ends]


def saved_of(pairs: pd.DataFrame) -> float:
    """Return the mean minutes saved over pairs with a trip before and after; NaN if none has."""
    told = pairs.dropna(subset=["difference_min"])
    return -_mean(told["difference_min"]) + 0.0 if len(told) else np.nan


def _mean(values: pd.Series[float]) -> float:
    return float(values.mean()) if len(values) else np.nan


def _row(before: float, after: float) -> Row:
    """Return both values and their difference, exactly 0 where only rounding tells them apart."""
    apart = after - before
    scale = max(abs(before), abs(after), 1.0)
    if abs(apart) <= _SAME * scale:
        apart = 0.0
    return {"before": before, "after": after, "difference": apart}


def _change(row: Row, *, lower: bool) -> str:
    was, is_ = not np.isnan(row["before"]), not np.isnan(row["after"])
    if not (was and is_):
        return "lost" if was else "new" if is_ else "no_value"
    if row["difference"] == 0:
        return "unchanged"
    return "better" if (row["difference"] < 0) == lower else "worse"

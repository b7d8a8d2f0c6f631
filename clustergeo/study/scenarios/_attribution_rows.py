"""The rows of an attribution: what each unit brings, and each two together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from clustergeo.indices import MOST_UNITS, attribution, shapley_interactions
from clustergeo.schemas.attribution import WHOLE
from clustergeo.study.scenarios._package import Unit

__all__ = ["pair_rows", "unit_rows"]

_DECIMALS: Final = 4  # so that parts add up to the whole to a hundredth
_LEAST_MIN: Final = 0.005

Subset = frozenset[str]


def unit_rows(
    worth: dict[Subset, float], units: list[Unit], head: dict[str, Any]
) -> list[dict[str, Any]]:
    names = [unit.unit_id for unit in units]
    whole = worth[frozenset(names)] - worth[frozenset()]
    found = attribution(worth, names)
    many = "too_many_units" if len(names) > MOST_UNITS else ""
    reason = many if head["pairs"] else "no_pairs"
    rows = [
        {
            **head,
            "unit_id": unit.unit_id,
            "alone_min": _rounded(told["alone"]),
            "left_out_min": _rounded(told["left_out"]),
            "shapley_min": _rounded(told["shapley"]),
            "shapley_share": _share(told["shapley"], whole),
            "reason": reason,
            "edits": unit.text,
        }
        for unit, told in zip(units, found.to_dict("records"), strict=True)
    ]
    total = _rounded(whole)
    rows.append(
        {
            **head,
            "unit_id": WHOLE,
            "alone_min": total,
            "left_out_min": total,
            "shapley_min": total,
            "shapley_share": _share(whole, whole),
            "reason": "" if head["pairs"] else "no_pairs",
            "edits": f"all {len(units)}",
        }
    )
    return rows


def pair_rows(
    worth: dict[Subset, float], names: list[str], head: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    if len(names) > MOST_UNITS:
        return []
    table = shapley_interactions(worth, names)
    return [
        {
            **head,
            "unit_id": row["unit"],
            "other_id": row["other"],
            "interaction_min": _rounded(row["interaction"]),
            "reason": "" if head["pairs"] else "no_pairs",
        }
        for row in table.to_dict("records")
    ]


def _rounded(value: float) -> float:
    return round(value, _DECIMALS) + 0.0


def _share(value: float, whole: float) -> float:
    """Return a part of the whole; none of a whole that is nothing."""
    return round(value / whole, _DECIMALS) + 0.0 if abs(whole) >= _LEAST_MIN else np.nan

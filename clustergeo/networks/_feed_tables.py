"""The tables of a timetable that may have nothing to say, empty."""

from __future__ import annotations

import pandas as pd

__all__ = ["no_feeds", "no_rejects", "no_rules", "no_runs", "no_shapes"]


def no_rules() -> pd.DataFrame:
    """Return no transfer rules for single routes or trips."""
    ends = ("from_stop", "to_stop", "from_route", "to_route", "from_trip", "to_trip", "kind")
    return _empty(**dict.fromkeys(ends, "int64"), min_s="float64")


def no_runs() -> pd.DataFrame:
    """Return no through-runs."""
    return _empty(trip="int64", ridden="int64", first_call="int64")


def no_feeds() -> pd.DataFrame:
    """Return no feeds."""
    texts = ("feed", "source", "language", "timezone")
    return _empty(**dict.fromkeys(texts, "object"), trips="int64")


def no_rejects() -> pd.DataFrame:
    """Return nothing set aside."""
    return _empty(file="object", row="int64", field="object", trip_id="object", what="object")


def no_shapes() -> pd.DataFrame:
    """Return no lines."""
    return _empty(trip="int64", line="object")


def _empty(**kinds: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})

"""Published travel times held against the model: the errors pair by pair, and their summary."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from clustergeo.schemas import check_table
from clustergeo.schemas.validation import VALIDATION, VALIDATION_PAIRS

__all__ = ["compare_with_published", "summarise_errors"]

CLOSE_MIN = 5.0


def compare_with_published(
    published: pd.DataFrame, model: Callable[[pd.Series], tuple[float, str]]
) -> pd.DataFrame:
    """Return the model's minutes beside each published figure that can be compared.

    Parameters
    ----------
    published
        Contract ``schemas.validation.PUBLISHED``; rows with a reason in ``not_compared`` are left
        out.
    model
        Gives the model's minutes (NaN if it has none) and a note for a row.

    Returns
    -------
    pairs : pandas.DataFrame
        Contract ``schemas.validation.VALIDATION_PAIRS``; the published figure is the middle of
        its range.

    Examples
    --------
    >>> row = {"pair": "a - b", "minutes_low": 40.0, "minutes_high": 50.0, "model_mode": "car",
    ...        "basis": "drive", "used_as_input": "no", "type": "T", "source": "timetable",
    ...        "not_compared": ""}
    >>> pairs = compare_with_published(pd.DataFrame([row]), lambda row: (42.0, ""))
    >>> pairs["error_min"].tolist()
    [-3.0]
    """
    rows = []
    for _, row in published.loc[published["not_compared"] == ""].iterrows():
        low, high = row["minutes_low"], row["minutes_high"]
        middle = high if pd.isna(low) else low if pd.isna(high) else (low + high) / 2
        minutes, note = model(row)
        rows.append(
            {
                "pair": row["pair"],
                "mode": row["model_mode"],
                "basis": row["basis"],
                "published_min": middle,
                "model_min": minutes,
                "error_min": minutes - middle,
                "used_as_input": row["used_as_input"],
                "type": row["type"],
                "source": row["source"],
                "note": note,
                "explanation": row.get("explanation", ""),
            }
        )
    table = pd.DataFrame(rows, columns=list(VALIDATION_PAIRS.names))
    return check_table(table, VALIDATION_PAIRS, file="validation pairs", first_row=1)


def summarise_errors(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return bias, mean absolute error and mean absolute percentage error per mode and basis.

    Parameters
    ----------
    pairs
        Contract ``schemas.validation.VALIDATION_PAIRS``; pairs without model minutes are left out.

    Returns
    -------
    summary : pandas.DataFrame
        Contract ``schemas.validation.VALIDATION``. Figures that went into the model stand in
        rows of their own: agreement with them shows only that they were carried over.

    Examples
    --------
    >>> pairs = pd.DataFrame({"mode": "car", "basis": "drive", "used_as_input": "no",
    ...                       "published_min": [40.0, 50.0], "error_min": [-4.0, 10.0]})
    >>> summarise_errors(pairs)[["bias_min", "mae_min", "mape"]].round(1).values.tolist()
    [[3.0, 7.0, 15.0]]
    """
    known = pairs.loc[pairs["error_min"].notna()]
    rows = []
    for keys, group in known.groupby(["mode", "basis", "used_as_input"], sort=True):
        size = group["error_min"].abs()
        rows.append(
            (
                *keys,
                len(group),
                group["error_min"].mean(),
                size.mean(),
                (size / group["published_min"]).mean() * 100,
                (size <= CLOSE_MIN).mean(),
            )
        )
    table = pd.DataFrame(rows, columns=list(VALIDATION.names))
    return check_table(table, VALIDATION, file="validation", first_row=1)

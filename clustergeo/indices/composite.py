"""The composite: several measures as one score with stated weights, and how firm its ranks are."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from clustergeo._toml import read_toml
from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.measure import measure
from clustergeo.settings import data_path

__all__ = ["SEED", "Component", "components", "composite", "rank_intervals"]

SEED: Final = 20_261_118
"""Seed of every draw here: the same inputs give the same intervals."""

_DRAWS: Final = 2_000
_INTERVAL: Final = (0.05, 0.95)
_SD_OF_MAD: Final = 1.482_602_218_505_602  # a normal variable: 1 / 0.67449
_SD_OF_MEAN: Final = 1.253_314_137_315_500_3  # the same for the mean deviation: sqrt(pi / 2)

End = Literal["high", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One measure of the shipped composite, as ``data/indices/composite.toml`` states it.

    Parameters
    ----------
    index_id, weights
        The measure, and the masses it is weighted by; blank where it has none.
    weight
        Its share of the score, above 0; shares are divided by their sum.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    index_id: str
    weights: str = ""
    weight: float = 1.0


@functools.cache
def components() -> tuple[Component, ...]:
    """Return the measures of the shipped composite with their weights.

    Raises
    ------
    MeasureError
        If the file states a component wrongly, with its line.

    Examples
    --------
    >>> [part.weight for part in components()]
    [1.0, 1.0, 1.0, 1.0]
    """
    path = data_path("indices", "composite.toml")
    file = read_toml(path, error=MeasureError, name=path.name)
    try:
        return TypeAdapter(tuple[Component, ...]).validate_python(file.content.get("component"))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise MeasureError(
            *(
                file.fault(("component", *fault["loc"]), fault["msg"], "see the other components")
                for fault in faults
            )
        ) from error


def composite(
    measures: pd.DataFrame,
    weights: Mapping[str, float] | None = None,
    *,
    directions: Mapping[str, End],
    standardise: Literal["robust", "minmax"] = "robust",
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
) -> pd.Series[float]:
    """Return the composite isolation of each place: the weighted mean of its measures.

    Parameters
    ----------
    measures
        One row a place, one column a measure; NaN where a place has none.
    weights
        Weight of each measure, from 0 up and not all 0; they are divided by their sum. All
        measures count alike without.
    directions
        Which end of each measure means isolated, ``high`` or ``low``.
    standardise
        ``robust``: distance from the median in robust standard deviations (1.4826 times the median
        absolute deviation; 1.2533 times the mean one where that is 0). ``minmax``: from 0, the
        least isolated place, to 1, the most isolated one.
    mean
        ``arithmetic``, or ``geometric`` (of ``minmax`` only): a place that is the least isolated
        by one measure then scores 0.

    Returns
    -------
    composite : pandas.Series, shape (places,)
        I_i = sum_k w_k z_ik, higher is more isolated. Unit ``1``.

    Raises
    ------
    MeasureError
        If a weight or a direction is missing or wrong, or the mean does not suit the scale.

    Notes
    -----
    A project-defined measure; standardising and weighting as in the OECD/JRC handbook of composite
    indicators (2008). A score compares the places of one table and says nothing beside another.
    Where a place lacks a measure it has no score (``no_trip``) and the others are standardised
    without it; a single place has nothing to compare with (``single_place``). A measure that is
    equal everywhere counts 0. No rows: an empty Series.

    Examples
    --------
    Hand-computed: minutes 10, 20, 30 become 0, 0.5, 1; speeds 50, 50, 40 become 0, 0, 1.

    >>> table = pd.DataFrame({"minutes": [10.0, 20, 30], "speed": [50.0, 50, 40]}, list("abc"))
    >>> ends = {"minutes": "high", "speed": "low"}
    >>> composite(table, directions=ends, standardise="minmax").tolist()
    [0.0, 0.25, 1.0]
    """
    shares = _shares(measures, weights)
    scores, whole = _standardised(measures, directions, standardise)
    if mean == "geometric":
        if standardise != "minmax":
            what = f"a geometric mean of {standardise} scores, some of them negative"
            raise MeasureError(Fault("mean", what, 'use standardise = "minmax"'))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(shares > 0, shares * np.log(scores), 0.0)
        values = np.exp(logs.sum(axis=1))
    else:
        values = scores @ shares
    found = pd.Series(np.nan, index=measures.index)
    found[whole] = values
    if whole.sum() == 1:  # alone, it cannot be told from any other
        return measure(
            found * np.nan,
            "composite",
            "1",
            reasons=dict.fromkeys(measures.index[whole], "single_place"),
        )
    return measure(found, "composite", "1")


def rank_intervals(
    measures: pd.DataFrame,
    *,
    directions: Mapping[str, End],
    standardise: Literal["robust", "minmax"] = "robust",
    draws: int = _DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return how the ranks of the composite move when its weights are drawn at random.

    Parameters
    ----------
    measures, directions, standardise
        As for :func:`composite`.
    draws
        How many sets of weights are drawn, evenly over all that add up to 1.
    seed
        Seed of the draws.

    Returns
    -------
    intervals : pandas.DataFrame, shape (places, 5)
        ``low`` and ``high``: the ranks between which nine tenths of the draws lie; ``best`` and
        ``worst``: the least and the greatest rank of all draws and of each measure alone;
        ``first_share``: the share of the draws in which the place is the most isolated one.
        Rank 1 is the most isolated place. Blank where the composite is.

    Raises
    ------
    MeasureError
        As for :func:`composite`.

    Examples
    --------
    >>> table = pd.DataFrame({"minutes": [10.0, 20, 30], "speed": [50.0, 50, 40]}, list("abc"))
    >>> ends = {"minutes": "high", "speed": "low"}
    >>> rank_intervals(table, directions=ends, standardise="minmax").loc["c"].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    scores, whole = _standardised(measures, directions, standardise)
    columns = ["low", "high", "best", "worst", "first_share"]
    table = pd.DataFrame(np.nan, index=measures.index, columns=columns)
    if whole.sum() < 2:  # noqa: PLR2004 - a rank needs a pair
        return table
    drawn = np.random.default_rng(seed).dirichlet(np.ones(scores.shape[1]), draws)
    by_draw = _ranked(scores @ drawn.T)
    alone = _ranked(scores)
    everything = np.concatenate([by_draw, alone], axis=1)
    low, high = np.quantile(by_draw, _INTERVAL, axis=1, method="inverted_cdf")
    first = (by_draw == 1).mean(axis=1)
    limits = everything.min(axis=1), everything.max(axis=1)
    table.loc[whole] = np.stack([low, high, *limits, first], axis=1)
    return table


def _ranked(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks down each column, 1 the greatest, equals sharing the best."""
    rounded = scores.round(9)  # what only rounding tells apart is a tie
    return np.asarray(1.0 + (rounded[:, None, :] < rounded[None, :, :]).sum(axis=1))


def _shares(measures: pd.DataFrame, weights: Mapping[str, float] | None) -> NDArray[np.float64]:
    """Return the weights of the columns, divided by their sum."""
    names = list(measures.columns)
    given = dict.fromkeys(names, 1.0) if weights is None else dict(weights)
    fix = "give every measure a number from 0 up, not all 0"
    faults = [Fault("weights", f"no weight of {name}", fix) for name in names if name not in given]
    faults += [
        Fault("weights", f"no such measure ({name})", "take it out")
        for name in given
        if name not in names
    ]
    faults += [
        Fault("weights", f"not a weight of {name} ({weight:g})", fix)
        for name, weight in given.items()
        if not 0 <= weight < np.inf
    ]
    if not names:
        faults.append(Fault("measures", "no measures", "name at least one"))
    elif not faults and not sum(given.values()) > 0:
        faults.append(Fault("weights", "add up to nothing (0)", fix))
    if faults:
        raise MeasureError(*faults)
    found = np.array([given[name] for name in names], float)
    return np.asarray(found / found.sum())


def _standardised(
    measures: pd.DataFrame, directions: Mapping[str, End], standardise: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return scores of the places that have every measure, higher is more isolated; and which."""
    scales = {"robust": _robust, "minmax": _minmax}
    if standardise not in scales:
        what = f"no such way ({standardise})"
        raise MeasureError(Fault("standardise", what, f"use {' or '.join(scales)}"))
    faults = [
        Fault("directions", f"{name}: {directions.get(name, 'none')}", 'say "high" or "low"')
        for name in measures.columns
        if directions.get(name) not in {"high", "low"}
    ]
    values = measures.to_numpy(np.float64)
    if np.isinf(values).any():
        faults.append(Fault("measures", "an endless value (inf)", "blank it"))
    if faults:
        raise MeasureError(*faults)
    whole = np.asarray(~np.isnan(values).any(axis=1))
    signs = np.array([1.0 if directions[name] == "high" else -1.0 for name in measures.columns])
    return scales[standardise](values[whole] * signs), whole


def _robust(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(values):
        return values
    away = values - np.median(values, axis=0)
    spread = _SD_OF_MAD * np.median(np.abs(away), axis=0)
    mean = _SD_OF_MEAN * np.abs(away).mean(axis=0)
    spread = np.where(spread > 0, spread, mean)
    return np.asarray(away / np.where(spread > 0, spread, 1.0))


def _minmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(values):
        return values
    low = values.min(axis=0)
    width = values.max(axis=0) - low
    return np.asarray((values - low) / np.where(width > 0, width, 1.0))

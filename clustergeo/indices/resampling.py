"""Ranks drawn again: how far the order of places depends on which samples were taken."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices.composite import SEED, End
from clustergeo.times.travel_times import TravelTimes

__all__ = ["resampled_ranks", "sampled_measures"]

_DRAWS: Final = 2_000
_INTERVAL: Final = (0.05, 0.95)


def sampled_measures(
    samples: TravelTimes, clusters: Sequence[str], capital: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return the measures relative to the capital in every sample, for :func:`resampled_ranks`.

    Parameters
    ----------
    samples
        Times of one mode, with every sample.
    clusters, capital
        Ids of the clusters compared and of the reference points of the capital.

    Returns
    -------
    measures : dict of str to pandas.DataFrame, shape (samples, clusters)
        ``to_nearest_cluster``, ``to_capital_fastest``, ``capital_ratio`` and ``capital_margin``;
        NaN where a trip is missing.

    Examples
    --------
    >>> toy = TravelTimes("transit", pd.DataFrame(), np.array([[[30.0, 40.0], [60.0, 20.0]]]),
    ...                   ("a",), ("b", "seoul"))
    >>> sampled_measures(toy, ["a"], ["seoul"])["to_capital_fastest"]["a"].tolist()
    [60.0, 20.0]
    """
    near, seat = (
        pd.DataFrame({cluster: _least(samples, cluster, ids) for cluster in clusters})
        for ids in (clusters, capital)
    )
    return {
        "to_nearest_cluster": near,
        "to_capital_fastest": seat,
        "capital_ratio": near / seat.where(seat > 0),
        "capital_margin": near - seat,
    }


def resampled_ranks(
    samples: pd.DataFrame, *, isolated: End, draws: int = _DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """Return between which ranks each place lies when the samples are drawn again.

    Parameters
    ----------
    samples
        One row a sample (a departure, a setting), one column a place; rows are drawn whole, so
        that places are compared in the same departures. NaN is endless: no trip.
    isolated
        Which end of the value means isolated.
    draws
        Bootstrap draws, if there are more ways to draw the rows than that; else every way is
        counted once, by its probability, and nothing is left to chance.
    seed
        Seed of the draws.

    Returns
    -------
    intervals : pandas.DataFrame, shape (places, 4)
        ``rank`` by the median (the lower of two) of the samples, ``low`` and ``high``: the ranks
        between which nine tenths of the probability lie, and ``first_share``: the probability of
        being the most isolated one.

    Raises
    ------
    MeasureError
        If there are no samples.

    Notes
    -----
    The bootstrap is that of Efron (1979). It tells how far the ranking depends on which samples
    happened to be taken, not how right the model is.

    Examples
    --------
    Of two samples a draw takes the first twice (1/4), both (1/2) or the second twice (1/4). With
    both the lower of two is the median: 10 against 20.

    >>> samples = pd.DataFrame({"a": [10.0, 30.0], "b": [20.0, 20.0]})
    >>> resampled_ranks(samples, isolated="high").loc["a"].tolist()
    [2.0, 1.0, 2.0, 0.25]
    """
    if not len(samples):
        raise MeasureError(Fault("samples", "no samples", "give at least one row"))
    values = samples.to_numpy(np.float64)
    values = np.where(np.isnan(values), np.inf if isolated == "high" else -np.inf, values)
    counts, weight = _draws(len(values), draws, seed)
    order = np.argsort(values, axis=0, kind="stable")
    half = (len(values) + 1) // 2
    medians = np.empty((len(counts), values.shape[1]))
    for place in range(values.shape[1]):
        reached = np.cumsum(counts[:, order[:, place]], axis=1) >= half
        medians[:, place] = values[order[reached.argmax(axis=1), place], place]
    sign = 1.0 if isolated == "high" else -1.0
    by_draw = _ranked(sign * medians)
    own = _ranked(sign * np.sort(values, axis=0)[None, half - 1])
    edges = [[_weighted(column, weight, at) for at in _INTERVAL] for column in by_draw.T]
    first = np.minimum(weight @ (by_draw == 1), 1.0)  # the sum of shares is rounded
    low, high = np.array(edges).reshape(-1, 2).T
    parts = {"rank": own[0], "low": low, "high": high, "first_share": first}
    return pd.DataFrame(parts, index=samples.columns)


def _least(samples: TravelTimes, origin: str, ids: Sequence[str]) -> NDArray[np.float64]:
    """Return the least minutes to any of some places but itself, sample by sample."""
    others = [samples.to_ids.index(place) for place in ids if place != origin]
    found = samples.minutes[samples.from_ids.index(origin), others]
    least = np.where(np.isnan(found), np.inf, found).min(axis=0, initial=np.inf)
    return np.where(np.isinf(least), np.nan, least)


def _ranked(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks along each row, 1 the greatest, equals sharing the best."""
    rounded = scores.round(9)
    return np.asarray(1.0 + (rounded[:, None, :] > rounded[:, :, None]).sum(axis=2))


def _draws(rows: int, draws: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return how often each row is taken in each draw, and the probability of the draw."""
    if math.comb(2 * rows - 1, rows) <= draws:
        taken = itertools.combinations_with_replacement(range(rows), rows)
        counts = np.array([np.bincount(rows_, minlength=rows) for rows_ in taken])
        ways = [math.factorial(rows) / math.prod(map(math.factorial, c)) for c in counts.tolist()]
        return counts, np.array(ways) / float(rows) ** rows
    even = np.full(rows, 1 / rows)
    return np.random.default_rng(seed).multinomial(rows, even, draws), np.full(draws, 1 / draws)


def _weighted(column: NDArray[np.float64], weight: NDArray[np.float64], at: float) -> float:
    """Return the least value that the share of the weight does not exceed."""
    order = np.argsort(column, kind="stable")
    reached = np.cumsum(weight[order]) >= at - 1e-12  # shares are rounded
    return float(column[order[reached.argmax()]])

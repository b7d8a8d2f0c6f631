"""The same times under another setting: a site for its cluster, one capital point, some hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.times.travel_times import TravelTimes

__all__ = ["at_share", "each_point", "with_samples", "with_sites"]

_SPREAD: Final = ("p10_min", "p90_min", "best_min", "worst_min")
_PARTS: Final = ("access_min", "wait_min", "ride_min", "transfer_min", "egress_min")
_CENTS: Final = 2


def with_sites(times: pd.DataFrame, stand_in: Mapping[str, str]) -> pd.DataFrame:
    """Return times in which sites stand for their clusters.

    Parameters
    ----------
    times
        Contract ``schemas.results.TIMES``.
    stand_in
        Site by cluster; its times become those of the cluster, whose own are taken out.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "lab"], "to_id": ["b", "b"], "minutes": [9.0, 5.0]})
    >>> with_sites(times, {"a": "lab"}).values.tolist()
    [['a', 'b', 5.0]]
    """
    clusters = list(stand_in)
    out = times["from_id"].isin(clusters) | times["to_id"].isin(clusters)
    names = {site: cluster for cluster, site in stand_in.items()}
    kept = times.loc[~out]
    ends = {side: kept[side].replace(names) for side in ("from_id", "to_id")}
    return kept.assign(**ends).reset_index(drop=True)


def each_point(capital: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each reference point of the capital as the only one, under its own name.

    Examples
    --------
    >>> list(each_point(["s", "t"]))
    [('s', ('s',)), ('t', ('t',))]
    """
    for point in capital:
        yield point, (point,)


def with_samples(found: TravelTimes, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the times of some of the samples, such as the departures of half an hour.

    Parameters
    ----------
    found
        Times of one mode, with every sample.
    chosen
        Which samples count, shape (samples,).

    Returns
    -------
    times : pandas.DataFrame
        Contract ``schemas.results.TIMES``, with ``minutes`` the median by nearest rank (the lower
        of two) of the samples chosen, no trip counting as endless. What describes another trip
        than that, parts and legs, is blank; ``status`` is ``no_service`` where half find none.

    Raises
    ------
    MeasureError
        If no sample is chosen.

    Examples
    --------
    >>> table = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "minutes": [20.0],
    ...                       "status": ["ok"], "evidence": ["derived"]})
    >>> toy = TravelTimes("transit", table, np.array([[[10.0, 20.0, 30.0]]]), ("a",), ("b",))
    >>> with_samples(toy, np.array([True, False, False]))["minutes"].tolist()
    [10.0]
    """
    if not chosen.any():
        raise MeasureError(Fault("samples", "none chosen", "choose at least one"))
    ordered = np.sort(found.minutes[:, :, chosen], axis=2)  # NaN is last: endless
    medians = ordered[:, :, (ordered.shape[2] - 1) // 2].ravel().round(_CENTS)
    table = found.table.assign(minutes=medians)
    blank = [name for name in (*_SPREAD, *_PARTS) if name in table.columns]
    table[blank] = np.nan
    lost = (found.table["status"] == "ok") & np.isnan(medians)
    gained = (found.table["status"] != "ok") & ~np.isnan(medians)
    status = table["status"].mask(lost, "no_service").mask(gained, "ok")
    # A trip that only these samples find has no evidence of its own: the weakest is safe.
    evidence = table["evidence"].mask(lost, "").mask(gained, "estimated")
    legs = {"legs": ""} if "legs" in table.columns else {}
    return table.assign(status=status, evidence=evidence, **legs)


def at_share(times: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return times with another point of their spread in place of the median.

    Parameters
    ----------
    times
        Contract ``schemas.results.TIMES``.
    column
        ``p10_min``, ``p90_min``, ``best_min`` or ``worst_min``.

    Examples
    --------
    >>> at_share(pd.DataFrame({"minutes": [20.0], "p90_min": [35.0]}), "p90_min")["minutes"].item()
    35.0
    """
    return times.assign(minutes=times[column])

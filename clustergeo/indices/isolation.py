"""The isolation table: every measure of every cluster, in one long table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from clustergeo.indices.capital import capital_margin, capital_ratio, fastest, minutes_to
from clustergeo.schemas import check_table
from clustergeo.schemas.results import ISOLATION

__all__ = ["isolation_table"]


def isolation_table(
    times: pd.DataFrame, clusters: Sequence[str], capital: Sequence[str]
) -> pd.DataFrame:
    """Return every isolation measure of every cluster and mode, as one long table.

    Parameters
    ----------
    times
        Times of one or more modes, contract ``schemas.results.TIMES``.
    clusters
        Ids of the clusters compared.
    capital
        Ids of the reference points of the capital.

    Returns
    -------
    isolation : pandas.DataFrame
        ``cluster_id, mode, index, value, unit``. Indices: ``to_<id>`` for every other cluster and
        every capital point, ``to_nearest_cluster``, ``to_capital_fastest``, ``capital_ratio`` and
        ``capital_margin``. The reason of a blank is the ``status`` of the pair in the times.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a", "b", "b"], "to_id": ["b", "s", "a", "s"],
    ...                       "mode": "car", "minutes": [30.0, 60.0, 30.0, 20.0]})
    >>> table = isolation_table(times, ["a", "b"], ["s"])
    >>> table.loc[table["index"] == "capital_ratio", ["cluster_id", "value"]].values.tolist()
    [['a', 0.5], ['b', 1.5]]
    """
    rows = []
    for mode in dict.fromkeys(times["mode"]):
        measures = _measures(times.loc[times["mode"] == mode], clusters, capital)
        for cluster_id in clusters:
            for measure in measures:
                if measure.name == f"to_{cluster_id}":
                    continue
                unit = str(measure.attrs["unit"])
                rows.append((cluster_id, mode, measure.name, measure[cluster_id], unit))
    table = pd.DataFrame(rows, columns=list(ISOLATION.names))
    return check_table(table, ISOLATION, file="isolation", first_row=1)


def _measures(
    times: pd.DataFrame, clusters: Sequence[str], capital: Sequence[str]
) -> list[pd.Series[float]]:
    nearest = fastest(times, clusters, clusters, name="to_nearest_cluster")
    seat = fastest(times, clusters, capital, name="to_capital_fastest")
    return [
        *(minutes_to(times, clusters, destination) for destination in (*clusters, *capital)),
        nearest,
        seat,
        capital_ratio(nearest, seat),
        capital_margin(nearest, seat),
    ]

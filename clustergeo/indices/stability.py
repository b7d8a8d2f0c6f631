"""Stability: the rank of each cluster under every setting, and what would change the ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.composite import End
from clustergeo.schemas import check_table
from clustergeo.schemas.results import STABILITY, STABILITY_SUMMARY

__all__ = ["BASE", "rank_stability", "ranks", "stability_summary"]

BASE: Final = "study"
"""Dimension and setting of the study as it is, with which every other setting is compared."""

_NAMED: Final = 6  # settings named in a summary; the rest are counted
_TIE: Final = 9  # decimals; what only rounding tells apart is a tie
_KEYS: Final = ["mode", "index", "weights"]


def ranks(values: pd.Series[float], isolated: End) -> pd.Series[float]:
    """Return the rank of each place by one measure: 1 is the most isolated, equals share the best.

    Parameters
    ----------
    values
        One number a place; a place without one has no rank.
    isolated
        Which end of the measure means isolated.

    Returns
    -------
    ranks : pandas.Series, shape (places,)

    Examples
    --------
    >>> ranks(pd.Series([20.0, 30.0, 30.0, np.nan]), "high").tolist()
    [3.0, 1.0, 1.0, nan]
    """
    rounded = values.astype(np.float64).round(_TIE)
    return rounded.rank(method="min", ascending=isolated == "low")


def rank_stability(
    tables: Iterable[tuple[str, str, pd.DataFrame]], clusters: Iterable[str]
) -> pd.DataFrame:
    """Return the rank of each cluster by each measure under each setting.

    Parameters
    ----------
    tables
        Dimension (``window``), setting (``17:00-19:00``) and the isolation table under it,
        contract ``schemas.results.ISOLATION``.
    clusters
        Ids of the clusters ranked.

    Returns
    -------
    stability : pandas.DataFrame
        Contract ``schemas.results.STABILITY``. Measures of which the catalogue calls neither end
        isolated, and minutes to one place, are no ranking and are left out. Where a cluster has no
        value nobody has a rank: the place of the others would depend on what is missing.

    Examples
    --------
    >>> row = {"mode": "car", "index": "capital_ratio", "weights": "", "unit": "1"}
    >>> table = pd.DataFrame([row | {"cluster_id": "a", "value": 0.5},
    ...                       row | {"cluster_id": "b", "value": 1.5}])
    >>> rank_stability([(BASE, BASE, table)], ["a", "b"])["rank"].tolist()
    [2.0, 1.0]
    """
    wanted = list(clusters)
    found = [_ranked(table, wanted, dimension, setting) for dimension, setting, table in tables]
    table = pd.concat(found) if found else pd.DataFrame(columns=list(STABILITY.names))
    return check_table(table, STABILITY, file="stability", first_row=1)


def stability_summary(stability: pd.DataFrame) -> pd.DataFrame:
    """Return how far the rank of each cluster moves, and what moves it.

    Parameters
    ----------
    stability
        As :func:`rank_stability` returns it, the study itself among the settings.

    Returns
    -------
    summary : pandas.DataFrame
        Contract ``schemas.results.STABILITY_SUMMARY``: by mode, dimension and cluster, and over
        all dimensions (``all``). ``changed_share`` is the share of rankings in which the cluster
        stands elsewhere than by the same measure and mode in the study; for the dimension
        ``study`` elsewhere than by most of its measures. ``changed_by`` names the settings that
        move it, with the number of measures, the ones that move it most first.

    Examples
    --------
    >>> row = {"dimension": BASE, "setting": BASE, "mode": "car", "index": "capital_ratio",
    ...        "weights": "", "value": 1.0}
    >>> table = pd.DataFrame([row | {"cluster_id": "a", "rank": 1.0},
    ...                       row | {"cluster_id": "b", "rank": 2.0}])
    >>> stability_summary(table)["first_share"].tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    ranked = stability.dropna(subset=["rank"])
    usual = _usual(ranked)
    rows = []
    for mode in dict.fromkeys(ranked["mode"]):
        own = ranked.loc[ranked["mode"] == mode]
        groups = [(name, own.loc[own["dimension"] == name]) for name in own["dimension"].unique()]
        for dimension, group in [*groups, ("all", own)]:
            for cluster_id in dict.fromkeys(group["cluster_id"]):
                mine = group.loc[group["cluster_id"] == cluster_id]
                head = {"mode": mode, "dimension": dimension, "cluster_id": cluster_id}
                rows.append(head | _summary(mine, usual))
    table = pd.DataFrame(rows, columns=list(STABILITY_SUMMARY.names))
    return check_table(table, STABILITY_SUMMARY, file="stability_summary", first_row=1)


def _ranked(table: pd.DataFrame, wanted: list[str], dimension: str, setting: str) -> pd.DataFrame:
    """Return the ranks of one setting, one row a measure and cluster."""
    signs = {"high": 1.0, "low": -1.0}
    ends = {name: signs.get(index.isolated, 0.0) for name, index in load_indices().items()}
    rows = table.loc[
        table["cluster_id"].isin(wanted) & (table["index"].map(ends).fillna(0.0) != 0)
    ]
    keys = pd.MultiIndex.from_frame(rows[_KEYS].drop_duplicates())
    wide = rows.set_index([*_KEYS, "cluster_id"])["value"].unstack()  # noqa: PD010 - no aggregate
    values = wide.reindex(index=keys, columns=wanted).to_numpy(np.float64)
    toward = (values * np.array([ends[index] for _, index, _ in keys])[:, None]).round(_TIE)
    order = 1.0 + (toward[:, None, :] > toward[:, :, None]).sum(axis=2)
    order[np.isnan(values).any(axis=1)] = np.nan
    long = keys.repeat(len(wanted)).to_frame(index=False)
    return long.assign(
        dimension=dimension,
        setting=setting,
        cluster_id=wanted * len(keys),
        value=values.ravel(),
        rank=order.ravel(),
    )


def _usual(ranked: pd.DataFrame) -> Mapping[tuple[str, ...], float]:
    """Return the rank of each cluster in the study: by measure, and by most measures."""
    base = ranked.loc[ranked["dimension"] == BASE]
    keys = [*_KEYS, "cluster_id"]
    by_measure = {tuple(row[:-1]): row[-1] for row in base[[*keys, "rank"]].to_numpy()}
    most: dict[tuple[str, ...], float] = {}
    for key, rows in base.groupby(["mode", "cluster_id"]):
        most[tuple(map(str, key))] = float(rows["rank"].mode().iloc[0])
    return by_measure | most


def _summary(mine: pd.DataFrame, usual: Mapping[tuple[str, ...], float]) -> dict[str, object]:
    keys = mine[[*_KEYS, "cluster_id"]].to_numpy()
    is_base = (mine["dimension"] == BASE).to_numpy()
    expected = np.array(
        [
            usual.get((key[0], key[3]) if base else tuple(key), np.nan)
            for key, base in zip(keys, is_base, strict=True)
        ]
    )
    changed = ~np.isnan(expected) & (mine["rank"].to_numpy() != expected)
    known = ~np.isnan(expected)
    what = np.where(is_base, mine["index"], mine["dimension"] + " " + mine["setting"])
    counts = pd.Series(what[changed], dtype=object).value_counts(sort=False)
    movers = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name} ({n})" for name, n in movers[:_NAMED]]
    if len(movers) > _NAMED:
        shown.append(f"and {len(movers) - _NAMED} more")
    return {
        "rankings": len(mine),
        "best_rank": mine["rank"].min(),
        "worst_rank": mine["rank"].max(),
        "first_share": (mine["rank"] == 1).mean(),
        "changed_share": changed.sum() / known.sum() if known.any() else np.nan,
        "changed_by": "; ".join(shown),
    }

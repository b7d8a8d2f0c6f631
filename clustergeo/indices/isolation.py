"""The isolation table: every measure of every cluster, in one long table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.errors import Fault, MeasureError
from clustergeo.indices._panel import Found, panel
from clustergeo.indices._view import View
from clustergeo.indices.catalogue import load_indices
from clustergeo.indices.composite import End, components, composite, rank_intervals
from clustergeo.indices.location import global_efficiency
from clustergeo.indices.measure import measure, reason_of
from clustergeo.indices.stability import ranks
from clustergeo.indices.surroundings import IsolationRules, Surroundings
from clustergeo.schemas import check_table
from clustergeo.schemas.results import EVIDENCE, ISOLATION
from clustergeo.times.travel_times import TravelTimes
from clustergeo.units import MINUTES_PER_HOUR

__all__ = ["REGION", "IsolationRules", "Surroundings", "isolation_table"]

REGION: Final = "region"
"""Stands for a cluster where a measure is of all of them together."""

_REGIONAL: Final = ("global_efficiency", "global_efficiency_normalised")
_COMPOSED: Final = (
    *("composite", "composite_rank", "composite_rank_low", "composite_rank_high"),
    "rank_gap_to_potential",
)
_GAP: Final = ("route_efficiency", "potential")

Row = dict[str, Any]


def isolation_table(
    times: pd.DataFrame,
    clusters: Sequence[str],
    capital: Sequence[str],
    around: Surroundings | None = None,
    *,
    samples: Mapping[str, TravelTimes] | None = None,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return every isolation measure of every cluster and mode, as one long table.

    Parameters
    ----------
    times
        Times of one or more modes, contract ``schemas.results.TIMES``, among the clusters and
        from them to the capital; those to and from the hubs where trips by hubs are asked for.
    clusters
        Ids of the clusters compared.
    capital
        Ids of the reference points of the capital.
    around
        Masses, distances, hubs, people within reach, and the rules; none of them by default.
    samples
        Every sample of the times by mode, for the share of departures.
    only
        Ids of the measures wanted, to save time; every one by default.

    Returns
    -------
    isolation : pandas.DataFrame
        Contract ``schemas.results.ISOLATION``, by mode, cluster and measure: ``to_<id>`` for
        every other cluster and every capital point, and the measures of the catalogue that the
        mode and the surroundings allow, weighted by each kind of masses; then those of the region.
        Every blank has its reason, every value the weakest grade of the trips and masses behind
        it. A measure that needs a figure which the tables lack for a place is blank
        (``not_applicable``): nothing is put in its stead.

    Raises
    ------
    MeasureError
        If an id of ``only`` is not in the catalogue, or the times hold a pair twice.

    Examples
    --------
    >>> times = pd.DataFrame({"from_id": ["a", "a", "b", "b"], "to_id": ["b", "s", "a", "s"],
    ...                       "mode": "car", "minutes": [30.0, 60.0, 30.0, 20.0],
    ...                       "distance_m": 30_000, "evidence": "derived"})
    >>> table = isolation_table(times, ["a", "b"], ["s"])
    >>> table.loc[table["index"] == "capital_ratio", ["cluster_id", "value"]].values.tolist()
    [['a', 0.5], ['b', 1.5]]
    """
    if unknown := sorted(set(only or ()) - set(load_indices())):
        fix = "use an id of data/indices"
        raise MeasureError(Fault("index", f"no such measure ({', '.join(unknown)})", fix))
    around = around or Surroundings()
    rows: list[Row] = []
    for mode in dict.fromkeys(times["mode"]) if clusters else ():
        view = View(
            times=times.loc[times["mode"] == mode],
            origins=tuple(clusters),
            clusters=tuple(clusters),
            capital=tuple(capital),
            around=around,
            samples=(samples or {}).get(mode),
        )
        own = _by_cluster(mode, view, only)
        own += _of_people(mode, around.people, only)
        own += _together(mode, own, view, only)
        own = [row for row in own if only is None or row["index"] in only]
        order = {cluster: i for i, cluster in enumerate(clusters)}
        rows += sorted(own, key=lambda row: order[row["cluster_id"]])
        rows += _of_region(mode, view, only)
    table = pd.DataFrame(rows, columns=list(ISOLATION.names))
    # A few measures are asked for by whoever ranks them dozens of times; the whole is checked.
    return table if only else check_table(table, ISOLATION, file="isolation", first_row=1)


def rows_of(found: Found, mode: str) -> Iterator[Row]:
    """Yield the rows of a measure, one a place."""
    for place, value, grade in zip(
        found.measure.index, found.measure, found.evidence[found.measure.index], strict=True
    ):
        yield {
            "cluster_id": place,
            "mode": mode,
            "index": found.measure.name,
            "weights": found.weights,
            "value": value,
            "unit": found.measure.attrs["unit"],
            "reason": reason_of(found.measure, str(place)),
            "evidence": grade,
        }


def _by_cluster(mode: str, view: View, only: Collection[str] | None) -> list[Row]:
    return [
        row
        for found in panel(view, mode, only=_with_components(only))
        for row in rows_of(found, mode)
        if row["index"] != f"to_{row['cluster_id']}"
    ]


def _with_components(only: Collection[str] | None) -> Collection[str] | None:
    """Return the measures wanted with those that the composite and the rank gap are made of."""
    if only is None:
        return None
    parts: set[str] = set()
    if any(name.startswith("composite") for name in only):
        parts |= {part.index_id for part in components()}
    if "rank_gap_to_potential" in only:
        parts |= set(_GAP)
    return set(only) | parts


def _of_people(mode: str, people: pd.DataFrame | None, only: Collection[str] | None) -> list[Row]:
    if people is None:
        return []
    wanted = (people["mode"] == mode) & (only is None or people["index"].isin(only or ()))
    return [
        {str(key): value for key, value in row.items()}
        for row in people.loc[wanted].to_dict("records")
    ]


def _together(
    mode: str, rows: list[Row], view: View, only: Collection[str] | None
) -> Iterator[Row]:
    """Yield the composite with its ranks, and where location-bound measures disagree."""
    weights = view.around.weights
    # Without its masses a component is taken as it is without masses.
    parts = {
        (part.index_id, part.weights if part.weights in weights else ""): part.weight
        for part in components()
    }
    table, evidence, why = _side_by_side(rows, view.clusters, tuple(parts))
    asked = set(_COMPOSED if only is None else only)
    if asked & set(_COMPOSED[:4]) and len(table.columns) == len(parts):
        for values in _composed(table, list(parts.values()), why):
            if values.name in asked:
                yield from rows_of(_graded(values, evidence), mode)
    both = [name for name in table.columns if name.split()[0] in _GAP]
    if _COMPOSED[4] in asked and len(both) == len(_GAP):
        yield from rows_of(_graded(_rank_gap(table[both], why), evidence), mode)


def _side_by_side(
    rows: list[Row], clusters: Sequence[str], keys: Sequence[tuple[str, str]]
) -> tuple[pd.DataFrame, pd.Series[str], dict[str, str]]:
    """Return measures as columns, the weakest grade of each row and the reason of its blanks."""
    found = {(row["cluster_id"], row["index"], row["weights"]): row for row in rows}
    columns, grades = {}, []
    why: dict[str, str] = {}
    for key in keys:
        own = [found.get((cluster, *key)) for cluster in clusters]
        if all(own):
            columns[" ".join(key)] = [row["value"] for row in own if row]
            grades.append([row["evidence"] for row in own if row])
            why |= {row["cluster_id"]: row["reason"] for row in own if row and row["reason"]}
    weakest = [_weakest(own) for own in zip(*grades, strict=True)] or [""] * len(clusters)
    index = list(clusters)
    return pd.DataFrame(columns, index=index), pd.Series(weakest, index, dtype=object), why


def _composed(
    table: pd.DataFrame, weights: Sequence[float], why: Mapping[str, str]
) -> list[pd.Series[float]]:
    """Return the composite, its rank and the ends of the interval of ranks."""
    ends = {name: _end(name) for name in table.columns}
    score = composite(table, dict(zip(ends, weights, strict=True)), directions=ends)
    spread = rank_intervals(table, directions=ends)
    found = (score, ranks(score, "high"), spread["low"], spread["high"])
    reasons = {**score.attrs["reasons"], **why}
    return [
        measure(values, name, "1", reasons=reasons)
        for values, name in zip(found, _COMPOSED[:4], strict=True)
    ]


def _rank_gap(table: pd.DataFrame, why: Mapping[str, str]) -> pd.Series[float]:
    """Return the rank by the location-neutral measure less the rank by potential."""
    by = {name.split()[0]: ranks(table[name], _end(name)) for name in table.columns}
    return measure(by[_GAP[0]] - by[_GAP[1]], _COMPOSED[4], "1", reasons=why)


def _end(name: str) -> End:
    """Return which end of a measure, named with its weights, means isolated."""
    return "low" if load_indices()[name.split(maxsplit=1)[0]].isolated == "low" else "high"


def _weakest(grades: Iterable[str]) -> str:
    return max(grades, key=lambda grade: EVIDENCE.index(grade) if grade else -1, default="")


def _graded(values: pd.Series[float], evidence: pd.Series[str]) -> Found:
    return Found(measure=values, weights="", evidence=evidence.mask(values.isna(), ""))


def _of_region(mode: str, view: View, only: Collection[str] | None) -> Iterator[Row]:
    """Yield the measures of all clusters together."""
    if not view.clusters or (only is not None and not set(_REGIONAL) & set(only)):
        return
    measures = [global_efficiency(view.to_clusters)]
    if view.around.distances_km is None:
        nothing = pd.Series([np.nan], index=[REGION])
        measures.append(measure(nothing, _REGIONAL[1], "1", reasons={REGION: "not_applicable"}))
    else:
        ideal = view.far * (MINUTES_PER_HOUR / view.rules.ideal_kph)
        measures.append(global_efficiency(view.to_clusters, ideal_minutes=ideal))
    evidence = pd.Series([_weakest(view.evidence("", "clusters"))], index=[REGION], dtype=object)
    for values in measures:
        if only is None or values.name in only:
            yield from rows_of(_graded(values, evidence), mode)

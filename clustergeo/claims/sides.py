"""What a side of a comparison comes to: samples, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.claims.claim import AT, Comparison, Side
from clustergeo.errors import ClaimError, Fault
from clustergeo.places import distances_km
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times.by_transit import Departures
from clustergeo.times.transit.search import rank_of
from clustergeo.times.travel_times import TravelTimes

__all__ = ["Known", "Statistic", "known_of", "ranked", "statistic", "weakest"]

Samples = NDArray[np.float64]
Pair = tuple[str, str, str]
"""Mode, origin, destination: the key of a travel time."""

_CLUSTERS: Final = "@clusters"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Statistic:
    """One side of a comparison, for one origin and mode.

    Parameters
    ----------
    samples
        One number a departure and draw, or a single one; infinite where there is no trip.
    name
        What it is, in English: ``to Seoul Station``.
    rests_on
        The times or the measure behind it: ``transit osong>seoul_station``.
    evidence
        Weakest grade of what it rests on; blank for a plain number and where there is none.
    trip
        The pair behind the median, blank for what is no trip.
    """

    samples: Samples
    name: str
    rests_on: tuple[str, ...] = ()
    evidence: str = ""
    trip: Pair | None = None

    @property
    def missing(self) -> bool:
        """Whether it has no value at any departure."""
        return not bool(np.isfinite(self.samples).any())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Known:
    """All that claims are held against; made by :func:`known_of`.

    Parameters
    ----------
    times
        Travel times by mode.
    clusters, capital
        Ids of the clusters and of the reference points of the capital.
    isolation
        Values and grades of measures by cluster, mode, index and weights.
    departures
        The moments behind the samples; None where they are not known.
    names
        What a reader calls a place, in English.
    cluster_of
        The cluster a place belongs to.
    sites
        The sites of each cluster that have times.
    km
        Great-circle kilometres between places with times.
    """

    times: Mapping[str, TravelTimes]
    clusters: tuple[str, ...]
    capital: tuple[str, ...]
    isolation: Mapping[tuple[str, ...], tuple[float, str]]
    departures: Departures | None
    names: Mapping[str, str]
    cluster_of: Mapping[str, str]
    sites: Mapping[str, tuple[str, ...]]
    km: Mapping[str, Mapping[str, float]]

    def origins(self, comparison: Comparison) -> Iterator[str]:
        """Return the origins of a comparison; a measure is of clusters, not of their sites."""
        measured = bool(comparison.left.index or comparison.right.index)
        for word in comparison.origins:
            for place_id in self.clusters if word == _CLUSTERS else (word,):
                yield place_id
                if comparison.sites and not measured:
                    yield from self.sites.get(place_id, ())

    def resolved(self, side: Side, origin_id: str) -> tuple[str, ...]:
        """Return the destinations of a side, with the groups written out."""
        own = origin_id if origin_id in self.clusters else self.cluster_of.get(origin_id, "")
        groups = {
            "@capital": self.capital,
            "@other_clusters": tuple(c for c in self.clusters if c != own),
            "@origin": (origin_id,),
        }
        return tuple(place for token in side.to for place in groups.get(token, (token,)))

    def name(self, place_id: str) -> str:
        """Return what a reader calls a place, in English."""
        return self.names.get(place_id) or place_id

    def crow_fly_km(self, from_id: str, to_id: str) -> float:
        """Return great-circle kilometres between two places; NaN where one is not known."""
        return self.km.get(from_id, {}).get(to_id, float("nan"))


def known_of(
    times: Mapping[str, TravelTimes],
    places: gpd.GeoDataFrame,
    *,
    groups: tuple[Sequence[str], Sequence[str]],
    isolation: pd.DataFrame | None,
    departures: Departures | None,
    labels: Mapping[str, tuple[str, str]],
) -> Known:
    """Return what claims are held against, looked up once; ``groups``: clusters and capital."""
    covered = {place_id for table in times.values() for place_id in table.from_ids}
    there = places.loc[places["place_id"].isin(covered)].drop_duplicates("place_id")
    is_site = there["kind"] == "site"
    grouped = there.loc[is_site].groupby("cluster_id")["place_id"]
    names = dict(zip(places["place_id"], places["name_en"], strict=True))
    return Known(
        times=times,
        clusters=tuple(groups[0]),
        capital=tuple(groups[1]),
        isolation={} if isolation is None else _measures(isolation),
        departures=departures,
        names=names | {place_id: english for place_id, (_, english) in labels.items()},
        cluster_of=dict(zip(there["place_id"], there["cluster_id"], strict=True)),
        sites={str(cluster_id): tuple(ids) for cluster_id, ids in grouped},
        km={
            str(from_id): {str(to_id): float(km) for to_id, km in row.items()}
            for from_id, row in distances_km(there, there).iterrows()
        },
    )


def _measures(isolation: pd.DataFrame) -> dict[tuple[str, ...], tuple[float, str]]:
    keys = isolation[["cluster_id", "mode", "index", "weights"]].itertuples(index=False, name=None)
    values = zip(isolation["value"], isolation["evidence"], strict=True)
    return dict(zip(keys, values, strict=True))


def statistic(side: Side, origin_id: str, mode: str, known: Known, claim_id: str) -> Statistic:
    """Return what a side comes to for an origin, in the mode the claim is tested in.

    Raises
    ------
    ClaimError
        If the side names a place or a mode that the times do not cover.
    """
    if side.minutes is not None:
        return Statistic(samples=np.array([side.minutes]), name="the limit of")
    if side.value is not None:
        return Statistic(samples=np.array([side.value]), name="the limit of")
    if side.index:
        return _measured(side, origin_id, mode, known)
    return _trip(side, origin_id, side.mode or mode, known, claim_id)


def _measured(side: Side, origin_id: str, mode: str, known: Known) -> Statistic:
    """Return a measure of the isolation table; infinite where it has no value."""
    told = " ".join(part for part in (mode, origin_id, side.index, side.weights) if part)
    key = (origin_id, mode, side.index, side.weights)
    value, evidence = known.isolation.get(key, (np.nan, ""))
    samples = np.array([value if np.isfinite(value) else np.inf])
    return Statistic(samples=samples, name=side.index, rests_on=(told,), evidence=evidence)


def _trip(side: Side, origin_id: str, mode: str, known: Known, claim_id: str) -> Statistic:
    if mode not in known.times:
        what = f"names a mode without times ({mode})"
        raise ClaimError(Fault(claim_id, what, f"use {' or '.join(known.times)}"))
    times = known.times[mode]
    from_id = origin_id if side.from_id == "@origin" else side.from_id
    wanted = known.resolved(side, origin_id)
    for place_id, known_ids in ((from_id, times.from_ids), *((to, times.to_ids) for to in wanted)):
        if place_id not in known_ids:
            fault = Fault(claim_id, f"names a place without times ({place_id})", "correct its id")
            raise ClaimError(fault)
    if not wanted:
        return Statistic(samples=np.array([np.inf]), name="to another cluster, of which none is")
    stacked = np.stack([times.samples(from_id, place_id) for place_id in wanted]) * side.factor
    stacked = np.where(np.isnan(stacked), np.inf, stacked)
    pick = stacked.argmin(axis=0) if side.take == "min" else stacked.argmax(axis=0)
    chosen = np.take_along_axis(stacked, pick[None], axis=0)[0]
    medians = [ranked(row, 0.5) for row in stacked]
    by_median = wanted[int(np.argmin(medians) if side.take == "min" else np.argmax(medians))]
    used = [place_id for i, place_id in enumerate(wanted) if (pick == i).any()]
    return Statistic(
        samples=chosen if side.at == "each" else np.array([ranked(chosen, AT[side.at])]),
        name=_name(side, from_id, origin_id, by_median, known),
        rests_on=tuple(f"{mode} {from_id}>{place_id}" for place_id in used),
        evidence=weakest(_evidence(times, from_id, place_id) for place_id in used),
        trip=(mode, from_id, by_median),
    )


def _name(side: Side, from_id: str, origin_id: str, to_id: str, known: Known) -> str:
    how = {"car": "by car ", "transit": "by public transport "}.get(side.mode, "")
    start = "" if from_id == origin_id else f"{known.name(from_id)} "
    share = "" if side.at == "each" else f"{side.at} "
    times = "" if side.factor == 1 else f"{side.factor:g} times "
    return f"{times}{share}{how}{start}to {known.name(to_id)}"


def _evidence(times: TravelTimes, from_id: str, to_id: str) -> str:
    """Return the grade of a travel time, by the order of the table: origins, then destinations."""
    row = times.from_ids.index(from_id) * len(times.to_ids) + times.to_ids.index(to_id)
    return str(times.table["evidence"].iloc[row])


def weakest(grades: Iterable[str]) -> str:
    """Return the weakest of some grades, blanks aside; blank if there is none.

    Examples
    --------
    >>> weakest(["derived", "", "estimated"])
    'estimated'
    """
    return max((grade for grade in grades if grade), key=EVIDENCE.index, default="")


def ranked(samples: Samples, share: float) -> float:
    """Return the smallest sample that at least a share does not exceed; infinite where none is.

    Examples
    --------
    >>> ranked(np.array([30.0, 10.0, 20.0, np.inf]), 0.5)
    20.0
    """
    rank = rank_of(share, len(samples))
    return float(np.partition(samples, rank)[rank])

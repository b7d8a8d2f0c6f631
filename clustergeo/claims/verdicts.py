"""Hold each claim against the times, departure by departure, for every mode and origin."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.claims.claim import Claim, Comparison, Side
from clustergeo.errors import ClaimError, Fault
from clustergeo.schemas import check_table
from clustergeo.schemas.results import CLAIMS
from clustergeo.times.travel_times import TravelTimes

__all__ = ["FAILS_SHARE", "HOLDS_SHARE", "judge"]

HOLDS_SHARE = 0.9
"""A claim holds for an origin when at least this share of departures bears it out."""

FAILS_SHARE = 0.1
"""It fails when at most this share does; between the two the verdict is ``mixed``."""

_OPERATORS: dict[str, Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_COMPARED = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


def judge(
    claims: Sequence[Claim],
    times: Mapping[str, TravelTimes],
    places: pd.DataFrame,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
) -> pd.DataFrame:
    """Return the verdict on each claim for each mode and origin.

    Parameters
    ----------
    claims
        What was said.
    times
        Travel times by mode; origins and destinations of the claims must be among their places.
    places
        The places, with ``place_id``, ``cluster_id`` and names.
    clusters
        Ids of the clusters; their sites are the places that name them as ``cluster_id``.
    capital
        Ids of the reference points of the capital.

    Returns
    -------
    verdicts : pandas.DataFrame
        Contract ``schemas.results.CLAIMS``. ``share_true`` is the share of departures (and draws
        of the headway phases) for which the claim holds, both sides taken at the same departure;
        a side without a trip counts as infinitely long. The verdict is ``holds`` from
        ``HOLDS_SHARE``, ``fails`` up to ``FAILS_SHARE``, ``mixed`` between, ``cannot_tell`` where
        a side never has a trip.

    Raises
    ------
    ClaimError
        If a claim names a place that the times do not cover.
    """
    scope = _Scope(places, tuple(clusters), tuple(capital))
    rows = [
        row
        for claim in claims
        for mode, table in times.items()
        for comparison in claim.comparison
        for row in _rows(claim, comparison, mode, table, scope)
    ]
    table = pd.DataFrame(rows, columns=list(CLAIMS.names))
    return check_table(table, CLAIMS, file="claims", first_row=1)


@dataclass(frozen=True, slots=True)
class _Scope:
    places: pd.DataFrame
    clusters: tuple[str, ...]
    capital: tuple[str, ...]

    def origins(self, comparison: Comparison) -> Iterator[str]:
        for cluster_id in comparison.origins:
            yield cluster_id
            sites = self.places["cluster_id"].eq(cluster_id) & self.places["kind"].eq("site")
            yield from self.places.loc[sites, "place_id"]

    def cluster_of(self, place_id: str) -> str:
        found = self.places.loc[self.places["place_id"] == place_id, "cluster_id"]
        return place_id if place_id in self.clusters or found.empty else str(found.iloc[0])

    def resolved(self, side: Side, origin_id: str) -> tuple[str, ...]:
        """Return the destinations of a side, with the groups written out."""
        own = self.cluster_of(origin_id)
        groups = {
            "@capital": self.capital,
            "@other_clusters": tuple(c for c in self.clusters if c != own),
            "@origin": (origin_id,),
        }
        return tuple(place for token in side.to for place in groups.get(token, (token,)))

    def name(self, place_id: str) -> str:
        found = self.places.loc[self.places["place_id"] == place_id, "name_en"]
        return place_id if found.empty else str(found.iloc[0])


def _rows(
    claim: Claim, comparison: Comparison, mode: str, times: TravelTimes, scope: _Scope
) -> Iterator[tuple[object, ...]]:
    for origin_id in scope.origins(comparison):
        if origin_id not in times.from_ids:
            continue  # a site the study leaves out
        left, left_name = _side(comparison.left, origin_id, times, scope, claim.claim_id)
        right, right_name = _side(comparison.right, origin_id, times, scope, claim.claim_id)
        left_min, right_min = _median(left), _median(right)
        share: float | None
        if not (np.isfinite(left).any() and np.isfinite(right).any()):
            note = f"no trip: {left_name if not np.isfinite(left).any() else right_name}"
            share, verdict = None, "cannot_tell"
        else:
            share = round(float(_OPERATORS[comparison.operator](left, right).mean()), 4)
            verdict = _verdict(share)
            note = (
                f"{left_name} {_shown(left_min)} min, {_COMPARED[comparison.operator]} "
                f"{right_name} {_shown(right_min)} min: true for {share:.0%} of departures"
            )
        finite = (m if np.isfinite(m) else None for m in (left_min, right_min))
        yield (claim.claim_id, mode, origin_id, *finite, share, verdict, note)


def _verdict(share: float) -> str:
    if share >= HOLDS_SHARE:
        return "holds"
    return "fails" if share <= FAILS_SHARE else "mixed"


def _side(
    side: Side, origin_id: str, times: TravelTimes, scope: _Scope, claim_id: str
) -> tuple[NDArray[np.float64], str]:
    """Return the samples of a side (infinite where there is no trip) and its name."""
    samples = times.minutes.shape[2]
    if side.minutes is not None:
        return np.full(samples, side.minutes), "the limit of"
    from_id = origin_id if side.from_id == "@origin" else side.from_id
    wanted = scope.resolved(side, origin_id)
    for place_id in (from_id, *wanted):
        if place_id not in times.to_ids:
            fault = Fault(claim_id, f"names a place without times ({place_id})", "correct its id")
            raise ClaimError(fault)
    stacked = np.stack([times.samples(from_id, place_id) for place_id in wanted])
    stacked = np.where(np.isnan(stacked), np.inf, stacked)
    chosen = stacked.min(axis=0) if side.take == "min" else stacked.max(axis=0)
    medians = [_median(row) for row in stacked]
    by_median = np.argmin(medians) if side.take == "min" else np.argmax(medians)
    start = "" if from_id == origin_id else f"{scope.name(from_id)} "
    return chosen, f"{start}to {scope.name(wanted[int(by_median)])}"


def _median(samples: NDArray[np.float64]) -> float:
    """Return the lower median, a trip that exists; infinite where most departures have none."""
    return float(np.sort(samples)[(len(samples) - 1) // 2])


def _shown(minutes: float) -> str:
    return f"{minutes:.0f}" if np.isfinite(minutes) else "no trip,"

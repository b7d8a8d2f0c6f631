"""Hold each claim against the times, departure by departure, for every mode and origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.claims.claim import Claim, Comparison
from clustergeo.claims.claim_files import comparison_unit
from clustergeo.claims.flips import flip_of_headway, flip_of_minutes, truth, verdict_of
from clustergeo.claims.sides import Known, Statistic, known_of, ranked, statistic, weakest
from clustergeo.errors import ClaimError, Fault
from clustergeo.schemas import check_table
from clustergeo.schemas.results import CLAIMS
from clustergeo.times.by_transit import Departures
from clustergeo.times.travel_times import TravelTimes
from clustergeo.units import MINUTES_PER_HOUR

__all__ = ["judge"]

Cells = dict[str, Any]

_COMPARED = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "=": "about",
}


def judge(  # noqa: PLR0913 - what claims are held against, one keyword each
    claims: Sequence[Claim],
    times: Mapping[str, TravelTimes],
    places: gpd.GeoDataFrame,
    *,
    clusters: Sequence[str],
    capital: Sequence[str],
    isolation: pd.DataFrame | None = None,
    departures: Departures | None = None,
    labels: Mapping[str, tuple[str, str]] | None = None,
    scenario: str = "",
) -> pd.DataFrame:
    """Return the verdict on each claim for each mode and origin.

    Parameters
    ----------
    claims
        What was said.
    times
        Travel times by mode; origins and destinations of the claims must be among their places.
    places
        The places, with ``place_id``, ``cluster_id``, names and points.
    clusters
        Ids of the clusters; their sites are the places that name them as ``cluster_id``.
    capital
        Ids of the reference points of the capital.
    isolation
        Measures, contract ``schemas.results.ISOLATION``, for claims that compare them.
    departures
        The moments behind the samples, to say at which of them a claim holds.
    labels
        Short names by place id, Korean and English.
    scenario
        What is built in these times; blank for today.

    Returns
    -------
    verdicts : pandas.DataFrame
        Contract ``schemas.results.CLAIMS``. ``share_true`` is the share of departures (and draws
        of the headway phases) for which the claim holds, both sides taken at the same departure;
        a side without a trip counts as infinitely long, and where neither has one the claim does
        not hold. The verdict is ``holds`` from ``HOLDS_SHARE``, ``fails`` up to ``FAILS_SHARE``,
        ``mixed`` between, ``cannot_tell`` where a side never has a value or the claim is about
        what is not built.

        ``flip_min`` is the change of every sample of the left side that reverses the verdict
        (``mixed`` becomes ``holds``), negative where the left side must be shorter; the right
        side would have to change by as much the other way. With a factor it is of the minutes so
        multiplied. ``flip_kph`` is the speed as the crow
        flies of the left trip with its median so changed. ``headway_min`` is twice the mean of
        what the left trip exceeds its shortest by, the headway of one line that would spread the
        departures as far (T_p = t_fixed + p h); ``flip_headway_min`` that which would reverse
        the verdict.

    Raises
    ------
    ClaimError
        If a claim names a place that the times do not cover, or reaches an origin twice.

    Examples
    --------
    >>> judge([], {}, gpd.GeoDataFrame(), clusters=[], capital=[]).empty
    True
    """
    if not claims:
        return check_table(pd.DataFrame(columns=list(CLAIMS.names)), CLAIMS, file="claims")
    known = known_of(
        times,
        places,
        groups=(clusters, capital),
        isolation=isolation,
        departures=departures,
        labels=labels or {},
    )
    rows = [
        {"claim_id": claim.claim_id, "mode": mode, "origin_id": origin_id}
        | _cells(claim, comparison, mode, origin_id, known, scenario)
        for claim in claims
        for mode in times
        if mode in claim.modes
        for comparison in claim.comparison
        for origin_id in known.origins(comparison)
    ]
    table = pd.DataFrame(rows, columns=list(CLAIMS.names))
    if faults := list(_twice(table)):
        raise ClaimError(*faults)
    return check_table(table, CLAIMS, file="claims", first_row=1)


def _twice(table: pd.DataFrame) -> Iterator[Fault]:
    """Find origins that a claim reaches in two ways, as a site and by its cluster."""
    again = table.loc[table.duplicated(list(CLAIMS.key))]
    for claim_id, origin_id in dict.fromkeys(
        zip(again["claim_id"], again["origin_id"], strict=True)
    ):
        what = f"origin twice in one claim ({origin_id})"
        fix = "the sites of a cluster are origins too: name one of them, or set sites = false"
        yield Fault(str(claim_id), what, fix, field="origins")


def _cells(
    claim: Claim,
    comparison: Comparison,
    mode: str,
    origin_id: str,
    known: Known,
    scenario: str,
) -> Cells:
    left, right = (
        statistic(side, origin_id, mode, known, claim.claim_id)
        for side in (comparison.left, comparison.right)
    )
    unit = comparison_unit(comparison)
    cells = _sides(left, right, unit)
    cells["evidence"] = weakest([left.evidence, right.evidence, claim.reading_evidence])
    cells["rests_on"] = "; ".join(dict.fromkeys((*left.rests_on, *right.rests_on)))
    missing = [side for side in (left, right) if side.missing]
    if missing:
        measured = unit != "min" or comparison.left.index or comparison.right.index
        reason = "no_measure" if measured else "no_trip"
        return cells | _untold(reason, f"{reason.replace('_', ' ')}: {missing[0].name}")
    if claim.scenario != scenario and claim.scenario:
        told = f"{_told(left, unit)} today, {_told(right, unit)}: needs {claim.scenario}"
        return cells | _untold("needs_scenario", told)
    true = truth(left.samples, right.samples, comparison.operator, comparison.margin_min)
    share = round(float(true.mean()), 4)
    margin = f" by {comparison.margin_min:g} min" if comparison.margin_min else ""
    if comparison.operator == "=":
        margin = f" (within {comparison.margin_min:g} min)"
    cells |= {
        "share_true": share,
        "verdict": verdict_of(int(true.sum()), len(true)),
        "holds_at": _holds_at(true, known.departures),
        "note": f"{_told(left, unit)}, {_COMPARED[comparison.operator]} {_told(right, unit)}"
        f"{margin}: true for {share:.0%} of departures",
    }
    return cells | _flips(left, right, comparison, unit, known)


def _sides(left: Statistic, right: Statistic, unit: str) -> Cells:
    """Return the distributions of both sides."""
    cells: Cells = {}
    for name, side in (("left", left), ("right", right)):
        if unit == "min":
            for part, share in (("", 0.5), ("p10_", 0.1), ("p90_", 0.9)):
                cells[f"{name}_{part}min"] = _finite(ranked(side.samples, share))
        else:
            cells |= {f"{name}_value": _finite(float(side.samples[0])), "unit": unit}
    return cells


def _untold(reason: str, note: str) -> Cells:
    return {
        "verdict": "cannot_tell",
        "reason": reason,
        "flip_reason": "cannot_tell",
        "headway_reason": "cannot_tell",
        "note": note,
    }


def _told(side: Statistic, unit: str) -> str:
    """Return a side in words: ``to Seoul Station 77 min``."""
    middle = ranked(side.samples, 0.5)
    if not np.isfinite(middle):
        return f"{side.name} no trip, min"
    return f"{side.name} {middle:.0f} min" if unit == "min" else f"{side.name} {middle:.3g}"


def _holds_at(true: NDArray[np.bool_], departures: Departures | None) -> str:
    """Return the departures at which a claim holds: ``07:10-07:19; 08:00``."""
    if departures is None or len(true) % len(departures.seconds):
        return ""
    # Samples stand by draw, then departure.
    by_departure = true.reshape(-1, len(departures.seconds))
    holds = [verdict_of(int(column.sum()), len(column)) == "holds" for column in by_departure.T]
    edges = np.flatnonzero(np.diff([False, *holds, False]))
    starts, ends = departures.seconds[edges[::2]], departures.seconds[edges[1::2] - 1]
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return "; ".join(_clock(a) if a == b else f"{_clock(a)}-{_clock(b)}" for a, b in spans)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _flips(
    left: Statistic, right: Statistic, comparison: Comparison, unit: str, known: Known
) -> Cells:
    if unit != "min":
        return {"flip_reason": "not_minutes", "headway_reason": "no_transit_trip"}
    how = right.samples, comparison.operator, comparison.margin_min
    flip = flip_of_minutes(left.samples, *how)
    cells: Cells = {"flip_min": _finite(flip.reverse), "turn_min": _finite(flip.turn)}
    if cells["flip_min"] is None:
        cells["flip_reason"] = "never"
    elif left.trip:
        minutes = (ranked(left.samples, 0.5) + flip.reverse) / comparison.left.factor
        if 0 < minutes < np.inf:
            km = known.crow_fly_km(*left.trip[1:])
            cells["flip_kph"] = _finite(km / (minutes / MINUTES_PER_HOUR))
    return cells | _headways(left, comparison, how)


def _headways(
    left: Statistic, comparison: Comparison, how: tuple[NDArray[np.float64], str, float]
) -> Cells:
    if not left.trip or left.trip[0] != "transit" or comparison.left.at != "each":
        return {"headway_reason": "no_transit_trip"}
    if not np.isfinite(left.samples).all():
        return {"headway_reason": "gaps"}
    if np.ptp(left.samples) == 0:
        return {"headway_reason": "no_wait"}
    headway, flip = flip_of_headway(left.samples, *how)
    factor = comparison.left.factor
    cells = {"headway_min": headway / factor, "flip_headway_min": _finite(flip.reverse / factor)}
    return cells if cells["flip_headway_min"] is not None else cells | {"headway_reason": "never"}


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None

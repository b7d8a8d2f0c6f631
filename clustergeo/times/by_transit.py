"""Door-to-door travel times by public transport, for every departure of a window."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.results import TIMES
from clustergeo.times._raptor import NEVER
from clustergeo.times._transit_journeys import journey_of_sample
from clustergeo.times._transit_rules import Departures, TransitRules
from clustergeo.times._transit_search import Progress, Search, prepare, sampled_seconds
from clustergeo.times.anatomy import (
    PARTS,
    Journey,
    journey_evidence,
    journey_parts,
    journey_text,
    round_half_up,
)
from clustergeo.times.travel_times import TravelTimes
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["Departures", "TransitRules", "transit_journeys", "transit_times"]

_CENTS: Final = 100
_RANKS: Final = {"minutes": 0.5, "p10_min": 0.1, "p90_min": 0.9}


def transit_times(
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    progress: Progress | None = None,
) -> TravelTimes:
    """Return times by public transport between places for every departure of a window.

    Each sample is the exact earliest arrival for one departure in one draw of the headway phases.
    ``minutes`` is the median by nearest rank (the lower of two middle samples), so a trip that
    takes just as long exists; ``p10_min`` and ``p90_min`` are the first samples that a tenth and
    nine tenths do not exceed. Samples without a trip within the limit count as endless. The median
    trip is that of the first sample (by draw, then departure) that takes the median; of the
    journeys that make it, the one with fewest rides, then the one that can leave home last, is
    shown: it does not ride early only to wait on the way. Where walking is as fast, one walks.
    Its evidence is the weakest of the routes ridden and of the two places; at best ``derived``.

    Parameters
    ----------
    timetable
        The timetable.
    origins, destinations
        Tables of places with ``place_id`` and points.
    departures
        Day and window.
    rules
        Access, walking, limits and draws; the defaults when None.
    progress
        Called with the draws done and their number.

    Returns
    -------
    times : TravelTimes
        With ``minutes`` of shape (origins, destinations, draws x departures), in the order of the
        draws, then the departures. A timetable without headway services that day has one draw.

        A pair is ``same_place`` when it is one place; ``ok`` when half the samples find a trip
        within the limit; ``off_network`` when one end reaches no stop served that day and walking
        is too far; ``no_service`` when most samples find nothing that arrives before six in the
        morning of the next day or the limit, whichever is later; ``beyond_limit`` otherwise. All
        numbers of a pair that is not ``ok`` are blank.

    Raises
    ------
    FeedError
        If nothing runs on the date.
    UsageError
        If places are not points with a coordinate system, or an id occurs twice.

    Examples
    --------
    >>> import datetime as dt
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> nowhere = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs="EPSG:4326")
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(7, 1))
    >>> transit_times(load_timetable(), nowhere, nowhere, window).minutes.shape
    (0, 0, 20)
    """
    rules = rules or TransitRules()
    search = prepare(timetable, origins, destinations, departures, rules)
    leaves = departures.seconds
    seconds = sampled_seconds(search, leaves, progress)
    limit = rules.limit_min * SECONDS_PER_MINUTE
    from_ids = tuple(map(str, origins["place_id"]))
    to_ids = tuple(map(str, destinations["place_id"]))
    rows = []
    for pair in np.ndindex(*search.same.shape):
        ids = (from_ids[pair[0]], to_ids[pair[1]])
        samples = seconds[pair]
        status = _status(search, pair, samples, limit)
        row: dict[str, Any] = dict(zip(("from_id", "to_id"), ids, strict=True))
        row |= {"mode": "transit", "status": status}
        if status == "ok":
            within = np.where(samples <= limit, samples, NEVER)
            sample = _median_sample(within, leaves)
            journey = journey_of_sample(
                search, timetable, rules, ids=ids, pair=pair, sample=sample
            )
            row |= _numbers(within) | _described(journey, timetable)
            if search.weak[pair]:
                row["evidence"] = "estimated"
        rows.append(row)
    minutes = np.where(seconds <= limit, seconds / SECONDS_PER_MINUTE, np.nan)
    minutes[search.same] = np.nan
    return TravelTimes("transit", _table(rows), minutes, from_ids, to_ids)


def transit_journeys(
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
) -> list[Journey]:
    """Return the median trip of every pair that has one, with all its legs.

    Takes the arguments of :func:`transit_times`, and finds the trips its table describes; give the
    result to :func:`clustergeo.times.anatomy.journey_legs` for a table with English names.

    Returns
    -------
    journeys : list of Journey
        Origins outer, destinations inner.

    Raises
    ------
    FeedError
        If nothing runs on the date.

    Examples
    --------
    >>> import datetime as dt
    >>> from clustergeo.networks._gtfs import load_timetable
    >>> nowhere = gpd.GeoDataFrame({"place_id": []}, geometry=[], crs="EPSG:4326")
    >>> window = Departures(dt.date(2026, 11, 24), dt.time(7), dt.time(7, 1))
    >>> transit_journeys(load_timetable(), nowhere, nowhere, window)
    []
    """
    rules = rules or TransitRules()
    search = prepare(timetable, origins, destinations, departures, rules)
    leaves = departures.seconds
    seconds = sampled_seconds(search, leaves, None)
    limit = rules.limit_min * SECONDS_PER_MINUTE
    journeys = []
    for pair in np.ndindex(*search.same.shape):
        if _status(search, pair, seconds[pair], limit) != "ok":
            continue
        ids = (str(origins["place_id"].iloc[pair[0]]), str(destinations["place_id"].iloc[pair[1]]))
        sample = _median_sample(seconds[pair], leaves)
        journeys.append(
            journey_of_sample(search, timetable, rules, ids=ids, pair=pair, sample=sample)
        )
    return journeys


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows after the contract: blank text is empty, a blank number NaN."""
    columns = {}
    for column in TIMES.columns:
        if column.kind == "text":
            text = [row.get(column.name, "") for row in rows]
            columns[column.name] = pd.Series(text, dtype=object)
        else:
            values = [row.get(column.name, np.nan) for row in rows]
            columns[column.name] = pd.Series(values, dtype=np.float64)
    return pd.DataFrame(columns)


def _ranked(samples: NDArray[np.int32], share: float) -> int:
    """Return the smallest sample that at least a share of the samples does not exceed."""
    rank = max(1, int(np.ceil(round(share * len(samples), 9))))
    return int(np.partition(samples, rank - 1)[rank - 1])


def _status(
    search: Search, pair: tuple[int, ...], samples: NDArray[np.int32], limit: float
) -> str:
    if search.same[pair]:
        return "same_place"
    median = _ranked(samples, 0.5)
    if median <= limit:
        return "ok"
    if median < NEVER:
        return "beyond_limit"
    ends = (
        search.access.ptr[pair[0] + 1] - search.access.ptr[pair[0]],
        search.egress.ptr[pair[1] + 1] - search.egress.ptr[pair[1]],
    )
    return "no_service" if min(ends) > 0 else "off_network"


def _median_sample(samples: NDArray[np.int32], leaves: NDArray[np.int32]) -> tuple[int, int, int]:
    """Return draw, departure and duration of the first sample that takes the median."""
    median = _ranked(samples, 0.5)
    draw, departure = divmod(int(np.argmax(samples == median)), len(leaves))
    return draw, int(leaves[departure]), median


def _numbers(samples: NDArray[np.int32]) -> dict[str, float]:
    numbers = {name: _ranked(samples, share) for name, share in _RANKS.items()}
    numbers |= {"best_min": int(samples.min()), "worst_min": int(samples.max())}
    return {
        name: round_half_up(s * _CENTS, SECONDS_PER_MINUTE) / _CENTS if s < NEVER else np.nan
        for name, s in numbers.items()
    }


def _described(journey: Journey, timetable: Timetable) -> dict[str, Any]:
    parts = journey_parts(journey)
    return {
        **{part: parts[part] for part in PARTS},
        "distance_m": float(round(sum(leg.length_m for leg in journey.legs))),
        "legs": journey_text(journey, timetable),
        "evidence": journey_evidence(journey, timetable),
    }

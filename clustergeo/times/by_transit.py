"""Door-to-door travel times by public transport, for every departure of a window."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.schemas.results import TIMES
from clustergeo.times.anatomy import (
    PARTS,
    Journey,
    journey_evidence,
    journey_parts,
    journey_text,
    round_half_up,
)
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.run import ranked_value, run_window
from clustergeo.times.transit.search import Progress
from clustergeo.times.transit.setup import NO_TAXIS, Taxis
from clustergeo.times.travel_times import TravelTimes
from clustergeo.units import SECONDS_PER_MINUTE

__all__ = ["Departures", "TransitRules", "transit_journeys", "transit_times"]

_CENTS: Final = 100
_RANKS: Final = {"minutes": 0.5, "p10_min": 0.1, "p90_min": 0.9}


def transit_times(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    road: RoadNetwork | None = None,
    arrive_by: bool = False,
    progress: Progress | None = None,
    taxis: Taxis = NO_TAXIS,
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
    How one gets to the stops is the same for every trip and does not count.

    Parameters
    ----------
    timetable
        The timetable.
    origins, destinations
        Tables of places with ``place_id`` and points.
    departures
        Day and window.
    rules
        Access, walking, waiting, limits and draws; the defaults when None.
    road
        Roads on which taxis, bicycles and cars to and from stops are timed. If None these take
        the straight line times their detour; walks always do. The notes of the result say which.
    arrive_by
        Whether the window holds deadlines: each sample is then the latest departure that arrives
        by one. Its minutes run to the deadline (``plan``: to the arrival), and what one is early
        counts as ``wait_min``.
    progress
        Called with the scans done and their number: one for each draw and origin (by deadline:
        destination).
    taxis
        Ids of origins and of destinations that have taxis to and from stops, whatever the rules
        say.

    Returns
    -------
    times : TravelTimes
        With ``minutes`` of shape (origins, destinations, draws x departures), in the order of the
        draws, then the departures. A timetable without headway services that day has one draw,
        and so has a rule for their wait.

        A pair is ``same_place`` when it is one place; ``ok`` when half the samples find a trip
        within the limit; ``off_network`` when one end reaches no stop served that day and walking
        is too far; ``no_service`` when most samples find nothing that arrives before six in the
        morning of the next day or the limit, whichever is later (by deadline: nothing that leaves
        after midnight); ``beyond_limit`` otherwise. All numbers of a pair that is not ``ok`` are
        blank.

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
    run = run_window(
        timetable,
        origins,
        destinations,
        departures,
        rules or TransitRules(),
        road=road,
        arrive_by=arrive_by,
        progress=progress,
        taxis=taxis,
    )
    rows = []
    for pair in np.ndindex(*run.search.same.shape):
        status = run.status(pair)
        row: dict[str, Any] = dict(zip(("from_id", "to_id"), run.ids(pair), strict=True))
        row |= {"mode": "transit", "status": status}
        if status == "ok":
            journey = run.journey(pair, run.median_sample(pair))
            row |= _numbers(run.took_s(pair)) | _described(journey, timetable)
            if run.search.weak[pair]:
                row["evidence"] = "estimated"
        rows.append(row)
    found, took = run.choices.found_s, run.choices.took_s
    minutes = np.where(found <= run.rules.limit_s, took / SECONDS_PER_MINUTE, np.nan)
    minutes[run.search.same] = np.nan
    return TravelTimes(
        "transit", _table(rows), minutes, run.from_ids, run.to_ids, warnings=run.notes
    )


def transit_journeys(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules | None = None,
    *,
    road: RoadNetwork | None = None,
    arrive_by: bool = False,
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
    run = run_window(
        timetable,
        origins,
        destinations,
        departures,
        rules or TransitRules(),
        road=road,
        arrive_by=arrive_by,
    )
    return [
        run.journey(pair, run.median_sample(pair))
        for pair in np.ndindex(*run.search.same.shape)
        if run.status(pair) == "ok"
    ]


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


def _numbers(samples: NDArray[np.int32]) -> dict[str, float]:
    numbers = {name: ranked_value(samples, share) for name, share in _RANKS.items()}
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

"""One run of the search over a window, and what each pair came to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from clustergeo._room import check_memory
from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times.anatomy import Journey
from clustergeo.times.transit.journeys import journey_of_sample
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.search import Progress, rank_of
from clustergeo.times.transit.setup import NO_TAXIS, Search, Taxis, prepare
from clustergeo.times.transit.trip_choices import (
    Choices,
    choices_by_deadline,
    choices_by_departure,
)
from clustergeo.times.travel_times import DESCRIBED_BYTES

__all__ = ["Pair", "Run", "ranked_value", "run_window"]

Pair = tuple[int, int]
"""Rows of origin and destination."""
_SAMPLE_BYTES: Final = 40
"""Of a sample in memory: seconds, departures and minutes, and what is made on the way."""
Status = Literal["ok", "no_service", "off_network", "beyond_limit", "same_place"]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All that is known of a window: the search, and what people choose at each moment."""

    search: Search
    timetable: Timetable
    rules: TransitRules
    choices: Choices
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    notes: tuple[str, ...]

    def ids(self, pair: Pair) -> tuple[str, str]:
        """Return the place ids of a pair."""
        return self.from_ids[pair[0]], self.to_ids[pair[1]]

    def status(self, pair: Pair) -> Status:
        """Return whether a pair has a median trip, or why not."""
        if self.search.same[pair]:
            return "same_place"
        median = ranked_value(self.choices.found_s[pair], 0.5)
        if median <= self.rules.limit_s:
            return "ok"
        if median < NEVER:
            return "beyond_limit"
        ends = (
            self.search.access.ptr[pair[0] + 1] - self.search.access.ptr[pair[0]],
            self.search.egress.ptr[pair[1] + 1] - self.search.egress.ptr[pair[1]],
        )
        return "no_service" if min(ends) > 0 else "off_network"

    def took_s(self, pair: Pair) -> NDArray[np.int32]:
        """Return the seconds of every sample of a pair; NEVER where none is within the limit."""
        within = self.choices.found_s[pair] <= self.rules.limit_s
        return np.where(within, self.choices.took_s[pair], np.int32(NEVER))

    def median_sample(self, pair: Pair) -> int:
        """Return the first sample that takes the median."""
        took = self.took_s(pair)
        return int(np.argmax(took == ranked_value(took, 0.5)))

    def journey(self, pair: Pair, sample: int) -> Journey:
        """Return the journey of a sample that has one."""
        start = int(self.choices.start_s(pair)[sample])
        end = int(self.choices.end_s(pair)[sample])
        by_deadline = self.choices.arrive_s is not None
        return journey_of_sample(
            self.search,
            self.timetable,
            self.rules,
            ids=self.ids(pair),
            pair=pair,
            sample=(sample // len(self.choices.asked_s), start, end - start),
            until_s=start + int(self.choices.took_s[pair][sample]) if by_deadline else None,
        )


def run_window(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    departures: Departures,
    rules: TransitRules,
    *,
    road: RoadNetwork | None = None,
    arrive_by: bool = False,
    last_leaves: bool = False,
    progress: Progress | None = None,
    taxis: Taxis = NO_TAXIS,
) -> Run:
    """Search a window.

    Parameters
    ----------
    timetable, origins, destinations, departures, rules, road, arrive_by, progress, taxis
        As for :func:`clustergeo.times.transit_times`.
    last_leaves
        Whether the last moments to leave are asked for.
    """
    # By deadline nobody is too late because of the window's start: the day begins at midnight.
    first = int(departures.seconds[0])
    search = prepare(
        timetable,
        origins,
        destinations,
        departures,
        rules,
        look_back_s=max(rules.limit_s, first) if arrive_by else 0,
        headway_wait=rules.headway_rule,
        road=road,
        taxis=taxis,
    )
    every_minute = arrive_by or last_leaves or rules.wait == "plan"
    _check_room(search, departures, every_minute=every_minute)
    if arrive_by:
        choices = choices_by_deadline(search, departures, rules, progress)
    else:
        choices = choices_by_departure(
            search, departures, rules, progress, last_leaves=last_leaves
        )
    return Run(
        search,
        timetable,
        rules,
        choices,
        tuple(map(str, origins["place_id"])),
        tuple(map(str, destinations["place_id"])),
        _notes(search, rules, road),
    )


def _check_room(search: Search, departures: Departures, *, every_minute: bool) -> None:
    """Raise InputError if the samples and the trips described would not fit into memory."""
    moments = departures.minute_seconds if every_minute else departures.seconds
    pairs, samples = search.same.size, len(moments) * len(search.day.draws)
    what = f"{pairs:,} pairs of places by transit, {samples:,} samples each"
    advice = "take fewer places at a time, a shorter window, a longer step or fewer draws"
    check_memory(pairs * (samples * _SAMPLE_BYTES + DESCRIBED_BYTES), what, advice)


def ranked_value(samples: NDArray[np.int32], share: float) -> int:
    """Return the smallest sample that at least a share of the samples does not exceed."""
    rank = rank_of(share, len(samples))
    return int(np.partition(samples, rank)[rank])


def _notes(search: Search, rules: TransitRules, road: RoadNetwork | None) -> tuple[str, ...]:
    """Return what a reader must know of how trips begin, end and wait."""
    notes = []
    reaches = search.access, search.egress
    for end, means, reach in zip(("access", "egress"), rules.ends, reaches, strict=True):
        mode = rules.mode(means)
        if mode is None:
            continue
        how = f"straight lines x {mode.detour:g} at {mode.kph:g} km/h"
        if road is not None:
            own = f" at {mode.kph:g} km/h" if mode.kind == "bicycle" else ""
            how = f"the roads of {Path(road.source).name}{own}"
        notes.append(f"{end} by {mode.kind} is timed on {how}")
        if reach.off_roads:
            notes.append(
                f"{end} by {mode.kind}: pairs of a place and a stop nearby that are left out, as "
                f"an end lies too far from any road: {reach.off_roads:,}"
            )
    if rules.wait == "plan" and len(search.day.draws) > 1:
        notes.append("plans know the minutes drawn for headway services: see headway_wait")
    return tuple(notes)

"""``clustergeo times --mode transit``: waiting, access, deadlines, profile and legs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._console import console
from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork, Timetable
from clustergeo.schemas.profiles import PROFILE_SHARES
from clustergeo.study import DECIMALS
from clustergeo.times import (
    Departures,
    TransitRules,
    TravelTimes,
    journey_legs,
    transit_journeys,
    transit_profile,
    transit_times,
)
from clustergeo.times.transit.search import Progress

__all__ = ["TransitOptions", "parse_percentiles", "transit_found"]

_RULES = ("wait", "headway_wait", "access", "egress", "most_rides")
_FILES = ("profile", "legs")
_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitOptions:
    """What was asked for beside what the study says; None where nothing was."""

    wait: str | None = None
    headway_wait: str | None = None
    access: str | None = None
    egress: str | None = None
    most_rides: int | None = None
    arrive_by: bool = False
    percentiles: str | None = None
    profile: Path | None = None
    legs: Path | None = None

    def check(self, mode: str) -> None:
        """Raise UsageError for options that contradict the mode or each other."""
        for field in fields(self):
            if mode != "transit" and getattr(self, field.name) not in (None, False):
                option = field.name.replace("_", "-")
                message = f"--{option}: not used by --mode {mode} - drop it or use --mode transit"
                raise UsageError(message)
        for name, file in self.files():
            if file.suffix.lower() != ".csv":
                message = f"--{name}: is a table ({file.name}) - end it in .csv"
                raise UsageError(message)
        if self.profile and self.arrive_by:
            message = "--profile: is of departures, not of deadlines - drop it or --arrive-by"
            raise UsageError(message)
        if self.percentiles and not self.profile:
            message = "--percentiles: are columns of the profile - name its file by --profile"
            raise UsageError(message)
        if self.percentiles:
            parse_percentiles(self.percentiles)
        if self.most_rides is not None and self.most_rides < 1:
            message = f"--most-rides: below 1 ({self.most_rides}) - give transfers plus one"
            raise UsageError(message)

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield option and path of every further table asked for."""
        for name in _FILES:
            if (file := getattr(self, name)) is not None:
                yield name, file

    def rules(self, shipped: TransitRules) -> TransitRules:
        """Return the rules of the study with what was asked for."""
        changes: dict[str, Any] = {
            name: value for name in _RULES if (value := getattr(self, name)) is not None
        }
        return replace(shipped, **changes)


def parse_percentiles(text: str) -> tuple[float, ...]:
    """Return shares for percentiles written 5,25,50, or refuse them as a usage error."""
    try:
        shares = tuple(float(part) / _PERCENT for part in text.split(","))
    except ValueError as error:
        message = f"--percentiles: not numbers ({text}) - write them as 5,25,50"
        raise UsageError(message) from error
    if not all(0 < share <= 1 for share in shares) or len(set(shares)) < len(shares):
        message = f"--percentiles: not different, above 0, at most 100 ({text}) - correct them"
        raise UsageError(message)
    return shares


def transit_found(  # noqa: PLR0913 - one keyword a setting
    timetable: Timetable,
    ends: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    departures: Departures,
    rules: TransitRules,
    options: TransitOptions,
    road: RoadNetwork | None,
    *,
    progress: Progress | None = None,
) -> TravelTimes:
    """Return the times, and write the profile and the legs where they were asked for."""
    rules = options.rules(rules)
    deadlines = options.arrive_by
    found = transit_times(
        timetable, *ends, departures, rules, road=road, arrive_by=deadlines, progress=progress
    )
    if options.profile:
        shares = parse_percentiles(options.percentiles) if options.percentiles else PROFILE_SHARES
        profile = transit_profile(timetable, *ends, departures, rules, road=road, shares=shares)
        _write(profile, options.profile, "pairs")
    if options.legs:
        journeys = transit_journeys(
            timetable, *ends, departures, rules, road=road, arrive_by=deadlines
        )
        _write(journey_legs(journeys, timetable), options.legs, "legs")
    return found


def _write(table: pd.DataFrame, out: Path, what: str) -> None:
    write_bytes(out, csv_bytes(table, decimals=DECIMALS))
    console.print(f"{out}: {len(table):,} {what}", highlight=False)

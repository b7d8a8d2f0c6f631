"""Which travel times a measure rests on, found by altering them: it changes, or it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo.errors import MeasureError
from clustergeo.indices import load_indices
from clustergeo.indices.isolation import REGION
from clustergeo.schemas.figures import FigureId
from clustergeo.study._explained import Section, section
from clustergeo.study._state import State
from clustergeo.times import TravelTimes

__all__ = ["PEOPLE", "AskedMeasure", "trips_behind"]

PEOPLE: Final = ("people_within_", "transport_performance")
"""How measures begin that count the people inside areas, and rest on no single trip."""

_SHORTER: Final = 0.01
_SAME: Final = 1e-12

Group = tuple[tuple[str, ...], tuple[str, ...]]
"""Origins and destinations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMeasure:
    """The measure of a place that is asked for."""

    place: str
    mode: str
    index: str
    weights: str

    def row_of(self, table: pd.DataFrame) -> pd.Series[Any] | None:
        """Return its row of a table of measures, None if there is none."""
        found = table.loc[
            (table["cluster_id"] == self.place)
            & (table["mode"] == self.mode)
            & (table["index"] == self.index)
            & (table["weights"] == self.weights)
        ]
        return None if found.empty else found.iloc[0]


def trips_behind(state: State, asked: AskedMeasure, row: pd.Series[Any]) -> list[Section]:
    """Return the trips that a measure rests on, each with its id.

    What it rests on is found by altering the times: a group of trips counts if the value is
    another one without them, or if they took a hundredth of their time.
    """
    if asked.index.startswith(PEOPLE):
        note = f"areas reached from {asked.place} over the population grid, see the inputs"
        return [section("rests on", [{"note": note}])]
    times = state.times.loc[state.times["mode"] == asked.mode]
    minutes = times.set_index(["from_id", "to_id"])
    rows = [
        {
            "figure": str(FigureId("times", (a, b, asked.mode), state.chain.short)),
            "minutes": minutes.loc[(a, b), "minutes"],
            "evidence": minutes.loc[(a, b), "evidence"],
        }
        for starts, ends in _groups(state, asked, row)
        for a in starts
        for b in ends
        if a != b and (a, b) in minutes.index
    ]
    return [section("travel times it rests on", rows)] if rows else []


def _groups(state: State, asked: AskedMeasure, row: pd.Series[Any]) -> Iterator[Group]:
    """Yield the groups of trips that a value rests on."""
    clusters, capital = state.places.cluster_ids, state.study.places.capital
    if asked.index not in load_indices():
        yield (asked.place,), (asked.index.removeprefix("to_"),)
        return
    others = tuple(place for place in clusters if place != asked.place)
    hubs = tuple(hub for hub in state.around.hubs if hub not in {*clusters, *capital})
    own = clusters if asked.place == REGION else (asked.place,)
    candidates = [(own, clusters), (own, capital), (own, hubs), (hubs, clusters)]
    if asked.place != REGION:
        candidates += [(others, clusters), (others, capital)]
    for starts, ends in candidates:
        if _changes(state, asked, row, (starts, ends)):
            yield starts, ends


def _changes(state: State, asked: AskedMeasure, row: pd.Series[Any], group: Group) -> bool:
    """Return whether a value is another one without some trips, or if they were far shorter."""
    starts, ends = group
    times = state.times.loc[state.times["mode"] == asked.mode]
    own = times["from_id"].isin(starts) & times["to_id"].isin(ends)
    if not own.any():
        return False
    shorter = times.assign(minutes=times["minutes"].mask(own, times["minutes"] * _SHORTER))
    for altered, factor in ((times.loc[~own], np.nan), (shorter, _SHORTER)):
        found = {asked.mode: _altered(state.found[asked.mode], group, factor)}
        try:
            table = state.measured_on(altered, found, [asked.index])
        except MeasureError:  # it cannot be computed without them
            return True
        other = asked.row_of(table)
        if other is None or pd.isna(other["value"]) or pd.isna(row["value"]):
            return True
        if not np.isclose(row["value"], other["value"], rtol=_SAME, atol=0.0):
            return True
    return False


def _altered(found: TravelTimes, group: Group, factor: float) -> TravelTimes:
    """Return times with the samples of some pairs times a factor."""
    starts, ends = (
        np.isin(np.array(ids, object), list(wanted))
        for ids, wanted in zip((found.from_ids, found.to_ids), group, strict=True)
    )
    minutes = found.minutes.copy()
    minutes[np.ix_(starts, ends)] *= factor
    return replace(found, minutes=minutes)

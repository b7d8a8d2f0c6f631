"""A study at hand: its places, chain, networks, times and measures, each computed when asked."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo._files import sha256
from clustergeo.errors import UsageError
from clustergeo.indices import Surroundings, isolation_table
from clustergeo.settings import data_path
from clustergeo.sources import Source, load_sources
from clustergeo.study._explained import Row
from clustergeo.study._isolation import surroundings, with_people
from clustergeo.study._places import StudyPlaces, load_study_places
from clustergeo.study._provenance import Chain, chain_of
from clustergeo.study.model import Model, load_model
from clustergeo.study.plan import Study
from clustergeo.times import Departures, TravelTimes

__all__ = ["State", "known_or_refuse"]


@dataclass(frozen=True)
class State:
    """A study and what follows from it.

    Parameters
    ----------
    study
        What was asked.
    notify
        Called with a line of text as longer work begins.
    departure
        ``HH:MM`` where only one departure is of interest; blank for the window of the study.
    """

    study: Study
    notify: Callable[[str], object]
    departure: str = ""

    @cached_property
    def places(self) -> StudyPlaces:
        """Its places."""
        return load_study_places(self.study)

    @cached_property
    def chain(self) -> Chain:
        """What its numbers follow from."""
        return chain_of(self.study)

    @cached_property
    def model(self) -> Model:
        """Its networks and rules."""
        self.notify("road network and timetable")
        model = load_model(self.study)
        if not self.departure:
            return model
        return replace(model, departures=_alone(self.study.date, self.departure))

    @cached_property
    def found(self) -> dict[str, TravelTimes]:
        """Times between the places compared, by mode."""
        self.notify("travel times by car and by public transport")
        return self.model.times(self.places.compared, self.places.compared)

    @cached_property
    def times(self) -> pd.DataFrame:
        """The table of these times, contract ``schemas.results.TIMES``."""
        return pd.concat([part.table for part in self.found.values()], ignore_index=True)

    @cached_property
    def around(self) -> Surroundings:
        """Masses, distances and hubs."""
        return surroundings(self.study, self.places)[0]

    def measured(self, indices: Sequence[str] | None) -> pd.DataFrame:
        """Return some measures of every cluster, contract ``schemas.results.ISOLATION``.

        None stands for all but those of people within reach.
        """
        return self.measured_on(self.times, self.found, indices)

    def measured_on(
        self, times: pd.DataFrame, found: dict[str, TravelTimes], indices: Sequence[str] | None
    ) -> pd.DataFrame:
        """Return some measures on other times."""
        ids, capital = self.places.cluster_ids, self.study.places.capital
        return isolation_table(times, ids, capital, self.around, samples=found, only=indices)

    def measured_with_people(self, indices: Sequence[str]) -> pd.DataFrame:
        """Return some measures, those of people within reach too; it takes a while."""
        self.notify("people within reach")
        around = with_people(self.study, self.places, tuple(self.found), self.model).around
        ids, capital = self.places.cluster_ids, self.study.places.capital
        return isolation_table(self.times, ids, capital, around, samples=self.found, only=indices)

    def place(self, place_id: str) -> gpd.GeoDataFrame:
        """Return the table of one place."""
        known = self.places.known
        known_or_refuse(
            place_id, list(known["place_id"]), "place", "`clustergeo places` lists ids"
        )
        return known.loc[known["place_id"] == place_id].reset_index(drop=True)

    def inputs(self, *wanted: str) -> list[Row]:
        """Return the inputs whose keys begin so: file, origin, licence and checksum."""
        folder = self.study.file.parent
        return [
            {
                "key": key,
                "file": Path(os.path.relpath(path, folder)).as_posix(),
                **_papers(path),
                "sha256": self.chain.inputs.get(key) or sha256(path),
            }
            for key, path in self.study.input_files().items()
            if key.startswith(wanted)
        ]


def _alone(date: dt.date, clock: str) -> Departures:
    """Return one departure: a window of a minute."""
    start = dt.time.fromisoformat(clock)
    after = dt.datetime.combine(date, start) + dt.timedelta(minutes=1)
    if after.date() != date:
        message = f"--depart: too late ({clock}) - leave by 23:58"
        raise UsageError(message)
    return Departures(date=date, start=start, end=after.time())


def known_or_refuse(word: str, known: Sequence[str], what: str, fix: str) -> None:
    """Raise UsageError, with the nearest known word, unless a word is known."""
    if word not in known:
        near = get_close_matches(word, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        message = f"no such {what} ({word}) - {hint}{fix}"
        raise UsageError(message)


def _papers(path: Path) -> Row:
    """Return origin and licence of an embedded file or folder; blank for files of the user."""
    try:
        below = path.relative_to(data_path()).as_posix()
    except ValueError:
        return {"origin": "", "licence": ""}
    papers: list[Source] = [
        source
        for name, source in load_sources().items()
        if (name == below or name.startswith(f"{below}/")) and not name.endswith(".md")
    ]
    return {
        "origin": "; ".join(dict.fromkeys(source.origin for source in papers)),
        "licence": "; ".join(dict.fromkeys(source.licence for source in papers)),
    }

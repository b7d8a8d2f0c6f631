"""What the measures of one mode look at: matrices cut from its times, masses, grades."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.indices.capital import to_nearest
from clustergeo.indices.decay import Decay
from clustergeo.indices.measure import measure, minutes_matrix
from clustergeo.indices.surroundings import IsolationRules, Surroundings
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times.travel_times import TravelTimes
from clustergeo.units import METRES_PER_KILOMETRE

__all__ = ["Ends", "View"]

Ends = Literal["clusters", "capital", "both"]

_NONE: Final = -1  # rests on nothing that has a grade


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """The times of one mode as the measures take them.

    Parameters
    ----------
    times
        Contract ``schemas.results.TIMES``, one mode.
    origins, clusters, capital
        Place ids: rows of the table, and the two kinds of destination.
    around
        Masses, distances, hubs and rules.
    samples
        Every sample of the times, where they are at hand.
    """

    times: pd.DataFrame
    origins: tuple[str, ...]
    clusters: tuple[str, ...]
    capital: tuple[str, ...]
    around: Surroundings
    samples: TravelTimes | None = None
    _known: dict[Any, tuple[pd.Series[float], tuple[str, ...]]] = field(default_factory=dict)
    _graded: dict[Any, pd.Series[str]] = field(default_factory=dict)

    @property
    def rules(self) -> IsolationRules:
        """Decay, limits and speeds."""
        return self.around.rules

    @cached_property
    def decay(self) -> Decay:
        """The decay function of the rules."""
        return self.rules.function

    @cached_property
    def ids(self) -> list[str]:
        """Every place that a measure may look at, each once."""
        return list(dict.fromkeys([*self.origins, *self.clusters, *self.capital, *self.hubs]))

    @cached_property
    def hubs(self) -> tuple[str, ...]:
        """Hubs with times of their own that are neither origins nor clusters."""
        timed = set(self.times["from_id"]) & set(self.times["to_id"])
        apart = set(self.origins) | set(self.clusters)
        return tuple(hub for hub in self.around.hubs if hub in timed and hub not in apart)

    @cached_property
    def minutes(self) -> pd.DataFrame:
        """Minutes between all of them."""
        return minutes_matrix(self.times, self.ids, self.ids)

    @cached_property
    def to_clusters(self) -> pd.DataFrame:
        """Minutes from the origins to the clusters."""
        return self.minutes.loc[list(self.origins), list(self.clusters)]

    @cached_property
    def to_capital(self) -> pd.DataFrame:
        """Minutes from the origins to the reference points of the capital."""
        return self.minutes.loc[list(self.origins), list(self.capital)]

    @cached_property
    def nearest(self) -> pd.Series[float]:
        """Minutes to the nearest other cluster."""
        return to_nearest(self.to_clusters, self.clusters)

    @cached_property
    def seat(self) -> pd.Series[float]:
        """Minutes to the reference point of the capital that is reached first."""
        return to_nearest(self.to_capital, self.capital, "to_capital_fastest")

    @cached_property
    def lengths_to_clusters(self) -> pd.DataFrame:
        """Kilometres along the network from the origins to the clusters."""
        return self.lengths_km.loc[:, list(self.clusters)]

    @cached_property
    def to_both(self) -> pd.DataFrame:
        """Minutes from the origins to the clusters and the capital."""
        return self.minutes.loc[list(self.origins), self.ends("both")]

    @cached_property
    def lengths_km(self) -> pd.DataFrame:
        """Kilometres along the network, of the same shape."""
        ok = self.times.loc[self.times["minutes"].notna()]
        metres = ok.assign(minutes=ok["distance_m"])
        km = minutes_matrix(metres, self.ids, self.ids) / METRES_PER_KILOMETRE
        return km.loc[list(self.origins), self.ends("both")]

    @property
    def km(self) -> pd.DataFrame:
        """Great-circle kilometres; of no places where the surroundings have none."""
        known = self.around.distances_km
        return pd.DataFrame() if known is None else known

    @property
    def far(self) -> pd.DataFrame:
        """Great-circle kilometres from the origins to the clusters."""
        return self.km.loc[list(self.origins), list(self.clusters)]

    def ends(self, ends: Ends) -> list[str]:
        """Return the ids of destinations."""
        kinds = {"clusters": self.clusters, "capital": self.capital}
        chosen = kinds.values() if ends == "both" else [kinds[ends]]
        return list(dict.fromkeys(place for kind in chosen for place in kind))

    def blank(self, index: str, unit: str) -> pd.Series[float]:
        """Return a measure that has no meaning here for any origin."""
        nothing = pd.Series(np.nan, index=list(self.origins))
        reasons = dict.fromkeys(self.origins, "not_applicable")
        return measure(nothing, index, unit, reasons=reasons)

    def masses(self, weights: str, ends: Ends) -> tuple[pd.Series[float] | None, tuple[str, ...]]:
        """Return masses of destinations, 0 where there is no figure, and the origins it spoils.

        A figure that is missing spoils every origin but the place itself: no measure of a place
        looks at its own mass.
        """
        if not weights:
            return None, ()
        if (weights, ends) not in self._known:
            self._known[weights, ends] = self._masses(weights, ends)
        return self._known[weights, ends]

    def _masses(self, weights: str, ends: Ends) -> tuple[pd.Series[float], tuple[str, ...]]:
        wanted = self.ends(ends)
        kind = self.around.masses[weights]
        missing = set(kind.missing(wanted))
        spoilt = tuple(origin for origin in self.origins if missing - {origin})
        return kind.figures.reindex(wanted).fillna(0.0).rename(weights), spoilt

    def evidence(self, weights: str, ends: Ends | list[str]) -> pd.Series[str]:
        """Return the weakest grade of the trips and masses that each origin's measures rest on."""
        key = weights, tuple(ends) if isinstance(ends, list) else ends
        if key not in self._graded:
            self._graded[key] = self._weakest(weights, ends)
        return self._graded[key]

    def _weakest(self, weights: str, ends: Ends | list[str]) -> pd.Series[str]:
        if "evidence" not in self.times.columns:
            return pd.Series("", index=list(self.origins), dtype=object)
        wanted = list(ends) if isinstance(ends, list) else self.ends(ends)
        trips = self._grades.loc[list(self.origins), wanted].to_numpy(copy=True)
        if weights:
            grades = self.around.masses[weights].evidence.reindex(wanted)
            trips = np.maximum(trips, _numbers(grades)[None, :])
        own = np.array(self.origins, object)[:, None] == np.array(wanted, object)[None, :]
        trips[own] = _NONE
        weakest = trips.max(axis=1, initial=_NONE).astype(np.int64)
        names = np.array([*EVIDENCE, ""], object)  # -1 is the last: blank
        return pd.Series(names[weakest], index=list(self.origins), dtype=object)

    @cached_property
    def _grades(self) -> pd.DataFrame:
        numbers = self.times.assign(minutes=_numbers(self.times["evidence"]))
        found = minutes_matrix(numbers.loc[numbers["minutes"] >= 0], self.ids, self.ids)
        return found.fillna(_NONE).astype(int)


def _numbers(evidence: pd.Series[str]) -> NDArray[np.int64]:
    """Return the place of each grade in EVIDENCE, -1 for none."""
    order = {grade: i for i, grade in enumerate(EVIDENCE)}
    return np.array([order.get(str(grade), _NONE) for grade in evidence], np.int64)

"""What a link saves the clusters of a study: on average, to the capital, by people and by jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.indices.masses import people_near
from clustergeo.networks.edits import Base
from clustergeo.places import load_population_grid
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._link_kinds import Link
from clustergeo.study.scenarios._link_screening import DriveScreen, RideScreen

__all__ = ["Savings"]

Minutes = NDArray[np.float64]

_NO_PAIR: Final = "no pair of clusters has a time before and after"


@dataclass(frozen=True, slots=True, eq=False)
class Savings:
    """Clusters, the points they travel to, and what the clusters count by.

    Parameters
    ----------
    cluster_ids, point_ids
        Origins, and destinations: the clusters first, then the capital points.
    persons, workers
        Of each cluster; NaN where the tables have none.
    """

    cluster_ids: tuple[str, ...]
    point_ids: tuple[str, ...]
    persons: Minutes
    workers: Minutes

    @classmethod
    def of(cls, study: Study, base: Base, points: gpd.GeoDataFrame) -> Savings:
        """Return them for the clusters of a study, employees as the base has them."""
        clusters = points[points["kind"] == "cluster"]
        ids = list(clusters["place_id"])
        persons = pd.Series(np.nan, index=ids)
        if study.places.population:
            grid = load_population_grid(study.places.population)
            persons = people_near(clusters, grid, radius_km=study.isolation.radius_km).figures
        workers = pd.Series(np.nan, index=ids)
        if "employees" in base.places:
            workers = base.places.set_index("place_id")["employees"]
        return cls(
            tuple(ids),
            tuple(points["place_id"]),
            np.asarray(persons.reindex(ids), np.float64),
            np.asarray(workers.reindex(ids), np.float64),
        )

    @property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return rows and columns of the ordered pairs of clusters."""
        rows, columns = np.nonzero(~np.eye(len(self.cluster_ids), dtype=bool))
        return rows, columns

    def of_link(self, screen: DriveScreen | RideScreen, link: Link) -> dict[str, Any]:
        """Return what a link saves, as screened; by the names of the table."""
        if isinstance(screen, DriveScreen):
            at = np.ix_(self.rows(screen, self.cluster_ids), self.rows(screen, self.point_ids))
            before, after = screen.minutes(None, at), screen.minutes(link, at)
        else:
            before = screen.median_min(screen.before_s)
            after = screen.median_min(np.minimum(screen.before_s, screen.via_s(link)))
        return self.told(before, after)

    @staticmethod
    def rows(screen: DriveScreen, ids: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the rows of places in a screen of drives."""
        return np.array([screen.ids.index(place) for place in ids])

    def told(self, before: Minutes, after: Minutes) -> dict[str, Any]:
        """Return the minutes saved between two matrices, clusters by points.

        A pair that has no time before or after has no saving and counts in no mean; those that
        get one at last are counted by themselves.
        """
        both = np.isfinite(before) & np.isfinite(after)
        saved = np.where(both, np.where(both, before, 0) - np.where(both, after, 0), np.nan)
        count = len(self.cluster_ids)
        between = saved[:, :count].copy()
        np.fill_diagonal(between, np.nan)
        mean = _mean(between)
        return {
            "saved_min": mean,
            "new_pairs": int((np.isfinite(after) & ~np.isfinite(before))[self.pairs].sum()),
            "saved_reason": _NO_PAIR if np.isnan(mean) else "",
            "saved_capital_min": _mean(saved[:, count:]),
            "saved_person_min": _weighted(between, self.persons),
            "saved_worker_min": _weighted(between, self.workers),
        }


def _mean(saved: Minutes) -> float:
    return float(saved[~np.isnan(saved)].mean()) if (~np.isnan(saved)).any() else np.nan


def _weighted(saved: Minutes, weights: Minutes) -> float:
    """Return the minutes of all people of each origin, who make one trip each."""
    means = np.array([_mean(row) for row in saved])
    return float((means * weights).sum())

"""What a place counts by: people employed there, tenants, people who live around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustergeo.errors import Fault, MeasureError
from clustergeo.units import METRES_PER_KILOMETRE, METRIC_CRS

__all__ = ["RADIUS_KM", "Masses", "cluster_masses", "people_near", "people_within_km"]

RADIUS_KM: Final = 10.0
"""How far from its point people still count as living around a place; estimated."""

_GRID_EVIDENCE: Final = "estimated"  # the origin of its numbers is not confirmed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Masses:
    """One kind of mass of some places.

    Parameters
    ----------
    name
        ``workers``, ``population`` or ``institutions``.
    figures
        By place id; NaN where the tables have no figure. Nothing is put in its stead.
    evidence
        Grade of each value.
    unit
        What is counted.

    Examples
    --------
    >>> jobs = Masses(name="workers", figures=pd.Series({"a": 5.0, "b": np.nan}),
    ...               evidence=pd.Series({"a": "published", "b": ""}), unit="people employed")
    >>> jobs.missing(["a", "b", "c"])
    ('b', 'c')
    """

    name: str
    figures: pd.Series[float]
    evidence: pd.Series[str]
    unit: str

    def missing(self, place_ids: Sequence[str]) -> tuple[str, ...]:
        """Return which of some places have no figure."""
        found = self.figures.reindex(list(place_ids))
        return tuple(found.index[found.isna()])


def cluster_masses(clusters: gpd.GeoDataFrame, *, file: str = "clusters.csv") -> dict[str, Masses]:
    """Return the people employed and the tenants of clusters, as their table states them.

    Parameters
    ----------
    clusters
        As ``places.load_clusters`` returns them.
    file
        What to call the table in messages.

    Returns
    -------
    masses : dict of str to Masses
        ``workers`` (``employees`` of the table, graded by ``employees_evidence``) and
        ``institutions`` (``firms``, graded as the row is).

    Raises
    ------
    MeasureError
        If the table lacks a column.

    Examples
    --------
    >>> from clustergeo.places import load_clusters
    >>> masses = cluster_masses(load_clusters())
    >>> masses["workers"].figures.tolist()
    [91886.0, 22000.0, 18840.0, 18449.0]
    >>> masses["workers"].evidence.tolist()
    ['published', 'estimated', 'published', 'derived']
    >>> masses["institutions"].missing(["osong", "sejong"])
    ('sejong',)
    """
    kinds = {
        "workers": ("employees", "employees_evidence", "people employed"),
        "institutions": ("firms", "evidence", "firms and institutes"),
    }
    found = {}
    for name, (column, grade, unit) in kinds.items():
        for needed in (column, grade):
            if needed not in clusters.columns:
                fix = f"add it, or leave out the weights {name}"
                raise MeasureError(Fault(file, "column missing", fix, field=needed))
        table = clusters.set_index("place_id")
        values = pd.to_numeric(table[column]).astype(np.float64)
        evidence = table[grade].where(values.notna(), "").astype(object)
        found[name] = Masses(name=name, figures=values, evidence=evidence, unit=unit)
    return found


def people_near(
    places: gpd.GeoDataFrame, grid: gpd.GeoDataFrame, *, radius_km: float = RADIUS_KM
) -> Masses:
    """Return the people who live around each place, nobody counted twice.

    Parameters
    ----------
    places
        Table of places; those that are compared with each other, all at once.
    grid
        As ``places.load_population_grid`` returns it.
    radius_km
        A cell counts if its centre lies within this distance of a place, straight; it counts for
        the nearest place alone, the first of the table where two are equally near.

    Returns
    -------
    people : Masses
        Named ``population``; 0 where nobody lives within the radius. Estimated.

    Raises
    ------
    MeasureError
        If the radius is not a number above 0.

    Examples
    --------
    >>> two = gpd.GeoDataFrame({"place_id": ["a", "b"]}, crs="EPSG:5179",
    ...                        geometry=gpd.points_from_xy([0, 6000], [0, 0]))
    >>> cells = gpd.GeoDataFrame({"population": [70, 5]}, crs="EPSG:5179",
    ...                          geometry=gpd.points_from_xy([2000, 50_000], [0, 0]))
    >>> people_near(two, cells).figures.to_dict()
    {'a': 70.0, 'b': 0.0}
    """
    if not 0 < radius_km < np.inf:
        fault = Fault("radius_km", f"not a number above 0 ({radius_km:g})", "give kilometres")
        raise MeasureError(fault)
    ids = places["place_id"].to_numpy(object)
    people = np.zeros(len(ids))
    if len(ids):
        far = _far_m(places, grid)
        inside = far.min(axis=0) <= radius_km * METRES_PER_KILOMETRE
        nearest = far.argmin(axis=0)  # of equals the first
        population = grid["population"].to_numpy(np.float64)
        people += np.bincount(nearest[inside], population[inside], len(ids))
    return Masses(
        name="population",
        figures=pd.Series(people, index=ids),
        evidence=pd.Series(_GRID_EVIDENCE, index=ids, dtype=object),
        unit=f"people within {radius_km:g} km",
    )


def people_within_km(
    places: gpd.GeoDataFrame, grid: gpd.GeoDataFrame, *, radius_km: float
) -> pd.Series[float]:
    """Return the people who live within a straight distance of each place, each place by itself.

    Parameters
    ----------
    places, grid, radius_km
        As for :func:`people_near`.

    Examples
    --------
    >>> one = gpd.GeoDataFrame({"place_id": ["a"]}, crs="EPSG:5179",
    ...                        geometry=gpd.points_from_xy([0], [0]))
    >>> cells = gpd.GeoDataFrame({"population": [70, 5]}, crs="EPSG:5179",
    ...                          geometry=gpd.points_from_xy([2000, 50_000], [0, 0]))
    >>> people_within_km(one, cells, radius_km=100).to_dict()
    {'a': 75.0}
    """
    inside = _far_m(places, grid) <= radius_km * METRES_PER_KILOMETRE
    people = inside @ grid["population"].to_numpy(np.float64)
    return pd.Series(people, index=places["place_id"].to_numpy(object))


def _far_m(places: gpd.GeoDataFrame, grid: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the straight metres between places and cells, shape (places, cells)."""
    at, cells = (
        table.geometry.to_crs(METRIC_CRS).get_coordinates().to_numpy() for table in (places, grid)
    )
    apart: NDArray[np.float64] = np.hypot(*(at[:, None, :] - cells[None, :, :]).transpose(2, 0, 1))
    return apart

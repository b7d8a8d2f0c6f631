"""The places of a study, drawn together from its tables and checked against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from clustergeo.errors import Fault, StudyError
from clustergeo.places import (
    load_anchors,
    load_clusters,
    load_municipalities,
    load_pilot_projects,
    load_sites,
)
from clustergeo.schemas.places import PLACES
from clustergeo.study.plan import Study

__all__ = ["StudyPlaces", "load_study_places"]

_COLUMNS = [*PLACES.names, "geometry"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyPlaces:
    """The places of a study.

    Parameters
    ----------
    known
        Every place of its tables, contract ``schemas.places.PLACES``.
    compared
        Those with times of their own: clusters, sites, capital points and others, in that order.
    clusters, regions
        The clusters and the pilot municipalities with all their columns.
    projects
        The pilot projects, if the study has any.
    """

    known: gpd.GeoDataFrame
    compared: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame | None
    projects: pd.DataFrame | None

    @property
    def cluster_ids(self) -> tuple[str, ...]:
        """Ids of the clusters, in the order of their table."""
        return tuple(self.clusters["place_id"])


def load_study_places(study: Study) -> StudyPlaces:
    """Return the places of a study.

    Parameters
    ----------
    study
        The study, whose tables are read.

    Returns
    -------
    places : StudyPlaces

    Raises
    ------
    InputError
        If a table is refused, an id stands in two tables, or the study names an unknown id.
    """
    plan = study.places
    how = {"crs": plan.crs, "encoding": plan.encoding}
    clusters = load_clusters(plan.clusters, **how)
    tables = [clusters]
    if plan.sites:
        tables.append(load_sites(plan.sites, **how))
    if plan.anchors:
        tables.append(load_anchors(plan.anchors, **how))
    regions = load_municipalities(plan.regions, **how) if plan.regions else None
    if regions is not None:
        tables.append(regions)
    known = pd.concat([table[_COLUMNS] for table in tables], ignore_index=True)
    if faults := list(_faults(study, known, tuple(clusters["place_id"]))):
        raise StudyError(*faults)
    sites = known.loc[known["kind"] == "site", "place_id"]
    order = dict.fromkeys([*clusters["place_id"], *sites, *plan.capital, *plan.others])
    return StudyPlaces(
        known=known,
        compared=known.set_index("place_id").loc[list(order)].reset_index()[_COLUMNS],
        clusters=clusters,
        regions=regions,
        projects=load_pilot_projects(plan.projects) if plan.projects else None,
    )


def _faults(
    study: Study, known: gpd.GeoDataFrame, cluster_ids: tuple[str, ...]
) -> Iterator[Fault]:
    file = study.file.name
    ids = known["place_id"]
    for place_id in ids[ids.duplicated()].unique():
        yield Fault(file, f"id in two of its place tables ({place_id})", "rename one of them")
    named = {
        "places.capital": study.places.capital,
        "places.others": study.places.others,
        "outputs.labels": tuple(study.outputs.labels),
    }
    for field, wanted in named.items():
        for place_id in wanted:
            if place_id not in set(ids):
                yield Fault(
                    file, f"unknown place ({place_id})", "use an id of a table", field=field
                )
    if len(cluster_ids) < 2:  # noqa: PLR2004 - isolation needs a pair
        yield Fault(file, f"too few clusters ({len(cluster_ids)})", "name two", field="places")
    sites = known.loc[known["kind"] == "site"]
    for place_id, cluster_id in zip(sites["place_id"], sites["cluster_id"], strict=True):
        if cluster_id not in cluster_ids:
            what = f"site of an unknown cluster ({place_id}: {cluster_id or 'none'})"
            yield Fault(file, what, "give its cluster_id", field="places.sites")

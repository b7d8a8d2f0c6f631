"""Peers of a study: its clusters beside municipalities and any other places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from clustergeo.errors import Fault, StudyError
from clustergeo.indices import Surroundings, peers_table
from clustergeo.places import distances_km, load_population, load_population_grid
from clustergeo.schemas.places import PLACES
from clustergeo.settings import data_path
from clustergeo.study._isolation import narrowed, surroundings
from clustergeo.study._places import StudyPlaces
from clustergeo.study.model import Model
from clustergeo.study.plan import Study

__all__ = ["municipal_centres", "peers_among", "peers_of"]

_COLUMNS = [*PLACES.names, "geometry"]
_CELL_M = 2_000.0


def peers_of(
    study: Study,
    places: StudyPlaces,
    model: Model,
    others: gpd.GeoDataFrame,
    modes: Iterable[str] = ("car", "transit"),
) -> pd.DataFrame:
    """Return the clusters beside other places, contract ``schemas.results.PEERS``.

    Parameters
    ----------
    study, places, model
        The study, its places and its model.
    others
        Places to compare the clusters with, in longitude and latitude; clusters among them are
        not taken twice.
    modes
        By what.

    Raises
    ------
    StudyError
        If one of the others has the id of a place of the study and is none of its clusters.
    """
    own = places.compared.loc[places.compared["place_id"].isin(places.cluster_ids)]
    ends = _ends(study, places)
    new = others.loc[~others["place_id"].isin(places.cluster_ids), _COLUMNS]
    taken = set(new["place_id"]) & set(ends["place_id"])
    if taken:
        what = f"a reference point of the capital among the places compared ({min(taken)})"
        raise StudyError(Fault("--compare", what, "leave it out"))
    peers = gpd.GeoDataFrame(pd.concat([own, new], ignore_index=True), crs=own.crs)
    parts = [getattr(model, mode)(peers, ends).table for mode in modes]
    return peers_among(study, places, peers, pd.concat(parts, ignore_index=True))


def peers_among(
    study: Study,
    places: StudyPlaces,
    peers: gpd.GeoDataFrame,
    times: pd.DataFrame,
    around: Surroundings | None = None,
) -> pd.DataFrame:
    """Return the table of peers from times that are at hand: from each to clusters and capital.

    The surroundings of the study are looked up unless they are given.
    """
    ends = _ends(study, places)
    known = pd.concat([peers[_COLUMNS], ends], ignore_index=True).drop_duplicates("place_id")
    around = around or surroundings(study, places)[0]
    around = replace(around, distances_km=distances_km(known, known), rules=narrowed(around))
    wanted = times["from_id"].isin(peers["place_id"]) & times["to_id"].isin(ends["place_id"])
    return peers_table(times.loc[wanted], peers, places.cluster_ids, study.places.capital, around)


def municipal_centres() -> gpd.GeoDataFrame:
    """Return the 250 municipalities of South Korea as places: where most of their people live.

    The point of each is the centre of the cell of 2 km with the most people inside its outline, or
    a point inside where no cell has its centre there. Outlines are generalised, so a point may lie
    in the neighbouring one; estimated.
    """
    outlines = gpd.read_file(data_path("basemap", "sigungu.geojson"))
    grid = load_population_grid()
    inside = gpd.sjoin(grid[["population", "geometry"]], outlines[["code", "geometry"]])
    inside = inside.sort_values("population", ascending=False, kind="stable")
    best = inside.drop_duplicates("code").set_index("code").geometry
    points = outlines.set_index("code").geometry.representative_point()
    points.update(best)
    named = outlines.set_index("code").reindex(load_population()["code"])
    return gpd.GeoDataFrame(
        {
            "place_id": "sigungu_" + named.index.to_series(),
            "name_en": named["name_en"],
            "name_ko": named["name_ko"],
            "kind": "municipality",
            "cluster_id": "",
            "accuracy_m": _CELL_M,
            "evidence": "estimated",
            "source": "centre of its most populous cell of 2 km",
        },
        geometry=list(points.reindex(named.index)),
        crs=outlines.crs,
    ).reset_index(drop=True)[_COLUMNS]


def _ends(study: Study, places: StudyPlaces) -> gpd.GeoDataFrame:
    """Return the clusters and the reference points of the capital."""
    ids = [*places.cluster_ids, *study.places.capital]
    return places.compared.loc[places.compared["place_id"].isin(ids)].reset_index(drop=True)

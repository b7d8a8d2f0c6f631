"""Where the trips lead that the claims of a study speak of; and the places a scenario leaves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import geopandas as gpd
import pandas as pd

from clustergeo.claims import Claim
from clustergeo.networks.edits import Base
from clustergeo.schemas.places import PLACES
from clustergeo.study._places import StudyPlaces
from clustergeo.times import TravelTimes

__all__ = ["built", "changed_places", "destinations_of", "narrowed"]

_COLUMNS: Final = [*PLACES.names, "geometry"]
_KINDS: Final = {"cluster", "capital"}
_BY_HUBS: Final = ("least_hub_detour", "remoteness")
_MASSES: Final = {"employees": "employees_evidence", "firms": ""}


def destinations_of(claims: Sequence[Claim], places: gpd.GeoDataFrame) -> list[str]:
    """Return the ids of clusters and capital points, and of those that a claim leads to.

    Measures that run by way of hubs need the ways to those as well.
    """
    sides = [
        (comparison, side)
        for claim in claims
        for comparison in claim.comparison
        for side in (comparison.left, comparison.right)
    ]
    named = {
        place_id
        for comparison, side in sides
        for word in side.to
        for place_id in (comparison.origins if word == "@origin" else (word,))
    }
    hubs = any(side.index in _BY_HUBS for _, side in sides)
    kinds = _KINDS | (set(places["kind"]) - {"site"} if hubs else set())
    wanted = places["kind"].isin(kinds) | places["place_id"].isin(named)
    return places.loc[wanted, "place_id"].tolist()


def built(claims: Sequence[Claim], names: Collection[str]) -> tuple[Claim, ...]:
    """Return claims as they are once something is built: what is there is no condition."""
    return tuple(
        replace(claim, scenario="") if claim.scenario in names else claim for claim in claims
    )


def narrowed(times: Mapping[str, TravelTimes], ids: Sequence[str]) -> dict[str, TravelTimes]:
    """Return the times among some places, those that a mode has of them."""
    return {mode: _among(found, ids) for mode, found in times.items()}


def _among(times: TravelTimes, ids: Sequence[str]) -> TravelTimes:
    from_ids, to_ids = (
        tuple(place_id for place_id in ids if place_id in known)
        for known in (times.from_ids, times.to_ids)
    )
    if (from_ids, to_ids) == (times.from_ids, times.to_ids):
        return times
    rows = [times.from_ids.index(place_id) for place_id in from_ids]
    columns = [times.to_ids.index(place_id) for place_id in to_ids]
    at = [row * len(times.to_ids) + column for row in rows for column in columns]
    return replace(
        times,
        table=times.table.iloc[at].reset_index(drop=True),
        minutes=times.minutes[rows][:, columns],
        from_ids=from_ids,
        to_ids=to_ids,
    )


def changed_places(places: StudyPlaces, base: Base, changed: Base) -> StudyPlaces:
    """Return the places of a study as a scenario leaves them: moved, grown or new."""
    if changed.places is base.places:
        return places
    after = changed.places.set_index("place_id")
    new = after.index.difference(base.places["place_id"].tolist(), sort=False)
    added = after.loc[new]
    clusters = places.clusters.set_index("place_id")
    found = clusters.reindex([*clusters.index, *added.index[added["kind"] == "cluster"]])
    for name in after.columns.intersection(found.columns):
        found[name] = after[name].reindex(found.index)
    for name, grade in _MASSES.items():
        if grade in found and name in found:
            grown = found[name].ne(clusters[name].reindex(found.index)) & found[name].notna()
            found.loc[grown, grade] = "estimated"
    ids = [*places.compared["place_id"], *new]
    whole = changed.places.loc[:, _COLUMNS]
    geometry = gpd.GeoSeries(found["geometry"], crs=changed.places.crs)
    return replace(
        places,
        known=pd.concat([whole]),
        compared=whole.set_index("place_id").loc[ids].reset_index()[_COLUMNS],
        clusters=gpd.GeoDataFrame(found, geometry=geometry).reset_index(),
    )

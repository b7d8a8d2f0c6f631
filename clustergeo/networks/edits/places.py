"""Edits of places: a new site, a place that moves, a weight that grows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype
from pydantic import Field

from clustergeo.errors import Fault, ScenarioError
from clustergeo.networks.edits.edit import Edit, Room, nearest, registered
from clustergeo.schemas.places import KINDS as PLACE_KINDS
from clustergeo.schemas.results import EVIDENCE
from clustergeo.units import WGS84

__all__ = ["MovePlace", "NewSite", "Weight", "apply", "resolve"]

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlaceEdit(Edit):
    """What edits of places have in common."""

    room: ClassVar[Room] = "places"

    place_id: str

    def faults(self, places: gpd.GeoDataFrame) -> Iterator[Fault]:
        """Yield why it cannot be made; of an unknown place by default."""
        if self.place_id not in set(places["place_id"]):
            fix = nearest(self.place_id, places["place_id"]) or "use a place_id of the tables"
            yield self.fault("place_id", f"no such place ({self.place_id})", fix)

    def sets(self) -> dict[str, Any]:
        """Return what it sets; two edits of one place must agree."""
        raise NotImplementedError

    def changed(self, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the places with the change."""
        raise NotImplementedError


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite(_PlaceEdit):
    """A place that is not there yet; its point counts as estimated."""

    kind: ClassVar[str] = "new_site"

    lon: Lon
    lat: Lat
    name_en: str = ""
    name_ko: str = ""
    stands_for: str = "site"
    cluster_id: str = ""
    accuracy_m: Annotated[float, Field(ge=0)] | None = None

    def sets(self) -> dict[str, Any]:
        """Return its point."""
        return {"point": (self.lon, self.lat)}

    def faults(self, places: gpd.GeoDataFrame) -> Iterator[Fault]:
        """Yield that the id is taken, or the kind or the cluster unknown."""
        ids = set(places["place_id"])
        if not self.place_id or self.place_id in ids:
            what = f"there is such a place already ({self.place_id})"
            yield self.fault("place_id", what, "give it an id of its own, or use move_place")
        if self.stands_for not in PLACE_KINDS:
            fix = f"use one of {', '.join(PLACE_KINDS)}"
            yield self.fault("stands_for", f"no such kind of place ({self.stands_for})", fix)
        if self.cluster_id and self.cluster_id not in ids:
            fix = nearest(self.cluster_id, ids) or "use the place_id of a cluster"
            yield self.fault("cluster_id", f"no such cluster ({self.cluster_id})", fix)

    def changed(self, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the places with one more, the last."""
        told = {
            "place_id": self.place_id,
            "name_en": self.name_en,
            "name_ko": self.name_ko,
            "kind": self.stands_for,
            "cluster_id": self.cluster_id,
            "accuracy_m": np.nan if self.accuracy_m is None else self.accuracy_m,
            "evidence": EVIDENCE[-1],
            "source": self.source or "scenario",
        }
        row = {name: [told[name]] for name in told if name in places}
        point = gpd.points_from_xy([self.lon], [self.lat], crs=WGS84).to_crs(places.crs)
        new = gpd.GeoDataFrame(row, geometry=point)
        blank = places.columns.difference([*new.columns])
        for name in blank:
            missing = np.nan if is_numeric_dtype(places[name]) else ""
            new[name] = pd.Series([missing], dtype=places[name].dtype)
        joined: gpd.GeoDataFrame = pd.concat([places, new[places.columns]], ignore_index=True)
        return joined


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlace(_PlaceEdit):
    """A place somewhere else; its point counts as estimated."""

    kind: ClassVar[str] = "move_place"

    lon: Lon
    lat: Lat

    def sets(self) -> dict[str, Any]:
        """Return its point."""
        return {"point": (self.lon, self.lat)}

    def changed(self, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the places with one elsewhere."""
        point = gpd.points_from_xy([self.lon], [self.lat], crs=WGS84).to_crs(places.crs)[0]
        at = places["place_id"] == self.place_id
        if shapely.equals(places.loc[at, "geometry"].iloc[0], point):
            return places
        moved = places.copy()
        moved.geometry = moved.geometry.where(~at, point)
        if "evidence" in moved:
            moved.loc[at, "evidence"] = EVIDENCE[-1]
        return moved


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(_PlaceEdit):
    """Another number of people or jobs at a place: a new value, or the old one times a factor."""

    kind: ClassVar[str] = "weight"

    column: str
    factor: Annotated[float, Field(ge=0)] | None = None
    value: Annotated[float, Field(ge=0)] | None = None

    def sets(self) -> dict[str, Any]:
        """Return the value or the factor of the column."""
        return {self.column: f"x {self.factor}" if self.value is None else self.value}

    def faults(self, places: gpd.GeoDataFrame) -> Iterator[Fault]:
        """Yield that the place or the column is unknown, or has no number to multiply."""
        unknown = list(super(Weight, self).faults(places))
        yield from unknown
        if (self.factor is None) == (self.value is None):
            yield self.fault("value", "needs either value or factor", "give one of them")
        numbers = [str(name) for name in places if is_numeric_dtype(places[name])]
        if self.column not in numbers:
            fix = nearest(self.column, numbers) or f"use one of {', '.join(numbers)}"
            yield self.fault("column", f"no such column of numbers ({self.column})", fix)
        elif not unknown and self.value is None:
            at = places["place_id"] == self.place_id
            if places.loc[at, self.column].isna().all():
                what = f"has no {self.column} to multiply ({self.place_id})"
                yield self.fault("factor", what, "give value instead")

    def changed(self, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the places with another number at one."""
        at = places["place_id"] == self.place_id
        old = float(places.loc[at, self.column].iloc[0])
        new = self.value if self.value is not None else old * (self.factor or 0.0)
        if new == old:
            return places
        grown = places.copy()
        # A count of people may become a fraction: the column becomes one of floats then.
        grown[self.column] = grown[self.column].astype("float64").where(~at, new)
        return grown


def resolve(edits: Iterable[Edit], places: gpd.GeoDataFrame) -> list[Fault]:
    """Return every fault of place edits, each against the places as those before leave them.

    Parameters
    ----------
    edits
        Edits of the room ``places``, in their order.
    places
        Places before the first of them, contract ``schemas.places.PLACES``; further columns
        (employees) may be edited as weights.

    Examples
    --------
    >>> from clustergeo.places import load_clusters
    >>> fault, = resolve([MovePlace(place_id="osung", lon=127.3, lat=36.6)], load_clusters())
    >>> print(fault.fix)
    did you mean osong, sejong, ochang?
    """
    return _run(edits, places)[1]


def apply(edits: Iterable[Edit], places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places with edits made; the same table if they change nothing.

    Raises
    ------
    ScenarioError
        With every fault of :func:`resolve`.

    Examples
    --------
    >>> from clustergeo.places import load_clusters
    >>> grown = apply([Weight(place_id="osong", column="employees", factor=2.0)], load_clusters())
    >>> float(grown.set_index("place_id").at["osong", "employees"])
    44000.0
    """
    changed, faults = _run(edits, places)
    if faults:
        raise ScenarioError(*faults)
    return changed


def _run(edits: Iterable[Edit], places: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Return the places with all edits that can be made, and why others cannot."""
    found: list[Fault] = []
    seen: dict[tuple[str, str], tuple[Any, str]] = {}
    for edit in edits:
        one = _kind(edit)
        faults = list(one.faults(places))
        if not faults:
            for what, value in one.sets().items():
                key, here = (one.place_id, what), (value, one.spot)
                said, spot = seen.setdefault(key, here)
                if said != value:
                    told = f"{what} {value} here, {said} by {spot}"
                    fault = one.fault("kind", f"contradicts ({told})", "take one of the two out")
                    faults.append(fault)
        found += faults
        places = places if faults else one.changed(places)
    return places, found


def _kind(edit: Edit) -> _PlaceEdit:
    if isinstance(edit, _PlaceEdit):
        return edit
    message = f"not an edit of places ({edit.kind})"
    raise TypeError(message)

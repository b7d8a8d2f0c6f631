"""Areas within reach, made light enough to draw: fixed bands, generalised outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from clustergeo.exhibits._readings import number, records
from clustergeo.exhibits.maps.marks import Point
from clustergeo.exhibits.style import TIME_CLASSES
from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["Band", "Reach", "bands_of", "generalised", "reaches_of"]

_TOLERANCES_M: Final = (60, 120, 250, 500, 1000)
_MOST_POINTS: Final = 1200
"""Points an area may keep; the first tolerance that keeps within them is taken."""

_HOLE_SHARE: Final = 0.001
"""Holes and islands below this share of an area are left out."""


@dataclass(frozen=True, slots=True)
class Band:
    """How the area of one time is drawn: a fill, an edge and the dash of the edge."""

    fill: str
    edge: str
    dash: str


_EDGES: Final = (("#041C40", ""), ("#0B3F78", ""), ("#14707C", "8 4"), ("#4E8A36", "2 4"))
"""Colour and dash of the edges, the second sign beside the fill."""

_BANDS: Final = tuple(
    Band(fill, *edge) for fill, edge in zip(TIME_CLASSES.values(), _EDGES, strict=True)
)
"""From the shortest time to the longest."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The area of one place, mode and time; its shape is empty where there is none."""

    place_id: str
    mode: str
    minutes: float
    area_km2: float
    status: str
    evidence: str
    shape: BaseGeometry

    @property
    def top(self) -> Point | None:
        """Latitude and longitude of the northern end of its largest part."""
        if self.shape.is_empty:
            return None
        largest = max(shapely.get_parts(self.shape), key=lambda part: float(part.area))
        lon, lat = max(largest.exterior.coords, key=lambda each: (each[1], each[0]))
        return float(lat), float(lon)


def bands_of(times: Sequence[float]) -> dict[float, Band]:
    """Return how the area of each time is drawn: fixed for the usual times, else by rank.

    Parameters
    ----------
    times
        Minutes, ascending.

    Examples
    --------
    >>> bands_of([60]) == {60: bands_of([30, 60])[60]}
    True
    >>> len(set(bands_of([10, 20]).values()))
    2
    """
    usual = dict(zip(TIME_CLASSES, _BANDS, strict=True))
    if set(times) <= set(usual):
        return {each: usual[int(each)] for each in times}
    return {each: _BANDS[min(rank, len(_BANDS) - 1)] for rank, each in enumerate(times)}


def reaches_of(isochrones: gpd.GeoDataFrame) -> tuple[Mapping[tuple[str, str], list[Reach]], int]:
    """Return the areas by place and mode, the longest time first, and the coarsest tolerance.

    The area of a longer time still holds that of a shorter one.
    """
    table = isochrones.sort_values(["place_id", "mode", "minutes"], kind="stable")
    found: dict[tuple[str, str], list[Reach]] = {}
    coarsest = 0
    shapes = table.geometry.to_crs(METRIC_CRS)
    for row, shape in zip(records(table.drop(columns=table.geometry.name)), shapes, strict=True):
        light, tolerance = generalised(shape)
        coarsest = max(coarsest, tolerance)
        mine = found.setdefault((str(row["place_id"]), str(row["mode"])), [])
        if mine:
            light = shapely.union(light, mine[-1].shape)
        mine.append(
            Reach(
                place_id=str(row["place_id"]),
                mode=str(row["mode"]),
                minutes=number(row["minutes"]),
                area_km2=number(row["area_km2"]),
                status=str(row["status"]),
                evidence=str(row["evidence"] or ""),
                shape=light,
            )
        )
    return {
        key: [_on_globe(each) for each in reversed(own)] for key, own in found.items()
    }, coarsest


def generalised(shape: BaseGeometry) -> tuple[BaseGeometry, int]:
    """Return a metric shape with few enough points, and the metres it may be off.

    Examples
    --------
    >>> circle = shapely.Point(0, 0).buffer(50_000, quad_segs=2000)
    >>> light, off_m = generalised(circle)
    >>> bool(shapely.get_num_coordinates(light) < 1200), off_m
    (True, 60)
    """
    least_m2 = _HOLE_SHARE * shape.area
    parts = [part for part in shapely.get_parts(shape) if part.area >= least_m2]
    whole = shapely.MultiPolygon(
        [
            shapely.Polygon(
                part.exterior,
                [ring for ring in part.interiors if shapely.Polygon(ring).area >= least_m2],
            )
            for part in parts
        ]
    )
    light: BaseGeometry = whole
    off_m = 0
    for off_m in _TOLERANCES_M:
        # Without care for its topology this is ten times as fast; what crosses itself is mended.
        light = shapely.make_valid(shapely.simplify(whole, off_m, preserve_topology=False))
        if shapely.get_num_coordinates(light) <= _MOST_POINTS:
            break
    return light, off_m


def _on_globe(reach: Reach) -> Reach:
    shape = gpd.GeoSeries([reach.shape], crs=METRIC_CRS).to_crs(WGS84).iloc[0]
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return Reach(
        place_id=reach.place_id,
        mode=reach.mode,
        minutes=reach.minutes,
        area_km2=reach.area_km2,
        status=reach.status,
        evidence=reach.evidence,
        shape=shapely.MultiPolygon(polygons),
    )

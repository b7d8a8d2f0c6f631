"""All that a part of an origin-destination matrix is computed from, apart from the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from clustergeo.networks._lines import slices
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.od import OD_STATUSES
from clustergeo.schemas.results import EVIDENCE
from clustergeo.times._points import check_points, estimated
from clustergeo.times.hierarchy import Ends
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.ends import destination_doors, origin_doors
from clustergeo.times.roads.engine import Engine, engine_for
from clustergeo.times.roads.fit import check_fit
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.roads.snaps import Snaps, snap
from clustergeo.units import MILLISECONDS_PER_MINUTE, WGS84

__all__ = ["GRADES", "OdBlock", "OdJob", "OdSide", "job_of"]

GRADES: Final = ("", EVIDENCE[1], EVIDENCE[2])
"""Evidence of a pair by its code: none without a time."""

_DECIMALS: Final = 2
_CODE: Final = {status: code for code, status in enumerate(OD_STATUSES)}


@dataclass(frozen=True, slots=True, eq=False)
class OdSide:
    """The origins or the destinations, one entry each.

    Parameters
    ----------
    ids
        Their ids.
    ends
        Their doors, in states of the turn graph.
    edge, fraction
        Where they meet the network: see ``Snaps``.
    allowance_min
        Minutes that a trip takes there apart from the drive.
    weak
        Whether the place itself is estimated.
    name, point
        Equal numbers, on either side, where ids or points are equal.
    """

    ids: tuple[str, ...]
    ends: Ends
    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    allowance_min: NDArray[np.float64]
    weak: NDArray[np.bool_]
    name: NDArray[np.int32]
    point: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class OdBlock:
    """Some rows of the matrix, shape (origins, destinations) each.

    Parameters
    ----------
    minutes
        Door to door, rounded; NaN where there is no time.
    status, grade
        Codes into ``OD_STATUSES`` and ``GRADES``.
    """

    minutes: NDArray[np.float64]
    status: NDArray[np.uint8]
    grade: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class OdJob:
    """An origin-destination matrix that can be computed in any pieces; see :func:`job_of`.

    Parameters
    ----------
    engine
        What finds the drives.
    starts, ends
        Origins and destinations.
    onward_ms, backward_ms
        Milliseconds along the whole edge of each destination, with its direction and against it;
        ``UNREACHED`` where that is closed.
    limit_min
        Door-to-door minutes beyond which a trip is not counted.
    assumed
        Whether any speed of the network is.
    warnings
        What is doubtful about these places on this network.
    """

    engine: Engine
    starts: OdSide
    ends: OdSide
    onward_ms: NDArray[np.int64]
    backward_ms: NDArray[np.int64]
    limit_min: float
    assumed: bool
    warnings: tuple[str, ...]

    def block(self, rows: slice) -> OdBlock:
        """Return the rows of some origins: the numbers of ``car_times``, to the last digit."""
        starts, ends = self.starts, self.ends
        # Copies: kernels are compiled for arrays that are their own.
        doors = Ends(starts.ends.node[rows].copy(), starts.ends.ms[rows].copy())
        ms = self.engine.matrix(doors, ends.ends)
        self._take_direct_ways(rows, ms)
        drive_min = ms / MILLISECONDS_PER_MINUTE
        around_min = starts.allowance_min[rows, None] + ends.allowance_min[None]
        status = np.zeros(ms.shape, np.uint8)
        status[~(drive_min <= self.limit_min - around_min)] = _CODE["beyond_limit"]
        status[ms >= UNREACHED] = _CODE["no_path"]
        status[(starts.edge[rows, None] < 0) | (ends.edge[None] < 0)] = _CODE["off_network"]
        same = starts.name[rows, None] == ends.name[None]
        status[same | (starts.point[rows, None] == ends.point[None])] = _CODE["same_place"]
        found = status == _CODE["ok"]
        minutes = np.where(found, around_min + drive_min, np.nan).round(_DECIMALS)
        weak = self.assumed | starts.weak[rows, None] | ends.weak[None]
        return OdBlock(minutes, status, np.where(found, 1 + weak, 0).astype(np.uint8))

    def _take_direct_ways(self, rows: slice, ms: NDArray[np.int64]) -> None:
        """Lower the times of places on one edge to those along it, which no engine looks at."""
        edge, ends = self.starts.edge[rows], self.ends
        order = np.argsort(ends.edge, kind="stable")
        sorted_edge = ends.edge[order]
        low, high = (np.searchsorted(sorted_edge, edge, side) for side in ("left", "right"))
        low[edge < 0] = high[edge < 0]
        index, step = slices(np.stack([low, high], axis=1).ravel(), 2 * np.arange(edge.size))
        end = order[low[index] + step]
        ahead = ends.fraction[end] - self.starts.fraction[rows][index]
        whole = np.where(ahead >= 0, self.onward_ms[end], self.backward_ms[end])
        along = np.rint(np.abs(ahead) * whole).astype(np.int64)
        along[whole >= UNREACHED] = UNREACHED
        ms[index, end] = np.minimum(ms[index, end], along)


def job_of(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rules: RoadRules,
) -> OdJob:
    """Return the matrix between two tables of places, ready to be computed.

    Raises
    ------
    UsageError
        If a table lacks ids, repeats one, has no coordinate system or holds other than points.
    RoadError
        If the network is not of the area of the places.
    """
    check_points(origins, "origins")
    check_points(destinations, "destinations")
    engine = engine_for(network, len(origins))
    names, points = _numbered(origins, destinations)
    snaps = _snapped(network, origins, destinations, rules)
    doors = (
        origin_doors(network, engine.graph, snaps[0]),
        destination_doors(network, engine.graph, snaps[1]),
    )
    sides = [
        OdSide(
            ids=tuple(map(str, places["place_id"])),
            ends=doors[k].ends,
            edge=snaps[k].edge,
            fraction=snaps[k].fraction,
            allowance_min=allowance_min + rules.access_min(snaps[k].snap_m),
            weak=estimated(places),
            name=names[k],
            point=points[k],
        )
        for k, (places, allowance_min) in enumerate(
            ((origins, rules.start_min), (destinations, rules.park_min))
        )
    ]
    edge, twin = sides[1].edge, network.twin[sides[1].edge]
    return OdJob(
        engine=engine,
        starts=sides[0],
        ends=sides[1],
        onward_ms=network.time_ms[edge].astype(np.int64),
        backward_ms=np.where(twin >= 0, network.time_ms[twin].astype(np.int64), UNREACHED),
        limit_min=rules.limit_min,
        assumed=bool(network.assumed.any()),
        warnings=check_fit(network, (origins, snaps[0]), (destinations, snaps[1])),
    )


def _snapped(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rules: RoadRules,
) -> tuple[Snaps, Snaps]:
    """Return where both sides meet the network; its edges are laid out but once if they can be."""
    how: dict[str, Any] = {"closed": rules.closed_highways, "cap_m": rules.snap_cap_m}
    if origins.crs != destinations.crs:
        return snap(network, origins, **how), snap(network, destinations, **how)
    geometry = pd.concat([origins.geometry, destinations.geometry], ignore_index=True)
    both = snap(network, gpd.GeoDataFrame(geometry=geometry, crs=origins.crs), **how)
    starts, ends = (
        Snaps(both.edge[side], both.fraction[side], both.snap_m[side])
        for side in (slice(len(origins)), slice(len(origins), None))
    )
    return starts, ends


Pair = tuple[NDArray[np.int32], NDArray[np.int32]]


def _numbered(origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame) -> tuple[Pair, Pair]:
    """Return numbers of the ids and of the points of both sides, equal where those are equal."""
    tables, split = (origins, destinations), [len(origins)]
    ids = np.concatenate([table["place_id"].to_numpy(object) for table in tables])
    lonlat = [shapely.get_coordinates(t.geometry.to_crs(WGS84).to_numpy()) for t in tables]
    name, _ = pd.factorize(ids)
    _, point = np.unique(np.concatenate(lonlat) + 0.0, axis=0, return_inverse=True)
    of_names, of_points = (
        np.split(number.ravel().astype(np.int32), split) for number in (name, point)
    )
    return (of_names[0], of_names[1]), (of_points[0], of_points[1])

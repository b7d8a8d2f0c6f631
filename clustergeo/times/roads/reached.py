"""What is reached of the roads within a limit, and the area around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from clustergeo.networks._lines import slices, vertex_rows
from clustergeo.networks.parts import ASSUMED
from clustergeo.networks.road import RoadNetwork
from clustergeo.times.roads.areas import area_of
from clustergeo.times.roads.dijkstra import UNREACHED
from clustergeo.times.roads.ends import Doors
from clustergeo.times.roads.engine import engine_for
from clustergeo.times.roads.metres import in_metres
from clustergeo.times.roads.rules import RoadRules
from clustergeo.times.roads.strewn import Points, points_along
from clustergeo.times.roads.turns import TurnGraph
from clustergeo.times.roads.within import Desk, desk, within
from clustergeo.units import MILLISECONDS_PER_MINUTE

__all__ = ["Pieces", "Search"]

_CELL_M: Final = 200.0
_FINEST_M: Final = 20.0
_CELL_M_PER_MIN: Final = 10.0  # of driving: the shorter the drive, the finer the outline
_FIRST_WAY: Final = np.array([True, False])
_STEP: Final = 0.5  # of a cell, between points along a road


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Edges set out on, share at which, and milliseconds by then and for the rest of each."""

    edge: NDArray[np.int32]
    start: NDArray[np.float64]
    begin_ms: NDArray[np.int64]
    whole_ms: NDArray[np.int64]

    def of(self, kept: NDArray[np.bool_]) -> Pieces:
        """Return some of them."""
        return Pieces(self.edge[kept], self.start[kept], self.begin_ms[kept], self.whole_ms[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What the isochrones of all origins share."""

    network: RoadNetwork
    graph: TurnGraph
    rules: RoadRules
    leavable: NDArray[np.bool_]
    cell_m: float
    least_hole_m2: float
    desk: Desk

    @classmethod
    def over(
        cls, network: RoadNetwork, rules: RoadRules, *, drive_min: float, least_hole_m2: float
    ) -> Search:
        """Prepare searches of as many minutes of driving at most."""
        graph = engine_for(network, 1).graph
        open_classes = [highway not in rules.closed_highways for highway in network.classes]
        return cls(
            network=network,
            graph=graph,
            rules=rules,
            leavable=np.array(open_classes, bool)[network.highway],
            cell_m=float(np.clip(drive_min * _CELL_M_PER_MIN, _FINEST_M, _CELL_M)),
            least_hole_m2=least_hole_m2,
            desk=desk(graph.first.size - 1),
        )

    def areas(
        self, doors: Doors, origin: int, budgets: NDArray[np.int64]
    ) -> list[tuple[shapely.MultiPolygon, bool]]:
        """Return the area of each budget of milliseconds, and whether a speed in it is assumed."""
        longest = int(budgets.max())
        if longest < 0:
            return [(shapely.MultiPolygon(), False)] * budgets.size
        pieces = self._pieces(doors, origin, longest)
        assumed = self.network.speed_evidence[pieces.edge] == ASSUMED
        first_ms = pieces.begin_ms[assumed].min(initial=UNREACHED)
        points = self._points(pieces, longest)
        return [(self._area(points, ms), bool(first_ms <= ms)) for ms in budgets.tolist()]

    def _pieces(self, doors: Doors, origin: int, limit: int) -> Pieces:
        """Return what leaves the states reached, and the ways from the door along its edge."""
        graph, joints, ends = self.graph, doors.joints, doors.ends
        star = graph.first, graph.head, graph.time_ms
        states, ms = within(star, ends.node[origin], ends.ms[origin], limit, self.desk)
        # Neighbours in the network stand together in memory, unlike neighbours in time.
        order = np.argsort(states)
        states, ms = states[order], ms[order]
        index, step = slices(graph.first, states)
        arcs = (graph.first[states][index] + step).astype(np.int32)
        edges = graph.edges_of(arcs)
        # A turn into an edge that takes time is waited for at its start.
        begun_ms = ms[index] + graph.time_ms[arcs] - self.network.time_ms[edges]
        # The first way holds the place itself, also where nothing of its edge is left to drive.
        own = (joints.ms[origin] < UNREACHED) & ((joints.share[origin] > 0) | _FIRST_WAY)
        share = joints.share[origin][own]
        return Pieces(
            edge=np.concatenate([joints.edge[origin][own], edges]),
            start=np.concatenate([1.0 - share, np.zeros(arcs.size)]),
            begin_ms=np.concatenate([np.zeros(share.size, np.int64), begun_ms]),
            whole_ms=np.concatenate([joints.ms[origin][own], self.network.time_ms[edges]]),
        )

    def _points(self, pieces: Pieces, limit: int) -> Points:
        """Return points along what is reached of the roads that can be left."""
        network = self.network
        pieces = pieces.of(self.leavable[pieces.edge] & (pieces.begin_ms <= limit))
        edge, start, begin_ms = pieces.edge, pieces.start, pieces.begin_ms
        done = np.minimum((limit - begin_ms) / np.maximum(pieces.whole_ms, 1), 1.0)
        at, piece = vertex_rows(network.line_first, network.line[edge], network.backward[edge])
        x, y = in_metres(network.line_lon[at], network.line_lat[at], network.metric_crs)
        span = np.stack([start, start + done * (1.0 - start)], axis=1)
        ms = np.stack([begin_ms, begin_ms + done * pieces.whole_ms], axis=1)
        return points_along(x, y, piece, span, ms, self.cell_m * _STEP).thinned(self.cell_m)

    def _area(self, points: Points, budget: int) -> shapely.MultiPolygon:
        left = points.ms <= budget
        left_min = (budget - points.ms[left]) / MILLISECONDS_PER_MINUTE
        # How far the street away from the road leads is what it takes for the access leg.
        metres_per_min = 1.0 / float(self.rules.access_min(np.ones(1))[0])
        radius_m = np.minimum(left_min * metres_per_min, self.rules.snap_cap_m)
        return area_of(
            points.x[left],
            points.y[left],
            radius_m,
            cell_m=self.cell_m,
            least_hole_m2=self.least_hole_m2,
        )

"""Every link that is asked for, tried against what there is: refused, or screened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np

from clustergeo.networks.edits import Base, load_scenario
from clustergeo.settings import data_path
from clustergeo.study.model import Model, model_of
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._link_candidates import (
    Corridor,
    NearestStops,
    all_pairs,
    check_corridors,
    kinds_of,
    made,
)
from clustergeo.study.scenarios._link_kinds import Link, LinkKind, LinkRules
from clustergeo.study.scenarios._link_refusals import (
    DirectRides,
    Plan,
    plan_points,
    planned_by,
    roads_now,
)
from clustergeo.study.scenarios._link_savings import Savings
from clustergeo.study.scenarios._link_screening import DriveScreen, RideScreen
from clustergeo.study.scenarios._link_table import told, unmade
from clustergeo.study.scenarios.run import _points
from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["Progress", "Search"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""

Row = dict[str, Any]


@dataclass(slots=True)
class Search:
    """Links that can be made between places, and those that cannot.

    Parameters
    ----------
    base, model
        What links are tried in.
    rules
        What is asked.
    points
        Clusters and capital points.
    savings
        What is counted.
    links
        Those that can be made.
    refused
        Rows of those that are not proposed.
    screens
        What links of each mode were screened by.
    no_stop
        Places from which no service is tried, as no stop is near.
    """

    base: Base
    model: Model
    rules: LinkRules
    points: gpd.GeoDataFrame
    savings: Savings
    links: list[Link] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    screens: dict[str, Any] = field(default_factory=dict)
    no_stop: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, study: Study, rules: LinkRules, base: Base, corridors: Sequence[Corridor]
    ) -> Search:
        """Return the links of a study to be tried."""
        points = _points(study, base.places, None)
        found = cls(
            base,
            model_of(study, base.road, base.timetable),
            rules,
            points,
            Savings.of(study, base, points),
        )
        stops = NearestStops(base.timetable, study.departures.date, base.places)
        check_corridors(corridors, stops.row)
        pairs = tuple(corridors) or all_pairs(base.places, rules)
        seen: dict[tuple[str, ...], str] = {}
        for corridor in pairs:
            for kind in kinds_of(corridor, rules):
                if not corridors and found.stopless(kind, corridor, stops):
                    continue
                link = made(corridor, kind, stops, rules)
                if isinstance(link, str):
                    found.refused.append(unmade(corridor, kind.name, link))
                    continue
                ends = link.stops or link.places
                twin = seen.get((kind.name, *ends)) or seen.get((kind.name, *ends[::-1]))
                if twin:
                    found.refuse(link, f"joins the same stops as {twin}")
                    continue
                seen[kind.name, *ends] = link.link_id
                found.links.append(link)
        return found

    def stopless(self, kind: LinkKind, corridor: Corridor, stops: NearestStops) -> bool:
        """Return whether a pair is not worth a row: a service from where no stop is near."""
        far = [p for p in corridor.places if stops.away_m[p] > self.rules.stop_limit_m]
        self.no_stop |= dict.fromkeys(far)
        return kind.mode == "transit" and bool(far)

    def refuse(self, link: Link, reason: str, exists: str = "") -> None:
        """Note that a link is not proposed."""
        self.refused.append(told(link) | {"exists": exists, "reason": reason})

    def screened(self, tell: Progress) -> list[Row]:
        """Return a row for each link that is missing, with what it saves."""
        nodes = self._nodes()
        if any(link.is_road for link in self.links):
            self.screens["car"] = DriveScreen.of(self.model, nodes)
            self._refuse_roads(nodes)
        if any(not link.is_road for link in self.links):
            self._refuse_lines()
        if any(not link.is_road for link in self.links):
            self.screens["transit"] = self._rides(tell)
        plans = _plans(self.base)
        metric = nodes.geometry.to_crs(METRIC_CRS)
        spots = dict(zip(nodes["place_id"], metric, strict=True))
        found = []
        for done, link in enumerate(self.links):
            tell("screening links", done, len(self.links))
            ends = np.array([spots[link.places[0]], spots[link.places[-1]]], object)
            row = told(link) | {"exists": "", "verified": "false", "evidence": "estimated"}
            row["planned"] = planned_by(link, ends, plans, self.rules.planned_km)
            found.append(row | self.savings.of_link(self.screens[link.kind.mode], link))
        tell("screening links", len(self.links), len(self.links))
        return found

    def _nodes(self) -> gpd.GeoDataFrame:
        """Return all places that links or trips begin at."""
        ids = dict.fromkeys(self.points["place_id"])
        ids |= dict.fromkeys(place for link in self.links for place in link.places)
        places = self.base.places.set_index("place_id").loc[list(ids)].reset_index()
        return places.to_crs(WGS84)

    def _rides(self, tell: Progress) -> RideScreen:
        stop_ids = {stop for link in self.links for stop in link.stops}
        rows = np.flatnonzero(self.base.timetable.stops["stop_id"].isin(stop_ids))
        clusters = self.points["place_id"].isin(self.savings.cluster_ids)
        return RideScreen.of(
            self.model,
            (self.points[clusters].reset_index(drop=True), self.points),
            rows,
            lambda done, of: tell("trips from stops", done, of),
        )

    def _refuse_lines(self) -> None:
        """Refuse the services that run already."""
        stop_ids = dict.fromkeys(stop for link in self.links for stop in link.stops)
        near_m, timetable = self.rules.near_m, self.base.timetable
        rides = DirectRides.of(timetable, stop_ids, self.model.departures, near_m)
        kept = []
        for link in self.links:
            exists = "" if link.is_road else rides.serving(link, self.rules.tolerance)
            if exists:
                reason = "a direct service as fast and as often calls near both ends"
                self.refuse(link, reason, exists)
            else:
                kept.append(link)
        self.links = kept

    def _refuse_roads(self, nodes: gpd.GeoDataFrame) -> None:
        """Refuse roads that join no other, and those where others take as long."""
        screen: DriveScreen = self.screens["car"]
        kept, served = [], []
        for link in self.links:
            if not link.is_road:
                kept.append(link)
                continue
            rows, ride = screen.way(link)
            if not np.isfinite(screen.snap_m[list(rows)]).all():
                self.refuse(link, "no road near one of its places")
            elif screen.now_min(link) > float(ride[0, -1]) * (1 + self.rules.tolerance):
                kept.append(link)
            else:
                served.append(link)
        pairs = [(link.places[0], link.places[-1]) for link in served]
        told_roads = roads_now(self.model, nodes, pairs)
        for link, exists in zip(served, told_roads, strict=True):
            self.refuse(link, "the roads there are take as long, within the tolerance", exists)
        self.links = kept


def _plans(base: Base) -> list[Plan]:
    """Return every new road and line of the shipped scenarios."""
    files = sorted(data_path("scenarios").glob("*.toml"))
    read = [load_scenario(file) for file in files if file.stem != "template"]
    return [plan for one in read for plan in plan_points(one, base.places, base.timetable)]

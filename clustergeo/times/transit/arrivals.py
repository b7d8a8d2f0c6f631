"""How long after leaving the door a vehicle brings one to each stop, for every departure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from clustergeo.networks.road import RoadNetwork
from clustergeo.networks.timetable import Timetable
from clustergeo.times.transit.day import Vehicles
from clustergeo.times.transit.raptor import NEVER
from clustergeo.times.transit.rules import Departures, TransitRules
from clustergeo.times.transit.search import sampled
from clustergeo.times.transit.setup import Search, prepare

__all__ = ["Arrivals"]


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Searches from places to the stops themselves."""

    search: Search
    firm: Search | None
    """The same without the routes that are estimated; None if no route is."""
    departures: Departures
    most_rides: int | None

    @classmethod
    def of(
        cls,
        timetable: Timetable,
        origins: gpd.GeoDataFrame,
        departures: Departures,
        rules: TransitRules,
        road: RoadNetwork | None = None,
    ) -> Arrivals:
        """Arrange the day of service.

        Raises
        ------
        FeedError
            If nothing runs on the date.
        UsageError
            If places are not points with a coordinate system, or an id occurs twice.
        """
        search = prepare(
            timetable,
            origins,
            origins.iloc[:0],
            departures,
            rules,
            headway_wait=rules.headway_rule,
            road=road,
        )
        weak = (timetable.routes["evidence"] == "estimated").to_numpy(bool)
        if not weak.any():
            return cls(search, None, departures, rules.most_rides)
        kept = ~weak[timetable.trips["route"].to_numpy()]
        draws = tuple(_of_trips(vehicles, kept) for vehicles in search.day.draws)
        firm = replace(search, day=replace(search.day, draws=draws))
        return cls(search, firm, departures, rules.most_rides)

    @property
    def accessible(self) -> NDArray[np.bool_]:
        """Whether each origin reaches a stop from which something runs that day."""
        reached: NDArray[np.bool_] = np.diff(self.search.access.ptr) > 0
        return reached

    def after_s(self, origin: int) -> NDArray[np.int32]:
        """Return seconds from the door to alighting, shape (stops, samples); NEVER without."""
        return self._after_s(self.search, origin)

    def firm_s(self, origin: int) -> NDArray[np.int32] | None:
        """Return the same without the routes that are estimated; None if no route is."""
        return None if self.firm is None else self._after_s(self.firm, origin)

    def _after_s(self, search: Search, origin: int) -> NDArray[np.int32]:
        found = sampled(
            _to_stops(search, origin), self.departures.seconds, None, most_rides=self.most_rides
        )
        after_s: NDArray[np.int32] = found.seconds[0]
        return after_s


def _of_trips(vehicles: Vehicles, kept: NDArray[np.bool_]) -> Vehicles:
    """Return the vehicles of some trips; one sets out as before."""
    rows = kept[vehicles.trip]
    before = np.concatenate([[0], np.cumsum(rows)]).astype(np.int32)
    of = {name: values[rows] for name, values in vehicles._asdict().items() if name != "ptr"}
    return vehicles._replace(ptr=before[vehicles.ptr], **of)


def _to_stops(search: Search, origin: int) -> Search:
    """Return the search from one place to all stops: each is a destination at its own door."""
    rows = slice(search.access.ptr[origin], search.access.ptr[origin + 1])
    every = np.arange(len(search.day.lines.change_s) + 1, dtype=np.int32)
    ptr, row = every, every[:-1]
    if search.twins is not None:
        ptr, row = search.twins.ptr, search.twins.row
    stops = len(ptr) - 1
    access = search.access._replace(
        ptr=np.array([0, rows.stop - rows.start], np.int32),
        stop=search.access.stop[rows],
        seconds=search.access.seconds[rows],
    )
    egress = search.egress._replace(ptr=ptr, stop=row, seconds=np.zeros(len(row), dtype=np.int32))
    return replace(
        search,
        access=access,
        egress=egress,
        walk_s=np.full((1, stops), NEVER, dtype=np.int32),
        same=np.zeros((1, stops), dtype=np.bool_),
    )

"""The model of a study: the two networks, the rules and the day, ready to compute any time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd

from clustergeo.networks import RoadNetwork, Timetable
from clustergeo.times import (
    Departures,
    RoadRules,
    TransitRules,
    TravelTimes,
    car_times,
    transit_times,
)
from clustergeo.times.roads.fit import check_date

__all__ = ["Model"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """All that is needed to compute a time.

    Parameters
    ----------
    road, timetable
        By what one travels.
    road_rules, transit_rules
        Access, snapping, waiting and walking.
    departures
        Day and window.
    """

    road: RoadNetwork
    timetable: Timetable
    road_rules: RoadRules
    transit_rules: TransitRules
    departures: Departures

    def times(
        self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
    ) -> dict[str, TravelTimes]:
        """Return the times of both modes, by mode.

        Parameters
        ----------
        origins, destinations
            Places, contract ``schemas.places.PLACES``.

        Returns
        -------
        times : dict of str to TravelTimes
            ``car`` and ``transit``.
        """
        return {
            "car": self.car(origins, destinations),
            "transit": self.transit(origins, destinations),
        }

    def car(self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame) -> TravelTimes:
        """Return the times by car, with a warning where the roads are of another time."""
        found = car_times(self.road, origins, destinations, self.road_rules)
        dated = check_date(self.road, self.departures.date)
        return replace(found, warnings=(*found.warnings, *dated))

    def transit(self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame) -> TravelTimes:
        """Return the times by public transport."""
        return transit_times(
            self.timetable, origins, destinations, self.departures, self.transit_rules
        )

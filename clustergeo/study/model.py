"""The model of a study: the two networks, the rules and the day, ready to compute any time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import geopandas as gpd

from clustergeo.networks import RoadNetwork, Timetable, load_road_network, load_timetable
from clustergeo.networks.states import road_state
from clustergeo.study.plan import Study
from clustergeo.times import (
    Departures,
    RoadRules,
    TransitRules,
    TravelTimes,
    car_times,
    transit_times,
)
from clustergeo.times.roads.fit import check_date

__all__ = ["Model", "load_model", "model_of"]


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
    ways_on_roads
        Whether the ways to the stops follow the road network.
    """

    road: RoadNetwork
    timetable: Timetable
    road_rules: RoadRules
    transit_rules: TransitRules
    departures: Departures
    ways_on_roads: bool = False

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

    def transit(
        self,
        origins: gpd.GeoDataFrame,
        destinations: gpd.GeoDataFrame,
        *,
        taxis: tuple[Collection[str], Collection[str]] = ((), ()),
    ) -> TravelTimes:
        """Return the times by public transport; some ride taxis to stops whatever the rules."""
        return transit_times(
            self.timetable,
            origins,
            destinations,
            self.departures,
            self.transit_rules,
            road=self.road if self.ways_on_roads else None,
            taxis=taxis,
        )


def load_model(study: Study) -> Model:
    """Return the model of a study, its networks read.

    Parameters
    ----------
    study
        What is asked.

    Raises
    ------
    InputError
        If a network is refused.
    """
    return model_of(
        study,
        load_road_network(study.networks.road),
        load_timetable(study.networks.feed, encoding=study.networks.feed_encoding),
    )


def model_of(study: Study, road: RoadNetwork, timetable: Timetable) -> Model:
    """Return the model of a study on other networks than it names.

    Parameters
    ----------
    study
        What is asked.
    road
        Free roads; the congestion and the delays of the study come on top.
    timetable
        By what one rides.
    """
    networks = study.networks
    return Model(
        road=road_state(
            road, networks.state, congestion=networks.congestion, delays=networks.delays
        ),
        timetable=timetable,
        road_rules=study.road,
        transit_rules=study.transit,
        departures=study.departures,
        ways_on_roads=networks.ways_on_roads,
    )

"""HOW LONG: door-to-door minutes between places, by car and by public transport."""

from __future__ import annotations

from clustergeo.times.anatomy import journey_legs
from clustergeo.times.by_road import RoadRules, car_route, car_times, snap_places
from clustergeo.times.by_transit import Departures, TransitRules, transit_journeys, transit_times
from clustergeo.times.isochrones import car_isochrones
from clustergeo.times.isochrones_transit import transit_isochrones
from clustergeo.times.kernels import kernels_cached
from clustergeo.times.modes import compare_modes
from clustergeo.times.od import (
    OdSummary,
    load_od_matrix,
    od_matrix,
    od_parts,
    write_od_matrix,
)
from clustergeo.times.population import cell_width_m, population_within
from clustergeo.times.profiles import departure_profile, transit_profile
from clustergeo.times.reach import NodeTimes, car_reach, nearest_facility
from clustergeo.times.ride_options import ride_options
from clustergeo.times.stretches import road_stretches
from clustergeo.times.travel_times import TravelTimes, desire_lines

__all__ = [
    "Departures",
    "NodeTimes",
    "OdSummary",
    "RoadRules",
    "TransitRules",
    "TravelTimes",
    "car_isochrones",
    "car_reach",
    "car_route",
    "car_times",
    "cell_width_m",
    "compare_modes",
    "departure_profile",
    "desire_lines",
    "journey_legs",
    "kernels_cached",
    "load_od_matrix",
    "nearest_facility",
    "od_matrix",
    "od_parts",
    "population_within",
    "ride_options",
    "road_stretches",
    "snap_places",
    "transit_isochrones",
    "transit_journeys",
    "transit_profile",
    "transit_times",
    "write_od_matrix",
]

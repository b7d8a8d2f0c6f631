"""HOW LONG: door-to-door minutes between places, by car and by public transport."""

from __future__ import annotations

from clustergeo.times.anatomy import journey_legs
from clustergeo.times.by_road import RoadRules, car_route, car_times, snap_places
from clustergeo.times.by_transit import Departures, TransitRules, transit_journeys, transit_times
from clustergeo.times.kernels import kernels_cached
from clustergeo.times.modes import compare_modes
from clustergeo.times.profiles import departure_profile, transit_profile
from clustergeo.times.travel_times import TravelTimes, desire_lines

__all__ = [
    "Departures",
    "RoadRules",
    "TransitRules",
    "TravelTimes",
    "car_route",
    "car_times",
    "compare_modes",
    "departure_profile",
    "desire_lines",
    "journey_legs",
    "kernels_cached",
    "snap_places",
    "transit_journeys",
    "transit_profile",
    "transit_times",
]

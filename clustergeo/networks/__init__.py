"""BY WHAT: the road network and the timetable that travel times run on."""

from __future__ import annotations

from clustergeo.networks._gtfs import load_timetable
from clustergeo.networks.far_stops import far_stops
from clustergeo.networks.parts import RoadParts
from clustergeo.networks.ride_lines import ride_line
from clustergeo.networks.road import RoadNetwork, load_road_network
from clustergeo.networks.timetable import Timetable, ride_minutes

__all__ = [
    "RoadNetwork",
    "RoadParts",
    "Timetable",
    "far_stops",
    "load_road_network",
    "load_timetable",
    "ride_line",
    "ride_minutes",
]

"""How far innovation clusters lie from each other and from the capital, door to door.

Data flows one way, and each stage is a room of the house::

    places -> networks -> times -> indices -> claims -> exhibits -> study -> cli
    where     by what     how      how well   so what   look        the      the
                          long                                      pipeline command

Beside them stand ``errors``, ``units``, ``schemas``, ``sources`` and ``settings``.
Nothing heavy is imported before it is used.

Examples
--------
>>> import clustergeo
>>> clustergeo.load_clusters()["place_id"].tolist()
['daedeok', 'osong', 'ochang', 'sejong']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clustergeo.networks import RoadNetwork, Timetable, load_road_network, load_timetable
    from clustergeo.networks.edits import Scenario, load_scenario
    from clustergeo.places import (
        load_all_places,
        load_anchors,
        load_clusters,
        load_municipalities,
        load_pilot_projects,
        load_places,
        load_population,
        load_population_grid,
        load_sites,
    )
    from clustergeo.study import Results, Study, load_study, run, run_scenarios
    from clustergeo.times import (
        Departures,
        RoadRules,
        TransitRules,
        TravelTimes,
        car_isochrones,
        car_times,
        load_od_matrix,
        nearest_facility,
        od_matrix,
        population_within,
        transit_isochrones,
        transit_times,
        write_od_matrix,
    )

_HOME = {
    "Departures": "times",
    "Results": "study",
    "RoadNetwork": "networks",
    "RoadRules": "times",
    "Scenario": "networks.edits",
    "Study": "study",
    "Timetable": "networks",
    "TransitRules": "times",
    "TravelTimes": "times",
    "car_isochrones": "times",
    "car_times": "times",
    "load_all_places": "places",
    "load_anchors": "places",
    "load_clusters": "places",
    "load_municipalities": "places",
    "load_od_matrix": "times",
    "load_pilot_projects": "places",
    "load_places": "places",
    "load_population": "places",
    "load_population_grid": "places",
    "load_road_network": "networks",
    "load_scenario": "networks.edits",
    "load_sites": "places",
    "load_study": "study",
    "load_timetable": "networks",
    "nearest_facility": "times",
    "od_matrix": "times",
    "population_within": "times",
    "run": "study",
    "run_scenarios": "study",
    "transit_isochrones": "times",
    "transit_times": "times",
    "write_od_matrix": "times",
}

__all__ = [
    "Departures",
    "Results",
    "RoadNetwork",
    "RoadRules",
    "Scenario",
    "Study",
    "Timetable",
    "TransitRules",
    "TravelTimes",
    "car_isochrones",
    "car_times",
    "load_all_places",
    "load_anchors",
    "load_clusters",
    "load_municipalities",
    "load_od_matrix",
    "load_pilot_projects",
    "load_places",
    "load_population",
    "load_population_grid",
    "load_road_network",
    "load_scenario",
    "load_sites",
    "load_study",
    "load_timetable",
    "nearest_facility",
    "od_matrix",
    "population_within",
    "run",
    "run_scenarios",
    "transit_isochrones",
    "transit_times",
    "write_od_matrix",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name in _HOME:
        return getattr(importlib.import_module(f"clustergeo.{_HOME[name]}"), name)
    if name == "__version__":
        return importlib.import_module("clustergeo.settings").version()
    message = f"module 'clustergeo' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

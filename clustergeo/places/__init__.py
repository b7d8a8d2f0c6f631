"""Where: the places that travel times are computed between, and the people who live around them.

Every loader reads the embedded table, or a file of your own in CSV, GeoJSON, GeoPackage or
shapefile, and returns it checked, in longitude and latitude. What it cannot trust it refuses, with
file, row, field, value and remedy.
"""

from __future__ import annotations

from clustergeo.places.distances import distances_km
from clustergeo.places.points import (
    load_all_places,
    load_anchors,
    load_clusters,
    load_municipalities,
    load_places,
    load_sites,
)
from clustergeo.places.tables import load_pilot_projects, load_population, load_population_grid

__all__ = [
    "distances_km",
    "load_all_places",
    "load_anchors",
    "load_clusters",
    "load_municipalities",
    "load_pilot_projects",
    "load_places",
    "load_population",
    "load_population_grid",
    "load_sites",
]

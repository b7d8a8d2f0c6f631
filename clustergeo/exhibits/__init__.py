"""LOOK: maps, figures and the gallery, each a pure function of tables that returns an Exhibit.

Nothing is computed here but ratios and counts of the tables given, nothing is fetched, and the
same tables give the same bytes. Pages open from a folder without a network; figures are written
in a Korean font, or in English where there is none.
"""

from __future__ import annotations

from clustergeo.exhibits.basemap import load_basemap
from clustergeo.exhibits.exhibit import Exhibit, Statement, StudyFacts, StudyTables
from clustergeo.exhibits.figures.anatomy import anatomy
from clustergeo.exhibits.figures.departures import departures
from clustergeo.exhibits.figures.desire_lines import desire_lines
from clustergeo.exhibits.figures.dumbbell import dumbbell
from clustergeo.exhibits.figures.isochrone_panels import isochrone_panels
from clustergeo.exhibits.figures.location import location
from clustergeo.exhibits.figures.method import method
from clustergeo.exhibits.figures.mode_ratio import mode_ratio
from clustergeo.exhibits.figures.ratio_matrix import ratio_matrix
from clustergeo.exhibits.figures.time_space import time_space
from clustergeo.exhibits.maps.isochrone_map import isochrone_map
from clustergeo.exhibits.maps.isolation_map import isolation_map
from clustergeo.exhibits.maps.network_lines import NetworkLayers, network_layers
from clustergeo.exhibits.maps.pilots_map import pilots_map
from clustergeo.exhibits.maps.places_map import places_map
from clustergeo.exhibits.maps.tiles import OSM_TILES, Tiles
from clustergeo.exhibits.pages.gallery import gallery
from clustergeo.exhibits.pages.question import question

__all__ = [
    "OSM_TILES",
    "Exhibit",
    "NetworkLayers",
    "Statement",
    "StudyFacts",
    "StudyTables",
    "Tiles",
    "anatomy",
    "departures",
    "desire_lines",
    "dumbbell",
    "gallery",
    "isochrone_map",
    "isochrone_panels",
    "isolation_map",
    "load_basemap",
    "location",
    "method",
    "mode_ratio",
    "network_layers",
    "pilots_map",
    "places_map",
    "question",
    "ratio_matrix",
    "time_space",
]

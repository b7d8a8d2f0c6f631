"""LOOK: maps, figures and the gallery, each a pure function of tables that returns an Exhibit.

Nothing is computed here but ratios and counts of the tables given, nothing is fetched, and the
same tables give the same bytes. Pages open from a folder without a network; figures are written
in a Korean font, or in English where there is none.
"""

from __future__ import annotations

from clustergeo.exhibits.basemap import load_basemap
from clustergeo.exhibits.exhibit import Exhibit, Statement, StudyFacts, StudyTables
from clustergeo.exhibits.figures.dumbbell import dumbbell
from clustergeo.exhibits.figures.ratio_matrix import ratio_matrix
from clustergeo.exhibits.maps.isolation_map import isolation_map
from clustergeo.exhibits.maps.places_map import places_map
from clustergeo.exhibits.pages.gallery import gallery
from clustergeo.exhibits.pages.question import question

__all__ = [
    "Exhibit",
    "Statement",
    "StudyFacts",
    "StudyTables",
    "dumbbell",
    "gallery",
    "isolation_map",
    "load_basemap",
    "places_map",
    "question",
    "ratio_matrix",
]

"""Contracts of the place tables: points of interest, pilot projects and population weights.

A table of places is a GeoDataFrame: the columns of ``PLACES``, then ``geometry`` with points in
longitude and latitude (EPSG:4326), then what the table has of its own. In a file the point is two
columns, ``lon`` and ``lat``, or the geometry of a feature.
"""

from __future__ import annotations

from clustergeo.schemas._schema import Column, Schema
from clustergeo.schemas.results import EVIDENCE

__all__ = [
    "ANCHORS",
    "CLUSTERS",
    "KINDS",
    "MUNICIPALITIES",
    "PILOT_PROJECTS",
    "PLACES",
    "POPULATION",
    "POPULATION_GRID",
    "SITES",
]

KINDS = ("cluster", "site", "capital", "anchor", "municipality", "place")
"""What a place stands for.

cluster: the default point of an innovation cluster. site: a place inside a cluster. capital: a
reference point in the capital area. anchor: a station, airport, terminal or interchange elsewhere.
municipality: the hall of a city or county. place: anything of the user's own.
"""

ANCHOR_CATEGORIES = ("hub", "capital", "interchange")

_PLACE_ID = Column("place_id", description="identifier, unique over all tables of places")
_NAMES = (
    Column("name_en", description="name in English", optional=True, blank=True),
    Column("name_ko", description="name in Korean", optional=True, blank=True),
)
_CLUSTER_ID = Column(
    "cluster_id", description="the cluster it belongs to", optional=True, blank=True
)
_QUALITY = (
    Column(
        "accuracy_m",
        "number",
        "how far the true point may lie from the one given, metres; blank if unknown",
        optional=True,
        blank=True,
        minimum=0,
    ),
    Column(
        "evidence",
        description="grade of the point; estimated unless the file says otherwise",
        optional=True,
        choices=EVIDENCE,
        default=EVIDENCE[-1],
    ),
    Column("source", description="where the point comes from", optional=True, blank=True),
)
_NOTE = Column("note", description="what to know about the row", optional=True, blank=True)
_FACILITY = Column(
    "facility",
    description="what stands there (university, rail station)",
    optional=True,
    blank=True,
)

PLACES = Schema(
    "places",
    (
        _PLACE_ID,
        *_NAMES,
        Column("kind", description="see KINDS", optional=True, choices=KINDS, default="place"),
        _CLUSTER_ID,
        *_QUALITY,
    ),
    key=("place_id",),
)

CLUSTERS = Schema(
    "clusters",
    (
        _PLACE_ID,
        *_NAMES,
        *_QUALITY,
        Column("designated", description="year of designation", optional=True, blank=True),
        Column("completed", "integer", "year of completion", optional=True, blank=True),
        Column("area_km2", "number", "area, km2", optional=True, blank=True, minimum=0),
        Column("firms", "integer", "firms or tenants", optional=True, blank=True, minimum=0),
        Column("firms_year", "integer", "year counted", optional=True, blank=True),
        Column("employees", "integer", "people employed", optional=True, blank=True, minimum=0),
        Column("employees_year", "integer", "year counted", optional=True, blank=True),
        Column(
            "employees_evidence",
            description="grade of the number of employees",
            optional=True,
            choices=EVIDENCE,
            default=EVIDENCE[-1],
        ),
        _NOTE,
    ),
    key=("place_id",),
)

SITES = Schema(
    "sites",
    (_PLACE_ID, *_NAMES, _CLUSTER_ID, _FACILITY, *_QUALITY, _NOTE),
    key=("place_id",),
)

ANCHORS = Schema(
    "anchors",
    (
        _PLACE_ID,
        *_NAMES,
        Column(
            "category",
            description="hub, reference point in the capital area, or motorway interchange",
            optional=True,
            choices=ANCHOR_CATEGORIES,
            default=ANCHOR_CATEGORIES[0],
        ),
        _FACILITY,
        _CLUSTER_ID,
        *_QUALITY,
        _NOTE,
    ),
    key=("place_id",),
)

MUNICIPALITIES = Schema(
    "municipalities",
    (
        _PLACE_ID,
        *_NAMES,
        Column("municipality_id", description="the municipality whose hall the point is"),
        Column("project_id", "integer", "its pilot project", optional=True, blank=True),
        Column("province", optional=True, blank=True),
        Column("admin_code", description="administrative code", optional=True, blank=True),
        Column("admin_code_other", description="second code in use", optional=True, blank=True),
        Column("kostat_code_2018", description="statistical code 2018", optional=True, blank=True),
        Column("kostat_code_2024", description="statistical code 2024", optional=True, blank=True),
        Column("centroid_lon", "number", "degrees", optional=True, blank=True),
        Column("centroid_lat", "number", "degrees", optional=True, blank=True),
        *_QUALITY,
        Column("centroid_source", optional=True, blank=True),
        _NOTE,
    ),
    key=("place_id",),
)

PILOT_PROJECTS = Schema(
    "pilot projects",
    (
        Column("project_id", "integer", "number in the printed table"),
        Column("sector"),
        Column("sector_ko", description="Korean, translated by us", optional=True, blank=True),
        Column("region", description="as printed, errors included"),
        Column("project_name"),
        Column("supervising_ministry"),
        Column("assisting_ministries", description="separated by semicolons"),
        Column("total_expense_100m_krw", "integer", "KRW 100 million", minimum=0),
        Column("national_budget_100m_krw", "integer", "KRW 100 million", minimum=0),
        Column("ministries", "integer", "supervising and assisting ones", minimum=1),
        Column("municipalities", description="municipality ids, separated by semicolons"),
    ),
    key=("project_id",),
)

POPULATION = Schema(
    "population",
    (
        Column("code", description="statistical code 2018"),
        Column("name_ko"),
        Column("name_en"),
        Column("population", "integer", "people of the cells inside", minimum=0),
        Column("population_edge", "integer", "people of cells just off the coast", minimum=0),
    ),
    key=("code",),
)

POPULATION_GRID = Schema(
    "population grid",
    (
        Column("x", "number", "centre of the cell, metres east in METRIC_CRS"),
        Column("y", "number", "centre of the cell, metres north in METRIC_CRS"),
        Column("population", "number", "people", minimum=0),
    ),
    key=("x", "y"),
)

"""How well: what the clusters of a study are measured among, and how firm their ranks are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import geopandas as gpd
import pandas as pd

from clustergeo.indices import (
    BASE,
    LIMITS_MIN,
    IsolationRules,
    Masses,
    Surroundings,
    cluster_masses,
    isolation_table,
    people_near,
    people_rows,
    rank_stability,
    stability_summary,
)
from clustergeo.networks import load_road_network
from clustergeo.places import distances_km, load_population_grid
from clustergeo.schemas.results import WEIGHTS
from clustergeo.study._places import StudyPlaces
from clustergeo.study._settings import Setting, free_settings, routed_settings
from clustergeo.study.model import Model
from clustergeo.study.plan import Study
from clustergeo.times import TravelTimes, car_isochrones, cell_width_m, transit_isochrones

__all__ = [
    "AREAS_MIN",
    "Isolation",
    "Reached",
    "measure_isolation",
    "narrowed",
    "reach_areas",
    "surroundings",
    "with_people",
]

_log = logging.getLogger(__name__)

AREAS_MIN: Final = (30.0, *LIMITS_MIN, 120.0)
"""Minutes of the areas within reach that are drawn; people are counted in some of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Isolation:
    """The isolation of the clusters of a study.

    Parameters
    ----------
    table, stability, summary
        Contracts ``ISOLATION``, ``STABILITY`` and ``STABILITY_SUMMARY`` of ``schemas.results``.
    around
        What they were measured among.
    areas
        What is reached from each cluster, contract ``schemas.reach.ISOCHRONES``; None without.
    warnings
        What a reader of the numbers must know.
    """

    table: pd.DataFrame
    stability: pd.DataFrame
    summary: pd.DataFrame
    around: Surroundings = field(default_factory=Surroundings)
    areas: gpd.GeoDataFrame | None = None
    warnings: tuple[str, ...] = ()


def measure_isolation(
    study: Study,
    places: StudyPlaces,
    found: Mapping[str, TravelTimes],
    model: Model | None = None,
    *,
    routed: bool = False,
    notify: Callable[[str], object] = _log.info,
) -> Isolation:
    """Return every measure of every cluster, and their ranks under other settings.

    Parameters
    ----------
    study, places
        The study and its places.
    found
        Times between the places compared, by mode.
    model
        The model of the study, for the people within reach; they are left out without.
    routed
        Whether windows, waits, ways to stops and states of the roads are varied too, which takes
        further searches.
    notify
        Called with a line of text as each of those begins.
    """
    reached = with_people(study, places, tuple(found), model)
    around, warnings = reached.around, reached.warnings
    clusters, capital = places.cluster_ids, study.places.capital
    times = pd.concat([part.table for part in found.values()], ignore_index=True)
    table = isolation_table(times, clusters, capital, around, samples=found)
    lost: list[str] = []
    narrow = replace(around, people=None, rules=narrowed(around))
    known = places.known
    sites = known.loc[known["kind"] == "site", ["place_id", "cluster_id"]]
    settings: Iterable[Setting] = free_settings(
        dict(found), sites, clusters, capital, narrow, study.departures
    )
    if routed and model is not None:
        ends = places.compared.loc[
            places.compared["place_id"].isin([*clusters, *capital])
        ].reset_index(drop=True)
        plain = load_road_network(study.networks.road)
        settings = [
            *settings,
            *routed_settings(
                replace(model, road=plain), tuple(found), ends, capital, narrow, notify, lost
            ),
        ]
    stability = rank_stability(
        [
            (BASE, BASE, table),
            *(
                (
                    each.dimension,
                    each.name,
                    isolation_table(
                        each.times.drop(columns="evidence"),  # ranks have none
                        clusters,
                        each.capital,
                        each.around,
                        only=each.only,
                    ),
                )
                for each in settings
            ),
        ],
        clusters,
    )
    return Isolation(
        table=table,
        stability=stability,
        summary=stability_summary(stability),
        around=around,
        areas=reached.areas,
        warnings=(*warnings, *lost),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """What clusters are measured among, and the areas that people were counted in.

    Parameters
    ----------
    around, warnings
        As :func:`surroundings` returns them, with the people within reach.
    areas
        Contract ``schemas.reach.ISOCHRONES``; None where nobody was counted.
    """

    around: Surroundings
    warnings: tuple[str, ...]
    areas: gpd.GeoDataFrame | None = None


def with_people(
    study: Study, places: StudyPlaces, modes: tuple[str, ...], model: Model | None
) -> Reached:
    """Return what :func:`surroundings` does, and the people within reach if there is a model."""
    grid = _grid(study)
    around, warnings = surroundings(study, places, grid)
    if model is None or grid is None:
        return Reached(around=around, warnings=warnings)
    areas, more = reach_areas(places, model, modes)
    if areas is not None:
        around = replace(around, people=_people(places, areas, grid))
    return Reached(around=around, warnings=(*warnings, *more), areas=areas)


def surroundings(
    study: Study, places: StudyPlaces, grid: gpd.GeoDataFrame | None = None
) -> tuple[Surroundings, tuple[str, ...]]:
    """Return masses, distances and hubs of a study, and which masses its tables lack.

    Its population grid is read unless it is given.
    """
    grid = _grid(study) if grid is None else grid
    masses: dict[str, Masses] = dict(
        cluster_masses(places.clusters, file=study.places.clusters.name)
    )
    if grid is not None:
        ids = [*places.cluster_ids, *study.places.capital]
        ends = places.compared.loc[places.compared["place_id"].isin(ids)]
        masses["population"] = people_near(ends, grid, radius_km=study.isolation.radius_km)
    file = study.places.clusters.name
    warnings = []
    for name in [kind for kind in WEIGHTS if kind in masses and kind in study.isolation.weights]:
        missing = masses[name].missing(places.cluster_ids)
        if len(missing) == len(places.cluster_ids):
            del masses[name]
            warnings.append(f"{file} has no {name} of any cluster: no measure is weighted by them")
        elif missing:
            warnings.append(
                f"{file} has no {name} of {', '.join(missing)}: measures that need it are blank"
            )
    kinds = places.known.set_index("place_id")["kind"]
    around = Surroundings(
        rules=study.isolation,
        masses={kind: masses[kind] for kind in WEIGHTS if kind in masses},
        distances_km=distances_km(places.compared, places.compared),
        hubs=tuple(place for place in study.places.others if kinds[place] == "anchor"),
    )
    return around, tuple(warnings)


def _grid(study: Study) -> gpd.GeoDataFrame | None:
    """Return the population grid of a study, if it names one."""
    file = study.places.population
    return load_population_grid(file) if file else None


def reach_areas(
    places: StudyPlaces, model: Model, modes: Sequence[str]
) -> tuple[gpd.GeoDataFrame | None, tuple[str, ...]]:
    """Return what is reached from each cluster, contract ``ISOCHRONES``, and what is left out."""
    ids = list(places.cluster_ids)
    clusters = places.compared.loc[places.compared["place_id"].isin(ids)].reset_index(drop=True)
    asked: list[Callable[[], gpd.GeoDataFrame]] = []
    warnings = []
    for mode in modes:
        rules = model.road_rules if mode == "car" else model.transit_rules
        minutes = [each for each in AREAS_MIN if each <= rules.limit_min]
        if LIMITS_MIN[-1] not in minutes or getattr(rules, "wait", "turn_up") != "turn_up":
            warnings.append(
                f"people within reach by {mode} are not counted: they need a limit of "
                f"{LIMITS_MIN[-1]:g} min and people who turn up"
            )
        elif mode == "car":
            asked.append(partial(car_isochrones, model.road, clusters, minutes, model.road_rules))
        else:
            asked.append(
                partial(
                    transit_isochrones,
                    model.timetable,
                    clusters,
                    minutes,
                    model.departures,
                    model.transit_rules,
                    road=model.road if model.ways_on_roads else None,
                )
            )
    # Outlines are made outside the interpreter's lock: both modes at once.
    with ThreadPoolExecutor(max_workers=len(asked) or 1) as pool:
        drawn = list(pool.map(lambda draw: draw(), asked))
    return (pd.concat(drawn, ignore_index=True) if drawn else None), tuple(warnings)


def _people(places: StudyPlaces, areas: gpd.GeoDataFrame, grid: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the people within reach of each cluster."""
    ids = list(places.cluster_ids)
    clusters = places.compared.loc[places.compared["place_id"].isin(ids)].reset_index(drop=True)
    counted = gpd.GeoDataFrame(areas[areas["minutes"].isin(LIMITS_MIN)])
    # By car areas are large beside the cells: a cell whose centre lies inside counts whole.
    width_m = {"car": None, "transit": cell_width_m(grid)}
    parts = [
        people_rows(
            gpd.GeoDataFrame(part).reset_index(drop=True),
            clusters,
            grid,
            cell_m=width_m[str(mode)],
        )
        for mode, part in counted.groupby("mode", sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def narrowed(around: Surroundings) -> IsolationRules:
    """Return the rules with the first weights alone: the ranks of one kind are enough."""
    return replace(around.rules, weights=around.weights[:1])

"""Tables around the places: the pilot projects and the weights of the population."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from clustergeo._files import read_csv
from clustergeo.places._formats import local_path
from clustergeo.schemas import Schema, check_table
from clustergeo.schemas.places import PILOT_PROJECTS, POPULATION, POPULATION_GRID
from clustergeo.settings import data_path
from clustergeo.units import METRIC_CRS, WGS84

__all__ = ["load_pilot_projects", "load_population", "load_population_grid"]


def load_pilot_projects(
    path: str | Path | None = None, *, encoding: str | None = None
) -> pd.DataFrame:
    """Load the pilot projects of the regional development investment agreement, as printed.

    Parameters
    ----------
    path
        A CSV of your own with the same columns; the embedded table by default.
    encoding
        Encoding of its text; UTF-8, UTF-16 and CP949 are found without it.

    Returns
    -------
    projects : pandas.DataFrame
        The table of ``schemas.places.PILOT_PROJECTS``, one row per project; money in KRW 100
        million.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> projects = load_pilot_projects()
    >>> len(projects), int(projects["total_expense_100m_krw"].sum())
    (11, 2307)
    """
    return _checked(path, ("places", "pilot_projects.csv"), PILOT_PROJECTS, encoding)


def load_population(
    path: str | Path | None = None, *, encoding: str | None = None
) -> pd.DataFrame:
    """Load the people of each municipality.

    Parameters
    ----------
    path
        A CSV of your own with the same columns; the embedded table by default.
    encoding
        Encoding of its text; UTF-8, UTF-16 and CP949 are found without it.

    Returns
    -------
    population : pandas.DataFrame
        The table of ``schemas.places.POPULATION`` and ``population_total``, the sum of the people
        inside and those just off the coast, which adds up to the country; one row per
        municipality.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> population = load_population().set_index("code")
    >>> int(population.loc["29010", "population_total"])
    363416
    """
    parts = ("population", "sigungu_population.csv")
    table = _checked(path, parts, POPULATION, encoding)
    return table.assign(population_total=table["population"] + table["population_edge"])


def load_population_grid(path: str | Path | None = None) -> gpd.GeoDataFrame:
    """Load the people of each cell of a regular grid.

    Parameters
    ----------
    path
        A CSV of your own with ``x`` and ``y`` (centre of the cell, metres in EPSG:5179) and
        ``population``; the embedded 2 km grid by default.

    Returns
    -------
    grid : geopandas.GeoDataFrame
        ``x`` and ``y`` in metres, ``population`` and the centre as a point in EPSG:4326; one row
        per cell.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> grid = load_population_grid()
    >>> len(grid), int(grid["population"].sum())
    (23731, 50789234)
    """
    table = _checked(path, ("population", "grid_2km.csv"), POPULATION_GRID, None)
    centres = gpd.points_from_xy(table["x"], table["y"], crs=METRIC_CRS)
    return gpd.GeoDataFrame(table, geometry=centres.to_crs(WGS84))


def _checked(
    path: str | Path | None, embedded: tuple[str, str], schema: Schema, encoding: str | None
) -> pd.DataFrame:
    file = data_path(*embedded) if path is None else local_path(path)
    return check_table(read_csv(file, encoding=encoding), schema, file=str(file))

"""The layers of a study for GIS: places, trips, municipalities, areas within reach, basemap."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits.style import ratio_class

__all__ = ["gis_layers"]


def gis_layers(
    readings: Readings,
    lines: gpd.GeoDataFrame,
    *,
    basemap: gpd.GeoDataFrame | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a study by name, in the order GIS lists them.

    Parameters
    ----------
    readings
        The study: its places, municipalities and projects.
    lines
        Trips as straight lines, as ``times.desire_lines`` makes them.
    basemap
        Light lines and areas to draw under them.
    isochrones
        Areas within reach, contract ``schemas.reach.ISOCHRONES``.

    Returns
    -------
    layers : dict of str to geopandas.GeoDataFrame
        ``places``, ``desire_lines_<mode>`` between the clusters and to the capital with
        ``ratio`` and ``ratio_class``, and what else is given.
    """
    layers: dict[str, gpd.GeoDataFrame] = {"places": _plain(readings.tables.places)}
    wanted = lines["from_id"].isin(readings.clusters) & lines["to_id"].isin(
        [*readings.clusters, readings.capital_id]
    )
    for mode in readings.modes:
        trips = lines[wanted & (lines["mode"] == mode)].reset_index(drop=True)
        pairs = zip(trips["from_id"], trips["to_id"], strict=True)
        ratios = pd.Series([readings.ratio(mode, a, b) for a, b in pairs], dtype=float)
        classes = [ratio_class(value).key for value in ratios]
        layers[f"desire_lines_{mode}"] = _plain(trips.assign(ratio=ratios, ratio_class=classes))
    towns, projects = readings.tables.municipalities, readings.tables.projects
    if towns is not None and projects is not None:
        told = projects.drop(columns=[c for c in projects if c in towns and c != "project_id"])
        layers["pilot_municipalities"] = _plain(towns.merge(told, on="project_id", how="left"))
    if isochrones is not None:
        layers["isochrones"] = _plain(isochrones)
    if basemap is not None:
        layers["basemap"] = _plain(basemap)
    return layers


def _plain(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer with an index from 0 and with text where GIS knows no such type."""
    plain = layer.reset_index(drop=True)
    odd = [
        name
        for name in plain.columns
        if plain[name].dtype == object and name != plain.geometry.name
    ]
    return plain.assign(**{name: plain[name].astype("string") for name in odd})

"""Tables of places: the clusters, their sites, the anchors, the pilot municipalities, your own."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo.errors import Fault, SchemaError
from clustergeo.places._readers import read_places
from clustergeo.schemas.places import ANCHORS, CLUSTERS, MUNICIPALITIES, PLACES, SITES
from clustergeo.settings import data_path
from clustergeo.units import WGS84

__all__ = [
    "load_all_places",
    "load_anchors",
    "load_clusters",
    "load_municipalities",
    "load_places",
    "load_sites",
]


def load_places(
    source: str | Path,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    r"""Load places of your own from CSV, GeoJSON, GeoPackage or shapefile.

    Only an identifier (``place_id`` or ``id``) and a point are needed. Names are taken from
    ``name_en`` or ``name`` and from ``name_ko`` or 이름, 명칭 and the like. What the file does not
    say is filled in: ``kind`` with ``place``, ``evidence`` with ``estimated`` (a point without a
    grade must not pass for a published one) and ``source`` with the name of the file. Other
    columns are left out.

    Parameters
    ----------
    source
        Path of a ``.csv``, ``.geojson``, ``.json``, ``.gpkg`` or ``.shp`` file, or of a ``.zip``
        with one shapefile.
    crs
        Coordinate system, such as ``5174`` or ``"EPSG:5174"``; goes before what the file states.
        Coordinates of old datums are shifted to WGS84.
    encoding
        Encoding of the text; UTF-8 (also with BOM), UTF-16 and CP949 are found without it.
    layer
        Layer of a GeoPackage with several.

    Returns
    -------
    places : geopandas.GeoDataFrame
        The table of ``schemas.places.PLACES`` in EPSG:4326, one row per place, index 0..n-1.

    Raises
    ------
    InputError
        With file, row, field, value and remedy of everything refused.
    UsageError
        If there is no such coordinate system.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "labs.csv")
    ...     _ = file.write_text("id,name,x,y\n007,Lab,990000,1818000\n")
    ...     labs = load_places(file, crs=5179)
    >>> labs.loc[0, ["place_id", "name_en", "evidence", "source"]].tolist()
    ['007', 'Lab', 'estimated', 'labs.csv']
    >>> labs.geometry.x.round(3).tolist()
    [127.389]
    """
    places = read_places(source, PLACES, crs=crs, encoding=encoding, layer=layer)
    return _finished(places, source)


def load_clusters(
    path: str | Path | None = None,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Load the innovation clusters with their default points and their people.

    Parameters
    ----------
    path
        A file of your own, in any format of :func:`load_places`; the embedded table by default.
    crs, encoding, layer
        As in :func:`load_places`.

    Returns
    -------
    clusters : geopandas.GeoDataFrame
        The columns of a table of places, then designation, completion, ``area_km2``, firms and
        ``employees`` with their years, and notes; one row per cluster.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> clusters = load_clusters()
    >>> clusters["place_id"].tolist()
    ['daedeok', 'osong', 'ochang', 'sejong']
    >>> int(clusters["employees"].sum())
    151175
    """
    source = _or_embedded(path, "clusters.csv")
    clusters = read_places(source, CLUSTERS, crs=crs, encoding=encoding, layer=layer)
    return _finished(clusters.assign(kind="cluster", cluster_id=clusters["place_id"]), source)


def load_sites(
    path: str | Path | None = None,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Load the places inside the clusters: campuses, offices, plants, stops.

    Parameters
    ----------
    path
        A file of your own, in any format of :func:`load_places`; the embedded table by default.
    crs, encoding, layer
        As in :func:`load_places`.

    Returns
    -------
    sites : geopandas.GeoDataFrame
        The columns of a table of places, then ``facility`` and ``note``; one row per site.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> sites = load_sites().set_index("place_id")
    >>> sites.loc["daedeok_kaist", ["name_en", "cluster_id"]].tolist()
    ['KAIST main campus', 'daedeok']
    """
    source = _or_embedded(path, "sites.csv")
    sites = read_places(source, SITES, crs=crs, encoding=encoding, layer=layer)
    return _finished(sites.assign(kind="site"), source)


def load_anchors(
    path: str | Path | None = None,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Load what trips start from or aim at: hubs, points in the capital area, interchanges.

    Parameters
    ----------
    path
        A file of your own, in any format of :func:`load_places`; the embedded table by default.
    crs, encoding, layer
        As in :func:`load_places`.

    Returns
    -------
    anchors : geopandas.GeoDataFrame
        The columns of a table of places, then ``category`` (hub, capital, interchange),
        ``facility`` and ``note``; one row per anchor. ``kind`` is ``capital`` for the category of
        that name, else ``anchor``.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> anchors = load_anchors().set_index("place_id")
    >>> anchors.loc[["seoul_station", "osong_station"], "kind"].tolist()
    ['capital', 'anchor']
    """
    source = _or_embedded(path, "anchors.csv")
    anchors = read_places(source, ANCHORS, crs=crs, encoding=encoding, layer=layer)
    kind = np.where(anchors["category"] == "capital", "capital", "anchor")
    return _finished(anchors.assign(kind=kind), source)


def load_municipalities(
    path: str | Path | None = None,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Load the municipalities behind the pilot projects; the point is the city or county hall.

    Parameters
    ----------
    path
        A file of your own, in any format of :func:`load_places`; the embedded table by default.
    crs, encoding, layer
        As in :func:`load_places`.

    Returns
    -------
    municipalities : geopandas.GeoDataFrame
        The columns of a table of places, then ``municipality_id``, ``project_id``, codes and the
        area centroid in degrees; one row per municipality.

    Raises
    ------
    InputError
        With everything refused.

    Examples
    --------
    >>> halls = load_municipalities()
    >>> halls.loc[halls["project_id"] == 5, "municipality_id"].tolist()
    ['cheongju', 'jeungpyeong']
    """
    source = _or_embedded(path, "pilot_municipalities.csv")
    halls = read_places(source, MUNICIPALITIES, crs=crs, encoding=encoding, layer=layer)
    return _finished(halls.assign(kind="municipality"), source)


def load_all_places() -> gpd.GeoDataFrame:
    """Load every embedded place in one table, to look up places by id.

    Returns
    -------
    places : geopandas.GeoDataFrame
        The table of ``schemas.places.PLACES``: clusters, sites, anchors and municipalities.

    Raises
    ------
    SchemaError
        If an id stands in two of the tables.

    Examples
    --------
    >>> places = load_all_places()
    >>> places["kind"].value_counts(sort=False).to_dict()
    {'cluster': 4, 'site': 21, 'anchor': 42, 'capital': 16, 'municipality': 13}
    """
    tables = [load_clusters(), load_sites(), load_anchors(), load_municipalities()]
    columns = [*PLACES.names, "geometry"]
    places = pd.concat([table[columns] for table in tables], ignore_index=True)
    twice = places.loc[places["place_id"].duplicated(), "place_id"].tolist()
    if twice:
        what = f"place_id in two tables ({', '.join(twice)})"
        raise SchemaError(Fault(str(data_path("places")), what, "rename one of them"))
    return gpd.GeoDataFrame(places, geometry="geometry", crs=WGS84)


def _or_embedded(path: str | Path | None, name: str) -> str | Path:
    return data_path("places", name) if path is None else path


def _finished(places: gpd.GeoDataFrame, source: str | Path) -> gpd.GeoDataFrame:
    """Return the contract's columns first, then the table's own; a blank source is the file."""
    text = [column.name for column in PLACES.columns if column.kind == "text"]
    if "cluster_id" not in places.columns:
        places = places.assign(cluster_id="")
    # In a C locale the bytes of a name come as surrogates, which no table can hold.
    name = Path(source).name.encode(errors="surrogateescape").decode(errors="replace")
    places = places.assign(source=places["source"].replace("", name))
    first = [*PLACES.names, "geometry"]
    own = [name for name in places.columns if name not in first]
    return places[[*first, *own]].astype(dict.fromkeys(text, object))

"""The study as layers for GIS: one GeoPackage that QGIS opens coloured, and GeoParquet files."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio

from clustergeo.errors import OutputError
from clustergeo.exhibits.exhibit import Exhibit, Language
from clustergeo.exhibits.office.qml import qml_of

__all__ = ["GPKG", "PARQUET", "geopackage", "geoparquet"]

GPKG: Final = "application/geopackage+sqlite3"
PARQUET: Final = "application/vnd.apache.parquet"
_CLOCK: Final = "OGR_CURRENT_DATE"
_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT,
    f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)
"""


def geopackage(
    layers: Mapping[str, gpd.GeoDataFrame], *, date: str, lang: Language = "ko"
) -> Exhibit:
    """Return layers as one GeoPackage, each with the style QGIS opens it with.

    Parameters
    ----------
    layers
        By name, in the order they are listed; each with a coordinate system.
    date
        Day of the study, written as the date of change: the same layers give the same bytes.
    lang
        Language of the study.

    Returns
    -------
    exhibit : Exhibit
        ``study.gpkg``.

    Raises
    ------
    OutputError
        If there is no room for it.
    """
    stamp = f"{date}T00:00:00.000Z"
    before = pyogrio.get_gdal_config_option(_CLOCK)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "study.gpkg")
        pyogrio.set_gdal_config_options({_CLOCK: stamp})
        try:
            for name, layer in layers.items():
                layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
        finally:
            pyogrio.set_gdal_config_options({_CLOCK: before})
        _add_styles(path, layers, stamp)
        content = path.read_bytes()
    return Exhibit(
        exhibit_id="study",
        title_ko="공간 자료 (GeoPackage)",
        title_en="Layers for GIS (GeoPackage)",
        caption=", ".join(layers),
        media_type=GPKG,
        content=content,
        lang=lang,
    )


def geoparquet(name: str, layer: gpd.GeoDataFrame, *, lang: Language = "ko") -> Exhibit:
    """Return one layer as a GeoParquet file.

    Parameters
    ----------
    name
        Name of the layer and of the file.
    layer
        A table of features with a coordinate system.
    lang
        Language of the study.
    """
    written = io.BytesIO()
    layer.to_parquet(written, index=False)
    return Exhibit(
        exhibit_id=name,
        title_ko=f"공간 자료 {name} (GeoParquet)",
        title_en=f"Layer {name} (GeoParquet)",
        caption=f"{len(layer):,}",
        media_type=PARQUET,
        content=written.getvalue(),
        lang=lang,
    )


def _add_styles(path: Path, layers: Mapping[str, gpd.GeoDataFrame], stamp: str) -> None:
    """Add the table of styles as QGIS keeps it, registered so that others list it too."""
    rows = [
        (name, layer.geometry.name, f"clustergeo {name}", style, stamp)
        for name, layer in layers.items()
        if (style := qml_of(name, layer))
    ]
    with sqlite3.connect(path) as database:
        _refuse_unindexed(database)
        database.execute(_STYLES)
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', NULL, ?)",
            rows,
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (stamp,),
        )
    database.close()


def _refuse_unindexed(database: sqlite3.Connection) -> None:
    """Refuse a file without its indices: on a full disk GDAL leaves them out in silence."""
    wanted = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
    names = {f"rtree_{table}_{column}" for table, column in wanted}
    made = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if names - made:
        message = (
            "study.gpkg: its spatial index could not be written - make room for temporary files"
        )
        raise OutputError(message)

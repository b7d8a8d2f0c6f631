"""Places in GeoPackages and shapefiles: checked first, then read by GDAL."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from clustergeo._shapefiles import ONE_TO_ONE, Part, check_shapefile, decoded, encodings_of
from clustergeo.errors import Fault, InputError
from clustergeo.places._records import Records, columns_from, points_of, refuse_no_rows

__all__ = [
    "geopackage_frame",
    "read_geopackage_places",
    "read_shapefile_places",
    "shapefile_frame",
]

logger = logging.getLogger(__name__)


def read_geopackage_places(path: Path, content: bytes, *, layer: str | None) -> Records:
    """Return the records of one layer of a GeoPackage; see :func:`geopackage_frame`."""
    return _records(geopackage_frame(path, content, layer=layer), str(path))


def geopackage_frame(path: Path, content: bytes, *, layer: str | None) -> gpd.GeoDataFrame:
    """Return one layer of a GeoPackage whose first bytes are those of SQLite.

    Raises
    ------
    InputError
        If the file is damaged or being written, or has no layer or several and none is named.
    """
    file = str(path)
    pending = path.with_name(f"{path.name}-wal")
    if pending.exists() and pending.stat().st_size:
        what = f"has changes still pending ({pending.name})"
        raise InputError(Fault(file, what, "close it in the other program"))
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as folder:
        # Under a name of our own GDAL and SQLite see these bytes and nothing beside them.
        copy = Path(folder) / "places.gpkg"
        copy.write_bytes(content)
        chosen = _chosen_layer(_layers(copy, file), layer, file)
        try:
            return _frame(copy, file, layer=chosen)
        except UnicodeDecodeError as error:
            what = f"layer {chosen} holds text that is not UTF-8"
            raise InputError(Fault(file, what, "export it again")) from error


def _layers(copy: Path, file: str) -> list[str]:
    try:
        with contextlib.closing(sqlite3.connect(copy)) as database:
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                what = f"SQLite file damaged ({' '.join(verdict.split())[:60]})"
                raise InputError(Fault(file, what, "restore or export it again"))
            found = database.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1"
            ).fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        what = f"SQLite file damaged or no GeoPackage ({error})"
        raise InputError(Fault(file, what, "restore or export it again")) from error
    return [name for (name,) in found]


def _chosen_layer(layers: list[str], asked: str | None, file: str) -> str:
    listed = ", ".join(layers)
    if not layers:
        raise InputError(Fault(file, "has no layer of features", "export it again"))
    if asked is None and len(layers) > 1:
        what = f"{len(layers)} layers: {listed}"
        raise InputError(
            Fault(file, what, "name one of them: layer=, or `clustergeo places --layer`")
        )
    if asked is not None and asked not in layers:
        raise InputError(Fault(file, f"no layer {asked!r}", f"use one of {listed}"))
    return asked or layers[0]


def read_shapefile_places(
    parts: Mapping[str, bytes], *, file: str, encoding: str | None
) -> Records:
    """Return the records of a shapefile; see :func:`shapefile_frame`."""
    return _records(shapefile_frame(parts, file=file, encoding=encoding), file)


def shapefile_frame(
    parts: Mapping[str, bytes], *, file: str, encoding: str | None = None
) -> gpd.GeoDataFrame:
    """Return a shapefile given as the bytes of its parts.

    Parameters
    ----------
    parts
        Content by extension: ``.shp``, ``.shx`` and ``.dbf``, and ``.prj`` and ``.cpg`` if any.
    file
        Name of the file, for messages.
    encoding
        Encoding of the attributes; by default what ``.cpg`` says, else UTF-8, else CP949.

    Raises
    ------
    InputError
        If a part is missing or damaged, or the attributes are in another encoding.
    """
    heads = {suffix: Part.of_bytes(content) for suffix, content in parts.items()}
    check_shapefile(heads, file=file)
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as folder:
        # Under names of our own GDAL sees these bytes and nothing beside them.
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            if suffix in parts:
                (Path(folder) / f"places{suffix}").write_bytes(parts[suffix])
        raw = _frame(Path(folder) / "places.shp", file, encoding=ONE_TO_ONE)
    return _decoded(raw, file, encodings_of(parts.get(".cpg", b""), encoding))


def _decoded(raw: gpd.GeoDataFrame, file: str, encodings: list[str]) -> gpd.GeoDataFrame:
    """Return the frame with names and text in the first encoding that fits all of them.

    GDAL drops the bytes it cannot decode and says so once a process, so the decoding is done here.
    """
    for encoding in encodings:
        try:
            frame = raw.rename(columns={name: _text(name, encoding) for name in raw.columns})
            for name in frame.columns[frame.columns != frame.geometry.name]:
                cells = [_text(cell, encoding) for cell in frame[name]]
                frame[name] = pd.Series(cells, index=frame.index, dtype=object)
        except (UnicodeDecodeError, LookupError):
            continue
        return frame
    what = f"attributes are not {' or '.join(encodings)} text"
    raise InputError(Fault(file, what, "export it as UTF-8 or pass its encoding"))


def _text(cell: object, encoding: str) -> object:
    return decoded(cell, encoding) if isinstance(cell, str) else cell


def _frame(
    path: Path, file: str, *, layer: str | None = None, encoding: str | None = None
) -> gpd.GeoDataFrame:
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding)
    except RuntimeError as error:  # the root of pyogrio's errors
        what = f"GDAL cannot read it ({' '.join(str(error).split())[:120]})"
        raise InputError(Fault(file, what, "export it again")) from error
    for warning in caught:
        logger.warning("%s: %s", file, warning.message)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(Fault(file, "has no geometry", "export it with its points"))
    return frame


def _records(frame: gpd.GeoDataFrame, file: str) -> Records:
    refuse_no_rows(len(frame), file)
    x, y, faults = points_of(list(frame.geometry), file)
    cells = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    return Records(file=file, cells=columns_from(cells), x=x, y=y, crs=frame.crs, faults=faults)

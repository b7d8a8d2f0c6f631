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

from clustergeo.errors import Fault, InputError
from clustergeo.places._records import Records, columns_from, points_of, refuse_no_rows

__all__ = ["read_geopackage_places", "read_shapefile_places"]

logger = logging.getLogger(__name__)

_SHAPEFILE_START = b"\x00\x00\x27\x0a"
_SHAPEFILE_HEADER_BYTES = 100
_SHAPEFILE_INDEX_BYTES = 8

_ONE_TO_ONE = "ISO-8859-1"
_CODE_PAGES = {"949": "cp949", "ansi 949": "cp949", "euc-kr": "cp949", "65001": "utf-8"}


def read_geopackage_places(path: Path, content: bytes, *, layer: str | None) -> Records:
    """Return the records of one layer of a GeoPackage whose first bytes are those of SQLite.

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
            frame = _frame(copy, file, layer=chosen)
        except UnicodeDecodeError as error:
            what = f"layer {chosen} holds text that is not UTF-8"
            raise InputError(Fault(file, what, "export it again")) from error
    return _records(frame, file)


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
        raise InputError(Fault(file, what, "pass layer= (--layer)"))
    if asked is not None and asked not in layers:
        raise InputError(Fault(file, f"no layer {asked!r}", f"use one of {listed}"))
    return asked or layers[0]


def read_shapefile_places(
    parts: Mapping[str, bytes], *, file: str, encoding: str | None
) -> Records:
    """Return the records of a shapefile given as the bytes of its parts.

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
    _check_parts(parts, file)
    with tempfile.TemporaryDirectory(prefix="clustergeo-") as folder:
        # Under names of our own GDAL sees these bytes and nothing beside them.
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            if suffix in parts:
                (Path(folder) / f"places{suffix}").write_bytes(parts[suffix])
        raw = _frame(Path(folder) / "places.shp", file, encoding=_ONE_TO_ONE)
    return _records(_decoded(raw, file, _encodings(parts, encoding)), file)


def _check_parts(parts: Mapping[str, bytes], file: str) -> None:
    for suffix in (".shx", ".dbf"):
        if not parts.get(suffix):
            fix = "keep .shp, .shx, .dbf and .prj together"
            raise InputError(Fault(file, f"has no {suffix} beside it", fix))
    for suffix in (".shp", ".shx"):
        if not parts[suffix].startswith(_SHAPEFILE_START):
            what = f"its {suffix} is no part of a shapefile"
            raise InputError(Fault(file, what, "export it again"))
        _check_length(parts[suffix], 2 * int.from_bytes(parts[suffix][24:28], "big"), file, suffix)
    dbf = parts[".dbf"]
    rows, header, width = (
        int.from_bytes(dbf[start:stop], "little") for start, stop in ((4, 8), (8, 10), (10, 12))
    )
    _check_length(dbf[: header + rows * width], header + rows * width, file, ".dbf")
    shapes = (len(parts[".shx"]) - _SHAPEFILE_HEADER_BYTES) // _SHAPEFILE_INDEX_BYTES
    if rows != shapes:
        what = f"{shapes:,} shapes in .shp, but {rows:,} rows in .dbf"
        raise InputError(Fault(file, what, "keep the parts of one export together"))
    names = _field_names(dbf)
    for name in names:
        if names.count(name) > 1:
            what = f"duplicate column ({name})"
            raise InputError(Fault(file, what, "keep one of them"))


def _check_length(content: bytes, declared: int, file: str, suffix: str) -> None:
    if len(content) != declared:
        what = f"its {suffix} is cut short or overlong ({len(content):,} of {declared:,} bytes)"
        raise InputError(Fault(file, what, "copy or export it again"))


def _field_names(dbf: bytes) -> list[str]:
    """Return the raw column names of a dBASE table; GDAL would rename the second of two alike."""
    names = []
    for start in range(32, int.from_bytes(dbf[8:10], "little") - 32, 32):
        if dbf[start : start + 1] in (b"\r", b""):
            break
        raw = dbf[start : start + 11].split(b"\x00")[0]
        names.append(raw.decode("latin-1").strip().lower())
    return names


def _encodings(parts: Mapping[str, bytes], asked: str | None) -> list[str]:
    if asked:
        return [asked]
    page = parts.get(".cpg", b"").decode("ascii", errors="ignore").strip().lower()
    stated = [_CODE_PAGES.get(page, page)] if page else []
    return [*stated, *(name for name in ("utf-8", "cp949") if name not in stated)]


def _decoded(raw: gpd.GeoDataFrame, file: str, encodings: list[str]) -> gpd.GeoDataFrame:
    """Return the frame with names and text in the first encoding that fits all of them.

    GDAL drops the bytes it cannot decode and says so once a process, so it is given an encoding
    that maps every byte to a character, and the decoding is done here.
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
    return cell.encode(_ONE_TO_ONE).decode(encoding) if isinstance(cell, str) else cell


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

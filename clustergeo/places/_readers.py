"""One door for every file of places: the right reader, then degrees, then the contract."""

from __future__ import annotations

import logging
import math
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pandas as pd

from clustergeo._crs import asked_crs
from clustergeo.errors import Fault, InputError, UsageError
from clustergeo.places._crs import degrees_of
from clustergeo.places._csv import read_csv_places
from clustergeo.places._formats import Format, format_of, local_path, read_checked
from clustergeo.places._geojson import read_geojson_places
from clustergeo.places._records import Records
from clustergeo.places._vector import read_geopackage_places, read_shapefile_places
from clustergeo.schemas import Schema, check_table
from clustergeo.units import WGS84

__all__ = ["parts_beside", "read_places", "zipped_parts"]

logger = logging.getLogger(__name__)

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# A shapefile part cannot pass 2 GB; a zip that claims more than this is no table of places.
ZIP_LIMIT_BYTES = 256 * 1024 * 1024
# What the zipfile module lets out: damage, an unknown method, a password, a cut stream.
_ZIP_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)
_EXACT_FLOAT_LIMIT = 2.0**53


def read_places(
    source: str | Path,
    schema: Schema,
    *,
    crs: str | int | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the places of a file, checked against a contract, in EPSG:4326.

    Parameters
    ----------
    source
        CSV, GeoJSON, GeoPackage, shapefile or zipped shapefile.
    schema
        The contract; it must have ``place_id``.
    crs
        Coordinate system of the file; goes before what the file states.
    encoding
        Encoding of its text; found out by default.
    layer
        Layer of a GeoPackage that has several.

    Returns
    -------
    places : geopandas.GeoDataFrame
        The columns of the contract and ``geometry``, one row per place, in the order of the file.

    Raises
    ------
    InputError
        With every fault of every row.
    UsageError
        If there is no such coordinate system, or an option does not go with the format.
    """
    asked = asked_crs(crs)
    path = local_path(source)
    kind = format_of(path)
    _refuse_idle_options(path, kind, encoding=encoding, layer=layer)
    content = read_checked(path, kind)
    file = str(path)
    if kind == "csv":
        records = read_csv_places(content, file=file, encoding=encoding, asked=asked)
    elif kind == "geojson":
        records = read_geojson_places(content, file=file, encoding=encoding)
    elif kind == "gpkg":
        records = read_geopackage_places(path, content, layer=layer)
    else:
        parts = zipped_parts(content, file) if kind == "zip" else parts_beside(path, content)
        records = read_shapefile_places(parts, file=file, encoding=encoding)
    lon, lat, faults = degrees_of(records, asked)
    table = _checked(records, schema, faults)
    logger.info("%s: %s places", file, f"{len(table):,}")
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs=WGS84)


def _refuse_idle_options(
    path: Path, kind: Format, *, encoding: str | None, layer: str | None
) -> None:
    """Raise UsageError rather than take an option that this format would ignore."""
    if layer is not None and kind != "gpkg":
        message = f"{path} has no layers - leave layer= ({layer}) out"
        raise UsageError(message)
    if encoding is not None and kind == "gpkg":
        message = f"{path} is a GeoPackage, always UTF-8 - leave encoding= ({encoding}) out"
        raise UsageError(message)


def _checked(records: Records, schema: Schema, point_faults: list[Fault]) -> pd.DataFrame:
    """Return the typed cells, or raise all faults of the file in the order of its rows."""
    faults = [*records.faults, *point_faults, *_bad_ids(records)]
    try:
        table = check_table(records.cells, schema, file=records.file, first_row=records.first_row)
    except InputError as error:
        faults += error.faults
        raise type(error)(*sorted(faults, key=_row)) from error
    if faults:
        raise InputError(*sorted(faults, key=_row))
    return table


def _row(fault: Fault) -> int:
    return fault.row or 0


def _bad_ids(records: Records) -> list[Fault]:
    """Refuse ids that are numbers of which text cannot be made without loss."""
    if "place_id" not in records.cells.columns:
        return []
    return [
        Fault(
            records.file,
            f"not text or a whole number ({cell})",
            "write ids as text",
            row=position + records.first_row,
            field="place_id",
        )
        for position, cell in enumerate(records.cells["place_id"])
        if isinstance(cell, bool) or (isinstance(cell, float) and _is_lossy(cell))
    ]


def _is_lossy(number: float) -> bool:
    # NaN is a blank cell, which the contract refuses.
    exact = number.is_integer() and abs(number) < _EXACT_FLOAT_LIMIT
    return not math.isnan(number) and not exact


def parts_beside(path: Path, content: bytes) -> dict[str, bytes]:
    """Return the parts of a shapefile that lie in one folder, whatever the case of their names."""
    parts = {".shp": content}
    for other in sorted(path.parent.iterdir()):
        suffix = other.suffix.lower()
        if other.stem.lower() == path.stem.lower() and suffix in SHAPEFILE_PARTS[1:]:
            try:
                parts[suffix] = other.read_bytes()
            except OSError as error:
                what = f"cannot be read ({error.strerror})"
                raise InputError(Fault(str(other), what, "check its permissions")) from error
    return parts


def zipped_parts(content: bytes, file: str) -> dict[str, bytes]:
    """Return the parts of the one shapefile in a zip, read in memory and never extracted."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = _members(archive, file)
            return {suffix: archive.read(name) for suffix, name in members.items()}
    except _ZIP_ERRORS as error:
        what = f"damaged or encrypted zip ({error})"
        raise InputError(Fault(file, what, "zip the shapefile again")) from error


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, str]:
    wanted = [
        info
        for info in archive.infolist()
        if PurePosixPath(info.filename).suffix.lower() in SHAPEFILE_PARTS
        and not info.filename.startswith("__MACOSX/")
    ]
    stems = sorted({str(PurePosixPath(info.filename).with_suffix("")) for info in wanted})
    if len(stems) != 1:
        what = f"holds {len(stems)} shapefiles ({', '.join(stems) or 'none'})"
        raise InputError(Fault(file, what, "zip one shapefile alone"))
    if (size := sum(info.file_size for info in wanted)) > ZIP_LIMIT_BYTES:
        what = f"unpacks to {size:,} bytes"
        raise InputError(Fault(file, what, f"stay below {ZIP_LIMIT_BYTES:,} bytes"))
    members = {PurePosixPath(info.filename).suffix.lower(): info.filename for info in wanted}
    if ".shp" not in members or len(members) != len(wanted):
        raise InputError(Fault(file, "holds no whole shapefile", "zip one shapefile alone"))
    return members

"""Tables of a node-link set as columns: ids, numbers and text, read by GDAL without loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from clustergeo._crs import stated_crs
from clustergeo._shapefiles import ONE_TO_ONE, decoded, encodings_of
from clustergeo.errors import Fault, RoadError
from clustergeo.networks._nodelink_files import TableFile
from clustergeo.schemas.nodelink import NODELINK_COLUMNS

__all__ = ["Table", "read_table"]

_ID = r"^\d{1,18}$"  # more digits do not fit int64
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_NO_TEXT = ("", "-")
_LARGEST_EXACT = 2.0**53


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table of the set, typed on demand.

    Parameters
    ----------
    file
        Name for messages.
    rows
        Number of rows.
    columns
        Arrow arrays by column name, in upper case; text is still byte for byte.
    encoding
        The encoding that fits all of its text.
    xy, vertex_row
        Coordinates of all vertices, and the row that each belongs to; empty without shapes.
    crs
        Coordinate system that ``.prj`` states, None where it states none.
    """

    file: str
    rows: int
    columns: dict[str, pa.Array]
    encoding: str
    xy: NDArray[np.float64]
    vertex_row: NDArray[np.int64]
    crs: CRS | None

    def ids(self, name: str) -> NDArray[np.int64]:
        """Return a column of ids, which must be whole numbers.

        Raises
        ------
        RoadError
            With the first blank or broken id and their count.
        """
        column = self.columns[name]
        if pa.types.is_string(column.type):
            column = pc.utf8_trim_whitespace(column)
            good = pc.match_substring_regex(column, _ID)
        else:
            column = pc.cast(column, pa.float64()) if pa.types.is_floating(column.type) else column
            good = pc.and_(
                pc.equal(column, pc.floor(column)), pc.less_equal(pc.abs(column), _LARGEST_EXACT)
            )
        bad = ~pc.fill_null(good, fill_value=False).to_numpy(zero_copy_only=False)
        if bad.any():
            row = int(bad.argmax())
            what = f"is no id ({column[row]}; {np.count_nonzero(bad):,} in all)"
            fix = "write whole numbers, as published"
            raise RoadError(Fault(self.file, what, fix, row=row + 1, field=name))
        ids: NDArray[np.int64] = pc.cast(column, pa.int64()).to_numpy(zero_copy_only=False)
        return ids

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return a column of numbers; NaN where it is blank, no number or not there."""
        if name not in self.columns:
            return np.full(self.rows, np.nan)
        column = self.columns[name]
        if pa.types.is_string(column.type):
            column = pc.utf8_trim_whitespace(column)
            good = pc.fill_null(pc.match_substring_regex(column, _NUMBER), fill_value=False)
            column = pc.if_else(good, column, pa.scalar(None, column.type))
        numbers: NDArray[np.float64] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
        return numbers

    def codes(self, name: str) -> NDArray[np.int64]:
        """Return a column of codes such as ``011`` as whole numbers; -1 where there is none."""
        numbers = self.numbers(name)
        return np.where(np.isfinite(numbers), numbers, -1.0).astype(np.int64)

    def texts(self, name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return a column of text as codes into its values, of which the first is ``""``."""
        if name not in self.columns:
            return np.zeros(self.rows, dtype=np.int64), ("",)
        column = self.columns[name]
        if not pa.types.is_string(column.type):
            column = pc.cast(column, pa.string())
        coded = pc.fill_null(column, "").dictionary_encode()
        raw = [decoded(text, self.encoding).strip() for text in coded.dictionary.to_pylist()]
        values = [("" if text in _NO_TEXT else text) for text in raw]
        # Sorted, so that the codes do not hang on the order of the rows.
        unique = ("", *sorted(set(values) - {""}))
        code = {text: i for i, text in enumerate(unique)}
        renumbered = np.array([code[text] for text in values], dtype=np.int64)
        return renumbered[coded.indices.to_numpy()], unique


def read_table(file: TableFile, table: str, *, shape: str = "") -> Table:
    """Read what the contract names of a table; other columns are never looked at.

    Parameters
    ----------
    file
        The table, already checked.
    table
        Its plain name, a key of ``NODELINK_COLUMNS``.
    shape
        What its geometry must be, ``"Point"`` or ``"LineString"``; ``""`` for none.

    Raises
    ------
    RoadError
        If GDAL cannot read it, it has no rows, lacks a column, or holds other shapes.
    """
    try:
        fields = pyogrio.read_info(file.path, encoding=ONE_TO_ONE)["fields"]
        wanted = _wanted_fields(list(fields), file, table)
        meta, data = pyogrio.read_arrow(
            file.path,
            encoding=ONE_TO_ONE,
            columns=wanted,
            read_geometry=bool(shape),
        )
    except RuntimeError as error:  # the root of pyogrio's errors
        what = f"GDAL cannot read it ({' '.join(str(error).split())[:120]})"
        raise RoadError(Fault(file.name, what, "export it again")) from error
    if shape and not data.num_rows:
        raise RoadError(Fault(file.name, "has no rows", "export it again"))
    if shape and shape not in str(meta["geometry_type"]):
        what = f"holds {meta['geometry_type']} shapes, not {shape}"
        raise RoadError(Fault(file.name, what, "export it again"))
    columns = {name.upper(): data[name].combine_chunks() for name in wanted}
    xy, vertex_row = _vertices(data["wkb_geometry"] if shape else None)
    crs = stated_crs(meta["crs"], file.name) if meta["crs"] else None
    return Table(file.name, data.num_rows, columns, _encoding(columns, file), xy, vertex_row, crs)


def _vertices(
    shapes: pa.ChunkedArray | None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the vertices of WKB shapes, batch by batch, so that only one is held as objects."""
    xy, vertex_row, done = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)], 0
    for batch in shapes.chunks if shapes is not None else ():
        some = shapely.from_wkb(batch.to_numpy(zero_copy_only=False))
        points, row = shapely.get_coordinates(some, return_index=True)
        xy.append(points)
        vertex_row.append(row + done)
        done += len(batch)
    return np.concatenate(xy), np.concatenate(vertex_row)


def _wanted_fields(fields: list[str], file: TableFile, table: str) -> list[str]:
    present = {name.upper(): name for name in fields}
    required, optional = NODELINK_COLUMNS[table]
    listed = ", ".join(fields) or "none"
    if faults := [
        Fault(file.name, f"has no such column (found: {listed})", "export it whole", field=name)
        for name in required
        if name not in present
    ]:
        raise RoadError(*faults)
    return [present[name] for name in (*required, *optional) if name in present]


def _encoding(columns: dict[str, pa.Array], file: TableFile) -> str:
    """Return the first encoding that fits all text of a table."""
    foreign = [
        column.unique().drop_null().to_pylist()
        for column in columns.values()
        # Ids and codes, a million of them, need no look.
        if pa.types.is_string(column.type) and not pc.all(pc.string_is_ascii(column)).as_py()
    ]
    encodings = encodings_of(file.code_page)
    for encoding in encodings:
        try:
            for text in (text for texts in foreign for text in texts):
                decoded(text, encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return encoding
    what = f"attributes are not {' or '.join(encodings)} text"
    raise RoadError(Fault(file.name, what, "export it as UTF-8 or CP949"))

"""The parts of an origin-destination matrix on disk: one Parquet file for each span of origins."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from clustergeo._files import sha256, writing
from clustergeo.errors import Fault, InputError
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.od import OD_MATRIX, OD_STATUSES
from clustergeo.settings import version
from clustergeo.times._points import estimated
from clustergeo.times.od.job import GRADES, OdJob
from clustergeo.times.roads.rules import RoadRules
from clustergeo.units import WGS84

__all__ = [
    "BYTES_ON_DISK",
    "PART_ROWS",
    "OdPart",
    "Spans",
    "frame_of",
    "inputs_of",
    "kept_part",
    "network_hash",
    "part_table",
    "write_table",
]

PART_ROWS: Final = 2**21
"""Pairs in one part: some megabytes on disk, some hundred while it is computed."""

BYTES_ON_DISK: Final = 4
"""Of a pair: two, measured, and room for what compresses less."""

_ROW_GROUP: Final = 2**20
_SWEEP: Final = 16  # origins that the hierarchy takes together
_KEY: Final = b"clustergeo"
_FIX: Final = "delete it and run again"


@dataclass(frozen=True, slots=True)
class Spans:
    """How a matrix is cut into parts: whole rows, about as many pairs in each.

    Parameters
    ----------
    origins, destinations
        Size of the matrix.
    rows
        Pairs that a part holds at most, unless one origin alone has more.
    whole_sweeps
        Whether to take as many origins as the hierarchy sweeps together, or a multiple.
    """

    origins: int
    destinations: int
    rows: int
    whole_sweeps: bool = True

    @property
    def origins_each(self) -> int:
        """Origins of every part but the last."""
        count = max(1, self.rows // max(1, self.destinations))
        return count - count % _SWEEP if self.whole_sweeps and count > _SWEEP else count

    @property
    def count(self) -> int:
        """Number of parts: one at least, for the columns of an empty matrix."""
        return max(1, -(-self.origins // self.origins_each))

    def span(self, number: int) -> slice:
        """Return the origins of a part."""
        start = number * self.origins_each
        return slice(start, min(start + self.origins_each, self.origins))

    @staticmethod
    def file(number: int) -> str:
        """Return the name of a part's file."""
        return f"part-{number:05d}.parquet"


@dataclass(frozen=True, slots=True)
class OdPart:
    """One finished part: its number and file, pairs by status, and the SHA-256 of the file."""

    number: int
    file: str
    counts: dict[str, int]
    sha256: str


def frame_of(job: OdJob, rows: slice) -> pd.DataFrame:
    """Return the pairs of some origins after the contract OD_MATRIX."""
    frame: pd.DataFrame = _table(job, rows, named=slice(0, None)).to_pandas()
    return frame


def part_table(job: OdJob, span: slice) -> pa.Table:
    """Return the pairs of some origins as a part holds them."""
    return _table(job, span, named=span)


def _table(job: OdJob, rows: slice, named: slice) -> pa.Table:
    """Return the pairs of some origins, with the ids of those named in the dictionary."""
    block = job.block(rows)
    count, ends = block.minutes.shape
    start = np.arange(rows.start - named.start, rows.stop - named.start, dtype=np.int32)
    codes = {
        "from_id": (np.repeat(start, ends), job.starts.ids[named]),
        "to_id": (np.tile(np.arange(ends, dtype=np.int32), count), job.ends.ids),
        "status": (block.status.ravel().astype(np.int8), OD_STATUSES),
        "evidence": (block.grade.ravel().astype(np.int8), GRADES),
    }
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.array(code), pa.array(texts, pa.string()))
        for name, (code, texts) in codes.items()
    }
    columns["minutes"] = pa.array(block.minutes.ravel(), from_pandas=True)
    return pa.table({name: columns[name] for name in OD_MATRIX.names})


def write_table(table: pa.Table, folder: Path, number: int, inputs: dict[str, Any]) -> OdPart:
    """Write one part, whole or not at all; the same bytes wherever it is done.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    told = json.dumps({"inputs": inputs, "part": number}, sort_keys=True)
    path = folder / Spans.file(number)
    with writing(path) as aside:
        pq.write_table(
            table.replace_schema_metadata({_KEY: told.encode()}),
            aside,
            row_group_size=_ROW_GROUP,
            compression="zstd",
            write_page_checksum=True,
        )
        digest = sha256(aside)
    return OdPart(number, path.name, _counts(table), digest)


def kept_part(folder: Path, number: int, inputs: dict[str, Any]) -> OdPart:
    """Return a part that an earlier run finished.

    Raises
    ------
    InputError
        If the file is damaged, another program's, or of other inputs.
    """
    path = folder / Spans.file(number)
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            told = json.loads((file.schema_arrow.metadata or {}).get(_KEY, b"null"))
            table = file.read() if told else None  # every page, with its checksum
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(Fault(str(path), f"is damaged ({error!s:.80})", _FIX)) from error
    if table is None:
        fault = Fault(str(path), "is not a part of a matrix of this program", "name a new folder")
        raise InputError(fault)
    if told != {"inputs": inputs, "part": number}:
        raise InputError(other_inputs(path, told.get("inputs") or {}, inputs))
    return OdPart(number, path.name, _counts(table), sha256(path))


def other_inputs(path: Path, theirs: dict[str, Any], ours: dict[str, Any]) -> Fault:
    """Return the fault of a matrix of other inputs, with those that differ by name."""
    differ = sorted(key for key in ours if theirs.get(key) != ours[key]) or ["number"]
    what = f"is of another matrix (other {', '.join(differ)})"
    return Fault(str(path), what, "name a new folder, or delete this one")


def _counts(table: pa.Table) -> dict[str, int]:
    status = table.column("status").combine_chunks()
    found = np.zeros(len(OD_STATUSES), np.int64)
    chunks = status.chunks if isinstance(status, pa.ChunkedArray) else [status]
    for chunk in chunks:
        count = np.bincount(chunk.indices.to_numpy(), minlength=len(chunk.dictionary))
        for text, number in zip(chunk.dictionary.to_pylist(), count.tolist(), strict=True):
            found[OD_STATUSES.index(text)] += number
    return {name: int(n) for name, n in zip(OD_STATUSES, found, strict=True) if n}


def inputs_of(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rules: RoadRules,
    spans: Spans,
) -> dict[str, Any]:
    """Return what a matrix follows from, each as a hash or a value; equal inputs, equal bytes."""
    return {
        "network": network_hash(network),
        "origins": _places_hash(origins),
        "destinations": _places_hash(destinations),
        "rules": json.loads(json.dumps(asdict(rules))),
        "rows of a part": spans.rows,
        "version of clustergeo": version(),
    }


def network_hash(network: RoadNetwork) -> str:
    """Return the SHA-256 of the arrays of a network, its classes, source and date."""
    digest = hashlib.sha256()
    for field in fields(network):
        value = getattr(network, field.name)
        if isinstance(value, np.ndarray):
            digest.update(f"{field.name} {value.dtype.str} {value.shape}\n".encode())
            digest.update(np.ascontiguousarray(value).view(np.uint8).data)
    digest.update(json.dumps([network.classes, network.source, network.date]).encode())
    return digest.hexdigest()


def _places_hash(places: gpd.GeoDataFrame) -> str:
    lonlat = shapely.get_coordinates(places.geometry.to_crs(WGS84).to_numpy())
    digest = hashlib.sha256(json.dumps([str(one) for one in places["place_id"]]).encode())
    digest.update(np.ascontiguousarray(lonlat, "<f8").tobytes())
    digest.update(estimated(places).tobytes())
    return digest.hexdigest()

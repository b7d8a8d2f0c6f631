"""The matrix of car minutes at any size: streamed, or written in parts by one machine or many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from clustergeo._room import check_disk, check_memory
from clustergeo.networks.road import RoadNetwork
from clustergeo.schemas.od import OD_STATUSES
from clustergeo.times._points import check_points
from clustergeo.times.od.folder import (
    MANIFEST,
    claimed,
    kept_parts,
    manifest_of,
    read_manifest,
    read_part,
    write_manifest,
)
from clustergeo.times.od.job import job_of
from clustergeo.times.od.parts import (
    BYTES_ON_DISK,
    PART_ROWS,
    OdPart,
    Spans,
    frame_of,
    inputs_of,
)
from clustergeo.times.od.run import Run
from clustergeo.times.od.workers import Workers, check_cluster
from clustergeo.times.roads.rules import RoadRules

__all__ = ["OdSummary", "load_od_matrix", "od_matrix", "od_parts", "write_od_matrix"]

_log = logging.getLogger(__name__)

_FRAME_BYTES: Final = 40  # of a pair in memory while parts become one table


@dataclass(frozen=True, slots=True)
class OdSummary:
    """What was written: see :func:`write_od_matrix`.

    Parameters
    ----------
    folder
        Where it is.
    pairs
        Pairs of origin and destination.
    counts
        Pairs by status, those statuses only that there are.
    parts, kept
        Number of parts, and how many of them an earlier run had finished.
    warnings
        What is doubtful about these places on this network, a sentence each.

    Examples
    --------
    >>> OdSummary(Path("od"), 4, {"ok": 4}, parts=1, kept=0, warnings=()).counts["ok"]
    4
    """

    folder: Path
    pairs: int
    counts: dict[str, int]
    parts: int
    kept: int
    warnings: tuple[str, ...]


def od_matrix(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rules: RoadRules | None = None,
    *,
    batch: int | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield the car minutes of all pairs, some origins at a time.

    Minutes and statuses are those of :func:`car_times`. Routes are not traced: the evidence is
    that of the weakest speed in the whole network, and of the two places.

    Parameters
    ----------
    network
        The road network.
    origins, destinations
        Tables of places.
    rules
        Access, allowances and limits; the defaults if None.
    batch
        Origins in one table; as many as make about two million pairs if None.

    Yields
    ------
    pairs : pandas.DataFrame
        After the contract ``OD_MATRIX``, origins outer, destinations inner; texts are categorical.

    Raises
    ------
    UsageError
        If a table lacks ids, repeats one, has no coordinate system or holds other than points.
    RoadError
        If the network is not of the area of the places.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> towns = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...     geometry=gpd.points_from_xy([127.36, 127.33], [36.37, 36.62]), crs="EPSG:4326")
    >>> for pairs in od_matrix(load_road_network(), towns, towns, batch=1):
    ...     print(pairs["from_id"][0], pairs["status"].tolist())
    a ['same_place', 'ok']
    b ['ok', 'same_place']
    """
    job = job_of(network, origins, destinations, rules or RoadRules())
    for warning in job.warnings:
        _log.warning(warning)
    rows = PART_ROWS if batch is None else batch * max(1, len(destinations))
    spans = Spans(len(origins), len(destinations), rows, whole_sweeps=batch is None)
    return (frame_of(job, spans.span(number)) for number in range(spans.count))


def write_od_matrix(  # noqa: PLR0913 - places, rules, and how to do it
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    folder: Path | str,
    rules: RoadRules | None = None,
    *,
    cluster: str | None = None,
    part_rows: int = PART_ROWS,
    notify: Callable[[int, int], None] | None = None,
) -> OdSummary:
    """Write the car minutes of all pairs into a folder of Parquet files.

    Each ``part-00000.parquet`` holds the pairs of some origins after the contract ``OD_MATRIX``;
    ``od_matrix.json``, written last, says what they were computed from and holds their checksums.
    After an interruption the same call computes only the parts that are missing. The bytes are
    the same in one run or several, from one process or a cluster.

    Parameters
    ----------
    network
        The road network.
    origins, destinations
        Tables of places.
    folder
        A new folder, or that of the same matrix, finished or not. Workers on other machines must
        see it by the same path.
    rules
        Access, allowances and limits; the defaults if None.
    cluster
        ``local:N`` for N processes here, ``tcp://HOST:PORT`` for the workers of a dask scheduler;
        this process if None. The workers read the network from the folder, once. A cluster is
        trusted: dask runs on it what it is sent. This process uses up to four cores by itself,
        so that processes beside it pay on larger machines alone.
    part_rows
        Pairs in a part, at most; whatever the cluster, for it decides on the bytes.
    notify
        Called with the number of finished parts and of all parts.

    Returns
    -------
    summary : OdSummary

    Raises
    ------
    UsageError
        If a table is not one of places, or the cluster is not one.
    InputError
        If the folder holds another matrix or other things, the disk has no room, or the network
        is not of the area of the places.
    ServiceError
        If the cluster does not answer.
    OutputError
        If the folder cannot be written.

    Examples
    --------
    >>> from clustergeo.networks.road import load_road_network
    >>> towns = gpd.GeoDataFrame({"place_id": ["a", "b"]},
    ...     geometry=gpd.points_from_xy([127.36, 127.33], [36.37, 36.62]), crs="EPSG:4326")
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_od_matrix(load_road_network(), towns, towns, Path(place) / "od").counts
    {'ok': 2, 'same_place': 2}
    """
    rules, folder = rules or RoadRules(), Path(folder)
    workers = Workers(check_cluster(cluster)) if cluster else None
    check_points(origins, "origins")
    check_points(destinations, "destinations")
    spans = Spans(len(origins), len(destinations), part_rows)
    inputs = inputs_of(network, origins, destinations, rules, spans)
    pairs = len(origins) * len(destinations)
    with claimed(folder):
        parts = kept_parts(folder, spans.count, inputs)
        missing = [number for number in range(spans.count) if number not in parts]
        kept = len(parts)

        def done(part: OdPart) -> None:
            parts[part.number] = part
            if notify:
                notify(len(parts), spans.count)

        if missing or not (folder / MANIFEST).exists():
            check_disk(pairs * len(missing) // spans.count * BYTES_ON_DISK, folder)
            job = job_of(network, origins, destinations, rules)
            run = Run(job, folder, [(number, spans.span(number)) for number in missing], inputs)
            run.on_cluster(workers, done) if workers and missing else run.here(done)
            finished = [part for _, part in sorted(parts.items())]
            write_manifest(folder, manifest_of(finished, job, network, inputs))
        manifest = read_manifest(folder)
    counts = {name: n for name in OD_STATUSES if (n := manifest["counts"].get(name))}
    warnings = tuple(manifest["warnings"])
    return OdSummary(folder, pairs, counts, spans.count, kept, warnings)


def load_od_matrix(folder: Path | str, network: RoadNetwork | None = None) -> pd.DataFrame:
    """Return a matrix that was written, as one table.

    Parameters
    ----------
    folder
        Where :func:`write_od_matrix` wrote it.
    network
        The network that it must be of; any if None.

    Returns
    -------
    pairs : pandas.DataFrame
        After the contract ``OD_MATRIX``; texts are categorical.

    Raises
    ------
    InputError
        If the matrix is not finished, is of another network, has changed since it was written,
        or does not fit into memory.

    Examples
    --------
    >>> load_od_matrix("nowhere")
    Traceback (most recent call last):
    clustergeo.errors.MissingFileError: nowhere/od_matrix.json: no such file ...
    """
    folder = Path(folder)
    manifest = read_manifest(folder, network)
    needed = manifest["origins"] * manifest["destinations"] * _FRAME_BYTES
    check_memory(needed, str(folder), "read it part by part with od_parts")
    tables = [read_part(folder, entry) for entry in manifest["parts"]]
    frame: pd.DataFrame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
    return frame


def od_parts(folder: Path | str, network: RoadNetwork | None = None) -> Iterator[pd.DataFrame]:
    """Yield the parts of a matrix that was written, in order, one in memory at a time.

    Parameters
    ----------
    folder, network
        As for :func:`load_od_matrix`.

    Yields
    ------
    pairs : pandas.DataFrame
        After the contract ``OD_MATRIX``; texts are categorical.

    Raises
    ------
    InputError
        If the matrix is not finished, is of another network or has changed since it was written.

    Examples
    --------
    >>> od_parts("nowhere")
    Traceback (most recent call last):
    clustergeo.errors.MissingFileError: nowhere/od_matrix.json: no such file ...
    """
    folder = Path(folder)
    entries = read_manifest(folder, network)["parts"]
    return (read_part(folder, entry).to_pandas() for entry in entries)

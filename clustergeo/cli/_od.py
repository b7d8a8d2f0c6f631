"""``clustergeo times`` into a folder: a matrix of any size, in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from clustergeo._room import GIGABYTE, check_memory
from clustergeo.cli._console import console, notes
from clustergeo.errors import UsageError
from clustergeo.networks import RoadNetwork
from clustergeo.times import RoadRules, write_od_matrix
from clustergeo.times.od.parts import BYTES_ON_DISK
from clustergeo.times.travel_times import DESCRIBED_BYTES

__all__ = ["advise_folder", "check_folder", "is_folder", "write_matrix"]

_MANY: Final = 250_000  # described trips: minutes of work, and a file that no one reads


def is_folder(out: Path) -> bool:
    """Return whether an output is a folder: its name has no ending."""
    return not out.suffix


def check_folder(out: Path, mode: str, cluster: str | None) -> None:
    """Raise UsageError when a folder or a cluster does not go with the rest."""
    if is_folder(out) and mode != "car":
        message = f"--out: a folder takes car times alone ({out}) - end it in .csv or .parquet"
        raise UsageError(message)
    if cluster and not is_folder(out):
        message = f"--cluster: writes into a folder ({out}) - give --out a name without an ending"
        raise UsageError(message)


def advise_folder(origins: int, destinations: int, out: Path) -> None:
    """Refuse a file of described trips that cannot fit into memory; advise against a large one."""
    pairs = origins * destinations
    advice = f"name a folder instead: --out {out.with_suffix('')}/"
    check_memory(pairs * DESCRIBED_BYTES, f"{out}: {pairs:,} described trips", advice)
    if pairs > _MANY:
        notes.print(f"note: {pairs:,} described trips take long - {advice}", highlight=False)


def write_matrix(
    network: RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    out: Path,
    rules: RoadRules,
    cluster: str | None = None,
) -> tuple[str, ...]:
    """Write the matrix, say what it takes and what came out; return what is doubtful."""
    pairs = len(origins) * len(destinations)
    size = f"{len(origins):,} x {len(destinations):,} places by car, in parts"
    notes.print(f"{size}: about {pairs * BYTES_ON_DISK / GIGABYTE:.2f} GB", highlight=False)
    with _bar() as notify:
        done = write_od_matrix(
            network, origins, destinations, out, rules, cluster=cluster, notify=notify
        )
    statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(done.counts.items()))
    kept = f", {done.kept} of them from an earlier run" if done.kept else ""
    parts = "1 part" if done.parts == 1 else f"{done.parts:,} parts"
    console.print(f"{out}: {done.pairs:,} times ({statuses}) in {parts}{kept}", highlight=False)
    return done.warnings


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Yield what is to be told how many parts are done; on a terminal a bar shows it."""
    columns = (TextColumn("parts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task("parts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

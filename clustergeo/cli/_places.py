"""``clustergeo places``: the shipped places, or the user's own, as a table or a file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from rich.table import Table

from clustergeo._crs import asked_crs
from clustergeo._files import csv_bytes, write_bytes
from clustergeo.cli._console import console
from clustergeo.cli._roads import write_shapes
from clustergeo.cli._targets import check_target
from clustergeo.errors import UsageError
from clustergeo.places import load_all_places, load_places

__all__ = ["show_places"]

FORMATS = (".csv", ".geojson", ".gpkg")
SHOWN = ("place_id", "name_en", "name_ko", "kind", "cluster_id", "accuracy_m", "evidence")


def show_places(
    files: list[str],
    *,
    crs: str | None,
    encoding: str | None,
    layer: str | None = None,
    out: Path | None,
) -> None:
    """Print the places, or write them to a file."""
    if out and out.suffix.lower() not in FORMATS:
        message = f"--out: unknown format ({out.name}) - end it in .csv, .geojson or .gpkg"
        raise UsageError(message)
    check_target(out, files)
    asked_crs(crs)  # off, it is told even where no file is read
    if files:
        read = {"crs": crs, "encoding": encoding, "layer": layer}
        tables = [load_places(file, **read) for file in files]
        table = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tables[0].crs)
    else:
        table = load_all_places()
    if out:
        _write(table, out)
        console.print(f"{out}: {len(table):,} places", highlight=False)
    elif console.is_terminal:
        console.print(_shown(table), highlight=False)
    else:
        _write_rows(_csv(table))


def _write_rows(rows: bytes) -> None:
    """Write rows, not a layout for eyes: a pipe or a file wants them as any file of ours."""
    stream = console.file
    stream.flush()
    if buffer := getattr(stream, "buffer", None):
        buffer.write(rows)  # UTF-8 whatever the encoding of the console
        buffer.flush()
    else:
        stream.write(rows.decode())


def _shown(table: gpd.GeoDataFrame) -> Table:
    shown = Table(title=f"{len(table):,} places", box=None, header_style="bold")
    for name in (*SHOWN, "lon", "lat"):
        shown.add_column(name, no_wrap=name == "place_id", justify="left")
    points = zip(table.geometry.x, table.geometry.y, strict=True)
    for (lon, lat), row in zip(points, table[list(SHOWN)].itertuples(index=False), strict=True):
        cells = ["" if pd.isna(cell) else f"{cell}" for cell in row]
        shown.add_row(*cells, f"{lon:.5f}", f"{lat:.5f}")
    return shown


def _csv(table: gpd.GeoDataFrame) -> bytes:
    flat = pd.DataFrame(table.drop(columns="geometry"))
    flat["lon"], flat["lat"] = table.geometry.x, table.geometry.y
    return csv_bytes(flat, decimals={"lon": 6, "lat": 6, "accuracy_m": 0})


def _write(table: gpd.GeoDataFrame, out: Path) -> None:
    match out.suffix.lower():
        case ".csv":
            write_bytes(out, _csv(table))
        case _:
            write_shapes(table, out, layer="places")

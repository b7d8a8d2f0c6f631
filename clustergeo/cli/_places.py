"""``clustergeo places``: the shipped places, or the user's own, as a table or a file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from rich.table import Table

from clustergeo._files import csv_bytes, write_bytes, writing
from clustergeo.cli._console import console
from clustergeo.errors import UsageError
from clustergeo.places import load_all_places, load_places

__all__ = ["show_places"]

SHOWN = ("place_id", "name_en", "name_ko", "kind", "cluster_id", "accuracy_m", "evidence")


def show_places(
    files: list[str], *, crs: str | None, encoding: str | None, out: Path | None
) -> None:
    """Print the places, or write them to a file."""
    if files:
        tables = [load_places(Path(file), crs=crs, encoding=encoding) for file in files]
        table = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tables[0].crs)
    else:
        table = load_all_places()
    if out:
        _write(table, out)
        console.print(f"{out}: {len(table):,} places", highlight=False)
    elif console.is_terminal:
        console.print(_shown(table), highlight=False)
    else:
        # A pipe or a file wants rows, not a layout for eyes.
        console.file.write(_csv(table).decode())


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
        case ".geojson":
            write_bytes(out, table.to_json(drop_id=True, ensure_ascii=False).encode())
        case ".gpkg":
            with writing(out) as aside:
                table.to_file(aside, driver="GPKG", layer="places")
        case _:
            message = f"--out: unknown format ({out.name}) - end it in .csv, .geojson or .gpkg"
            raise UsageError(message)

"""Options of ``isochrones``, ``route`` and ``nearest``; what they do stands in ``_reach``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["isochrones", "nearest", "route"]

From = Annotated[list[str], typer.Option("--from", metavar="FILE|ID...", help="Origins.")]
To = Annotated[list[str], typer.Option("--to", metavar="FILE|ID...", help="Destinations.")]
Network = Annotated[
    Path | None, typer.Option(help="Any road network; the shipped one by default.")
]
State = Annotated[
    str | None, typer.Option(help="Congestion: weekday_am, weekday_pm, weekend or holiday.")
]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of the files.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files.")]


def isochrones(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    out: Annotated[Path, typer.Option(help="A .geojson, .gpkg or .parquet file.")],
    minutes: Annotated[str, typer.Option(help="Door to door, such as 30,60,90.")] = "30,60,90",
    network: Network = None,
    state: State = None,
    snap_cap_m: Annotated[
        float | None,
        typer.Option(min=0, help="Metres beside a road up to which a place is reached."),
    ] = None,
    people: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--people", help="Count the people inside, on the shipped grid.")
    ] = False,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Draw the areas that places reach by car within some minutes."""
    from clustergeo.cli._reach import Roads, write_isochrones  # noqa: PLC0415

    roads = Roads(network=network, state=state, crs=crs, encoding=encoding)
    write_isochrones(roads, from_, minutes, out, snap_cap_m=snap_cap_m, people=people)


def route(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    to: To,
    out: Annotated[
        Path | None, typer.Option(help="Write it to a .geojson, .gpkg or .parquet file.")
    ] = None,
    network: Network = None,
    state: State = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Print the roads of the fastest drive from one place to another."""
    from clustergeo.cli._reach import Roads, show_route  # noqa: PLC0415

    show_route(Roads(network=network, state=state, crs=crs, encoding=encoding), from_, to, out)


def nearest(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    to: To,
    out: Annotated[Path, typer.Option(help="A .csv or .parquet file.")],
    network: Network = None,
    state: State = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Find which of the destinations each origin reaches first by car."""
    from clustergeo.cli._reach import Roads, write_nearest  # noqa: PLC0415

    write_nearest(Roads(network=network, state=state, crs=crs, encoding=encoding), from_, to, out)

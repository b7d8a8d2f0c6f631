"""Options of ``isochrones``, ``route`` and ``nearest``; what they do stands in ``_reach``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["isochrones", "nearest", "route"]

From = Annotated[list[str], typer.Option("--from", metavar="FILE|ID...", help="Origins.")]
To = Annotated[list[str], typer.Option("--to", metavar="FILE|ID...", help="Destinations.")]
Network = Annotated[
    Path | None, typer.Option(help="Any road network; the shipped one by default.")
]
State = Annotated[
    str | None,
    typer.Option(help="Congestion: weekday_am, weekday_pm, weekend, holiday, or your own."),
]
Congestion = Annotated[
    Path | None, typer.Option(help="Your own table of congestion states, with --state.")
]
Delays = Annotated[
    bool, typer.Option("--delays", help="Let signals, junctions and turns take time.")
]
DelaysFile = Annotated[
    Path | None, typer.Option(help="Let them take the time of a table of your own.")
]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of the files.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files.")]


def isochrones(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    out: Annotated[Path, typer.Option(help="A .geojson, .gpkg or .parquet file.")],
    mode: Annotated[Literal["car", "transit"], typer.Option(help="By what.")] = "car",
    minutes: Annotated[str, typer.Option(help="Door to door, such as 30,60,90.")] = "30,60,90",
    network: Network = None,
    state: State = None,
    congestion: Congestion = None,
    delays: Delays = False,  # noqa: FBT002 - a flag
    delays_file: DelaysFile = None,
    snap_cap_m: Annotated[
        float | None,
        typer.Option(min=0, help="Metres beside a road up to which a place is reached."),
    ] = None,
    feed: Annotated[
        list[Path] | None,
        typer.Option(help="GTFS zip or folder, repeatable; the shipped one by default."),
    ] = None,
    feed_encoding: Annotated[
        str | None, typer.Option(help="Encoding of the feed, e.g. latin-1; UTF-8 by default.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Day of travel, YYYY-MM-DD; needed with --feed.")
    ] = None,
    window: Annotated[str | None, typer.Option(help="Departures, HH:MM-HH:MM.")] = None,
    share: Annotated[
        float | None,
        typer.Option(help="Share of the departures that must get there; 0.5, the median."),
    ] = None,
    people: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--people", help="Count the people inside, on the shipped grid.")
    ] = False,
    grid: Annotated[
        Path | None,
        typer.Option(help="Count them on a finer grid of your own: a CSV of x, y, population."),
    ] = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Draw the areas that places reach by car or public transport within some minutes."""
    from clustergeo.cli._isochrones import Request, write_isochrones  # noqa: PLC0415

    request = Request(
        mode=mode,
        origins=tuple(from_),
        minutes=minutes,
        out=out,
        network=network,
        state=state,
        congestion=congestion,
        delays=delays,
        delays_file=delays_file,
        snap_cap_m=snap_cap_m,
        feed=tuple(feed or ()),
        feed_encoding=feed_encoding,
        date=date,
        window=window,
        share=share,
        people=people,
        grid=grid,
        crs=crs,
        encoding=encoding,
    )
    write_isochrones(request)


def route(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    to: To,
    out: Annotated[
        Path | None, typer.Option(help="Write it to a .geojson, .gpkg or .parquet file.")
    ] = None,
    network: Network = None,
    state: State = None,
    congestion: Congestion = None,
    delays: Delays = False,  # noqa: FBT002 - a flag
    delays_file: DelaysFile = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Print the roads of the fastest drive from one place to another."""
    from clustergeo.cli._reach import Roads, show_route  # noqa: PLC0415

    roads = Roads(
        network=network,
        state=state,
        congestion=congestion,
        delays=delays_file or delays,
        crs=crs,
        encoding=encoding,
    )
    show_route(roads, from_, to, out)


def nearest(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    to: To,
    out: Annotated[Path, typer.Option(help="A .csv or .parquet file.")],
    network: Network = None,
    state: State = None,
    congestion: Congestion = None,
    delays: Delays = False,  # noqa: FBT002 - a flag
    delays_file: DelaysFile = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Find which of the destinations each origin reaches first by car."""
    from clustergeo.cli._reach import Roads, write_nearest  # noqa: PLC0415

    roads = Roads(
        network=network,
        state=state,
        congestion=congestion,
        delays=delays_file or delays,
        crs=crs,
        encoding=encoding,
    )
    write_nearest(roads, from_, to, out)

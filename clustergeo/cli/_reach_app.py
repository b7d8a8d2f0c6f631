"""Options of ``isochrones``, ``route`` and ``nearest``; what they do stands in ``_reach``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clustergeo.cli._options import (
    Congestion,
    Crs,
    Date,
    Delays,
    DelaysFile,
    Encoding,
    Feed,
    FeedEncoding,
    From,
    Mode,
    Network,
    State,
    To,
    Window,
)

__all__ = ["isochrones", "nearest", "route"]


def isochrones(  # noqa: PLR0913, PLR0917 - one parameter an option
    from_: From,
    out: Annotated[Path, typer.Option(help="A .geojson, .gpkg or .parquet file.")],
    mode: Mode = "car",
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
    feed: Feed = None,
    feed_encoding: FeedEncoding = None,
    date: Date = None,
    window: Window = None,
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

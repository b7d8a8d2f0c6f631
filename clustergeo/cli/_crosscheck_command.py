"""Options of ``clustergeo crosscheck``; what it does stands in ``_crosscheck``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from clustergeo.cli._options import Crs, Date, Delays, Encoding, Feed, Mode, Window

__all__ = ["crosscheck"]


def crosscheck(  # noqa: PLR0913 - one parameter an option
    *,
    peer: Annotated[
        Literal["networkx", "valhalla", "r5"],
        typer.Option("--with", help="The other engine; networkx is always there."),
    ] = "networkx",
    mode: Mode = "car",
    network: Annotated[
        Path | None,
        typer.Option(
            help="Any road network; the shipped one by default. Valhalla and R5 take an .osm.pbf."
        ),
    ] = None,
    delays: Delays = False,
    feed: Feed = None,
    date: Date = None,
    window: Window = None,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--places",
            metavar="FILE|ID",
            help="Places to travel between, repeatable; nodes of the network by default.",
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option(min=2, help="Nodes, or places, to draw; all pairs are compared.")
    ] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw.")] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the pairs to a .csv.")
    ] = None,
    crs: Crs = None,
    encoding: Encoding = None,
) -> None:
    """Hold our times against those of another engine: networkx, Valhalla or R5."""
    from clustergeo.cli._crosscheck import Asked, show_crosscheck  # noqa: PLC0415

    asked = Asked(
        peer=peer,
        mode=mode,
        network=network,
        delays=delays,
        feed=tuple(feed or ()),
        date=date,
        window=window,
        places=tuple(places or ()),
        sample=sample,
        seed=seed,
        out=out,
        crs=crs,
        encoding=encoding,
    )
    show_crosscheck(asked)

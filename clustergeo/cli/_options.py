"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = [
    "Congestion",
    "Crs",
    "Date",
    "Delays",
    "DelaysFile",
    "Encoding",
    "Feed",
    "FeedEncoding",
    "From",
    "Mode",
    "Network",
    "State",
    "To",
    "Window",
]

Mode = Annotated[Literal["car", "transit"], typer.Option(help="By what.")]
From = Annotated[list[str], typer.Option("--from", metavar="FILE|ID...", help="Origins.")]
To = Annotated[list[str], typer.Option("--to", metavar="FILE|ID...", help="Destinations.")]
Network = Annotated[
    Path | None,
    typer.Option(
        help="Any road network; the shipped one by default. Transit: for ways to stops only."
    ),
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
Feed = Annotated[
    list[Path] | None,
    typer.Option(help="GTFS zip or folder, repeatable; the shipped one by default."),
]
FeedEncoding = Annotated[
    str | None, typer.Option(help="Encoding of the feed, e.g. latin-1; UTF-8 by default.")
]
Date = Annotated[str | None, typer.Option(help="Day of travel, YYYY-MM-DD; needed with --feed.")]
Window = Annotated[str | None, typer.Option(help="Departures, HH:MM-HH:MM.")]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of the files.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files.")]

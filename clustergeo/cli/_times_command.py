"""The command ``times`` and its options; it imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["times"]


def times(  # noqa: PLR0913, PLR0917 - one parameter an option
    mode: Annotated[Literal["car", "transit"], typer.Option(help="By what.")],
    from_: Annotated[list[str], typer.Option("--from", metavar="FILE|ID...", help="Origins.")],
    to: Annotated[list[str], typer.Option("--to", metavar="FILE|ID...", help="Destinations.")],
    out: Annotated[
        Path,
        typer.Option(
            help="A .csv, .parquet or .geojson file, or a folder for car minutes of any size."
        ),
    ],
    cluster: Annotated[
        str | None,
        typer.Option(help="Spread a folder's parts: local:N processes, or tcp://HOST:PORT."),
    ] = None,
    network: Annotated[
        Path | None,
        typer.Option(
            help="Any road network; the shipped one by default. Transit: for ways to stops only."
        ),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(help="Congestion: weekday_am, weekday_pm, weekend, holiday, or your own."),
    ] = None,
    congestion: Annotated[
        Path | None, typer.Option(help="Your own table of congestion states, with --state.")
    ] = None,
    delays: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--delays", help="Let signals, junctions and turns take time.")
    ] = False,
    delays_file: Annotated[
        Path | None, typer.Option(help="Let them take the time of a table of your own.")
    ] = None,
    feed: Annotated[
        list[Path] | None,
        typer.Option(help="GTFS zip or folder, repeatable; the shipped one by default."),
    ] = None,
    feed_encoding: Annotated[
        str | None, typer.Option(help="Encoding of the feed, e.g. latin-1; UTF-8 by default.")
    ] = None,
    lenient: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Set faulty trips of the feed aside, listed in a .csv."),
    ] = None,
    inflate_limit_mb: Annotated[
        float | None, typer.Option(help="Megabytes a genuine feed archive may inflate to.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Day of travel, YYYY-MM-DD; needed with --feed.")
    ] = None,
    window: Annotated[str | None, typer.Option(help="Departures, HH:MM-HH:MM.")] = None,
    arrive_by: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--arrive-by", help="The window holds deadlines, not departures.")
    ] = False,
    wait: Annotated[
        Literal["turn_up", "plan"] | None,
        typer.Option(help="Leave at any minute, or by the timetable."),
    ] = None,
    headway_wait: Annotated[
        Literal["sampled", "half", "capped_half", "percentile"] | None,
        typer.Option(help="Wait for services known by their headway."),
    ] = None,
    access: Annotated[
        Literal["walk", "taxi", "walk_else_taxi", "bicycle", "car"] | None,
        typer.Option(help="Ways to the first stop; car is park and ride."),
    ] = None,
    egress: Annotated[
        Literal["as_access", "walk", "taxi", "walk_else_taxi", "bicycle", "car"] | None,
        typer.Option(help="Ways from the last stop."),
    ] = None,
    most_rides: Annotated[
        int | None, typer.Option(help="Most rides of a trip: transfers plus one.")
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write percentiles, anatomy, good options and day ends to a .csv."
        ),
    ] = None,
    percentiles: Annotated[
        str | None, typer.Option(help="Percentiles of the profile, e.g. 5,25,50,75,95.")
    ] = None,
    legs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the legs of median trips to a .csv.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system of the files.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the files.")] = None,
) -> None:
    """Compute door-to-door travel times between places."""
    from clustergeo.cli._times import write_times  # noqa: PLC0415
    from clustergeo.cli._times_request import Request  # noqa: PLC0415
    from clustergeo.cli._transit_times import TransitOptions  # noqa: PLC0415

    write_times(
        Request(
            mode=mode,
            origins=tuple(from_),
            destinations=tuple(to),
            out=out,
            cluster=cluster,
            network=network,
            state=state,
            congestion=congestion,
            delays=delays,
            delays_file=delays_file,
            feed=tuple(feed or ()),
            feed_encoding=feed_encoding,
            lenient=lenient,
            inflate_limit_mb=inflate_limit_mb,
            date=date,
            window=window,
            crs=crs,
            encoding=encoding,
            transit=TransitOptions(
                arrive_by=arrive_by,
                wait=wait,
                headway_wait=headway_wait,
                access=access,
                egress=egress,
                most_rides=most_rides,
                profile=profile,
                percentiles=percentiles,
                legs=legs,
            ),
        )
    )

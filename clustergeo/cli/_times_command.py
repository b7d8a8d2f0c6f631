"""The command ``times`` and its options; it imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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

__all__ = ["times"]


def times(  # noqa: PLR0913, PLR0917 - one parameter an option
    mode: Mode,
    from_: From,
    to: To,
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
    network: Network = None,
    state: State = None,
    congestion: Congestion = None,
    delays: Delays = False,  # noqa: FBT002 - a flag
    delays_file: DelaysFile = None,
    feed: Feed = None,
    feed_encoding: FeedEncoding = None,
    lenient: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Set faulty trips of the feed aside, listed in a .csv."),
    ] = None,
    inflate_limit_mb: Annotated[
        float | None, typer.Option(help="Megabytes a genuine feed archive may inflate to.")
    ] = None,
    date: Date = None,
    window: Window = None,
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
    strict: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--strict", help="Exit with 6 where a trip has no time.")
    ] = False,
    crs: Crs = None,
    encoding: Encoding = None,
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
            strict=strict,
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

"""What ``clustergeo times`` is asked for, and whether its options fit together."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from pathlib import Path

from clustergeo._crs import asked_crs
from clustergeo.cli._od import check_folder, is_folder
from clustergeo.cli._targets import check_target
from clustergeo.cli._transit_times import TransitOptions
from clustergeo.errors import UsageError

__all__ = ["Request", "check_request", "parse_date", "parse_window"]

FORMATS = (".csv", ".parquet", ".geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    mode: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    out: Path
    cluster: str | None = None
    network: Path | None = None
    state: str | None = None
    congestion: Path | None = None
    delays: bool = False
    delays_file: Path | None = None
    feed: tuple[Path, ...] = ()
    feed_encoding: str | None = None
    lenient: Path | None = None
    inflate_limit_mb: float | None = None
    date: str | None = None
    window: str | None = None
    crs: str | None = None
    encoding: str | None = None
    strict: bool = False
    transit: TransitOptions = field(default_factory=TransitOptions)


def parse_date(text: str) -> dt.date:
    """Return a date written YYYY-MM-DD, or refuse it as a usage error."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"--date: not a date ({text}) - write it as YYYY-MM-DD"
        raise UsageError(message) from error


def parse_window(text: str) -> tuple[dt.time, dt.time]:
    """Return the two times of a window HH:MM-HH:MM, or refuse it as a usage error."""
    try:
        start, end = (dt.time.fromisoformat(part) for part in text.split("-"))
    except ValueError as error:
        message = f"--window: not a window of time ({text}) - write it as HH:MM-HH:MM"
        raise UsageError(message) from error
    if start >= end:
        message = f"--window: ends before it starts ({text}) - put the earlier time first"
        raise UsageError(message)
    return start, end


def check_request(request: Request) -> None:
    """Refuse options that contradict each other, before any work."""
    if not is_folder(request.out) and request.out.suffix.lower() not in FORMATS:
        message = f"--out: unknown format ({request.out.name}) - end it in {', '.join(FORMATS)}"
        raise UsageError(message)
    check_folder(request.out, request.mode, request.cluster)
    for option in ("feed", "window"):
        if request.mode == "car" and getattr(request, option):
            message = f"--{option}: not used by --mode car - drop it or use --mode transit"
            raise UsageError(message)
    _check_values(request)
    if request.lenient and not request.feed:
        message = "--lenient: used with --feed only - name the feed, or drop it"
        raise UsageError(message)
    if request.lenient and request.lenient.suffix.lower() != ".csv":
        message = f"--lenient: lists faults as CSV ({request.lenient.name}) - end it in .csv"
        raise UsageError(message)
    if request.congestion and not request.state:
        message = "--congestion: needs a state - name one of its states with --state"
        raise UsageError(message)
    for option in ("state", "congestion", "delays", "delays_file"):
        if request.mode == "transit" and getattr(request, option) and not request.network:
            name = option.replace("_", "-")
            fix = "name them by --network, or drop it"
            message = f"--{name}: of the roads to and from stops - {fix}"
            raise UsageError(message)
    request.transit.check(request.mode)
    if request.mode == "transit" and request.feed and not request.date:
        message = "--date: needed with --feed - give a day inside the calendar of your feed"
        raise UsageError(message)
    _check_names(request)


def _check_values(request: Request) -> None:
    """Refuse values that are off, wherever they would be used."""
    if request.date:
        parse_date(request.date)
    if request.window:
        parse_window(request.window)
    asked_crs(request.crs)
    limit_mb = request.inflate_limit_mb
    if limit_mb is not None and not 0 < limit_mb < math.inf:
        message = f"--inflate-limit-mb: not above 0 ({limit_mb:g}) - give megabytes"
        raise UsageError(message)


def _check_names(request: Request) -> None:
    """Refuse a file that two options name: no input is overwritten, no output twice."""
    tables = (request.network, request.congestion, request.delays_file)
    read = (*request.feed, *(path for path in tables if path))
    inputs = (*request.origins, *request.destinations, *map(str, read))
    check_target(request.out, inputs, folder=is_folder(request.out))
    others = {*(Path(word).resolve() for word in inputs), request.out.resolve()}
    lenient = [("lenient", request.lenient)] if request.lenient else []
    for name, file in (*lenient, *request.transit.files()):
        if file.resolve() in others:
            message = f"--{name}: is another file of the call ({file}) - choose a new one"
            raise UsageError(message)
        check_target(file)
        others.add(file.resolve())

"""The commands and their options; each imports what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from clustergeo.cli import _cache_app, _reach_app
from clustergeo.settings import version

__all__ = ["app", "invoke"]

app = typer.Typer(
    name="clustergeo",
    help="Door-to-door travel times, isolation and link appraisal for innovation clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

network_app = typer.Typer(help="Build, look at and merge road networks.", no_args_is_help=True)
app.add_typer(network_app, name="network")

app.add_typer(_cache_app.cache_app, name="cache")

_LISTS = ("--from", "--to")


def invoke(argv: list[str]) -> int:
    """Run the command that the arguments name and return its exit code."""
    code = app(_spread(argv), standalone_mode=True, prog_name="clustergeo")
    return int(code or 0)


def _spread(argv: list[str]) -> list[str]:
    """Write ``--from a b`` as ``--from a --from b``: a list ends at the next option."""
    spread: list[str] = []
    current: str | None = None
    expects = False
    for word in argv:
        if word.startswith("-") and word != "-":
            current, expects = (word, True) if word in _LISTS else (None, False)
            spread.append(word)
        elif current and not expects:
            spread += [current, word]
        else:
            expects = False
            spread.append(word)
    return spread


def _version(wanted: bool | None) -> None:  # noqa: FBT001 - the shape typer asks for
    if wanted:
        typer.echo(f"clustergeo {version()}")
        raise typer.Exit


@app.callback()
def _root(
    _version_flag: Annotated[
        bool | None,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = None,
) -> None:
    """Door-to-door travel times, isolation and link appraisal for innovation clusters."""


@app.command()
def study(
    study_file: Annotated[
        Path | None, typer.Argument(metavar="[STUDY.toml]", help="A study file.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("maps"),
    date: Annotated[str | None, typer.Option(help="Day of travel, YYYY-MM-DD.")] = None,
    window: Annotated[str | None, typer.Option(help="Departures, HH:MM-HH:MM.")] = None,
    lang: Annotated[
        Literal["ko", "en"] | None, typer.Option(help="Language of the exhibits.")
    ] = None,
) -> None:
    """Run a whole study: tables, maps, figures and a page that answers the question."""
    from clustergeo.cli._study import run_study  # noqa: PLC0415

    run_study(study_file, out=out, date=date, window=window, lang=lang)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the study; NAME.toml is written.")],
) -> None:
    """Write a commented study file for a region of your own."""
    from clustergeo.cli._study import new_study  # noqa: PLC0415

    new_study(name)


@app.command()
def places(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Files of places.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system, e.g. EPSG:5186.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding, e.g. cp949.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write them to a .csv, .geojson or .gpkg file.")
    ] = None,
) -> None:
    """List the shipped places, or those of your own files."""
    from clustergeo.cli._places import show_places  # noqa: PLC0415

    show_places(files or [], crs=crs, encoding=encoding, out=out)


@app.command()
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
        Path | None, typer.Option(help="Any road network; the shipped one by default.")
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
        Path | None, typer.Option(help="GTFS zip or folder; the shipped one by default.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Day of travel, YYYY-MM-DD; needed with --feed.")
    ] = None,
    window: Annotated[str | None, typer.Option(help="Departures, HH:MM-HH:MM.")] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system of the files.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the files.")] = None,
) -> None:
    """Compute door-to-door travel times between places."""
    from clustergeo.cli._times import Request, write_times  # noqa: PLC0415

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
            feed=feed,
            date=date,
            window=window,
            crs=crs,
            encoding=encoding,
        )
    )


app.command()(_reach_app.isochrones)
app.command()(_reach_app.route)
app.command()(_reach_app.nearest)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Any input files.")],
    crs: Annotated[str | None, typer.Option(help="Coordinate system of place files.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of place files.")] = None,
) -> None:
    """Check places, road networks, timetable feeds, claims and study files."""
    from clustergeo.cli._check import check_files  # noqa: PLC0415

    sys.exit(check_files(files, crs=crs, encoding=encoding))


@network_app.command("build")
def network_build(  # noqa: PLR0913 - one parameter an option
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="OpenStreetMap (.osm.pbf, .osm, .graphml), the standard node-link (folder or "
            "zip), a folder of road tables or a saved network; several are merged.",
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    place: Annotated[
        str | None, typer.Option(help="Download what OpenStreetMap has of a named place.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(help="Download west,south,east,north in degrees.")
    ] = None,
    within: Annotated[
        Path | None, typer.Option(help="Download the areas of a file (.geojson, .gpkg, .shp).")
    ] = None,
    speeds: Annotated[
        Path | None, typer.Option(help="Observed speeds by link, for the standard node-link.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system of a node-link without a .prj.")
    ] = None,
    largest: Annotated[
        bool, typer.Option("--largest-component", help="Keep only what reaches all of itself.")
    ] = False,
    hierarchy: Annotated[
        bool | None,
        typer.Option(
            "--hierarchy/--no-hierarchy",
            help="Contract it for matrices of many places; a large one is by default.",
        ),
    ] = None,
) -> None:
    """Read road networks of any kind and save one that loads at once."""
    from clustergeo.cli._network import Download, NodeLink, build_network  # noqa: PLC0415

    download = Download(place=place, bbox=bbox, within=within)
    build_network(
        sources or [],
        out=out,
        download=download,
        nodelink=NodeLink(speeds=speeds, crs=crs),
        largest=largest,
        hierarchy=hierarchy,
    )


@network_app.command("info")
def network_info(
    source: Annotated[
        Path | None, typer.Argument(metavar="[SOURCE]", help="The shipped one by default.")
    ] = None,
    verify: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--verify", help="Read every byte and compare its checksum.")
    ] = False,
) -> None:
    """Print counts, components, classes, speeds, extent and origin of a road network."""
    from clustergeo.cli._network import show_network  # noqa: PLC0415

    show_network(source, verify=verify)


@network_app.command("merge")
def network_merge(
    sources: Annotated[list[Path], typer.Argument(metavar="A B...", help="Road networks.")],
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    largest: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--largest-component", help="Keep only what reaches all of itself.")
    ] = False,
) -> None:
    """Make one network of several: nodes of equal id within a metre are one."""
    from clustergeo.cli._network import build_network  # noqa: PLC0415

    build_network(sources, out=out, largest=largest)

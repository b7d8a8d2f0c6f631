"""The commands and their options; each imports what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from clustergeo.cli import _cache_app, _reach_app, _scenario_app
from clustergeo.cli._crosscheck_command import crosscheck
from clustergeo.cli._explain_command import explain
from clustergeo.cli._isolation_command import isolation
from clustergeo.cli._stops import Commands
from clustergeo.cli._study_command import new, report, study
from clustergeo.cli._times_command import times
from clustergeo.settings import version

__all__ = ["app", "invoke"]

app = typer.Typer(
    name="clustergeo",
    cls=Commands,
    help="Door-to-door travel times, isolation and link appraisal for innovation clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

network_app = typer.Typer(help="Build, look at and merge road networks.", no_args_is_help=True)
app.add_typer(network_app, name="network")

app.add_typer(_cache_app.cache_app, name="cache")
app.add_typer(_scenario_app.scenario_app, name="scenario")
feed_app = typer.Typer(help="Build and look at timetables.", no_args_is_help=True)
app.add_typer(feed_app, name="feed")

_LISTS = ("--from", "--to", "--index", "--compare")


def invoke(argv: list[str]) -> int:
    """Run the command that the arguments name and return its exit code."""
    code = app(_spread(argv), standalone_mode=True, prog_name="clustergeo")
    return int(code or 0)


def _spread(argv: list[str]) -> list[str]:
    """Write ``--from a b`` as ``--from a --from b``: a list ends at the next option."""
    spread: list[str] = []
    current: str | None = None
    expects = False
    lists = () if argv[:1] == ["explain"] else _LISTS  # one measure of one cluster: no list
    for word in argv:
        if word.startswith("-") and word != "-":
            current, expects = (word, True) if word in lists else (None, False)
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


app.command()(study)
app.command()(report)
app.command()(new)


@app.command()
def places(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Files of places.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system, e.g. EPSG:5186.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding, e.g. cp949.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a GeoPackage with several.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write them to a .csv, .geojson or .gpkg file.")
    ] = None,
) -> None:
    """List the shipped places, or those of your own files."""
    from clustergeo.cli._places import show_places  # noqa: PLC0415

    show_places(files or [], crs=crs, encoding=encoding, layer=layer, out=out)


for _command in (times, isolation, _reach_app.isochrones, _reach_app.route, _reach_app.nearest):
    app.command()(_command)


@app.command()
def claims(
    claims_file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Claims (.toml); those of the study by default."),
    ] = None,
    *,
    study: Annotated[
        Path | None, typer.Option(metavar="STUDY.toml", help="The shipped study by default.")
    ] = None,
    mode: Annotated[
        Literal["car", "transit"] | None, typer.Option(help="By what; both by default.")
    ] = None,
    lang: Annotated[Literal["ko", "en"], typer.Option(help="Language of sentences.")] = "en",
    out: Annotated[
        Path | None, typer.Option(help="Write them to a .csv, .json or .txt file.")
    ] = None,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Built in the times; several are one package."),
    ] = None,
) -> None:
    """Hold statements about travel times against the times: verdict, flip point, conditions."""
    from clustergeo.cli._claims import show_claims  # noqa: PLC0415

    show_claims(
        claims_file, study_file=study, mode=mode, lang=lang, out=out, scenarios=scenario or []
    )


app.command()(explain)
app.command()(crosscheck)


@app.command()
def check(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Any input files.")],
    crs: Annotated[str | None, typer.Option(help="Coordinate system of place files.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of place files and feeds.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Day of travel that feeds must serve, YYYY-MM-DD.")
    ] = None,
    network: Annotated[
        Path | None, typer.Option(help="Road network that stops of feeds must be near.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the findings in feeds to a .csv.")
    ] = None,
    strict: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--strict", help="Warnings in feeds count as errors (exit code 6).")
    ] = False,
) -> None:
    """Check places, road networks, feeds, claims, scenarios and study files; lint feeds."""
    from clustergeo.cli._check import check_files  # noqa: PLC0415
    from clustergeo.cli._lint import FeedLint  # noqa: PLC0415

    lint = FeedLint(date=date, network=network, out=out, strict=strict, encoding=encoding)
    sys.exit(check_files(files, crs=crs, encoding=encoding, lint=lint))


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
        str | None,
        typer.Option(help="Coordinate system of areas, or of a node-link without a .prj."),
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


@feed_app.command("build")
def feed_build(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="GTFS zips or folders.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the files, e.g. latin-1; UTF-8 by default.")
    ] = None,
    shapes: Annotated[bool, typer.Option("--shapes", help="Keep the lines of trips too.")] = False,
) -> None:
    """Read GTFS feeds and save one timetable that loads at once."""
    from clustergeo.cli._feed import build_feed  # noqa: PLC0415

    build_feed(sources, out=out, encoding=encoding, shapes=shapes)


@feed_app.command("info")
def feed_info(
    source: Annotated[
        Path | None, typer.Argument(metavar="[SOURCE]", help="The shipped one by default.")
    ] = None,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every byte and compare its checksum.")
    ] = False,
) -> None:
    """Print counts, days of service and notes of a timetable."""
    from clustergeo.cli._feed import show_feed  # noqa: PLC0415

    show_feed(source, verify=verify)

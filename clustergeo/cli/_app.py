"""The commands and their options; each imports what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from clustergeo.settings import version

__all__ = ["app", "invoke"]

app = typer.Typer(
    name="clustergeo",
    help="Door-to-door travel times, isolation and link appraisal for innovation clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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
    out: Annotated[Path, typer.Option(help="A .csv, .parquet or .geojson file.")],
    network: Annotated[
        Path | None, typer.Option(help="Folder of road tables; the shipped one by default.")
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
            network=network,
            feed=feed,
            date=date,
            window=window,
            crs=crs,
            encoding=encoding,
        )
    )


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Any input files.")],
    crs: Annotated[str | None, typer.Option(help="Coordinate system of place files.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of place files.")] = None,
) -> None:
    """Check places, road networks, timetable feeds, claims and study files."""
    from clustergeo.cli._check import check_files  # noqa: PLC0415

    sys.exit(check_files(files, crs=crs, encoding=encoding))

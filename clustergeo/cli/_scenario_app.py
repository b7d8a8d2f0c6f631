"""Options of ``scenario new``, ``check``, ``run``, ``compare`` and ``find``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["scenario_app"]

scenario_app = typer.Typer(
    help="What would a new road, line or stop change? Scenarios are files of edits.",
    no_args_is_help=True,
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")]
OfStudy = Annotated[
    Path | None,
    typer.Option("--study", metavar="STUDY.toml", help="A study; the embedded one by default."),
]


@scenario_app.command("new")
def scenario_new(
    name: Annotated[str, typer.Argument(help="Name of the scenario; NAME.toml is written.")],
) -> None:
    """Write a commented scenario file: a new bus, ready to run, and every other kind of edit."""
    from clustergeo.cli._scenario import new_scenario  # noqa: PLC0415

    new_scenario(name)


@scenario_app.command("check")
def scenario_check(
    files: Files,
    study: OfStudy = None,
    together: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--together", help="They make one package, each on top of the last.")
    ] = False,
) -> None:
    """Name every fault of scenario files with its line (exit code 3), or say that all is well."""
    from clustergeo.cli._scenario import check_files  # noqa: PLC0415

    check_files(files, study=study, together=together)


@scenario_app.command("run")
def scenario_run(
    files: Files,
    study: OfStudy = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write the tables to.")
    ] = None,
) -> None:
    """Minutes before and after, by car and by public transport; several files are one package."""
    from clustergeo.cli._scenario import run_files  # noqa: PLC0415

    run_files(files, study=study, out=out)


@scenario_app.command("compare")
def scenario_compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A scenario file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    study: OfStudy = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write the tables to.")
    ] = None,
) -> None:
    """Minutes with one scenario beside those with another, each made on the base."""
    from clustergeo.cli._scenario import compare_files  # noqa: PLC0415

    compare_files(first, second, study=study, out=out)


@scenario_app.command("find")
def scenario_find(
    text: Annotated[str, typer.Argument(help="A part of a name, a number or an id.")],
    study: OfStudy = None,
) -> None:
    """List the stops, routes, roads and places that a scenario can name, by a part of a name."""
    from clustergeo.cli._scenario import find  # noqa: PLC0415

    find(text, study=study)

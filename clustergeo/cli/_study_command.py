"""The commands ``study``, ``report`` and ``new``; each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["new", "report", "study"]


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
    everything: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--all", help="Also SVG, PDF, office and GIS files, and the other language."),
    ] = False,
) -> None:
    """Run a whole study: tables, maps, figures and a page that answers the question."""
    from clustergeo.cli._study import run_study  # noqa: PLC0415

    run_study(study_file, out=out, date=date, window=window, lang=lang, everything=everything)


def report(
    study_file: Annotated[
        Path | None, typer.Argument(metavar="[STUDY.toml]", help="A study file.")
    ] = None,
    out: Annotated[Path, typer.Option(help="File to write: .html, .docx or .hwpx.")] = Path(
        "report.html"
    ),
    lang: Annotated[
        Literal["ko", "en"] | None, typer.Option(help="Language of the report.")
    ] = None,
) -> None:
    """Run a study and write its report: the answer on one page, then figures, tables, method."""
    from clustergeo.cli._study import write_report  # noqa: PLC0415

    write_report(study_file, out=out, lang=lang)


def new(
    name: Annotated[str, typer.Argument(help="Name of the study; NAME.toml is written.")],
) -> None:
    """Write a commented study file for a region of your own."""
    from clustergeo.cli._study import new_study  # noqa: PLC0415

    new_study(name)

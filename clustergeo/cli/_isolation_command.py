"""The command ``isolation`` and its options; it imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["isolation"]


def isolation(  # noqa: PLR0913, PLR0917 - one parameter an option
    study_file: Annotated[
        Path | None, typer.Argument(metavar="[STUDY.toml]", help="The shipped study by default.")
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of times to measure, .csv or .parquet."),
    ] = None,
    mode: Annotated[
        Literal["car", "transit"] | None, typer.Option(help="By what; both by default.")
    ] = None,
    weights: Annotated[
        Literal["workers", "population", "institutions"] | None,
        typer.Option(help="Masses that measures are weighted by; every form by default."),
    ] = None,
    by: Annotated[
        Literal["index", "cluster"], typer.Option(help="One table a mode, or one a cluster.")
    ] = "index",
    index: Annotated[
        list[str] | None,
        typer.Option(
            "--index", metavar="ID...", help="Measures, or all; a headline few by default."
        ),
    ] = None,
    stability: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--stability", help="Rank again by other windows, waits, ways to stops and roads."
        ),
    ] = False,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare", metavar="pilots|sigungu|FILE...", help="Rank among other places."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write it to a .csv, .json, .parquet or .txt file.")
    ] = None,
) -> None:
    """Measure how isolated each cluster is, by every measure of the catalogue."""
    from clustergeo.cli._isolation import Asked, show_isolation  # noqa: PLC0415

    show_isolation(
        Asked(
            study_file=study_file,
            times=times,
            mode=mode,
            weights=weights,
            by=by,
            indices=tuple(name for name in index or () if name != "all"),
            every="all" in (index or ()),
            stability=stability,
            compare=tuple(compare or ()),
            out=out,
        )
    )

"""Options of ``clustergeo explain``; what it does stands in ``_explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["explain"]


def explain(  # noqa: PLR0913 - one parameter an option
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FROM TO|CLUSTER|ORIGIN|ID]",
            help="Two places; with --index a cluster; with --claim an origin or nothing; or the "
            "id of a figure, such as times/daedeok/osong/transit@1a2b3c4d.",
        ),
    ] = None,
    *,
    index: Annotated[
        str | None, typer.Option(help="A measure of isolation, e.g. capital_ratio.")
    ] = None,
    claim: Annotated[str | None, typer.Option(help="A claim, e.g. faster_to_capital.")] = None,
    mode: Annotated[
        Literal["car", "transit", "both"] | None, typer.Option(help="By what; both by default.")
    ] = None,
    weights: Annotated[
        Literal["workers", "population", "institutions"] | None,
        typer.Option(help="Masses the measure is weighted by."),
    ] = None,
    study: Annotated[
        Path | None, typer.Option(metavar="STUDY.toml", help="The shipped study by default.")
    ] = None,
    depart: Annotated[
        str | None, typer.Option(help="One departure, HH:MM, instead of the whole window.")
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(help="The study.json of the id; maps/study.json by default if it is there."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to a .json or .txt file.")] = None,
) -> None:
    """Say where a number comes from: legs, sources, settings, inputs; check the id of a figure."""
    from clustergeo.cli._explain import Asked, explain_number  # noqa: PLC0415

    asked = Asked(
        words=tuple(words or ()),
        index=index,
        claim=claim,
        mode=mode,
        weights=weights,
        study_file=study,
        depart=depart,
        record=record,
        out=out,
    )
    explain_number(asked)

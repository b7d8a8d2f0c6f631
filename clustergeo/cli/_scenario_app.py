"""Options of ``scenario new``, ``check``, ``run``, ``compare``, ``find`` and the appraisals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
        Path | None, typer.Option(metavar="DIR", help="Folder to write tables and a page to.")
    ] = None,
    value_of_time: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Won per hour by mode and purpose; see README."),
    ] = None,
    demand: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Trips: from_id,to_id,mode,trips_a_day,source."),
    ] = None,
    *,
    null: Annotated[
        bool, typer.Option("--null", help="Run the same inputs twice and say how far they differ.")
    ] = False,
) -> None:
    """Minutes, isolation, claims and costs with and without it; several files are one package."""
    from clustergeo.cli._scenario import Asked, run_files  # noqa: PLC0415

    asked = Asked(value_of_time=value_of_time, demand=demand, null=null)
    run_files(files, study=study, out=out, asked=asked)


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


@scenario_app.command("attribute")
def scenario_attribute(
    files: Files,
    study: OfStudy = None,
    by: Annotated[
        Literal["edit", "file"] | None,
        typer.Option("--by", help="Into what; files by default, the edits of a single one."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write the tables to.")
    ] = None,
) -> None:
    """Minutes that each file of a package, or each edit, brings: alone, left out, in the mean."""
    from clustergeo.cli._scenario_rank import attribute_files  # noqa: PLC0415

    attribute_files(files, study=study, by=by, out=out)


@scenario_app.command("rank")
def scenario_rank(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE...]", help="Scenario files; those shipped by default."),
    ] = None,
    study: OfStudy = None,
    settings: Annotated[
        Literal["study", "usual", "all"],
        typer.Option(
            "--settings",
            help="Under what links are ranked again: nothing, the usual (a minute), or all.",
        ),
    ] = "usual",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write the tables to.")
    ] = None,
) -> None:
    """Links by the minutes that they save, cost by minute, and what changes their ranks."""
    from clustergeo.cli._scenario_rank import rank_files  # noqa: PLC0415

    rank_files(files or [], study=study, settings=settings, out=out)


@scenario_app.command("missing")
def scenario_missing(  # noqa: PLR0913, PLR0917 - one option a setting
    study: OfStudy = None,
    link: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="road, rail, tram or bus; road, rail and bus if none."),
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Only a link between these two places."),
    ] = None,
    corridors: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Only these: corridor_id, place_id in order ..."),
    ] = None,
    speed_kph: Annotated[float | None, typer.Option(help="In place of each kind's.")] = None,
    headway_min: Annotated[float | None, typer.Option(help="In place of each kind's.")] = None,
    circuity: Annotated[float, typer.Option(help="Length by straight metres; estimated.")] = 1.3,
    sites: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--sites", help="Links may begin at the sites of clusters, too.")
    ] = False,
    by: Annotated[
        str, typer.Option(help="Rank by this column of the table, such as saved_worker_min.")
    ] = "saved_min",
    budget: Annotated[
        float, typer.Option(help="Billion won for each mode; the cost of CTX by default.")
    ] = 5113.5,
    verify: Annotated[int, typer.Option(help="How many of each mode to run in full.")] = 10,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for tables and scenario files.")
    ] = None,
) -> None:
    """Which road or service that is not there yet would bring the clusters closest together."""
    from clustergeo.cli._scenario_missing import missing_links  # noqa: PLC0415

    missing_links(
        {"speed_kph": speed_kph, "headway_min": headway_min, "circuity": circuity}
        | {"by": by, "sites": sites, "budget_krw_bn": budget, "verify": verify}
        | ({"links": tuple(link)} if link else {}),
        between=between,
        corridors=corridors,
        study=study,
        out=out,
    )


@scenario_app.command("gains")
def scenario_gains(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Files,
    study: OfStudy = None,
    target: Annotated[
        Literal["clusters", "capital"],
        typer.Option("--target", help="By which trips the cost is split."),
    ] = "clusters",
    sido: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            help="Province whose people count, code or name; those of the clusters.",
        ),
    ] = None,
    national_share: Annotated[
        float | None,
        typer.Option(help="Share of the state in the cost; that of the pilot projects if none."),
    ] = None,
    floor: Annotated[
        float, typer.Option(help="Least share of each who signs in the local cost.")
    ] = 0.01,
    least_min: Annotated[
        float, typer.Option(help="Minutes that people must save in the mean for it to sign.")
    ] = 1.0,
    sector: Annotated[str, typer.Option(help="Sector, for the agreement sheet.")] = "",
    lead: Annotated[str, typer.Option(help="Supervising ministry, for the sheet.")] = "",
    assisting: Annotated[
        list[str] | None, typer.Option(help="Assisting ministry, for the sheet; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the tables and the sheet.")
    ] = None,
    word: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--word", help="Write the sheet as .docx too; needs the extra office.")
    ] = False,
) -> None:
    """Whose people gain, cell by cell, and who would pay: a draft of an investment agreement."""
    from clustergeo.cli._scenario_gains import gain_files  # noqa: PLC0415
    from clustergeo.study.scenarios.agreement import Responsible  # noqa: PLC0415
    from clustergeo.study.scenarios.gain_rules import GainRules  # noqa: PLC0415

    rules = GainRules(
        target=target,
        sido=tuple(sido or ()),
        national_share=national_share,
        floor=floor,
        least_min=least_min,
    )
    who = Responsible(sector=sector, lead=lead, assisting=tuple(assisting or ()))
    gain_files(files, rules, who, study=study, out=out, word=word)

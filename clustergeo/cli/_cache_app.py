"""Options of ``cache list``, ``clear`` and ``verify``; what they do stands in ``_cache``."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["cache_app"]

cache_app = typer.Typer(
    help="Look at what is kept of large inputs, check it, remove it.", no_args_is_help=True
)


@cache_app.command("list")
def cache_list() -> None:
    """List what is kept, with its source, size and last use."""
    from clustergeo.cli._cache import list_cache  # noqa: PLC0415

    list_cache()


@cache_app.command("clear")
def cache_clear(
    older_than: Annotated[
        float | None,
        typer.Option(metavar="DAYS", min=0, help="Only what was not used for so many days."),
    ] = None,
) -> None:
    """Remove what is kept; it is made again when it is needed."""
    from clustergeo.cli._cache import clear_cache  # noqa: PLC0415

    clear_cache(older_than)


@cache_app.command("verify")
def cache_verify() -> None:
    """Read every byte of what is kept and put away what is damaged."""
    from clustergeo.cli._cache import verify_cache  # noqa: PLC0415

    verify_cache()

"""Slips on the command line, told in one line as everything else that is refused."""

from __future__ import annotations

import re
from typing import Any, Final

import typer

from clustergeo.errors import UsageError

__all__ = ["SLIP", "in_one_line"]

SLIP: Final[Any] = typer.BadParameter.__base__
"""Root of what typer raises for a call that is off; the module that holds it has moved before."""

_FORMS: Final = (
    (r"No such command '(.*)'", r"\1: no such command"),
    (r"No such option:? '?([^']*)'?", r"\1: no such option"),
    (r"Missing (?:option|argument|parameter)(?: '([^']*)')?", r"\1: missing"),
    (r"Invalid value for '([^']*)'(?: / '[^']*')*: (?:Value error, )?(.*)", r"\1: \2"),
    (r"Option '(.*)' (requires .*)", r"\1: \2"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"\1: one argument too many"),
)
_NEAR: Final = re.compile(r"(.*?)\.? \(?(?:Did you mean|Possible options:) (.*?)[?)]*")


def in_one_line(slip: Any) -> Exception:  # noqa: ANN401 - see SLIP
    """Return a slip as a usage error ``<option>: what (value) - how to fix``.

    A command without its arguments is no slip: typer shows its help.
    """
    if type(slip).__name__ == "NoArgsIsHelpError":
        return slip  # type: ignore[no-any-return]
    text = " ".join(slip.format_message().split())
    command = slip.ctx.command_path if slip.ctx else "clustergeo"
    fix = f"see `{command} --help`"
    if near := _NEAR.fullmatch(text):
        text, fix = near[1], f"did you mean {near[2].replace(chr(39), '')}?"
    text = text.rstrip(".")
    for form, told in _FORMS:
        if re.fullmatch(form, text):
            return UsageError(f"{re.sub(form, told, text)} - {fix}")
    return UsageError(f"{text} - {fix}")

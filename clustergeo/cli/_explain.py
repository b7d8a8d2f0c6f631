"""``clustergeo explain``: where a number comes from."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from clustergeo._files import write_bytes
from clustergeo.cli._console import console, notes, working
from clustergeo.cli._explain_shown import print_explanation, print_section
from clustergeo.cli._targets import check_target
from clustergeo.errors import Fault, InputError, UsageError
from clustergeo.schemas.figures import FigureId, parse_figure
from clustergeo.schemas.results import MODES
from clustergeo.study import Study, load_study
from clustergeo.study._provenance import chain_of
from clustergeo.study.explain import (
    Explanation,
    Section,
    check_figure,
    explain_claims,
    explain_figure,
    explain_index,
    explain_times,
)
from clustergeo.times import kernels_cached

__all__ = ["Asked", "explain_number"]

_FORMATS: Final = (".json", ".txt")
_RECORD: Final = Path("maps", "study.json")
_TEXT_WIDTH: Final = 100
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line."""

    words: tuple[str, ...]
    index: str | None = None
    claim: str | None = None
    mode: str | None = None
    weights: str | None = None
    study_file: Path | None = None
    depart: str | None = None
    record: Path | None = None
    out: Path | None = None

    @property
    def modes(self) -> tuple[str, ...]:
        """By what; both by default."""
        return MODES if self.mode in {None, "both"} else (str(self.mode),)

    @property
    def figure(self) -> FigureId | None:
        """The figure named by its id; None where it is named otherwise."""
        named = self.index is None and self.claim is None and len(self.words) == 1
        return parse_figure(self.words[0]) if named else None


def explain_number(asked: Asked) -> None:
    """Recompute a figure, print and write where it comes from, and check it if it has an id.

    Raises
    ------
    UsageError
        If nothing of that name is there.
    InputError
        If the figure was printed in another state of the study; it is explained all the same.
    """
    _check(asked)
    figure = asked.figure
    study = load_study(asked.study_file)
    if not kernels_cached():
        notes.print(
            "First run after an install: compiling the routing kernels, about half a minute."
        )
    with working("places") as status:
        found = _explained(asked, figure, study, status.update)
    faults = _faults(figure, found[0], study, asked.record) if figure else ()
    chain = _chain(study)
    if asked.out:
        write_bytes(asked.out, _content(found, chain, faults, asked.out.suffix.lower()))
    for each in found:
        print_explanation(each, console)
    print_section(chain, console)
    if asked.out:
        console.print(f"{asked.out}: written", highlight=False, markup=False)
    if faults:
        raise InputError(*faults)


def _check(asked: Asked) -> None:
    """Refuse words and options that do not fit together, before any work."""
    if asked.index is not None and asked.claim is not None:
        message = "--index, --claim: two questions - ask one"
        raise UsageError(message)
    wanted: tuple[int, ...] = (1, 2)
    fix = "name FROM and TO, or one id of a figure"
    if asked.index is not None:
        wanted, fix = (1,), "name one cluster, or region"
    if asked.claim is not None:
        wanted, fix = (0, 1), "name one origin, or none"
    if len(asked.words) not in wanted:
        message = f"explain: {len(asked.words)} names - {fix}"
        raise UsageError(message)
    if asked.weights is not None and asked.index is None:
        message = "--weights: only measures have weights - add --index"
        raise UsageError(message)
    if asked.depart is not None:
        _check_depart(asked)
    figure = asked.figure
    if figure and asked.mode:
        message = "--mode: the id names it already - leave it out"
        raise UsageError(message)
    if asked.record and not (figure and figure.chain):
        message = "--record: nothing to compare with it - pass the id of a figure with its @chain"
        raise UsageError(message)
    _check_out(asked)


def _check_depart(asked: Asked) -> None:
    if len(asked.words) != len(("FROM", "TO")):
        message = "--depart: only trips have a departure - name FROM and TO"
        raise UsageError(message)
    if not _CLOCK.fullmatch(str(asked.depart)):
        message = f"--depart: not a time of day ({asked.depart}) - write it as HH:MM"
        raise UsageError(message)
    if asked.mode == "car":
        message = "--depart: no time by car depends on it - leave it out"
        raise UsageError(message)


def _check_out(asked: Asked) -> None:
    if asked.out is None:
        return
    if asked.out.suffix.lower() not in _FORMATS:
        message = f"--out: unknown format ({asked.out.name}) - end it in {', '.join(_FORMATS)}"
        raise UsageError(message)
    check_target(asked.out, [path for path in (asked.study_file, asked.record) if path])


def _explained(
    asked: Asked,
    figure: FigureId | None,
    study: Study,
    notify: Any,  # noqa: ANN401
) -> tuple[Explanation, ...]:
    if figure:
        return (explain_figure(figure, study, notify=notify),)
    how = {"modes": asked.modes, "notify": notify}
    if asked.index is not None:
        return explain_index(asked.index, asked.words[0], study, weights=asked.weights, **how)
    if asked.claim is not None:
        origin = asked.words[0] if asked.words else None
        return explain_claims(asked.claim, origin, study, **how)
    from_id, to_id = asked.words
    return explain_times(from_id, to_id, study, departure=asked.depart or "", **how)


def _faults(
    figure: FigureId, explained: Explanation, study: Study, record: Path | None
) -> tuple[Fault, ...]:
    """Return what speaks against the figure being the one that was printed."""
    if not figure.chain:
        return ()
    if record is None and _RECORD.is_file():
        record = _RECORD
    return check_figure(figure, explained, study, record)


def _chain(study: Study) -> Section:
    """Return what every number of the study follows from, in short."""
    chain = chain_of(study)
    row = {
        "chain": chain.sha256,
        "of": f"{len(chain.inputs)} inputs, every setting, clustergeo {chain.clustergeo}",
        "check": "`clustergeo explain ID` recomputes a figure; study.json holds the chain",
    }
    return Section("chain", tuple({"name": name, "value": told} for name, told in row.items()))


def _content(
    found: Sequence[Explanation], chain: Section, faults: Sequence[Fault], suffix: str
) -> bytes:
    if suffix == ".json":
        record = {
            "figures": [each.record() for each in found],
            "chain": {row["name"]: row["value"] for row in chain.rows},
            "changed": [str(fault) for fault in faults],
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
        return f"{text}\n".encode()
    written = io.StringIO()
    plain = Console(file=written, width=_TEXT_WIDTH, color_system=None, force_terminal=False)
    for each in found:
        print_explanation(each, plain)
    print_section(chain, plain)
    for fault in faults:
        plain.print(f"changed: {fault}", highlight=False, markup=False)
    lines = (line.rstrip() for line in written.getvalue().splitlines())
    return ("\n".join(lines) + "\n").encode()
